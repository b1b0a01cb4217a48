//! The report of a whole check, kept with everything that the check read.
//!
//! A report holds as long as cargo says the same of the packages, the policy is the same, and each file that was asked
//! for says what it said. There are a few places for reports, taken by what they are an answer to, so that neither
//! policies that are tried out nor revisions that come and go fill the disk.

use super::kept::KeptReport;
use super::{Cache, sealed};
use crate::config::policy::Policy;
use crate::output::report::Report;
use crate::source::{Compared, Package, Recorded, Trace, hash_of};
use std::path::PathBuf;

/// How many reports are kept.
const PLACES: u128 = 16;

/// What a report is the answer to, beside the files: a hash of the packages and the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, bitcode::Encode, bitcode::Decode)]
pub struct Question(u128);

impl Question {
    /// What a check of these packages against this policy asks.
    pub fn new(packages: &[Package], policy: &Policy) -> Question {
        Question(hash_of(&(packages, &policy.file, &policy.text)))
    }
}

#[derive(bitcode::Encode, bitcode::Decode)]
struct Kept {
    question: Question,
    trace: Trace,
    report: KeptReport,
}

impl Cache {
    /// The report that an earlier check came to, if it would come to the same today. It has no sources yet.
    pub fn outcome(&self, question: Question, files: &Recorded) -> Option<Report> {
        let kept: Kept = sealed::read(&self.place(question))?;
        if kept.question != question || files.compare(&kept.trace) != Compared::Same {
            return None;
        }
        kept.report.restore()
    }

    /// Keeps the report of a check, with what it read.
    pub fn keep_outcome(&self, question: Question, files: &Recorded, report: &Report) {
        let kept = Kept { question, trace: files.trace(), report: KeptReport::new(report) };
        let written = std::fs::create_dir_all(self.outcomes());
        // Where it cannot be written the next run takes longer, no more.
        drop(written.and_then(|()| sealed::write(&self.place(question), &kept)));
    }

    fn place(&self, question: Question) -> PathBuf {
        self.outcomes().join(format!("{:x}.bin", question.0 % PLACES))
    }
}
