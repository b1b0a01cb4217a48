//! What an audit says: plain data, as formats read it and JSON shows it.

use crate::rules::{CrossingKind, Effort, Site};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The audit of a workspace.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[schemars(rename = "Audit")]
pub struct Audit {
    /// The domain modules that were asked for, in the order of `boundaries.toml`.
    pub modules: Vec<ModuleAudit>,
    /// Every domain module, in the order in which they could be extracted.
    pub order: Vec<Next>,
    /// Who uses whom among all declared modules.
    pub matrix: Matrix,
    /// Blockers that are of no domain module: what a library holds travels with every service.
    pub elsewhere: Vec<Blocker>,
    /// What `[context]` says.
    pub context: Circumstances,
    /// What git says of how the code was changed.
    pub history: HistoryFacts,
    /// Rules about blockers that could find nothing, each with the reason: a phrase. What they would find is counted as safe.
    pub not_judged: BTreeMap<String, String>,
    /// Why the analysis falls short of what the policy allows: phrases.
    pub incomplete: Vec<String>,
}

/// What is known of one module.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct ModuleAudit {
    /// Its name.
    pub name: String,
    /// Why it exists, as `boundaries.toml` has it.
    pub because: Option<String>,
    /// `cadence`, `scaling`, `team`, as `boundaries.toml` has them.
    pub facts: BTreeMap<String, String>,
    /// Who owns it: `owner` of `boundaries.toml`.
    pub owner: Option<String>,
    /// `extract = true`: a check fails for every new blocker.
    pub gated: bool,
    /// Source modules that belong to it.
    pub source_modules: usize,
    /// Safe crossings out of all.
    pub readiness: Share,
    /// The same by what they are, every dimension.
    pub dimensions: Vec<Dimension>,
    /// Every crossing that it is a part of.
    pub crossings: Vec<Crossing>,
    /// What stands in the way: the most effort first, then what marks most crossings.
    pub blockers: Vec<Blocker>,
    /// An order of work: the least effort first, and of that what makes most crossings safe.
    pub work: Vec<Step>,
    /// What moves, and what the interface would have to be.
    pub cut: CutList,
    /// What would be given up.
    pub cost: Cost,
    /// What git and CODEOWNERS say of it.
    pub evidence: Evidence,
    /// Whether it should be extracted.
    pub advice: Advice,
    /// What was not looked at: phrases.
    pub blind_spots: Vec<String>,
}

/// Safe crossings out of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Share {
    /// Crossings that no blocker is about.
    pub safe: usize,
    /// All of them.
    pub all: usize,
}

impl Share {
    /// From 0 to 1; 1 where there is nothing to judge.
    pub fn value(self) -> f64 {
        if self.all == 0 { 1.0 } else { self.safe as f64 / self.all as f64 }
    }

    /// Whether all of it is safe.
    pub fn is_whole(self) -> bool {
        self.safe == self.all
    }
}

/// A group of crossings that have one kind of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// What others name of the module.
    Inbound,
    /// What it names of others.
    Outbound,
    /// Tables: reads and writes, joins, foreign keys, triggers, transactions.
    Data,
    /// Statics.
    State,
    /// Environment variables, cache keys, topics.
    Configuration,
    /// Libraries that would travel with it.
    Libraries,
    /// Test code on the other side of the boundary, either way.
    Tests,
}

impl Topic {
    /// Every topic, in the order in which they are listed.
    pub const ALL: [Topic; 7] = [
        Topic::Inbound,
        Topic::Outbound,
        Topic::Data,
        Topic::State,
        Topic::Configuration,
        Topic::Libraries,
        Topic::Tests,
    ];

    /// As it is written in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Topic::Inbound => "inbound",
            Topic::Outbound => "outbound",
            Topic::Data => "data",
            Topic::State => "state",
            Topic::Configuration => "configuration",
            Topic::Libraries => "libraries",
            Topic::Tests => "tests",
        }
    }

    /// What it is about: a phrase.
    pub fn title(self) -> &'static str {
        match self {
            Topic::Inbound => "inbound uses",
            Topic::Outbound => "outbound dependencies",
            Topic::Data => "data",
            Topic::State => "shared state",
            Topic::Configuration => "configuration and environment",
            Topic::Libraries => "libraries that travel",
            Topic::Tests => "tests across the boundary",
        }
    }
}

/// How safe the crossings of one topic are.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Dimension {
    /// What they are about.
    pub topic: Topic,
    /// How many of them are safe.
    #[serde(flatten)]
    pub share: Share,
    /// Rules about them that could find nothing.
    pub not_judged: Vec<String>,
    /// Some rule about them could find something, or none is needed.
    pub judged: bool,
}

/// Which way a crossing goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Into the module.
    In,
    /// Out of it.
    Out,
}

/// All uses that one source module makes of one thing of another module, or one key, join, trigger or transaction.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Crossing {
    /// What kind it is.
    pub kind: CrossingKind,
    /// Where it is counted.
    pub topic: Topic,
    /// Which way it goes.
    pub direction: Direction,
    /// The module on the other side; none for tests of no module.
    pub other: Option<String>,
    /// What crosses: a source module, a function, a table.
    pub from: String,
    /// What is reached.
    pub to: String,
    /// Where.
    pub sites: Vec<Place>,
    /// The blockers that are about it, as indices into the module's list; empty where it is safe.
    pub blockers: Vec<usize>,
    /// Test code that enters past the public interface, or touches a table that is not shared with it.
    pub reaches_inside: bool,
}

impl Crossing {
    /// Whether nothing stands in its way.
    pub fn is_safe(&self) -> bool {
        self.blockers.is_empty() && !self.reaches_inside
    }
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Place {
    /// Path relative to the workspace root.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// How many characters to underline.
    pub width: u32,
    /// What stands there, in a few words; may be empty.
    pub label: String,
}

impl From<&Site> for Place {
    fn from(site: &Site) -> Place {
        let Site { file, line, column, width, label } = site.clone();
        Place { file, line, column, width, label }
    }
}

/// A finding that stands in the way.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Blocker {
    /// The rule.
    pub rule: String,
    /// What kind of crossing it judges.
    pub kind: CrossingKind,
    /// What it takes to get rid of it.
    pub effort: Effort,
    /// How `check` names it.
    pub identity: String,
    /// What is wrong: a phrase.
    pub message: String,
    /// Where; the first place is the one to show.
    pub sites: Vec<Place>,
    /// What to do: phrases, the best first.
    pub help: Vec<String>,
    /// Crossings of the module that it is about.
    pub crossings: usize,
    /// How it was accepted for now, if it was.
    pub accepted: Option<Accepted>,
}

/// How a blocker was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Accepted {
    /// The baseline lists it.
    Baseline,
    /// A comment in the source allows it.
    Exception,
}

/// A step of the work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Step {
    /// The blocker to get rid of, as an index into the module's list.
    pub blocker: usize,
    /// Crossings that are safe once it is gone.
    pub makes_safe: usize,
    /// What the readiness is then.
    pub readiness: Share,
}

/// What moves with a module, and what its interface would have to be.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct CutList {
    /// Functions of the module that others call.
    pub offers: Vec<Function>,
    /// Functions of other modules that it calls.
    pub needs: Vec<Function>,
    /// Tables and views that move.
    pub tables: Vec<Table>,
    /// Environment variables, cache keys and topics that move.
    pub resources: Vec<String>,
    /// Libraries of the workspace that travel.
    pub libraries: Vec<Library>,
    /// Crates from outside that it uses, with the number of places.
    pub crates: BTreeMap<String, usize>,
}

/// A function that becomes part of an interface between services.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Function {
    /// The module that offers it.
    pub module: String,
    /// Its whole name.
    pub path: String,
    /// Where it is defined.
    pub place: Place,
    /// Who calls it, and in how many places.
    pub callers: BTreeMap<String, usize>,
    /// All places that call it.
    pub calls: usize,
    /// Those in a loop, or in what an adapter of an iterator calls: one request for each element.
    pub in_loops: usize,
    /// What keeps it from becoming a network call, in words that follow "it".
    pub obstacles: Vec<String>,
    /// Types that it passes and that have no wire form.
    pub needs_wire_form: Vec<String>,
}

/// A table that moves.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Modules that read it beside the owner.
    pub read_by: Vec<String>,
    /// Modules that write it beside the owner.
    pub written_by: Vec<String>,
}

/// A library of the workspace that travels.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Library {
    /// Its name.
    pub name: String,
    /// Places that use it.
    pub places: usize,
    /// Mutable statics in it: each service gets a copy of its own.
    pub state: Vec<String>,
}

/// What would be given up.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Cost {
    /// Places that call the module, and become network calls.
    pub calls_in: usize,
    /// Those in loops.
    pub calls_in_in_loops: usize,
    /// Places in it that call other modules, and become network calls.
    pub calls_out: usize,
    /// Those in loops.
    pub calls_out_in_loops: usize,
    /// Functions that become reachable over the network, and have to be secured.
    pub exposed_functions: usize,
    /// Transactions that can no longer succeed or fail as one.
    pub transactions: usize,
    /// Joins that become several requests.
    pub joins: usize,
    /// Foreign keys that the database no longer watches.
    pub foreign_keys: usize,
    /// Triggers, functions and views that stop working.
    pub routines: usize,
    /// Reads and writes of tables across the cut: each becomes a request or a copy.
    pub table_accesses: usize,
    /// Modules whose deploys have to be coordinated with its own.
    pub partners: Vec<Partner>,
}

/// A module that a deploy has to be coordinated with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Partner {
    /// Its name.
    pub module: String,
    /// Places in it that call the audited module.
    pub calls_it: usize,
    /// Places in the audited module that call it.
    pub is_called: usize,
    /// Commits that changed both; none where git says nothing.
    pub changed_together: Option<usize>,
}

/// What git and CODEOWNERS say of a module.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Evidence {
    /// How it changed; none where git says nothing.
    pub changes: Option<Changes>,
    /// Whom CODEOWNERS names for its files, with the number of files; none where there is no such file.
    pub code_owners: Option<BTreeMap<String, usize>>,
}

/// How a module changed within the time that is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Changes {
    /// Commits that changed it.
    pub commits: usize,
    /// Those that changed no other module.
    pub alone: usize,
    /// By other module: those that changed it as well.
    pub together: BTreeMap<String, usize>,
    /// People who made them.
    pub authors: usize,
}

/// What git says of the workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HistoryFacts {
    /// The commit that is looked at.
    pub head: Option<String>,
    /// How many days before it are looked at.
    pub days: u32,
    /// Commits in that time, merges left out.
    pub commits: usize,
    /// People who made them.
    pub authors: usize,
    /// Why nothing or not all is known: a phrase.
    pub gap: Option<String>,
    /// Where CODEOWNERS lies.
    pub code_owners: Option<String>,
}

/// What `[context]` says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Circumstances {
    /// How many engineers work on the code.
    pub engineers: Option<u32>,
    /// Whether somebody runs a platform for services.
    pub platform_team: Option<bool>,
    /// `pre-fit`, `growth` or `scale`.
    pub stage: Option<String>,
}

/// What to do with a module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Leave it where it is.
    #[default]
    Stay,
    /// Leave it where it is, and work on its boundary.
    Harden,
    /// Extract it.
    Extract,
}

impl Verdict {
    /// In words.
    pub fn phrase(self) -> &'static str {
        match self {
            Verdict::Stay => "stay a monolith",
            Verdict::Harden => "harden the boundary",
            Verdict::Extract => "extract this one",
        }
    }
}

/// Whether a module should be extracted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Advice {
    /// What to do.
    pub verdict: Verdict,
    /// The rule that decided.
    pub rule: String,
    /// Why: phrases, the one that decides first.
    pub reasons: Vec<String>,
    /// What would change it: phrases.
    pub would_change: Vec<String>,
    /// What is not known and might: phrases.
    pub unknown: Vec<String>,
}

/// A module's place in the order of extraction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Next {
    /// Its name.
    pub module: String,
    /// Its blockers that are not gone with the modules before it.
    pub blockers: usize,
    /// Those that ask for a redesign.
    pub redesigns: usize,
    /// Places whose calls become network calls.
    pub calls: usize,
    /// Its readiness today.
    pub readiness: Share,
}

/// Who uses whom, as a square.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Matrix {
    /// The modules: users before what they use, those of a cycle beside each other.
    pub modules: Vec<MatrixModule>,
    /// Pairs with a crossing, sorted.
    pub cells: Vec<Cell>,
    /// Modules that depend on each other in a circle, as indices into the list.
    pub cycles: Vec<Vec<usize>>,
}

/// A row and a column.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MatrixModule {
    /// Its name.
    pub name: String,
    /// `domain`, `library` or `app`.
    pub kind: &'static str,
}

/// What one module uses of another.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Cell {
    /// The user, as an index into the modules.
    pub from: usize,
    /// What it uses.
    pub to: usize,
    /// How many crossings of each kind.
    pub kinds: BTreeMap<CrossingKind, usize>,
    /// Crossings that a blocker is about.
    pub blocked: usize,
    /// Rules that object, with the number of crossings.
    pub rules: BTreeMap<String, usize>,
    /// Both are part of a cycle.
    pub cyclic: bool,
    /// Where: crossings with a blocker first. Beyond a limit the rest is only counted.
    pub sites: Vec<CellSite>,
    /// Places that are left out of the list.
    pub more: usize,
}

/// A place behind a cell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct CellSite {
    /// Rules that object.
    pub rules: Vec<String>,
    /// What kind of crossing.
    pub kind: CrossingKind,
    /// What is reached.
    pub to: String,
    /// Where.
    pub place: Place,
}
