//! Members of a type: methods, fields, associated items, as the reference's chapters on method calls and field access lay
//! it down: the type itself first, then what it dereferences to; inherent items before those of traits.
//!
//! Nothing is found by its name alone. Where several candidates remain that lie in different modules, none is taken.

use super::super::defs::*;
use super::lower::Frame;
use super::types::{Args, Kind, Subst, Ty};
use super::{Inferrer, functions, known};
use crate::extract::facts::{ItemKind, MemberKind, ParamIx, Shape};
use smallvec::SmallVec;

/// Longest chain of dereferences that is followed.
const MAX_STEPS: usize = 10;
/// Most traits of one bound, supertraits included.
const MAX_TRAITS: usize = 64;

/// A member, and what `Self` and the parameters around it stand for.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub def: Def,
    pub frame: Frame,
    /// The same member under other `cfg`s.
    pub others: SmallVec<[Def; 1]>,
    /// It is one of several of different results, and which one is not known.
    pub open: bool,
}

impl Found {
    pub(super) fn of(def: Def, frame: Frame) -> Found {
        Found { def, frame, others: SmallVec::new(), open: false }
    }
}

impl Inferrer<'_> {
    /// The mount and the shape of a member, a function or a constant.
    pub(super) fn shape(&self, def: Def) -> (MountId, Shape) {
        let defs = self.defs;
        match def {
            Def::Item(ix) => (defs.item(ix).mount, defs.item_facts(ix).shape),
            Def::Variant(ix, m) | Def::TraitMember(ix, m) => {
                let mount = defs.item(ix).mount;
                (mount, defs.mount(mount).facts.members[m as usize].shape)
            }
            Def::ImplMember(id, m) => {
                let mount = defs.impls[id.index()].mount;
                (mount, defs.mount(mount).facts.members[m as usize].shape)
            }
            Def::Field(ix, m) => {
                let mount = defs.item(ix).mount;
                let output = defs.mount(mount).facts.fields[m as usize].ty;
                (mount, Shape { output, ..Shape::default() })
            }
            Def::Module(_) | Def::External(_) => (MountId(0), Shape::default()),
        }
    }

    pub(super) fn member_kind(&self, def: Def) -> Option<MemberKind> {
        let (mount, member) = match def {
            Def::TraitMember(ix, m) => (self.defs.item(ix).mount, m),
            Def::ImplMember(id, m) => (self.defs.impls[id.index()].mount, m),
            _ => return None,
        };
        Some(self.defs.mount(mount).facts.members[member as usize].kind)
    }

    /// The method or associated item that a value of a type has, looking through dereferences.
    pub(super) fn method(&mut self, on: Ty, name: Sym, module: ModIx) -> Option<(Found, Ty)> {
        let mut at = on;
        self.hidden = None;
        for _ in 0..MAX_STEPS {
            if let Kind::External(_, type_name) = self.types.kind(at)
                && self.tables.inherent.contains(&(type_name, name))
            {
                return None;
            }
            if let Some(found) = self.own_member(at, name, module) {
                return Some((found, at));
            }
            if self.derives(at, self.text(name)) {
                break;
            }
            match self.deref(at) {
                Some(next) => at = next,
                None => break,
            }
        }
        self.hidden.take()
    }

    /// Whether a type of the workspace has a method by a derive.
    pub(super) fn derives(&self, ty: Ty, method: &str) -> bool {
        let Kind::Item(ix) = self.types.kind(ty) else { return false };
        let item = self.defs.item_facts(ix);
        // Of what only looks like an item among a macro's arguments nothing is known.
        item.extended
            && item.guessed_in.is_none()
            && matches!(method, "clone" | "eq" | "ne" | "cmp" | "partial_cmp" | "hash")
    }

    /// A member of the type itself.
    pub(super) fn own_member(&mut self, on: Ty, name: Sym, module: ModIx) -> Option<Found> {
        match self.types.kind(on) {
            Kind::Item(ix) if !self.is_trait(ix) => self.impl_member(Def::Item(ix), on, name, module),
            Kind::External(_, type_name) => self
                .external_member(on, type_name, name, module)
                .or_else(|| self.blanket_member(on, name, module)),
            Kind::Param(..) | Kind::SelfOf(_) | Kind::Bounds | Kind::Item(_) => {
                let bounds = self.bounds_of(on);
                bounds
                    .iter()
                    .find_map(|&bound| self.trait_member(bound, on, name, MemberKind::Fn))
                    .or_else(|| self.blanket_member(on, name, module))
            }
            _ => None,
        }
    }

    /// An associated type that a bound of a generic parameter declares.
    pub(super) fn own_type(&mut self, on: Ty, name: Sym) -> Option<Found> {
        let bounds = self.bounds_of(on);
        bounds.into_iter().find_map(|bound| self.trait_member(bound, on, name, MemberKind::Type))
    }

    /// A member out of the impls of a type of the workspace.
    fn impl_member(&mut self, def: Def, on: Ty, name: Sym, module: ModIx) -> Option<Found> {
        let mut inherent: SmallVec<[Found; 2]> = SmallVec::new();
        let mut of_traits: SmallVec<[(ImplId, Found); 2]> = SmallVec::new();
        let mut hidden: SmallVec<[(ImplId, Found); 2]> = SmallVec::new();
        for &(id, member) in self.defs.assoc.get(&(def, name)).into_iter().flatten() {
            let found = Def::ImplMember(id, member);
            if self.member_kind(found) == Some(MemberKind::Type) {
                continue;
            }
            if self.tables.trait_names[id.index()]
                .is_some_and(|name| known::is_chosen_by_result(self.text(name)))
            {
                continue;
            }
            let Some(frame) = self.fits(id, on) else { continue };
            let found = Found::of(found, frame);
            match self.defs.impl_facts(id).of_trait {
                None => inherent.push(found),
                Some(_) if self.is_usable(id, module) => of_traits.push((id, found)),
                Some(_) => hidden.push((id, found)),
            }
        }
        let open = self.results_differ(inherent.iter());
        let mut inherent = inherent.into_iter();
        if let Some(mut found) = inherent.next() {
            found.others.extend(inherent.map(|other| other.def));
            return Some(Found { open, ..found });
        }
        if !hidden.is_empty() && self.hidden.is_none() {
            self.hidden = self.one_of(hidden, module).map(|found| (found, on));
        }
        match of_traits.len() {
            0 => self.default_member(def, on, name, module).or_else(|| self.blanket_member(on, name, module)),
            1 => of_traits.pop().map(|(_, found)| found),
            _ => self.one_of(of_traits, module),
        }
    }

    /// Whether an impl's methods may be called in a module: those of a trait only where it is in scope. Of traits from
    /// outside nobody can tell.
    fn is_usable(&self, id: ImplId, module: ModIx) -> bool {
        match self.defs.impls[id.index()].of_trait {
            Some(Def::Item(of_trait)) => self.tables.is_in_scope(self.defs, module, of_trait),
            _ => true,
        }
    }

    /// The member among several of the same name: the one whose trait is in scope, if they do not lie in one module.
    fn one_of(&mut self, mut found: SmallVec<[(ImplId, Found); 2]>, module: ModIx) -> Option<Found> {
        let defs = self.defs;
        let in_scope = |id: ImplId| match defs.impls[id.index()].of_trait {
            Some(Def::Item(of_trait)) => self.tables.is_in_scope(defs, module, of_trait),
            _ => false,
        };
        if found.iter().any(|(id, _)| in_scope(*id)) {
            found.retain(|(id, _)| in_scope(*id));
        }
        let source = |id: ImplId| defs.module(defs.impls[id.index()].module).source;
        let first = source(found[0].0);
        if found.iter().any(|(id, _)| source(*id) != first) {
            return None;
        }
        let open = self.results_differ(found.iter().map(|(_, found)| found));
        Some(Found { open, ..found.swap_remove(0).1 })
    }

    fn results_differ<'f>(&mut self, mut found: impl Iterator<Item = &'f Found>) -> bool {
        let (Some(first), Some(second)) = (found.next(), found.next()) else { return false };
        let mut result = |found: &Found| {
            let (mount, shape) = self.shape(found.def);
            self.lower(mount, shape.output, &found.frame)
        };
        let first = result(first);
        result(second) != first || found.any(|other| result(other) != first)
    }

    /// A default method of a trait that the type implements.
    fn default_member(&mut self, def: Def, on: Ty, name: Sym, module: ModIx) -> Option<Found> {
        for &id in self.defs.impls_of.get(&def).into_iter().flatten() {
            let Some(Def::Item(of_trait)) = self.defs.impls[id.index()].of_trait else { continue };
            if !self.trait_has(of_trait, name) {
                continue;
            }
            let Some(frame) = self.fits(id, on) else { continue };
            let mount = self.defs.impls[id.index()].mount;
            let bound = self.lower(mount, self.defs.impl_facts(id).trait_shape, &frame);
            let found = self.trait_member(bound, on, name, MemberKind::Fn);
            if found.is_some() && self.is_usable(id, module) {
                return found;
            }
            self.hidden = self.hidden.take().or(found.map(|found| (found, on)));
        }
        None
    }

    fn trait_has(&self, of_trait: DefIx, name: Sym) -> bool {
        let item = self.defs.item_facts(of_trait);
        self.defs.mount(self.defs.item(of_trait).mount).member_named(item.members, name).is_some()
    }

    /// A method of a trait in scope that is implemented for every type with certain traits: `impl<T: A> B for T`.
    fn blanket_member(&mut self, on: Ty, name: Sym, module: ModIx) -> Option<Found> {
        let tables = self.tables;
        for &(of_trait, id) in tables.blanket.get(&name).into_iter().flatten() {
            if !tables.is_in_scope(self.defs, module, of_trait) {
                continue;
            }
            if let Some(frame) = self.fits(id, on).filter(|frame| self.satisfies(id, frame, true)) {
                return self.member_by(id, frame, on, name);
            }
        }
        None
    }

    /// A member that an impl of a trait gives a type: its own one, or the trait's default.
    fn member_by(&mut self, id: ImplId, frame: Frame, on: Ty, name: Sym) -> Option<Found> {
        let mount = self.defs.impls[id.index()].mount;
        let facts = self.defs.impl_facts(id);
        if let Some(member) = self.defs.mount(mount).member_named(facts.members, name) {
            return Some(Found::of(Def::ImplMember(id, member), frame));
        }
        let bound = self.lower(mount, facts.trait_shape, &frame);
        self.trait_member(bound, on, name, MemberKind::Fn)
    }

    /// Whether what the parameters of an impl stand for has the traits it asks for, as far as that is known. `strict`
    /// wants to see a trait from outside implemented, too.
    fn satisfies(&mut self, id: ImplId, frame: &Frame, strict: bool) -> bool {
        let mount = self.defs.impls[id.index()].mount;
        let (start, end) = self.defs.impl_facts(id).generics;
        (start..end).map(ParamIx).all(|param| {
            let Some(actual) = frame.subst.get(mount, param).and_then(Ty::known) else { return true };
            let list = self.defs.mount(mount).facts.params[param.index()].bounds;
            let asked = self.lower_list(mount, list, frame);
            asked.into_iter().all(|bound| self.implements(actual, bound, strict))
        })
    }

    fn implements(&mut self, ty: Ty, bound: Ty, strict: bool) -> bool {
        let asked = self.types.kind(bound);
        match (asked, self.types.kind(ty)) {
            (Kind::External(_, name), _) if !strict || known::is_marker(self.text(name)) => true,
            (Kind::External(_, name), Kind::Item(ix)) if !self.is_trait(ix) => {
                self.external_impl(Def::Item(ix), name).is_some()
            }
            (Kind::Item(of_trait), Kind::Item(ix)) if !self.is_trait(ix) => {
                let defs = self.defs;
                let impls = defs.impls_of.get(&Def::Item(ix)).into_iter().flatten();
                self.has_impl(impls, of_trait, ty, strict)
            }
            (Kind::External(_, asked), Kind::External(_, name)) => {
                known::is_iterator(self.text(asked)) && known::is_iterator(self.text(name))
            }
            (Kind::Item(of_trait), Kind::External(_, name)) => {
                let tables = self.tables;
                let impls = tables.external.get(&name).into_iter().flatten();
                self.has_impl(impls, of_trait, ty, strict)
            }
            _ => {
                let has = self.bounds_of(ty);
                self.with_supertraits(&has, ty).iter().any(|&has| self.types.kind(has) == asked)
            }
        }
    }

    /// Whether one of several impls is of a trait and for a type.
    fn has_impl<'a>(
        &mut self,
        mut impls: impl Iterator<Item = &'a ImplId>,
        of_trait: DefIx,
        ty: Ty,
        strict: bool,
    ) -> bool {
        if !self.descend() {
            return false;
        }
        let of_trait = Some(Def::Item(of_trait));
        let found = impls.any(|&id| {
            self.defs.impls[id.index()].of_trait == of_trait
                && self.fits(id, ty).is_some_and(|frame| self.satisfies(id, &frame, strict))
        });
        self.depth -= 1;
        found
    }

    pub(super) fn is_trait(&self, ix: DefIx) -> bool {
        self.defs.item_facts(ix).kind == ItemKind::Trait
    }

    /// A method that a trait of the workspace gives a type from outside; the trait has to be in scope.
    fn external_member(&mut self, on: Ty, type_name: Sym, name: Sym, module: ModIx) -> Option<Found> {
        let tables = self.tables;
        for &id in tables.external.get(&type_name).into_iter().flatten() {
            let def = &self.defs.impls[id.index()];
            let Some(Def::Item(of_trait)) = def.of_trait else { continue };
            if !self.trait_has(of_trait, name) || !tables.is_in_scope(self.defs, module, of_trait) {
                continue;
            }
            if let Some(frame) = self.fits(id, on).filter(|frame| self.satisfies(id, frame, false)) {
                return self.member_by(id, frame, on, name);
            }
        }
        None
    }

    /// Whether an impl is for a type, and what its parameters are then.
    pub(super) fn fits(&mut self, id: ImplId, on: Ty) -> Option<Frame> {
        let mount = self.defs.impls[id.index()].mount;
        let facts = self.defs.impl_facts(id);
        let mut subst = Subst::default();
        if facts.generics.0 < facts.generics.1 || !self.types.args(on).is_empty() {
            let pattern = self.lower(mount, facts.self_shape, &Frame::default());
            if !self.types.unify(pattern, on, &mut subst) {
                return None;
            }
        }
        Some(Frame { self_ty: Some(on), subst })
    }

    /// A member of a trait or of its supertraits.
    pub(super) fn trait_member(&mut self, bound: Ty, on: Ty, name: Sym, kind: MemberKind) -> Option<Found> {
        let traits = self.with_supertraits(&[bound], on);
        traits.into_iter().find_map(|at| self.own_trait_member(at, on, name, kind))
    }

    fn own_trait_member(&mut self, bound: Ty, on: Ty, name: Sym, kind: MemberKind) -> Option<Found> {
        let Kind::Item(ix) = self.types.kind(bound) else { return None };
        let (item, mount) = (self.defs.item_facts(ix), self.defs.item(ix).mount);
        let member = self.defs.mount(mount).member_named(item.members, name)?;
        let def = Def::TraitMember(ix, member);
        let is_type = self.member_kind(def) == Some(MemberKind::Type);
        if item.kind != ItemKind::Trait || is_type != (kind == MemberKind::Type) {
            return None;
        }
        let mut frame = Frame { self_ty: Some(on), subst: Subst::default() };
        let args: Args = self.types.args(bound).iter().copied().collect();
        self.bind_generics(mount, &item.shape, &args, &mut frame.subst);
        Some(Found::of(def, frame))
    }

    /// Traits and their supertraits, nearest first, each once.
    fn with_supertraits(&mut self, bounds: &[Ty], on: Ty) -> Args {
        let mut out: Args = bounds.iter().copied().collect();
        let mut at = 0;
        while at < out.len() && out.len() < MAX_TRAITS {
            if let Kind::Item(ix) = self.types.kind(out[at]) {
                for next in self.supertraits(ix, on) {
                    if !out.contains(&next) {
                        out.push(next);
                    }
                }
            }
            at += 1;
        }
        out
    }

    fn supertraits(&mut self, of_trait: DefIx, on: Ty) -> Args {
        let mount = self.defs.item(of_trait).mount;
        let output = self.defs.item_facts(of_trait).shape.output;
        let bounds = self.lower(mount, output, &Frame { self_ty: Some(on), subst: Subst::default() });
        self.types.args(bounds).iter().copied().collect()
    }

    /// The traits that something is known to implement because it says so.
    pub(super) fn bounds_of(&mut self, ty: Ty) -> Args {
        match self.types.kind(ty) {
            Kind::Bounds => self.types.args(ty).iter().copied().collect(),
            Kind::SelfOf(ix) => {
                let of_trait = self.types.of(Kind::Item(ix), &[]);
                Args::from_slice(&[of_trait])
            }
            Kind::Item(ix) if self.is_trait(ix) => Args::from_slice(&[ty]),
            Kind::Param(mount, param) => {
                let list = self.defs.mount(mount).facts.params[param.index()].bounds;
                self.lower_list(mount, list, &Frame::default())
            }
            _ => Args::new(),
        }
    }

    /// The impl of a trait from outside for a type of the workspace.
    pub(super) fn external_impl(&self, def: Def, trait_name: Sym) -> Option<ImplId> {
        self.defs.impls_of.get(&def)?.iter().copied().find(|id| {
            matches!(self.defs.impls[id.index()].of_trait, Some(Def::External(_)))
                && self.tables.trait_names[id.index()] == Some(trait_name)
        })
    }

    /// An associated type that a type of the workspace has by a trait from outside: `Deref::Target`, `Iterator::Item`.
    pub(super) fn external_assoc(&mut self, on: Ty, trait_name: Sym, name: Sym) -> Option<Ty> {
        match self.types.kind(on) {
            Kind::Item(ix) if !self.is_trait(ix) => {
                let id = self.external_impl(Def::Item(ix), trait_name)?;
                let mount = self.defs.impls[id.index()].mount;
                let member = self.defs.mount(mount).member_named(self.defs.impl_facts(id).members, name)?;
                let frame = self.fits(id, on)?;
                let output = self.defs.mount(mount).facts.members[member as usize].shape.output;
                self.lower(mount, output, &frame).known()
            }
            Kind::Param(..) | Kind::Bounds | Kind::SelfOf(_) | Kind::Item(_) => {
                let bounds = self.bounds_of(on);
                self.with_supertraits(&bounds, on).into_iter().find_map(|bound| {
                    match self.types.kind(bound) {
                        Kind::External(_, n) if n == trait_name => self.types.binding(bound, name),
                        _ => None,
                    }
                })
            }
            _ => None,
        }
    }

    /// What `*value` is.
    pub(super) fn deref(&mut self, ty: Ty) -> Option<Ty> {
        match self.types.kind(ty) {
            Kind::External(_, name) => match self.text(name) {
                "Vec" => {
                    let element = self.types.arg(ty, 0);
                    Some(self.external(self.names.slice, &[element]))
                }
                "String" => Some(self.external(self.names.str, &[])),
                text => known::dereferences(text).then(|| self.types.arg(ty, 0)).and_then(Ty::known),
            },
            Kind::Unknown => None,
            _ => self.external_assoc(ty, self.names.deref, self.names.target),
        }
    }

    /// The field of a value, looking through dereferences: which, and its type. A part of a tuple is no definition.
    pub(super) fn field(&mut self, on: Ty, name: Sym) -> Option<(Option<Def>, Ty)> {
        let mut at = on;
        for _ in 0..MAX_STEPS {
            match self.types.kind(at) {
                Kind::Item(ix) => {
                    if let Some((def, ty)) = self.own_field(ix, at, name) {
                        return Some((Some(def), ty));
                    }
                }
                Kind::Tuple => {
                    let index: usize = self.text(name).parse().ok()?;
                    return Some((None, self.types.arg(at, index)));
                }
                // `Json(value).0` and its like.
                Kind::External(_, wrapper)
                    if functions::has_content(self.text(wrapper)) && self.text(name) == "0" =>
                {
                    return Some((None, self.types.arg(at, 0)));
                }
                _ => {}
            }
            at = self.deref(at)?;
        }
        None
    }

    fn own_field(&mut self, ix: DefIx, on: Ty, name: Sym) -> Option<(Def, Ty)> {
        let (mount, shape) = (self.defs.item(ix).mount, self.defs.item_facts(ix).shape);
        let (index, ty) = self.field_named(mount, shape.fields, name)?;
        let frame = self.item_frame(ix, on);
        Some((Def::Field(ix, index), self.lower(mount, ty, &frame)))
    }

    /// What the parameters of an item stand for in a type.
    pub(super) fn item_frame(&mut self, ix: DefIx, on: Ty) -> Frame {
        let (mount, shape) = (self.defs.item(ix).mount, self.defs.item_facts(ix).shape);
        let mut subst = Subst::default();
        let args: Args = self.types.args(on).iter().copied().collect();
        self.bind_generics(mount, &shape, &args, &mut subst);
        Frame { self_ty: Some(on), subst }
    }

    pub(super) fn field_named(
        &self,
        mount: MountId,
        (start, end): (u32, u32),
        name: Sym,
    ) -> Option<(u32, crate::extract::facts::TypeIx)> {
        let mount = self.defs.mount(mount);
        (start..end)
            .map(|index| (index, &mount.facts.fields[index as usize]))
            .find(|(_, field)| mount.name(field.name) == name)
            .map(|(index, field)| (index, field.ty))
    }
}
