//! `in-process-state`: a module keeps what changes in the memory of the process.

use super::known_types::{Known, known};
use super::statics::counts;
use super::type_class::{self, Class, says_metrics};
use super::{Blocks, Check, Context, Counts, CrossingKind, Draft, Effort, Needs, Rule, Site};
use crate::config::policy::{Kind, ModuleId, Severity};
use crate::graph::Graph;
use crate::graph::NodeId;
use crate::graph::flow::Definition;
use crate::graph::surface::{CodePlace, Head, TypeTree};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "in-process-state",
    summary: "a module keeps mutable state in the memory of the process",
    default: Severity::Allow,
    raised_by: Some(|module| module.stateless),
    blocks: Some(Blocks { crossing: CrossingKind::State, effort: Effort::Interface }),
    counts: Counts::Sites,
    needs: Needs::Nothing,
    docs: DOCS,
    check: Check::Code(check),
};

const DOCS: &str = "\
## What it checks

What changes while the program runs and is kept in memory: every `static` with a lock, a cell, an atomic, a concurrent map, a
cache or a channel in it, `static mut`, and `thread_local!` and `task_local!` of these. Of modules with `stateless = true` also
the fields of their own types that hold data for all requests: concurrent maps, caches, and a `Mutex` or `RwLock` around a
collection. Metrics, handles, constants and lazily read config are left out.

Allowed by default; `stateless = true` in a module makes it `deny` there.

## Why it blocks an extraction

A service runs as many copies of itself as the load asks for, and each starts anew with every deployment. What one copy
keeps in memory the others do not see: a session that is gone with the next request, a limit that is counted once per copy, a
cache that answers with yesterday's price.

## Example

```toml
[modules.sessions]
paths = [\"shop::sessions\"]
stateless = true
```

```rust
// in shop::sessions
static OPEN: LazyLock<Mutex<HashMap<Token, User>>> = LazyLock::new(Mutex::default); // lost with the process
```

## How to fix

- It is data: keep it in the module's tables, or in a store that all copies share (Redis, an object store).
- It is a cache of something that is stored elsewhere: give entries a time to live, make sure that a stale one does no harm,
  and keep it in a module of its own that is not `stateless`.
- It is a counter for monitoring: use a metric, which is summed up over all copies.
- It is passed from one function to the next: make it a parameter.
- One copy at a time may do something: take a lock in the database instead of one in memory.
";

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    let asks = |module| super::severity(ctx.policy, &RULE, Some(module), []) != Severity::Allow;
    if !ctx.policy.iter().any(|(module, _)| asks(module)) {
        return;
    }
    statics(ctx, out);
    fields(ctx, out);
}

fn statics(ctx: &Context, out: &mut Vec<Draft>) {
    for state in ctx.states().iter().filter(|state| state.class == Class::Container) {
        let of = &state.of;
        // What libraries may not hold is judged by `stateful-library`.
        let Some(module) = ctx.module_of(of.node).filter(|m| ctx.module(*m).kind != Kind::Library) else {
            continue;
        };
        let path = ctx.graph.path_of(of.definition);
        out.push(draft(ctx, module, path, of.place, &of.name));
    }
}

fn fields(ctx: &Context, out: &mut Vec<Draft>) {
    let is_stateless = |node: NodeId| ctx.module_of(node).filter(|module| ctx.module(*module).stateless);
    for (definition, node, test) in ctx.graph.data_types() {
        let Some(module) = is_stateless(node).filter(|_| counts(ctx, node, test)) else { continue };
        if says_metrics(ctx.graph.short_name(definition)) {
            continue;
        }
        let path = ctx.graph.path_of(definition);
        for field in ctx.graph.fields_of(definition) {
            if keeps_data(ctx.graph, &field.ty) {
                let name = format!("{path}::{}", field.name);
                out.push(draft(ctx, module, name, field.place, &field.name));
            }
        }
    }
}

/// Whether a field holds data for all who share the value: a concurrent map, a cache, a collection behind a lock.
fn keeps_data(graph: &Graph, tree: &TypeTree) -> bool {
    let is_handle = || type_class::class(graph, tree) != Some(Class::Container);
    match &tree.head {
        Head::Borrowed { .. } => tree.parts.iter().any(|part| keeps_data(graph, part)),
        Head::Outside(path) => match known(path) {
            Some(Known::SharedMap) => !is_handle(),
            Some(Known::Lock) => !is_handle() && tree.parts.iter().any(|part| is_collection(graph, part)),
            Some(Known::Wrapper | Known::Once) => tree.parts.iter().any(|part| keeps_data(graph, part)),
            _ => false,
        },
        _ => false,
    }
}

/// A collection, or a type of the workspace with one in a field.
fn is_collection(graph: &Graph, tree: &TypeTree) -> bool {
    let core = type_class::core(tree);
    let fields = |definition: Definition| match graph.is_trait(definition) {
        true => &[],
        false => graph.fields_of(definition),
    };
    match &core.head {
        Head::Here(definition) => fields(*definition).iter().any(|field| holds_many(&field.ty)),
        _ => holds_many(core),
    }
}

fn holds_many(tree: &TypeTree) -> bool {
    let Some((_, name)) = tree.outside() else { return false };
    matches!(
        name,
        "HashMap"
            | "BTreeMap"
            | "HashSet"
            | "BTreeSet"
            | "Vec"
            | "VecDeque"
            | "BinaryHeap"
            | "LinkedList"
            | "IndexMap"
            | "IndexSet"
            | "LruCache"
            | "FxHashMap"
            | "FxHashSet"
            | "AHashMap"
            | "SmallVec"
            | "Slab"
    )
}

fn draft(ctx: &Context, module: ModuleId, from: String, place: CodePlace, name: &str) -> Draft {
    let user = ctx.name(module);
    Draft {
        message: format!("module `{user}` keeps mutable state in the memory of the process: `{from}`"),
        sites: vec![site(ctx, place, name, "changes while the program runs")],
        from,
        from_module: Some(module),
        help: vec![
            format!("keep it in a table of `{user}`, or in a store that all copies of the service share"),
            "or, if it only saves work and a stale copy does no harm, keep it in a module that is not `stateless`"
                .to_owned(),
        ],
        ..Draft::default()
    }
}

/// The place of a name.
pub fn site(ctx: &Context, place: CodePlace, name: &str, label: &str) -> Site {
    Site {
        file: ctx.model().file(place.file).path.clone(),
        line: place.line(),
        column: place.column(),
        width: (name.chars().count() as u32).max(1),
        label: label.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collections_are_known_by_name() {
        let of = |path: &[&str]| TypeTree {
            head: Head::Outside(path.iter().map(|part| part.to_string()).collect()),
            parts: Vec::new(),
        };
        assert!(holds_many(&of(&["std", "collections", "HashMap"])) && holds_many(&of(&["lru", "LruCache"])));
        assert!(!holds_many(&of(&["std", "string", "String"])));
        let locked = |inner| TypeTree { parts: vec![inner], ..of(&["std", "sync", "Mutex"]) };
        let graph = Graph::default();
        assert!(keeps_data(&graph, &locked(of(&["std", "vec", "Vec"]))));
        assert!(!keeps_data(&graph, &locked(of(&["reqwest", "Client"]))));
        assert!(!keeps_data(&graph, &of(&["std", "vec", "Vec"])));
    }
}
