//! What packages, targets and dependencies a workspace has, in cargo's own words: `cargo metadata --no-deps`.
//!
//! `--no-deps` resolves nothing: no lock file, no network and no build script is needed, and git dependencies that are
//! not fetched yet do no harm.

use super::manifest::DependencyPlaces;
use super::{
    CargoPackage, CargoTarget, Dependency, DependencyKind, DiskTree, Package, Source, Target, TargetKind,
    Tree,
};
use cargo_metadata::{Metadata, MetadataCommand, camino::Utf8Path};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Which workspace to load, and how to call cargo.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// A `Cargo.toml`; by default the one in the current folder or the nearest above.
    pub manifest_path: Option<PathBuf>,
    /// Handed on to cargo.
    pub offline: bool,
    /// Handed on to cargo.
    pub locked: bool,
}

/// Why a workspace could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// There is no `Cargo.toml`.
    #[error("no Cargo.toml in `{}` or any folder above", .0.display())]
    NoManifest(PathBuf),
    /// The `Cargo.toml` that was asked for does not exist.
    #[error("there is no file `{}`", .0.display())]
    ManifestNotFound(PathBuf),
    /// Cargo could not be started.
    #[error("cargo could not be started: {0}")]
    NoCargo(io::Error),
    /// Cargo does not accept the workspace; its own words.
    #[error("cargo could not read the workspace\n{0}")]
    Metadata(String),
    /// A folder could not be read.
    #[error("`{}` could not be read: {error}", folder.display())]
    Unreadable {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl LoadError {
    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            LoadError::NoManifest(_) => "run it inside a Cargo workspace, or name one with `--manifest-path`",
            LoadError::ManifestNotFound(_) => "`--manifest-path` takes the path of a `Cargo.toml`",
            LoadError::NoCargo(_) => "install cargo, or set the environment variable `CARGO` to its path",
            LoadError::Metadata(_) => "`cargo metadata --no-deps` has to succeed first",
            LoadError::Unreadable { .. } => "check that the folder exists and may be read",
        }
    }
}

/// Loads a workspace.
pub fn load(options: &LoadOptions) -> Result<Source, LoadError> {
    load_from(options, None)
}

/// The same, with cargo running in some other folder.
pub(super) fn load_from(options: &LoadOptions, folder: Option<&Path>) -> Result<Source, LoadError> {
    let metadata = run_cargo(&find_manifest(options)?, options, folder)?;
    let root = metadata.workspace_root.as_std_path();
    let folders = metadata
        .packages
        .iter()
        .filter_map(|p| p.manifest_path.parent())
        .map(|folder| relative(&metadata.workspace_root, folder))
        .collect();
    let target_dir = metadata.target_directory.clone().into_std_path_buf();
    let tree = DiskTree::new(root, folders, Some(target_dir.clone()))
        .map_err(|error| LoadError::Unreadable { folder: root.to_owned(), error })?;
    let found = sorted(&metadata);
    let cargo_packages = found.iter().map(|p| cargo_package(p, &metadata.workspace_root)).collect();
    let packages = packages(&found, &metadata.workspace_root, &tree);
    let build_folder = Some(target_dir);
    Ok(Source { root: root.to_owned(), packages, cargo_packages, tree: Arc::new(tree), build_folder })
}

/// The `Cargo.toml` that was asked for, or the nearest one from here upwards.
pub fn find_manifest(options: &LoadOptions) -> Result<PathBuf, LoadError> {
    if let Some(path) = &options.manifest_path {
        return if path.is_file() {
            Ok(path.clone())
        } else {
            Err(LoadError::ManifestNotFound(path.clone()))
        };
    }
    let here = std::env::current_dir()
        .map_err(|error| LoadError::Unreadable { folder: PathBuf::from("."), error })?;
    let found = here.ancestors().map(|folder| folder.join("Cargo.toml")).find(|path| path.is_file());
    found.ok_or(LoadError::NoManifest(here))
}

fn run_cargo(manifest: &Path, options: &LoadOptions, folder: Option<&Path>) -> Result<Metadata, LoadError> {
    let flags = [("--offline", options.offline), ("--locked", options.locked)];
    let flags: Vec<String> = flags.iter().filter(|(_, on)| *on).map(|(flag, _)| (*flag).to_owned()).collect();
    let mut command = MetadataCommand::new();
    command.manifest_path(manifest).no_deps().other_options(flags);
    if let Some(folder) = folder {
        command.current_dir(folder);
    }
    let result = command.exec();
    result.map_err(|error| match error {
        cargo_metadata::Error::Io(error) => LoadError::NoCargo(error),
        cargo_metadata::Error::CargoMetadata { stderr } => {
            let words = stderr.trim();
            LoadError::Metadata(words.strip_prefix("error: ").unwrap_or(words).to_owned())
        }
        other => LoadError::Metadata(other.to_string()),
    })
}

/// The packages by name.
fn sorted(metadata: &Metadata) -> Vec<&cargo_metadata::Package> {
    let mut found: Vec<&cargo_metadata::Package> = metadata.packages.iter().collect();
    found.sort_by(|a, b| (a.name.as_str(), &a.manifest_path).cmp(&(b.name.as_str(), &b.manifest_path)));
    found
}

/// What cargo's messages call it.
fn cargo_package(package: &cargo_metadata::Package, root: &Utf8Path) -> CargoPackage {
    let manifest = relative(root, &package.manifest_path);
    let target = |target: &cargo_metadata::Target| CargoTarget {
        kind: target.kind.iter().map(ToString::to_string).collect(),
        crate_types: target.crate_types.iter().map(ToString::to_string).collect(),
        name: target.name.clone(),
        src_path: target.src_path.to_string(),
        root: relative(root, &target.src_path),
        edition: target.edition.to_string(),
        doc: target.doc,
        doctest: target.doctest,
        test: target.test,
    };
    CargoPackage {
        id: package.id.repr.clone(),
        manifest_path: package.manifest_path.to_string(),
        folder: manifest.strip_suffix("Cargo.toml").unwrap_or(&manifest).to_owned(),
        targets: package.targets.iter().map(target).collect(),
    }
}

fn packages(found: &[&cargo_metadata::Package], root: &Utf8Path, tree: &dyn Tree) -> Vec<Package> {
    let patches = super::manifest::patches(&tree.read("Cargo.toml").unwrap_or_default());
    let members = Members::new(found, root, &patches);
    found.iter().map(|package| convert_package(package, root, &members, tree)).collect()
}

fn convert_package(
    package: &cargo_metadata::Package,
    root: &Utf8Path,
    members: &Members,
    tree: &dyn Tree,
) -> Package {
    let manifest = relative(root, &package.manifest_path);
    let places = DependencyPlaces::parse(&tree.read(&manifest).unwrap_or_default());
    let mut targets: Vec<Target> = package.targets.iter().filter_map(|t| convert_target(t, root)).collect();
    targets.sort_by(|a, b| {
        (target_order(a.kind), &a.name, &a.root).cmp(&(target_order(b.kind), &b.name, &b.root))
    });
    let mut dependencies: Vec<Dependency> =
        package.dependencies.iter().filter_map(|d| convert_dependency(d, members, &places)).collect();
    dependencies
        .sort_by(|a, b| (a.line, a.column, &a.ident, a.kind).cmp(&(b.line, b.column, &b.ident, b.kind)));
    Package { name: package.name.to_string(), manifest, targets, dependencies }
}

/// The library first, since the others may use it.
fn target_order(kind: TargetKind) -> (bool, TargetKind) {
    (!kind.is_lib(), kind)
}

fn convert_target(target: &cargo_metadata::Target, root: &Utf8Path) -> Option<Target> {
    Some(Target {
        name: crate_name(&target.name),
        kind: target.kind.iter().find_map(target_kind)?,
        root: relative(root, &target.src_path),
        edition: target.edition.to_string().parse().unwrap_or(2021),
    })
}

fn target_kind(kind: &cargo_metadata::TargetKind) -> Option<TargetKind> {
    use cargo_metadata::TargetKind as Cargo;
    Some(match kind {
        Cargo::Lib | Cargo::RLib | Cargo::DyLib | Cargo::CDyLib | Cargo::StaticLib => TargetKind::Lib,
        Cargo::ProcMacro => TargetKind::ProcMacro,
        Cargo::Bin => TargetKind::Bin,
        Cargo::Example => TargetKind::Example,
        Cargo::Test => TargetKind::Test,
        Cargo::Bench => TargetKind::Bench,
        Cargo::CustomBuild => TargetKind::Build,
        _ => return None,
    })
}

fn convert_dependency(
    dependency: &cargo_metadata::Dependency,
    members: &Members,
    places: &DependencyPlaces,
) -> Option<Dependency> {
    let kind = match dependency.kind {
        cargo_metadata::DependencyKind::Normal => DependencyKind::Normal,
        cargo_metadata::DependencyKind::Development => DependencyKind::Dev,
        cargo_metadata::DependencyKind::Build => DependencyKind::Build,
        _ => return None,
    };
    let member = members.find(dependency);
    let ident = match (&dependency.rename, member) {
        (Some(rename), _) => crate_name(rename),
        (None, Some(member)) => members.crate_names[member].clone(),
        (None, None) => crate_name(&dependency.name),
    };
    let key = dependency.rename.as_deref().unwrap_or(&dependency.name);
    let target = dependency.target.as_ref().map(ToString::to_string);
    let (line, column) = places.find(kind, target.as_deref(), key);
    Some(Dependency { ident, package: dependency.name.clone(), member, kind, line, column })
}

/// The workspace's packages as dependencies name them.
struct Members {
    by_folder: BTreeMap<PathBuf, usize>,
    by_name: BTreeMap<String, usize>,
    /// Members that the workspace's `[patch]` puts in the place of a published package.
    patched: BTreeMap<String, usize>,
    /// The library's name of each, which need not be the package's.
    crate_names: Vec<String>,
}

impl Members {
    fn new(packages: &[&cargo_metadata::Package], root: &Utf8Path, patches: &[(String, String)]) -> Members {
        let folder = |p: &cargo_metadata::Package| Some(resolved(p.manifest_path.parent()?.as_std_path()));
        let by_folder: BTreeMap<PathBuf, usize> =
            packages.iter().enumerate().filter_map(|(i, p)| Some((folder(p)?, i))).collect();
        let patch = |(name, path): &(String, String)| {
            Some((name.clone(), *by_folder.get(&resolved(root.join(path).as_std_path()))?))
        };
        Members {
            patched: patches.iter().filter_map(patch).collect(),
            by_folder,
            by_name: packages.iter().enumerate().map(|(i, p)| (p.name.to_string(), i)).collect(),
            crate_names: packages.iter().map(|p| library_name(p)).collect(),
        }
    }

    /// The member that a dependency is: by its path, by name where it comes from nowhere else, or through `[patch]`.
    fn find(&self, dependency: &cargo_metadata::Dependency) -> Option<usize> {
        if let Some(path) = &dependency.path {
            return self.by_folder.get(&resolved(path.as_std_path())).copied();
        }
        if dependency.source.is_some() {
            return self.patched.get(&dependency.name).copied();
        }
        self.by_name.get(&dependency.name).copied()
    }
}

fn library_name(package: &cargo_metadata::Package) -> String {
    let is_lib = |t: &&cargo_metadata::Target| t.kind.iter().filter_map(target_kind).any(TargetKind::is_lib);
    crate_name(package.targets.iter().find(is_lib).map_or(package.name.as_str(), |t| &t.name))
}

fn resolved(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// The name code uses.
fn crate_name(name: &str) -> String {
    name.replace('-', "_")
}

/// A path relative to the workspace root with `/`; one that lies outside begins with `..`.
fn relative(root: &Utf8Path, path: &Utf8Path) -> String {
    let shared = root.components().zip(path.components()).take_while(|(a, b)| a == b).count();
    let up = root.components().skip(shared).map(|_| "..");
    let down = path.components().skip(shared).map(|component| component.as_str());
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests;
