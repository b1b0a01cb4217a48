//! Text to tokens, each with its place in the text that was written.
//!
//! White space and comments are left out. What is unknown in the text ([`HOLE`]) becomes a letter, so that it forms a
//! word, or a part of one, in every dialect.

use super::{Dialect, HOLE};
use sqlparser::dialect::{GenericDialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer, Word};
use std::borrow::Cow;

/// Stands for [`HOLE`] while tokens are made: a letter that no name in a database has.
pub(super) const LETTER: char = 'ꙮ';

/// How often reading starts anew behind something that is no token, such as a string without an end.
const MAX_RESTARTS: usize = 8;

/// The parser's own idea of a dialect.
pub(super) fn parser_dialect(dialect: Dialect) -> &'static dyn sqlparser::dialect::Dialect {
    match dialect {
        Dialect::Postgres => &PostgreSqlDialect {},
        Dialect::Mysql => &MySqlDialect {},
        Dialect::Sqlite => &SQLiteDialect {},
        Dialect::Generic => &GenericDialect {},
    }
}

/// The start of a text.
pub(super) fn start() -> Location {
    Location::new(1, 1)
}

/// The tokens of a text that begins at `at`, and whether all of it could be read.
pub(super) fn tokenise(text: &str, dialect: Dialect, at: Location) -> (Vec<TokenWithSpan>, bool) {
    let text: Cow<str> = if text.contains(HOLE) {
        text.replace(HOLE, LETTER.encode_utf8(&mut [0; 4])).into()
    } else {
        text.into()
    };
    let mut tokens = Vec::new();
    let (mut rest, mut at) = (&*text, at);
    for _ in 0..=MAX_RESTARTS {
        let from = tokens.len();
        let result =
            Tokenizer::new(parser_dialect(dialect), rest).tokenize_with_location_into_buf(&mut tokens);
        // The tokeniser speaks of places in what it was given.
        for token in &mut tokens[from..] {
            token.span.start = shifted(token.span.start, at);
            token.span.end = shifted(token.span.end, at);
        }
        let Err(error) = result else {
            drop_blanks(&mut tokens);
            return (tokens, rest.len() == text.len());
        };
        let Some(behind) = line_offset(rest, error.location.line as usize) else { break };
        at = Location::new(at.line + error.location.line, 1);
        rest = &rest[behind..];
    }
    drop_blanks(&mut tokens);
    (tokens, false)
}

fn drop_blanks(tokens: &mut Vec<TokenWithSpan>) {
    tokens.retain(|token| !matches!(token.token, Token::Whitespace(_) | Token::EOF));
    for i in 1..tokens.len() {
        // CockroachDB's word for an insert that replaces.
        if keyword(&tokens[i]) == Keyword::INTO && is_word(tokens, i - 1, "upsert") {
            tokens[i - 1].token = Token::make_keyword("INSERT");
        }
    }
    quote(tokens);
}

/// `` `name` `` as a quoted name in dialects that don't know it.
fn quote(tokens: &mut Vec<TokenWithSpan>) {
    let tick = Token::Char('`');
    if !tokens.iter().any(|token| token.token == tick) {
        return;
    }
    let mut i = 0;
    while i + 2 < tokens.len() {
        if tokens[i].token == tick && tokens[i + 2].token == tick && word(&tokens[i + 1]).is_some() {
            let name = tokens[i + 1].token.to_string();
            tokens[i].token = Token::make_word(&name, Some('`'));
            tokens[i].span.end = tokens[i + 2].span.end;
            tokens[i + 1].token = Token::EOF;
            tokens[i + 2].token = Token::EOF;
            i += 2;
        }
        i += 1;
    }
    tokens.retain(|token| token.token != Token::EOF);
}

/// Where the line after the first `lines` lines begins.
fn line_offset(text: &str, lines: usize) -> Option<usize> {
    text.match_indices('\n').nth(lines.max(1) - 1).map(|(at, _)| at + 1)
}

/// A place inside a text, as a place of the text around it.
pub(super) fn shifted(inner: Location, at: Location) -> Location {
    if inner.line <= 1 {
        Location::new(at.line, at.column + inner.column.saturating_sub(1))
    } else {
        Location::new(at.line + inner.line - 1, inner.column)
    }
}

/// The word that a token is.
pub(super) fn word(token: &TokenWithSpan) -> Option<&Word> {
    match &token.token {
        Token::Word(word) => Some(word),
        _ => None,
    }
}

/// The keyword that a token is; [`Keyword::NoKeyword`] for everything else.
pub(super) fn keyword(token: &TokenWithSpan) -> Keyword {
    word(token).map_or(Keyword::NoKeyword, |word| word.keyword)
}

/// The keyword at an index.
pub(super) fn keyword_at(tokens: &[TokenWithSpan], index: usize) -> Keyword {
    tokens.get(index).map_or(Keyword::NoKeyword, keyword)
}

/// Whether an unquoted word stands at an index, whatever its case: for words that are no keywords of the parser.
pub(super) fn is_word(tokens: &[TokenWithSpan], index: usize, text: &str) -> bool {
    tokens
        .get(index)
        .and_then(word)
        .is_some_and(|w| w.quote_style.is_none() && w.value.eq_ignore_ascii_case(text))
}

/// Whether a token stands at an index.
pub(super) fn is_token(tokens: &[TokenWithSpan], index: usize, token: &Token) -> bool {
    tokens.get(index).is_some_and(|t| t.token == *token)
}

/// A word that stands for something unknown as a whole.
pub(super) fn is_hole(token: &TokenWithSpan) -> bool {
    word(token).is_some_and(|w| w.quote_style.is_none() && w.value.chars().all(|c| c == LETTER))
}

/// The index behind the group that opens at `open`; the length where it does not close.
pub(super) fn behind_group(tokens: &[TokenWithSpan], open: usize) -> usize {
    let mut depth = 0_usize;
    for (i, token) in tokens.iter().enumerate().skip(open) {
        match token.token {
            Token::LParen => depth += 1,
            Token::RParen => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return i + 1;
                }
            }
            _ => {}
        }
    }
    tokens.len()
}

/// The text of a string literal, and where it begins.
pub(super) fn string_literal(token: &TokenWithSpan) -> Option<(&str, Location)> {
    let (text, opening) = match &token.token {
        Token::DollarQuotedString(s) => {
            (s.value.as_str(), 2 + s.tag.as_deref().map_or(0, |tag| tag.chars().count() as u64))
        }
        Token::SingleQuotedString(s) => (s.as_str(), 1),
        Token::EscapedStringLiteral(s) | Token::NationalStringLiteral(s) => (s.as_str(), 2),
        _ => return None,
    };
    Some((text, Location::new(token.span.start.line, token.span.start.column + opening)))
}
