//! Technical folders: where code lies by what it is made of (`controllers`, `models`, `views`), what belongs together
//! lies apart, under the same name in each. That name is a module.

use super::sizes::mods;
use crate::graph::{Model, NodeId};
use std::collections::{BTreeMap, BTreeSet};

/// Names of folders that speak of technology.
const FOLDERS: [&str; 30] = [
    "api",
    "controller",
    "controllers",
    "daos",
    "db",
    "database",
    "dto",
    "dtos",
    "endpoints",
    "entities",
    "entity",
    "handler",
    "handlers",
    "models",
    "model",
    "persistence",
    "queries",
    "repositories",
    "repository",
    "repos",
    "requests",
    "responses",
    "routes",
    "schemas",
    "serializers",
    "services",
    "service",
    "stores",
    "usecases",
    "views",
];
/// Names that do so inside of such a folder.
const INNER_FOLDERS: [&str; 7] = ["core", "http", "impls", "rest", "v1", "v2", "web"];
/// Names of what every folder has for itself.
const GENERIC: [&str; 14] = [
    "base", "common", "config", "error", "helper", "macro", "mod", "prelude", "response", "schema", "shared",
    "trait", "type", "util",
];
/// One name that two folders share may be chance.
const FEWEST_DOMAINS: usize = 2;

/// A folder and the mods in it.
struct Folder {
    /// Its own name.
    word: String,
    children: Vec<NodeId>,
}

/// The mods that belong together, by the name that they share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Domains {
    /// Stem and mods, both sorted.
    pub(super) members: BTreeMap<String, Vec<NodeId>>,
    /// The technical folders, outer ones first.
    pub(super) folders: Vec<NodeId>,
}

/// Looks for names that technical folders share.
pub(super) fn domains(model: &Model, roots: &[NodeId]) -> Domains {
    let folders: BTreeMap<NodeId, Folder> = folders(model, roots);
    let mut words: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for folder in folders.values() {
        for &child in &folder.children {
            words.entry(stem(name(model, child))).or_default().insert(&folder.word);
        }
    }
    let is_domain = |stem: &str| !GENERIC.contains(&stem) && !FOLDERS.contains(&stem);
    words.retain(|stem, words| words.len() > 1 && is_domain(stem));
    if words.len() < FEWEST_DOMAINS {
        return Domains::default();
    }
    let mut members: BTreeMap<String, Vec<NodeId>> = BTreeMap::new();
    for child in folders.values().flat_map(|folder| &folder.children) {
        if let Some(domain) = home(&stem(name(model, *child)), words.keys()) {
            members.entry(domain.clone()).or_default().push(*child);
        }
    }
    for nodes in members.values_mut() {
        nodes.sort();
    }
    Domains { members, folders: folders.into_keys().collect() }
}

/// The domain that a name belongs to: its own, or the longest that it begins with (`order_item` lies with `order`).
fn home<'a>(stem: &str, domains: impl Iterator<Item = &'a String>) -> Option<&'a String> {
    let begins = |domain: &&String| {
        stem.strip_prefix(domain.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    };
    domains.filter(begins).max_by_key(|domain| domain.len())
}

fn folders(model: &Model, roots: &[NodeId]) -> BTreeMap<NodeId, Folder> {
    let mut folders: BTreeMap<NodeId, Folder> = BTreeMap::new();
    for (id, node) in (0..).map(NodeId).zip(&model.nodes).filter(|(_, node)| !node.test) {
        let Some(parent) = node.parent else { continue };
        let word = name(model, id);
        let depth = std::iter::successors(Some(id), |&n| model.node(n).parent).count() - 1;
        let known = FOLDERS.contains(&word) && depth <= 2;
        let inner =
            folders.contains_key(&parent) && (INNER_FOLDERS.contains(&word) || FOLDERS.contains(&word));
        let children: Vec<NodeId> = mods(model, id).collect();
        if (known || inner) && !children.is_empty() && is_below(model, id, roots) {
            folders.insert(id, Folder { word: word.to_owned(), children });
        }
    }
    let inside: BTreeSet<NodeId> = folders.keys().copied().collect();
    for folder in folders.values_mut() {
        folder.children.retain(|child| !inside.contains(child));
    }
    folders
}

fn is_below(model: &Model, node: NodeId, roots: &[NodeId]) -> bool {
    std::iter::successors(Some(node), |&n| model.node(n).parent)
        .last()
        .is_some_and(|root| roots.contains(&root))
}

/// The last segment of a source module's path.
pub(super) fn name(model: &Model, node: NodeId) -> &str {
    let path = &model.node(node).path;
    let last = path.rsplit("::").next().unwrap_or(path);
    last.strip_prefix("r#").unwrap_or(last)
}

/// A name in the singular: `order_items` and `order_item` are the same.
pub(super) fn stem(name: &str) -> String {
    let name = name.to_lowercase();
    if let Some(stem) = name.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return format!("{stem}y");
    }
    if ["ss", "us", "is"].iter().any(|end| name.ends_with(end)) {
        return name;
    }
    if let Some(stem) = ["xes", "ches", "shes", "sses"]
        .iter()
        .find_map(|end| name.strip_suffix(&end[end.len() - 2..]).filter(|_| name.ends_with(end)))
    {
        return stem.to_owned();
    }
    name.strip_suffix('s').filter(|stem| stem.len() > 2).unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::sample;

    #[track_caller]
    fn check(ids: &[&str], expected: &[(&str, &[&str])]) {
        let model = sample::model(ids, &[]);
        let roots: Vec<NodeId> = (0..)
            .map(NodeId)
            .zip(&model.nodes)
            .filter(|(_, n)| n.parent.is_none())
            .map(|(id, _)| id)
            .collect();
        let found = domains(&model, &roots);
        let shown: Vec<(&str, Vec<&str>)> = found
            .members
            .iter()
            .map(|(stem, nodes)| (stem.as_str(), nodes.iter().map(|&n| model.node(n).id.as_str()).collect()))
            .collect();
        let expected: Vec<(&str, Vec<&str>)> = expected.iter().map(|(s, n)| (*s, n.to_vec())).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn what_folders_share_by_name_is_a_domain() {
        check(
            &[
                "s",
                "s::controllers",
                "s::controllers::orders",
                "s::controllers::users",
                "s::controllers::health",
                "s::models",
                "s::models::order",
                "s::models::order_item",
                "s::models::user",
                "s::models::tests",
            ],
            &[
                ("order", &["s::controllers::orders", "s::models::order", "s::models::order_item"]),
                ("user", &["s::controllers::users", "s::models::user"]),
            ],
        );
    }

    #[test]
    fn a_folder_may_lie_in_another_and_in_another_crate() {
        check(
            &[
                "web{bin}",
                "web{bin}::api",
                "web{bin}::api::core",
                "web{bin}::api::core::ciphers",
                "web{bin}::api::core::folders",
                "store",
                "store::db",
                "store::db::models",
                "store::db::models::cipher",
                "store::db::models::folder",
                "store::db::util",
            ],
            &[
                ("cipher", &["web{bin}::api::core::ciphers", "store::db::models::cipher"]),
                ("folder", &["web{bin}::api::core::folders", "store::db::models::folder"]),
            ],
        );
    }

    #[test]
    fn one_shared_name_or_the_same_folder_twice_is_nothing() {
        check(&["s", "s::handlers", "s::handlers::a", "s::models", "s::models::a", "s::models::b"], &[]);
        check(
            &[
                "a",
                "a::models",
                "a::models::x",
                "a::models::y",
                "b",
                "b::models",
                "b::models::x",
                "b::models::y",
            ],
            &[],
        );
        check(
            &[
                "s",
                "s::models",
                "s::models::error",
                "s::models::util",
                "s::views",
                "s::views::errors",
                "s::views::utils",
            ],
            &[],
        );
    }

    #[test]
    fn the_singular_of_a_name() {
        for (plural, singular) in [
            ("orders", "order"),
            ("categories", "category"),
            ("addresses", "address"),
            ("status", "status"),
            ("boxes", "box"),
            ("access", "access"),
            ("krate", "krate"),
            ("ties", "tie"),
            ("as", "as"),
        ] {
            assert_eq!(stem(plural), singular);
        }
    }
}
