//! cargo modcheck: checks the module boundaries of a Rust workspace, and what would block extracting a module.

pub mod source;
pub mod extract;
pub mod graph;
pub mod sql;
pub mod data;
pub mod rules;
pub mod exceptions;
pub mod baseline;
pub mod init;
pub mod readiness;
pub mod output;
pub mod config;
pub mod cache;
pub mod cli;

use crate::cache::Cache;
use crate::cache::outcome::Question;
use crate::config::ConfigErrors;
use crate::config::policy::{ModuleId, Policy};
use crate::data::DataModel;
use crate::extract::Ahead;
use crate::extract::facts::FileFacts;
use crate::extract::memory::{Memory, Remembered};
use crate::graph::Graph;
use crate::output::draft;
use crate::output::inventory::{Inventory, Shown};
use crate::output::proposal::Proposal as Tables;
use crate::output::report::Report;
use crate::source::{Recorded, Source};
use globset::GlobSet;
use std::sync::Arc;

/// What is known before a run begins. It changes how long the run takes, and nothing else.
#[derive(Clone, Copy, Default)]
pub struct Known<'a> {
    /// What earlier runs found out.
    pub cache: Option<&'a Cache>,
    /// Facts of files that were read already.
    pub ahead: Option<&'a Ahead>,
    /// The commit that the workspace is of, where it is not that of today.
    pub revision: Option<&'a str>,
}

impl Memory for Known<'_> {
    fn facts(&self, hash: u128) -> Option<Arc<FileFacts>> {
        self.cache.and_then(|cache| cache.facts(hash))
    }

    fn extracted(&self, hash: u128) -> Option<Arc<FileFacts>> {
        self.ahead.and_then(|ahead| ahead.facts(hash))
    }

    fn keep_facts(&self, hash: u128, text: &str, facts: &Arc<FileFacts>) {
        self.cache.into_iter().for_each(|cache| cache.keep_facts(hash, text, facts));
    }

    fn recall(&self, key: u128) -> Option<Option<Remembered>> {
        self.cache.and_then(|cache| cache.recall(key))
    }

    fn keep(&self, key: u128, made: Option<&Remembered>) {
        self.cache.into_iter().for_each(|cache| cache.keep(key, made));
    }
}

/// Checks a workspace against its policy: the whole pipeline, up to what is made of the findings. `enter` hears of each
/// stage as it begins.
///
/// With a cache it does no more than what changed since an earlier run asks for, and comes to the same.
pub fn check(
    source: &Source,
    policy: &Policy,
    known: Known,
    enter: &dyn Fn(Stage),
) -> Result<Report, ConfigErrors> {
    let Some(cache) = known.cache else { return check_with(source, policy, known, enter) };
    let question = Question::new(&source.packages, policy, known.revision);
    let files = Arc::new(Recorded::new(source.tree.clone()));
    if let Some(report) = cache.outcome(question, &files) {
        return Ok(report);
    }
    let recorded = Source { tree: files.clone(), ..source.clone() };
    let report = check_with(&recorded, policy, known, enter)?;
    cache.keep_outcome(question, files.trace(), &report);
    Ok(report)
}

/// Every stage.
fn check_with(
    source: &Source,
    policy: &Policy,
    known: Known,
    enter: &dyn Fn(Stage),
) -> Result<Report, ConfigErrors> {
    // A policy that says nothing about data costs nothing.
    let looks_at_data = policy.needs_data();
    examine(source, policy, looks_at_data, known, enter, |context| Report::new(rules::run(context), context))
}

/// Every stage up to the rules; what they look at is shown to `see`. A policy that says nothing about data need not pay for
/// a look at it.
pub fn examine<T>(
    source: &Source,
    policy: &Policy,
    looks_at_data: bool,
    known: Known,
    enter: &dyn Fn(Stage),
    see: impl FnOnce(&rules::Context) -> T,
) -> Result<T, ConfigErrors> {
    let graph = resolve_with(source, &policy.analysis.exclude, looks_at_data, known, enter);
    let data = match looks_at_data {
        true => inventory(source, &graph, Some(policy), enter),
        false => DataModel::default(),
    };
    enter(Stage::Check);
    judge(&graph, &data, policy, see)
}

/// The last stage: a policy and all that it speaks of.
pub fn judge<T>(
    graph: &Graph,
    data: &DataModel,
    policy: &Policy,
    see: impl FnOnce(&rules::Context) -> T,
) -> Result<T, ConfigErrors> {
    let assignment = config::assign(policy, graph.model())?;
    let ownership = config::own(policy, data);
    Ok(see(&rules::Context::new(graph, policy, &assignment, (data, &ownership))))
}

/// A first policy from the code as it is, the text of a `boundaries.toml` that is to be called `file`, with what a check
/// against it finds today. `None` where there is no code that a module could be made of.
pub fn propose(graph: &Graph, data: &DataModel, file: &str) -> Result<Option<Proposed>, ConfigErrors> {
    let units = init::units(graph.model());
    if units.is_empty() {
        return Ok(None);
    }
    let names = rules::names();
    let bare = config::load(&draft::text(&init::bare(&units), &Tables::default()), file, &names)?;
    let assignment = config::assign(&bare, graph.model())?;
    let mut inventory = Inventory::new(graph.model(), data, Some((&bare, &assignment)), Shown::default());
    inventory.retain_plain_tables();
    let tables = Tables::new(&inventory, Some(&bare));
    let ownership = config::own(&bare, data);
    let context = rules::Context::new(graph, &bare, &assignment, (data, &ownership));
    let proposal = init::complete(&context, &units, &owners(&bare, &tables));
    let text = draft::text(&proposal, &tables);
    let policy = config::load(&text, file, &names)?;
    let nothing = DataModel::default();
    let data = if policy.needs_data() { data } else { &nothing };
    let report = judge(graph, data, &policy, |context| Report::new(rules::run(context), context))?;
    Ok(Some(Proposed { text, policy, report }))
}

/// The modules that a table is proposed for without a doubt.
fn owners(policy: &Policy, tables: &Tables) -> Vec<ModuleId> {
    let owns =
        |name: &str| tables.modules.iter().any(|m| m.name == name && m.tables.iter().any(|t| t.certain));
    policy.iter().filter(|(_, module)| owns(&module.name)).map(|(id, _)| id).collect()
}

/// A first policy, and what it makes of the workspace.
#[derive(Debug)]
pub struct Proposed {
    /// Of `boundaries.toml`.
    pub text: String,
    /// The same, checked.
    pub policy: Policy,
    /// What a check finds; it is to be accepted for now.
    pub report: Report,
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
    resolve_with(source, exclude, true, Known::default(), enter)
}

/// The same; `keep_flow`: what is found out about values in bodies is kept, which only data needs.
pub fn resolve_with(
    source: &Source,
    exclude: &GlobSet,
    keep_flow: bool,
    known: Known,
    enter: &dyn Fn(Stage),
) -> Graph {
    enter(Stage::Extract);
    let mut facts = extract::workspace(source, exclude, &known);
    enter(Stage::Resolve);
    loop {
        let (graph, wanted) = graph::build(&source.packages, &facts, keep_flow, &known);
        match extract::extend(&facts, source, &wanted, &known) {
            Some(more) => facts = more,
            None => {
                known.cache.into_iter().for_each(|cache| cache.save(known.revision.is_some()));
                return graph;
            }
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
    /// Asking git how the code was changed.
    History,
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
            Stage::History => "reading the history",
        }
    }
}
