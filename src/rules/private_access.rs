//! `private-access`: a use that reaches past a module's public interface.

use super::interface::{Entrance, Interface};
use super::public_names::PublicNames;
use super::{
    Blocks, Breaks, Check, Context, Counts, Crossing, CrossingKind, Draft, Effort, Needs, Rule, config_lines,
    crossing,
};
use crate::config::policy::{ModuleId, Severity};
use crate::graph::RefId;
use rayon::prelude::*;
use std::sync::OnceLock;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "private-access",
    summary: "a reference reaches past the public interface of a module",
    default: Severity::Deny,
    raised_by: None,
    blocks: Some(Blocks { crossing: CrossingKind::Reference, effort: Effort::Edit }),
    counts: Counts::Sites,
    needs: Needs::Modules,
    docs: DOCS,
    check: Check::Code(check),
};

const DOCS: &str = "\
## What it checks

Every reference from one declared module into another: the name by which it enters has to belong to the other
module's public interface. That is what `public` lists, relative to each of the module's paths; an entry opens the named
item and all below it, and `events::*` opens what is in `events`. Without `public` it is what is `pub` at the module's root.

What counts is the facade: an item defined in a private place is fine under a public name that the module itself gives it
with `pub use`. A `pub use` in a third module is not such a name: it is followed to where it enters. Methods and fields of
a value that was handed out name no path, and are no findings here. App modules are held to the interface like all others.

## Why it blocks an extraction

The public interface is what becomes the service's API. Whatever is used past it has no place in that API: it has to be
untangled, at each place that uses it, before the module can move.

## Example

```toml
[modules.payments]
paths = [\"shop::payments\"]
public = [\"api\"]
```

```rust
// in shop::orders
use crate::payments::api::Charge;       // fine, even if `api` only re-exports it
use crate::payments::internal::Secret;  // past the interface
```

## How to fix

- Use the public name. The finding shows it, if the item has one.
- There is none, but the item belongs into the interface: re-export it there with `pub use`.
- A function behind the interface does the job: call that, and keep the item private.
- The path itself is meant to be public: add it to `public`. The finding shows the whole line.
";

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    let interfaces: Vec<Interface> = ctx.policy.iter().map(|(id, _)| Interface::of(ctx, id)).collect();
    let names = OnceLock::new();
    let judge = |crossing: &Crossing| {
        let interface = &interfaces[crossing.target.index()];
        let uses = interface
            .closed(ctx, crossing.uses.iter().copied().filter(|&id| crossing::names_a_path(ctx, id)));
        let entrance = interface.entrance(ctx, *uses.first()?);
        let names: &PublicNames = names.get_or_init(|| PublicNames::new(ctx));
        let public = names.of(ctx, &crossing.to, interface, crossing.from);
        Some(draft(ctx, crossing, &uses, &entrance, public))
    };
    out.par_extend(ctx.crossings.par_iter().filter_map(judge));
}

fn draft(
    ctx: &Context,
    crossing: &Crossing,
    uses: &[RefId],
    entrance: &Entrance,
    public: Option<String>,
) -> Draft {
    let (user, used) = (ctx.name(crossing.source), ctx.module(crossing.target));
    let facade = entrance.segments.join("::");
    Draft {
        message: format!(
            "module `{user}` uses `{facade}`, which is not in the public interface of `{}`",
            used.name
        ),
        breaks: Some(Breaks { place: used.public_place.unwrap_or(used.place), module: crossing.target }),
        help: match public {
            Some(name) => vec![format!("use `{name}`, which is public")],
            None => help(ctx, crossing.target, entrance),
        },
        ..crossing::draft(ctx, crossing, uses)
    }
}

/// What to do where the item has no public name that is known.
fn help(ctx: &Context, target: ModuleId, entrance: &Entrance) -> Vec<String> {
    let used = ctx.module(target);
    let closed = entrance.below_root.as_deref().unwrap_or_default();
    let name = closed.join("::");
    let Some(public) = &used.public else {
        let root = ctx.roots(target).first().map_or("", |&n| ctx.model().node(n).id.as_str());
        let open = match closed.len() {
            1 => format!("declare `{name}` as `pub` in `{root}`"),
            _ => format!("write `pub use {name};` in `{root}`"),
        };
        return vec![
            format!("call a public function of `{}`", used.name),
            format!("or {open} if it belongs to the interface"),
        ];
    };
    let texts = || public.iter().map(|p| p.text.as_str());
    let line = config_lines::list("public", texts().chain([name.as_str()]));
    let open = format!("write `{line}` in `[modules.{}]`", used.name);
    if public.is_empty() {
        return vec![open];
    }
    let names = config_lines::names(texts());
    vec![format!("go through the public interface of `{}`: {names}", used.name), format!("or {open}")]
}
