//! The only place that reads the workspace: what packages and targets there are, and the text of files.
//!
//! What leaves this stage is [`Source`]: packages as plain data, and a [`Tree`] that turns a path into text. A tree on
//! disk, in memory or out of git look the same to the stages behind.

mod disk;
mod manifest;
mod memory;
mod metadata;

pub use disk::DiskTree;
pub use memory::MemoryTree;
pub use metadata::{LoadError, LoadOptions, load};

use std::path::PathBuf;
use std::sync::Arc;

/// A workspace as the later stages see it.
pub struct Source {
    /// The workspace's root folder.
    pub root: PathBuf,
    /// The workspace's packages, sorted by name.
    pub packages: Vec<Package>,
    /// The files.
    pub tree: Box<dyn Tree>,
}

/// Files of a workspace by path relative to its root, with `/`.
pub trait Tree: Send + Sync {
    /// The text of a file.
    fn read(&self, path: &str) -> Result<Arc<str>, ReadError>;
    /// Every `.rs` file below the packages' folders, sorted. Build output and hidden folders are left out.
    fn rust_files(&self) -> Vec<String>;
}

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is no such file.
    #[error("file not found")]
    NotFound,
    /// The path leads outside the workspace, directly or through a symlink.
    #[error("the path leads outside the workspace")]
    Outside,
    /// It is not UTF-8.
    #[error("the file is not valid UTF-8")]
    NotUtf8,
    /// The system refused.
    #[error("{0}")]
    Io(String),
}

/// A workspace member.
#[derive(Debug, Clone)]
pub struct Package {
    /// Name as in `Cargo.toml`.
    pub name: String,
    /// Path of its `Cargo.toml`, relative to the workspace root.
    pub manifest: String,
    /// Its targets.
    pub targets: Vec<Target>,
    /// Its dependencies as declared.
    pub dependencies: Vec<Dependency>,
}

/// A crate: one compilation target of a package.
#[derive(Debug, Clone)]
pub struct Target {
    /// Crate name (`-` turned into `_`).
    pub name: String,
    /// What it builds.
    pub kind: TargetKind,
    /// Path of the crate root, relative to the workspace root.
    pub root: String,
    /// Edition year: 2015, 2018, 2021, 2024.
    pub edition: u16,
}

/// What a target builds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetKind {
    /// A library of any crate type.
    Lib,
    /// A procedural macro library.
    ProcMacro,
    /// A binary.
    Bin,
    /// An example.
    Example,
    /// An integration test.
    Test,
    /// A benchmark.
    Bench,
    /// A build script.
    Build,
}

impl TargetKind {
    /// The word used in ids and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            TargetKind::Lib => "lib",
            TargetKind::ProcMacro => "proc-macro",
            TargetKind::Bin => "bin",
            TargetKind::Example => "example",
            TargetKind::Test => "test",
            TargetKind::Bench => "bench",
            TargetKind::Build => "build",
        }
    }

    /// A target that only tests, benchmarks or demonstrates.
    pub fn is_test(self) -> bool {
        matches!(self, TargetKind::Test | TargetKind::Bench | TargetKind::Example)
    }

    /// A target that others can depend on.
    pub fn is_lib(self) -> bool {
        matches!(self, TargetKind::Lib | TargetKind::ProcMacro)
    }
}

/// When a dependency applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DependencyKind {
    /// Always.
    Normal,
    /// Tests, benches, examples.
    Dev,
    /// Build scripts.
    Build,
}

/// One dependency as a manifest declares it.
#[derive(Debug, Clone)]
pub struct Dependency {
    /// The name code uses for it (`rename` or package name, `-` turned into `_`).
    pub ident: String,
    /// The package it names.
    pub package: String,
    /// The workspace member it is, as an index into [`Source::packages`].
    pub member: Option<usize>,
    /// When it applies.
    pub kind: DependencyKind,
    /// Line of the entry in the package's `Cargo.toml`, from 1.
    pub line: u32,
    /// Column of the entry, from 1.
    pub column: u32,
}
