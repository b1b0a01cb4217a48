//! `unused-dependency`: a `depends-on` entry that nothing uses.

use super::config_lines::DependsOnEntries;
use super::{Breaks, Check, Context, Counts, Draft, Needs, Rule, Site, manifest};
use crate::config::policy::{ModuleId, Severity};
use std::collections::HashSet;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "unused-dependency",
    summary: "a `depends-on` entry that nothing uses",
    default: Severity::Warn,
    raised_by: None,
    blocks: None,
    counts: Counts::Sites,
    needs: Needs::DependsOn,
    docs: DOCS,
    check: Check::Code(check),
};

const DOCS: &str = "\
## What it checks

Every entry of `depends-on`: some reference from the one module into the other, or some `Cargo.toml` entry between
their packages, has to need it. Test code and dev-dependencies count only under `tests = \"check\"`.

## Why it blocks an extraction

It does not; it makes one look harder than it is. `depends-on` is read as the list of what a service would have to call. An
entry left over from last year also lets the dependency come back without anybody noticing.

## Example

```toml
[modules.orders]
paths = [\"shop::orders\"]
depends-on = [\"catalogue\", \"mail\"] # nothing in shop::orders names anything of `mail`
```

## How to fix

- Delete the entry. The finding shows the line without it.
- Only tests need it: set `tests = \"check\"` if tests are to be held to the boundaries, or delete the entry.
";

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    let mut used: HashSet<(ModuleId, ModuleId)> =
        ctx.crossings.iter().map(|c| (c.source, c.target)).collect();
    for dependency in manifest::member_dependencies(ctx) {
        used.extend(dependency.users.iter().flat_map(|&a| dependency.used.iter().map(move |&b| (a, b))));
    }
    for (id, module) in ctx.policy.iter() {
        let unused = module.depends_on.iter().filter(|entry| !used.contains(&(id, entry.module)));
        let entries = DependsOnEntries::of(ctx, id);
        for entry in unused {
            let unneeded = ctx.name(entry.module);
            let line = entries.without(entry.module);
            out.push(Draft {
                message: format!(
                    "`depends-on` of `{}` lists `{unneeded}`, which it does not use",
                    module.name
                ),
                sites: vec![Site {
                    file: ctx.policy.file.clone(),
                    line: entry.place.line,
                    column: entry.place.column,
                    width: unneeded.chars().count() as u32 + 2,
                    label: "nothing needs this entry".into(),
                }],
                from: module.name.clone(),
                to: unneeded.to_string(),
                from_module: Some(id),
                to_module: Some(entry.module),
                breaks: Some(Breaks { place: entry.place, module: id }),
                help: vec![format!("write `{line}` in `[modules.{}]`", module.name)],
                ..Draft::default()
            });
        }
    }
}
