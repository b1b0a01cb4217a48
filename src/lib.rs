//! cargo modcheck: checks the module boundaries of a Rust workspace, and what would block extracting a module.

pub mod source;
pub mod extract;
pub mod graph;
pub mod sql;
pub mod data;
pub mod rules;
pub mod output;
pub mod config;
pub mod cli;

use crate::config::{ConfigErrors, policy::Policy};
use crate::data::DataModel;
use crate::extract::memory::Forgetful;
use crate::graph::Graph;
use crate::output::report::Report;
use crate::source::Source;
use globset::GlobSet;

/// Checks a workspace against its policy: the whole pipeline. `enter` hears of each stage as it begins.
pub fn check(source: &Source, policy: &Policy, enter: &dyn Fn(Stage)) -> Result<Report, ConfigErrors> {
    // A policy that says nothing about data costs nothing.
    let looks_at_data = policy.declares_data() || policy.declares_resources();
    let graph = resolve_with(source, &policy.analysis.exclude, looks_at_data, enter);
    let data = match looks_at_data {
        true => inventory(source, &graph, Some(policy), enter),
        false => DataModel::default(),
    };
    enter(Stage::Check);
    let assignment = config::assign(policy, graph.model())?;
    let ownership = config::own(policy, &data);
    let context = rules::Context::new(&graph, policy, &assignment, (&data, &ownership));
    Ok(Report::new(rules::run(&context), &context, &|path| source.tree.read(path).ok()))
}

/// Who touches which data.
pub fn inventory(
    source: &Source,
    graph: &Graph,
    policy: Option<&Policy>,
    enter: &dyn Fn(Stage),
) -> DataModel {
    enter(Stage::Data);
    data::inventory(source, graph, &policy.map(Policy::data_options).unwrap_or_default())
}

/// The first half of the pipeline: files to resolved references, with what [`inventory`] needs.
pub fn resolve(source: &Source, exclude: &GlobSet, enter: &dyn Fn(Stage)) -> Graph {
    resolve_with(source, exclude, true, enter)
}

/// The same; `keep_flow`: what is found out about values in bodies is kept, which only data needs.
pub fn resolve_with(source: &Source, exclude: &GlobSet, keep_flow: bool, enter: &dyn Fn(Stage)) -> Graph {
    enter(Stage::Extract);
    let mut facts = extract::workspace(source, exclude);
    enter(Stage::Resolve);
    loop {
        let (graph, wanted) = graph::build(&source.packages, &facts, keep_flow, &Forgetful);
        match extract::extend(&facts, source, &wanted) {
            Some(more) => facts = more,
            None => return graph,
        }
    }
}

/// A part of the pipeline that may take a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Asking cargo for packages.
    Load,
    /// Parsing files.
    Extract,
    /// Resolving names.
    Resolve,
    /// Looking for tables and who touches them.
    Data,
    /// Running rules.
    Check,
}

impl Stage {
    /// Said to a user who waits.
    pub fn as_str(self) -> &'static str {
        match self {
            Stage::Load => "reading the workspace",
            Stage::Extract => "parsing files",
            Stage::Resolve => "resolving names",
            Stage::Data => "reading data accesses",
            Stage::Check => "checking rules",
        }
    }
}
