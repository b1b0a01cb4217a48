//! What a module is for, told from who uses it and what it uses.

use super::Unit;
use crate::config::policy::{Kind, ModuleId};
use crate::rules::{self, Context};
use std::collections::BTreeSet;

/// A library is used by this share of the modules, or else it is a module like any other that has no dependencies yet.
const SHARE_OF_USERS: f64 = 0.25;
/// And by no fewer than these.
const FEWEST_USERS: usize = 3;
/// What nobody uses and uses so many others puts them together.
const FEWEST_USED_BY_APP: usize = 3;
/// Names that say that something is for all.
const NAMES_OF_LIBRARIES: [&str; 16] = [
    "common", "error", "errors", "helpers", "kernel", "macro", "macros", "prelude", "primitives", "shared", "testing",
    "types", "util", "utils", "test_utils", "test_util",
];

/// The kind of each module, by index.
pub(super) fn of(ctx: &Context, units: &[Unit], owners: &[ModuleId]) -> Vec<Kind> {
    let count = units.len();
    let (mut used_by, mut uses) = (vec![BTreeSet::new(); count], vec![BTreeSet::new(); count]);
    for edge in ctx.module_graph.edges.iter().filter(|edge| !edge.uses.is_empty()) {
        uses[edge.from.index()].insert(edge.to.index());
        used_by[edge.to.index()].insert(edge.from.index());
    }
    let stateful = stateful(ctx, owners);
    let is_for_all = |index: usize| {
        let users = used_by[index].iter().filter(|user| !units[**user].app).count();
        let named = NAMES_OF_LIBRARIES.contains(&units[index].name.as_str());
        let many = FEWEST_USERS.max((count as f64 * SHARE_OF_USERS).ceil() as usize);
        units[index].proc_macro || users >= many || (named && users > 0)
    };
    let candidate = |index: usize| !units[index].app && !stateful.contains(&index) && is_for_all(index);
    let mut libraries: BTreeSet<usize> = (0..count).filter(|&index| candidate(index)).collect();
    // Whatever uses something else is none, and then neither is what uses that.
    loop {
        let left: BTreeSet<usize> =
            libraries.iter().filter(|&&index| uses[index].is_subset(&libraries)).copied().collect();
        if left.len() == libraries.len() {
            break;
        }
        libraries = left;
    }
    let puts_together = |index: usize| {
        let others = uses[index].difference(&libraries).count();
        used_by[index].is_empty() && others >= FEWEST_USED_BY_APP && !stateful.contains(&index)
    };
    let kind = |index: usize| match () {
        () if units[index].app || puts_together(index) => Kind::App,
        () if libraries.contains(&index) => Kind::Library,
        () => Kind::Domain,
    };
    (0..count).map(kind).collect()
}

/// Modules that hold what there can be only one of.
fn stateful(ctx: &Context, owners: &[ModuleId]) -> BTreeSet<usize> {
    let globals = rules::mutable_globals(ctx).into_iter().filter_map(|node| ctx.module_of(node));
    globals.chain(owners.iter().copied()).map(ModuleId::index).collect()
}
