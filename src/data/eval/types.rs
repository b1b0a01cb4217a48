//! What the types of values say: which of them are records or entities, and which are connections.

use super::Evaluator;
use crate::extract::facts::NodeIx;
use crate::graph::flow::{Definition, TypeName, TypeOf};

/// Types of the standard library that stand for what they hold.
const POINTERS: &[&str] =
    &["Box", "Arc", "Rc", "MutexGuard", "RwLockReadGuard", "RwLockWriteGuard", "Ref", "RefMut", "Pin", "Cow"];

/// What a type says of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Handle {
    /// It is one, or a transaction.
    Connection,
    /// It gives out connections, each a transaction of its own.
    Pool,
    /// It is something else.
    Other,
    /// The type is not known.
    Unknown,
}

impl<'a> Evaluator<'a> {
    /// The definition of the type that a value has, if that is one of the workspace.
    pub(in crate::data) fn type_here(&self, node: NodeIx) -> Option<Definition> {
        let mut ty = self.pointee(node)?;
        // What a wrapper holds.
        while let Some(TypeName::Outside("std", "Option" | "Vec")) = ty.name() {
            ty = ty.arguments().next()?;
        }
        match ty.name()? {
            TypeName::Here(definition) => Some(definition),
            _ => None,
        }
    }

    /// The type that a value has without the pointers and guards around it.
    pub(in crate::data) fn pointee(&self, node: NodeIx) -> Option<TypeOf<'a>> {
        let mut ty = self.unit.type_of(node)?;
        while let Some(TypeName::Outside("std", name)) = ty.name()
            && POINTERS.contains(&name)
        {
            ty = ty.arguments().next()?;
        }
        Some(ty)
    }

    /// What the type of a value says of a connection.
    pub(super) fn handle(&self, node: NodeIx) -> Handle {
        let Some(ty) = self.pointee(node) else { return Handle::Unknown };
        let is_connection = |name: &str| {
            ["Conn", "Transaction", "Executor", "Tx"].iter().any(|part| name.contains(part))
                || matches!(name, "Client" | "Object")
        };
        match ty.name() {
            None | Some(TypeName::Parameter) => Handle::Unknown,
            Some(TypeName::Tuple) => Handle::Other,
            Some(TypeName::Bounds) => {
                let connection = ty.arguments().any(|bound| match bound.name() {
                    Some(TypeName::Outside(_, name)) => is_connection(name),
                    Some(TypeName::Here(definition)) => {
                        is_connection(self.world.graph.short_name(definition))
                    }
                    _ => false,
                });
                if connection { Handle::Connection } else { Handle::Unknown }
            }
            Some(TypeName::Outside(_, name)) if name.contains("Pool") && !name.contains("Pooled") => {
                Handle::Pool
            }
            Some(TypeName::Outside(_, name)) if is_connection(name) => Handle::Connection,
            Some(TypeName::Here(definition)) => {
                let name = self.world.graph.short_name(definition);
                // One that a team wrote may hold a connection as well as a pool.
                if name.contains("Pool") {
                    Handle::Unknown
                } else if is_connection(name)
                    || ["Repository", "Repo", "Store", "Dao"].iter().any(|p| name.contains(p))
                {
                    Handle::Connection
                } else {
                    Handle::Other
                }
            }
            Some(TypeName::Outside(..)) => Handle::Other,
        }
    }
}
