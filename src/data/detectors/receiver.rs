//! Whose methods a value has, for libraries whose methods have names that others share.

use crate::data::eval::Evaluator;
use crate::extract::facts::NodeIx;
use crate::graph::flow::TypeName;

/// Crates whose types hand out what others define.
const POOLS: &[&str] = &["bb8", "deadpool", "mobc", "r2d2"];

/// What is known of the value that a method is called on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Receiver {
    /// It is of a library.
    Own,
    /// It is something else.
    Other,
    /// Nothing.
    Unknown,
}

/// Whether a value is of one of some crates.
pub(super) fn receiver(evaluator: &Evaluator<'_>, node: NodeIx, crates: &[&str]) -> Receiver {
    let Some(ty) = evaluator.pointee(node) else { return Receiver::Unknown };
    match ty.name() {
        Some(TypeName::Outside(krate, _)) if crates.contains(&krate) => Receiver::Own,
        Some(TypeName::Outside(krate, _)) if POOLS.contains(&krate) => Receiver::Unknown,
        Some(TypeName::Outside(..) | TypeName::Tuple) => Receiver::Other,
        Some(TypeName::Bounds) => {
            let is_own = |name| matches!(name, Some(TypeName::Outside(krate, _)) if crates.contains(&krate));
            if ty.arguments().any(|bound| is_own(bound.name())) { Receiver::Own } else { Receiver::Unknown }
        }
        // A method that a type of the workspace does not have by itself comes from a trait, or from what it stands for.
        Some(TypeName::Here(_) | TypeName::Parameter) | None => Receiver::Unknown,
    }
}
