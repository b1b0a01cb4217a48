//! `doctor`: what is checked and what is not.

use super::args::Global;
use super::error::CliError;
use super::outputs::Outputs;
use super::progress::Progress;
use super::{Exit, session};
use crate::output::diagnosis::Diagnosis;
use crate::output::doctor::FORMATS;
use crate::{Known, Stage};

/// Writes what a run without findings would mean. Whatever that is, the command has done what it was asked for.
pub(super) fn run(global: &Global) -> Result<Exit, CliError> {
    let outputs = Outputs::new(global, FORMATS)?;
    let progress = Progress::start(global);
    progress.enter(Stage::Load);
    let (source, ahead) = session::load(global)?;
    let policy = session::policy(global, &source)?;
    let declared = policy.is_some();
    let policy = policy.unwrap_or_default();
    let cache = session::cache(global, &source);
    let known = Known { cache: cache.as_ref(), ahead: Some(&ahead), ..Known::default() };
    let enter = |stage| progress.enter(stage);
    let diagnosis = crate::examine(&source, &policy, true, known, &enter, |context| {
        Diagnosis::new(context, declared, &*source.tree)
    })?;
    drop(progress);
    outputs.write(global, &diagnosis)?;
    Ok(Exit::Clean)
}
