//! Functions that hand out a static: `pub fn pool() -> &'static Pool { POOL.get().unwrap() }`. Whoever calls one uses the
//! static as if it were public.

use super::known_types::{Known, known};
use super::statics::States;
use super::type_class::{self, Class};
use crate::graph::Graph;
use crate::graph::flow::Definition;
use crate::graph::results::Results;
use crate::graph::surface::{Head, TypeTree};
use std::collections::BTreeMap;

/// Follows the results of functions; remembers what it found.
pub struct HandOut<'a> {
    graph: &'a Graph,
    states: &'a States,
    results: Results<'a>,
    known: BTreeMap<Definition, Vec<Definition>>,
}

impl<'a> HandOut<'a> {
    /// Nothing is known yet.
    pub fn new(graph: &'a Graph, states: &'a States) -> HandOut<'a> {
        HandOut { graph, states, results: Results::new(graph), known: BTreeMap::new() }
    }

    /// The statics that a function hands out, sorted; none if what it returns is plain data.
    pub fn by(&mut self, function: Definition) -> Vec<Definition> {
        if let Some(known) = self.known.get(&function) {
            return known.clone();
        }
        let found = self.look(function);
        self.known.insert(function, found.clone());
        found
    }

    fn look(&self, function: Definition) -> Vec<Definition> {
        let Some(signature) = self.graph.signature(function) else { return Vec::new() };
        let tied = is_tied(self.graph, &signature.output);
        // Settings out of a container are data that was copied.
        let is_config = !tied && type_class::is_config(self.graph, &signature.output);
        if !tied && !is_config {
            return Vec::new();
        }
        let mut found = self.results.statics_behind(function);
        let counts = |class: Class| tied || class == Class::Config;
        found.retain(|of| self.states.get(*of).is_some_and(|state| counts(state.class)));
        found
    }
}

/// A reference or a guard of something that is more than text and numbers, or a value that is a handle or a container
/// itself.
fn is_tied(graph: &Graph, tree: &TypeTree) -> bool {
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
        _ => type_class::class(graph, tree).is_some() && !type_class::is_config(graph, tree),
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
