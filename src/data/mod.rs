//! Who touches which data: tables and the places in code, migrations and SQL that read, write, join or define them; and
//! other resources: environment variables, cache keys, topics, buckets.

mod assemble;
mod detectors;
mod eval;
pub mod model;
mod registry;
mod resources;
mod rust_migrations;
mod transactions;
mod with_schema;
#[cfg(test)]
pub(crate) mod sample;
pub mod schema;

pub use model::*;

use assemble::Assembly;
use eval::summary::Summaries;
use eval::{Outcome, World};
use registry::Registry;
use schema::{Input, RustTree, SchemaFacts};

use crate::graph::Graph;
use crate::graph::flow::Unit;
use crate::source::{Package, Source};
use crate::sql::Dialect;
use globset::GlobSet;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

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

/// Whether a crate, as code writes it, is a library for data.
fn is_library(krate: &str) -> bool {
    LIBRARIES.iter().any(|library| library.replace('-', "_") == krate)
}

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
    /// Functions of the workspace that take the name of an environment variable, by path.
    pub env_functions: Vec<String>,
    /// Files that are left out.
    pub exclude: GlobSet,
}

/// Whether a package of the workspace uses a library for tables.
fn is_used(packages: &[Package]) -> bool {
    packages.iter().flat_map(|p| &p.dependencies).any(|d| LIBRARIES.contains(&d.package.as_str()))
}

/// Most rounds until the summaries of functions have to be settled.
const MAX_ROUNDS: usize = 6;

/// Everything that code, migrations and SQL files say about data.
pub fn inventory(source: &Source, graph: &Graph, options: &Options) -> DataModel {
    let has_tables = is_used(&source.packages);
    let registry = if has_tables { Registry::new(graph) } else { Registry::default() };
    let libraries = libraries(&source.packages);
    let dialect = options.dialect.unwrap_or_default();
    let world = World {
        graph,
        registry: &registry,
        summaries: &Summaries::default(),
        dialect,
        libraries: &libraries,
        sql_functions: &options.sql_functions,
        env_functions: &options.env_functions,
        read: &|path| source.tree.read(path).ok(),
    };
    let outcomes = settled(world);
    let schema = schema(source, options, &rust_migrations::trees(graph, &outcomes));
    let (resources, resource_accesses) = resources::all(graph, &outcomes);
    // Without a library nothing in the code is SQL, whatever it looks like.
    let of_tables = if has_tables { outcomes.as_slice() } else { &[] };
    let model = Assembly::new(graph, &registry, of_tables, dialect, schema).finish();
    DataModel { resources, resource_accesses, ..model }
}

/// The schema after all migrations.
fn schema(source: &Source, options: &Options, rust_trees: &[RustTree]) -> SchemaFacts {
    let (files, problems) = schema::read_files(source);
    let mut facts = schema::replay(&Input {
        files: &files,
        dialect: options.dialect,
        migrations: &options.migrations,
        extra_sql: &options.extra_sql,
        exclude: &options.exclude,
        rust_trees,
    });
    facts.problems.extend(problems);
    facts
}

/// Looks at every unit, and again at those that asked for what has changed since, until nothing does.
fn settled(world: World<'_>) -> Vec<Outcome> {
    let units: Vec<Unit<'_>> = world.graph.units().collect();
    let mut outcomes: Vec<Outcome> = units.par_iter().map(|unit| eval::unit(*unit, &world)).collect();
    let mut summaries = Summaries::default();
    for _ in 1..MAX_ROUNDS {
        let next = Summaries::collect(&outcomes);
        let changed = next.changed(&summaries);
        summaries = next;
        let world = World { summaries: &summaries, ..world };
        let again = |outcome: &Outcome| outcome.asked.iter().any(|asked| changed.contains(asked));
        outcomes = outcomes
            .into_par_iter()
            .zip(&units)
            .map(|(outcome, unit)| if again(&outcome) { eval::unit(*unit, &world) } else { outcome })
            .collect();
        if changed.is_empty() {
            break;
        }
    }
    outcomes
}

/// The crates outside the workspace, as code writes them.
fn libraries(packages: &[Package]) -> FxHashSet<String> {
    let outside = packages.iter().flat_map(|p| &p.dependencies).filter(|d| d.member.is_none());
    outside.map(|dependency| dependency.package.replace('-', "_")).collect()
}
