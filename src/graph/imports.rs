//! Imports to a fixpoint: named ones and globs feed each other until no module learns a new name.

use super::defs::*;
use super::lookup::{Outcome, Place};
use super::pending::Looked;
use crate::extract::facts::{Binding, ItemKind, MemberKind, Ns, PathRoot};
use rayon::prelude::*;
use smallvec::SmallVec;

/// Rounds after which a fixpoint is given up; each round adds at least one binding, chains are a handful long.
const MAX_ROUNDS: usize = 64;
/// Fewest waiting imports that are worth following in parallel.
const MIN_AHEAD: usize = 256;

/// Resolves the imports. Named imports go first, so that what a glob brings does not leak through a name that they take
/// from it. Those that need a glob themselves keep their names free until nothing else is left.
pub(super) fn resolve(defs: &mut Defs) {
    rounds(defs, false);
    for index in 0..defs.imports.len() {
        if defs.imports[index].targets.is_empty() {
            await_name(defs, ImportId(index as u32));
        }
    }
    rounds(defs, true);
    if defs.waiting.is_empty() {
        return;
    }
    let mut given_up: Vec<(ModIx, Sym)> = std::mem::take(&mut defs.waiting).into_keys().collect();
    given_up.sort_unstable();
    given_up.into_iter().for_each(|(module, name)| hand_on(defs, module, name));
    rounds(defs, true);
}

/// Keeps the name free that an import will introduce.
fn await_name(defs: &mut Defs, id: ImportId) {
    let (def, facts) = defs.import(id);
    let module = def.module;
    if let Some(name) = bound_name(defs.mount(def.mount), facts.binding) {
        defs.waiting.entry((module, name)).or_default().push(id);
    }
}

/// The name that an import introduces; none for a glob and `_`.
fn bound_name(mount: &Mount, binding: Binding) -> Option<Sym> {
    match binding {
        Binding::Name(name) | Binding::Module(name) => Some(mount.name(name)),
        Binding::Nothing | Binding::Glob => None,
    }
}

/// A named import no longer waits.
fn arrived(defs: &mut Defs, id: ImportId, module: ModIx, name: Sym) {
    let Some(waiting) = defs.waiting.get_mut(&(module, name)) else { return };
    waiting.retain(|waiting| *waiting != id);
    if waiting.is_empty() {
        defs.waiting.remove(&(module, name));
        hand_on(defs, module, name);
    }
}

/// Hands on what globs bring under a name that a named import no longer keeps free.
fn hand_on(defs: &mut Defs, module: ModIx, name: Sym) {
    defs.pending.name(module, name, None);
    let bindings = defs.bindings.get(&(module, name)).cloned().unwrap_or_default();
    for binding in bindings.into_iter().filter(|b| b.glob) {
        let Some(binding) = unshadowed(defs, module, name, binding) else { continue };
        for (importer, import) in defs.module(module).importers.clone() {
            if defs.can_use(importer, binding.reach) {
                bind(defs, importer, name, through_glob(defs, importer, import, binding));
            }
        }
    }
}

fn rounds(defs: &mut Defs, globs: bool) {
    for _ in 0..MAX_ROUNDS {
        defs.pending.round();
        if !round(defs, globs) {
            break;
        }
    }
}

/// One look at all waiting imports, in their order; whether anything new came of it. What was found ahead counts, unless
/// an import before it made it wait again.
fn round(defs: &mut Defs, globs: bool) -> bool {
    let mut changed = false;
    let mut ahead = ahead(defs, globs).into_iter().peekable();
    let mut from = ImportId(0);
    loop {
        let waiting = defs.pending.next(from);
        let Some(id) = ahead.peek().map(|(id, _)| *id).into_iter().chain(waiting).min() else {
            return changed;
        };
        let known = ahead.next_if(|(next, _)| *next == id);
        if waiting != Some(id) {
            let (_, found) = known.expect("it waits or was followed ahead");
            changed |= import(defs, id, found);
        } else if globs || !is_glob(defs, id) {
            let found = found(defs, id);
            changed |= import(defs, id, found);
        }
        from = ImportId(id.0 + 1);
    }
}

/// Follows waiting imports in parallel.
fn ahead(defs: &mut Defs, globs: bool) -> Vec<(ImportId, Targets)> {
    let waiting: Vec<ImportId> = defs.pending.watched().filter(|&id| globs || !is_glob(defs, id)).collect();
    if waiting.len() < MIN_AHEAD {
        return Vec::new();
    }
    let all = &*defs;
    let followed: Vec<(Targets, Looked)> = waiting.par_iter().map(|&id| follow(all, id)).collect();
    let note = |(id, (found, looked))| {
        defs.pending.followed(id, is_outside(&found), looked);
        (id, found)
    };
    waiting.into_iter().zip(followed).map(note).collect()
}

fn is_glob(defs: &Defs, id: ImportId) -> bool {
    defs.import(id).1.binding == Binding::Glob
}

/// What an import names, with the namespaces it was found in.
type Targets = SmallVec<[(Def, Ns); 2]>;

/// Whether an import leads to nothing of the workspace.
fn is_outside(found: &Targets) -> bool {
    !found.iter().any(|(target, _)| !matches!(target, Def::External(_)))
}

/// Follows an import, and notes that it need not wait.
fn found(defs: &mut Defs, id: ImportId) -> Targets {
    let (found, looked) = follow(defs, id);
    defs.pending.followed(id, is_outside(&found), looked);
    found
}

/// What an import names at the moment, and where its path was looked up.
fn follow(defs: &Defs, id: ImportId) -> (Targets, Looked) {
    let (def, facts) = defs.import(id);
    let path = defs.mount(def.mount).path(facts.path);
    let place = Place { order: u32::MAX, ..defs.place(def.mount, facts.scope, facts.test, u32::MAX) };
    if facts.extern_crate {
        return (extern_crate(defs, place, path.segments.first().copied()), Looked::new());
    }
    let ns = match facts.binding {
        Binding::Glob | Binding::Module(_) => Ns::TYPE,
        _ => Ns::ALL,
    };
    let mut looked = looked_first(defs, place, path.root);
    let looks = |module, index: usize| looked.push((module, index as u32));
    let outcome = defs.follow(place, path.root, &path.segments, ns, Some(id), looks);
    (targets(outcome), looked)
}

/// Where the first name of a path is looked up, unless it stands behind a keyword: the blocks and the module around, and
/// the roots of crates.
fn looked_first(defs: &Defs, place: Place, root: PathRoot) -> Looked {
    let mut looked = Looked::new();
    if !matches!(root, PathRoot::Plain | PathRoot::Global) {
        return looked;
    }
    let krate = defs.krate(defs.mount(place.mount).krate);
    looked.push((krate.root, 0));
    looked.extend(krate.macro_use.iter().map(|root| (*root, 0)));
    let mut at = Some(place.module);
    while let Some(ix) = at {
        looked.push((ix, 0));
        let module = defs.module(ix);
        at = module.parent.filter(|_| module.kind != ModKind::Source);
    }
    looked
}

/// Binds what an import was found to name; whether anything of it is new.
fn import(defs: &mut Defs, id: ImportId, found: Targets) -> bool {
    let (def, facts) = defs.import(id);
    let mount = defs.mount(def.mount);
    let (name, test) = (bound_name(mount, facts.binding), facts.test || mount.test);
    let mut changed = false;
    for (target, ns) in found {
        changed |= learn(defs, id, target, ns, name, test);
    }
    changed
}

fn targets(outcome: Outcome) -> Targets {
    match outcome {
        Outcome::Found { hits, .. } => hits.iter().map(|h| (h.def, h.ns)).collect(),
        Outcome::External(krate) => SmallVec::from_slice(&[(Def::External(krate), Ns::ALL)]),
        Outcome::Unknown(_) => SmallVec::new(),
    }
}

/// The crate of an `extern crate`; `self` has no segment.
fn extern_crate(defs: &Defs, place: Place, name: Option<Sym>) -> Targets {
    let krate = defs.krate(defs.mount(place.mount).krate);
    let target = match name.map(|name| (name, krate.externs.get(&name).map(|e| e.target))) {
        None => Def::Module(krate.root),
        Some((_, Some(ExternTarget::Member(id)))) => Def::Module(defs.krate(id).root),
        Some((name, _)) => Def::External(name),
    };
    SmallVec::from_slice(&[(target, Ns::TYPE)])
}

/// Notes that an import names a target, and binds what follows from it.
fn learn(defs: &mut Defs, id: ImportId, target: Def, ns: Ns, name: Option<Sym>, test: bool) -> bool {
    let import = &mut defs.imports[id.index()];
    match import.targets.iter_mut().find(|(t, _)| *t == target) {
        Some((_, known)) if known.0 | ns.0 == known.0 => return false,
        Some((_, known)) => *known = known.and(ns),
        None => import.targets.push((target, ns)),
    }
    let (module, reach) = (import.module, import.reach);
    if let (Def::Module(root), true) = (target, defs.import(id).1.macro_use) {
        let krate = defs.module(module).krate;
        defs.crates[krate.index()].macro_use.push(root);
        defs.pending.macros();
    }
    let binding = BindingDef { def: target, ns, reach, import: Some(id), glob: false, test };
    if let (Some(name), true) = (name, defs.import(id).1.extern_crate) {
        defs.crate_names.insert(name);
    }
    match name {
        Some(name) => {
            bind(defs, module, name, binding);
            arrived(defs, id, module, name);
        }
        None if defs.import(id).1.binding == Binding::Glob => glob(defs, id, target, binding),
        None => {}
    }
    true
}

/// Adds a binding and hands it on to the modules that import this one by glob.
pub(super) fn bind(defs: &mut Defs, module: ModIx, name: Sym, binding: BindingDef) {
    let mut work: SmallVec<[(ModIx, BindingDef); 1]> = SmallVec::from_slice(&[(module, binding)]);
    while let Some((module, binding)) = work.pop() {
        let bindings = defs.slot(module, name);
        let same = |b: &&mut BindingDef| b.def == binding.def && b.glob == binding.glob;
        match bindings.iter_mut().find(same) {
            Some(known) if known.ns.0 | binding.ns.0 == known.ns.0 && !wider(known.reach, binding.reach) => {
                continue;
            }
            Some(known) => {
                known.ns = known.ns.and(binding.ns);
                if wider(known.reach, binding.reach) {
                    known.reach = binding.reach;
                }
            }
            None => bindings.push(binding),
        }
        wake(defs, module, name, binding);
        let Some(binding) = unshadowed(defs, module, name, binding) else { continue };
        for &(importer, import) in &defs.module(module).importers {
            if defs.can_use(importer, binding.reach) {
                work.push((importer, through_glob(defs, importer, import, binding)));
            }
        }
    }
}

/// Lets the imports wait that a new binding may concern.
fn wake(defs: &mut Defs, module: ModIx, name: Sym, binding: BindingDef) {
    defs.pending.name(module, name, binding.import.filter(|_| !binding.glob));
    if let Def::Item(ix) = binding.def
        && matches!(defs.item_facts(ix).kind, ItemKind::Alias(_))
    {
        defs.pending.alias(name);
    }
}

/// What a module hands on of a binding: a name out of a glob only where nothing else takes that name.
fn unshadowed(defs: &Defs, module: ModIx, name: Sym, binding: BindingDef) -> Option<BindingDef> {
    if !binding.glob {
        return Some(binding);
    }
    let bindings = defs.bindings.get(&(module, name))?;
    let explicit = bindings.iter().filter(|b| !b.glob).fold(0, |all, b| all | b.ns.0);
    let ns = binding.ns.0 & !explicit;
    (ns != 0 && !defs.awaits(module, name, None)).then_some(BindingDef { ns: Ns(ns), ..binding })
}

fn wider(known: Reach, new: Reach) -> bool {
    known != Reach::Public && new == Reach::Public
}

fn through_glob(defs: &Defs, importer: ModIx, import: ImportId, binding: BindingDef) -> BindingDef {
    let def = &defs.imports[import.index()];
    debug_assert_eq!(def.module, importer);
    // A glob hands a name on as far as both the name and the glob reach.
    let reach = match (def.reach, binding.reach) {
        (Reach::Public, narrow) => narrow,
        (narrow, Reach::Public) => narrow,
        (Reach::Within(a), Reach::Within(b)) => Reach::Within(if defs.is_within(a, b) { a } else { b }),
    };
    let test = binding.test || defs.import(import).1.test;
    BindingDef { reach, import: Some(import), glob: true, test, ..binding }
}

/// A glob import of a module or an enum.
fn glob(defs: &mut Defs, id: ImportId, target: Def, binding: BindingDef) {
    let importer = defs.imports[id.index()].module;
    let outside = match target {
        Def::External(_) => true,
        Def::Module(module) => defs.external_glob(module).is_some(),
        _ => false,
    };
    if outside {
        defs.pending.external_glob();
    }
    match target {
        Def::Module(module) => {
            defs.modules[importer.index()].globs.push(GlobImport { from: target, import: id });
            if module == importer {
                return;
            }
            defs.modules[module.index()].importers.push((importer, id));
            for (name, known) in names_of(defs, module) {
                if defs.can_use(importer, known.reach) {
                    let handed = through_glob(defs, importer, id, known);
                    bind(defs, importer, name, handed);
                }
            }
        }
        Def::Item(ix) => {
            for (name, variant) in variants(defs, ix) {
                let ns = MemberKind::Variant.namespaces();
                bind(defs, importer, name, BindingDef { def: variant, ns, glob: true, ..binding });
            }
        }
        Def::External(_) => {
            defs.modules[importer.index()].globs.push(GlobImport { from: target, import: id })
        }
        _ => {}
    }
}

/// Every binding of a module, sorted by name.
fn names_of(defs: &Defs, module: ModIx) -> Vec<(Sym, BindingDef)> {
    let mut out: Vec<(Sym, BindingDef)> = defs
        .module(module)
        .names
        .iter()
        .filter_map(|name| Some((*name, defs.bindings.get(&(module, *name))?)))
        .flat_map(|(name, bindings)| {
            bindings.iter().filter_map(move |b| Some((name, unshadowed(defs, module, name, *b)?)))
        })
        .collect();
    out.sort_by_key(|(name, _)| *name);
    out
}

fn variants(defs: &Defs, ix: DefIx) -> Vec<(Sym, Def)> {
    let item = defs.item_facts(ix);
    match item.kind {
        ItemKind::Enum => {
            let mount = defs.mount(defs.item(ix).mount);
            mount.members(item.members).map(|(name, m)| (name, Def::Variant(ix, m))).collect()
        }
        ItemKind::Alias(Some(target)) => match defs.alias_target(ix, target) {
            Outcome::Found { hits, .. } => hits
                .iter()
                .filter_map(|h| if let Def::Item(next) = h.def { Some(next) } else { None })
                .filter(|next| *next != ix && !matches!(defs.item_facts(*next).kind, ItemKind::Alias(_)))
                .flat_map(|next| variants(defs, next))
                .collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Resolves the headers of impls and files their items under the type.
pub(super) fn impls(defs: &mut Defs) {
    for index in 0..defs.impls.len() {
        let id = ImplId(index as u32);
        let (def, facts) = (&defs.impls[index], defs.impl_facts(id));
        let place = Place { order: u32::MAX, ..defs.place(def.mount, facts.scope, facts.test, u32::MAX) };
        let all = |path| -> SmallVec<[Def; 2]> {
            match defs.resolve(place, path, Ns::TYPE) {
                Outcome::Found { hits, .. } => hits.iter().map(|h| through_alias(defs, h.def)).collect(),
                Outcome::External(krate) => SmallVec::from_slice(&[Def::External(krate)]),
                Outcome::Unknown(_) => SmallVec::new(),
            }
        };
        let self_types = facts.self_type.map(all).unwrap_or_default();
        let of_trait = facts.of_trait.map(all).unwrap_or_default().first().copied();
        let members: Vec<(Sym, u32)> = defs.mount(def.mount).members(facts.members).collect();
        (defs.impls[index].self_type, defs.impls[index].of_trait) = (self_types.first().copied(), of_trait);
        // A type that a `cfg` doubles has its impls under both definitions.
        for self_type in self_types.into_iter().filter(|d| !matches!(d, Def::External(_))) {
            defs.impls_of.entry(self_type).or_default().push(id);
            for &(name, member) in &members {
                defs.assoc.entry((self_type, name)).or_default().push((id, member));
            }
        }
    }
}

/// The type behind an alias, where it is one of the workspace.
fn through_alias(defs: &Defs, def: Def) -> Def {
    let mut at = def;
    for _ in 0..16 {
        let Def::Item(ix) = at else { return at };
        let item = defs.item_facts(ix);
        let ItemKind::Alias(Some(target)) = item.kind else { return at };
        match defs.alias_target(ix, target) {
            Outcome::Found { hits, .. } if !hits.is_empty() => at = hits[0].def,
            _ => return at,
        }
    }
    at
}
