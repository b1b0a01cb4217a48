//! What keeps the program from running, and how that is told.

use super::args::Color;
use super::destination;
use crate::baseline::BaselineError;
use crate::config::{self, ConfigErrors};
use crate::output::diagnostic::{Diagnostic, lines};
use crate::output::escape::excerpt;
use crate::output::policy_errors;
use crate::source::{LoadError, RevisionError};
use std::io::{self, Write};
use std::path::PathBuf;

/// Shown to somebody who has no policy yet.
const FIRST_POLICY: &str = r#"let `cargo modcheck init` propose one, or write one; a first one could read

version = 1

[modules.payments]
paths = ["shop::payments"]
public = ["api"]
depends-on = []

boundaries.example.toml in the documentation shows everything that it may say"#;

/// Why the program could not run: exit code 2.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error(transparent)]
    Config(#[from] ConfigErrors),
    #[error("there is no {}", config::FILE_NAME)]
    NoPolicy { looked_at: PathBuf },
    #[error("`{}` could not be read: {reason}", path.display())]
    UnreadablePolicy { path: PathBuf, reason: String },
    #[error(transparent)]
    Revision(#[from] RevisionError),
    #[error(transparent)]
    Baseline(#[from] BaselineError),
    #[error("`SOURCE_DATE_EPOCH` is no date: it has to be a number of seconds since 1970")]
    NoDate,
    #[error("rule `{0}` is given two severities")]
    TwoSeverities(String),
    #[error("unknown {what} `{name}`")]
    UnknownName { what: &'static str, name: String, suggestion: Option<String>, known: Vec<String> },
    #[error("unknown format `{name}`")]
    UnknownFormat { name: String, available: String },
    #[error("`--output {}`: only one output may go without a format", file.display())]
    TwoOutputs { file: PathBuf },
    #[error("`--output {}`: there is only one output", file.display())]
    OneOutput { file: PathBuf },
    #[error("two outputs go to {}", file.as_ref().map_or("standard output".to_owned(), |file| format!("`{}`", file.display())))]
    SamePlace { file: Option<PathBuf> },
    #[error("the graph is too large for a picture: {0}")]
    TooLarge(String),
    #[error("`{name}` is no domain module, but `kind = \"{kind}\"`")]
    NoDomain { name: String, kind: &'static str },
    #[error("`{}` is no record of earlier runs: {reason}", path.display())]
    Record { path: PathBuf, reason: String },
    #[error("`{0}` and `{1}` are the same")]
    SameEnds(String, String),
    #[error("`{flag}` has no effect on `{command}`")]
    UselessFlag { flag: &'static str, command: &'static str },
    #[error("the output could not be written{}: {error}", at(file.as_ref()))]
    Output { file: Option<PathBuf>, error: io::Error },
    #[error("the changes to `{file}` came out wrong, and nothing was written: {reason}")]
    WrongEdit { file: String, reason: String },
    #[error("`{}` exists already", path.display())]
    Exists { path: PathBuf },
    #[error("there is nothing to propose: the workspace has neither a library nor an executable")]
    NothingToPropose,
    #[error("threads could not be started: {0}")]
    Threads(String),
}

fn at(file: Option<&PathBuf>) -> String {
    file.map_or(String::new(), |file| format!(" to `{}`", file.display()))
}

impl CliError {
    /// A name that is not among those there are.
    pub(super) fn unknown<'a>(
        what: &'static str,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> CliError {
        let known: Vec<&str> = known.into_iter().collect();
        let suggestion = config::suggest::closest(name, known.iter().copied());
        CliError::UnknownName {
            what,
            name: name.to_owned(),
            suggestion: suggestion.map(str::to_owned),
            known: known.into_iter().map(str::to_owned).collect(),
        }
    }

    /// Writes it to standard error.
    pub(super) fn tell(&self, color: Color) {
        let mut text = Vec::new();
        // Writing to memory cannot fail, and where standard error is closed there is nobody to tell.
        let _ = self.write(&mut text);
        let _ = destination::stderr(color).write_all(&text);
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        if let CliError::Config(errors) = self {
            return policy_errors::write(errors, out);
        }
        if let CliError::Baseline(error) = self {
            return unreadable_baseline(error).write(out);
        }
        let text = self.to_string();
        let (message, rest) = text.split_once('\n').unwrap_or((&text, ""));
        let mut notes = self.notes();
        if !rest.is_empty() {
            notes.insert(0, ("cargo", lines(rest)));
        }
        Diagnostic { error: true, message, notes, ..Diagnostic::default() }.write(out)
    }

    fn notes(&self) -> Vec<(&'static str, Vec<String>)> {
        match self {
            CliError::Load(error) => vec![("help", lines(error.help()))],
            CliError::Revision(error) => vec![("help", vec![error.help()])],
            CliError::NoPolicy { looked_at } => vec![
                ("note", vec![format!("looked for `{}`", looked_at.display())]),
                ("help", lines(FIRST_POLICY)),
            ],
            CliError::Exists { .. } => vec![
                ("help", vec!["look at a proposal with `cargo modcheck init --stdout`".to_owned()]),
                ("help", vec!["or overwrite all three files with `cargo modcheck init --force`".to_owned()]),
            ],
            CliError::UnknownName { suggestion: Some(name), .. } => {
                vec![("help", vec![format!("did you mean `{name}`?")])]
            }
            CliError::UnknownName { suggestion: None, known, .. } => vec![("help", vec![choices(known)])],
            CliError::UnknownFormat { available, .. } => {
                vec![("help", vec![format!("the formats of this command are {available}")])]
            }
            CliError::TwoOutputs { .. } => {
                vec![("help", vec!["name a format for each of the others: `--output json=FILE`".to_owned()])]
            }
            CliError::TooLarge(_) => vec![
                ("help", vec!["show a part of it with `--focus NODE` or `--package NAME`".to_owned()]),
                (
                    "help",
                    vec!["or less detail: modules instead of source modules, or `--level crate`".to_owned()],
                ),
            ],
            CliError::NoDomain { kind: "library", .. } => {
                vec![(
                    "help",
                    vec![
                        "a library travels with every service that uses it: audit a module that uses it"
                            .to_owned(),
                    ],
                )]
            }
            CliError::NoDomain { .. } => {
                vec![(
                    "help",
                    vec!["the composition root stays: audit a module that it puts together".to_owned()],
                )]
            }
            CliError::Record { .. } => {
                vec![(
                    "help",
                    vec!["take the line out, or name another file: one that is not there is made".to_owned()],
                )]
            }
            CliError::WrongEdit { .. } => {
                vec![("help", vec!["this is a bug; please report it together with the file".to_owned()])]
            }
            _ => Vec::new(),
        }
    }
}

fn unreadable_baseline(error: &BaselineError) -> Diagnostic<'_> {
    Diagnostic {
        error: true,
        message: &error.problem,
        place: Some((&error.file, error.line, 1)),
        excerpt: Some(excerpt(&error.text, 1, 1)),
        notes: vec![("help", vec![error.help.to_owned()])],
        ..Diagnostic::default()
    }
}

/// Names to choose from, not too many of them.
fn choices(known: &[String]) -> String {
    const SHOWN: usize = 12;
    let shown: Vec<String> = known.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let more = known.len().saturating_sub(SHOWN);
    match (shown.len(), more) {
        (0, _) => "there is none".to_owned(),
        (1, _) => format!("the only one is {}", shown[0]),
        (_, 0) => format!("the choice is {}", shown.join(", ")),
        _ => format!("the choice is {} and {more} more", shown.join(", ")),
    }
}
