//! The line of source that a blocker is about, with what is meant underlined.

use super::markup::Markup;
use crate::output::escape::excerpt;
use crate::output::lines::Lines;
use crate::readiness::Place;

/// Writes the line of a place, where its text is at hand.
pub(super) fn write<'a>(m: &mut Markup, place: &'a Place, lines: &mut Lines<'a>) {
    let Some(line) = lines.get(&place.file, place.line) else { return };
    let (text, column) = unindented(line.text, place.column.max(1));
    let shown = excerpt(text, column, place.width);
    let (before, rest) = shown.text.split_at(shown.span.start);
    let (marked, after) = rest.split_at(shown.span.len());
    m.tag("pre.excerpt", |m| {
        m.with("span.number", &[("aria-hidden", &"true")], |m| m.text(&place.line.to_string()));
        m.tag("code", |m| {
            m.text(before);
            m.say("mark", marked);
            m.text(after);
        });
    });
}

/// A line without the blanks that it begins with, and the column in what is left.
fn unindented(line: &str, column: u32) -> (&str, u32) {
    let text = line.trim_start();
    let blanks = (line.chars().count() - text.chars().count()) as u32;
    if blanks < column { (text, column - blanks) } else { (line, column) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::sync::Arc;

    #[track_caller]
    fn check(line: &str, column: u32, width: u32, code: &str) {
        let sources = BTreeMap::from([("a.rs".to_owned(), Arc::from(format!("first\n{line}\n")))]);
        let place = Place { file: "a.rs".into(), line: 2, column, width, label: String::new() };
        let mut m = Markup::default();
        write(&mut m, &place, &mut Lines::new(&sources));
        let text = m.finish();
        let found = text.split_once("<code>").and_then(|(_, rest)| rest.split_once("</code>"));
        assert_eq!(found.map(|(code, _)| code), Some(code), "{text}");
    }

    #[test]
    fn what_is_meant_is_underlined() {
        check("    let ü = charge(&x);", 13, 6, "let ü = <mark>charge</mark>(&amp;x);");
        check("\t\tcharge\t()", 3, 6, "<mark>charge</mark>    ()");
        check("表 = \"<b>\"", 5, 5, "表 = <mark>&quot;&lt;b&gt;&quot;</mark>");
        check("\u{202e}x", 2, 1, "\\u{202e}<mark>x</mark>");
    }

    #[test]
    fn a_place_beyond_the_line_or_before_its_code_is_shown_all_the_same() {
        check("  x", 1, 1, "<mark> </mark> x");
        check("x", 90, 1, "x<mark> </mark>");
        check("", 1, 1, "<mark> </mark>");
    }

    #[test]
    fn a_long_line_is_cut() {
        let line = format!("{}needle{}", "a".repeat(5_000), "b".repeat(5_000));
        let shown = format!("…{}<mark>needle</mark>{}…", "a".repeat(100), "b".repeat(100));
        check(&line, 5_001, 6, &shown);
    }

    #[test]
    fn without_the_text_nothing_is_shown() {
        let place = Place { file: "a.rs".into(), line: 1, column: 1, width: 1, label: String::new() };
        let mut m = Markup::default();
        write(&mut m, &place, &mut Lines::new(&BTreeMap::new()));
        assert_eq!(m.finish(), "");
    }
}
