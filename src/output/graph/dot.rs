//! The graph in the language of graphviz.

use super::clusters;
use crate::output::escape::dot;
use crate::output::view::{View, ViewEdge};
use std::io::{self, Write};

/// Writes the graph; edges carry their number of references, those in a cycle are red, those of test code dashed.
pub(super) fn write(view: &View, out: &mut dyn Write) -> io::Result<()> {
    let (boxes, loose) = clusters(view);
    writeln!(out, "digraph modcheck {{\n  rankdir=LR;\n  node [shape=box];")?;
    for (name, nodes) in boxes {
        writeln!(out, "  subgraph \"cluster_{0}\" {{\n    label=\"{0}\";", dot(name))?;
        for node in nodes {
            writeln!(out, "    \"{}\";", dot(&view.nodes[node].id))?;
        }
        writeln!(out, "  }}")?;
    }
    for node in loose {
        writeln!(out, "  \"{}\";", dot(&view.nodes[node].id))?;
    }
    for edge in &view.edges {
        write_edge(view, edge, out)?;
    }
    writeln!(out, "}}")
}

fn write_edge(view: &View, edge: &ViewEdge, out: &mut dyn Write) -> io::Result<()> {
    let (from, to) = (dot(&view.nodes[edge.from].id), dot(&view.nodes[edge.to].id));
    let cyclic = if edge.cyclic == Some(true) { ", color=red, fontcolor=red" } else { "" };
    let test = if edge.test { ", style=dashed" } else { "" };
    writeln!(out, "  \"{from}\" -> \"{to}\" [label=\"{}\"{cyclic}{test}];", edge.sites.len())
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
