//! `data`: which tables and other resources there are, who owns them, and who touches them where.

use super::args::Global;
use super::error::CliError;
use super::graph::Resolved;
use super::outputs::Outputs;
use super::{Exit, destination, session};
use crate::config::policy::Tests;
use crate::output::data::FORMATS;
use crate::output::inventory::{Inventory, Shown};
use crate::output::proposal::Proposal;
use crate::output::propose;

/// Writes the inventory, or a proposal of owners.
pub(super) fn run(global: &Global, proposes: bool, tests: bool) -> Result<Exit, CliError> {
    let outputs = if proposes { None } else { Some(Outputs::new(global, FORMATS)?) };
    let (resolved, data) = Resolved::load_with_data(global)?;
    let chosen = session::packages(global, &resolved.source.packages)?;
    let policy = resolved.declared().map(|(policy, _)| policy);
    let tests = tests || policy.is_some_and(|policy| policy.analysis.tests == Tests::Check);
    let shown = Shown { tests, only: chosen.as_deref() };
    let inventory = Inventory::new(resolved.graph.model(), &data, resolved.declared(), shown);
    match outputs {
        Some(outputs) => outputs.write(global, &inventory)?,
        None => {
            let proposal = Proposal::new(&inventory, policy);
            destination::write_with(global, false, |out| propose::write(&proposal, out))?;
        }
    }
    Ok(resolved.exit(global))
}
