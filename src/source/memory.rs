//! A tree in memory, for tests and for revisions out of git.

use super::{ReadError, Tree};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Files held in memory by path.
#[derive(Default, Clone, Debug)]
pub struct MemoryTree {
    /// Path relative to the workspace root, and text.
    pub files: BTreeMap<String, Arc<str>>,
}

impl Tree for MemoryTree {
    fn read(&self, path: &str) -> Result<Arc<str>, ReadError> {
        self.files.get(path).cloned().ok_or(ReadError::NotFound)
    }

    fn rust_files(&self) -> Vec<String> {
        self.files.keys().filter(|p| p.ends_with(".rs")).cloned().collect()
    }

    fn sql_files(&self) -> Vec<String> {
        self.files.keys().filter(|p| p.ends_with(".sql")).cloned().collect()
    }
}
