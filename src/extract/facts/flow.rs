//! How values get from one place of a body to another: what is needed to tell the type of a receiver.
//!
//! A [`Node`] stands for a value. Bindings are settled while a file is walked, so that a local is just the node that it
//! was bound to; a node's operands always come before it.

use super::types::{RefIx, TypeIx};
use super::{CallIx, Name, Pos, Range, ScopeIx, index};
use serde::{Deserialize, Serialize};

index!(
    /// Index into [`FileFacts::nodes`](super::FileFacts::nodes).
    NodeIx
);
index!(
    /// Index into [`FileFacts::accesses`](super::FileFacts::accesses).
    AccessIx
);

impl NodeIx {
    /// A value of which nothing is known.
    pub const UNKNOWN: NodeIx = NodeIx(u32::MAX);
}

/// A value. Lists are ranges of [`FileFacts::node_lists`](super::FileFacts::node_lists).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Node {
    /// Something of a known type: a parameter, a cast, a struct literal.
    Typed(TypeIx),
    /// A value that is also annotated with a type, which may leave parts open.
    Annotated(TypeIx, NodeIx),
    /// What a path names, with the generic arguments of its last segment: a list of types.
    Path(RefIx, Range),
    /// The result of a call, a method call, an `.await`, or what a field holds.
    Access(AccessIx),
    /// `value?`
    Try(NodeIx),
    /// What `async { value }` is.
    Future(NodeIx),
    /// What a future gives, where a macro waits for it.
    Output(NodeIx),
    /// What a collection or an iterator gives: `for x in value`, `[x, ..] = value`.
    Element(NodeIx),
    /// `value[0]`
    Index(NodeIx),
    /// `value[1..]`, `[_, value @ ..]`
    Slice(NodeIx),
    /// `*value`
    Deref(NodeIx),
    /// `(a, b)`
    Tuple(Range),
    /// One of several values: the arms of a `match`.
    Either(Range),
    /// `[a, b]`, `vec![a, b]`
    Array(NodeIx),
    /// A part of a tuple that is taken apart.
    Part(NodeIx, u32),
    /// A field of a struct or variant that is taken apart: the value, the path of the pattern, the field.
    Destructured(NodeIx, RefIx, Name),
    /// A closure, by its result.
    Closure(NodeIx),
    /// The parameter of a closure that is an argument: the access, which argument, which parameter.
    ClosureInput(AccessIx, u16, u16),
}

/// How a value is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccessKind {
    /// `on(…)`: names nothing by itself.
    Call,
    /// `on.name(…)`
    Method,
    /// `on.name`
    Field,
    /// `on.await`
    Await,
    /// `T::name`, where `T` is a generic parameter.
    Assoc,
}

/// A use of a value whose meaning depends on the value's type.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Access {
    /// How.
    pub kind: AccessKind,
    /// The value.
    pub on: NodeIx,
    /// The method or the field.
    pub name: Name,
    /// The arguments: a list of nodes.
    pub arguments: Range,
    /// `::<A, B>`: a list of types.
    pub types: Range,
    /// The scope it stands in.
    pub scope: ScopeIx,
    /// Under `cfg(test)`.
    pub test: bool,
    /// Where the name stands.
    pub pos: Pos,
    /// The macro call whose arguments hold it.
    pub call: Option<CallIx>,
}
