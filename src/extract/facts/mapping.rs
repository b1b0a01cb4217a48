//! What ties code to data: attributes that map items to tables, tables that macros declare.

use super::{ItemIx, LiteralIx, Name, NodeIx, Pos, RefIx};
use bitcode::{Decode, Encode};

/// What an attribute stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum AttributeTarget {
    /// Nothing that facts list.
    Nothing,
    /// An item.
    Item(ItemIx),
    /// A variant, by its index in [`FileFacts::members`](super::FileFacts::members).
    Member(u32),
    /// A field, by its index in [`FileFacts::fields`](super::FileFacts::fields).
    Field(u32),
}

/// The value of an attribute's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum AttributeValue {
    /// The key alone.
    Nothing,
    /// A string, and the reference if it names an item.
    Text(LiteralIx, Option<RefIx>),
    /// A path: `table_name = users`, the first argument of `belongs_to(User, …)`.
    Path(RefIx),
    /// An expression.
    Value(NodeIx),
}

/// One key of an attribute that maps an item to data: `#[diesel(table_name = users)]` is `diesel`, `table_name`; a
/// derive is `derive` and its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Attribute {
    /// What it stands on.
    pub target: AttributeTarget,
    /// The attribute's name.
    pub name: Name,
    /// The key, or the attribute's name where it has none: `#[iden = "…"]`.
    pub key: Name,
    /// Its value.
    pub value: AttributeValue,
    /// Where the key stands.
    pub pos: Pos,
}

/// A table that diesel's `table!` declares.
#[derive(Clone, Debug, Encode, Decode)]
pub struct DeclaredTable {
    /// The module that the macro makes.
    pub item: ItemIx,
    /// The table's name in the database, with its schema if one is written.
    pub name: Name,
    /// `view!` instead of `table!`.
    pub view: bool,
}

/// Another name for a table: diesel's `alias!`.
#[derive(Clone, Copy, Debug, Encode, Decode)]
pub struct TableAlias {
    /// The name.
    pub item: ItemIx,
    /// The table or its module.
    pub table: RefIx,
}
