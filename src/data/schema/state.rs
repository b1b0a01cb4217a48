//! The schema while migrations are replayed: each change applied to what the ones before it left.
//!
//! Every tree has its own state, so that two databases don't disturb each other. A change of a table that its tree does
//! not know goes to an earlier tree of the same dialect that does: some keep migrations of one database in two folders.

use super::keys::{default_name, free_name};
use super::layout::Tree;
use super::{FileUse, RustTree, SchemaProblem, SqlFile};
use crate::data::model::Place;
use crate::sql::{self, Access, Change, ColumnChange, Dialect, KeyChange, Statement, TableUse};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Everything that was replayed so far.
#[derive(Default)]
pub(super) struct Replay {
    pub states: Vec<State>,
    pub uses: Vec<FileUse>,
    /// Names that a table or a view had at some time.
    pub known: BTreeSet<String>,
    pub problems: Vec<SchemaProblem>,
    statements: u32,
}

/// The schema of one tree.
pub(super) struct State {
    dialect: Dialect,
    pub tables: BTreeMap<String, Table>,
    pub keys: Vec<Key>,
    pub views: BTreeMap<String, View>,
    pub triggers: Vec<Trigger>,
    pub functions: BTreeMap<String, Function>,
}

pub(super) struct Table {
    pub columns: Vec<String>,
    pub place: Place,
    pub temporary: bool,
    /// How many keys MySQL has named.
    named: usize,
}

pub(super) struct Key {
    /// None where the database gives no names.
    pub name: Option<String>,
    /// What older versions of the database call it.
    other_name: Option<String>,
    pub from_table: String,
    pub from_columns: Vec<String>,
    pub to_table: String,
    pub to_columns: Vec<String>,
    pub place: Place,
    /// What the table that it refers to was called before.
    formerly_to: Option<String>,
}

pub(super) struct View {
    pub reads: Vec<String>,
    pub place: Place,
}

pub(super) struct Trigger {
    pub name: String,
    pub table: String,
    pub function: Option<String>,
    pub uses: Vec<TableUse>,
    pub transition_tables: Vec<String>,
    pub place: Place,
}

pub(super) struct Function {
    pub uses: Vec<TableUse>,
    pub calls: Vec<String>,
    pub place: Place,
}

impl Replay {
    pub fn sql_tree(&mut self, tree: &Tree) {
        self.begin(tree.dialect);
        for file in &tree.steps {
            self.file(file, tree.dialect);
        }
    }

    pub fn rust_tree(&mut self, tree: &RustTree) {
        self.begin(Dialect::Postgres);
        for (change, place) in tree.steps.iter().flat_map(|step| &step.changes) {
            self.apply(change, place);
        }
    }

    pub fn extra(&mut self, files: &[&SqlFile], dialect: Dialect) {
        self.begin(dialect);
        for file in files {
            self.file(file, dialect);
        }
    }

    fn begin(&mut self, dialect: Dialect) {
        self.states.push(State {
            dialect,
            tables: BTreeMap::new(),
            keys: Vec::new(),
            views: BTreeMap::new(),
            triggers: Vec::new(),
            functions: BTreeMap::new(),
        });
    }

    fn file(&mut self, file: &SqlFile, dialect: Dialect) {
        for statement in sql::parse_script(&file.text, dialect) {
            let at = |line, column| Place { file: file.path.clone(), line, column };
            let begin = at(statement.line, statement.column);
            if statement.approximate {
                let reason = "a statement that could not be read in full".to_owned();
                self.problems.push(SchemaProblem { place: Some(begin.clone()), reason });
            }
            if statement.opaque_tables {
                let reason = "a statement whose table is not known".to_owned();
                self.problems.push(SchemaProblem { place: Some(begin.clone()), reason });
            }
            self.uses.extend(statement.uses.iter().map(|u| FileUse {
                place: at(u.line, u.column),
                table: u.table.clone(),
                access: u.access,
                approximate: statement.approximate,
                statement: self.statements,
            }));
            self.statements += 1;
            for change in &statement.changes {
                let place = defined(change)
                    .and_then(|table| place_of(&statement, table))
                    .map_or_else(|| begin.clone(), |(line, column)| at(line, column));
                self.apply(change, &place);
            }
        }
    }

    fn apply(&mut self, change: &Change, place: &Place) {
        match change {
            Change::CreateTable { table, .. } => drop(self.known.insert(table.clone())),
            Change::CreateView { view, .. } => drop(self.known.insert(view.clone())),
            Change::RenameTable { table, to } => {
                self.known.insert(to.clone());
                self.uses.iter_mut().filter(|u| u.table == *table).for_each(|u| u.table.clone_from(to));
            }
            Change::DropSchema { name } => self.states.iter_mut().for_each(|state| state.drop_schema(name)),
            _ => {}
        }
        let Some(last) = self.states.len().checked_sub(1) else { return };
        let dialect = self.states[last].dialect;
        let owner = changed(change).and_then(|name| {
            (0..=last).rev().find(|i| self.states[*i].dialect == dialect && self.states[*i].has(name))
        });
        self.states[owner.unwrap_or(last)].apply(change, place);
    }
}

/// The table or view that a change defines under a name that stands in the statement.
fn defined(change: &Change) -> Option<&str> {
    match change {
        Change::CreateTable { table, .. } => Some(table),
        Change::CreateView { view, .. } => Some(view),
        _ => None,
    }
}

fn place_of(statement: &Statement, table: &str) -> Option<(u32, u32)> {
    let ddl = statement.uses.iter().find(|u| u.access == Access::Ddl && u.table == table);
    ddl.map(|u| (u.line, u.column))
}

/// What a change finds there, so that it belongs to the tree that has it.
fn changed(change: &Change) -> Option<&str> {
    match change {
        Change::DropTable { table }
        | Change::RenameTable { table, .. }
        | Change::AddColumn { table, .. }
        | Change::DropColumn { table, .. }
        | Change::RenameColumn { table, .. }
        | Change::AddKey { table, .. }
        | Change::DropConstraint { table, .. }
        | Change::RenameConstraint { table, .. }
        | Change::CreateTrigger { table, .. }
        | Change::DropTrigger { table: Some(table), .. } => Some(table),
        Change::DropView { view } => Some(view),
        Change::DropFunction { name } => Some(name),
        _ => None,
    }
}

impl State {
    fn has(&self, name: &str) -> bool {
        self.tables.contains_key(name) || self.views.contains_key(name) || self.functions.contains_key(name)
    }

    /// Whether what refers to a dropped table goes with it. Elsewhere it stays and waits for a table of that name.
    fn cascades(&self) -> bool {
        matches!(self.dialect, Dialect::Postgres | Dialect::Generic)
    }

    fn apply(&mut self, change: &Change, place: &Place) {
        match change {
            Change::CreateTable { table, if_not_exists, temporary, columns, keys } => {
                if !(*if_not_exists && self.tables.contains_key(table)) {
                    self.create_table(table, *temporary, columns, keys, place);
                }
            }
            Change::DropTable { table } => self.drop_table(table),
            Change::RenameTable { table, to } => self.rename_table(table, to),
            Change::AddColumn { table, column, keys } => {
                if self.add_column(table, column) {
                    keys.iter().for_each(|key| self.add_key(table, key, place));
                }
            }
            Change::DropColumn { table, column } => self.drop_column(table, column),
            Change::RenameColumn { table, column, to } => self.rename_column(table, column, to),
            Change::AddKey { table, key } => self.add_key(table, key, place),
            Change::DropConstraint { table, name } => {
                let is = |own: &Option<String>| own.as_ref() == Some(name);
                self.keys.retain(|key| key.from_table != *table || !(is(&key.name) || is(&key.other_name)));
            }
            Change::RenameConstraint { table, name, to } => {
                for key in self.keys.iter_mut().filter(|key| key.from_table == *table) {
                    if key.name.as_ref() == Some(name) {
                        (key.name, key.other_name) = (Some(to.clone()), None);
                    }
                }
            }
            Change::CreateView { view, reads } => {
                self.views.insert(view.clone(), View { reads: reads.clone(), place: place.clone() });
            }
            Change::DropView { view } => drop(self.views.remove(view)),
            Change::CreateTrigger { name, table, function, uses, transition_tables } => {
                self.triggers.retain(|t| !(t.name == *name && t.table == *table));
                self.triggers.push(Trigger {
                    name: name.clone(),
                    table: table.clone(),
                    function: function.clone(),
                    uses: uses.clone(),
                    transition_tables: transition_tables.clone(),
                    place: place.clone(),
                });
            }
            Change::DropTrigger { name, table } => {
                self.triggers
                    .retain(|t| t.name != *name || table.as_ref().is_some_and(|table| t.table != *table));
            }
            Change::CreateFunction { name, uses, calls } => {
                let function = Function { uses: uses.clone(), calls: calls.clone(), place: place.clone() };
                self.functions.insert(name.clone(), function);
            }
            Change::DropFunction { name } => {
                self.functions.remove(name);
                self.triggers.retain(|t| t.function.as_ref() != Some(name));
            }
            // It may reach into other trees: done for all of them.
            Change::DropSchema { .. } => {}
        }
    }

    fn create_table(
        &mut self,
        name: &str,
        temporary: bool,
        columns: &[ColumnChange],
        keys: &[KeyChange],
        place: &Place,
    ) {
        self.keys.retain(|key| key.from_table != name);
        let columns = columns.iter().map(|column| column.name.clone()).collect();
        self.tables.insert(name.to_owned(), Table { columns, place: place.clone(), temporary, named: 0 });
        keys.iter().for_each(|key| self.add_key(name, key, place));
    }

    fn drop_table(&mut self, name: &str) {
        self.tables.remove(name);
        self.keys.retain(|key| key.from_table != name);
        self.triggers.retain(|trigger| trigger.table != name);
        if self.cascades() {
            self.keys.retain(|key| key.to_table != name);
            self.drop_views_of(name);
        } else {
            // `ALTER TABLE a RENAME TO old; CREATE TABLE a …; DROP TABLE old`: keys mean `a` again.
            for key in self.keys.iter_mut().filter(|key| key.to_table == name) {
                if let Some(before) = key.formerly_to.take_if(|before| self.tables.contains_key(before)) {
                    key.to_table = before;
                }
            }
        }
    }

    /// Drops the views that read something, and the views that read those.
    fn drop_views_of(&mut self, name: &str) {
        let mut gone = vec![name.to_owned()];
        while let Some(name) = gone.pop() {
            let readers: Vec<String> = self
                .views
                .iter()
                .filter(|(view, facts)| **view != name && facts.reads.contains(&name))
                .map(|(view, _)| view.clone())
                .collect();
            for view in readers {
                self.views.remove(&view);
                gone.push(view);
            }
        }
    }

    fn rename_table(&mut self, from: &str, to: &str) {
        if let Some(view) = self.views.remove(from) {
            self.views.insert(to.to_owned(), view);
        }
        let Some(table) = self.tables.remove(from) else { return };
        self.tables.insert(to.to_owned(), table);
        let keeps_names = self.cascades();
        for key in &mut self.keys {
            if key.from_table == from {
                to.clone_into(&mut key.from_table);
            }
            if key.to_table == from {
                key.formerly_to = (!keeps_names).then(|| from.to_owned());
                to.clone_into(&mut key.to_table);
            }
        }
        for trigger in self.triggers.iter_mut().filter(|trigger| trigger.table == from) {
            to.clone_into(&mut trigger.table);
        }
        for read in self.views.values_mut().flat_map(|view| &mut view.reads).filter(|read| **read == from) {
            to.clone_into(read);
        }
    }

    /// Whether the column is new.
    fn add_column(&mut self, table: &str, column: &ColumnChange) -> bool {
        let Some(table) = self.tables.get_mut(table) else { return true };
        let new = !table.columns.contains(&column.name);
        if new {
            table.columns.push(column.name.clone());
        }
        new
    }

    fn drop_column(&mut self, table: &str, column: &str) {
        if let Some(table) = self.tables.get_mut(table) {
            table.columns.retain(|name| name != column);
        }
        let has = |columns: &[String]| columns.iter().any(|name| name == column);
        self.keys.retain(|key| {
            !(key.from_table == table && has(&key.from_columns)
                || key.to_table == table && has(&key.to_columns))
        });
    }

    fn rename_column(&mut self, table: &str, column: &str, to: &str) {
        let rename = |columns: &mut Vec<String>| {
            columns.iter_mut().filter(|name| **name == column).for_each(|name| to.clone_into(name));
        };
        if let Some(table) = self.tables.get_mut(table) {
            rename(&mut table.columns);
        }
        for key in &mut self.keys {
            if key.from_table == table {
                rename(&mut key.from_columns);
            }
            if key.to_table == table {
                rename(&mut key.to_columns);
            }
        }
    }

    fn add_key(&mut self, table: &str, key: &KeyChange, place: &Place) {
        let (name, other_name) = match &key.name {
            Some(name) => (Some(name.clone()), None),
            None => self.given_names(table, &key.columns),
        };
        // A constraint that exists is not added twice: the statement would fail, or says `IF NOT EXISTS`.
        if key.name.is_some() && self.keys.iter().any(|k| k.from_table == table && k.name == name) {
            return;
        }
        self.keys.push(Key {
            name,
            other_name,
            from_table: table.to_owned(),
            from_columns: key.columns.clone(),
            to_table: key.to_table.clone(),
            to_columns: key.to_columns.clone(),
            place: if key.line > 0 {
                Place { file: Arc::clone(&place.file), line: key.line, column: key.column }
            } else {
                place.clone()
            },
            formerly_to: None,
        });
    }

    /// What the database calls a key without a name, and what an older version calls it.
    fn given_names(&mut self, table: &str, columns: &[String]) -> (Option<String>, Option<String>) {
        if self.dialect == Dialect::Sqlite {
            return (None, None);
        }
        if self.dialect == Dialect::Mysql {
            let named = self.tables.get_mut(table).map_or(1, |table| {
                table.named += 1;
                table.named
            });
            return (Some(format!("{table}_ibfk_{named}")), None);
        }
        let taken =
            self.keys.iter().filter(|key| key.from_table == table).filter_map(|key| key.name.as_deref());
        let name = free_name(default_name(table, columns), taken.clone());
        let older = free_name(default_name(table, &columns[..columns.len().min(1)]), taken);
        (Some(name), Some(older))
    }

    fn drop_schema(&mut self, schema: &str) {
        let inside = |name: &str| name.strip_prefix(schema).is_some_and(|rest| rest.starts_with('.'));
        let tables: Vec<String> = self.tables.keys().filter(|name| inside(name)).cloned().collect();
        tables.iter().for_each(|name| self.drop_table(name));
        self.views.retain(|name, _| !inside(name));
        self.functions.retain(|name, _| !inside(name));
        self.triggers.retain(|trigger| !trigger.function.as_ref().is_some_and(|name| inside(name)));
    }
}
