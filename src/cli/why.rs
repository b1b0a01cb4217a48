//! `why`: how one part of the workspace comes to depend on another.

use super::Exit;
use super::args::Global;
use super::error::CliError;
use super::graph::Resolved;
use super::outputs::Outputs;
use crate::output::chain::{Chain, End};
use crate::output::why::FORMATS;

/// Writes the shortest chain between two parts.
pub(super) fn run(global: &Global, from: &str, to: &str) -> Result<Exit, CliError> {
    let outputs = Outputs::new(global, FORMATS)?;
    let resolved = Resolved::load(global)?;
    let (from, to) = (end(&resolved, from)?, end(&resolved, to)?);
    if from.nodes == to.nodes {
        return Err(CliError::SameEnds(from.name, to.name));
    }
    let chain = Chain::find(resolved.graph.model(), resolved.declared(), &from, &to);
    outputs.write(global, &chain)?;
    Ok(resolved.exit(global))
}

fn end(resolved: &Resolved, name: &str) -> Result<End, CliError> {
    let (model, declared) = (resolved.graph.model(), resolved.declared());
    End::find(model, declared, name).ok_or_else(|| {
        let names = End::names(model, declared);
        CliError::unknown("module, crate or source module", name, names.iter().map(String::as_str))
    })
}
