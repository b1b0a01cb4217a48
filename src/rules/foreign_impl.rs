//! `foreign-impl`: impls that tie modules together from a place that neither of them expects.

use super::{Blocks, Check, Context, Counts, CrossingKind, Draft, Effort, Needs, Rule, Site, contract};
use crate::config::policy::{Kind, ModuleId, Severity};
use crate::graph::NodeId;
use crate::graph::flow::Definition;
use crate::graph::surface::Implementation;
use std::collections::BTreeMap;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "foreign-impl",
    summary: "a type gets an impl outside its own module",
    default: Severity::Warn,
    raised_by: None,
    blocks: Some(Blocks { crossing: CrossingKind::Reference, effort: Effort::Edit }),
    counts: Counts::Sites,
    needs: Needs::Modules,
    docs: DOCS,
    check: Check::Code(check),
};

const DOCS: &str = "\
## What it checks

Two kinds of `impl` that stand outside the module of their type: one of another module's trait, in that module or in a third
place, and an `impl Type { … }` without a trait, which one crate may have anywhere. All impls of a trait in one module are
one finding.

To implement another module's trait for a type of one's own is how a trait is used, and no finding. Fine are also traits from
outside the workspace, traits and types of library modules, derives, what an app module implements of a trait to put
modules together, and test code.

## Why it blocks an extraction

The impl needs to see the type and the trait at once, so it holds three things together: after the split no crate may have
both. An inherent impl in another module is worse: methods of a type, often with access to its private fields, that move
with somebody else's service.

## Example

```rust
// in shop::reports
impl payments::Receipt {          // methods of a type of payments
    pub fn for_the_books(&self) -> Line { … }
}
impl audit::Audited for payments::Receipt { … }   // trait of audit, type of payments
```

## How to fix

- Move the impl to the module of the type, if that module may know the trait.
- It may not: write a type of one's own around it (`struct Line(Receipt)`) and implement the trait for that.
- Instead of an inherent impl write a function that takes the type, and uses nothing but what is public.
- The trait is a tool for all and knows nothing of a domain: give it to a module with `kind = \"library\"`.
";

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    let mut groups: BTreeMap<(NodeId, Option<Definition>, Definition), Group> = BTreeMap::new();
    for implementation in ctx.graph.implementations() {
        if implementation.test && !ctx.checks_tests() {
            continue;
        }
        let Some(found) = judge(ctx, &implementation) else { continue };
        let speaks = found.of_trait.unwrap_or(found.of_type);
        // All of a trait in one module are one finding; of an inherent impl its own source module says where.
        let node = match found.of_trait {
            Some(_) => contract::root_of(ctx, found.holder, implementation.node),
            None => implementation.node,
        };
        let group = groups.entry((node, found.of_trait, speaks)).or_insert_with(|| Group {
            found,
            types: Vec::new(),
            sites: Vec::new(),
        });
        group.types.push(format!("`{}`", ctx.graph.short_name(found.of_type)));
        group.sites.push(site(ctx, &implementation, &found));
    }
    out.extend(groups.into_iter().map(|((node, ..), group)| draft(ctx, node, group)));
}

/// An impl that stands where it should not.
#[derive(Clone, Copy)]
struct Foreign {
    /// The module that holds it.
    holder: ModuleId,
    /// The trait with its module, unless the impl is an inherent one.
    of_trait: Option<Definition>,
    /// The type.
    of_type: Definition,
    /// Its module.
    type_module: ModuleId,
}

/// Impls of one trait in one module.
struct Group {
    found: Foreign,
    types: Vec<String>,
    sites: Vec<Site>,
}

fn judge(ctx: &Context, implementation: &Implementation) -> Option<Foreign> {
    let holder = ctx.module_of(implementation.node)?;
    let of_type = implementation.of_type?;
    let type_module = contract::module_of(ctx, of_type)?;
    if holder == type_module || ctx.module(type_module).kind == Kind::Library {
        return None;
    }
    let found = Foreign { holder, of_trait: implementation.of_trait, of_type, type_module };
    if implementation.inherent {
        return Some(found);
    }
    let trait_module = contract::module_of(ctx, implementation.of_trait?)?;
    let is_fine = trait_module == type_module
        || ctx.module(trait_module).kind == Kind::Library
        || ctx.module(holder).kind == Kind::App;
    (!is_fine).then_some(found)
}

fn site(ctx: &Context, implementation: &Implementation, found: &Foreign) -> Site {
    let label = format!("for `{}` of `{}`", ctx.graph.short_name(found.of_type), ctx.name(found.type_module));
    contract::site(ctx, implementation.place, "impl", &label)
}

fn draft(ctx: &Context, node: NodeId, mut group: Group) -> Draft {
    let Foreign { holder, of_trait, of_type, type_module } = group.found;
    group.types.sort();
    group.types.dedup();
    group.sites.sort();
    let (here, owner) = (ctx.name(holder), ctx.name(type_module));
    let types = contract::enumerate(group.types, 4, "types");
    let (message, help) = match of_trait {
        Some(of_trait) => {
            let trait_module = contract::module_of(ctx, of_trait).map_or("", |module| ctx.name(module));
            let name = ctx.graph.short_name(of_trait);
            let whose = match trait_module == here {
                true => format!("its own trait `{name}`"),
                false => format!("trait `{name}` of `{trait_module}`"),
            };
            let message = format!("module `{here}` implements {whose} for {types}, which it does not own");
            (
                message,
                format!(
                    "move the impl to the module of the type, or implement `{name}` for a type of `{here}` around it"
                ),
            )
        }
        None => {
            let name = ctx.graph.short_name(of_type);
            let message = format!("module `{here}` adds methods to `{name}`, which belongs to `{owner}`");
            (
                message,
                format!(
                    "move the methods to `{owner}`, or make them functions of `{here}` that take a `{name}`"
                ),
            )
        }
    };
    Draft {
        message,
        sites: group.sites,
        from: ctx.model().node(node).id.clone(),
        to: ctx.graph.path_of(of_trait.unwrap_or(of_type)),
        from_module: Some(holder),
        to_module: Some(type_module),
        help: vec![help],
        ..Draft::default()
    }
}
