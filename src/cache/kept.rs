//! A report as it is kept: without the texts it shows, and with the names of rules instead of the rules.

use crate::config::policy::Severity;
use crate::graph::Resolution;
use crate::output::completeness::Part;
use crate::output::report::{Extent, Report};
use crate::rules::{self, Finding, PolicyRef, Site, TrailStep};
use std::collections::BTreeMap;

/// A report, see [`Report`].
#[derive(bitcode::Encode, bitcode::Decode)]
pub(super) struct KeptReport {
    findings: Vec<KeptFinding>,
    resolution: Resolution,
    modules: Vec<Part>,
    extent: Extent,
    incomplete: Vec<String>,
    notices: Vec<String>,
}

/// A finding, see [`Finding`].
#[derive(bitcode::Encode, bitcode::Decode)]
struct KeptFinding {
    rule: String,
    severity: Severity,
    message: String,
    sites: Vec<Site>,
    from: String,
    to: String,
    from_module: Option<String>,
    to_module: Option<String>,
    identity: String,
    trail: Vec<TrailStep>,
    policy: Option<PolicyRef>,
    because: Option<String>,
    help: Vec<String>,
    inferred: bool,
}

impl KeptReport {
    pub(super) fn new(report: &Report) -> KeptReport {
        let Report { findings, resolution, modules, extent, incomplete, notices, sources: _ } =
            report.clone();
        let findings = findings.into_iter().map(KeptFinding::new).collect();
        KeptReport { findings, resolution, modules, extent, incomplete, notices }
    }

    /// The report without the texts it shows; `None` if a rule is not known.
    pub(super) fn restore(self) -> Option<Report> {
        let KeptReport { findings, resolution, modules, extent, incomplete, notices } = self;
        let findings = findings.into_iter().map(KeptFinding::restore).collect::<Option<_>>()?;
        Some(Report { findings, resolution, modules, extent, incomplete, notices, sources: BTreeMap::new() })
    }
}

/// Takes a finding apart and puts it together as the other type.
macro_rules! convert {
    ($finding:expr, $from:ident => $to:ident, $rule:expr) => {{
        let $from {
            rule,
            severity,
            message,
            sites,
            from,
            to,
            from_module,
            to_module,
            identity,
            trail,
            policy,
            because,
            help,
            inferred,
        } = $finding;
        let rule = $rule(rule);
        $to {
            rule,
            severity,
            message,
            sites,
            from,
            to,
            from_module,
            to_module,
            identity,
            trail,
            policy,
            because,
            help,
            inferred,
        }
    }};
}

impl KeptFinding {
    fn new(finding: Finding) -> KeptFinding {
        convert!(finding, Finding => KeptFinding, str::to_owned)
    }

    fn restore(self) -> Option<Finding> {
        let known = rules::find(&self.rule)?.name;
        Some(convert!(self, KeptFinding => Finding, |_: String| known))
    }
}
