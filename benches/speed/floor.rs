//! What no tool of this kind can be faster than: asking cargo for the packages, and reading each file once.

use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::process::Command;
use xxhash_rust::xxh3::xxh3_128;

/// `--floor cold|warm|metadata ROOT`: a process of its own, measured from outside.
pub fn run(args: &[String]) -> Result<(), String> {
    let [kind, root] = args else { return Err("`--floor` takes a kind and a folder".to_owned()) };
    let root = Path::new(root);
    if kind == "metadata" {
        return packages(root).map(drop);
    }
    let files = rust_files(root)?;
    match kind.as_str() {
        "cold" => drop(files.par_iter().map(|file| parse(file)).collect::<Vec<()>>()),
        _ => drop(files.par_iter().map(|file| hash(file)).collect::<Vec<u128>>()),
    }
    Ok(())
}

fn parse(file: &Path) {
    if let Ok(text) = std::fs::read_to_string(file) {
        // What it costs is the point, and a file that does not parse costs as well.
        drop(syn::parse_file(&text));
    }
}

fn hash(file: &Path) -> u128 {
    std::fs::read(file).map_or(0, |bytes| xxh3_128(&bytes))
}

/// How many lines the workspace's files have.
pub fn count_lines(root: &Path) -> Result<usize, String> {
    let count =
        |file: &PathBuf| std::fs::read(file).map_or(0, |text| text.iter().filter(|b| **b == b'\n').count());
    Ok(rust_files(root)?.par_iter().map(count).sum())
}

/// The `.rs` files below the folders of the workspace's packages.
pub fn rust_files(root: &Path) -> Result<Vec<PathBuf>, String> {
    let (folders, target) = packages(root)?;
    let mut files: Vec<PathBuf> = folders.iter().flat_map(|folder| walk(folder, &target)).collect();
    files.sort();
    files.dedup();
    Ok(files)
}

/// The folders of the packages, and cargo's build folder.
fn packages(root: &Path) -> Result<(Vec<PathBuf>, PathBuf), String> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("cargo could not be started: {error}"))?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)
        .map_err(|_| format!("`{}`: {}", root.display(), String::from_utf8_lossy(&output.stderr).trim()))?;
    let folder = |package: &serde_json::Value| {
        Some(Path::new(package["manifest_path"].as_str()?).parent()?.to_owned())
    };
    let folders = metadata["packages"].as_array().into_iter().flatten().filter_map(folder).collect();
    Ok((folders, metadata["target_directory"].as_str().unwrap_or_default().into()))
}

/// Like the tool: not into hidden folders, build folders and other packages.
fn walk(folder: &Path, target: &Path) -> Vec<PathBuf> {
    let enters = |entry: &walkdir::DirEntry| {
        entry.depth() == 0
            || !(entry.file_name().as_encoded_bytes().starts_with(b".")
                || entry.path() == target
                || entry.file_type().is_dir() && entry.path().join("Cargo.toml").exists())
    };
    let entries = walkdir::WalkDir::new(folder).into_iter().filter_entry(enters).filter_map(Result::ok);
    let files = entries
        .filter(|entry| entry.file_type().is_file() && entry.path().extension().is_some_and(|e| e == "rs"));
    files.map(walkdir::DirEntry::into_path).collect()
}
