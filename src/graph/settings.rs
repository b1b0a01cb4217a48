//! Which code reads what lies outside the program: the environment, files, arguments; which statics are filled with it; and
//! which code depends on more than what it is handed.

use super::Graph;
use super::flow::{Definition, Unit};
use super::surface::{Head, TypeTree};
use crate::extract::facts::{AccessKind, Node, Range};
use std::collections::BTreeSet;

/// How many calls deep it is looked for what reads settings.
const MAX_CALLS: usize = 4;

impl Graph {
    /// Whether the value of a static, or the functions that it calls, read what lies outside the program.
    pub fn reads_settings(&self, definition: Definition) -> bool {
        let Some((unit, body)) = self.body_of(definition) else { return false };
        let unit = self.unit(unit);
        unit.facts()
            .bodies
            .get(body as usize)
            .is_some_and(|body| Reads::new(self).within(unit, body.nodes, 0))
    }

    /// Whether a function depends on more than the values that it is handed, as far as its code and that of the functions
    /// which it calls show: it waits for something, uses a static, the time, the file system, the network, a database.
    pub fn reaches_out(&self, function: Definition) -> bool {
        let Some((unit, body)) = self.body_of(function) else { return true };
        let unit = self.unit(unit);
        let mut reads = Reads { outside: reaches_out, here: Here::State, ..Reads::new(self) };
        unit.facts().bodies.get(body as usize).is_none_or(|body| reads.within(unit, body.nodes, 0))
    }

    /// Whether a function, or one that it calls, names something of the workspace, as far as its code shows.
    pub fn comes_to(&self, function: Definition, named: Definition) -> bool {
        let mut reads = Reads { outside: |_| false, here: Here::This(named), ..Reads::new(self) };
        reads.function(function, 0)
    }

    /// Whether something is a static, or a constant that lists values: what a module knows, not what it is handed.
    fn holds_data(&self, definition: Definition) -> bool {
        let lists = |ty: &TypeTree| ty.any(&mut |part| part.head == Head::Slice);
        self.is_static(definition) || self.constant_type(definition).is_some_and(|ty| lists(&ty))
    }

    /// Those of some statics that are filled once from elsewhere: `X.set(…)`, or `X.get_or_init(…)` with what is read
    /// outside the program. Test code does not count.
    pub fn filled(&self, once: &BTreeSet<Definition>) -> BTreeSet<Definition> {
        let mut filled = BTreeSet::new();
        if !once.is_empty() {
            self.all_units().for_each(|unit| fill(self, unit, once, &mut filled));
        }
        filled
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
            let mut ranges = of_call.map(|closure| closure.stretch.nodes);
            let mut reads = Reads::new(graph);
            ranges.any(|nodes| reads.within(unit, nodes, 0))
                || facts.node_list(access.arguments).iter().any(|node| reads.node(unit, node.index(), 0))
        };
        if !unit.is_test(access.scope, access.test) && (sets || reads()) {
            filled.insert(definition);
        }
    }
}

/// Looks for code that reads something: settings, unless it is told otherwise.
struct Reads<'a> {
    graph: &'a Graph,
    seen: BTreeSet<Definition>,
    /// Which names from outside count.
    outside: fn(&[&str]) -> bool,
    /// What counts in the workspace.
    here: Here,
}

/// What of the workspace counts, beside what leads out of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Here {
    Nothing,
    /// Statics, and waiting for something.
    State,
    /// One thing.
    This(Definition),
}

impl<'a> Reads<'a> {
    fn new(graph: &'a Graph) -> Reads<'a> {
        Reads { graph, seen: BTreeSet::new(), outside: reads_settings, here: Here::Nothing }
    }

    fn counts(&self, definition: Definition) -> bool {
        match self.here {
            Here::Nothing => false,
            Here::State => self.graph.holds_data(definition),
            Here::This(wanted) => definition == wanted,
        }
    }

    fn within(&mut self, unit: Unit<'a>, (start, end): Range, depth: usize) -> bool {
        (start..end).any(|node| self.node(unit, node as usize, depth))
    }

    fn node(&mut self, unit: Unit<'a>, node: usize, depth: usize) -> bool {
        match unit.facts().nodes.get(node) {
            Some(Node::Path(reference, _)) => {
                let found = unit
                    .here(*reference)
                    .is_some_and(|definition| self.counts(definition) || self.function(definition, depth));
                found || (self.outside)(&unit.outside(*reference))
            }
            Some(Node::Access(access)) => {
                let waits = unit.facts().accesses[access.index()].kind == AccessKind::Await;
                self.here == Here::State && waits
                    || unit.callee(*access).is_some_and(|callee| self.function(callee, depth))
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

/// Whether something from outside is more than a computation.
fn reaches_out(path: &[&str]) -> bool {
    const CRATES: [&str; 12] = [
        "diesel", "fs_err", "mongodb", "mysql", "postgres", "r2d2", "rand", "redis", "reqwest", "rusqlite",
        "tokio", "ureq",
    ];
    const PARTS: [&str; 8] = ["env", "fs", "io", "net", "process", "sync", "thread", "time"];
    let (Some(krate), Some(name)) = (path.first(), path.last()) else { return false };
    match *krate {
        "std" => path.get(1).is_some_and(|part| PARTS.contains(part)),
        krate => CRATES.contains(&krate) || *name == "now",
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
