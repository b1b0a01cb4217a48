//! `leaked-db-handle`: functions that hand a database connection from one module to another.

use super::contract::{self, Function};
use super::known_types::{Known, passed_db_handle_within};
use super::{Blocks, Check, Context, Counts, CrossingKind, Draft, Effort, Needs, Rule};
use crate::config::policy::{ModuleId, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "leaked-db-handle",
    summary: "a module takes a database connection from others, or hands one out",
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

Functions that code of another module calls: none of them takes or returns a database connection, a pool or a transaction,
neither as it is nor behind a reference, a lock, a type of one's own that is made of it, or a bound such as `impl Executor`.
All such functions of a module are one finding, which lists them. An app module may give a pool to the modules that it
puts together. Library modules are left out, and so are functions that nobody else calls, and test code.

## Why it blocks an extraction

A connection does not travel: a service can't run its queries on the connection of its caller. As long as one is passed, both
sides work on the same database and often in the same transaction, whatever the tables say. After the split each such call
needs another signature, and whoever relied on the transaction needs another design.

## Example

```rust
// in shop::payments, called by orders
pub async fn record(tx: &mut sqlx::PgConnection, order: OrderId, amount: Money) -> Result<()>
```

## How to fix

- Let the module have a pool of its own. The app module gives it once, at the start: `Payments::new(pool)`. Callers then
  call `payments.record(order, amount)`.
- Callers pass a transaction, so that both commit together: let them leave an event in a `[shared] outbox` table instead,
  in their own transaction, and act on the event in the other module.
- Callers pass a connection to save one: let the function take it from the module's own pool.
- The function only builds queries for others: move it to the module that runs them.
- It is a tool for all, such as a helper for migrations: give it to a module with `kind = \"library\"`.
";

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    for (module, functions) in ctx.contract().modules() {
        let leaks: Vec<Leak> = functions.iter().filter_map(|function| leak(ctx, function)).collect();
        if !leaks.is_empty() {
            out.push(draft(ctx, module, functions, &leaks));
        }
    }
}

/// A function that hands a connection over.
struct Leak<'a> {
    function: &'a Function,
    /// What it asks for.
    asks: Option<Known>,
    /// What it hands out.
    gives: Option<Known>,
}

impl Leak<'_> {
    fn most(&self) -> Option<Known> {
        self.asks.max(self.gives)
    }
}

fn leak<'a>(ctx: &Context, function: &'a Function) -> Option<Leak<'a>> {
    let asks = function.signature.inputs.iter().filter_map(|input| passed_db_handle_within(ctx, input)).max();
    let gives = passed_db_handle_within(ctx, &function.signature.output);
    let leak = Leak { function, asks, gives };
    // Where modules are put together is where each gets its pool.
    let is_wiring = leak.most() == Some(Known::DbPool) && function.is_called_by_apps_only(ctx);
    (leak.most().is_some() && !is_wiring).then_some(leak)
}

fn noun(known: Known) -> &'static str {
    match known {
        Known::DbPool => "a pool",
        Known::DbTransaction => "a transaction",
        _ => "a connection",
    }
}

fn draft(ctx: &Context, module: ModuleId, functions: &[Function], leaks: &[Leak]) -> Draft {
    let name = ctx.name(module);
    let callers = contract::callers(ctx, leaks.iter().map(|leak| leak.function));
    let mut kinds: Vec<Known> = leaks.iter().filter_map(Leak::most).collect();
    kinds.sort();
    kinds.dedup();
    let what = match kinds.as_slice() {
        [Known::DbPool] => "a pool of database connections",
        [Known::DbTransaction] => "a database transaction",
        _ => "a database connection",
    };
    let hand = if leaks.len() == 1 { "hands" } else { "hand" };
    let message = format!(
        "{} of {} functions that other modules call {hand} {what} across the boundary of `{name}` (called by {callers})",
        leaks.len(),
        functions.len(),
    );
    let has = |known: Known| kinds.contains(&known);
    let mut help = vec![format!(
        "let `{name}` keep a pool of its own, given once by an app module when the program starts, and take the \
         parameter out"
    )];
    if has(Known::DbConnection) || has(Known::DbTransaction) {
        help.push(
            "where callers pass a transaction: let them leave an event in a `[shared] outbox` table, and act on that"
                .to_owned(),
        );
    }
    Draft {
        message,
        sites: leaks.iter().map(|leak| leak.function.site(ctx, &label(ctx, leak))).collect(),
        from: name.to_owned(),
        from_module: Some(module),
        holds_up: leaks.iter().flat_map(|leak| leak.function.callers.keys().copied()).collect(),
        inferred: leaks.iter().all(|leak| leak.function.is_inferred(ctx)),
        help,
        ..Draft::default()
    }
}

/// `` `record` asks for a transaction (called by orders) ``
fn label(ctx: &Context, leak: &Leak) -> String {
    let does = match (leak.asks, leak.gives) {
        (Some(asks), None) => format!("asks for {}", noun(asks)),
        (None, Some(gives)) => format!("hands out {}", noun(gives)),
        (Some(asks), Some(gives)) => format!("asks for {} and hands out {}", noun(asks), noun(gives)),
        (None, None) => String::new(),
    };
    format!("`{}` {does} ({})", leak.function.name, leak.function.called_by(ctx))
}
