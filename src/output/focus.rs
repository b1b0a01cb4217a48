//! The part of a graph around some of its nodes.

use super::view::View;
use std::collections::BTreeSet;

/// What to keep of a graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Focus {
    /// Ids of nodes, or source modules in them.
    pub names: Vec<String>,
    /// How many edges away from them, either way.
    pub depth: usize,
}

/// A name that stands for no node, and those that would.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownNode {
    /// As it was asked for.
    pub name: String,
    /// The ids of the nodes.
    pub known: Vec<String>,
}

impl View {
    /// Keeps what lies around the nodes in focus. `node_of` says which node holds a source module, by their ids.
    pub fn focus(
        &mut self,
        focus: &Focus,
        node_of: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(), UnknownNode> {
        let mut kept = BTreeSet::new();
        for name in &focus.names {
            let index = self.find(name).or_else(|| self.find(&node_of(name)?));
            let Some(index) = index else {
                let known = self.nodes.iter().map(|node| node.id.clone()).collect();
                return Err(UnknownNode { name: name.clone(), known });
            };
            self.nodes[index].focused = true;
            kept.insert(index);
        }
        for _ in 0..focus.depth {
            let before = kept.len();
            let near = self.neighbours(&kept);
            kept.extend(near);
            if kept.len() == before {
                break;
            }
        }
        self.retain(&kept);
        Ok(())
    }

    /// The node of that id.
    fn find(&self, id: &str) -> Option<usize> {
        self.nodes.binary_search_by(|node| node.id.as_str().cmp(id)).ok()
    }

    fn neighbours(&self, of: &BTreeSet<usize>) -> BTreeSet<usize> {
        let references = self.edges.iter().map(|edge| (edge.from, edge.to));
        let ends = references.chain(self.data.iter().map(|edge| (edge.from, edge.to)));
        let near = ends.filter(|(from, to)| of.contains(from) || of.contains(to));
        near.flat_map(|(from, to)| [from, to]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::view::{Level, tests::model};

    #[track_caller]
    fn check(names: &[&str], depth: usize, nodes: &[&str], edges: usize) {
        let mut view = View::new(&model(), Level::Module, None, None);
        let focus = Focus { names: names.iter().map(|name| (*name).to_owned()).collect(), depth };
        let node_of = |id: &str| (id == "shop::a::deep").then(|| "shop::a".to_owned());
        view.focus(&focus, &node_of).unwrap();
        let ids: Vec<&str> = view.nodes.iter().map(|node| node.id.as_str()).collect();
        assert_eq!((ids.as_slice(), view.edges.len()), (nodes, edges));
        let focused = view.nodes.iter().filter(|node| node.focused).count();
        assert_eq!(focused, names.len());
    }

    #[test]
    fn what_is_so_many_steps_away_is_kept() {
        check(&["shop::a"], 0, &["shop::a"], 0);
        check(&["shop::a"], 1, &["shop::a", "shop::b", "tool{bin}"], 3);
        check(&["shop::a"], 2, &["shop::a", "shop::b", "shop::q\"<", "tool{bin}"], 4);
        check(&["tool{bin}"], 1, &["shop::a", "tool{bin}"], 1);
        check(
            &["shop", "tool{bin}"],
            usize::MAX,
            &["shop", "shop::a", "shop::b", "shop::q\"<", "tool{bin}"],
            4,
        );
        check(&["shop::a::deep"], 0, &["shop::a"], 0);
    }

    #[test]
    fn a_name_without_a_node_is_told() {
        let mut view = View::new(&model(), Level::Crate, None, None);
        let focus = Focus { names: vec!["shopp".into()], depth: 1 };
        let unknown = view.focus(&focus, &|_| None).unwrap_err();
        assert_eq!(unknown.known, ["shop", "tool{bin}"]);
        assert_eq!(view.nodes.len(), 2);
    }
}
