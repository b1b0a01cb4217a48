//! `non-remotable-api`: functions that other modules call and that can't become network calls.

use super::contract::{self, Function};
use super::known_types::passed_db_handle_within;
use super::remoting::{self, Obstacle, Reason};
use super::{Blocks, Check, Context, Counts, CrossingKind, Draft, Effort, Needs, Rule, wire};
use crate::config::policy::{ModuleId, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "non-remotable-api",
    summary: "a function that other modules call can't become a network call",
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

Functions that code of another module calls, by their signatures. A network call has values that go there and values that
come back, so each of these is a finding, one per function: a `&mut` parameter, a closure or a future to run, `dyn Trait`,
a result that is borrowed, an iterator, a stream or the end of a channel, a lock or an `Rc`, a type parameter of which
nothing says how it is sent.

Types without a wire form come last: workspace types in those signatures that neither derive nor implement a trait such as
serde's `Serialize`, and errors such as `anyhow::Error`. They are one finding per module, for functions that have no other
reason.

Fine are `&T`, `&str` and slices as parameters, `impl AsRef<…>` and `impl Into<…>`, what lives as long as the program, and
whether a function is `async`. A method of a value that can be sent runs wherever the value is, so it may return what it
borrows from it, or take a closure; the same holds for getters of values that hold nothing but data. Functions that fulfil traits from outside, such as `Display`, are left out, and so are library
modules, test code, and what app modules alone call to put a service together. Connections are the business of `leaked-db-handle`.

## Why it blocks an extraction

After the split the signature is the protocol. What only works within one process (a reference into the other module's
memory, code that runs on the other side, a lock that both hold) has no place in it, and each such function has to be
thought through anew together with everyone who calls it. That is cheap today and expensive on the day of the split.

## Example

```rust
// in shop::payments, called by orders
pub fn apply(invoice: &mut Invoice)                      // changes what orders holds
pub fn each_open(visit: impl FnMut(&Payment))            // runs code of orders for each row
pub fn find(id: PaymentId) -> Option<&'static Payment>   // fine only because it lives forever
pub fn charge(request: &ChargeRequest) -> Result<Receipt, PaymentError>  // fine, if all three can be serialised
```

## How to fix

- `&mut T`: take `T` or `&T`, and return what has changed.
- A closure: take the data that it would look at, or return a list and let the caller go over it. For something that happens
  later, publish an event.
- `dyn Trait`: take an enum or plain data that says which. A plug-in that callers bring belongs to the callers.
- A borrowed result: return an owned value; clone it, or return only the fields that are needed.
- An iterator or a stream: return a page, a `Vec<T>` with a cursor for the next one. For a channel: publish events.
- A lock: keep it inside, and offer the operations that were done under it as functions.
- A type parameter: take the type that is really used, or ask for `Serialize` and `DeserializeOwned`.
- Types: derive `Serialize` and `Deserialize`, or give callers a type made for them. An error is an enum of one's own with the
  cases that callers tell apart; what lies behind it stays in the log.
- The function is only called by chance and belongs to its caller: move it there.
";

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    for (module, functions) in ctx.contract().modules() {
        let (hard, easy): (Vec<_>, Vec<_>) = functions
            .iter()
            .filter(|function| !function.is_wiring(ctx))
            .map(|function| (function, remoting::obstacles(ctx, function)))
            .partition(|(_, obstacles)| !obstacles.is_empty());
        out.extend(hard.iter().map(|(function, obstacles)| by_signature(ctx, function, obstacles)));
        // What hands a connection on has to change more than its types: `leaked-db-handle` says so.
        let hands_on =
            |function: &&Function| function.types().any(|tree| passed_db_handle_within(ctx, tree).is_some());
        let easy = easy.into_iter().map(|(function, _)| function);
        let easy: Vec<&Function> = easy.filter(|function| !hands_on(function)).collect();
        out.extend(by_types(ctx, module, &easy));
    }
}

fn by_signature(ctx: &Context, function: &Function, obstacles: &[Obstacle]) -> Draft {
    let words = obstacles.iter().map(|obstacle| obstacle.words.clone()).collect();
    let name = ctx.name(function.module);
    Draft {
        message: format!(
            "`{}` of `{name}` can't become a network call: it {}",
            function.name,
            contract::enumerate(words, usize::MAX, "reasons")
        ),
        sites: vec![function.site(ctx, &function.called_by(ctx))],
        from: function.path.clone(),
        from_module: Some(function.module),
        holds_up: function.callers.keys().copied().collect(),
        inferred: function.is_inferred(ctx),
        help: obstacles.first().map(|obstacle| recipe(obstacle.reason).to_owned()).into_iter().collect(),
        ..Draft::default()
    }
}

fn recipe(reason: Reason) -> &'static str {
    match reason {
        Reason::Mutable => "take the value itself or `&`, and return what has changed",
        Reason::Closure => "take data instead of code, or return a list and let the caller go over it",
        Reason::Dyn => "take or return plain data, or an enum that says which of the cases it is",
        Reason::Borrowed => "return an owned value, or only the fields that callers need",
        Reason::Stream => "pass a list, page by page if it is long; for what goes on and on publish events",
        Reason::Lock => "keep the lock inside, and offer what is done under it as functions",
        Reason::Generic => "take the type that is really used, or ask for `Serialize` and `DeserializeOwned`",
    }
}

/// The types of a module's functions that can't be sent, as one finding.
fn by_types(ctx: &Context, module: ModuleId, functions: &[&Function]) -> Option<Draft> {
    let found = wire::unsendable(ctx, functions);
    if found.types.is_empty() {
        return None;
    }
    let name = ctx.name(module);
    let types: Vec<String> = found.types.iter().map(|ty| format!("`{}`", ty.name)).collect();
    let (noun, has) = if types.len() == 1 { ("type", "has") } else { ("types", "have") };
    let count = types.len();
    let inferred = functions.iter().all(|function| function.is_inferred(ctx));
    let mut help = Vec::new();
    if found.types.iter().any(|ty| !ty.error && !ty.handle) {
        help.push(
            "derive `Serialize` and `Deserialize` for data, or pass a type made for callers".to_owned(),
        );
    }
    if found.types.iter().any(|ty| ty.error) {
        help.push("return errors as an enum of one's own that can be serialised".to_owned());
    }
    if let Some(ty) = found.types.iter().find(|ty| ty.handle && !ty.error) {
        help.push(format!(
            "pass the values that are needed instead of `{}`, which only works in its process",
            ty.name
        ));
    }
    Some(Draft {
        message: format!(
            "{count} {noun} in {} of `{name}` that other modules call {has} no wire form: {}",
            counted(found.functions),
            contract::enumerate(types, 4, "types")
        ),
        sites: found.types.into_iter().map(|ty| ty.site).collect(),
        from: name.to_owned(),
        from_module: Some(module),
        holds_up: found.callers.into_iter().collect(),
        inferred,
        help,
        ..Draft::default()
    })
}

fn counted(functions: usize) -> String {
    if functions == 1 { "1 function".to_owned() } else { format!("{functions} functions") }
}
