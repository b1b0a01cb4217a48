//! Who uses whom among all declared modules, as a square: a dependency structure matrix.

use super::model::{Cell, CellSite, Matrix, MatrixModule, Place};
use super::subject::Subject;
use crate::config::policy::ModuleId;
use crate::graph::GroupId;
use crate::rules::CrossingKind;
use std::collections::{BTreeMap, BTreeSet};

/// How many places a cell lists.
const SITES: usize = 60;

/// Fills it: every way between two modules, and what blockers are about beside those.
pub fn of(subject: &Subject) -> Matrix {
    let graph = &subject.ctx.module_graph;
    let order = graph.order();
    let position: BTreeMap<ModuleId, usize> =
        order.iter().enumerate().map(|(at, group)| (ModuleId(group.0), at)).collect();
    let cycles: Vec<Vec<usize>> =
        subject.ctx.cycles().iter().map(|cycle| at(&cycle.members, &position)).collect();
    let mut cells = cells(subject, &position);
    for cell in &mut cells {
        cell.cyclic = cycles.iter().any(|cycle| cycle.contains(&cell.from) && cycle.contains(&cell.to));
    }
    Matrix { modules: order.iter().map(|group| module(subject, ModuleId(group.0))).collect(), cells, cycles }
}

fn at(members: &[GroupId], position: &BTreeMap<ModuleId, usize>) -> Vec<usize> {
    let mut found: Vec<usize> =
        members.iter().filter_map(|group| position.get(&ModuleId(group.0))).copied().collect();
    found.sort_unstable();
    found
}

fn module(subject: &Subject, id: ModuleId) -> MatrixModule {
    let declared = subject.ctx.module(id);
    MatrixModule { name: declared.name.clone(), kind: declared.kind.as_str() }
}

/// What is known of a crossing: the ends, its kind, what it reaches, the rules that object, its places.
struct Entry {
    ends: (ModuleId, ModuleId),
    kind: CrossingKind,
    to: String,
    rules: BTreeSet<String>,
    places: Vec<Place>,
}

fn cells(subject: &Subject, position: &BTreeMap<ModuleId, usize>) -> Vec<Cell> {
    let mut found: BTreeMap<(usize, usize), Vec<Entry>> = BTreeMap::new();
    for entry in entries(subject) {
        let (Some(&from), Some(&to)) = (position.get(&entry.ends.0), position.get(&entry.ends.1)) else {
            continue;
        };
        found.entry((from, to)).or_default().push(entry);
    }
    found.into_iter().map(|((from, to), entries)| cell(from, to, entries)).collect()
}

fn entries(subject: &Subject) -> Vec<Entry> {
    let ctx = subject.ctx;
    let mut rules: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    let mut by_themselves = Vec::new();
    for blocking in &subject.blocking {
        let finding = blocking.finding;
        for &way in &blocking.ways {
            rules.entry(way).or_default().insert(finding.rule.clone());
        }
        let id = |name: &Option<String>| ctx.policy.find(name.as_deref()?);
        let ends = id(&finding.from_module).zip(id(&finding.to_module)).filter(|(from, to)| from != to);
        if let (true, Some(ends)) = (blocking.ways.is_empty(), ends) {
            by_themselves.push(Entry {
                ends,
                kind: blocking.blocks.crossing,
                to: finding.to.clone(),
                rules: BTreeSet::from([finding.rule.clone()]),
                places: finding.sites.iter().map(Place::from).collect(),
            });
        }
    }
    let in_program = subject.ways.list.iter().enumerate().filter(|(_, way)| way.kind != CrossingKind::Test);
    let ways = in_program.filter_map(|(index, way)| {
        Some(Entry {
            ends: (way.from?, way.to),
            kind: way.kind,
            to: way.what.clone(),
            rules: rules.get(&index).cloned().unwrap_or_default(),
            places: way.sites.iter().map(Place::from).collect(),
        })
    });
    ways.chain(by_themselves).collect()
}

fn cell(from: usize, to: usize, mut entries: Vec<Entry>) -> Cell {
    let mut cell = Cell { from, to, ..Cell::default() };
    entries.sort_by_key(|entry| entry.rules.is_empty());
    let places: usize = entries.iter().map(|entry| entry.places.len()).sum();
    for entry in entries {
        *cell.kinds.entry(entry.kind).or_default() += 1;
        cell.blocked += usize::from(!entry.rules.is_empty());
        entry.rules.iter().for_each(|rule| *cell.rules.entry(rule.clone()).or_default() += 1);
        let room = SITES.saturating_sub(cell.sites.len());
        let rules: Vec<String> = entry.rules.into_iter().collect();
        let site = |place| CellSite { rules: rules.clone(), kind: entry.kind, to: entry.to.clone(), place };
        cell.sites.extend(entry.places.into_iter().take(room).map(site));
    }
    cell.more = places - cell.sites.len();
    cell
}
