//! The demo, `fixtures/shop`: the tool finds exactly what its `EXPECTED.md` lists, the code compiles, and the same
//! input gives the same bytes.

use crate::cli::run_in;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Rule, file, line and column of one finding.
type Row = (String, String, u64, u64);

fn shop() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/shop")
}

/// The table of `EXPECTED.md`.
fn expected() -> BTreeSet<Row> {
    let text = std::fs::read_to_string(shop().join("EXPECTED.md")).unwrap();
    let mut rows = BTreeSet::new();
    for line in text.lines().filter(|line| line.starts_with('|')).skip(2) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, rule, file, line, column, ..] = cells[..] else { panic!("a short row: {line}") };
        let row = (rule.to_string(), file.to_string(), line.parse().unwrap(), column.parse().unwrap());
        assert!(rows.insert(row), "EXPECTED.md lists {rule} in {file}:{line} twice");
    }
    rows
}

/// What the tool finds, each by its first site.
fn found() -> BTreeSet<Row> {
    let run = run_in(&shop(), &["check", "--format", "json"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_string();
    let number = |finding: &Value, key: &str| finding[key].as_u64().unwrap();
    let findings = document["findings"].as_array().unwrap();
    let row = |f: &Value| (text(f, "rule"), text(f, "file"), number(f, "line"), number(f, "column"));
    let rows: BTreeSet<Row> = findings.iter().map(row).collect();
    assert_eq!(rows.len(), findings.len(), "two findings of one rule at one place");
    rows
}

/// The rules about data, which rest on what is found in queries and migrations.
const DATA: [&str; 10] = [
    "foreign-table-write",
    "foreign-table-read",
    "cross-owner-join",
    "cross-owner-foreign-key",
    "cross-owner-trigger",
    "cross-owner-transaction",
    "unowned-table",
    "contested-table",
    "foreign-resource",
    "opaque-query",
];

#[test]
fn what_is_found_of_references_is_what_is_expected() {
    compare(|rule| !DATA.contains(&rule));
}

#[test]
fn what_is_found_of_data_is_what_is_expected() {
    compare(|rule| DATA.contains(&rule));
}

#[track_caller]
fn compare(wanted: impl Fn(&str) -> bool) {
    let of_rules = |rows: BTreeSet<Row>| rows.into_iter().filter(|(rule, ..)| wanted(rule)).collect();
    let (expected, found): (BTreeSet<Row>, BTreeSet<Row>) = (of_rules(expected()), of_rules(found()));
    let missed: Vec<_> = expected.difference(&found).collect();
    let unexpected: Vec<_> = found.difference(&expected).collect();
    assert!(
        missed.is_empty() && unexpected.is_empty(),
        "not found: {missed:#?}\nnot expected: {unexpected:#?}"
    );
}

#[test]
fn every_rule_is_broken_once_where_it_is_marked() {
    let expected = expected();
    let mut rules: Vec<&str> = expected.iter().map(|(rule, ..)| rule.as_str()).collect();
    let mut all = modcheck::rules::names();
    rules.sort_unstable();
    all.sort_unstable();
    assert_eq!(rules, all);
    for (rule, file, line, _) in &expected {
        let text = std::fs::read_to_string(shop().join(file)).unwrap();
        // The line above, or the first one where there is none.
        let mark = text.lines().nth((*line as usize).saturating_sub(2)).unwrap();
        assert!(mark.trim_end().ends_with(&format!("planted: {rule}")), "no mark above {file}:{line}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for command in [
        &["check"][..],
        &["check", "--format", "json"],
        &["graph", "--level", "source", "--format", "json"],
        &["data", "--format", "json"],
        &["doctor", "--format", "json"],
    ] {
        let run = |jobs: &[&str]| run_in(&shop(), &[command, jobs].concat()).stdout;
        let first = run(&[]);
        assert!(!first.is_empty());
        for jobs in [&[][..], &["--jobs", "1"], &["--jobs", "4"]] {
            assert!(run(jobs) == first, "{command:?} with {jobs:?} differs");
        }
    }
}

/// What the tool finds in the demo is about boundaries, not about broken code.
#[test]
fn the_code_compiles_without_warnings() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("shop");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["check", "--offline", "--locked", "--all-targets", "--quiet", "--target-dir"]).arg(target);
    let output = cargo.env("RUSTFLAGS", "-D warnings").current_dir(shop()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn what_is_underlined_does_not_end_within_a_word() {
    let run = run_in(&shop(), &["--format", "json", "--no-baseline", "--no-cache"]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let is_word = |c: &char| c.is_alphanumeric() || *c == '_';
    let mut count = 0;
    for finding in report["findings"].as_array().unwrap() {
        for site in finding["sites"].as_array().unwrap() {
            let number = |key: &str| site[key].as_u64().unwrap() as usize;
            let text = std::fs::read_to_string(shop().join(site["file"].as_str().unwrap())).unwrap();
            let line = text.lines().nth(number("line") - 1).unwrap_or_default();
            let end = number("column") - 1 + number("width");
            let around: Vec<char> = line.chars().skip(end - 1).take(2).collect();
            assert!(around.len() < 2 || !around.iter().all(is_word), "{}: {line}", finding["rule"]);
            count += 1;
        }
    }
    assert!(count > 30);
}
