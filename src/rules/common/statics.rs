//! The statics of the workspace that matter to a boundary, each with what it is: a handle, a container that changes, or
//! settings that are read when they are first needed. Constants, tables, regexes and metrics are none of these.

use super::Context;
use super::known_types::{Known, known};
use super::type_class::{self, Class, says_config, says_metrics};
use crate::graph::flow::Definition;
use crate::graph::surface::{Head, Static, TypeTree};
use crate::graph::{Graph, NodeId};
use crate::source::TargetKind;
use std::collections::{BTreeMap, BTreeSet};

/// A static that is more than a constant.
#[derive(Clone, Debug)]
pub struct State {
    /// The static.
    pub of: Static,
    /// What it is.
    pub class: Class,
}

impl State {
    /// It changes, and there is one of it in each process: each thread has its own in one process, too.
    pub fn is_global(&self) -> bool {
        self.class == Class::Container && !(self.of.is_per_thread() || self.of.is_per_task())
    }
}

/// All of them, in the order of the files.
#[derive(Debug, Default)]
pub struct States {
    list: Vec<State>,
    index: BTreeMap<Definition, usize>,
}

impl States {
    /// Looks at every static that counts.
    pub fn new(ctx: &Context) -> States {
        let graph = ctx.graph;
        let mut statics = graph.statics();
        statics.retain(|of| counts(ctx, of.node, of.test) && !is_hidden(graph, of));
        let once = statics.iter().filter(|of| may_be_filled(of)).map(|of| of.definition).collect();
        let filled = graph.filled(&once);
        let mut states = States::default();
        for of in statics {
            let Some(class) = class(graph, &of, &filled) else { continue };
            states.index.insert(of.definition, states.list.len());
            states.list.push(State { of, class });
        }
        states
    }

    /// What a definition is, if it is one of them.
    pub fn get(&self, definition: Definition) -> Option<&State> {
        self.list.get(*self.index.get(&definition)?)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &State> {
        self.list.iter()
    }
}

/// Whether code is part of the running program, and not left out as test code.
pub fn counts(ctx: &Context, node: NodeId, test: bool) -> bool {
    let at_build = matches!(ctx.model().node(node).target_kind, TargetKind::Build | TargetKind::ProcMacro);
    !at_build && ctx.counts_node(node) && (ctx.checks_tests() || !test)
}

/// What a macro keeps for itself in the middle of a function: how often it warned, which counter it took last time.
fn is_hidden(graph: &Graph, of: &Static) -> bool {
    of.in_function && graph.unit_of(of.definition).is_some_and(|unit| graph.unit(unit).is_expansion())
}

fn class(graph: &Graph, of: &Static, filled: &BTreeSet<Definition>) -> Option<Class> {
    if says_metrics(&of.name) || type_class::is_metric(graph, &of.ty) {
        return None;
    }
    let found = type_class::class(graph, &of.ty);
    if let Some(handle) = found.filter(|class| class.is_handle()) {
        return Some(handle);
    }
    if of.is_per_task() {
        return Some(Class::Container);
    }
    let changes = of.is_mutable();
    // Settings that can be read again stay settings.
    if !changes && (found.is_some() || is_lazy(of)) && type_class::is_config(graph, &of.ty) {
        return Some(Class::Config);
    }
    if changes || found.is_some() {
        return Some(Class::Container);
    }
    (is_lazy(of) && holds_config(graph, of, filled)).then_some(Class::Config)
}

/// Made when it is first needed.
fn is_lazy(of: &Static) -> bool {
    of.is_lazy() || is_once(&of.ty)
}

fn is_once(tree: &TypeTree) -> bool {
    match &tree.head {
        Head::Outside(path) => known(path) == Some(Known::Once) && !tree.parts.is_empty(),
        _ => false,
    }
}

/// Whether the content of something that does not change comes from outside the program.
fn holds_config(graph: &Graph, of: &Static, filled: &BTreeSet<Definition>) -> bool {
    filled.contains(&of.definition) || named_config(of) || graph.reads_settings(of.definition)
}

/// A cell for a value; a function in one is a hook.
fn may_be_filled(of: &Static) -> bool {
    is_once(&of.ty) && !matches!(type_class::core(&of.ty).head, Head::Fn | Head::Dyn)
}

/// By the name of the static, where nothing says that it is the settings of a library, which are written in code.
fn named_config(of: &Static) -> bool {
    let is_plain = match &type_class::core(&of.ty).head {
        Head::Outside(path) => path.first().is_some_and(|krate| krate == "std"),
        Head::Unknown => false,
        _ => true,
    };
    is_plain && says_config(&of.name) && !of.name.starts_with("DEFAULT")
}
