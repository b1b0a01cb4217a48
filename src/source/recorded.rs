//! A tree that knows what was asked of it: what a result was made of, and whether it still holds.

use super::{ReadError, Tree};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, OnceLock};
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

type Answer = Result<Arc<str>, ReadError>;

/// A tree that reads each file once and remembers what it said.
pub struct Recorded {
    inner: Arc<dyn Tree>,
    answers: Mutex<FxHashMap<String, Answer>>,
    rust_files: OnceLock<Vec<String>>,
    sql_files: OnceLock<Vec<String>>,
}

/// What was asked of a tree, and what it said. Texts are kept as hashes of 128 bits.
#[derive(Clone, Debug, Default, PartialEq, Eq, bitcode::Encode, bitcode::Decode)]
pub struct Trace {
    rust_files: Option<u128>,
    sql_files: Option<u128>,
    /// By path, sorted.
    answers: Vec<(String, Result<u128, ReadError>)>,
}

/// How a tree answers what it was asked before.
#[derive(Debug, PartialEq, Eq)]
pub enum Compared {
    /// Everything is as it was.
    Same,
    /// These files say something else; all else is as it was.
    Changed(Vec<Change>),
    /// Files came or went.
    Different,
}

/// A file that says something else than it did.
#[derive(Debug, PartialEq, Eq)]
pub struct Change {
    /// Its path.
    pub path: String,
    /// The hash of the text that it had.
    pub before: u128,
    /// The hash of the text that it has.
    pub now: u128,
}

impl Trace {
    /// The trace of a run that found these changes, and nothing else to be different.
    pub fn after(mut self, changes: Vec<Change>) -> Trace {
        for change in changes {
            if let Ok(at) = self.answers.binary_search_by(|(path, _)| path.cmp(&change.path)) {
                self.answers[at].1 = Ok(change.now);
            }
        }
        self
    }
}

impl Recorded {
    /// Records what is asked of a tree from now on.
    pub fn new(inner: Arc<dyn Tree>) -> Recorded {
        Recorded { inner, answers: Mutex::default(), rust_files: OnceLock::new(), sql_files: OnceLock::new() }
    }

    /// What was asked so far.
    pub fn trace(&self) -> Trace {
        let answers = self.answers.lock().expect("no panic while locked");
        let mut answers: Vec<_> =
            answers.iter().map(|(path, answer)| (path.clone(), digest(answer))).collect();
        answers.par_sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let list = |list: &OnceLock<Vec<String>>| list.get().map(hash_of);
        Trace { rust_files: list(&self.rust_files), sql_files: list(&self.sql_files), answers }
    }

    /// Asks again what was asked in an earlier run.
    pub fn compare(&self, trace: &Trace) -> Compared {
        let as_before =
            |before: Option<u128>, now: &dyn Fn() -> u128| before.is_none_or(|hash| hash == now());
        if !as_before(trace.rust_files, &|| hash_of(self.rust_list()))
            || !as_before(trace.sql_files, &|| hash_of(self.sql_list()))
        {
            return Compared::Different;
        }
        let as_now = |(path, before): &(String, Result<u128, ReadError>)| {
            let now = self.inner.digest(path);
            (now != *before).then(|| (path.clone(), before.clone(), now))
        };
        let differing: Vec<_> = trace.answers.par_iter().filter_map(as_now).collect();
        if differing.is_empty() {
            return Compared::Same;
        }
        let texts = differing.into_iter().map(|(path, before, now)| {
            let (before, now) = (before.ok()?, now.ok()?);
            Some(Change { path, before, now })
        });
        texts.collect::<Option<_>>().map_or(Compared::Different, Compared::Changed)
    }

    fn rust_list(&self) -> &Vec<String> {
        self.rust_files.get_or_init(|| self.inner.rust_files())
    }

    fn sql_list(&self) -> &Vec<String> {
        self.sql_files.get_or_init(|| self.inner.sql_files())
    }
}

impl Tree for Recorded {
    fn read(&self, path: &str) -> Answer {
        if let Some(answer) = self.answers.lock().expect("no panic while locked").get(path) {
            return answer.clone();
        }
        let answer = self.inner.read(path);
        let mut answers = self.answers.lock().expect("no panic while locked");
        // Whoever came first is right: nobody may see a file change while it is looked at.
        answers.entry(path.to_owned()).or_insert(answer).clone()
    }

    fn rust_files(&self) -> Vec<String> {
        self.rust_list().clone()
    }

    fn sql_files(&self) -> Vec<String> {
        self.sql_list().clone()
    }
}

fn digest(answer: &Answer) -> Result<u128, ReadError> {
    answer.as_ref().map(|text| hash_of_text(text)).map_err(Clone::clone)
}

/// A hash of 128 bits.
pub fn hash_of_text(text: &str) -> u128 {
    xxh3_128(text.as_bytes())
}

/// A hash of 128 bits.
pub fn hash_of<T: Hash + ?Sized>(value: &T) -> u128 {
    let mut hasher = Xxh3::new();
    value.hash(&mut hasher);
    hasher.digest128()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryTree;

    fn tree(files: &[(&str, &str)]) -> Arc<dyn Tree> {
        let text = |(path, text): &(&str, &str)| ((*path).to_owned(), Arc::from(*text));
        Arc::new(MemoryTree { files: files.iter().map(text).collect() })
    }

    #[test]
    fn only_what_was_asked_for_counts() {
        let before = tree(&[("a.rs", "a"), ("b.rs", "b"), ("c.txt", "c")]);
        let recorded = Recorded::new(before);
        assert_eq!(recorded.rust_files(), ["a.rs", "b.rs"]);
        assert_eq!(recorded.read("a.rs").as_deref(), Ok("a"));
        assert_eq!(recorded.read("none.rs"), Err(ReadError::NotFound));
        let trace = recorded.trace();

        let compared = |files: &[(&str, &str)]| Recorded::new(tree(files)).compare(&trace);
        assert_eq!(compared(&[("a.rs", "a"), ("b.rs", "other"), ("d.txt", "d")]), Compared::Same);
        let change =
            Change { path: "a.rs".to_owned(), before: hash_of_text("a"), now: hash_of_text("other") };
        assert_eq!(compared(&[("a.rs", "other"), ("b.rs", "b")]), Compared::Changed(vec![change]));
        assert_eq!(compared(&[("a.rs", "a")]), Compared::Different);
        assert_eq!(compared(&[("a.rs", "a"), ("b.rs", "b"), ("c.rs", "c")]), Compared::Different);
    }

    #[test]
    fn a_file_that_comes_to_be_where_one_was_looked_for_is_no_mere_change() {
        let before = tree(&[]);
        let recorded = Recorded::new(before);
        assert_eq!(recorded.read("query.txt"), Err(ReadError::NotFound));
        let after = tree(&[("query.txt", "text")]);
        assert_eq!(Recorded::new(after).compare(&recorded.trace()), Compared::Different);
    }
}
