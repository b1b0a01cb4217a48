//! `shared-state`: a mutable global, a handle or lazily read settings used outside the module that holds them.

use super::hand_out::HandOut;
use super::statics::State;
use super::type_class::Class;
use super::{Blocks, Check, Context, Counts, Crossing, CrossingKind, Draft, Effort, Needs, Rule, crossing};
use crate::config::policy::{Kind, Severity};
use crate::graph::flow::Definition;
use crate::graph::{RefId, RefKind};
use std::collections::BTreeMap;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "shared-state",
    summary: "a mutable global, a handle or lazily read config of one module is used by another",
    default: Severity::Deny,
    raised_by: None,
    blocks: Some(Blocks { crossing: CrossingKind::State, effort: Effort::Interface }),
    counts: Counts::Sites,
    needs: Needs::Modules,
    docs: DOCS,
    check: Check::Code(check),
};

const DOCS: &str = "\
## What it checks

Every use of another module's `static` that is more than a constant, in the order of how much it blocks:

- a handle: a pool, a connection, a client, a runtime, also inside a lock or a lazy cell;
- a mutable container: `static mut`, locks, cells, atomics, concurrent maps, caches, channels, `thread_local!` and
  `task_local!` of these, and structs that hold them;
- config that is read lazily: a `LazyLock`, `OnceLock`, `lazy_static!` or the like that is filled from the environment, from a
  file, through `set`, or that holds a type called `Config`, `Settings` and so on.

A function that hands the static out counts like the static itself: `pub fn pool() -> &'static PgPool`. One that answers with
plain data (`pub fn is_open() -> bool`) is an ordinary call. Constants, regexes, sets and tables that are built once,
metrics and the statics of library modules are left out, and so is test code unless `tests = \"check\"`. Where the composition
root only fills the static (`POOL.set(pool)`) it does its job.

## Why it blocks an extraction

A global is shared because both sides run in one process. After a split there are two: the cache of one no longer hears of what
the other changes, counters start twice, the pool is one that the new service has no right to. The compiler says nothing,
because each half still builds.

## Example

```rust
// in shop::db
pub static POOL: OnceLock<PgPool> = OnceLock::new();
// in shop::orders, another module
let orders = sqlx::query(\"…\").fetch_all(POOL.get().unwrap()).await?; // the pool of `db`
```

## How to fix

- A handle: build it in the composition root and hand it to the module's constructor: `Orders::new(pool)`. Each module keeps
  its own in a field, so that each can be given another one later.
- A mutable container: make it private, and give its owner functions that say what is asked for or done, `prices::of(id)`
  instead of `PRICES.read()`. They return owned values, never the guard.
- Config: read it once in the composition root, and hand each module a struct of its own with the few values that it needs.
- It never changes: make it a `const`, or a plain lazy value without a lock.
- It belongs to every service alike (tracing, ids): move it to a module with `kind = \"library\"`, which may hold handles and
  config, but nothing that changes.
";

/// What one source module uses of one static, and through which function each time.
type Uses = Vec<(RefId, Option<Definition>)>;

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    let states = ctx.states();
    let mut hand_out = HandOut::new(ctx.graph, states);
    for crossing in &ctx.crossings {
        let mut by_static: BTreeMap<Definition, Uses> = BTreeMap::new();
        for &reference in &crossing.uses {
            let Some(definition) = ctx.graph.definition_of(reference) else { continue };
            if states.get(definition).is_some() {
                by_static.entry(definition).or_default().push((reference, None));
            } else if ctx.graph.is_function(definition) {
                for of in hand_out.by(definition) {
                    by_static.entry(of).or_default().push((reference, Some(definition)));
                }
            }
        }
        let found = by_static.into_iter().filter_map(|(of, uses)| Some((states.get(of)?, uses)));
        out.extend(found.filter_map(|(state, uses)| draft(ctx, crossing, state, &uses)));
    }
}

fn draft(ctx: &Context, crossing: &Crossing, state: &State, uses: &Uses) -> Option<Draft> {
    let owner = ctx.module_of(state.of.node).filter(|owner| *owner != crossing.source)?;
    let is_library = ctx.module(owner).kind == Kind::Library;
    if is_library || !uses.iter().any(|(reference, via)| is_use(ctx, crossing, *reference, *via)) {
        return None;
    }
    let is_import = |reference: &RefId| ctx.model().reference(*reference).kind == RefKind::Use;
    let references: Vec<RefId> =
        uses.iter().map(|(reference, _)| *reference).filter(|reference| !is_import(reference)).collect();
    let through = uses.iter().all(|(_, via)| via.is_some()).then(|| uses.first()?.1).flatten();
    let path = ctx.graph.path_of(state.of.definition);
    let (user, owner_name, noun) = (ctx.name(crossing.source), ctx.name(owner), state.class.noun());
    let mut message = format!("module `{user}` uses the {noun} `{path}` of `{owner_name}`");
    if let Some(getter) = through {
        message.push_str(&format!(" through `{}`", ctx.graph.definition_name(getter)));
    }
    let mut draft = Draft {
        message,
        to: path,
        to_module: Some(owner),
        help: help(state, user, owner_name),
        ..crossing::draft(ctx, crossing, &references)
    };
    for site in &mut draft.sites {
        site.label = match through {
            Some(_) => format!("hands out `{}`", state.of.name),
            None => format!("uses `{}` of `{owner_name}`", state.of.name),
        };
    }
    Some(draft)
}

/// Whether a reference does more than import a name, or fill a static in the composition root.
fn is_use(ctx: &Context, crossing: &Crossing, reference: RefId, via: Option<Definition>) -> bool {
    let is_import = ctx.model().reference(reference).kind == RefKind::Use;
    let is_app = ctx.module(crossing.source).kind == Kind::App;
    !(is_import || is_app && via.is_none() && fills(ctx, reference))
}

/// `POOL.set(pool)`, `LazyLock::force(&CONFIG)`
fn fills(ctx: &Context, reference: RefId) -> bool {
    ctx.graph.called_with(reference).is_some_and(|name| {
        matches!(
            name,
            "set"
                | "init"
                | "initialize"
                | "force"
                | "get_or_init"
                | "get_or_try_init"
                | "store"
                | "scope"
                | "sync_scope"
        )
    })
}

fn help(state: &State, user: &str, owner: &str) -> Vec<String> {
    let name = &state.of.name;
    match state.class {
        Class::Config => vec![
            format!("read `{name}` in the composition root, and hand `{user}` the values that it needs"),
            format!("or give `{owner}` a function that answers with plain data instead of `{name}`"),
        ],
        Class::Container => vec![
            format!(
                "make `{name}` private, and call a function of `{owner}` that does what `{user}` does to it"
            ),
            format!("or give `{user}` a state of its own, if it need not be the same"),
        ],
        class => vec![
            format!(
                "build a {} for `{user}` in the composition root, and hand it to a constructor of `{user}`",
                class.noun()
            ),
            format!("or call a function of `{owner}` that does the work with `{name}`"),
        ],
    }
}
