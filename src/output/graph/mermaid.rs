//! The graph in the language of mermaid, which code hosts draw inside markdown.

use super::clusters;
use crate::output::escape::mermaid;
use crate::output::view::View;
use std::io::{self, Write};

/// Writes the graph; edges carry their number of references, those in a cycle are red, those of test code dotted.
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
    for edge in &view.edges {
        let arrow = if edge.test { "-.->" } else { "-->" };
        writeln!(out, "  n{} {arrow}|{}| n{}", edge.from, edge.sites.len(), edge.to)?;
    }
    let cyclic = view.edges.iter().enumerate().filter(|(_, edge)| edge.cyclic == Some(true));
    let cyclic: Vec<String> = cyclic.map(|(index, _)| index.to_string()).collect();
    if !cyclic.is_empty() {
        writeln!(out, "  linkStyle {} stroke:red", cyclic.join(","))?;
    }
    Ok(())
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
              n2 -.->|1| n3
              n4 -->|1| n1
              linkStyle 0,1 stroke:red
        "#]]
        .assert_eq(std::str::from_utf8(&out).unwrap());
    }
}
