//! The formats of `graph`.

mod json;
mod dot;
mod mermaid;
pub(super) mod svg;

pub(super) use json::schema;

use super::Format;
use super::report::counted;
use super::view::{DataEdge, View, ViewEdge, worst};
use crate::config::policy::Severity;

pub use svg::hindrance;

/// Every format of `graph`; the first is the default.
pub static FORMATS: &[Format<View>] = &[
    Format { name: "json", styled: false, write: json::write },
    Format { name: "dot", styled: false, write: dot::write },
    Format { name: "mermaid", styled: false, write: mermaid::write },
    Format { name: "svg", styled: false, write: svg::write },
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

/// What an edge of a picture is drawn as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Look {
    /// Test code alone uses the other node.
    Test,
    /// A reference.
    Plain,
    /// No reference, but a way through data.
    Data,
    /// A rule is broken, which is a warning.
    Warned,
    /// A rule is broken.
    Denied,
}

impl Look {
    fn of(edge: &ViewEdge) -> Look {
        match worst(&edge.violations) {
            Some(Severity::Deny) => Look::Denied,
            Some(Severity::Warn) => Look::Warned,
            _ if edge.test => Look::Test,
            _ => Look::Plain,
        }
    }

    fn of_data(edge: &DataEdge) -> Look {
        match worst(&edge.violations) {
            Some(Severity::Deny) => Look::Denied,
            Some(Severity::Warn) => Look::Warned,
            _ => Look::Data,
        }
    }

    /// What stands behind a label, so that nobody has to tell colours apart.
    fn sign(self) -> &'static str {
        match self {
            Look::Test => " test",
            Look::Plain | Look::Data => "",
            Look::Warned => " ?",
            Look::Denied => " !",
        }
    }
}

/// The number of references, and a sign for what is special about them.
fn label(edge: &ViewEdge) -> String {
    format!("{}{}", edge.sites.len(), Look::of(edge).sign())
}

/// What is touched, not too much of it.
fn data_label(edge: &DataEdge) -> String {
    const SHOWN: usize = 2;
    let shown: Vec<&str> = edge.resources.iter().take(SHOWN).map(String::as_str).collect();
    let more = edge.resources.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" +{more}") } else { String::new() };
    format!("{}{more}{}", shown.join(", "), Look::of_data(edge).sign())
}

/// All that is to be said of an edge, in lines.
fn details(view: &View, edge: &ViewEdge) -> Vec<String> {
    let test = if edge.test { " in test code" } else { "" };
    let uses = format!("{}{test}", counted(edge.sites.len(), "reference"));
    let mut lines = vec![format!("{} -> {}: {uses}", view.nodes[edge.from].id, view.nodes[edge.to].id)];
    lines.extend(view.data_beside(edge).map(touches));
    lines.extend(breaks(edge.violations.keys()));
    lines.extend((edge.cyclic == Some(true)).then(|| "part of a cycle".to_owned()));
    lines
}

/// The same for a way through data.
fn data_details(view: &View, edge: &DataEdge) -> Vec<String> {
    let mut lines = vec![format!("{} -> {}: no reference", view.nodes[edge.from].id, view.nodes[edge.to].id)];
    lines.push(touches(edge));
    lines.extend(breaks(edge.violations.keys()));
    lines
}

fn touches(edge: &DataEdge) -> String {
    format!("through data: {}", edge.resources.iter().map(String::as_str).collect::<Vec<_>>().join(", "))
}

fn breaks<'a>(rules: impl Iterator<Item = &'a String>) -> Option<String> {
    let rules: Vec<&str> = rules.map(String::as_str).collect();
    (!rules.is_empty()).then(|| format!("breaks {}", rules.join(", ")))
}
