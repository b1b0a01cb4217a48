//! The graph as JSON, for other tools. Its shape is a contract: fields are added, not changed.

use crate::graph::{RefKind, Resolution};
use crate::output::view::{NodeKind, View, ViewEdge, ViewNode, ViewSite};
use crate::output::{JSON_VERSION, write_json};
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Writes the graph.
pub(super) fn write(view: &View, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        version: JSON_VERSION,
        nodes: view.nodes.iter().map(NodeJson::from).collect(),
        edges: view.edges.iter().map(|edge| EdgeJson::new(view, edge)).collect(),
        resolution: &view.resolution,
    };
    write_json(&document, out)
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    nodes: Vec<NodeJson<'a>>,
    edges: Vec<EdgeJson<'a>>,
    resolution: &'a Resolution,
}

#[derive(Serialize)]
#[serde(untagged)]
enum NodeJson<'a> {
    Group(GroupJson<'a>),
    Source(SourceJson<'a>),
}

#[derive(Serialize)]
struct GroupJson<'a> {
    id: &'a str,
    kind: &'static str,
    /// The crate or the layer.
    cluster: Option<&'a str>,
    resolution: &'a Resolution,
}

#[derive(Serialize)]
struct SourceJson<'a> {
    id: &'a str,
    package: &'a str,
    target: &'a str,
    target_kind: &'static str,
    path: &'a str,
    file: &'a str,
    test: bool,
    module: Option<&'a str>,
    resolution: &'a Resolution,
}

#[derive(Serialize)]
struct EdgeJson<'a> {
    from: &'a str,
    to: &'a str,
    refs: usize,
    kinds: &'a BTreeSet<RefKind>,
    test: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    cyclic: Option<bool>,
    sites: &'a [ViewSite],
}

impl<'a> From<&'a ViewNode> for NodeJson<'a> {
    fn from(node: &'a ViewNode) -> NodeJson<'a> {
        let NodeKind::Source(source) = &node.kind else {
            let (id, kind, cluster) = (&node.id, node.kind.as_str(), node.cluster.as_deref());
            return NodeJson::Group(GroupJson { id, kind, cluster, resolution: &node.resolution });
        };
        NodeJson::Source(SourceJson {
            id: &node.id,
            package: &source.package,
            target: &source.target,
            target_kind: source.target_kind,
            path: &source.path,
            file: &source.file,
            test: source.test,
            module: source.module.as_deref(),
            resolution: &node.resolution,
        })
    }
}

impl<'a> EdgeJson<'a> {
    fn new(view: &'a View, edge: &'a ViewEdge) -> EdgeJson<'a> {
        EdgeJson {
            from: &view.nodes[edge.from].id,
            to: &view.nodes[edge.to].id,
            refs: edge.sites.len(),
            kinds: &edge.kinds,
            test: edge.test,
            cyclic: edge.cyclic,
            sites: &edge.sites,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Reason;
    use crate::output::completeness::tests::resolution;
    use crate::output::view::{Level, tests::model};
    use expect_test::{Expect, expect};

    #[track_caller]
    fn check(level: Level, expected: Expect) {
        let mut out = Vec::new();
        let mut model = model();
        let figures =
            [resolution(4, &[(Reason::OpaqueMacro, 1)]), resolution(3, &[(Reason::MissingFile, 2)])];
        // `shop::a` and what lies below it.
        model.resolution_by_node = vec![Resolution::default(), figures[0].clone(), figures[1].clone()];
        write(&View::new(&model, level, None, Some(&[1])), &mut out).unwrap();
        expected.assert_eq(std::str::from_utf8(&out).unwrap());
    }

    #[test]
    fn source_modules() {
        check(
            Level::Source,
            expect![[r#"
                {
                  "version": 1,
                  "nodes": [
                    {
                      "id": "shop::a",
                      "package": "shop",
                      "target": "shop",
                      "target_kind": "lib",
                      "path": "shop::a",
                      "file": "src.rs",
                      "test": false,
                      "module": null,
                      "resolution": {
                        "references": 4,
                        "resolved": 3,
                        "external": 0,
                        "unresolved": 1,
                        "reasons": {
                          "opaque-macro": 1
                        },
                        "receivers": {
                          "known": 0,
                          "unknown-type": 0
                        }
                      }
                    },
                    {
                      "id": "tool{bin}",
                      "package": "tool",
                      "target": "tool",
                      "target_kind": "bin",
                      "path": "tool",
                      "file": "src.rs",
                      "test": false,
                      "module": null,
                      "resolution": {
                        "references": 0,
                        "resolved": 0,
                        "external": 0,
                        "unresolved": 0,
                        "reasons": {},
                        "receivers": {
                          "known": 0,
                          "unknown-type": 0
                        }
                      }
                    }
                  ],
                  "edges": [
                    {
                      "from": "tool{bin}",
                      "to": "shop::a",
                      "refs": 1,
                      "kinds": [
                        "path"
                      ],
                      "test": false,
                      "sites": [
                        {
                          "file": "src.rs",
                          "line": 5,
                          "column": 1,
                          "kind": "path",
                          "text": ""
                        }
                      ]
                    }
                  ],
                  "resolution": {
                    "references": 0,
                    "resolved": 0,
                    "external": 0,
                    "unresolved": 0,
                    "reasons": {},
                    "receivers": {
                      "known": 0,
                      "unknown-type": 0
                    }
                  }
                }
            "#]],
        );
    }

    #[test]
    fn groups() {
        check(
            Level::Module,
            expect![[r#"
                {
                  "version": 1,
                  "nodes": [
                    {
                      "id": "shop::a",
                      "kind": "unit",
                      "cluster": "shop",
                      "resolution": {
                        "references": 7,
                        "resolved": 4,
                        "external": 0,
                        "unresolved": 3,
                        "reasons": {
                          "missing-file": 2,
                          "opaque-macro": 1
                        },
                        "receivers": {
                          "known": 0,
                          "unknown-type": 0
                        }
                      }
                    },
                    {
                      "id": "tool{bin}",
                      "kind": "unit",
                      "cluster": "tool{bin}",
                      "resolution": {
                        "references": 0,
                        "resolved": 0,
                        "external": 0,
                        "unresolved": 0,
                        "reasons": {},
                        "receivers": {
                          "known": 0,
                          "unknown-type": 0
                        }
                      }
                    }
                  ],
                  "edges": [
                    {
                      "from": "tool{bin}",
                      "to": "shop::a",
                      "refs": 1,
                      "kinds": [
                        "path"
                      ],
                      "test": false,
                      "cyclic": false,
                      "sites": [
                        {
                          "file": "src.rs",
                          "line": 5,
                          "column": 1,
                          "kind": "path",
                          "text": ""
                        }
                      ]
                    }
                  ],
                  "resolution": {
                    "references": 0,
                    "resolved": 0,
                    "external": 0,
                    "unresolved": 0,
                    "reasons": {},
                    "receivers": {
                      "known": 0,
                      "unknown-type": 0
                    }
                  }
                }
            "#]],
        );
    }
}
