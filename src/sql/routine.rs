//! The bodies of functions, triggers and `DO`: a language around SQL, read token by token.

use super::found::{Found, sorted};
use super::names;
use super::tables;
use super::tokens::{behind_group, is_token, keyword, keyword_at, string_literal, tokenise, word};
use super::{Dialect, TableUse, statement};
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Location, Token, TokenWithSpan};
use std::collections::BTreeSet;

/// What a body touches, given what stands behind a function's name: its uses and the functions that it calls.
pub(super) fn definition(tokens: &[TokenWithSpan], dialect: Dialect) -> (Vec<TableUse>, Vec<String>) {
    if !is_sql(tokens) {
        return (Vec::new(), Vec::new());
    }
    let behind_arguments = if is_token(tokens, 0, &Token::LParen) { behind_group(tokens, 0) } else { 0 };
    let tokens = &tokens[behind_arguments..];
    let literal = (0..tokens.len())
        .filter(|i| keyword_at(tokens, *i) == Keyword::AS)
        .find_map(|i| tokens.get(i + 1).and_then(string_literal));
    match literal {
        Some((text, at)) => {
            let (body, _) = tokenise(text, dialect, at);
            (tokens_uses(&body), calls(&body))
        }
        None => (tokens_uses(tokens), calls(tokens)),
    }
}

/// Whether the language is one of those that SQL stands in.
fn is_sql(tokens: &[TokenWithSpan]) -> bool {
    let language = tokens.iter().position(|token| keyword(token) == Keyword::LANGUAGE);
    let name = language.and_then(|at| tokens.get(at + 1)).map(|token| match string_literal(token) {
        Some((text, _)) => text.to_lowercase(),
        None => word(token).map(|word| word.value.to_lowercase()).unwrap_or_default(),
    });
    name.is_none_or(|name| matches!(name.as_str(), "sql" | "plpgsql" | "spl" | ""))
}

/// The uses of a body.
pub(super) fn tokens_uses(tokens: &[TokenWithSpan]) -> Vec<TableUse> {
    sorted(tables::body_uses(tokens).uses)
}

/// The functions that a body calls.
pub(super) fn calls(tokens: &[TokenWithSpan]) -> Vec<String> {
    let mut called = BTreeSet::new();
    for i in 0..tokens.len() {
        let previous = i.checked_sub(1).map(|i| &tokens[i]);
        let inside_name = previous.is_some_and(|t| t.token == Token::Period);
        let target = previous.is_some_and(|t| matches!(keyword(t), Keyword::INTO | Keyword::TABLE));
        if inside_name || target || is_operator(keyword(&tokens[i])) {
            continue;
        }
        if let Some((name, next)) = names::at(tokens, i)
            && is_token(tokens, next, &Token::LParen)
            && !name.opaque
        {
            called.insert(name.table);
        }
    }
    called.into_iter().collect()
}

/// Words in front of a parenthesis that call nothing.
fn is_operator(keyword: Keyword) -> bool {
    matches!(
        keyword,
        Keyword::IN
            | Keyword::IF
            | Keyword::WHILE
            | Keyword::WHEN
            | Keyword::AND
            | Keyword::OR
            | Keyword::NOT
            | Keyword::EXISTS
            | Keyword::ANY
            | Keyword::ALL
            | Keyword::SOME
            | Keyword::AS
            | Keyword::ON
            | Keyword::OVER
            | Keyword::FROM
            | Keyword::WHERE
            | Keyword::SELECT
            | Keyword::RETURN
            | Keyword::VALUES
            | Keyword::USING
            | Keyword::FILTER
            | Keyword::CONFLICT
            | Keyword::BY
            | Keyword::THEN
            | Keyword::ELSE
            | Keyword::RETURNING
            | Keyword::SET
            | Keyword::JOIN
    )
}

/// A block that runs at once: its uses, and the changes of the schema in it.
pub(super) fn block(text: &str, at: Location, dialect: Dialect) -> Found {
    let tokens = tables::body(&tokenise(text, dialect, at).0);
    let mut found = tables::body_uses(&tokens);
    for segment in tokens.split(|token| token.token == Token::SemiColon) {
        let begins = |i: usize| {
            i == 0 || matches!(keyword(&segment[i - 1]), Keyword::BEGIN | Keyword::THEN | Keyword::ELSE)
        };
        let defines = (0..segment.len()).find(|i| {
            begins(*i) && matches!(keyword(&segment[*i]), Keyword::CREATE | Keyword::ALTER | Keyword::DROP)
        });
        if let Some(at) = defines {
            let (statement, _) = statement::read(&segment[at..], dialect);
            found.uses.extend(statement.uses);
            found.changes.extend(statement.changes);
        }
    }
    found
}
