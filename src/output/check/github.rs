//! Findings as annotations of a pull request: the commands that GitHub reads from a workflow's log.
//!
//! GitHub shows ten errors and ten warnings of a step as annotations and drops the rest without a word. So only that many
//! become commands, and what is left stands in the log.
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>

use super::short;
use crate::config::policy::Severity;
use crate::output::closing::summary;
use crate::output::escape::{github_message, github_property, log_line};
use crate::output::notes::{level, notes};
use crate::output::report::{Report, counted};
use crate::rules::Finding;
use std::io::{self, Write};

/// How many annotations of each level GitHub shows of a step.
const SHOWN: usize = 10;
/// What is said beside an annotation, where there is something to say: the rest stands in the log.
const SAID: [&str; 3] = ["baseline", "because", "help"];

/// Writes annotations, then what there was no room for as lines, and a closing line.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut room = [SHOWN; 2];
    let mut has_room = |severity: Severity| {
        let left = &mut room[usize::from(severity == Severity::Deny)];
        let has = *left > 0;
        *left = left.saturating_sub(1);
        has
    };
    for reason in &report.incomplete {
        match has_room(Severity::Deny) {
            true => writeln!(out, "::error title=incomplete analysis::{}", github_message(reason))?,
            false => writeln!(out, "{}", log_line(&format!("incomplete: {reason}")))?,
        }
    }
    let (shown, rest): (Vec<&Finding>, Vec<&Finding>) = report.open().partition(|f| has_room(f.severity));
    shown.iter().try_for_each(|finding| annotate(report, finding, out))?;
    if !rest.is_empty() {
        writeln!(out, "::group::{} more", counted(rest.len(), "finding"))?;
        let line = |finding| short::line(finding, |file| report.in_repository(file));
        rest.iter().try_for_each(|finding| writeln!(out, "{}", line(finding)))?;
        writeln!(out, "::endgroup::")?;
    }
    for notice in &report.notices {
        writeln!(out, "note: {}", log_line(notice))?;
    }
    writeln!(out, "{}", summary(report))
}

fn annotate(report: &Report, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "::{} ", level(finding))?;
    if let Some(site) = finding.sites.first() {
        let file = github_property(&report.in_repository(&site.file));
        let end = site.column.saturating_add(site.width);
        write!(out, "file={file},line={0},endLine={0},col={1},endColumn={end},", site.line, site.column)?;
    }
    let mut text = github_message(&finding.message);
    for (name, lines) in notes(finding).iter().filter(|(name, _)| SAID.contains(name)) {
        text.push_str(&format!("%0A{name}: "));
        let lines: Vec<String> = lines.iter().map(|line| github_message(line)).collect();
        text.push_str(&lines.join("%0A"));
    }
    writeln!(out, "title=modcheck%3A%3A{}::{text}", github_property(&finding.rule))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::report::tests::sample;
    use expect_test::{Expect, expect};

    fn written(report: &Report) -> String {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[track_caller]
    fn check(report: &Report, expected: Expect) {
        expected.assert_eq(&written(report));
    }

    #[test]
    fn findings_are_annotations() {
        check(
            &Report { folder: "back,end/".into(), ..sample() },
            expect![[r#"
            ::error file=back%2Cend/src/orders/place.rs,line=2,endLine=2,col=26,endColumn=32,title=modcheck%3A%3Aprivate-access::`orders` reaches past the public interface of `payments`%0Abecause: payments is the next service%0Ahelp: use `shop::payments::api::charge`%0Ahelp: or add `store` to `public`
            ::warning file=back%2Cend/src/misc.rs,line=1,endLine=1,col=1,endColumn=2,title=modcheck%3A%3Aunassigned-code::`shop::misc` belongs to no module
            ::warning file=back%2Cend/src/\u{1b}evil.rs,line=1,endLine=1,col=16,endColumn=20,title=modcheck%3A%3Aunassigned-code::`\u{1b}]0;title\u{7}` is%0Anamed badly%0Abecause: \u{202e}because%0Ahelp: \u{1b}[2Jhelp
            1 error, 2 warnings; looked at 2 modules (12 source modules, 9 files), 99.6 % of 1000 references resolved (4 unresolved: 3 opaque macro, 1 generated code)
        "#]],
        );
    }

    #[test]
    fn an_incomplete_analysis_is_an_error() {
        let incomplete = vec!["src/a.rs:1:1: 100 %\n::set-env::".into()];
        check(
            &Report { findings: Vec::new(), incomplete, ..sample() },
            expect![[r#"
            ::error title=incomplete analysis::src/a.rs:1:1: 100 %25%0A::set-env::
            no findings, but the analysis is incomplete; looked at 2 modules (12 source modules, 9 files), 99.6 % of 1000 references resolved (4 unresolved: 3 opaque macro, 1 generated code)
        "#]],
        );
    }

    #[test]
    fn what_github_would_drop_stands_in_the_log() {
        let mut report = sample();
        let warning = report.findings[1].clone();
        let hostile = report.findings[2].clone();
        report.findings = [vec![warning; 11], vec![hostile]].concat();
        report.findings[11].sites[0].file = "::stop-commands::x.rs".into();
        let text = written(&report);
        assert_eq!(text.lines().filter(|line| line.starts_with("::warning ")).count(), 10);
        let group: Vec<&str> = text.lines().skip_while(|line| !line.starts_with("::group::")).collect();
        expect![[r#"
            ::group::2 findings more
            src/misc.rs:1:1: warning[modcheck::unassigned-code]: `shop::misc` belongs to no module
            ./::stop-commands::x.rs:1:16: warning[modcheck::unassigned-code]: `\u{1b}]0;title\u{7}` is\nnamed badly
            ::endgroup::
            12 warnings; looked at 2 modules (12 source modules, 9 files), 99.6 % of 1000 references resolved (4 unresolved: 3 opaque macro, 1 generated code)"#]].assert_eq(&group.join("\n"));
    }
}
