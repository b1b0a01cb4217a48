//! One line for each finding, as compilers write them: for editors, `grep` and logs.

use crate::output::closing::summary;
use crate::output::escape::{log_path, terminal};
use crate::output::notes::level;
use crate::output::report::Report;
use crate::rules::Finding;
use std::io::{self, Write};

/// Writes the findings, and a closing line with the counts.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    report.open().try_for_each(|finding| writeln!(out, "{}", line(finding, str::to_owned)))?;
    for notice in &report.notices {
        writeln!(out, "note: {}", terminal(notice))?;
    }
    writeln!(out, "{}", summary(report))
}

/// `src/a.rs:3:9: error[modcheck::private-access]: the message`, with a file's path as `shown`.
pub(super) fn line(finding: &Finding, shown: impl Fn(&str) -> String) -> String {
    let place = finding.sites.first().map_or(String::new(), |site| {
        format!("{}:{}:{}: ", log_path(&shown(&site.file)), site.line, site.column)
    });
    format!("{place}{}[modcheck::{}]: {}", level(finding), finding.rule, terminal(&finding.message))
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
    fn a_line_for_each_finding() {
        let notices = vec!["seen only in part: `pay\nments`".into()];
        check(
            &Report { notices, ..sample() },
            expect![[r#"
            src/orders/place.rs:2:26: error[modcheck::private-access]: `orders` reaches past the public interface of `payments`
            src/misc.rs:1:1: warning[modcheck::unassigned-code]: `shop::misc` belongs to no module
            src/\u{1b}evil.rs:1:16: warning[modcheck::unassigned-code]: `\u{1b}]0;title\u{7}` is\nnamed badly
            note: seen only in part: `pay\nments`
            1 error, 2 warnings; looked at 2 modules (12 source modules, 9 files), 99.6 % of 1000 references resolved (4 unresolved: 3 opaque macro, 1 generated code)
        "#]],
        );
    }

    #[test]
    fn what_is_accepted_is_not_shown() {
        let mut report = sample();
        report.findings[0].standing = Standing::Known;
        report.findings.truncate(1);
        check(
            &report,
            expect![[r#"
            no findings; looked at 2 modules (12 source modules, 9 files), 99.6 % of 1000 references resolved (4 unresolved: 3 opaque macro, 1 generated code)
        "#]],
        );
    }

    #[test]
    fn a_path_is_no_command_of_a_log() {
        let mut report = sample();
        report.findings.truncate(1);
        for (file, shown) in
            [("::error::x.rs", "./::error::x.rs:"), ("##[error]x.rs", "./##"), (" ::x.rs", "./ ::x.rs:")]
        {
            report.findings[0].sites[0].file = file.into();
            let mut out = Vec::new();
            write(&report, &mut out).unwrap();
            let text = String::from_utf8(out).unwrap();
            assert!(text.starts_with(shown), "{text}");
            assert!(!text.contains("##["), "{text}");
        }
    }
}
