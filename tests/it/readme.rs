//! What the README quotes is what there is. `UPDATE_EXPECT=1` rewrites the parts between its markers.

use crate::cli::run_in;
use modcheck::config::policy::Severity;
use modcheck::output;
use modcheck::rules::RULES;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The rules whose findings in the demo are shown, each finding in full.
const SHOWN: [&str; 2] = ["private-access", "undeclared-dependency"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn file() -> PathBuf {
    root().join("README.md")
}

fn readme() -> String {
    std::fs::read_to_string(file()).unwrap()
}

/// Where the text between the markers `<!-- name -->` and `<!-- /end -->` stands.
fn between(text: &str, name: &str, end: &str) -> Range<usize> {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{end} -->"));
    let start = text.find(&begin).unwrap_or_else(|| panic!("README.md has no {begin}")) + begin.len();
    let length = text[start..].find(&end).unwrap_or_else(|| panic!("README.md has no {end}"));
    start..start + length
}

fn parts() -> [(&'static str, &'static str, String); 3] {
    [("output:shop", "output", excerpt()), ("formats", "formats", formats()), ("rules", "rules", rules())]
}

/// The findings of [`SHOWN`] and the closing line, as they stand in the real output.
fn excerpt() -> String {
    let run = run_in(root(), &["check", "--manifest-path", "fixtures/shop/Cargo.toml"]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    let blocks: Vec<&str> = run.stdout.trim_end().split("\n\n").collect();
    let (summary, findings) = blocks.split_last().unwrap();
    let is_shown =
        |block: &&&str| SHOWN.iter().any(|rule| block.starts_with(&format!("error[modcheck::{rule}]")));
    let shown: Vec<&str> = findings.iter().filter(is_shown).copied().collect();
    assert_eq!(shown.len(), SHOWN.len());
    format!("```text\n{}\n\n{summary}\n```\n", shown.join("\n\n"))
}

fn formats() -> String {
    let mut table = String::from("| command | formats, the default first |\n|---|---|\n");
    for (command, names) in [
        ("check", output::names(output::check::FORMATS)),
        ("graph", output::names(output::graph::FORMATS)),
        ("why", output::names(output::why::FORMATS)),
        ("data", output::names(output::data::FORMATS)),
        ("readiness", output::names(output::readiness::FORMATS)),
        ("doctor", output::names(output::doctor::FORMATS)),
    ] {
        let _ = writeln!(table, "| `{command}` | `{}` |", names.join("`, `"));
    }
    table
}

fn rules() -> String {
    let mut table = String::from("| rule | default | finds |\n|---|---|---|\n");
    for rule in RULES {
        let severity = match rule.default {
            Severity::Allow => "allow",
            Severity::Warn => "warn",
            Severity::Deny => "deny",
        };
        let _ = writeln!(table, "| `{}` | {severity} | {} |", rule.name, rule.summary);
    }
    table
}

#[test]
fn the_quoted_parts_are_what_there_is() {
    let mut text = readme();
    for (name, end, wanted) in parts() {
        text.replace_range(between(&text, name, end), &wanted);
    }
    if std::env::var_os("UPDATE_EXPECT").is_some_and(|value| value == "1") {
        std::fs::write(file(), &text).unwrap();
    }
    let now = readme();
    for (name, end, wanted) in parts() {
        let shown = &now[between(&now, name, end)];
        assert_eq!(
            shown, wanted,
            "README.md is out of date at `{name}`; `UPDATE_EXPECT=1 cargo test` rewrites it"
        );
    }
}

#[test]
fn the_exit_codes_are_those_of_the_help() {
    let help = run_in(root(), &["--help"]).stdout;
    let (_, codes) = help.split_once("Exit codes:\n").unwrap();
    let in_help: BTreeSet<&str> = codes
        .lines()
        .filter_map(|line| line.trim().split_once("  "))
        .map(|(code, _)| code)
        .filter(|code| code.parse::<u8>().is_ok())
        .collect();
    let text = readme();
    let (_, section) = text.split_once("\n## Exit codes\n").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let in_readme: BTreeSet<&str> = section
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split_once(" |"))
        .map(|(code, _)| code)
        .filter(|code| code.parse::<u8>().is_ok())
        .collect();
    assert_eq!(in_readme, in_help);
    assert_eq!(in_help.len(), 4);
}

/// The commands that the help lists, but for itself.
fn commands() -> Vec<String> {
    let help = run_in(root(), &["--help"]).stdout;
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let commands = commands.lines().take_while(|line| !line.is_empty());
    let names = commands.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn the_formats_of_every_command_are_listed() {
    let help = run_in(root(), &["--help"]).stdout;
    let words: Vec<&str> = help.split_whitespace().collect();
    let words = words.join(" ");
    let (_, listed) = words.split_once("The output format. ").unwrap();
    let (listed, _) = listed.split_once("; the first is the default").unwrap();
    let rows: Vec<String> = listed
        .split("; ")
        .map(|row| {
            let (command, names) = row.split_once(": ").unwrap();
            format!("| `{command}` | `{}` |", names.replace(", ", "`, `"))
        })
        .collect();
    let table = formats();
    assert_eq!(table.lines().skip(2).collect::<Vec<_>>(), rows);
}

/// Flags of cargo itself stand in lines that call it.
#[test]
fn every_flag_it_speaks_of_exists() {
    let help: Vec<String> =
        commands().iter().map(|command| run_in(root(), &[command, "--help"]).stdout).collect();
    let known: BTreeSet<&str> = help.iter().flat_map(|text| flags(text)).collect();
    let text = readme();
    let own = text.lines().filter(|line| {
        !["cargo install", "cargo metadata", "cargo bench", "cargo check"].iter().any(|c| line.contains(c))
    });
    let mut count = 0;
    for flag in own.flat_map(flags) {
        assert!(known.contains(flag), "README.md speaks of `{flag}`, which `--help` does not know");
        count += 1;
    }
    assert!(count > 5);
}

fn flags(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !(c.is_ascii_lowercase() || c == '-'));
    words.filter(|word| word.strip_prefix("--").is_some_and(|rest| rest.starts_with(char::is_alphabetic)))
}

#[test]
fn every_command_has_its_row() {
    let text = readme();
    for command in commands() {
        let row = format!("cargo modcheck {command}");
        assert!(text.lines().any(|l| l.starts_with('|') && l.contains(&row)), "README.md has no `{row}`");
    }
}

/// Whoever reads the first screen sees what the tool says and how to run it.
#[test]
fn the_first_screen_shows_the_output_and_the_two_commands() {
    let text = readme();
    let first: Vec<&str> = text.lines().take(60).collect();
    for wanted in [
        "<!-- output:shop -->",
        "<!-- /output -->",
        "cargo run -q -- check --manifest-path fixtures/shop/Cargo.toml",
        "cargo test",
    ] {
        assert!(first.iter().any(|line| line.starts_with(wanted)), "`{wanted}` is not in the first 60 lines");
    }
}

#[test]
fn the_efforts_are_those_of_the_audit() {
    let text = readme();
    for effort in modcheck::rules::Effort::ALL {
        let row = format!("| `{}` | {} |", effort.as_str(), effort.meaning());
        assert!(text.lines().any(|line| line == row), "README.md has no `{row}`");
    }
}
