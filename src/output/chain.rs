//! The shortest way from one part of a workspace to another, ready to be written in any format.

use super::view::{Declared, Level, ViewSite, groups};
use crate::graph::{GroupId, Grouping, Model, ModuleGraph, NodeId};
use std::collections::HashSet;

/// One end of a question: what was named, and the source modules behind the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// As it is shown.
    pub name: String,
    /// The source modules.
    pub nodes: Vec<NodeId>,
    /// What kind of name it is, and so how finely the way between is told.
    pub level: Level,
}

/// The answer: the hops, and what the first of them consists of.
#[derive(Clone, Debug)]
pub struct Chain {
    /// What was asked for.
    pub from: String,
    /// What was asked for.
    pub to: String,
    /// The hops in order; empty if there is no way.
    pub hops: Vec<ChainHop>,
    /// The references behind the first hop, sorted by place.
    pub references: Vec<ChainReference>,
    /// Only test code connects the two.
    pub test: bool,
}

/// One hop.
#[derive(Clone, Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Hop")]
pub struct ChainHop {
    /// Who uses.
    pub from: String,
    /// What is used.
    pub to: String,
    /// In how many places.
    pub refs: usize,
}

/// One reference behind a hop.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Reference")]
pub struct ChainReference {
    /// Where.
    #[serde(flatten)]
    pub site: ViewSite,
    /// The source module that refers.
    pub from: String,
    /// The full path of what it refers to.
    pub to: String,
}

impl End {
    /// What a name stands for: a declared module, a crate, or a source module with all below it.
    pub fn find(model: &Model, declared: Option<Declared<'_>>, name: &str) -> Option<End> {
        if let Some(nodes) = declared.and_then(|declared| nodes_of_module(declared, name)) {
            return Some(End { name: name.to_owned(), nodes, level: Level::Module });
        }
        let root = model.nodes.iter().position(|n| n.id == name)?;
        let level = match model.nodes[root].parent {
            None => Level::Crate,
            Some(parent) if model.node(parent).parent.is_none() => Level::Module,
            Some(_) => Level::Source,
        };
        Some(End { name: name.to_owned(), nodes: with_descendants(model, root), level })
    }

    /// Every name that [`End::find`] understands, sorted.
    pub fn names(model: &Model, declared: Option<Declared<'_>>) -> Vec<String> {
        let modules = declared.into_iter().flat_map(|(policy, _)| policy.modules.iter().map(|m| &m.name));
        let mut names: Vec<String> = modules.chain(model.nodes.iter().map(|n| &n.id)).cloned().collect();
        names.sort();
        names.dedup();
        names
    }
}

fn nodes_of_module((policy, assignment): Declared<'_>, name: &str) -> Option<Vec<NodeId>> {
    let (module, _) = policy.iter().find(|(_, m)| m.name == name)?;
    let assigned = assignment.module_of.iter().enumerate().filter(|(_, m)| **m == Some(module));
    Some(assigned.map(|(index, _)| NodeId(index as u32)).collect())
}

fn with_descendants(model: &Model, root: usize) -> Vec<NodeId> {
    let mut inside = HashSet::from([NodeId(root as u32)]);
    let mut nodes = vec![NodeId(root as u32)];
    // Parents come before children.
    for (index, node) in model.nodes.iter().enumerate().skip(root + 1) {
        if node.parent.is_some_and(|parent| inside.contains(&parent)) {
            inside.insert(NodeId(index as u32));
            nodes.push(NodeId(index as u32));
        }
    }
    nodes
}

impl Chain {
    /// The shortest chain of uses between two parts; over test code only if there is no other.
    pub fn find(model: &Model, declared: Option<Declared<'_>>, from: &End, to: &End) -> Chain {
        let (grouping, ends) = grouping(model, declared, from, to);
        let graph = ModuleGraph::new(model, grouping);
        let production = graph.chain(ends.0, ends.1, false);
        let test = production.is_none();
        let found = production.or_else(|| graph.chain(ends.0, ends.1, true));
        let pairs: Vec<(GroupId, GroupId)> =
            found.iter().flat_map(|groups| groups.windows(2).map(|pair| (pair[0], pair[1]))).collect();
        Chain {
            from: from.name.clone(),
            to: to.name.clone(),
            test: test && !pairs.is_empty(),
            hops: pairs.iter().map(|&pair| hop(&graph, pair, test)).collect(),
            references: pairs.first().map_or(Vec::new(), |&pair| references(model, &graph, pair, test)),
        }
    }
}

/// Source modules put together as finely as the finer of the two ends asks for, each end a group of its own.
fn grouping(
    model: &Model,
    declared: Option<Declared<'_>>,
    from: &End,
    to: &End,
) -> (Grouping, (GroupId, GroupId)) {
    let level = [Level::Source, Level::Module, Level::Crate]
        .into_iter()
        .find(|level| from.level == *level || to.level == *level)
        .unwrap_or(Level::Source);
    let (mut grouping, _) = groups(model, level, declared);
    let first = grouping.names.len() as u32;
    let ends = (GroupId(first), GroupId(first + 1));
    grouping.names.extend([from.name.clone(), to.name.clone()]);
    let mut assign = |end: &End, group| {
        for node in &end.nodes {
            grouping.group_of[node.0 as usize] = Some(group);
        }
    };
    // Where one lies inside the other, the smaller keeps its source modules.
    if from.nodes.len() < to.nodes.len() {
        assign(to, ends.1);
        assign(from, ends.0);
    } else {
        assign(from, ends.0);
        assign(to, ends.1);
    }
    (grouping, ends)
}

fn hop(graph: &ModuleGraph, (from, to): (GroupId, GroupId), test: bool) -> ChainHop {
    let name = |group| graph.grouping.name(group).to_owned();
    let count = |e: &crate::graph::GroupEdge| e.uses.len() + if test { e.test_uses.len() } else { 0 };
    ChainHop { from: name(from), to: name(to), refs: graph.edge(from, to).map_or(0, count) }
}

fn references(
    model: &Model,
    graph: &ModuleGraph,
    (from, to): (GroupId, GroupId),
    test: bool,
) -> Vec<ChainReference> {
    let Some(edge) = graph.edge(from, to) else { return Vec::new() };
    let tests = edge.test_uses.iter().filter(|_| test);
    let references = edge.uses.iter().chain(tests).map(|&id| model.reference(id));
    let mut found: Vec<ChainReference> = references
        .map(|r| ChainReference {
            site: ViewSite::new(model, r),
            from: model.node(r.from).id.clone(),
            to: model.target_path(r),
        })
        .collect();
    found.sort();
    found
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::output::view::tests::model;

    pub(in crate::output) fn chain(from: &str, to: &str) -> Chain {
        let model = model();
        let end = |name| End::find(&model, None, name).unwrap();
        Chain::find(&model, None, &end(from), &end(to))
    }

    #[track_caller]
    fn check(from: &str, to: &str, expected: &[&str]) -> Chain {
        let chain = chain(from, to);
        let hops: Vec<String> =
            chain.hops.iter().map(|h| format!("{} -> {} {}", h.from, h.to, h.refs)).collect();
        assert_eq!(hops, expected);
        chain
    }

    #[test]
    fn the_shortest_way_at_the_level_of_its_ends() {
        check("tool{bin}", "shop", &["tool{bin} -> shop 1"]);
        check("shop", "tool{bin}", &[]);
        check("tool{bin}", "shop::b", &["tool{bin} -> shop::a 1", "shop::a -> shop::b 1"]);
        check("tool{bin}", "shop::a::deep", &[]);
        let way = check("shop::a", "shop::b", &["shop::a -> shop::b 1"]);
        assert_eq!(way.references[0].to, "shop::b::Charge");
        assert!(!way.test);
    }

    #[test]
    fn test_code_is_the_last_resort() {
        let way = check("shop::b", "shop::q\"<", &["shop::b -> shop::q\"< 1"]);
        assert!(way.test);
    }

    #[test]
    fn one_end_inside_the_other() {
        check("shop", "shop::a", &["shop -> shop::a 2"]);
        check("shop::a::deep", "shop::a", &["shop::a::deep -> shop::b 1", "shop::b -> shop::a 2"]);
    }
}
