//! Functions that hand out a static: `pub fn pool() -> &'static Pool { POOL.get().unwrap() }`. Whoever calls one uses the
//! static as if it were public.

use super::statics::States;
use super::type_class::{self, Class};
use crate::extract::facts::{Access, AccessIx, AccessKind, Body, Node, NodeIx, RefIx};
use crate::graph::Graph;
use crate::graph::flow::{Definition, Unit};
use crate::graph::surface::{Head, TypeTree};
use std::collections::{BTreeMap, BTreeSet};

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

/// Follows the results of functions; remembers what it found.
pub struct HandOut<'a> {
    graph: &'a Graph,
    states: &'a States,
    known: BTreeMap<Definition, Vec<Definition>>,
}

/// What the result of a function is made of.
#[derive(Default)]
struct Sources {
    statics: BTreeSet<Definition>,
    /// The value that the method is called on.
    receiver: bool,
}

impl<'a> HandOut<'a> {
    /// Nothing is known yet.
    pub fn new(graph: &'a Graph, states: &'a States) -> HandOut<'a> {
        HandOut { graph, states, known: BTreeMap::new() }
    }

    /// The statics that a function hands out, sorted; none if what it returns is plain data.
    pub fn by(&mut self, function: Definition) -> Vec<Definition> {
        if let Some(known) = self.known.get(&function) {
            return known.clone();
        }
        let found = match self.is_shared(function) {
            true => self.sources(function, 0).statics.into_iter().collect(),
            false => Vec::new(),
        };
        self.known.insert(function, found.clone());
        found
    }

    /// Whether what a function returns is still tied to where it came from.
    fn is_shared(&self, function: Definition) -> bool {
        self.graph.signature(function).is_some_and(|signature| is_tied(self.graph, &signature.output))
    }

    fn sources(&self, function: Definition, calls: usize) -> Sources {
        let mut out = Sources::default();
        let body = self.graph.body_of(function).and_then(|(unit, body)| {
            let unit = self.graph.unit(unit);
            Some((unit, unit.facts().bodies.get(body as usize).copied()?))
        });
        if let Some((unit, body)) = body.filter(|_| calls <= MAX_CALLS) {
            let walk = Walk { of: self, unit, body, calls };
            walk.value(body.result, 0, &mut out);
        }
        out
    }
}

/// Follows the values of one body.
struct Walk<'a, 'b> {
    of: &'b HandOut<'a>,
    unit: Unit<'a>,
    body: Body,
    calls: usize,
}

impl Walk<'_, '_> {
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
            Node::Macro(call) => {
                let call = &self.unit.facts().calls[call.index()];
                let name = self.unit.facts().path(call.path).last().map_or("", |name| self.unit.name(*name));
                if matches!(name, "addr_of" | "addr_of_mut") {
                    self.values(call.values, depth, out);
                }
            }
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
        out.statics.extend(self.unit.here(reference).filter(|it| self.of.states.get(*it).is_some()));
    }

    fn access(&self, index: AccessIx, depth: usize, out: &mut Sources) {
        let access = &self.unit.facts().accesses[index.index()];
        match access.kind {
            AccessKind::Await | AccessKind::Field => self.value(access.on, depth, out),
            AccessKind::Call | AccessKind::Assoc => self.call(access, depth, out),
            AccessKind::Method => match self.unit.callee(index) {
                Some(method) => {
                    let found = self.of.sources(method, self.calls + 1);
                    out.statics.extend(found.statics);
                    if found.receiver {
                        self.value(access.on, depth, out);
                    }
                }
                None if PASSES_ON.contains(&self.unit.name(access.name)) => self.value(access.on, depth, out),
                None => {}
            },
        }
    }

    fn call(&self, access: &Access, depth: usize, out: &mut Sources) {
        let Some(Node::Path(reference, _)) = self.unit.facts().nodes.get(access.on.index()) else { return };
        match self.unit.here(*reference) {
            Some(function) => {
                let found = self.of.sources(function, self.calls + 1);
                out.statics.extend(found.statics);
            }
            None if WRAPS.contains(&self.unit.last_segment(*reference)) => {
                self.values(access.arguments, depth, out);
            }
            None => {}
        }
    }
}

/// A reference or a guard of something that is more than text and numbers, or a value that is a handle, a container or
/// settings itself.
fn is_tied(graph: &Graph, tree: &TypeTree) -> bool {
    use super::known_types::{Known, known};
    match &tree.head {
        Head::Borrowed { mutable } => *mutable || tree.parts.iter().any(|part| !is_text(part)),
        Head::Outside(path) if known(path) == Some(Known::Guard) => true,
        Head::Outside(path) if path.last().is_some_and(|name| name == "LocalKey") => true,
        Head::Outside(path) if matches!(known(path), Some(Known::Wrapper | Known::Once)) => {
            tree.parts.iter().any(|part| is_tied(graph, part))
        }
        Head::Outside(path)
            if matches!(path.last().map(String::as_str), Some("Result" | "Vec" | "HashMap")) =>
        {
            tree.parts.iter().any(|part| is_tied(graph, part))
        }
        Head::Tuple | Head::Slice => tree.parts.iter().any(|part| is_tied(graph, part)),
        Head::Dyn | Head::Impl => {
            let deref = |part: &TypeTree| part.outside().is_some_and(|(_, name)| name.starts_with("Deref"));
            tree.parts.iter().any(deref) || type_class::class(graph, tree).is_some()
        }
        _ => type_class::class(graph, tree) >= Some(Class::Config) || type_class::is_config(graph, tree),
    }
}

/// Text, numbers and lists of them: what a caller may as well be sent.
fn is_text(tree: &TypeTree) -> bool {
    match &tree.head {
        Head::Primitive(_) => true,
        Head::Outside(path) => {
            let plain = matches!(
                path.last().map_or("", String::as_str),
                "String"
                    | "Path"
                    | "PathBuf"
                    | "Duration"
                    | "Url"
                    | "Uuid"
                    | "Vec"
                    | "Option"
                    | "OsStr"
                    | "Uri"
            );
            plain && tree.parts.iter().all(is_text)
        }
        Head::Borrowed { mutable: false } | Head::Slice | Head::Tuple => tree.parts.iter().all(is_text),
        _ => false,
    }
}
