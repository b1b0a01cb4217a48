//! `dependency-cycle`: modules that depend on each other in a circle.

use super::{
    Blocks, Check, Context, Counts, CrossingKind, Draft, Effort, Finding, Needs, Rule, Site, config_lines,
    crossing,
};
use crate::config::policy::{ModuleId, Severity};
use crate::graph::{Cycle, GroupEdge, GroupId};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "dependency-cycle",
    summary: "modules depend on each other in a cycle",
    default: Severity::Deny,
    raised_by: None,
    blocks: Some(Blocks { crossing: CrossingKind::Reference, effort: Effort::Redesign }),
    counts: Counts::Whole,
    needs: Needs::Modules,
    docs: DOCS,
    check: Check::Code(check),
};

const DOCS: &str = "\
## What it checks

Declared modules that can all reach each other through references in production code, whatever `depends-on` says. Each
such group is one finding. It shows a shortest cycle with a place per hop, and the smallest set of edges to cut so that no
cycle is left: fewest edges first, then fewest references. The set is exact for groups of up to 14 modules; beyond,
it comes from a heuristic, and the finding says so.

Test code and dev-dependencies never count, also under `tests = \"check\"`. Neither does what a module uses of one that is
nested inside it: a crate's root has to mention what it contains.

## Why it blocks an extraction

Modules in a cycle can only be extracted together. As services they call each other in circles: neither starts, deploys
or answers without the other, and a slow one stops them all.

## Example

```rust
// in shop::orders
crate::payments::charge(&order);
// in shop::payments
crate::orders::mark_paid(order_id); // and back
```

## How to fix

Start with the edges that the finding names. For each of them:

- return a value or publish an event instead of calling back;
- define a trait on the using side and implement it on the other, wired together in the app module;
- move what both sides need into a module of its own below both;
- if the two always change together, they are one module: merge them.
";

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    for cycle in ctx.cycles() {
        let names: Vec<&str> = cycle.members.iter().map(|&g| ctx.module_graph.grouping.name(g)).collect();
        let hops: Vec<&GroupEdge> = hops(ctx, &cycle.shortest);
        out.push(Draft {
            message: message(ctx, cycle),
            sites: hops.iter().filter_map(|edge| hop_site(ctx, edge)).collect(),
            from: names.first().map_or_else(String::new, |n| n.to_string()),
            to: names[1..].join(", "),
            from_module: cycle.shortest.first().map(|&g| module(g)),
            to_module: cycle.shortest.get(1).map(|&g| module(g)),
            holds_up: cycle.members.iter().map(|&g| module(g)).collect(),
            help: help(ctx, cycle),
            ..Draft::default()
        });
    }
}

/// The hops of the shortest cycle that a finding of this rule shows.
pub(super) fn shown_hops(ctx: &Context, finding: &Finding) -> Vec<(ModuleId, ModuleId)> {
    let start = (finding.from_module.as_deref(), finding.to_module.as_deref());
    let name = |cycle: &Cycle, index: usize| Some(ctx.name(module(*cycle.shortest.get(index)?)));
    let cycle = ctx.cycles().iter().find(|cycle| (name(cycle, 0), name(cycle, 1)) == start);
    let hops = cycle.into_iter().flat_map(|cycle| hops(ctx, &cycle.shortest));
    hops.map(|edge| (module(edge.from), module(edge.to))).collect()
}

/// The pairs of modules whose references are to be cut so that the cycle of a finding of this rule is gone, user first.
pub(super) fn cut(ctx: &Context, finding: &Finding) -> Vec<(ModuleId, ModuleId)> {
    let edges = cycle_of(ctx, finding).into_iter().flat_map(|cycle| &cycle.cut.edges);
    edges.map(|&(from, to)| (module(from), module(to))).collect()
}

/// What one of the modules can do about a finding of this rule: of the edges to cut those at the module.
pub(super) fn help_for(ctx: &Context, finding: &Finding, of: ModuleId) -> Vec<String> {
    let Some(cycle) = cycle_of(ctx, finding) else { return finding.help.clone() };
    let all = cycle.cut.edges.len();
    let edges = cycle.cut.edges.iter().filter(|(from, to)| module(*from) == of || module(*to) == of);
    let edges: Vec<&GroupEdge> = edges.filter_map(|&(from, to)| ctx.module_graph.edge(from, to)).collect();
    let name = ctx.name(of);
    match edges.len() {
        0 => vec![format!("none of the {all} edges to cut is one of `{name}`: it waits for the others")],
        count if count == all => finding.help.clone(),
        count => {
            let (are, list) = (if count == 1 { "is" } else { "are" }, list(ctx, &edges));
            vec![format!("of {all} edges to cut, {count} {are} at `{name}`: {list}"), way(ctx, &edges)]
        }
    }
}

fn cycle_of<'a>(ctx: &'a Context, finding: &Finding) -> Option<&'a Cycle> {
    ctx.cycles().iter().find(|cycle| ctx.module_graph.grouping.name(cycle.members[0]) == finding.from)
}

/// Groups are the declared modules, index by index.
fn module(group: GroupId) -> ModuleId {
    ModuleId(group.0)
}

fn hops<'a>(ctx: &'a Context, cycle: &[GroupId]) -> Vec<&'a GroupEdge> {
    let next = cycle.iter().cycle().skip(1);
    cycle.iter().zip(next).filter_map(|(&from, &to)| ctx.module_graph.edge(from, to)).collect()
}

fn message(ctx: &Context, cycle: &Cycle) -> String {
    let round = cycle.shortest.iter().chain(cycle.shortest.first());
    let round: Vec<String> = round.map(|&g| format!("`{}`", ctx.module_graph.grouping.name(g))).collect();
    let message = format!("modules depend on each other in a cycle: {}", round.join(" -> "));
    match cycle.members.len() {
        all if all == cycle.shortest.len() => message,
        all => format!("{message}, the shortest of a knot of {all} modules"),
    }
}

/// The first reference behind an edge that is a dependency.
fn first_site(ctx: &Context, edge: &GroupEdge, label: &str) -> Option<Site> {
    let model = ctx.model();
    let contained = |to| ctx.module_graph.grouping.contains(model, edge.from, to);
    let reference = edge.uses.iter().map(|&id| model.reference(id)).find(|r| !contained(r.to))?;
    Some(crossing::site(ctx, reference, label))
}

fn hop_site(ctx: &Context, edge: &GroupEdge) -> Option<Site> {
    let names = &ctx.module_graph.grouping;
    let count = references(edge.dependencies());
    first_site(ctx, edge, &format!("`{}` uses `{}` ({count})", names.name(edge.from), names.name(edge.to)))
}

fn references(count: usize) -> String {
    if count == 1 { "1 reference".into() } else { format!("{count} references") }
}

fn help(ctx: &Context, cycle: &Cycle) -> Vec<String> {
    let edges: Vec<&GroupEdge> =
        cycle.cut.edges.iter().filter_map(|&(from, to)| ctx.module_graph.edge(from, to)).collect();
    let list = list(ctx, &edges);
    let total = references(edges.iter().map(|e| e.dependencies()).sum());
    let cut = match (edges.len(), cycle.cut.exact) {
        (1, _) => format!("cut {list}; no cycle is left then"),
        (n, true) => format!("cut {n} edges, {total} in all: {list}; no smaller set breaks every cycle"),
        (n, false) => format!(
            "cut {n} edges, {total} in all: {list}; found by a heuristic, as the knot is too large to be sure that no smaller set does"
        ),
    };
    vec![cut, way(ctx, &edges)]
}

/// Each edge with its references and the first of them.
fn list(ctx: &Context, edges: &[&GroupEdge]) -> String {
    let names = &ctx.module_graph.grouping;
    let show = |edge: &&GroupEdge| {
        let first = first_site(ctx, edge, "")
            .map_or_else(String::new, |s| format!(", first at {}:{}", s.file, s.line));
        let count = references(edge.dependencies());
        format!("`{}` -> `{}` ({count}{first})", names.name(edge.from), names.name(edge.to))
    };
    edges.iter().map(show).collect::<Vec<_>>().join(", ")
}

fn way(ctx: &Context, edges: &[&GroupEdge]) -> String {
    let users = config_lines::names(edges.first().map(|edge| ctx.module_graph.grouping.name(edge.from)));
    format!("return a value or publish an event instead, or call through a trait that {users} defines")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::policy::Tests;
    use crate::rules::sample::Sample;

    const NODES: [&str; 5] = ["r", "r::a", "r::b", "r::c", "r::a::tests"];

    #[test]
    fn the_finding_shows_the_way_round_and_the_cut() {
        let references =
            ["r::a -> r::b X", "r::a -> r::b Y", "r::b -> r::c X", "r::c -> r::a X", "r::c -> r::a Y"];
        let sample = Sample::new(&["c = r::c", "a = r::a", "b = r::b"], &NODES, &references);
        let findings = sample.findings();
        let cycle = findings.iter().find(|f| f.rule == "dependency-cycle").unwrap();
        assert_eq!(cycle.identity, "dependency-cycle a -> b, c");
        assert_eq!(cycle.message, "modules depend on each other in a cycle: `a` -> `b` -> `c` -> `a`");
        let labels: Vec<&str> = cycle.sites.iter().map(|s| s.label.as_str()).collect();
        assert_eq!(
            labels,
            ["`a` uses `b` (2 references)", "`b` uses `c` (1 reference)", "`c` uses `a` (2 references)"]
        );
        assert_eq!(cycle.help[0], "cut `b` -> `c` (1 reference, first at src.rs:3); no cycle is left then");
    }

    #[test]
    fn a_module_is_told_its_own_part_of_the_cut() {
        let references =
            ["r::a -> r::b X", "r::b -> r::a X", "r::b -> r::a Y", "r::b -> r::c X", "r::c -> r::b X"];
        let sample = Sample::new(&["a = r::a", "b = r::b", "c = r::c"], &NODES, &references);
        let ownership = Default::default();
        let ctx = Context::new(&sample.graph, &sample.policy, &sample.assignment, (&sample.data, &ownership));
        let findings = sample.findings();
        let cycle = findings.iter().find(|f| f.rule == "dependency-cycle").unwrap();
        let help = |module| help_for(&ctx, cycle, ModuleId(module));
        assert_eq!(help(0)[0], "of 2 edges to cut, 1 is at `a`: `a` -> `b` (1 reference, first at src.rs:1)");
        assert_eq!(help(1), cycle.help, "all of it");
        assert!(help(2)[0].starts_with("of 2 edges to cut, 1 is at `c`: "), "{:?}", help(2));
    }

    #[test]
    fn tests_never_close_a_cycle() {
        let references = ["r::b -> r::a X", "r::a::tests -> r::b X"];
        let mut sample = Sample::new(&["a = r::a", "b = r::b"], &NODES, &references);
        sample.policy.analysis.tests = Tests::Check;
        assert!(sample.of("dependency-cycle").is_empty());
    }

    #[test]
    fn a_container_may_mention_what_it_contains() {
        let references = ["r -> r::a X", "r::a -> r Error"];
        assert!(
            Sample::new(&["app main = r", "a = r::a"], &NODES, &references).of("dependency-cycle").is_empty()
        );
        // Beside each other the same two references are a cycle.
        let references = ["r::b -> r::a X", "r::a -> r::b Error"];
        assert_eq!(
            Sample::new(&["app main = r::b", "a = r::a"], &NODES, &references).of("dependency-cycle").len(),
            1
        );
    }
}
