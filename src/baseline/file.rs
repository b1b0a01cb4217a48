//! `boundaries.baseline.toml`: one line per identity with a count, sorted.
//!
//! Each line stands for itself, so that lines of two branches can be put together in any order: the file is safe under
//! git's `merge=union`. An identity that stands there twice was accepted with the higher count.

use crate::rules::{self, Finding};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml_writer::{ToTomlKey, TomlKeyBuilder};

/// What the file begins with.
const HEADER: &str = "\
# Findings that are accepted for now, each with how often it occurs: `cargo modcheck baseline` writes this file.
# It may only shrink: what is new fails, what is gone can be pruned. Merge it with `merge=union`.
version = 1
";
/// How the first line of the content reads.
const VERSION_KEY: &str = "version";
/// The version that is read and written.
const VERSION: i64 = 1;
/// What stands at the beginning of lines that a failed merge leaves.
const CONFLICT_MARKERS: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

/// Accepted findings by identity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: BTreeMap<String, Entry>,
}

/// What is accepted of one identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// How often it may occur; at least 1.
    pub count: u32,
    /// The line that says so, from 1; 0 where no file does.
    pub line: u32,
}

/// A line that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct BaselineError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The line's text.
    pub text: String,
    /// What is wrong, as a phrase.
    pub problem: String,
    /// What to do, as a phrase.
    pub help: &'static str,
}

/// Where the baseline of a policy lies: `boundaries.baseline.toml` beside `boundaries.toml`.
pub fn file_name(policy: &Path) -> PathBuf {
    policy.with_extension("baseline.toml")
}

impl Baseline {
    /// What has to be accepted for these findings to pass.
    pub fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Baseline {
        let mut baseline = Baseline::default();
        for finding in findings {
            baseline.accept(&finding.identity, rules::occurrences(finding));
        }
        baseline
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// For a line that is no comment and no `"identity" = count`, and if the version is missing or another one.
    pub fn read(text: &str, file: &str) -> Result<Baseline, BaselineError> {
        let mut baseline = Baseline::default();
        let mut has_version = false;
        for (number, line) in (1..).zip(text.lines()) {
            let error = |(problem, help): (String, &'static str)| BaselineError {
                file: file.to_owned(),
                line: number,
                text: line.to_owned(),
                problem,
                help,
            };
            match read_line(line.trim()).map_err(error)? {
                Line::Nothing => {}
                Line::Version => has_version = true,
                Line::Entry(identity, count) => baseline.add(identity, Entry { count, line: number }),
            }
        }
        if has_version {
            return Ok(baseline);
        }
        let (problem, help) = ("there is no `version = 1`".to_owned(), "add the line `version = 1`");
        Err(BaselineError { file: file.to_owned(), line: 1, text: String::new(), problem, help })
    }

    /// The text of the file.
    pub fn write(&self) -> String {
        let mut text = HEADER.to_owned();
        for (identity, entry) in &self.entries {
            let key = TomlKeyBuilder::new(identity).as_basic().to_toml_key();
            text.push_str(&format!("{key} = {}\n", entry.count));
        }
        text
    }

    /// What is accepted of an identity.
    pub fn get(&self, identity: &str) -> Option<Entry> {
        self.entries.get(identity).copied()
    }

    /// How often a finding of this identity may occur; 0 if it is not accepted.
    pub fn count(&self, identity: &str) -> u32 {
        self.get(identity).map_or(0, |entry| entry.count)
    }

    /// Every identity with what is accepted of it, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Entry)> {
        self.entries.iter().map(|(identity, entry)| (identity.as_str(), *entry))
    }

    /// How many identities are accepted.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing is accepted.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Accepts so many occurrences of an identity, whatever was accepted of it before.
    pub fn accept(&mut self, identity: &str, count: u32) {
        let line = self.get(identity).map_or(0, |entry| entry.line);
        self.entries.insert(identity.to_owned(), Entry { count, line });
    }

    /// Accepts nothing of an identity.
    pub fn drop(&mut self, identity: &str) {
        self.entries.remove(identity);
    }

    fn add(&mut self, identity: String, entry: Entry) {
        let known = self.entries.entry(identity).or_insert(entry);
        known.count = known.count.max(entry.count);
    }
}

enum Line {
    Nothing,
    Version,
    Entry(String, u32),
}

fn read_line(line: &str) -> Result<Line, (String, &'static str)> {
    if line.is_empty() || line.starts_with('#') {
        return Ok(Line::Nothing);
    }
    if CONFLICT_MARKERS.iter().any(|marker| line.starts_with(marker)) {
        return Err((
            "a merge conflict is left".to_owned(),
            "keep the lines of both sides and remove the markers; a line that stands here twice does no harm",
        ));
    }
    const HELP: &str =
        "an entry reads `\"rule from -> to\" = count`; `cargo modcheck baseline` writes the file anew";
    let table: toml::Table =
        line.parse().map_err(|error: toml::de::Error| (error.message().to_owned(), HELP))?;
    let mut pairs = table.into_iter();
    let (Some((key, value)), None) = (pairs.next(), pairs.next()) else {
        return Err(("this is no entry".to_owned(), HELP));
    };
    match (key.as_str(), value.as_integer()) {
        (VERSION_KEY, Some(VERSION)) => Ok(Line::Version),
        (VERSION_KEY, _) => Err((
            "this version of the file cannot be read".to_owned(),
            "this version of cargo modcheck reads `version = 1`",
        )),
        (_, count) => {
            let count = count.and_then(|count| u32::try_from(count).ok()).filter(|count| *count > 0);
            count
                .map(|count| Line::Entry(key, count))
                .ok_or(("the count has to be a number from 1".to_owned(), HELP))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> (u32, String) {
        let error = Baseline::read(text, "b.toml").unwrap_err();
        (error.line, error.problem)
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut baseline = Baseline::default();
        for (identity, count) in
            [("r a::b{bin} -> c \"d\" \\ e", 3), ("r ä\n\u{1b} -> #", 1), ("r", u32::MAX)]
        {
            baseline.accept(identity, count);
        }
        let again = Baseline::read(&baseline.write(), "b.toml").unwrap();
        assert_eq!(again.write(), baseline.write());
        assert_eq!(again.get("r a::b{bin} -> c \"d\" \\ e").map(|entry| entry.count), Some(3));
        assert_eq!(again.len(), 3);
    }

    #[test]
    fn lines_may_stand_in_any_order_and_twice() {
        let text = "'r b' = 1\n\n# said\n\"r a\" = 2\r\nversion = 1\n  \"r b\" = 3 # more\n\"r a\" = 1\n";
        let baseline = Baseline::read(text, "b.toml").unwrap();
        let entries: Vec<_> =
            baseline.iter().map(|(identity, entry)| (identity, entry.count, entry.line)).collect();
        assert_eq!(entries, [("r a", 2, 4), ("r b", 3, 1)]);
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        for (text, line, what) in [
            ("", 1, "there is no `version = 1`"),
            ("version = 2\n", 1, "this version of the file cannot be read"),
            ("version = 1\n\"a\" = 0\n", 2, "the count has to be a number from 1"),
            ("version = 1\n\"a\" = \"1\"\n", 2, "the count has to be a number from 1"),
            ("version = 1\n[a]\n", 2, "the count has to be a number from 1"),
            ("version = 1\n>>>>>>> theirs\n", 2, "a merge conflict is left"),
        ] {
            assert_eq!(problem(text), (line, what.to_owned()), "{text}");
        }
        assert_eq!(problem("version = 1\n\"a = 1\n").0, 2);
    }
}
