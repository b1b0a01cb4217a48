//! How values get from one place of a body to another: what is needed to tell the type of a receiver.
//!
//! A [`Node`] stands for a value. Bindings are settled while a file is walked, so that a local is just the node that it
//! was bound to; a node's operands always come before it.

use super::types::{RefIx, TypeIx};
use super::{CallIx, Name, Pos, Range, ScopeIx, index};
use bitcode::{Decode, Encode};

index!(
    /// Index into [`FileFacts::nodes`](super::FileFacts::nodes).
    NodeIx
);
index!(
    /// Index into [`FileFacts::accesses`](super::FileFacts::accesses).
    AccessIx
);

index!(
    /// Index into [`FileFacts::literals`](super::FileFacts::literals).
    LiteralIx
);

impl NodeIx {
    /// A value of which nothing is known.
    pub const UNKNOWN: NodeIx = NodeIx(u32::MAX);
}

/// A value. Lists are ranges of [`FileFacts::node_lists`](super::FileFacts::node_lists).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Node {
    /// Something of a known type: a cast, a struct literal.
    Typed(TypeIx),
    /// A parameter of a function, of a type.
    Input(TypeIx),
    /// A string.
    Literal(LiteralIx),
    /// A string made of others: `format!`, `concat!`, `a + b`.
    Concat(Range),
    /// A string that another one is added to: `sql += "…"`. It changes the first one and is no value itself.
    Grown(NodeIx, NodeIx),
    /// `Type { field: value }`, by the values that are known.
    Struct(Range),
    /// The text of a file: `include_str!`.
    Included(Name),
    /// What a macro makes of values; they stand with the call.
    Macro(CallIx),
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

/// A string in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Literal {
    /// What it says.
    pub text: Name,
    /// Where its text begins, behind the quote.
    pub pos: Pos,
    /// The text stands in the file as it is: lines of the one are lines of the other.
    pub verbatim: bool,
    /// The scope it stands in.
    pub scope: super::ScopeIx,
    /// Under `cfg(test)`.
    pub test: bool,
}

/// What a body belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Owner {
    /// A function, a constant or a static.
    Item(super::ItemIx),
    /// An associated function or constant, by its index in [`FileFacts::members`](super::FileFacts::members).
    Member(u32),
}

/// The body of a function, or the value of a constant or a static. What lies in a function nested in it belongs to it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Body {
    /// Whose it is.
    pub owner: Owner,
    /// Its values: a range of [`FileFacts::nodes`](super::FileFacts::nodes).
    pub nodes: Range,
    /// The parameters, `self` among them: a list of nodes.
    pub inputs: Range,
    /// Whether the first parameter is `self`.
    pub receiver: bool,
    /// What it returns, or what the constant is.
    pub result: NodeIx,
}

/// The body of a closure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ClosureBody {
    /// The closure as a value.
    pub closure: NodeIx,
    /// The call that it is an argument of.
    pub argument_of: Option<AccessIx>,
    /// What lies in it.
    pub stretch: Stretch,
}

/// A stretch of code: ranges of [`FileFacts::nodes`](super::FileFacts::nodes), of
/// [`FileFacts::refs`](super::FileFacts::refs) and of [`FileFacts::accesses`](super::FileFacts::accesses).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Stretch {
    /// Its values.
    pub nodes: Range,
    /// References.
    pub refs: Range,
    /// Uses of values.
    pub accesses: Range,
}

/// A loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Loop {
    /// What it goes over.
    pub kind: LoopKind,
    /// Its body, and the condition of a `while`.
    pub stretch: Stretch,
    /// Where it begins.
    pub pos: Pos,
}

/// What a loop goes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum LoopKind {
    /// `for x in value`
    For(NodeIx),
    /// `for x in [a, b]`: a list that is written out.
    Listed,
    /// `for n in a..b`, with the name of what counts.
    Count(Option<Name>),
    /// `while let x = value`
    WhileLet(NodeIx),
    /// `while a < b`, `while !list.is_empty()`
    While,
    /// `loop`, or a `while` that waits for something.
    Endless,
}

/// How a value is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
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
#[derive(Clone, Copy, Debug, Encode, Decode)]
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
    /// The value is a list that is written out, or goes over one: `[a, b].iter()`.
    pub on_list: bool,
    /// Where the name stands.
    pub pos: Pos,
    /// The macro call whose arguments hold it.
    pub call: Option<CallIx>,
}
