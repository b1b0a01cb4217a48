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
    use crate::output::view::Level;
    use crate::output::view::tests::{marked, model};
    use expect_test::expect;

    #[test]
    fn units() {
        let mut out = Vec::new();
        write(&View::new(&model(), Level::Module, None, None), &mut out).unwrap();
        expect![[r##"
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
              "shop::a" -> "shop::b" [label="1", color="#7b1fa2", fontcolor="#7b1fa2", penwidth=3, tooltip="shop::a -> shop::b: 1 reference\npart of a cycle"];
              "shop::b" -> "shop::a" [label="2", color="#7b1fa2", fontcolor="#7b1fa2", penwidth=3, tooltip="shop::b -> shop::a: 2 references\npart of a cycle"];
              "shop::b" -> "shop::q\"<" [label="1 test", color=gray50, fontcolor=gray50, tooltip="shop::b -> shop::q\"<: 1 reference in test code"];
              "tool{bin}" -> "shop::a" [label="1", tooltip="tool{bin} -> shop::a: 1 reference"];
            }
        "##]]
        .assert_eq(std::str::from_utf8(&out).unwrap());
    }

    #[test]
    fn what_a_check_says() {
        let mut out = Vec::new();
        write(&marked(), &mut out).unwrap();
        expect![[r##"
            digraph modcheck {
              rankdir=LR;
              node [shape=box];
              subgraph "cluster_domain" {
                label="domain";
                "hostile\"]<script>\\u{202e}\\u{0}--";
                "orders";
                "payments" [penwidth=3];
              }
              subgraph "cluster_top & first" {
                label="top & first";
                "app";
              }
              "stray";
              "app" -> "hostile\"]<script>\\u{202e}\\u{0}--" [label="2", tooltip="app -> hostile\"]<script>\\u{202e}\\u{0}--: 2 references"];
              "app" -> "orders" [label="2 test", color=gray50, fontcolor=gray50, tooltip="app -> orders: 2 references in test code"];
              "orders" -> "payments" [label="2 !", color="#c62828", fontcolor="#c62828", style=dashed, penwidth=3, tooltip="orders -> payments: 2 references\nthrough data: payments\nbreaks chatty-call, private-access\npart of a cycle"];
              "payments" -> "orders" [label="2", color="#7b1fa2", fontcolor="#7b1fa2", penwidth=3, tooltip="payments -> orders: 2 references\npart of a cycle"];
              "payments" -> "stray" [label="2 ?", color="#b25e00", fontcolor="#b25e00", style=dashed, tooltip="payments -> stray: 2 references\nbreaks leaked-type"];
              "hostile\"]<script>\\u{202e}\\u{0}--" -> "orders" [label="order_items, orders< +1 !", color="#c62828", fontcolor="#c62828", style=dotted, arrowhead=empty, tooltip="hostile\"]<script>\\u{202e}\\u{0}-- -> orders: no reference\nthrough data: order_items, orders<, states\nbreaks foreign-table-write"];
              "hostile\"]<script>\\u{202e}\\u{0}--" -> "payments" [label="payments", color="#1565c0", fontcolor="#1565c0", style=dotted, arrowhead=empty, tooltip="hostile\"]<script>\\u{202e}\\u{0}-- -> payments: no reference\nthrough data: payments"];
            }
        "##]].assert_eq(std::str::from_utf8(&out).unwrap());
    }
}
