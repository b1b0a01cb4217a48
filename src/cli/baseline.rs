//! `baseline`: what is found today is accepted, or what is gone is taken out.

use super::args::Global;
use super::check::Checked;
use super::error::CliError;
use super::{Exit, destination, session};
use crate::baseline::{Baseline, Update, update};
use crate::output::report::{Report, counted};
use crate::rules::{self, Finding};

/// Writes the baseline anew, and says what changed in it.
pub(super) fn run(global: &Global, prunes: bool, accept: &[String]) -> Result<Exit, CliError> {
    let mut checked = Checked::new(global)?;
    let old = checked.baseline.take();
    let before = old.clone().unwrap_or_default();
    let new = match accept {
        [] => {
            let how = if prunes { Update::Prune } else { Update::Accept };
            let mut report = checked.report.clone();
            let gone = checked.compare(&mut report, &before);
            update(&before, how, &report.findings, &gone)
        }
        identities => accepted(&before, identities, &checked.report)?,
    };
    let path = session::baseline_path(global, &checked.source);
    if old.is_some() || !prunes {
        destination::write_own(&path, &new.write())?;
    }
    session::tell(global, &summary(&before, &new, &path.display().to_string()));
    session::tell_incomplete(global, &checked.report.incomplete);
    Ok(if checked.report.incomplete.is_empty() { Exit::Clean } else { Exit::Incomplete })
}

/// The baseline with these findings accepted too.
fn accepted(before: &Baseline, identities: &[String], report: &Report) -> Result<Baseline, CliError> {
    let mut new = before.clone();
    for identity in identities {
        let found = report.findings.iter().find(|finding| finding.identity == *identity);
        let Some(finding) = found else { return Err(unknown(identity, &report.findings)) };
        new.accept(identity, rules::occurrences(finding));
    }
    Ok(new)
}

fn unknown(identity: &str, findings: &[Finding]) -> CliError {
    CliError::unknown("finding", identity, findings.iter().map(|finding| finding.identity.as_str()))
}

fn summary(before: &Baseline, new: &Baseline, path: &str) -> String {
    let added = new.iter().filter(|(identity, entry)| before.count(identity) < entry.count).count();
    let taken = before.iter().filter(|(identity, entry)| new.count(identity) < entry.count).count();
    format!("baseline: +{added} -{taken}, {} accepted in `{path}`", counted(new.len(), "finding"))
}
