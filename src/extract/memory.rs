//! What files say and what calls of macros expand to, remembered from one run to the next.
//!
//! The facts of a file hang on its text. A call's expansion hangs on a few texts and places and on nothing else. A hash of all of them is its key.

use super::expand::Call;
use super::facts::{CallPosition, FileFacts};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_128;

/// Remembers facts by a hash of the text that they are of, and expansions by their keys. The keys know nothing of the tool: what one build of it remembers is of no use to
/// another.
pub trait Memory: Sync {
    /// The facts of the text with a hash, if it was seen before.
    fn facts(&self, hash: u128) -> Option<Arc<FileFacts>>;

    /// The facts of the text with a hash, if they were made in this run and are not kept yet.
    fn extracted(&self, _: u128) -> Option<Arc<FileFacts>> {
        None
    }

    /// Keeps the facts of a text, under its hash.
    fn keep_facts(&self, hash: u128, text: &str, facts: &Arc<FileFacts>);

    /// What was kept under a key: `Some(None)` is what was kept as nothing.
    fn recall(&self, key: u128) -> Option<Option<Remembered>>;

    /// Keeps an expansion under a key, or that there is none. May be called several times for one key, always with the
    /// same.
    fn keep(&self, key: u128, made: Option<&Remembered>);
}

/// A remembered expansion.
#[derive(Clone, Debug, bitcode::Encode, bitcode::Decode)]
pub struct Remembered {
    /// What the expansion says.
    pub facts: Arc<FileFacts>,
    /// It says the same wherever the call stands, and its places do not count.
    pub shared: bool,
}

/// Remembers nothing.
pub struct Forgetful;

impl Memory for Forgetful {
    fn facts(&self, _: u128) -> Option<Arc<FileFacts>> {
        None
    }

    fn keep_facts(&self, _: u128, _: &str, _: &Arc<FileFacts>) {}

    fn recall(&self, _: u128) -> Option<Option<Remembered>> {
        None
    }

    fn keep(&self, _: u128, _: Option<&Remembered>) {}
}

/// The key of a macro: what the keys of its calls begin with, and that of what every call in a body adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MacroKey(u128);

impl MacroKey {
    /// Of a macro's text, with the position of its calls. `is_expanded` knows the names of the macros whose calls will be
    /// expanded in turn; those that the text speaks of count, since only of them an expansion can ask.
    pub fn new(text: &str, position: CallPosition, is_expanded: &dyn Fn(&str) -> bool) -> MacroKey {
        let mut bytes = xxh3_128(text.as_bytes()).to_le_bytes().to_vec();
        if position == CallPosition::Body {
            for word in words(text).filter(|word| is_expanded(word)) {
                bytes.extend(word.as_bytes());
                bytes.push(0);
            }
        }
        bytes.push(u8::from(position == CallPosition::Body));
        MacroKey(xxh3_128(&bytes))
    }

    /// The key of what every call in a body adds, whatever its arguments. Kept as nothing where calls differ.
    pub fn every(self) -> u128 {
        self.0
    }

    /// The key of what all calls of a text expand to, wherever they stand.
    pub fn anywhere(self, call: &Call<'_>) -> u128 {
        self.key(call, [0; 4])
    }

    /// The key of one call's expansion.
    pub fn of(self, call: &Call<'_>) -> u128 {
        let arguments = call.arguments.unwrap_or_default();
        self.key(call, [call.pos.line, call.pos.column, arguments.line, arguments.column])
    }

    fn key(self, call: &Call<'_>, places: [u32; 4]) -> u128 {
        let mut bytes = [0; 50];
        bytes[..16].copy_from_slice(&self.0.to_le_bytes());
        bytes[16..32].copy_from_slice(&xxh3_128(call.text.as_bytes()).to_le_bytes());
        for (place, slot) in places.iter().zip(bytes[32..48].chunks_exact_mut(4)) {
            slot.copy_from_slice(&place.to_le_bytes());
        }
        bytes[48] = u8::from(call.arguments.is_some());
        bytes[49] = u8::from(call.added_only);
        xxh3_128(&bytes)
    }
}

/// Everything in a macro's text that may be an identifier, raw ones with and without their prefix.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let of_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '#' || !c.is_ascii();
    let words = text.split(move |c| !of_word(c)).filter(|word| !word.is_empty());
    words.flat_map(|word| {
        let bare = word.rsplit('#').next().unwrap_or(word);
        [Some(word), Some(bare).filter(|bare| *bare != word)].into_iter().flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::facts::Pos;

    fn key(text: &str, macros: &[&str]) -> MacroKey {
        MacroKey::new(text, CallPosition::Body, &|name| macros.contains(&name))
    }

    #[test]
    fn only_macros_that_the_text_speaks_of_count() {
        let text = "() => { other!(); r#raw!() }";
        assert_eq!(key(text, &[]), key(text, &["elsewhere"]));
        assert_ne!(key(text, &[]), key(text, &["other"]));
        assert_ne!(key(text, &[]), key(text, &["raw"]));
        assert_ne!(key(text, &["raw"]), key(text, &["r#raw"]));
        let among_items =
            |macros: &[&str]| MacroKey::new(text, CallPosition::Item, &|name| macros.contains(&name));
        assert_eq!(among_items(&[]), among_items(&["other"]));
        assert_ne!(among_items(&[]), key(text, &[]));
    }

    #[test]
    fn everything_that_a_call_says_counts() {
        let at = |line, column| Pos { line, column };
        let call = |text, pos, arguments, added_only| {
            let call = Call { text, position: CallPosition::Body, pos, arguments, added_only };
            key("() => {}", &[]).of(&call)
        };
        let keys = [
            call("a", at(1, 1), Some(at(1, 5)), true),
            call("b", at(1, 1), Some(at(1, 5)), true),
            call("a", at(2, 1), Some(at(1, 5)), true),
            call("a", at(1, 2), Some(at(1, 5)), true),
            call("a", at(1, 1), Some(at(2, 5)), true),
            call("a", at(1, 1), Some(at(1, 6)), true),
            call("a", at(1, 1), Some(Pos::default()), true),
            call("a", at(1, 1), None, true),
            call("a", at(1, 1), Some(at(1, 5)), false),
        ];
        assert!((1..keys.len()).all(|end| !keys[..end].contains(&keys[end])));
    }
}
