//! What definitions look like from outside: the signatures of functions, what statics and fields hold, what is implemented
//! for which type. Types are read as they are written, with aliases followed, and with what each name in them leads to.

use super::Graph;
use super::defs::*;
use super::flow::{Definition, Unit, UnitId};
use super::model::{FileId, NodeId, RefId};
use crate::extract::facts::{
    self, FileFacts, ItemIx, ItemKind, MemberKind, ParamIx, Pos, Receiver, RefIx, Shape, Storage, Type,
    TypeIx,
};

/// Deepest nesting of a type that is read.
const MAX_DEPTH: usize = 16;
/// Most parts of one type that are read.
const MAX_PARTS: usize = 500;

/// A place in a file of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CodePlace {
    /// The file.
    pub file: FileId,
    /// Where in it.
    pub pos: Pos,
}

impl CodePlace {
    /// Line, from 1.
    pub fn line(self) -> u32 {
        self.pos.line
    }

    /// Column in characters, from 1.
    pub fn column(self) -> u32 {
        self.pos.column
    }
}

/// A type as it is written, with aliases followed.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeTree {
    /// What it is.
    pub head: Head,
    /// Its generic arguments, bounds, elements; what is behind a reference; for a function the result comes last.
    pub parts: Vec<TypeTree>,
}

/// What a type is, beside its parts.
#[derive(Clone, Debug, PartialEq)]
pub enum Head {
    /// A type or a trait of the workspace.
    Here(Definition),
    /// A type or a trait from outside, by the path it has there: `["std", "sync", "Mutex"]`. Of a name that comes with
    /// the prelude or through a glob, only the crate and the name are known.
    Outside(Vec<String>),
    /// `u8`, `str`
    Primitive(String),
    /// A generic parameter; its parts are its bounds.
    Parameter(String),
    /// `&T`, or `&mut T`.
    Borrowed {
        /// `&mut`
        mutable: bool,
    },
    /// `(A, B)`
    Tuple,
    /// `[T]`, `[T; N]`
    Slice,
    /// `dyn A + B`
    Dyn,
    /// `impl A + B`
    Impl,
    /// `fn(A) -> B`, `Fn(A) -> B`
    Fn,
    /// `Item = T` among arguments.
    Binding(String),
    /// It is not known.
    Unknown,
}

impl TypeTree {
    const UNKNOWN: TypeTree = TypeTree { head: Head::Unknown, parts: Vec::new() };

    /// The last part of the name of a type from outside, with its crate: `("std", "Mutex")`.
    pub fn outside(&self) -> Option<(&str, &str)> {
        match &self.head {
            Head::Outside(path) => Some((path.first()?, path.last()?)),
            _ => None,
        }
    }

    /// The definition of a type of the workspace.
    pub fn here(&self) -> Option<Definition> {
        match self.head {
            Head::Here(definition) => Some(definition),
            _ => None,
        }
    }

    /// Whether something holds for the type or for a part of it.
    pub fn any(&self, test: &mut dyn FnMut(&TypeTree) -> bool) -> bool {
        test(self) || self.parts.iter().any(|part| part.any(test))
    }
}

/// What a function asks for and gives back.
#[derive(Clone, Debug)]
pub struct Signature {
    /// `async fn`
    pub is_async: bool,
    /// How it takes what it is called on.
    pub receiver: Receiver,
    /// What its generic parameters are called, each with its bounds.
    pub generics: Vec<TypeTree>,
    /// Its parameters without the receiver.
    pub inputs: Vec<TypeTree>,
    /// What it returns; for an `async fn` what it gives in the end. Nothing is the empty tuple.
    pub output: TypeTree,
    /// Where its name stands.
    pub place: CodePlace,
    /// What it belongs to.
    pub parent: Parent,
}

/// What a function belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parent {
    /// Nothing.
    Module,
    /// The impl of a type; with the type, if that is one of the workspace.
    Type(Option<Definition>),
    /// A trait of the workspace.
    Trait(Definition),
    /// The impl of a trait; with the trait, if that is one of the workspace.
    Implementation(Option<Definition>),
}

/// A static.
#[derive(Clone, Debug)]
pub struct Static {
    /// What it is called by.
    pub definition: Definition,
    /// The source module that holds it.
    pub node: NodeId,
    /// Where its name stands.
    pub place: CodePlace,
    /// Its name.
    pub name: String,
    /// How it is kept.
    pub storage: Storage,
    /// What it holds.
    pub ty: TypeTree,
    /// It stands in a function.
    pub in_function: bool,
    /// In test code.
    pub test: bool,
}

/// An `impl` block.
#[derive(Clone, Copy, Debug)]
pub struct Implementation {
    /// The source module that holds it.
    pub node: NodeId,
    /// Where `impl` stands.
    pub place: CodePlace,
    /// The trait, if it is one of the workspace.
    pub of_trait: Option<Definition>,
    /// It is of no trait at all.
    pub inherent: bool,
    /// The type, if it is one of the workspace.
    pub of_type: Option<Definition>,
    /// In test code.
    pub test: bool,
}

/// A field of a struct, or of a variant.
#[derive(Clone, Debug)]
pub struct FieldType {
    /// Its name; a number in a tuple.
    pub name: String,
    /// Where its name stands, or its type.
    pub place: CodePlace,
    /// What it holds.
    pub ty: TypeTree,
}

impl Graph {
    /// What a reference leads to.
    pub fn definition_of(&self, reference: RefId) -> Option<Definition> {
        let def = self.origins.get(reference.0 as usize)?.def;
        (!matches!(def, Def::External(_))).then_some(Definition(def))
    }

    /// Whether something is a function, associated or not.
    pub fn is_function(&self, definition: Definition) -> bool {
        self.item_of(definition).is_some_and(|ix| self.defs.item_facts(ix).kind == ItemKind::Fn)
            || self.member_of(definition).is_some_and(|(_, member)| member.kind == MemberKind::Fn)
    }

    /// The type of a constant; nothing for anything else.
    pub(super) fn constant_type(&self, definition: Definition) -> Option<TypeTree> {
        let ix = self.item_of(definition)?;
        let (item, mount) = (self.defs.item_facts(ix), self.defs.item(ix).mount);
        (item.kind == ItemKind::Const).then(|| self.tree(mount, item.shape.output))
    }

    /// Whether something is a static.
    pub fn is_static(&self, definition: Definition) -> bool {
        self.item_of(definition)
            .is_some_and(|ix| matches!(self.defs.item_facts(ix).kind, ItemKind::Static(_)))
    }

    /// What a function asks for and gives back; `None` for anything else.
    pub fn signature(&self, definition: Definition) -> Option<Signature> {
        if !self.is_function(definition) {
            return None;
        }
        let id = MountId(self.unit_of(definition)?.0);
        let (shape, pos, parent) = match definition.0 {
            Def::Item(ix) => {
                let item = self.defs.item_facts(ix);
                (item.shape, item.pos, Parent::Module)
            }
            _ => {
                let (_, member) = self.member_of(definition)?;
                (member.shape, member.pos, self.parent(definition)?)
            }
        };
        let (mount, place) = (self.defs.mount(id), self.code_place(id, pos));
        let facts = &mount.facts;
        let (is_async, output) = match facts.ty(shape.output) {
            Type::Future(output) => (true, output),
            _ => (false, shape.output),
        };
        let output = match output {
            TypeIx::UNKNOWN => TypeTree { head: Head::Tuple, parts: Vec::new() },
            output => self.tree(id, output),
        };
        Some(Signature {
            is_async,
            receiver: shape.receiver,
            generics: (shape.generics.0..shape.generics.1).map(|p| self.parameter(id, ParamIx(p))).collect(),
            inputs: facts.type_list(shape.inputs).iter().map(|ty| self.tree(id, *ty)).collect(),
            output,
            place,
            parent,
        })
    }

    /// Where a definition's name stands; `None` for a module.
    pub fn place_of(&self, definition: Definition) -> Option<CodePlace> {
        let id = MountId(self.unit_of(definition)?.0);
        let pos = match definition.0 {
            Def::Item(ix) => self.defs.item_facts(ix).pos,
            Def::Field(_, field) => self.defs.mount(id).facts.fields[field as usize].pos,
            Def::Variant(_, member) => self.defs.mount(id).facts.members[member as usize].pos,
            _ => self.member_of(definition)?.1.pos,
        };
        Some(self.code_place(id, pos))
    }

    /// Full path of a definition: `shop::payments::Charge::new`.
    pub fn path_of(&self, definition: Definition) -> String {
        let name = self.definition_name(definition);
        match self.node_of_definition(definition) {
            Some(node) if matches!(definition.0, Def::Module(_)) => self.model.node(node).id.clone(),
            Some(node) => format!("{}::{name}", self.model.node(node).id),
            None => name,
        }
    }

    /// Every static, in the order of the files.
    pub fn statics(&self) -> Vec<Static> {
        let mut out = Vec::new();
        for (id, mount) in (0..).map(MountId).zip(&self.defs.mounts) {
            for (ix, item) in (0..).map(ItemIx).zip(&mount.facts.items) {
                let ItemKind::Static(storage) = item.kind else { continue };
                let unit = self.unit(UnitId(id.0));
                // Found by its shape in a call that was expanded: the expansion has it.
                if item.guessed_in.is_some_and(|call| unit.is_expanded(call)) {
                    continue;
                }
                out.push(Static {
                    definition: unit.definition(ix),
                    node: unit.node(item.scope),
                    place: self.code_place(id, item.pos),
                    name: mount.facts.name(item.name).to_owned(),
                    storage,
                    ty: self.tree(id, item.shape.output),
                    in_function: self.defs.module(mount.module(item.scope)).kind == ModKind::Block,
                    test: unit.is_test(item.scope, item.test),
                });
            }
        }
        out
    }

    /// Every `impl` block, in the order of the files.
    pub fn implementations(&self) -> impl Iterator<Item = Implementation> {
        let here = |def: Option<Def>| def.filter(|def| matches!(def, Def::Item(_))).map(Definition);
        self.defs.impls.iter().map(move |def| {
            let facts = &self.defs.mount(def.mount).facts.impls[def.ix.index()];
            Implementation {
                node: self.node_of[def.module.index()],
                place: self.code_place(def.mount, facts.pos),
                of_trait: here(def.of_trait),
                inherent: facts.of_trait.is_none(),
                of_type: here(def.self_type),
                test: self.unit(UnitId(def.mount.0)).is_test(facts.scope, facts.test),
            }
        })
    }

    /// The fields of a struct or a union, or of all variants of an enum.
    pub fn fields_of(&self, definition: Definition) -> &[FieldType] {
        match self.item_of(definition) {
            Some(ix) => self.index.fields(&self.defs, ix, || self.read_fields(ix)),
            None => &[],
        }
    }

    fn read_fields(&self, ix: DefIx) -> Vec<FieldType> {
        let (item, id) = (self.defs.item_facts(ix), self.defs.item(ix).mount);
        let facts = &self.defs.mount(id).facts;
        let mut ranges = vec![item.shape.fields];
        if item.kind == ItemKind::Enum {
            ranges.extend(facts.members(item.members).iter().map(|variant| variant.shape.fields));
        }
        let fields = ranges.into_iter().flat_map(|(start, end)| &facts.fields[start as usize..end as usize]);
        let field = |field: &facts::Field| FieldType {
            name: facts.name(field.name).to_owned(),
            place: self.code_place(id, field.pos),
            ty: self.tree(id, field.ty),
        };
        fields.map(field).collect()
    }

    /// Every struct, enum and union, with the source module that holds it and whether it is test code.
    pub fn data_types(&self) -> impl Iterator<Item = (Definition, NodeId, bool)> {
        self.defs.items.iter().zip(0..).filter_map(|(def, index)| {
            let unit = self.unit(UnitId(def.mount.0));
            let item = &unit.facts().items[def.item.index()];
            let is_type = matches!(
                item.kind,
                ItemKind::Struct | ItemKind::StructValue | ItemKind::Enum | ItemKind::Union
            );
            let definition = Definition(Def::Item(DefIx(index)));
            is_type.then(|| (definition, unit.node(item.scope), unit.is_test(item.scope, item.test)))
        })
    }

    /// Whether something is a trait.
    pub fn is_trait(&self, definition: Definition) -> bool {
        self.item_of(definition).is_some_and(|ix| self.defs.item_facts(ix).kind == ItemKind::Trait)
    }

    /// Whether a type derives one of some traits, or implements one, by their names wherever they come from.
    pub fn has_trait(&self, definition: Definition, names: &[&str]) -> bool {
        let Some(ix) = self.item_of(definition) else { return false };
        let traits = self.index.traits(&self.defs, ix);
        traits.iter().any(|name| names.contains(&&**self.defs.interner.text(*name)))
    }

    /// A type as a unit's facts write it.
    pub fn written_type(&self, unit: &Unit<'_>, ty: TypeIx) -> TypeTree {
        self.tree(MountId(unit.id().0), ty)
    }

    fn code_place(&self, id: MountId, pos: Pos) -> CodePlace {
        let mount = self.defs.mount(id);
        CodePlace { file: FileId(mount.file), pos: mount.pos.unwrap_or(pos) }
    }

    fn item_of(&self, definition: Definition) -> Option<DefIx> {
        match definition.0 {
            Def::Item(ix) => Some(ix),
            _ => None,
        }
    }

    fn member_of(&self, definition: Definition) -> Option<(MountId, &facts::Member)> {
        let (mount, member) = match definition.0 {
            Def::TraitMember(ix, member) => (self.defs.item(ix).mount, member),
            Def::ImplMember(id, member) => (self.defs.impls[id.index()].mount, member),
            _ => return None,
        };
        Some((mount, &self.defs.mount(mount).facts.members[member as usize]))
    }

    fn parent(&self, definition: Definition) -> Option<Parent> {
        let here = |def: Option<Def>| def.filter(|def| matches!(def, Def::Item(_))).map(Definition);
        Some(match definition.0 {
            Def::TraitMember(ix, _) => Parent::Trait(Definition(Def::Item(ix))),
            Def::ImplMember(id, _) => {
                let def = &self.defs.impls[id.index()];
                match self.defs.impl_facts(id).of_trait {
                    Some(_) => Parent::Implementation(here(def.of_trait)),
                    None => Parent::Type(here(def.self_type)),
                }
            }
            _ => return None,
        })
    }

    pub(super) fn tree(&self, mount: MountId, ty: TypeIx) -> TypeTree {
        Reader { graph: self, parts: MAX_PARTS }.read(mount, ty, &Known::default(), 0)
    }

    fn parameter(&self, mount: MountId, param: ParamIx) -> TypeTree {
        Reader { graph: self, parts: MAX_PARTS }.parameter(mount, param, &Known::default(), 0)
    }

    /// What a reference leads to.
    pub(super) fn target(&self, id: MountId, reference: RefIx) -> Option<Def> {
        Some(self.meanings.get(id.index())?.target(reference)?.def)
    }
}

/// What generic parameters of an alias stand for.
#[derive(Clone, Debug, Default)]
struct Known(Vec<(MountId, ParamIx, TypeTree)>);

/// Reads one type.
struct Reader<'a> {
    graph: &'a Graph,
    parts: usize,
}

impl<'a> Reader<'a> {
    fn facts(&self, mount: MountId) -> &'a FileFacts {
        let graph = self.graph;
        &graph.defs.mount(mount).facts
    }

    fn read(&mut self, mount: MountId, ty: TypeIx, known: &Known, depth: usize) -> TypeTree {
        if depth > MAX_DEPTH || self.parts == 0 {
            return TypeTree::UNKNOWN;
        }
        self.parts -= 1;
        let facts = self.facts(mount);
        let depth = depth + 1;
        let one = |reader: &mut Self, head, ty| TypeTree {
            head,
            parts: vec![reader.read(mount, ty, known, depth)],
        };
        match facts.ty(ty) {
            Type::Unknown | Type::Assoc(..) => TypeTree::UNKNOWN,
            Type::Path(reference, list) => {
                let parts = self.list(mount, facts, list, known, depth);
                self.path(mount, reference, parts, depth)
            }
            Type::Primitive(name) => {
                TypeTree { head: Head::Primitive(facts.name(name).to_owned()), parts: Vec::new() }
            }
            Type::Param(param) => match known.0.iter().find(|(m, p, _)| (*m, *p) == (mount, param)) {
                Some((_, _, tree)) => tree.clone(),
                None => self.parameter(mount, param, known, depth),
            },
            Type::SelfType(scope) => match self.graph.defs.self_type(mount, scope) {
                Some(def @ Def::Item(_)) => TypeTree { head: Head::Here(Definition(def)), parts: Vec::new() },
                _ => TypeTree::UNKNOWN,
            },
            Type::Tuple(list) => self.with_list(Head::Tuple, mount, facts, list, known, depth),
            Type::Slice(element) => one(self, Head::Slice, element),
            Type::Bounds(list) => self.with_list(Head::Impl, mount, facts, list, known, depth),
            Type::Dyn(list) => self.with_list(Head::Dyn, mount, facts, list, known, depth),
            Type::Borrowed(inner, mutable) => one(self, Head::Borrowed { mutable }, inner),
            Type::Binding(name, ty) => one(self, Head::Binding(facts.name(name).to_owned()), ty),
            Type::Fn(list) => self.with_list(Head::Fn, mount, facts, list, known, depth),
            Type::Future(output) => self.read(mount, output, known, depth),
        }
    }

    fn with_list(
        &mut self,
        head: Head,
        mount: MountId,
        facts: &FileFacts,
        list: facts::Range,
        known: &Known,
        depth: usize,
    ) -> TypeTree {
        TypeTree { head, parts: self.list(mount, facts, list, known, depth) }
    }

    fn list(
        &mut self,
        mount: MountId,
        facts: &FileFacts,
        list: facts::Range,
        known: &Known,
        depth: usize,
    ) -> Vec<TypeTree> {
        facts.type_list(list).iter().map(|ty| self.read(mount, *ty, known, depth)).collect()
    }

    /// A generic parameter with its bounds.
    fn parameter(&mut self, mount: MountId, param: ParamIx, known: &Known, depth: usize) -> TypeTree {
        let facts = self.facts(mount);
        let declared = facts.params[param.index()];
        let head = Head::Parameter(facts.name(declared.name).to_owned());
        self.with_list(head, mount, facts, declared.bounds, known, depth)
    }

    fn path(&mut self, mount: MountId, reference: RefIx, parts: Vec<TypeTree>, depth: usize) -> TypeTree {
        match self.graph.target(mount, reference) {
            Some(Def::Item(ix)) => self.item(ix, parts, depth),
            Some(Def::Variant(ix, _)) => TypeTree { head: Head::Here(Definition(Def::Item(ix))), parts },
            Some(Def::External(krate)) => {
                let unit = self.graph.unit(UnitId(mount.0));
                let mut path: Vec<String> = unit.outside(reference).into_iter().map(str::to_owned).collect();
                if path.is_empty() {
                    let krate = self.graph.defs.interner.text(krate).to_string();
                    path = vec![krate, unit.last_segment(reference).to_owned()];
                }
                TypeTree { head: Head::Outside(path), parts }
            }
            _ => TypeTree { head: Head::Unknown, parts },
        }
    }

    /// An item with arguments; an alias is what it stands for.
    fn item(&mut self, ix: DefIx, parts: Vec<TypeTree>, depth: usize) -> TypeTree {
        let (item, mount) = (self.graph.defs.item_facts(ix), self.graph.defs.item(ix).mount);
        if !matches!(item.kind, ItemKind::Alias(_)) || item.shape.output == TypeIx::UNKNOWN {
            return TypeTree { head: Head::Here(Definition(Def::Item(ix))), parts };
        }
        let shape = item.shape;
        let known = self.arguments(mount, &shape, parts, depth);
        self.read(mount, shape.output, &known, depth)
    }

    /// What the parameters of an alias stand for, by its arguments and its defaults.
    fn arguments(&mut self, mount: MountId, shape: &Shape, parts: Vec<TypeTree>, depth: usize) -> Known {
        let mut known = Known::default();
        let mut parts = parts.into_iter();
        for param in (shape.generics.0..shape.generics.1).map(ParamIx) {
            let default = self.facts(mount).params[param.index()].default;
            let tree = match parts.next() {
                Some(tree) => tree,
                None if default != TypeIx::UNKNOWN => self.read(mount, default, &known, depth),
                None => continue,
            };
            known.0.push((mount, param, tree));
        }
        known
    }
}
