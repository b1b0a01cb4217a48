//! The types of a body's values, one after the other: a value's operands come before it.

use super::super::defs::*;
use super::lower::Frame;
use super::members::Found;
use super::types::{Args, Kind, Ty};
use super::{Inferrer, Target};
use crate::extract::facts::{
    AccessIx, AccessKind, ItemKind, MemberKind, Node, NodeIx, ParamIx, Range, RefIx, Type,
};

impl Inferrer<'_> {
    /// The type of a value that was looked at already.
    pub(super) fn value(&self, node: NodeIx) -> Ty {
        self.values.get(node.index()).copied().unwrap_or(Ty::UNKNOWN)
    }

    /// The type of the next value.
    pub(super) fn node(&mut self, node: Node) -> Ty {
        let frame = Frame::default();
        match node {
            Node::Typed(ty) | Node::Input(ty) => self.lower(self.id, ty, &frame),
            Node::Literal(_) => self.external(self.names.str, &[]),
            Node::Concat(_) | Node::Grown(..) | Node::Struct(_) | Node::Included(_) | Node::Macro(_) => {
                Ty::UNKNOWN
            }
            Node::Annotated(ty, value) => {
                let (ty, value) = (self.lower(self.id, ty, &frame), self.value(value));
                self.annotated(ty, value)
            }
            Node::Path(reference, types) => self.path_value(reference, types),
            Node::Access(access) => self.access(access),
            Node::Try(value) => self.tried(self.value(value)),
            Node::Future(value) => {
                let output = self.value(value);
                self.external(self.names.future, &[output])
            }
            Node::Output(value) => self.awaited(self.value(value)),
            Node::Element(value) => self.element(self.value(value)),
            Node::Index(value) => self.indexed(self.value(value)),
            Node::Slice(value) => self.sliced(self.value(value)),
            Node::Deref(value) => self.dereferenced(self.value(value)),
            Node::Tuple(list) => {
                let args = self.values(list);
                self.types.intern(Kind::Tuple, args)
            }
            Node::Either(list) => {
                let values = self.values(list);
                values.into_iter().find(|ty| ty.is_known()).unwrap_or(Ty::UNKNOWN)
            }
            Node::Array(value) => {
                let element = self.value(value);
                self.external(self.names.vec, &[element])
            }
            Node::Part(value, index) => self.part(self.value(value), index as usize),
            Node::Destructured(value, path, field) => {
                let name = self.mount.name(field);
                self.destructured(self.value(value), path, name)
            }
            Node::Closure(value) => {
                let result = self.value(value);
                self.types.of(Kind::Fn, &[result])
            }
            Node::ClosureInput(access, argument, input) => {
                self.closure_input(access, argument.into(), input.into())
            }
        }
    }

    pub(super) fn values(&self, list: Range) -> Args {
        self.mount.facts.node_list(list).iter().map(|&node| self.value(node)).collect()
    }

    /// A type as annotated, with what it leaves open taken from the value.
    fn annotated(&mut self, ty: Ty, value: Ty) -> Ty {
        if !ty.is_known() {
            return value;
        }
        if !self.descend() {
            return ty;
        }
        let out = self.annotated_one(ty, value);
        self.depth -= 1;
        out
    }

    fn annotated_one(&mut self, ty: Ty, value: Ty) -> Ty {
        match (self.types.kind(ty), self.types.kind(value)) {
            (Kind::External(..), Kind::External(_, name)) if name == self.names.collected => {
                let item = self.types.arg(value, 0);
                self.collected(ty, item)
            }
            (a, b) if a == b => {
                let pairs: Vec<(Ty, Ty)> = (0..self.types.args(ty).len())
                    .map(|i| (self.types.arg(ty, i), self.types.arg(value, i)))
                    .collect();
                let args = pairs.into_iter().map(|(a, b)| self.annotated(a, b)).collect();
                self.types.intern(a, args)
            }
            _ => ty,
        }
    }

    fn part(&mut self, value: Ty, index: usize) -> Ty {
        match self.types.kind(value) {
            Kind::Tuple => self.types.arg(value, index),
            _ => Ty::UNKNOWN,
        }
    }

    /// What a path in an expression is.
    fn path_value(&mut self, reference: RefIx, types: Range) -> Ty {
        let Some(Target { def, qualifier }) = self.target(self.id, reference.index()) else {
            return Ty::UNKNOWN;
        };
        match def {
            Def::Item(ix) => match self.defs.item_facts(ix).kind {
                ItemKind::Fn => self.function_value(def, None, types),
                ItemKind::Const | ItemKind::Static(_) => {
                    let (mount, shape) = self.shape(def);
                    self.lower(mount, shape.output, &Frame::default())
                }
                ItemKind::StructValue => {
                    let args = self.lower_list(self.id, types, &Frame::default());
                    self.item_type(ix, args)
                }
                _ => Ty::UNKNOWN,
            },
            Def::Variant(ix, _) => self.types.of(Kind::Item(ix), &[]),
            Def::ImplMember(..) | Def::TraitMember(..) => {
                let on = self.named_self(def, qualifier);
                let frame = self.member_frame(def, on);
                self.member_value(Found::of(def, frame), types)
            }
            Def::Module(_) | Def::External(_) | Def::Field(..) => Ty::UNKNOWN,
        }
    }

    /// The type that a member's path is qualified with.
    fn named_self(&mut self, def: Def, qualifier: Option<Def>) -> Option<Ty> {
        match (def, qualifier) {
            (Def::ImplMember(id, _), _) => {
                let mount = self.defs.impls[id.index()].mount;
                self.lower(mount, self.defs.impl_facts(id).self_shape, &Frame::default()).known()
            }
            (_, Some(Def::Item(ix))) => self.item_type(ix, Args::new()).known(),
            _ => None,
        }
    }

    fn member_frame(&mut self, def: Def, on: Option<Ty>) -> Frame {
        // A trait's function that is named by the trait: `Self` is what the arguments are.
        let self_ty = on.or(match def {
            Def::TraitMember(..) => Some(Ty::UNKNOWN),
            _ => None,
        });
        Frame { self_ty, ..Frame::default() }
    }

    /// A member as a value: a function, or the value of a constant.
    fn member_value(&mut self, found: Found, types: Range) -> Ty {
        let (mount, shape) = self.shape(found.def);
        match self.member_kind(found.def) {
            Some(MemberKind::Fn) => self.function_value(found.def, found.frame.self_ty, types),
            Some(MemberKind::Const) => self.lower(mount, shape.output, &found.frame),
            _ => Ty::UNKNOWN,
        }
    }

    fn function_value(&mut self, def: Def, on: Option<Ty>, types: Range) -> Ty {
        let mut args = Args::from_slice(&[on.unwrap_or(Ty::UNKNOWN)]);
        args.extend(self.lower_list(self.id, types, &Frame::default()));
        self.types.intern(Kind::Function(def), args)
    }

    /// A field of a value that a pattern takes apart.
    fn destructured(&mut self, value: Ty, path: RefIx, field: Sym) -> Ty {
        let target = self.target(self.id, path.index());
        match target.map(|t| t.def) {
            Some(Def::Variant(ix, member)) => {
                let mount = self.defs.item(ix).mount;
                let shape = self.defs.mount(mount).facts.members[member as usize].shape;
                let Some((_, ty)) = self.field_named(mount, shape.fields, field) else { return Ty::UNKNOWN };
                let on = self.as_item(value, ix);
                let frame = self.item_frame(ix, on);
                self.lower(mount, ty, &frame)
            }
            Some(Def::Item(ix)) => {
                let on = match self.item_type(ix, Args::new()) {
                    Ty::UNKNOWN => value,
                    ty => match self.types.kind(ty) {
                        Kind::Item(ix) => self.as_item(value, ix),
                        _ => value,
                    },
                };
                self.field(on, field).map_or(Ty::UNKNOWN, |(_, ty)| ty)
            }
            Some(Def::External(_)) => {
                let name = self.last_segment(self.id, path.index());
                let index = usize::from(self.text(name) == "Err");
                match (self.text(name), self.types.kind(value)) {
                    ("Some" | "Ok" | "Err" | "Ready" | "Borrowed" | "Owned", Kind::External(..)) => {
                        self.types.arg(value, index)
                    }
                    (wrapper, Kind::External(..)) if super::functions::has_content(wrapper) => {
                        self.types.arg(value, 0)
                    }
                    _ => Ty::UNKNOWN,
                }
            }
            _ => self.field(value, field).map_or(Ty::UNKNOWN, |(_, ty)| ty),
        }
    }

    /// A value as the item that a pattern says it is.
    fn as_item(&mut self, value: Ty, ix: DefIx) -> Ty {
        let mut at = value;
        for _ in 0..8 {
            if self.types.kind(at) == Kind::Item(ix) {
                return at;
            }
            match self.deref(at) {
                Some(next) => at = next,
                None => break,
            }
        }
        self.types.of(Kind::Item(ix), &[])
    }

    /// The value of an access, and what it names.
    fn access(&mut self, ix: AccessIx) -> Ty {
        let access = self.mount.facts.accesses[ix.index()];
        let on = self.value(access.on);
        let name = self.mount.facts.names.get(access.name.index()).map(|_| self.mount.name(access.name));
        if matches!(access.kind, AccessKind::Method | AccessKind::Field) {
            self.count(ix, on.is_known());
        }
        match (access.kind, name) {
            (AccessKind::Call, _) => {
                let args = self.values(access.arguments);
                self.call_value(on, access.on, &args)
            }
            (AccessKind::Await, _) => {
                self.names_future(ix, on);
                self.awaited(on)
            }
            (_, None) => Ty::UNKNOWN,
            (AccessKind::Method, Some(name)) => {
                let args = self.values(access.arguments);
                let types = self.lower_list(self.id, access.types, &Frame::default());
                match self.called_method(ix) {
                    Some((found, _)) if found.open => Ty::UNKNOWN,
                    Some((found, _)) => self.apply(&found, &args, &types, true),
                    None => {
                        let text = self.text(name);
                        self.names_derived(ix, on, text);
                        self.known_method(on, text, &args, &types)
                    }
                }
            }
            (AccessKind::Field, Some(name)) => match self.field(on, name) {
                Some((def, ty)) => {
                    def.into_iter().for_each(|def| self.name(ix, def));
                    ty
                }
                None => Ty::UNKNOWN,
            },
            (AccessKind::Assoc, Some(name)) => {
                let module = self.mount.module(access.scope);
                let found = self.own_member(on, name, module).or_else(|| self.own_type(on, name));
                match found {
                    Some(found) => {
                        self.name(ix, found.def);
                        self.member_value(found, access.types)
                    }
                    None => Ty::UNKNOWN,
                }
            }
        }
    }

    /// The method that an access calls, while closures among its arguments are looked at.
    pub(super) fn kept_method(&mut self, ix: AccessIx) -> Option<(Found, Ty)> {
        if let Some(found) = self.methods.get(&ix) {
            return found.clone();
        }
        let found = self.called_method(ix);
        self.methods.insert(ix, found.clone());
        found
    }

    /// The method that an access calls.
    fn called_method(&mut self, ix: AccessIx) -> Option<(Found, Ty)> {
        if let Some(found) = self.methods.remove(&ix) {
            return found;
        }
        let access = self.mount.facts.accesses[ix.index()];
        let (on, name) = (self.value(access.on), self.mount.name(access.name));
        if !on.is_known() || !self.tables.is_member(name) {
            return None;
        }
        let (found, at) = self.known_method_of(on, name, self.mount.module(access.scope))?;
        self.name(ix, found.def);
        found.others.iter().for_each(|&def| self.name(ix, def));
        Some((found, at))
    }

    /// The method of a type, looked up once.
    fn known_method_of(&mut self, on: Ty, name: Sym, module: ModIx) -> Option<(Found, Ty)> {
        debug_assert_eq!(self.depth, 0, "how deep a type is read does not change what is found");
        if let Some(known) = self.known_methods.get(&(on, name, module)) {
            return known.clone();
        }
        let found = self.method(on, name, module);
        self.known_methods.insert((on, name, module), found.clone());
        found
    }

    /// A method that a derive gives a type of the workspace: it is where the type is.
    fn names_derived(&mut self, ix: AccessIx, on: Ty, method: &str) {
        if let Kind::Item(item) = self.types.kind(on)
            && self.derives(on, method)
        {
            self.name(ix, Def::Item(item));
        }
    }

    /// `.await` on a type of the workspace calls its `poll`, or its `into_future`.
    fn names_future(&mut self, ix: AccessIx, on: Ty) {
        let Kind::Item(item) = self.types.kind(on) else { return };
        for (of_trait, method) in
            [(self.names.future, self.names.poll), (self.names.into_future, self.names.into_future_method)]
        {
            let Some(id) = self.external_impl(Def::Item(item), of_trait) else { continue };
            let mount = self.defs.mount(self.defs.impls[id.index()].mount);
            if let Some(member) = mount.member_named(self.defs.impl_facts(id).members, method) {
                self.name(ix, Def::ImplMember(id, member));
            }
        }
    }

    /// The value of a call of a path or of a closure.
    fn call_value(&mut self, callee: Ty, node: NodeIx, args: &[Ty]) -> Ty {
        if callee.is_known() {
            return self.call(callee, args, &[]);
        }
        let Some(&Node::Path(reference, types)) = self.mount.facts.nodes.get(node.index()) else {
            return Ty::UNKNOWN;
        };
        let types = self.lower_list(self.id, types, &Frame::default());
        let segments: Args2 = self.segments(reference.index());
        let name = segments.last().map_or("", |s| self.text(*s));
        match self.target(self.id, reference.index()).map(|t| t.def) {
            Some(Def::External(krate)) => {
                let qualifier = segments.len().checked_sub(2).map(|i| self.text(segments[i]));
                self.known_function(qualifier, name, args, &types, krate)
            }
            // What a derive adds to a type.
            Some(Def::Item(ix)) => {
                let on = self.item_type(ix, Args::new());
                match name {
                    "default" | "from" | "new" | "parse" | "parse_from" | "clone" => on,
                    "builder" => self.external(self.names.derived_builder, &[on]),
                    "from_str" | "try_from" | "try_parse" => self.external(self.names.result, &[on]),
                    // An extractor of axum.
                    "from_request" | "from_request_parts" => {
                        let result = self.external(self.names.result, &[on]);
                        self.external(self.names.future, &[result])
                    }
                    _ => Ty::UNKNOWN,
                }
            }
            _ => Ty::UNKNOWN,
        }
    }

    /// The result of calling a value.
    pub(super) fn call(&mut self, callee: Ty, args: &[Ty], types: &[Ty]) -> Ty {
        match self.types.kind(callee) {
            Kind::Fn => self.types.args(callee).last().copied().unwrap_or(Ty::UNKNOWN),
            Kind::Function(def) => {
                let mut self_ty = self.types.arg(callee, 0).known();
                let is_trait = matches!(def, Def::TraitMember(..));
                if is_trait && self_ty.is_none() {
                    self_ty = args.first().copied();
                }
                let explicit: Args = self.types.args(callee).iter().skip(1).copied().collect();
                let types = if explicit.is_empty() { types } else { &explicit };
                let frame = Frame {
                    self_ty: if is_trait { Some(self_ty.unwrap_or(Ty::UNKNOWN)) } else { self_ty },
                    ..Frame::default()
                };
                self.apply(&Found::of(def, frame), args, types, false)
            }
            // The constructor of a tuple struct or of a variant.
            Kind::Item(ix) if !self.is_trait(ix) => self.constructed(ix, callee, args),
            _ => self.called_bound(callee),
        }
    }

    /// What a tuple struct's constructor makes of its arguments.
    fn constructed(&mut self, ix: DefIx, callee: Ty, args: &[Ty]) -> Ty {
        let (mount, shape) = self.shape(Def::Item(ix));
        let (generics, fields) = (shape.generics, shape.fields);
        if generics.0 == generics.1 || fields.0 == fields.1 || !self.types.args(callee).is_empty() {
            return callee;
        }
        let mut subst = super::types::Subst::default();
        for (field, &arg) in (fields.0..fields.1).zip(args) {
            let ty = self.defs.mount(mount).facts.fields[field as usize].ty;
            let pattern = self.lower(mount, ty, &Frame::default());
            self.types.unify(pattern, arg, &mut subst);
        }
        let of = |param| subst.get(mount, ParamIx(param)).unwrap_or(Ty::UNKNOWN);
        self.types.intern(Kind::Item(ix), (generics.0..generics.1).map(of).collect())
    }

    /// The result of calling what is known to be a function by its bounds: `F: Fn() -> R`, `Box<dyn Fn() -> R>`.
    fn called_bound(&mut self, callee: Ty) -> Ty {
        let mut at = callee;
        for _ in 0..4 {
            for bound in self.bounds_of(at) {
                if let Some(function) = self.function_of(bound) {
                    return self.types.args(function).last().copied().unwrap_or(Ty::UNKNOWN);
                }
            }
            match self.deref(at) {
                Some(next) => at = next,
                None => break,
            }
        }
        Ty::UNKNOWN
    }

    /// The signature in `Fn(A) -> R`.
    pub(super) fn function_of(&self, bound: Ty) -> Option<Ty> {
        self.types.args(bound).iter().copied().find(|arg| self.types.kind(*arg) == Kind::Fn)
    }

    /// The result of a function with these arguments.
    pub(super) fn apply(&mut self, found: &Found, args: &[Ty], types: &[Ty], as_method: bool) -> Ty {
        let (mount, shape) = self.shape(found.def);
        let mut frame = found.frame.clone();
        self.bind_generics(mount, &shape, types, &mut frame.subst);
        if self.is_generic(found.def, mount, &shape) {
            // A method that is called as a function takes its receiver as the first argument.
            let inputs = (shape.inputs.1 - shape.inputs.0) as usize;
            let skip = usize::from(!as_method && args.len() == inputs + 1);
            if skip == 1
                && let Some(on) = found.frame.self_ty
            {
                self.types.unify(on, args[0], &mut frame.subst);
            }
            self.bind_arguments(mount, shape.inputs, &args[skip..], &mut frame);
        }
        if let (Some(on), Def::ImplMember(id, _)) = (frame.self_ty, found.def) {
            frame.self_ty = Some(self.substituted_self(id, on, &frame));
        }
        self.lower(mount, shape.output, &frame)
    }

    /// `Self` of an impl, once the arguments have told its parameters.
    fn substituted_self(&mut self, id: ImplId, on: Ty, frame: &Frame) -> Ty {
        let facts = self.defs.impl_facts(id);
        if facts.generics.0 == facts.generics.1 {
            return on;
        }
        let mount = self.defs.impls[id.index()].mount;
        let frame = Frame { self_ty: None, subst: frame.subst.clone() };
        self.lower(mount, facts.self_shape, &frame).known().unwrap_or(on)
    }

    fn is_generic(&self, def: Def, mount: MountId, shape: &crate::extract::facts::Shape) -> bool {
        let own = shape.generics.0 < shape.generics.1;
        let around = match def {
            Def::ImplMember(id, _) => self.defs.impl_facts(id).generics,
            Def::TraitMember(ix, _) => self.defs.item_facts(ix).shape.generics,
            _ => (0, 0),
        };
        let facts = &self.defs.mount(mount).facts;
        own || around.0 < around.1
            || facts
                .type_list(shape.inputs)
                .iter()
                .any(|ty| matches!(facts.borrowed_type(*ty), Type::Bounds(_) | Type::Dyn(_)))
    }

    /// Learns generic parameters from arguments.
    pub(super) fn bind_arguments(&mut self, mount: MountId, inputs: Range, args: &[Ty], frame: &mut Frame) {
        let open = Frame { self_ty: frame.self_ty, ..Frame::default() };
        let patterns = self.lower_list(mount, inputs, &open);
        for (&pattern, &arg) in patterns.iter().zip(args) {
            if !arg.is_known() {
                continue;
            }
            let arg = self.coerced(pattern, arg);
            self.types.unify(pattern, arg, &mut frame.subst);
            for bound in self.bounds_of(pattern) {
                self.learn_from_bound(bound, arg, &mut frame.subst, 0);
            }
        }
    }

    /// An argument as what it is dereferenced to, where a parameter's type is only that: `&Vec<T>` for `&[T]`.
    fn coerced(&mut self, pattern: Ty, arg: Ty) -> Ty {
        let wanted = self.types.kind(pattern);
        if !matches!(wanted, Kind::Item(_) | Kind::External(..)) {
            return arg;
        }
        let mut at = arg;
        for _ in 0..4 {
            if self.types.kind(at) == wanted {
                return at;
            }
            match self.deref(at) {
                Some(next) => at = next,
                None => break,
            }
        }
        arg
    }

    /// What `F: Fn(A) -> R`, `I: Iterator<Item = R>` or `F: Future<Output = R>` tell of `R`.
    fn learn_from_bound(&mut self, bound: Ty, arg: Ty, subst: &mut super::types::Subst, depth: usize) {
        let Kind::External(_, name) = self.types.kind(bound) else { return };
        if depth > 4 {
            return;
        }
        let function = self.function_of(bound);
        let (pattern, actual) = if let Some(function) = function {
            let pattern = self.types.args(function).last().copied().unwrap_or(Ty::UNKNOWN);
            let actual = match self.types.kind(arg) {
                Kind::Fn | Kind::Function(_) => self.call(arg, &[], &[]),
                _ => Ty::UNKNOWN,
            };
            (pattern, actual)
        } else if name == self.names.future || name == self.names.into_future {
            (self.types.binding(bound, self.names.output).unwrap_or(Ty::UNKNOWN), self.awaited(arg))
        } else if name == self.names.iterator || name == self.names.into_iterator {
            (self.types.binding(bound, self.names.item).unwrap_or(Ty::UNKNOWN), self.element(arg))
        } else {
            return;
        };
        if !pattern.is_known() || !actual.is_known() {
            return;
        }
        self.types.unify(pattern, actual, subst);
        for bound in self.bounds_of(pattern) {
            self.learn_from_bound(bound, actual, subst, depth + 1);
        }
    }
}

type Args2 = smallvec::SmallVec<[Sym; 4]>;
