//! The source modules of a workspace as selectors see them: packages, the targets in each, and a tree of names below.

use super::suggest;
use crate::graph::{Model, Node, NodeId};
use crate::source::TargetKind;
use std::collections::BTreeMap;

/// How well a selector fits: the number of its segments, then the number of its literal characters.
pub(super) type Fit = (usize, usize);

/// One source module that a selector names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Match {
    pub(super) node: NodeId,
    pub(super) fit: Fit,
    /// The selector names a whole crate, so that the other targets of the package follow it.
    pub(super) whole: bool,
}

/// A target's root and its name, with `-` as `_`.
struct Target {
    root: NodeId,
    name: String,
    kind: TargetKind,
}

/// A package and its targets.
pub(super) struct Package {
    name: String,
    targets: Vec<Target>,
}

impl Package {
    fn lib(&self) -> Option<&Target> {
        self.targets.iter().find(|target| target.kind.is_lib())
    }

    pub(super) fn roots(&self) -> impl Iterator<Item = NodeId> {
        self.targets.iter().map(|target| target.root)
    }

    /// The targets whose module the rest of the package follows: the library, else the binaries.
    pub(super) fn leaders(&self) -> impl Iterator<Item = NodeId> {
        let lib = self.lib().is_some();
        self.targets
            .iter()
            .filter(move |t| if lib { t.kind.is_lib() } else { t.kind == TargetKind::Bin })
            .map(|t| t.root)
    }
}

/// What the first segment of a selector finds in one package; the smaller is preferred.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Found {
    Lib,
    Bin,
    Package,
    OtherTarget,
}

/// Source modules by name.
pub(super) struct Tree<'m> {
    model: &'m Model,
    pub(super) packages: Vec<Package>,
    children: Vec<Vec<NodeId>>,
}

impl<'m> Tree<'m> {
    pub(super) fn new(model: &'m Model) -> Tree<'m> {
        let mut children = vec![Vec::new(); model.nodes.len()];
        let mut packages: BTreeMap<usize, Package> = BTreeMap::new();
        for (index, node) in model.nodes.iter().enumerate() {
            let id = NodeId(index as u32);
            match node.parent {
                Some(parent) => children[parent.0 as usize].push(id),
                None => packages
                    .entry(node.package_index)
                    .or_insert_with(|| Package { name: underscored(&node.package), targets: Vec::new() })
                    .targets
                    .push(Target { root: id, name: underscored(&node.path), kind: node.target_kind }),
            }
        }
        Tree { model, packages: packages.into_values().collect(), children }
    }

    /// Every source module that the segments name.
    pub(super) fn find(&self, segments: &[String]) -> Vec<Match> {
        let Some((head, rest)) = segments.split_first() else { return Vec::new() };
        let literals = segments.iter().map(|s| s.chars().filter(|c| *c != '*').count()).sum();
        if rest.is_empty() {
            return self.whole_crates(head, literals);
        }
        let mut nodes = self.crates(head);
        for segment in rest {
            nodes = self.below(&nodes, segment);
        }
        nodes.into_iter().map(|node| Match { node, fit: (segments.len(), literals), whole: false }).collect()
    }

    fn whole_crates(&self, head: &str, literals: usize) -> Vec<Match> {
        let (name, kind) = split_kind(head);
        let mut matches = Vec::new();
        for (package, found) in self.packages_named(head) {
            let named = named_targets(package, found, head).map(|node| Match {
                node,
                fit: (1, literals),
                whole: kind.is_none() && found != Found::OtherTarget,
            });
            matches.extend(named);
            // A package's name covers all of it, but says less than the name of a target.
            if kind.is_none() && fits(name, &package.name) {
                matches.extend(package.roots().map(|node| Match { node, fit: (0, literals), whole: false }));
            }
        }
        matches
    }

    /// The crate roots that a first segment names.
    fn crates(&self, head: &str) -> Vec<NodeId> {
        let mut roots = Vec::new();
        for (package, found) in self.packages_named(head) {
            match found {
                Found::Package => roots.extend(package.roots()),
                _ => roots.extend(named_targets(package, found, head)),
            }
        }
        roots
    }

    /// The packages in which a first segment finds something. A plain name keeps to the best kind of find in the whole
    /// workspace; a name with `*` or `{kind}` takes each package by itself.
    fn packages_named(&self, head: &str) -> Vec<(&Package, Found)> {
        let mut named: Vec<(&Package, Found)> =
            self.packages.iter().filter_map(|p| Some((p, find_in(p, head)?))).collect();
        if head.contains('*') {
            named.retain(|(_, found)| *found != Found::OtherTarget || head.contains('{'));
        } else if !head.contains('{') {
            let best = named.iter().map(|(_, found)| *found).min();
            named.retain(|(_, found)| Some(*found) == best);
        }
        named
    }

    fn below(&self, nodes: &[NodeId], segment: &str) -> Vec<NodeId> {
        let children = nodes.iter().flat_map(|node| &self.children[node.0 as usize]).copied();
        children.filter(|child| fits(segment, name_of(self.model.node(*child)))).collect()
    }

    /// For segments that find nothing: the id of the source module, or the crate, that is probably meant.
    pub(super) fn suggestion(&self, segments: &[String]) -> Option<String> {
        self.same_path(segments).or_else(|| self.corrected(segments)).or_else(|| self.same_name(segments))
    }

    /// The path is right but for its beginning, or names a target that is not a library.
    fn same_path(&self, segments: &[String]) -> Option<String> {
        let path = segments.join("::");
        let ending = format!("::{path}");
        let found = self.model.nodes.iter().find(|node| node.path == path || node.path.ends_with(&ending));
        found.map(|node| node.id.clone())
    }

    /// The path with the first segment that leads nowhere put right.
    fn corrected(&self, segments: &[String]) -> Option<String> {
        let mut nodes = self.crates(&segments[0]);
        if nodes.is_empty() {
            let targets = self.packages.iter().flat_map(|p| &p.targets).map(|t| t.name.as_str());
            let names = targets.chain(self.packages.iter().map(|p| p.name.as_str()));
            let name = suggest::closest(split_kind(&segments[0]).0, names)?;
            return Some(self.continued(vec![name.to_owned()], &segments[1..]));
        }
        for (index, segment) in segments.iter().enumerate().skip(1) {
            let next = self.below(&nodes, segment);
            if next.is_empty() {
                let children = nodes.iter().flat_map(|node| &self.children[node.0 as usize]);
                let names = children.map(|child| name_of(self.model.node(*child)));
                let name = suggest::closest(segment, names)?;
                let corrected = segments[..index].iter().cloned().chain([name.to_owned()]).collect();
                return Some(self.continued(corrected, &segments[index + 1..]));
            }
            nodes = next;
        }
        None
    }

    /// The corrected beginning with the rest, if that leads somewhere, else by itself.
    fn continued(&self, beginning: Vec<String>, rest: &[String]) -> String {
        let whole = [beginning.as_slice(), rest].concat();
        if self.find(&whole).is_empty() { beginning.join("::") } else { whole.join("::") }
    }

    /// A source module of the same name elsewhere.
    fn same_name(&self, segments: &[String]) -> Option<String> {
        let last = segments.last()?;
        self.model.nodes.iter().find(|node| name_of(node) == last).map(|node| node.id.clone())
    }
}

fn find_in(package: &Package, head: &str) -> Option<Found> {
    let (name, kind) = split_kind(head);
    let has = |wanted: &dyn Fn(TargetKind) -> bool| {
        package.targets.iter().any(|t| wanted(t.kind) && fits(name, &t.name))
    };
    if let Some(kind) = kind {
        return has(&|k| is_kind(k, kind)).then_some(Found::OtherTarget);
    }
    if has(&TargetKind::is_lib) {
        Some(Found::Lib)
    } else if has(&|k| k == TargetKind::Bin) {
        Some(Found::Bin)
    } else if fits(name, &package.name) {
        Some(Found::Package)
    } else {
        has(&TargetKind::is_test).then_some(Found::OtherTarget)
    }
}

/// The targets that the first segment names itself.
fn named_targets<'p>(package: &'p Package, found: Found, head: &'p str) -> impl Iterator<Item = NodeId> + 'p {
    let (name, kind) = split_kind(head);
    let wanted = move |target: &&Target| {
        let of_kind = match (found, kind) {
            (_, Some(kind)) => is_kind(target.kind, kind),
            (Found::Lib, None) => target.kind.is_lib(),
            (Found::Bin, None) => target.kind == TargetKind::Bin,
            (Found::Package, None) => false,
            (Found::OtherTarget, None) => target.kind.is_test(),
        };
        of_kind && fits(name, &target.name)
    };
    package.targets.iter().filter(wanted).map(|target| target.root)
}

/// `{lib}` includes procedural macros.
fn is_kind(kind: TargetKind, word: &str) -> bool {
    kind.as_str() == word || (word == "lib" && kind.is_lib())
}

/// `rg{bin}` to `rg` and `bin`.
fn split_kind(head: &str) -> (&str, Option<&str>) {
    match head.split_once('{') {
        Some((name, kind)) => (name, Some(kind.trim_end_matches('}'))),
        None => (head, None),
    }
}

fn underscored(name: &str) -> String {
    name.replace('-', "_")
}

/// The last segment of a source module's path.
fn name_of(node: &Node) -> &str {
    let name = node.path.rsplit("::").next().unwrap_or(&node.path);
    name.strip_prefix("r#").unwrap_or(name)
}

/// Whether a segment, possibly with `*`, matches a name.
fn fits(segment: &str, name: &str) -> bool {
    let Some((first, rest)) = segment.split_once('*') else { return segment == name };
    let Some(mut name) = name.strip_prefix(first) else { return false };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return name.ends_with(part);
        }
        match name.find(part) {
            Some(at) => name = &name[at + part.len()..],
            None => return false,
        }
    }
    true
}
