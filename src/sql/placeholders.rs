//! What stands in the text of a query for a value that is not known: holes, and `?` where the dialect has an operator.

use super::pieces::{made, token};
use super::tables::is_reserved;
use super::tokens::{LETTER, is_hole, is_token, keyword, keyword_at, word};
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Location, Token, TokenWithSpan};

/// `?` as a placeholder.
pub(super) fn questions(tokens: &[TokenWithSpan]) -> Vec<TokenWithSpan> {
    let mut tokens = tokens.to_vec();
    for token in &mut tokens {
        if token.token == Token::Question {
            token.token = Token::Placeholder("?".to_owned());
        }
    }
    tokens
}

/// Every hole as what fits between its neighbours.
pub(super) fn placed(tokens: &[TokenWithSpan]) -> Vec<TokenWithSpan> {
    let mut out: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let (mut depth, mut set) = (0_i32, None);
    for (i, current) in tokens.iter().enumerate() {
        match current.token {
            Token::LParen => depth += 1,
            Token::RParen => depth -= 1,
            _ => {}
        }
        match keyword(current) {
            Keyword::SET => set = Some(depth),
            Keyword::WHERE | Keyword::FROM | Keyword::RETURNING if set == Some(depth) => set = None,
            _ => {}
        }
        if is_hole(current) {
            let assigned = set == Some(depth)
                && out.last().is_some_and(|p| p.token == Token::Comma || keyword(p) == Keyword::SET);
            place(&mut out, current, &tokens[i + 1..], assigned);
        } else {
            out.push(current.clone());
        }
    }
    out
}

fn place(out: &mut Vec<TokenWithSpan>, hole: &TokenWithSpan, behind: &[TokenWithSpan], assigned: bool) {
    let at = hole.span.start;
    let one = || token(Token::Number("1".to_owned(), false), at);
    let previous = out.last().map_or(Keyword::NoKeyword, keyword);
    if is_query(out, behind) {
        out.extend(made(&["SELECT"], at));
        out.push(one());
        out.extend(made(&["FROM"], at));
        out.push(hole.clone());
        return;
    }
    if updates_without_set(out, behind) {
        out.extend(made(&["SET"], at));
        out.extend([hole.clone(), token(Token::Eq, at), one()]);
        return;
    }
    let names = matches!(behind.first().map(|t| &t.token), Some(Token::Eq | Token::Period | Token::LParen));
    if assigned && !names {
        out.extend([hole.clone(), token(Token::Eq, at), one()]);
        return;
    }
    match previous {
        Keyword::VALUES => out.extend([token(Token::LParen, at), one(), token(Token::RParen, at)]),
        Keyword::WITH => {
            out.push(hole.clone());
            out.extend(made(&["AS"], at));
            out.push(token(Token::LParen, at));
            out.extend(made(&["SELECT"], at));
            out.extend([one(), token(Token::RParen, at)]);
        }
        Keyword::CONFLICT => out.extend(made(&["DO", "NOTHING"], at)),
        _ if out.last().is_some_and(ends_operand) => {
            if behind.first().is_some_and(is_value) {
                out.push(token(Token::Eq, at));
            }
        }
        _ => out.push(hole.clone()),
    }
}

/// `WITH x AS ({})`, `EXISTS ({})`, `… UNION {}`, `CREATE VIEW v AS {}`: the hole is a whole query, of tables that are not
/// known.
fn is_query(out: &[TokenWithSpan], behind: &[TokenWithSpan]) -> bool {
    let before = |n: usize| out.len().checked_sub(n).map_or(Keyword::NoKeyword, |i| keyword(&out[i]));
    let combines = |k| matches!(k, Keyword::UNION | Keyword::EXCEPT | Keyword::INTERSECT);
    let open = out.last().is_some_and(|token| token.token == Token::LParen);
    if open {
        return combines(before(2))
            || matches!(before(2), Keyword::AS | Keyword::EXISTS | Keyword::MATERIALIZED)
            || before(2) == Keyword::ALL && combines(before(3));
    }
    let view = before(1) == Keyword::AS && behind.is_empty() && keyword_at(out, 0) == Keyword::CREATE;
    view || combines(before(1)) || before(1) == Keyword::ALL && combines(before(2))
}

/// `UPDATE t {} WHERE` and `UPDATE t AS a {} FROM`: the hole holds what is set.
fn updates_without_set(out: &[TokenWithSpan], behind: &[TokenWithSpan]) -> bool {
    let update = out.iter().rev().take(4).position(|t| keyword(t) == Keyword::UPDATE);
    let set = out.iter().rev().take(4).any(|t| keyword(t) == Keyword::SET);
    let next = behind.first().map_or(Keyword::WHERE, keyword);
    update.is_some_and(|at| at > 0)
        && !set
        && matches!(next, Keyword::WHERE | Keyword::FROM | Keyword::RETURNING)
}

/// Without the holes at both ends.
pub(super) fn trimmed(tokens: &[TokenWithSpan]) -> &[TokenWithSpan] {
    let from = tokens.iter().position(|t| !is_hole(t)).unwrap_or(tokens.len());
    let to = tokens.iter().rposition(|t| !is_hole(t)).map_or(from, |i| i + 1);
    &tokens[from..to]
}

/// Holes as numbers, other than those where a table stands.
pub(super) fn numbers(tokens: &[TokenWithSpan]) -> Vec<TokenWithSpan> {
    let mut out = tokens.to_vec();
    for i in 0..out.len() {
        let previous = i.checked_sub(1).map_or(Keyword::NoKeyword, |i| keyword(&out[i]));
        let table = matches!(
            previous,
            Keyword::FROM | Keyword::JOIN | Keyword::INTO | Keyword::UPDATE | Keyword::TABLE | Keyword::USING
        );
        let part = is_token(&out, i + 1, &Token::Period)
            || i.checked_sub(1).is_some_and(|i| is_token(&out, i, &Token::Period));
        if is_hole(&out[i]) && !table && !part {
            out[i].token = Token::Number("1".to_owned(), false);
        }
    }
    out
}

/// What a statement may go on with that is built piece by piece: `… WHERE x = `, `INSERT INTO t (a, b)`.
pub(super) fn completed(tokens: &[TokenWithSpan]) -> Vec<Vec<TokenWithSpan>> {
    let Some(last) = tokens.last() else { return Vec::new() };
    let at = last.span.end;
    let open = tokens.iter().fold(0_usize, |open, t| match t.token {
        Token::LParen => open + 1,
        Token::RParen => open.saturating_sub(1),
        _ => open,
    });
    let endings: [&[&str]; 7] =
        [&[], &["1"], &["VALUES", "(", "1", ")"], &["(", "1", ")"], &["h", "=", "1"], &["h"], &["=", "1"]];
    endings
        .iter()
        .filter(|ending| open > 0 || !ending.is_empty())
        .map(|ending| {
            let mut whole = tokens.to_vec();
            whole.extend(ending.iter().map(|text| written(text, at)));
            whole.extend((0..open.min(64)).map(|_| token(Token::RParen, at)));
            whole
        })
        .collect()
}

fn written(text: &str, at: Location) -> TokenWithSpan {
    let made = match text {
        "(" => Token::LParen,
        ")" => Token::RParen,
        "=" => Token::Eq,
        "1" => Token::Number("1".to_owned(), false),
        word => Token::make_word(word, None),
    };
    token(made, at)
}

/// `{prefix}SELECT` and `WHERE{filter}`: the keyword apart from the hole.
pub(super) fn keywords_apart(tokens: &[TokenWithSpan]) -> Vec<TokenWithSpan> {
    let mut out = Vec::with_capacity(tokens.len());
    for current in tokens {
        let split = word(current).filter(|w| w.quote_style.is_none()).and_then(|w| {
            let core = w.value.trim_matches(LETTER);
            let keyword = Token::make_word(core, None);
            let is_keyword = matches!(&keyword, Token::Word(w) if is_reserved(w.keyword));
            let upper = core.chars().all(|c| c.is_ascii_uppercase());
            (core.len() > 1 && core.len() < w.value.len() && is_keyword && upper)
                .then(|| (w.value.starts_with(LETTER), keyword, w.value.ends_with(LETTER)))
        });
        let Some((before, keyword, behind)) = split else {
            out.push(current.clone());
            continue;
        };
        let hole = TokenWithSpan { token: Token::make_word(&LETTER.to_string(), None), span: current.span };
        out.extend(before.then(|| hole.clone()));
        out.push(TokenWithSpan { token: keyword, span: current.span });
        out.extend(behind.then_some(hole));
    }
    out
}

/// Whether an expression may end with a token.
fn ends_operand(token: &TokenWithSpan) -> bool {
    match &token.token {
        Token::Word(w) if w.quote_style.is_some() => true,
        Token::Word(w) => match w.keyword {
            Keyword::NoKeyword | Keyword::END | Keyword::NULL | Keyword::ALL => true,
            other => !is_reserved(other) && !awaits(other),
        },
        Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::DoubleQuotedString(_)
        | Token::Placeholder(_)
        | Token::RParen
        | Token::RBracket => true,
        _ => false,
    }
}

/// Words that want something behind them, beside those that are reserved.
fn awaits(keyword: Keyword) -> bool {
    matches!(
        keyword,
        Keyword::NOT
            | Keyword::LIKE
            | Keyword::ILIKE
            | Keyword::RLIKE
            | Keyword::REGEXP
            | Keyword::BETWEEN
            | Keyword::TABLE
            | Keyword::VIEW
            | Keyword::INDEX
            | Keyword::TRIGGER
            | Keyword::FUNCTION
            | Keyword::EXISTS
            | Keyword::ADD
            | Keyword::DROP
            | Keyword::ALTER
            | Keyword::COLUMN
            | Keyword::REPLACE
            | Keyword::IGNORE
            | Keyword::INTERVAL
            | Keyword::OF
            | Keyword::SIMILAR
            | Keyword::TO
            | Keyword::ANY
            | Keyword::SOME
            | Keyword::RECURSIVE
            | Keyword::ONLY
            | Keyword::LATERAL
            | Keyword::TRUNCATE
            | Keyword::COPY
            | Keyword::MERGE
            | Keyword::REFERENCES
    )
}

/// Whether a value stands here, so that a hole in front of it is an operator: `x {op} $1`.
fn is_value(token: &TokenWithSpan) -> bool {
    matches!(token.token, Token::Placeholder(_) | Token::Number(..) | Token::SingleQuotedString(_))
        || is_hole(token)
        || keyword_at(std::slice::from_ref(token), 0) == Keyword::NULL
}
