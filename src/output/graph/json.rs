//! The graph as JSON, for other tools. Its shape is a contract: fields are added, not changed.

use crate::graph::{RefKind, Resolution};
use crate::output::schema::schema_of;
use crate::output::view::{DataEdge, NodeKind, View, ViewEdge, ViewNode, ViewSite};
use crate::output::{JSON_VERSION, write_json};
use crate::source::TargetKind;
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Writes the graph.
pub(super) fn write(view: &View, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        version: JSON_VERSION,
        nodes: view.nodes.iter().map(NodeJson::from).collect(),
        edges: view.edges.iter().map(|edge| EdgeJson::new(view, edge)).collect(),
        data: view.data.iter().map(|edge| DataJson::new(view, edge)).collect(),
        resolution: &view.resolution,
    };
    write_json(&document, out)
}

/// What it writes.
pub(in crate::output) fn schema() -> Schema {
    schema_of::<Document>()
}

/// Who uses whom in a workspace.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "cargo modcheck graph --format json")]
struct Document<'a> {
    /// The version of this format. Fields may be added without a new one.
    #[schemars(extend("const" = JSON_VERSION))]
    version: u32,
    /// Source modules with `--level source`; else modules of `boundaries.toml`, what stands in for them, or crates.
    nodes: Vec<NodeJson<'a>>,
    /// One edge for each pair of nodes of which the first uses the second.
    edges: Vec<EdgeJson<'a>>,
    /// Ways from one declared module to another through data, in the order of their ends; only where a policy says who owns
    /// it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    data: Vec<DataJson<'a>>,
    /// How many references of the workspace resolved.
    resolution: &'a Resolution,
}

/// A node.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Node")]
enum NodeJson<'a> {
    Group(GroupJson<'a>),
    Source(SourceJson<'a>),
}

/// A module or a crate.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Group")]
struct GroupJson<'a> {
    /// Its name, or the path of what stands in for a module: `shop::orders`.
    id: &'a str,
    /// What it is.
    kind: GroupKind,
    /// The crate or the layer.
    cluster: Option<&'a str>,
    /// How many of its references resolved.
    resolution: &'a Resolution,
}

/// What a node is that stands for several source modules.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum GroupKind {
    /// A module of `boundaries.toml`.
    Module,
    /// A crate's top-level `mod`, or what of it belongs to no module.
    Unit,
    /// A crate.
    Crate,
}

/// A source module: a Rust `mod`, or the root of a crate.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SourceModule")]
struct SourceJson<'a> {
    /// `crate::a::b`; targets other than libraries carry their kind: `shop_app{bin}::wiring`.
    id: &'a str,
    /// The name of its package.
    package: &'a str,
    /// The crate name of its target.
    target: &'a str,
    /// What the target builds.
    target_kind: TargetKind,
    /// The id without the target's kind.
    path: &'a str,
    /// The file that holds its items, relative to the workspace root with `/`.
    file: &'a str,
    /// Under `cfg(test)`, or in a test, bench or example target.
    test: bool,
    /// The module of `boundaries.toml` that it belongs to.
    module: Option<&'a str>,
    /// How many of its references resolved.
    resolution: &'a Resolution,
}

/// All references from one node to another.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Edge")]
struct EdgeJson<'a> {
    /// The id of the node that uses.
    from: &'a str,
    /// The id of the node that is used: the one that defines the item, whatever facade is written.
    to: &'a str,
    /// How many references there are.
    refs: usize,
    /// How they are written.
    kinds: &'a BTreeSet<RefKind>,
    /// All of them are test code.
    test: bool,
    /// Part of a cycle; not told of source modules, where cycles are ordinary.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool", default)]
    cyclic: Option<bool>,
    /// The names of the rules that are broken here; only between declared modules.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    violations: Vec<&'a str>,
    /// Every reference, sorted by place.
    sites: &'a [ViewSite],
}

/// What one module does to the data of another; there may be an edge between the two as well.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DataEdge")]
struct DataJson<'a> {
    /// The module that touches it.
    from: &'a str,
    /// The module that owns it.
    to: &'a str,
    /// The names of tables and other resources.
    resources: &'a BTreeSet<String>,
    /// The names of the rules that are broken between the two.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    violations: Vec<&'a str>,
}

impl<'a> DataJson<'a> {
    fn new(view: &'a View, edge: &'a DataEdge) -> DataJson<'a> {
        DataJson {
            from: &view.nodes[edge.from].id,
            to: &view.nodes[edge.to].id,
            resources: &edge.resources,
            violations: edge.violations.keys().map(String::as_str).collect(),
        }
    }
}

impl<'a> From<&'a ViewNode> for NodeJson<'a> {
    fn from(node: &'a ViewNode) -> NodeJson<'a> {
        let group = |kind| {
            let (id, cluster) = (&node.id, node.cluster.as_deref());
            NodeJson::Group(GroupJson { id, kind, cluster, resolution: &node.resolution })
        };
        let source = match &node.kind {
            NodeKind::Module => return group(GroupKind::Module),
            NodeKind::Unit => return group(GroupKind::Unit),
            NodeKind::Crate => return group(GroupKind::Crate),
            NodeKind::Source(source) => source,
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
            violations: edge.violations.keys().map(String::as_str).collect(),
            sites: &edge.sites,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Reason;
    use crate::output::completeness::tests::resolution;
    use crate::output::view::Level;
    use crate::output::view::tests::{marked, model};
    use expect_test::{Expect, expect};
    use serde_json::json;

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
    fn what_a_check_says() {
        let mut out = Vec::new();
        write(&marked(), &mut out).unwrap();
        let document: serde_json::Value = serde_json::from_slice(&out).unwrap();
        let broken: Vec<&serde_json::Value> =
            document["edges"].as_array().unwrap().iter().map(|edge| &edge["violations"]).collect();
        let null = serde_json::Value::Null;
        let (both, one) = (json!(["chatty-call", "private-access"]), json!(["leaked-type"]));
        assert_eq!(broken, [&null, &null, &both, &null, &one]);
        assert_eq!(
            document["data"][0]["resources"],
            json!(["order_items", "orders<", "states"]),
            "{document:#}"
        );
        assert_eq!(document["data"][0]["violations"], json!(["foreign-table-write"]));
        assert_eq!(
            document["data"][1],
            json!({ "from": document["nodes"][1]["id"], "to": "payments", "resources": ["payments"] })
        );
        assert_eq!(document["data"].as_array().unwrap().len(), 3);
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
