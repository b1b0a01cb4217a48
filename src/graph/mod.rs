//! Facts in, resolved references out: names are resolved across the whole workspace.

pub mod model;
mod defs;
mod interner;
mod mount;
mod crates;
mod lookup;
mod prelude;
mod imports;
mod pending;
mod expansions;
mod portions;
mod references;
mod infer;
mod problems;
mod reasons;
mod build;
pub mod trail;
pub mod flow;
pub mod surface;
pub mod calls;
pub mod interface;
mod index;
pub mod results;
mod settings;
pub mod modules;
pub mod cycles;
#[cfg(test)]
pub(crate) mod sample;

pub use build::build;
pub use cycles::{Cut, Cycle};
pub use infer::RepeatKind;
pub use model::*;
pub use modules::{GroupEdge, GroupId, Grouping, ModuleGraph};

/// The resolved workspace.
#[derive(Default)]
pub struct Graph {
    model: Model,
    defs: defs::Defs,
    /// Parallel to [`Model::references`]: where each stands in the facts.
    origins: Vec<references::Resolved>,
    /// Node of every module.
    node_of: Vec<NodeId>,
    /// Parallel to the mounts: what their names lead to.
    meanings: Vec<infer::Meanings>,
    /// Parallel to the mounts, if it was asked for: what is known of values.
    flows: Vec<infer::Flow>,
    /// Parallel to the mounts: code that runs many times.
    repeats: Vec<Vec<infer::Repeat>>,
    /// Modules that diesel's `table!` makes: where they are declared, and which of the tables there each is.
    declared_tables: rustc_hash::FxHashMap<defs::ModIx, (defs::MountId, u32)>,
    /// What is looked up again and again.
    index: index::Index,
}

impl Graph {
    /// A graph made by hand, for tests of the stages behind this one. It has no trails.
    pub fn from_model(model: Model) -> Graph {
        Graph { model, ..Graph::default() }
    }

    /// The data the later stages read.
    pub fn model(&self) -> &Model {
        &self.model
    }
}
