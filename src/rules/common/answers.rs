//! What rules ask of a definition again and again, and was answered once.

use crate::graph::flow::Definition;
use rustc_hash::FxHashMap;
use std::sync::{Mutex, PoisonError};

/// Answers to one question. They depend on the definition alone, so it does not matter who asks first.
pub struct Answers<T>(Mutex<FxHashMap<Definition, T>>);

impl<T> Default for Answers<T> {
    fn default() -> Answers<T> {
        Answers(Mutex::default())
    }
}

impl<T: Copy> Answers<T> {
    /// The answer for a definition; found if nobody asked before.
    pub fn of(&self, definition: Definition, find: impl FnOnce() -> T) -> T {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = known().get(&definition) {
            return *answer;
        }
        let answer = find();
        known().insert(definition, answer);
        answer
    }
}
