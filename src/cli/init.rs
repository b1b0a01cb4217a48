//! `init`: a first policy from the code as it is, with a baseline for what it finds today and a schema for editors.

use super::args::Global;
use super::check::accept_exceptions;
use super::error::CliError;
use super::progress::Progress;
use super::{Exit, destination, session};
use crate::baseline::Baseline;
use crate::config::policy::Policy;
use crate::output::draft::schema_line;
use crate::output::report::counted;
use crate::output::schema;
use crate::{Known, Proposed, Stage};
use globset::GlobSet;
use std::path::Path;

/// Writes `boundaries.toml`, its baseline and its schema, or shows the first of them.
pub(super) fn run(global: &Global, stdout: bool, force: bool) -> Result<Exit, CliError> {
    let progress = Progress::start(global);
    progress.enter(Stage::Load);
    let (source, ahead) = session::load(global)?;
    let path = session::policy_path(global, &source);
    let baseline_path = session::baseline_path(global, &source);
    let schema_path = path.with_extension("schema.json");
    if !stdout && !force {
        [&path, &baseline_path, &schema_path].into_iter().try_for_each(|path| vacant(path))?;
    }
    let cache = session::cache(global, &source);
    let known = Known { cache: cache.as_ref(), ahead: Some(&ahead), ..Known::default() };
    let enter = |stage| progress.enter(stage);
    let graph = crate::resolve_with(&source, &GlobSet::empty(), true, known, &enter);
    let data = crate::inventory(&source, &graph, None, &enter);
    progress.enter(Stage::Check);
    let name = session::shown_name(&path, &source);
    let mut proposed = crate::propose(&graph, &data, &name)?.ok_or(CliError::NothingToPropose)?;
    drop(progress);
    proposed.policy.today = Some(session::today()?);
    accept_exceptions(&mut proposed.report, &proposed.policy);
    let baseline = Baseline::of(&proposed.report.findings);
    if stdout {
        destination::write_with(global, false, |out| out.write_all(proposed.text.as_bytes()))?;
    } else {
        // The policy last: where something fails before, there is none that fails for lack of its baseline.
        destination::write_own(&baseline_path, &baseline.write())?;
        destination::write_own(&schema_path, &schema::text(&schema::CONFIG))?;
        destination::write_own(&path, &with_schema(&proposed.text, &schema_path))?;
        let names = [&path, &baseline_path, &schema_path].map(|path| session::shown_name(path, &source));
        for line in summary(&proposed, &baseline, &names) {
            session::tell(global, &line);
        }
    }
    session::tell_incomplete(global, &proposed.report.incomplete);
    Ok(if proposed.report.incomplete.is_empty() { Exit::Clean } else { Exit::Incomplete })
}

/// The text of the policy with the line by which editors find its schema. What is shown on standard output lacks it: there is
/// no file that it could name.
fn with_schema(text: &str, schema_path: &Path) -> String {
    let name = schema_path.file_name().unwrap_or_default().to_string_lossy();
    schema_line(&name) + text
}

/// What is there is never overwritten unasked, not even a link that leads nowhere.
fn vacant(path: &Path) -> Result<(), CliError> {
    match path.symlink_metadata() {
        Ok(_) => Err(CliError::Exists { path: path.to_owned() }),
        Err(_) => Ok(()),
    }
}

/// What was done, and what comes next.
fn summary(proposed: &Proposed, baseline: &Baseline, names: &[String; 3]) -> [String; 4] {
    let [name, baseline_name, schema_name] = names;
    let modules = counted(proposed.policy.modules.len(), "module");
    let tables = counted(tables(&proposed.policy), "table");
    let findings = counted(baseline.len(), "finding");
    let next = match proposed.report.incomplete.is_empty() {
        true => {
            "next: read the first, correct it, and run `cargo modcheck`: it is clean until something new comes"
        }
        false => "next: see to what could not be analysed: until then `cargo modcheck` exits with 3",
    };
    [
        format!("wrote `{name}`: {modules}, {tables} with an owner"),
        format!("wrote `{baseline_name}`: {findings} accepted"),
        format!("wrote `{schema_name}`: tells editors what may stand in the first"),
        next.to_owned(),
    ]
}

fn tables(policy: &Policy) -> usize {
    policy.modules.iter().map(|module| module.owns.tables.len() + module.owns.views.len()).sum()
}
