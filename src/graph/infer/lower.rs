//! From types as written to types: paths by what they were resolved to, aliases by what they stand for.

use super::super::defs::*;
use super::types::{Args, Kind, Subst, Ty};
use super::{Inferrer, Target};
use crate::extract::facts::{ItemKind, MemberKind, ParamIx, ScopeIx, ScopeKind, Shape, Type, TypeIx};

/// Deepest nesting of types, aliases and projections that is followed.
const MAX_DEPTH: usize = 24;
/// Most parts of one type that are read: types that double at every level end here.
const MAX_PARTS: usize = 2_000;

/// What `Self` and generic parameters stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Frame {
    /// `None`: what the scope says.
    pub self_ty: Option<Ty>,
    pub subst: Subst,
}

impl Inferrer<'_> {
    /// The type that a mount's facts write.
    pub(super) fn lower(&mut self, mount: MountId, ty: TypeIx, frame: &Frame) -> Ty {
        if !self.descend() {
            return Ty::UNKNOWN;
        }
        let out = self.lower_one(mount, ty, frame);
        self.depth -= 1;
        out
    }

    /// Goes one level down in a type; `false` if that is deep enough. The caller takes the level back.
    pub(super) fn descend(&mut self) -> bool {
        if self.depth == 0 {
            self.fuel = MAX_PARTS;
        }
        let goes = self.depth <= MAX_DEPTH && self.fuel > 0;
        if goes {
            self.depth += 1;
            self.fuel -= 1;
        }
        goes
    }

    fn lower_one(&mut self, mount: MountId, ty: TypeIx, frame: &Frame) -> Ty {
        let facts = &self.defs.mount(mount).facts;
        match facts.ty(ty) {
            Type::Unknown => Ty::UNKNOWN,
            Type::Path(reference, list) => {
                let args = self.lower_list(mount, list, frame);
                self.lower_path(mount, reference.index(), args)
            }
            Type::Primitive(name) => {
                let name = self.defs.mount(mount).name(name);
                self.types.of(Kind::External(self.defs.words.std, name), &[])
            }
            Type::Param(param) => match frame.subst.get(mount, param) {
                Some(ty) => ty,
                None => self.types.of(Kind::Param(mount, param), &[]),
            },
            Type::SelfType(scope) => match frame.self_ty {
                Some(ty) => ty,
                None => self.self_type(mount, scope),
            },
            Type::Tuple(list) => {
                let args = self.lower_list(mount, list, frame);
                self.types.intern(Kind::Tuple, args)
            }
            Type::Slice(element) => {
                let element = self.lower(mount, element, frame);
                self.external(self.names.slice, &[element])
            }
            // For finding members a reference is what it refers to.
            Type::Borrowed(inner, _) => self.lower(mount, inner, frame),
            Type::Bounds(list) | Type::Dyn(list) => {
                let args = self.lower_list(mount, list, frame);
                self.types.intern(Kind::Bounds, args)
            }
            Type::Assoc(base, name) => {
                let base = self.lower(mount, base, frame);
                self.projection(base, self.defs.mount(mount).name(name))
            }
            Type::Binding(name, ty) => {
                let ty = self.lower(mount, ty, frame);
                let name = self.defs.mount(mount).name(name);
                self.types.of(Kind::Binding(name), &[ty])
            }
            Type::Fn(list) => {
                let args = self.lower_list(mount, list, frame);
                self.types.intern(Kind::Fn, args)
            }
            Type::Future(output) => {
                let output = self.lower(mount, output, frame);
                self.external(self.names.future, &[output])
            }
        }
    }

    pub(super) fn lower_list(&mut self, mount: MountId, list: (u32, u32), frame: &Frame) -> Args {
        let facts = &self.defs.mount(mount).facts;
        facts.type_list(list).iter().map(|&ty| self.lower(mount, ty, frame)).collect()
    }

    /// A type of the standard library, or of a crate whose types go by the same names.
    pub(super) fn external(&mut self, name: Sym, args: &[Ty]) -> Ty {
        self.types.of(Kind::External(self.defs.words.std, name), args)
    }

    fn lower_path(&mut self, mount: MountId, reference: usize, args: Args) -> Ty {
        let Some(Target { def, .. }) = self.target(mount, reference) else { return Ty::UNKNOWN };
        match def {
            Def::Item(ix) => self.item_type(ix, args),
            Def::Variant(ix, _) => self.types.intern(Kind::Item(ix), args),
            Def::External(krate) => {
                let name = self.last_segment(mount, reference);
                self.types.intern(Kind::External(krate, name), args)
            }
            Def::ImplMember(id, member) => {
                let mount = self.defs.impls[id.index()].mount;
                let output = self.defs.mount(mount).facts.members[member as usize].shape.output;
                self.lower(mount, output, &Frame::default())
            }
            Def::Module(_) | Def::TraitMember(..) | Def::Field(..) => Ty::UNKNOWN,
        }
    }

    /// An item with arguments; an alias is what it stands for.
    pub(super) fn item_type(&mut self, ix: DefIx, args: Args) -> Ty {
        let (item, mount) = (self.defs.item_facts(ix), self.defs.item(ix).mount);
        match item.kind {
            ItemKind::Alias(_) => {
                let mut frame = Frame::default();
                self.bind_generics(mount, &item.shape, &args, &mut frame.subst);
                self.bind_defaults(mount, &item.shape, &mut frame);
                self.lower(mount, item.shape.output, &frame)
            }
            ItemKind::Struct | ItemKind::StructValue | ItemKind::Enum | ItemKind::Union | ItemKind::Trait => {
                self.types.intern(Kind::Item(ix), args)
            }
            _ => Ty::UNKNOWN,
        }
    }

    /// Notes the arguments of generic parameters, in their order.
    pub(super) fn bind_generics(&mut self, mount: MountId, shape: &Shape, args: &[Ty], subst: &mut Subst) {
        let (start, end) = shape.generics;
        let plain = args.iter().filter(|arg| !matches!(self.types.kind(**arg), Kind::Binding(_)));
        for (param, &arg) in (start..end).zip(plain) {
            subst.set(mount, ParamIx(param), arg);
        }
    }

    /// Notes what an alias's parameters are where nothing is said: `type Result<T, E = Error>`.
    fn bind_defaults(&mut self, mount: MountId, shape: &Shape, frame: &mut Frame) {
        for param in (shape.generics.0..shape.generics.1).map(ParamIx) {
            let default = self.defs.mount(mount).facts.params[param.index()].default;
            if default != TypeIx::UNKNOWN && frame.subst.get(mount, param).is_none() {
                let default = self.lower(mount, default, frame);
                frame.subst.set(mount, param, default);
            }
        }
    }

    /// What `Self` is in a scope.
    fn self_type(&mut self, mount: MountId, scope: ScopeIx) -> Ty {
        match self.defs.self_scope(mount, scope) {
            Some((mount, ScopeKind::Impl(ix))) => {
                let ty = self.defs.mount(mount).facts.impls[ix.index()].self_shape;
                self.lower(mount, ty, &Frame::default())
            }
            Some((mount, ScopeKind::SelfItem(item))) => {
                let ix = self.defs.mount(mount).def(item);
                let item = self.defs.item_facts(ix);
                if item.kind == ItemKind::Trait {
                    return self.types.of(Kind::SelfOf(ix), &[]);
                }
                let (start, end) = item.shape.generics;
                let args = (start..end).map(|p| self.types.of(Kind::Param(mount, ParamIx(p)), &[])).collect();
                self.types.intern(Kind::Item(ix), args)
            }
            _ => Ty::UNKNOWN,
        }
    }

    /// The associated type `name` of a type.
    pub(super) fn projection(&mut self, base: Ty, name: Sym) -> Ty {
        if !self.descend() {
            return Ty::UNKNOWN;
        }
        let out = self.projection_of(base, name);
        self.depth -= 1;
        out
    }

    fn projection_of(&mut self, base: Ty, name: Sym) -> Ty {
        if let Kind::Item(ix) = self.types.kind(base) {
            return self.impl_type(Def::Item(ix), base, name);
        }
        for bound in self.bounds_of(base) {
            if let Some(ty) = self.types.binding(bound, name) {
                return ty;
            }
            if let Some(found) = self.trait_member(bound, base, name, MemberKind::Type) {
                let (mount, shape) = self.shape(found.def);
                return self.lower(mount, shape.output, &found.frame);
            }
        }
        Ty::UNKNOWN
    }

    /// An associated type out of the impls of a type; unknown where they differ.
    fn impl_type(&mut self, def: Def, base: Ty, name: Sym) -> Ty {
        let Some(candidates) = self.defs.assoc.get(&(def, name)) else { return Ty::UNKNOWN };
        let mut found = Ty::UNKNOWN;
        for &(id, member) in candidates {
            let Some(frame) = self.fits(id, base) else { continue };
            let mount = self.defs.impls[id.index()].mount;
            let ty =
                self.lower(mount, self.defs.mount(mount).facts.members[member as usize].shape.output, &frame);
            if found.is_known() && found != ty {
                return Ty::UNKNOWN;
            }
            found = ty;
        }
        found
    }
}
