//! The graph in the language of mermaid, which code hosts draw inside markdown.

use super::{Look, clusters, data_label, label};
use crate::output::escape::mermaid;
use crate::output::view::View;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Writes the graph; edges carry their number of references. Where rules are broken they are dashed and red or orange, in a
/// cycle they are thick; test code is grey, and a way through data dotted.
pub(super) fn write(view: &View, out: &mut dyn Write) -> io::Result<()> {
    let (boxes, loose) = clusters(view);
    writeln!(out, "flowchart LR")?;
    for (index, (name, nodes)) in boxes.into_iter().enumerate() {
        writeln!(out, "  subgraph c{index}[\"{}\"]", mermaid(name))?;
        for node in nodes {
            writeln!(out, "    n{node}[\"{}\"]", mermaid(&view.nodes[node].id))?;
        }
        writeln!(out, "  end")?;
    }
    for node in loose {
        writeln!(out, "  n{node}[\"{}\"]", mermaid(&view.nodes[node].id))?;
    }
    let mut styles: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut number = 0..;
    let mut styled = |style: String| {
        let number = number.next().unwrap_or_default();
        if !style.is_empty() {
            styles.entry(style).or_default().push(number.to_string());
        }
    };
    for edge in &view.edges {
        writeln!(out, "  n{} -->|{}| n{}", edge.from, label(edge), edge.to)?;
        styled(style(Look::of(edge), edge.cyclic == Some(true)));
    }
    for edge in view.data_only() {
        writeln!(out, "  n{} -.->|\"{}\"| n{}", edge.from, mermaid(&data_label(edge)), edge.to)?;
        styled(style(Look::of_data(edge), false).replace(DASHES, DOTS));
    }
    for (style, numbers) in styles {
        writeln!(out, "  linkStyle {} {style}", numbers.join(","))?;
    }
    for (index, _) in view.nodes.iter().enumerate().filter(|(_, node)| node.focused) {
        writeln!(out, "  style n{index} stroke-width:3px")?;
    }
    Ok(())
}

const DASHES: &str = "stroke-dasharray:6 4";
const DOTS: &str = "stroke-dasharray:2 3";

fn style(look: Look, cyclic: bool) -> String {
    let color = match look {
        Look::Denied => format!("stroke:#c62828,color:#c62828,{DASHES}"),
        Look::Warned => format!("stroke:#b25e00,color:#b25e00,{DASHES}"),
        Look::Data => format!("stroke:#1565c0,color:#1565c0,{DASHES}"),
        _ if cyclic => "stroke:#7b1fa2,color:#7b1fa2".to_owned(),
        Look::Test => "stroke:#888,color:#888".to_owned(),
        Look::Plain => String::new(),
    };
    if cyclic { format!("{color},stroke-width:4px") } else { color }
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
        expect![[r#"
            flowchart LR
              subgraph c0["shop"]
                n0["shop"]
                n1["shop::a"]
                n2["shop::b"]
                n3["shop::q#quot;#60;"]
              end
              subgraph c1["tool{bin}"]
                n4["tool{bin}"]
              end
              n1 -->|1| n2
              n2 -->|2| n1
              n2 -->|1 test| n3
              n4 -->|1| n1
              linkStyle 0,1 stroke:#7b1fa2,color:#7b1fa2,stroke-width:4px
              linkStyle 2 stroke:#888,color:#888
        "#]]
        .assert_eq(std::str::from_utf8(&out).unwrap());
    }

    #[test]
    fn what_a_check_says() {
        let mut out = Vec::new();
        write(&marked(), &mut out).unwrap();
        expect![[r#"
            flowchart LR
              subgraph c0["domain"]
                n1["hostile#quot;]#60;script#62;#92;u{202e}#92;u{0}--"]
                n2["orders"]
                n3["payments"]
              end
              subgraph c1["top #38; first"]
                n0["app"]
              end
              n4["stray"]
              n0 -->|2| n1
              n0 -->|2 test| n2
              n2 -->|2 !| n3
              n3 -->|2| n2
              n3 -->|2 ?| n4
              n1 -.->|"order_items, orders#60; +1 !"| n2
              n1 -.->|"payments"| n3
              linkStyle 6 stroke:#1565c0,color:#1565c0,stroke-dasharray:2 3
              linkStyle 3 stroke:#7b1fa2,color:#7b1fa2,stroke-width:4px
              linkStyle 1 stroke:#888,color:#888
              linkStyle 4 stroke:#b25e00,color:#b25e00,stroke-dasharray:6 4
              linkStyle 5 stroke:#c62828,color:#c62828,stroke-dasharray:2 3
              linkStyle 2 stroke:#c62828,color:#c62828,stroke-dasharray:6 4,stroke-width:4px
              style n3 stroke-width:3px
        "#]]
        .assert_eq(std::str::from_utf8(&out).unwrap());
    }
}
