//! `chatty-call`: calls into another module, once for each of many things.

use super::crossing;
use super::known_types::db_handle;
use super::{Blocks, Check, Context, Counts, Crossing, CrossingKind, Draft, Effort, Needs, Rule};
use crate::config::policy::{Kind, ModuleId, Severity};
use crate::extract::facts::Receiver;
use crate::graph::calls::Repeated;
use crate::graph::flow::Definition;
use crate::graph::surface::{Head, Parent, Signature, TypeTree};
use crate::graph::{NodeId, RefId, RepeatKind};
use crate::source::TargetKind;
use std::collections::BTreeMap;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "chatty-call",
    summary: "a call into another module inside a loop or an iterator's closure",
    default: Severity::Warn,
    raised_by: None,
    blocks: Some(Blocks { crossing: CrossingKind::Reference, effort: Effort::Interface }),
    counts: Counts::Sites,
    needs: Needs::Modules,
    docs: DOCS,
    check: Check::Code(check),
};

const DOCS: &str = "\
## What it checks

A function of another module that is called in the body of a loop, or in a closure that an adapter of an iterator
(`map`, `for_each`, `filter` and so on) calls for each element; also a function that is handed to such an adapter by its
name. Async or not makes no difference.

Left out are loops that do the same thing again (`loop`, `for _ in 0..3`, counters called `attempt` or `retry`), loops
that wait for the next message of a stream or a channel, loops over a list that is written out or over batches
(`chunks`), binaries that are tools (`src/bin/admin.rs`), what leaves the loop (`return fail(id)`), and what waits for
nothing and travels with the caller: constructors and conversions, functions that compute something of the values they
are handed (no static, no list of constants, no clock, no files), functions of modules called `util` or `helpers`,
functions that are asked nothing, and methods that ask a value about itself. Calls of `library` modules stay what they
are after an extraction.

## Why it blocks an extraction

Within one process a call costs nanoseconds. Between two services each of them is a request: a page with a hundred rows
waits for a hundred answers in turn, and a hundred times as much can fail half way.

## Example

```rust
for line in &order.lines {
    total += catalogue::price_of(line.product).await?; // one request for each line
}
```

## How to fix

- Offer a call in the other module's public interface that takes all keys at once and returns a map
  (`prices_of(&[ProductId]) -> HashMap<ProductId, Money>`), and call it once in front of the loop.
- Move the loop: let the other module do the whole work (`total_of(&lines)`).
- Keep what is asked for in a copy of your own, fed by the other module's events.
";

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    let mut judged: BTreeMap<Definition, Option<Called>> = BTreeMap::new();
    for crossing in ctx.crossings.iter().filter(|crossing| becomes_a_request(ctx, crossing)) {
        let mut by_function: BTreeMap<Definition, Vec<(RefId, Repeated)>> = BTreeMap::new();
        for &id in &crossing.uses {
            let Some(call) = ctx.graph.call(id) else { continue };
            let Some(repeated) = call.repeated else { continue };
            by_function.entry(call.function).or_default().push((id, repeated));
        }
        for (function, mut calls) in by_function {
            let called = judged.entry(function).or_insert_with(|| Called::new(ctx, function));
            let Some(Called { signature, asks, helps }) = called else { continue };
            calls.retain(|(_, repeated)| *asks || (!*helps && is_asked(ctx, signature, repeated)));
            if !calls.is_empty() {
                out.push(draft(ctx, crossing, function, signature, &calls));
            }
        }
    }
}

/// A function that is called many times.
struct Called {
    signature: Signature,
    /// It waits for something, or looks something up.
    asks: bool,
    /// It does not, and travels with whoever calls it.
    helps: bool,
}

impl Called {
    fn new(ctx: &Context, function: Definition) -> Option<Called> {
        let signature = ctx.graph.signature(function)?;
        let name = ctx.graph.short_name(function);
        let asks = looks_up(name) || does_io(ctx, &signature);
        let helps = !asks
            && (converts(name) || lies_in_a_toolbox(ctx, function) || computes(ctx, function, &signature));
        Some(Called { signature, asks, helps })
    }
}

/// Whether calls from one module into the other leave the process if one of them is extracted.
fn becomes_a_request(ctx: &Context, crossing: &Crossing) -> bool {
    let is_service = |module: ModuleId| ctx.module(module).kind != Kind::Library;
    is_service(crossing.source) && is_service(crossing.target) && !is_tool(ctx, crossing.from)
}

/// Words in the names of binaries that people run by hand.
const TOOLS: &[&str] = &[
    "admin",
    "backfill",
    "ctl",
    "dump",
    "export",
    "import",
    "maintenance",
    "migrate",
    "migration",
    "migrations",
    "script",
    "seed",
    "tool",
    "tools",
    "xtask",
];

/// Whether code belongs to a build script, or to a binary that people run by hand.
fn is_tool(ctx: &Context, node: NodeId) -> bool {
    let node = ctx.model().node(node);
    match node.target_kind {
        TargetKind::Bin => names_a_tool(&node.target),
        TargetKind::Build => true,
        _ => false,
    }
}

/// Whether a word of a binary's name says that it is a tool.
fn names_a_tool(name: &str) -> bool {
    name.split(['_', '-']).any(|word| TOOLS.contains(&word))
}

/// Whether a function waits for something, or is handed a connection to a database.
fn does_io(ctx: &Context, signature: &Signature) -> bool {
    signature.is_async
        || is_future(&signature.output)
        || signature.inputs.iter().any(|input| db_handle(ctx, input).is_some())
}

/// `impl Future`, `BoxFuture`
fn is_future(output: &TypeTree) -> bool {
    output.any(&mut |part| {
        part.outside().is_some_and(|(_, name)| matches!(name, "Future" | "BoxFuture" | "LocalBoxFuture"))
    })
}

/// Whether a name says that something is looked up, and not made.
fn looks_up(name: &str) -> bool {
    let first = name.split('_').next().unwrap_or(name);
    matches!(first, "count" | "exists" | "fetch" | "find" | "list" | "load" | "lookup" | "query" | "search")
}

/// Whether a name says that a value is turned into another form, or compared.
fn converts(name: &str) -> bool {
    let mut words = name.split('_');
    let first = words.next().unwrap_or(name);
    matches!(
        first,
        "as" | "convert"
            | "decode"
            | "display"
            | "encode"
            | "escape"
            | "fmt"
            | "format"
            | "from"
            | "hash"
            | "into"
            | "new"
            | "normalize"
            | "parse"
            | "to"
            | "truncate"
            | "unescape"
    ) || words.any(|word| word == "eq")
}

/// Whether a function is handed values of types that somebody wrote, and depends on nothing else: it works wherever these
/// values are.
fn computes(ctx: &Context, function: Definition, signature: &Signature) -> bool {
    let is_value = |part: &TypeTree| match &part.head {
        // An id says which one is asked about, and is not what is asked for.
        Head::Here(definition) => {
            !ctx.graph.is_trait(*definition) && ctx.graph.fields_of(*definition).len() > 1
        }
        Head::Outside(_) => part.outside().is_some_and(|(krate, _)| krate != "std"),
        _ => false,
    };
    signature.receiver == Receiver::None
        && signature.inputs.iter().any(|input| input.any(&mut |part| is_value(part)))
        && !ctx.graph.reaches_out(function)
}

/// Modules that hold what any code may need: whoever is extracted takes a copy along.
const TOOLBOXES: &[&str] = &["helper", "helpers", "util", "utilities", "utils"];

/// Whether a function is defined in such a module.
fn lies_in_a_toolbox(ctx: &Context, function: Definition) -> bool {
    let node = ctx.graph.node_of_definition(function).map(|node| ctx.model().node(node));
    node.is_some_and(|node| node.path.split("::").any(|segment| TOOLBOXES.contains(&segment)))
}

/// Traits of types that are sent around: what their methods say travels with them.
const DATA: &[&str] = &[
    "Serialize",
    "Deserialize",
    "Message",
    "Queryable",
    "QueryableByName",
    "Selectable",
    "Insertable",
    "AsChangeset",
    "FromRow",
    "DeriveEntityModel",
];

/// Whether a function that waits for nothing is one of a module's operations, and no part of a value.
fn is_asked(ctx: &Context, signature: &Signature, repeated: &Repeated) -> bool {
    match signature.parent {
        Parent::Module => !signature.inputs.is_empty(),
        Parent::Implementation(None) | Parent::Type(None) => false,
        Parent::Type(Some(of)) if signature.receiver == Receiver::None => {
            !signature.inputs.is_empty() && !makes(&signature.output, of)
        }
        Parent::Type(Some(of)) => is_operation(signature, repeated) && !ctx.graph.has_trait(of, DATA),
        Parent::Trait(_) | Parent::Implementation(Some(_)) => is_operation(signature, repeated),
    }
}

/// A method that does not change what it is called on and is asked about something, on what was there before the loop.
fn is_operation(signature: &Signature, repeated: &Repeated) -> bool {
    signature.receiver == Receiver::Shared && !signature.inputs.is_empty() && !repeated.receiver_inside
}

/// Whether a type is, or holds, a value of another: `Self`, `Result<Self>`.
fn makes(output: &TypeTree, of: Definition) -> bool {
    output.any(&mut |part| part.here() == Some(of))
}

fn draft(
    ctx: &Context,
    crossing: &Crossing,
    function: Definition,
    signature: &Signature,
    calls: &[(RefId, Repeated)],
) -> Draft {
    let (user, used) = (ctx.name(crossing.source), ctx.name(crossing.target));
    let name = ctx.graph.short_name(function);
    let path = ctx.graph.path_of(function);
    let ids: Vec<RefId> = calls.iter().map(|(id, _)| *id).collect();
    let site = |(id, repeated): &(RefId, Repeated)| {
        let reference = ctx.model().reference(*id);
        crossing::site(ctx, reference, &label(repeated, reference.line))
    };
    Draft {
        message: format!(
            "module `{user}` calls `{path}` once for each of many things: as many requests when `{used}` is a service"
        ),
        to: path,
        help: help(used, name, signature),
        ..crossing::draft_at(ctx, crossing, &ids, calls.iter().map(site).collect())
    }
}

fn label(repeated: &Repeated, at: u32) -> String {
    let line = repeated.pos.line;
    let here = line == at;
    match repeated.kind {
        RepeatKind::Loop => format!("called in the loop of line {line}"),
        RepeatKind::Closure if here => "called for each element".to_owned(),
        RepeatKind::Closure => format!("called in the closure of line {line}, for each element"),
        RepeatKind::Passed => "handed to what calls it for each element".to_owned(),
    }
}

fn help(used: &str, name: &str, signature: &Signature) -> Vec<String> {
    let takes =
        match signature.inputs.iter().find(|input| !matches!(input.head, Head::Impl | Head::Parameter(_))) {
            Some(_) => "takes all the arguments at once",
            None => "does all of it at once",
        };
    vec![
        format!(
            "offer a batch of `{name}` in the public interface of `{used}` that {takes}, and call it once, outside the loop"
        ),
        format!("or move the loop into `{used}`"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_are_told_by_a_word_of_their_name() {
        for (name, is_tool) in
            [("crates_admin", true), ("server", false), ("administer", false), ("db_migrate", true)]
        {
            assert_eq!(names_a_tool(name), is_tool, "{name}");
        }
    }
}
