//! `graph`: who uses whom.

use super::args::{Global, LevelArg};
use super::error::CliError;
use super::outputs::Outputs;
use super::progress::Progress;
use super::{Exit, session};
use crate::config;
use crate::config::{Assignment, policy::Policy};
use crate::data::DataModel;
use crate::graph::Graph;
use crate::output::graph::FORMATS;
use crate::output::report::shortfalls;
use crate::output::view::{Declared, Level, View};
use crate::source::Source;
use crate::{Known, Stage};

/// Writes the graph.
pub(super) fn run(global: &Global, level: Option<LevelArg>) -> Result<Exit, CliError> {
    let outputs = Outputs::new(global, FORMATS)?;
    let resolved = Resolved::load(global)?;
    let chosen = session::packages(global, &resolved.source.packages)?;
    let level = level.map_or(Level::Module, Level::from);
    let view = View::new(resolved.graph.model(), level, resolved.declared(), chosen.as_deref());
    outputs.write(global, &view)?;
    Ok(resolved.exit(global))
}

/// A workspace with its names resolved, and its policy if it has one.
pub(super) struct Resolved {
    pub(super) source: Source,
    pub(super) graph: Graph,
    declared: Option<(Policy, Assignment)>,
}

impl Resolved {
    pub(super) fn load(global: &Global) -> Result<Resolved, CliError> {
        let progress = Progress::start(global);
        Resolved::enter(global, false, &progress)
    }

    /// The same with an inventory of its data.
    pub(super) fn load_with_data(global: &Global) -> Result<(Resolved, DataModel), CliError> {
        let progress = Progress::start(global);
        let resolved = Resolved::enter(global, true, &progress)?;
        let policy = resolved.declared().map(|(policy, _)| policy);
        let enter = |stage| progress.enter(stage);
        let data = crate::inventory(&resolved.source, &resolved.graph, policy, &enter);
        Ok((resolved, data))
    }

    fn enter(global: &Global, keep_flow: bool, progress: &Progress) -> Result<Resolved, CliError> {
        progress.enter(Stage::Load);
        let (source, ahead) = session::load(global)?;
        let policy = session::policy(global, &source)?;
        let exclude = policy.as_ref().map(|policy| policy.analysis.exclude.clone()).unwrap_or_default();
        let cache = session::cache(global, &source);
        let known = Known { cache: cache.as_ref(), ahead: Some(&ahead), ..Known::default() };
        let enter = |stage| progress.enter(stage);
        let graph = crate::resolve_with(&source, &exclude, keep_flow, known, &enter);
        let declared = match policy {
            Some(policy) => {
                let assignment = config::assign(&policy, graph.model())?;
                Some((policy, assignment))
            }
            None => None,
        };
        Ok(Resolved { source, graph, declared })
    }

    pub(super) fn declared(&self) -> Option<Declared<'_>> {
        self.declared.as_ref().map(|(policy, assignment)| (policy, assignment))
    }

    /// How the run ended: a part of the workspace that was not seen may hold any dependency.
    pub(super) fn exit(&self, global: &Global) -> Exit {
        let reasons = shortfalls(self.declared(), self.graph.model());
        session::tell_incomplete(global, &reasons);
        if reasons.is_empty() { Exit::Clean } else { Exit::Incomplete }
    }
}
