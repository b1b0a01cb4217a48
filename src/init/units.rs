//! Which code makes up a module: a crate, a top-level mod of a big crate, what technical folders keep under one name, and
//! the executables.

use super::naming;
use super::sizes::{big, mods};
use super::technical::{self, Domains, stem};
use crate::graph::{Model, NodeId, RefKind};
use crate::source::TargetKind;
use std::collections::{BTreeMap, BTreeSet};

/// A library that only its own executable uses, and that uses so many modules, puts them together.
const FEWEST_USED_BY_WIRING: usize = 3;
/// What the module of the executables is called, the first that is free.
const NAMES_OF_APP: [&str; 3] = ["app", "main", "executables"];

/// A module to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its name.
    pub name: String,
    /// Its selectors, sorted.
    pub paths: Vec<String>,
    /// It holds executables, or the root of a crate that only lists its mods.
    pub app: bool,
    /// It is a procedural macro, which runs in the compiler.
    pub proc_macro: bool,
}

/// A part of the workspace while parts are put together.
#[derive(Clone, Debug)]
struct Part {
    roots: Vec<NodeId>,
    /// Names that fit, the best first.
    wishes: Vec<String>,
    what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Executable,
    Crate,
    /// A crate that is cut, without what was cut from it.
    Rest,
    Mod,
    Domain,
}

/// The modules of a workspace, sorted by name.
pub fn units(model: &Model) -> Vec<Unit> {
    let leads: Vec<NodeId> =
        (0..).map(NodeId).zip(&model.nodes).filter(|(_, n)| is_lead(n)).map(|(id, _)| id).collect();
    let mut parts = cut(model, &leads);
    share_out(model, &mut parts, technical::domains(model, &leads));
    join_wiring(model, &mut parts);
    join_helpers(model, &mut parts);
    // Whatever has a name of its own goes before the executables, which have none.
    parts.sort_by_key(|part| part.what == What::Executable);
    let names = naming::unique(&parts.iter().map(|part| part.wishes.clone()).collect::<Vec<_>>());
    let mut units: Vec<Unit> = parts.iter().zip(names).map(|(part, name)| unit(model, part, name)).collect();
    units.retain(|unit| !unit.paths.is_empty());
    units.sort_by(|a, b| a.name.cmp(&b.name));
    units
}

/// The root of a library or an executable; all other targets follow these.
fn is_lead(node: &crate::graph::Node) -> bool {
    node.parent.is_none() && !node.test && (node.target_kind.is_lib() || node.target_kind == TargetKind::Bin)
}

/// Crates, and in their place the top-level mods of big ones.
fn cut(model: &Model, leads: &[NodeId]) -> Vec<Part> {
    let big = big(model, leads);
    let is_lib = |lead: &NodeId| model.node(*lead).target_kind.is_lib();
    let prefix =
        naming::common_prefix(leads.iter().filter(|l| is_lib(l)).map(|&l| model.node(l).target.as_str()));
    let app = NAMES_OF_APP.map(str::to_owned).to_vec();
    let mut parts = vec![Part { roots: Vec::new(), wishes: app, what: What::Executable }];
    for &lead in leads {
        let node = model.node(lead);
        let is_big = big.contains(&lead);
        if is_big {
            parts.extend(mods(model, lead).map(|id| of_mod(model, id)));
        }
        match node.target_kind {
            TargetKind::Bin => parts[0].roots.push(lead),
            _ => parts.push(Part {
                roots: vec![lead],
                wishes: crate_names(&node.target, &prefix),
                what: if is_big { What::Rest } else { What::Crate },
            }),
        }
    }
    parts
}

fn of_mod(model: &Model, id: NodeId) -> Part {
    let (name, krate) = (technical::name(model, id), &model.node(id).target);
    Part { roots: vec![id], wishes: vec![name.to_owned(), format!("{krate}_{name}")], what: What::Mod }
}

/// The name of a crate without what all begin with, then the whole.
fn crate_names(krate: &str, prefix: &str) -> Vec<String> {
    let short = krate.strip_prefix(prefix).filter(|short| !short.is_empty()).unwrap_or(krate);
    vec![short.to_owned(), krate.to_owned()]
}

/// Gives what technical folders keep under one name a module of its own, with the top-level mod of that name if there is
/// one. A folder in which nothing is left stays with its crate.
fn share_out(model: &Model, parts: &mut Vec<Part>, domains: Domains) {
    let taken: BTreeSet<NodeId> = domains.members.values().flatten().copied().collect();
    let is_shell = |folder: NodeId| {
        let left =
            mods(model, folder).all(|child| taken.contains(&child) || domains.folders.contains(&child));
        left && !model.references.iter().any(|r| !r.test && (r.to == folder || r.from == folder))
    };
    let shells: BTreeSet<NodeId> =
        domains.folders.iter().copied().filter(|&folder| is_shell(folder)).collect();
    let mut found = Vec::new();
    for (stem_of, mut roots) in domains.members {
        let same = |part: &Part| part.what == What::Mod && stem(&part.wishes[0]) == stem_of;
        roots.extend(parts.iter().filter(|part| same(part)).flat_map(|part| part.roots.clone()));
        parts.retain(|part| !same(part));
        let name = spelling(model, &roots, &stem_of);
        found.push(Part { wishes: vec![name.clone(), format!("{name}_domain")], roots, what: What::Domain });
    }
    // Domains choose their names before mods do.
    parts.splice(0..0, found);
    let whole_shell = |part: &Part| {
        let folder_of =
            |root: &NodeId| domains.folders.contains(root) && is_empty_below(model, *root, &shells, &taken);
        part.what == What::Mod && part.roots.iter().all(folder_of)
    };
    parts.retain(|part| !whole_shell(part));
}

/// Whether nothing of a folder is left but folders that are empty themselves.
fn is_empty_below(
    model: &Model,
    folder: NodeId,
    shells: &BTreeSet<NodeId>,
    taken: &BTreeSet<NodeId>,
) -> bool {
    shells.contains(&folder)
        && mods(model, folder)
            .all(|child| taken.contains(&child) || is_empty_below(model, child, shells, taken))
}

/// How most of the mods spell the name of their domain; of equals the first.
fn spelling(model: &Model, roots: &[NodeId], stem_of: &str) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let names = roots.iter().map(|&root| technical::name(model, root)).filter(|name| stem(name) == stem_of);
    names.for_each(|name| *counts.entry(name).or_default() += 1);
    let most = counts.into_iter().rev().max_by_key(|(_, count)| *count);
    most.map_or_else(|| stem_of.to_owned(), |(name, _)| name.to_owned())
}

/// The part that each source module belongs to: the one that names it or the nearest one around it.
fn owners(model: &Model, parts: &[Part]) -> Vec<Option<usize>> {
    let named: BTreeMap<NodeId, usize> = parts
        .iter()
        .enumerate()
        .flat_map(|(i, part)| part.roots.iter().map(move |&root| (root, i)))
        .collect();
    let mut owners: Vec<Option<usize>> = Vec::with_capacity(model.nodes.len());
    for (id, node) in (0..).map(NodeId).zip(&model.nodes) {
        let around = node.parent.and_then(|parent| owners[parent.0 as usize]);
        owners.push(named.get(&id).copied().or(around));
    }
    owners
}

/// Who uses whom among the parts, in production code.
fn edges(model: &Model, parts: &[Part]) -> BTreeSet<(usize, usize)> {
    let owners = owners(model, parts);
    let counts =
        |r: &&crate::graph::Reference| r.kind != RefKind::Manifest && !r.test && !model.node(r.from).test;
    let ends = model
        .references
        .iter()
        .filter(counts)
        .filter_map(|r| Some((owners[r.from.0 as usize]?, owners[r.to.0 as usize]?)));
    ends.filter(|(from, to)| from != to).collect()
}

/// Adds to the executables what only they use: the root of a crate that was cut, and a library beside an executable
/// whose work is to put modules together.
fn join_wiring(model: &Model, parts: &mut Vec<Part>) {
    let Some(app) = parts.iter().position(|part| part.what == What::Executable) else { return };
    let edges = edges(model, parts);
    let packages: BTreeSet<usize> =
        parts[app].roots.iter().map(|&root| model.node(root).package_index).collect();
    let is_wiring = |index: usize, part: &Part| {
        let alone = edges.iter().all(|&(from, to)| to != index || from == app);
        let uses = edges.iter().filter(|(from, _)| *from == index).count();
        let beside = || part.roots.iter().all(|&root| packages.contains(&model.node(root).package_index));
        alone
            && match part.what {
                What::Rest => true,
                What::Crate => uses >= FEWEST_USED_BY_WIRING && beside(),
                _ => false,
            }
    };
    let wiring: Vec<usize> = parts
        .iter()
        .enumerate()
        .filter(|(index, part)| is_wiring(*index, part))
        .map(|(index, _)| index)
        .collect();
    join(parts, &wiring.into_iter().map(|index| (index, app)).collect());
    parts.retain(|part| !part.roots.is_empty());
}

/// Adds to a module a crate or a mod that only it uses and that carries its name: `payments_gateway` lies with `payments`.
fn join_helpers(model: &Model, parts: &mut Vec<Part>) {
    let edges = edges(model, parts);
    let mut into = BTreeMap::new();
    for (index, part) in
        parts.iter().enumerate().filter(|(_, part)| matches!(part.what, What::Crate | What::Mod))
    {
        let users: Vec<usize> = edges.iter().filter(|(_, to)| *to == index).map(|(from, _)| *from).collect();
        if let [user] = users[..]
            && parts[user].what != What::Executable
            && part.wishes[0]
                .strip_prefix(parts[user].wishes[0].as_str())
                .is_some_and(|rest| rest.starts_with('_'))
        {
            into.insert(index, user);
        }
    }
    // What is joined itself takes nothing up.
    let joined: BTreeSet<usize> = into.keys().copied().collect();
    into.retain(|_, user| !joined.contains(user));
    join(parts, &into);
    parts.retain(|part| !part.roots.is_empty());
}

fn join(parts: &mut [Part], into: &BTreeMap<usize, usize>) {
    for (&index, &target) in into {
        let roots = std::mem::take(&mut parts[index].roots);
        parts[target].roots.extend(roots);
    }
}

fn unit(model: &Model, part: &Part, name: String) -> Unit {
    let mut paths: Vec<String> = part.roots.iter().filter_map(|&root| selector(model, root)).collect();
    paths.sort();
    paths.dedup();
    Unit {
        name,
        paths,
        app: part.what == What::Executable,
        proc_macro: part.roots.iter().all(|&root| model.node(root).target_kind == TargetKind::ProcMacro),
    }
}

/// How a source module is selected: its id, without the kind of target where nothing else has the name.
fn selector(model: &Model, node: NodeId) -> Option<String> {
    let node = model.node(node);
    let id = &node.id;
    let same = |other: &crate::graph::Node| {
        other.parent.is_none()
            && other.package_index != node.package_index
            && [other.path.as_str(), &other.package.replace('-', "_")].contains(&node.target.as_str())
    };
    let twin = |other: &crate::graph::Node| {
        other.parent.is_none()
            && other.package_index == node.package_index
            && other.target_kind.is_lib()
            && !node.target_kind.is_lib()
    };
    if node.target_kind == TargetKind::Bin && !model.nodes.iter().any(|other| same(other) || twin(other)) {
        return Some(node.path.clone());
    }
    if !id.contains('@') {
        return Some(id.clone());
    }
    // Targets that only their package tells apart go by its name, unless that means the library.
    let has_lib = model.nodes.iter().any(twin);
    let below = node.path.strip_prefix(&node.target).unwrap_or_default();
    (!has_lib).then(|| format!("{}{below}", node.package.replace('-', "_")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::sample;
    use crate::graph::{File, FileId};

    /// `name: paths` of each unit, `*` before those of executables. Crates of so many thousand lines, where it matters.
    #[track_caller]
    fn check(ids: &[&str], references: &[&str], lines: &[(&str, usize)], expected: &[&str]) {
        let mut model = sample::model(ids, references);
        for node in &mut model.nodes {
            let krate = node.id.split("::").next().unwrap_or_default();
            let count = lines.iter().find(|(name, _)| *name == krate).map_or(1, |(_, count)| *count);
            node.file = FileId(model.files.len() as u32);
            let text = if node.parent.is_none() { "\n".repeat(count * 1000) } else { String::new() };
            model.files.push(File { path: node.id.clone(), text: text.into() });
        }
        let show = |unit: &Unit| {
            format!("{}{}: {}", if unit.app { "*" } else { "" }, unit.name, unit.paths.join(" "))
        };
        assert_eq!(units(&model).iter().map(show).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_module_per_crate_and_per_mod_of_a_big_one() {
        check(
            &[
                "shop",
                "shop::orders",
                "shop::payments",
                "shop::tests",
                "util",
                "util::a",
                "util::b",
                "shop_app{bin}",
            ],
            &["shop_app{bin} -> shop::orders x", "shop::orders -> util::a f", "shop::payments -> util::b g"],
            &[("shop", 9)],
            &["*app: shop shop_app", "orders: shop::orders", "payments: shop::payments", "util: util"],
        );
    }

    #[test]
    fn the_root_of_a_big_crate_is_a_module_if_its_mods_use_it() {
        check(
            &["shop", "shop::orders", "shop::payments"],
            &["shop::orders -> shop Error"],
            &[],
            &["orders: shop::orders", "payments: shop::payments", "shop: shop"],
        );
        // An executable is none: what its mods use of it is for the baseline.
        check(
            &["rg{bin}", "rg{bin}::a", "rg{bin}::b"],
            &["rg{bin}::a -> rg{bin} VERSION"],
            &[],
            &["a: rg::a", "*app: rg", "b: rg::b"],
        );
    }

    #[test]
    fn technical_folders_are_shared_out_by_name() {
        check(
            &[
                "s{bin}",
                "s{bin}::controllers",
                "s{bin}::controllers::health",
                "s{bin}::controllers::orders",
                "s{bin}::controllers::users",
                "s{bin}::mail",
                "s{bin}::models",
                "s{bin}::models::order",
                "s{bin}::models::user",
                "s{bin}::users",
            ],
            &["s{bin}::controllers::orders -> s{bin}::models::order Order"],
            &[],
            &[
                "*app: s",
                "controllers: s::controllers",
                "mail: s::mail",
                "order: s::controllers::orders s::models::order",
                "users: s::controllers::users s::models::user s::users",
            ],
        );
    }

    #[test]
    fn a_helper_lies_with_the_one_that_uses_it() {
        let ids = ["payments", "payments_gateway", "orders", "main{bin}", "other"];
        let big = [("other", 50)];
        check(
            &ids,
            &["payments -> payments_gateway Wallet", "orders -> payments pay", "main{bin} -> orders x"],
            &big,
            &["*app: main", "orders: orders", "other: other", "payments: payments payments_gateway"],
        );
        check(
            &ids,
            &["payments -> payments_gateway Wallet", "orders -> payments_gateway Wallet"],
            &big,
            &[
                "*app: main",
                "orders: orders",
                "other: other",
                "payments: payments",
                "payments_gateway: payments_gateway",
            ],
        );
    }

    #[test]
    fn what_all_crates_begin_with_says_nothing() {
        check(
            &["my_api", "my_db", "my_util", "my_app{bin}", "my_app{bin}::db"],
            &[],
            &[("my_api", 3), ("my_db", 3), ("my_util", 3)],
            &["api: my_api", "*app: my_app", "db: my_db", "util: my_util"],
        );
    }
}
