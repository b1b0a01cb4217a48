//! The only place that reads the workspace: what packages and targets there are, and the text of files.
//!
//! What leaves this stage is [`Source`]: packages as plain data, and a [`Tree`] that turns a path into text. A tree on
//! disk, in memory or from a revision of git look the same to the stages behind.

mod package;
mod repository;
mod disk;
mod codeowners;
mod git;
mod history;
mod manifest;
mod memory;
mod metadata;
mod recorded;
mod revision;
mod likely;
mod walk;

pub use codeowners::{CodeOwners, codeowners};
pub use disk::DiskTree;
pub use history::{Commit, HISTORY_DAYS, History, HistoryError, head, history};
pub use likely::{likely_files, read_likely};
pub use memory::MemoryTree;
pub use metadata::{LoadError, LoadOptions, find_manifest, load};
pub use package::{CargoPackage, CargoTarget, Dependency, DependencyKind, Package, Target, TargetKind};
pub use recorded::{Change, Compared, Recorded, Trace, hash_of, hash_of_text};
pub use repository::folder_in_repository;
pub use revision::{Revision, RevisionError, load_revision};

use std::path::PathBuf;
use std::sync::Arc;

/// A workspace as the later stages see it.
#[derive(Clone)]
pub struct Source {
    /// The workspace's root folder.
    pub root: PathBuf,
    /// The workspace's packages, sorted by name.
    pub packages: Vec<Package>,
    /// The same packages as cargo's messages name them, in the same order.
    pub cargo_packages: Vec<CargoPackage>,
    /// The files.
    pub tree: Arc<dyn Tree>,
    /// Cargo's build folder, where results may be kept.
    pub build_folder: Option<PathBuf>,
}

/// Files of a workspace by path relative to its root, with `/`.
pub trait Tree: Send + Sync {
    /// The text of a file.
    fn read(&self, path: &str) -> Result<Arc<str>, ReadError>;
    /// A hash of a file's text, of 128 bits.
    fn digest(&self, path: &str) -> Result<u128, ReadError> {
        self.read(path).map(|text| hash_of_text(&text))
    }
    /// Every `.rs` file below the packages' folders, sorted. Build output and hidden folders are left out.
    fn rust_files(&self) -> Vec<String>;
    /// Every `.sql` file below the workspace's root, sorted: migrations may lie beside the packages. Build output, hidden
    /// folders and the folders of packages that are no members are left out.
    fn sql_files(&self) -> Vec<String>;
}

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, bitcode::Encode, bitcode::Decode)]
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
