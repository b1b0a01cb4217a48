//! What earlier runs found out, kept below cargo's build folder.
//!
//! Nothing here is ever needed: what is not there, damaged, half written or made by another version of the tool counts as
//! not there, and is replaced. Everything is found by what it was made of, never by time stamps. Files are replaced as a
//! whole, so that several processes may use one folder at once.
//!
//! - [`Store`]: facts by the text of the file they are of, expansions of macros by what was expanded.
//! - [`outcome`]: the report of a whole check, with everything that the check read.

mod moved;
mod sealed;
mod store;
pub mod outcome;

pub use store::{Others, Store};

use crate::extract::facts::FileFacts;
use crate::extract::memory::{Memory, Remembered};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The folder below cargo's build folder.
const FOLDER: &str = "modcheck";
/// Says to whoever backs up or indexes folders that this one can be left out (<https://bford.info/cachedir/>).
const TAG: &str =
    "Signature: 8a477f597d28d172789f06886806bc55\n# Made by cargo modcheck; it may be removed.\n";

/// Where the results of earlier runs are.
pub struct Cache {
    folder: PathBuf,
    facts: Store<KnownFile>,
    expansions: Store<Option<Remembered>>,
}

/// What is known of a file.
#[derive(bitcode::Encode, bitcode::Decode)]
struct KnownFile {
    facts: Arc<FileFacts>,
    /// A hash of the pieces of its text that the facts point to.
    pieces: u128,
}

impl Cache {
    /// The cache of a workspace, by cargo's build folder.
    pub fn open(build_folder: &Path) -> Cache {
        let folder = build_folder.join(FOLDER);
        let (facts, expansions) = (folder.join("facts"), folder.join("expansions"));
        Cache { folder, facts: Store::new(facts), expansions: Store::new(expansions) }
    }

    /// Whether there is something below a build folder.
    pub fn is_in(build_folder: &Path) -> bool {
        build_folder.join(FOLDER).is_dir()
    }

    /// Writes what is new after a run that asked for all that it needs: what it did not ask for may go. That it could
    /// not be written is no reason to fail: the next run takes longer.
    ///
    /// `keeps_others`: the run was about something else than the workspace of today, for which they are kept.
    pub fn save(&self, keeps_others: bool) {
        let others = if keeps_others { Others::Keep } else { Others::Drop };
        let is_new = !self.folder.exists();
        rayon::join(|| self.facts.save(others), || self.expansions.save(others));
        if is_new {
            drop(std::fs::write(self.folder.join("CACHEDIR.TAG"), TAG));
        }
    }

    fn outcomes(&self) -> PathBuf {
        self.folder.join("outcomes")
    }
}

impl Memory for Cache {
    fn facts(&self, hash: u128) -> Option<Arc<FileFacts>> {
        self.facts.get(hash).map(|known| known.facts.clone())
    }

    fn keep_facts(&self, hash: u128, text: &str, facts: &Arc<FileFacts>) {
        let known = KnownFile { facts: facts.clone(), pieces: moved::pieces(facts, text) };
        self.facts.put(hash, Arc::new(known));
    }

    fn recall(&self, key: u128) -> Option<Option<Remembered>> {
        self.expansions.get(key).map(|made| (*made).clone())
    }

    fn keep(&self, key: u128, made: Option<&Remembered>) {
        self.expansions.put(key, Arc::new(made.cloned()));
    }
}
