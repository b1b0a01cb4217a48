//! `sync`: the `depends-on` lists of `boundaries.toml` say what the code uses, no less and no more.

use super::args::Global;
use super::check::Subject;
use super::error::CliError;
use super::progress::Progress;
use super::{Exit, destination, session};
use crate::baseline::compare;
use crate::config::edit::{Edit, edit};
use crate::config::policy::{ModuleId, Policy, Severity};
use crate::config::{self, Date};
use crate::exceptions;
use crate::output::diff;
use crate::output::report::{exceptions as excepted, incompleteness};
use crate::rules::{self, Settlement};
use std::collections::{BTreeMap, BTreeSet};

/// Changes the lists, or shows how it would, and says what changed and what did not.
pub(super) fn run(global: &Global, dry_run: bool) -> Result<Exit, CliError> {
    let progress = Progress::start(global);
    let mut subject = Subject::load(global, &progress)?;
    let baseline = subject.baseline.take().filter(|_| !global.no_baseline).unwrap_or_default();
    let enter = |stage| progress.enter(stage);
    let see = |context: &rules::Context| {
        let mut findings = rules::findings_about_depends_on(context);
        let incomplete = incompleteness(context);
        // Which exceptions are in order is for `check` to say.
        exceptions::apply(&mut findings, &excepted(context), context.policy, incomplete.is_empty());
        compare(&mut findings, &baseline);
        (rules::settle(context, &findings), incomplete)
    };
    // An entry of `owns` without a match makes an analysis incomplete as well.
    let looks_at_data = subject.policy.needs_data();
    let (mut settlement, incomplete) =
        crate::examine(&subject.source, &subject.policy, looks_at_data, subject.known(), &enter, see)?;
    drop(progress);
    let kept = match incomplete.is_empty() {
        true => 0,
        // What was not seen may use any of them.
        false => std::mem::take(&mut settlement.remove).len(),
    };
    let policy = &subject.policy;
    let text = edit(&policy.text, &policy.file, &edits(policy, &settlement))?;
    verify(policy, &settlement, &text)?;
    if dry_run {
        destination::write_with(global, true, |out| diff::write(&policy.file, &policy.text, &text, out))?;
    } else if text != policy.text {
        destination::write_own(&session::policy_path(global, &subject.source), &text)?;
    }
    session::tell_incomplete(global, &incomplete);
    if kept > 0 {
        session::tell(
            global,
            &format!("sync: nothing is taken out, because the analysis is incomplete; otherwise -{kept}"),
        );
    }
    tell(global, policy, &settlement, dry_run);
    Ok(if incomplete.is_empty() { Exit::Clean } else { Exit::Incomplete })
}

/// The changes by module.
fn edits(policy: &Policy, settlement: &Settlement) -> Vec<Edit> {
    let names = |pairs: &BTreeSet<(ModuleId, ModuleId)>, module: ModuleId| {
        let own = pairs.iter().filter(|(user, _)| *user == module);
        own.map(|(_, used)| policy.module(*used).name.clone()).collect()
    };
    let edit = |id| Edit {
        module: policy.module(id).name.clone(),
        add: names(&settlement.add, id),
        remove: names(&settlement.remove, id),
    };
    policy.iter().map(|(id, _)| edit(id)).collect()
}

/// Reads the changed text as every run will: it has to be valid and to list what it should, before it takes the old one's
/// place.
fn verify(policy: &Policy, settlement: &Settlement, text: &str) -> Result<(), CliError> {
    let wrong = |reason| CliError::WrongEdit { file: policy.file.clone(), reason };
    let new = config::load(text, &policy.file, &rules::names()).map_err(|errors| {
        wrong(errors.errors().iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    })?;
    let mut wanted = entries(policy);
    wanted.retain(|pair, _| !settlement.remove.contains(pair));
    wanted.extend(settlement.add.iter().map(|pair| (*pair, (false, None, None))));
    let same_modules = policy.modules.iter().map(|m| &m.name).eq(new.modules.iter().map(|m| &m.name));
    match same_modules && entries(&new) == wanted {
        true => Ok(()),
        false => Err(wrong("the lists are not what they should be".to_owned())),
    }
}

/// Each entry of a list with what it says: deprecated, until when, and why.
type Entries<'a> = BTreeMap<(ModuleId, ModuleId), (bool, Option<Date>, Option<&'a str>)>;

fn entries(policy: &Policy) -> Entries<'_> {
    policy
        .dependencies()
        .map(|(id, entry)| {
            let says = (entry.deprecated, entry.until, entry.reason.as_deref());
            ((id, entry.module), says)
        })
        .collect()
}

fn tell(global: &Global, policy: &Policy, settlement: &Settlement, dry_run: bool) {
    for (&(user, used), reason) in &settlement.refused {
        let (user, used) = (&policy.module(user).name, &policy.module(used).name);
        session::tell(global, &format!("sync: `{user}` uses `{used}`, which was not added: {reason}"));
    }
    for (name, what) in
        [("undeclared-dependency", "nothing is added"), ("unused-dependency", "nothing is taken out")]
    {
        let rule = rules::find(name).expect("a rule of that name");
        if rules::severity(policy, rule, None, []) == Severity::Allow {
            session::tell(global, &format!("sync: {what}, because `{name}` is switched off"));
        }
    }
    let (added, removed) = (settlement.add.len(), settlement.remove.len());
    let would = if dry_run { "would be " } else { "" };
    session::tell(global, &format!("sync: {would}+{added} -{removed} in {}", policy.file));
}
