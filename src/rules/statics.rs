//! The statics of the workspace that matter to a boundary, each with what it is: a handle, a container that changes, or
//! settings that are read when they are first needed. Constants, tables, regexes and metrics are none of these.

use super::Context;
use super::known_types::{Known, known};
use super::type_class::{self, Class, says_config, says_metrics};
use crate::extract::facts::{AccessKind, Node, Range, Storage};
use crate::graph::Graph;
use crate::graph::flow::{Definition, Unit};
use crate::graph::surface::{Head, Static, TypeTree};
use std::collections::{BTreeMap, BTreeSet};

/// How many calls deep it is looked for what reads settings.
const MAX_CALLS: usize = 4;

/// A static that is more than a constant.
#[derive(Clone, Debug)]
pub struct State {
    /// The static.
    pub of: Static,
    /// What it is.
    pub class: Class,
}

/// All of them, in the order of the files.
#[derive(Debug, Default)]
pub struct States {
    list: Vec<State>,
    index: BTreeMap<Definition, usize>,
}

impl States {
    /// Looks at every static that counts.
    pub fn new(ctx: &Context) -> States {
        let graph = ctx.graph;
        let mut statics = graph.statics();
        statics.retain(|of| ctx.checks_tests() || !(of.test || ctx.model().node(of.node).test));
        let filled = Filled::new(graph, &statics);
        let mut states = States::default();
        for of in statics {
            let Some(class) = class(graph, &of, &filled) else { continue };
            states.index.insert(of.definition, states.list.len());
            states.list.push(State { of, class });
        }
        states
    }

    /// What a definition is, if it is one of them.
    pub fn get(&self, definition: Definition) -> Option<&State> {
        self.list.get(*self.index.get(&definition)?)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &State> {
        self.list.iter()
    }
}

fn class(graph: &Graph, of: &Static, filled: &Filled) -> Option<Class> {
    if says_metrics(&of.name) {
        return None;
    }
    let found = type_class::class(graph, &of.ty);
    if let Some(handle) = found.filter(|class| class.is_handle()) {
        return Some(handle);
    }
    let changes = match of.storage {
        Storage::Mutable => true,
        Storage::Task => return Some(Class::Container),
        _ => false,
    };
    // Settings that can be read again stay settings.
    if !changes && (found.is_some() || is_lazy(of)) && type_class::is_config(graph, &of.ty) {
        return Some(Class::Config);
    }
    if changes || found.is_some() {
        return Some(Class::Container);
    }
    (is_lazy(of) && holds_config(graph, of, filled)).then_some(Class::Config)
}

/// Made when it is first needed.
fn is_lazy(of: &Static) -> bool {
    of.storage == Storage::Lazy || is_once(&of.ty)
}

fn is_once(tree: &TypeTree) -> bool {
    match &tree.head {
        Head::Outside(path) => known(path) == Some(Known::Once) && !tree.parts.is_empty(),
        _ => false,
    }
}

/// Whether the content of something that does not change comes from outside the program.
fn holds_config(graph: &Graph, of: &Static, filled: &Filled) -> bool {
    let here = filled.0.contains(&of.definition);
    if here || named_config(of) {
        return true;
    }
    let Some((unit, body)) = graph.body_of(of.definition) else { return false };
    let unit = graph.unit(unit);
    unit.facts().bodies.get(body as usize).is_some_and(|body| Reads::new(graph).within(unit, body.nodes, 0))
}

/// By the name of the static, where nothing says that it is the settings of a library, which are written in code.
fn named_config(of: &Static) -> bool {
    let is_plain = match &type_class::core(&of.ty).head {
        Head::Outside(path) => path.first().is_some_and(|krate| krate == "std"),
        Head::Unknown => false,
        _ => true,
    };
    is_plain && says_config(&of.name) && !of.name.starts_with("DEFAULT")
}

/// Statics that are filled from elsewhere: `X.set(…)`, or with what is read outside the program.
struct Filled(BTreeSet<Definition>);

impl Filled {
    fn new(graph: &Graph, statics: &[Static]) -> Filled {
        let once: BTreeSet<Definition> =
            statics.iter().filter(|of| is_once(&of.ty)).map(|of| of.definition).collect();
        let mut filled = BTreeSet::new();
        if !once.is_empty() {
            graph.all_units().for_each(|unit| fill(graph, unit, &once, &mut filled));
        }
        Filled(filled)
    }
}

fn fill(graph: &Graph, unit: Unit<'_>, once: &BTreeSet<Definition>, filled: &mut BTreeSet<Definition>) {
    let facts = unit.facts();
    for (index, access) in (0..).zip(&facts.accesses) {
        let sets = match (access.kind, unit.name(access.name)) {
            (AccessKind::Method, "set") => true,
            (AccessKind::Method, "get_or_init" | "get_or_try_init") => false,
            _ => continue,
        };
        let Some(Node::Path(reference, _)) = facts.nodes.get(access.on.index()) else { continue };
        let Some(definition) = unit.here(*reference).filter(|definition| once.contains(definition)) else {
            continue;
        };
        let reads = || {
            let of_call =
                facts.closures.iter().filter(|c| c.argument_of.is_some_and(|argument| argument.0 == index));
            let mut ranges = of_call.map(|closure| closure.nodes);
            let mut reads = Reads::new(graph);
            ranges.any(|nodes| reads.within(unit, nodes, 0))
                || facts.node_list(access.arguments).iter().any(|node| reads.node(unit, node.index(), 0))
        };
        if !unit.is_test(access.scope, access.test) && (sets || reads()) {
            filled.insert(definition);
        }
    }
}

/// Looks for code that reads settings: the environment, files, arguments of the program.
struct Reads<'a> {
    graph: &'a Graph,
    seen: BTreeSet<Definition>,
}

impl<'a> Reads<'a> {
    fn new(graph: &'a Graph) -> Reads<'a> {
        Reads { graph, seen: BTreeSet::new() }
    }

    fn within(&mut self, unit: Unit<'a>, (start, end): Range, depth: usize) -> bool {
        (start..end).any(|node| self.node(unit, node as usize, depth))
    }

    fn node(&mut self, unit: Unit<'a>, node: usize, depth: usize) -> bool {
        match unit.facts().nodes.get(node) {
            Some(Node::Path(reference, _)) => match unit.here(*reference) {
                Some(definition) => self.function(definition, depth),
                None => {
                    reads_settings(&unit.outside(*reference))
                        || unit.last_segment(*reference).contains("parse")
                            && unit.prefix(*reference).is_some_and(|parser| {
                                self.graph.has_trait(parser, &["Parser", "StructOpt", "FromArgs"])
                            })
                }
            },
            Some(Node::Access(access)) => {
                unit.callee(*access).is_some_and(|callee| self.function(callee, depth))
            }
            _ => false,
        }
    }

    fn function(&mut self, definition: Definition, depth: usize) -> bool {
        if depth >= MAX_CALLS || !self.graph.is_function(definition) || !self.seen.insert(definition) {
            return false;
        }
        let Some((unit, body)) = self.graph.body_of(definition) else { return false };
        let unit = self.graph.unit(unit);
        let body = unit.facts().bodies.get(body as usize).copied();
        body.is_some_and(|body| self.within(unit, body.nodes, depth + 1))
    }
}

/// Whether a function from outside reads what lies outside the program.
fn reads_settings(path: &[&str]) -> bool {
    let (Some(krate), Some(name)) = (path.first(), path.last()) else { return false };
    match *krate {
        "std" => match path.get(1) {
            Some(&"env") => matches!(*name, "var" | "var_os" | "vars" | "vars_os" | "args" | "args_os"),
            Some(&"fs") => name.starts_with("read") || *name == "open",
            _ => false,
        },
        "tokio" => {
            matches!(path.get(1), Some(&("fs" | "File"))) && (name.starts_with("read") || *name == "open")
        }
        "dotenv" | "dotenvy" | "envy" | "config" | "figment" | "envconfig" | "twelf" | "confy" => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_from_the_environment_and_from_files() {
        let reads = |text: &str| reads_settings(&text.split("::").collect::<Vec<_>>());
        for path in ["std::env::var", "std::fs::read_to_string", "std::fs::File::open", "dotenvy::var"] {
            assert!(reads(path), "{path}");
        }
        for path in ["std::env::temp_dir", "std::collections::HashMap::new", "regex::Regex::new", ""] {
            assert!(!reads(path), "{path}");
        }
    }
}
