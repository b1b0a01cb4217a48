//! The checked form of `boundaries.toml`: a policy in which nothing can be wrong any more.
//!
//! Rules read these types and nothing else of the configuration. Names are resolved to indices, globs are compiled,
//! and every part that a finding may quote keeps its [`Place`] in the file.

use super::Date;
use crate::data;
use crate::sql::Dialect;
use globset::{GlobMatcher, GlobSet};
use std::collections::BTreeMap;

/// Index of a declared module in [`Policy::modules`] (file order).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleId(pub u32);

impl ModuleId {
    /// The index as a `usize`.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A place in `boundaries.toml`; line and column count from 1, the column in characters.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, bitcode::Encode, bitcode::Decode,
)]
pub struct Place {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// How loud a finding is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
    bitcode::Encode,
    bitcode::Decode,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Not reported.
    Allow,
    /// Reported; does not fail the run.
    Warn,
    /// Reported and fails the run (exit code 1).
    Deny,
}

impl Severity {
    /// As it is written in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Allow => "allow",
            Severity::Warn => "warn",
            Severity::Deny => "deny",
        }
    }
}

/// What to do with code under `cfg(test)`, `tests/`, `benches/` and `examples/`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, schemars::JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub enum Tests {
    /// Test code is not checked.
    #[default]
    Ignore,
    /// Test code is checked like any other.
    Check,
}

/// `[analysis]`.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    /// Whether test code is checked.
    pub tests: Tests,
    /// Files left out of the analysis, relative to the workspace root.
    pub exclude: GlobSet,
    /// Share of references (0 to 1) that must resolve, in all and in each module; below it the run ends with exit code 3.
    pub min_resolution: Option<f64>,
}

/// What a module is for, and so what may use it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, schemars::JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub enum Kind {
    /// An ordinary module, which may become a service.
    #[default]
    Domain,
    /// Travels with every service: anyone may use it without listing it; it may use only libraries.
    Library,
    /// The composition root: may use the public interface of every module without listing it; nobody may depend on it.
    App,
}

impl Kind {
    /// As it is written in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Domain => "domain",
            Kind::Library => "library",
            Kind::App => "app",
        }
    }
}

/// One entry of `paths`: a crate or a Rust path. `*` in a segment stands for any part of that segment.
#[derive(Clone, Debug)]
pub struct Selector {
    /// As written.
    pub text: String,
    /// The segments, without `r#`; the first names a crate, a package or a target (`rg{bin}`), with `-` as `_`.
    pub segments: Vec<String>,
    /// Where it stands.
    pub place: Place,
}

/// One entry of `public`: a path relative to each of the module's paths; it opens the named item and all below it.
#[derive(Clone, Debug)]
pub struct PublicPattern {
    /// As written.
    pub text: String,
    /// Segments, each a literal or with `*`.
    pub segments: Vec<String>,
    /// Where it stands.
    pub place: Place,
}

/// One entry of `depends-on`.
#[derive(Clone, Debug)]
pub struct DependsOn {
    /// The module that may be used.
    pub module: ModuleId,
    /// The entry is on its way out.
    pub deprecated: bool,
    /// Last day it is accepted.
    pub until: Option<Date>,
    /// Why it exists.
    pub reason: Option<String>,
    /// Where it stands.
    pub place: Place,
}

impl DependsOn {
    /// Whether the entry no longer permits anything.
    pub fn is_over(&self, today: Option<Date>) -> bool {
        self.until.is_some_and(|until| until.is_over(today))
    }
}

/// A glob with its text and its place.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// As written.
    pub text: String,
    /// Compiled, without the leading `!` that `tables` may have; for a crate with `-` as `_`.
    pub glob: GlobMatcher,
    /// Where it stands.
    pub place: Place,
}

impl Pattern {
    /// The entry takes out what it matches: a leading `!` in `tables`.
    pub fn excludes(&self) -> bool {
        self.text.starts_with('!')
    }

    /// Whether an entry of `allow-crates` matches a crate, written with `-` or `_`.
    pub fn matches_crate(&self, name: &str) -> bool {
        self.glob.is_match(name.replace('-', "_"))
    }
}

/// One `[modules.NAME]`.
#[derive(Clone, Debug)]
pub struct Module {
    /// The name in the table header.
    pub name: String,
    /// Where the header stands.
    pub place: Place,
    /// Which code belongs to it; never empty.
    pub paths: Vec<Selector>,
    /// Domain, library or app.
    pub kind: Kind,
    /// The public interface; `None` means what is `pub` at the module's root.
    pub public: Option<Vec<PublicPattern>>,
    /// Where `public` stands, if it is set.
    pub public_place: Option<Place>,
    /// Who may use it; `None` means everyone.
    pub visible_to: Option<Vec<ModuleId>>,
    /// Where `visible-to` stands, if it is set.
    pub visible_to_place: Option<Place>,
    /// What it may use.
    pub depends_on: Vec<DependsOn>,
    /// Where `depends-on` stands, if it is set.
    pub depends_on_place: Option<Place>,
    /// Index into [`Policy::layers`].
    pub layer: Option<usize>,
    /// Where `layer` stands, if it is set.
    pub layer_place: Option<Place>,
    /// Team or person.
    pub owner: Option<String>,
    /// Why the boundary exists; printed with findings.
    pub because: Option<String>,
    /// In-process mutable state is a finding.
    pub stateless: bool,
    /// The module is to be extracted: contract rules are deny.
    pub extract: bool,
    /// External crates only this module may use (and others that list them too).
    pub allow_crates: Vec<Pattern>,
    /// Free-form facts for the audit: `cadence`, `scaling`, `team`.
    pub facts: BTreeMap<String, String>,
    /// What it owns.
    pub owns: Owns,
    /// Severity overrides for findings that start in this module.
    pub rules: BTreeMap<String, Severity>,
}

/// `[modules.NAME.owns]`. [`own`](super::own) matches the globs with tables.
#[derive(Clone, Debug, Default)]
pub struct Owns {
    /// Table globs; a leading `!` excludes.
    pub tables: Vec<Pattern>,
    /// Published views.
    pub views: Vec<Pattern>,
    /// Table glob to the modules that may read it.
    pub readers: Vec<(Pattern, Vec<ModuleId>)>,
    /// Cache keys.
    pub cache_keys: Vec<Pattern>,
    /// Topics, queues and job names.
    pub topics: Vec<Pattern>,
    /// Environment variables.
    pub env: Vec<Pattern>,
}

impl Owns {
    /// The key that lists resources of a kind; buckets have none.
    pub fn key(kind: data::ResourceKind) -> Option<&'static str> {
        match kind {
            data::ResourceKind::Env => Some("env"),
            data::ResourceKind::CacheKey => Some("cache-keys"),
            data::ResourceKind::Topic => Some("topics"),
            data::ResourceKind::Bucket => None,
        }
    }

    /// The globs of resources of a kind.
    pub fn list(&self, kind: data::ResourceKind) -> &[Pattern] {
        match kind {
            data::ResourceKind::Env => &self.env,
            data::ResourceKind::CacheKey => &self.cache_keys,
            data::ResourceKind::Topic => &self.topics,
            data::ResourceKind::Bucket => &[],
        }
    }
}

/// `[data]`.
#[derive(Clone, Debug, Default)]
pub struct Data {
    /// How SQL is spelled.
    pub sql_dialect: Option<Dialect>,
    /// Migration folders, relative to the workspace root.
    pub migrations: Vec<String>,
    /// Files of SQL kept outside the migrations.
    pub extra_sql: GlobSet,
    /// Tables that are nobody's business.
    pub ignore_tables: Vec<Pattern>,
    /// Wrappers that take SQL.
    pub sql_functions: Vec<String>,
    /// Wrappers that take the name of an environment variable.
    pub env_functions: Vec<String>,
}

/// `[context]`: facts for the audit.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// How many engineers work on the code.
    pub engineers: Option<u32>,
    /// Whether somebody runs a platform for services.
    pub platform_team: Option<bool>,
    /// Where the product stands.
    pub stage: Option<Stage>,
}

/// Where a product stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, schemars::JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub enum Stage {
    /// It is still being found out what users want.
    PreFit,
    /// Users and engineers become more.
    Growth,
    /// Load decides about the design.
    Scale,
}

impl Stage {
    /// As it is written in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Stage::PreFit => "pre-fit",
            Stage::Growth => "growth",
            Stage::Scale => "scale",
        }
    }
}

/// `[shared]`: tables that no module owns on purpose.
#[derive(Clone, Debug, Default)]
pub struct Shared {
    /// Read by all, written by none but migrations.
    pub reference: Vec<Pattern>,
    /// Anyone may insert.
    pub outbox: Vec<Pattern>,
}

/// The whole checked `boundaries.toml`.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Path of the file, relative to the workspace root where it lies inside it.
    pub file: String,
    /// Its text, for excerpts.
    pub text: String,
    /// `[analysis]`.
    pub analysis: Analysis,
    /// `[data]`.
    pub data: Data,
    /// `[context]`.
    pub context: Context,
    /// `[layers] order`, highest first, with the place of each name.
    pub layers: Vec<(String, Place)>,
    /// `[rules]`: severity per rule name.
    pub rules: BTreeMap<String, Severity>,
    /// Severity per rule name that was asked for on the command line: goes before all else.
    pub overrides: BTreeMap<String, Severity>,
    /// The day that it is checked on; without one, no date has passed.
    pub today: Option<Date>,
    /// `[modules]`, in file order.
    pub modules: Vec<Module>,
    /// `[shared]`.
    pub shared: Shared,
}

impl Policy {
    /// The declared module behind an index.
    pub fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id.index()]
    }

    /// The module of a name.
    pub fn find(&self, name: &str) -> Option<ModuleId> {
        self.iter().find(|(_, module)| module.name == name).map(|(id, _)| id)
    }

    /// All entries of `depends-on`, each with the module whose list it is in.
    pub fn dependencies(&self) -> impl Iterator<Item = (ModuleId, &DependsOn)> {
        self.iter().flat_map(|(id, module)| module.depends_on.iter().map(move |entry| (id, entry)))
    }

    /// The entries of `depends-on` that no longer permit anything, each with its module.
    pub fn over(&self) -> impl Iterator<Item = (ModuleId, &DependsOn)> {
        self.dependencies().filter(|(_, entry)| entry.is_over(self.today))
    }

    /// Whether it says itself how loud a rule is, or the command line does.
    pub fn sets(&self, rule: &str) -> bool {
        self.rules.contains_key(rule) || self.overrides.contains_key(rule)
    }

    /// Whether it says anything about tables: without that, nobody asked for data to be looked at.
    pub fn declares_data(&self) -> bool {
        let owns = |module: &Module| !(module.owns.tables.is_empty() && module.owns.views.is_empty());
        let shared = !(self.shared.reference.is_empty() && self.shared.outbox.is_empty());
        shared || self.modules.iter().any(owns)
    }

    /// Whether it says who owns what is no table: environment variables, cache keys, topics.
    pub fn declares_resources(&self) -> bool {
        let owns =
            |owns: &Owns| !(owns.cache_keys.is_empty() && owns.topics.is_empty() && owns.env.is_empty());
        self.modules.iter().any(|module| owns(&module.owns))
    }

    /// Whether data has to be looked at to check it.
    pub fn needs_data(&self) -> bool {
        self.declares_data() || self.declares_resources()
    }

    /// What it says about data, as the analysis takes it.
    pub fn data_options(&self) -> data::Options {
        data::Options {
            dialect: self.data.sql_dialect,
            migrations: self.data.migrations.clone(),
            extra_sql: self.data.extra_sql.clone(),
            sql_functions: self.data.sql_functions.clone(),
            env_functions: self.data.env_functions.clone(),
            exclude: self.analysis.exclude.clone(),
        }
    }

    /// Every declared module with its index, in file order.
    pub fn iter(&self) -> impl Iterator<Item = (ModuleId, &Module)> {
        self.modules.iter().enumerate().map(|(i, m)| (ModuleId(i as u32), m))
    }
}
