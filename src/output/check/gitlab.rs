//! Findings as GitLab's code quality report, which a merge request shows.
//!
//! GitLab compares the fingerprints of the two branches and reads nothing beyond what is written here.
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use crate::config::policy::Severity;
use crate::output::escape::terminal;
use crate::output::fingerprint::fingerprints;
use crate::output::report::Report;
use crate::output::write_json;
use crate::rules::Finding;
use serde::Serialize;
use std::io::{self, Write};

/// Writes all that is to be dealt with.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let open = fingerprints(&report.findings).filter(|(finding, _)| finding.standing.is_open());
    let issues: Vec<Issue> = open.map(|(finding, hash)| Issue::new(report, finding, hash)).collect();
    write_json(&issues, out)
}

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

impl Issue {
    fn new(report: &Report, finding: &Finding, fingerprint: String) -> Issue {
        let (file, line) = finding.sites.first().map_or(("", 1), |site| (&site.file, site.line));
        let path = report.in_repository(file);
        Issue {
            description: terminal(&finding.message).into_owned(),
            check_name: format!("modcheck::{}", finding.rule),
            fingerprint,
            severity: severity(finding.severity),
            location: Location {
                path: path.strip_prefix("./").unwrap_or(&path).to_owned(),
                lines: Lines { begin: line.max(1) },
            },
        }
    }
}

/// GitLab's scale is `info`, `minor`, `major`, `critical` and `blocker`.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Deny => "major",
        Severity::Warn => "minor",
        Severity::Allow => "info",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::report::tests::sample;
    use crate::rules::Standing;
    use expect_test::{Expect, expect};

    #[track_caller]
    fn check(report: &Report, expected: Expect) {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        expected.assert_eq(std::str::from_utf8(&out).unwrap());
    }

    #[test]
    fn findings_are_issues() {
        let mut report = Report { folder: "backend/".into(), ..sample() };
        report.findings[1].standing = Standing::Known;
        check(
            &report,
            expect![[r#"
            [
              {
                "description": "`orders` reaches past the public interface of `payments`",
                "check_name": "modcheck::private-access",
                "fingerprint": "3e895d0cff9afc8bf1377e8a06dc1a8f",
                "severity": "major",
                "location": {
                  "path": "backend/src/orders/place.rs",
                  "lines": {
                    "begin": 2
                  }
                }
              },
              {
                "description": "`\\u{1b}]0;title\\u{7}` is\\nnamed badly",
                "check_name": "modcheck::unassigned-code",
                "fingerprint": "9a1744a071743e109d81816b0125332c",
                "severity": "minor",
                "location": {
                  "path": "backend/src/\u001bevil.rs",
                  "lines": {
                    "begin": 1
                  }
                }
              }
            ]
        "#]],
        );
    }

    #[test]
    fn nothing_is_an_empty_list() {
        check(
            &Report { findings: Vec::new(), ..sample() },
            expect![[r#"
            []
        "#]],
        );
    }
}
