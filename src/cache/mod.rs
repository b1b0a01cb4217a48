//! What earlier runs found out, kept below cargo's build folder.
//!
//! Nothing here is ever needed: what is not there, damaged, half written or made by another version of the tool counts as
//! not there, and is replaced. Everything is found by what it was made of, never by time stamps. Files are replaced as a
//! whole, so that several processes may use one folder at once.
//!
//! - [`Store`]: facts by the text of the file they are of, expansions of macros by what was expanded.
//! - [`outcome`]: the report of a whole check, with everything that the check read.

mod kept;
mod sealed;
mod store;
pub mod outcome;

pub use store::Store;

use crate::extract::facts::FileFacts;
use crate::extract::memory::{Memory, Remembered};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_128;

/// The folder below cargo's build folder.
const FOLDER: &str = "modcheck";
/// Says to whoever backs up or indexes folders that this one can be left out (<https://bford.info/cachedir/>).
const TAG: &str =
    "Signature: 8a477f597d28d172789f06886806bc55\n# Made by cargo modcheck; it may be removed.\n";

/// Where the results of earlier runs are.
pub struct Cache {
    folder: PathBuf,
    facts: Store<FileFacts>,
    expansions: Store<Option<Remembered>>,
}

impl Cache {
    /// The cache of a workspace, by cargo's build folder.
    pub fn open(build_folder: &Path) -> Cache {
        let folder = build_folder.join(FOLDER);
        let (facts, expansions) = (folder.join("facts"), folder.join("expansions"));
        Cache { folder, facts: Store::new(facts), expansions: Store::new(expansions) }
    }

    /// Writes what is new. That it could not be written is no reason to fail: the next run takes longer.
    pub fn save(&self) {
        let is_new = !self.folder.exists();
        rayon::join(|| self.facts.save(), || self.expansions.save());
        if is_new {
            drop(std::fs::write(self.folder.join("CACHEDIR.TAG"), TAG));
        }
    }

    fn outcomes(&self) -> PathBuf {
        self.folder.join("outcomes")
    }
}

impl Memory for Cache {
    fn facts(&self, text: &str) -> Option<Arc<FileFacts>> {
        self.facts.get(xxh3_128(text.as_bytes()))
    }

    fn keep_facts(&self, text: &str, facts: &Arc<FileFacts>) {
        self.facts.put(xxh3_128(text.as_bytes()), facts.clone());
    }

    fn recall(&self, key: u128) -> Option<Option<Remembered>> {
        self.expansions.get(key).map(|made| (*made).clone())
    }

    fn keep(&self, key: u128, made: Option<&Remembered>) {
        self.expansions.put(key, Arc::new(made.cloned()));
    }
}
