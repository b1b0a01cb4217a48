//! What several commands begin with: the workspace, its policy, the chosen packages.

use super::args::Global;
use super::destination;
use super::error::CliError;
use crate::baseline::{self, Baseline};
use crate::cache::Cache;
use crate::config::policy::{Policy, Severity};
use crate::config::{self, Date};
use crate::extract::Ahead;
use crate::output::escape;
use crate::output::style::WARNING;
use crate::rules;
use crate::source::{self, LoadOptions, Package, ReadError, Source};
use std::collections::BTreeMap;
use std::io::Write;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::SystemTime;

/// The variable that sets the date for reproducible runs.
const EPOCH: &str = "SOURCE_DATE_EPOCH";

/// Loads the workspace. Where nothing is kept of earlier runs, files are extracted ahead while cargo is asked about it.
pub(super) fn load(global: &Global) -> Result<(Source, Ahead), CliError> {
    let (offline, locked) = (global.offline, global.locked);
    let options = LoadOptions { manifest_path: global.manifest_path.clone(), offline, locked };
    let manifest = source::find_manifest(&options)?;
    let ahead = Ahead::default();
    let source = thread::scope(|scope| {
        let loading = scope.spawn(|| {
            let source = source::load(&options);
            ahead.finish();
            source
        });
        if global.no_cache || !is_kept_nearby(&manifest) {
            let files = source::likely_files(&manifest, &|| ahead.is_over());
            ahead.run(&files, source::read_likely);
        }
        loading.join().unwrap_or_else(|panic| resume_unwind(panic))
    })?;
    Ok((source, ahead))
}

/// Whether the usual place for results of earlier runs is there: a guess, before cargo says where it is.
fn is_kept_nearby(manifest: &Path) -> bool {
    let build_folder = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let build_folder = build_folder.or_else(|| Some(manifest.parent()?.join("target")));
    build_folder.is_some_and(|folder| Cache::is_in(&folder))
}

/// What earlier runs found out, unless it is not wanted.
pub(super) fn cache(global: &Global, source: &Source) -> Option<Cache> {
    let build_folder = source.build_folder.as_deref().filter(|_| !global.no_cache);
    build_folder.map(Cache::open)
}

/// Reads the policy; one that was not asked for by name need not exist.
pub(super) fn policy(global: &Global, source: &Source) -> Result<Option<Policy>, CliError> {
    let (name, text) = match &global.config {
        Some(path) => {
            #[expect(
                clippy::disallowed_methods,
                reason = "a policy that was asked for by name may lie anywhere"
            )]
            let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
                std::io::ErrorKind::NotFound => CliError::NoPolicy { looked_at: path.clone() },
                _ => CliError::UnreadablePolicy { path: path.clone(), reason: error.to_string() },
            })?;
            (shown_name(path, source), text)
        }
        None => match source.tree.read(config::FILE_NAME) {
            Ok(text) => (config::FILE_NAME.to_owned(), text.to_string()),
            Err(ReadError::NotFound) => return Ok(None),
            Err(error) => {
                let path = source.root.join(config::FILE_NAME);
                return Err(CliError::UnreadablePolicy { path, reason: error.to_string() });
            }
        },
    };
    let mut policy = config::load(&text, &name, &rules::names())?;
    policy.overrides = overrides(global)?;
    policy.today = Some(today()?);
    Ok(Some(policy))
}

/// The day in UTC. `SOURCE_DATE_EPOCH`, in seconds since 1970, takes the clock's place where it is set.
pub(super) fn today() -> Result<Date, CliError> {
    let seconds = match std::env::var_os(EPOCH) {
        Some(set) => set.to_str().and_then(|text| text.parse().ok()),
        None => {
            let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            i64::try_from(since.as_secs()).ok()
        }
    };
    seconds.and_then(Date::of_timestamp).ok_or(CliError::NoDate)
}

/// The severities that were asked for on the command line.
fn overrides(global: &Global) -> Result<BTreeMap<String, Severity>, CliError> {
    let mut overrides = BTreeMap::new();
    let asked =
        [(&global.allow, Severity::Allow), (&global.warn, Severity::Warn), (&global.deny, Severity::Deny)];
    for (rule, severity) in
        asked.iter().flat_map(|(rules, severity)| rules.iter().map(|rule| (rule, *severity)))
    {
        let name = rule.strip_prefix("modcheck::").unwrap_or(rule);
        if rules::find(name).is_none() {
            return Err(CliError::unknown("rule", name, rules::names()));
        }
        if overrides.insert(name.to_owned(), severity).is_some_and(|other| other != severity) {
            return Err(CliError::TwoSeverities(name.to_owned()));
        }
    }
    Ok(overrides)
}

/// Where the policy lies.
pub(super) fn policy_path(global: &Global, source: &Source) -> PathBuf {
    global.config.clone().unwrap_or_else(|| source.root.join(config::FILE_NAME))
}

/// Where the baseline lies: beside the policy.
pub(super) fn baseline_path(global: &Global, source: &Source) -> PathBuf {
    baseline::file_name(&policy_path(global, source))
}

/// How the baseline is named in findings.
pub(super) fn baseline_name(global: &Global, source: &Source) -> String {
    shown_name(&baseline_path(global, source), source)
}

/// Reads the baseline, if there is one.
pub(super) fn baseline(global: &Global, source: &Source) -> Result<Option<Baseline>, CliError> {
    let path = baseline_path(global, source);
    #[expect(clippy::disallowed_methods, reason = "a file of the tool itself, beside the policy")]
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(CliError::UnreadablePolicy { path, reason: error.to_string() });
        }
    };
    Ok(Some(Baseline::read(&text, &shown_name(&path, source))?))
}

/// A path relative to the workspace root where it lies inside it.
pub(super) fn shown_name(path: &Path, source: &Source) -> String {
    let absolute = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let root = source.root.canonicalize().unwrap_or_else(|_| source.root.clone());
    match absolute.strip_prefix(root) {
        Ok(inside) => inside.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/"),
        Err(_) => path.display().to_string(),
    }
}

/// The packages that were asked for, as indices; `None` means all.
pub(super) fn packages(global: &Global, packages: &[Package]) -> Result<Option<Vec<usize>>, CliError> {
    if global.package.is_empty() {
        return Ok(None);
    }
    let index = |name: &String| {
        let position = packages.iter().position(|p| p.name == *name);
        position.ok_or_else(|| CliError::unknown("package", name, packages.iter().map(|p| p.name.as_str())))
    };
    global.package.iter().map(index).collect::<Result<_, _>>().map(Some)
}

/// Says something on standard error.
pub(super) fn tell(global: &Global, text: &str) {
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(destination::stderr(global.color), "{}", escape::terminal(text));
}

/// Says on standard error why the analysis cannot be trusted.
pub(super) fn tell_incomplete(global: &Global, reasons: &[String]) {
    let mut out = destination::stderr(global.color);
    for reason in reasons {
        // Where standard error is closed there is nobody to tell.
        let _ = writeln!(out, "{WARNING}incomplete{WARNING:#}: {}", escape::terminal(reason));
    }
}
