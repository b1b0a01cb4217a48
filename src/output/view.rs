//! The dependency graph at the level somebody asked for, ready to be written in any format.

use super::marks::{Marks, Pair, Violations};
use crate::config::Assignment;
use crate::config::policy::{Policy, Severity};
use crate::graph::{GroupId, Grouping, Model, ModuleGraph, NodeId, RefKind, Reference, Resolution};
use crate::source::TargetKind;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a node of the graph stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// A declared module; without a policy, and for code that belongs to none, a crate's top-level `mod`.
    Module,
    /// A crate.
    Crate,
    /// A source module.
    Source,
}

/// A dependency graph: nodes sorted by id, edges by the ids of their ends.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// The nodes.
    pub nodes: Vec<ViewNode>,
    /// The edges; no node has one to itself.
    pub edges: Vec<ViewEdge>,
    /// Ways through data, sorted by the ids of their ends; looked for between modules of a policy only.
    pub data: Vec<DataEdge>,
    /// How many references resolved.
    pub resolution: Resolution,
}

/// A node.
#[derive(Clone, Debug)]
pub struct ViewNode {
    /// Unique in the graph.
    pub id: String,
    /// The box to draw it in: its crate, or its layer.
    pub cluster: Option<String>,
    /// What it is.
    pub kind: NodeKind,
    /// Somebody asked for what is around it.
    pub focused: bool,
    /// How many of its references resolved.
    pub resolution: Resolution,
}

/// What a node is.
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// A module of the policy.
    Module,
    /// A crate's top-level `mod`, or what of it belongs to no module.
    Unit,
    /// A crate.
    Crate,
    /// A source module.
    Source(SourceModule),
}

impl NodeKind {
    /// The word used in JSON.
    pub fn as_str(&self) -> &'static str {
        match self {
            NodeKind::Module => "module",
            NodeKind::Unit => "unit",
            NodeKind::Crate => "crate",
            NodeKind::Source(_) => "source",
        }
    }
}

/// What is known of a source module besides its id.
#[derive(Clone, Debug)]
pub struct SourceModule {
    /// Package name.
    pub package: String,
    /// Crate name.
    pub target: String,
    /// What the target builds.
    pub target_kind: TargetKind,
    /// The id without the target's kind.
    pub path: String,
    /// The file that holds its items.
    pub file: String,
    /// Test code.
    pub test: bool,
    /// The declared module that it belongs to.
    pub module: Option<String>,
}

/// All references from one node to another.
#[derive(Clone, Debug)]
pub struct ViewEdge {
    /// Index into [`View::nodes`].
    pub from: usize,
    /// Index into [`View::nodes`].
    pub to: usize,
    /// Every reference, sorted by place.
    pub sites: Vec<ViewSite>,
    /// How they are written.
    pub kinds: BTreeSet<RefKind>,
    /// All of them are test code.
    pub test: bool,
    /// Part of a cycle; not looked for among source modules, where cycles are ordinary.
    pub cyclic: Option<bool>,
    /// The rules that are broken here; looked for between modules of a policy only.
    pub violations: Violations,
}

/// What a module does to the data of another one.
#[derive(Clone, Debug)]
pub struct DataEdge {
    /// Index into [`View::nodes`].
    pub from: usize,
    /// Index into [`View::nodes`].
    pub to: usize,
    /// The tables and other resources.
    pub resources: BTreeSet<String>,
    /// The rules that are broken between the two.
    pub violations: Violations,
    /// There is an edge of references as well.
    pub beside_references: bool,
}

/// How bad the worst of some violations is; `None` if there is none.
pub fn worst(violations: &Violations) -> Option<Severity> {
    violations.values().copied().max()
}

/// One reference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Site")]
pub struct ViewSite {
    /// Path relative to the workspace root.
    pub file: String,
    /// Line, from 1.
    #[schemars(range(min = 1))]
    pub line: u32,
    /// Column, from 1.
    #[schemars(range(min = 1))]
    pub column: u32,
    /// How it is written.
    pub kind: RefKind,
    /// The last segment as written.
    pub text: Arc<str>,
}

impl ViewSite {
    /// The place of a reference.
    pub fn new(model: &Model, reference: &Reference) -> ViewSite {
        ViewSite {
            file: model.file(reference.file).path.clone(),
            line: reference.line,
            column: reference.column,
            kind: reference.kind,
            text: Arc::clone(&reference.text),
        }
    }
}

/// A policy and what it says of a workspace's source modules.
pub type Declared<'a> = (&'a Policy, &'a Assignment);

impl View {
    /// The graph of a workspace. With `only`, what the packages of those indices use.
    pub fn new(model: &Model, level: Level, declared: Option<Declared<'_>>, only: Option<&[usize]>) -> View {
        View::marked(model, level, declared, only, &Marks::default())
    }

    /// The same with what a check says of its edges.
    pub fn marked(
        model: &Model,
        level: Level,
        declared: Option<Declared<'_>>,
        only: Option<&[usize]>,
        marks: &Marks,
    ) -> View {
        let (grouping, mut nodes) = groups(model, level, declared);
        for (group, resolution) in grouping.group_of.iter().zip(&model.resolution_by_node) {
            group.iter().for_each(|group| nodes[group.index()].resolution.add(resolution));
        }
        let mut edges = edges(model, &grouping, only);
        if level != Level::Source {
            mark_cycles(&mut edges, &ModuleGraph::new(model, grouping.clone()));
        }
        let mut data = data_edges(&nodes, &edges, marks);
        add_violations(&nodes, &mut edges, marks);
        if let Some(only) = only {
            let inside = |id: usize| only.contains(&model.nodes[id].package_index);
            let own = (0..model.nodes.len()).filter(|&id| inside(id));
            let mut kept: BTreeSet<usize> =
                own.filter_map(|id| grouping.of(NodeId(id as u32))).map(GroupId::index).collect();
            kept.extend(edges.iter().flat_map(|e| [e.from, e.to]));
            kept.extend(data.iter().flat_map(|e| [e.from, e.to]));
            keep(&mut nodes, &mut edges, &mut data, |index| kept.contains(&index));
        }
        sort(&mut nodes, &mut edges, &mut data);
        View { nodes, edges, data, resolution: model.resolution.clone() }
    }

    /// The ways through data between nodes without references.
    pub fn data_only(&self) -> impl Iterator<Item = &DataEdge> {
        self.data.iter().filter(|edge| !edge.beside_references)
    }

    /// The data that one node touches of another, beside references to it.
    pub fn data_beside(&self, edge: &ViewEdge) -> Option<&DataEdge> {
        let ends = |data: &DataEdge| (data.from, data.to);
        self.data.binary_search_by_key(&(edge.from, edge.to), ends).ok().map(|index| &self.data[index])
    }

    /// Keeps the nodes of those indices and the edges between them.
    pub(super) fn retain(&mut self, kept: &BTreeSet<usize>) {
        keep(&mut self.nodes, &mut self.edges, &mut self.data, |index| kept.contains(&index));
    }
}

/// Puts source modules together by level; the nodes are parallel to the groups.
pub fn groups(model: &Model, level: Level, declared: Option<Declared<'_>>) -> (Grouping, Vec<ViewNode>) {
    match (level, declared) {
        (Level::Source, _) => source_modules(model, declared),
        (Level::Crate, _) => {
            let grouping = Grouping::by_crate(model);
            let nodes = grouping.names.iter().map(|name| node(name, None, NodeKind::Crate)).collect();
            (grouping, nodes)
        }
        (Level::Module, None) => units(model),
        (Level::Module, Some(declared)) => modules(model, declared),
    }
}

fn node(id: &str, cluster: Option<&str>, kind: NodeKind) -> ViewNode {
    let (id, cluster) = (id.to_owned(), cluster.map(str::to_owned));
    ViewNode { id, cluster, kind, focused: false, resolution: Resolution::default() }
}

/// The crate's part of an id.
fn crate_of(id: &str) -> &str {
    id.split("::").next().unwrap_or(id)
}

fn source_modules(model: &Model, declared: Option<Declared<'_>>) -> (Grouping, Vec<ViewNode>) {
    let grouping = Grouping {
        names: model.nodes.iter().map(|n| n.id.clone()).collect(),
        group_of: (0..model.nodes.len()).map(|i| Some(GroupId(i as u32))).collect(),
    };
    let module = |index: usize| {
        let (policy, assignment) = declared?;
        Some(policy.module((*assignment.module_of.get(index)?)?).name.clone())
    };
    let details = |index: usize| {
        let node = &model.nodes[index];
        SourceModule {
            package: node.package.clone(),
            target: node.target.clone(),
            target_kind: node.target_kind,
            path: node.path.clone(),
            file: model.file(node.file).path.clone(),
            test: node.test,
            module: module(index),
        }
    };
    let nodes = model.nodes.iter().enumerate();
    let nodes =
        nodes.map(|(i, n)| node(&n.id, Some(crate_of(&n.id)), NodeKind::Source(details(i)))).collect();
    (grouping, nodes)
}

fn units(model: &Model) -> (Grouping, Vec<ViewNode>) {
    let grouping = Grouping::by_top_level_module(model);
    let nodes = grouping.names.iter().map(|id| node(id, Some(crate_of(id)), NodeKind::Unit)).collect();
    (grouping, nodes)
}

/// Declared modules first, then a unit for what belongs to none of them.
fn modules(model: &Model, (policy, assignment): Declared<'_>) -> (Grouping, Vec<ViewNode>) {
    let layer = |m: &crate::config::policy::Module| Some(policy.layers.get(m.layer?)?.0.as_str());
    let mut nodes: Vec<ViewNode> =
        policy.modules.iter().map(|m| node(&m.name, layer(m), NodeKind::Module)).collect();
    let units = Grouping::by_top_level_module(model);
    let mut group_of_unit: BTreeMap<GroupId, GroupId> = BTreeMap::new();
    let group_of = (0..model.nodes.len()).map(|index| {
        if let Some(Some(module)) = assignment.module_of.get(index) {
            return Some(GroupId(module.0));
        }
        let unit = units.of(NodeId(index as u32))?;
        Some(*group_of_unit.entry(unit).or_insert_with(|| {
            let name = units.name(unit);
            let taken = policy.modules.iter().any(|m| m.name == name);
            let id = if taken { format!("{name} (unassigned)") } else { name.to_owned() };
            nodes.push(node(&id, None, NodeKind::Unit));
            GroupId(nodes.len() as u32 - 1)
        }))
    });
    let group_of = group_of.collect();
    (Grouping { names: nodes.iter().map(|n| n.id.clone()).collect(), group_of }, nodes)
}

fn edges(model: &Model, grouping: &Grouping, only: Option<&[usize]>) -> Vec<ViewEdge> {
    let mut edges: BTreeMap<(usize, usize), ViewEdge> = BTreeMap::new();
    for reference in &model.references {
        let (Some(from), Some(to)) = (grouping.of(reference.from), grouping.of(reference.to)) else {
            continue;
        };
        let package = model.node(reference.from).package_index;
        if from == to || only.is_some_and(|only| !only.contains(&package)) {
            continue;
        }
        let (from, to) = (from.index(), to.index());
        let empty = || ViewEdge {
            from,
            to,
            sites: Vec::new(),
            kinds: BTreeSet::new(),
            test: true,
            cyclic: None,
            violations: Violations::new(),
        };
        let edge = edges.entry((from, to)).or_insert_with(empty);
        edge.sites.push(ViewSite::new(model, reference));
        edge.kinds.insert(reference.kind);
        edge.test &= reference.test;
    }
    let mut edges: Vec<ViewEdge> = edges.into_values().collect();
    edges.iter_mut().for_each(|edge| edge.sites.sort());
    edges
}

fn mark_cycles(edges: &mut [ViewEdge], graph: &ModuleGraph) {
    let cycles = graph.cycles();
    let component_of = |group| cycles.iter().position(|c| c.members.contains(&GroupId(group as u32)));
    for edge in edges {
        let (from, to) = (component_of(edge.from), component_of(edge.to));
        edge.cyclic = Some(!edge.test && from.is_some() && from == to);
    }
}

/// The declared modules among the nodes, by name.
fn modules_by_name(nodes: &[ViewNode]) -> BTreeMap<&str, usize> {
    let modules = nodes.iter().enumerate().filter(|(_, node)| matches!(node.kind, NodeKind::Module));
    modules.map(|(index, node)| (node.id.as_str(), index)).collect()
}

fn data_edges(nodes: &[ViewNode], edges: &[ViewEdge], marks: &Marks) -> Vec<DataEdge> {
    let names = modules_by_name(nodes);
    let edge = |(pair, resources): (&Pair, &BTreeSet<String>)| {
        let (from, to) = (*names.get(pair.0.as_str())?, *names.get(pair.1.as_str())?);
        Some(DataEdge {
            from,
            to,
            resources: resources.clone(),
            violations: marks.violations.get(pair).cloned().unwrap_or_default(),
            beside_references: edges.iter().any(|edge| (edge.from, edge.to) == (from, to)),
        })
    };
    marks.data.iter().filter_map(edge).collect()
}

fn add_violations(nodes: &[ViewNode], edges: &mut [ViewEdge], marks: &Marks) {
    let names = modules_by_name(nodes);
    let index = |name: &String| names.get(name.as_str()).copied();
    let by_ends: BTreeMap<(usize, usize), &Violations> =
        marks.violations.iter().filter_map(|((a, b), found)| Some(((index(a)?, index(b)?), found))).collect();
    for edge in edges {
        edge.violations = by_ends.get(&(edge.from, edge.to)).copied().cloned().unwrap_or_default();
    }
}

/// Drops nodes and the edges at them.
fn keep(
    nodes: &mut Vec<ViewNode>,
    edges: &mut Vec<ViewEdge>,
    data: &mut Vec<DataEdge>,
    keeps: impl Fn(usize) -> bool,
) {
    edges.retain(|edge| keeps(edge.from) && keeps(edge.to));
    data.retain(|edge| keeps(edge.from) && keeps(edge.to));
    let kept: Vec<usize> = (0..nodes.len()).filter(|&i| keeps(i)).collect();
    arrange(nodes, edges, data, &kept);
}

fn sort(nodes: &mut Vec<ViewNode>, edges: &mut [ViewEdge], data: &mut [DataEdge]) {
    let mut order: Vec<usize> = (0..nodes.len()).collect();
    order.sort_by(|&a, &b| nodes[a].id.cmp(&nodes[b].id));
    arrange(nodes, edges, data, &order);
    edges.sort_by_key(|edge| (edge.from, edge.to));
    data.sort_by_key(|edge| (edge.from, edge.to));
}

/// Puts the nodes of those indices in that order.
fn arrange(nodes: &mut Vec<ViewNode>, edges: &mut [ViewEdge], data: &mut [DataEdge], order: &[usize]) {
    let mut new_index = vec![0; nodes.len()];
    for (new, &old) in order.iter().enumerate() {
        new_index[old] = new;
    }
    *nodes = order.iter().map(|&i| nodes[i].clone()).collect();
    for edge in edges {
        (edge.from, edge.to) = (new_index[edge.from], new_index[edge.to]);
    }
    for edge in data {
        (edge.from, edge.to) = (new_index[edge.from], new_index[edge.to]);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::graph::sample;

    /// A workspace with a cycle, a test edge, two crates and a name that is syntax elsewhere.
    pub(in crate::output) fn model() -> Model {
        sample::model(
            &["shop", "shop::a", "shop::a::deep", "shop::b", "shop::b::tests", "shop::q\"<", "tool{bin}"],
            &[
                "shop::a::deep -> shop::b Charge",
                "shop::b -> shop::a Order",
                "shop::b -> shop::a Order",
                "shop::b::tests -> shop::q\"< Mock",
                "tool{bin} -> shop::a",
            ],
        )
    }

    /// Modules of a policy with one edge of each kind, one of them in a cycle, and a name that is syntax elsewhere.
    pub(in crate::output) fn marked() -> View {
        let nodes = ["app", "hostile\"]<script>\u{202e}\u{0}--", "orders", "payments", "stray"];
        let nodes = nodes.map(|id| match id {
            "stray" => node(id, None, NodeKind::Unit),
            "app" => node(id, Some("top & first"), NodeKind::Module),
            _ => node(id, Some("domain"), NodeKind::Module),
        });
        let edge = |from, to, broken: &[(&str, Severity)]| ViewEdge {
            from,
            to,
            sites: vec![site(); 2],
            kinds: BTreeSet::from([RefKind::Path]),
            test: false,
            cyclic: Some(false),
            violations: broken.iter().map(|(rule, severity)| ((*rule).to_owned(), *severity)).collect(),
        };
        let data = |from, to, resources: &[&str], broken: &[(&str, Severity)]| DataEdge {
            from,
            to,
            resources: resources.iter().map(|name| (*name).to_owned()).collect(),
            violations: edge(from, to, broken).violations,
            beside_references: (from, to) == (2, 3),
        };
        let (deny, warn) = (Severity::Deny, Severity::Warn);
        let mut view = View {
            nodes: nodes.into(),
            edges: vec![
                edge(0, 1, &[]),
                ViewEdge { test: true, ..edge(0, 2, &[]) },
                ViewEdge {
                    cyclic: Some(true),
                    ..edge(2, 3, &[("chatty-call", warn), ("private-access", deny)])
                },
                ViewEdge { cyclic: Some(true), ..edge(3, 2, &[]) },
                edge(3, 4, &[("leaked-type", warn)]),
            ],
            data: vec![
                data(1, 2, &["orders<", "order_items", "states"], &[("foreign-table-write", deny)]),
                data(1, 3, &["payments"], &[]),
                data(2, 3, &["payments"], &[("chatty-call", warn), ("private-access", deny)]),
            ],
            resolution: Resolution::default(),
        };
        view.nodes[3].focused = true;
        view
    }

    fn site() -> ViewSite {
        ViewSite { file: "src.rs".into(), line: 1, column: 1, kind: RefKind::Path, text: Arc::from("x") }
    }

    #[track_caller]
    fn check(view: &View, nodes: &[&str], edges: &[&str]) {
        let ids: Vec<&str> = view.nodes.iter().map(|n| n.id.as_str()).collect();
        assert_eq!(ids, nodes);
        let edge = |e: &ViewEdge| {
            let marks = [(e.test, " test"), (e.cyclic == Some(true), " cyclic")];
            let marks: String = marks.iter().filter(|(on, _)| *on).map(|(_, mark)| *mark).collect();
            format!("{} -> {} {}{marks}", ids[e.from], ids[e.to], e.sites.len())
        };
        assert_eq!(view.edges.iter().map(edge).collect::<Vec<_>>(), edges);
    }

    #[test]
    fn levels() {
        let model = model();
        check(
            &View::new(&model, Level::Module, None, None),
            &["shop", "shop::a", "shop::b", "shop::q\"<", "tool{bin}"],
            &[
                "shop::a -> shop::b 1 cyclic",
                "shop::b -> shop::a 2 cyclic",
                "shop::b -> shop::q\"< 1 test",
                "tool{bin} -> shop::a 1",
            ],
        );
        check(&View::new(&model, Level::Crate, None, None), &["shop", "tool{bin}"], &["tool{bin} -> shop 1"]);
        check(
            &View::new(&model, Level::Source, None, Some(&[1])),
            &["shop::a", "tool{bin}"],
            &["tool{bin} -> shop::a 1"],
        );
    }
}
