//! The formats of `graph`.

mod json;
mod dot;
mod mermaid;

pub(super) use json::schema;

use super::Format;
use super::view::View;

/// Every format of `graph`; the first is the default.
pub static FORMATS: &[Format<View>] = &[
    Format { name: "json", styled: false, write: json::write },
    Format { name: "dot", styled: false, write: dot::write },
    Format { name: "mermaid", styled: false, write: mermaid::write },
];

/// The boxes of a graph with the indices of their nodes, then the nodes without one.
fn clusters(view: &View) -> (std::collections::BTreeMap<&str, Vec<usize>>, Vec<usize>) {
    let mut boxes = std::collections::BTreeMap::<&str, Vec<usize>>::new();
    let mut loose = Vec::new();
    for (index, node) in view.nodes.iter().enumerate() {
        match &node.cluster {
            Some(cluster) => boxes.entry(cluster).or_default().push(index),
            None => loose.push(index),
        }
    }
    (boxes, loose)
}
