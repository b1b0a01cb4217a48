//! What others use of a module: an interface, where it is a small part of what there is.

use super::PublicEntry;
use super::sizes::mods;
use crate::config::policy::ModuleId;
use crate::graph::{NodeId, RefId, RefKind, Reference};
use crate::rules::Context;
use std::collections::{BTreeMap, BTreeSet};

/// An interface of parts is a few of them; beyond, what is `pub` at the root says it better.
const MOST_PARTS: usize = 4;
/// Where something is used that is not `pub` at the root, so many names are worth listing.
const MOST_NAMES: usize = 12;

/// How a module is used by others.
#[derive(Default)]
struct Uses {
    /// By the name below the module's root, with how often.
    names: BTreeMap<Vec<String>, usize>,
    /// Some of them are not `pub` at the root.
    closed: bool,
}

/// The entries of `public`, or nothing where what is `pub` at the root will do.
pub(super) fn of(ctx: &Context, module: ModuleId) -> Option<Vec<PublicEntry>> {
    let uses = uses(ctx, module);
    if uses.names.is_empty() {
        return None;
    }
    let parts: BTreeSet<&str> =
        ctx.roots(module).iter().flat_map(|&root| mods(ctx.model(), root)).map(|id| last(ctx, id)).collect();
    let entries = folded(&uses.names, &parts);
    if uses.closed {
        let all = || vec![PublicEntry { path: "*".to_owned(), uses: uses.names.values().sum() }];
        return Some(if entries.len() <= MOST_NAMES { entries } else { all() });
    }
    let used: BTreeSet<&str> = entries.iter().map(|entry| first(&entry.path)).collect();
    let hides = parts.iter().any(|part| !used.contains(part));
    (hides && used.is_subset(&parts) && entries.len() <= MOST_PARTS).then_some(entries)
}

/// Names that stand for many below them: what is in a part of the module counts as that part, unless only one thing in
/// it is used.
fn folded(names: &BTreeMap<Vec<String>, usize>, parts: &BTreeSet<&str>) -> Vec<PublicEntry> {
    let mut below: BTreeMap<&str, Vec<(&[String], usize)>> = BTreeMap::new();
    for (name, uses) in names {
        below.entry(name[0].as_str()).or_default().push((name, *uses));
    }
    let entry = |(first, names): (&str, Vec<(&[String], usize)>)| {
        let path = match names[..] {
            [(name @ [_, _], _)] if parts.contains(first) => name.join("::"),
            _ => first.to_owned(),
        };
        PublicEntry { path, uses: names.iter().map(|(_, uses)| uses).sum() }
    };
    below.into_iter().map(entry).collect()
}

fn uses(ctx: &Context, module: ModuleId) -> Uses {
    let mut uses = Uses::default();
    let roots: Vec<Vec<String>> = ctx.roots(module).iter().map(|&root| segments(ctx, root)).collect();
    let into = ctx.module_graph.edges.iter().filter(|edge| edge.to.index() == module.index());
    // Methods and fields of a value that was handed out name no path.
    let written = |id: &RefId| ctx.model().reference(*id).kind != RefKind::Inferred;
    for id in into.flat_map(|edge| edge.uses.iter().copied()).filter(written) {
        if let Some((name, is_open)) = entrance(ctx, module, &roots, id).filter(|(name, _)| !name.is_empty())
        {
            uses.closed |= !is_open;
            *uses.names.entry(name).or_default() += 1;
        }
    }
    uses
}

/// The name below the root by which a reference enters a module, and whether that is `pub` at the root. Where the way in
/// is not known, it is that of the definition, and taken to be open.
fn entrance(
    ctx: &Context,
    module: ModuleId,
    roots: &[Vec<String>],
    id: RefId,
) -> Option<(Vec<String>, bool)> {
    let entry = ctx.graph.entry(id, &|node| ctx.module_of(node) == Some(module));
    let mut name = entry.segments;
    if let Some(head) = name.first_mut() {
        head.truncate(head.find('{').unwrap_or(head.len()));
    }
    match below(roots, &name) {
        Some((root, rest)) => Some((rest, entry.public.get(root).copied().unwrap_or(false))),
        None => below(roots, &defined(ctx, ctx.model().reference(id))).map(|(_, rest)| (rest, true)),
    }
}

/// How long the longest root above a path is, and the path below it.
fn below(roots: &[Vec<String>], path: &[String]) -> Option<(usize, Vec<String>)> {
    let root = roots.iter().filter(|root| path.starts_with(root)).map(Vec::len).max()?;
    Some((root, path[root..].to_vec()))
}

/// The path of the definition.
fn defined(ctx: &Context, reference: &Reference) -> Vec<String> {
    let mut path = segments(ctx, reference.to);
    if let Some(item) = reference.item {
        path.extend(ctx.model().item(item).name.split("::").map(str::to_owned));
    }
    path
}

fn segments(ctx: &Context, node: NodeId) -> Vec<String> {
    ctx.model().node(node).path.split("::").map(str::to_owned).collect()
}

fn last<'a>(ctx: &Context<'a>, node: NodeId) -> &'a str {
    let path = &ctx.model().node(node).path;
    path.rsplit("::").next().unwrap_or(path)
}

fn first(path: &str) -> &str {
    path.split("::").next().unwrap_or(path)
}
