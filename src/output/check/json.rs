//! The report as JSON, for other tools. Its shape is a contract: fields are added, not changed.

use crate::baseline::{Delta, Gone, Since};
use crate::config::policy::Severity;
use crate::graph::Resolution;
use crate::output::completeness::Part;
use crate::output::report::{Extent, Report};
use crate::output::schema::schema_of;
use crate::output::{JSON_VERSION, write_json};
use crate::rules::{Finding, PolicyRef, Site, Standing, TrailStep};
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Writes the report.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    write_json(&Document::from(report), out)
}

/// What it writes.
pub(in crate::output) fn schema() -> Schema {
    schema_of::<Document>()
}

/// What was found in a workspace, and how much of it was looked at.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "cargo modcheck check --format json")]
struct Document<'a> {
    /// The version of this format. Fields may be added without a new one.
    #[schemars(extend("const" = JSON_VERSION))]
    version: u32,
    /// What was found, sorted by place.
    findings: Vec<FindingJson<'a>>,
    /// How many references of the workspace resolved.
    resolution: &'a Resolution,
    /// The declared modules in the order of `boundaries.toml`, each with how many of its references resolved.
    modules: &'a [Part],
    /// Counts.
    summary: Summary,
    /// Why the analysis falls short of what the policy allows: the reasons for exit code 3, empty if there are none.
    incomplete: &'a [String],
    /// Rules that could find nothing, each with the reason: they are switched off, or `boundaries.toml` lacks what they look at.
    idle: &'a BTreeMap<String, String>,
    /// How the findings differ from those that were accepted; `null` where there is no baseline.
    baseline: Option<DeltaJson<'a>>,
    /// How the findings differ from those of the revision that `--since` names; `null` where none was named.
    since: Option<SinceJson<'a>>,
}

/// A comparison with an earlier revision.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Since")]
struct SinceJson<'a> {
    /// As it was named.
    revision: &'a str,
    /// The commit that it stands for.
    commit: &'a str,
    /// How many findings were not found there, or in fewer places.
    new: usize,
    /// Identities of findings that were found there and are no more.
    fixed: &'a [String],
}

/// A comparison with the findings that were accepted.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Baseline")]
struct DeltaJson<'a> {
    /// How many findings are not accepted, or occur more often than accepted.
    new: usize,
    /// What is accepted and occurs less often, or no more.
    gone: Vec<GoneJson<'a>>,
    /// How many findings are accepted.
    left: usize,
}

/// Something that is accepted and occurs less often.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Gone")]
struct GoneJson<'a> {
    /// The identity of the finding.
    identity: &'a str,
    /// How often it may occur.
    accepted: u32,
    /// How often it does.
    now: u32,
}

/// Counts of a run.
#[derive(Serialize, JsonSchema)]
struct Summary {
    /// Findings at deny level that fail the run.
    errors: usize,
    /// Findings at warn level.
    warnings: usize,
    #[serde(flatten)]
    extent: Extent,
}

/// A place that breaks a rule, or several that break it in the same way.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Finding")]
struct FindingJson<'a> {
    /// The name of the rule: `private-access`.
    rule: &'a str,
    /// How loud it is.
    severity: Severity,
    /// What is wrong: a phrase.
    message: &'a str,
    /// The file of the first site, relative to the workspace root with `/`.
    file: &'a str,
    /// The line of the first site, from 1.
    #[schemars(range(min = 1))]
    line: u32,
    /// The column of the first site, in characters from 1.
    #[schemars(range(min = 1))]
    column: u32,
    /// What refers: most often a source module.
    from: &'a str,
    /// What is referred to; empty where the finding is about one thing alone.
    to: &'a str,
    /// The module of `from`.
    from_module: Option<&'a str>,
    /// The module of `to`.
    to_module: Option<&'a str>,
    /// What the finding is known by from run to run; it holds no line number.
    identity: &'a str,
    /// All places; the first is `file`, `line`, `column`.
    sites: Vec<SiteJson<'a>>,
    /// The way from what is written to what is meant, step by step.
    trail: Vec<StepJson<'a>>,
    /// What to do about it: phrases.
    help: &'a [String],
    /// The line of `boundaries.toml` that is broken.
    policy: Option<PolicyJson<'a>>,
    /// Why the boundary exists.
    because: Option<&'a str>,
    /// Nothing is written that names what is referred to: it was inferred.
    inferred: bool,
    /// Whether the finding has been accepted before.
    baseline: StandingJson,
}

/// Whether a finding has been accepted before.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Standing")]
enum StandingJson {
    /// It has not.
    New,
    /// It has, and occurs more often than that.
    Grown,
    /// It has.
    Known,
}

/// A place that belongs to a finding.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Site")]
struct SiteJson<'a> {
    /// Relative to the workspace root with `/`.
    file: &'a str,
    /// From 1.
    #[schemars(range(min = 1))]
    line: u32,
    /// In characters from 1.
    #[schemars(range(min = 1))]
    column: u32,
    /// How many characters it is wide.
    width: u32,
    /// What is there: a phrase, or empty.
    label: &'a str,
}

/// A step from what is written to what is meant.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Step")]
struct StepJson<'a> {
    /// Relative to the workspace root with `/`.
    file: &'a str,
    /// From 1.
    #[schemars(range(min = 1))]
    line: u32,
    /// In characters from 1.
    #[schemars(range(min = 1))]
    column: u32,
    /// The full path of what stands there.
    name: &'a str,
    /// What it does: re-exports something, or defines it.
    note: &'a str,
}

/// A line of the policy.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Policy")]
struct PolicyJson<'a> {
    /// Relative to the workspace root with `/`, where it lies inside it.
    file: &'a str,
    /// From 1.
    #[schemars(range(min = 1))]
    line: u32,
    /// In characters from 1.
    #[schemars(range(min = 1))]
    column: u32,
    /// What the line says.
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
            idle: &report.idle,
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

impl From<Standing> for StandingJson {
    fn from(standing: Standing) -> StandingJson {
        match standing {
            Standing::New => StandingJson::New,
            Standing::Grown { .. } => StandingJson::Grown,
            Standing::Known | Standing::Earlier => StandingJson::Known,
        }
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
            baseline: finding.standing.into(),
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
              "idle": {
                "chatty-call": "switched off in `[rules]`"
              },
              "baseline": null,
              "since": null
            }
        "#]]
        .assert_eq(std::str::from_utf8(&out).unwrap());
    }
}
