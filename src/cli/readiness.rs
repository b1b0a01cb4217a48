//! `readiness`: whether a module could be extracted, and whether it should be.

use super::args::Global;
use super::check::accept_exceptions;
use super::error::CliError;
use super::graph::Resolved;
use super::outputs::Outputs;
use super::progress::Progress;
use super::{Exit, destination, session};
use crate::Stage;
use crate::baseline::{Baseline, compare};
use crate::config;
use crate::config::policy::{Kind, ModuleId, Policy};
use crate::output::marks::Marks;
use crate::output::readiness::{Audited, FORMATS};
use crate::output::report::{Report, texts};
use crate::output::view::{Level, View};
use crate::readiness::trend::{self, Record};
use crate::readiness::{Accepted, Audit, Beside, audit};
use crate::rules::{self, Context, Finding, Standing};
use crate::source::{self, CodeOwners, History, HistoryError, Source};
use std::collections::BTreeSet;
use std::path::Path;

/// Audits, writes the audit, and keeps a record of it where one is wanted. Blockers are what it looks for, and no failure.
pub(super) fn run(global: &Global, module: Option<&str>, record: Option<&Path>) -> Result<Exit, CliError> {
    let outputs = Outputs::new(global, FORMATS)?;
    let progress = Progress::start(global);
    let needs_data = |policy: Option<&Policy>| policy.is_some_and(Policy::needs_data);
    let (resolved, data) = Resolved::enter(global, needs_data, &progress)?;
    let Some((policy, _)) = resolved.declared() else {
        return Err(CliError::NoPolicy { looked_at: resolved.source.root.join(config::FILE_NAME) });
    };
    let wanted = module.map(|name| domain(policy, name)).transpose()?;
    let earlier = record.map(earlier).transpose()?;
    let baseline = session::baseline(global, &resolved.source)?.unwrap_or_default();
    progress.enter(Stage::History);
    let outside = Outside::read(&resolved.source);
    progress.enter(Stage::Check);
    let mut audited = crate::judge(&resolved.graph, &data.unwrap_or_default(), policy, |context| {
        look(context, &resolved, &baseline, &outside, wanted)
    })?;
    drop(progress);
    audited.sources = texts(files(&audited.audit), policy, &*resolved.source.tree).collect();
    let complete = audited.audit.incomplete.is_empty();
    let mut text = None;
    if let Some((mut lines, records)) = earlier {
        audited.trend = records;
        // Figures that leave out what could not be read would look better than they are.
        if complete {
            let today = Record::new(&audited.audit, session::today()?.to_string());
            lines.push_str(&today.line());
            audited.trend.push(today);
            text = Some(lines);
        }
    }
    outputs.write(global, &audited)?;
    session::tell_incomplete(global, &audited.audit.incomplete);
    match (record, text) {
        (Some(path), Some(text)) => destination::write_own(path, &text)?,
        (Some(_), None) => {
            session::tell(global, "the run was not recorded, because the analysis is incomplete")
        }
        (None, _) => {}
    }
    Ok(if complete { Exit::Clean } else { Exit::Incomplete })
}

/// A module that could become a service.
fn domain(policy: &Policy, name: &str) -> Result<ModuleId, CliError> {
    let domains = || policy.modules.iter().filter(|module| module.kind == Kind::Domain);
    let id = policy
        .find(name)
        .ok_or_else(|| CliError::unknown("module", name, domains().map(|m| m.name.as_str())))?;
    match policy.module(id).kind {
        Kind::Domain => Ok(id),
        Kind::Library => Err(CliError::NoDomain { name: name.to_owned(), kind: "library" }),
        Kind::App => Err(CliError::NoDomain { name: name.to_owned(), kind: "app" }),
    }
}

/// The text of a record, and what it says.
fn earlier(path: &Path) -> Result<(String, Vec<Record>), CliError> {
    #[expect(clippy::disallowed_methods, reason = "a file that was asked for by name may lie anywhere")]
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(CliError::Record { path: path.to_owned(), reason: error.to_string() }),
    };
    let mut kept = text.clone();
    if !(kept.is_empty() || kept.ends_with('\n')) {
        kept.push('\n');
    }
    match trend::read(&text) {
        Ok(records) => Ok((kept, records)),
        Err(bad) => Err(CliError::Record { path: path.to_owned(), reason: bad.to_string() }),
    }
}

/// What is known beside the workspace's files.
struct Outside {
    history: Result<History, HistoryError>,
    code_owners: Option<CodeOwners>,
}

impl Outside {
    fn read(source: &Source) -> Outside {
        // Where git says nothing of owners, it says nothing of changes either, and why that is.
        let code_owners = source::codeowners(&source.root).ok().flatten();
        Outside { history: source::history(&source.root), code_owners }
    }
}

fn look(
    context: &Context,
    resolved: &Resolved,
    baseline: &Baseline,
    outside: &Outside,
    wanted: Option<ModuleId>,
) -> Audited {
    let findings = rules::run(context);
    let report = Report::new(findings.clone(), context);
    let incomplete = report.incomplete.clone();
    let accepted = Standings::new(report, context.policy, baseline);
    let beside = Beside {
        history: Some(outside.history.as_ref().map_err(|error| error.to_string())),
        code_owners: outside.code_owners.as_ref(),
        incomplete,
    };
    let marks = Marks::new(context, &findings, None);
    let graph = View::marked(context.model(), Level::Module, resolved.declared(), None, &marks);
    let mut audit = audit(context, &findings, |f| accepted.of(f), &beside, wanted);
    // A clone that lacks older commits has the last one all the same.
    audit.history.head = audit.history.head.or_else(|| source::head(&resolved.source.root).ok());
    Audited { audit, graph, ..Audited::default() }
}

/// Which findings are accepted.
struct Standings {
    in_baseline: BTreeSet<String>,
    /// Those that no exception took out.
    left: BTreeSet<String>,
}

impl Standings {
    fn new(mut report: Report, policy: &Policy, baseline: &Baseline) -> Standings {
        accept_exceptions(&mut report, policy);
        compare(&mut report.findings, baseline);
        let known = report.findings.iter().filter(|finding| finding.standing == Standing::Known);
        Standings {
            in_baseline: known.map(|finding| finding.identity.clone()).collect(),
            left: report.findings.into_iter().map(|finding| finding.identity).collect(),
        }
    }

    fn of(&self, finding: &Finding) -> Option<Accepted> {
        if !self.left.contains(&finding.identity) {
            return Some(Accepted::Exception);
        }
        self.in_baseline.contains(&finding.identity).then_some(Accepted::Baseline)
    }
}

/// The files that the first places of blockers lie in.
fn files(audit: &Audit) -> BTreeSet<String> {
    let blockers = audit.modules.iter().flat_map(|module| &module.blockers).chain(&audit.elsewhere);
    blockers.filter_map(|blocker| blocker.sites.first()).map(|site| site.file.clone()).collect()
}
