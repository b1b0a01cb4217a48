//! Types as they are written: in signatures, fields, bounds, annotations.
//!
//! Parentheses are looked through, lifetimes left out. What a path means is found with the references, so that a type
//! only says which reference it is.

use super::{Name, Range, ScopeIx, index};
use bitcode::{Decode, Encode};

index!(
    /// Index into [`FileFacts::refs`](super::FileFacts::refs).
    RefIx
);
index!(
    /// Index into [`FileFacts::types`](super::FileFacts::types).
    TypeIx
);
index!(
    /// Index into [`FileFacts::params`](super::FileFacts::params).
    ParamIx
);

impl TypeIx {
    /// No type is written, or none that says anything.
    pub const UNKNOWN: TypeIx = TypeIx(u32::MAX);
}

/// A type as written. Lists are ranges of [`FileFacts::type_lists`](super::FileFacts::type_lists).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Type {
    /// `_`, `!`, a macro.
    Unknown,
    /// A path, with the generic arguments of its last segment.
    Path(RefIx, Range),
    /// `u8`, `str`.
    Primitive(Name),
    /// A generic parameter.
    Param(ParamIx),
    /// `Self`, where it stands.
    SelfType(ScopeIx),
    /// `(A, B)`
    Tuple(Range),
    /// `[T]`, `[T; N]`
    Slice(TypeIx),
    /// `impl A + B`, or what an associated type or a supertrait asks for.
    Bounds(Range),
    /// `dyn A + B`
    Dyn(Range),
    /// `&T`, or `&mut T`.
    Borrowed(TypeIx, bool),
    /// `T::Item`, `Self::Item`, `<T as Trait>::Item`
    Assoc(TypeIx, Name),
    /// `Item = T` among generic arguments.
    Binding(Name, TypeIx),
    /// `fn(A, B) -> C`, `Fn(A, B) -> C`: the result comes last.
    Fn(Range),
    /// What an `async fn` returns.
    Future(TypeIx),
}

/// A generic type parameter.
#[derive(Clone, Copy, Debug, Encode, Decode)]
pub struct Param {
    /// Its name.
    pub name: Name,
    /// The traits it has to implement, from its declaration and from `where`: a list of types.
    pub bounds: Range,
    /// What it is where nothing is said.
    pub default: TypeIx,
}

/// How a method takes what it is called on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Receiver {
    /// It is no method.
    None,
    /// `self`, `self: Arc<Self>`
    Value,
    /// `&self`
    Shared,
    /// `&mut self`
    Mutable,
}

/// What an item or a member is in types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Shape {
    /// Its generic parameters: a range of [`FileFacts::params`](super::FileFacts::params).
    pub generics: Range,
    /// How a method takes what it is called on.
    pub receiver: Receiver,
    /// A function's parameters without the receiver: a list of types.
    pub inputs: Range,
    /// What a function returns, what a constant, a static or a field holds, what an alias or an associated type stands
    /// for, what a trait has for supertraits.
    pub output: TypeIx,
    /// The fields of a struct, a union or a variant: a range of [`FileFacts::fields`](super::FileFacts::fields).
    pub fields: Range,
}

impl Default for Shape {
    fn default() -> Shape {
        Shape {
            generics: (0, 0),
            receiver: Receiver::None,
            inputs: (0, 0),
            output: TypeIx::UNKNOWN,
            fields: (0, 0),
        }
    }
}

/// A field of a struct, a union or a variant.
#[derive(Clone, Copy, Debug, Encode, Decode)]
pub struct Field {
    /// Its name; a number in a tuple struct.
    pub name: Name,
    /// Its type.
    pub ty: TypeIx,
    /// Where its name, or its type, stands.
    pub pos: super::Pos,
}
