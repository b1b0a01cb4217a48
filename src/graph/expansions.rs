//! Expands calls of the workspace's own `macro_rules!`, round by round, until nothing new comes of it.

use super::defs::*;
use super::imports;
use super::lookup::Outcome;
use super::mount::{Expansion, Mounter};
use crate::extract::expand::{Call, Rules};
use crate::extract::facts::{Arguments, Binding, CallPosition, FileFacts, ItemKind, Ns, Pos, Text};
use crate::extract::release_spans;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Most rounds of macros that call macros: the compiler's own default limit.
const MAX_ROUNDS: usize = 128;
/// Calls of one macro among items that are expanded together. Each may take long.
const PORTION_OF_ITEMS: usize = 8;
/// Calls of one macro in bodies that are expanded together. They have what the macro adds in common.
const PORTION_OF_BODIES: usize = 64;
/// Most expansions of one workspace.
const MAX_EXPANSIONS: usize = 500_000;
/// Most expansions that one call in a file leads to, so that a macro that doubles itself ends early.
const MAX_PER_CALL: usize = 10_000;

/// A call of a known macro.
#[derive(Clone, Copy)]
struct Job {
    mount: MountId,
    call: u32,
    macro_crate: CrateId,
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
pub(super) fn run(mounter: &mut Mounter<'_>) {
    let mut budget = Budget::default();
    rounds(mounter, CallPosition::Item, &mut budget);
    mounter.bind_guesses();
    imports::resolve(&mut mounter.defs);
    rounds(mounter, CallPosition::Item, &mut budget);
    rounds(mounter, CallPosition::Body, &mut budget);
    for (mount, call) in budget.cut {
        mounter.endless_macro(mount, call);
    }
}

fn rounds(mounter: &mut Mounter<'_>, position: CallPosition, budget: &mut Budget) {
    let (mut from, mut newest) = (0, 0);
    let mut macros = macros(&mounter.defs);
    for _ in 0..MAX_ROUNDS {
        let next = mounter.defs.mounts.len();
        let mut jobs = jobs(&mounter.defs, position, from);
        jobs.values_mut().for_each(|jobs| jobs.retain(|job| budget.take(job)));
        jobs.retain(|_, jobs| !jobs.is_empty());
        if jobs.is_empty() || next > MAX_EXPANSIONS {
            budget.cut_all(jobs.values().flatten());
            return;
        }
        let expanded = expand(mounter, position, &macros, jobs);
        if expanded.is_empty() {
            return;
        }
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
            macros = self::macros(&mounter.defs);
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

/// An expansion: shared facts stand at their call.
struct Expanded {
    job: Job,
    facts: Arc<FileFacts>,
    shared: bool,
}

/// What decides an expansion, beside the macro. Calls that agree in it are expanded once.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Cause<'m> {
    /// A call of some facts, which may be mounted in several places.
    Call(*const FileFacts, u32),
    /// Arguments in a body: what is written in them is known, so only what the macro adds counts. Whether they stand in
    /// a file or were made by a macro decides how that is taken.
    Body(&'m str, bool),
}

/// Expands all jobs, in parallel by macro and in portions; the result is in the order of the calls.
fn expand(
    mounter: &Mounter<'_>,
    position: CallPosition,
    macros: &Macros,
    jobs: BTreeMap<DefIx, Vec<Job>>,
) -> Vec<Expanded> {
    let alike: Vec<(DefIx, Vec<Vec<Job>>)> =
        jobs.into_iter().map(|(def, jobs)| (def, alike(mounter, jobs))).collect();
    let size = match position {
        CallPosition::Item => PORTION_OF_ITEMS,
        CallPosition::Body => PORTION_OF_BODIES,
    };
    let portions: Vec<(DefIx, &[Vec<Job>])> =
        alike.iter().flat_map(|(def, jobs)| jobs.chunks(size).map(|portion| (*def, portion))).collect();
    let mut out: Vec<Expanded> = portions
        .into_par_iter()
        .flat_map_iter(|(def, jobs)| {
            let rules = Rules::parse(macro_text(mounter, def));
            let out = rules.map(|rules| portion(mounter, &rules, macros, jobs));
            release_spans();
            out.into_iter().flatten()
        })
        .collect();
    out.sort_by_key(|e| (e.job.mount, e.job.call));
    out
}

/// Jobs of one macro, those with one cause together.
fn alike(mounter: &Mounter<'_>, jobs: Vec<Job>) -> Vec<Vec<Job>> {
    let mut groups: Vec<Vec<Job>> = Vec::new();
    let mut known: FxHashMap<Cause<'_>, usize> = FxHashMap::default();
    for job in jobs {
        let facts = &mounter.defs.mount(job.mount).facts;
        let call = call(mounter, job);
        let cause = match call.position {
            CallPosition::Item => Cause::Call(Arc::as_ptr(facts), job.call),
            CallPosition::Body => Cause::Body(call.text, call.arguments.is_some()),
        };
        match known.entry(cause) {
            Entry::Occupied(group) => groups[*group.get()].push(job),
            Entry::Vacant(slot) => {
                slot.insert(groups.len());
                groups.push(vec![job]);
            }
        }
    }
    groups
}

fn portion(mounter: &Mounter<'_>, rules: &Rules, macros: &Macros, groups: &[Vec<Job>]) -> Vec<Expanded> {
    let mut out = Vec::new();
    for jobs in groups {
        let first = call(mounter, jobs[0]);
        let in_body = first.position == CallPosition::Body;
        let expand = |call: &Call<'_>| match in_body {
            true => rules.in_body(call, &|name| macros.contains(name)),
            false => Some((Arc::new(rules.expand(call)?), false)),
        };
        let Some((facts, shared)) = expand(&first) else { continue };
        let shared = shared || (in_body && moves(&facts, first.pos));
        for (index, &job) in jobs.iter().enumerate() {
            let own = in_body && !shared && index > 0;
            let facts = if own { expand(&call(mounter, job)).map(|(f, _)| f) } else { Some(facts.clone()) };
            out.extend(facts.map(|facts| Expanded { job, facts, shared }));
        }
    }
    out
}

/// Names under which calls may mean a `macro_rules!` of the workspace.
type Macros = FxHashSet<Arc<str>>;

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

/// Whether the facts of an expansion say the same of another call but for its place: everything stands at the call, and
/// nothing is among them whose place is taken from the facts.
fn moves(facts: &FileFacts, call: Pos) -> bool {
    facts.mod_files.is_empty()
        && facts.includes.is_empty()
        && facts.items.iter().all(|i| i.pos == call && !matches!(i.kind, ItemKind::InlineMod(_)))
        && facts.members.iter().all(|m| m.pos == call)
        && facts.imports.iter().all(|i| i.pos == call)
        && facts.refs.iter().all(|r| r.pos == call)
        && facts.calls.iter().all(|c| c.pos == call)
}

fn macro_text<'m>(mounter: &'m Mounter<'_>, def: DefIx) -> &'m str {
    let item = mounter.defs.item(def);
    let mount = mounter.defs.mount(item.mount);
    let rules = mount.facts.macros.iter().find(|m| m.item == item.item);
    rules.map_or("", |m| mount.facts.text(m.text, mounter.text(mount.file)))
}

fn call<'m>(mounter: &'m Mounter<'_>, job: Job) -> Call<'m> {
    let mount = mounter.defs.mount(job.mount);
    let call = &mount.facts.calls[job.call as usize];
    let in_file = matches!(call.text, Text::File(..));
    Call {
        text: mount.facts.text(call.text, mounter.text(mount.file)),
        position: call.position,
        pos: call.pos,
        arguments: in_file.then_some(call.text_pos),
        added_only: call.position == CallPosition::Body || call.arguments == Arguments::Items,
    }
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
