//! What the graph stage hands on: source modules, resolved references, and what could not be resolved.
//!
//! Plain data behind index newtypes, sorted, so that everything after it is deterministic. How a name was reached is
//! not kept per reference; [`Graph::trail`](super::Graph::trail) and [`Graph::entry`](super::Graph::entry) retrace it for
//! the few that a rule asks about.

use crate::source::{DependencyKind, TargetKind};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Index of a file in [`Model::files`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);
/// Index of a source module in [`Model::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);
/// Index of a defined item in [`Model::items`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId(pub u32);
/// Index of a reference in [`Model::references`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RefId(pub u32);

/// One analysed file.
#[derive(Clone, Debug)]
pub struct File {
    /// Path relative to the workspace root, with `/`.
    pub path: String,
    /// Its text.
    pub text: Arc<str>,
}

/// A source module: a Rust `mod`, or the root of a crate.
#[derive(Clone, Debug)]
pub struct Node {
    /// `shop::payments::api`; targets other than libraries carry their kind: `rg{bin}::flags`.
    pub id: String,
    /// Package name.
    pub package: String,
    /// Index into [`Model::packages`].
    pub package_index: usize,
    /// Crate name of the target.
    pub target: String,
    /// What the target builds.
    pub target_kind: TargetKind,
    /// `id` without the target's kind.
    pub path: String,
    /// The file that holds its items.
    pub file: FileId,
    /// Line where its items begin: 1 for a file, the line of `mod` for an inline module.
    pub line: u32,
    /// The containing source module; `None` for a crate root.
    pub parent: Option<NodeId>,
    /// Under `cfg(test)`, or in a test, bench or example target.
    pub test: bool,
}

/// How a reference is written.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum RefKind {
    /// A leaf of a `use` item.
    Use,
    /// A path in an expression, a type, a pattern, a bound.
    Path,
    /// A macro's name, a path in a macro's arguments, or what a local macro expands to.
    Macro,
    /// A path in an attribute: derives, attribute macros, `serde(with = "…")`.
    Attribute,
    /// An item reached through a type: `Type::new`, `<T as Trait>::f`.
    Assoc,
    /// A trait or a type in the header of an `impl`.
    Impl,
    /// A method or a field, found through the type of its receiver.
    Inferred,
    /// An entry of `Cargo.toml`.
    Manifest,
}

/// A resolved reference from one source module to an item of another.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The module that holds the reference.
    pub from: NodeId,
    /// The module that defines the item.
    pub to: NodeId,
    /// The item; `None` if the path ends in the module itself.
    pub item: Option<ItemId>,
    /// How it is written.
    pub kind: RefKind,
    /// Where.
    pub file: FileId,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The last segment as written.
    pub text: Arc<str>,
    /// In test code.
    pub test: bool,
}

/// A reference to a crate outside the workspace.
#[derive(Clone, Debug)]
pub struct ExternalReference {
    /// The module that holds the reference.
    pub from: NodeId,
    /// Crate name as code writes it (after renames in the manifest, the package's name with `_`).
    pub krate: Arc<str>,
    /// Where.
    pub file: FileId,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// In test code.
    pub test: bool,
}

/// A defined item, by name.
#[derive(Clone, Debug)]
pub struct ItemInfo {
    /// The source module that defines it.
    pub node: NodeId,
    /// `Charge`, `Charge::new`, `Status::Paid`.
    pub name: String,
    /// Where it is defined.
    pub file: FileId,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

/// A package as the rules need it.
#[derive(Clone, Debug)]
pub struct PackageInfo {
    /// Name as in `Cargo.toml`.
    pub name: String,
    /// Path of its `Cargo.toml`.
    pub manifest: String,
    /// Roots of its targets, the library first.
    pub roots: Vec<NodeId>,
    /// Its declared dependencies.
    pub dependencies: Vec<ManifestDependency>,
}

/// One entry in a package's `Cargo.toml`.
#[derive(Clone, Debug)]
pub struct ManifestDependency {
    /// The package it names.
    pub package: String,
    /// The workspace member it is, as an index into [`Model::packages`].
    pub member: Option<usize>,
    /// When it applies.
    pub kind: DependencyKind,
    /// Line in the manifest, from 1.
    pub line: u32,
    /// Column in the manifest, from 1.
    pub column: u32,
}

/// Why the analysis could not see something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// The file does not parse.
    SyntaxError,
    /// The file cannot be read.
    Unreadable,
    /// `mod x;` without a file.
    MissingModFile,
    /// A `.rs` file that no target reaches.
    Orphan,
    /// A macro whose expansion is unknown and whose names are missed elsewhere.
    OpaqueMacro,
    /// Code that only exists after a build (`include!` of `OUT_DIR`).
    GeneratedCode,
}

impl ProblemKind {
    /// The file as a whole was not analysed: the run is incomplete (exit code 3).
    pub fn is_fatal(self) -> bool {
        matches!(self, ProblemKind::SyntaxError | ProblemKind::Unreadable | ProblemKind::MissingModFile)
    }
}

/// A comment that accepts what is found on some lines.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exception {
    /// Path of the file.
    pub file: String,
    /// Line and column where the comment begins, from 1.
    pub place: (u32, u32),
    /// Line and column where the last thing begins or ends that it covers; its line counts as a whole.
    pub until: (u32, u32),
    /// What stands behind `modcheck:`.
    pub text: Box<str>,
    /// The source module of the file.
    pub node: NodeId,
    /// It covers test code.
    pub test: bool,
}

/// Something the analysis could not see.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Path of the file.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// What kind.
    pub kind: ProblemKind,
    /// Said to the user: a lower-case phrase without a full stop.
    pub message: String,
    /// The source module that holds the place, if it belongs to one.
    pub node: Option<u32>,
}

/// The reasons, in the order of their names, and the word for each.
macro_rules! reasons {
    ($($(#[$doc:meta])* $reason:ident = $name:literal,)*) => {
        /// Why a reference could not be resolved.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, schemars::JsonSchema, bitcode::Encode, bitcode::Decode)]
        pub enum Reason {
            $($(#[$doc])* #[serde(rename = $name)] $reason,)*
        }

        impl Reason {
            /// The word used in JSON: `opaque-macro`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Reason::$reason => $name,)*
                }
            }
        }
    };
}

reasons! {
    /// Where the name is missing, code is included that a build makes, or that is not there.
    GeneratedCode = "generated-code",
    /// The names come from a module without a file, or with one that was left out or does not parse.
    MissingFile = "missing-file",
    /// Where the name is missing stands a macro that was not expanded and may define it.
    OpaqueMacro = "opaque-macro",
    /// Nothing else explains it.
    UnknownName = "unknown-name",
}

/// Counts of references.
#[derive(
    Clone,
    Debug,
    Default,
    PartialEq,
    Eq,
    serde::Serialize,
    schemars::JsonSchema,
    bitcode::Encode,
    bitcode::Decode,
)]
pub struct Resolution {
    /// References to workspace items: resolved + unresolved.
    pub references: u64,
    /// References to workspace items that resolved.
    pub resolved: u64,
    /// References that lead out of the workspace.
    pub external: u64,
    /// References whose target is unknown.
    pub unresolved: u64,
    /// Why references are unresolved, and how many; reasons that do not occur are left out.
    pub reasons: BTreeMap<Reason, u64>,
    /// Methods and fields, which are not among the references above.
    pub receivers: Receivers,
}

/// Counts of methods and fields whose name something in the workspace has.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    serde::Serialize,
    schemars::JsonSchema,
    bitcode::Encode,
    bitcode::Decode,
)]
#[serde(rename_all = "kebab-case")]
pub struct Receivers {
    /// The type of the receiver is known: if the method or field is one of the workspace, it was found.
    pub known: u64,
    /// The type of the receiver is not known: the method or field may be a reference that was missed.
    pub unknown_type: u64,
}

impl Resolution {
    /// Share of references that resolved, 0 to 1; 1 where there are none.
    pub fn share(&self) -> f64 {
        if self.references == 0 { 1.0 } else { self.resolved as f64 / self.references as f64 }
    }

    /// Adds the counts of other references.
    pub fn add(&mut self, other: &Resolution) {
        self.references += other.references;
        self.resolved += other.resolved;
        self.external += other.external;
        self.unresolved += other.unresolved;
        self.receivers.known += other.receivers.known;
        self.receivers.unknown_type += other.receivers.unknown_type;
        for (&reason, count) in &other.reasons {
            *self.reasons.entry(reason).or_default() += count;
        }
    }
}

/// A reference whose target is unknown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnresolvedReference {
    /// Where.
    pub file: FileId,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The first segment that nothing has.
    pub name: Arc<str>,
    /// The module that holds the reference.
    pub from: NodeId,
    /// Why it is unknown.
    pub reason: Reason,
}

/// Everything the later stages read.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// Analysed files.
    pub files: Vec<File>,
    /// Workspace packages, sorted by name.
    pub packages: Vec<PackageInfo>,
    /// Source modules, parents before children.
    pub nodes: Vec<Node>,
    /// Items that some reference names.
    pub items: Vec<ItemInfo>,
    /// Resolved references, sorted by file, line, column, target. References within one source module are left out.
    pub references: Vec<Reference>,
    /// References out of the workspace (the standard library left out), sorted likewise.
    pub externals: Vec<ExternalReference>,
    /// What could not be seen, sorted.
    pub problems: Vec<Problem>,
    /// Comments that accept what is found, sorted.
    pub exceptions: Vec<Exception>,
    /// How many references resolved.
    pub resolution: Resolution,
    /// The same per source module, parallel to `nodes`.
    pub resolution_by_node: Vec<Resolution>,
    /// References whose target is unknown, sorted.
    pub unresolved: Vec<UnresolvedReference>,
}

impl Model {
    /// The source module behind an index.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// The file behind an index.
    pub fn file(&self, id: FileId) -> &File {
        &self.files[id.0 as usize]
    }

    /// The item behind an index.
    pub fn item(&self, id: ItemId) -> &ItemInfo {
        &self.items[id.0 as usize]
    }

    /// The reference behind an index.
    pub fn reference(&self, id: RefId) -> &Reference {
        &self.references[id.0 as usize]
    }

    /// Every reference with its index.
    pub fn references(&self) -> impl Iterator<Item = (RefId, &Reference)> {
        self.references.iter().enumerate().map(|(i, r)| (RefId(i as u32), r))
    }

    /// Full path of what a reference points to: `shop::payments::api::charge`, or the module itself.
    pub fn target_path(&self, reference: &Reference) -> String {
        match reference.item {
            Some(item) => format!("{}::{}", self.node(reference.to).id, self.item(item).name),
            None => self.node(reference.to).id.clone(),
        }
    }
}

/// One hop of a trail: a name that stands for something else through a `use`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// The module that holds the `use` or `pub use`.
    pub node: NodeId,
    /// The name it introduces, as a full path: `shop::payments::charge`.
    pub name: String,
    /// The path it stands for, as written.
    pub written: String,
    /// Where the import stands.
    pub file: FileId,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// Others can name it (`pub use`, `pub(crate) use`).
    pub facade: bool,
}

/// How a reference got from what was written to the definition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trail {
    /// The path as written at the reference.
    pub written: String,
    /// The imports passed, in order; empty where the path names the definition directly.
    pub hops: Vec<Hop>,
}

/// The full name by which a reference enters a group of modules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Segments from the crate's name on, with imports outside the group already followed and imports inside it kept
    /// as written: the facade that was used. `["shop", "payments", "charge"]`.
    pub segments: Vec<String>,
    /// Parallel to `segments`: the name is `pub` without restriction where it is found. A crate's name counts as `pub`.
    pub public: Vec<bool>,
}
