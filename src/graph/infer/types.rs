//! Types while a file is looked at: interned, so that comparing and copying them costs nothing.

use super::super::defs::*;
use crate::extract::facts::ParamIx;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

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

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Data {
    kind: Kind,
    args: Args,
}

/// The types that a file's bodies have.
pub(in crate::graph) struct Types {
    data: Vec<Data>,
    index: FxHashMap<Data, Ty>,
}

impl Types {
    pub(in crate::graph) fn new() -> Types {
        let unknown = Data { kind: Kind::Unknown, args: Args::new() };
        Types { data: vec![unknown], index: FxHashMap::default() }
    }

    pub(in crate::graph) fn intern(&mut self, kind: Kind, args: Args) -> Ty {
        let data = Data { kind, args };
        if let Some(&ty) = self.index.get(&data) {
            return ty;
        }
        let ty = Ty(self.data.len() as u32);
        self.data.push(data.clone());
        self.index.insert(data, ty);
        ty
    }

    pub(in crate::graph) fn of(&mut self, kind: Kind, args: &[Ty]) -> Ty {
        self.intern(kind, args.iter().copied().collect())
    }

    pub(in crate::graph) fn kind(&self, ty: Ty) -> Kind {
        self.data[ty.0 as usize].kind
    }

    pub(in crate::graph) fn args(&self, ty: Ty) -> &[Ty] {
        &self.data[ty.0 as usize].args
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
