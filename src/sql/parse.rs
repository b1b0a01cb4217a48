//! The parser, kept from what it can't bear.
//!
//! A tree of thousands of levels could not even be dropped: such statements are refused before they reach the parser.
//! Its frames are large, so what is nested at all deeply is parsed on a stack of its own.

use super::Dialect;
use super::tokens::{keyword, parser_dialect};
use sqlparser::ast::Statement;
use sqlparser::keywords::Keyword;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, TokenWithSpan};

/// Most parentheses in parentheses.
const MAX_DEPTH: usize = 24;
/// Most tokens of one list element: what a chain of operators is made of.
const MAX_CHAIN: usize = 4000;
/// More parentheses in parentheses, or prefixes in a row, than this are parsed on a stack of their own.
const DEEP: usize = 4;
/// Its size. The parser counts its levels and stops at fifty.
const STACK: usize = 64 << 20;

/// The parser refused.
#[derive(Debug)]
pub(super) struct Refused;

/// The statement that tokens begin with, and the index of the first token that is no part of it, if there is one.
pub(super) fn parse(
    tokens: &[TokenWithSpan],
    dialect: Dialect,
) -> Result<(Statement, Option<usize>), Refused> {
    match depth(tokens) {
        None | Some(0) => Err(Refused),
        Some(depth) if depth <= DEEP => parse_here(tokens, dialect),
        Some(_) => std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(STACK);
            let parsed = thread.spawn_scoped(scope, || parse_here(tokens, dialect)).map_err(|_| Refused)?;
            parsed.join().unwrap_or(Err(Refused))
        }),
    }
}

fn parse_here(tokens: &[TokenWithSpan], dialect: Dialect) -> Result<(Statement, Option<usize>), Refused> {
    let mut parser = Parser::new(parser_dialect(dialect)).with_tokens_with_locations(tokens.to_vec());
    let statement = parser.parse_statement().map_err(|_| Refused)?;
    let next = parser.peek_token_ref();
    let behind = match next.token {
        Token::EOF => None,
        _ => Some(tokens.partition_point(|token| token.span.start < next.span.start)),
    };
    Ok((statement, behind))
}

/// How deep a statement is nested; `None` if that is more than the parser can bear, 0 if there is no statement.
fn depth(tokens: &[TokenWithSpan]) -> Option<usize> {
    let mut chains = vec![0_usize];
    let (mut deepest, mut prefixes) = (0, 0);
    for token in tokens {
        match token.token {
            Token::LParen | Token::LBracket => chains.push(0),
            Token::RParen | Token::RBracket if chains.len() > 1 => drop(chains.pop()),
            Token::Comma => chains.last_mut().into_iter().for_each(|chain| *chain = 0),
            _ => {}
        }
        prefixes = if is_prefix(token) { prefixes + 1 } else { 0 };
        let chain = chains.last_mut()?;
        *chain += 1;
        if *chain > MAX_CHAIN || chains.len() > MAX_DEPTH {
            return None;
        }
        deepest = deepest.max(chains.len()).max(prefixes);
    }
    Some(deepest)
}

/// Whether a token may be followed by another of its kind, each a level.
fn is_prefix(token: &TokenWithSpan) -> bool {
    match token.token {
        Token::Minus | Token::Plus | Token::Tilde | Token::Lt | Token::ExclamationMark | Token::AtSign => {
            true
        }
        Token::Word(_) => matches!(
            keyword(token),
            Keyword::NOT
                | Keyword::CASE
                | Keyword::WHEN
                | Keyword::THEN
                | Keyword::EXPLAIN
                | Keyword::BEGIN
                | Keyword::ARRAY
                | Keyword::STRUCT
                | Keyword::MAP
                | Keyword::IF
                | Keyword::WHILE
                | Keyword::PRIOR
                | Keyword::INTERVAL
                | Keyword::PREPARE
                | Keyword::AS
        ),
        _ => false,
    }
}
