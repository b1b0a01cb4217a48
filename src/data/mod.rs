//! Who touches which data: tables and the places in code, migrations and SQL that read, write, join or define them.

pub mod model;
#[cfg(test)]
pub(crate) mod sample;

pub use model::*;

use crate::graph::Graph;
use crate::source::{Package, Source};
use crate::sql::Dialect;
use globset::GlobSet;

/// Packages whose use means that there are queries to be found.
const LIBRARIES: &[&str] = &[
    "sqlx",
    "sqlx-core",
    "diesel",
    "diesel-async",
    "sea-orm",
    "sea-orm-migration",
    "sea-query",
    "rusqlite",
    "tokio-rusqlite",
    "libsql",
    "postgres",
    "tokio-postgres",
    "deadpool-postgres",
    "bb8-postgres",
    "mysql",
    "mysql_async",
    "mongodb",
];

/// What the configuration says about data; all of it may be left out.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How SQL is spelled; `None`: told from the libraries and the migrations.
    pub dialect: Option<Dialect>,
    /// Folders of migrations relative to the workspace root; none: known layouts are looked for.
    pub migrations: Vec<String>,
    /// Files of SQL outside the migrations: views, triggers, functions.
    pub extra_sql: GlobSet,
    /// Functions of the workspace that take SQL, by path.
    pub sql_functions: Vec<String>,
    /// Files that are left out.
    pub exclude: GlobSet,
}

/// Whether a package of the workspace uses a library for data.
pub fn is_used(packages: &[Package]) -> bool {
    packages.iter().flat_map(|p| &p.dependencies).any(|d| LIBRARIES.contains(&d.package.as_str()))
}

/// Everything that code, migrations and SQL files say about data.
pub fn inventory(_source: &Source, _graph: &Graph, _options: &Options) -> DataModel {
    DataModel::default()
}
