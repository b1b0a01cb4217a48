//! What is collected while a statement is read.

use super::names::Name;
use super::{Access, Change, Statement, TableUse};
use sqlparser::tokenizer::Location;
use std::collections::BTreeSet;

/// Uses and changes of one statement, in the order they were met.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub uses: Vec<TableUse>,
    pub changes: Vec<Change>,
    pub opaque: bool,
}

/// A table among those that one level of a query combines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub table: String,
    pub at: Location,
}

impl Found {
    /// A name where a table is expected. What it means to the query around it: nothing, if it is not known.
    pub fn table(&mut self, name: &Name, access: Access) -> Option<Member> {
        if name.opaque {
            self.opaque = true;
            return None;
        }
        self.uses.push(table_use(&name.table, access, name.at));
        Some(Member { table: name.table.clone(), at: name.at })
    }

    /// The tables that one level of a query combines, by what they are combined from: one list for each item of `FROM`.
    pub fn join(&mut self, items: &[Vec<Member>]) {
        if items.iter().filter(|members| !members.is_empty()).count() < 2 {
            return;
        }
        let tables: BTreeSet<&str> = items.iter().flatten().map(|member| member.table.as_str()).collect();
        if tables.len() > 1 {
            let uses = items.iter().flatten().map(|m| table_use(&m.table, Access::Join, m.at));
            self.uses.extend(uses);
        }
    }

    /// Takes over what another one found.
    pub fn extend(&mut self, other: Found) {
        self.uses.extend(other.uses);
        self.changes.extend(other.changes);
        self.opaque |= other.opaque;
    }

    /// The statement that begins at `at`.
    pub fn into_statement(self, at: Location, approximate: bool) -> Statement {
        Statement {
            uses: sorted(self.uses),
            changes: self.changes,
            approximate,
            opaque_tables: self.opaque,
            line: at.line as u32,
            column: at.column as u32,
        }
    }
}

/// A use at a place.
pub(super) fn table_use(table: &str, access: Access, at: Location) -> TableUse {
    TableUse { table: table.to_owned(), access, line: at.line as u32, column: at.column as u32 }
}

/// Uses by place, each table once per access.
pub(super) fn sorted(mut uses: Vec<TableUse>) -> Vec<TableUse> {
    uses.sort_by(|a, b| (a.line, a.column, a.access, &a.table).cmp(&(b.line, b.column, b.access, &b.table)));
    let mut seen = BTreeSet::new();
    uses.retain(|u| seen.insert((u.table.clone(), u.access)));
    uses
}
