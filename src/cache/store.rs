//! Values by a 128-bit key of what they were made of, in a fixed number of files.

use super::sealed;
use bitcode::{DecodeOwned, Encode};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

/// How many files: enough that many threads can load them, and that little is written again where little changed.
const SHARDS: usize = 64;

/// What becomes of values that a run did not ask for, in the files that it writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// They stay.
    Keep,
    /// They go: the run asked for all there is.
    Drop,
}

/// Values by key. A file is read when the first of its values is asked for.
pub struct Store<T> {
    folder: PathBuf,
    shards: Vec<Shard<T>>,
}

struct Shard<T> {
    /// What is on disk.
    kept: OnceLock<FxHashMap<u128, Arc<T>>>,
    /// What this run asked for or made.
    used: Mutex<Used<T>>,
}

struct Used<T> {
    values: FxHashMap<u128, Arc<T>>,
    any_new: bool,
}

impl<T> Default for Shard<T> {
    fn default() -> Shard<T> {
        Shard {
            kept: OnceLock::new(),
            used: Mutex::new(Used { values: FxHashMap::default(), any_new: false }),
        }
    }
}

impl<T: Encode + DecodeOwned + Send + Sync> Store<T> {
    /// The store in a folder, which need not exist.
    pub fn new(folder: PathBuf) -> Store<T> {
        Store { folder, shards: (0..SHARDS).map(|_| Shard::default()).collect() }
    }

    /// The value of a key.
    pub fn get(&self, key: u128) -> Option<Arc<T>> {
        let index = shard_of(key);
        let shard = &self.shards[index];
        let found = shard.kept.get_or_init(|| self.load(index)).get(&key)?.clone();
        shard.used.lock().expect("no panic while locked").values.insert(key, found.clone());
        Some(found)
    }

    /// Keeps a value for later runs.
    pub fn put(&self, key: u128, value: Arc<T>) {
        let mut used = self.shards[shard_of(key)].used.lock().expect("no panic while locked");
        used.values.insert(key, value);
        used.any_new = true;
    }

    /// Writes the files that something was added to.
    pub fn save(&self, others: Others) {
        let changed: Vec<usize> = (0..SHARDS).filter(|&index| self.is_changed(index)).collect();
        if changed.is_empty() || std::fs::create_dir_all(&self.folder).is_err() {
            return;
        }
        changed.into_par_iter().for_each(|index| {
            let mut values: Vec<(u128, Arc<T>)> = self.values(index, others).into_iter().collect();
            values.sort_unstable_by_key(|(key, _)| *key);
            // Where it cannot be written the next run takes longer, no more.
            drop(sealed::write(&self.path(index), &values));
        });
    }

    fn values(&self, index: usize, others: Others) -> FxHashMap<u128, Arc<T>> {
        let shard = &self.shards[index];
        let mut values = match others {
            Others::Keep => shard.kept.get_or_init(|| self.load(index)).clone(),
            Others::Drop => FxHashMap::default(),
        };
        let used = shard.used.lock().expect("no panic while locked");
        values.extend(used.values.iter().map(|(key, value)| (*key, value.clone())));
        values
    }

    fn is_changed(&self, index: usize) -> bool {
        self.shards[index].used.lock().expect("no panic while locked").any_new
    }

    fn load(&self, index: usize) -> FxHashMap<u128, Arc<T>> {
        let values: Option<Vec<(u128, T)>> = sealed::read(&self.path(index));
        values.into_iter().flatten().map(|(key, value)| (key, Arc::new(value))).collect()
    }

    fn path(&self, index: usize) -> PathBuf {
        self.folder.join(format!("{index:02}.bin"))
    }
}

fn shard_of(key: u128) -> usize {
    (key % SHARDS as u128) as usize
}
