//! Facts in, resolved references out: names are resolved across the whole workspace.

pub mod cycles;
pub mod model;
pub mod modules;
#[cfg(test)]
pub(crate) mod sample;

pub use cycles::{Cut, Cycle};
pub use model::*;
pub use modules::{GroupEdge, GroupId, Grouping, ModuleGraph};

/// The resolved workspace.
#[derive(Default)]
pub struct Graph {
    model: Model,
}

impl Graph {
    /// A graph made by hand, for tests of the stages behind this one.
    pub fn from_model(model: Model) -> Graph {
        Graph { model }
    }

    /// The data the later stages read.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Retraces how a reference was resolved.
    pub fn trail(&self, _reference: RefId) -> Trail {
        Trail::default()
    }

    /// The name by which a reference enters the modules that `inside` accepts; see [`Entry`].
    pub fn entry(&self, _reference: RefId, _inside: &dyn Fn(NodeId) -> bool) -> Entry {
        Entry::default()
    }
}
