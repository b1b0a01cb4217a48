//! Binds the table globs of a policy to the tables of a workspace: the most specific one wins, and a tie is kept as such.

use super::policy::{ModuleId, Pattern, Place, Policy};
use super::suggest;
use crate::data::{DataModel, TableId};
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

/// Who owns a table.
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

/// Who lists a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claimant {
    /// A module's `tables` or `views`.
    Module(ModuleId),
    /// `[shared] reference`.
    Reference,
    /// `[shared] outbox`.
    Outbox,
}

/// One glob that a table falls under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Who lists it.
    pub by: Claimant,
    /// The glob as written.
    pub glob: String,
    /// Where it stands.
    pub place: Place,
}

/// A table that several claim equally well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contested {
    /// The table.
    pub table: TableId,
    /// The best claim of each, in file order; two or more.
    pub claims: Vec<Claim>,
}

/// An entry of `tables` that no table has the name of: its boundary would check nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmatchedTables {
    /// The module that lists it.
    pub module: ModuleId,
    /// As written.
    pub glob: String,
    /// Where it stands.
    pub place: Place,
    /// A table that is probably meant.
    pub suggestion: Option<String>,
}

/// What a policy says of the tables of a workspace.
#[derive(Clone, Debug, Default)]
pub struct Ownership {
    /// Parallel to [`DataModel::tables`].
    tables: Vec<Entry>,
    /// Tables with more than one owner, in the order of the tables.
    pub contested: Vec<Contested>,
    /// Entries of `tables` that match nothing, in file order; none where no tables were seen at all.
    pub unmatched: Vec<UnmatchedTables>,
}

/// What the policy says of one table.
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

    fn entry(&self, table: TableId) -> Option<&Entry> {
        self.tables.get(table.index())
    }
}

/// Says who owns which table.
pub fn own(policy: &Policy, data: &DataModel) -> Ownership {
    let housekeeping: Vec<GlobMatcher> = HOUSEKEEPING
        .iter()
        .filter_map(|glob| Some(globset::Glob::new(glob).ok()?.compile_matcher()))
        .collect();
    let mut ownership = Ownership::default();
    for (index, table) in data.tables.iter().enumerate() {
        let name = table.name.as_str();
        let claims = best_claims(policy, name);
        let named = claims.first().is_some_and(|(fit, _)| fit.exact);
        let ignored = policy.data.ignore_tables.iter().any(|pattern| pattern.glob.is_match(name))
            || (!named && housekeeping.iter().any(|glob| glob.is_match(name)));
        let entry = if ignored {
            Entry { owner: Owner::Ignored, ..Entry::default() }
        } else {
            entry(policy, name, &claims)
        };
        if entry.owner == Owner::Contested {
            let claims = claims.into_iter().map(|(_, claim)| claim).collect();
            ownership.contested.push(Contested { table: TableId(index as u32), claims });
        }
        ownership.tables.push(entry);
    }
    if !(data.tables.is_empty() && data.schema.trees.is_empty()) {
        ownership.unmatched = unmatched(policy, data);
    }
    ownership
}

/// How closely a glob names a table. A name beats every glob; among globs, more literal characters do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    exact: bool,
    literals: usize,
}

impl Fit {
    fn of(pattern: &Pattern) -> Fit {
        let text = pattern.text.strip_prefix('!').unwrap_or(&pattern.text);
        Fit { exact: !text.contains(['*', '?', '[', '{', '\\']), literals: literals(text) }
    }
}

/// The characters of a glob that stand for themselves; of alternatives those of the shortest.
fn literals(glob: &str) -> usize {
    let mut count = 0;
    let mut rest = glob.char_indices();
    while let Some((at, c)) = rest.next() {
        match c {
            '*' | '?' => {}
            '[' => drop(rest.find(|(_, c)| *c == ']')),
            '{' => {
                let inside = &glob[at + 1..];
                let (alternatives, length) = alternatives(inside);
                count += alternatives.into_iter().map(literals).min().unwrap_or(0);
                rest = glob[..].char_indices();
                rest.find(|(i, _)| *i == at + length + 1);
            }
            '\\' => count += usize::from(rest.next().is_some()),
            _ => count += 1,
        }
    }
    count
}

/// The alternatives behind a `{`, and where the `}` stands.
fn alternatives(text: &str) -> (Vec<&str>, usize) {
    let mut found = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                found.push(&text[start..at]);
                return (found, at);
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    (found, text.len())
}

/// The best claims to a table, one of each claimant, all with the same fit; in file order.
fn best_claims(policy: &Policy, table: &str) -> Vec<(Fit, Claim)> {
    let own = policy.iter().filter_map(|(id, module)| {
        let listed = best(&module.owns.tables, table, false);
        let excluded = best(&module.owns.tables, table, true).map(Fit::of);
        let kept = listed.filter(|pattern| excluded.is_none_or(|fit| Fit::of(pattern) > fit));
        let best = kept.into_iter().chain(best(&module.owns.views, table, false));
        best.max_by_key(|pattern| Fit::of(pattern)).map(|pattern| (Claimant::Module(id), pattern))
    });
    let shared = [
        (Claimant::Reference, best(&policy.shared.reference, table, false)),
        (Claimant::Outbox, best(&policy.shared.outbox, table, false)),
    ];
    let shared = shared.into_iter().filter_map(|(by, pattern)| Some((by, pattern?)));
    let mut claims: Vec<(Fit, Claim)> = own
        .chain(shared)
        .map(|(by, pattern)| {
            let claim = Claim { by, glob: pattern.text.clone(), place: pattern.place };
            (Fit::of(pattern), claim)
        })
        .collect();
    let highest = claims.iter().map(|(fit, _)| *fit).max();
    claims.retain(|(fit, _)| Some(*fit) == highest);
    claims.sort_by_key(|(_, claim)| claim.place);
    claims
}

/// The most specific of the patterns that match; of those with `!` or of those without.
fn best<'p>(patterns: &'p [Pattern], table: &str, excluding: bool) -> Option<&'p Pattern> {
    let matching = patterns.iter().filter(|p| p.excludes() == excluding && p.glob.is_match(table));
    // Of equal ones the first.
    matching.rev().max_by_key(|pattern| Fit::of(pattern))
}

fn entry(policy: &Policy, table: &str, claims: &[(Fit, Claim)]) -> Entry {
    let [(_, claim)] = claims else {
        let owner = if claims.is_empty() { Owner::Nobody } else { Owner::Contested };
        return Entry { owner, ..Entry::default() };
    };
    let place = Some(claim.place);
    let module = match claim.by {
        Claimant::Reference => return Entry { owner: Owner::Reference, place, ..Entry::default() },
        Claimant::Outbox => return Entry { owner: Owner::Outbox, place, ..Entry::default() },
        Claimant::Module(module) => module,
    };
    let owns = &policy.module(module).owns;
    let readers = owns.readers.iter().filter(|(pattern, _)| pattern.glob.is_match(table));
    Entry {
        owner: Owner::Module(module),
        place,
        published: owns.views.iter().any(|pattern| pattern.glob.is_match(table)),
        readers: readers.flat_map(|(_, modules)| modules).copied().collect(),
    }
}

fn unmatched(policy: &Policy, data: &DataModel) -> Vec<UnmatchedTables> {
    // What only migrations mention was dropped by a later one.
    let used =
        data.accesses.iter().filter(|access| access.node.is_some()).map(|access| data.table(access.table));
    let existing = data.tables.iter().filter(|table| table.declared.is_some()).chain(used);
    let names: BTreeSet<&str> = existing.map(|table| table.name.as_str()).collect();
    let matches = |pattern: &Pattern| names.iter().any(|name| pattern.glob.is_match(name));
    let lists = policy.iter().flat_map(|(id, module)| module.owns.tables.iter().map(move |p| (id, p)));
    let empty = lists.filter(|(_, pattern)| !pattern.excludes() && !matches(pattern));
    empty
        .map(|(module, pattern)| UnmatchedTables {
            module,
            glob: pattern.text.clone(),
            place: pattern.place,
            suggestion: suggestion(&pattern.text, &names),
        })
        .collect()
}

/// A table with nearly this name, or with this name in another schema.
fn suggestion(glob: &str, names: &BTreeSet<&str>) -> Option<String> {
    let bare = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
    let elsewhere = names.iter().find(|name| bare(name) == bare(glob));
    elsewhere.copied().or_else(|| suggest::closest(glob, names.iter().copied())).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Place, Table, TableKind};

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
        assert_eq!((ownership.contested.len(), ownership.contested[0].table), (1, TableId(1)));
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
