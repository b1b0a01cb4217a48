//! `boundaries.toml`: read raw with spans, then checked into a [`policy::Policy`] in which nothing can be wrong any more.

pub mod policy;

use crate::graph::{Model, NodeId};
use policy::{ModuleId, Place, Policy};

/// Which source module belongs to which declared module.
#[derive(Clone, Debug, Default)]
pub struct Assignment {
    /// Parallel to [`Model::nodes`].
    pub module_of: Vec<Option<ModuleId>>,
    /// Per declared module: the source modules that its selectors name (the roots of what it covers).
    pub roots: Vec<Vec<NodeId>>,
    /// Selectors that match nothing.
    pub unmatched: Vec<Unmatched>,
}

/// A selector that matches nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmatched {
    /// The module whose `paths` holds it.
    pub module: ModuleId,
    /// As written.
    pub selector: String,
    /// Where it stands.
    pub place: Place,
    /// A path that exists and is spelt much like it.
    pub suggestion: Option<String>,
}

/// Binds the policy's selectors to the source modules of a workspace. (stub)
pub fn assign(_policy: &Policy, model: &Model) -> Assignment {
    Assignment { module_of: vec![None; model.nodes.len()], ..Assignment::default() }
}
