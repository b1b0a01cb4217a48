//! What moves with a module, and what its interface would have to be.

use super::model::{CutList, Function, Library, Place, Table};
use super::subject::Subject;
use crate::config::Owner;
use crate::config::policy::{Kind, ModuleId};
use crate::rules::{self, Calls, CrossingKind, Offer};
use std::collections::{BTreeMap, BTreeSet};

/// Draws up the list.
pub fn list(subject: &Subject, module: ModuleId) -> CutList {
    CutList {
        offers: offers(subject, module).map(|offer| function(subject, offer, |_| true)).collect(),
        needs: needs(subject, module)
            .map(|offer| function(subject, offer, |caller| caller == module))
            .collect(),
        tables: tables(subject, module),
        resources: resources(subject, module),
        libraries: libraries(subject, module),
        crates: crates(subject, module),
    }
}

/// Functions of a module that others call.
pub fn offers<'a>(subject: &'a Subject, module: ModuleId) -> impl Iterator<Item = &'a Offer> {
    subject.offers.iter().filter(move |offer| offer.module == module)
}

/// Functions of others that a module calls.
pub fn needs<'a>(subject: &'a Subject, module: ModuleId) -> impl Iterator<Item = &'a Offer> {
    subject.offers.iter().filter(move |offer| offer.callers.contains_key(&module))
}

fn function(subject: &Subject, offer: &Offer, counts: impl Fn(ModuleId) -> bool) -> Function {
    let name = |module: ModuleId| subject.ctx.name(module).to_owned();
    let callers: BTreeMap<ModuleId, Calls> =
        offer.callers.iter().filter(|(caller, _)| counts(**caller)).map(|(&m, &calls)| (m, calls)).collect();
    Function {
        module: name(offer.module),
        path: offer.path.clone(),
        place: Place::from(&offer.site),
        calls: callers.values().map(|calls| calls.places).sum(),
        in_loops: callers.values().map(|calls| calls.in_loops).sum(),
        callers: callers.into_iter().map(|(caller, calls)| (name(caller), calls.places)).collect(),
        obstacles: offer.obstacles.clone(),
        needs_wire_form: offer.needs_wire_form.clone(),
    }
}

fn tables(subject: &Subject, module: ModuleId) -> Vec<Table> {
    let ctx = subject.ctx;
    let others = |kind: CrossingKind, name: &str| -> Vec<String> {
        let ways = subject.ways.list.iter();
        let of_table = ways.filter(|way| way.kind == kind && way.to == module && way.what == name);
        let names: BTreeSet<&str> = of_table.filter_map(|way| way.from).map(|from| ctx.name(from)).collect();
        names.into_iter().map(str::to_owned).collect()
    };
    let existing = rules::existing_tables(ctx).into_iter();
    let mine = existing.filter(|&table| ctx.ownership.owner(table) == Owner::Module(module));
    mine.map(|table| {
        let name = ctx.data.table(table).name.clone();
        let (read_by, written_by) = (others(CrossingKind::Read, &name), others(CrossingKind::Write, &name));
        Table { name, read_by, written_by }
    })
    .collect()
}

fn resources(subject: &Subject, module: ModuleId) -> Vec<String> {
    let ctx = subject.ctx;
    let used = ctx.data.resource_accesses.iter().filter(|access| ctx.counts_node(access.node));
    let used: BTreeSet<_> = used.map(|access| access.resource).collect();
    let mine = used.into_iter().filter(|&id| ctx.ownership.resource_owner(id) == Owner::Module(module));
    mine.map(|id| ctx.data.resource(id).title()).collect()
}

fn libraries(subject: &Subject, module: ModuleId) -> Vec<Library> {
    let ctx = subject.ctx;
    let mut places: BTreeMap<ModuleId, usize> = BTreeMap::new();
    for way in subject.ways.list.iter().filter(|way| way.from == Some(module)) {
        if ctx.module(way.to).kind == Kind::Library {
            *places.entry(way.to).or_default() += way.sites.len();
        }
    }
    let library = |(id, places): (ModuleId, usize)| {
        let globals = rules::mutable_globals(ctx).filter(|(node, _)| ctx.module_of(*node) == Some(id));
        let state = globals.map(|(_, path)| path).collect();
        Library { name: ctx.name(id).to_owned(), places, state }
    };
    places.into_iter().map(library).collect()
}

fn crates(subject: &Subject, module: ModuleId) -> BTreeMap<String, usize> {
    let ctx = subject.ctx;
    let mut crates: BTreeMap<String, usize> = BTreeMap::new();
    for external in &ctx.model().externals {
        let counts = ctx.checks_tests() || !external.test;
        if counts && ctx.counts_node(external.from) && ctx.module_of(external.from) == Some(module) {
            *crates.entry(external.krate.to_string()).or_default() += 1;
        }
    }
    crates
}
