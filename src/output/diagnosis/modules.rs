//! How much of each module was seen: its code by selector, and the names that are unknown in it, by reason.

use crate::config::policy::ModuleId;
use crate::graph::{FileId, NodeId, Reason, Resolution};
use crate::output::view::{Level, groups};
use crate::rules::Context;
use std::collections::{BTreeMap, BTreeSet};

/// A module, and how much of it was seen.
#[derive(Clone, Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Module")]
pub struct ModuleSeen {
    /// Its name, if it is one that the policy declares or that stands in for one.
    pub name: Option<String>,
    /// `domain`, `library`, `app`, `unit` for what stands in for a module, `none` for code that belongs to no module, and
    /// `tests` for test code that is not checked.
    #[schemars(extend("enum" = KINDS))]
    pub kind: &'static str,
    /// How many source modules it has.
    pub source_modules: usize,
    /// In how many files.
    pub files: usize,
    /// How many of its references resolved.
    pub resolution: Resolution,
    /// Its paths in the policy's order, each with what it brings.
    pub selectors: Vec<SelectorSeen>,
    /// What did not resolve, the most frequent reason first.
    pub unresolved: Vec<Unresolved>,
}

/// The words for what a part of a workspace is.
const KINDS: [&str; 6] = ["domain", "library", "app", "unit", "none", "tests"];

/// A path of a module, and what it brings.
#[derive(Clone, Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Selector")]
pub struct SelectorSeen {
    /// As written.
    pub path: String,
    /// How many source modules belong to the module because of it.
    pub source_modules: usize,
    /// In how many files.
    pub files: usize,
}

/// The references of a module that did not resolve for one reason.
#[derive(Clone, Debug, serde::Serialize, schemars::JsonSchema)]
pub struct Unresolved {
    /// The reason.
    pub reason: Reason,
    /// Where, sorted.
    pub names: Vec<Name>,
}

/// A name that is unknown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "UnknownName")]
pub struct Name {
    /// Path relative to the workspace root.
    pub file: String,
    /// Line, from 1.
    #[schemars(range(min = 1))]
    pub line: u32,
    /// Column, from 1.
    #[schemars(range(min = 1))]
    pub column: u32,
    /// The first segment that nothing has.
    pub name: String,
}

/// Where the code of a source module is counted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Module(ModuleId),
    /// What stands in for a module, by its index.
    Unit(usize),
    Free,
    Tests,
}

/// What was gathered of a part, or of one of its selectors.
#[derive(Default)]
struct Seen {
    nodes: usize,
    files: BTreeSet<FileId>,
}

impl Seen {
    fn add(&mut self, file: FileId) {
        self.nodes += 1;
        self.files.insert(file);
    }
}

/// Every module, and the code beside them.
pub(super) fn all(context: &Context, declared: bool) -> Vec<ModuleSeen> {
    let (parts, units) = parts(context, declared);
    let mut found: BTreeMap<Part, ModuleSeen> = context
        .policy
        .iter()
        .map(|(id, _)| (Part::Module(id), blank(context, &units, Part::Module(id))))
        .collect();
    let mut seen: BTreeMap<Part, Seen> = BTreeMap::new();
    let mut by_selector: BTreeMap<(ModuleId, usize), Seen> = BTreeMap::new();
    let model = context.model();
    for (index, &part) in parts.iter().enumerate() {
        let module = found.entry(part).or_insert_with(|| blank(context, &units, part));
        module.resolution.add(&model.resolution_by_node[index]);
        seen.entry(part).or_default().add(model.nodes[index].file);
        let selector = context.assignment.selector_of.get(index).copied().flatten();
        if let (Part::Module(id), Some(selector)) = (part, selector) {
            by_selector.entry((id, selector)).or_default().add(model.nodes[index].file);
        }
    }
    for unresolved in &model.unresolved {
        let part = parts[unresolved.from.0 as usize];
        let Some(module) = found.get_mut(&part) else { continue };
        let name = Name {
            file: model.file(unresolved.file).path.clone(),
            line: unresolved.line,
            column: unresolved.column,
            name: unresolved.name.to_string(),
        };
        match module.unresolved.iter_mut().find(|other| other.reason == unresolved.reason) {
            Some(same) => same.names.push(name),
            None => module.unresolved.push(Unresolved { reason: unresolved.reason, names: vec![name] }),
        }
    }
    for (part, module) in &mut found {
        if let Some(seen) = seen.get(part) {
            (module.source_modules, module.files) = (seen.nodes, seen.files.len());
        }
        if let Part::Module(id) = part {
            for (index, selector) in module.selectors.iter_mut().enumerate() {
                let Some(seen) = by_selector.get(&(*id, index)) else { continue };
                (selector.source_modules, selector.files) = (seen.nodes, seen.files.len());
            }
        }
        module.unresolved.iter_mut().for_each(|unresolved| unresolved.names.sort());
        module
            .unresolved
            .sort_by_key(|unresolved| (std::cmp::Reverse(unresolved.names.len()), unresolved.reason));
    }
    found.into_values().collect()
}

/// Where each source module is counted, and the names of what stands in for modules.
fn parts(context: &Context, declared: bool) -> (Vec<Part>, Vec<String>) {
    let nodes = || (0..context.model().nodes.len() as u32).map(NodeId);
    let tests = |node: NodeId| (!context.counts_node(node)).then_some(Part::Tests);
    if declared {
        let part = |node| tests(node).or(context.module_of(node).map(Part::Module)).unwrap_or(Part::Free);
        return (nodes().map(part).collect(), Vec::new());
    }
    let (grouping, _) = groups(context.model(), Level::Module, None);
    // Numbered by name, so that they are listed by it.
    let names: BTreeSet<&String> = grouping.names.iter().collect();
    let number = |node| {
        let name = &grouping.names[grouping.of(node)?.index()];
        names.iter().position(|other| *other == name).map(Part::Unit)
    };
    let parts = nodes().map(|node| tests(node).or_else(|| number(node)).unwrap_or(Part::Free)).collect();
    (parts, names.into_iter().cloned().collect())
}

fn blank(context: &Context, units: &[String], part: Part) -> ModuleSeen {
    let (name, kind) = match part {
        Part::Module(id) => (Some(context.name(id).to_owned()), context.module(id).kind.as_str()),
        Part::Unit(index) => (Some(units[index].clone()), "unit"),
        Part::Free => (None, "none"),
        Part::Tests => (None, "tests"),
    };
    let paths = match part {
        Part::Module(id) => context.module(id).paths.as_slice(),
        _ => &[],
    };
    let selectors = paths
        .iter()
        .map(|selector| SelectorSeen { path: selector.text.clone(), source_modules: 0, files: 0 })
        .collect();
    ModuleSeen {
        name,
        kind,
        source_modules: 0,
        files: 0,
        resolution: Resolution::default(),
        selectors,
        unresolved: Vec::new(),
    }
}
