//! Binds the globs of a policy to the tables and other resources of a workspace: the most specific one wins, and a tie is
//! kept as such.

use super::claims::{Fit, Lists};
use super::policy::{ModuleId, Owns, Pattern, Place, Policy};
use super::suggest;
use crate::data::{DataModel, ResourceId, ResourceKind, TableId};
use globset::GlobMatcher;
use std::collections::BTreeSet;

/// What databases and the tools for migrations keep for themselves.
const HOUSEKEEPING: [&str; 7] = [
    "_sqlx_migrations",
    "__diesel_schema_migrations",
    "refinery_schema_history",
    "seaql_migrations",
    "sqlite_*",
    "pg_*",
    "information_schema.*",
];

/// Environment variables that belong to tools and systems.
const SYSTEM_VARIABLES: [&str; 8] = [
    "{CARGO,RUST,RUSTC,RUSTDOC,XDG,LC,KUBERNETES}_*",
    "{CARGO,RUSTC,RUSTDOC,RUSTFLAGS,RUSTUP_HOME,OUT_DIR,TARGET,HOST,PROFILE,OPT_LEVEL,NUM_JOBS,DOCS_RS,CI}",
    "{PATH,HOME,PWD,USER,USERNAME,USERPROFILE,LOGNAME,SHELL,HOSTNAME,COMPUTERNAME,LD_LIBRARY_PATH}",
    "{TMPDIR,TMP,TEMP,APPDATA,LOCALAPPDATA,PROGRAMDATA,PROGRAMFILES,SYSTEMROOT,WINDIR}",
    "{TERM,TERM_PROGRAM,COLORTERM,NO_COLOR,FORCE_COLOR,CLICOLOR,CLICOLOR_FORCE,COLUMNS,LINES}",
    "{LANG,LANGUAGE,TZ,EDITOR,VISUAL,PAGER,DISPLAY,SSH_AUTH_SOCK,NOTIFY_SOCKET,INVOCATION_ID}",
    "{HTTP,HTTPS,NO,ALL}_PROXY",
    "{http,https,no,all}_proxy",
];

/// Who owns a table or another resource.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Owner {
    /// A module.
    Module(ModuleId),
    /// All: `[shared] reference`.
    Reference,
    /// All: `[shared] outbox`.
    Outbox,
    /// Several claim it equally well.
    Contested,
    /// It is nobody's business: `ignore-tables`, or housekeeping of the database.
    Ignored,
    /// Nobody says.
    #[default]
    Nobody,
}

impl Owner {
    /// The module, if it is one.
    pub fn module(self) -> Option<ModuleId> {
        match self {
            Owner::Module(module) => Some(module),
            _ => None,
        }
    }
}

/// Who lists a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claimant {
    /// A module, in its `owns`.
    Module(ModuleId),
    /// `[shared] reference`.
    Reference,
    /// `[shared] outbox`.
    Outbox,
}

/// One glob that a name falls under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Who lists it.
    pub by: Claimant,
    /// The glob as written.
    pub glob: String,
    /// Where it stands.
    pub place: Place,
}

/// Something that several claim equally well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contested<T> {
    /// The table or the other resource.
    pub id: T,
    /// The best claim of each, in file order; two or more.
    pub claims: Vec<Claim>,
}

/// An entry of a module's `owns` that nothing has the name of: its boundary would check nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmatchedEntry {
    /// The module that lists it.
    pub module: ModuleId,
    /// The list: `tables`, `env`.
    pub key: &'static str,
    /// What it lists: `table`, `environment variable`.
    pub noun: &'static str,
    /// As written.
    pub glob: String,
    /// Where it stands.
    pub place: Place,
    /// A name that is probably meant.
    pub suggestion: Option<String>,
}

/// What a policy says of the tables and other resources of a workspace.
#[derive(Clone, Debug, Default)]
pub struct Ownership {
    /// Parallel to [`DataModel::tables`].
    tables: Vec<Entry>,
    /// Parallel to [`DataModel::resources`].
    resources: Vec<Entry>,
    /// Tables with more than one owner, in the order of the tables.
    pub contested: Vec<Contested<TableId>>,
    /// Other resources with more than one owner, in their order.
    pub contested_resources: Vec<Contested<ResourceId>>,
    /// Entries of `owns` that match nothing, in file order; none of a kind of which nothing was seen at all.
    pub unmatched: Vec<UnmatchedEntry>,
}

/// What the policy says of one table or other resource.
#[derive(Clone, Debug, Default)]
struct Entry {
    owner: Owner,
    place: Option<Place>,
    published: bool,
    readers: Vec<ModuleId>,
}

impl Ownership {
    /// Who owns a table.
    pub fn owner(&self, table: TableId) -> Owner {
        self.entry(table).map_or(Owner::Nobody, |entry| entry.owner)
    }

    /// Where the glob stands that makes it so.
    pub fn place(&self, table: TableId) -> Option<Place> {
        self.entry(table).and_then(|entry| entry.place)
    }

    /// Whether its owner lists it among its `views`.
    pub fn is_published(&self, table: TableId) -> bool {
        self.entry(table).is_some_and(|entry| entry.published)
    }

    /// Whether its owner lets a module read it: through `views` or `readers`.
    pub fn may_read(&self, table: TableId, module: ModuleId) -> bool {
        self.entry(table).is_some_and(|entry| entry.published || entry.readers.contains(&module))
    }

    /// Who owns a resource that is no table.
    pub fn resource_owner(&self, resource: ResourceId) -> Owner {
        self.resources.get(resource.index()).map_or(Owner::Nobody, |entry| entry.owner)
    }

    /// Where the glob stands that makes it so.
    pub fn resource_place(&self, resource: ResourceId) -> Option<Place> {
        self.resources.get(resource.index()).and_then(|entry| entry.place)
    }

    fn entry(&self, table: TableId) -> Option<&Entry> {
        self.tables.get(table.index())
    }
}

/// Says who owns which table and which other resource.
pub fn own(policy: &Policy, data: &DataModel) -> Ownership {
    let mut ownership = Ownership::default();
    own_tables(policy, data, &mut ownership);
    own_resources(policy, data, &mut ownership);
    ownership.unmatched.sort_by_key(|entry| entry.place);
    ownership
}

fn own_tables(policy: &Policy, data: &DataModel, ownership: &mut Ownership) {
    let housekeeping = matchers(&HOUSEKEEPING);
    let lists = Lists::of_tables(policy);
    for (index, table) in data.tables.iter().enumerate() {
        let name = table.name.as_str();
        let claims = lists.best(name);
        let ignored = policy.data.ignore_tables.iter().any(|pattern| pattern.glob.is_match(name))
            || (!is_named(&claims) && housekeeping.iter().any(|glob| glob.is_match(name)));
        let entry = if ignored {
            Entry { owner: Owner::Ignored, ..Entry::default() }
        } else {
            entry(policy, name, &claims)
        };
        if entry.owner == Owner::Contested {
            ownership.contested.push(contested(TableId(index as u32), claims));
        }
        ownership.tables.push(entry);
    }
    if !(data.tables.is_empty() && data.schema.trees.is_empty()) {
        ownership.unmatched.extend(unmatched_tables(policy, data));
    }
}

fn own_resources(policy: &Policy, data: &DataModel, ownership: &mut Ownership) {
    let system = matchers(&SYSTEM_VARIABLES);
    let lists = ResourceKind::ALL.map(|kind| Lists::of_resources(policy, kind));
    for (index, resource) in data.resources.iter().enumerate() {
        let name = resource.name.as_str();
        let mut claims = lists[resource.kind as usize].best(name);
        let of_system = resource.kind == ResourceKind::Env && system.iter().any(|glob| glob.is_match(name));
        if of_system && !is_named(&claims) {
            claims.clear();
        }
        let (owner, place) = owner(&claims);
        if owner == Owner::Contested {
            ownership.contested_resources.push(contested(ResourceId(index as u32), claims));
        }
        ownership.resources.push(Entry { owner, place, ..Entry::default() });
    }
    for kind in ResourceKind::ALL {
        let names = data.resources.iter().filter(|resource| resource.kind == kind);
        let names: BTreeSet<&str> = names.map(|resource| resource.name.as_str()).collect();
        if let (Some(key), false) = (Owns::key(kind), names.is_empty()) {
            let lists = policy.iter().map(|(id, module)| (id, module.owns.list(kind)));
            ownership.unmatched.extend(unmatched(lists, key, kind.noun(), &names));
        }
    }
}

fn matchers(globs: &[&str]) -> Vec<GlobMatcher> {
    globs.iter().filter_map(|glob| Some(globset::Glob::new(glob).ok()?.compile_matcher())).collect()
}

/// Whether somebody lists a name in full.
fn is_named(claims: &[(Fit, Claim)]) -> bool {
    claims.first().is_some_and(|(fit, _)| fit.exact)
}

fn contested<T>(id: T, claims: Vec<(Fit, Claim)>) -> Contested<T> {
    Contested { id, claims: claims.into_iter().map(|(_, claim)| claim).collect() }
}

/// Who owns what these claim, and where it says so.
fn owner(claims: &[(Fit, Claim)]) -> (Owner, Option<Place>) {
    let [(_, claim)] = claims else {
        return (if claims.is_empty() { Owner::Nobody } else { Owner::Contested }, None);
    };
    let owner = match claim.by {
        Claimant::Reference => Owner::Reference,
        Claimant::Outbox => Owner::Outbox,
        Claimant::Module(module) => Owner::Module(module),
    };
    (owner, Some(claim.place))
}

fn entry(policy: &Policy, table: &str, claims: &[(Fit, Claim)]) -> Entry {
    let (owner, place) = owner(claims);
    let Owner::Module(module) = owner else { return Entry { owner, place, ..Entry::default() } };
    let owns = &policy.module(module).owns;
    let readers = owns.readers.iter().filter(|(pattern, _)| pattern.glob.is_match(table));
    Entry {
        owner,
        place,
        published: owns.views.iter().any(|pattern| pattern.glob.is_match(table)),
        readers: readers.flat_map(|(_, modules)| modules).copied().collect(),
    }
}

fn unmatched_tables(policy: &Policy, data: &DataModel) -> Vec<UnmatchedEntry> {
    // What only migrations mention was dropped by a later one.
    let used =
        data.accesses.iter().filter(|access| access.node.is_some()).map(|access| data.table(access.table));
    let existing = data.tables.iter().filter(|table| table.declared.is_some()).chain(used);
    let names: BTreeSet<&str> = existing.map(|table| table.name.as_str()).collect();
    let lists = policy.iter().map(|(id, module)| (id, module.owns.tables.as_slice()));
    unmatched(lists, "tables", "table", &names)
}

/// The entries of lists that match none of some names.
fn unmatched<'p>(
    lists: impl Iterator<Item = (ModuleId, &'p [Pattern])>,
    key: &'static str,
    noun: &'static str,
    names: &BTreeSet<&str>,
) -> Vec<UnmatchedEntry> {
    let matches = |pattern: &Pattern| names.iter().any(|name| pattern.glob.is_match(name));
    let entries = lists.flat_map(|(id, list)| list.iter().map(move |pattern| (id, pattern)));
    let empty = entries.filter(|(_, pattern)| !pattern.excludes() && !matches(pattern));
    empty
        .map(|(module, pattern)| UnmatchedEntry {
            module,
            key,
            noun,
            glob: pattern.text.clone(),
            place: pattern.place,
            suggestion: suggestion(&pattern.text, names),
        })
        .collect()
}

/// What has nearly this name, or this name in another schema.
fn suggestion(glob: &str, names: &BTreeSet<&str>) -> Option<String> {
    let bare = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
    let elsewhere = names.iter().find(|name| bare(name) == bare(glob));
    elsewhere.copied().or_else(|| suggest::closest(glob, names.iter().copied())).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Place, Resource, Table, TableKind};

    /// A policy of modules `a` and `b` with these bodies of `[modules.X.owns]`, and what follows.
    fn policy(a: &str, b: &str, rest: &str) -> Policy {
        let text = format!(
            "version = 1\n[modules.a]\npaths = ['a']\n[modules.a.owns]\n{a}\n[modules.b]\npaths = ['b']\n\
             [modules.b.owns]\n{b}\n{rest}\n"
        );
        super::super::load(&text, "boundaries.toml", &[]).unwrap_or_else(|e| panic!("{e}"))
    }

    fn data(tables: &[&str]) -> DataModel {
        let place = Place { file: "schema.sql".into(), line: 1, column: 1 };
        let table = |name: &&str| Table {
            name: name.to_string(),
            kind: TableKind::Table,
            declared: (!name.starts_with("dropped")).then(|| place.clone()),
        };
        DataModel { tables: tables.iter().map(table).collect(), ..DataModel::default() }
    }

    fn owner(policy: &Policy, table: &str) -> String {
        let ownership = own(policy, &data(&[table]));
        match ownership.owner(TableId(0)) {
            Owner::Module(module) => policy.module(module).name.clone(),
            other => format!("{other:?}").to_lowercase(),
        }
    }

    #[track_caller]
    fn check(policy: &Policy, expected: &[(&str, &str)]) {
        for (table, wanted) in expected {
            assert_eq!(owner(policy, table), *wanted, "{table}");
        }
    }

    #[test]
    fn the_most_specific_glob_wins() {
        check(
            &policy(
                "tables = ['payment_*', 'billing.*', 'x*']",
                "tables = ['payment_log*', 'payment_id', 'xyz']",
                "",
            ),
            &[
                ("payment_items", "a"),
                ("payment_logs", "b"),
                ("payment_id", "b"),
                ("billing.invoices", "a"),
                ("invoices", "nobody"),
                ("xy", "a"),
                ("xyz", "b"),
            ],
        );
        check(
            &policy("tables = ['{orders,order_items}']", "tables = ['order*']", ""),
            &[("orders", "a"), ("order_x", "b")],
        );
        check(
            &policy("tables = ['logs_[0-9]']", "tables = ['logs_?']", ""),
            &[("logs_1", "contested"), ("logs_x", "b")],
        );
    }

    #[test]
    fn an_exclusion_leaves_room_for_others_and_for_more_specific_entries() {
        check(
            &policy("tables = ['pay*', '!pay_old*', 'pay_old_1']", "tables = ['*']", ""),
            &[("payments", "a"), ("pay_old", "b"), ("pay_old_1", "a"), ("other", "b")],
        );
        check(&policy("tables = ['pay', '!pay']", "", ""), &[("pay", "nobody")]);
    }

    #[test]
    fn other_resources_are_owned_like_tables() {
        let policy = policy(
            "env = ['STRIPE_*', 'CARGO_HOME', '*_URL', 'GONE']\ncache-keys = ['pay:*']\ntopics = ['orders.*', 'jobs?']",
            "env = ['STRIPE_MODE', 'DBS_*', 'CARGO_*']\ncache-keys = ['*']",
            "[shared]\noutbox = ['jobs1']",
        );
        let resource = |kind, name: &str| Resource { kind, name: name.to_owned() };
        let (env, key, topic) = (ResourceKind::Env, ResourceKind::CacheKey, ResourceKind::Topic);
        let resources = [
            (env, "STRIPE_KEY", "a"),
            (env, "STRIPE_MODE", "b"),
            (env, "DBS_URL", "b, a"),
            (env, "CARGO_HOME", "a"),
            (env, "CARGO_TARGET_DIR", "nobody"),
            (key, "pay:*", "a"),
            (key, "STRIPE_KEY", "b"),
            (topic, "orders.paid", "a"),
            (topic, "jobs1", "outbox"),
            (topic, "pay:*", "nobody"),
            (ResourceKind::Bucket, "pay:*", "nobody"),
        ];
        let listed = resources.iter().map(|(kind, name, _)| resource(*kind, name)).collect();
        let ownership = own(&policy, &DataModel { resources: listed, ..DataModel::default() });
        for (index, (_, name, owner)) in resources.iter().enumerate() {
            let wanted = match ownership.resource_owner(ResourceId(index as u32)) {
                Owner::Module(module) => policy.module(module).name.clone(),
                Owner::Contested => "b, a".to_owned(),
                other => format!("{other:?}").to_lowercase(),
            };
            assert_eq!(wanted, *owner, "{name}");
        }
        assert_eq!(
            (ownership.contested_resources.len(), ownership.contested_resources[0].id),
            (1, ResourceId(2))
        );
        let unmatched: Vec<_> = ownership.unmatched.iter().map(|u| (u.key, u.glob.as_str())).collect();
        assert_eq!(unmatched, [("env", "GONE")]);
    }

    #[test]
    fn equal_claims_are_kept_as_contested() {
        let policy = policy(
            "tables = ['payments', 'c*']",
            "tables = ['log', 'payments']",
            "[shared]\nreference = ['c?']",
        );
        check(&policy, &[("payments", "contested"), ("log", "b"), ("cx", "contested")]);
        let ownership = own(&policy, &data(&["log", "payments"]));
        let places: Vec<(u32, u32)> =
            ownership.contested[0].claims.iter().map(|c| (c.place.line, c.place.column)).collect();
        assert_eq!((ownership.contested.len(), ownership.contested[0].id), (1, TableId(1)));
        assert_eq!(places, [(5, 11), (9, 18)]);
    }

    #[test]
    fn shared_and_ignored_tables_have_no_owner() {
        let policy = policy(
            "tables = ['*', 'pg_stat_mine']",
            "",
            "[shared]\nreference = ['countries']\noutbox = ['jobs']\n[data]\nignore-tables = ['tmp_*']",
        );
        check(
            &policy,
            &[
                ("countries", "reference"),
                ("jobs", "outbox"),
                ("tmp_1", "ignored"),
                ("_sqlx_migrations", "ignored"),
                ("__diesel_schema_migrations", "ignored"),
                ("pg_catalog.pg_class", "ignored"),
                ("information_schema.tables", "ignored"),
                ("pg_stat_mine", "a"),
                ("other", "a"),
            ],
        );
    }

    #[test]
    fn a_published_view_belongs_to_its_module_and_readers_are_per_table() {
        let policy =
            policy("tables = ['t', 'u', 'v_*']\nviews = ['v_open']\nreaders = { 't*' = ['b'] }", "", "");
        let ownership = own(&policy, &data(&["t", "u", "v_open", "v_secret"]));
        let b = ModuleId(1);
        let readable: Vec<bool> = (0..4).map(|i| ownership.may_read(TableId(i), b)).collect();
        assert_eq!(readable, [true, false, true, false]);
        assert!(ownership.is_published(TableId(2)) && !ownership.is_published(TableId(0)));
        assert_eq!(ownership.owner(TableId(2)), Owner::Module(ModuleId(0)));
        assert_eq!(ownership.place(TableId(2)).map(|place| place.line), Some(6));
    }

    #[test]
    fn entries_that_match_nothing_are_told_once_tables_were_seen() {
        let policy = policy("tables = ['paymets', 'refunds', 'pay*', '!old']", "tables = ['dropped_1']", "");
        assert!(own(&policy, &data(&[])).unmatched.is_empty());
        let ownership = own(&policy, &data(&["dropped_1", "ledger.refunds", "payments"]));
        let told: Vec<(&str, Option<&str>)> =
            ownership.unmatched.iter().map(|u| (u.glob.as_str(), u.suggestion.as_deref())).collect();
        assert_eq!(
            told,
            [("paymets", Some("payments")), ("refunds", Some("ledger.refunds")), ("dropped_1", None)]
        );
    }
}
