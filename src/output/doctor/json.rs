//! What is checked and what is not, as JSON: every place of everything.

use crate::graph::Resolution;
use crate::output::diagnosis::{Diagnosis, ModuleSeen, Queries, Topic, Verdict};
use crate::output::report::Extent;
use crate::output::{JSON_VERSION, write_json};
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

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    verdict: Verdict,
    /// There is a policy.
    declared: bool,
    summary: Extent,
    resolution: &'a Resolution,
    queries: Queries,
    topics: &'a [Topic],
    modules: &'a [ModuleSeen],
}
