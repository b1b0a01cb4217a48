//! What in a signature keeps a function from becoming a network call.

use super::contract::Function;
use super::known_types::{self, Known, passed_db_handle};
use super::{Context, wire};
use crate::graph::Graph;
use crate::graph::flow::Definition;
use crate::graph::surface::{Head, Parent, TypeTree};

/// Why a function can't become a network call, the hardest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It changes what its caller holds.
    Mutable,
    /// It is given code to run, or gives some back.
    Closure,
    /// It is given an object of which only a trait is known, or gives one back.
    Dyn,
    /// What it returns stays its own.
    Borrowed,
    /// Elements come one by one, while both sides run.
    Stream,
    /// Both sides share a lock, or something that is counted in one process.
    Lock,
    /// It works for types of which nothing says how they are sent.
    Generic,
}

/// A reason, in words that follow "it": `takes \`&mut Ledger\``.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Obstacle {
    /// Why.
    pub reason: Reason,
    /// In words.
    pub words: String,
}

/// Crates with which a program is put together at its start: what they lend is no data.
const WIRING: &[&str] = &[
    "actix_web",
    "axum",
    "clap",
    "ntex",
    "poem",
    "rocket",
    "salvo",
    "tide",
    "tonic",
    "utoipa_actix_web",
    "warp",
];

/// Traits of which something is that arrives bit by bit, and what it is then.
const STREAMS: &[(&[&str], &str)] = &[
    (
        &[
            "Iterator",
            "DoubleEndedIterator",
            "ExactSizeIterator",
            "ParallelIterator",
            "IntoIter",
            "Iter",
            "IterMut",
        ],
        "an iterator",
    ),
    (&["Stream", "TryStream", "BoxStream", "LocalBoxStream", "ReceiverStream", "Streaming"], "a stream"),
    (
        &["AsyncRead", "AsyncBufRead", "AsyncWrite", "AsyncSeek", "Read", "BufRead", "Write", "Seek"],
        "a stream of bytes",
    ),
    (&["Sink"], "a sink"),
];

/// Bounds of a generic parameter under which a value can be sent: by themselves, or since something that can be sent is
/// easily made of it.
const WIRE_BOUNDS: &[&str] = &[
    "AsRef",
    "Borrow",
    "Display",
    "Extend",
    "From",
    "FromIterator",
    "FromStr",
    "Into",
    "IntoIterator",
    "IntoRequest",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
];

/// Everything that keeps a function from becoming a network call; what hands over a database is another rule's.
pub fn obstacles(ctx: &Context, function: &Function) -> Vec<Obstacle> {
    let signature = &function.signature;
    let is_data = goes_with_data(ctx, function);
    // Only of a result that is read, and has something to lend.
    let may_lend = !is_data && signature.output.any(&mut |part| matches!(part.head, Head::Borrowed { .. }));
    let names = |tree: &TypeTree| match &tree.head {
        Head::Parameter(name) => Some(name.clone()),
        _ => None,
    };
    let mut reader = Reader {
        ctx,
        generics: signature.generics.iter().filter_map(names).collect(),
        lends: may_lend && lends(ctx, function),
        owner: owner(function).filter(|_| function.has_receiver()),
        returned: false,
        found: Vec::new(),
    };
    for input in &signature.inputs {
        reader.read(input);
    }
    if !is_data {
        reader.returned = true;
        reader.read(&signature.output);
    }
    let mut found = reader.found;
    found.retain(|obstacle| !is_data || !matches!(obstacle.reason, Reason::Closure | Reason::Generic));
    // What a closure is given and gives back follows from the closure.
    if found.iter().any(|obstacle| obstacle.reason == Reason::Closure) {
        found.retain(|obstacle| obstacle.reason != Reason::Generic);
    }
    found.sort_by_key(|obstacle| obstacle.reason);
    let mut seen = Vec::new();
    found.retain(|obstacle| {
        let is_new = !seen.contains(obstacle);
        seen.push(obstacle.clone());
        is_new
    });
    found
}

/// Whether a function is a method of a value that can be sent: it runs wherever the value is. What it changes, and what else
/// it needs from its caller's process, still counts.
fn goes_with_data(ctx: &Context, function: &Function) -> bool {
    function.has_receiver() && owner(function).is_some_and(|owner| wire::has_wire_form(ctx, owner))
}

/// Whether what a function returns by reference is its module's own. It is not if nothing was there to borrow from: then
/// it lives for as long as the program, as it does if the signature says so. Neither is what a value lends that holds nothing
/// but data.
fn lends(ctx: &Context, function: &Function) -> bool {
    let signature = &function.signature;
    let result = function.written_result(ctx);
    if result.contains('&') && result.split('&').skip(1).all(|part| part.trim_start().starts_with("'static"))
    {
        return false;
    }
    let mut is_borrowed = |tree: &TypeTree| matches!(tree.head, Head::Borrowed { .. });
    if !function.has_receiver() {
        return signature.inputs.iter().any(|input| input.any(&mut is_borrowed));
    }
    let is_data = |owner: Definition| signature.inputs.is_empty() && !wire::holds_handle(ctx, owner);
    !owner(function).is_some_and(is_data)
}

/// The type that a function belongs to.
fn owner(function: &Function) -> Option<Definition> {
    match function.signature.parent {
        Parent::Type(owner) => owner,
        _ => None,
    }
}

/// Reads one signature.
struct Reader<'a> {
    ctx: &'a Context<'a>,
    /// The function's own generic parameters.
    generics: Vec<String>,
    lends: bool,
    /// The type that it is a method of.
    owner: Option<Definition>,
    /// Reading the result.
    returned: bool,
    found: Vec<Obstacle>,
}

impl Reader<'_> {
    fn add(&mut self, reason: Reason, what: &str) {
        let verb = if self.returned { "returns" } else { "takes" };
        self.found.push(Obstacle { reason, words: format!("{verb} {what}") });
    }

    fn read(&mut self, tree: &TypeTree) {
        if passed_db_handle(self.ctx, tree).is_some() {
            return;
        }
        match &tree.head {
            Head::Borrowed { mutable } => self.borrowed(tree, *mutable),
            Head::Fn => self.add(Reason::Closure, "a function"),
            Head::Outside(path) => self.outside(path, tree),
            Head::Dyn | Head::Impl => self.bounds(tree, &tree.parts, None),
            Head::Parameter(name) => {
                // Those of the type around it belong to the type.
                let own = self.generics.contains(name);
                self.bounds(tree, &tree.parts, own.then_some(name.as_str()));
            }
            Head::Unknown | Head::Primitive(_) => {}
            Head::Here(_) | Head::Tuple | Head::Slice | Head::Binding(_) => self.all(&tree.parts),
        }
    }

    fn all(&mut self, parts: &[TypeTree]) {
        parts.iter().for_each(|part| self.read(part));
    }

    fn borrowed(&mut self, tree: &TypeTree, mutable: bool) {
        let Some(inner) = tree.parts.first() else { return };
        if self.returned {
            // A builder hands on itself.
            let is_itself = inner.here().is_some() && inner.here() == self.owner;
            if self.lends && !is_itself {
                self.add(Reason::Borrowed, &format!("`{}`, which is borrowed", text(self.ctx.graph, tree)));
            }
            return;
        }
        let before = self.found.len();
        self.read(inner);
        let is_code = self.found[before..].iter().any(|o| o.reason == Reason::Closure);
        if mutable && !is_code && !is_wiring(inner) {
            // A thing that is lent to be changed: what else it is says less.
            self.found.truncate(before);
            self.add(Reason::Mutable, &format!("`{}` to change it", text(self.ctx.graph, tree)));
        }
    }

    fn outside(&mut self, path: &[String], tree: &TypeTree) {
        let name = path.last().map_or("", String::as_str);
        if is_closure(name) {
            self.add(Reason::Closure, "a closure");
        } else if let Some(stream) = stream(name).filter(|_| !self.returned || self.lends || !is_lent(tree)) {
            self.add(Reason::Stream, stream);
        } else if is_future(name) {
            self.future(tree);
        } else {
            match known_types::known(path) {
                Some(Known::Channel) => self.add(Reason::Stream, "the end of a channel"),
                Some(Known::Lock | Known::Guard | Known::SharedMap | Known::Once) => {
                    self.add(Reason::Lock, &format!("`{}`", text(self.ctx.graph, tree)));
                }
                _ if name == "Rc" => self.add(Reason::Lock, &format!("`{}`", text(self.ctx.graph, tree))),
                _ => self.all(&tree.parts),
            }
        }
    }

    /// What a future gives in the end is what an `async fn` returns; one that is handed in is code to run.
    fn future(&mut self, tree: &TypeTree) {
        if self.returned {
            self.all(&tree.parts);
        } else {
            self.add(Reason::Closure, "a future");
        }
    }

    /// `dyn A + B`, `impl A + B` or a generic parameter, of which `parameter` is the name.
    fn bounds(&mut self, tree: &TypeTree, bounds: &[TypeTree], parameter: Option<&str>) {
        let name = |bound: &TypeTree| self.name(bound);
        let names: Vec<String> = bounds.iter().map(name).collect();
        for (bound, name) in bounds.iter().zip(&names) {
            let special = is_closure(name) || stream(name).is_some() || is_future(name);
            if special && bound.here().is_none() {
                return self.read(bound);
            }
        }
        let is_error = names.iter().any(|name| name == "Error");
        match tree.head {
            Head::Dyn if is_error => {}
            Head::Dyn => self.add(Reason::Dyn, &format!("`{}`", text(self.ctx.graph, tree))),
            _ if is_error || bounds.iter().any(|bound| is_wire_bound(self.ctx.graph, bound, 0)) => {}
            Head::Impl if names.iter().any(|name| !is_marker(name)) => {
                self.add(Reason::Generic, &format!("`{}`", text(self.ctx.graph, tree)));
            }
            _ => {
                if let Some(parameter) = parameter {
                    let words = format!("works for any type `{parameter}{}`", such_as(&names));
                    self.found.push(Obstacle { reason: Reason::Generic, words });
                }
            }
        }
    }

    fn name(&self, tree: &TypeTree) -> String {
        match &tree.head {
            Head::Outside(path) => path.last().cloned().unwrap_or_default(),
            Head::Here(definition) => self.ctx.graph.short_name(*definition).to_owned(),
            _ => String::new(),
        }
    }
}

/// `: Store`
fn such_as(bounds: &[String]) -> String {
    let bound = bounds.iter().find(|name| !name.is_empty() && !is_marker(name));
    bound.map_or_else(String::new, |name| format!(": {name}"))
}

/// Whether a bound says how a value is sent.
fn is_wire_bound(graph: &Graph, bound: &TypeTree, depth: usize) -> bool {
    match &bound.head {
        Head::Outside(path) => path.last().is_some_and(|name| {
            WIRE_BOUNDS.contains(&name.as_str()) || wire::TRAITS.contains(&name.as_str())
        }),
        Head::Here(definition) if depth < 4 => {
            graph.supertraits(*definition).iter().any(|bound| is_wire_bound(graph, bound, depth + 1))
        }
        _ => false,
    }
}

fn is_closure(name: &str) -> bool {
    matches!(name, "Fn" | "FnMut" | "FnOnce" | "AsyncFn" | "AsyncFnMut" | "AsyncFnOnce")
}

fn is_future(name: &str) -> bool {
    matches!(name, "Future" | "BoxFuture" | "LocalBoxFuture" | "IntoFuture" | "TryFuture")
}

fn stream(name: &str) -> Option<&'static str> {
    STREAMS.iter().find(|(names, _)| names.contains(&name)).map(|(_, what)| *what)
}

/// An iterator over what is lent.
fn is_lent(tree: &TypeTree) -> bool {
    tree.any(&mut |part| matches!(part.head, Head::Borrowed { .. }))
}

fn is_marker(name: &str) -> bool {
    matches!(name, "Send" | "Sync" | "Unpin" | "Sized" | "UnwindSafe" | "RefUnwindSafe" | "Captures")
}

/// Whether a type is one that a program is put together with at its start.
pub fn is_wiring(tree: &TypeTree) -> bool {
    tree.outside().is_some_and(|(krate, _)| WIRING.contains(&krate))
}

/// How deep a type is spelt out.
const MAX_DEPTH: usize = 3;

/// A type in few words: `&mut Vec<Charge>`.
pub fn text(graph: &Graph, tree: &TypeTree) -> String {
    spell(graph, tree, MAX_DEPTH)
}

fn spell(graph: &Graph, tree: &TypeTree, depth: usize) -> String {
    let Some(depth) = depth.checked_sub(1) else { return "_".to_owned() };
    let list = |separator: &str| {
        let parts: Vec<String> = tree.parts.iter().map(|part| spell(graph, part, depth)).collect();
        parts.join(separator)
    };
    let one = || tree.parts.first().map_or_else(|| "_".to_owned(), |part| spell(graph, part, depth + 1));
    let named = |name: &str| match tree.parts.as_slice() {
        [] => name.to_owned(),
        _ => format!("{name}<{}>", list(", ")),
    };
    match &tree.head {
        Head::Here(definition) => named(graph.short_name(*definition)),
        Head::Outside(path) => named(path.last().map_or("_", String::as_str)),
        Head::Primitive(name) | Head::Parameter(name) => name.clone(),
        Head::Borrowed { mutable } => format!("&{}{}", if *mutable { "mut " } else { "" }, one()),
        Head::Tuple => format!("({})", list(", ")),
        Head::Slice => format!("[{}]", one()),
        Head::Dyn => format!("dyn {}", list(" + ")),
        Head::Impl => format!("impl {}", list(" + ")),
        Head::Fn => "fn(…)".to_owned(),
        Head::Binding(name) => format!("{name} = {}", one()),
        Head::Unknown => "_".to_owned(),
    }
}
