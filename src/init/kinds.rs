//! What a module is for, told from who uses it and what it uses.

use super::{Obstacle, Unit};
use crate::config::policy::{Kind, ModuleId};
use crate::rules::{self, Context};
use std::collections::{BTreeMap, BTreeSet};

/// A library is used by this share of the modules, or else it is a module like any other that has no dependencies yet.
const SHARE_OF_USERS: f64 = 0.25;
/// But by no fewer than the first of these, and the second is enough in any workspace.
const USERS: (usize, usize) = (3, 6);
/// And for each module that a library uses itself, so many use it: a stage in the middle of a pipeline is none.
const USERS_PER_USED: usize = 2;
/// What nobody uses and uses so many others puts them together.
const FEWEST_USED_BY_APP: usize = 3;
/// Names that say that something is for all.
const NAMES_OF_LIBRARIES: [&str; 16] = [
    "common",
    "error",
    "errors",
    "helpers",
    "kernel",
    "macro",
    "macros",
    "prelude",
    "primitives",
    "shared",
    "testing",
    "types",
    "util",
    "utils",
    "test_utils",
    "test_util",
];

/// The kind of a module, and what keeps it from being a library if nothing else does.
pub(super) struct Verdict {
    pub(super) kind: Kind,
    pub(super) obstacle: Option<Obstacle>,
}

/// The kind of each module, by index.
pub(super) fn of(ctx: &Context, units: &[Unit], owners: &[ModuleId]) -> Vec<Verdict> {
    let count = units.len();
    let (mut used_by, mut uses) = (vec![BTreeSet::new(); count], vec![BTreeSet::new(); count]);
    for edge in ctx.module_graph.edges.iter().filter(|edge| !edge.uses.is_empty()) {
        uses[edge.from.index()].insert(edge.to.index());
        used_by[edge.to.index()].insert(edge.from.index());
    }
    let obstacles = obstacles(ctx, owners);
    let is_for_all = |index: usize| {
        let users = used_by[index].iter().filter(|user| !units[**user].app).count();
        let named = NAMES_OF_LIBRARIES.contains(&units[index].name.as_str());
        let share = (count as f64 * SHARE_OF_USERS).ceil() as usize;
        let many = users >= share.clamp(USERS.0, USERS.1) && users >= uses[index].len() * USERS_PER_USED;
        units[index].proc_macro || many || (named && users > 0)
    };
    let may_be = |index: &usize| !units[*index].app && !obstacles.contains_key(index);
    let closed = closed((0..count).filter(may_be).collect(), &uses);
    let libraries =
        with_what_they_use(closed.iter().copied().filter(|&index| is_for_all(index)).collect(), &uses);
    let puts_together = |index: usize| {
        let others = uses[index].difference(&libraries).count();
        used_by[index].is_empty() && others >= FEWEST_USED_BY_APP && !obstacles.contains_key(&index)
    };
    let kind = |index: usize| match () {
        () if units[index].app || puts_together(index) => Kind::App,
        () if libraries.contains(&index) => Kind::Library,
        () => Kind::Domain,
    };
    let but_for = |index: usize| {
        let else_a_library = is_for_all(index) && uses[index].is_subset(&libraries);
        obstacles.get(&index).filter(|_| else_a_library && !units[index].app).copied()
    };
    (0..count).map(|index| Verdict { kind: kind(index), obstacle: but_for(index) }).collect()
}

/// Those of some modules that use no others: whatever uses something else is taken out, and then what uses that.
fn closed(mut modules: BTreeSet<usize>, uses: &[BTreeSet<usize>]) -> BTreeSet<usize> {
    loop {
        let left: BTreeSet<usize> =
            modules.iter().filter(|&&index| uses[index].is_subset(&modules)).copied().collect();
        if left.len() == modules.len() {
            return left;
        }
        modules = left;
    }
}

/// Some modules with all that they use: it travels with them.
fn with_what_they_use(mut modules: BTreeSet<usize>, uses: &[BTreeSet<usize>]) -> BTreeSet<usize> {
    loop {
        let used: BTreeSet<usize> = modules.iter().flat_map(|&index| &uses[index]).copied().collect();
        if used.is_subset(&modules) {
            return modules;
        }
        modules.extend(used);
    }
}

/// Modules that hold what there can be only one of.
fn obstacles(ctx: &Context, owners: &[ModuleId]) -> BTreeMap<usize, Obstacle> {
    let globals = rules::mutable_globals(ctx).filter_map(|(node, _)| ctx.module_of(node));
    let globals = globals.map(|module| (module.index(), Obstacle::Globals));
    globals.chain(owners.iter().map(|module| (module.index(), Obstacle::Tables))).collect()
}
