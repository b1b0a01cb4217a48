//! Puts the replayed schema into numbers, and what migrations touch among the accesses.

use super::assemble::Raw;
use super::model::{
    ForeignKey, OpaqueQuery, Place, Routine, RoutineKind, Schema, TableAccess, TableId, TableKind,
};
use super::schema::SchemaFacts;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The tables and views of a schema, with where each was created.
pub(super) fn declared(facts: &SchemaFacts) -> Vec<(Arc<str>, TableKind, Place)> {
    let tables = facts.tables.iter().map(|t| (t.name.as_str().into(), TableKind::Table, t.place.clone()));
    let views = facts.routines.iter().filter(|r| r.kind == RoutineKind::View);
    tables.chain(views.map(|v| (v.name.as_str().into(), TableKind::View, v.place.clone()))).collect()
}

/// Every name of a table that the schema mentions.
pub(super) fn names(facts: &SchemaFacts) -> impl Iterator<Item = &str> {
    let keys = facts.keys.iter().flat_map(|key| [key.from_table.as_str(), key.to_table.as_str()]);
    let routines = facts
        .routines
        .iter()
        .flat_map(|routine| routine.on.iter().chain(routine.uses.iter().map(|(table, _)| table)));
    keys.chain(routines.map(String::as_str))
}

/// What migrations and extra files touch; `first` is the first free number of a statement.
pub(super) fn accesses(facts: &SchemaFacts, first: u32) -> impl Iterator<Item = Raw> {
    facts.uses.iter().map(move |found| Raw {
        table: found.table.as_str().into(),
        kind: TableKind::Table,
        access: TableAccess {
            table: TableId(0),
            access: found.access,
            place: found.place.clone(),
            node: None,
            function: None,
            via: "migration",
            test: false,
            approximate: found.approximate,
            declaration: false,
            query: first + found.statement,
        },
        source: None,
    })
}

/// What was not understood.
pub(super) fn problems(facts: &SchemaFacts) -> impl Iterator<Item = OpaqueQuery> {
    facts.problems.iter().map(|problem| OpaqueQuery {
        place: problem.place.clone().unwrap_or(Place { file: "boundaries.toml".into(), line: 1, column: 1 }),
        reason: problem.reason.clone(),
        node: None,
        function: None,
        test: false,
    })
}

/// The schema in numbers.
pub(super) fn numbered(facts: SchemaFacts, index: &FxHashMap<&str, TableId>) -> Schema {
    let id = |name: &str| index[name];
    let foreign_keys = facts
        .keys
        .iter()
        .map(|key| ForeignKey {
            name: key.name.clone(),
            from_table: id(&key.from_table),
            from_columns: key.from_columns.clone(),
            to_table: id(&key.to_table),
            to_columns: key.to_columns.clone(),
            place: key.place.clone(),
        })
        .collect();
    let routines = facts
        .routines
        .iter()
        .map(|routine| Routine {
            name: routine.name.clone(),
            kind: routine.kind,
            on: routine.on.as_deref().map(id),
            uses: routine.uses.iter().map(|(table, access)| (id(table), *access)).collect(),
            place: routine.place.clone(),
        })
        .collect();
    Schema {
        tables: facts.tables.iter().map(|table| id(&table.name)).collect(),
        columns: facts.tables.into_iter().map(|table| table.columns).collect(),
        foreign_keys,
        routines,
        trees: facts.trees,
    }
}
