//! The schema as it stands after all migrations: they are found by their layout, put in order and replayed.
//!
//! Everything goes by the name of a table; nothing here knows code. `.sql` files that are no migrations count only where
//! the configuration lists them.

mod layout;
mod keys;
mod state;
mod facts;
#[cfg(test)]
mod tests;

use crate::data::model::{Place, RoutineKind};
use crate::source::Source;
use crate::sql::{Access, Change, Dialect};
use globset::GlobSet;
use std::sync::Arc;

/// A file of SQL.
#[derive(Clone, Debug)]
pub struct SqlFile {
    /// Path relative to the workspace root.
    pub path: Arc<str>,
    /// Its text.
    pub text: Arc<str>,
}

/// What the schema is made of.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Every file of SQL in the workspace.
    pub files: &'a [SqlFile],
    /// How SQL is spelled; `None`: told for each tree of migrations.
    pub dialect: Option<Dialect>,
    /// Folders of migrations, `*` for any folder; none: known layouts are looked for.
    pub migrations: &'a [String],
    /// Files of SQL outside the migrations: views, triggers, functions.
    pub extra_sql: &'a GlobSet,
    /// Files that are left out.
    pub exclude: &'a GlobSet,
    /// Migrations written in Rust.
    pub rust_trees: &'a [RustTree],
}

/// Migrations written in Rust, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RustTree {
    /// The folder or the crate they lie in.
    pub name: String,
    /// What they do, one after the other.
    pub steps: Vec<RustStep>,
}

/// One migration written in Rust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RustStep {
    /// What it is called.
    pub version: String,
    /// The file that holds it.
    pub file: Arc<str>,
    /// What it changes, and where.
    pub changes: Vec<(Change, Place)>,
}

/// A table that exists after all migrations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableFacts {
    /// Its name.
    pub name: String,
    /// Its columns in order.
    pub columns: Vec<String>,
    /// Where it was created.
    pub place: Place,
}

/// A foreign key that exists after all migrations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFacts {
    /// Its name: the written one, or the one that the database gives.
    pub name: Option<String>,
    /// The table that holds it.
    pub from_table: String,
    /// Its columns.
    pub from_columns: Vec<String>,
    /// The table it refers to.
    pub to_table: String,
    /// The columns it refers to; empty for the primary key.
    pub to_columns: Vec<String>,
    /// Where it was created.
    pub place: Place,
}

/// A view, trigger or function that exists after all migrations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoutineFacts {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: RoutineKind,
    /// The table whose changes a trigger follows.
    pub on: Option<String>,
    /// What it touches, for a trigger also through the functions it calls; sorted, each pair once.
    pub uses: Vec<(String, Access)>,
    /// Where it was created.
    pub place: Place,
}

/// A use of a table in a migration or in an extra file. Tables that do not outlive the migrations are left out, and
/// those that were renamed have the name they ended with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileUse {
    /// Where.
    pub place: Place,
    /// The table or view.
    pub table: String,
    /// How.
    pub access: Access,
    /// Found token by token, because the statement does not parse.
    pub approximate: bool,
    /// Which statement it is part of, counted over all files.
    pub statement: u32,
}

/// Something that was not understood.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SchemaProblem {
    /// Where; none for the configuration.
    pub place: Option<Place>,
    /// What: a lower-case phrase without a full stop.
    pub reason: String,
}

/// The schema after all migrations, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaFacts {
    /// Tables, sorted by name.
    pub tables: Vec<TableFacts>,
    /// Foreign keys, sorted by place.
    pub keys: Vec<KeyFacts>,
    /// Views, triggers and functions, sorted by place.
    pub routines: Vec<RoutineFacts>,
    /// The trees that were replayed, with how they were understood: `migrations (diesel)`.
    pub trees: Vec<String>,
    /// Uses in migrations and extra files, in the order of the migrations.
    pub uses: Vec<FileUse>,
    /// Files in the folders of migrations that were not replayed, sorted: the way back, and what has no version.
    pub left_out: Vec<Arc<str>>,
    /// What was not understood, sorted.
    pub problems: Vec<SchemaProblem>,
}

/// Reads every file of SQL in a workspace; those that cannot be read are problems.
pub fn read_files(source: &Source) -> (Vec<SqlFile>, Vec<SchemaProblem>) {
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    for path in source.tree.sql_files() {
        let path: Arc<str> = path.into();
        match source.tree.read(&path) {
            Ok(text) => files.push(SqlFile { path, text }),
            Err(error) => {
                let place = Some(Place { file: path, line: 1, column: 1 });
                problems.push(SchemaProblem { place, reason: error.to_string() });
            }
        }
    }
    (files, problems)
}

/// Replays all migrations.
pub fn replay(input: &Input) -> SchemaFacts {
    let found = layout::discover(input);
    let mut replay = state::Replay::default();
    for tree in &found.trees {
        replay.sql_tree(tree);
    }
    for tree in input.rust_trees {
        replay.rust_tree(tree);
    }
    let dialect = input.dialect.or(found.trees.first().map(|tree| tree.dialect)).unwrap_or(Dialect::Postgres);
    replay.extra(&found.extra, dialect);
    let mut facts = facts::collect(replay);
    facts.trees = found.trees.iter().map(layout::Tree::label).collect();
    facts.trees.extend(input.rust_trees.iter().map(|tree| format!("{} (sea-orm)", tree.name)));
    facts.left_out = found.left_out;
    facts.problems.extend(found.problems);
    facts.problems.sort();
    facts
}
