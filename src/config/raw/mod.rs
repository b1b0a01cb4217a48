//! `boundaries.toml` as written: every key of the format once, with types checked and spans kept, names unresolved.
//!
//! The comments on the keys are what editors show: [`schema`](super::schema) is made of these types. To add a key: declare
//! it here, read it in [`read`], give it a meaning in [`check`](super::check), and show it in `boundaries.example.toml`.

mod read;

pub(super) use read::read;

use super::policy::{Kind, Stage, Tests};
use super::reader::At;
use super::schema::{Severities, name_or_table};
use crate::sql::Dialect;
use miette::SourceSpan;
use schemars::JsonSchema;
use std::collections::BTreeMap;

/// A list of strings, each with its span.
pub(super) type Strings<'a> = Option<At<Vec<At<&'a str>>>>;
/// A string with its span.
pub(super) type Text<'a> = Option<At<&'a str>>;

/// Which code of a Rust workspace belongs to which module, who may use whom, and who owns which data. `cargo modcheck`
/// checks the code against it.
#[derive(Default, JsonSchema)]
#[schemars(title = "boundaries.toml", deny_unknown_fields)]
pub(super) struct Raw<'a> {
    /// The version of this format: `1`.
    #[expect(dead_code, reason = "where it is not 1, nothing is read")]
    pub(super) version: Version,
    /// How the analysis works.
    #[schemars(default)]
    pub(super) analysis: Analysis<'a>,
    /// Where the data lies. Layouts of diesel, sqlx and refinery, and migrations written in Rust, are found without it.
    #[schemars(default)]
    pub(super) data: Data<'a>,
    /// Facts about the organisation, for an audit.
    #[schemars(default)]
    pub(super) context: Context<'a>,
    /// Layers that modules may be put in.
    #[schemars(default)]
    pub(super) layers: Layers<'a>,
    /// How loud each rule is: `"allow"`, `"warn"` or `"deny"`. `cargo modcheck list` shows the rules and their defaults.
    #[schemars(with = "Severities", default)]
    pub(super) rules: Vec<Override<'a>>,
    // In file order; a module that is no table has a name all the same, so that others may refer to it.
    /// The modules by name, each with the code that belongs to it.
    #[schemars(with = "BTreeMap<String, Module>", extend("minProperties" = 1))]
    pub(super) modules: Vec<(At<&'a str>, Option<Module<'a>>)>,
    /// Tables and queues that no module owns on purpose.
    #[schemars(default)]
    pub(super) shared: Shared<'a>,
}

/// The number 1.
#[derive(Default, JsonSchema)]
#[schemars(transform = super::schema::version)]
pub(super) struct Version;

#[derive(Default, JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Analysis<'a> {
    /// Whether code under `cfg(test)`, `tests/`, `benches/` and `examples/` is checked. Default: `"ignore"`.
    #[schemars(with = "Option<Tests>")]
    pub(super) tests: Text<'a>,
    /// Globs of files and folders to leave out, relative to the workspace root: `["**/generated/**"]`.
    pub(super) exclude: Strings<'a>,
    /// Share of references, 0 to 1, that must resolve, in all and in each module with three or more unresolved ones. Below
    /// it the run exits with 3. Without it, modules below 0.95 are named in a note.
    #[schemars(range(min = 0, max = 1))]
    pub(super) min_resolution: Option<At<f64>>,
}

#[derive(Default, JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Data<'a> {
    /// How SQL is spelled. Default: told from libraries and migrations.
    #[schemars(with = "Option<Dialect>")]
    pub(super) sql_dialect: Text<'a>,
    /// Folders with migrations, relative to the workspace root. Default: those of known layouts.
    pub(super) migrations: Strings<'a>,
    /// Globs of files of SQL outside the migrations (views, triggers, functions): `["db/functions/*.sql"]`.
    pub(super) extra_sql: Strings<'a>,
    /// Globs of tables that are nobody's business. What databases and migration tools keep for themselves is left out
    /// anyway.
    pub(super) ignore_tables: Strings<'a>,
    /// Your own functions that take SQL: `["my_db::exec"]`.
    pub(super) sql_functions: Strings<'a>,
    /// Your own functions that take the name of an environment variable: `["required_var"]`. Functions of the workspace
    /// that hand it to `std::env::var` are found by themselves.
    pub(super) env_functions: Strings<'a>,
}

#[derive(Default, JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Context<'a> {
    /// How many engineers work on the code.
    #[schemars(with = "Option<u32>", range(max = 4_294_967_295u32))]
    pub(super) engineers: Option<At<i128>>,
    /// Whether somebody runs a platform for services.
    pub(super) platform_team: Option<bool>,
    /// Where the product stands.
    #[schemars(with = "Option<Stage>")]
    pub(super) stage: Text<'a>,
}

#[derive(Default, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Layers<'a> {
    /// Names of layers, highest first; higher may use lower. A layer is no permission: the dependency still has to be
    /// declared.
    pub(super) order: Strings<'a>,
}

/// A rule name and a severity.
pub(super) struct Override<'a> {
    pub(super) rule: At<&'a str>,
    pub(super) severity: At<&'a str>,
}

#[derive(Default, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Shared<'a> {
    /// Globs of tables that all may read and only migrations may write.
    pub(super) reference: Strings<'a>,
    /// Globs of tables of jobs or events that all may write, also inside a transaction, and of queues that all may put jobs
    /// into.
    pub(super) outbox: Strings<'a>,
}

/// A boundary: which code is inside, who may use it, and what it may use.
#[derive(Default, JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Module<'a> {
    /// The code that belongs to the module: `crate`, `crate::path`, or a glob such as `shop::pay_*`. A path covers
    /// everything below it; where several match, the longest wins. Targets other than the library carry their kind:
    /// `shop_app{bin}`.
    #[schemars(required, length(min = 1))]
    pub(super) paths: Strings<'a>,
    /// `paths` is written, be it with a wrong type.
    #[schemars(skip)]
    pub(super) has_paths: bool,
    /// What the module is for. Default: `"domain"`.
    #[schemars(with = "Option<Kind>")]
    pub(super) kind: Text<'a>,
    /// Paths that others may name, relative to each of `paths`: `["api", "events::*"]`. An entry opens the item and all
    /// below it. Default: what is `pub` at the module's root.
    pub(super) public: Strings<'a>,
    /// Modules that may use this one. Default: everyone.
    pub(super) visible_to: Strings<'a>,
    /// Modules that this one may use: a name, or a table such as
    /// `{ module = "ledger", deprecated = true, until = "2027-03-31", reason = "moves to events" }`.
    pub(super) depends_on: Option<At<Vec<DependsOn<'a>>>>,
    /// One of `order` in `[layers]`.
    pub(super) layer: Text<'a>,
    /// Team or person.
    pub(super) owner: Text<'a>,
    /// Why the boundary exists; printed with findings.
    pub(super) because: Text<'a>,
    /// Mutable state in the module's memory is denied: `in-process-state`. Default: `false`.
    pub(super) stateless: Option<bool>,
    /// The module is to become a service: `leaked-type`, `leaked-db-handle`, `non-remotable-api`, `chatty-call` and
    /// `foreign-impl` are denied where they start in it or reach into it. Default: `false`.
    pub(super) extract: Option<bool>,
    /// Globs of external crates that only this module may use, and others that list them too: `["stripe-*"]`.
    pub(super) allow_crates: Strings<'a>,
    /// How often it is released, in your own words; for an audit.
    pub(super) cadence: Text<'a>,
    /// How its load behaves, in your own words; for an audit.
    pub(super) scaling: Text<'a>,
    /// Who works on it, in your own words; for an audit.
    pub(super) team: Text<'a>,
    /// Tables and other resources that belong to the module.
    #[schemars(default)]
    pub(super) owns: Owns<'a>,
    /// How loud a rule is for findings that start in this module: `"allow"`, `"warn"` or `"deny"`.
    #[schemars(with = "Severities", default)]
    pub(super) rules: Vec<Override<'a>>,
}

/// A module that may be used, with what there is to say about that.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, transform = name_or_table)]
pub(super) struct DependsOn<'a> {
    #[schemars(skip)]
    pub(super) at: SourceSpan,
    /// The module that may be used.
    pub(super) module: At<&'a str>,
    /// The dependency is on its way out: each run says how many uses are left.
    #[schemars(with = "Option<bool>")]
    pub(super) deprecated: bool,
    /// The last day (in UTC) that it is permitted, `YYYY-MM-DD`. Each run says how many uses are left; from the next day on
    /// the entry permits nothing.
    #[schemars(regex(pattern = r"^\d{4}-\d{2}-\d{2}$"))]
    pub(super) until: Option<At<String>>,
    /// Why it exists.
    pub(super) reason: Text<'a>,
}

/// Names are globs; `*` stands for anything. Of all modules and `[shared]`, the most specific entry wins; a tie is a
/// finding.
#[derive(Default, JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Owns<'a> {
    /// Globs of tables that the module owns; a leading `!` excludes: `["payments", "payment_*", "!payment_archive"]`.
    pub(super) tables: Strings<'a>,
    /// Globs of views that the module owns and publishes: others may read these.
    pub(super) views: Strings<'a>,
    /// Modules that may read a table although they don't own it, by glob of tables: `{ payments = ["ledger"] }`. Reading is
    /// not joining.
    #[schemars(with = "BTreeMap<String, Vec<String>>", default)]
    pub(super) readers: Vec<(At<&'a str>, Vec<At<&'a str>>)>,
    /// Globs of keys of Redis, by what they begin with: `["pay:*"]`. A part that the code fills in is a `*` in the name.
    pub(super) cache_keys: Strings<'a>,
    /// Globs of topics, queues and names of jobs: `["payments.*"]`.
    pub(super) topics: Strings<'a>,
    /// Globs of environment variables: `["STRIPE_*"]`. Those of cargo and of the system are nobody's unless they are named
    /// in full.
    pub(super) env: Strings<'a>,
}
