//! `leaked-type`: signatures that show others a type which is none of their business.

use super::contract::{self, Function};
use super::interface::Interface;
use super::known_types::passed_db_handle;
use super::{Breaks, Context, Draft, Rule, config_lines};
use crate::config::policy::{Kind, ModuleId, Severity};
use crate::graph::RefKind;
use crate::graph::flow::Definition;
use crate::graph::interface::NameOf;
use crate::graph::surface::TypeTree;
use std::collections::{BTreeMap, BTreeSet};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "leaked-type",
    summary: "a signature that other modules use shows a private type, a row of a table, or a type of a third module",
    default: Severity::Warn,
    raised_by: Some(|module| module.extract),
    docs: DOCS,
    check,
};

const DOCS: &str = "\
## What it checks

The parameters and results of the functions that code of another module calls. A finding is each type in them that

- belongs to the module and has no name in its public interface,
- belongs to a third module, which is neither the caller's nor a library (what app modules pass to put modules together is
  fine),
- is mapped to the columns of a table: by the derives of diesel (`Queryable`, `Insertable`, …), as an entity of sea-orm, or by
  sqlx's `FromRow`.

Fields of types are not looked at, and neither are traits. Connections are the business of `leaked-db-handle`.

## Why it blocks an extraction

Whatever a signature shows belongs to the protocol between the modules. A private type in it can't be changed without its
callers. A row of a table makes every column a promise: the table can't be changed without them either. A type of a third
module drags that module into every service that calls the function.

## Example

```rust
// in shop::payments, called by orders
pub fn receipt(id: PaymentId) -> model::PaymentRow     // private, and it derives `Queryable`
pub fn weigh(order: OrderId) -> logistics::Parcel      // orders has to know logistics now
```

## How to fix

- The type is private and callers need it: re-export it in the public interface with `pub use`.
- They don't need all of it: return a type of the interface that holds what they need, and convert with `From`.
- A row: give callers a type of their own beside it. It starts as a copy, and stays as it is when the table changes.
- A type of a third module: take or return its id, or the few values of it that matter. A type that all speak of, such as
  money or an id, belongs to a module with `kind = \"library\"`.
";

/// Derives that map a type to the columns of a table.
const ROWS: &[&str] = &[
    "AsChangeset",
    "DeriveActiveModel",
    "DeriveEntityModel",
    "DeriveModel",
    "DerivePartialModel",
    "FromQueryResult",
    "FromRow",
    "HasQuery",
    "Identifiable",
    "Insertable",
    "Queryable",
    "QueryableByName",
    "Selectable",
];

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    let mut exposed: BTreeMap<(ModuleId, Definition), Exposed> = BTreeMap::new();
    for function in ctx.contract().functions() {
        for (definition, side) in types(ctx, function) {
            let entry = exposed.entry((function.module, definition)).or_default();
            entry.functions.push((function, side));
        }
    }
    let types: BTreeSet<Definition> = exposed.keys().map(|(_, definition)| *definition).collect();
    let names = ctx.graph.names_of(&types);
    for ((module, definition), exposed) in &exposed {
        out.extend(draft(
            ctx,
            *module,
            *definition,
            exposed,
            names.get(definition).map_or(&[], Vec::as_slice),
        ));
    }
}

/// The functions that show a type.
#[derive(Default)]
struct Exposed<'a> {
    functions: Vec<(&'a Function, Side)>,
}

/// Where in a signature a type stands.
#[derive(Clone, Copy, Default)]
struct Side {
    taken: bool,
    returned: bool,
}

/// The structs, enums and unions in a signature, without those that stand for connections.
fn types(ctx: &Context, function: &Function) -> BTreeMap<Definition, Side> {
    let mut out: BTreeMap<Definition, Side> = BTreeMap::new();
    for input in &function.signature.inputs {
        collect(ctx, input, &mut |definition| out.entry(definition).or_default().taken = true);
    }
    collect(ctx, &function.signature.output, &mut |definition| {
        out.entry(definition).or_default().returned = true
    });
    out
}

fn collect(ctx: &Context, tree: &TypeTree, note: &mut dyn FnMut(Definition)) {
    let definition = tree.here().filter(|definition| ctx.contract().data.contains(definition));
    if definition.is_some() && passed_db_handle(ctx.graph, tree).is_some() {
        return;
    }
    definition.into_iter().for_each(&mut *note);
    tree.parts.iter().for_each(|part| collect(ctx, part, note));
}

/// What is wrong with a type in the signatures of a module, and which functions show it.
fn draft(
    ctx: &Context,
    module: ModuleId,
    definition: Definition,
    exposed: &Exposed,
    names: &[NameOf],
) -> Option<Draft> {
    let owner = contract::module_of(ctx, definition);
    let (user, short) = (ctx.name(module), ctx.graph.short_name(definition));
    let mut reasons = Vec::new();
    let mut help = Vec::new();
    let mut draft = Draft { from: user.to_owned(), from_module: Some(module), ..Draft::default() };
    let mut functions: Vec<(&Function, Side)> = exposed.functions.clone();
    match owner {
        Some(owner) if owner == module => {
            if is_private(ctx, module, names) && functions.iter().any(|(f, _)| is_open(ctx, f)) {
                functions.retain(|(function, _)| is_open(ctx, function));
                reasons.push("which has no name in its public interface".to_owned());
                help.push(reexport(ctx, module, definition));
                let used = ctx.module(module);
                draft.breaks = Some(Breaks { place: used.public_place.unwrap_or(used.place), module });
            }
            if ctx.graph.has_trait(definition, ROWS) {
                reasons.push("which is mapped to the columns of a table".to_owned());
                help.push(format!("give callers a type made for them, and make it of `{short}` with `From`"));
            }
        }
        Some(third) if ctx.module(third).kind != Kind::Library => {
            // App modules give each module what it needs of the others.
            let is_told = |caller: &ModuleId| *caller != third && ctx.module(*caller).kind != Kind::App;
            functions.retain(|(function, _)| function.callers.keys().any(is_told));
            let name = ctx.name(third);
            reasons.push(format!("which belongs to `{name}`"));
            help.push(format!("pass an id or the values that are needed instead of `{short}`"));
            help.push(format!(
                "or move `{short}` to a module with `kind = \"library\"`, if it is a value that all speak of"
            ));
            draft.to_module = Some(third);
        }
        _ => {}
    }
    if reasons.is_empty() || functions.is_empty() {
        return None;
    }
    draft.message = message(ctx, user, short, &functions, &reasons);
    draft.sites = functions.iter().map(|(f, side)| f.site(ctx, &label(f, *side, short))).collect();
    draft.inferred = functions.iter().all(|(function, _)| function.is_inferred(ctx));
    draft.to = ctx.graph.path_of(definition);
    draft.help = help;
    Some(draft)
}

fn message(
    ctx: &Context,
    user: &str,
    short: &str,
    functions: &[(&Function, Side)],
    reasons: &[String],
) -> String {
    let callers = contract::callers(ctx, functions.iter().map(|(function, _)| *function));
    let who = match functions {
        [(one, _)] => format!("`{}` of `{user}`, called by {callers}, shows", one.name),
        many => format!("{} functions of `{user}`, called by {callers}, show", many.len()),
    };
    format!("{who} `{short}`, {}", reasons.join(" and "))
}

fn label(function: &Function, side: Side, short: &str) -> String {
    let does = match (side.taken, side.returned) {
        (true, true) => "takes and returns",
        (true, false) => "takes",
        _ => "returns",
    };
    format!("`{}` {does} `{short}`", function.name)
}

/// Whether no name that a type has in its module is part of the public interface.
fn is_private(ctx: &Context, module: ModuleId, names: &[NameOf]) -> bool {
    let interface = Interface::of(ctx, module);
    let own = || names.iter().filter(|name| ctx.module_of(name.node) == Some(module));
    let is_usable = |name: &&NameOf| name.within.is_none_or(|node| ctx.module_of(node) != Some(module));
    // Where a type has no name at all, others can't be expected to have one for it.
    own().next().is_some() && !own().filter(is_usable).any(|name| interface.covers(&name.entry))
}

/// Whether a function is reached through the public interface. How a method got into somebody's hands is not asked.
fn is_open(ctx: &Context, function: &Function) -> bool {
    let interface = Interface::of(ctx, function.module);
    function
        .calls
        .iter()
        .any(|&id| ctx.model().reference(id).kind == RefKind::Inferred || interface.entrance(ctx, id).open)
}

/// How to make a type part of the interface.
fn reexport(ctx: &Context, module: ModuleId, definition: Definition) -> String {
    let Some(public) = &ctx.module(module).public else {
        let path = ctx.graph.path_of(definition);
        let node = ctx.graph.node_of_definition(definition);
        let root = node.map_or("", |node| &ctx.model().node(contract::root_of(ctx, module, node)).id);
        let below = path.strip_prefix(root).unwrap_or(&path).trim_start_matches("::");
        return match below.contains("::") {
            true => format!("write `pub use {below};` in `{root}`"),
            false => format!("declare `{below}` as `pub` in `{root}`"),
        };
    };
    match public.as_slice() {
        [] => format!("list it in `public` of `[modules.{}]`", ctx.name(module)),
        public => {
            let names = config_lines::either(public.iter().map(|pattern| pattern.text.as_str()));
            format!("re-export it with `pub use` in the public interface of `{}`: {names}", ctx.name(module))
        }
    }
}
