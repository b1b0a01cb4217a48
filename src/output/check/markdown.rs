//! Findings as a comment on a pull request, or as the summary of a step.

use crate::config::policy::Severity;
use crate::output::closing::{delta_lines, extent, verdict};
use crate::output::escape::{code_span, markdown, markdown_phrase};
use crate::output::notes::notes;
use crate::output::report::{Report, counted};
use crate::rules::Finding;
use std::io::{self, Write};

/// How many bytes fit into a comment: GitHub takes 65536 characters.
const ROOM: usize = 60_000;
/// By this a comment can be found again, to be replaced instead of repeated.
const MARK: &str = "<!-- cargo-modcheck -->";
/// What is said below a finding, where there is something to say.
const SAID: [&str; 5] = ["trail", "baseline", "policy", "because", "help"];

/// Writes a comment.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    write_within(report, ROOM, out)
}

/// Writes no more than so many bytes: findings for which there is no room are counted.
pub fn write_within(report: &Report, room: usize, out: &mut dyn Write) -> io::Result<()> {
    let head = head(report);
    let foot = format!("<sub>looked at {}</sub>\n", markdown(&extent(report)));
    let of = |severity| report.open().filter(move |finding| finding.severity == severity);
    // What stands around the findings takes less than this.
    let mut left = room.saturating_sub(head.len() + foot.len() + 500);
    out.write_all(head.as_bytes())?;
    write_findings(report, &of(Severity::Deny).collect::<Vec<_>>(), "error", true, &mut left, out)?;
    write_findings(report, &of(Severity::Warn).collect::<Vec<_>>(), "warning", false, &mut left, out)?;
    out.write_all(foot.as_bytes())
}

/// The verdict, and what holds for the run as a whole.
fn head(report: &Report) -> String {
    let mut head = format!("{MARK}\n### cargo modcheck: {}\n\n", verdict(report));
    if !report.incomplete.is_empty() {
        head.push_str("The analysis is incomplete, so that a missing finding means nothing:\n\n");
    }
    let reasons = listed(report.incomplete.iter().cloned());
    let others = listed(delta_lines(report).into_iter().chain(report.notices.iter().cloned()));
    for list in [reasons, others].iter().filter(|list| !list.is_empty()) {
        head.push_str(list);
        head.push('\n');
    }
    head
}

/// How many lines of the same kind the head lists.
const LISTED: usize = 25;

fn listed(lines: impl Iterator<Item = String>) -> String {
    let lines: Vec<String> = lines.collect();
    let mut list: String =
        lines.iter().take(LISTED).map(|line| format!("- {}\n", markdown_phrase(line))).collect();
    if lines.len() > LISTED {
        list.push_str(&format!("- and {} more\n", lines.len() - LISTED));
    }
    list
}

fn write_findings(
    report: &Report,
    findings: &[&Finding],
    noun: &str,
    open: bool,
    left: &mut usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    let open = if open { " open" } else { "" };
    writeln!(out, "<details{open}><summary>{}</summary>\n", counted(findings.len(), noun))?;
    for (index, finding) in findings.iter().enumerate() {
        let item = item(report, finding);
        if item.len() > *left {
            *left = 0;
            let more = counted(findings.len() - index, noun);
            writeln!(out, "- {more} for which there is no room here: `cargo modcheck` shows them")?;
            break;
        }
        *left -= item.len();
        out.write_all(item.as_bytes())?;
    }
    writeln!(out, "\n</details>\n")
}

/// A finding as an item of a list.
fn item(report: &Report, finding: &Finding) -> String {
    let place = finding.sites.first().map_or(String::new(), |site| {
        let place = format!("{}:{}:{}", report.in_repository(&site.file), site.line, site.column);
        let others = match finding.sites.len() - 1 {
            0 => String::new(),
            others => format!(" and {}", counted(others, "other place")),
        };
        format!("{}{others}: ", code_span(&place))
    });
    let (rule, message) = (code_span(&finding.rule), markdown_phrase(&finding.message));
    let mut item = format!("- {place}{message} ({rule})\n");
    for (name, lines) in notes(finding).iter().filter(|(name, _)| SAID.contains(name)) {
        let lines = lines.iter().filter(|line| !line.is_empty());
        let lines: Vec<String> = lines.map(|line| markdown_phrase(line)).collect();
        item.push_str(&format!("  - {name}: {}\n", lines.join("<br>")));
    }
    item
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::report::tests::sample;
    use expect_test::{Expect, expect};

    fn written(report: &Report, room: usize) -> String {
        let mut out = Vec::new();
        write_within(report, room, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[track_caller]
    fn check(report: &Report, expected: Expect) {
        expected.assert_eq(&written(report, ROOM));
    }

    #[test]
    fn a_comment() {
        check(
            &Report { folder: "backend/".into(), ..sample() },
            expect![[r#"
            <!-- cargo-modcheck -->
            ### cargo modcheck: 1 error, 2 warnings

            <details open><summary>1 error</summary>

            - `backend/src/orders/place.rs:2:26` and 6 other places: `orders` reaches past the public interface of `payments` (`private-access`)
              - trail: src/payments/store.rs:1:9: `shop::payments::store::charge` re-exports `db::charge`<br>src/payments/store/db.rs:7:9: `shop::payments::store::db::charge` defined
              - policy: boundaries.toml:5: public = \["api"\]
              - because: payments is the next service
              - help: use `shop::payments::api::charge`
              - help: or add `store` to `public`

            </details>

            <details><summary>2 warnings</summary>

            - `backend/src/misc.rs:1:1`: `shop::misc` belongs to no module (`unassigned-code`)
            - `backend/src/\u{1b}evil.rs:1:16`: `\u{1b}]0;title\u{7}` is\\nnamed badly (`unassigned-code`)
              - because: \\u{202e}because
              - help: \\u{1b}\[2Jhelp

            </details>

            <sub>looked at 2 modules (12 source modules, 9 files), 99.6 % of 1000 references resolved (4 unresolved: 3 opaque macro, 1 generated code)</sub>
        "#]],
        );
    }

    #[test]
    fn nothing_found_and_nothing_known() {
        check(
            &Report { findings: Vec::new(), ..sample() },
            expect![[r#"
            <!-- cargo-modcheck -->
            ### cargo modcheck: no findings

            <sub>looked at 2 modules (12 source modules, 9 files), 99.6 % of 1000 references resolved (4 unresolved: 3 opaque macro, 1 generated code)</sub>
        "#]],
        );
        let incomplete = vec!["src/a.rs:1:1: `x` <b> @team".into()];
        check(
            &Report { findings: Vec::new(), incomplete, ..sample() },
            expect![[r#"
            <!-- cargo-modcheck -->
            ### cargo modcheck: no findings, but the analysis is incomplete

            The analysis is incomplete, so that a missing finding means nothing:

            - src/a.rs:1:1: `x` &lt;b&gt; @<!-- -->team

            <sub>looked at 2 modules (12 source modules, 9 files), 99.6 % of 1000 references resolved (4 unresolved: 3 opaque macro, 1 generated code)</sub>
        "#]],
        );
    }

    #[test]
    fn a_comment_is_never_too_long() {
        let mut report = sample();
        report.findings = report.findings.iter().cycle().take(900).cloned().collect();
        for room in [1_500, 5_000, ROOM] {
            let text = written(&report, room);
            assert!(text.len() <= room, "{} bytes in {room}", text.len());
            assert!(text.contains("for which there is no room here"), "{text}");
        }
    }
}
