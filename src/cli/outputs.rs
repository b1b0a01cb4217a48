//! What to write, in which formats, and where: `--format` and `--output` put together.

use super::args::Global;
use super::destination;
use super::error::CliError;
use crate::output::{self, Format};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Set by GitHub where one of its workflows runs.
const GITHUB: &str = "GITHUB_ACTIONS";
/// The format that is taken there unless another one is asked for.
const GITHUB_FORMAT: &str = "github";

/// All that a command writes, at most one of it to standard output.
pub(super) struct Outputs<T: 'static>(Vec<Output<T>>);

struct Output<T: 'static> {
    format: &'static Format<T>,
    /// `None` is standard output.
    file: Option<PathBuf>,
}

impl<T> Outputs<T> {
    /// What was asked for, out of a command's formats.
    ///
    /// # Errors
    /// For a format that is not there, and if two outputs go to the same place.
    pub(super) fn new(global: &Global, formats: &'static [Format<T>]) -> Result<Outputs<T>, CliError> {
        let asked = global.format.as_deref().map(|name| find(name, formats)).transpose()?;
        let mut outputs = Vec::new();
        let mut main = None;
        for value in &global.output {
            match named(value, formats)? {
                (Some(format), file) => outputs.push(Output { format, file: not_stdout(file) }),
                (None, file) if main.is_none() => main = Some(not_stdout(file)),
                (None, file) => return Err(CliError::TwoOutputs { file: file.to_owned() }),
            }
        }
        // Whoever names a format for each output wants no other.
        let is_answered = asked.is_none() && outputs.iter().any(|output| output.file.is_none());
        if main.is_some() || !is_answered {
            let file = main.flatten();
            let format = asked.unwrap_or_else(|| default_format(formats, file.is_none()));
            outputs.push(Output { format, file });
        }
        let mut seen: Vec<&Option<PathBuf>> = Vec::new();
        for Output { file, .. } in &outputs {
            if seen.contains(&file) {
                return Err(CliError::SamePlace { file: file.clone() });
            }
            seen.push(file);
        }
        Ok(Outputs(outputs))
    }

    /// Writes all of them.
    pub(super) fn write(&self, global: &Global, content: &T) -> Result<(), CliError> {
        self.0.iter().try_for_each(|Output { format, file }| {
            destination::write_to(file.as_deref(), global.color, format.styled, |out| {
                (format.write)(content, out)
            })
        })
    }

    /// Whether one of them is in a format.
    pub(super) fn has(&self, format: &str) -> bool {
        self.0.iter().any(|output| output.format.name == format)
    }

    /// Whether what stands on standard output is for people.
    pub(super) fn tells_people(&self) -> bool {
        self.0.iter().any(|output| output.file.is_none() && output.format.styled)
    }
}

/// The one file of a command without formats; `None` is standard output.
pub(super) fn file(global: &Global) -> Result<Option<&Path>, CliError> {
    match global.output.as_slice() {
        [] => Ok(None),
        [file] => Ok(Some(Path::new(file)).filter(|file| *file != "-")),
        [_, second, ..] => Err(CliError::OneOutput { file: second.into() }),
    }
}

/// Splits `FORMAT=FILE`. What does not look like it is a file; so is all that begins with `./`.
fn named<'a, T>(
    value: &'a OsStr,
    formats: &'static [Format<T>],
) -> Result<(Option<&'static Format<T>>, &'a Path), CliError> {
    let is_word = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let split = value.to_str().and_then(|text| text.split_once('=')).filter(|(name, _)| is_word(name));
    match split {
        Some((name, file)) => Ok((Some(find(name, formats)?), Path::new(file))),
        None => Ok((None, Path::new(value))),
    }
}

fn not_stdout(file: &Path) -> Option<PathBuf> {
    (file != "-").then(|| file.to_owned())
}

fn find<T>(name: &str, formats: &'static [Format<T>]) -> Result<&'static Format<T>, CliError> {
    output::find(formats, name).ok_or_else(|| CliError::UnknownFormat {
        name: name.to_owned(),
        available: output::names(formats).join(", "),
    })
}

/// The first one, or in a workflow of GitHub what it understands.
fn default_format<T>(formats: &'static [Format<T>], to_stdout: bool) -> &'static Format<T> {
    let on_github = to_stdout && std::env::var_os(GITHUB).is_some_and(|value| value == "true");
    let of_github = on_github.then(|| output::find(formats, GITHUB_FORMAT)).flatten();
    of_github.unwrap_or(&formats[0])
}
