//! The summary of a step in a workflow of GitHub: all findings, also those that it shows no annotation for.

use super::args::Global;
use super::session;
use crate::output::check::write_markdown_within;
use crate::output::report::Report;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

/// Names the file that is shown as the summary.
const FILE: &str = "GITHUB_STEP_SUMMARY";
/// How many bytes of it GitHub takes, of all commands of a step; the rest is left to others.
const ROOM: usize = 900 << 10;

/// Adds a report to the summary, if there is one. A summary that can't be written fails nothing.
pub(super) fn add(global: &Global, report: &Report) {
    let Some(path) = std::env::var_os(FILE).filter(|path| !path.is_empty()) else { return };
    if let Err(error) = append(Path::new(&path), report) {
        session::tell(global, &format!("note: the summary could not be written: {error}"));
    }
}

fn append(path: &Path, report: &Report) -> io::Result<()> {
    let mut text = Vec::new();
    write_markdown_within(report, ROOM, &mut text)?;
    let mut file = File::options().append(true).create(true).open(path)?;
    file.write_all(&text)
}
