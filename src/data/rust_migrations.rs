//! Migrations written in Rust for sea-orm: which units are some, and what they do to the schema.

use super::assemble::place;
use super::eval::Outcome;
use super::schema::{RustStep, RustTree};
use crate::extract::facts::Owner;
use crate::extract::module_files::dir;
use crate::graph::Graph;
use crate::graph::flow::{Unit, UnitId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The migrations of a workspace by folder, each in the order of their files' names, which begin with the time they were
/// made (the documentation of sea-orm's `sea-orm-cli migrate generate`).
pub(super) fn trees(graph: &Graph, outcomes: &[Outcome]) -> Vec<RustTree> {
    let mut folders: BTreeMap<String, BTreeMap<String, RustStep>> = BTreeMap::new();
    for (index, outcome) in outcomes.iter().enumerate() {
        let unit = graph.unit(UnitId(index as u32));
        let migration = Migration::of(&unit);
        if !migration.is_one {
            continue;
        }
        let file: Arc<str> = graph.model().file(unit.file()).path.as_str().into();
        let folder = dir(&file).to_owned();
        let kept = outcome.changes.iter().filter(|(body, ..)| !migration.reverts(*body));
        let changes = kept.map(|(_, change, site)| (change.clone(), place(&unit, site.pos))).collect();
        let version = file.rsplit('/').next().unwrap_or(&file).trim_end_matches(".rs").to_owned();
        let step = RustStep { version: version.clone(), file: file.clone(), changes };
        folders.entry(folder).or_default().insert(version, step);
    }
    folders.into_iter().map(|(name, steps)| RustTree { name, steps: steps.into_values().collect() }).collect()
}

/// Whether a unit is a migration written in Rust, and which of its bodies take it back.
pub(super) struct Migration {
    pub is_one: bool,
    down: Vec<u32>,
}

impl Migration {
    /// A unit with an impl of sea-orm's `MigrationTrait`.
    pub(super) fn of(unit: &Unit<'_>) -> Migration {
        let facts = unit.facts();
        let found = facts.impls.iter().find(|i| unit.implements(i, "MigrationTrait"));
        let Some(found) = found else { return Migration { is_one: false, down: Vec::new() } };
        let (start, end) = found.members;
        let is_down = |owner| match owner {
            Owner::Member(m) => {
                (start..end).contains(&m) && unit.name(facts.members[m as usize].name) == "down"
            }
            Owner::Item(_) => false,
        };
        let down = (0..).zip(&facts.bodies).filter(|(_, body)| is_down(body.owner)).map(|(index, _)| index);
        Migration { is_one: true, down: down.collect() }
    }

    pub(super) fn reverts(&self, body: Option<u32>) -> bool {
        body.is_some_and(|body| self.down.contains(&body))
    }
}
