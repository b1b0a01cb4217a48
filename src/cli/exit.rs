//! How a run ended, decided in one place.

use crate::config::policy::Severity;
use crate::output::report::Report;
use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing to complain about.
    Clean,
    /// Findings that fail the run.
    Findings,
    /// A usage or configuration error.
    CouldNotRun,
    /// The analysis did not see enough to be trusted.
    Incomplete,
}

impl Exit {
    /// The outcome of a check.
    pub fn of(report: &Report) -> Exit {
        if !report.incomplete.is_empty() {
            Exit::Incomplete
        } else if report.count(Severity::Deny) > 0 {
            Exit::Findings
        } else {
            Exit::Clean
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::CouldNotRun => 2,
            Exit::Incomplete => 3,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Finding, Standing};

    fn report(severity: Severity, incomplete: &[&str]) -> Report {
        let finding = Finding {
            rule: "r".to_owned(),
            severity,
            message: String::new(),
            sites: Vec::new(),
            from: String::new(),
            to: String::new(),
            from_module: None,
            to_module: None,
            holds_up: Vec::new(),
            identity: String::new(),
            trail: Vec::new(),
            policy: None,
            because: None,
            help: Vec::new(),
            inferred: false,
            standing: Standing::New,
        };
        let incomplete = incomplete.iter().map(|reason| (*reason).to_owned()).collect();
        Report { findings: vec![finding], incomplete, ..Report::default() }
    }

    #[test]
    fn incomplete_outweighs_findings() {
        assert_eq!(Exit::of(&Report::default()), Exit::Clean);
        assert_eq!(Exit::of(&report(Severity::Warn, &[])), Exit::Clean);
        assert_eq!(Exit::of(&report(Severity::Deny, &[])), Exit::Findings);
        assert_eq!(Exit::of(&report(Severity::Deny, &["x"])), Exit::Incomplete);
        let mut denied = report(Severity::Warn, &[]);
        denied.deny(|_| true);
        assert_eq!(Exit::of(&denied), Exit::Findings);
    }
}
