//! House rules that no lint knows.

use std::fmt::Write as _;
use std::path::Path;

/// A file that outgrows this lacks a concept.
const MOST_LINES: usize = 600;

/// A file of the project: its path from the root, with `/`, and its text.
struct File {
    path: String,
    text: String,
}

impl File {
    fn is_code(&self) -> bool {
        self.path.ends_with(".rs") && (self.path.starts_with("src/") || self.path.starts_with("tests/"))
    }
}

/// Every text file of the project, without what a build or git put there.
fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let skipped = |name: &str| matches!(name, "target" | ".git");
    let entries = walkdir::WalkDir::new(root)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| !skipped(&entry.file_name().to_string_lossy()))
        .map(|entry| entry.unwrap());
    let files: Vec<File> = entries
        .filter(|entry| entry.file_type().is_file())
        .filter_map(|entry| {
            let text = String::from_utf8(std::fs::read(entry.path()).unwrap()).ok()?;
            let path = entry.path().strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            Some(File { path, text })
        })
        .collect();
    assert!(files.iter().filter(|file| file.is_code()).count() > 50, "the walk misses the code");
    files
}

/// Fails with every offence at once.
#[track_caller]
fn none(rule: &str, offences: impl IntoIterator<Item = String>) {
    let mut text = String::new();
    for offence in offences {
        let _ = writeln!(text, "  {offence}");
    }
    assert!(text.is_empty(), "{rule}:\n{text}");
}

/// Every line that holds one of the texts.
fn lines_with<'a>(file: &'a File, texts: &'a [String]) -> impl Iterator<Item = String> + 'a {
    let lines = (1..).zip(file.text.lines());
    lines
        .filter(|(_, line)| texts.iter().any(|text| line.contains(text.as_str())))
        .map(|(number, line)| format!("{}:{number}: {}", file.path, line.trim()))
}

/// So that this file does not hold what it looks for.
fn joined(texts: &[&[&str]]) -> Vec<String> {
    texts.iter().map(|parts| parts.concat()).collect()
}

#[test]
fn every_file_says_why_it_exists() {
    let files = files();
    let silent = files.iter().filter(|f| f.is_code() && !f.text.starts_with("//! "));
    none("files that do not open with `//!`", silent.map(|f| f.path.clone()));
}

#[test]
fn no_file_is_too_long() {
    let files = files();
    let long = files.iter().filter(|f| f.path.starts_with("src/")).map(|f| (&f.path, f.text.lines().count()));
    let long = long.filter(|(_, lines)| *lines > MOST_LINES);
    none(
        &format!("files of more than {MOST_LINES} lines"),
        long.map(|(path, lines)| format!("{path}: {lines}")),
    );
}

#[test]
fn nothing_is_left_unfinished() {
    let texts = joined(&[&["todo", "!("], &["unimplemented", "!("], &["dbg", "!("]]);
    let files = files();
    none("leftovers", files.iter().filter(|f| f.is_code()).flat_map(|f| lines_with(f, &texts)));
}

#[test]
fn every_ignored_test_says_why() {
    let texts = joined(&[&["#[", "ignore]"]]);
    let files = files();
    none(
        "tests ignored without a reason",
        files.iter().filter(|f| f.is_code()).flat_map(|f| lines_with(f, &texts)),
    );
}

/// What only one machine has, and hosts that nothing here needs.
#[test]
fn nothing_names_a_machine() {
    let texts = joined(&[
        &["/wo", "rk/"],
        &["/tmp/", "wt"],
        &["../", "shared"],
        &["crates.io", "/api"],
        &["index.", "crates.io"],
    ]);
    let files = files();
    // The demo has a crate `shared`, and others name it by its path.
    let demo = |line: &String| line.starts_with("fixtures/") && line.contains("path = \"../");
    none("paths of one machine", files.iter().flat_map(|f| lines_with(f, &texts)).filter(|line| !demo(line)));
}
