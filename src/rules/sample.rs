//! A policy and a graph made from a few words, for tests of what a rule decides.

use super::{Context, Finding, run};
use crate::config::policy::{DependsOn, Kind, Module, ModuleId, Place, Policy, Selector};
use crate::config::{self, Assignment};
use crate::data::{self, DataModel};
use crate::graph::{Graph, Model, NodeId, sample};

/// A workspace and its policy.
pub struct Sample {
    pub policy: Policy,
    pub graph: Graph,
    pub assignment: Assignment,
    pub data: DataModel,
}

impl Sample {
    /// Modules are `name = path, path`, with `app` or `library` in front where they are that, and `-> name, name` behind
    /// for `depends-on`; the rest is as in [`sample::model`].
    pub fn new(modules: &[&str], nodes: &[&str], references: &[&str]) -> Sample {
        let mut policy = Policy { file: "boundaries.toml".into(), ..Policy::default() };
        policy.modules = modules.iter().map(|text| module(text, modules)).collect();
        let model = sample::model(nodes, references);
        let assignment = assign(&policy, &model);
        Sample { policy, graph: Graph::from_model(model), assignment, data: DataModel::default() }
    }

    /// A policy written out, without its `version`; source modules as in [`sample::model`], and data as in
    /// [`data::sample::model`].
    pub fn with_data(policy: &str, nodes: &[&str], data: &[&str]) -> Sample {
        // The first line is empty, and becomes the version.
        let text = format!("version = 1\n{}", policy.trim_start());
        let policy = config::load(&text, "boundaries.toml", &super::names());
        let policy = policy.unwrap_or_else(|errors| panic!("{errors}: {:?}", errors.errors()));
        let model = sample::model(nodes, &[]);
        let data = data::sample::model(&model, data);
        let assignment = assign(&policy, &model);
        Sample { policy, graph: Graph::from_model(model), assignment, data }
    }

    /// Gives the one file of the graph a text.
    pub fn text(&mut self, text: &str) {
        let mut model = self.graph.model().clone();
        model.files[0].text = text.into();
        self.graph = Graph::from_model(model);
    }

    /// What all rules find.
    pub fn findings(&self) -> Vec<Finding> {
        let ownership = config::own(&self.policy, &self.data);
        run(&Context::new(&self.graph, &self.policy, &self.assignment, (&self.data, &ownership)))
    }

    /// Identity and message of what one rule finds.
    pub fn of(&self, rule: &str) -> Vec<String> {
        let found = self.findings().into_iter().filter(|f| f.rule == rule);
        found.map(|f| format!("{}: {}", f.identity.trim_start_matches(rule).trim(), f.message)).collect()
    }
}

fn parts(text: &str) -> (Kind, &str, Vec<&str>, Vec<&str>) {
    let (left, uses) = text.split_once(" -> ").unwrap_or((text, ""));
    let (name, paths) = left.split_once(" = ").expect("`name = paths`");
    let (kind, name) = match name.split_once(' ') {
        Some(("app", name)) => (Kind::App, name),
        Some((_, name)) => (Kind::Library, name),
        None => (Kind::Domain, name),
    };
    (kind, name, paths.split(", ").collect(), uses.split(", ").filter(|u| !u.is_empty()).collect())
}

fn module(text: &str, all: &[&str]) -> Module {
    let (kind, name, paths, uses) = parts(text);
    let id = |name: &str| ModuleId(all.iter().position(|m| parts(m).1 == name).expect("a module") as u32);
    let selector = |path: &&str| Selector {
        text: path.to_string(),
        segments: path.split("::").map(str::to_string).collect(),
        place: Place::default(),
    };
    let entry = |name: &&str| DependsOn {
        module: id(name),
        deprecated: false,
        until: None,
        reason: None,
        place: Place::default(),
    };
    Module {
        name: name.into(),
        place: Place::default(),
        paths: paths.iter().map(selector).collect(),
        kind,
        public: None,
        public_place: None,
        visible_to: None,
        visible_to_place: None,
        depends_on: uses.iter().map(entry).collect(),
        depends_on_place: None,
        layer: None,
        layer_place: None,
        owner: None,
        because: None,
        stateless: false,
        extract: false,
        allow_crates: Vec::new(),
        facts: Default::default(),
        owns: Default::default(),
        rules: Default::default(),
    }
}

/// A source module that is named goes to its module, all others go where their parent does.
fn assign(policy: &Policy, model: &Model) -> Assignment {
    let mut assignment =
        Assignment { roots: vec![Vec::new(); policy.modules.len()], ..Assignment::default() };
    for (index, node) in model.nodes.iter().enumerate() {
        let named = policy.iter().find(|(_, m)| m.paths.iter().any(|p| p.text == node.id)).map(|(id, _)| id);
        if let Some(module) = named {
            assignment.roots[module.index()].push(NodeId(index as u32));
        }
        let inherited = node.parent.and_then(|p| assignment.module_of[p.0 as usize]);
        assignment.module_of.push(named.or(inherited));
    }
    assignment
}
