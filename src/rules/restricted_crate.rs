//! `restricted-crate`: an external crate used outside the modules that reserve it.

use super::{
    Blocks, Breaks, Check, Context, Counts, CrossingKind, Draft, Effort, Needs, Rule, Site, config_lines,
    manifest, word_width,
};
use crate::config::policy::{Module, ModuleId, Pattern, Severity};
use std::collections::{HashMap, HashSet};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "restricted-crate",
    summary: "an external crate is used outside the modules that it is reserved for",
    default: Severity::Deny,
    raised_by: None,
    blocks: Some(Blocks { crossing: CrossingKind::Library, effort: Effort::Edit }),
    counts: Counts::Sites,
    needs: Needs::AllowCrates,
    docs: DOCS,
    check: Check::Code(check),
};

const DOCS: &str = "\
## What it checks

A crate that matches a glob in some module's `allow-crates` is reserved for the modules that list it. References to it
from any other code are findings, and so are entries for it in the `Cargo.toml` of a package in which none of those modules
has code. `-` and `_` are the same. Crates that nobody lists are free for all.

## Why it blocks an extraction

A vendor's client, a database driver or a message library that is spread over the code base ties every module to one
decision. Kept in one module it moves with that module, and can be replaced there.

## Example

```toml
[modules.payments]
paths = [\"shop::payments\"]
allow-crates = [\"stripe-*\"]
```

```rust
// in shop::orders
let intent = stripe_client::PaymentIntent::new(); // reserved for `payments`
```

## How to fix

- Let a module that owns the crate do the call, and give it a function that speaks the domain's language.
- The crate's type travels through a signature: replace it there with a type of your own.
- The use is wanted: add the crate to the module's `allow-crates`. The finding shows the whole line.
";

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    let reservations = reservations(ctx);
    if reservations.is_empty() {
        return;
    }
    let model = ctx.model();
    for external in &model.externals {
        let Some(reserved) = reservations.get(&*external.krate) else { continue };
        let source = ctx.module_of(external.from);
        let counts = ctx.counts_node(external.from) && (ctx.checks_tests() || !external.test);
        if !counts || reserved.is_for(source.as_slice()) {
            continue;
        }
        let label = format!("uses `{}`", external.krate);
        // Under another name, or behind the crate's: what is underlined is what stands there.
        let width = word_width(ctx.line(external.file, external.line), external.column);
        let file = model.file(external.file).path.clone();
        let site = Site { file, line: external.line, column: external.column, width, label };
        let from = model.node(external.from).id.clone();
        let user = source.map_or_else(|| format!("`{from}`"), |m| format!("module `{}`", ctx.name(m)));
        out.push(reserved.draft(ctx, &format!("{user} uses"), site, from, source));
    }
    for (index, package) in model.packages.iter().enumerate() {
        let modules = manifest::modules_of_package(ctx, index);
        for entry in package.dependencies.iter().filter(|d| ctx.counts_dependency(d.kind)) {
            let reserved = reservations.get(entry.package.as_str()).filter(|_| entry.member.is_none());
            let Some(reserved) = reserved.filter(|r| !r.is_for(&modules)) else { continue };
            let (site, from) = (manifest::site(package, entry), manifest::source_name(package));
            let user = format!("the manifest of package `{}` asks for", package.name);
            out.push(reserved.draft(ctx, &user, site, from, modules.first().copied()));
        }
    }
}

/// A crate that only some modules may use.
struct Reserved<'a> {
    krate: &'a str,
    /// The modules that list it, each with the glob that does. Never empty.
    by: Vec<(ModuleId, &'a Pattern)>,
}

/// Every external crate in use that some module lists.
fn reservations<'a>(ctx: &Context<'a>) -> HashMap<&'a str, Reserved<'a>> {
    let model = ctx.model();
    let entries = model.packages.iter().flat_map(|p| &p.dependencies).map(|d| d.package.as_str());
    let crates: HashSet<&str> = model.externals.iter().map(|e| &*e.krate).chain(entries).collect();
    let listed = |krate: &'a str| {
        let pattern = |(id, module): (ModuleId, &'a Module)| {
            Some((id, module.allow_crates.iter().find(|p| matches(p, krate))?))
        };
        let by: Vec<_> = ctx.policy.iter().filter_map(pattern).collect();
        (!by.is_empty()).then_some((krate, Reserved { krate, by }))
    };
    crates.into_iter().filter_map(listed).collect()
}

impl Reserved<'_> {
    fn is_for(&self, modules: &[ModuleId]) -> bool {
        self.by.iter().any(|(module, _)| modules.contains(module))
    }

    /// `uses` begins the message: who does what to the crate.
    fn draft(&self, ctx: &Context, uses: &str, site: Site, from: String, source: Option<ModuleId>) -> Draft {
        let owners = || config_lines::names(self.by.iter().map(|&(m, _)| ctx.name(m)));
        let (first, pattern) = self.by[0];
        let mut help = vec![format!("call a function of {} that wraps `{}`", owners(), self.krate)];
        help.extend(source.map(|module| {
            let old = ctx.module(module).allow_crates.iter().map(|p| p.text.as_str());
            let line = config_lines::list("allow-crates", old.chain([pattern.text.as_str()]));
            format!("or write `{line}` in `[modules.{}]`", ctx.name(module))
        }));
        Draft {
            message: format!("{uses} crate `{}`, which is reserved for {}", self.krate, owners()),
            sites: vec![site],
            from,
            to: self.krate.to_string(),
            from_module: source,
            to_module: Some(first),
            breaks: Some(Breaks { place: pattern.place, module: first }),
            help,
            ..Draft::default()
        }
    }
}

/// Whether a glob names a crate, `-` and `_` being the same in either.
fn matches(pattern: &Pattern, krate: &str) -> bool {
    let spellings = [krate.to_string(), krate.replace('-', "_"), krate.replace('_', "-")];
    spellings.iter().any(|name| pattern.glob.is_match(name))
}
