//! Which findings exceptions take out, and which exceptions are not in order.

use super::comment::{self, Comment};
use crate::config::policy::{Policy, Severity};
use crate::config::suggest;
use crate::rules::{self, Counts, Finding, Flaw, FlawedException, Site};

/// An exception in the source, before anybody looked at what it says.
#[derive(Clone, Debug, PartialEq, Eq, bitcode::Encode, bitcode::Decode)]
pub struct Exception {
    /// Where the comment stands. It covers everything from its line on.
    pub site: Site,
    /// Line and column of the last thing that it covers; its line counts as a whole.
    pub until: (u32, u32),
    /// What it says behind `modcheck:`.
    pub text: String,
    /// The source module of its file.
    pub source_module: String,
    /// The declared module of its file, if any.
    pub module: Option<String>,
}

impl Exception {
    fn covers(&self, site: &Site) -> bool {
        site.file == self.site.file && (self.site.line..=self.until.0).contains(&site.line)
    }
}

/// Takes out of the findings what exceptions allow on the day of the policy. A finding with several sites goes when none is
/// left; one whose sites explain one thing together, when the first is allowed.
///
/// Returns the exceptions that are not in order. `complete`: everything was looked at, so that what is not found is not there.
pub fn apply(
    findings: &mut Vec<Finding>,
    exceptions: &[Exception],
    policy: &Policy,
    complete: bool,
) -> Vec<FlawedException> {
    let mut flawed = Vec::new();
    for exception in exceptions {
        let flaws = match comment::read(&exception.text) {
            Err(why) => vec![Flaw::Unreadable(why)],
            Ok(comment) => apply_one(findings, exception, &comment, policy, complete),
        };
        flawed.extend(flaws.into_iter().map(|flaw| FlawedException {
            site: exception.site.clone(),
            source_module: exception.source_module.clone(),
            module: exception.module.clone(),
            text: exception.text.clone(),
            flaw,
        }));
    }
    findings.retain(|finding| !finding.sites.is_empty());
    flawed
}

fn apply_one(
    findings: &mut [Finding],
    exception: &Exception,
    comment: &Comment,
    policy: &Policy,
    complete: bool,
) -> Vec<Flaw> {
    if comment.reason.is_none() {
        return vec![Flaw::NoReason];
    }
    if let Some(day) = comment.until.filter(|day| day.is_over(policy.today)) {
        return vec![Flaw::Expired(day.to_string())];
    }
    let mut flaws = Vec::new();
    let mut unused = Vec::new();
    for name in &comment.rules {
        if rules::find(name).is_none() {
            flaws.push(Flaw::UnknownRule(name.clone(), suggest::closest(name, rules::names())));
        } else if !strike(findings, exception, name) && complete && is_on(policy, name, exception) {
            unused.push(name.clone());
        }
    }
    if !unused.is_empty() {
        flaws.push(Flaw::Unused(unused));
    }
    flaws
}

/// Takes the sites that an exception covers out of the findings of a rule; returns whether there were any.
fn strike(findings: &mut [Finding], exception: &Exception, rule: &str) -> bool {
    let whole = rules::find(rule).is_some_and(|rule| rule.counts == Counts::Whole);
    let mut struck = false;
    for finding in findings.iter_mut().filter(|finding| finding.rule == rule) {
        if whole {
            if finding.sites.first().is_some_and(|site| exception.covers(site)) {
                finding.sites.clear();
                struck = true;
            }
            continue;
        }
        let before = finding.sites.len();
        finding.sites.retain(|site| !exception.covers(site));
        struck |= finding.sites.len() < before;
    }
    struck
}

fn is_on(policy: &Policy, rule: &str, exception: &Exception) -> bool {
    let module = exception.module.as_deref().and_then(|name| policy.find(name));
    rules::find(rule).is_some_and(|rule| rules::severity(policy, rule, module, []) != Severity::Allow)
}
