//! Changes one file, and puts it back.

use crate::floor;
use crate::measure::Sample;
use std::path::Path;

/// What a check takes after a function was added to a file of middling size. The file is put back whatever happens.
pub fn with_one_file_changed(
    root: &Path,
    round: usize,
    check: impl Fn() -> Result<Sample, String>,
) -> Result<Sample, String> {
    let size = |path: &std::path::PathBuf| std::fs::metadata(path).map_or(0, |data| data.len());
    let mut files = floor::rust_files(root)?;
    files.sort_by_key(|file| (size(file), file.clone()));
    // One of the middle: neither a list of constants nor a `mod.rs`.
    let file = files.get(files.len() / 2).ok_or("there are no files")?;
    let before = std::fs::read_to_string(file).map_err(|error| format!("`{}`: {error}", file.display()))?;
    let added = format!("\n#[allow(dead_code)]\nfn added_in_round_{round}() -> usize {{\n    {round}\n}}\n");
    std::fs::write(file, before.clone() + &added).map_err(|error| error.to_string())?;
    let sample = check();
    std::fs::write(file, before).map_err(|error| error.to_string())?;
    sample
}
