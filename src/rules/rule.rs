//! What a rule is, and what its check hands in.

use super::debt::Debt;
use super::{Context, Site, TrailStep};
use crate::config::policy::{Kind, Module, ModuleId, Place, Policy, Severity};

/// One rule: its metadata, its page and its check.
pub struct Rule {
    /// Reads as "allow X": `private-access`.
    pub name: &'static str,
    /// One line: a lower-case phrase without a full stop.
    pub summary: &'static str,
    /// Where neither `[rules]` nor the module says otherwise.
    pub default: Severity,
    /// What has to hold for a module, so that findings which start in it or reach into it are `deny`: only what the module
    /// itself says of the rule goes before it.
    pub raised_by: Option<fn(&Module) -> bool>,
    /// How its findings stand in the way of extracting a module; `None` where they don't. They are `deny` for a module with
    /// `extract = true`, whether they start in it, reach into it or hold it up otherwise.
    pub blocks: Option<Blocks>,
    /// What of a finding is counted in a baseline.
    pub counts: Counts,
    /// What a policy has to declare for it to find anything.
    pub needs: Needs,
    /// The page `explain` prints: markdown with the sections of [`SECTIONS`].
    pub docs: &'static str,
    /// Hands in what it finds, in any order.
    pub check: Check,
}

/// How findings of a rule stand in the way of extracting a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocks {
    /// What each of them judges.
    pub crossing: CrossingKind,
    /// What it takes to get rid of one.
    pub effort: Effort,
}

/// What kind of crossing, of all ways from one module into another.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum CrossingKind {
    /// Code names an item of another module.
    Reference,
    /// Code reads a table.
    Read,
    /// Code writes a table.
    Write,
    /// One query combines tables of two owners.
    Join,
    /// A foreign key.
    ForeignKey,
    /// A trigger, a function or a view of the database.
    Routine,
    /// A transaction.
    Transaction,
    /// A table that two modules claim.
    Ownership,
    /// A static.
    State,
    /// An environment variable, a cache key, a topic.
    Resource,
    /// A library, of the workspace or from outside.
    Library,
    /// Test code that names an item of another module.
    Test,
}

/// What it takes to get rid of a finding, the least first. Classes, not hours: how long something takes, the team knows.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Effort {
    /// A few places in the code change, and it does what it did.
    Edit,
    /// A signature or a type changes, with all that use it.
    Interface,
    /// A migration, and the queries that rely on what it changes.
    Data,
    /// What the program does changes: it can fail half way, or takes effect later.
    Redesign,
}

impl Effort {
    /// Every class, the least first.
    pub const ALL: [Effort; 4] = [Effort::Edit, Effort::Interface, Effort::Data, Effort::Redesign];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Effort::Edit => "edit",
            Effort::Interface => "interface",
            Effort::Data => "data",
            Effort::Redesign => "redesign",
        }
    }

    /// What it means: a phrase.
    pub fn meaning(self) -> &'static str {
        match self {
            Effort::Edit => "a few places in the code change, and it does what it did",
            Effort::Interface => "a signature or a type changes, with all that use it",
            Effort::Data => "a migration, and the queries that rely on what it changes",
            Effort::Redesign => "what the program does changes: it can fail half way, or takes effect later",
        }
    }
}

/// What a rule looks at.
#[derive(Clone, Copy)]
pub enum Check {
    /// The code, its data and the policy.
    Code(fn(&Context, &mut Vec<Draft>)),
    /// What was accepted of the findings of all others.
    Debt(fn(&Debt, &mut Vec<Draft>)),
}

/// What of a finding is counted, where findings that were accepted may not grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// Each of its sites is one more place that breaks the rule.
    Sites,
    /// Its sites explain one thing together.
    Whole,
}

/// What a policy has to declare for a rule to find anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    /// Nothing beyond what every policy has.
    Nothing,
    /// Two modules.
    Modules,
    /// A `depends-on` that lists something.
    DependsOn,
    /// A `visible-to`.
    VisibleTo,
    /// Modules of two layers.
    Layers,
    /// An `allow-crates` that lists something.
    AllowCrates,
    /// A library module.
    Library,
    /// Tables that somebody owns or shares.
    Tables,
    /// Environment variables, cache keys or topics that somebody owns.
    Resources,
}

impl Needs {
    /// What a policy lacks of it: a phrase.
    pub fn missing(self, policy: &Policy) -> Option<&'static str> {
        let any = |holds: &dyn Fn(&Module) -> bool| policy.modules.iter().any(holds);
        let (is_there, phrase) = match self {
            Needs::Nothing => return None,
            Needs::Modules => (policy.modules.len() > 1, "there is only one module"),
            Needs::DependsOn => (any(&|m| !m.depends_on.is_empty()), "no `depends-on` lists anything"),
            Needs::VisibleTo => (any(&|m| m.visible_to.is_some()), "no module has a `visible-to`"),
            Needs::Layers => {
                let mut layers: Vec<usize> = policy.modules.iter().filter_map(|m| m.layer).collect();
                layers.sort_unstable();
                layers.dedup();
                (layers.len() > 1, "no two modules are of different layers")
            }
            Needs::AllowCrates => (any(&|m| !m.allow_crates.is_empty()), "no `allow-crates` lists anything"),
            Needs::Library => (any(&|m| m.kind == Kind::Library), "there is no library module"),
            Needs::Tables => (policy.declares_data(), "no module and no `[shared]` lists tables"),
            Needs::Resources => {
                (policy.declares_resources(), "no module lists `env`, `cache-keys` or `topics`")
            }
        };
        (!is_there).then_some(phrase)
    }
}

/// The sections of every rule's page, in order.
pub const SECTIONS: [&str; 4] =
    ["## What it checks", "## Why it blocks an extraction", "## Example", "## How to fix"];

impl Rule {
    /// Whether it is on unless a policy says otherwise: that one is off which nobody asked for leaves no gap.
    pub fn is_wanted(&self) -> bool {
        self.default != Severity::Allow
    }

    /// The stable code that reports carry: `modcheck::private-access`.
    pub fn code(&self) -> String {
        format!("modcheck::{}", self.name)
    }
}

/// A finding before severity, `because` and order are settled, which is done for all rules in one place.
///
/// Drafts of one rule with the same `from` and `to` become one finding with all their sites.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// A lower-case phrase without a full stop.
    pub message: String,
    /// Where, in the order to show; never empty.
    pub sites: Vec<Site>,
    /// What refers; see [`super::Finding::from`].
    pub from: String,
    /// What it refers to; may be empty where there is nothing to name.
    pub to: String,
    /// The declared module that the finding starts in.
    pub from_module: Option<ModuleId>,
    /// The declared module that it reaches into.
    pub to_module: Option<ModuleId>,
    /// More modules that it holds up: see [`super::Finding::holds_up`].
    pub holds_up: Vec<ModuleId>,
    /// How the item was reached; see [`super::Finding::trail`].
    pub trail: Vec<TrailStep>,
    /// The line of the policy that is broken.
    pub breaks: Option<Breaks>,
    /// What to do, the best advice first.
    pub help: Vec<String>,
    /// Rests on type inference alone.
    pub inferred: bool,
}

/// A line of the policy, and the module it speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breaks {
    /// Where the line stands.
    pub place: Place,
    /// Whose `because` explains it.
    pub module: ModuleId,
}
