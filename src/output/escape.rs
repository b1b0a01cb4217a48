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

/// Text for a terminal or a log: what would move the cursor, change the direction of writing or stay invisible is spelt
/// out, and so are the brackets of what runners of pipelines take for commands, `##[error]` and `##vso[task]`.
pub fn terminal(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    text.chars().for_each(|c| push_visible(&mut out, c));
    Cow::Owned(out)
}

/// Whether text ends with `##` and a word, or nothing, behind it.
fn ends_like_a_command(text: &str) -> bool {
    text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).ends_with("##")
}

/// A line of a log of GitHub that is no command, whatever it begins with.
pub fn log_line(text: &str) -> String {
    let line = terminal(text);
    match line.trim_start().strip_prefix("::") {
        Some(rest) => format!("\\u{{3a}}:{rest}"),
        None => line.into_owned(),
    }
}

/// A path at the beginning of a line of a log: no runner of pipelines takes it for a command.
pub fn log_path(path: &str) -> String {
    let is_command = ["::", "##["].iter().any(|start| path.trim_start().starts_with(start));
    format!("{}{}", if is_command { "./" } else { "" }, terminal(path))
}

/// The text of a command in a log of GitHub; lines stay lines.
pub fn github_message(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| terminal(line).replace('%', "%25")).collect();
    lines.join("%0A")
}

/// A property of a command in a log of GitHub.
pub fn github_property(text: &str) -> String {
    terminal(text).replace('%', "%25").replace(':', "%3A").replace(',', "%2C")
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

/// Text or the value of a quoted attribute in XML and in HTML.
pub fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in xml_characters(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
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
            // A mention would call somebody.
            '@' => out.push_str("@<!-- -->"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    out
}

/// Text as code inside a paragraph of markdown, where nothing in it means anything.
pub fn code_span(text: &str) -> String {
    let text = terminal(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // A blank on either side is taken off again.
    let pad =
        if text.is_empty() || text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A phrase in which names stand between backticks, for markdown: they become code.
pub fn markdown_phrase(text: &str) -> String {
    let shown = phrase(text).into_iter().map(|part| match part {
        Part::Words(words) => markdown(words),
        Part::Name(name) => code_span(name),
    });
    shown.collect()
}

/// A part of a phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// What is said.
    Words(&'a str),
    /// A name, which stood between backticks.
    Name(&'a str),
}

/// The parts of a phrase in which names stand between backticks. Where one of them is left open, all of it is words.
pub fn phrase(text: &str) -> Vec<Part<'_>> {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return vec![Part::Words(text)];
    }
    let part = |(index, part)| if index % 2 == 0 { Part::Words(part) } else { Part::Name(part) };
    parts.into_iter().enumerate().map(part).collect()
}

/// A line of text for XML, whose writer knows its syntax: what XML has no way to say is spelt out, and so are ends of lines.
pub fn xml_characters(text: &str) -> String {
    terminal(text).replace('\u{fffe}', "\\u{fffe}").replace('\u{ffff}', "\\u{ffff}")
}

/// A path as a relative reference of RFC 3986, or as the path of a URI. A colon in its first part would end a scheme.
pub fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => out.push(byte.into()),
            _ if byte.is_ascii_alphanumeric() => out.push(byte.into()),
            _ => drop(write!(out, "%{byte:02X}")),
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
    match c {
        '[' if ends_like_a_command(out) => out.extend(c.escape_unicode()),
        _ if is_hidden(c) => out.extend(c.escape_default()),
        _ => out.push(c),
    }
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
    fn a_log_sees_no_command() {
        assert_eq!(
            terminal("a ##[error]b ##vso[x] #[x] ## [x]"),
            r"a ##\u{5b}error]b ##vso\u{5b}x] #[x] ## [x]"
        );
        assert_eq!(log_line("  ::error::x\n::y"), r"\u{3a}:error::x\n::y");
        assert_eq!(log_line("a::b"), "a::b");
        assert_eq!(github_message("100 %\n::error::\r\nx\x1b"), r"100 %25%0A::error::%0Ax\u{1b}");
        assert_eq!(github_property("a%0A,b:c\n"), r"a%250A%2Cb%3Ac\n");
    }

    #[test]
    fn names_in_a_phrase_are_code() {
        assert_eq!(markdown_phrase("`a_b` uses <b> @x"), "`a_b` uses &lt;b&gt; @<!-- -->x");
        assert_eq!(markdown_phrase("`a` ` *b*"), r"\`a\` \` \*b\*");
        assert_eq!(markdown_phrase("``"), "`  `");
        assert_eq!(code_span("a``b`"), "``` a``b` ```");
        assert_eq!(code_span("<x> @y"), "`<x> @y`");
    }

    #[test]
    fn xml_and_uris_see_text_only() {
        assert_eq!(xml_characters("a\u{0}\nb\u{fffe}\u{ffff}<表"), r"a\u{0}\nb\u{fffe}\u{ffff}<表");
        assert_eq!(uri("src/a b%#?:ü\\\u{1b}[~.rs"), "src/a%20b%25%23%3F%3A%C3%BC%5C%1B%5B~.rs");
    }

    #[test]
    fn a_path_in_a_log_is_no_command() {
        assert_eq!(log_path("src/a::b.rs"), "src/a::b.rs");
        assert_eq!(log_path("::error::x"), "./::error::x");
        assert_eq!(log_path("##[error]x"), r"./##\u{5b}error]x");
    }

    #[test]
    fn graph_languages_see_no_syntax() {
        assert_eq!(dot(r#"a"b\c"#), r#"a\"b\\c"#);
        assert_eq!(dot("a\nb"), r"a\\nb");
        assert_eq!(mermaid(r#"<b>"x"#), "#60;b#62;#quot;x");
        assert_eq!(mermaid("a#b`c"), "a#35;b#96;c");
    }

    #[test]
    fn xml_sees_text_only() {
        assert_eq!(xml("<script a='\"'>&"), "&lt;script a=&#39;&quot;&#39;&gt;&amp;");
        assert_eq!(xml("a\0b\x1b\n\u{202e}\u{fffe}\u{ffff}"), r"a\u{0}b\u{1b}\n\u{202e}\u{fffe}\u{ffff}");
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
