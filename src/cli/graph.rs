//! `graph`: who uses whom.

use super::args::{Global, LevelArg};
use super::check::accept_exceptions;
use super::error::CliError;
use super::outputs::Outputs;
use super::progress::Progress;
use super::{Exit, session};
use crate::baseline::compare;
use crate::config;
use crate::config::{Assignment, policy::Policy};
use crate::data::DataModel;
use crate::graph::{Graph, Model, NodeId};
use crate::output::focus::{Focus, UnknownNode};
use crate::output::graph::{FORMATS, hindrance};
use crate::output::marks::Marks;
use crate::output::report::{Report, shortfalls};
use crate::output::view::{Declared, Level, View, groups};
use crate::rules;
use crate::source::Source;
use crate::{Known, Stage};

/// Writes the graph.
pub(super) fn run(
    global: &Global,
    level: Option<LevelArg>,
    focus: Vec<String>,
    depth: Option<usize>,
) -> Result<Exit, CliError> {
    let outputs = Outputs::new(global, FORMATS)?;
    let level = level.map_or(Level::Module, Level::from);
    let progress = Progress::start(global);
    let wants_data =
        |policy: Option<&Policy>| level == Level::Module && policy.is_some_and(Policy::needs_data);
    let (resolved, data) = Resolved::enter(global, wants_data, &progress)?;
    let chosen = session::packages(global, &resolved.source.packages)?;
    let marks = match level {
        Level::Module => {
            progress.enter(Stage::Check);
            marks(global, &resolved, &data.unwrap_or_default(), chosen.as_deref())?
        }
        Level::Crate | Level::Source => Marks::default(),
    };
    drop(progress);
    let (model, declared) = (resolved.graph.model(), resolved.declared());
    let mut view = View::marked(model, level, declared, chosen.as_deref(), &marks);
    if !focus.is_empty() {
        let focus = Focus { names: focus, depth: depth.unwrap_or(1) };
        let unknown = |unknown: UnknownNode| {
            CliError::unknown("node", &unknown.name, unknown.known.iter().map(String::as_str))
        };
        view.focus(&focus, &|id| node_of(model, level, declared, id)).map_err(unknown)?;
    }
    let mut asked = FORMATS.iter().filter(|format| outputs.has(format.name));
    if let Some(why) = asked.find_map(|format| hindrance(format.name, &view)) {
        return Err(CliError::TooLarge(why));
    }
    outputs.write(global, &view)?;
    Ok(resolved.exit(global))
}

/// What a check says of the edges between the modules of a policy: of what is accepted it says nothing.
fn marks(
    global: &Global,
    resolved: &Resolved,
    data: &DataModel,
    chosen: Option<&[usize]>,
) -> Result<Marks, CliError> {
    let Some((policy, _)) = resolved.declared() else { return Ok(Marks::default()) };
    let baseline = session::baseline(global, &resolved.source)?.filter(|_| !global.no_baseline);
    let marks = crate::judge(&resolved.graph, data, policy, |context| {
        let mut report = Report::new(rules::run(context), context);
        accept_exceptions(&mut report, policy);
        compare(&mut report.findings, &baseline.unwrap_or_default());
        if let Some(chosen) = chosen {
            report.retain_packages(&resolved.source.packages, chosen);
        }
        Marks::new(context, report.open(), chosen)
    })?;
    Ok(marks)
}

/// The id of the node that holds a source module.
fn node_of(model: &Model, level: Level, declared: Option<Declared<'_>>, id: &str) -> Option<String> {
    let index = model.nodes.iter().position(|node| node.id == id)?;
    let (grouping, nodes) = groups(model, level, declared);
    Some(nodes[grouping.of(NodeId(index as u32))?.index()].id.clone())
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
        Resolved::enter(global, |_| false, &progress).map(|(resolved, _)| resolved)
    }

    /// The same with an inventory of its data.
    pub(super) fn load_with_data(global: &Global) -> Result<(Resolved, DataModel), CliError> {
        let progress = Progress::start(global);
        let (resolved, data) = Resolved::enter(global, |_| true, &progress)?;
        Ok((resolved, data.unwrap_or_default()))
    }

    /// The same with an inventory if the policy makes somebody want one.
    pub(super) fn enter(
        global: &Global,
        wants_data: impl Fn(Option<&Policy>) -> bool,
        progress: &Progress,
    ) -> Result<(Resolved, Option<DataModel>), CliError> {
        progress.enter(Stage::Load);
        let (source, ahead) = session::load(global)?;
        let policy = session::policy(global, &source)?;
        let exclude = policy.as_ref().map(|policy| policy.analysis.exclude.clone()).unwrap_or_default();
        let cache = session::cache(global, &source);
        let known = Known { cache: cache.as_ref(), ahead: Some(&ahead), ..Known::default() };
        let enter = |stage| progress.enter(stage);
        let wants_data = wants_data(policy.as_ref());
        let graph = crate::resolve_with(&source, &exclude, wants_data, known, &enter);
        let declared = match policy {
            Some(policy) => {
                let assignment = config::assign(&policy, graph.model())?;
                Some((policy, assignment))
            }
            None => None,
        };
        let resolved = Resolved { source, graph, declared };
        let policy = resolved.declared().map(|(policy, _)| policy);
        let inventory = || crate::inventory(&resolved.source, &resolved.graph, policy, &enter);
        let data = wants_data.then(inventory);
        Ok((resolved, data))
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
