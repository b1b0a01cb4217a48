//! `check`: the workspace against its policy.

use super::args::Global;
use super::error::CliError;
use super::progress::Progress;
use super::{Exit, destination, session};
use crate::output::check::FORMATS;
use crate::output::report::Report;
use crate::{Known, Stage, config};

/// Checks, writes the report, and says how it went.
pub(super) fn run(global: &Global) -> Result<Exit, CliError> {
    let format = session::format(global, FORMATS)?;
    let report = report(global)?;
    destination::write(global, format, &report)?;
    session::tell_incomplete(global, &report.incomplete);
    Ok(Exit::of(&report))
}

fn report(global: &Global) -> Result<Report, CliError> {
    let progress = Progress::start(global);
    progress.enter(Stage::Load);
    let (source, ahead) = session::load(global)?;
    let chosen = session::packages(global, &source.packages)?;
    let Some(policy) = session::policy(global, &source)? else {
        return Err(CliError::NoPolicy { looked_at: source.root.join(config::FILE_NAME) });
    };
    let cache = session::cache(global, &source);
    let known = Known { cache: cache.as_ref(), ahead: Some(&ahead) };
    let mut report = crate::check(&source, &policy, known, &|stage| progress.enter(stage))?;
    drop(progress);
    session::tell_unchecked(global, &policy);
    if let Some(chosen) = chosen {
        let manifests: Vec<&str> = source.packages.iter().map(|p| p.manifest.as_str()).collect();
        report.retain_packages(&manifests, &chosen);
    }
    if global.deny_warnings {
        report.deny_warnings();
    }
    Ok(report)
}
