//! What is checked and what is not, as JSON: every place of everything.

use crate::graph::Resolution;
use crate::output::diagnosis::{Diagnosis, ModuleSeen, Queries, Topic, Verdict};
use crate::output::report::Extent;
use crate::output::schema::schema_of;
use crate::output::{JSON_VERSION, write_json};
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use std::io::{self, Write};

/// Writes the diagnosis.
pub(super) fn write(diagnosis: &Diagnosis, out: &mut dyn Write) -> io::Result<()> {
    let Diagnosis { declared, extent, resolution, queries, topics, modules } = diagnosis;
    let document = Document {
        version: JSON_VERSION,
        verdict: diagnosis.verdict(),
        declared: *declared,
        summary: *extent,
        resolution,
        queries: *queries,
        topics,
        modules,
    };
    write_json(&document, out)
}

/// What it writes.
pub(in crate::output) fn schema() -> Schema {
    schema_of::<Document>()
}

/// What is checked and what is not, and so what a run without findings means.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "cargo modcheck doctor --format json")]
struct Document<'a> {
    /// The version of this format. Fields may be added without a new one.
    #[schemars(extend("const" = JSON_VERSION))]
    version: u32,
    /// What a run without findings means.
    verdict: Verdict,
    /// There is a `boundaries.toml`.
    declared: bool,
    /// How much there is.
    summary: Extent,
    /// How many references of the workspace resolved.
    resolution: &'a Resolution,
    /// How many queries were read.
    queries: Queries,
    /// What was not looked at, the worst first.
    topics: &'a [Topic],
    /// The declared modules in the order of `boundaries.toml`, or crates and their top-level modules; behind them what
    /// belongs to none, and test code that is not checked.
    modules: &'a [ModuleSeen],
}
