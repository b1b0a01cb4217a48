//! `not-visible`: a use from a module that the used module does not open itself to.

use super::{
    Blocks, Breaks, Check, Context, Counts, CrossingKind, Draft, Effort, Needs, Rule, config_lines, crossing,
};
use crate::config::policy::{Kind, ModuleId, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "not-visible",
    summary: "a module is used from outside its `visible-to`",
    default: Severity::Deny,
    raised_by: None,
    blocks: Some(Blocks { crossing: CrossingKind::Reference, effort: Effort::Edit }),
    counts: Counts::Sites,
    needs: Needs::VisibleTo,
    docs: DOCS,
    check: Check::Code(check),
};

const DOCS: &str = "\
## What it checks

Every reference into a module that sets `visible-to`: the module that refers has to stand in it. `depends-on` is what
a module wants to use; `visible-to` is who it wants to be used by. Both have to agree. App modules are no exception.

## Why it blocks an extraction

Each module that uses another is a client of the later service: somebody to version the interface for and to migrate.
`visible-to` keeps that list as short as its owner wants it.

## Example

```toml
[modules.ledger]
paths = [\"shop::ledger\"]
visible-to = [\"payments\"]
```

```rust
// in shop::orders
let balance = crate::ledger::balance(id); // `orders` is not in `visible-to`
```

## How to fix

- Ask a module that may use it: the finding names those in `visible-to`.
- The use is wanted: agree on it with the owner and add the module to `visible-to`. The finding shows the whole line.
";

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    for crossing in &ctx.crossings {
        let target = ctx.module(crossing.target);
        let Some(visible_to) = target.visible_to.as_ref().filter(|v| !v.contains(&crossing.source)) else {
            continue;
        };
        let (user, used) = (ctx.name(crossing.source), target.name.as_str());
        let place = target.visible_to_place.unwrap_or(target.place);
        out.push(Draft {
            message: format!("module `{user}` uses `{}`, but `{used}` is not visible to it", crossing.to),
            breaks: Some(Breaks { place, module: crossing.target }),
            help: help(ctx, visible_to, crossing.source, crossing.target),
            ..crossing::draft(ctx, crossing, &crossing.uses)
        });
    }
}

fn help(ctx: &Context, visible_to: &[ModuleId], from: ModuleId, to: ModuleId) -> Vec<String> {
    let names = visible_to.iter().map(|&m| ctx.name(m));
    let line = config_lines::list("visible-to", names.chain([ctx.name(from)]));
    let open = format!("write `{line}` in `[modules.{}]`", ctx.name(to));
    // Nobody may depend on an app module, so there is no way through one.
    let ways = visible_to.iter().filter(|&&m| ctx.module(m).kind != Kind::App);
    let ways: Vec<&str> = ways.map(|&m| ctx.name(m)).collect();
    if ways.is_empty() {
        return vec![open];
    }
    vec![format!("go through {}, which may use it", config_lines::either(ways)), format!("or {open}")]
}
