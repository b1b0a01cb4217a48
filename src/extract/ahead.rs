//! Facts of files that are read before it is known which files there are.
//!
//! Cargo takes a while to say what a workspace consists of, and most of it is waiting. The files below its folder are
//! likely to be asked for: their facts are found by their text, so that a wrong guess costs nothing but what it took.

use super::facts::FileFacts;
use super::file::extract;
use crate::source::hash_of_text;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// Facts of likely files, by a hash of the text.
#[derive(Default)]
pub struct Ahead {
    facts: Mutex<FxHashMap<u128, Arc<FileFacts>>>,
    is_over: AtomicBool,
}

impl Ahead {
    /// Extracts files until all are done or it is over.
    pub fn run<T: Sync>(&self, files: &[T], read: impl Fn(&T) -> Option<Arc<str>> + Sync) {
        files.par_iter().with_max_len(1).for_each(|file| {
            if let Some(text) = (!self.is_over()).then(|| read(file)).flatten() {
                let facts = Arc::new(extract(&text));
                self.facts.lock().expect("no panic while locked").insert(hash_of_text(&text), facts);
            }
        });
    }

    /// It is known now what there is.
    pub fn finish(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    /// Whether there is nothing more to guess.
    pub fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    /// The facts of the text with a hash, if it was among the files.
    pub fn facts(&self, hash: u128) -> Option<Arc<FileFacts>> {
        self.facts.lock().expect("no panic while locked").get(&hash).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_found_by_their_text_until_it_is_over() {
        let ahead = Ahead::default();
        let read = |text: &&str| (!text.is_empty()).then(|| Arc::from(*text));
        ahead.run(&["fn a() {}", ""], read);
        assert_eq!(ahead.facts(hash_of_text("fn a() {}")).map(|facts| facts.items.len()), Some(1));
        assert!(ahead.facts(hash_of_text("")).is_none());
        ahead.finish();
        ahead.run(&["fn b() {}"], read);
        assert!(ahead.facts(hash_of_text("fn b() {}")).is_none());
    }
}
