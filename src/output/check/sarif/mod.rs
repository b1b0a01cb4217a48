//! The report as SARIF 2.1.0, for code scanning services and viewers.
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>
//!
//! It keeps to what GitHub's code scanning asks for:
//! <https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>.
//! Of fingerprints GitHub reads `primaryLocationLineHash` alone. That one its own upload step computes from the source, and
//! it warns of every result that brings another value along; so it is left to it, and ours stands beside it.

mod model;
mod rule;

use crate::config::policy::Severity;
use crate::output::escape::{terminal, uri};
use crate::output::fingerprint::fingerprints;
use crate::output::report::{Report, counted};
use crate::output::write_json;
use crate::rules::{Finding, RULES, Site, Standing};
use model::*;
use rustc_hash::FxHashMap;
use std::io::{self, Write};
use std::path::Path;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// The root of the repository. Who reads the file knows where it lies.
const ROOT: &str = "%SRCROOT%";
/// How many sites beyond the first become locations: GitHub shows a hundred of a result, and refuses a file with more than
/// a thousand.
const OTHER_SITES: usize = 99;

/// Writes all findings, those that are accepted among them.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    write_json(&log(report), out)
}

fn log(report: &Report) -> Log {
    let indices: FxHashMap<&str, usize> =
        RULES.iter().enumerate().map(|(index, rule)| (rule.name, index)).collect();
    let result = |(finding, fingerprint): (&Finding, String)| {
        result(report, finding, indices.get(finding.rule.as_str()).copied(), fingerprint)
    };
    let root = Base { description: text("the root of the repository") };
    Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool { driver: driver() },
            invocations: [invocation(report)],
            original_uri_base_ids: Bases { root },
            column_kind: "unicodeCodePoints",
            results: fingerprints(&report.findings).map(result).collect(),
        }],
    }
}

fn driver() -> Driver {
    let pages = [env!("CARGO_PKG_HOMEPAGE"), env!("CARGO_PKG_REPOSITORY")];
    Driver {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        information_uri: pages.into_iter().find(|page| !page.is_empty()),
        rules: RULES.iter().map(|rule| rule::descriptor(rule)).collect(),
        notifications: rule::notifications(),
    }
}

fn invocation(report: &Report) -> Invocation {
    let incomplete = report.incomplete.iter().map(|reason| (rule::INCOMPLETE, "error", reason));
    let notices = report.notices.iter().map(|notice| (rule::NOTICE, "note", notice));
    let notification = |((index, id), level, phrase): ((usize, &'static str), &'static str, &String)| {
        Notification { descriptor: Reference { id, index }, level, message: text(&sentence(phrase)) }
    };
    Invocation {
        execution_successful: report.incomplete.is_empty(),
        tool_execution_notifications: incomplete.chain(notices).map(notification).collect(),
    }
}

fn result(report: &Report, finding: &Finding, rule_index: Option<usize>, fingerprint: String) -> SarifResult {
    let place = Places { report };
    let locations = finding.sites.first().map(|site| place.site(site, None));
    let mut related = Related::default();
    for site in finding.sites.iter().skip(1).take(OTHER_SITES) {
        related.0.push(place.site(site, Some("the same")));
    }
    for step in &finding.trail {
        let region = region(step.line, step.column, 1);
        related.0.push(place.location(&step.file, region, Some(&format!("`{}` {}", step.name, step.note))));
    }
    let policy = finding.policy.as_ref().map(|policy| {
        let region = region(policy.place.line, policy.place.column, policy.text.chars().count() as u32);
        related.0.push(place.location(&policy.file, region, Some(&policy.text)));
        let shown = format!("{}:{}", policy.file, policy.place.line);
        (related.0.len(), shown, policy.text.as_str())
    });
    SarifResult {
        rule_id: finding.rule.clone(),
        rule_index,
        level: level(finding.severity),
        message: message(finding, policy),
        locations: locations.into_iter().collect(),
        related_locations: related.numbered(),
        partial_fingerprints: Fingerprints { identity: fingerprint },
        baseline_state: baseline_state(report, finding),
        suppressions: suppressions(finding),
    }
}

/// Locations beside a result, which its message refers to by number.
#[derive(Default)]
struct Related(Vec<Location>);

impl Related {
    fn numbered(mut self) -> Vec<Location> {
        self.0.iter_mut().zip(1..).for_each(|(location, id)| location.id = Some(id));
        self.0
    }
}

/// Says what was found and what to do. The first sentence stands alone where there is little room.
fn message(finding: &Finding, policy: Option<(usize, String, &str)>) -> Message {
    let mut lines = vec![sentence(&finding.message)];
    if let Some((id, place, text)) = policy {
        lines.push(format!("policy: [{}]({id}): {}", link_text(&place), shown(text)));
    }
    let mut say =
        |name: &str, text: &str| lines.extend(text.lines().map(|line| format!("{name}: {}", shown(line))));
    finding.because.iter().for_each(|because| say("because", because));
    if finding.inferred {
        say("note", "rests on the inferred type of the receiver");
    }
    if let Standing::Grown { accepted } = finding.standing {
        let found = crate::rules::occurrences(finding);
        say("baseline", &format!("{accepted} accepted, {found} found"));
    }
    if finding.sites.len() > 1 + OTHER_SITES {
        let more = counted(finding.sites.len() - 1 - OTHER_SITES, "place");
        say("also", &format!("{more} more"));
    }
    finding.help.iter().for_each(|help| say("help", help));
    Message { text: lines.join("\n") }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Deny => "error",
        Severity::Warn => "warning",
        Severity::Allow => "note",
    }
}

/// Beside what was accepted, or found at an earlier revision; absent where there is neither.
fn baseline_state(report: &Report, finding: &Finding) -> Option<&'static str> {
    (report.delta.is_some() || report.since.is_some()).then_some(match finding.standing {
        Standing::New => "new",
        Standing::Grown { .. } => "updated",
        Standing::Known | Standing::Earlier => "unchanged",
    })
}

/// What is accepted was not found to be wrong: somebody wrote it down. What was there before nobody accepted.
fn suppressions(finding: &Finding) -> Vec<Suppression> {
    let accepted =
        Suppression { kind: "external", status: "accepted", justification: "listed in the baseline" };
    (finding.standing == Standing::Known).then_some(accepted).into_iter().collect()
}

/// Where things are.
struct Places<'a> {
    report: &'a Report,
}

impl Places<'_> {
    /// A site, with what stands there; `otherwise` where nothing is said of it.
    fn site(&self, site: &Site, otherwise: Option<&str>) -> Location {
        let label = Some(site.label.as_str()).filter(|label| !label.is_empty()).or(otherwise);
        self.location(&site.file, region(site.line, site.column, site.width), label)
    }

    fn location(&self, file: &str, region: Region, said: Option<&str>) -> Location {
        let is_outside = Path::new(file).is_absolute();
        let artifact_location = match is_outside {
            true => ArtifactLocation { uri: format!("file://{}", uri(file)), uri_base_id: None },
            false => ArtifactLocation { uri: uri(&self.report.in_repository(file)), uri_base_id: Some(ROOT) },
        };
        let message = said.map(|said| text(&shown(said)));
        Location { id: None, physical_location: PhysicalLocation { artifact_location, region }, message }
    }
}

/// A stretch of one line. GitHub wants all four numbers.
fn region(line: u32, column: u32, width: u32) -> Region {
    let (line, column) = (line.max(1), column.max(1));
    let end = column.saturating_add(width.max(1)).max(column);
    Region { start_line: line, start_column: column, end_line: line, end_column: end }
}

fn text(text: &str) -> Message {
    Message { text: text.to_owned() }
}

/// A phrase on one line that links to nothing: `[text](place)` would be a link.
fn shown(phrase: &str) -> String {
    terminal(phrase).replace("](", "] (")
}

/// What a link is called; brackets in it are escaped.
fn link_text(text: &str) -> String {
    shown(text).replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

/// A phrase with a full stop, as the standard wants messages.
fn sentence(phrase: &str) -> String {
    let phrase = shown(phrase);
    match phrase.ends_with(['.', '?', '!']) {
        true => phrase,
        false => format!("{phrase}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::baseline::Delta;
    use crate::output::report::tests::sample;
    use expect_test::expect;

    #[test]
    fn a_result_in_full() {
        let mut report = Report { folder: "back end/".into(), delta: Some(Delta::default()), ..sample() };
        report.findings.truncate(1);
        report.findings[0].sites.truncate(2);
        report.findings[0].standing = Standing::Known;
        let log = log(&report);
        expect![[r#"
            {
              "ruleId": "private-access",
              "ruleIndex": 1,
              "level": "error",
              "message": {
                "text": "`orders` reaches past the public interface of `payments`.\npolicy: [boundaries.toml:5](4): public = [\"api\"]\nbecause: payments is the next service\nnote: rests on the inferred type of the receiver\nhelp: use `shop::payments::api::charge`\nhelp: or add `store` to `public`"
              },
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "back%20end/src/orders/place.rs",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "startLine": 2,
                      "startColumn": 26,
                      "endLine": 2,
                      "endColumn": 32
                    }
                  },
                  "message": {
                    "text": "private to `payments`"
                  }
                }
              ],
              "relatedLocations": [
                {
                  "id": 1,
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "back%20end/src/orders/refund.rs",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "startLine": 3,
                      "startColumn": 5,
                      "endLine": 3,
                      "endColumn": 11
                    }
                  },
                  "message": {
                    "text": "the same"
                  }
                },
                {
                  "id": 2,
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "back%20end/src/payments/store.rs",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "startLine": 1,
                      "startColumn": 9,
                      "endLine": 1,
                      "endColumn": 10
                    }
                  },
                  "message": {
                    "text": "`shop::payments::store::charge` re-exports `db::charge`"
                  }
                },
                {
                  "id": 3,
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "back%20end/src/payments/store/db.rs",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "startLine": 7,
                      "startColumn": 9,
                      "endLine": 7,
                      "endColumn": 10
                    }
                  },
                  "message": {
                    "text": "`shop::payments::store::db::charge` defined"
                  }
                },
                {
                  "id": 4,
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "back%20end/boundaries.toml",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "startLine": 5,
                      "startColumn": 1,
                      "endLine": 5,
                      "endColumn": 17
                    }
                  },
                  "message": {
                    "text": "public = [\"api\"]"
                  }
                }
              ],
              "partialFingerprints": {
                "modcheckIdentity/v1": "3e895d0cff9afc8bf1377e8a06dc1a8f"
              },
              "baselineState": "unchanged",
              "suppressions": [
                {
                  "kind": "external",
                  "status": "accepted",
                  "justification": "listed in the baseline"
                }
              ]
            }"#]].assert_eq(&serde_json::to_string_pretty(&log.runs[0].results[0]).unwrap());
    }

    #[test]
    fn so_many_sites_that_a_service_would_refuse_them() {
        let mut report = sample();
        report.findings[0].sites = vec![report.findings[0].sites[0].clone(); 5000];
        let result = &log(&report).runs[0].results[0];
        assert!(result.related_locations.len() < 110);
        assert!(result.message.text.contains("\nalso: 4900 places more\n"), "{}", result.message.text);
    }

    #[test]
    fn a_file_outside_the_workspace_is_absolute() {
        let report = Report { folder: "backend/".into(), ..sample() };
        let place = Places { report: &report };
        let artifact =
            |file: &str| place.location(file, region(1, 1, 1), None).physical_location.artifact_location;
        #[cfg(unix)]
        assert_eq!(artifact("/etc/a b.toml").uri, "file:///etc/a%20b.toml");
        #[cfg(unix)]
        assert_eq!(artifact("/etc/a b.toml").uri_base_id, None);
        assert_eq!(artifact("a:b.rs").uri, "backend/a%3Ab.rs");
    }
}
