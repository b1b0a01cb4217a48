//! A statement that defines tables, while code puts it together.

use crate::sql::{Change, ColumnChange, KeyChange};
use std::sync::Arc;

/// What a statement defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::data) enum Kind {
    Create,
    Alter,
    Drop,
    Rename,
    Key,
    DropKey,
    Column,
    /// An index, or what else leaves tables and keys as they are.
    Other,
}

/// A statement that defines tables, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::data) struct Blueprint {
    pub kind: Kind,
    pub table: Option<Arc<str>>,
    /// The name of a key or a column, or the new name of a table.
    pub name: Option<String>,
    pub if_not_exists: bool,
    /// Columns that a table gets, or that a key is made of.
    pub columns: Vec<String>,
    pub keys: Vec<Blueprint>,
    pub to_table: Option<Arc<str>>,
    pub to_columns: Vec<String>,
    pub dropped_columns: Vec<String>,
    pub renamed_columns: Vec<(String, String)>,
    pub dropped_keys: Vec<String>,
}

impl Blueprint {
    pub(in crate::data) fn new(kind: Kind) -> Blueprint {
        Blueprint {
            kind,
            table: None,
            name: None,
            if_not_exists: false,
            columns: Vec::new(),
            keys: Vec::new(),
            to_table: None,
            to_columns: Vec::new(),
            dropped_columns: Vec::new(),
            renamed_columns: Vec::new(),
            dropped_keys: Vec::new(),
        }
    }

    /// What the statement does to the schema.
    pub(in crate::data) fn changes(&self) -> Vec<Change> {
        let Some(table) = self.table.as_deref().map(str::to_owned) else { return Vec::new() };
        match self.kind {
            Kind::Create => vec![Change::CreateTable {
                table,
                if_not_exists: self.if_not_exists,
                temporary: false,
                columns: self.columns.iter().map(|name| column(name)).collect(),
                keys: self.keys.iter().filter_map(Blueprint::key).collect(),
            }],
            Kind::Alter => self.altered(&table),
            Kind::Drop => vec![Change::DropTable { table }],
            Kind::Rename => self
                .name
                .iter()
                .map(|to| Change::RenameTable { table: table.clone(), to: to.clone() })
                .collect(),
            Kind::Key => self.key().map(|key| Change::AddKey { table, key }).into_iter().collect(),
            Kind::DropKey => self
                .name
                .iter()
                .map(|name| Change::DropConstraint { table: table.clone(), name: name.clone() })
                .collect(),
            Kind::Column | Kind::Other => Vec::new(),
        }
    }

    fn altered(&self, table: &str) -> Vec<Change> {
        let table = || table.to_owned();
        let added = self.columns.iter().map(|name| Change::AddColumn {
            table: table(),
            column: column(name),
            keys: Vec::new(),
        });
        let keys = self.keys.iter().filter_map(Blueprint::key);
        let keys = keys.map(|key| Change::AddKey { table: table(), key });
        let dropped = self.dropped_columns.iter();
        let dropped = dropped.map(|name| Change::DropColumn { table: table(), column: name.clone() });
        let renamed = self.renamed_columns.iter().map(|(name, to)| Change::RenameColumn {
            table: table(),
            column: name.clone(),
            to: to.clone(),
        });
        let dropped_keys = self.dropped_keys.iter();
        let dropped_keys =
            dropped_keys.map(|name| Change::DropConstraint { table: table(), name: name.clone() });
        added.chain(keys).chain(dropped).chain(renamed).chain(dropped_keys).collect()
    }

    fn key(&self) -> Option<KeyChange> {
        Some(KeyChange {
            name: self.name.clone(),
            columns: self.columns.clone(),
            to_table: self.to_table.as_deref()?.to_owned(),
            to_columns: self.to_columns.clone(),
            // It stands where the change is made.
            line: 0,
            column: 0,
        })
    }
}

fn column(name: &str) -> ColumnChange {
    ColumnChange { name: name.to_owned(), ty: String::new() }
}
