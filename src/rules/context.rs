//! What every check reads: the resolved graph, the policy, and what both say together.

use super::answers::Answers;
use super::contract::Contract;
use super::crossing::{self, Crossing};
use super::known_types::Known;
use super::statics::States;
use crate::config::policy::{Module, ModuleId, Policy, Tests};
use crate::config::{Assignment, Ownership};
use crate::data::DataModel;
use crate::graph::{Cycle, File, FileId, Graph, GroupId, Grouping, Model, ModuleGraph, NodeId, Reference};
use crate::source::DependencyKind;
use std::collections::HashMap;
use std::sync::OnceLock;

/// What every check reads.
pub struct Context<'a> {
    /// Source modules and references.
    pub graph: &'a Graph,
    /// The checked `boundaries.toml`.
    pub policy: &'a Policy,
    /// Which source module belongs to which declared module.
    pub assignment: &'a Assignment,
    /// Tables and who touches them; empty where the policy says nothing about data.
    pub data: &'a DataModel,
    /// Which table belongs to which declared module.
    pub ownership: &'a Ownership,
    /// Who uses whom among the declared modules; a [`ModuleId`] and its [`GroupId`] have the same index.
    pub module_graph: ModuleGraph,
    /// Every reference from one declared module into another that counts, one entry per identity.
    pub crossings: Vec<Crossing>,
    /// Which types say how their values are sent.
    pub wire_forms: Answers<bool>,
    /// Which types hold something that exists only in its process.
    pub handle_holders: Answers<bool>,
    /// Which types are connections: of those that code holds, and of those that it passes on.
    pub connections: [Answers<Option<Known>>; 2],
    contract: OnceLock<Contract>,
    states: OnceLock<States>,
    cycles: OnceLock<Vec<Cycle>>,
    files: HashMap<&'a str, &'a File>,
    /// By file: where its lines begin.
    lines: Vec<OnceLock<Vec<usize>>>,
}

impl<'a> Context<'a> {
    /// Sums up the references of a workspace by declared module.
    pub fn new(
        graph: &'a Graph,
        policy: &'a Policy,
        assignment: &'a Assignment,
        (data, ownership): (&'a DataModel, &'a Ownership),
    ) -> Context<'a> {
        let grouping = Grouping {
            names: policy.modules.iter().map(|m| m.name.clone()).collect(),
            group_of: assignment.module_of.iter().map(|m| m.map(|m| GroupId(m.0))).collect(),
        };
        let module_graph = ModuleGraph::new(graph.model(), grouping);
        let files = graph.model().files.iter().map(|file| (file.path.as_str(), file)).collect();
        let mut context = Context {
            graph,
            policy,
            assignment,
            data,
            ownership,
            module_graph,
            crossings: Vec::new(),
            wire_forms: Answers::default(),
            handle_holders: Answers::default(),
            connections: Default::default(),
            contract: OnceLock::new(),
            states: OnceLock::new(),
            cycles: OnceLock::new(),
            files,
            lines: graph.model().files.iter().map(|_| OnceLock::new()).collect(),
        };
        context.crossings = crossing::collect(&context);
        context
    }

    /// The data behind the graph.
    pub fn model(&self) -> &'a Model {
        self.graph.model()
    }

    /// The functions that modules call of each other; gathered when first asked for.
    pub fn contract(&self) -> &Contract {
        self.contract.get_or_init(|| Contract::new(self))
    }

    /// The statics that matter to a boundary; gathered when first asked for.
    pub fn states(&self) -> &States {
        self.states.get_or_init(|| States::new(self))
    }

    /// The cycles among the declared modules; looked for when first asked for.
    pub fn cycles(&self) -> &[Cycle] {
        self.cycles.get_or_init(|| self.module_graph.cycles())
    }

    /// An analysed file.
    pub fn file(&self, path: &str) -> Option<&'a File> {
        self.files.get(path).copied()
    }

    /// The text of a file from a line on, counted from 1.
    pub fn text_from(&self, file: FileId, line: u32) -> &'a str {
        let text: &str = &self.model().file(file).text;
        let starts = self.lines[file.0 as usize].get_or_init(|| {
            let ends = text.bytes().zip(1..).filter(|(byte, _)| *byte == b'\n').map(|(_, next)| next);
            [0].into_iter().chain(ends).collect()
        });
        starts.get(line.saturating_sub(1) as usize).map_or("", |&start| &text[start..])
    }

    /// A line of a file, counted from 1.
    pub fn line(&self, file: FileId, line: u32) -> &'a str {
        self.text_from(file, line).lines().next().unwrap_or_default()
    }

    /// The declared module of a source module.
    pub fn module_of(&self, node: NodeId) -> Option<ModuleId> {
        self.assignment.module_of.get(node.0 as usize).copied().flatten()
    }

    /// The source modules that a declared module's selectors name.
    pub fn roots(&self, module: ModuleId) -> &'a [NodeId] {
        self.assignment.roots.get(module.index()).map_or(&[], Vec::as_slice)
    }

    /// A declared module.
    pub fn module(&self, module: ModuleId) -> &'a Module {
        self.policy.module(module)
    }

    /// A declared module's name.
    pub fn name(&self, module: ModuleId) -> &'a str {
        &self.policy.module(module).name
    }

    /// Whether the policy has test code checked.
    pub fn checks_tests(&self) -> bool {
        self.policy.analysis.tests == Tests::Check
    }

    /// Whether the code of a source module counts.
    pub fn counts_node(&self, node: NodeId) -> bool {
        self.checks_tests() || !self.model().node(node).test
    }

    /// Whether a reference stands in test code.
    pub fn is_test(&self, reference: &Reference) -> bool {
        reference.test || self.model().node(reference.from).test
    }

    /// Whether a reference counts.
    pub fn counts(&self, reference: &Reference) -> bool {
        self.checks_tests() || !self.is_test(reference)
    }

    /// Whether a dependency of a manifest counts.
    pub fn counts_dependency(&self, kind: DependencyKind) -> bool {
        self.checks_tests() || kind != DependencyKind::Dev
    }
}
