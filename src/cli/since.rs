//! `--since`: the workspace as it was at a revision, held against the policy of today.

use super::args::Global;
use super::check::{Checked, accept_exceptions};
use super::error::CliError;
use super::session;
use crate::baseline::{Baseline, Since, compare_since};
use crate::extract::Ahead;
use crate::output::report::Report;
use crate::rules::Finding;
use crate::source::{self, Package};
use crate::{Known, Stage};

/// What was found at a revision.
pub(super) struct Before {
    revision: String,
    commit: String,
    /// Everything.
    accepted: Baseline,
    /// What was found in the packages that were asked for.
    findings: Vec<Finding>,
}

/// Checks the revision that was asked for, if one was.
pub(super) fn before(
    global: &Global,
    checked: &Checked,
    enter: &dyn Fn(Stage),
) -> Result<Option<Before>, CliError> {
    let Some(revision) = &global.since else { return Ok(None) };
    let base = source::load_revision(&checked.source.root, revision)?;
    let ahead = Ahead::default();
    let known =
        Known { cache: checked.cache.as_ref(), ahead: Some(&ahead), revision: Some(base.commit.as_str()) };
    let mut report = crate::check(&base.source, &checked.policy, known, enter)?;
    accept_exceptions(&mut report, &checked.policy);
    let broken = report.incomplete.iter().filter(|reason| !reason.starts_with(&checked.policy.file));
    if broken.count() > 0 {
        session::tell(
            global,
            &format!("note: the analysis of `{revision}` is incomplete: what was there may count as new"),
        );
    }
    let accepted = Baseline::of(&report.findings);
    retain(global, &mut report, &base.source.packages);
    Ok(Some(Before { revision: revision.clone(), commit: base.commit, accepted, findings: report.findings }))
}

/// Leaves out what was not asked for. A package that was not there yet had no findings.
fn retain(global: &Global, report: &mut Report, packages: &[Package]) {
    if global.package.is_empty() {
        return;
    }
    let chosen = global.package.iter().filter_map(|name| packages.iter().position(|p| p.name == *name));
    report.retain_packages(packages, &chosen.collect::<Vec<_>>());
}

impl Before {
    /// Takes what was found before for accepted, and says what is fixed: `today` accepts all
    /// that is found today, and the report holds what of it was asked for.
    pub(super) fn compare(&self, today: &Baseline, report: &mut Report) {
        let fixed = match report.incomplete.is_empty() {
            true => compare_since(&mut report.findings, &self.accepted, (&self.findings, today)),
            // What was not seen may still be there.
            false => {
                compare_since(&mut report.findings, &self.accepted, (&[], today));
                Vec::new()
            }
        };
        let added = report.open().count();
        report.since =
            Some(Since { revision: self.revision.clone(), commit: self.commit.clone(), added, fixed });
    }
}
