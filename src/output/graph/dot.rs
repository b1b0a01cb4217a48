//! The graph in the language of graphviz.

use super::{Look, clusters, data_details, data_label, details, label};
use crate::output::escape::dot;
use crate::output::view::{View, ViewNode};
use std::io::{self, Write};

/// Writes the graph; edges carry their number of references. Where rules are broken they are dashed and red or orange, in a
/// cycle they are thick; test code is grey, and a way through data dotted.
pub(super) fn write(view: &View, out: &mut dyn Write) -> io::Result<()> {
    let (boxes, loose) = clusters(view);
    writeln!(out, "digraph modcheck {{\n  rankdir=LR;\n  node [shape=box];")?;
    for (name, nodes) in boxes {
        writeln!(out, "  subgraph \"cluster_{0}\" {{\n    label=\"{0}\";", dot(name))?;
        for node in nodes {
            writeln!(out, "    {}", node_line(&view.nodes[node]))?;
        }
        writeln!(out, "  }}")?;
    }
    for node in loose {
        writeln!(out, "  {}", node_line(&view.nodes[node]))?;
    }
    for edge in &view.edges {
        let style = style(Look::of(edge), edge.cyclic == Some(true));
        write_edge(view, (edge.from, edge.to), (&label(edge), style, &details(view, edge)), out)?;
    }
    for edge in view.data_only() {
        let (label, style) = (data_label(edge), data_style(Look::of_data(edge)));
        write_edge(view, (edge.from, edge.to), (&label, style, &data_details(view, edge)), out)?;
    }
    writeln!(out, "}}")
}

fn node_line(node: &ViewNode) -> String {
    let focused = if node.focused { " [penwidth=3]" } else { "" };
    format!("\"{}\"{focused};", dot(&node.id))
}

fn write_edge(
    view: &View,
    (from, to): (usize, usize),
    (label, style, details): (&str, &str, &[String]),
    out: &mut dyn Write,
) -> io::Result<()> {
    let (from, to) = (dot(&view.nodes[from].id), dot(&view.nodes[to].id));
    let details: Vec<String> = details.iter().map(|line| dot(line)).collect();
    let (label, details) = (dot(label), details.join("\\n"));
    writeln!(out, "  \"{from}\" -> \"{to}\" [label=\"{label}\"{style}, tooltip=\"{details}\"];")
}

fn style(look: Look, cyclic: bool) -> &'static str {
    match (look, cyclic) {
        (Look::Denied, true) => ", color=\"#c62828\", fontcolor=\"#c62828\", style=dashed, penwidth=3",
        (Look::Denied, false) => ", color=\"#c62828\", fontcolor=\"#c62828\", style=dashed",
        (Look::Warned, true) => ", color=\"#b25e00\", fontcolor=\"#b25e00\", style=dashed, penwidth=3",
        (Look::Warned, false) => ", color=\"#b25e00\", fontcolor=\"#b25e00\", style=dashed",
        (_, true) => ", color=\"#7b1fa2\", fontcolor=\"#7b1fa2\", penwidth=3",
        (Look::Test, false) => ", color=gray50, fontcolor=gray50",
        (Look::Plain | Look::Data, false) => "",
    }
}

fn data_style(look: Look) -> &'static str {
    match look {
        Look::Denied => ", color=\"#c62828\", fontcolor=\"#c62828\", style=dotted, arrowhead=empty",
        Look::Warned => ", color=\"#b25e00\", fontcolor=\"#b25e00\", style=dotted, arrowhead=empty",
        _ => ", color=\"#1565c0\", fontcolor=\"#1565c0\", style=dotted, arrowhead=empty",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::view::{Level, tests::model};
    use expect_test::expect;

    #[test]
    fn units() {
        let mut out = Vec::new();
        write(&View::new(&model(), Level::Module, None, None), &mut out).unwrap();
        expect![[r#"
            digraph modcheck {
              rankdir=LR;
              node [shape=box];
              subgraph "cluster_shop" {
                label="shop";
                "shop";
                "shop::a";
                "shop::b";
                "shop::q\"<";
              }
              subgraph "cluster_tool{bin}" {
                label="tool{bin}";
                "tool{bin}";
              }
              "shop::a" -> "shop::b" [label="1", color=red, fontcolor=red];
              "shop::b" -> "shop::a" [label="2", color=red, fontcolor=red];
              "shop::b" -> "shop::q\"<" [label="1", style=dashed];
              "tool{bin}" -> "shop::a" [label="1"];
            }
        "#]]
        .assert_eq(std::str::from_utf8(&out).unwrap());
    }
}
