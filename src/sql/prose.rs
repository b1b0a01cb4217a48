//! Whether a string is SQL or prose, for strings of which nothing else is known.
//!
//! A sentence such as "select a model from the list" parses as SQL. So parsing is not enough: upper-case keywords, or
//! what sentences don't have (operators, placeholders, a star, a list of columns), and no words that only sentences have.

use super::Dialect;
use super::query::parsed;
use super::tokens::{behind_group, is_hole, is_token, is_word, keyword, keyword_at, start, tokenise, word};
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

/// Whether a text is SQL beyond doubt: it parses, names a table, and is no prose.
pub fn looks_like_sql(text: &str) -> bool {
    let (tokens, complete) = tokenise(text, Dialect::Generic, start());
    complete
        && shape(&tokens).is_some_and(|shape| !is_prose(&tokens, &shape))
        && parsed(text, Dialect::Generic)
            .is_some_and(|statements| statements.iter().any(|s| !s.uses.is_empty() || s.opaque_tables))
}

/// What makes a text a statement: where its main clause and the name behind it stand, and what speaks for it.
struct Shape {
    /// The index of `FROM`, `INTO`, `SET`, `TABLE`.
    clause: usize,
    /// The index of the table's name.
    name: usize,
    /// Something that sentences don't have.
    strong: bool,
}

fn shape(tokens: &[TokenWithSpan]) -> Option<Shape> {
    let from = tokens.iter().position(|t| !is_hole(t) && t.token != Token::LParen)?;
    let mut shape = statement_shape(&tokens[from..])?;
    shape.clause += from;
    shape.name += from;
    Some(shape)
}

fn statement_shape(tokens: &[TokenWithSpan]) -> Option<Shape> {
    let evident = is_evident(tokens);
    match keyword_at(tokens, 0) {
        Keyword::SELECT => {
            let clause = clause(tokens, 1, Keyword::FROM).or_else(|| nested_from(tokens))?;
            let star = is_token(tokens, 1, &Token::Mul);
            Some(Shape { clause, name: clause + 1, strong: evident || star })
        }
        Keyword::WITH => {
            let named = (1..tokens.len()).find(|i| keyword_at(tokens, *i) == Keyword::AS)?;
            let open = (named..tokens.len().min(named + 4)).find(|i| is_token(tokens, *i, &Token::LParen))?;
            let main = behind_group(tokens, open);
            let clause = (open..tokens.len()).find(|i| {
                matches!(
                    keyword_at(tokens, *i),
                    Keyword::FROM | Keyword::INTO | Keyword::SET | Keyword::VALUES
                )
            })?;
            (main < tokens.len()).then_some(Shape { clause, name: clause + 1, strong: true })
        }
        Keyword::INSERT | Keyword::REPLACE => {
            let clause = (1..tokens.len().min(4)).find(|i| keyword_at(tokens, *i) == Keyword::INTO)?;
            let rest = super::names::at(tokens, clause + 1)?.1;
            let columns = is_token(tokens, rest, &Token::LParen);
            let rows = matches!(
                keyword_at(tokens, rest),
                Keyword::VALUES | Keyword::SELECT | Keyword::DEFAULT | Keyword::AS
            );
            (columns || rows).then_some(Shape { clause, name: clause + 1, strong: columns || evident })
        }
        Keyword::UPDATE => {
            let clause = clause(tokens, 2, Keyword::SET)?;
            let assigns = tokens[clause..].iter().any(|t| t.token == Token::Eq);
            let short = clause <= 8;
            let hole = tokens.get(clause + 1).is_some_and(is_hole) && clause + 2 == tokens.len();
            (short && (assigns || hole)).then_some(Shape { clause, name: 1, strong: assigns })
        }
        Keyword::DELETE => {
            (keyword_at(tokens, 1) == Keyword::FROM).then_some(Shape { clause: 1, name: 2, strong: evident })
        }
        Keyword::MERGE => (keyword_at(tokens, 1) == Keyword::INTO && evident).then_some(Shape {
            clause: 1,
            name: 2,
            strong: true,
        }),
        Keyword::CREATE | Keyword::ALTER | Keyword::DROP | Keyword::TRUNCATE => defines(tokens),
        Keyword::LOCK => {
            let mode = tokens.last().is_some_and(|t| keyword(t) == Keyword::MODE);
            (keyword_at(tokens, 1) == Keyword::TABLE && mode).then_some(Shape {
                clause: 1,
                name: 2,
                strong: false,
            })
        }
        Keyword::COPY => {
            let stream = tokens.iter().any(|t| matches!(keyword(t), Keyword::STDIN | Keyword::STDOUT));
            let clause = tokens.iter().position(|t| matches!(keyword(t), Keyword::FROM | Keyword::TO))?;
            stream.then_some(Shape { clause, name: 1, strong: false })
        }
        Keyword::EXPLAIN => {
            let inner = (1..tokens.len()).find(|i| {
                matches!(
                    keyword_at(tokens, *i),
                    Keyword::SELECT | Keyword::INSERT | Keyword::UPDATE | Keyword::DELETE
                )
            })?;
            let mut shape = statement_shape(&tokens[inner..])?;
            (shape.clause, shape.name) = (shape.clause + inner, shape.name + inner);
            Some(shape)
        }
        _ => None,
    }
}

fn defines(tokens: &[TokenWithSpan]) -> Option<Shape> {
    let kind = (1..tokens.len().min(6)).find(|i| {
        matches!(keyword_at(tokens, *i), Keyword::TABLE | Keyword::INDEX | Keyword::VIEW | Keyword::TRIGGER)
    })?;
    let name = super::pieces::behind_modifiers(tokens, kind + 1);
    let rest = super::names::at(tokens, name)?.1;
    let group = is_token(tokens, rest, &Token::LParen);
    let strong = match (keyword_at(tokens, 0), keyword_at(tokens, kind)) {
        (Keyword::CREATE, Keyword::TABLE) => {
            let goes_on =
                matches!(keyword_at(tokens, rest), Keyword::AS | Keyword::LIKE | Keyword::PARTITION);
            if !group && !goes_on {
                return None;
            }
            group
        }
        (Keyword::CREATE, Keyword::INDEX) => {
            let on = tokens.iter().position(|t| keyword(t) == Keyword::ON)?;
            tokens[on..].iter().any(|t| t.token == Token::LParen).then_some(true)?
        }
        (Keyword::CREATE, Keyword::VIEW) => (rest..tokens.len())
            .any(|i| keyword_at(tokens, i) == Keyword::SELECT)
            .then_some(is_evident(tokens))?,
        (Keyword::CREATE, _) => tokens.iter().any(|t| keyword(t) == Keyword::ON).then_some(false)?,
        (Keyword::ALTER, _) => matches!(
            keyword_at(tokens, rest),
            Keyword::ADD
                | Keyword::DROP
                | Keyword::RENAME
                | Keyword::ALTER
                | Keyword::SET
                | Keyword::MODIFY
                | Keyword::CHANGE
                | Keyword::OWNER
                | Keyword::ENABLE
                | Keyword::DISABLE
        )
        .then_some(false)?,
        _ => name > kind + 1,
    };
    Some(Shape { clause: kind, name, strong })
}

/// The first such keyword outside parentheses.
fn clause(tokens: &[TokenWithSpan], from: usize, clause: Keyword) -> Option<usize> {
    let mut i = from;
    while i < tokens.len() {
        if tokens[i].token == Token::LParen {
            i = behind_group(tokens, i);
            continue;
        }
        if keyword(&tokens[i]) == clause {
            return Some(i);
        }
        i += 1;
    }
    None
}

/// `SELECT EXISTS (SELECT … FROM`: the first `FROM` in parentheses that begin with `SELECT`.
fn nested_from(tokens: &[TokenWithSpan]) -> Option<usize> {
    let open = (1..tokens.len())
        .find(|i| is_token(tokens, *i, &Token::LParen) && keyword_at(tokens, i + 1) == Keyword::SELECT)?;
    clause(tokens, open + 1, Keyword::FROM)
}

/// What sentences don't have: a comparison, a placeholder, a call, a qualified name.
fn is_evident(tokens: &[TokenWithSpan]) -> bool {
    let clauses = tokens.iter().filter(|t| {
        matches!(
            keyword(t),
            Keyword::WHERE
                | Keyword::JOIN
                | Keyword::ORDER
                | Keyword::GROUP
                | Keyword::LIMIT
                | Keyword::RETURNING
        )
    });
    let clauses = clauses.count();
    let literal = tokens.iter().any(|t| matches!(t.token, Token::SingleQuotedString(_)));
    let list = (literal || tokens.iter().any(|t| t.token == Token::Comma)) && clauses > 0;
    let called = (1..tokens.len()).any(|i| is_token(tokens, i, &Token::LParen) && touches(tokens, i));
    let qualified = (1..tokens.len()).any(|i| is_token(tokens, i, &Token::Period) && touches(tokens, i));
    let selects = tokens.iter().filter(|t| keyword(t) == Keyword::SELECT).count();
    let limited = (1..tokens.len())
        .any(|i| keyword(&tokens[i - 1]) == Keyword::LIMIT && matches!(tokens[i].token, Token::Number(..)));
    list || called
        || limited
        || selects > 1
        || qualified
        || tokens.iter().any(|t| {
            matches!(
                t.token,
                Token::Eq
                    | Token::Neq
                    | Token::Lt
                    | Token::Gt
                    | Token::LtEq
                    | Token::GtEq
                    | Token::DoubleColon
                    | Token::StringConcat
                    | Token::Placeholder(_)
            )
        })
}

/// Whether a token stands right behind a word, without a blank.
fn touches(tokens: &[TokenWithSpan], i: usize) -> bool {
    word(&tokens[i - 1]).is_some() && tokens[i - 1].span.end == tokens[i].span.start
}

fn is_prose(tokens: &[TokenWithSpan], shape: &Shape) -> bool {
    let first = tokens.iter().find_map(word);
    let upper = |i: usize| tokens.get(i).and_then(word).is_some_and(|w| is_upper(&w.value));
    let loud =
        first.is_some_and(|w| is_upper(w.value.trim_matches(super::tokens::LETTER))) && upper(shape.clause);
    let title = first.is_some_and(|w| w.value.starts_with(char::is_uppercase) && !is_upper(&w.value));
    let star = is_token(tokens, 1, &Token::Mul);
    let compared = tokens.iter().any(|t| matches!(t.token, Token::Eq | Token::Placeholder(_)));
    let doubtful = !loud && (!shape.strong || title && !star && !compared);
    doubtful || names_nothing(tokens, shape) || has_sentence_words(tokens)
}

fn is_upper(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_uppercase())
}

/// Words that are no names of tables.
fn names_nothing(tokens: &[TokenWithSpan], shape: &Shape) -> bool {
    if !shape.strong && is_word(tokens, shape.name, "a") {
        return true;
    }
    [
        "all", "an", "another", "any", "each", "every", "it", "its", "my", "one", "our", "some", "that",
        "the", "their", "these", "this", "those", "your", "which", "within", "here", "there", "stdin",
        "stdout",
    ]
    .iter()
    .any(|text| is_word(tokens, shape.name, text))
}

/// Words that hold sentences together, and are hardly names in a database.
fn has_sentence_words(tokens: &[TokenWithSpan]) -> bool {
    let words = [
        "the", "your", "an", "this", "these", "those", "which", "please", "cannot", "isn", "doesn", "couldn",
    ];
    (0..tokens.len()).any(|i| words.iter().any(|text| is_word(tokens, i, text)))
}
