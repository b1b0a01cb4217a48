//! From the replayed states to one schema: tables by name, and what routines touch in the end.

use super::state::{Function, Replay, State, Trigger};
use super::{KeyFacts, RoutineFacts, SchemaFacts, TableFacts};
use crate::data::model::RoutineKind;
use crate::sql::{Access, TableUse};
use std::collections::{BTreeMap, BTreeSet};

/// The schema that all trees together leave. Several may hold the same tables, one tree for each database system: the
/// first one that has a table describes it.
pub(super) fn collect(mut replay: Replay) -> SchemaFacts {
    for state in &mut replay.states {
        let temporary: Vec<String> =
            state.tables.iter().filter(|(_, table)| table.temporary).map(|(name, _)| name.clone()).collect();
        for name in temporary {
            state.tables.remove(&name);
            state.keys.retain(|key| key.from_table != name);
        }
    }
    let names = Names {
        alive: replay
            .states
            .iter()
            .flat_map(|state| state.tables.keys().chain(state.views.keys()))
            .cloned()
            .collect(),
        known: &replay.known,
    };
    let mut facts = SchemaFacts { tables: tables(&replay.states), ..SchemaFacts::default() };
    facts.keys = keys(&replay.states, &names);
    facts.routines = routines(&replay.states, &names);
    facts.uses = replay.uses.into_iter().filter(|u| names.counts(&u.table)).collect();
    facts.problems = replay.problems;
    facts
}

struct Names<'a> {
    /// Tables and views that exist in the end.
    alive: BTreeSet<String>,
    /// Those that existed at some time.
    known: &'a BTreeSet<String>,
}

impl Names<'_> {
    /// Whether a name is one to speak of: it exists, or it was made elsewhere.
    fn counts(&self, name: &str) -> bool {
        self.alive.contains(name) || !self.known.contains(name)
    }

    /// Whether a name inside a body is a table. A body holds names that are none, so it has to exist, if any does.
    fn is_table(&self, name: &str) -> bool {
        self.alive.contains(name) || self.known.is_empty()
    }
}

fn tables(states: &[State]) -> Vec<TableFacts> {
    let mut tables: BTreeMap<&str, TableFacts> = BTreeMap::new();
    for (name, table) in states.iter().flat_map(|state| &state.tables) {
        let facts = tables.entry(name).or_insert_with(|| TableFacts {
            name: name.clone(),
            columns: table.columns.clone(),
            place: table.place.clone(),
        });
        let new = table
            .columns
            .iter()
            .filter(|column| !facts.columns.contains(column))
            .cloned()
            .collect::<Vec<_>>();
        facts.columns.extend(new);
    }
    tables.into_values().collect()
}

fn keys(states: &[State], names: &Names) -> Vec<KeyFacts> {
    let mut seen = BTreeSet::new();
    let mut keys = Vec::new();
    for key in states.iter().flat_map(|state| &state.keys) {
        let new = seen.insert((&key.from_table, &key.from_columns, &key.to_table));
        if new && names.counts(&key.to_table) {
            keys.push(KeyFacts {
                name: key.name.clone(),
                from_table: key.from_table.clone(),
                from_columns: key.from_columns.clone(),
                to_table: key.to_table.clone(),
                to_columns: key.to_columns.clone(),
                place: key.place.clone(),
            });
        }
    }
    keys.sort_by(|a, b| {
        (&a.place, &a.from_table, &a.from_columns).cmp(&(&b.place, &b.from_table, &b.from_columns))
    });
    keys
}

fn routines(states: &[State], names: &Names) -> Vec<RoutineFacts> {
    let functions: Vec<(&String, &Function)> = states.iter().flat_map(|state| &state.functions).collect();
    let mut seen = BTreeSet::new();
    let mut routines = Vec::new();
    for (name, view) in states.iter().flat_map(|state| &state.views) {
        if seen.insert((RoutineKind::View, name, None)) {
            let reads = view.reads.iter().filter(|table| names.counts(table));
            routines.push(RoutineFacts {
                name: name.clone(),
                kind: RoutineKind::View,
                on: None,
                uses: reads.map(|table| (table.clone(), Access::Read)).collect(),
                place: view.place.clone(),
            });
        }
    }
    for trigger in states.iter().flat_map(|state| &state.triggers) {
        if seen.insert((RoutineKind::Trigger, &trigger.name, Some(&trigger.table))) {
            routines.push(RoutineFacts {
                name: trigger.name.clone(),
                kind: RoutineKind::Trigger,
                on: Some(trigger.table.clone()),
                uses: trigger_uses(trigger, &functions, names),
                place: trigger.place.clone(),
            });
        }
    }
    for (name, function) in &functions {
        if seen.insert((RoutineKind::Function, name, None)) {
            routines.push(RoutineFacts {
                name: (*name).clone(),
                kind: RoutineKind::Function,
                on: None,
                uses: settled(tables_of(&function.uses, names).collect()),
                place: function.place.clone(),
            });
        }
    }
    routines.sort_by(|a, b| (&a.place, a.kind, &a.name).cmp(&(&b.place, b.kind, &b.name)));
    routines
}

fn tables_of(uses: &[TableUse], names: &Names) -> impl Iterator<Item = (String, Access)> {
    uses.iter().filter(|u| names.is_table(&u.table)).map(|u| (u.table.clone(), u.access))
}

/// What a trigger touches, itself and through the functions that it calls.
fn trigger_uses(
    trigger: &Trigger,
    functions: &[(&String, &Function)],
    names: &Names,
) -> Vec<(String, Access)> {
    let mut uses: BTreeSet<(String, Access)> = tables_of(&trigger.uses, names).collect();
    let mut pending: Vec<&str> = trigger.function.iter().map(String::as_str).collect();
    let mut visited = BTreeSet::new();
    while let Some(called) = pending.pop() {
        for (name, function) in functions.iter().filter(|(name, _)| is_called(name, called)) {
            if visited.insert(*name) {
                uses.extend(tables_of(&function.uses, names));
                pending.extend(function.calls.iter().map(String::as_str));
            }
        }
    }
    uses.retain(|(table, _)| !trigger.transition_tables.contains(table));
    settled(uses)
}

/// Uses in order. A single table that is joined was joined with rows that are no table.
fn settled(mut uses: BTreeSet<(String, Access)>) -> Vec<(String, Access)> {
    if uses.iter().filter(|(_, access)| *access == Access::Join).count() == 1 {
        uses.retain(|(_, access)| *access != Access::Join);
    }
    uses.into_iter().collect()
}

/// Whether a call by this name reaches a function: the schema may be left out on either side.
fn is_called(function: &str, called: &str) -> bool {
    let last = |name: &str| name.rsplit('.').next().map(str::to_owned);
    function == called || (!function.contains('.') || !called.contains('.')) && last(function) == last(called)
}
