//! The graph of groups: source modules put together by declared module, by crate or by top-level `mod`, and who uses
//! whom how often.
//!
//! What a group is comes from outside as a [`Grouping`], so that this stage knows nothing of the policy.

use super::{Model, NodeId, RefId, RefKind};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{HashMap, VecDeque};

/// Index of a group in [`Grouping::names`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(pub u32);

impl GroupId {
    /// The index as a `usize`.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Which group each source module belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grouping {
    /// The groups' names.
    pub names: Vec<String>,
    /// Parallel to [`Model::nodes`].
    pub group_of: Vec<Option<GroupId>>,
}

impl Grouping {
    /// One group per crate, named like its root: `shop`, `rg{bin}`.
    pub fn by_crate(model: &Model) -> Grouping {
        Grouping::by_depth(model, 0)
    }

    /// One group per crate root and per `mod` directly below it: `shop`, `shop::payments`.
    pub fn by_top_level_module(model: &Model) -> Grouping {
        Grouping::by_depth(model, 1)
    }

    /// Source modules deeper than `depth` (0 is a crate root) join their ancestor at that depth.
    fn by_depth(model: &Model, depth: usize) -> Grouping {
        let mut grouping = Grouping::default();
        let mut depths: Vec<usize> = Vec::with_capacity(model.nodes.len());
        for node in &model.nodes {
            // Parents come before children, so the parent's entry is there already.
            let parent = node.parent.map(|p| p.0 as usize);
            let own_depth = parent.map_or(0, |p| depths[p] + 1);
            let group = match parent {
                Some(parent) if own_depth > depth => grouping.group_of[parent],
                _ => {
                    grouping.names.push(node.id.clone());
                    Some(GroupId(grouping.names.len() as u32 - 1))
                }
            };
            depths.push(own_depth);
            grouping.group_of.push(group);
        }
        grouping
    }

    /// The group of a source module.
    pub fn of(&self, node: NodeId) -> Option<GroupId> {
        self.group_of.get(node.0 as usize).copied().flatten()
    }

    /// The name of a group.
    pub fn name(&self, group: GroupId) -> &str {
        &self.names[group.index()]
    }

    /// Every group with each that some part of lies below a part of it.
    fn nested(&self, model: &Model) -> FxHashSet<(GroupId, GroupId)> {
        let mut nested = FxHashSet::default();
        for (inner, node) in self.group_of.iter().zip(&model.nodes) {
            let ancestors = std::iter::successors(node.parent, |&n| model.node(n).parent);
            let outer = ancestors.filter_map(|n| self.of(n));
            nested.extend(inner.iter().flat_map(|&inner| outer.clone().map(move |outer| (outer, inner))));
        }
        nested
    }

    /// Whether the part of its group that `inner` lies in is nested inside `outer`.
    pub fn contains(&self, model: &Model, outer: GroupId, inner: NodeId) -> bool {
        let own = self.of(inner);
        let ancestors = std::iter::successors(model.node(inner).parent, |&n| model.node(n).parent);
        ancestors.map(|n| self.of(n)).skip_while(|&g| g == own).any(|g| g == Some(outer))
    }
}

/// All that one group uses of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupEdge {
    /// Who uses.
    pub from: GroupId,
    /// What is used.
    pub to: GroupId,
    /// References in production code, in source order; the first is the one to show.
    pub uses: Vec<RefId>,
    /// References in test code, in source order.
    pub test_uses: Vec<RefId>,
    /// How many of `uses` lead from a group into one nested inside it: containment rather than dependency.
    pub containment: usize,
}

impl GroupEdge {
    /// How many references in production code are a dependency.
    pub fn dependencies(&self) -> usize {
        self.uses.len() - self.containment
    }
}

/// Who uses whom among the groups.
#[derive(Clone, Debug, Default)]
pub struct ModuleGraph {
    /// The groups.
    pub grouping: Grouping,
    /// Sorted by `from` and `to`; a group has no edge to itself.
    pub edges: Vec<GroupEdge>,
    places: FxHashMap<(GroupId, GroupId), usize>,
}

impl ModuleGraph {
    /// Sums up a model's references by group; those from or to a source module without a group are left out.
    pub fn new(model: &Model, grouping: Grouping) -> ModuleGraph {
        let mut edges: Vec<GroupEdge> = Vec::new();
        let mut places: FxHashMap<(GroupId, GroupId), usize> = FxHashMap::default();
        let nested = grouping.nested(model);
        for (id, reference) in model.references() {
            let (Some(from), Some(to)) = (grouping.of(reference.from), grouping.of(reference.to)) else {
                continue;
            };
            if from == to || reference.kind == RefKind::Manifest {
                continue;
            }
            let place = *places.entry((from, to)).or_insert_with(|| {
                edges.push(GroupEdge::new(from, to));
                edges.len() - 1
            });
            let edge = &mut edges[place];
            if reference.test || model.node(reference.from).test {
                edge.test_uses.push(id);
            } else {
                edge.uses.push(id);
                let contains = || grouping.contains(model, from, reference.to);
                edge.containment += usize::from(nested.contains(&(from, to)) && contains());
            }
        }
        edges.sort_by_key(|edge| (edge.from, edge.to));
        let places = edges.iter().enumerate().map(|(i, e)| ((e.from, e.to), i)).collect();
        ModuleGraph { grouping, edges, places }
    }

    /// What one group uses of another, if anything.
    pub fn edge(&self, from: GroupId, to: GroupId) -> Option<&GroupEdge> {
        self.places.get(&(from, to)).map(|&i| &self.edges[i])
    }

    /// The edges that leave a group, sorted by target.
    pub fn edges_from(&self, from: GroupId) -> &[GroupEdge] {
        let start = self.edges.partition_point(|e| e.from < from);
        let end = self.edges.partition_point(|e| e.from <= from);
        &self.edges[start..end]
    }

    /// A shortest chain of uses from one group to another, both included; test code counts only if `tests` is set.
    /// Among chains of the same length the one with the smaller groups wins.
    pub fn chain(&self, from: GroupId, to: GroupId, tests: bool) -> Option<Vec<GroupId>> {
        let mut previous: HashMap<GroupId, GroupId> = HashMap::new();
        let mut queue = VecDeque::from([from]);
        while let Some(group) = queue.pop_front() {
            for edge in self.edges_from(group).iter().filter(|e| tests || !e.uses.is_empty()) {
                if edge.to == to {
                    let mut chain = vec![to, group];
                    chain.extend(std::iter::successors(previous.get(&group), |g| previous.get(*g)));
                    chain.reverse();
                    return Some(chain);
                }
                if edge.to != from && !previous.contains_key(&edge.to) {
                    previous.insert(edge.to, group);
                    queue.push_back(edge.to);
                }
            }
        }
        None
    }
}

impl GroupEdge {
    fn new(from: GroupId, to: GroupId) -> GroupEdge {
        GroupEdge { from, to, uses: Vec::new(), test_uses: Vec::new(), containment: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::sample;

    fn g(i: u32) -> GroupId {
        GroupId(i)
    }

    #[test]
    fn groupings_name_crates_and_their_top_level_modules() {
        let model = sample::model(&["shop", "shop::a", "shop::a::deep", "tool{bin}", "tool{bin}::x"], &[]);
        let by_crate = Grouping::by_crate(&model);
        assert_eq!(by_crate.names, ["shop", "tool{bin}"]);
        assert_eq!(by_crate.group_of, [0, 0, 0, 1, 1].map(|i| Some(g(i))));
        let by_module = Grouping::by_top_level_module(&model);
        assert_eq!(by_module.names, ["shop", "shop::a", "tool{bin}", "tool{bin}::x"]);
        assert_eq!(by_module.group_of, [0, 1, 1, 2, 3].map(|i| Some(g(i))));
    }

    #[test]
    fn edges_count_production_and_test_uses_apart() {
        let model = sample::model(
            &["shop", "shop::a", "shop::b", "shop::b::tests"],
            &["shop::a -> shop::b X", "shop::a -> shop::b Y", "shop::b::tests -> shop::a Z"],
        );
        let graph = ModuleGraph::new(&model, Grouping::by_top_level_module(&model));
        let edge = graph.edge(g(1), g(2)).unwrap();
        assert_eq!((edge.uses.as_slice(), edge.test_uses.len()), (&[RefId(0), RefId(1)][..], 0));
        let back = graph.edge(g(2), g(1)).unwrap();
        assert_eq!((back.uses.len(), back.test_uses.as_slice()), (0, &[RefId(2)][..]));
        assert_eq!(graph.edge(g(0), g(1)), None);
    }

    #[test]
    fn a_use_of_a_nested_group_is_containment_only_from_outside_in() {
        let model = sample::model(
            &["shop", "shop::a", "shop::a::deep"],
            &["shop -> shop::a X", "shop -> shop::a::deep Y", "shop::a -> shop R"],
        );
        let graph = ModuleGraph::new(&model, Grouping::by_top_level_module(&model));
        assert_eq!(graph.edge(g(0), g(1)).unwrap().dependencies(), 0);
        assert_eq!(graph.edge(g(1), g(0)).unwrap().dependencies(), 1);
    }

    #[test]
    fn the_shortest_chain_wins_and_tests_count_only_when_asked() {
        let model = sample::model(
            &["r", "r::a", "r::b", "r::c", "r::d", "r::d::tests"],
            &[
                "r::a -> r::b X",
                "r::b -> r::c X",
                "r::c -> r::d X",
                "r::a -> r::c X",
                "r::d::tests -> r::a X",
            ],
        );
        let graph = ModuleGraph::new(&model, Grouping::by_top_level_module(&model));
        assert_eq!(graph.chain(g(1), g(4), false), Some(vec![g(1), g(3), g(4)]));
        assert_eq!(graph.chain(g(4), g(1), false), None);
        assert_eq!(graph.chain(g(4), g(1), true), Some(vec![g(4), g(1)]));
        assert_eq!(graph.chain(g(1), g(1), true), Some(vec![g(1), g(3), g(4), g(1)]));
    }
}
