//! One line for each finding, which editors and scripts take apart.

use super::{demo, documents};
use modcheck::rules;

/// Path, line, column, level and rule, if a line is of that form.
fn parts(line: &str) -> Option<(&str, u32, u32, &str, &str)> {
    let (place, rest) = line.split_once(": ")?;
    let mut numbers = place.rsplitn(3, ':');
    let (column, line) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
    let (level, rest) = rest.split_once("[modcheck::")?;
    let (rule, message) = rest.split_once("]: ")?;
    (!message.is_empty()).then_some((numbers.next()?, line, column, level, rule))
}

#[test]
fn every_line_but_the_last_is_a_finding_of_the_demo() {
    let text = &documents("short")[0].text;
    let lines: Vec<&str> = text.lines().collect();
    let (last, findings) = lines.split_last().unwrap();
    assert!(last.contains("errors, ") && parts(last).is_none(), "{last}");
    assert!(findings.len() > 20);
    for line in findings {
        let (path, number, column, level, rule) = parts(line).unwrap_or_else(|| panic!("{line}"));
        let text = std::fs::read_to_string(demo().join(path)).unwrap();
        let pointed_at = text.lines().nth(number as usize - 1).unwrap();
        assert!(pointed_at.chars().count() >= column as usize, "{line}");
        assert!(["error", "warning"].contains(&level) && rules::find(rule).is_some(), "{line}");
    }
}

#[test]
fn a_hostile_finding_is_one_line() {
    let report = super::hostile();
    let text = super::written(&report, "short");
    assert_eq!(text.lines().count(), report.findings.len() + report.notices.len() + 1);
    for line in text.lines() {
        assert!(!line.contains(|c: char| c.is_control()), "{line:?}");
        assert!(!line.trim_start().starts_with("::") && !line.contains("##["), "{line:?}");
    }
}
