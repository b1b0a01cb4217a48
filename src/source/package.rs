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

/// A package in cargo's own words, as its messages name it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CargoPackage {
    /// `path+file:///…/shop#0.1.0`.
    pub id: String,
    /// Absolute path of its `Cargo.toml`.
    pub manifest_path: String,
    /// Its folder, relative to the workspace root; empty, or with a `/` at its end.
    pub folder: String,
    /// Its targets, in cargo's order.
    pub targets: Vec<CargoTarget>,
}

/// A target in cargo's own words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CargoTarget {
    /// `lib`, `bin`, `custom-build` and so on; a library's are its crate types.
    pub kind: Vec<String>,
    /// What rustc is asked to build.
    pub crate_types: Vec<String>,
    /// Name as in `Cargo.toml`.
    pub name: String,
    /// Absolute path of the crate root.
    pub src_path: String,
    /// Path of the crate root, relative to the workspace root.
    pub root: String,
    /// Edition year.
    pub edition: String,
    /// Whether it is documented.
    pub doc: bool,
    /// Whether its documentation is tested.
    pub doctest: bool,
    /// Whether it is tested.
    pub test: bool,
}

impl CargoPackage {
    /// The target that a file most likely belongs to: the one whose root it is, or whose root lies in the innermost folder
    /// that holds it. A build script has no folder of its own.
    pub fn target_of(&self, file: &str) -> Option<&CargoTarget> {
        let folder = |target: &CargoTarget| target.root.rfind('/').map_or(0, |slash| slash + 1);
        let is_root = |target: &&CargoTarget| target.root == file;
        let holds = |target: &&CargoTarget| {
            file.starts_with(&target.root[..folder(target)])
                && !target.kind.iter().any(|k| k == "custom-build")
        };
        // Of several in one folder the first, which is the library.
        let innermost = || self.targets.iter().rev().filter(holds).max_by_key(|target| folder(target));
        self.targets.iter().find(is_root).or_else(innermost).or_else(|| self.targets.first())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_belongs_to_the_target_in_the_innermost_folder() {
        let target = |kind: &str, root: &str| CargoTarget {
            kind: vec![kind.to_owned()],
            root: root.to_owned(),
            ..CargoTarget::default()
        };
        let package = CargoPackage {
            targets: vec![
                target("lib", "a/src/lib.rs"),
                target("bin", "a/src/main.rs"),
                target("bin", "a/src/bin/tool/main.rs"),
                target("test", "a/tests/one.rs"),
                target("test", "a/tests/two.rs"),
                target("custom-build", "a/build.rs"),
            ],
            ..CargoPackage::default()
        };
        let check = |file, root| assert_eq!(package.target_of(file).unwrap().root, root, "{file}");
        check("a/src/deep/mod.rs", "a/src/lib.rs");
        check("a/src/main.rs", "a/src/main.rs");
        check("a/src/bin/tool/args.rs", "a/src/bin/tool/main.rs");
        check("a/tests/two.rs", "a/tests/two.rs");
        check("a/tests/helper/mod.rs", "a/tests/one.rs");
        check("a/build.rs", "a/build.rs");
        check("a/Cargo.toml", "a/src/lib.rs");
        check("boundaries.toml", "a/src/lib.rs");
        assert_eq!(CargoPackage::default().target_of("a/src/lib.rs"), None);
    }
}
