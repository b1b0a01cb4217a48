//! The report as JSON, for other tools. Its shape is a contract: fields are added, not changed.

use crate::baseline::{Delta, Gone, Since};
use crate::config::policy::Severity;
use crate::graph::Resolution;
use crate::output::completeness::Part;
use crate::output::report::{Extent, Report};
use crate::output::{JSON_VERSION, write_json};
use crate::rules::{Finding, PolicyRef, Site, Standing, TrailStep};
use serde::Serialize;
use std::io::{self, Write};

/// Writes the report.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    write_json(&Document::from(report), out)
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    findings: Vec<FindingJson<'a>>,
    resolution: &'a Resolution,
    modules: &'a [Part],
    summary: Summary,
    incomplete: &'a [String],
    baseline: Option<DeltaJson<'a>>,
    since: Option<SinceJson<'a>>,
}

#[derive(Serialize)]
struct SinceJson<'a> {
    revision: &'a str,
    commit: &'a str,
    new: usize,
    fixed: &'a [String],
}

#[derive(Serialize)]
struct DeltaJson<'a> {
    new: usize,
    gone: Vec<GoneJson<'a>>,
    left: usize,
}

#[derive(Serialize)]
struct GoneJson<'a> {
    identity: &'a str,
    accepted: u32,
    now: u32,
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    #[serde(flatten)]
    extent: Extent,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    rule: &'a str,
    severity: Severity,
    message: &'a str,
    file: &'a str,
    line: u32,
    column: u32,
    from: &'a str,
    to: &'a str,
    from_module: Option<&'a str>,
    to_module: Option<&'a str>,
    identity: &'a str,
    sites: Vec<SiteJson<'a>>,
    trail: Vec<StepJson<'a>>,
    help: &'a [String],
    policy: Option<PolicyJson<'a>>,
    because: Option<&'a str>,
    inferred: bool,
    /// Whether the finding has been accepted before.
    baseline: &'static str,
}

#[derive(Serialize)]
struct SiteJson<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    width: u32,
    label: &'a str,
}

#[derive(Serialize)]
struct StepJson<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    name: &'a str,
    note: &'a str,
}

#[derive(Serialize)]
struct PolicyJson<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    text: &'a str,
}

impl<'a> From<&'a Report> for Document<'a> {
    fn from(report: &'a Report) -> Document<'a> {
        Document {
            version: JSON_VERSION,
            findings: report.findings.iter().map(FindingJson::from).collect(),
            resolution: &report.resolution,
            modules: &report.modules,
            summary: Summary {
                errors: report.count(Severity::Deny),
                warnings: report.count(Severity::Warn),
                extent: report.extent,
            },
            incomplete: &report.incomplete,
            baseline: report.delta.as_ref().map(DeltaJson::from),
            since: report.since.as_ref().map(SinceJson::from),
        }
    }
}

impl<'a> From<&'a Since> for SinceJson<'a> {
    fn from(since: &'a Since) -> SinceJson<'a> {
        let Since { revision, commit, added, fixed } = since;
        SinceJson { revision, commit, new: *added, fixed }
    }
}

impl<'a> From<&'a Delta> for DeltaJson<'a> {
    fn from(delta: &'a Delta) -> DeltaJson<'a> {
        let gone = |gone: &'a Gone| {
            let Gone { identity, accepted, now } = gone;
            GoneJson { identity, accepted: accepted.count, now: *now }
        };
        DeltaJson { new: delta.added, gone: delta.gone.iter().map(gone).collect(), left: delta.left }
    }
}

/// Whether the finding has been accepted before.
fn standing(finding: &Finding) -> &'static str {
    match finding.standing {
        Standing::New => "new",
        Standing::Grown { .. } => "grown",
        Standing::Known => "known",
    }
}

impl<'a> From<&'a Finding> for FindingJson<'a> {
    fn from(finding: &'a Finding) -> FindingJson<'a> {
        let (file, line, column) =
            finding.sites.first().map_or(("", 1, 1), |site| (&site.file, site.line, site.column));
        FindingJson {
            rule: &finding.rule,
            severity: finding.severity,
            message: &finding.message,
            file,
            line,
            column,
            from: &finding.from,
            to: &finding.to,
            from_module: finding.from_module.as_deref(),
            to_module: finding.to_module.as_deref(),
            identity: &finding.identity,
            sites: finding.sites.iter().map(SiteJson::from).collect(),
            trail: finding.trail.iter().map(StepJson::from).collect(),
            help: &finding.help,
            policy: finding.policy.as_ref().map(PolicyJson::from),
            because: finding.because.as_deref(),
            inferred: finding.inferred,
            baseline: standing(finding),
        }
    }
}

impl<'a> From<&'a Site> for SiteJson<'a> {
    fn from(site: &'a Site) -> SiteJson<'a> {
        let Site { file, line, column, width, label } = site;
        SiteJson { file, line: *line, column: *column, width: *width, label }
    }
}

impl<'a> From<&'a TrailStep> for StepJson<'a> {
    fn from(step: &'a TrailStep) -> StepJson<'a> {
        let TrailStep { file, line, column, name, note } = step;
        StepJson { file, line: *line, column: *column, name, note }
    }
}

impl<'a> From<&'a PolicyRef> for PolicyJson<'a> {
    fn from(policy: &'a PolicyRef) -> PolicyJson<'a> {
        let PolicyRef { file, place, text } = policy;
        PolicyJson { file, line: place.line, column: place.column, text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::report::tests::sample;
    use expect_test::expect;

    #[test]
    fn the_shape_of_a_report() {
        let mut report = sample();
        report.findings.truncate(2);
        report.findings[0].sites.truncate(2);
        report.incomplete.push("src/a.rs:1:1: the file does not parse".into());
        let mut out = Vec::new();
        write(&report, &mut out).unwrap();
        expect![[r#"
            {
              "version": 1,
              "findings": [
                {
                  "rule": "private-access",
                  "severity": "deny",
                  "message": "`orders` reaches past the public interface of `payments`",
                  "file": "src/orders/place.rs",
                  "line": 2,
                  "column": 26,
                  "from": "shop::orders::place",
                  "to": "shop::payments::store::charge",
                  "from_module": "orders",
                  "to_module": "payments",
                  "identity": "private-access shop::orders::place -> shop::payments::store::charge",
                  "sites": [
                    {
                      "file": "src/orders/place.rs",
                      "line": 2,
                      "column": 26,
                      "width": 6,
                      "label": "private to `payments`"
                    },
                    {
                      "file": "src/orders/refund.rs",
                      "line": 3,
                      "column": 5,
                      "width": 6,
                      "label": ""
                    }
                  ],
                  "trail": [
                    {
                      "file": "src/payments/store.rs",
                      "line": 1,
                      "column": 9,
                      "name": "shop::payments::store::charge",
                      "note": "re-exports `db::charge`"
                    },
                    {
                      "file": "src/payments/store/db.rs",
                      "line": 7,
                      "column": 9,
                      "name": "shop::payments::store::db::charge",
                      "note": "defined"
                    }
                  ],
                  "help": [
                    "use `shop::payments::api::charge`",
                    "or add `store` to `public`"
                  ],
                  "policy": {
                    "file": "boundaries.toml",
                    "line": 5,
                    "column": 1,
                    "text": "public = [\"api\"]"
                  },
                  "because": "payments is the next service",
                  "inferred": true,
                  "baseline": "new"
                },
                {
                  "rule": "unassigned-code",
                  "severity": "warn",
                  "message": "`shop::misc` belongs to no module",
                  "file": "src/misc.rs",
                  "line": 1,
                  "column": 1,
                  "from": "shop::misc",
                  "to": "",
                  "from_module": null,
                  "to_module": null,
                  "identity": "unassigned-code shop::misc",
                  "sites": [
                    {
                      "file": "src/misc.rs",
                      "line": 1,
                      "column": 1,
                      "width": 1,
                      "label": ""
                    }
                  ],
                  "trail": [],
                  "help": [],
                  "policy": null,
                  "because": null,
                  "inferred": false,
                  "baseline": "new"
                }
              ],
              "resolution": {
                "references": 1000,
                "resolved": 996,
                "external": 5000,
                "unresolved": 4,
                "reasons": {
                  "generated-code": 1,
                  "opaque-macro": 3
                },
                "receivers": {
                  "known": 0,
                  "unknown-type": 0
                }
              },
              "modules": [
                {
                  "name": "orders",
                  "resolution": {
                    "references": 1000,
                    "resolved": 996,
                    "external": 0,
                    "unresolved": 4,
                    "reasons": {
                      "generated-code": 1,
                      "opaque-macro": 3
                    },
                    "receivers": {
                      "known": 0,
                      "unknown-type": 0
                    }
                  }
                },
                {
                  "name": "payments",
                  "resolution": {
                    "references": 0,
                    "resolved": 0,
                    "external": 0,
                    "unresolved": 0,
                    "reasons": {},
                    "receivers": {
                      "known": 0,
                      "unknown-type": 0
                    }
                  }
                }
              ],
              "summary": {
                "errors": 1,
                "warnings": 1,
                "modules": 2,
                "source_modules": 12,
                "files": 9
              },
              "incomplete": [
                "src/a.rs:1:1: the file does not parse"
              ],
              "baseline": null,
              "since": null
            }
        "#]]
        .assert_eq(std::str::from_utf8(&out).unwrap());
    }
}
