//! How a baseline changes when somebody asks for it.

use super::{Baseline, Gone};
use crate::rules::{self, Finding};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Update {
    /// Accept what is found today, and nothing else.
    Accept,
    /// Take out what is gone; accept nothing.
    Prune,
}

/// The baseline after an update with the findings of today, or of a part of the workspace, and with what of the old
/// baseline is gone and may be taken out. All else stays as it was.
pub fn update(old: &Baseline, update: Update, findings: &[Finding], gone: &[Gone]) -> Baseline {
    let mut new = old.clone();
    if update == Update::Accept {
        for finding in findings {
            let accepted = old.count(&finding.identity);
            new.accept(&finding.identity, accepted.max(rules::occurrences(finding)));
        }
    }
    for Gone { identity, now, .. } in gone {
        match now {
            0 => new.drop(identity),
            _ => new.accept(identity, *now),
        }
    }
    new
}
