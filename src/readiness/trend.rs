//! One line per run of what an audit came to, so that a team sees where it is going.

use super::Audit;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of a line. Fields may be added without a new one.
const VERSION: u32 = 1;

/// What an audit came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// The version of this format.
    pub version: u32,
    /// The commit that was checked out; none without git. What was not committed yet is part of the figures all the same.
    pub commit: Option<String>,
    /// The day, as `2026-11-28`.
    pub date: String,
    /// The domain modules that were asked for, by name.
    pub modules: BTreeMap<String, Figures>,
}

/// What it came to for one module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Figures {
    /// Safe crossings.
    pub safe: usize,
    /// All crossings.
    pub all: usize,
    /// Blockers.
    pub blockers: usize,
    /// Blockers by rule.
    pub rules: BTreeMap<String, usize>,
}

/// A line that can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct BadLine {
    /// Which line, from 1.
    pub line: usize,
    /// Why.
    pub reason: String,
}

impl Record {
    /// What an audit came to on a day.
    pub fn new(audit: &Audit, date: String) -> Record {
        let figures = audit.modules.iter().map(|module| {
            let mut rules: BTreeMap<String, usize> = BTreeMap::new();
            module.blockers.iter().for_each(|blocker| *rules.entry(blocker.rule.clone()).or_default() += 1);
            let blockers = module.blockers.len();
            (
                module.name.clone(),
                Figures { safe: module.readiness.safe, all: module.readiness.all, blockers, rules },
            )
        });
        Record { version: VERSION, commit: audit.history.head.clone(), date, modules: figures.collect() }
    }

    /// The line, with its end.
    pub fn line(&self) -> String {
        let text = serde_json::to_string(self).expect("plain data can be written as JSON");
        format!("{text}\n")
    }
}

/// Reads the lines of earlier runs; empty ones are skipped.
///
/// # Errors
/// For the first line that is none.
pub fn read(text: &str) -> Result<Vec<Record>, BadLine> {
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    let record = |(text, line): (&str, usize)| match serde_json::from_str::<Record>(text) {
        Ok(record) if record.version == VERSION => Ok(record),
        Ok(record) => Err(BadLine {
            line,
            reason: format!("version {} is not known, only {VERSION} is", record.version),
        }),
        Err(error) => Err(BadLine { line, reason: error.to_string() }),
    };
    lines.map(record).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read_again() {
        let figures = Figures { safe: 3, all: 5, blockers: 1, rules: [("chatty-call".to_owned(), 1)].into() };
        let record = Record {
            version: VERSION,
            commit: None,
            date: "2026-11-28".into(),
            modules: [("a\nb".to_owned(), figures)].into(),
        };
        let text = format!("{}\n{}", record.line(), record.line());
        assert_eq!(record.line().lines().count(), 1, "a name can't break the line");
        assert_eq!(read(&text), Ok(vec![record.clone(), record]));
    }

    #[test]
    fn a_bad_line_is_named() {
        let later = r#"{"version":2,"commit":null,"date":"2026-11-28","modules":{}}"#;
        let told = |text: &str| read(text).unwrap_err().to_string();
        assert_eq!(told(&format!("\n{later}")), "line 2: version 2 is not known, only 1 is");
        assert!(told("{").starts_with("line 1: "));
    }
}
