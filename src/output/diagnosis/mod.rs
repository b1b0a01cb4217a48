//! What is checked and what is not, ready to be written in any format: whether a run without findings means anything.

mod modules;
mod topics;

pub use modules::{ModuleSeen, Name, SelectorSeen, Unresolved};
pub use topics::{Entry, Topic, Weight};

use super::completeness::unresolved;
use super::report::{Extent, counted, percent};
use crate::graph::Resolution;
use crate::rules::Context;
use crate::source::Tree;
use std::collections::BTreeSet;

/// What is checked and what is not.
#[derive(Clone, Debug, Default)]
pub struct Diagnosis {
    /// There is a policy. Without one, nothing is checked.
    pub declared: bool,
    /// How much there is.
    pub extent: Extent,
    /// How many references resolved.
    pub resolution: Resolution,
    /// What was read of queries.
    pub queries: Queries,
    /// What stands in the way, the worst first; topics without an entry are left out.
    pub topics: Vec<Topic>,
    /// The declared modules in the policy's order; without a policy crates and their top-level modules, by name. Behind them
    /// what belongs to none, and the test code that is not checked.
    pub modules: Vec<ModuleSeen>,
}

/// Counts of queries in code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Queries {
    /// Queries whose tables are known.
    pub read: usize,
    /// Of the queries that were read, those that do not parse and were read by their keywords.
    pub approximate: usize,
    /// Queries whose tables are not known.
    pub opaque: usize,
}

/// What a run without findings means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing: there is no policy.
    Unchecked,
    /// There is none: `check` ends with exit code 3.
    Incomplete,
    /// Something was not looked at.
    Gaps,
    /// What it says.
    Trusted,
}

impl Diagnosis {
    /// Looks over what the stages saw. `context` holds an empty policy where there is none.
    pub fn new(context: &Context, declared: bool, tree: &dyn Tree) -> Diagnosis {
        let (model, policy) = (context.model(), context.policy);
        Diagnosis {
            declared,
            extent: Extent {
                modules: policy.modules.len(),
                source_modules: model.nodes.len(),
                files: model.files.len(),
            },
            resolution: model.resolution.clone(),
            queries: queries(context),
            topics: topics::all(context, declared, tree),
            modules: modules::all(context, declared),
        }
    }

    /// What a run without findings means.
    pub fn verdict(&self) -> Verdict {
        let worst = self.topics.iter().map(|topic| topic.weight).min();
        match worst {
            _ if !self.declared => Verdict::Unchecked,
            Some(Weight::Fails) => Verdict::Incomplete,
            Some(Weight::Gap) => Verdict::Gaps,
            Some(Weight::Note) | None => Verdict::Trusted,
        }
    }

    /// One line: what a run without findings means, why, and how much was looked at.
    pub fn summary(&self) -> (Verdict, String) {
        let verdict = self.verdict();
        let counts = |weight: Weight| {
            let topics = self.topics.iter().filter(|topic| topic.weight == weight);
            topics.map(Topic::count).collect::<Vec<_>>().join(", ")
        };
        let phrase = match verdict {
            Verdict::Unchecked => "nothing is checked: there is no boundaries.toml".to_owned(),
            Verdict::Incomplete => format!("every run is incomplete: {}", counts(Weight::Fails)),
            Verdict::Gaps => format!("a green run leaves gaps: {}", counts(Weight::Gap)),
            Verdict::Trusted => "a green run can be trusted".to_owned(),
        };
        (verdict, phrase)
    }

    /// How much was looked at: a phrase.
    pub fn seen(&self) -> String {
        let Extent { modules, source_modules, files } = self.extent;
        let mut parts = Vec::new();
        parts.extend(self.declared.then(|| counted(modules, "module")));
        parts.push(format!("{} in {}", counted(source_modules, "source module"), counted(files, "file")));
        let references = counted(self.resolution.references as usize, "reference");
        let why = match self.resolution.unresolved {
            0 => String::new(),
            _ => format!(" ({})", unresolved(&self.resolution)),
        };
        parts.push(format!("{} of {references} resolved{why}", percent(self.resolution.share())));
        let Queries { read, opaque, .. } = self.queries;
        let all = read + opaque;
        let noun = if all == 1 { "query" } else { "queries" };
        parts.extend((all > 0).then(|| format!("{read} of {all} {noun} read")));
        parts.join(", ")
    }
}

fn queries(context: &Context) -> Queries {
    let data = context.data;
    let counts = |test: bool| context.checks_tests() || !test;
    let is_query = |access: &&crate::data::TableAccess| {
        access.node.is_some() && !access.declaration && counts(access.test)
    };
    let of = |approximate: bool| {
        let accesses = data.accesses.iter().filter(is_query).filter(|a| !approximate || a.approximate);
        accesses.map(|access| access.query).collect::<BTreeSet<u32>>().len()
    };
    let opaque = data.opaque.iter().filter(|query| query.node.is_some() && counts(query.test)).count();
    Queries { read: of(false), approximate: of(true), opaque }
}
