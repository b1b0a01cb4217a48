//! References from one declared module into another, put together by what a finding is identified by.

use super::{Context, Draft, Site, TrailStep};
use crate::config::policy::ModuleId;
use crate::graph::{Model, NodeId, RefId, RefKind, Reference};
use rustc_hash::FxHashMap;

/// All uses that one source module makes of one item of another declared module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crossing {
    /// The source module that refers.
    pub from: NodeId,
    /// Path of the item; associated items and variants count as the item they belong to.
    pub to: String,
    /// The declared module that refers.
    pub source: ModuleId,
    /// The declared module that is reached into.
    pub target: ModuleId,
    /// The references, in source order.
    pub uses: Vec<RefId>,
}

/// Every crossing of a workspace, in the order of its first references.
pub fn collect(ctx: &Context) -> Vec<Crossing> {
    let model = ctx.model();
    let mut crossings: Vec<Crossing> = Vec::new();
    let mut known: FxHashMap<(NodeId, NodeId, Option<u32>), usize> = FxHashMap::default();
    let tops = tops(model);
    for (id, reference) in model.references() {
        let modules = ctx.module_of(reference.from).zip(ctx.module_of(reference.to));
        let Some((source, target)) = modules.filter(|(source, target)| source != target) else {
            continue;
        };
        // Entries of manifests are judged by package, from the manifests themselves.
        if !ctx.counts(reference) || reference.kind == RefKind::Manifest {
            continue;
        }
        let top = reference.item.map(|item| tops[item.0 as usize]);
        let index = *known.entry((reference.from, reference.to, top)).or_insert_with(|| {
            let to = &model.node(reference.to).id;
            let item = reference.item.map(|item| top_level(&model.item(item).name));
            let to = item.map_or_else(|| to.clone(), |item| format!("{to}::{item}"));
            crossings.push(Crossing { from: reference.from, to, source, target, uses: Vec::new() });
            crossings.len() - 1
        });
        crossings[index].uses.push(id);
    }
    crossings
}

/// By item: a number for the name of what it belongs to.
fn tops(model: &Model) -> Vec<u32> {
    let mut known: FxHashMap<&str, u32> = FxHashMap::default();
    let mut number = |name| {
        let next = known.len() as u32;
        *known.entry(name).or_insert(next)
    };
    model.items.iter().map(|item| number(top_level(&item.name))).collect()
}

/// `Charge::new` belongs to `Charge`.
pub fn top_level(item: &str) -> &str {
    item.split("::").next().unwrap_or(item)
}

/// The part of a draft that every rule about references fills in alike.
pub fn draft(ctx: &Context, crossing: &Crossing, uses: &[RefId]) -> Draft {
    let label = format!("reaches into `{}`", ctx.name(crossing.target));
    let sites = uses.iter().map(|&id| site(ctx, ctx.model().reference(id), &label)).collect();
    draft_at(ctx, crossing, uses, sites)
}

/// The same with the sites of the uses.
pub fn draft_at(ctx: &Context, crossing: &Crossing, uses: &[RefId], mut sites: Vec<Site>) -> Draft {
    sites.sort();
    sites.dedup();
    let written = |id: &RefId| ctx.model().reference(*id).kind != RefKind::Inferred;
    let shown = uses.iter().find(|id| written(id)).or(uses.first());
    Draft {
        sites,
        from: ctx.model().node(crossing.from).id.clone(),
        to: crossing.to.clone(),
        from_module: Some(crossing.source),
        to_module: Some(crossing.target),
        trail: shown.map_or_else(Vec::new, |&id| trail(ctx, id)),
        inferred: !uses.iter().any(written),
        ..Draft::default()
    }
}

/// Methods and fields are found through the type of a value; nobody wrote a path for them.
pub fn names_a_path(ctx: &Context, id: RefId) -> bool {
    ctx.model().reference(id).kind != RefKind::Inferred
}

/// Where a reference stands.
pub fn site(ctx: &Context, reference: &Reference, label: &str) -> Site {
    Site {
        file: ctx.model().file(reference.file).path.clone(),
        line: reference.line,
        column: reference.column,
        width: (reference.text.chars().count() as u32).max(1),
        label: label.to_string(),
    }
}

/// The imports between a reference and the definition, then the definition; empty where nothing stands between.
fn trail(ctx: &Context, reference: RefId) -> Vec<TrailStep> {
    let model = ctx.model();
    let hops = ctx.graph.trail(reference).hops;
    if hops.is_empty() {
        return Vec::new();
    }
    let imports = hops.into_iter().map(|hop| TrailStep {
        file: model.file(hop.file).path.clone(),
        line: hop.line,
        column: hop.column,
        note: format!("{} `{}`", if hop.facade { "re-exports" } else { "imports" }, hop.written),
        name: hop.name,
    });
    imports.chain([definition(ctx, model.reference(reference))]).collect()
}

fn definition(ctx: &Context, reference: &Reference) -> TrailStep {
    let model = ctx.model();
    let (file, line, column) = match reference.item.map(|i| model.item(i)) {
        Some(item) => (item.file, item.line, item.column),
        None => (model.node(reference.to).file, model.node(reference.to).line, 1),
    };
    let file = model.file(file).path.clone();
    TrailStep { file, line, column, name: model.target_path(reference), note: "defined".into() }
}
