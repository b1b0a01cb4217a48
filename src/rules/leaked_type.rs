//! `leaked-type`: signatures that show others a type which is none of their business.

use super::contract::{self, Function};
use super::interface::Interface;
use super::known_types::passed_db_handle;
use super::{Blocks, Breaks, Check, Context, Counts, CrossingKind, Draft, Effort, Needs, Rule, config_lines};
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
    raised_by: None,
    blocks: Some(Blocks { crossing: CrossingKind::Reference, effort: Effort::Interface }),
    counts: Counts::Sites,
    needs: Needs::Modules,
    docs: DOCS,
    check: Check::Code(check),
};

const DOCS: &str = "\
## What it checks

The parameters and results of the functions that code of another module calls. A finding is each type in them that

- belongs to the module and has no name in its public interface,
- belongs to a third module, which is neither the caller's nor a library (what app modules pass to put modules together is
  fine); all types of one third module are one finding,
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
    let mut own: BTreeMap<(ModuleId, Definition), Vec<Shown>> = BTreeMap::new();
    let mut thirds: BTreeMap<(ModuleId, ModuleId), Vec<Shown>> = BTreeMap::new();
    for function in ctx.contract().functions() {
        for (ty, side) in types(ctx, function) {
            let shown = Shown { function, ty, side };
            match contract::module_of(ctx, ty) {
                Some(owner) if owner == function.module => {
                    own.entry((owner, ty)).or_default().push(shown);
                }
                Some(third) if is_told(ctx, function, third) => {
                    thirds.entry((function.module, third)).or_default().push(shown);
                }
                _ => {}
            }
        }
    }
    let types: BTreeSet<Definition> = own.keys().map(|(_, ty)| *ty).collect();
    let names = ctx.graph.names_of(&types);
    for ((module, ty), shown) in own {
        let names = names.get(&ty).map_or(&[][..], Vec::as_slice);
        out.extend(own_type(ctx, module, ty, shown, names));
    }
    out.extend(thirds.iter().map(|((module, third), shown)| third_types(ctx, *module, *third, shown)));
}

/// A type in a function's signature.
#[derive(Clone, Copy)]
struct Shown<'a> {
    function: &'a Function,
    ty: Definition,
    side: Side,
}

/// Where in a signature a type stands.
#[derive(Clone, Copy, Default)]
struct Side {
    taken: bool,
    returned: bool,
}

/// Whether a function tells somebody of a third module's types. App modules give each module what it needs of the others, and
/// what is in a library travels.
fn is_told(ctx: &Context, function: &Function, third: ModuleId) -> bool {
    let hears = |caller: &ModuleId| *caller != third && ctx.module(*caller).kind != Kind::App;
    ctx.module(third).kind != Kind::Library && function.callers.keys().any(hears)
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
    if definition.is_some() && passed_db_handle(ctx, tree).is_some() {
        return;
    }
    definition.into_iter().for_each(&mut *note);
    tree.parts.iter().for_each(|part| collect(ctx, part, note));
}

/// What is wrong with a type of the module itself, and which functions show it.
fn own_type(
    ctx: &Context,
    module: ModuleId,
    ty: Definition,
    mut shown: Vec<Shown>,
    names: &[NameOf],
) -> Option<Draft> {
    let short = ctx.graph.short_name(ty);
    let mut reasons = Vec::new();
    let mut draft = draft(ctx, module, ctx.graph.path_of(ty));
    let interface = Interface::of(ctx, module);
    let is_open = |shown: &Shown| is_open(ctx, &interface, shown.function);
    if is_private(ctx, module, &interface, names) && shown.iter().any(is_open) {
        shown.retain(is_open);
        reasons.push("which has no name in its public interface");
        draft.help.push(reexport(ctx, module, ty));
        let used = ctx.module(module);
        draft.breaks = Some(Breaks { place: used.public_place.unwrap_or(used.place), module });
    }
    if ctx.graph.has_trait(ty, ROWS) {
        reasons.push("which is mapped to the columns of a table");
        draft.help.push(format!("give callers a type made for them, and make it of `{short}` with `From`"));
    }
    let what = format!("`{short}`, {}", reasons.join(" and "));
    (!reasons.is_empty()).then(|| finish(ctx, draft, &shown, &what))
}

/// The types of a third module that a module shows.
fn third_types(ctx: &Context, module: ModuleId, third: ModuleId, shown: &[Shown]) -> Draft {
    let name = ctx.name(third);
    let mut types: Vec<&str> = shown.iter().map(|shown| ctx.graph.short_name(shown.ty)).collect();
    types.sort_unstable();
    types.dedup();
    let quoted = types.iter().map(|name| format!("`{name}`")).collect();
    let (which, what) = match types.as_slice() {
        [_] => ("which belongs", "it"),
        _ => ("which belong", "them"),
    };
    let what_of = format!("{}, {which} to `{name}`", contract::enumerate(quoted, 5, "types"));
    let draft = Draft {
        to_module: Some(third),
        help: vec![
            format!("pass an id or the values that are needed instead of {what}"),
            format!(
                "or move {what} to a module with `kind = \"library\"`, if these are values that all speak of"
            ),
        ],
        ..draft(ctx, module, name.to_owned())
    };
    finish(ctx, draft, shown, &what_of)
}

fn draft(ctx: &Context, module: ModuleId, to: String) -> Draft {
    Draft { from: ctx.name(module).to_owned(), to, from_module: Some(module), ..Draft::default() }
}

/// Says who shows what, and where.
fn finish(ctx: &Context, draft: Draft, shown: &[Shown], what: &str) -> Draft {
    let mut by_function: Vec<(&Function, Vec<&Shown>)> = Vec::new();
    for shown in shown {
        match by_function.last_mut() {
            Some((last, list)) if last.definition == shown.function.definition => list.push(shown),
            _ => by_function.push((shown.function, vec![shown])),
        }
    }
    let callers = contract::callers(ctx, by_function.iter().map(|(function, _)| *function));
    let who = match by_function.as_slice() {
        [(one, _)] => format!("`{}` of `{}`, called by {callers}, shows", one.name, draft.from),
        many => format!("{} functions of `{}`, called by {callers}, show", many.len(), draft.from),
    };
    Draft {
        message: format!("{who} {what}"),
        sites: by_function.iter().map(|(f, list)| f.site(ctx, &label(ctx, f, list))).collect(),
        holds_up: by_function.iter().flat_map(|(function, _)| function.callers.keys().copied()).collect(),
        inferred: by_function.iter().all(|(function, _)| function.is_inferred(ctx)),
        ..draft
    }
}

fn label(ctx: &Context, function: &Function, shown: &[&Shown]) -> String {
    let does = |shown: &&Shown| {
        let verb = match (shown.side.taken, shown.side.returned) {
            (true, true) => "takes and returns",
            (true, false) => "takes",
            _ => "returns",
        };
        format!("{verb} `{}`", ctx.graph.short_name(shown.ty))
    };
    format!("`{}` {}", function.name, contract::enumerate(shown.iter().map(does).collect(), 5, "types"))
}

/// Whether no name that a type has in its module is part of the public interface.
fn is_private(ctx: &Context, module: ModuleId, interface: &Interface, names: &[NameOf]) -> bool {
    let own = || names.iter().filter(|name| ctx.module_of(name.node) == Some(module));
    let is_usable = |name: &&NameOf| name.within.is_none_or(|node| ctx.module_of(node) != Some(module));
    // Where a type has no name at all, others can't be expected to have one for it.
    own().next().is_some() && !own().filter(is_usable).any(|name| interface.covers(&name.entry))
}

/// Whether a function is reached through the public interface. How a method got into somebody's hands is not asked.
fn is_open(ctx: &Context, interface: &Interface, function: &Function) -> bool {
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
