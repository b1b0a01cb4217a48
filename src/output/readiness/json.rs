//! The audit as JSON: all that is known. Its shape is a contract: fields are added, not changed.

use super::Audited;
use crate::output::schema::schema_of;
use crate::output::{JSON_VERSION, write_json};
use crate::readiness::Audit;
use crate::readiness::trend::Record;
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use std::io::{self, Write};

/// Writes the audit.
pub(super) fn write(audited: &Audited, out: &mut dyn Write) -> io::Result<()> {
    let Audited { audit, trend, .. } = audited;
    write_json(&Document { version: JSON_VERSION, audit, trend }, out)
}

/// What it writes.
pub(in crate::output) fn schema() -> Schema {
    schema_of::<Document>()
}

/// The extraction audit.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "cargo modcheck readiness --format json")]
struct Document<'a> {
    /// The version of this format. Fields may be added without a new one.
    #[schemars(extend("const" = JSON_VERSION))]
    version: u32,
    #[serde(flatten)]
    audit: &'a Audit,
    /// What the runs came to that `--record` keeps, this one last.
    #[serde(skip_serializing_if = "<[Record]>::is_empty")]
    trend: &'a [Record],
}
