//! Findings for people: the place with its source, what it breaks, how it came about and what to do.
//!
//! Texts are escaped where they are drawn, in [`Diagnostic`].

use crate::config::policy::Severity;
use crate::output::closing::{delta_lines, extent, verdict};
use crate::output::diagnostic::Diagnostic;
use crate::output::escape::{self, excerpt};
use crate::output::lines::Lines;
use crate::output::notes::notes;
use crate::output::report::Report;
use crate::output::style::{ERROR, GOOD, WARNING};
use crate::rules::Finding;
use std::io::{self, Write};

/// Writes every finding, what else is worth knowing, and a closing line.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut lines = Lines::new(&report.sources);
    for finding in report.open() {
        write_finding(&mut lines, finding, out)?;
        writeln!(out)?;
    }
    for notice in &report.notices {
        writeln!(out, "{WARNING}note{WARNING:#}: {}", escape::terminal(notice))?;
    }
    for line in delta_lines(report) {
        writeln!(out, "{}", escape::terminal(&line))?;
    }
    write_summary(report, out)
}

/// Writes one finding, coloured.
pub(super) fn write_finding<'a>(
    lines: &mut Lines<'a>,
    finding: &'a Finding,
    out: &mut dyn Write,
) -> io::Result<()> {
    let site = finding.sites.first();
    let line = site.and_then(|site| lines.get(&site.file, site.line));
    let diagnostic = Diagnostic {
        error: finding.severity == Severity::Deny,
        code: Some(format!("modcheck::{}", finding.rule)),
        message: &finding.message,
        place: site.map(|site| (site.file.as_str(), site.line, site.column)),
        excerpt: site.zip(line).map(|(site, line)| excerpt(line.text, site.column, site.width)),
        label: site.map_or("", |site| &site.label),
        notes: notes(finding),
    };
    diagnostic.write(out)
}

/// One line that says what was found and how much was looked at.
fn write_summary(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let style = match (report.count(Severity::Deny), report.count(Severity::Warn)) {
        (0, 0) if report.incomplete.is_empty() => GOOD,
        (0, _) => WARNING,
        _ => ERROR,
    };
    writeln!(out, "{style}{}{style:#}; looked at {}", verdict(report), extent(report))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::report::tests::{sample, site};
    use expect_test::{Expect, expect};
    use std::sync::Arc;

    #[track_caller]
    fn check(report: &Report, expected: Expect) {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        let text = anstream::adapter::strip_str(std::str::from_utf8(&out).unwrap()).to_string();
        expected.assert_eq(&text);
    }

    #[test]
    fn findings() {
        check(
            &sample(),
            expect![[r#"
                error[modcheck::private-access]: `orders` reaches past the public interface of `payments`
                 --> src/orders/place.rs:2:26
                  |
                2 |     crate::payments::store::charge(order);
                  |                             ^^^^^^ private to `payments`
                  |
                  = also: src/orders/refund.rs:3:5
                          src/orders/refund.rs:4:5
                          src/orders/refund.rs:5:5
                          and 3 more
                  = trail: src/payments/store.rs:1:9: `shop::payments::store::charge` re-exports `db::charge`
                           src/payments/store/db.rs:7:9: `shop::payments::store::db::charge` defined
                  = note: rests on the inferred type of the receiver
                  = policy: boundaries.toml:5: public = ["api"]
                  = because: payments is the next service
                  = help: use `shop::payments::api::charge`
                  = help: or add `store` to `public`

                warning[modcheck::unassigned-code]: `shop::misc` belongs to no module
                 --> src/misc.rs:1:1

                warning[modcheck::unassigned-code]: `\u{1b}]0;title\u{7}` is\nnamed badly
                 --> src/\u{1b}evil.rs:1:16
                  |
                1 | let x = \u{1b}[31m \u{202e}evil();
                  |                            ^^^^ \u{1b}[1m label
                  |
                  = because: \u{202e}because
                  = help: \u{1b}[2Jhelp

                1 error, 2 warnings; looked at 2 modules (12 source modules, 9 files), 99.6 % of 1000 references resolved (4 unresolved: 3 opaque macro, 1 generated code)
            "#]],
        );
    }

    #[test]
    fn clean_and_incomplete() {
        let clean = Report { findings: Vec::new(), ..sample() };
        check(
            &clean,
            expect![[r#"
                no findings; looked at 2 modules (12 source modules, 9 files), 99.6 % of 1000 references resolved (4 unresolved: 3 opaque macro, 1 generated code)
            "#]],
        );
        check(
            &Report { incomplete: vec!["x".into()], ..clean },
            expect![[r#"
                no findings, but the analysis is incomplete; looked at 2 modules (12 source modules, 9 files), 99.6 % of 1000 references resolved (4 unresolved: 3 opaque macro, 1 generated code)
            "#]],
        );
    }

    #[test]
    fn a_notice_stands_above_the_closing_line() {
        let notices = vec!["seen only in part: `pay\u{1b}ments`".into()];
        check(
            &Report { findings: Vec::new(), notices, ..sample() },
            expect![[r#"
            note: seen only in part: `pay\u{1b}ments`
            no findings; looked at 2 modules (12 source modules, 9 files), 99.6 % of 1000 references resolved (4 unresolved: 3 opaque macro, 1 generated code)
        "#]],
        );
    }

    #[test]
    fn no_site_and_no_text_make_it_fall_over() {
        let lines = ["", "\u{301}", "😀表\t\u{200d}x", "\r", &"表".repeat(5000), "\u{1b}[0m"];
        let mut report = sample();
        report.sources.insert("src/misc.rs".into(), Arc::from(lines.join("\n").as_str()));
        for line in [0, 1, 2, 3, 4, 5, 6, 7, u32::MAX] {
            for column in [0, 1, 2, 3, 700, 4999, 5001, u32::MAX] {
                for width in [0, 1, 3, 900, u32::MAX] {
                    report.findings.truncate(2);
                    report.findings[1].sites = vec![site("src/misc.rs", line, column, width, "here")];
                    write(&report, &mut Vec::new()).unwrap();
                }
            }
        }
    }
}
