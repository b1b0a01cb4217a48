//! `schema`: the JSON Schemas of what is read and written.

use super::args::Global;
use super::error::CliError;
use super::{Exit, destination};
use crate::output::schema::{self, DOCUMENTS};
use clap::builder::{PossibleValue, PossibleValuesParser};

/// Prints the schema of a document.
pub(super) fn run(global: &Global, name: &str) -> Result<Exit, CliError> {
    let document = schema::find(name)
        .ok_or_else(|| CliError::unknown("document", name, DOCUMENTS.iter().map(|document| document.name)))?;
    destination::write_with(global, false, |out| out.write_all(schema::text(document).as_bytes()))?;
    Ok(Exit::Clean)
}

/// The names that there are, for the arguments.
pub(super) fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(DOCUMENTS.iter().map(|d| PossibleValue::new(d.name).help(d.about)))
}
