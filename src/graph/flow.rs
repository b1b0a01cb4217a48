//! Bodies as later stages read them: the facts of each place a file stands at, with what its names lead to and what is
//! known of its values. The types of values are kept only if asked for, see [`build`](super::build).

use super::Graph;
use super::defs::*;
use super::infer::{Flow, Kind, Meanings, Ty};
use super::lookup::Outcome;
use super::model::{FileId, NodeId, RefId};
use super::references::Source;
use crate::extract::facts::{
    AccessIx, AccessKind, Binding, Body, CallIx, FileFacts, Impl, ItemIx, ItemKind, Name, Node, NodeIx, Ns,
    Owner, Path, Pos, RefIx, ScopeIx,
};
use smallvec::SmallVec;

/// Longest chain of imports that is followed to the name that a crate outside has for something.
const MAX_HOPS: usize = 16;

/// Something that is defined in the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Definition(pub(super) Def);

/// What a name leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// A definition of the workspace.
    Here(Definition),
    /// Something outside.
    Outside,
}

/// Index of a [`Unit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnitId(pub u32);

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeName<'a> {
    /// A type of the workspace.
    Here(Definition),
    /// A type from outside: its crate and its name. What the standard library defines has the crate `std`.
    Outside(&'a str, &'a str),
    /// Something of which only traits are known.
    Bounds,
    /// A generic parameter.
    Parameter,
    /// A tuple.
    Tuple,
}

/// The facts of a file at one place of the module tree, or those of a macro's expansion.
#[derive(Clone, Copy)]
pub struct Unit<'a> {
    graph: &'a Graph,
    id: UnitId,
    mount: &'a Mount,
    /// What is known of its values, if it was kept.
    flow: Option<&'a Flow>,
}

/// What a name that diesel's `table!` made belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TablePart {
    /// The unit that declares the table.
    pub unit: UnitId,
    /// Index in [`FileFacts::tables`].
    pub index: u32,
    /// It stands for the table itself, not for a column.
    pub is_table: bool,
}

/// A type that a value has.
#[derive(Clone, Copy)]
pub struct TypeOf<'a> {
    unit: Unit<'a>,
    ty: Ty,
}

impl Graph {
    /// Every unit; none if the graph was built without keeping what is known of values.
    pub fn units(&self) -> impl Iterator<Item = Unit<'_>> {
        (0..self.flows.len() as u32).map(|index| self.unit(UnitId(index)))
    }

    /// Every unit, also where nothing is known of its values.
    pub fn all_units(&self) -> impl Iterator<Item = Unit<'_>> {
        (0..self.defs.mounts.len() as u32).map(|index| self.unit(UnitId(index)))
    }

    /// The name of the method or function that is called with what a reference names: `set` of `POOL.set(pool)`, `force`
    /// of `LazyLock::force(&POOL)`.
    pub fn called_with(&self, reference: RefId) -> Option<&str> {
        let origin = self.origins.get(reference.0 as usize)?;
        let Source::Ref(index) = origin.source else { return None };
        let unit = self.unit(UnitId(origin.mount.0));
        let facts = unit.facts();
        let is_it = |node: &Node| matches!(node, Node::Path(path, _) if path.0 == index);
        let value = NodeIx(facts.nodes.iter().position(is_it)? as u32);
        facts.accesses.iter().find_map(|access| match access.kind {
            AccessKind::Method if access.on == value => Some(unit.name(access.name)),
            AccessKind::Call if facts.node_list(access.arguments).contains(&value) => {
                match facts.nodes.get(access.on.index())? {
                    Node::Path(path, _) => Some(unit.last_segment(*path)),
                    _ => None,
                }
            }
            _ => None,
        })
    }

    /// The unit behind an index.
    pub fn unit(&self, id: UnitId) -> Unit<'_> {
        let index = id.0 as usize;
        Unit { graph: self, id, mount: &self.defs.mounts[index], flow: self.flows.get(index) }
    }

    /// The unit that defines something, and the index of the body there is of it.
    pub fn body_of(&self, definition: Definition) -> Option<(UnitId, u32)> {
        let (mount, owner) = match definition.0 {
            Def::Item(ix) => (self.defs.item(ix).mount, Owner::Item(self.defs.item(ix).item)),
            Def::TraitMember(ix, member) => (self.defs.item(ix).mount, Owner::Member(member)),
            Def::ImplMember(id, member) => (self.defs.impls[id.index()].mount, Owner::Member(member)),
            _ => return None,
        };
        Some((UnitId(mount.0), self.index.body(&self.defs, mount, owner)?))
    }

    /// Whether there is a body of something: it is a function or a constant of the workspace.
    pub fn has_body(&self, definition: Definition) -> bool {
        self.body_of(definition).is_some()
    }

    /// The source module that defines something.
    pub fn node_of_definition(&self, definition: Definition) -> Option<NodeId> {
        Some(self.node_of[self.defs.holder(definition.0)?.index()])
    }

    /// The unit that something is defined in.
    pub fn unit_of(&self, definition: Definition) -> Option<UnitId> {
        let mount = match definition.0 {
            Def::Item(ix) | Def::Variant(ix, _) | Def::TraitMember(ix, _) | Def::Field(ix, _) => {
                self.defs.item(ix).mount
            }
            Def::ImplMember(id, _) => self.defs.impls[id.index()].mount,
            Def::Module(_) | Def::External(_) => return None,
        };
        Some(UnitId(mount.0))
    }

    /// `Order::insert`, `place`: a definition with the type that it belongs to.
    pub fn definition_name(&self, definition: Definition) -> String {
        let text = |sym| self.defs.interner.text(sym).to_string();
        let member = |mount: MountId, index: u32| {
            let facts = &self.defs.mount(mount).facts;
            facts.name(facts.members[index as usize].name).to_owned()
        };
        match definition.0 {
            Def::Item(ix) | Def::Field(ix, _) => text(self.defs.item(ix).name),
            Def::Variant(ix, m) | Def::TraitMember(ix, m) => {
                format!("{}::{}", text(self.defs.item(ix).name), member(self.defs.item(ix).mount, m))
            }
            Def::ImplMember(id, m) => {
                let implementation = &self.defs.impls[id.index()];
                let name = member(implementation.mount, m);
                match implementation.self_type {
                    Some(Def::Item(ix)) => format!("{}::{name}", text(self.defs.item(ix).name)),
                    _ => name,
                }
            }
            Def::Module(ix) => text(self.defs.module(ix).name),
            Def::External(sym) => text(sym),
        }
    }

    /// The enum or trait that a variant or an associated item belongs to, or the type that an impl is for.
    pub fn parent_of(&self, definition: Definition) -> Option<Definition> {
        match definition.0 {
            Def::Variant(ix, _) | Def::TraitMember(ix, _) => Some(Definition(Def::Item(ix))),
            Def::ImplMember(id, _) => match self.defs.impls[id.index()].self_type {
                Some(def @ Def::Item(_)) => Some(Definition(def)),
                _ => None,
            },
            _ => None,
        }
    }

    /// The last part of a definition's name.
    pub fn short_name(&self, definition: Definition) -> &str {
        let name = match definition.0 {
            Def::Item(ix) => self.defs.item(ix).name,
            Def::Module(ix) => self.defs.module(ix).name,
            Def::External(sym) => sym,
            Def::Variant(ix, m) | Def::TraitMember(ix, m) => {
                let mount = self.defs.mount(self.defs.item(ix).mount);
                mount.name(mount.facts.members[m as usize].name)
            }
            Def::ImplMember(id, m) => {
                let mount = self.defs.mount(self.defs.impls[id.index()].mount);
                mount.name(mount.facts.members[m as usize].name)
            }
            Def::Field(ix, m) => {
                let mount = self.defs.mount(self.defs.item(ix).mount);
                mount.name(mount.facts.fields[m as usize].name)
            }
        };
        self.defs.interner.text(name)
    }

    /// The table that diesel's `table!` made something for: the module it made, or what lies in it.
    pub fn declared_table(&self, definition: Definition) -> Option<TablePart> {
        let module = match definition.0 {
            Def::Module(ix) => ix,
            Def::Item(ix) => self.defs.item(ix).module,
            _ => return None,
        };
        let whole = matches!(definition.0, Def::Module(_));
        let find = |module| self.declared_tables.get(&module).copied();
        if let Some((mount, index)) = find(module) {
            let is_table = whole || self.short_name(definition) == "table";
            return Some(TablePart { unit: UnitId(mount.0), index, is_table });
        }
        // `dsl` and `columns` lie one level deeper.
        let parent = self.defs.module(module).parent?;
        let (mount, index) = find(parent)?;
        let in_dsl = &**self.defs.interner.text(self.defs.module(module).name) == "dsl";
        let named_alike =
            **self.defs.interner.text(self.defs.module(parent).name) == *self.short_name(definition);
        Some(TablePart { unit: UnitId(mount.0), index, is_table: !whole && in_dsl && named_alike })
    }

    /// The impls of a type: each with the unit that holds it and its index there.
    pub fn impls_of(&self, definition: Definition) -> impl Iterator<Item = (UnitId, usize)> {
        let found = self.defs.impls_of.get(&definition.0).map_or(&[][..], Vec::as_slice);
        found.iter().map(|id| {
            let implementation = &self.defs.impls[id.index()];
            (UnitId(implementation.mount.0), implementation.ix.index())
        })
    }
}

impl<'a> Unit<'a> {
    /// Its index.
    pub fn id(&self) -> UnitId {
        self.id
    }

    /// The graph it belongs to.
    pub fn graph(&self) -> &'a Graph {
        self.graph
    }

    /// Its facts.
    pub fn facts(&self) -> &'a FileFacts {
        &self.mount.facts
    }

    /// The file that holds it.
    pub fn file(&self) -> FileId {
        FileId(self.mount.file)
    }

    /// A place of its facts in the file: what a macro makes stands where the macro is called.
    pub fn pos(&self, pos: Pos) -> Pos {
        self.mount.pos.unwrap_or(pos)
    }

    /// Whether it is what a macro makes.
    pub fn is_expansion(&self) -> bool {
        self.mount.outer.is_some()
    }

    /// Whether a macro's call was expanded: what it makes is a unit of its own.
    pub fn is_expanded(&self, call: CallIx) -> bool {
        self.mount.expanded.get(call.index()).copied().unwrap_or(false)
    }

    /// A name of its facts.
    pub fn name(&self, name: Name) -> &'a str {
        self.mount.facts.name(name)
    }

    /// Whether an impl is one of a trait of some name, wherever that comes from.
    pub fn implements(&self, implementation: &Impl, name: &str) -> bool {
        let last = implementation.of_trait.and_then(|path| self.facts().path(path).last());
        last.is_some_and(|last| self.name(*last) == name)
    }

    /// The source module that a scope lies in.
    pub fn node(&self, scope: ScopeIx) -> NodeId {
        self.graph.node_of[self.mount.module(scope).index()]
    }

    /// Whether something in a scope is test code, where the facts say so or not.
    pub fn is_test(&self, scope: ScopeIx, test: bool) -> bool {
        test || self.mount.test || self.graph.defs.module(self.mount.module(scope)).test
    }

    /// What one of its items is called by from elsewhere.
    pub fn definition(&self, item: ItemIx) -> Definition {
        Definition(Def::Item(self.mount.def(item)))
    }

    /// A variant of one of its enums, by the index of the member.
    pub fn variant(&self, member: u32) -> Option<Definition> {
        let holds = |i: &crate::extract::facts::Item| (i.members.0..i.members.1).contains(&member);
        let item = self.facts().items.iter().position(|i| i.kind == ItemKind::Enum && holds(i))?;
        Some(Definition(Def::Variant(DefIx(self.mount.item_base + item as u32), member)))
    }

    /// What its names lead to.
    fn meanings(&self) -> Option<&'a Meanings> {
        self.graph.meanings.get(self.id.0 as usize)
    }

    /// What `Self` is in a scope.
    pub fn self_type(&self, scope: ScopeIx) -> Option<Definition> {
        let def = self.graph.defs.self_type(MountId(self.id.0), scope)?;
        (!matches!(def, Def::External(_))).then_some(Definition(def))
    }

    /// The definition of a body.
    pub fn owner(&self, body: &Body) -> Option<Definition> {
        match body.owner {
            Owner::Item(item) => Some(self.definition(item)),
            Owner::Member(member) => self.member_definition(member),
        }
    }

    /// The definition of an associated item.
    fn member_definition(&self, member: u32) -> Option<Definition> {
        let graph = self.graph;
        graph.index.member(&graph.defs, MountId(self.id.0), member).map(Definition)
    }

    /// What a reference leads to.
    pub fn named(&self, reference: RefIx) -> Option<Named> {
        Some(match self.graph.target(MountId(self.id.0), reference)? {
            Def::External(_) => Named::Outside,
            def => Named::Here(Definition(def)),
        })
    }

    /// The definition of the workspace that a reference leads to.
    pub fn here(&self, reference: RefIx) -> Option<Definition> {
        match self.named(reference) {
            Some(Named::Here(definition)) => Some(definition),
            _ => None,
        }
    }

    /// The type in front of an associated item that a reference leads to.
    pub fn qualifier(&self, reference: RefIx) -> Option<Definition> {
        self.meanings()?
            .target(reference)?
            .qualifier
            .filter(|def| !matches!(def, Def::External(_)))
            .map(Definition)
    }

    /// What the path of a reference without its last segment leads to: `Entity` of `Entity::find`.
    pub fn prefix(&self, reference: RefIx) -> Option<Definition> {
        let r = &self.facts().refs[reference.index()];
        let place = self.graph.defs.place(MountId(self.id.0), r.scope, r.test, u32::MAX);
        let path = self.mount.path(r.path);
        let (_, front) = path.segments.split_last()?;
        match self.graph.defs.resolve_syms(place, path.root, front, Ns::TYPE, None) {
            Outcome::Found { hits, .. } => hits.first().map(|hit| Definition(hit.def)),
            _ => None,
        }
    }

    /// The last segment of a reference as written.
    pub fn last_segment(&self, reference: RefIx) -> &'a str {
        let path = self.facts().refs[reference.index()].path;
        self.facts().path(path).last().map_or("", |name| self.name(*name))
    }

    /// The name that a crate outside has for what a reference names: `["sqlx", "query"]` for `query` behind
    /// `use sqlx::query`. Of a name that comes through a glob, only the crate and the name are known.
    pub fn outside(&self, reference: RefIx) -> Vec<&'a str> {
        if self.here(reference).is_some() {
            return Vec::new();
        }
        let r = &self.facts().refs[reference.index()];
        self.path_outside(r.scope, r.test, r.path, r.ns)
    }

    /// The same for the name of a macro.
    pub fn macro_outside(&self, call: CallIx) -> Vec<&'a str> {
        let call = &self.facts().calls[call.index()];
        self.path_outside(call.scope, call.test, call.path, Ns::MACRO)
    }

    fn path_outside(&self, scope: ScopeIx, test: bool, path: Path, ns: Ns) -> Vec<&'a str> {
        let defs = &self.graph.defs;
        let mut place = defs.place(MountId(self.id.0), scope, test, u32::MAX);
        let path = self.mount.path(path);
        let (mut root, mut segments) = (path.root, path.segments);
        let text = |segments: &[Sym]| -> Vec<&'a str> {
            segments.iter().map(|sym| &**self.graph.defs.interner.text(*sym)).collect()
        };
        for _ in 0..MAX_HOPS {
            let Outcome::External(krate) = defs.resolve_syms(place, root, &segments, ns, None) else {
                return Vec::new();
            };
            // The shortest front that leads outside came in by an import, or is the crate itself.
            let hop = (1..=segments.len()).find_map(|len| {
                let ns = if len == segments.len() { ns } else { Ns::TYPE };
                let hits = defs.hits(place, root, &segments[..len], ns);
                let hit = hits.iter().find(|hit| matches!(hit.def, Def::External(_)))?;
                Some((len, hit.import))
            });
            let is_crate = segments.first() == Some(&krate);
            match hop.filter(|(_, import)| import.is_some() || is_crate) {
                Some((len, Some(import))) => {
                    let (def, facts) = defs.import(import);
                    let mut next: SmallVec<[Sym; 4]> = defs.mount(def.mount).path(facts.path).segments;
                    root = facts.path.root;
                    let from = if facts.binding == Binding::Glob { len - 1 } else { len };
                    next.extend_from_slice(&segments[from..]);
                    if facts.extern_crate {
                        return text(&next);
                    }
                    place = defs.place(def.mount, facts.scope, facts.test, u32::MAX);
                    segments = next;
                }
                Some((_, None)) => return text(&segments),
                None => {
                    let mut out = vec![&**self.graph.defs.interner.text(krate)];
                    out.extend(text(&segments));
                    return out;
                }
            }
        }
        Vec::new()
    }

    /// The function that a method call or an associated path calls.
    pub fn callee(&self, access: AccessIx) -> Option<Definition> {
        self.meanings()?.access(access).map(Definition)
    }

    /// The type of a value; `None` if nothing is known.
    pub fn type_of(&self, node: NodeIx) -> Option<TypeOf<'a>> {
        let ty = self.flow?.values.get(node.index())?.known()?;
        Some(TypeOf { unit: *self, ty })
    }
}

impl<'a> TypeOf<'a> {
    /// What the type is called.
    pub fn name(&self) -> Option<TypeName<'a>> {
        let interner = &self.unit.graph.defs.interner;
        Some(match self.unit.flow?.types.kind(self.ty) {
            Kind::Item(ix) => TypeName::Here(Definition(Def::Item(ix))),
            Kind::External(krate, name) => TypeName::Outside(interner.text(krate), interner.text(name)),
            Kind::Bounds => TypeName::Bounds,
            Kind::Param(..) | Kind::SelfOf(_) => TypeName::Parameter,
            Kind::Tuple => TypeName::Tuple,
            _ => return None,
        })
    }

    /// Its generic arguments, or its bounds, or the parts of a tuple.
    pub fn arguments(self) -> impl Iterator<Item = TypeOf<'a>> {
        let unit = self.unit;
        let args = unit.flow.map_or(&[][..], |flow| flow.types.args(self.ty));
        args.iter().map(move |&ty| TypeOf { unit, ty })
    }
}
