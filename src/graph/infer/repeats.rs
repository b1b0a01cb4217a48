//! Code that runs once for each of many things: the bodies of loops, and closures and functions that are given to the
//! adapters of iterators.
//!
//! Left out is what runs once for a reason of its own: loops that try again, that wait for the next message of a channel
//! or a stream, that go over a list which is written out, or that go over batches already.

use super::super::defs::Def;
use super::Inferrer;
use super::known::Family;
use super::types::{Kind, Ty};
use crate::extract::facts::{
    Access, AccessKind, ItemKind, LoopKind, MemberKind, Name, Node, NodeIx, Pos, Storage, Stretch,
};

/// A stretch of code that runs once for each of many things.
#[derive(Clone, Copy, Debug)]
pub(in crate::graph) struct Repeat {
    /// What lies in it.
    pub stretch: Stretch,
    /// Where the loop or the adapter stands.
    pub pos: Pos,
    pub kind: RepeatKind,
}

/// What makes code run many times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RepeatKind {
    /// The body of a loop.
    Loop,
    /// A closure that is given to an adapter of an iterator.
    Closure,
    /// A function that is given to one by its name.
    Passed,
}

/// Adapters of iterators and methods of collections that call what they are given once for each element (the
/// documentation of `Iterator`, of the standard library's collections, and of itertools and rayon for what they add).
const ADAPTERS: &[&str] = &[
    "all",
    "any",
    "dedup_by_key",
    "extract_if",
    "filter",
    "filter_map",
    "find",
    "find_map",
    "flat_map",
    "fold",
    "for_each",
    "inspect",
    "is_sorted_by_key",
    "map",
    "map_while",
    "max_by_key",
    "min_by_key",
    "partition",
    "position",
    "reduce",
    "retain",
    "retain_mut",
    "rposition",
    "scan",
    "skip_while",
    "sort_by_cached_key",
    "sort_by_key",
    "sort_unstable_by_key",
    "take_while",
    "try_fold",
    "try_for_each",
    "update",
];

/// Those that neither options nor streams have.
const OF_COLLECTIONS: &[&str] = &[
    "dedup_by_key",
    "find_map",
    "map_while",
    "max_by_key",
    "min_by_key",
    "partition",
    "position",
    "retain",
    "retain_mut",
    "rposition",
    "sort_by_cached_key",
    "sort_by_key",
    "sort_unstable_by_key",
];

/// Methods that make an iterator of a collection, or another one of an iterator.
const ITERATES: &[&str] = &[
    "bytes",
    "chain",
    "chars",
    "cloned",
    "copied",
    "drain",
    "enumerate",
    "into_iter",
    "into_keys",
    "into_par_iter",
    "into_values",
    "iter",
    "iter_mut",
    "keys",
    "lines",
    "par_iter",
    "rev",
    "sorted",
    "split",
    "split_whitespace",
    "unique",
    "values",
    "values_mut",
    "windows",
    "zip",
];

/// Methods that cut a collection into batches.
const BATCHES: &[&str] = &["array_chunks", "as_chunks", "chunk_by", "chunks", "chunks_exact", "par_chunks"];

/// Methods that a `while let` takes the next element of a collection with.
const TAKES: &[&str] = &["next", "next_back", "pop", "pop_back", "pop_first", "pop_front", "pop_last"];

/// Longest chain of values that is looked back.
const MAX_CHAIN: usize = 32;

impl Inferrer<'_> {
    /// All such code of the mount.
    pub(super) fn repeats(&self) -> Vec<Repeat> {
        let facts = &self.mount.facts;
        let mut out = Vec::new();
        for item in facts.loops.iter().filter(|item| self.goes_over_many(item.kind)) {
            out.push(Repeat { stretch: item.stretch, pos: item.pos, kind: RepeatKind::Loop });
        }
        for closure in &facts.closures {
            let Some(access) = closure.argument_of.map(|ix| &facts.accesses[ix.index()]) else { continue };
            if self.adapts_many(access) {
                out.push(Repeat { stretch: closure.stretch, pos: access.pos, kind: RepeatKind::Closure });
            }
        }
        for access in &facts.accesses {
            out.extend(self.passed(access));
        }
        out
    }

    /// A function that an adapter is given by its name.
    fn passed(&self, access: &Access) -> Option<Repeat> {
        if access.kind != AccessKind::Method || access.arguments.1 != access.arguments.0 + 1 {
            return None;
        }
        let facts = &self.mount.facts;
        let [argument] = facts.node_list(access.arguments) else { return None };
        let Some(Node::Path(reference, _)) = facts.nodes.get(argument.index()) else { return None };
        let stretch = Stretch { refs: (reference.0, reference.0 + 1), ..Stretch::default() };
        let repeat = Repeat { stretch, pos: access.pos, kind: RepeatKind::Passed };
        self.adapts_many(access).then_some(repeat)
    }

    fn goes_over_many(&self, kind: LoopKind) -> bool {
        match kind {
            LoopKind::For(value) => {
                let given =
                    matches!(self.container(value), Family::Receiver | Family::Stream | Family::Option);
                !given && !self.is_written_out(value) && !self.gives_batches(value)
            }
            LoopKind::Count(counter) => counter.is_some_and(|name| !self.counts_attempts(name)),
            LoopKind::WhileLet(value) => self.takes_next(value),
            LoopKind::While => true,
            LoopKind::Listed | LoopKind::Endless => false,
        }
    }

    /// `for attempt in 0..3`, `for _ in 0..3`
    fn counts_attempts(&self, name: Name) -> bool {
        let name = self.text(self.mount.name(name));
        name.starts_with('_')
            || ["attempt", "retry", "retries", "tries", "try"].iter().any(|w| name.contains(w))
    }

    /// `while let Some(x) = list.pop()`, and not `while let Some(x) = stream.next().await`.
    fn takes_next(&self, value: NodeIx) -> bool {
        let access = self.access_of(value).filter(|access| access.kind == AccessKind::Method);
        access.is_some_and(|access| {
            TAKES.contains(&self.text(self.mount.name(access.name)))
                && !matches!(self.container(access.on), Family::Receiver | Family::Stream)
        })
    }

    /// Whether a method calls what it is given once for each element of something.
    fn adapts_many(&self, access: &Access) -> bool {
        if access.kind != AccessKind::Method {
            return false;
        }
        let name = self.text(self.mount.name(access.name));
        if access.on_list
            || !ADAPTERS.contains(&name)
            || self.is_written_out(access.on)
            || self.gives_batches(access.on)
        {
            return false;
        }
        match self.container(access.on) {
            Family::Sequence | Family::Map | Family::Iterator => true,
            Family::Other => OF_COLLECTIONS.contains(&name) || self.comes_from(access.on, ITERATES),
            _ => false,
        }
    }

    /// Whether a chain of methods that a value comes from has one of some names.
    fn comes_from(&self, mut value: NodeIx, names: &[&str]) -> bool {
        for _ in 0..MAX_CHAIN {
            match self.access_of(value) {
                Some(access) if access.kind == AccessKind::Method => {
                    if names.contains(&self.text(self.mount.name(access.name))) {
                        return true;
                    }
                    value = access.on;
                }
                _ => return false,
            }
        }
        false
    }

    /// Whether a value comes from a method that cuts a collection into batches.
    fn gives_batches(&self, value: NodeIx) -> bool {
        self.comes_from(value, BATCHES)
    }

    /// Whether a value is a list whose elements are written out, or an iterator over one.
    fn is_written_out(&self, mut value: NodeIx) -> bool {
        for _ in 0..MAX_CHAIN {
            match self.mount.facts.nodes.get(value.index()) {
                Some(Node::Array(element)) => return *element != NodeIx::UNKNOWN,
                Some(Node::Path(reference, _)) => return self.is_constant(reference.index()),
                Some(Node::Access(ix)) => {
                    let access = &self.mount.facts.accesses[ix.index()];
                    let name = self.text(self.mount.name(access.name));
                    if access.kind != AccessKind::Method || !ITERATES.contains(&name) {
                        return false;
                    }
                    value = access.on;
                }
                _ => return false,
            }
        }
        false
    }

    /// Whether a reference names a constant: what it lists is written out.
    fn is_constant(&self, reference: usize) -> bool {
        let target = self.target(self.id, reference).map(|target| target.def);
        match target {
            Some(Def::Item(ix)) => {
                matches!(self.defs.item_facts(ix).kind, ItemKind::Const | ItemKind::Static(Storage::Plain))
            }
            Some(Def::ImplMember(id, member)) => {
                let mount = self.defs.mount(self.defs.impls[id.index()].mount);
                mount.facts.members[member as usize].kind == MemberKind::Const
            }
            _ => false,
        }
    }

    fn access_of(&self, value: NodeIx) -> Option<&Access> {
        match self.mount.facts.nodes.get(value.index())? {
            Node::Access(ix) => self.mount.facts.accesses.get(ix.index()),
            _ => None,
        }
    }

    /// What kind of container a value is; pointers and guards are looked through.
    fn container(&self, value: NodeIx) -> Family {
        let mut ty = self.values.get(value.index()).copied().unwrap_or(Ty::UNKNOWN);
        for _ in 0..MAX_CHAIN {
            match self.types.kind(ty) {
                Kind::External(_, name) if super::known::dereferences(self.text(name)) => {
                    ty = self.types.arg(ty, 0)
                }
                // `impl Iterator`
                Kind::Bounds => {
                    let bounds = self.types.args(ty).iter().map(|bound| self.family(*bound));
                    return bounds
                        .into_iter()
                        .find(|family| *family != Family::Other)
                        .unwrap_or(Family::Other);
                }
                _ => return self.family(ty),
            }
        }
        Family::Other
    }
}
