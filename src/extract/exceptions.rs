//! Comments that accept what a check finds: `// modcheck: allow(…)` on a line, or above it.
//!
//! They stand between the tokens, so the text is cut into tokens once more: what looks like a comment inside a string is none,
//! and a doc comment is a token.

use super::facts::{Exception, FileFacts, Pos};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::ops::Range;

/// How the comment begins, after the slashes.
const MARK: &str = "modcheck:";

/// The exceptions of a file that parses, in order.
pub(super) fn exceptions(source: &str, facts: &FileFacts) -> Vec<Exception> {
    if !source.contains(MARK) {
        return Vec::new();
    }
    let Ok(stream) = source.parse::<TokenStream>() else { return Vec::new() };
    let mut tokens = Vec::new();
    collect(stream, false, &mut tokens);
    let lines = Lines::new(source);
    let ends = tokens.iter().map(|token| token.range.end);
    let starts = tokens.iter().map(|token| token.range.start);
    let gaps = std::iter::once(0).chain(ends).zip(starts.chain([source.len()]));
    let comments = gaps.filter(|(start, end)| start < end).flat_map(|(start, end)| {
        line_comments(&source[start..end]).into_iter().map(move |comment| (start + comment.0, comment.1))
    });
    let marked =
        comments.filter_map(|(at, comment)| Some((at, comment.trim_start().strip_prefix(MARK)?.trim())));
    marked.map(|(at, text)| exception(at, text, &tokens, &lines, facts)).collect()
}

fn exception(at: usize, text: &str, tokens: &[Token], lines: &Lines, facts: &FileFacts) -> Exception {
    let pos = lines.pos(at);
    let until = lines.pos(end_of_reach(at, tokens, lines));
    let reach = pos.line..=until.line;
    let is_test = |(pos, test): (Pos, bool)| test && reach.contains(&pos.line);
    let items = facts.items.iter().map(|item| (item.pos, item.test));
    let refs = facts.refs.iter().map(|reference| (reference.pos, reference.test));
    let imports = facts.imports.iter().map(|import| (import.pos, facts.scopes[import.scope.index()].test));
    let test =
        items.chain(refs).chain(imports).any(is_test) || facts.scopes.first().is_some_and(|file| file.test);
    Exception { pos, until, text: text.into(), test }
}

/// The byte at which what a comment covers ends: on the line of the comment if code stands before it, or on the next line of
/// code, with nothing but comments and attributes between. A string goes on to its end.
fn end_of_reach(at: usize, tokens: &[Token], lines: &Lines) -> usize {
    let next = tokens.partition_point(|token| token.range.start < at);
    let line = lines.of(at);
    let shares_line = next.checked_sub(1).is_some_and(|last| lines.of(tokens[last].range.end - 1) == line);
    if shares_line {
        return at;
    }
    let mut covered = line;
    for token in &tokens[next..] {
        let starts = lines.of(token.range.start);
        if (covered + 1..starts).any(|between| lines.is_blank(between)) {
            return at;
        }
        covered = lines.of(token.range.end - 1);
        if !token.attribute {
            let on_line = tokens[next..].iter().filter(|other| lines.of(other.range.start) == starts);
            return on_line.map(|other| other.range.end - 1).max().unwrap_or(token.range.start);
        }
    }
    at
}

/// A token, or one side of a pair of delimiters: the bytes that it takes.
struct Token {
    range: Range<usize>,
    /// Part of an attribute, or a doc comment.
    attribute: bool,
}

fn collect(stream: TokenStream, within_attribute: bool, out: &mut Vec<Token>) {
    let mut trees = stream.into_iter().peekable();
    let mut opens_attribute = false;
    while let Some(tree) = trees.next() {
        let is_hash = matches!(&tree, TokenTree::Punct(p) if p.as_char() == '#');
        let is_bang = matches!(&tree, TokenTree::Punct(p) if p.as_char() == '!');
        let next_is_brackets =
            matches!(trees.peek(), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket);
        let next_is_bang = matches!(trees.peek(), Some(TokenTree::Punct(p)) if p.as_char() == '!');
        let begins = is_hash && (next_is_brackets || next_is_bang);
        let attribute = within_attribute || opens_attribute || begins;
        match tree {
            TokenTree::Group(group) => {
                out.push(Token { range: group.span_open().byte_range(), attribute });
                collect(group.stream(), attribute, out);
                out.push(Token { range: group.span_close().byte_range(), attribute });
            }
            other => out.push(Token { range: other.span().byte_range(), attribute }),
        }
        opens_attribute = begins || (opens_attribute && is_bang);
    }
}

/// The line comments in text that holds nothing but comments and white space: where each begins, and what stands behind the
/// slashes.
fn line_comments(gap: &str) -> Vec<(usize, &str)> {
    let mut out = Vec::new();
    let (mut at, mut depth) = (0, 0usize);
    while let Some(rest) = gap.get(at..) {
        let Some(slash) = rest.find(['/', '*']) else { break };
        at += slash;
        match gap.get(at..at + 2) {
            Some("//") if depth == 0 => {
                let end = gap[at..].find('\n').map_or(gap.len(), |end| at + end);
                out.push((at, &gap[at + 2..end]));
                at = end;
            }
            Some("/*") => (at, depth) = (at + 2, depth + 1),
            Some("*/") => (at, depth) = (at + 2, depth.saturating_sub(1)),
            _ => at += 1,
        }
    }
    out
}

/// Where lines begin.
struct Lines<'a> {
    source: &'a str,
    starts: Vec<usize>,
}

impl Lines<'_> {
    fn new(source: &str) -> Lines<'_> {
        let breaks = source.match_indices('\n').map(|(at, _)| at + 1);
        Lines { source, starts: std::iter::once(0).chain(breaks).collect() }
    }

    /// The line that holds a byte, from 0.
    fn of(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte) - 1
    }

    fn is_blank(&self, line: usize) -> bool {
        let end = self.starts.get(line + 1).copied().unwrap_or(self.source.len());
        self.source[self.starts[line]..end].trim().is_empty()
    }

    fn pos(&self, byte: usize) -> Pos {
        let line = self.of(byte);
        let start = self.starts[line];
        let mut before = self.source[start..].char_indices().take_while(|(at, _)| start + at < byte).count();
        before += 1;
        Pos { line: line as u32 + 1, column: before as u32 }
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::extract;

    /// Line of the comment, last line that it covers, whether it is in test code, and what it says.
    fn exceptions(source: &str) -> Vec<String> {
        let facts = extract(source);
        assert_eq!(facts.syntax_error, None);
        let show = |e: &crate::extract::facts::Exception| {
            format!(
                "{}:{}-{}{} {}",
                e.pos.line,
                e.pos.column,
                e.until.line,
                if e.test { " test" } else { "" },
                e.text
            )
        };
        facts.exceptions.iter().map(show).collect()
    }

    #[test]
    fn a_comment_covers_its_line_or_the_next_line_of_code() {
        let source = "\
fn a() {
    b(); // modcheck: allow(x)
    // modcheck: allow(y)
    // said once more
    #[cfg(feature = \"z\")]
    #[allow(
        unused
    )]
    /// doc
    b(1,
      2);
    //modcheck:allow(z)

    b();
} // modcheck: allow(end)
// modcheck: allow(nothing)
";
        assert_eq!(
            exceptions(source),
            [
                "2:10-2 allow(x)",
                "3:5-10 allow(y)",
                "12:5-12 allow(z)",
                "15:3-15 allow(end)",
                "16:1-16 allow(nothing)"
            ]
        );
    }

    #[test]
    fn a_string_that_begins_on_the_line_is_covered_to_its_end() {
        let source = "fn a() {\n    query(\n        // modcheck: allow(x)\n        r#\"select 1\n        from t\"#,\n    );\n}\n";
        assert_eq!(exceptions(source), ["3:9-5 allow(x)"]);
    }

    #[test]
    fn what_only_looks_like_a_comment_is_none() {
        let source = "\
//! // modcheck: allow(a)
/// modcheck: allow(b)
const A: &str = \"// modcheck: allow(c)\";
const B: &str = r#\"
// modcheck: allow(d)
\"#; /* // modcheck: allow(e) /* nested */ // modcheck: allow(f) */
// see modcheck: allow(g)
m!(//modcheck: allow(h)
);
";
        assert_eq!(exceptions(source), ["8:4-8 allow(h)"]);
    }

    #[test]
    fn those_for_test_code_say_so() {
        let source = "\
fn a() {
    b::c(); // modcheck: allow(x)
}
#[cfg(test)]
mod tests {
    // modcheck: allow(y)
    use crate::b;
}
";
        assert_eq!(exceptions(source), ["2:13-2 allow(x)", "6:5-7 test allow(y)"]);
    }

    #[test]
    fn columns_count_characters_and_what_is_stripped_counts() {
        let source = "\u{feff}#!/usr/bin/run\nfn ä() { ö(\"ü\"); } // modcheck: allow(x)\n";
        assert_eq!(exceptions(source), ["2:20-2 allow(x)"]);
    }
}
