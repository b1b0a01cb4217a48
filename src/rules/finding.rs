//! What a rule says: findings as plain data.

use crate::config::policy::{Place, Severity};
use std::collections::BTreeSet;

/// One result of one rule. Its identity never contains a line number.
#[derive(Clone, Debug, PartialEq, Eq, bitcode::Encode, bitcode::Decode)]
pub struct Finding {
    /// Rule name, e.g. `private-access`.
    pub rule: String,
    /// After `[rules]` and the module's own overrides.
    pub severity: Severity,
    /// A lower-case phrase without a full stop.
    pub message: String,
    /// Where it was found, in order; the first is the one to show. Never empty.
    pub sites: Vec<Site>,
    /// What refers: a source module id, a module name, or a package.
    pub from: String,
    /// What it refers to: an item's path, a module name, a crate.
    pub to: String,
    /// The declared module that the finding starts in, if any.
    pub from_module: Option<String>,
    /// The declared module that it reaches into, if any.
    pub to_module: Option<String>,
    /// More modules whose extraction it stands in the way of: those that call a function, are part of a cycle, own a table.
    pub holds_up: Vec<String>,
    /// `rule from -> to`.
    pub identity: String,
    /// How the item was reached, where a `use` or a re-export is involved; how a transaction came to a table.
    pub trail: Vec<TrailStep>,
    /// The line of the policy that it breaks.
    pub policy: Option<PolicyRef>,
    /// The module's `because`.
    pub because: Option<String>,
    /// What to do: each a phrase; the first is the one to show.
    pub help: Vec<String>,
    /// Rests on type inference alone.
    pub inferred: bool,
    /// Whether it was accepted before. Not kept from one run to the next.
    #[bitcode(skip)]
    pub standing: Standing,
}

/// Whether a finding was accepted before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// It was not.
    #[default]
    New,
    /// It was, but it occurs more often now.
    Grown {
        /// How often it may occur.
        accepted: u32,
    },
    /// It was.
    Known,
    /// It was not, but it was there at the revision that is compared with.
    Earlier,
}

impl Finding {
    /// Every module whose extraction it may stand in the way of, each once.
    pub fn modules(&self) -> BTreeSet<&str> {
        self.from_module.iter().chain(&self.to_module).chain(&self.holds_up).map(String::as_str).collect()
    }
}

impl Standing {
    /// Whether it is still to be dealt with.
    pub fn is_open(self) -> bool {
        !matches!(self, Standing::Known | Standing::Earlier)
    }
}

/// A place in the source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, bitcode::Encode, bitcode::Decode)]
pub struct Site {
    /// Path relative to the workspace root.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// How many characters to underline; at least 1.
    pub width: u32,
    /// What stands there, in a few words; may be empty.
    pub label: String,
}

/// How many characters the word has that begins at a column of a line, counted from 1; at least one, so that there is
/// something to see.
pub fn word_width(line: &str, column: u32) -> u32 {
    let rest = line.chars().skip(column.saturating_sub(1) as usize);
    (rest.take_while(|c| c.is_alphanumeric() || *c == '_').count() as u32).max(1)
}

/// One hop of a trail, ready to print.
#[derive(Clone, Debug, PartialEq, Eq, bitcode::Encode, bitcode::Decode)]
pub struct TrailStep {
    /// Path relative to the workspace root.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// `shop::payments::charge`, the name that was passed.
    pub name: String,
    /// What happens here: `re-exports …`, `defined`, `is handed the connection`.
    pub note: String,
}

/// The line of `boundaries.toml` behind a finding.
#[derive(Clone, Debug, PartialEq, Eq, bitcode::Encode, bitcode::Decode)]
pub struct PolicyRef {
    /// Path of the file.
    pub file: String,
    /// Where.
    pub place: Place,
    /// The line's text, trimmed.
    pub text: String,
}
