//! The report of a whole check, kept with everything that the check read.
//!
//! A report holds as long as cargo says the same of the packages, the policy is the same, and each file that was asked
//! for says what it said. There are a few places for reports, taken by what they are an answer to, so that neither
//! policies that are tried out nor revisions that come and go fill the disk.

use super::moved::{self, Moves};
use super::{Cache, Others, sealed};
use crate::config::policy::{Place, Policy};
use crate::extract;
use crate::output::report::Report;
use crate::source::{Change, Compared, Package, Recorded, Trace, Tree, hash_of, hash_of_text};
use std::path::PathBuf;

/// How many reports are kept.
const PLACES: u128 = 16;

/// What a report is the answer to, beside the files: a hash of the packages and the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, bitcode::Encode, bitcode::Decode)]
pub struct Question(u128);

impl Question {
    /// What a check of these packages, today or at a commit, against this policy asks.
    pub fn new(packages: &[Package], policy: &Policy, commit: Option<&str>) -> Question {
        let over: Vec<Place> = policy.over().map(|(_, entry)| entry.place).collect();
        Question(hash_of(&(packages, &policy.file, &policy.text, &policy.overrides, over, commit)))
    }
}

#[derive(bitcode::Encode, bitcode::Decode)]
struct Kept {
    question: Question,
    trace: Trace,
    report: Report,
}

impl Cache {
    /// The report that an earlier check came to, if it would come to the same today: nothing changed, or nothing but where
    /// things stand. It has no sources yet.
    pub fn outcome(&self, question: Question, files: &Recorded) -> Option<Report> {
        let kept: Kept = sealed::read(&self.place(question))?;
        if kept.question != question {
            return None;
        }
        match files.compare(&kept.trace) {
            Compared::Same => Some(kept.report),
            Compared::Changed(changed) => {
                let report = self.moved(kept.report, &changed, files)?;
                self.facts.save(Others::Keep);
                self.keep_outcome(question, kept.trace.after(changed), &report);
                Some(report)
            }
            Compared::Different => None,
        }
    }

    /// The report after files changed, if they say the same elsewhere.
    fn moved(&self, mut report: Report, changed: &[Change], files: &Recorded) -> Option<Report> {
        for Change { path, before, now } in changed {
            let before = self.facts.get(*before)?;
            let text = files.read(path).ok().filter(|text| hash_of_text(text) == *now)?;
            let facts = extract::remembered(&text, self);
            let pieces = moved::pieces(&facts, &text);
            Moves::new((&before.facts, before.pieces), (&facts, pieces))?.apply(path, &mut report)?;
        }
        Some(report)
    }

    /// Keeps the report of a check, with what it read.
    pub fn keep_outcome(&self, question: Question, trace: Trace, report: &Report) {
        let kept = Kept { question, trace, report: report.clone() };
        let written = std::fs::create_dir_all(self.outcomes());
        // Where it cannot be written the next run takes longer, no more.
        drop(written.and_then(|()| sealed::write(&self.place(question), &kept)));
    }

    fn place(&self, question: Question) -> PathBuf {
        self.outcomes().join(format!("{:x}.bin", question.0 % PLACES))
    }
}
