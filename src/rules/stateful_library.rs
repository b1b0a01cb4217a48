//! `stateful-library`: a library module that owns tables or holds a mutable global.

use super::in_process_state::site;
use super::statics::State;
use super::{
    Blocks, Breaks, Check, Context, Counts, Crossing, CrossingKind, Draft, Effort, Needs, Rule, Site,
    config_lines, data_access,
};
use crate::config::policy::{Kind, Module, ModuleId, Pattern, Severity};
use crate::sql::Access;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "stateful-library",
    summary: "a library module owns a table or holds mutable global state",
    default: Severity::Deny,
    raised_by: None,
    blocks: Some(Blocks { crossing: CrossingKind::Library, effort: Effort::Interface }),
    counts: Counts::Whole,
    needs: Needs::Library,
    docs: DOCS,
    check: Check::Code(check),
};

const DOCS: &str = "\
## What it checks

A module with `kind = \"library\"` travels with every service that uses it. It is a finding if such a module lists `tables` or
`views` in its `owns`, or if it holds a `static` that changes while the program runs: a lock, a cell, an atomic, a concurrent
map, a cache, a channel, `static mut`. Handles and lazily read config are left out, because each service gets a client and
settings of its own anyway; so are metrics, constants, and what each thread or task has for itself.

## Why it blocks an extraction

With two services there are two copies of the library. A table cannot be in both of their databases, and a global is there twice:
numbers that should be unique are given out twice, a cache is emptied in one copy only, what was registered in one is unknown in
the other.

## Example

```toml
[modules.money]
paths = [\"money\"]
kind = \"library\"
owns.tables = [\"exchange_rates\"]      # whose database would it be in?
```

```rust
// in crate money
static RATES: LazyLock<RwLock<HashMap<Currency, Rate>>> = LazyLock::new(RwLock::default);
```

## How to fix

- Somebody owns the data: move the table, or the static, and the code around it to a domain module, and let others ask that
  module. What is left is the library.
- The global only saves work: put it into a struct that each user makes for itself, `Rates::new()`, and pass that on.
- It counts something unique: take it from the database, or make it random (a UUID).
- The module is no library: take `kind = \"library\"` away. It then needs to be listed in the `depends-on` of its users.
";

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    let libraries = || ctx.policy.iter().filter(|(_, module)| module.kind == Kind::Library);
    out.extend(libraries().filter_map(|(id, module)| owning(ctx, id, module)));
    if libraries().next().is_none() {
        return;
    }
    out.extend(ctx.states().iter().filter(|state| state.is_global()).filter_map(|state| holding(ctx, state)));
}

/// The modules whose code leads to a global of a library.
fn users(ctx: &Context, state: &State) -> Vec<ModuleId> {
    let library = ctx.module_of(state.of.node);
    let into = ctx.crossings.iter().filter(|crossing| Some(crossing.target) == library);
    into.filter(|crossing| leads_to(ctx, crossing, state)).map(|crossing| crossing.source).collect()
}

/// The globals of a library that a crossing into it leads to.
pub(super) fn globals_behind<'a>(ctx: &'a Context, crossing: &Crossing) -> impl Iterator<Item = &'a State> {
    let is_there =
        |state: &&State| state.is_global() && ctx.module_of(state.of.node) == Some(crossing.target);
    ctx.states().iter().filter(is_there).filter(|state| leads_to(ctx, crossing, state))
}

/// Whether it names the global, or a function that comes to it.
fn leads_to(ctx: &Context, crossing: &Crossing, state: &State) -> bool {
    let global = state.of.definition;
    crossing
        .uses
        .iter()
        .filter_map(|&id| ctx.graph.definition_of(id))
        .any(|definition| definition == global || ctx.graph.comes_to(definition, global))
}

/// The modules whose code touches a table of a library.
fn touching(ctx: &Context, library: ModuleId) -> Vec<ModuleId> {
    let all = data_access::foreign(ctx, &[Access::Read, Access::Write, Access::Ddl, Access::Join]);
    all.iter().filter(|foreign| foreign.owner == Some(library)).map(|foreign| foreign.source).collect()
}

/// A library that lists data.
fn owning(ctx: &Context, id: ModuleId, module: &Module) -> Option<Draft> {
    let patterns: Vec<&Pattern> =
        module.owns.tables.iter().chain(&module.owns.views).filter(|pattern| !pattern.excludes()).collect();
    let first = patterns.first()?;
    let globs = config_lines::names(patterns.iter().map(|pattern| pattern.text.as_str()));
    let name = ctx.name(id);
    Some(Draft {
        message: format!("library module `{name}` owns {globs}"),
        sites: patterns.iter().map(|pattern| line(ctx, name, pattern)).collect(),
        from: name.to_owned(),
        from_module: Some(id),
        holds_up: touching(ctx, id),
        breaks: Some(Breaks { place: first.place, module: id }),
        help: vec![
            format!("list {globs} in the `owns` of a domain module, with the code that uses it"),
            format!("or take `kind = \"library\"` out of `[modules.{name}]`"),
        ],
        ..Draft::default()
    })
}

fn line(ctx: &Context, name: &str, pattern: &Pattern) -> Site {
    Site {
        file: ctx.policy.file.clone(),
        line: pattern.place.line,
        column: pattern.place.column,
        width: pattern.text.chars().count() as u32 + 2,
        label: format!("owned by `{name}`, which is a library"),
    }
}

/// A library that holds what changes.
fn holding(ctx: &Context, state: &State) -> Option<Draft> {
    let id = ctx.module_of(state.of.node).filter(|module| ctx.module(*module).kind == Kind::Library)?;
    let (name, path) = (ctx.name(id), ctx.graph.path_of(state.of.definition));
    Some(Draft {
        message: format!("library module `{name}` holds the {} `{path}`", state.class.noun()),
        sites: vec![site(ctx, state.of.place, &state.of.name, "each service gets a copy of its own")],
        from: path,
        from_module: Some(id),
        holds_up: users(ctx, state),
        help: vec![
            format!("put `{}` into a struct that each user of `{name}` makes for itself", state.of.name),
            format!("or take `kind = \"library\"` out of `[modules.{name}]`"),
        ],
        ..Draft::default()
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::sample::Sample;

    const POLICY: &str = "
[modules.money]
paths = ['shop::money']
kind = 'library'
owns.tables = ['rates', '!rate_log']
owns.views = ['recent_rates']
[modules.orders]
paths = ['shop::orders']
owns.tables = ['orders']
";

    #[test]
    fn a_library_that_owns_data_is_one_finding_at_its_lines() {
        let sample = Sample::with_data(POLICY, &["shop", "shop::money", "shop::orders"], &["table orders"]);
        assert_eq!(
            sample.of("stateful-library"),
            ["money: library module `money` owns `rates` and `recent_rates`"]
        );
        let findings = sample.findings();
        let found = findings.iter().find(|finding| finding.rule == "stateful-library").unwrap();
        let sites: Vec<_> = found.sites.iter().map(|site| (site.line, site.width)).collect();
        assert_eq!(sites, [(5, 7), (6, 14)]);
        assert_eq!(found.help[1], "or take `kind = \"library\"` out of `[modules.money]`");
    }
}
