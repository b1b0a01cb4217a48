//! How much code a crate holds, and whether it is so much that its top-level mods are the modules.

use crate::graph::{Model, NodeId};
use std::collections::{BTreeMap, BTreeSet};

/// A crate with this share of all lines is cut into its top-level mods. Up to two crates can hold as much, and where one
/// does, a module per crate would say next to nothing about most of the code.
const SHARE_OF_A_BIG_CRATE: f64 = 0.4;
/// With fewer top-level mods there is nothing to cut.
const FEWEST_MODS: usize = 2;

/// The roots of the crates that are to be cut.
pub(super) fn big(model: &Model, roots: &[NodeId]) -> BTreeSet<NodeId> {
    let lines = lines(model);
    let total: usize = roots.iter().filter_map(|root| lines.get(root)).sum();
    let is_big = |root: &&NodeId| {
        let own = lines.get(root).copied().unwrap_or(0);
        own > 0
            && own as f64 >= total as f64 * SHARE_OF_A_BIG_CRATE
            && mods(model, **root).count() >= FEWEST_MODS
    };
    roots.iter().filter(is_big).copied().collect()
}

/// The mods directly below a source module, without those for tests.
pub(super) fn mods(model: &Model, of: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    let all = (0..).map(NodeId).zip(&model.nodes);
    all.filter(move |(_, node)| node.parent == Some(of) && !node.test).map(|(id, _)| id)
}

/// Lines of the files of each crate, by its root; each file once, and files of test code not at all.
fn lines(model: &Model) -> BTreeMap<NodeId, usize> {
    let mut root_of: Vec<NodeId> = Vec::with_capacity(model.nodes.len());
    let mut seen = BTreeSet::new();
    let mut lines: BTreeMap<NodeId, usize> = BTreeMap::new();
    for (index, node) in model.nodes.iter().enumerate() {
        let root = node.parent.map_or(NodeId(index as u32), |parent| root_of[parent.0 as usize]);
        root_of.push(root);
        if !node.test && seen.insert((root, node.file)) {
            *lines.entry(root).or_default() += model.file(node.file).text.lines().count();
        }
    }
    lines
}
