//! What earlier runs found out, kept below cargo's build folder.
//!
//! Nothing here is ever needed: what is not there, damaged, half written or made by another version of the tool counts as
//! not there, and is replaced. Everything is found by what it was made of, never by time stamps. Files are replaced as a
//! whole, so that several processes may use one folder at once.
//!
//! - [`Store`]: facts by the text of the file they are of, expansions by what was expanded.
//! - [`outcome`]: the report of a whole check, with everything that the check read.

mod kept;
mod sealed;
mod store;
pub mod outcome;

pub use store::Store;

use crate::extract;
use crate::extract::facts::FileFacts;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_128;

/// The folder below cargo's build folder.
const FOLDER: &str = "modcheck";

/// Where the results of earlier runs are.
pub struct Cache {
    folder: PathBuf,
    facts: Store<FileFacts>,
}

impl Cache {
    /// The cache of a workspace, by cargo's build folder.
    pub fn open(build_folder: &Path) -> Cache {
        let folder = build_folder.join(FOLDER);
        let facts = Store::new(folder.join("facts"));
        Cache { folder, facts }
    }

    /// Writes what is new. That it could not be written is no reason to fail: the next run takes longer.
    pub fn save(&self) {
        // Whoever backs up or indexes folders leaves those out that have this file.
        let tag =
            "Signature: 8a477f597d28d172789f06886806bc55\n# Made by cargo modcheck; it may be removed.\n";
        let is_new = !self.folder.exists();
        self.facts.save();
        if is_new {
            drop(std::fs::write(self.folder.join("CACHEDIR.TAG"), tag));
        }
    }

    fn outcomes(&self) -> PathBuf {
        self.folder.join("outcomes")
    }
}

impl extract::Memory for Cache {
    fn facts(&self, text: &str) -> Option<Arc<FileFacts>> {
        self.facts.get(xxh3_128(text.as_bytes()))
    }

    fn keep_facts(&self, text: &str, facts: &Arc<FileFacts>) {
        self.facts.put(xxh3_128(text.as_bytes()), facts.clone());
    }
}
