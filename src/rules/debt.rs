//! What rules about debt look at: what was accepted of the findings of all other rules, and is not in order.

use super::Site;
use crate::config::policy::Policy;

/// What was accepted.
pub struct Debt<'a> {
    /// The checked `boundaries.toml`.
    pub policy: &'a Policy,
    /// Exceptions in the source that are not in order.
    pub exceptions: &'a [FlawedException],
    /// Entries of the baseline that are gone, where that is a finding.
    pub stale: &'a [StaleEntry],
}

/// An exception in the source that is not in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlawedException {
    /// Where the comment stands.
    pub site: Site,
    /// The source module of its file.
    pub source_module: String,
    /// The declared module of its file, if any.
    pub module: Option<String>,
    /// What it says behind `modcheck:`.
    pub text: String,
    /// What is wrong.
    pub flaw: Flaw,
}

/// What is wrong with an exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing is found that these rules of it would allow.
    Unused(Vec<String>),
    /// It cannot be read: a phrase.
    Unreadable(String),
    /// It gives no reason.
    NoReason,
    /// There is no rule of this name; what was meant, perhaps.
    UnknownRule(String, Option<&'static str>),
    /// The last day that it held.
    Expired(String),
}

/// An entry of the baseline for something that is gone, or occurs less often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaleEntry {
    /// Its line in the file of the baseline.
    pub site: Site,
    /// The identity.
    pub identity: String,
    /// How often it was accepted.
    pub accepted: u32,
    /// How often it still occurs.
    pub now: u32,
}
