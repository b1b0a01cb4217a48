//! Every reference of every mounted file, resolved, in parallel.

use super::defs::*;
use super::infer::Target;
use super::lookup::{Hit, Hits, Outcome, Place};
use super::model::{RefKind, Resolution};
use crate::extract::facts::{self, Arguments, ItemKind, Ns, Pos, Written};
use rayon::prelude::*;
use smallvec::SmallVec;

/// Where in the facts a reference stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    Ref(u32),
    Import(u32),
    Call(u32),
    Access(u32),
}

/// A reference that leads to another source module.
#[derive(Clone, Copy, Debug)]
pub(super) struct Resolved {
    pub from: ModIx,
    pub to: ModIx,
    pub def: Def,
    pub kind: RefKind,
    pub file: u32,
    pub pos: Pos,
    pub text: Sym,
    pub test: bool,
    pub mount: MountId,
    pub source: Source,
}

/// A reference that leads out of the workspace.
#[derive(Clone, Copy, Debug)]
pub(super) struct ExternalUse {
    pub from: ModIx,
    pub krate: Sym,
    pub file: u32,
    pub pos: Pos,
    pub test: bool,
}

/// A name that nothing has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unresolved {
    pub from: ModIx,
    /// The module that was expected to have it.
    pub missing_in: ModIx,
    pub name: Sym,
    pub file: u32,
    pub pos: Pos,
    pub mount: MountId,
    pub source: Source,
}

/// The references of one mount.
#[derive(Default)]
pub(super) struct References {
    pub resolved: Vec<Resolved>,
    /// Those that only the type of a receiver shows.
    pub inferred: Vec<Resolved>,
    pub externals: Vec<ExternalUse>,
    pub unresolved: Vec<Unresolved>,
    /// Per source module.
    pub counts: Vec<(ModIx, Resolution)>,
    /// Parallel to the facts' references: what they lead to.
    pub targets: Vec<Option<Target>>,
}

/// Resolves the references of all mounts.
pub(super) fn all(defs: &Defs) -> Vec<References> {
    (0..defs.mounts.len() as u32).into_par_iter().map(|id| Collector::new(defs, MountId(id)).run()).collect()
}

struct Collector<'a> {
    defs: &'a Defs,
    id: MountId,
    mount: &'a Mount,
    out: References,
    current: (ModIx, Resolution),
}

/// One reference on its way: what the facts say of it.
#[derive(Clone, Copy)]
struct Site {
    place: Place,
    kind: RefKind,
    pos: Pos,
    text: Sym,
    source: Source,
}

impl<'a> Collector<'a> {
    fn new(defs: &'a Defs, id: MountId) -> Collector<'a> {
        let mount = defs.mount(id);
        let current = (mount.modules[0], Resolution::default());
        Collector { defs, id, mount, out: References::default(), current }
    }

    fn run(mut self) -> References {
        for index in 0..self.mount.facts.imports.len() {
            self.import(index as u32);
        }
        for index in 0..self.mount.facts.calls.len() {
            self.call(index as u32);
        }
        self.out.targets.reserve_exact(self.mount.facts.refs.len());
        for index in 0..self.mount.facts.refs.len() {
            let target = self.reference(index as u32);
            self.out.targets.push(target);
        }
        self.out.counts.push(self.current);
        self.out
    }

    fn place(&self, scope: facts::ScopeIx, test: bool, order: u32) -> Place {
        self.defs.place(self.id, scope, test, order)
    }

    fn pos(&self, pos: Pos) -> Pos {
        self.mount.pos.unwrap_or(pos)
    }

    fn last_name(&self, path: facts::Path) -> Sym {
        match self.mount.facts.path(path).last() {
            Some(&name) => self.mount.name(name),
            None => self.defs.module(self.mount.modules[0]).name,
        }
    }

    fn import(&mut self, index: u32) {
        let import = &self.mount.facts.imports[index as usize];
        let place = self.place(import.scope, import.test, u32::MAX);
        let text = self.last_name(import.path);
        let site = Site {
            place,
            kind: RefKind::Use,
            pos: self.pos(import.pos),
            text,
            source: Source::Import(index),
        };
        let targets = &self.defs.imports[self.import_base() + index as usize].targets;
        if targets.is_empty() {
            // `use self::x as y` of a macro only, or a name that nothing has.
            let (path, id) = (self.mount.path(import.path), ImportId(self.mount.import_base + index));
            let used = match self.defs.resolve_syms(place, path.root, &path.segments, Ns::ALL, Some(id)) {
                Outcome::Unknown(used) => used,
                _ => path.segments.len().saturating_sub(1),
            };
            return self.unknown(site, used, import.path);
        }
        let mut external = None;
        let mut count = 0;
        for &(def, _) in targets {
            match def {
                Def::External(krate) => external = Some(krate),
                def => {
                    count += 1;
                    self.found(site, def);
                }
            }
        }
        match external {
            Some(krate) if count == 0 => self.external(site, krate),
            _ => self.count(site, |c| c.resolved += 1),
        }
    }

    fn import_base(&self) -> usize {
        self.mount.import_base as usize
    }

    fn call(&mut self, index: u32) {
        let call = &self.mount.facts.calls[index as usize];
        let place = self.place(call.scope, call.test, call.order);
        let text = self.last_name(call.path);
        let site =
            Site { place, kind: RefKind::Macro, pos: self.pos(call.pos), text, source: Source::Call(index) };
        let outcome = self.defs.resolve(place, call.path, Ns::MACRO);
        // A macro that other code made, or that comes from a crate through `#[macro_use]`, has no name here.
        let maybe = call.arguments == Arguments::Known || self.mount.facts.path(call.path).len() == 1;
        self.outcome(site, outcome, call.path, maybe);
    }

    fn reference(&mut self, index: u32) -> Option<Target> {
        let facts = &self.mount.facts.refs[index as usize];
        if facts.call.is_some_and(|c| self.is_replaced(c)) {
            return None;
        }
        let place = self.place(facts.scope, facts.test, u32::MAX);
        let kind = match facts.written {
            Written::Path | Written::Pattern => RefKind::Path,
            Written::MacroArgument | Written::FormatCapture => RefKind::Macro,
            Written::Attribute => RefKind::Attribute,
            Written::ImplHeader => RefKind::Impl,
        };
        let text = self.last_name(facts.path);
        let site = Site { place, kind, pos: self.pos(facts.pos), text, source: Source::Ref(index) };
        if facts.written == Written::Attribute && self.is_plain_macro(place, facts) {
            return None;
        }
        let mut outcome = self.defs.resolve(place, facts.path, facts.ns);
        if let Outcome::Found { hits, .. } = &mut outcome {
            self.sift(facts, hits);
            if hits.is_empty() {
                return None;
            }
        }
        let target = target(&outcome);
        self.outcome(site, outcome, facts.path, facts.maybe);
        target
    }

    /// Guesses from the arguments of an item macro give way to its expansion.
    fn is_replaced(&self, call: facts::CallIx) -> bool {
        let facts = &self.mount.facts.calls[call.index()];
        facts.position == facts::CallPosition::Item && self.mount.expanded[call.index()]
    }

    /// Drops meanings that the place cannot have.
    fn sift(&self, facts: &facts::Ref, hits: &mut Hits) {
        match facts.written {
            Written::FormatCapture => hits.retain(|h| self.is_constant(h.def)),
            Written::Pattern => hits.retain(|h| self.is_constant(h.def) || matches!(h.def, Def::Variant(..))),
            Written::Attribute => {}
            _ if facts.maybe && facts.path.len == 1 => hits.retain(|h| !matches!(h.def, Def::Module(_))),
            _ => {}
        }
    }

    /// An attribute cannot name a `macro_rules!`; it is a derive's helper that happens to share its name.
    fn is_plain_macro(&self, place: Place, facts: &facts::Ref) -> bool {
        facts.ns == Ns::MACRO
            && matches!(self.defs.resolve(place, facts.path, Ns::MACRO), Outcome::Found { hits, .. }
                if hits.iter().all(|h| matches!(h.def, Def::Item(ix)
                    if matches!(self.defs.item_facts(ix).kind, ItemKind::MacroRules { .. }))))
    }

    fn is_constant(&self, def: Def) -> bool {
        match def {
            Def::Item(ix) => {
                matches!(
                    self.defs.item_facts(ix).kind,
                    ItemKind::Const | ItemKind::Static(_) | ItemKind::StructValue
                )
            }
            Def::External(_) => true,
            _ => false,
        }
    }

    fn outcome(&mut self, site: Site, outcome: Outcome, path: facts::Path, maybe: bool) {
        match outcome {
            Outcome::Found { hits, qualifier } => self.hits(site, &hits, qualifier),
            Outcome::External(krate) => self.external(site, krate),
            Outcome::Unknown(_) if maybe => {}
            Outcome::Unknown(used) => self.unknown(site, used, path),
        }
    }

    fn hits(&mut self, site: Site, hits: &[Hit], qualifier: Option<Def>) {
        let mut seen: SmallVec<[ModIx; 2]> = SmallVec::new();
        for hit in hits {
            let assoc = matches!(hit.def, Def::ImplMember(..) | Def::TraitMember(..));
            let kind = if assoc && site.kind == RefKind::Path { RefKind::Assoc } else { site.kind };
            self.found(Site { kind, ..site }, hit.def);
            seen.extend(self.defs.source_of(hit.def));
        }
        if let Some(def) = qualifier
            && let Some(module) = self.defs.source_of(def)
            && !seen.contains(&module)
        {
            self.found(site, def);
        }
        self.count(site, |c| c.resolved += 1);
    }

    fn found(&mut self, site: Site, def: Def) {
        let from = self.defs.module(site.place.module).source;
        let Some(to) = self.defs.source_of(def) else { return };
        if from != to {
            let (file, test) = (self.mount.file, site.place.test);
            self.out.resolved.push(Resolved {
                from,
                to,
                def,
                kind: site.kind,
                file,
                pos: site.pos,
                text: site.text,
                test,
                mount: self.id,
                source: site.source,
            });
        }
    }

    fn external(&mut self, site: Site, krate: Sym) {
        self.count(site, |c| c.external += 1);
        if !self.defs.words.sysroot.contains(&krate) {
            let from = self.defs.module(site.place.module).source;
            let (file, test) = (self.mount.file, site.place.test);
            self.out.externals.push(ExternalUse { from, krate, file, pos: site.pos, test });
        }
    }

    fn unknown(&mut self, site: Site, used: usize, path: facts::Path) {
        self.count(site, |c| c.unresolved += 1);
        let from = self.defs.module(site.place.module).source;
        let names = self.mount.path(path);
        let missing_in = match self.defs.resolve_syms(
            site.place,
            names.root,
            &names.segments[..used.min(names.segments.len())],
            Ns::TYPE,
            None,
        ) {
            Outcome::Found { hits, .. } => {
                hits.first().and_then(|h| self.defs.source_of(h.def)).unwrap_or(from)
            }
            _ => from,
        };
        let name = names.segments.get(used).copied().unwrap_or(site.text);
        let (mount, file) = (self.id, self.mount.file);
        let (pos, source) = (site.pos, site.source);
        self.out.unresolved.push(Unresolved { from, missing_in, name, file, pos, mount, source });
    }

    fn count(&mut self, site: Site, add: impl FnOnce(&mut Resolution)) {
        let from = self.defs.module(site.place.module).source;
        if self.current.0 != from {
            let done = std::mem::replace(&mut self.current, (from, Resolution::default()));
            self.out.counts.push(done);
        }
        let counts = &mut self.current.1;
        add(counts);
        counts.references = counts.resolved + counts.unresolved;
    }
}

/// The first meaning of a path.
fn target(outcome: &Outcome) -> Option<Target> {
    match outcome {
        Outcome::Found { hits, qualifier } => {
            hits.first().map(|hit| Target { def: hit.def, qualifier: *qualifier })
        }
        Outcome::External(krate) => Some(Target { def: Def::External(*krate), qualifier: None }),
        Outcome::Unknown(_) => None,
    }
}
