//! Path resolution: one segment after the other, as the reference's chapters on scopes, paths and preludes lay it down.
//!
//! All `cfg`s are seen at once, so one name may mean several things; every step works on sets.

use super::defs::*;
use crate::extract::facts::{ItemKind, Ns, Path, PathRoot, ScopeIx, ScopeKind};
use smallvec::SmallVec;

/// Longest chain of type aliases that is followed.
const MAX_ALIASES: usize = 16;

/// Where a path is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub module: ModIx,
    pub mount: MountId,
    pub scope: ScopeIx,
    pub test: bool,
    /// Textual order, for macros.
    pub order: u32,
}

/// One meaning of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub def: Def,
    pub ns: Ns,
    /// The import it came through.
    pub import: Option<ImportId>,
    /// The module whose binding was used.
    pub found_in: Option<ModIx>,
    /// The binding is `pub` without restriction.
    pub public: bool,
}

impl Hit {
    pub(super) fn plain(def: Def, ns: Ns) -> Hit {
        Hit { def, ns, import: None, found_in: None, public: true }
    }
}

pub(super) type Hits = SmallVec<[Hit; 2]>;

/// What a path means.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// The meanings of the last segment.
    Found {
        hits: Hits,
        /// The type in front of an associated item.
        qualifier: Option<Def>,
    },
    /// It leads out of the workspace.
    External(Sym),
    /// Nothing has this name. The number of segments that did resolve.
    Unknown(usize),
}

/// One step along a path.
pub(super) enum Step {
    Hits(Hits),
    /// The rest cannot be seen but belongs to this.
    Folded(Def),
}

/// The source module `up` levels above the one a scope lies in.
pub(super) fn source_ancestor(defs: &Defs, module: ModIx, up: u8) -> ModIx {
    let mut at = defs.module(module).source;
    for _ in 0..up {
        match defs.module(at).parent {
            Some(parent) => at = defs.module(parent).source,
            None => break,
        }
    }
    at
}

impl Defs {
    /// The place of something that a mount's facts say.
    pub(super) fn place(&self, id: MountId, scope: ScopeIx, test: bool, order: u32) -> Place {
        let mount = self.mount(id);
        let module = mount.module(scope);
        let test = test || mount.test || self.module(module).test;
        Place { module, mount: id, scope, test, order: mount.order.unwrap_or(order) }
    }

    /// Resolves the target of a type alias, where the alias stands.
    pub(super) fn alias_target(&self, alias: DefIx, target: Path) -> Outcome {
        let item = self.item_facts(alias);
        self.resolve(self.place(self.item(alias).mount, item.scope, item.test, item.order), target, Ns::TYPE)
    }

    /// Resolves a path of a mount's facts.
    pub(super) fn resolve(&self, place: Place, path: Path, ns: Ns) -> Outcome {
        let path = self.mount(place.mount).path(path);
        self.resolve_syms(place, path.root, &path.segments, ns, None)
    }

    pub(super) fn resolve_syms(
        &self,
        place: Place,
        root: PathRoot,
        segments: &[Sym],
        ns: Ns,
        skip: Option<ImportId>,
    ) -> Outcome {
        self.follow(place, root, segments, ns, skip, |_, _| {})
    }

    /// Resolves a path, and tells in which modules which names behind the first one are looked up.
    pub(super) fn follow(
        &self,
        place: Place,
        root: PathRoot,
        segments: &[Sym],
        ns: Ns,
        skip: Option<ImportId>,
        mut looks: impl FnMut(ModIx, usize),
    ) -> Outcome {
        let mut used = 0;
        let mut hits = match self.start(place, root) {
            Some(hits) if segments.is_empty() => return Outcome::Found { hits, qualifier: None },
            Some(hits) => hits,
            None => {
                let Some(&first) = segments.first() else { return Outcome::Unknown(0) };
                used = 1;
                let ns = if segments.len() == 1 { ns } else { Ns::TYPE };
                self.first(place, root, first, ns, skip)
            }
        };
        let mut qualifier = None;
        while used < segments.len() && !hits.is_empty() {
            let ns = if used + 1 == segments.len() { ns } else { Ns::TYPE };
            let mut next = Hits::new();
            let mut folded = None;
            for hit in &hits {
                if let Def::Module(module) = hit.def {
                    looks(module, used);
                }
                match self.step(hit.def, segments[used], ns, place) {
                    Step::Hits(found) if found.is_empty() => {}
                    Step::Hits(found) => {
                        // `Self` does not name the type; the header of the impl does.
                        let named = used > 0 || root != PathRoot::SelfType;
                        qualifier = (named && matches!(hit.def, Def::Item(_))).then_some(hit.def);
                        found.into_iter().for_each(|h| add(&mut next, h));
                    }
                    Step::Folded(def) => folded = folded.or(Some(def)),
                }
            }
            match folded {
                Some(def) if next.is_empty() => {
                    let hits = SmallVec::from_slice(&[Hit::plain(def, ns)]);
                    return Outcome::Found { hits, qualifier: None };
                }
                None if next.is_empty() => return self.dead_end(&hits, used),
                _ => {}
            }
            hits = next;
            used += 1;
        }
        match hits.first() {
            None if segments.len() > 1 && matches!(root, PathRoot::Plain | PathRoot::Global) => {
                self.external_alike(place, segments[0]).map_or(Outcome::Unknown(0), Outcome::External)
            }
            None => Outcome::Unknown(0),
            Some(Hit { def: Def::External(krate), .. }) if hits.len() == 1 => Outcome::External(*krate),
            Some(_) => Outcome::Found { hits, qualifier },
        }
    }

    /// All meanings of a path, those outside the workspace with the import that they came through.
    pub(super) fn hits(&self, place: Place, root: PathRoot, segments: &[Sym], ns: Ns) -> Hits {
        let last = |index: usize| if index + 1 == segments.len() { ns } else { Ns::TYPE };
        let (mut hits, skip) = match (self.start(place, root), segments.first()) {
            (Some(hits), _) => (hits, 0),
            (None, Some(&first)) => (self.first(place, root, first, last(0), None), 1),
            (None, None) => return Hits::new(),
        };
        for (index, &segment) in segments.iter().enumerate().skip(skip) {
            let mut next = Hits::new();
            for hit in &hits {
                if let Step::Hits(found) = self.step(hit.def, segment, last(index), place) {
                    found.into_iter().for_each(|hit| add(&mut next, hit));
                }
            }
            hits = next;
        }
        hits
    }

    /// A segment that nothing has. A name may still come out of the workspace through a glob.
    fn dead_end(&self, hits: &Hits, used: usize) -> Outcome {
        let external = hits.iter().find_map(|h| match h.def {
            Def::Module(m) => self.external_glob(m),
            _ => None,
        });
        external.map_or(Outcome::Unknown(used), Outcome::External)
    }

    /// A crate outside the workspace whose names a module takes in by glob, directly or through globs of the workspace.
    pub(super) fn external_glob(&self, module: ModIx) -> Option<Sym> {
        let mut seen: SmallVec<[ModIx; 8]> = SmallVec::new();
        let mut next: SmallVec<[ModIx; 8]> = SmallVec::from_slice(&[module]);
        while let Some(at) = next.pop() {
            if seen.contains(&at) {
                continue;
            }
            seen.push(at);
            for glob in &self.module(at).globs {
                match glob.from {
                    Def::External(krate) => return Some(krate),
                    Def::Module(from) => next.push(from),
                    _ => {}
                }
            }
        }
        None
    }

    /// A dependency whose crate seems to be named otherwise than its package: one name is the other with words in front
    /// or behind (`prettytable-rs` and `prettytable`, `astral-tokio-tar` and `tokio_tar`). Only asked where nothing else
    /// has the name, so the worst that comes of it is a reference counted as external.
    fn external_alike(&self, place: Place, name: Sym) -> Option<Sym> {
        let text = self.interner.text(name);
        let alike = |long: &str, short: &str| {
            long.strip_prefix(short).is_some_and(|rest| rest.starts_with('_'))
                || long.strip_suffix(short).is_some_and(|rest| rest.ends_with('_'))
        };
        let externs = &self.krate(self.mount(place.mount).krate).externs;
        let outside = externs.iter().filter(|(_, e)| e.target == ExternTarget::External);
        let found = outside.map(|(sym, _)| *sym).filter(|sym| {
            let declared = self.interner.text(*sym);
            let (a, b) = (declared.as_bytes(), text.as_bytes());
            (a.first() == b.first() || a.last() == b.last())
                && (alike(declared, text) || alike(text, declared))
        });
        found.min()
    }

    /// Meanings of a path's root keyword; none for `a::b` and `::a`.
    fn start(&self, place: Place, root: PathRoot) -> Option<Hits> {
        let mount = self.mount(place.mount);
        let module = |ix| SmallVec::from_slice(&[Hit::plain(Def::Module(ix), Ns::TYPE)]);
        match root {
            PathRoot::Plain | PathRoot::Global => None,
            PathRoot::Crate => Some(module(self.krate(mount.krate).root)),
            PathRoot::MacroCrate => Some(module(self.krate(mount.macro_crate.unwrap_or(mount.krate)).root)),
            PathRoot::Super(up) => Some(module(source_ancestor(self, place.module, up))),
            PathRoot::SelfType => Some(
                self.self_type(place.mount, place.scope)
                    .map(|d| Hit::plain(d, Ns::TYPE))
                    .into_iter()
                    .collect(),
            ),
        }
    }

    /// What `Self` means in a scope: the type of the impl, or the item itself.
    pub(super) fn self_type(&self, mount: MountId, scope: ScopeIx) -> Option<Def> {
        match self.self_scope(mount, scope)? {
            (mount, ScopeKind::Impl(ix)) => {
                let id = self.mount(mount).impl_id(ix);
                self.impls[id.index()].self_type.or(self.impls[id.index()].of_trait)
            }
            (mount, ScopeKind::SelfItem(item)) => Some(Def::Item(self.mount(mount).def(item))),
            _ => None,
        }
    }

    pub(super) fn self_scope(&self, mount: MountId, scope: ScopeIx) -> Option<(MountId, ScopeKind)> {
        let mut at = (mount, scope);
        loop {
            let mount = self.mount(at.0);
            let scope = &mount.facts.scopes[at.1.index()];
            match scope.kind {
                ScopeKind::Impl(_) | ScopeKind::SelfItem(_) => return Some((at.0, scope.kind)),
                ScopeKind::Module(_) => return None,
                _ => {}
            }
            at = match (scope.parent, mount.outer) {
                (Some(parent), _) => (at.0, parent),
                (None, Some(outer)) => outer,
                (None, None) => return None,
            };
        }
    }

    /// Meanings of a path's first segment.
    pub(super) fn first(
        &self,
        place: Place,
        root: PathRoot,
        name: Sym,
        ns: Ns,
        skip: Option<ImportId>,
    ) -> Hits {
        let krate = self.krate(self.mount(place.mount).krate);
        let old = krate.edition < 2018;
        if root == PathRoot::Global {
            if old {
                let hits = self.in_module(krate.root, name, ns, place, skip);
                if !hits.is_empty() {
                    return hits;
                }
            }
            return self.extern_prelude(place, name);
        }
        if skip.is_some() && old {
            // Paths in `use` start at the crate root in the 2015 edition.
            let hits = self.in_module(krate.root, name, ns, place, skip);
            return if hits.is_empty() { self.prelude(place, name, ns) } else { hits };
        }
        let hits = self.lexical(place, name, ns, skip);
        if hits.is_empty() { self.prelude(place, name, ns) } else { hits }
    }

    fn lexical(&self, place: Place, name: Sym, ns: Ns, skip: Option<ImportId>) -> Hits {
        let mut hits = Hits::new();
        if ns.meets(Ns::MACRO) {
            if let Some(def) = self.textual(place.module, place.order, name) {
                hits.push(Hit::plain(Def::Item(def), Ns::MACRO));
            }
            if ns == Ns::MACRO && !hits.is_empty() {
                return hits;
            }
        }
        let mut at = place.module;
        loop {
            let found = self.in_module(at, name, ns, place, skip);
            let module = self.module(at);
            if !found.is_empty() || module.kind == ModKind::Source {
                found.into_iter().for_each(|h| add(&mut hits, h));
                return hits;
            }
            match module.parent {
                Some(parent) => at = parent,
                None => return hits,
            }
        }
    }

    pub(super) fn hit(&self, module: ModIx, binding: &BindingDef, ns: Ns) -> Hit {
        Hit {
            def: binding.def,
            ns,
            import: binding.import,
            found_in: Some(module),
            public: binding.reach == Reach::Public,
        }
    }

    /// Bindings of a module: explicit ones shadow globs per namespace, visible ones go before invisible ones, and
    /// code outside tests does not see what only a test build has.
    pub(super) fn in_module(
        &self,
        module: ModIx,
        name: Sym,
        ns: Ns,
        place: Place,
        skip: Option<ImportId>,
    ) -> Hits {
        if !self.bound.has(name) {
            return Hits::new();
        }
        let Some(bindings) = self.bindings.get(&(module, name)) else { return Hits::new() };
        // Most names mean one thing.
        if let [only] = bindings.as_slice() {
            let is_meant = only.ns.meets(ns) && (skip.is_none() || only.import != skip);
            if !is_meant || (only.glob && self.awaits(module, name, skip)) {
                return Hits::new();
            }
            return SmallVec::from_slice(&[self.hit(module, only, Ns(only.ns.0 & ns.0))]);
        }
        let mut chosen: SmallVec<[(&BindingDef, u8); 4]> = SmallVec::new();
        let explicit = bindings.iter().filter(|b| !b.glob && (skip.is_none() || b.import != skip));
        let awaited = if self.awaits(module, name, skip) { Ns::ALL.0 } else { 0 };
        let explicit_ns = explicit.fold(awaited, |all, b| all | b.ns.0);
        for binding in bindings.iter().filter(|b| skip.is_none() || b.import != skip) {
            let shadowed = if binding.glob { explicit_ns } else { 0 };
            let ns = binding.ns.0 & ns.0 & !shadowed;
            if ns != 0 {
                chosen.push((binding, ns));
            }
        }
        prefer(&mut chosen, |b| self.can_use(place.module, b.reach));
        if !place.test {
            prefer(&mut chosen, |b| !b.test);
        }
        let mut hits = Hits::new();
        for (binding, ns) in chosen {
            add(&mut hits, self.hit(module, binding, Ns(ns)));
        }
        hits
    }

    /// The next segment after something.
    pub(super) fn step(&self, def: Def, name: Sym, ns: Ns, place: Place) -> Step {
        match def {
            Def::Module(ix) => {
                let hits = self.in_module(ix, name, ns, place, None);
                if hits.is_empty() && self.module(ix).opaque { Step::Folded(def) } else { Step::Hits(hits) }
            }
            Def::External(_) => Step::Hits(SmallVec::from_slice(&[Hit::plain(def, ns)])),
            Def::Item(ix) => self.item_step(ix, name, ns, place, 0),
            Def::Variant(..) | Def::TraitMember(..) | Def::ImplMember(..) | Def::Field(..) => {
                Step::Folded(def)
            }
        }
    }

    fn item_step(&self, ix: DefIx, name: Sym, ns: Ns, place: Place, depth: usize) -> Step {
        let item = self.item_facts(ix);
        let hits = match item.kind {
            ItemKind::Enum => {
                let variant = self.item_member(ix, name);
                match variant {
                    Some(m) => SmallVec::from_slice(&[Hit::plain(Def::Variant(ix, m), ns)]),
                    None => self.assoc_hits(Def::Item(ix), name, ns, place),
                }
            }
            ItemKind::Trait => match self.item_member(ix, name) {
                Some(m) => SmallVec::from_slice(&[Hit::plain(Def::TraitMember(ix, m), ns)]),
                None => self.assoc_hits(Def::Item(ix), name, ns, place),
            },
            ItemKind::Alias(target) => {
                let own = self.assoc_hits(Def::Item(ix), name, ns, place);
                match target {
                    Some(target) if own.is_empty() && depth < MAX_ALIASES => {
                        return self.alias_step(ix, target, name, ns, place, depth);
                    }
                    _ => own,
                }
            }
            _ => self.assoc_hits(Def::Item(ix), name, ns, place),
        };
        // Derives and blanket impls add what is not listed: the path still names the type.
        if hits.is_empty() { Step::Folded(Def::Item(ix)) } else { Step::Hits(hits) }
    }

    fn alias_step(&self, ix: DefIx, target: Path, name: Sym, ns: Ns, place: Place, depth: usize) -> Step {
        match self.alias_target(ix, target) {
            Outcome::Found { hits, .. } => {
                let mut all = Hits::new();
                for hit in hits {
                    let step = match hit.def {
                        Def::Item(next) if next != ix => self.item_step(next, name, ns, place, depth + 1),
                        Def::Item(_) => continue,
                        other => self.step(other, name, ns, place),
                    };
                    match step {
                        Step::Hits(found) => found.into_iter().for_each(|h| add(&mut all, h)),
                        Step::Folded(def) => return Step::Folded(def),
                    }
                }
                if all.is_empty() { Step::Folded(Def::Item(ix)) } else { Step::Hits(all) }
            }
            _ => Step::Folded(Def::Item(ix)),
        }
    }

    /// A variant of an enum or an associated item of a trait, by name.
    fn item_member(&self, ix: DefIx, name: Sym) -> Option<u32> {
        self.mount(self.item(ix).mount).member_named(self.item_facts(ix).members, name)
    }

    /// Associated items of a type. Inherent ones go first; among trait impls in several modules only the type is sure.
    fn assoc_hits(&self, def: Def, name: Sym, ns: Ns, place: Place) -> Hits {
        let own = self.own_impl_member(def, name, place);
        if let Some(own) = own {
            return SmallVec::from_slice(&[Hit::plain(own, ns)]);
        }
        let mut hits = Hits::new();
        if let Some(found) = self.assoc.get(&(def, name)) {
            let mut chosen: SmallVec<[(ImplId, u32); 4]> = found.iter().copied().collect();
            if chosen.iter().any(|(id, _)| self.impl_facts(*id).of_trait.is_none()) {
                chosen.retain(|(id, _)| self.impl_facts(*id).of_trait.is_none());
            } else {
                let source = |id: ImplId| self.module(self.impls[id.index()].module).source;
                let first = source(chosen[0].0);
                if chosen.iter().any(|(id, _)| source(*id) != first) {
                    return hits;
                }
                chosen.truncate(1);
            }
            chosen.iter().for_each(|&(id, m)| add(&mut hits, Hit::plain(Def::ImplMember(id, m), ns)));
        }
        if hits.is_empty() {
            self.trait_default(def, name, ns, &mut hits);
        }
        hits
    }

    /// In an impl, `Self::x` and `Type::x` mean the impl's own `x` if it has one.
    fn own_impl_member(&self, def: Def, name: Sym, place: Place) -> Option<Def> {
        let (mount, ScopeKind::Impl(ix)) = self.self_scope(place.mount, place.scope)? else { return None };
        let id = self.mount(mount).impl_id(ix);
        let own = &self.impls[id.index()];
        if own.self_type.or(own.of_trait) != Some(def) {
            return None;
        }
        let member = self.mount(own.mount).member_named(self.impl_facts(id).members, name)?;
        Some(Def::ImplMember(id, member))
    }

    /// A default method, or an item that the impl's source does not spell out, of a trait that the type implements.
    fn trait_default(&self, def: Def, name: Sym, ns: Ns, hits: &mut Hits) {
        for id in self.impls_of.get(&def).into_iter().flatten() {
            if let Some(Def::Item(of_trait)) = self.impls[id.index()].of_trait
                && let Some(m) = self.item_member(of_trait, name)
            {
                add(hits, Hit::plain(Def::TraitMember(of_trait, m), ns));
            }
        }
    }

    /// A `macro_rules!` in textual scope: the last one of this name before the place, in this module, in a
    /// `#[macro_use]` module before it, or around it.
    pub(super) fn textual(&self, module: ModIx, order: u32, name: Sym) -> Option<DefIx> {
        let (mut at, mut before) = (module, order);
        loop {
            if let Some(found) = self.textual_in(at, before, name, 0) {
                return Some(found);
            }
            let module = self.module(at);
            (at, before) = (module.parent?, module.order);
        }
    }

    fn textual_in(&self, module: ModIx, before: u32, name: Sym, depth: usize) -> Option<DefIx> {
        if depth > 64 {
            return None;
        }
        let entries = &self.module(module).textual;
        entries.iter().rev().filter(|(order, _)| *order <= before).find_map(|(_, entry)| match *entry {
            Textual::Macro(n, def) => (n == name).then_some(def),
            Textual::MacroUse(child) => self.textual_in(child, u32::MAX, name, depth + 1),
        })
    }
}

/// Keeps the bindings that fit, if any do.
fn prefer(chosen: &mut SmallVec<[(&BindingDef, u8); 4]>, fits: impl Fn(&BindingDef) -> bool) {
    if chosen.len() > 1 && chosen.iter().any(|(b, _)| fits(b)) {
        chosen.retain(|(b, _)| fits(b));
    }
}

/// Adds a meaning unless it is there.
pub(super) fn add(hits: &mut Hits, hit: Hit) {
    match hits.iter_mut().find(|h| h.def == hit.def) {
        Some(known) => known.ns = known.ns.and(hit.ns),
        None => hits.push(hit),
    }
}
