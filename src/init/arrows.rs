//! Who uses whom today: the entries of `depends-on`, each with how often and where first.

use super::{Arrow, Cycle};
use crate::config::policy::{Kind, ModuleId};
use crate::graph::{self, GroupEdge, GroupId, RefKind, Reference};
use crate::rules::Context;

/// How many modules use one.
pub(super) fn users(ctx: &Context, of: ModuleId) -> usize {
    let edges = ctx.module_graph.edges.iter();
    edges.filter(|edge| edge.to.index() == of.index() && !edge.uses.is_empty()).count()
}

/// Whether test code of another module uses one.
pub(super) fn is_tested_with(ctx: &Context, of: ModuleId) -> bool {
    let references = ctx.model().references.iter();
    let from_outside = |r: &&Reference| ctx.module_of(r.from) != Some(of) || ctx.model().node(r.from).test;
    let mut uses = references.filter(|r| ctx.module_of(r.to) == Some(of) && r.kind != RefKind::Manifest);
    uses.any(|r| {
        from_outside(&r) && ctx.model().node(r.from).package_index != ctx.model().node(r.to).package_index
    })
}

/// The arrows of a module, by the name of their ends. Apps and libraries list none, libraries are on nobody's list, and no
/// list makes a use of an app right.
pub(super) fn of(ctx: &Context, of: ModuleId, kinds: &[Kind], cycles: &[graph::Cycle]) -> Vec<Arrow> {
    if kinds[of.index()] != Kind::Domain {
        return Vec::new();
    }
    let edges = ctx.module_graph.edges_from(GroupId(of.0)).iter();
    let listed = edges.filter(|edge| !edge.uses.is_empty() && kinds[edge.to.index()] == Kind::Domain);
    let mut arrows: Vec<Arrow> = listed.map(|edge| arrow(ctx, edge, cycles)).collect();
    arrows.sort_by(|a, b| a.to.cmp(&b.to));
    arrows
}

/// The arrows to cut, the cheapest first.
pub(super) fn cuts(ctx: &Context, cycles: &[graph::Cycle]) -> Vec<(String, String, usize)> {
    let name = |group| ctx.module_graph.grouping.name(group).to_owned();
    let uses = |from, to| ctx.module_graph.edge(from, to).map_or(0, GroupEdge::dependencies);
    let edges = cycles.iter().flat_map(|cycle| &cycle.cut.edges);
    let mut cuts: Vec<(String, String, usize)> =
        edges.map(|&(from, to)| (name(from), name(to), uses(from, to))).collect();
    cuts.sort_by(|a, b| (a.2, &a.0, &a.1).cmp(&(b.2, &b.0, &b.1)));
    cuts
}

fn arrow(ctx: &Context, edge: &GroupEdge, cycles: &[graph::Cycle]) -> Arrow {
    let model = ctx.model();
    let first = edge.uses.first().map(|&id| model.reference(id));
    Arrow {
        to: ctx.module_graph.grouping.name(edge.to).to_owned(),
        uses: edge.uses.len(),
        place: first.map_or_else(Default::default, |first| (model.file(first.file).path.clone(), first.line)),
        cycle: cycle(edge, cycles),
    }
}

fn cycle(edge: &GroupEdge, cycles: &[graph::Cycle]) -> Cycle {
    let ends = (edge.from, edge.to);
    let has_both = |cycle: &&graph::Cycle| cycle.members.contains(&ends.0) && cycle.members.contains(&ends.1);
    match cycles.iter().find(has_both) {
        Some(cycle) if cycle.cut.edges.contains(&ends) => Cycle::Cut,
        Some(_) if edge.dependencies() > 0 => Cycle::Part,
        _ => Cycle::No,
    }
}
