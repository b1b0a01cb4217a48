//! SQL in strings of code: whole or in fragments, with holes and placeholders.

use super::found::Found;
use super::parse::parse;
use super::placeholders::{completed, keywords_apart, numbers, placed, questions, trimmed};
use super::tokens::{is_hole, keyword, start, tokenise};
use super::{Dialect, Statement, own, pieces, statement, walk};
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

/// Longer texts are not tried in every way.
const MAX_TOKENS: usize = 20_000;

/// A way to make a query of tokens that the parser refuses as they are.
type Stage = fn(&[TokenWithSpan]) -> Vec<TokenWithSpan>;

/// The statements in a string that is known to be SQL; `None` if it is none, or if nothing of it is known.
///
/// The text may hold [`HOLE`](super::HOLE)s and placeholders of any library: `?`, `$1`, `:name`, `@p1`.
pub fn parse_query(text: &str, dialect: Dialect) -> Option<Vec<Statement>> {
    parsed(text, dialect).or_else(|| approximate(text, dialect))
}

/// The statements, if the parser takes all of them in some way.
pub(super) fn parsed(text: &str, dialect: Dialect) -> Option<Vec<Statement>> {
    let by_dialect: Vec<(Dialect, Vec<TokenWithSpan>)> = statement::attempts(dialect)
        .map(|dialect| (dialect, keywords_apart(&tokenise(text, dialect, start()).0)))
        .collect();
    if !by_dialect.iter().any(|(_, tokens)| is_sql(tokens)) {
        return None;
    }
    let stages: [Stage; 5] = [
        <[TokenWithSpan]>::to_vec,
        questions,
        |tokens| placed(&questions(tokens)),
        |tokens| trimmed(&placed(&questions(trimmed(tokens)))).to_vec(),
        |tokens| numbers(&placed(&questions(trimmed(tokens)))),
    ];
    // So long a text is data rather than a query that is put together.
    let stages = if by_dialect[0].1.len() > MAX_TOKENS { &stages[..1] } else { &stages[..] };
    for (i, stage) in stages.iter().enumerate() {
        for (dialect, tokens) in &by_dialect {
            let staged = stage(tokens);
            if i > 0 && staged == *tokens {
                continue;
            }
            if let Some(statements) = exact(&staged, *dialect) {
                return Some(statements);
            }
        }
    }
    by_dialect.iter().take(2).filter(|(_, tokens)| tokens.len() <= MAX_TOKENS).find_map(
        |(dialect, tokens)| {
            let endings = completed(&placed(&questions(trimmed(tokens))));
            endings.iter().find_map(|tokens| exact(tokens, *dialect))
        },
    )
}

/// Every statement, if the parser takes all of them as they are.
fn exact(tokens: &[TokenWithSpan], dialect: Dialect) -> Option<Vec<Statement>> {
    let mut statements = Vec::new();
    for piece in tokens.split(|token| token.token == Token::SemiColon).filter(|piece| !piece.is_empty()) {
        let found = match own::read(piece, dialect) {
            Some(found) => found,
            None => match parse(piece, dialect) {
                Ok((statement, None)) => walk::statement(&statement),
                _ => return None,
            },
        };
        statements.push(found.into_statement(piece[0].span.start, false));
    }
    (!statements.is_empty()).then_some(statements)
}

/// The statements, token by token.
fn approximate(text: &str, dialect: Dialect) -> Option<Vec<Statement>> {
    let tokens = keywords_apart(&tokenise(text, dialect, start()).0);
    let tokens = questions(trimmed(&tokens));
    if !is_sql(&tokens) && !is_fragment(&tokens) {
        return None;
    }
    let pieces = tokens.split(|token| token.token == Token::SemiColon).filter(|piece| !piece.is_empty());
    let statements = pieces.map(|piece| {
        let found: Found = pieces::read(piece, dialect).0;
        found.into_statement(piece[0].span.start, true)
    });
    Some(statements.collect())
}

/// Whether tokens begin like a statement.
fn is_sql(tokens: &[TokenWithSpan]) -> bool {
    let first = tokens.iter().find(|token| !is_hole(token) && token.token != Token::LParen);
    first.is_some_and(|token| match &token.token {
        Token::Word(word) => word.quote_style.is_none() && begins_statement(word.keyword, &word.value),
        _ => false,
    })
}

fn begins_statement(keyword: Keyword, text: &str) -> bool {
    matches!(
        keyword,
        Keyword::SELECT
            | Keyword::INSERT
            | Keyword::UPDATE
            | Keyword::DELETE
            | Keyword::WITH
            | Keyword::VALUES
            | Keyword::TABLE
            | Keyword::MERGE
            | Keyword::REPLACE
            | Keyword::CREATE
            | Keyword::ALTER
            | Keyword::DROP
            | Keyword::TRUNCATE
            | Keyword::RENAME
            | Keyword::COPY
            | Keyword::LOCK
            | Keyword::UNLOCK
            | Keyword::EXPLAIN
            | Keyword::DESCRIBE
            | Keyword::DESC
            | Keyword::PREPARE
            | Keyword::DECLARE
            | Keyword::CALL
            | Keyword::DO
            | Keyword::REFRESH
            | Keyword::LOAD
            | Keyword::OPTIMIZE
            | Keyword::SET
            | Keyword::BEGIN
            | Keyword::START
            | Keyword::END
            | Keyword::COMMIT
            | Keyword::ROLLBACK
            | Keyword::KILL
            | Keyword::FLUSH
    ) || own::touches_nothing(keyword)
        || ["abort", "checkpoint", "handler"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether tokens go on with a statement that begins elsewhere: ` LEFT JOIN t ON …`, ` AND x = `, `, y = `.
fn is_fragment(tokens: &[TokenWithSpan]) -> bool {
    let Some(first) = tokens.first() else { return false };
    let word = matches!(
        keyword(first),
        Keyword::FROM
            | Keyword::JOIN
            | Keyword::LEFT
            | Keyword::RIGHT
            | Keyword::INNER
            | Keyword::OUTER
            | Keyword::FULL
            | Keyword::CROSS
            | Keyword::NATURAL
            | Keyword::WHERE
            | Keyword::AND
            | Keyword::OR
            | Keyword::ON
            | Keyword::USING
            | Keyword::ORDER
            | Keyword::GROUP
            | Keyword::HAVING
            | Keyword::LIMIT
            | Keyword::OFFSET
            | Keyword::UNION
            | Keyword::EXCEPT
            | Keyword::INTERSECT
            | Keyword::RETURNING
            | Keyword::FOR
            | Keyword::INTO
            | Keyword::IN
            | Keyword::IS
            | Keyword::NOT
            | Keyword::EXISTS
            | Keyword::LIKE
            | Keyword::ILIKE
            | Keyword::BETWEEN
            | Keyword::ASC
    );
    word || matches!(first.token, Token::Comma | Token::RParen | Token::Eq | Token::LParen)
}
