//! Macros: where they are called and defined, and what `include!` brings in.

use super::{ItemIx, Name, Path, Pos, Range, ScopeIx};
use bitcode::{Decode, Encode};

/// Where a macro is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum CallPosition {
    /// Among items.
    Item,
    /// As a statement, expression, pattern or type.
    Body,
}

/// What was made of a macro's arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Arguments {
    /// They are items, and are listed as such.
    Items,
    /// They were read as expressions, or scanned for paths.
    Body,
    /// The macro is known (`include!`, `table!`): what it makes is listed.
    Known,
}

/// A piece of source text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Text {
    /// A byte range of the file.
    File(u32, u32),
    /// Made by a macro.
    Made(Name),
}

/// A call of a macro.
#[derive(Clone, Debug, Encode, Decode)]
pub struct MacroCall {
    /// The scope it stands in.
    pub scope: ScopeIx,
    /// The macro's path.
    pub path: Path,
    /// Among items or in a body.
    pub position: CallPosition,
    /// What was made of its arguments.
    pub arguments: Arguments,
    /// The arguments' text, without delimiters.
    pub text: Text,
    /// Where its name stands.
    pub pos: Pos,
    /// Where its arguments begin.
    pub text_pos: Pos,
    /// Textual order in the file.
    pub order: u32,
    /// Under `cfg(test)`.
    pub test: bool,
    /// The arguments, as far as they are expressions: a list of nodes.
    pub values: Range,
}

/// A `macro_rules!` definition.
#[derive(Clone, Debug, Encode, Decode)]
pub struct MacroRules {
    /// Its item.
    pub item: ItemIx,
    /// Its rules' text, without delimiters.
    pub text: Text,
}

/// An `include!` in item position.
#[derive(Clone, Debug, Encode, Decode)]
pub struct Include {
    /// The scope it stands in.
    pub scope: ScopeIx,
    /// What it includes.
    pub target: IncludeTarget,
    /// Where it stands.
    pub pos: Pos,
}

/// What an `include!` includes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum IncludeTarget {
    /// A path relative to the file.
    File(Name),
    /// A path relative to the package's folder.
    Package(Name),
    /// Something a build makes (`OUT_DIR`), or that cannot be told.
    Generated,
}
