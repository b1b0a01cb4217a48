//! Who touches which data: tables and the places in code, migrations and SQL that read, write, join or define them.

pub mod model;
pub mod schema;

pub use model::*;

use crate::graph::Graph;
use crate::source::Source;
use crate::sql::Dialect;
use globset::GlobSet;

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

/// Everything that code, migrations and SQL files say about data.
pub fn inventory(_source: &Source, _graph: &Graph, _options: &Options) -> DataModel {
    DataModel::default()
}
