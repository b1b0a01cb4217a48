//! What one file says, as plain data: scopes, items, imports, references, macros.
//!
//! Facts know nothing of the crate or the module their file belongs to; the same file may be mounted in several. All
//! names are indices into [`FileFacts::names`], all paths are ranges of [`FileFacts::segments`], so that facts are
//! small, serialisable, and cheap to translate into the workspace's own names.

use bitcode::{Decode, Encode};

mod compact;
mod flow;
mod macros;
mod mapping;
mod places;
mod types;

pub use flow::*;
pub use macros::*;
pub use mapping::*;
pub use types::*;

/// A range of indices into one of the tables of [`FileFacts`]: start and end.
pub type Range = (u32, u32);

macro_rules! index {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
        pub struct $name(pub u32);

        impl $name {
            /// The index as a `usize`.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}
use index;

index!(
    /// A name of this file: index into [`FileFacts::names`].
    Name
);
index!(
    /// Index into [`FileFacts::scopes`]; 0 is the file itself.
    ScopeIx
);
index!(
    /// Index into [`FileFacts::items`].
    ItemIx
);
index!(
    /// Index into [`FileFacts::impls`].
    ImplIx
);
index!(
    /// Index into [`FileFacts::calls`].
    CallIx
);

/// Line and column, both from 1; the column counts characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct Pos {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// Where a path starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode)]
pub enum PathRoot {
    /// `a::b`
    Plain,
    /// `::a::b`
    Global,
    /// `crate::a`
    Crate,
    /// `$crate::a`, in the expansion of a macro
    MacroCrate,
    /// `self::a` (0), `super::a` (1), `super::super::a` (2)
    Super(u8),
    /// `Self::a`
    SelfType,
}

/// A path: its root and the segments after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode)]
pub struct Path {
    /// What it starts at.
    pub root: PathRoot,
    /// First segment, an index into [`FileFacts::segments`].
    pub start: u32,
    /// Number of segments.
    pub len: u16,
}

/// A set of namespaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode)]
pub struct Ns(pub u8);

impl Ns {
    /// Modules, types, traits.
    pub const TYPE: Ns = Ns(1);
    /// Functions, constants, statics, constructors.
    pub const VALUE: Ns = Ns(2);
    /// Macros of every kind.
    pub const MACRO: Ns = Ns(4);
    /// All three.
    pub const ALL: Ns = Ns(7);

    /// Both.
    pub const fn and(self, other: Ns) -> Ns {
        Ns(self.0 | other.0)
    }

    /// Whether they share a namespace.
    pub const fn meets(self, other: Ns) -> bool {
        self.0 & other.0 != 0
    }
}

/// Who may name an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Vis {
    /// `pub`
    Public,
    /// No qualifier: the module that holds it.
    Private,
    /// `pub(crate)`, `pub(super)`, `pub(self)`, `pub(in path)`
    Within(Path),
}

/// A region in which names mean the same.
#[derive(Clone, Debug, Encode, Decode)]
pub struct Scope {
    /// The enclosing scope; none for the file.
    pub parent: Option<ScopeIx>,
    /// What kind of region.
    pub kind: ScopeKind,
    /// Under `cfg(test)`.
    pub test: bool,
    /// Textual order of the region's start, see [`FileFacts::items`].
    pub order: u32,
}

/// What kind of region a scope is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum ScopeKind {
    /// The whole file.
    File,
    /// An inline `mod`.
    Module(ItemIx),
    /// A module that only a macro's expansion holds (diesel's `table!`); it folds into the enclosing source module.
    Virtual(ItemIx),
    /// A block with items or imports of its own.
    Block,
    /// The inside of an `impl`: gives `Self` a meaning.
    Impl(ImplIx),
    /// The inside of a struct, enum, union or trait: `Self` is the item.
    SelfItem(ItemIx),
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum ItemKind {
    /// `mod x { … }`, its scope.
    InlineMod(ScopeIx),
    /// `mod x;`
    FileMod,
    /// A struct with named fields, or none known.
    Struct,
    /// A tuple or unit struct: also a value.
    StructValue,
    /// An enum.
    Enum,
    /// A union.
    Union,
    /// A trait or trait alias.
    Trait,
    /// `type X = path;` and its target if that is a path.
    Alias(Option<Path>),
    /// A function.
    Fn,
    /// A constant.
    Const,
    /// A static.
    Static(Storage),
    /// `macro_rules!`
    MacroRules {
        /// `#[macro_export]`
        exported: bool,
    },
    /// `macro`, or a macro that a `#[proc_macro…]` function defines.
    Macro,
}

/// How a static is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub enum Storage {
    /// `static X: T = …`
    #[default]
    Plain,
    /// `static mut X: T = …`
    Mutable,
    /// In lazy_static's `lazy_static!`: made when it is first used.
    Lazy,
    /// In `thread_local!`: one for each thread.
    Thread,
    /// In tokio's `task_local!`: one for each task.
    Task,
}

impl ItemKind {
    /// The namespaces the item's name lives in.
    pub fn namespaces(self) -> Ns {
        match self {
            ItemKind::InlineMod(_)
            | ItemKind::FileMod
            | ItemKind::Struct
            | ItemKind::Enum
            | ItemKind::Union
            | ItemKind::Trait
            | ItemKind::Alias(_) => Ns::TYPE,
            ItemKind::StructValue => Ns::TYPE.and(Ns::VALUE),
            ItemKind::Fn | ItemKind::Const | ItemKind::Static(_) => Ns::VALUE,
            ItemKind::MacroRules { .. } | ItemKind::Macro => Ns::MACRO,
        }
    }
}

/// A named item. Items are listed in textual order; `order` makes them comparable with scopes and macro calls.
#[derive(Clone, Debug, Encode, Decode)]
pub struct Item {
    /// Its name.
    pub name: Name,
    /// What it is.
    pub kind: ItemKind,
    /// The scope that holds it.
    pub scope: ScopeIx,
    /// Who may name it.
    pub vis: Vis,
    /// Where its name stands.
    pub pos: Pos,
    /// Textual order in the file.
    pub order: u32,
    /// Under `cfg(test)` or `#[test]`.
    pub test: bool,
    /// Variants, associated items: a range of [`FileFacts::members`].
    pub members: Range,
    /// What it is in types.
    pub shape: Shape,
    /// Code that the analysis does not see adds to it: derives, attribute macros, macros.
    pub extended: bool,
    /// Found by its shape in the arguments of a macro: only there if the macro cannot be expanded.
    pub guessed_in: Option<CallIx>,
}

/// A variant of an enum or an associated item of a trait or an impl.
#[derive(Clone, Copy, Debug, Encode, Decode)]
pub struct Member {
    /// Its name.
    pub name: Name,
    /// What it is.
    pub kind: MemberKind,
    /// Where its name stands.
    pub pos: Pos,
    /// What it is in types.
    pub shape: Shape,
}

/// What a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum MemberKind {
    /// An enum's variant.
    Variant,
    /// An associated function or method.
    Fn,
    /// An associated constant.
    Const,
    /// An associated type.
    Type,
}

impl MemberKind {
    /// The namespaces the member's name lives in.
    pub fn namespaces(self) -> Ns {
        match self {
            MemberKind::Variant => Ns::TYPE.and(Ns::VALUE),
            MemberKind::Fn | MemberKind::Const => Ns::VALUE,
            MemberKind::Type => Ns::TYPE,
        }
    }
}

/// How a file module may be found, beside the usual `x.rs` and `x/mod.rs`.
#[derive(Clone, Debug, Encode, Decode)]
pub struct ModFile {
    /// The `mod x;` item.
    pub item: ItemIx,
    /// Values of `#[path]` and `cfg_attr(…, path = …)`.
    pub paths: Vec<Name>,
    /// A `#[path]` without condition: the usual places do not count.
    pub fixed: bool,
    /// `#[macro_use]`
    pub macro_use: bool,
}

/// One leaf of a `use`, or an `extern crate`.
#[derive(Clone, Debug, Encode, Decode)]
pub struct Import {
    /// The scope it stands in.
    pub scope: ScopeIx,
    /// What it names; for a glob, what stands before `::*`.
    pub path: Path,
    /// The name it introduces.
    pub binding: Binding,
    /// Who may use the name.
    pub vis: Vis,
    /// Where the last segment stands.
    pub pos: Pos,
    /// Under `cfg(test)`.
    pub test: bool,
    /// `extern crate`
    pub extern_crate: bool,
    /// `#[macro_use]` on an `extern crate`
    pub macro_use: bool,
}

/// What an import introduces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Binding {
    /// A name.
    Name(Name),
    /// `use a::{self}`: a name, of the type namespace only.
    Module(Name),
    /// `use a as _`
    Nothing,
    /// `use a::*`
    Glob,
}

/// An `impl` block.
#[derive(Clone, Debug, Encode, Decode)]
pub struct Impl {
    /// The scope it stands in.
    pub scope: ScopeIx,
    /// The type, if it is a path (references and boxes looked through).
    pub self_type: Option<Path>,
    /// The trait, if any.
    pub of_trait: Option<Path>,
    /// The type as written.
    pub self_shape: TypeIx,
    /// The trait as written.
    pub trait_shape: TypeIx,
    /// Its generic parameters: a range of [`FileFacts::params`].
    pub generics: Range,
    /// A range of [`FileFacts::members`].
    pub members: Range,
    /// Where `impl` stands.
    pub pos: Pos,
    /// Under `cfg(test)`.
    pub test: bool,
}

/// How a reference is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode)]
pub enum Written {
    /// A path in an expression, type, pattern or bound.
    Path,
    /// An identifier pattern: it binds, unless it names a constant, a unit struct or a variant.
    Pattern,
    /// A path in a macro's arguments.
    MacroArgument,
    /// A name captured by a format string.
    FormatCapture,
    /// A path in an attribute, or in a string of an attribute.
    Attribute,
    /// A trait or type in the header of an `impl`.
    ImplHeader,
}

/// One place that names an item.
#[derive(Clone, Copy, Debug, Encode, Decode)]
pub struct Ref {
    /// The scope it stands in.
    pub scope: ScopeIx,
    /// The path as written.
    pub path: Path,
    /// Where its last name may live.
    pub ns: Ns,
    /// How it is written.
    pub written: Written,
    /// It may as well name nothing: an identifier pattern, a guess inside a macro. Not counted if unresolved.
    pub maybe: bool,
    /// Under `cfg(test)`.
    pub test: bool,
    /// Where the last segment stands.
    pub pos: Pos,
    /// The macro call whose arguments hold it.
    pub call: Option<CallIx>,
    /// What it names is called.
    pub called: bool,
}

/// A comment that accepts what is found on some lines: `// modcheck: allow(…)`. What it says is not looked at here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Exception {
    /// Where the comment begins; it covers what stands between here and there.
    pub pos: Pos,
    /// Where the last thing begins or ends that it covers; its line counts as a whole.
    pub until: Pos,
    /// What stands behind `modcheck:`.
    pub text: Box<str>,
    /// It covers test code.
    pub test: bool,
}

/// All facts of one file.
#[derive(Clone, Debug, Default, Encode, Decode)]
pub struct FileFacts {
    /// The file's names.
    pub names: Vec<Box<str>>,
    /// Path segments.
    pub segments: Vec<Name>,
    /// Scopes; the first is the file.
    pub scopes: Vec<Scope>,
    /// Items in textual order.
    pub items: Vec<Item>,
    /// Variants and associated items.
    pub members: Vec<Member>,
    /// File modules.
    pub mod_files: Vec<ModFile>,
    /// Imports.
    pub imports: Vec<Import>,
    /// Impl blocks.
    pub impls: Vec<Impl>,
    /// References.
    pub refs: Vec<Ref>,
    /// Types.
    pub types: Vec<Type>,
    /// Lists of types.
    pub type_lists: Vec<TypeIx>,
    /// Generic parameters.
    pub params: Vec<Param>,
    /// Fields of structs, unions and variants.
    pub fields: Vec<Field>,
    /// Values in bodies.
    pub nodes: Vec<Node>,
    /// Lists of values.
    pub node_lists: Vec<NodeIx>,
    /// Uses of values: calls, methods, fields.
    pub accesses: Vec<Access>,
    /// Macro definitions.
    pub macros: Vec<MacroRules>,
    /// Macro calls.
    pub calls: Vec<MacroCall>,
    /// Included files.
    pub includes: Vec<Include>,
    /// Strings that values are made of.
    pub literals: Vec<Literal>,
    /// Bodies of functions, values of constants; what is nested comes first.
    pub bodies: Vec<Body>,
    /// Bodies of closures; what is nested comes first.
    pub closures: Vec<ClosureBody>,
    /// Loops; what is nested comes first.
    pub loops: Vec<Loop>,
    /// What leaves the loops around it, and so runs but once: `return value`, a block that ends with it or with `break`.
    pub exits: Vec<Stretch>,
    /// Attributes that map items to data.
    pub attributes: Vec<Attribute>,
    /// Tables declared for diesel.
    pub tables: Vec<DeclaredTable>,
    /// Other names for them.
    pub aliases: Vec<TableAlias>,
    /// References of the form `<Type as Trait>::name`, with the type; in order.
    pub qualified: Vec<(RefIx, TypeIx)>,
    /// Comments that accept what is found.
    pub exceptions: Vec<Exception>,
    /// Why the file has no facts: the parser's message and where it gave up.
    pub syntax_error: Option<(String, Pos)>,
}

impl FileFacts {
    /// The text of a name.
    pub fn name(&self, name: Name) -> &str {
        &self.names[name.index()]
    }

    /// A piece of source text; `file` is the text of the file the facts are of.
    pub fn text<'a>(&'a self, text: Text, file: &'a str) -> &'a str {
        match text {
            Text::File(start, end) => file.get(start as usize..end as usize).unwrap_or(""),
            Text::Made(name) => self.name(name),
        }
    }

    /// The segments of a path after its root.
    pub fn path(&self, path: Path) -> &[Name] {
        &self.segments[path.start as usize..path.start as usize + usize::from(path.len)]
    }

    /// The members of an item or impl.
    pub fn members(&self, range: Range) -> &[Member] {
        &self.members[range.0 as usize..range.1 as usize]
    }

    /// A type; unknown if none is written.
    pub fn ty(&self, ty: TypeIx) -> Type {
        self.types.get(ty.index()).copied().unwrap_or(Type::Unknown)
    }

    /// A type without the references around it.
    pub fn borrowed_type(&self, ty: TypeIx) -> Type {
        match self.ty(ty) {
            Type::Borrowed(inner, _) => self.borrowed_type(inner),
            other => other,
        }
    }

    /// A list of types.
    pub fn type_list(&self, range: Range) -> &[TypeIx] {
        &self.type_lists[range.0 as usize..range.1 as usize]
    }

    /// A list of values.
    pub fn node_list(&self, range: Range) -> &[NodeIx] {
        &self.node_lists[range.0 as usize..range.1 as usize]
    }
}

/// Whether a name is a primitive type: one that every crate has without a definition.
pub fn is_primitive(name: &str) -> bool {
    matches!(
        name,
        "bool"
            | "char"
            | "str"
            | "u8"
            | "u16"
            | "u32"
            | "u64"
            | "u128"
            | "usize"
            | "i8"
            | "i16"
            | "i32"
            | "i64"
            | "i128"
            | "isize"
            | "f16"
            | "f32"
            | "f64"
            | "f128"
    )
}
