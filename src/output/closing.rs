//! What a run comes to, in a few words: what was found, how much was looked at, what changed.

use super::completeness;
use super::report::{Report, counted, percent};
use crate::baseline::{Delta, Since};
use crate::config::policy::Severity;

/// How many findings are listed that a change fixes.
const FIXED: usize = 20;

/// What was found: `1 error, 2 warnings`.
pub fn verdict(report: &Report) -> String {
    let (errors, warnings) = (report.count(Severity::Deny), report.count(Severity::Warn));
    match (errors, warnings) {
        (0, 0) if report.incomplete.is_empty() => "no findings".to_owned(),
        (0, 0) => "no findings, but the analysis is incomplete".to_owned(),
        (0, _) => counted(warnings, "warning"),
        (_, 0) => counted(errors, "error"),
        _ => format!("{}, {}", counted(errors, "error"), counted(warnings, "warning")),
    }
}

/// The last line of a run: what was found, and how much was looked at.
pub fn summary(report: &Report) -> String {
    format!("{}; looked at {}", verdict(report), extent(report))
}

/// How much was looked at.
pub fn extent(report: &Report) -> String {
    let resolution = &report.resolution;
    let unresolved = match resolution.unresolved {
        0 => String::new(),
        _ => format!(" ({})", completeness::unresolved(resolution)),
    };
    format!(
        "{} ({}, {}), {} of {} resolved{unresolved}",
        counted(report.extent.modules, "module"),
        counted(report.extent.source_modules, "source module"),
        counted(report.extent.files, "file"),
        percent(resolution.share()),
        counted(resolution.references as usize, "reference"),
    )
}

/// How the findings differ from what was accepted and from an earlier revision.
pub fn delta_lines(report: &Report) -> Vec<String> {
    let mut lines: Vec<String> = report.delta.iter().map(delta_line).collect();
    if let Some(Since { revision, added, fixed, .. }) = &report.since {
        lines.extend(fixed.iter().take(FIXED).map(|identity| format!("fixed: {identity}")));
        if fixed.len() > FIXED {
            lines.push(format!("fixed: {} more", fixed.len() - FIXED));
        }
        lines.push(format!("since {revision}: +{added} -{}", fixed.len()));
    }
    lines
}

/// `baseline: +3 -7, 212 left`, and what to do about entries that are gone.
fn delta_line(delta: &Delta) -> String {
    let advice = match delta.gone.len() {
        0 => "",
        _ => "; `cargo modcheck baseline --prune` takes out what is gone",
    };
    format!("baseline: +{} -{}, {} left{advice}", delta.added, delta.gone.len(), delta.left)
}
