//! Who owns and who touches which data, ready to be written in any format.

use super::view::{Declared, Level, groups};
use crate::config::policy::{ModuleId, Policy};
use crate::config::{Owner, Ownership, own};
use crate::data::{
    DataModel, Place, ResourceId, ResourceKind, Routine, RoutineKind, TableId, TableKind, Transaction,
};
use crate::graph::{Grouping, Model, NodeId};
use crate::sql::Access;
use std::collections::{BTreeMap, BTreeSet};

/// The inventory of a workspace's data. What is ignored on purpose is left out.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// Tables, views and collections, sorted by name; behind them all else, sorted by kind and name.
    pub resources: Vec<Resource>,
    /// Queries that could not be looked into, sorted by place.
    pub opaque: Vec<Opaque>,
    /// Stretches of code whose queries succeed or fail together, sorted by place.
    pub transactions: Vec<TransactionView>,
    /// The schema as it stands.
    pub schema: SchemaView,
    /// A policy says who owns which table.
    pub declared: bool,
    /// A policy says who owns what is no table.
    pub declared_others: bool,
}

/// What kind of resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum Kind {
    /// A table, a view or a collection.
    Table(TableKind),
    /// Anything else.
    Other(ResourceKind),
}

/// A table, a view or a collection, or a resource of another kind.
#[derive(Clone, Debug)]
pub struct Resource {
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// The module that owns it.
    pub owner: Option<String>,
    /// How it is owned: one of [`OWNERSHIPS`].
    pub ownership: &'static str,
    /// Where it is declared.
    pub declared: Option<Place>,
    /// Who touches it, sorted by place.
    pub accesses: Vec<ResourceAccess>,
}

/// One access.
#[derive(Clone, Debug)]
pub struct ResourceAccess {
    /// How.
    pub access: Access,
    /// Where.
    pub place: Place,
    /// Who.
    pub code: Code,
    /// The library it goes through.
    pub via: &'static str,
    /// Found token by token.
    pub approximate: bool,
    /// It says what the table is, and runs nothing.
    pub declaration: bool,
    /// Which statement it is part of, if it is an access of a table.
    pub query: Option<u32>,
}

/// The code that a place belongs to; for a file of SQL there is none.
#[derive(Clone, Debug, Default)]
pub struct Code {
    /// The source module.
    pub source_module: Option<String>,
    /// The declared module; without a policy the crate's top-level `mod`.
    pub module: Option<String>,
    /// The function.
    pub function: Option<String>,
    /// In test code.
    pub test: bool,
}

/// A query that could not be looked into.
#[derive(Clone, Debug)]
pub struct Opaque {
    /// Where.
    pub place: Place,
    /// Why.
    pub reason: String,
    /// Whose it is.
    pub code: Code,
}

/// A transaction.
#[derive(Clone, Debug)]
pub struct TransactionView {
    /// Where it begins.
    pub place: Place,
    /// Who opens it.
    pub code: Code,
    /// What it touches, itself or through calls.
    pub touches: Vec<Touch>,
}

/// What a transaction touches.
#[derive(Clone, Debug)]
pub struct Touch {
    /// The table.
    pub table: String,
    /// How.
    pub access: Access,
    /// Where.
    pub place: Place,
    /// The calls that lead there, outermost first: function and place.
    pub chain: Vec<(String, Place)>,
}

/// The schema, with names in place of indices.
#[derive(Clone, Debug, Default)]
pub struct SchemaView {
    /// The tables that exist, each with its columns.
    pub tables: Vec<(String, Vec<String>)>,
    /// Foreign keys.
    pub foreign_keys: Vec<KeyView>,
    /// Views, triggers and functions.
    pub routines: Vec<RoutineView>,
    /// The folders of migrations that were replayed.
    pub trees: Vec<String>,
}

/// A foreign key.
#[derive(Clone, Debug)]
pub struct KeyView {
    /// The constraint's name.
    pub name: Option<String>,
    /// The table that holds it, and its columns.
    pub from: (String, Vec<String>),
    /// The table it refers to, and the columns there.
    pub to: (String, Vec<String>),
    /// Where it was created.
    pub place: Place,
}

/// A view, a trigger or a function.
#[derive(Clone, Debug)]
pub struct RoutineView {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: RoutineKind,
    /// The table that a trigger is on.
    pub on: Option<String>,
    /// What it touches.
    pub uses: Vec<(String, Access)>,
    /// Where it was created.
    pub place: Place,
}

/// What an inventory shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shown<'a> {
    /// Test code is shown as well.
    pub tests: bool,
    /// Only what code of these packages touches, by index.
    pub only: Option<&'a [usize]>,
}

impl Inventory {
    /// The inventory of a workspace.
    pub fn new(
        model: &Model,
        data: &DataModel,
        declared: Option<Declared<'_>>,
        shown: Shown<'_>,
    ) -> Inventory {
        let none = Policy::default();
        let ownership = own(declared.map_or(&none, |(policy, _)| policy), data);
        let reader = Reader { model, data, declared, ownership, units: units(model, declared), shown };
        Inventory {
            resources: reader.tables().into_iter().chain(reader.other_resources()).collect(),
            opaque: reader.opaque(),
            transactions: reader.transactions(),
            schema: reader.schema(),
            declared: declared.is_some_and(|(policy, _)| policy.declares_data()),
            declared_others: declared.is_some_and(|(policy, _)| policy.declares_resources()),
        }
    }
}

/// What the parts of an inventory are made from.
struct Reader<'a> {
    model: &'a Model,
    data: &'a DataModel,
    declared: Option<Declared<'a>>,
    ownership: Ownership,
    units: Grouping,
    shown: Shown<'a>,
}

/// What stands in for modules where there are none.
fn units(model: &Model, declared: Option<Declared<'_>>) -> Grouping {
    if declared.is_some() { Grouping::default() } else { groups(model, Level::Module, None).0 }
}

impl Reader<'_> {
    fn tables(&self) -> Vec<Resource> {
        let mut accesses: BTreeMap<TableId, Vec<ResourceAccess>> = BTreeMap::new();
        for access in &self.data.accesses {
            let code = self.code(access.node, access.function.as_deref(), access.test);
            if self.shows(access.node, code.test) {
                let (place, access_kind) = (access.place.clone(), access.access);
                accesses.entry(access.table).or_default().push(ResourceAccess {
                    access: access_kind,
                    place,
                    code,
                    via: access.via,
                    approximate: access.approximate,
                    declaration: access.declaration,
                    query: Some(access.query),
                });
            }
        }
        let ids = (0..self.data.tables.len()).map(|index| TableId(index as u32));
        ids.filter_map(|id| self.table_resource(id, accesses.remove(&id).unwrap_or_default())).collect()
    }

    /// A table, unless there is nothing to say about it.
    fn table_resource(&self, id: TableId, accesses: Vec<ResourceAccess>) -> Option<Resource> {
        let table = self.data.table(id);
        let owner = self.ownership.owner(id);
        let only_tests = accesses.is_empty() && table.declared.is_none();
        let elsewhere = accesses.is_empty() && self.shown.only.is_some();
        (owner != Owner::Ignored && !only_tests && !elsewhere).then(|| Resource {
            kind: Kind::Table(table.kind),
            name: table.name.clone(),
            owner: owner.module().and_then(|module| self.name(module)),
            ownership: word(owner),
            declared: table.declared.clone(),
            accesses,
        })
    }

    fn other_resources(&self) -> Vec<Resource> {
        let mut accesses: BTreeMap<ResourceId, Vec<ResourceAccess>> = BTreeMap::new();
        for access in &self.data.resource_accesses {
            let code = self.code(Some(access.node), access.function.as_deref(), access.test);
            if self.shows(Some(access.node), code.test) {
                accesses.entry(access.resource).or_default().push(ResourceAccess {
                    access: access.access,
                    place: access.place.clone(),
                    code,
                    via: access.via,
                    approximate: false,
                    declaration: access.declaration,
                    query: None,
                });
            }
        }
        let resource = |(id, accesses): (ResourceId, Vec<ResourceAccess>)| {
            let (resource, owner) = (self.data.resource(id), self.ownership.resource_owner(id));
            let declared = accesses.iter().find(|access| access.declaration);
            Resource {
                kind: Kind::Other(resource.kind),
                name: resource.name.clone(),
                owner: owner.module().and_then(|module| self.name(module)),
                ownership: word(owner),
                declared: declared.map(|access| access.place.clone()),
                accesses,
            }
        };
        accesses.into_iter().map(resource).collect()
    }

    fn name(&self, module: ModuleId) -> Option<String> {
        self.declared.map(|(policy, _)| policy.module(module).name.clone())
    }

    fn code(&self, node: Option<NodeId>, function: Option<&str>, test: bool) -> Code {
        let Some(node) = node else { return Code { test, ..Code::default() } };
        let module = match self.declared {
            Some((_, assignment)) => {
                assignment.module_of[node.0 as usize].and_then(|module| self.name(module))
            }
            None => self.units.of(node).map(|group| self.units.name(group).to_owned()),
        };
        Code {
            source_module: Some(self.model.node(node).id.clone()),
            module,
            function: function.map(str::to_owned),
            test: test || self.model.node(node).test,
        }
    }

    fn shows(&self, node: Option<NodeId>, test: bool) -> bool {
        let inside = |node: NodeId| {
            self.shown.only.is_none_or(|only| only.contains(&self.model.node(node).package_index))
        };
        (self.shown.tests || !test) && node.map_or(self.shown.only.is_none(), inside)
    }

    fn opaque(&self) -> Vec<Opaque> {
        let all = self.data.opaque.iter().map(|query| {
            let code = self.code(query.node, query.function.as_deref(), query.test);
            (query.node, Opaque { place: query.place.clone(), reason: query.reason.clone(), code })
        });
        all.filter(|(node, query)| self.shows(*node, query.code.test)).map(|(_, query)| query).collect()
    }

    fn transactions(&self) -> Vec<TransactionView> {
        let all = self.data.transactions.iter().map(|transaction| {
            let code = self.code(Some(transaction.node), transaction.function.as_deref(), transaction.test);
            let touches = self.touches(transaction);
            (transaction.node, TransactionView { place: transaction.place.clone(), code, touches })
        });
        all.filter(|(node, scope)| self.shows(Some(*node), scope.code.test)).map(|(_, scope)| scope).collect()
    }

    fn touches(&self, transaction: &Transaction) -> Vec<Touch> {
        let touch = |touched: &crate::data::TransactionAccess| {
            let access = self.data.access(touched.access);
            Touch {
                table: self.table(access.table),
                access: access.access,
                place: access.place.clone(),
                chain: touched
                    .chain
                    .iter()
                    .map(|step| (step.function.to_string(), step.place.clone()))
                    .collect(),
            }
        };
        transaction.accesses.iter().map(touch).collect()
    }

    fn table(&self, id: TableId) -> String {
        self.data.table(id).name.clone()
    }

    fn schema(&self) -> SchemaView {
        let schema = &self.data.schema;
        let key = |key: &crate::data::ForeignKey| KeyView {
            name: key.name.clone(),
            from: (self.table(key.from_table), key.from_columns.clone()),
            to: (self.table(key.to_table), key.to_columns.clone()),
            place: key.place.clone(),
        };
        let tables =
            schema.tables.iter().enumerate().filter(|(_, id)| self.ownership.owner(**id) != Owner::Ignored);
        let columns = |index: usize| schema.columns.get(index).cloned().unwrap_or_default();
        SchemaView {
            tables: tables.map(|(index, id)| (self.table(*id), columns(index))).collect(),
            foreign_keys: schema.foreign_keys.iter().map(key).collect(),
            routines: schema.routines.iter().map(|routine| self.routine(routine)).collect(),
            trees: schema.trees.clone(),
        }
    }

    fn routine(&self, routine: &Routine) -> RoutineView {
        RoutineView {
            name: routine.name.clone(),
            kind: routine.kind,
            on: routine.on.map(|table| self.table(table)),
            uses: routine.uses.iter().map(|&(table, access)| (self.table(table), access)).collect(),
            place: routine.place.clone(),
        }
    }
}

/// The words for how something is owned; what is ignored is not shown.
pub const OWNERSHIPS: [&str; 5] = ["owned", "reference", "outbox", "contested", "unowned"];

fn word(owner: Owner) -> &'static str {
    match owner {
        Owner::Module(_) => "owned",
        Owner::Reference => "reference",
        Owner::Outbox => "outbox",
        Owner::Contested => "contested",
        Owner::Ignored => "ignored",
        Owner::Nobody => "unowned",
    }
}

/// The word for what a resource is.
pub fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::Table(TableKind::Table) => "table",
        Kind::Table(TableKind::View) => "view",
        Kind::Table(TableKind::Collection) => "collection",
        Kind::Other(kind) => kind.noun(),
    }
}

/// The word for an access.
pub fn access(access: Access) -> &'static str {
    match access {
        Access::Read => "read",
        Access::Write => "write",
        Access::Ddl => "ddl",
        Access::Join => "join",
        Access::ForeignKey => "foreign-key",
    }
}

impl Inventory {
    /// Leaves out names in queries that are no tables for certain: where migrations say which there are, all others, be
    /// they temporary tables or slips of the reader; otherwise what no table is called without quotes.
    pub fn retain_plain_tables(&mut self) {
        let schema: BTreeSet<&str> = self.schema.tables.iter().map(|(name, _)| name.as_str()).collect();
        let is_name = |name: &str| name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
        self.resources.retain(|resource| match resource.kind {
            Kind::Table(TableKind::Table) if !schema.is_empty() => schema.contains(resource.name.as_str()),
            Kind::Table(_) => is_name(&resource.name),
            Kind::Other(_) => true,
        });
    }

    /// Those resources that are tables, views or collections.
    pub fn tables(&self) -> impl Iterator<Item = &Resource> {
        self.resources.iter().filter(|resource| matches!(resource.kind, Kind::Table(_)))
    }
}

impl Resource {
    /// Whether an access is by a migration, which builds the schema for all.
    pub fn is_migration(access: &ResourceAccess) -> bool {
        access.code.source_module.is_none() || access.via == "migration"
    }

    /// In how many places each module does something to it, most first. Migrations are left out.
    pub fn by_module(&self, wanted: &[Access]) -> Vec<(&str, usize)> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let in_code = self.accesses.iter().filter(|a| !Resource::is_migration(a) && !a.declaration);
        for access in in_code.filter(|access| wanted.contains(&access.access)) {
            *counts.entry(access.code.module.as_deref().unwrap_or(NO_MODULE)).or_default() += 1;
        }
        let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        counts
    }

    /// The places to show, each once: writes first, those of other modules than the owner before its own.
    pub fn places(&self) -> Vec<&ResourceAccess> {
        let mut places: Vec<&ResourceAccess> =
            self.accesses.iter().filter(|access| access.access != Access::Join).collect();
        let own = |access: &ResourceAccess| self.owner.is_some() && access.code.module == self.owner;
        places.sort_by_key(|a| {
            let (migration, reads) = (Resource::is_migration(a), a.access == Access::Read);
            (migration, reads, own(a), a.place.clone())
        });
        places.dedup_by_key(|a| (a.access, a.place.clone()));
        places
    }
}

/// How code is called that belongs to no module.
pub const NO_MODULE: &str = "(no module)";

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::config;
    use crate::data::sample as data_sample;
    use crate::graph::sample;

    const POLICY: &str = "version = 1
[modules.orders]
paths = ['shop::orders']
owns.tables = ['orders']
[modules.payments]
paths = ['shop::payments']
owns.tables = ['payments']
[shared]
reference = ['countries']
";
    const NODES: [&str; 5] = ["shop", "shop::misc", "shop::orders", "shop::orders::tests", "shop::payments"];
    const DATA: [&str; 16] = [
        "table orders 3:14 migrations/1.sql",
        "table countries",
        "view order_states 9:1 migrations/2.sql",
        "migrations/1.sql defines orders 3:14",
        "shop::orders::place writes orders 12:5 q1",
        "shop::orders::undo reads payments 20:9 q2",
        "shop::orders::undo joins payments 20:9 q2",
        "shop::payments::charge writes payments 40:5 diesel",
        "shop::payments::charge writes orders 42:5 diesel approximate",
        "shop::misc::sweep reads orders 60:1",
        "shop::orders::tests::t writes orders 70:1",
        "shop::orders::tests::t writes only_in_tests 71:1",
        "shop::orders::place writes _sqlx_migrations 80:1",
        "key orders(payment_id) -> payments 4:9 named orders_payment_fk",
        "tx shop::payments::charge 39:5 touches 40; 12 via shop::orders::place 41:9",
        "opaque shop::orders::purge 90:5 the table's name is a parameter",
    ];

    /// An inventory with something of everything, and with names that are syntax elsewhere.
    pub(in crate::output) fn sample_inventory(with_policy: bool, tests: bool) -> Inventory {
        let model = sample::model(&NODES, &[]);
        let hostile = "shop::orders::place writes <b>\u{1b}[31m|`x` 95:1";
        let data = data_sample::model(&model, &[&DATA[..], &[hostile]].concat());
        let policy = config::load(POLICY, "boundaries.toml", &[]).unwrap();
        let assignment = config::assign(&policy, &model).unwrap();
        let declared = with_policy.then_some((&policy, &assignment));
        Inventory::new(&model, &data, declared, Shown { tests, only: None })
    }

    /// An inventory of what is no table.
    pub(in crate::output) fn sample_of_others() -> Inventory {
        let policy = format!("{POLICY}outbox = ['jobs']\n")
            .replace("owns.tables = ['payments']", "owns.env = ['STRIPE_*']");
        let lines = [
            "shop::payments::charge uses env STRIPE_KEY 3:1",
            "shop::orders::place uses env STRIPE_KEY 9:1",
            "shop::orders::place uses env RUST_LOG 4:1",
            "shop::orders::place changes key pay:* 5:1",
            "shop::orders::NAME uses topic jobs 6:1 declares",
            "shop::orders::place changes topic jobs 7:1",
            "shop::orders::tests::t uses bucket invoices 8:1",
        ];
        let model = sample::model(&NODES, &[]);
        let data = data_sample::model(&model, &lines);
        let policy = config::load(&policy, "boundaries.toml", &[]).unwrap();
        let assignment = config::assign(&policy, &model).unwrap();
        Inventory::new(&model, &data, Some((&policy, &assignment)), Shown { tests: false, only: None })
    }

    #[track_caller]
    fn check(inventory: &Inventory, expected: &[&str]) {
        let line = |r: &Resource| {
            let owner = r.owner.as_deref().unwrap_or(r.ownership);
            let writers = r.by_module(&[Access::Write]);
            let readers = r.by_module(&[Access::Read]);
            format!("{} {owner} {writers:?} {readers:?} {}", r.name, r.accesses.len())
        };
        let lines: Vec<String> =
            inventory.resources.iter().filter(|r| !r.name.contains('<')).map(line).collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn modules_are_those_of_the_policy_and_tests_are_left_out() {
        check(
            &sample_inventory(true, false),
            &[
                "countries reference [] [] 0",
                "order_states unowned [] [] 0",
                "orders orders [(\"orders\", 1), (\"payments\", 1)] [(\"(no module)\", 1)] 4",
                "payments payments [(\"payments\", 1)] [(\"orders\", 1)] 3",
            ],
        );
    }

    #[test]
    fn without_a_policy_top_level_modules_stand_in() {
        check(
            &sample_inventory(false, true),
            &[
                "countries unowned [] [] 0",
                "only_in_tests unowned [(\"shop::orders\", 1)] [] 1",
                "order_states unowned [] [] 0",
                "orders unowned [(\"shop::orders\", 2), (\"shop::payments\", 1)] [(\"shop::misc\", 1)] 5",
                "payments unowned [(\"shop::payments\", 1)] [(\"shop::orders\", 1)] 3",
            ],
        );
    }

    #[test]
    fn a_package_shows_what_its_own_code_touches() {
        let model = sample::model(&["a", "b"], &[]);
        let data = data_sample::model(
            &model,
            &["a::f writes t", "b::g writes t 2:1", "b::g reads u 3:1", "table v"],
        );
        let inventory = Inventory::new(&model, &data, None, Shown { tests: false, only: Some(&[0]) });
        check(&inventory, &["t unowned [(\"a\", 1)] [] 1"]);
    }
}
