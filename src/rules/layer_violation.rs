//! `layer-violation`: a use from a lower layer into a higher one.

use super::{Blocks, Breaks, Check, Context, Counts, CrossingKind, Draft, Effort, Needs, Rule, crossing};
use crate::config::policy::{Kind, Module, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "layer-violation",
    summary: "a module uses one of a higher layer",
    default: Severity::Deny,
    raised_by: None,
    blocks: Some(Blocks { crossing: CrossingKind::Reference, effort: Effort::Edit }),
    counts: Counts::Sites,
    needs: Needs::Layers,
    docs: DOCS,
    check: Check::Code(check),
};

const DOCS: &str = "\
## What it checks

`[layers] order` lists layers from the highest to the lowest: higher ones may use lower ones, and modules of one layer may
use each other. A reference from a module of a lower layer into a module of a higher one is a finding. Modules without a
`layer` are left alone.

## Why it blocks an extraction

A platform that knows the domain on top of it can't be taken along by one service without dragging the other services'
code in. Layers that point one way are what makes a cut between them possible at all.

## Example

```toml
[layers]
order = [\"app\", \"domain\", \"platform\"]
```

```rust
// in shop::mail, layer = \"platform\"
use crate::orders::Order; // `orders` is in layer \"domain\"
```

## How to fix

- Let the lower module take plain data: `send(to, subject, body)` instead of `send(&Order)`.
- Define a trait in the lower module and implement it in the higher one.
- The lower module publishes an event or returns a value, and the higher one acts on it.
- The module is in the wrong layer: change its `layer`.
";

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    let layers = &ctx.policy.layers;
    let layer = |index: usize| layers.get(index).map_or("", |(name, _)| name.as_str());
    for crossing in &ctx.crossings {
        let (user, used) = (ctx.module(crossing.source), ctx.module(crossing.target));
        // The highest layer has index 0.
        let Some((low, high)) = user.layer.zip(used.layer).filter(|(from, to)| from > to) else {
            continue;
        };
        let order: Vec<String> = layers.iter().map(|(name, _)| format!("`{name}`")).collect();
        out.push(Draft {
            message: format!(
                "module `{}` of layer `{}` uses `{}` of the higher layer `{}` (order: {})",
                user.name,
                layer(low),
                crossing.to,
                layer(high),
                order.join(" > "),
            ),
            breaks: Some(Breaks { place: user.layer_place.unwrap_or(user.place), module: crossing.source }),
            help: help(user, used, layer(high)),
            ..crossing::draft(ctx, crossing, &crossing.uses)
        });
    }
}

fn help(user: &Module, used: &Module, layer: &str) -> Vec<String> {
    let mut help = vec![format!(
        "turn it round: let `{}` take plain data or a trait of its own that `{}` implements",
        user.name, used.name
    )];
    // Nothing but the app module belongs into its layer.
    if used.kind != Kind::App {
        help.push(format!("or write `layer = \"{layer}\"` in `[modules.{}]` if it belongs there", user.name));
    }
    help
}
