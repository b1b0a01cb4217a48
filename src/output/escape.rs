//! Makes text out of a workspace safe to show: names, paths and source lines are written by others.
//!
//! A terminal must not obey it, a reader must see what is there, and a graph language must not take it for syntax.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

/// How wide a tab is shown.
pub const TAB: &str = "    ";
/// How many characters of a line an excerpt shows at most on either side of the place.
const CONTEXT: usize = 100;

/// Text for a terminal: what would move the cursor, change the direction of writing or stay invisible is spelt out.
pub fn terminal(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    text.chars().for_each(|c| push_visible(&mut out, c));
    Cow::Owned(out)
}

/// A string between double quotes in the language of graphviz.
pub fn dot(text: &str) -> String {
    terminal(text).replace('\\', "\\\\").replace('"', "\\\"")
}

/// A label between `["` and `"]` in the language of mermaid, which ends up in HTML.
pub fn mermaid(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in terminal(text).chars() {
        match c {
            '"' => out.push_str("#quot;"),
            '#' | '&' | '<' | '>' | '`' | '\\' => drop(write!(out, "#{};", u32::from(c))),
            _ => out.push(c),
        }
    }
    out
}

/// Text inside a paragraph, a list or a table of markdown, which ends up in HTML.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in terminal(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    out
}

/// A string of TOML, with its quotes.
pub fn toml(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            _ if is_hidden(c) => drop(write!(out, "\\U{:08X}", u32::from(c))),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A piece of one source line as it is shown, and the bytes of it to underline.
#[derive(Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// Escaped, tabs expanded, cut where the line is very long.
    pub text: String,
    /// The place within `text`; never empty unless the text is.
    pub span: Range<usize>,
}

/// Shows a place in a source line; `column` counts characters from 1, `width` at least one.
pub fn excerpt(line: &str, column: u32, width: u32) -> Excerpt {
    let length = line.chars().count();
    let start = (column.max(1) as usize - 1).min(length);
    let end = start.saturating_add(width.max(1) as usize).min(length.max(start));
    let first = start.saturating_sub(CONTEXT);
    let last = end.min(start + CONTEXT) + CONTEXT;

    let mut text = String::new();
    let mut span = None..None;
    if first > 0 {
        text.push('…');
    }
    for (index, c) in line.chars().enumerate().take(last).skip(first) {
        if index == start {
            span.start = Some(text.len());
        }
        if index == end {
            span.end = Some(text.len());
        }
        if c == '\t' { text.push_str(TAB) } else { push_visible(&mut text, c) }
    }
    let shown = text.len();
    if length > last {
        text.push('…');
    }
    // A place behind the last character, such as a missing token, is shown on a blank.
    let span = span.start.unwrap_or(shown)..span.end.unwrap_or(shown);
    if span.is_empty() {
        text.push(' ');
        return Excerpt { span: text.len() - 1..text.len(), text };
    }
    Excerpt { text, span }
}

fn push_visible(out: &mut String, c: char) {
    if is_hidden(c) { out.extend(c.escape_default()) } else { out.push(c) }
}

/// Control characters, directional overrides and isolates, zero-width characters, line separators and tags.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_sees_no_control_code() {
        assert_eq!(terminal("plain ünï 表 😀"), "plain ünï 表 😀");
        assert_eq!(terminal("\x1b[31mred\x07"), r"\u{1b}[31mred\u{7}");
        assert_eq!(terminal("a\r\n\tb"), r"a\r\n\tb");
        assert_eq!(
            terminal("\u{9b}1m \u{202e}rtl\u{2066} \u{200b}"),
            r"\u{9b}1m \u{202e}rtl\u{2066} \u{200b}"
        );
    }

    #[test]
    fn graph_languages_see_no_syntax() {
        assert_eq!(dot(r#"a"b\c"#), r#"a\"b\\c"#);
        assert_eq!(dot("a\nb"), r"a\\nb");
        assert_eq!(mermaid(r#"<b>"x"#), "#60;b#62;#quot;x");
        assert_eq!(mermaid("a#b`c"), "a#35;b#96;c");
    }

    #[test]
    fn markdown_and_toml_see_text_only() {
        assert_eq!(markdown("pay_*|<b>`x`&\x1b"), r"pay\_\*\|&lt;b&gt;\`x\`&amp;\\u{1b}");
        assert_eq!(toml("a\"b\\c\n\u{202e}"), r#""a\"b\\c\U0000000A\U0000202E""#);
    }

    #[track_caller]
    fn check(line: &str, column: u32, width: u32, text: &str, marked: &str) {
        let excerpt = excerpt(line, column, width);
        assert_eq!(excerpt.text, text);
        assert_eq!(&excerpt.text[excerpt.span], marked);
    }

    #[test]
    fn an_excerpt_marks_its_place() {
        check("let ü = charge();", 9, 6, "let ü = charge();", "charge");
        check("\tcharge\t()", 2, 6, "    charge    ()", "charge");
        check("\x1bcharge", 2, 99, r"\u{1b}charge", "charge");
        check("x", 2, 1, "x ", " ");
        check("x", 4_000_000_000, u32::MAX, "x ", " ");
        check("", 1, 1, " ", " ");
        check("", 0, 0, " ", " ");
    }

    #[test]
    fn a_very_long_line_is_cut_around_the_place() {
        let line = "x".repeat(100_000);
        let cut = excerpt(&line, 50_001, 3);
        assert_eq!(cut.text.chars().count(), 2 * CONTEXT + 3 + 2);
        assert_eq!(cut.span, CONTEXT + 3..CONTEXT + 6);
        let wide = excerpt(&line, 50_001, 90_000);
        assert_eq!(wide.text.chars().count(), 3 * CONTEXT + 2);
        assert_eq!(&wide.text[wide.span.start..], format!("{}…", "x".repeat(2 * CONTEXT)));
    }
}
