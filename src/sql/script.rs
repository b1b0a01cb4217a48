//! A file of SQL: where one statement ends and the next begins.

use super::statement::{self, restarts};
use super::tokens::{is_word, keyword, keyword_at, start, tokenise};
use super::{Dialect, Statement};
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Location, Token, TokenWithSpan};

/// More missing `;` than this in a row, and every line that can begin a statement does.
const MAX_CUTS: usize = 64;

/// So many bodies without an end, and nothing is taken for a body any more.
const MAX_ENDLESS: usize = 16;

/// The statements of a file of SQL.
///
/// A statement that the parser refuses is read token by token and marked; it does not lose the ones behind it.
pub fn parse_script(text: &str, dialect: Dialect) -> Vec<Statement> {
    let mut statements = Vec::new();
    for chunk in chunks(text) {
        let (tokens, _) = tokenise(chunk.text, dialect, chunk.at);
        let pieces = if chunk.whole { vec![&*tokens] } else { split(&tokens) };
        for piece in pieces {
            read_all(piece, dialect, &mut statements);
        }
    }
    statements
}

/// The statements between two `;`: one, unless a `;` is missing.
fn read_all(mut tokens: &[TokenWithSpan], dialect: Dialect, into: &mut Vec<Statement>) {
    let whole = statement::holds_statements(tokens);
    if !whole && (1..tokens.len()).filter(|i| restarts(tokens, *i)).nth(MAX_CUTS).is_some() {
        while let Some(cut) = (1..tokens.len()).find(|i| restarts(tokens, *i)) {
            into.push(statement::read(&tokens[..cut], dialect).0);
            tokens = &tokens[cut..];
        }
    }
    while !tokens.is_empty() {
        let (statement, behind) = statement::read(tokens, dialect);
        into.push(statement);
        tokens = behind.map_or(&[], |behind| &tokens[behind..]);
    }
}

/// Tokens between `;`, without those inside the body of a trigger or a function.
fn split(tokens: &[TokenWithSpan]) -> Vec<&[TokenWithSpan]> {
    let mut pieces = Vec::new();
    let (mut from, mut endless) = (0, 0);
    while from < tokens.len() {
        let rest = &tokens[from..];
        let semicolon = rest.iter().position(|token| token.token == Token::SemiColon).unwrap_or(rest.len());
        let mut end = semicolon;
        if has_body(rest) && endless < MAX_ENDLESS {
            end = behind_body(rest).unwrap_or(semicolon);
            endless += usize::from(end == semicolon && holds_begin(&rest[..semicolon]));
        }
        if end > 0 {
            pieces.push(&tokens[from..from + end]);
        }
        from += end + 1;
    }
    pieces
}

fn holds_begin(tokens: &[TokenWithSpan]) -> bool {
    tokens.iter().any(|token| keyword(token) == Keyword::BEGIN)
}

/// The index of the `;` that ends a statement that may hold others; `None` if what begins in it does not end.
fn behind_body(tokens: &[TokenWithSpan]) -> Option<usize> {
    // `BEGIN … END` and `CASE … END` may be nested; `END IF` and its like close what was not counted.
    let mut depth = 0_usize;
    for (i, token) in tokens.iter().enumerate() {
        let next = keyword_at(tokens, i + 1);
        match keyword(token) {
            Keyword::BEGIN => depth += 1,
            Keyword::CASE if i == 0 || keyword(&tokens[i - 1]) != Keyword::END => depth += 1,
            Keyword::END if matches!(next, Keyword::IF | Keyword::WHILE | Keyword::FOR) => {}
            Keyword::END if is_word(tokens, i + 1, "loop") || is_word(tokens, i + 1, "repeat") => {}
            Keyword::END => depth = depth.saturating_sub(1),
            _ if token.token == Token::SemiColon && depth == 0 => return Some(i),
            _ => {}
        }
    }
    (depth == 0).then_some(tokens.len())
}

/// Whether a statement may hold others.
fn has_body(tokens: &[TokenWithSpan]) -> bool {
    keyword_at(tokens, 0) == Keyword::CREATE
        && (1..tokens.len().min(10)).any(|i| {
            matches!(
                keyword_at(tokens, i),
                Keyword::TRIGGER | Keyword::FUNCTION | Keyword::PROCEDURE | Keyword::EVENT
            )
        })
}

/// A part of a text.
struct Chunk<'a> {
    text: &'a str,
    at: Location,
    /// One statement, whatever `;` it holds.
    whole: bool,
}

/// The parts of a text between lines that say `DELIMITER`, which the client of MySQL reads.
fn chunks(text: &str) -> Vec<Chunk<'_>> {
    let mut chunks = Vec::new();
    let mut delimiter = ";".to_owned();
    let (mut begin, mut begin_line) = (0, 1);
    let (mut offset, mut line) = (0, 1);
    for text_line in text.split_inclusive('\n') {
        if let Some(next) = delimiter_line(text_line) {
            push(&mut chunks, &text[begin..offset], begin_line, &delimiter);
            delimiter = next.to_owned();
            (begin, begin_line) = (offset + text_line.len(), line + 1);
        }
        offset += text_line.len();
        line += 1;
    }
    push(&mut chunks, &text[begin..], begin_line, &delimiter);
    chunks
}

fn delimiter_line(line: &str) -> Option<&str> {
    let line = line.trim();
    let head = line.get(..10).filter(|head| head.eq_ignore_ascii_case("delimiter "))?;
    Some(line[head.len()..].trim()).filter(|delimiter| !delimiter.is_empty())
}

fn push<'a>(chunks: &mut Vec<Chunk<'a>>, text: &'a str, line: u64, delimiter: &str) {
    if delimiter == ";" {
        let at = if line == 1 { start() } else { Location::new(line, 1) };
        chunks.push(Chunk { text, at, whole: false });
        return;
    }
    let (mut line, mut column) = (line, 1);
    for part in text.split(delimiter) {
        chunks.push(Chunk { text: part, at: Location::new(line, column), whole: true });
        let lines = part.matches('\n').count() as u64;
        let last = part.rsplit('\n').next().unwrap_or(part).chars().count() as u64;
        let width = delimiter.chars().count() as u64;
        column = if lines > 0 { 1 } else { column } + last + width;
        line += lines;
    }
}
