//! `undeclared-dependency`: a use of a module that the using module does not list.

use super::permission::{Permission, permission};
use super::{
    Blocks, Breaks, Check, Context, Counts, CrossingKind, Draft, Effort, Needs, Rule, config_lines, crossing,
    manifest,
};
use crate::config::policy::{Kind, ModuleId, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "undeclared-dependency",
    summary: "a module uses another one that its `depends-on` does not list",
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

Every reference from one declared module into another, and every entry of a `Cargo.toml` that makes a package of one
module depend on a package of another. The other module has to stand in `depends-on`. What counts is the module that
*defines* the item: a `pub use` in a third module hides nothing.

- A `kind = \"library\"` module may be used by anyone unlisted, and may itself use only libraries, listed or not.
- A `kind = \"app\"` module may use anything unlisted, and nobody may use it, listed or not.
- An entry of `depends-on` with an `until` permits nothing after that day.
- An entry of a `Cargo.toml` is fine if one module with code in the package may use one with code in the library.

## Why it blocks an extraction

`depends-on` is the list of what a module needs at its side, in one process or across a network. A use that is not on the
list is a call, a type or a release that nobody planned for, and it is found on the day of the split.

## Example

```toml
[modules.orders]
paths = [\"shop::orders\"]
depends-on = [\"catalogue\"]
```

```rust
// in shop::orders
use crate::payments::Charge; // `payments` is not in `depends-on`
```

## How to fix

- The dependency is wanted: add the module to `depends-on`. The finding shows the whole line.
- A module in between already offers it: call that one. The finding names it, if there is one.
- It points the wrong way: define a trait in the using module, implement it in the other, and hand the implementation
  in from the app module.
- Two modules need the same small type: move it into a `kind = \"library\"` module.
- Only a manifest is left: delete the entry of the `Cargo.toml`.
";

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    for crossing in &ctx.crossings {
        let (from, to) = (crossing.source, crossing.target);
        let permission = permission(ctx, from, to);
        if permission == Permission::Granted {
            continue;
        }
        let what = format!("`{}`", crossing.to);
        out.push(Draft {
            message: message(ctx, permission, from, to, &what),
            breaks: Some(breaks(ctx, permission, from, to)),
            help: help(ctx, permission, from, to),
            ..crossing::draft(ctx, crossing, &crossing.uses)
        });
    }
    for dependency in manifest::member_dependencies(ctx) {
        let pairs = || dependency.users.iter().flat_map(|&a| dependency.used.iter().map(move |&b| (a, b)));
        let permissions = || pairs().map(|(a, b)| permission(ctx, a, b));
        let Some((from, to)) = pairs().next().filter(|_| permissions().all(|p| p != Permission::Granted))
        else {
            continue;
        };
        let permission = permission(ctx, from, to);
        let what = format!("package `{}`", dependency.member.name);
        let message = message(ctx, permission, from, to, &what);
        let mut help = help(ctx, permission, from, to);
        help.push(format!(
            "or delete the dependency from `{}` if no code needs it",
            dependency.package.manifest
        ));
        out.push(Draft {
            message: format!("in the manifest of package `{}`, {message}", dependency.package.name),
            sites: vec![manifest::site(dependency.package, dependency.entry)],
            from: manifest::source_name(dependency.package),
            to: dependency.member.name.clone(),
            from_module: Some(from),
            to_module: Some(to),
            breaks: Some(breaks(ctx, permission, from, to)),
            help,
            ..Draft::default()
        });
    }
}

fn message(ctx: &Context, why: Permission, from: ModuleId, to: ModuleId, what: &str) -> String {
    let (from, to) = (ctx.name(from), ctx.name(to));
    match why {
        Permission::IntoApp => {
            format!("module `{from}` uses {what}, but nobody may depend on the app module `{to}`")
        }
        Permission::FromLibrary => {
            format!("library module `{from}` uses {what} of `{to}`, but a library may use only libraries")
        }
        Permission::Ended => {
            format!("module `{from}` uses {what} of `{to}`, which its `depends-on` no longer permits")
        }
        _ => format!("module `{from}` uses {what} of `{to}`, which is not in its `depends-on`"),
    }
}

fn breaks(ctx: &Context, why: Permission, from: ModuleId, to: ModuleId) -> Breaks {
    let user = ctx.module(from);
    match why {
        Permission::IntoApp => Breaks { place: ctx.module(to).place, module: to },
        Permission::FromLibrary => Breaks { place: user.place, module: from },
        Permission::Ended => {
            let entry = user.depends_on.iter().find(|entry| entry.module == to);
            Breaks { place: entry.map_or(user.place, |entry| entry.place), module: from }
        }
        _ => Breaks { place: user.depends_on_place.unwrap_or(user.place), module: from },
    }
}

fn help(ctx: &Context, why: Permission, from: ModuleId, to: ModuleId) -> Vec<String> {
    let (user, used) = (ctx.name(from), ctx.name(to));
    match why {
        Permission::IntoApp => vec![format!(
            "move what is needed into a module that `{user}` may use, or let `{used}` hand it in as an argument or a trait"
        )],
        Permission::FromLibrary => vec![
            format!("let the callers of `{user}` hand in what it needs, as an argument or through a trait"),
            format!("or make it travel along: `kind = \"library\"` in `[modules.{used}]`"),
        ],
        Permission::Ended => vec![
            format!("remove the use: `{user}` was to be free of `{used}` by now"),
            "or agree on a later `until`".into(),
        ],
        _ => undeclared_help(ctx, from, to),
    }
}

fn undeclared_help(ctx: &Context, from: ModuleId, to: ModuleId) -> Vec<String> {
    let (user, used) = (ctx.name(from), ctx.name(to));
    let line = config_lines::depends_on_with(ctx, from, to);
    let declare = format!("write `{line}` in `[modules.{user}]`");
    let invert =
        format!("turn it round: a trait in `{user}` that `{used}` implements, wired in {}", app(ctx));
    if permission(ctx, to, from) == Permission::Granted {
        let cycle = format!("`{used}` may use `{user}` already: declaring this way too would make a cycle");
        return vec![invert, cycle];
    }
    let between = between(ctx, from, to);
    let uses = if between.len() == 1 { "uses" } else { "use" };
    let through = (!between.is_empty())
        .then(|| format!("or go through {}, which {uses} `{used}` already", config_lines::names(between)));
    [Some(declare), through, Some(format!("or {invert}"))].into_iter().flatten().collect()
}

/// Modules that `from` may use and that use `to` with permission.
fn between<'a>(ctx: &'a Context, from: ModuleId, to: ModuleId) -> Vec<&'a str> {
    let granted = |a, b| permission(ctx, a, b) == Permission::Granted;
    let uses = |module: ModuleId| ctx.crossings.iter().any(|c| c.source == module && c.target == to);
    let others = ctx.policy.iter().filter(|&(m, _)| m != from && m != to);
    others
        .filter(|&(m, _)| granted(from, m) && granted(m, to) && uses(m))
        .map(|(_, m)| m.name.as_str())
        .collect()
}

fn app(ctx: &Context) -> String {
    let app = ctx.policy.modules.iter().find(|m| m.kind == Kind::App);
    app.map_or_else(|| "the composition root".into(), |m| format!("`{}`", m.name))
}
