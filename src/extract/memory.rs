//! What is known of files that were read before.

use super::facts::FileFacts;
use std::sync::Arc;

/// Facts by the text that they are of.
pub trait Memory: Sync {
    /// The facts of a text, if it was seen before.
    fn facts(&self, text: &str) -> Option<Arc<FileFacts>>;
    /// Remembers the facts of a text.
    fn keep_facts(&self, text: &str, facts: &Arc<FileFacts>);
}

/// Remembers nothing.
pub struct Forgetful;

impl Memory for Forgetful {
    fn facts(&self, _: &str) -> Option<Arc<FileFacts>> {
        None
    }

    fn keep_facts(&self, _: &str, _: &Arc<FileFacts>) {}
}
