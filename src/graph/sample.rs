//! Models made from a few words, for tests of what stands behind name resolution.

use super::{File, FileId, ItemId, ItemInfo, Model, Node, NodeId, PackageInfo, RefKind, Reference};
use crate::source::TargetKind;

/// A model with these source modules (parents first; one named `tests` is test code) and these references, each
/// `from -> to Item` or `from -> to`. The n-th reference stands on line n of `src.rs`.
pub fn model(ids: &[&str], references: &[&str]) -> Model {
    let mut model = Model::default();
    model.files.push(File { path: "src.rs".into(), text: "".into() });
    for id in ids {
        add_node(&mut model, id);
    }
    for (index, text) in references.iter().enumerate() {
        add_reference(&mut model, text, index as u32 + 1);
    }
    model
}

fn add_node(model: &mut Model, id: &str) {
    let parent = id.rsplit_once("::").map(|(parent, _)| find(model, parent));
    let root = id.split("::").next().unwrap_or_default();
    let (target, kind) = match root.split_once('{') {
        Some((name, "bin}")) => (name, TargetKind::Bin),
        Some((name, _)) => (name, TargetKind::Test),
        None => (root, TargetKind::Lib),
    };
    let node = NodeId(model.nodes.len() as u32);
    if parent.is_none() {
        model.packages.push(PackageInfo {
            name: target.replace('_', "-"),
            manifest: format!("{target}/Cargo.toml"),
            roots: vec![node],
            dependencies: Vec::new(),
        });
    }
    model.nodes.push(Node {
        id: id.into(),
        package: target.replace('_', "-"),
        package_index: model.packages.len() - 1,
        target: target.into(),
        target_kind: kind,
        path: id.replace("{bin}", "").replace("{test}", ""),
        file: FileId(0),
        line: 1,
        parent,
        test: kind.is_test() || id.ends_with("::tests"),
    });
}

fn add_reference(model: &mut Model, text: &str, line: u32) {
    let (from, to) = text.split_once(" -> ").expect("`from -> to Item`");
    let (to, name) = to.split_once(' ').unwrap_or((to, ""));
    let (from, to) = (find(model, from), find(model, to));
    let item = (!name.is_empty()).then(|| {
        model.items.push(ItemInfo { node: to, name: name.into(), file: FileId(0), line: 1, column: 1 });
        ItemId(model.items.len() as u32 - 1)
    });
    let test = model.node(from).test;
    let text = name.rsplit("::").next().unwrap_or_default().into();
    let (file, column, kind) = (FileId(0), 1, RefKind::Path);
    model.references.push(Reference { from, to, item, kind, file, line, column, text, test });
}

fn find(model: &Model, id: &str) -> NodeId {
    let index = model.nodes.iter().position(|n| n.id == id).expect("a listed source module");
    NodeId(index as u32)
}
