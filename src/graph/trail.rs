//! Retraces how a reference was resolved: the imports it passed, and the name by which it enters a group of modules.

use super::Graph;
use super::defs::*;
use super::lookup::{Hit, Hits, Outcome, Place, Step, add};
use super::model::{Entry, Hop, NodeId, RefId, Trail};
use super::references::Source;
use crate::extract::facts::{Binding, Ns, Path, PathRoot, ScopeKind};
use smallvec::SmallVec;

/// Longest chain of imports that is retraced.
const MAX_HOPS: usize = 64;

/// A path's segments.
type Segments = SmallVec<[Sym; 4]>;

/// A name passed on the way: in which module, and through which import.
#[derive(Clone)]
struct Passed {
    name: Sym,
    hit: Hit,
}

/// How a reference is written, and where as far as that matters: two that agree in it take the same way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Spelling {
    place: (MountId, ModIx, bool, u32),
    /// The impl or item that `Self` stands for.
    around: Option<(MountId, bool, u32)>,
    root: PathRoot,
    segments: Segments,
    ns: Ns,
    target: Def,
}

impl Graph {
    /// How a reference is written; `None` for one that names no path.
    pub fn spelling(&self, reference: RefId) -> Option<Spelling> {
        let (place, root, segments, ns) = self.written(reference)?;
        let around = self.defs.self_scope(place.mount, place.scope);
        Some(Spelling {
            place: (place.mount, place.module, place.test, place.order),
            around: around.map(|(mount, kind)| match kind {
                ScopeKind::Impl(ix) => (mount, true, ix.0),
                ScopeKind::SelfItem(ix) => (mount, false, ix.0),
                _ => (mount, false, u32::MAX),
            }),
            root,
            segments,
            ns,
            target: self.origins[reference.0 as usize].def,
        })
    }

    /// Retraces how a reference was resolved.
    pub fn trail(&self, reference: RefId) -> Trail {
        let Some((place, root, segments, ns)) = self.written(reference) else { return Trail::default() };
        let written = self.spell(root, &segments);
        let target = self.origins[reference.0 as usize].def;
        let mut hops = Vec::new();
        self.follow(place, root, &segments, ns, target, &mut hops);
        Trail { written, hops }
    }

    /// Adds the imports that a path passes, each followed by those that its own path passes.
    fn follow(
        &self,
        place: Place,
        root: PathRoot,
        segments: &[Sym],
        ns: Ns,
        target: Def,
        hops: &mut Vec<Hop>,
    ) {
        for passed in self.walk(place, root, segments, ns, target) {
            let Some(import) = passed.hit.import else { continue };
            let hop = self.import_hop(import);
            if hops.contains(&hop) || hops.len() >= MAX_HOPS {
                return;
            }
            hops.push(hop);
            let (place, root, segments) = self.import_path(import, Some(passed.name));
            self.follow(place, root, &segments, Ns::ALL, passed.hit.def, hops);
        }
    }

    /// The name by which a reference enters the modules that `inside` accepts; see [`Entry`].
    pub fn entry(&self, reference: RefId, inside: &dyn Fn(NodeId) -> bool) -> Entry {
        let Some((place, root, segments, ns)) = self.written(reference) else { return Entry::default() };
        let target = self.origins[reference.0 as usize].def;
        self.facade(place, root, &segments, ns, target, inside, 0)
    }

    /// The full name of a path: imports outside the group are replaced by what they stand for.
    #[expect(clippy::too_many_arguments, reason = "the state of one recursion")]
    fn facade(
        &self,
        place: Place,
        root: PathRoot,
        segments: &[Sym],
        ns: Ns,
        target: Def,
        inside: &dyn Fn(NodeId) -> bool,
        depth: usize,
    ) -> Entry {
        let mut entry = self.start(place, root);
        if depth > MAX_HOPS {
            return entry;
        }
        for passed in self.walk(place, root, segments, ns, target) {
            let holder = passed.hit.found_in;
            let outside = holder.is_none_or(|m| !inside(self.node_of[m.index()]));
            match passed.hit.import {
                Some(import) if outside => {
                    let (place, root, segments) = self.import_path(import, Some(passed.name));
                    entry = self.facade(place, root, &segments, Ns::ALL, passed.hit.def, inside, depth + 1);
                }
                _ => self.extend(&mut entry, &passed),
            }
        }
        entry
    }

    fn extend(&self, entry: &mut Entry, passed: &Passed) {
        // A name found in the scope around the path starts at its module.
        if entry.segments.is_empty()
            && let Some(module) = passed.hit.found_in
        {
            *entry = self.module_name(module);
        }
        if let Def::Module(module) = passed.hit.def
            && self.defs.module(module).parent.is_none()
            && passed.hit.import.is_none()
        {
            *entry = self.module_name(module);
            return;
        }
        entry.segments.push(self.defs.interner.text(passed.name).to_string());
        entry.public.push(passed.hit.public);
    }

    fn start(&self, place: Place, root: PathRoot) -> Entry {
        let mount = self.defs.mount(place.mount);
        match root {
            PathRoot::Plain | PathRoot::Global => Entry::default(),
            PathRoot::Crate => self.module_name(self.defs.krate(mount.krate).root),
            PathRoot::MacroCrate => {
                self.module_name(self.defs.krate(mount.macro_crate.unwrap_or(mount.krate)).root)
            }
            PathRoot::Super(up) => {
                self.module_name(super::lookup::source_ancestor(&self.defs, place.module, up))
            }
            PathRoot::SelfType => match self.defs.self_type(place.mount, place.scope) {
                Some(Def::Item(ix)) => {
                    let mut entry = self.module_name(self.defs.item(ix).module);
                    entry.segments.push(self.defs.interner.text(self.defs.item(ix).name).to_string());
                    entry.public.push(self.is_public(Def::Item(ix)));
                    entry
                }
                _ => Entry::default(),
            },
        }
    }

    /// A module's own full name, and whether each part of it is `pub`.
    pub(super) fn module_name(&self, module: ModIx) -> Entry {
        let mut entry = Entry::default();
        let mut at = Some(self.defs.module(module).source);
        while let Some(ix) = at {
            let module = self.defs.module(ix);
            entry.segments.push(self.defs.interner.text(module.name).to_string());
            entry.public.push(module.parent.is_none() || self.is_public(Def::Module(ix)));
            at = module.parent.map(|p| self.defs.module(p).source);
        }
        entry.segments.reverse();
        entry.public.reverse();
        entry
    }

    fn is_public(&self, def: Def) -> bool {
        let (holder, name) = match def {
            Def::Module(ix) => (self.defs.module(ix).parent, self.defs.module(ix).name),
            Def::Item(ix) => (Some(self.defs.item(ix).module), self.defs.item(ix).name),
            _ => return true,
        };
        let bindings = holder.and_then(|h| self.defs.bindings.get(&(h, name)));
        bindings.is_none_or(|b| b.iter().any(|b| b.def == def && b.reach == Reach::Public))
    }

    /// The names along a path, each with the meaning that leads to the target.
    fn walk(&self, place: Place, root: PathRoot, segments: &[Sym], ns: Ns, target: Def) -> Vec<Passed> {
        let leads = |hit: &&Hit| hit.def == target || self.contains(hit.def, target);
        let mut out = Vec::with_capacity(segments.len());
        // What the segments so far lead to; nothing ahead of the first one of a plain path.
        let mut at = match self.defs.resolve_syms(place, root, &[], ns, None) {
            Outcome::Found { hits, .. } => Some(hits),
            _ => None,
        };
        let mut folded = false;
        for (index, &name) in segments.iter().enumerate() {
            let ns = if index + 1 == segments.len() { ns } else { Ns::TYPE };
            let hits = match at {
                Some(hits) if folded => hits,
                Some(hits) => self.step(&hits, name, ns, place, &mut folded),
                None => self.defs.first(place, root, name, ns, None),
            };
            let leads_out = !folded && matches!(*hits, [Hit { def: Def::External(_), .. }]);
            let Some(hit) = hits.iter().find(leads).or_else(|| hits.first()).filter(|_| !leads_out) else {
                break;
            };
            out.push(Passed { name, hit: *hit });
            at = Some(hits);
        }
        out
    }

    /// What a segment leads to behind what those before it lead to. `folded` is set if all that follows can't be seen.
    fn step(&self, hits: &Hits, name: Sym, ns: Ns, place: Place, folded: &mut bool) -> Hits {
        let mut next = Hits::new();
        let mut outer = None;
        for hit in hits {
            match self.defs.step(hit.def, name, ns, place) {
                Step::Hits(found) => found.into_iter().for_each(|hit| add(&mut next, hit)),
                Step::Folded(def) => outer = outer.or(Some(def)),
            }
        }
        if let Some(def) = outer.filter(|_| next.is_empty()) {
            *folded = true;
            next.push(Hit { def, ns, import: None, found_in: None, public: true });
        }
        next
    }

    fn contains(&self, outer: Def, target: Def) -> bool {
        match (outer, self.defs.holder(target)) {
            (Def::Module(outer), Some(module)) => self.defs.is_within(module, outer),
            _ => false,
        }
    }

    fn import_hop(&self, id: ImportId) -> Hop {
        let (def, facts) = self.defs.import(id);
        let mount = self.defs.mount(def.mount);
        let path = mount.path(facts.path);
        let mut written = self.spell(path.root, &path.segments);
        let holder = self.module_name(def.module).segments.join("::");
        let name = match facts.binding {
            Binding::Name(name) | Binding::Module(name) => format!("{holder}::{}", mount.facts.name(name)),
            Binding::Nothing => format!("{holder}::_"),
            Binding::Glob => {
                written.push_str("::*");
                format!("{holder}::*")
            }
        };
        let pos = mount.pos.unwrap_or(facts.pos);
        Hop {
            node: self.node_of[def.module.index()],
            name,
            written,
            file: super::model::FileId(mount.file),
            line: pos.line,
            column: pos.column,
            facade: facts.vis != crate::extract::facts::Vis::Private,
        }
    }

    /// The path that an import stands for; for a glob, with the name that was looked up through it.
    fn import_path(&self, id: ImportId, name: Option<Sym>) -> (Place, PathRoot, Segments) {
        let (def, facts) = self.defs.import(id);
        let path = self.defs.mount(def.mount).path(facts.path);
        let mut segments = path.segments;
        if facts.binding == Binding::Glob {
            segments.extend(name);
        }
        let place =
            Place { order: u32::MAX, ..self.defs.place(def.mount, facts.scope, facts.test, u32::MAX) };
        (place, path.root, segments)
    }

    /// The path as written at a reference, and where.
    fn written(&self, reference: RefId) -> Option<(Place, PathRoot, Segments, Ns)> {
        let origin = self.origins.get(reference.0 as usize)?;
        let mount = self.defs.mount(origin.mount);
        let facts = &mount.facts;
        let at = |scope, test, order| self.defs.place(origin.mount, scope, test, order);
        let of = |path: Path| (path.root, mount.path(path).segments);
        let (place, (root, segments), ns) = match origin.source {
            Source::Ref(ix) => {
                let r = &facts.refs[ix as usize];
                (at(r.scope, r.test, u32::MAX), of(r.path), r.ns)
            }
            Source::Import(ix) => {
                let i = &facts.imports[ix as usize];
                (at(i.scope, i.test, u32::MAX), of(i.path), Ns::ALL)
            }
            Source::Call(ix) => {
                let c = &facts.calls[ix as usize];
                (at(c.scope, c.test, c.order), of(c.path), Ns::MACRO)
            }
            // No path leads there.
            Source::Access(_) => return None,
        };
        Some((place, root, segments, ns))
    }

    fn spell(&self, root: PathRoot, segments: &[Sym]) -> String {
        let start = match root {
            PathRoot::Plain => String::new(),
            PathRoot::Global => "::".to_owned(),
            PathRoot::Crate => "crate::".to_owned(),
            PathRoot::MacroCrate => "$crate::".to_owned(),
            PathRoot::SelfType => "Self::".to_owned(),
            PathRoot::Super(0) => "self::".to_owned(),
            PathRoot::Super(up) => "super::".repeat(usize::from(up)),
        };
        let rest: Vec<&str> = segments.iter().map(|&s| &**self.defs.interner.text(s)).collect();
        format!("{start}{}", rest.join("::")).trim_end_matches("::").to_owned()
    }
}
