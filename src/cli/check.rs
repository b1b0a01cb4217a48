//! `check`: the workspace against its policy.

use super::args::Global;
use super::error::CliError;
use super::outputs::Outputs;
use super::progress::Progress;
use super::since::{self, Before};
use super::{Exit, session, step_summary};
use crate::baseline::{Baseline, Delta, Gone, compare};
use crate::cache::Cache;
use crate::config::policy::Policy;
use crate::exceptions;
use crate::extract::Ahead;
use crate::output::check::FORMATS;
use crate::output::closing::delta_lines;
use crate::output::report::{Report, Shown};
use crate::rules::{self, Debt, Finding, Site, StaleEntry};
use crate::source::{self, Source};
use crate::{Known, Stage, config};
use std::collections::HashSet;

/// The rule about entries of the baseline that are gone.
const STALE: &str = "stale-baseline";

/// Checks, writes the report, and says how it went.
pub(super) fn run(global: &Global) -> Result<Exit, CliError> {
    let outputs = Outputs::new(global, FORMATS)?;
    let mut checked = Checked::new(global)?;
    let before = since::before(global, &checked, &|_| {})?;
    let baseline = checked.baseline.take().filter(|_| !global.no_baseline);
    let mut report = checked.against(global, baseline.as_ref(), before.as_ref());
    let shown = if outputs.has("cargo") { Shown::EveryPlace } else { Shown::FirstPlace };
    report.add_sources(shown, &checked.policy, &*checked.source.tree);
    outputs.write(global, &report)?;
    if outputs.has("github") {
        step_summary::add(global, &report);
    }
    if !outputs.tells_people() {
        delta_lines(&report).iter().for_each(|line| session::tell(global, line));
    }
    session::tell_incomplete(global, &report.incomplete);
    Ok(Exit::of(&report))
}

/// A workspace with what it is checked against.
pub(super) struct Subject {
    pub(super) source: Source,
    pub(super) policy: Policy,
    /// What is accepted, if the file is there.
    pub(super) baseline: Option<Baseline>,
    /// The packages that were asked for.
    chosen: Option<Vec<usize>>,
    cache: Option<Cache>,
    ahead: Ahead,
}

impl Subject {
    pub(super) fn load(global: &Global, progress: &Progress) -> Result<Subject, CliError> {
        progress.enter(Stage::Load);
        let (source, ahead) = session::load(global)?;
        let chosen = session::packages(global, &source.packages)?;
        let Some(policy) = session::policy(global, &source)? else {
            return Err(CliError::NoPolicy { looked_at: source.root.join(config::FILE_NAME) });
        };
        let baseline = session::baseline(global, &source)?;
        let cache = session::cache(global, &source);
        Ok(Subject { source, policy, baseline, chosen, cache, ahead })
    }

    /// What spares some work.
    pub(super) fn known(&self) -> Known<'_> {
        Known { cache: self.cache.as_ref(), ahead: Some(&self.ahead), ..Known::default() }
    }
}

/// A workspace with all that was found in it, before anything is accepted or left out.
pub(super) struct Checked {
    pub(super) source: Source,
    pub(super) policy: Policy,
    pub(super) report: Report,
    /// What is accepted, if the file is there.
    pub(super) baseline: Option<Baseline>,
    /// The packages that were asked for.
    chosen: Option<Vec<usize>>,
    pub(super) cache: Option<Cache>,
}

impl Checked {
    pub(super) fn new(global: &Global) -> Result<Checked, CliError> {
        let progress = Progress::start(global);
        let subject = Subject::load(global, &progress)?;
        let enter = |stage| progress.enter(stage);
        let mut report = crate::check(&subject.source, &subject.policy, subject.known(), &enter)?;
        let Subject { source, policy, baseline, chosen, cache, .. } = subject;
        accept_exceptions(&mut report, &policy);
        Ok(Checked { source, policy, report, baseline, chosen, cache })
    }

    /// The report on what was asked for, with what is accepted told apart.
    fn against(&mut self, global: &Global, baseline: Option<&Baseline>, before: Option<&Before>) -> Report {
        let mut report = std::mem::take(&mut self.report);
        let since = before.map(|before| (before, Baseline::of(&report.findings)));
        report.packages = std::mem::take(&mut self.source.cargo_packages);
        let gone = self.compare(&mut report, baseline.unwrap_or(&Baseline::default()));
        if tells_stale(global, &self.policy) {
            let path = session::baseline_name(global, &self.source);
            add_stale(&mut report, &self.policy, &gone, &path);
        } else {
            report.idle.insert(STALE.to_owned(), "not asked for: `--strict-baseline` does".to_owned());
        }
        report.delta = baseline.map(|_| Delta::new(&report.findings, gone));
        if let Some((before, today)) = since {
            before.compare(&today, &mut report);
        }
        if global.strict_baseline && !self.policy.sets(STALE) {
            report.deny(|finding| finding.rule == STALE);
        }
        if global.deny_warnings {
            report.deny(|_| true);
        }
        report.folder = source::folder_in_repository(&self.source.root);
        report
    }

    /// Gives each finding its standing and leaves out what was not asked for; returns what of the baseline is gone. Where
    /// part of the code was not seen, nothing is known to be gone.
    pub(super) fn compare(&self, report: &mut Report, baseline: &Baseline) -> Vec<Gone> {
        let mut gone = compare(&mut report.findings, baseline);
        if let Some(chosen) = &self.chosen {
            report.retain_packages(&self.source.packages, chosen);
            let packages = chosen.iter().map(|&index| &self.source.packages[index]);
            let crates = packages.flat_map(|package| &package.targets).map(|target| target.name.as_str());
            retain_gone(&mut gone, &report.findings, &crates.collect());
        }
        match report.incomplete.is_empty() {
            true => gone,
            false => Vec::new(),
        }
    }
}

/// Takes out what exceptions in the source allow; those that are not in order, and dates that are over, are findings.
pub(super) fn accept_exceptions(report: &mut Report, policy: &Policy) {
    let complete = report.incomplete.is_empty();
    let flawed = exceptions::apply(&mut report.findings, &report.exceptions, policy, complete);
    report.findings.extend(rules::run_debt(&Debt { policy, exceptions: &flawed, stale: &[] }));
    rules::sort(&mut report.findings);
}

/// Whether entries of the baseline that are gone are findings: where somebody asks for it.
fn tells_stale(global: &Global, policy: &Policy) -> bool {
    global.strict_baseline || policy.sets(STALE)
}

/// Adds a finding for each entry that is gone.
fn add_stale(report: &mut Report, policy: &Policy, gone: &[Gone], path: &str) {
    let stale: Vec<StaleEntry> = gone.iter().map(|gone| stale_entry(gone, path)).collect();
    // The exceptions have had their say.
    let debt = Debt { policy, exceptions: &[], stale: &stale };
    report.findings.extend(rules::run_debt(&debt).into_iter().filter(|finding| finding.rule == STALE));
    rules::sort(&mut report.findings);
}

fn stale_entry(gone: &Gone, path: &str) -> StaleEntry {
    let line = gone.accepted.line;
    let width = gone.identity.chars().count() as u32 + 2;
    StaleEntry {
        site: Site { file: path.to_owned(), line, column: 1, width, label: String::new() },
        identity: gone.identity.clone(),
        accepted: gone.accepted.count,
        now: gone.now,
    }
}

/// Keeps what is gone from a part of the workspace: the findings that are left of it, or the crates that it consists of,
/// say so. Of what names no crate nobody knows where it was; it is left alone.
fn retain_gone(gone: &mut Vec<Gone>, findings: &[Finding], crates: &HashSet<&str>) {
    let left: HashSet<&str> = findings.iter().map(|finding| finding.identity.as_str()).collect();
    gone.retain(|gone| match gone.now {
        0 => crates.contains(gone.from_crate()),
        _ => left.contains(gone.identity.as_str()),
    });
}
