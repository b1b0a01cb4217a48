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
    let (resolved, marks) = load(global, level)?;
    let chosen = session::packages(global, &resolved.source.packages)?;
    let (model, declared) = (resolved.graph.model(), resolved.declared());
    let mut view = View::marked(model, level, declared, chosen.as_deref(), &marks);
    if !focus.is_empty() {
        let focus = Focus { names: focus, depth: depth.unwrap_or(1) };
        let unknown = |unknown: UnknownNode| {
            CliError::unknown("node", &unknown.name, unknown.known.iter().map(String::as_str))
        };
        view.focus(&focus, &|id| node_of(model, level, declared, id)).map_err(unknown)?;
    }
    let asked = FORMATS.iter().filter(|format| outputs.has(format.name));
    if let Some(why) = asked.into_iter().find_map(|format| hindrance(format.name, &view)) {
        return Err(CliError::TooLarge(why));
    }
    outputs.write(global, &view)?;
    Ok(resolved.exit(global))
}

/// A workspace, with what a check says of the edges between its modules: of what is accepted it says nothing.
fn load(global: &Global, level: Level) -> Result<(Resolved, Marks), CliError> {
    let progress = Progress::start(global);
    let resolved = Resolved::enter(
        global,
        |policy| level == Level::Module && policy.is_some_and(Policy::needs_data),
        &progress,
    )?;
    let Some((policy, _)) = resolved.declared().filter(|_| level == Level::Module) else {
        return Ok((resolved, Marks::default()));
    };
    let enter = |stage| progress.enter(stage);
    let data = match policy.needs_data() {
        true => crate::inventory(&resolved.source, &resolved.graph, Some(policy), &enter),
        false => DataModel::default(),
    };
    let chosen = session::packages(global, &resolved.source.packages)?;
    let baseline = session::baseline(global, &resolved.source)?.filter(|_| !global.no_baseline);
    enter(Stage::Check);
    let marks = crate::judge(&resolved.graph, &data, policy, |context| {
        let mut report = Report::new(rules::run(context), context);
        accept_exceptions(&mut report, policy);
        compare(&mut report.findings, &baseline.unwrap_or_default());
        if let Some(chosen) = &chosen {
            let manifests: Vec<&str> = resolved.source.packages.iter().map(|p| p.manifest.as_str()).collect();
            report.retain_packages(&manifests, chosen);
        }
        Marks::new(context, report.open(), chosen.as_deref())
    })?;
    Ok((resolved, marks))
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
        Resolved::enter(global, |_| false, &progress)
    }

    /// The same with an inventory of its data.
    pub(super) fn load_with_data(global: &Global) -> Result<(Resolved, DataModel), CliError> {
        let progress = Progress::start(global);
        let resolved = Resolved::enter(global, |_| true, &progress)?;
        let policy = resolved.declared().map(|(policy, _)| policy);
        let enter = |stage| progress.enter(stage);
        let data = crate::inventory(&resolved.source, &resolved.graph, policy, &enter);
        Ok((resolved, data))
    }

    /// What is found out about values in bodies is kept where the policy asks for it.
    fn enter(
        global: &Global,
        keeps_flow: impl Fn(Option<&Policy>) -> bool,
        progress: &Progress,
    ) -> Result<Resolved, CliError> {
        progress.enter(Stage::Load);
        let (source, ahead) = session::load(global)?;
        let policy = session::policy(global, &source)?;
        let exclude = policy.as_ref().map(|policy| policy.analysis.exclude.clone()).unwrap_or_default();
        let cache = session::cache(global, &source);
        let known = Known { cache: cache.as_ref(), ahead: Some(&ahead), ..Known::default() };
        let enter = |stage| progress.enter(stage);
        let graph = crate::resolve_with(&source, &exclude, keeps_flow(policy.as_ref()), known, &enter);
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
