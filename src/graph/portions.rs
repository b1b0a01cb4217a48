//! Expands many calls of macros in parallel, those that are remembered without a look at their macro.

use super::defs::*;
use super::expansions::{Job, Macros};
use super::mount::Mounter;
use crate::extract::expand::{Call, Rules};
use crate::extract::facts::{Arguments, CallPosition, FileFacts, ItemKind, Pos, Text};
use crate::extract::memory::{MacroKey, Memory, Remembered};
use crate::extract::release_spans;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// Calls of one macro among items that are expanded together. Each may take long.
const PORTION_OF_ITEMS: usize = 8;
/// Calls of one macro in bodies that are expanded together. They have what the macro adds in common.
const PORTION_OF_BODIES: usize = 64;

/// An expansion: shared facts stand at their call.
pub(super) struct Expanded {
    pub job: Job,
    pub facts: Arc<FileFacts>,
    pub shared: bool,
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

/// Expands the calls of a round.
pub(super) struct Expander<'m> {
    pub mounter: &'m Mounter<'m>,
    pub position: CallPosition,
    /// Names under which calls will be expanded in turn.
    pub macros: &'m Macros,
    pub memory: &'m dyn Memory,
}

/// A macro with its calls, those with one cause together.
struct Called<'m> {
    text: &'m str,
    key: MacroKey,
    calls: Vec<Vec<Job>>,
}

/// The rules of a macro, which are read when a call is not remembered.
struct Lazy<'m> {
    text: &'m str,
    rules: OnceCell<Option<Rules>>,
}

impl<'m> Lazy<'m> {
    fn new(text: &'m str) -> Lazy<'m> {
        Lazy { text, rules: OnceCell::new() }
    }

    fn get(&self) -> Option<&Rules> {
        self.rules.get_or_init(|| Rules::parse(self.text)).as_ref()
    }
}

impl<'m> Expander<'m> {
    /// Expands all jobs, in parallel by macro and in portions; the result is in the order of the calls.
    pub(super) fn all(&self, jobs: BTreeMap<DefIx, Vec<Job>>) -> Vec<Expanded> {
        let called: Vec<Called<'_>> =
            jobs.into_par_iter().map(|(def, jobs)| self.called(def, jobs)).collect();
        let size = match self.position {
            CallPosition::Item => PORTION_OF_ITEMS,
            CallPosition::Body => PORTION_OF_BODIES,
        };
        let portions: Vec<(&Called<'_>, &[Vec<Job>])> = called
            .iter()
            .flat_map(|called| called.calls.chunks(size).map(move |portion| (called, portion)))
            .collect();
        let parsed = || Lazy::new("");
        let expand = |lazy: &mut Lazy<'m>, (called, calls): (&Called<'m>, &[Vec<Job>])| {
            // Portions of one macro stand side by side.
            if !std::ptr::eq(lazy.text, called.text) {
                *lazy = Lazy::new(called.text);
            }
            let out = self.portion(called.key, lazy, calls);
            release_spans();
            out
        };
        let mut out: Vec<Expanded> =
            portions.into_par_iter().map_init(parsed, expand).flatten_iter().collect();
        out.sort_by_key(|e| (e.job.mount, e.job.call));
        out
    }

    fn called(&self, def: DefIx, jobs: Vec<Job>) -> Called<'m> {
        let text = self.macro_text(def);
        let key = MacroKey::new(text, self.position, &|name| self.macros.contains(name));
        Called { text, key, calls: self.alike(jobs) }
    }

    /// Jobs of one macro, those with one cause together.
    fn alike(&self, jobs: Vec<Job>) -> Vec<Vec<Job>> {
        let mut groups: Vec<Vec<Job>> = Vec::new();
        let mut known: FxHashMap<Cause<'_>, usize> = FxHashMap::default();
        for job in jobs {
            let facts = &self.mounter.defs.mount(job.mount).facts;
            let call = self.call(job);
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

    fn portion(&self, key: MacroKey, lazy: &Lazy<'_>, groups: &[Vec<Job>]) -> Vec<Expanded> {
        let mut out = Vec::new();
        if self.position == CallPosition::Item {
            for jobs in groups {
                let made = self.among_items(key, lazy, &self.call(jobs[0]));
                out.extend(jobs.iter().filter_map(|&job| Some(expanded(job, made.as_ref()?))));
            }
        } else if let Some(every) = self.every(key, lazy) {
            out.extend(groups.iter().flatten().map(|&job| expanded(job, &every)));
        } else {
            groups.iter().for_each(|jobs| self.in_bodies(key, lazy, jobs, &mut out));
        }
        out
    }

    fn among_items(&self, key: MacroKey, lazy: &Lazy<'_>, call: &Call<'_>) -> Option<Remembered> {
        self.remembered(key.of(call), || {
            let facts = Arc::new(lazy.get()?.expand(call)?);
            Some(Remembered { facts, shared: false })
        })
    }

    /// What every call in a body adds; `None` if they differ.
    fn every(&self, key: MacroKey, lazy: &Lazy<'_>) -> Option<Remembered> {
        self.remembered(key.every(), || {
            let facts = lazy.get()?.every()?;
            Some(Remembered { facts, shared: true })
        })
    }

    /// Calls in bodies that have the same arguments.
    fn in_bodies(&self, key: MacroKey, lazy: &Lazy<'_>, jobs: &[Job], out: &mut Vec<Expanded>) {
        let anywhere = key.anywhere(&self.call(jobs[0]));
        let mut everywhere = self.memory.recall(anywhere);
        for &job in jobs {
            if let Some(made) = &everywhere {
                out.extend(made.as_ref().map(|made| expanded(job, made)));
                continue;
            }
            let call = self.call(job);
            let here = key.of(&call);
            let made = match self.memory.recall(here) {
                Some(made) => made,
                None => {
                    let made = self.in_body(lazy, &call);
                    let is_everywhere = made.as_ref().is_none_or(|made| made.shared);
                    self.memory.keep(if is_everywhere { anywhere } else { here }, made.as_ref());
                    everywhere = is_everywhere.then(|| made.clone());
                    made
                }
            };
            out.extend(made.map(|made| expanded(job, &made)));
        }
    }

    fn in_body(&self, lazy: &Lazy<'_>, call: &Call<'_>) -> Option<Remembered> {
        let (facts, shared) = lazy.get()?.in_body(call, &|name| self.macros.contains(name))?;
        let shared = shared || moves(&facts, call.pos);
        Some(Remembered { facts, shared })
    }

    fn remembered(&self, key: u128, make: impl FnOnce() -> Option<Remembered>) -> Option<Remembered> {
        self.memory.recall(key).unwrap_or_else(|| {
            let made = make();
            self.memory.keep(key, made.as_ref());
            made
        })
    }

    fn macro_text(&self, def: DefIx) -> &'m str {
        let item = self.mounter.defs.item(def);
        let mount = self.mounter.defs.mount(item.mount);
        let rules = mount.facts.macros.iter().find(|m| m.item == item.item);
        rules.map_or("", |m| mount.facts.text(m.text, self.mounter.text(mount.file)))
    }

    fn call(&self, job: Job) -> Call<'m> {
        let mount = self.mounter.defs.mount(job.mount);
        let call = &mount.facts.calls[job.call as usize];
        let in_file = matches!(call.text, Text::File(..));
        Call {
            text: mount.facts.text(call.text, self.mounter.text(mount.file)),
            position: call.position,
            pos: call.pos,
            arguments: in_file.then_some(call.text_pos),
            added_only: call.position == CallPosition::Body || call.arguments == Arguments::Items,
        }
    }
}

fn expanded(job: Job, made: &Remembered) -> Expanded {
    Expanded { job, facts: made.facts.clone(), shared: made.shared }
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
