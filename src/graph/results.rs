//! What the results of functions lead to: `pub fn pool() -> &'static Pool { POOL.get().unwrap() }` hands out `POOL`.

use super::Graph;
use super::flow::{Definition, Unit};
use super::surface::Static;
use crate::extract::facts::{Access, AccessIx, AccessKind, Body, Node, NodeIx, RefIx, Storage};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

/// How many functions deep a static is followed.
const MAX_CALLS: usize = 5;
/// How deep one value is followed.
const MAX_DEPTH: usize = 40;

/// Methods whose result is the value that they are called on, or a part of it that is shared.
const PASSES_ON: [&str; 40] = [
    "acquire",
    "as_deref",
    "as_mut",
    "as_ref",
    "blocking_lock",
    "blocking_read",
    "blocking_write",
    "borrow",
    "borrow_mut",
    "clone",
    "cloned",
    "context",
    "deref",
    "deref_mut",
    "expect",
    "force",
    "get",
    "get_mut",
    "get_or_init",
    "get_or_insert_with",
    "get_or_try_init",
    "into_inner",
    "load",
    "load_full",
    "lock",
    "ok_or",
    "ok_or_else",
    "read",
    "read_recursive",
    "to_owned",
    "try_lock",
    "unwrap",
    "unwrap_or_default",
    "unwrap_or_else",
    "unwrap_unchecked",
    "upgradable_read",
    "write",
    "ok",
    "copied",
    "wait",
];

/// Functions that give back their argument, or something around it.
const WRAPS: [&str; 9] = ["Some", "Ok", "clone", "deref", "as_ref", "borrow", "force", "from", "ready"];

/// What the result of a function is made of.
#[derive(Default)]
struct Sources {
    statics: BTreeSet<Definition>,
    /// The value that the method is called on.
    receiver: bool,
}

impl Static {
    /// `static mut`
    pub fn is_mutable(&self) -> bool {
        self.storage == Storage::Mutable
    }

    /// In `lazy_static!`: made when it is first used.
    pub fn is_lazy(&self) -> bool {
        self.storage == Storage::Lazy
    }

    /// In `task_local!`: it is set for a while.
    pub fn is_per_task(&self) -> bool {
        self.storage == Storage::Task
    }

    /// In `thread_local!`.
    pub fn is_per_thread(&self) -> bool {
        self.storage == Storage::Thread
    }
}

/// Follows the results of functions; remembers what it found.
pub struct Results<'a> {
    graph: &'a Graph,
    /// By the function, and how many calls lead to it.
    known: RefCell<FxHashMap<(Definition, usize), Rc<Sources>>>,
}

impl<'a> Results<'a> {
    /// Nothing is known yet.
    pub fn new(graph: &'a Graph) -> Results<'a> {
        Results { graph, known: RefCell::default() }
    }

    /// The statics that the result of a function is one of, or a part of one, a guard of it, a clone; sorted.
    pub fn statics_behind(&self, function: Definition) -> Vec<Definition> {
        self.sources(function, 0).statics.iter().copied().collect()
    }

    fn sources(&self, function: Definition, calls: usize) -> Rc<Sources> {
        if calls > MAX_CALLS {
            return Rc::default();
        }
        let known = self.known.borrow().get(&(function, calls)).cloned();
        known.unwrap_or_else(|| {
            let found = Rc::new(self.look(function, calls));
            self.known.borrow_mut().insert((function, calls), found.clone());
            found
        })
    }

    fn look(&self, function: Definition, calls: usize) -> Sources {
        let mut out = Sources::default();
        let Some((unit, body)) = self.graph.body_of(function) else { return out };
        let unit = self.graph.unit(unit);
        if let Some(&body) = unit.facts().bodies.get(body as usize) {
            Walk { results: self, unit, body, calls }.value(body.result, 0, &mut out);
        }
        out
    }
}

/// Follows the values of one body.
struct Walk<'a> {
    results: &'a Results<'a>,
    unit: Unit<'a>,
    body: Body,
    calls: usize,
}

impl Walk<'_> {
    fn value(&self, node: NodeIx, depth: usize, out: &mut Sources) {
        let Some(value) = self.unit.facts().nodes.get(node.index()).filter(|_| depth < MAX_DEPTH) else {
            return;
        };
        match *value {
            Node::Path(reference, _) => self.path(reference, out),
            Node::Access(access) => self.access(access, depth + 1, out),
            Node::Annotated(_, inner)
            | Node::Try(inner)
            | Node::Future(inner)
            | Node::Output(inner)
            | Node::Deref(inner)
            | Node::Index(inner)
            | Node::Slice(inner)
            | Node::Element(inner)
            | Node::Part(inner, _)
            | Node::Destructured(inner, ..) => self.value(inner, depth + 1, out),
            Node::Either(list) | Node::Tuple(list) => self.values(list, depth, out),
            Node::Input(_) => {
                let first = self.unit.facts().node_list(self.body.inputs).first();
                out.receiver |= self.body.receiver && first == Some(&node);
            }
            _ => {}
        }
    }

    fn values(&self, list: (u32, u32), depth: usize, out: &mut Sources) {
        self.unit.facts().node_list(list).iter().for_each(|node| self.value(*node, depth + 1, out));
    }

    fn path(&self, reference: RefIx, out: &mut Sources) {
        out.statics.extend(self.unit.here(reference).filter(|it| self.results.graph.is_static(*it)));
    }

    fn access(&self, index: AccessIx, depth: usize, out: &mut Sources) {
        let access = &self.unit.facts().accesses[index.index()];
        match access.kind {
            AccessKind::Await | AccessKind::Field => self.value(access.on, depth, out),
            AccessKind::Call | AccessKind::Assoc => self.call(access, depth, out),
            AccessKind::Method => match self.method(index) {
                Some(method) => {
                    let found = self.results.sources(method, self.calls + 1);
                    out.statics.extend(&found.statics);
                    if found.receiver {
                        self.value(access.on, depth, out);
                    }
                }
                None if PASSES_ON.contains(&self.unit.name(access.name)) => self.value(access.on, depth, out),
                None => {}
            },
        }
    }

    /// The method of the workspace that an access calls.
    fn method(&self, index: AccessIx) -> Option<Definition> {
        self.unit.callee(index).filter(|method| self.results.graph.has_body(*method))
    }

    fn call(&self, access: &Access, depth: usize, out: &mut Sources) {
        let Some(Node::Path(reference, _)) = self.unit.facts().nodes.get(access.on.index()) else { return };
        match self.unit.here(*reference) {
            Some(function) => {
                let found = self.results.sources(function, self.calls + 1);
                out.statics.extend(&found.statics);
            }
            None if WRAPS.contains(&self.unit.last_segment(*reference)) => {
                self.values(access.arguments, depth, out);
            }
            None => {}
        }
    }
}
