//! What types and functions from outside do with the types they hold: the standard library's containers, smart pointers,
//! locks, iterators and futures, and the types of other crates that go by the same names.
//!
//! Only what hands a contained type on is listed; everything else stays unknown. Sources: the documentation of `std`,
//! and of tokio, futures, parking_lot, axum and actix-web for what they call alike.

use super::super::defs::Def;
use super::Inferrer;
use super::types::{Kind, Ty};

/// Smart pointers, guards and wrappers that dereference to their first argument.
pub(super) fn dereferences(name: &str) -> bool {
    matches!(
        name,
        "Box"
            | "Rc"
            | "Arc"
            | "Pin"
            | "Cow"
            | "Ref"
            | "RefMut"
            | "MutexGuard"
            | "RwLockReadGuard"
            | "RwLockWriteGuard"
            | "OwnedMutexGuard"
            | "OwnedRwLockReadGuard"
            | "OwnedRwLockWriteGuard"
            | "MappedMutexGuard"
            | "LazyLock"
            | "LazyCell"
            | "Lazy"
            | "ManuallyDrop"
            | "CachePadded"
    ) || extracts(name)
}

/// What web frameworks wrap the parts of a request in. A wrapper dereferences to its content.
pub(super) fn extracts(name: &str) -> bool {
    matches!(name, "State" | "Data" | "Extension" | "Json" | "Query" | "Path" | "Form" | "Valid")
}

/// Traits that nothing but a compiler can tell, and nearly every type has.
pub(super) fn is_marker(name: &str) -> bool {
    matches!(name, "Sized" | "Send" | "Sync" | "Unpin" | "Clone" | "Debug" | "UnwindSafe" | "RefUnwindSafe")
}

/// Traits from outside whose methods mean another impl, perhaps of another trait, for each type that is asked for.
pub(super) fn is_chosen_by_result(name: &str) -> bool {
    matches!(name, "Into" | "TryInto")
}

/// Iterators that are generic over the iterator they go through.
fn adapts(name: &str) -> bool {
    matches!(name, "Peekable" | "Rev" | "Skip" | "Take" | "StepBy" | "Fuse" | "Cycle")
}

/// A kind of container, by what its methods do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Option,
    Result,
    Sequence,
    Map,
    Iterator,
    Stream,
    Lock,
    Guard,
    Future,
    Receiver,
    Other,
}

pub(super) fn family(name: &str) -> Family {
    match name {
        "Option" => Family::Option,
        "Result" | "LockResult" => Family::Result,
        "Vec" | "[]" | "VecDeque" | "BinaryHeap" | "LinkedList" | "HashSet" | "BTreeSet" | "IndexSet"
        | "FxHashSet" | "AHashSet" | "SmallVec" | "ArrayVec" | "ThinVec" | "NonEmpty" => Family::Sequence,
        "HashMap" | "BTreeMap" | "IndexMap" | "FxHashMap" | "AHashMap" | "DashMap" | "FxIndexMap" => {
            Family::Map
        }
        "Iterator"
        | "IntoIterator"
        | "IntoIter"
        | "Iter"
        | "IterMut"
        | "DoubleEndedIterator"
        | "ExactSizeIterator"
        | "Peekable"
        | "Rev"
        | "Skip"
        | "Take"
        | "StepBy"
        | "Fuse"
        | "Cycle"
        | "Drain" => Family::Iterator,
        "Stream" | "BoxStream" | "LocalBoxStream" => Family::Stream,
        "Mutex" | "RwLock" | "RefCell" | "ReentrantMutex" | "FairMutex" => Family::Lock,
        "MutexGuard" => Family::Guard,
        "Future" | "IntoFuture" | "BoxFuture" | "LocalBoxFuture" => Family::Future,
        "Receiver" | "UnboundedReceiver" => Family::Receiver,
        _ => Family::Other,
    }
}

/// Whether something of this name gives items by `next`.
pub(super) fn is_iterator(name: &str) -> bool {
    family(name) == Family::Iterator
}

impl Inferrer<'_> {
    pub(super) fn family(&self, ty: Ty) -> Family {
        match self.types.kind(ty) {
            Kind::External(_, name) => family(self.text(name)),
            _ => Family::Other,
        }
    }

    pub(super) fn iterator(&mut self, item: Ty) -> Ty {
        self.external(self.names.iterator, &[item])
    }

    pub(super) fn option(&mut self, some: Ty) -> Ty {
        self.external(self.names.option, &[some])
    }

    /// What a value gives to `for x in value`.
    pub(super) fn element(&mut self, ty: Ty) -> Ty {
        self.through_derefs(ty, |infer, at| infer.own_element(at))
    }

    fn own_element(&mut self, ty: Ty) -> Option<Ty> {
        match self.family(ty) {
            Family::Option | Family::Sequence => self.types.arg(ty, 0).known(),
            Family::Iterator if matches!(self.types.kind(ty), Kind::External(_, name) if adapts(self.text(name))) =>
            {
                let inner = self.types.arg(ty, 0);
                self.element(inner).known()
            }
            Family::Iterator => {
                self.types.binding(ty, self.names.item).or_else(|| self.types.arg(ty, 0).known())
            }
            Family::Map => {
                let args = [self.types.arg(ty, 0), self.types.arg(ty, 1)];
                Some(self.types.of(Kind::Tuple, &args))
            }
            _ => self
                .external_assoc(ty, self.names.iterator, self.names.item)
                .or_else(|| self.external_assoc(ty, self.names.into_iterator, self.names.item)),
        }
    }

    /// What `value[i]` is.
    pub(super) fn indexed(&mut self, ty: Ty) -> Ty {
        self.through_derefs(ty, |infer, at| match infer.family(at) {
            Family::Sequence => infer.types.arg(at, 0).known(),
            Family::Map => infer.types.arg(at, 1).known(),
            _ => infer.external_assoc(at, infer.names.index, infer.names.output),
        })
    }

    /// What `value[1..]` is.
    pub(super) fn sliced(&mut self, ty: Ty) -> Ty {
        self.through_derefs(ty, |infer, at| match infer.types.kind(at) {
            Kind::External(_, name) if infer.text(name) == "str" => Some(at),
            _ if infer.family(at) == Family::Sequence => {
                let element = infer.types.arg(at, 0);
                Some(infer.external(infer.names.slice, &[element]))
            }
            _ => None,
        })
    }

    /// What `*value` is, for a value that may be behind a reference. For what dereferences by its own impl that makes a
    /// difference, so that it stays open.
    pub(super) fn dereferenced(&mut self, ty: Ty) -> Ty {
        match self.types.kind(ty) {
            Kind::Item(ix) if self.external_impl(Def::Item(ix), self.names.deref).is_some() => Ty::UNKNOWN,
            _ => ty,
        }
    }

    /// What `value?` is.
    pub(super) fn tried(&mut self, ty: Ty) -> Ty {
        match self.types.kind(ty) {
            Kind::External(_, name) => match self.text(name) {
                "MutexGuard" => ty,
                text if matches!(text, "Option" | "Poll" | "ControlFlow") || text.ends_with("Result") => {
                    self.types.arg(ty, 0)
                }
                _ => Ty::UNKNOWN,
            },
            Kind::Tuple => ty,
            _ => Ty::UNKNOWN,
        }
    }

    /// What `value.await` is.
    pub(super) fn awaited(&mut self, ty: Ty) -> Ty {
        self.through_derefs(ty, |infer, at| match infer.types.kind(at) {
            Kind::External(_, name) => match infer.text(name) {
                "MutexGuard" => Some(at),
                "JoinHandle" => {
                    let output = infer.types.arg(at, 0);
                    Some(infer.external(infer.names.result, &[output]))
                }
                text if family(text) == Family::Future => {
                    infer.types.binding(at, infer.names.output).or_else(|| infer.types.arg(at, 0).known())
                }
                // The receiving half of a oneshot channel.
                "Receiver" => {
                    let output = infer.types.arg(at, 0);
                    Some(infer.external(infer.names.result, &[output]))
                }
                _ => None,
            },
            _ => infer
                .external_assoc(at, infer.names.future, infer.names.output)
                .or_else(|| infer.external_assoc(at, infer.names.into_future, infer.names.output)),
        })
    }

    fn through_derefs(&mut self, ty: Ty, mut find: impl FnMut(&mut Self, Ty) -> Option<Ty>) -> Ty {
        let mut at = ty;
        for _ in 0..8 {
            if let Some(found) = find(self, at) {
                return found;
            }
            match self.deref(at) {
                Some(next) => at = next,
                None => break,
            }
        }
        Ty::UNKNOWN
    }

    /// The result of a method that the workspace does not define; unknown for most.
    pub(super) fn known_method(&mut self, on: Ty, name: &str, args: &[Ty], types: &[Ty]) -> Ty {
        if let Some(built) = self.derived_builder(on) {
            return if name == "build" { built } else { on };
        }
        let mut at = on;
        for _ in 0..8 {
            let found = self.own_known_method(at, name, args, types);
            if found.is_known() {
                return found;
            }
            match self.deref(at) {
                Some(next) => at = next,
                None => break,
            }
        }
        // What keeps the type of its receiver, whatever that is.
        match name {
            "clone" | "to_owned" | "as_ref" | "as_mut" | "borrow" | "borrow_mut" | "by_ref" | "deref"
            | "deref_mut" | "cloned" | "copied" | "boxed" | "instrument" | "in_current_span" => on,
            _ => Ty::UNKNOWN,
        }
    }

    /// What a builder makes that a derive gives a type: bon's `Builder`, typed-builder's `TypedBuilder`.
    fn derived_builder(&self, on: Ty) -> Option<Ty> {
        matches!(self.types.kind(on), Kind::External(_, name) if name == self.names.derived_builder)
            .then(|| self.types.arg(on, 0))
    }

    fn own_known_method(&mut self, on: Ty, name: &str, args: &[Ty], types: &[Ty]) -> Ty {
        match self.family(on) {
            Family::Option => self.option_method(on, name, args),
            Family::Result => self.result_method(on, name, args),
            Family::Sequence => self.sequence_method(on, name),
            Family::Map => self.map_method(on, name),
            Family::Iterator => self.iterator_method(on, name, args, types),
            Family::Stream => self.stream_method(on, name, args, types),
            Family::Lock => match name {
                "lock" | "read" | "write" | "borrow" | "borrow_mut" | "lock_owned" | "read_owned"
                | "write_owned" | "blocking_lock" | "get_mut" | "into_inner" => {
                    let content = self.types.arg(on, 0);
                    self.external(self.names.guard, &[content])
                }
                "try_lock" | "try_read" | "try_write" => {
                    let content = self.types.arg(on, 0);
                    let guard = self.external(self.names.guard, &[content]);
                    self.external(self.names.result, &[guard])
                }
                _ => Ty::UNKNOWN,
            },
            Family::Guard => match name {
                "unwrap" | "expect" | "unwrap_or_else" | "map_err" => on,
                "ok" => self.option(on),
                _ => Ty::UNKNOWN,
            },
            Family::Future => self.future_method(on, name, args),
            Family::Receiver => match name {
                "recv" | "next" => {
                    let content = self.types.arg(on, 0);
                    let some = self.option(content);
                    self.external(self.names.future, &[some])
                }
                "borrow" | "borrow_and_update" => self.types.arg(on, 0),
                _ => Ty::UNKNOWN,
            },
            Family::Other => self.other_method(on, name, args, types),
        }
    }

    /// Methods that `Iterator` and `Future` give to a type that is known to implement them.
    pub(super) fn trait_method(&mut self, on: Ty, name: &str, args: &[Ty], types: &[Ty]) -> Ty {
        if !matches!(name, "clone" | "by_ref" | "into_iter")
            && let Some(item) = self.external_assoc(on, self.names.iterator, self.names.item)
        {
            let iterator = self.iterator(item);
            return self.iterator_method(iterator, name, args, types);
        }
        Ty::UNKNOWN
    }

    /// The result of a closure or function that is an argument.
    pub(super) fn result_of(&mut self, argument: Option<&Ty>) -> Ty {
        let Some(&argument) = argument else { return Ty::UNKNOWN };
        match self.types.kind(argument) {
            Kind::Fn => self.types.args(argument).last().copied().unwrap_or(Ty::UNKNOWN),
            Kind::Function(_) => self.call(argument, &[], &[]),
            // The constructor of a tuple struct or of a variant.
            Kind::Item(_) => argument,
            _ => Ty::UNKNOWN,
        }
    }

    fn option_method(&mut self, on: Ty, name: &str, args: &[Ty]) -> Ty {
        let some = self.types.arg(on, 0);
        match name {
            "unwrap" | "expect" | "unwrap_or" | "unwrap_or_else" | "unwrap_or_default" | "insert"
            | "get_or_insert" | "get_or_insert_with" | "unwrap_unchecked" => some,
            "as_ref" | "as_mut" | "as_deref" | "as_deref_mut" | "cloned" | "copied" | "take" | "filter"
            | "or" | "or_else" | "replace" | "inspect" | "clone" | "xor" | "as_pin_mut" => on,
            "ok_or" | "ok_or_else" => {
                let error = match name {
                    "ok_or" => args.first().copied().unwrap_or(Ty::UNKNOWN),
                    _ => self.result_of(args.first()),
                };
                self.external(self.names.result, &[some, error])
            }
            "context" | "with_context" => self.external(self.names.result, &[some]),
            "iter" | "iter_mut" | "into_iter" => self.iterator(some),
            "map" => {
                let mapped = self.result_of(args.first());
                self.option(mapped)
            }
            "and_then" => self.result_of(args.first()),
            "map_or" | "map_or_else" => self.result_of(args.get(1)),
            "zip" => {
                let other = args.first().map_or(Ty::UNKNOWN, |a| self.types.arg(*a, 0));
                let both = self.types.of(Kind::Tuple, &[some, other]);
                self.option(both)
            }
            "transpose" | "flatten" => {
                let inner = self.types.arg(some, 0);
                if name == "flatten" {
                    return some;
                }
                let option = self.option(inner);
                self.external(self.names.result, &[option])
            }
            _ => Ty::UNKNOWN,
        }
    }

    fn result_method(&mut self, on: Ty, name: &str, args: &[Ty]) -> Ty {
        let (ok, err) = (self.types.arg(on, 0), self.types.arg(on, 1));
        match name {
            "unwrap" | "expect" | "unwrap_or" | "unwrap_or_else" | "unwrap_or_default" => ok,
            "unwrap_err" | "expect_err" => err,
            "ok" => self.option(ok),
            "err" => self.option(err),
            "as_ref" | "as_mut" | "as_deref" | "cloned" | "copied" | "or" | "or_else" | "inspect"
            | "inspect_err" | "clone" => on,
            "map_err" => {
                let mapped = self.result_of(args.first());
                self.external(self.names.result, &[ok, mapped])
            }
            "context" | "with_context" => self.external(self.names.result, &[ok]),
            "map" => {
                let mapped = self.result_of(args.first());
                self.external(self.names.result, &[mapped, err])
            }
            "and_then" => self.result_of(args.first()),
            "map_or" | "map_or_else" => self.result_of(args.get(1)),
            "iter" | "into_iter" => self.iterator(ok),
            "transpose" => {
                let inner = self.types.arg(ok, 0);
                let result = self.external(self.names.result, &[inner, err]);
                self.option(result)
            }
            _ => Ty::UNKNOWN,
        }
    }

    fn sequence_method(&mut self, on: Ty, name: &str) -> Ty {
        let element = self.types.arg(on, 0);
        match name {
            "iter" | "iter_mut" | "into_iter" | "drain" | "difference" | "union" | "intersection"
            | "extract_if" => self.iterator(element),
            "first" | "last" | "get" | "get_mut" | "pop" | "first_mut" | "last_mut" | "pop_front"
            | "pop_back" | "front" | "back" | "front_mut" | "back_mut" | "peek" | "take" | "pop_first"
            | "pop_last" => self.option(element),
            "remove" if matches!(self.types.kind(on), Kind::External(_, name) if self.text(name) == "VecDeque") => {
                self.option(element)
            }
            "remove" | "swap_remove" if !self.is_set(on) => element,
            "as_slice" | "as_mut_slice" | "to_vec" | "into_boxed_slice" | "into_vec" | "split_off"
            | "clone" => self.external(self.names.vec, &[element]),
            "chunks" | "windows" | "chunks_exact" | "chunks_mut" | "split" | "rchunks" => {
                let slice = self.external(self.names.slice, &[element]);
                self.iterator(slice)
            }
            "split_first" | "split_last" => {
                let slice = self.external(self.names.slice, &[element]);
                let both = self.types.of(Kind::Tuple, &[element, slice]);
                self.option(both)
            }
            _ => Ty::UNKNOWN,
        }
    }

    fn is_set(&self, ty: Ty) -> bool {
        matches!(self.types.kind(ty), Kind::External(_, name) if self.text(name).ends_with("Set"))
    }

    fn map_method(&mut self, on: Ty, name: &str) -> Ty {
        let (key, value) = (self.types.arg(on, 0), self.types.arg(on, 1));
        match name {
            "get" | "get_mut" | "remove" | "insert" => self.option(value),
            "values" | "values_mut" | "into_values" => self.iterator(value),
            "keys" | "into_keys" => self.iterator(key),
            "iter" | "iter_mut" | "into_iter" | "drain" => {
                let both = self.types.of(Kind::Tuple, &[key, value]);
                self.iterator(both)
            }
            "first_key_value" | "last_key_value" | "remove_entry" | "pop_first" | "pop_last"
            | "get_key_value" => {
                let both = self.types.of(Kind::Tuple, &[key, value]);
                self.option(both)
            }
            // `entry` hands out the value in the end.
            "entry" => self.external(self.names.entry, &[value]),
            _ => Ty::UNKNOWN,
        }
    }

    fn iterator_method(&mut self, on: Ty, name: &str, args: &[Ty], types: &[Ty]) -> Ty {
        let item = self.element(on);
        match name {
            "iter" | "into_iter" | "filter" | "rev" | "skip" | "take" | "take_while" | "skip_while"
            | "step_by" | "chain" | "cloned" | "copied" | "inspect" | "peekable" | "fuse" | "by_ref"
            | "cycle" | "sorted" | "sorted_by" | "sorted_by_key" | "unique" | "unique_by"
            | "into_par_iter" | "par_iter" | "clone" | "dedup" | "sorted_unstable" => self.iterator(item),
            "next" | "last" | "nth" | "find" | "min" | "max" | "min_by" | "max_by" | "min_by_key"
            | "max_by_key" | "next_back" | "peek" | "reduce" | "at_most_one" | "rfind" | "peek_mut" => {
                self.option(item)
            }
            "exactly_one" => self.external(self.names.result, &[item]),
            "map" => {
                let mapped = self.result_of(args.first());
                self.iterator(mapped)
            }
            "filter_map" | "flat_map" | "map_while" => {
                let mapped = self.result_of(args.first());
                let item = self.element(mapped);
                self.iterator(item)
            }
            "find_map" => self.result_of(args.first()),
            "flatten" => {
                let item = self.element(item);
                self.iterator(item)
            }
            "flatten_ok" | "map_ok" => Ty::UNKNOWN,
            "enumerate" => {
                let both = self.types.of(Kind::Tuple, &[Ty::UNKNOWN, item]);
                self.iterator(both)
            }
            "zip" => {
                let other = args.first().map_or(Ty::UNKNOWN, |a| self.element(*a));
                let both = self.types.of(Kind::Tuple, &[item, other]);
                self.iterator(both)
            }
            "fold" => args.first().copied().unwrap_or(Ty::UNKNOWN),
            "partition" => {
                let half = types.first().copied().unwrap_or(Ty::UNKNOWN);
                let half = self.collected(half, item);
                self.types.of(Kind::Tuple, &[half, half])
            }
            "collect" | "try_collect" | "collect_vec" => {
                let into = types.first().copied().unwrap_or(Ty::UNKNOWN);
                if name == "collect_vec" {
                    return self.external(self.names.vec, &[item]);
                }
                if into.is_known() {
                    return self.collected(into, item);
                }
                self.external(self.names.collected, &[item])
            }
            _ => Ty::UNKNOWN,
        }
    }

    /// A collection's type with what the annotation leaves open taken from the items: `Vec<_>`.
    pub(super) fn collected(&mut self, into: Ty, item: Ty) -> Ty {
        match self.family(into) {
            Family::Sequence => {
                let element = self.types.arg(into, 0).known().unwrap_or(item);
                self.with_args(into, &[element])
            }
            Family::Map => {
                let key = self.types.arg(into, 0).known().unwrap_or(self.types.arg(item, 0));
                let value = self.types.arg(into, 1).known().unwrap_or(self.types.arg(item, 1));
                self.with_args(into, &[key, value])
            }
            Family::Result | Family::Option => {
                let inner = self.types.arg(into, 0);
                let inner = self.collected(inner, self.types.arg(item, 0));
                let mut args: Vec<Ty> = self.types.args(into).to_vec();
                args.iter_mut().take(1).for_each(|first| *first = inner);
                self.with_args(into, &args)
            }
            _ => into,
        }
    }

    fn with_args(&mut self, ty: Ty, args: &[Ty]) -> Ty {
        let kind = self.types.kind(ty);
        self.types.of(kind, args)
    }

    fn stream_method(&mut self, on: Ty, name: &str, args: &[Ty], types: &[Ty]) -> Ty {
        let item = self
            .types
            .binding(on, self.names.item)
            .or_else(|| self.types.arg(on, 0).known())
            .unwrap_or(Ty::UNKNOWN);
        let iterator = self.iterator(item);
        match name {
            "next" | "collect" | "fold" | "try_next" => {
                let output = if name == "try_next" {
                    let ok = self.types.arg(item, 0);
                    let some = self.option(ok);
                    self.external(self.names.result, &[some])
                } else {
                    self.iterator_method(iterator, name, args, types)
                };
                self.external(self.names.future, &[output])
            }
            _ => {
                let next = self.iterator_method(iterator, name, args, types);
                let item = self.element(next);
                if next.is_known() { self.external(self.names.stream, &[item]) } else { Ty::UNKNOWN }
            }
        }
    }

    fn future_method(&mut self, on: Ty, name: &str, args: &[Ty]) -> Ty {
        let output = self.awaited(on);
        let next = match name {
            "map" => self.result_of(args.first()),
            "then" | "and_then" => {
                let future = self.result_of(args.first());
                self.awaited(future)
            }
            "map_ok" => {
                let mapped = self.result_of(args.first());
                self.external(self.names.result, &[mapped])
            }
            "boxed"
            | "boxed_local"
            | "fuse"
            | "shared"
            | "instrument"
            | "map_err"
            | "in_current_span"
            | "with_current_subscriber"
            | "with_context"
            | "bind" => output,
            "now_or_never" => return self.option(output),
            _ => return Ty::UNKNOWN,
        };
        self.external(self.names.future, &[next])
    }
}
