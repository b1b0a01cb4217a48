//! Expands calls of the workspace's own `macro_rules!`, round by round, until nothing new comes of it.

use super::defs::*;
use super::imports;
use super::lookup::Outcome;
use super::mount::{Expansion, Mounter};
use super::portions::{Expanded, Expander};
use crate::extract::facts::{Arguments, Binding, CallPosition, ItemKind, Ns};
use crate::extract::memory::Memory;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Most rounds of macros that call macros: the compiler's own default limit.
const MAX_ROUNDS: usize = 128;
/// Most expansions of one workspace.
const MAX_EXPANSIONS: usize = 500_000;
/// Most expansions that one call in a file leads to, so that a macro that doubles itself ends early.
const MAX_PER_CALL: usize = 10_000;

/// A call of a known macro.
#[derive(Clone, Copy)]
pub(super) struct Job {
    pub mount: MountId,
    pub call: u32,
    pub macro_crate: CrateId,
}

/// A call in a file, and how often what it led to was expanded.
#[derive(Default)]
struct Budget {
    /// The call that an expansion goes back to.
    origins: FxHashMap<MountId, (MountId, u32)>,
    spent: FxHashMap<(MountId, u32), usize>,
    /// Calls that were not followed to their end.
    cut: BTreeSet<(MountId, u32)>,
}

impl Budget {
    fn origin(&self, job: &Job) -> (MountId, u32) {
        self.origins.get(&job.mount).copied().unwrap_or((job.mount, job.call))
    }

    fn cut_all<'j>(&mut self, jobs: impl Iterator<Item = &'j Job>) {
        for job in jobs {
            self.cut.insert(self.origin(job));
        }
    }

    /// Whether a call may still be expanded.
    fn take(&mut self, job: &Job) -> bool {
        let origin = self.origin(job);
        let spent = self.spent.entry(origin).or_default();
        *spent += 1;
        if *spent > MAX_PER_CALL {
            self.cut.insert(origin);
            return false;
        }
        true
    }
}

/// Expands item-position calls first, since they define names; then what macros that stay unknown seem to define is
/// taken for granted; then the calls in bodies.
pub(super) fn run(mounter: &mut Mounter<'_>, memory: &dyn Memory) {
    let mut budget = Budget::default();
    rounds(mounter, CallPosition::Item, &mut budget, memory);
    mounter.bind_guesses();
    imports::resolve(&mut mounter.defs);
    rounds(mounter, CallPosition::Item, &mut budget, memory);
    rounds(mounter, CallPosition::Body, &mut budget, memory);
    for (mount, call) in budget.cut {
        mounter.endless_macro(mount, call);
    }
}

fn rounds(mounter: &mut Mounter<'_>, position: CallPosition, budget: &mut Budget, memory: &dyn Memory) {
    let (mut from, mut newest) = (0, 0);
    let mut macros = None;
    for _ in 0..MAX_ROUNDS {
        let next = mounter.defs.mounts.len();
        let mut jobs = jobs(&mounter.defs, position, from);
        jobs.values_mut().for_each(|jobs| jobs.retain(|job| budget.take(job)));
        jobs.retain(|_, jobs| !jobs.is_empty());
        if jobs.is_empty() || next > MAX_EXPANSIONS {
            budget.cut_all(jobs.values().flatten());
            return;
        }
        let macros_now = macros.get_or_insert_with(|| self::macros(&mounter.defs));
        let expanded = Expander { mounter, position, macros: macros_now, memory }.all(jobs);
        if expanded.is_empty() {
            return;
        }
        mounter.defs.mounts.reserve(expanded.len());
        let mut any_names = false;
        for expanded in expanded {
            let Expanded { job, ref facts, .. } = expanded;
            mounter.defs.mounts[job.mount.index()].expanded[job.call as usize] = true;
            let origin = budget.origin(&job);
            budget.origins.insert(MountId(mounter.defs.mounts.len() as u32), origin);
            any_names |= !facts.items.is_empty() || !facts.imports.is_empty();
            mount(mounter, expanded);
        }
        if any_names {
            imports::resolve(&mut mounter.defs);
            macros = None;
        }
        // A call may become known by what another one defined.
        from = if position == CallPosition::Item { 0 } else { next };
        newest = next;
    }
    budget.cut_all(jobs(&mounter.defs, position, newest).values().flatten());
}

/// Calls that name a `macro_rules!` of the workspace and were not expanded yet, by macro.
fn jobs(defs: &Defs, position: CallPosition, from: usize) -> BTreeMap<DefIx, Vec<Job>> {
    let found: Vec<(DefIx, Job)> = (from..defs.mounts.len())
        .into_par_iter()
        .flat_map_iter(|index| {
            let id = MountId(index as u32);
            let mount = defs.mount(id);
            (0..mount.facts.calls.len() as u32).filter_map(move |call| job(defs, id, call, position))
        })
        .collect();
    let mut jobs: BTreeMap<DefIx, Vec<Job>> = BTreeMap::new();
    for (def, job) in found {
        jobs.entry(def).or_default().push(job);
    }
    jobs
}

fn job(defs: &Defs, id: MountId, index: u32, position: CallPosition) -> Option<(DefIx, Job)> {
    let mount = defs.mount(id);
    let call = &mount.facts.calls[index as usize];
    if call.position != position || call.arguments == Arguments::Known || mount.expanded[index as usize] {
        return None;
    }
    let place = defs.place(id, call.scope, call.test, call.order);
    let Outcome::Found { hits, .. } = defs.resolve(place, call.path, Ns::MACRO) else { return None };
    let def = hits.iter().find_map(|h| match h.def {
        Def::Item(ix) if matches!(defs.item_facts(ix).kind, ItemKind::MacroRules { .. }) => Some(ix),
        _ => None,
    })?;
    Some((def, Job { mount: id, call: index, macro_crate: defs.mount(defs.item(def).mount).krate }))
}

/// Names under which calls may mean a `macro_rules!` of the workspace.
pub(super) type Macros = FxHashSet<Arc<str>>;

fn macros(defs: &Defs) -> Macros {
    let defined = defs.mounts.iter().flat_map(|mount| {
        mount.facts.macros.iter().map(|rules| mount.name(mount.facts.items[rules.item.index()].name))
    });
    let is_macro = |(def, ns): &(Def, Ns)| match *def {
        Def::Item(ix) if ns.meets(Ns::MACRO) => {
            matches!(defs.item_facts(ix).kind, ItemKind::MacroRules { .. })
        }
        _ => false,
    };
    let of_macros = (0..).zip(&defs.imports).filter(|(_, def)| def.targets.iter().any(is_macro));
    let imported = of_macros.filter_map(|(id, def)| match defs.import(ImportId(id)).1.binding {
        Binding::Name(name) => Some(defs.mount(def.mount).name(name)),
        _ => None,
    });
    let names: FxHashSet<Sym> = defined.chain(imported).collect();
    names.into_iter().map(|name| defs.interner.text(name).clone()).collect()
}

fn mount(mounter: &mut Mounter<'_>, expanded: Expanded) {
    let Expanded { job, facts, shared } = expanded;
    let outer = mounter.defs.mount(job.mount);
    let call = &outer.facts.calls[job.call as usize];
    let (scope, test) = (call.scope, call.test || outer.test);
    let order = outer.order.unwrap_or(call.order);
    let pos = outer.pos.or(shared.then_some(call.pos));
    mounter.expansion(
        facts,
        Expansion { mount: job.mount, scope, order, macro_crate: job.macro_crate, test, pos },
    );
}
