//! Types while a file is looked at: interned, so that comparing and copying them costs nothing.

use super::super::defs::*;
use crate::extract::facts::ParamIx;
use rustc_hash::FxHasher;
use smallvec::SmallVec;
use std::hash::{Hash, Hasher};

/// An interned type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::graph) struct Ty(u32);

impl Ty {
    /// Nothing is known.
    pub(in crate::graph) const UNKNOWN: Ty = Ty(0);

    pub(in crate::graph) fn is_known(self) -> bool {
        self != Ty::UNKNOWN
    }

    /// Itself, unless nothing is known of it.
    pub(in crate::graph) fn known(self) -> Option<Ty> {
        self.is_known().then_some(self)
    }
}

/// What a type is; its arguments stand beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::graph) enum Kind {
    Unknown,
    /// A struct, enum, union or trait of the workspace.
    Item(DefIx),
    /// A type or trait from outside: its crate and its name.
    External(Sym, Sym),
    /// A generic parameter where it is declared.
    Param(MountId, ParamIx),
    /// `Self` in a trait.
    SelfOf(DefIx),
    Tuple,
    /// Something that implements its arguments: `dyn A + B`, `impl A`.
    Bounds,
    /// `Name = T` among the arguments of a trait.
    Binding(Sym),
    /// A closure or a function pointer; its last argument is the result.
    Fn,
    /// A function of the workspace as a value; its argument is the `Self` it was named with.
    Function(Def),
}

pub(in crate::graph) type Args = SmallVec<[Ty; 4]>;

/// A type's kind, and where its arguments stand.
#[derive(Clone, Copy)]
struct Data {
    kind: Kind,
    args: (u32, u32),
}

/// The types that a file's bodies have.
pub(in crate::graph) struct Types {
    data: Vec<Data>,
    /// Arguments of all types.
    lists: Vec<Ty>,
    /// Where a type is found by its hash, or by one of the slots behind; 0 is free. A power of two, at most half full.
    slots: Vec<u32>,
}

impl Types {
    pub(in crate::graph) fn new() -> Types {
        Types { data: vec![Data { kind: Kind::Unknown, args: (0, 0) }], lists: Vec::new(), slots: Vec::new() }
    }

    pub(in crate::graph) fn intern(&mut self, kind: Kind, args: Args) -> Ty {
        self.of(kind, &args)
    }

    pub(in crate::graph) fn of(&mut self, kind: Kind, args: &[Ty]) -> Ty {
        if 2 * self.data.len() >= self.slots.len() {
            self.grow();
        }
        let mut slot = self.slot(kind, args);
        loop {
            match self.slots[slot] {
                0 => break,
                known if self.kind(Ty(known)) == kind && self.args(Ty(known)) == args => return Ty(known),
                _ => slot = (slot + 1) & (self.slots.len() - 1),
            }
        }
        let ty = self.data.len() as u32;
        let start = self.lists.len() as u32;
        self.lists.extend_from_slice(args);
        self.data.push(Data { kind, args: (start, start + args.len() as u32) });
        self.slots[slot] = ty;
        Ty(ty)
    }

    /// The first slot to look at.
    fn slot(&self, kind: Kind, args: &[Ty]) -> usize {
        let mut hasher = FxHasher::default();
        kind.hash(&mut hasher);
        args.iter().for_each(|arg| hasher.write_u32(arg.0));
        hasher.finish() as usize & (self.slots.len() - 1)
    }

    fn grow(&mut self) {
        self.slots = vec![0; (2 * self.slots.len()).max(32)];
        for ty in 1..self.data.len() as u32 {
            let mut slot = self.slot(self.kind(Ty(ty)), self.args(Ty(ty)));
            while self.slots[slot] != 0 {
                slot = (slot + 1) & (self.slots.len() - 1);
            }
            self.slots[slot] = ty;
        }
    }

    pub(in crate::graph) fn kind(&self, ty: Ty) -> Kind {
        self.data[ty.0 as usize].kind
    }

    pub(in crate::graph) fn args(&self, ty: Ty) -> &[Ty] {
        let (start, end) = self.data[ty.0 as usize].args;
        &self.lists[start as usize..end as usize]
    }

    /// An argument; unknown if there are not so many.
    pub(in crate::graph) fn arg(&self, ty: Ty, index: usize) -> Ty {
        self.args(ty).get(index).copied().unwrap_or(Ty::UNKNOWN)
    }

    /// The value of `Name = …` among the arguments of a trait.
    pub(in crate::graph) fn binding(&self, ty: Ty, name: Sym) -> Option<Ty> {
        let found = self.args(ty).iter().find(|arg| self.kind(**arg) == Kind::Binding(name))?;
        self.arg(*found, 0).known()
    }
}

/// What generic parameters stand for.
#[derive(Clone, Debug, Default)]
pub(in crate::graph) struct Subst(SmallVec<[(MountId, ParamIx, Ty); 4]>);

impl Subst {
    pub(in crate::graph) fn get(&self, mount: MountId, param: ParamIx) -> Option<Ty> {
        self.0.iter().find(|(m, p, _)| *m == mount && *p == param).map(|(_, _, ty)| *ty)
    }

    /// Notes what a parameter stands for, unless more is known already.
    pub(in crate::graph) fn set(&mut self, mount: MountId, param: ParamIx, ty: Ty) {
        match self.0.iter_mut().find(|(m, p, _)| *m == mount && *p == param) {
            Some((_, _, known)) if known.is_known() => {}
            Some((_, _, known)) => *known = ty,
            None => self.0.push((mount, param, ty)),
        }
    }
}

impl Types {
    /// Fits a type with parameters to one it stands for, and notes the parameters. `false` if the two cannot be the same.
    pub(in crate::graph) fn unify(&self, pattern: Ty, actual: Ty, subst: &mut Subst) -> bool {
        self.unify_within(pattern, actual, subst, &mut 256)
    }

    /// `budget`: how many more parts are compared.
    fn unify_within(&self, pattern: Ty, actual: Ty, subst: &mut Subst, budget: &mut usize) -> bool {
        if pattern == actual || !pattern.is_known() || !actual.is_known() || *budget == 0 {
            return true;
        }
        *budget -= 1;
        match (self.kind(pattern), self.kind(actual)) {
            (Kind::Param(mount, param), _) => {
                subst.set(mount, param, actual);
                true
            }
            (_, Kind::Param(..) | Kind::SelfOf(_)) | (Kind::Bounds | Kind::SelfOf(_), _) => true,
            (a, b) if a == b => {
                let args = self.args(pattern).iter().zip(self.args(actual));
                args.fold(true, |fits, (a, b)| self.unify_within(*a, *b, subst, budget) && fits)
            }
            _ => false,
        }
    }
}
