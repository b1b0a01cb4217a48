//! Findings as tests in the format of JUnit, for services that show tests: Jenkins, GitLab, CircleCI and others.
//!
//! Each finding is a test of its own, so that a service can tell new failures from those that it knows by their names. A
//! rule that found nothing is a test that passed, if it could find something: a green run shows what ran. An error fails
//! its test, a warning is a skipped one: it is seen and fails nothing, as it does not fail the run. What was not seen is an
//! error.

use crate::config::policy::Severity;
use crate::output::closing::{delta_lines, summary};
use crate::output::escape::{log_line, log_path, xml_characters};
use crate::output::notes::notes;
use crate::output::report::{Report, counted};
use crate::rules::{Finding, RULES};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use rustc_hash::{FxHashMap, FxHashSet};
use std::io::{self, Write};

/// The test of whether all was seen. Services show what stands before the point as a group.
const ANALYSIS: &str = "modcheck.analysis";
/// Every test has to take some time, for some services; how long it was is not known for each.
const TIME: (&str, &str) = ("time", "0");

/// Writes one suite with all tests.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let tests = tests(report);
    let count = |wanted: fn(&Outcome) -> bool| tests.iter().filter(|test| wanted(&test.outcome)).count();
    let failures = count(|outcome| matches!(outcome, Outcome::Failed(_))).to_string();
    let errors = count(|outcome| matches!(outcome, Outcome::Broken(_))).to_string();
    let skipped = count(|outcome| matches!(outcome, Outcome::Skipped(_))).to_string();
    let total = tests.len().to_string();
    let counts = [("tests", total.as_str()), ("failures", &failures), ("errors", &errors)];

    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let suites = writer.create_element("testsuites").with_attribute(("name", "cargo modcheck"));
    suites.with_attributes(counts).write_inner_content(|writer| {
        let suite = writer.create_element("testsuite").with_attribute(("name", "modcheck"));
        let suite = suite.with_attributes(counts).with_attributes([("skipped", skipped.as_str()), TIME]);
        suite.write_inner_content(|writer| {
            tests.iter().try_for_each(|test| test.write(writer))?;
            let closing = BytesText::new(&closing(report)).into_owned();
            writer.create_element("system-out").write_text_content(closing).map(|_| ())
        })?;
        Ok(())
    })?;
    out.write_all(&writer.into_inner())?;
    writeln!(out)
}

struct Test {
    class: String,
    name: String,
    file: Option<String>,
    outcome: Outcome,
}

enum Outcome {
    Passed,
    Failed(Reason),
    /// Could not be carried out.
    Broken(Reason),
    /// Lines that are escaped.
    Skipped(String),
}

/// Why a test did not pass.
struct Reason {
    kind: String,
    message: String,
    /// Lines that are escaped.
    text: String,
}

/// Whether all was seen, then every finding, then the rules that found nothing.
fn tests(report: &Report) -> Vec<Test> {
    let mut tests = vec![analysis(report)];
    let mut names: FxHashMap<&str, u32> = FxHashMap::default();
    let mut found: FxHashSet<&str> = FxHashSet::default();
    for finding in report.open() {
        found.insert(&finding.rule);
        let seen = names.entry(&finding.identity).or_default();
        *seen += 1;
        tests.push(test(report, finding, *seen));
    }
    let quiet = RULES.iter().map(|rule| rule.name).filter(|rule| !found.contains(rule));
    let test = |rule: &str| Test {
        class: class(rule),
        name: "finds nothing".into(),
        file: None,
        outcome: match report.idle.get(rule) {
            Some(reason) => Outcome::Skipped(line(reason)),
            None => Outcome::Passed,
        },
    };
    tests.extend(quiet.map(test));
    tests
}

fn class(rule: &str) -> String {
    format!("modcheck.{rule}")
}

fn analysis(report: &Report) -> Test {
    let outcome = match report.incomplete.as_slice() {
        [] => Outcome::Passed,
        [reason] => broken(format!("the analysis is incomplete: {reason}"), line(reason)),
        reasons => {
            let count = counted(reasons.len(), "reason");
            broken(format!("the analysis is incomplete for {count}"), lines(reasons))
        }
    };
    Test { class: ANALYSIS.into(), name: "is complete".into(), file: None, outcome }
}

fn broken(message: String, text: String) -> Outcome {
    Outcome::Broken(Reason { kind: "modcheck::incomplete".into(), message, text })
}

/// A service drops a second test of the same name, so that `seen` ones of an identity are numbered.
fn test(report: &Report, finding: &Finding, seen: u32) -> Test {
    let subject = finding.identity.strip_prefix(&finding.rule).unwrap_or(&finding.identity).trim_start();
    let number = if seen > 1 { format!(" ({seen})") } else { String::new() };
    let text = text(report, finding);
    let outcome = match finding.severity {
        Severity::Deny => Outcome::Failed(Reason {
            kind: format!("modcheck::{}", finding.rule),
            message: finding.message.clone(),
            text,
        }),
        _ => Outcome::Skipped(format!("{}\n{text}", line(&format!("warning: {}", finding.message)))),
    };
    Test {
        class: class(&finding.rule),
        name: format!("{subject}{number}"),
        file: finding.sites.first().map(|site| report.in_repository(&site.file)),
        outcome,
    }
}

/// The place, and all that there is to say of it.
fn text(report: &Report, finding: &Finding) -> String {
    let place = finding
        .sites
        .first()
        .map(|site| format!("{}:{}:{}", log_path(&report.in_repository(&site.file)), site.line, site.column));
    let mut all: Vec<String> = place.into_iter().collect();
    for (name, lines) in notes(finding) {
        let mut start = format!("{name}: ");
        for line in lines {
            all.push(format!("{start}{line}"));
            start = "  ".to_owned();
        }
    }
    lines(&all)
}

/// What a run says at its end.
fn closing(report: &Report) -> String {
    let notices = report.notices.iter().map(|notice| format!("note: {notice}"));
    lines(&notices.chain(delta_lines(report)).chain([summary(report)]).collect::<Vec<_>>())
}

fn lines(texts: &[String]) -> String {
    texts.iter().map(|text| line(text)).collect::<Vec<_>>().join("\n")
}

/// One line of text. Who shows tests may show it in a log, too.
fn line(text: &str) -> String {
    xml_characters(&log_line(text))
}

impl Test {
    fn write(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let attributes = [("classname", xml_characters(&self.class)), ("name", xml_characters(&self.name))];
        let file = self.file.iter().map(|file| ("file", xml_characters(file)));
        let attributes: Vec<(&str, String)> = attributes.into_iter().chain(file).collect();
        let element = writer.create_element("testcase");
        let element = element
            .with_attributes(attributes.iter().map(|(key, value)| (*key, value.as_str())))
            .with_attribute(TIME);
        let (tag, attributes, text) = match &self.outcome {
            Outcome::Passed => return element.write_empty().map(|_| ()),
            Outcome::Failed(Reason { kind, message, text }) => {
                ("failure", vec![("type", xml_characters(kind)), ("message", xml_characters(message))], text)
            }
            Outcome::Broken(Reason { kind, message, text }) => {
                ("error", vec![("type", xml_characters(kind)), ("message", xml_characters(message))], text)
            }
            Outcome::Skipped(text) => ("skipped", Vec::new(), text),
        };
        element.write_inner_content(|writer| {
            let inner = writer.create_element(tag);
            let inner = inner.with_attributes(attributes.iter().map(|(key, value)| (*key, value.as_str())));
            inner.write_text_content(BytesText::new(text)).map(|_| ())
        })?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::report::tests::sample;
    use crate::rules::Standing;
    use expect_test::{Expect, expect};

    fn written(report: &Report) -> String {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// Without the tests of rules that found nothing, of which there are many.
    #[track_caller]
    fn check(report: &Report, expected: Expect) {
        let text = written(report);
        let lines = text.lines().filter(|line| !line.contains("name=\"finds nothing\""));
        expected.assert_eq(&lines.collect::<Vec<_>>().join("\n"));
    }

    #[test]
    fn findings_are_tests() {
        check(
            &Report { folder: "backend/".into(), ..sample() },
            expect![[r#"
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites name="cargo modcheck" tests="32" failures="1" errors="0">
                  <testsuite name="modcheck" tests="32" failures="1" errors="0" skipped="3" time="0">
                    <testcase classname="modcheck.analysis" name="is complete" time="0"/>
                    <testcase classname="modcheck.private-access" name="shop::orders::place -&gt; shop::payments::store::charge" file="backend/src/orders/place.rs" time="0">
                      <failure type="modcheck::private-access" message="`orders` reaches past the public interface of `payments`">backend/src/orders/place.rs:2:26
                also: src/orders/refund.rs:3:5
                  src/orders/refund.rs:4:5
                  src/orders/refund.rs:5:5
                  and 3 more
                trail: src/payments/store.rs:1:9: `shop::payments::store::charge` re-exports `db::charge`
                  src/payments/store/db.rs:7:9: `shop::payments::store::db::charge` defined
                note: rests on the inferred type of the receiver
                policy: boundaries.toml:5: public = [&quot;api&quot;]
                because: payments is the next service
                help: use `shop::payments::api::charge`
                help: or add `store` to `public`</failure>
                    </testcase>
                    <testcase classname="modcheck.unassigned-code" name="shop::misc" file="backend/src/misc.rs" time="0">
                      <skipped>warning: `shop::misc` belongs to no module
                backend/src/misc.rs:1:1</skipped>
                    </testcase>
                    <testcase classname="modcheck.unassigned-code" name="shop::misc (2)" file="backend/src/\u{1b}evil.rs" time="0">
                      <skipped>warning: `\u{1b}]0;title\u{7}` is\nnamed badly
                backend/src/\u{1b}evil.rs:1:16
                because: \u{202e}because
                help: \u{1b}[2Jhelp</skipped>
                    </testcase>
                      <skipped>switched off in `[rules]`</skipped>
                    </testcase>
                    <system-out>1 error, 2 warnings; looked at 2 modules (12 source modules, 9 files), 99.6 % of 1000 references resolved (4 unresolved: 3 opaque macro, 1 generated code)</system-out>
                  </testsuite>
                </testsuites>"#]],
        );
    }

    #[test]
    fn what_was_not_seen_is_an_error() {
        let incomplete = vec!["src/a.rs:1:1: ]]>\n\u{1b}[31m".to_owned(), "<b>&\u{ffff}".into()];
        let report = Report { findings: Vec::new(), incomplete, notices: vec!["a note".into()], ..sample() };
        check(
            &report,
            expect![[r#"
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites name="cargo modcheck" tests="31" failures="0" errors="1">
                  <testsuite name="modcheck" tests="31" failures="0" errors="1" skipped="1" time="0">
                    <testcase classname="modcheck.analysis" name="is complete" time="0">
                      <error type="modcheck::incomplete" message="the analysis is incomplete for 2 reasons">src/a.rs:1:1: ]]&gt;\n\u{1b}[31m
                &lt;b&gt;&amp;\u{ffff}</error>
                    </testcase>
                      <skipped>switched off in `[rules]`</skipped>
                    </testcase>
                    <system-out>note: a note
                no findings, but the analysis is incomplete; looked at 2 modules (12 source modules, 9 files), 99.6 % of 1000 references resolved (4 unresolved: 3 opaque macro, 1 generated code)</system-out>
                  </testsuite>
                </testsuites>"#]],
        );
    }

    #[test]
    fn a_clean_run_shows_what_ran() {
        let mut report = sample();
        report.findings.iter_mut().for_each(|finding| finding.standing = Standing::Known);
        let text = written(&report);
        assert_eq!(text.matches("name=\"finds nothing\"").count(), RULES.len());
        assert_eq!(text.matches("<testcase ").count(), RULES.len() + 1);
        assert!(!text.contains("<failure"), "{text}");
        // What could find nothing did not pass.
        assert_eq!(text.matches("<skipped").count(), 1);
        let (_, off) = text.split_once("<testcase classname=\"modcheck.chatty-call\"").unwrap();
        assert!(off.split("</testcase>").next().unwrap().contains("switched off in `[rules]`"), "{text}");
    }
}
