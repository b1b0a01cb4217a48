//! What cargo says about the workspace: packages, their targets and dependencies. Plain data that every stage may know.

/// A workspace member.
#[derive(Debug, Clone, Hash)]
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
#[derive(Debug, Clone, Hash)]
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
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
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
#[derive(Debug, Clone, Hash)]
pub struct Dependency {
    /// The name code uses for it (`rename` or package name, `-` turned into `_`).
    pub ident: String,
    /// The package it names.
    pub package: String,
    /// The workspace member it is, as an index into [`super::Source::packages`].
    pub member: Option<usize>,
    /// When it applies.
    pub kind: DependencyKind,
    /// Line of the entry in the package's `Cargo.toml`, from 1.
    pub line: u32,
    /// Column of the entry, from 1.
    pub column: u32,
}
