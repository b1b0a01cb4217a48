//! One statement: read by the parser where it can, token by token where it can't.

use super::parse::parse;
use super::tokens::{is_word, keyword, keyword_at};
use super::{Dialect, Statement, own, pieces, walk};
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

/// The statement that tokens begin with, and where the next one begins if a `;` is missing in front of it.
pub(super) fn read(tokens: &[TokenWithSpan], dialect: Dialect) -> (Statement, Option<usize>) {
    let Some(first) = tokens.first() else { return (Statement::default(), None) };
    let at = first.span.start;
    if let Some(found) = own::read(tokens, dialect) {
        let cut = cut(tokens).filter(|_| !holds_statements(tokens));
        return match cut {
            Some(cut) => (own_part(&tokens[..cut], dialect), Some(cut)),
            None => (found.into_statement(at, false), None),
        };
    }
    let mut shorter = None;
    for dialect in attempts(dialect) {
        match parse(tokens, dialect) {
            Ok((statement, None)) => return (walk::statement(&statement).into_statement(at, false), None),
            Ok((statement, Some(behind))) if shorter.is_none() && restarts(tokens, behind) => {
                shorter = Some((walk::statement(&statement), behind));
            }
            _ => {}
        }
    }
    if let Some((found, behind)) = shorter {
        return (found.into_statement(at, false), Some(behind));
    }
    if let Some(cut) = cut(tokens) {
        return (read(&tokens[..cut], dialect).0, Some(cut));
    }
    let (found, complete) = pieces::read(tokens, dialect);
    (found.into_statement(at, !complete), None)
}

fn own_part(tokens: &[TokenWithSpan], dialect: Dialect) -> Statement {
    let found = own::read(tokens, dialect).unwrap_or_default();
    found.into_statement(tokens[0].span.start, false)
}

/// The dialects to try, the likeliest first.
pub(super) fn attempts(dialect: Dialect) -> impl Iterator<Item = Dialect> {
    let others = [Dialect::Generic, Dialect::Postgres, Dialect::Sqlite, Dialect::Mysql];
    std::iter::once(dialect).chain(others.into_iter().filter(move |other| *other != dialect))
}

/// Whether what looks like a new statement may stand inside this one: the body of a trigger or function that is no
/// string.
pub(super) fn holds_statements(tokens: &[TokenWithSpan]) -> bool {
    let defines = (1..tokens.len().min(10))
        .any(|i| matches!(keyword_at(tokens, i), Keyword::TRIGGER | Keyword::FUNCTION | Keyword::PROCEDURE));
    let elsewhere = |token: &TokenWithSpan| {
        matches!(token.token, Token::DollarQuotedString(_)) || keyword(token) == Keyword::EXECUTE
    };
    defines && !tokens.iter().any(elsewhere)
}

/// Where a new statement begins though no `;` stands in front of it.
fn cut(tokens: &[TokenWithSpan]) -> Option<usize> {
    let mut depth = 0_usize;
    for (i, token) in tokens.iter().enumerate() {
        match token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            _ if i > 0 && depth == 0 && restarts(tokens, i) => return Some(i),
            _ => {}
        }
    }
    None
}

/// Whether the first word of a line can only begin a statement.
pub(super) fn restarts(tokens: &[TokenWithSpan], i: usize) -> bool {
    if i == 0 || i >= tokens.len() || tokens[i - 1].span.end.line == tokens[i].span.start.line {
        return false;
    }
    let next = keyword_at(tokens, i + 1);
    match keyword(&tokens[i]) {
        Keyword::CREATE => {
            is_kind(next)
                || matches!(next, Keyword::OR | Keyword::TEMP | Keyword::TEMPORARY | Keyword::UNIQUE)
        }
        Keyword::ALTER | Keyword::DROP => is_kind(next),
        // Not `CREATE TRIGGER … BEFORE INSERT OR UPDATE`.
        Keyword::INSERT => {
            let into = if next == Keyword::OR { i + 3 } else { i + 1 };
            next == Keyword::IGNORE || keyword_at(tokens, into) == Keyword::INTO
        }
        Keyword::DELETE => next == Keyword::FROM,
        Keyword::COMMENT => next == Keyword::ON,
        Keyword::TRUNCATE => next == Keyword::TABLE,
        Keyword::PRAGMA | Keyword::REINDEX | Keyword::VACUUM => true,
        // Not `DO UPDATE SET`, `ON UPDATE CASCADE`, `FOR UPDATE`: a name follows, then `SET`.
        Keyword::UPDATE => {
            !matches!(keyword(&tokens[i - 1]), Keyword::DO | Keyword::ON | Keyword::FOR | Keyword::THEN)
                && keyword_at(tokens, i + 2) == Keyword::SET
        }
        Keyword::GRANT => !is_word(tokens, i - 1, "option"),
        _ => false,
    }
}

fn is_kind(keyword: Keyword) -> bool {
    matches!(
        keyword,
        Keyword::TABLE
            | Keyword::INDEX
            | Keyword::VIEW
            | Keyword::MATERIALIZED
            | Keyword::TRIGGER
            | Keyword::FUNCTION
            | Keyword::PROCEDURE
            | Keyword::TYPE
            | Keyword::SEQUENCE
            | Keyword::EXTENSION
            | Keyword::SCHEMA
            | Keyword::STATISTICS
    )
}
