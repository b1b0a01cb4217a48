//! What the parameters of a closure are: by the function that it is an argument of.

use super::Inferrer;
use super::known::Family;
use super::lower::Frame;
use super::members::Found;
use super::types::{Args, Kind, Ty};
use crate::extract::facts::{Access, AccessIx, AccessKind};

impl Inferrer<'_> {
    /// What a closure's parameter is, by what it is an argument of.
    pub(super) fn closure_input(&mut self, ix: AccessIx, argument: usize, input: usize) -> Ty {
        let access = self.mount.facts.accesses[ix.index()];
        let on = self.value(access.on);
        match access.kind {
            AccessKind::Method => match self.kept_method(ix) {
                Some((found, _)) => self.declared_closure_input(found, access, argument, input),
                None => {
                    let name = self.mount.name(access.name);
                    let text = self.text(name);
                    self.known_closure_input(on, text, argument, input)
                }
            },
            AccessKind::Call => match self.types.kind(on) {
                Kind::Function(def) => {
                    let frame = Frame { self_ty: self.types.arg(on, 0).known(), ..Frame::default() };
                    self.declared_closure_input(Found::of(def, frame), access, argument, input)
                }
                _ => Ty::UNKNOWN,
            },
            _ => Ty::UNKNOWN,
        }
    }

    fn declared_closure_input(
        &mut self,
        mut found: Found,
        access: Access,
        argument: usize,
        input: usize,
    ) -> Ty {
        let (mount, shape) = self.shape(found.def);
        let facts = &self.defs.mount(mount).facts;
        // The arguments in front of the closure tell of parameters, too.
        let before = self.values(access.arguments);
        let before = before.get(..argument).unwrap_or_default();
        if before.iter().any(|ty| ty.is_known()) {
            self.bind_arguments(mount, shape.inputs, before, &mut found.frame);
        }
        let Some(&ty) = facts.type_list(shape.inputs).get(argument) else { return Ty::UNKNOWN };
        let declared = self.lower(mount, ty, &found.frame);
        let mut candidates = Args::from_slice(&[declared]);
        candidates.extend(self.bounds_of(declared));
        for candidate in candidates {
            let function = match self.types.kind(candidate) {
                Kind::Fn => Some(candidate),
                _ => self.function_of(candidate),
            };
            if let Some(function) = function
                && input + 1 < self.types.args(function).len()
            {
                return self.with_frame(self.types.arg(function, input), &found.frame);
            }
        }
        Ty::UNKNOWN
    }

    /// A type with what a frame says of its parameters.
    fn with_frame(&mut self, ty: Ty, frame: &Frame) -> Ty {
        if !self.descend() {
            return Ty::UNKNOWN;
        }
        let out = self.with_frame_one(ty, frame);
        self.depth -= 1;
        out
    }

    fn with_frame_one(&mut self, ty: Ty, frame: &Frame) -> Ty {
        match self.types.kind(ty) {
            Kind::Param(mount, param) => frame.subst.get(mount, param).unwrap_or(ty),
            kind if !self.types.args(ty).is_empty() => {
                let args: Args = self.types.args(ty).iter().copied().collect();
                let args = args.into_iter().map(|arg| self.with_frame(arg, frame)).collect();
                self.types.intern(kind, args)
            }
            _ => ty,
        }
    }

    /// The parameter of a closure that is given to a method from outside.
    pub(super) fn known_closure_input(&mut self, on: Ty, name: &str, argument: usize, input: usize) -> Ty {
        let mut at = on;
        for _ in 0..8 {
            let found = self.own_closure_input(at, name, argument, input);
            if found.is_known() {
                return found;
            }
            match self.deref(at) {
                Some(next) => at = next,
                None => break,
            }
        }
        Ty::UNKNOWN
    }

    fn own_closure_input(&mut self, on: Ty, name: &str, argument: usize, input: usize) -> Ty {
        match (self.family(on), name) {
            (Family::Result, "map_err" | "unwrap_or_else" | "or_else" | "inspect_err") => {
                self.types.arg(on, 1)
            }
            (Family::Result, "map_or_else") => self.types.arg(on, argument.min(1) ^ 1),
            (
                Family::Option | Family::Result,
                "map" | "and_then" | "is_some_and" | "is_ok_and" | "is_none_or" | "filter" | "inspect"
                | "map_or" | "map_or_else" | "take_if",
            ) => self.types.arg(on, 0),
            (Family::Future, "map" | "then" | "inspect") => self.awaited(on),
            (Family::Future, "and_then" | "map_ok") => {
                let output = self.awaited(on);
                self.types.arg(output, 0)
            }
            // What takes a value along, or compares with what another one gives.
            (
                Family::Iterator | Family::Stream,
                "fold" | "try_fold" | "rfold" | "try_rfold" | "scan" | "fold_while" | "map_with" | "map_init"
                | "for_each_with" | "for_each_init",
            ) => {
                if input == 1 {
                    self.stream_or_iterator_item(on)
                } else {
                    Ty::UNKNOWN
                }
            }
            (
                Family::Iterator,
                "cmp_by" | "partial_cmp_by" | "eq_by" | "merge_by" | "map_ok" | "and_then_ok" | "filter_ok",
            ) => Ty::UNKNOWN,
            (Family::Iterator, _) => self.element(on),
            (Family::Stream, _) => self.stream_or_iterator_item(on),
            (
                Family::Sequence,
                "retain"
                | "retain_mut"
                | "sort_by"
                | "sort_by_key"
                | "sort_unstable_by"
                | "sort_unstable_by_key"
                | "sort_by_cached_key"
                | "dedup_by_key"
                | "dedup_by"
                | "binary_search_by"
                | "binary_search_by_key"
                | "partition_point"
                | "extract_if"
                | "split",
            ) => self.types.arg(on, 0),
            (Family::Map, "retain") => self.types.arg(on, input),
            (Family::Other, "and_modify") => self.types.arg(on, 0),
            (Family::Other, _) if !matches!(self.types.kind(on), Kind::External(..)) => {
                self.external_assoc(on, self.names.iterator, self.names.item).unwrap_or(Ty::UNKNOWN)
            }
            _ => Ty::UNKNOWN,
        }
    }

    fn stream_or_iterator_item(&mut self, on: Ty) -> Ty {
        self.types.binding(on, self.names.item).unwrap_or(self.types.arg(on, 0))
    }
}
