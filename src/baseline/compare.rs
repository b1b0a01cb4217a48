//! What a baseline says of the findings of today.

use super::{Baseline, Entry};
use crate::rules::{self, Finding, Standing};

/// How findings and a baseline differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delta {
    /// How many findings are not accepted, or occur more often than that.
    pub added: usize,
    /// What is accepted and no longer there, sorted by identity.
    pub gone: Vec<Gone>,
    /// How many findings are accepted and still there.
    pub left: usize,
}

/// How findings differ from those of an earlier revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Since {
    /// The revision, as it was asked for.
    pub revision: String,
    /// The commit's full name.
    pub commit: String,
    /// How many findings were not there, or less often.
    pub added: usize,
    /// The identities of those that are gone, or occur less often, sorted.
    pub fixed: Vec<String>,
}

/// An entry that is not needed any more, or not all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// The identity.
    pub identity: String,
    /// What is accepted.
    pub accepted: Entry,
    /// How often it still occurs.
    pub now: u32,
}

impl Gone {
    /// The crate that the finding started in, if its identity begins with the path of an item or a source module.
    pub fn from_crate(&self) -> &str {
        let from = self.identity.split_once(' ').map_or("", |(_, rest)| rest);
        let end = from.find([':', '{', ' ']).unwrap_or(from.len());
        &from[..end]
    }
}

impl Delta {
    /// Sums up findings that have their standing.
    pub fn new(findings: &[Finding], gone: Vec<Gone>) -> Delta {
        let added = findings.iter().filter(|finding| finding.standing.is_open()).count();
        let left = findings.iter().filter(|finding| finding.standing != Standing::New).count();
        Delta { added, gone, left }
    }
}

/// Takes what was found at an earlier revision for accepted, beside what is. Returns the identities, sorted, of what is fixed:
/// what was found then (`before`), and today less often (`now` is what accepts all that is found today).
pub fn compare_since(
    findings: &mut [Finding],
    accepted: &Baseline,
    (before, now): (&[Finding], &Baseline),
) -> Vec<String> {
    for finding in findings.iter_mut().filter(|finding| finding.standing.is_open()) {
        let Some(entry) = accepted.get(&finding.identity) else { continue };
        finding.standing = match finding.standing {
            _ if rules::occurrences(finding) <= entry.count => Standing::Earlier,
            Standing::Grown { accepted } => Standing::Grown { accepted: accepted.max(entry.count) },
            _ => Standing::Grown { accepted: entry.count },
        };
    }
    let is_fixed = |finding: &&Finding| now.count(&finding.identity) < rules::occurrences(finding);
    let mut fixed: Vec<String> =
        before.iter().filter(is_fixed).map(|finding| finding.identity.clone()).collect();
    fixed.sort();
    fixed
}

/// Gives each finding its standing; what is left of the baseline is what it does not need.
pub fn compare(findings: &mut [Finding], baseline: &Baseline) -> Vec<Gone> {
    for finding in findings.iter_mut() {
        finding.standing = match baseline.get(&finding.identity) {
            None => Standing::New,
            Some(entry) if entry.count < rules::occurrences(finding) => {
                Standing::Grown { accepted: entry.count }
            }
            Some(_) => Standing::Known,
        };
    }
    let now = Baseline::of(&*findings);
    let gone = baseline.iter().filter_map(|(identity, accepted)| {
        let now = now.count(identity);
        (now < accepted.count).then(|| Gone { identity: identity.to_owned(), accepted, now })
    });
    gone.collect()
}
