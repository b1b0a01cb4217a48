//! What is known of the workspace's data: tables and other resources, who touches them where, the schema, transactions.
//!
//! Plain data, sorted, as rules and formats read it. Who owns a table is a matter of the
//! policy.

use crate::graph::NodeId;
use crate::sql::Access;
use std::sync::Arc;

/// Index into [`DataModel::tables`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableId(pub u32);
/// Index into [`DataModel::accesses`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccessId(pub u32);

/// Index into [`DataModel::resources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId(pub u32);

impl ResourceId {
    /// The index as a `usize`.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl TableId {
    /// The index as a `usize`.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl AccessId {
    /// The index as a `usize`.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A place in a file: Rust or SQL.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Path relative to the workspace root.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// What kind of resource.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum TableKind {
    /// A table.
    Table,
    /// A view, also a materialised one.
    View,
    /// A collection of documents.
    Collection,
}

/// A table, a view or a collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name, with the database schema in front where code names one that is not the default.
    pub name: String,
    /// What it is.
    pub kind: TableKind,
    /// Where the schema as it stands, or else the code (`table!`, an entity), declares it.
    pub declared: Option<Place>,
}

/// One access of a table at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableAccess {
    /// The table.
    pub table: TableId,
    /// How.
    pub access: Access,
    /// Where.
    pub place: Place,
    /// The source module; none for a file of SQL.
    pub node: Option<NodeId>,
    /// The function that holds it, with its type if it has one: `User::find`.
    pub function: Option<Arc<str>>,
    /// The library it goes through: `sqlx`, `diesel`, `migration`.
    pub via: &'static str,
    /// In test code.
    pub test: bool,
    /// Found token by token, because the statement does not parse.
    pub approximate: bool,
    /// It says what the table is, in `table!` or by an entity or a relation, and runs nothing.
    pub declaration: bool,
    /// Which statement it is part of: accesses of one statement share the number.
    pub query: u32,
}

/// What kind of resource something is that is no table.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ResourceKind {
    /// An environment variable.
    Env,
    /// A key of a cache, or what keys begin with.
    CacheKey,
    /// A topic, a queue or the name of a job.
    Topic,
    /// A bucket of an object store.
    Bucket,
}

impl ResourceKind {
    /// Every kind, in the order in which they are listed.
    pub const ALL: [ResourceKind; 4] =
        [ResourceKind::Env, ResourceKind::CacheKey, ResourceKind::Topic, ResourceKind::Bucket];

    /// What it is called in a sentence.
    pub fn noun(self) -> &'static str {
        match self {
            ResourceKind::Env => "environment variable",
            ResourceKind::CacheKey => "cache key",
            ResourceKind::Topic => "topic",
            ResourceKind::Bucket => "bucket",
        }
    }
}

/// A resource that is no table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Resource {
    /// What it is.
    pub kind: ResourceKind,
    /// Its name, with `*` for each part that is not known.
    pub name: String,
}

impl Resource {
    /// What it is and its name: a variable and a key may have one name.
    pub fn title(&self) -> String {
        format!("{} {}", self.kind.noun(), self.name)
    }
}

/// One use of a resource at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceAccess {
    /// The resource.
    pub resource: ResourceId,
    /// Read or write.
    pub access: Access,
    /// Where.
    pub place: Place,
    /// The source module.
    pub node: NodeId,
    /// The function that holds it, with its type if it has one.
    pub function: Option<Arc<str>>,
    /// The library it goes through: `std`, `clap`, `redis`.
    pub via: &'static str,
    /// In test code.
    pub test: bool,
    /// It says what the resource is called, and uses nothing.
    pub declaration: bool,
}

/// A query whose tables cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpaqueQuery {
    /// Where.
    pub place: Place,
    /// Why: a lower-case phrase without a full stop.
    pub reason: String,
    /// The source module; none for a file of SQL.
    pub node: Option<NodeId>,
    /// The function that holds it.
    pub function: Option<Arc<str>>,
    /// In test code.
    pub test: bool,
}

/// A call on the way from a transaction to an access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallStep {
    /// The function that is called: `orders::Order::insert`.
    pub function: Arc<str>,
    /// Where it is called.
    pub place: Place,
    /// The source module that defines it.
    pub node: NodeId,
}

/// An access inside a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionAccess {
    /// The access.
    pub access: AccessId,
    /// The calls that lead to it, outermost first; empty where it stands in the transaction itself.
    pub chain: Vec<CallStep>,
}

/// A stretch of code whose queries succeed or fail together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Where it begins.
    pub place: Place,
    /// The source module.
    pub node: NodeId,
    /// The function that opens it.
    pub function: Option<Arc<str>>,
    /// In test code.
    pub test: bool,
    /// What it touches, itself or through calls that are handed the connection.
    pub accesses: Vec<TransactionAccess>,
}

/// A foreign key of the schema as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignKey {
    /// The constraint's name, if it has one.
    pub name: Option<String>,
    /// The table that holds it.
    pub from_table: TableId,
    /// Its columns.
    pub from_columns: Vec<String>,
    /// The table it refers to.
    pub to_table: TableId,
    /// The columns it refers to; empty for the primary key.
    pub to_columns: Vec<String>,
    /// Where it was created.
    pub place: Place,
}

/// A view, a trigger or a function of the database, with what it touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routine {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: RoutineKind,
    /// The table whose changes a trigger follows.
    pub on: Option<TableId>,
    /// What it touches, for a trigger also through the functions it calls; sorted, each pair once.
    pub uses: Vec<(TableId, Access)>,
    /// Where it was created.
    pub place: Place,
}

/// What a routine is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RoutineKind {
    /// A view: it has its own entry among the tables.
    View,
    /// A trigger.
    Trigger,
    /// A function or procedure.
    Function,
}

/// The schema after all migrations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// The tables that exist, sorted.
    pub tables: Vec<TableId>,
    /// Columns, parallel to `tables`: names in order.
    pub columns: Vec<Vec<String>>,
    /// Foreign keys, sorted by place.
    pub foreign_keys: Vec<ForeignKey>,
    /// Views, triggers, functions, sorted by place.
    pub routines: Vec<Routine>,
    /// The folders of migrations that were replayed, with how they were understood: `migrations (diesel)`.
    pub trees: Vec<String>,
}

/// Everything that is known of the workspace's data.
#[derive(Clone, Debug, Default)]
pub struct DataModel {
    /// Tables, views and collections, sorted by name.
    pub tables: Vec<Table>,
    /// Accesses, sorted by file, place, table, access.
    pub accesses: Vec<TableAccess>,
    /// Queries that could not be looked into, sorted.
    pub opaque: Vec<OpaqueQuery>,
    /// The schema as it stands.
    pub schema: Schema,
    /// Transactions, sorted by place.
    pub transactions: Vec<Transaction>,
    /// What is no table, sorted by kind and name.
    pub resources: Vec<Resource>,
    /// Who uses it, sorted by place, resource, access.
    pub resource_accesses: Vec<ResourceAccess>,
}

impl DataModel {
    /// The table behind an index.
    pub fn table(&self, id: TableId) -> &Table {
        &self.tables[id.index()]
    }

    /// The access behind an index.
    pub fn access(&self, id: AccessId) -> &TableAccess {
        &self.accesses[id.index()]
    }

    /// The resource behind an index.
    pub fn resource(&self, id: ResourceId) -> &Resource {
        &self.resources[id.index()]
    }

    /// A table by name.
    pub fn find(&self, name: &str) -> Option<TableId> {
        self.tables.binary_search_by(|t| t.name.as_str().cmp(name)).ok().map(|i| TableId(i as u32))
    }
}
