//! Methods and fields, found through the type of their receiver: a light inference over what the files' facts say of
//! values.
//!
//! Types come from what is written: signatures, fields, annotations, constructors. Nothing is solved for; a value is
//! looked at once, after its operands, and where its type does not follow from theirs it stays unknown. What is found is
//! marked as inferred.

mod closures;
mod functions;
mod inherent;
mod known;
mod lower;
mod members;
mod repeats;
mod types;
mod values;

use super::defs::*;
use super::model::{Receivers, RefKind, Resolution};
use super::references::{References, Resolved, Source};
use crate::extract::facts::{AccessIx, AccessKind, ItemKind, MemberKind, RefIx, Type};
use members::Found;
use rayon::prelude::*;
pub(super) use repeats::Repeat;
pub use repeats::RepeatKind;
use rustc_hash::{FxHashMap, FxHashSet};
use types::Types;
pub(super) use types::{Kind, Ty};

/// What a reference leads to: the definition, and the type in front of an associated item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub def: Def,
    pub qualifier: Option<Def>,
}

/// What is known of the values of one mount.
pub(super) struct Flow {
    pub types: Types,
    /// Parallel to the facts' nodes; empty where the mount has no accesses.
    pub values: Vec<Ty>,
}

/// What the names of one mount lead to.
#[derive(Default)]
pub(super) struct Meanings {
    /// Parallel to the facts' references.
    targets: Vec<Option<Target>>,
    /// What methods, fields and associated paths of the workspace are, sorted by access.
    accesses: Vec<(AccessIx, Def)>,
}

impl Meanings {
    /// What a reference leads to.
    pub(super) fn target(&self, reference: RefIx) -> Option<Target> {
        self.targets.get(reference.index()).copied().flatten()
    }

    /// What an access names.
    pub(super) fn access(&self, access: AccessIx) -> Option<Def> {
        let found = self.accesses.binary_search_by_key(&access, |(at, _)| *at).ok()?;
        Some(self.accesses[found].1)
    }
}

/// What inference finds beside references.
pub(super) struct Inferred {
    /// Parallel to the mounts: what their names lead to.
    pub meanings: Vec<Meanings>,
    /// Parallel to the mounts if it is to be kept, or else empty: what is known of values.
    pub flows: Vec<Flow>,
    /// Parallel to the mounts: code that runs many times.
    pub repeats: Vec<Vec<Repeat>>,
}

/// Adds the references that only the type of a receiver shows.
pub(super) fn run(defs: &Defs, names: &Names, references: &mut [References], keep: bool) -> Inferred {
    let targets: Vec<&[Option<Target>]> = references.iter().map(|r| r.targets.as_slice()).collect();
    let tables = Tables::new(defs, &targets);
    let found: Vec<OfMount> = (0..defs.mounts.len() as u32)
        .into_par_iter()
        .map(|id| Inferrer::new(defs, &tables, names, &targets, MountId(id), keep).run())
        .collect();
    let mut out = Inferred {
        meanings: Vec::with_capacity(found.len()),
        flows: Vec::new(),
        repeats: Vec::with_capacity(found.len()),
    };
    for (references, OfMount { resolved, counts, accesses, flow, repeats }) in
        references.iter_mut().zip(found)
    {
        references.inferred = resolved;
        out.repeats.push(repeats);
        out.flows.extend(flow);
        out.meanings.push(Meanings { targets: std::mem::take(&mut references.targets), accesses });
        let counts =
            counts.into_iter().map(|(m, receivers)| (m, Resolution { receivers, ..Resolution::default() }));
        references.counts.extend(counts);
    }
    out
}

/// What is found in one mount.
struct OfMount {
    resolved: Vec<Resolved>,
    counts: Counts,
    accesses: Vec<(AccessIx, Def)>,
    flow: Option<Flow>,
    repeats: Vec<Repeat>,
}

macro_rules! names {
    ($($field:ident = $text:literal),* $(,)?) => {
        /// Names that inference looks for.
        pub(in crate::graph) struct Names { $(pub $field: Sym),* }

        impl Names {
            pub(in crate::graph) fn new(interner: &mut Interner) -> Names {
                Names { $($field: interner.intern($text)),* }
            }
        }
    };
}

names! {
    slice = "[]", str = "str", vec = "Vec", option = "Option", result = "Result", iterator = "Iterator", into_iterator = "IntoIterator",
    stream = "Stream", future = "Future", into_future = "IntoFuture", guard = "MutexGuard", entry = "Entry",
    join_handle = "JoinHandle", collected = "collect", item = "Item", output = "Output", deref = "Deref",
    target = "Target", index = "Index", poll = "poll", into_future_method = "into_future",
    derived_builder = "<builder>",
}

/// What is looked up for every file: impls that are not found by their type, traits in scope.
pub(super) struct Tables {
    /// Impls of the workspace's traits for types from outside, by the type's name.
    external: FxHashMap<Sym, Vec<ImplId>>,
    /// Impls for all types that have certain traits, by the names of the trait's members.
    blanket: FxHashMap<Sym, Vec<(DefIx, ImplId)>>,
    /// The name of the trait of each impl, if that is from outside.
    trait_names: Vec<Option<Sym>>,
    /// Methods that types from outside have themselves.
    inherent: FxHashSet<(Sym, Sym)>,
    /// Traits that have a name in a module, or are imported without one.
    in_scope: FxHashSet<(ModIx, DefIx)>,
    /// By name: whether something in the workspace has a method or field of this name.
    members: Vec<bool>,
}

/// How many receivers are known, per source module.
type Counts = Vec<(ModIx, Receivers)>;

impl Tables {
    fn new(defs: &Defs, targets: &[&[Option<Target>]]) -> Tables {
        let (of_impls, (in_scope, members)) = rayon::join(
            || OfImpls::new(defs, targets),
            || rayon::join(|| traits_in_scope(defs), || members(defs)),
        );
        let OfImpls { external, blanket, trait_names } = of_impls;
        let inherent = inherent::table(&defs.interner);
        Tables { external, blanket, trait_names, inherent, in_scope, members }
    }

    /// Whether something in the workspace has a method or field of this name.
    fn is_member(&self, name: Sym) -> bool {
        self.members[name.0 as usize]
    }

    /// Whether a trait's methods may be called in a module or block.
    fn is_in_scope(&self, defs: &Defs, module: ModIx, of_trait: DefIx) -> bool {
        let mut at = module;
        loop {
            if self.in_scope.contains(&(at, of_trait)) {
                return true;
            }
            let module = defs.module(at);
            match module.parent {
                Some(parent) if module.kind != ModKind::Source => at = parent,
                _ => return false,
            }
        }
    }
}

/// What the tables say of impls.
#[derive(Default)]
struct OfImpls {
    external: FxHashMap<Sym, Vec<ImplId>>,
    blanket: FxHashMap<Sym, Vec<(DefIx, ImplId)>>,
    trait_names: Vec<Option<Sym>>,
}

impl OfImpls {
    fn new(defs: &Defs, targets: &[&[Option<Target>]]) -> OfImpls {
        let mut tables = OfImpls::default();
        for index in 0..defs.impls.len() as u32 {
            tables.implementation(defs, targets, ImplId(index));
        }
        tables
    }

    fn implementation(&mut self, defs: &Defs, targets: &[&[Option<Target>]], id: ImplId) {
        let (def, facts) = (&defs.impls[id.index()], defs.impl_facts(id));
        let mount = defs.mount(def.mount);
        let name_of = |ty| match mount.facts.borrowed_type(ty) {
            Type::Path(reference, _) => {
                let path = mount.facts.refs[reference.index()].path;
                mount.facts.path(path).last().map(|name| mount.name(*name))
            }
            _ => None,
        };
        self.trait_names.push(match def.of_trait {
            Some(Def::External(_)) => name_of(facts.trait_shape),
            _ => None,
        });
        let Some(Def::Item(of_trait)) = def.of_trait else { return };
        let own = match mount.facts.borrowed_type(facts.self_shape) {
            Type::Path(reference, _) => {
                let target = targets[def.mount.index()].get(reference.index()).copied().flatten();
                matches!(target, Some(Target { def: Def::External(_), .. }))
                    .then(|| name_of(facts.self_shape))
                    .flatten()
            }
            Type::Primitive(name) => Some(mount.name(name)),
            Type::Slice(_) => defs.interner.find("[]"),
            Type::Param(_) => {
                let item = defs.item_facts(of_trait);
                let members = defs.mount(defs.item(of_trait).mount).members(item.members);
                for (name, _) in members {
                    self.blanket.entry(name).or_default().push((of_trait, id));
                }
                None
            }
            _ => None,
        };
        if let Some(name) = own {
            self.external.entry(name).or_default().push(id);
        }
    }
}

fn traits_in_scope(defs: &Defs) -> FxHashSet<(ModIx, DefIx)> {
    let mut traits = vec![false; defs.items.len()];
    for mount in &defs.mounts {
        for (item, slot) in mount.facts.items.iter().zip(&mut traits[mount.item_base as usize..]) {
            *slot = item.kind == ItemKind::Trait;
        }
    }
    let is_trait = |def| match def {
        Def::Item(ix) if traits[ix.index()] => Some(ix),
        _ => None,
    };
    let mut in_scope = FxHashSet::default();
    for (&(module, _), bindings) in &defs.bindings {
        in_scope.extend(bindings.iter().filter_map(|b| Some((module, is_trait(b.def)?))));
    }
    for import in &defs.imports {
        in_scope.extend(import.targets.iter().filter_map(|t| Some((import.module, is_trait(t.0)?))));
    }
    in_scope
}

fn members(defs: &Defs) -> Vec<bool> {
    let mut members = vec![false; defs.interner.len()];
    for mount in &defs.mounts {
        let functions = mount.facts.members.iter().filter(|m| m.kind == MemberKind::Fn).map(|m| m.name);
        let fields = mount.facts.fields.iter().map(|field| field.name);
        functions.chain(fields).for_each(|name| members[mount.name(name).0 as usize] = true);
    }
    members
}

/// Looks at the values of one mount.
pub(super) struct Inferrer<'a> {
    defs: &'a Defs,
    tables: &'a Tables,
    names: &'a Names,
    targets: &'a [&'a [Option<Target>]],
    id: MountId,
    mount: &'a Mount,
    types: Types,
    /// Types of the values so far.
    values: Vec<Ty>,
    /// Methods that accesses call, looked up early for the closures among their arguments.
    methods: FxHashMap<AccessIx, Option<(Found, Ty)>>,
    /// Methods by the type of the receiver, the name, and the module of the call: most are called more than once.
    known_methods: FxHashMap<(Ty, Sym, ModIx), Option<(Found, Ty)>>,
    /// How deep the type that is being read nests.
    depth: usize,
    /// How many more parts of it are read.
    fuel: usize,
    /// A method of a trait that is not in scope: what is meant if there is no other.
    hidden: Option<(Found, Ty)>,
    out: Vec<Resolved>,
    counts: Counts,
    /// What accesses name, in the order in which it is found.
    accesses: Vec<(AccessIx, Def)>,
    keep: bool,
}

impl<'a> Inferrer<'a> {
    fn new(
        defs: &'a Defs,
        tables: &'a Tables,
        names: &'a Names,
        targets: &'a [&'a [Option<Target>]],
        id: MountId,
        keep: bool,
    ) -> Inferrer<'a> {
        let mount = defs.mount(id);
        Inferrer {
            defs,
            tables,
            names,
            targets,
            id,
            mount,
            types: Types::new(),
            values: Vec::with_capacity(mount.facts.nodes.len()),
            methods: FxHashMap::default(),
            known_methods: FxHashMap::default(),
            depth: 0,
            fuel: 0,
            hidden: None,
            out: Vec::new(),
            counts: Counts::new(),
            accesses: Vec::new(),
            keep,
        }
    }

    fn run(mut self) -> OfMount {
        if !self.mount.facts.accesses.is_empty() {
            for index in 0..self.mount.facts.nodes.len() {
                let ty = self.node(self.mount.facts.nodes[index]);
                self.values.push(ty);
            }
        }
        let repeats = self.repeats();
        let Inferrer { out: resolved, counts, types, values, mut accesses, .. } = self;
        // Of several meanings the first one counts.
        accesses.sort_by_key(|(access, _)| *access);
        accesses.dedup_by_key(|(access, _)| *access);
        accesses.shrink_to_fit();
        let flow = self.keep.then_some(Flow { types, values });
        OfMount { resolved, counts, accesses, flow, repeats }
    }

    /// Counts a method or field by whether its receiver's type is known.
    fn count(&mut self, ix: AccessIx, known: bool) {
        let access = &self.mount.facts.accesses[ix.index()];
        if !self.tables.is_member(self.mount.name(access.name)) {
            return;
        }
        let module = self.defs.module(self.mount.module(access.scope)).source;
        if self.counts.last().is_none_or(|(last, _)| *last != module) {
            self.counts.push((module, Receivers::default()));
        }
        let (_, counts) = self.counts.last_mut().expect("just pushed");
        if known { counts.known += 1 } else { counts.unknown_type += 1 }
    }

    fn text(&self, name: Sym) -> &'a str {
        self.defs.interner.text(name)
    }

    /// What a reference of a mount was resolved to.
    fn target(&self, mount: MountId, reference: usize) -> Option<Target> {
        self.targets[mount.index()].get(reference).copied().flatten()
    }

    /// The last segment of a reference's path.
    fn last_segment(&self, mount: MountId, reference: usize) -> Sym {
        let mount = self.defs.mount(mount);
        let path = mount.facts.refs[reference].path;
        mount.facts.path(path).last().map_or(self.names.item, |name| mount.name(*name))
    }

    /// The segments of a reference's path.
    fn segments(&self, reference: usize) -> smallvec::SmallVec<[Sym; 4]> {
        let path = self.mount.facts.refs[reference].path;
        self.mount.facts.path(path).iter().map(|name| self.mount.name(*name)).collect()
    }

    /// Notes that an access names a definition.
    fn name(&mut self, ix: AccessIx, def: Def) {
        self.accesses.push((ix, def));
        let access = &self.mount.facts.accesses[ix.index()];
        let place = self.defs.place(self.id, access.scope, access.test, u32::MAX);
        let from = self.defs.module(place.module).source;
        let Some(to) = self.defs.source_of(def) else { return };
        if from == to || access.kind == AccessKind::Call {
            return;
        }
        self.out.push(Resolved {
            from,
            to,
            def,
            kind: RefKind::Inferred,
            file: self.mount.file,
            pos: self.mount.pos.unwrap_or(access.pos),
            text: self.mount.name(access.name),
            test: place.test,
            mount: self.id,
            source: Source::Access(ix.0),
        });
    }
}
