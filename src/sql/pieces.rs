//! `CREATE TABLE`, `ALTER TABLE` and their like, read piece by piece when the parser refuses the whole.
//!
//! Each column, constraint or operation is handed to the parser on its own. What it refuses even then is looked through
//! for the few words that change the schema.

use super::ddl::{in_schema_of, read_tables};
use super::found::Found;
use super::names::{self, Name};
use super::parse::parse;
use super::tables;
use super::tokens::{behind_group, is_token, is_word, keyword, keyword_at};
use super::{Access, Change, ColumnChange, Dialect, KeyChange, walk};
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Location, Span, Token, TokenWithSpan};

/// What a statement that the parser refuses does, and whether all of it was understood.
pub(super) fn read(tokens: &[TokenWithSpan], dialect: Dialect) -> (Found, bool) {
    match keyword_at(tokens, 0) {
        Keyword::CREATE => create(tokens, dialect),
        Keyword::ALTER => alter(tokens, dialect),
        _ => (tables::uses(tokens), false),
    }
}

/// The index behind `IF NOT EXISTS`, `IF EXISTS`, `ONLY`, `CONCURRENTLY`.
pub(super) fn behind_modifiers(tokens: &[TokenWithSpan], mut i: usize) -> usize {
    while matches!(
        keyword_at(tokens, i),
        Keyword::IF | Keyword::NOT | Keyword::EXISTS | Keyword::ONLY | Keyword::CONCURRENTLY
    ) {
        i += 1;
    }
    i
}

fn create(tokens: &[TokenWithSpan], dialect: Dialect) -> (Found, bool) {
    // The kind of what is created stands among the first words: `CREATE OR REPLACE TEMPORARY VIEW`.
    for i in 1..tokens.len().min(6) {
        let name = behind_modifiers(tokens, i + 1);
        match keyword(&tokens[i]) {
            Keyword::TABLE => return create_table(&tokens[..i], tokens, name, dialect),
            Keyword::VIEW => return create_view(tokens, name, dialect),
            Keyword::INDEX => return (create_index(tokens), false),
            _ => {}
        }
    }
    (Found::default(), false)
}

fn create_index(tokens: &[TokenWithSpan]) -> Found {
    let mut found = Found::default();
    let on = tokens.iter().position(|token| keyword(token) == Keyword::ON);
    if let Some((name, _)) = on.and_then(|on| names::at(tokens, behind_modifiers(tokens, on + 1))) {
        found.table(&name, Access::Ddl);
    }
    found
}

/// `CREATE VIEW`: the query is parsed on its own, without `WITH NO DATA` behind it.
fn create_view(tokens: &[TokenWithSpan], at: usize, dialect: Dialect) -> (Found, bool) {
    let Some((view, next)) = names::at(tokens, at) else { return (Found::default(), false) };
    let query = (next..tokens.len()).find(|i| keyword_at(tokens, *i) == Keyword::AS).map_or(next, |i| i + 1);
    let mut end = tokens.len();
    if is_word(tokens, end - 1, "data") {
        end = (query..end).rfind(|i| keyword_at(tokens, *i) == Keyword::WITH).unwrap_or(end);
    }
    let parsed = parse(&tokens[query..end], dialect).ok().filter(|(_, behind)| behind.is_none());
    let complete = parsed.is_some();
    let mut found = match parsed {
        Some((statement, _)) => walk::statement(&statement),
        None => tables::uses(&tokens[next..]),
    };
    let reads = read_tables(&found);
    if found.table(&view, Access::Ddl).is_some() {
        found.changes.push(Change::CreateView { view: view.table, reads });
    }
    (found, complete)
}

fn create_table(
    head: &[TokenWithSpan],
    tokens: &[TokenWithSpan],
    at: usize,
    dialect: Dialect,
) -> (Found, bool) {
    let mut found = Found::default();
    let Some((name, next)) = names::at(tokens, at) else { return (found, false) };
    if found.table(&name, Access::Ddl).is_none() {
        return (found, false);
    }
    let (mut columns, mut keys, mut complete) = (Vec::new(), Vec::new(), true);
    if is_token(tokens, next, &Token::LParen) {
        let end = behind_group(tokens, next);
        let inner = &tokens[next + 1..end.saturating_sub(1).max(next + 1)];
        for piece in split(inner) {
            complete &= table_piece(piece, dialect, &mut columns, &mut keys, &mut found);
        }
    } else {
        found.extend(tables::uses(&tokens[next..]));
        complete = false;
    }
    let temporary = head.iter().any(|token| matches!(keyword(token), Keyword::TEMP | Keyword::TEMPORARY))
        || name.qualifier.as_deref().is_some_and(super::ddl::is_temporary);
    let if_not_exists = at > 2 && keyword_at(tokens, at - 1) == Keyword::EXISTS;
    found.changes.push(Change::CreateTable { table: name.table, if_not_exists, temporary, columns, keys });
    (found, complete)
}

/// A column or a constraint of `CREATE TABLE`; whether it was understood.
fn table_piece(
    piece: &[TokenWithSpan],
    dialect: Dialect,
    columns: &mut Vec<ColumnChange>,
    keys: &mut Vec<KeyChange>,
    found: &mut Found,
) -> bool {
    let Some(first) = piece.first() else { return true };
    // CockroachDB's groups of columns.
    if is_word(piece, 0, "family") && piece.iter().any(|t| t.token == Token::LParen) {
        return true;
    }
    let at = first.span.start;
    let mut whole = made(&["CREATE", "TABLE", "t"], at);
    whole.push(token(Token::LParen, at));
    whole.extend_from_slice(piece);
    whole.push(token(Token::RParen, at));
    if let Ok((statement, None)) = parse(&whole, dialect) {
        let mut piece = walk::statement(&statement);
        if let Some(Change::CreateTable { columns: c, keys: k, .. }) = piece.changes.pop() {
            columns.extend(c);
            keys.extend(k);
        }
        piece.uses.retain(|u| u.access == Access::ForeignKey);
        found.extend(piece);
        return true;
    }
    let constraint = matches!(
        keyword(first),
        Keyword::CONSTRAINT
            | Keyword::PRIMARY
            | Keyword::UNIQUE
            | Keyword::CHECK
            | Keyword::FOREIGN
            | Keyword::EXCLUDE
            | Keyword::KEY
            | Keyword::INDEX
            | Keyword::LIKE
    );
    let column = names::at(piece, 0).map(|(name, _)| name.table).filter(|_| !constraint);
    keys.extend(key(piece, column.clone(), found));
    if let Some(name) = column {
        columns
            .push(ColumnChange { name, ty: piece.get(1).map(|t| t.token.to_string()).unwrap_or_default() });
    }
    constraint
}

/// `[CONSTRAINT name] [FOREIGN KEY (a, b)] REFERENCES t (c, d)`.
fn key(piece: &[TokenWithSpan], column: Option<String>, found: &mut Found) -> Option<KeyChange> {
    let references = piece.iter().position(|token| keyword(token) == Keyword::REFERENCES)?;
    let (to, next) = names::at(piece, references + 1)?;
    found.table(&to, Access::ForeignKey)?;
    let named = piece[..references].iter().rposition(|token| keyword(token) == Keyword::CONSTRAINT);
    let own = piece[..references].iter().position(|token| keyword(token) == Keyword::FOREIGN);
    let columns = match own {
        Some(at) => {
            let open = (at..references).find(|i| is_token(piece, *i, &Token::LParen))?;
            names_in_group(piece, open)
        }
        None => column.into_iter().collect(),
    };
    Some(KeyChange {
        name: named
            .and_then(|at| names::at(piece, behind_modifiers(piece, at + 1)))
            .map(|(name, _)| name.table),
        columns,
        to_columns: names_in_group(piece, next),
        line: to.at.line as u32,
        column: to.at.column as u32,
        to_table: to.table,
    })
}

fn names_in_group(tokens: &[TokenWithSpan], open: usize) -> Vec<String> {
    if !is_token(tokens, open, &Token::LParen) {
        return Vec::new();
    }
    let end = behind_group(tokens, open);
    split(&tokens[open + 1..end.saturating_sub(1).max(open + 1)])
        .into_iter()
        .filter_map(|piece| names::at(piece, 0))
        .map(|(name, _)| name.table)
        .collect()
}

fn alter(tokens: &[TokenWithSpan], dialect: Dialect) -> (Found, bool) {
    let mut found = Found::default();
    let Some(kind) =
        (1..tokens.len().min(3)).find(|i| matches!(keyword_at(tokens, *i), Keyword::TABLE | Keyword::VIEW))
    else {
        return (found, false);
    };
    let Some((name, next)) = names::at(tokens, behind_modifiers(tokens, kind + 1)) else {
        return (found, false);
    };
    if found.table(&name, Access::Ddl).is_none() {
        return (found, false);
    }
    let mut complete = true;
    for piece in split(&tokens[next..]) {
        complete &= operation(&name, &tokens[..next], piece, dialect, &mut found);
    }
    (found, complete)
}

/// One operation of `ALTER TABLE`; whether it was understood.
fn operation(
    name: &Name,
    head: &[TokenWithSpan],
    piece: &[TokenWithSpan],
    dialect: Dialect,
    found: &mut Found,
) -> bool {
    let whole: Vec<TokenWithSpan> = head.iter().chain(piece).cloned().collect();
    if let Ok((statement, None)) = parse(&whole, dialect) {
        found.extend(walk::statement(&statement));
        return true;
    }
    let table = name.table.clone();
    let second = behind_modifiers(piece, 1);
    match (keyword_at(piece, 0), keyword_at(piece, second)) {
        (Keyword::ADD, Keyword::CONSTRAINT | Keyword::FOREIGN) => {
            if let Some(key) = key(piece, None, found) {
                found.changes.push(Change::AddKey { table, key });
            }
        }
        (Keyword::ADD, kind) if !is_index(kind) => {
            let at = if kind == Keyword::COLUMN { behind_modifiers(piece, second + 1) } else { second };
            let Some((column, _)) = names::at(piece, at) else { return false };
            let keys = key(piece, Some(column.table.clone()), found).into_iter().collect();
            let ty = piece.get(at + 1).map(|t| t.token.to_string()).unwrap_or_default();
            let column = ColumnChange { name: column.table, ty };
            found.changes.push(Change::AddColumn { table, column, keys });
            return false;
        }
        (Keyword::DROP, Keyword::CONSTRAINT | Keyword::FOREIGN) => {
            let at = if keyword_at(piece, second + 1) == Keyword::KEY { second + 2 } else { second + 1 };
            let Some((name, _)) = names::at(piece, behind_modifiers(piece, at)) else { return false };
            found.changes.push(Change::DropConstraint { table, name: name.table });
        }
        (Keyword::DROP, kind) if !is_index(kind) => {
            // `DROP COLUMN x`, `DROP x`, and CockroachDB's `DROP IF EXISTS COLUMN x`.
            let at = if kind == Keyword::COLUMN { behind_modifiers(piece, second + 1) } else { second };
            let Some((column, _)) = names::at(piece, at) else { return false };
            found.changes.push(Change::DropColumn { table, column: column.table });
        }
        (Keyword::SET, Keyword::SCHEMA) => {
            let Some((schema, _)) = names::at(piece, 2) else { return false };
            let last = name.table.rsplit('.').next().unwrap_or(&name.table);
            let to = names::table_name(&format!("\"{}\".\"{last}\"", schema.table));
            found.changes.push(Change::RenameTable { table, to });
        }
        (Keyword::RENAME, Keyword::TO | Keyword::AS) => {
            let Some((to, _)) = names::at(piece, second + 1) else { return false };
            let to = in_schema_of(name, &to);
            found.changes.push(Change::RenameTable { table, to });
        }
        // What columns and constraints are like, not which there are.
        (
            Keyword::ADD
            | Keyword::DROP
            | Keyword::ALTER
            | Keyword::MODIFY
            | Keyword::VALIDATE
            | Keyword::SET,
            _,
        ) => {}
        _ => return false,
    }
    true
}

fn is_index(kind: Keyword) -> bool {
    matches!(
        kind,
        Keyword::INDEX
            | Keyword::KEY
            | Keyword::PRIMARY
            | Keyword::UNIQUE
            | Keyword::CHECK
            | Keyword::FULLTEXT
            | Keyword::SPATIAL
            | Keyword::PARTITION
    )
}

/// Pieces between commas that stand in no parenthesis.
fn split(tokens: &[TokenWithSpan]) -> Vec<&[TokenWithSpan]> {
    let (mut pieces, mut from, mut depth) = (Vec::new(), 0, 0_usize);
    for (i, token) in tokens.iter().enumerate() {
        match token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            Token::Comma if depth == 0 => {
                pieces.push(&tokens[from..i]);
                from = i + 1;
            }
            _ => {}
        }
    }
    pieces.push(&tokens[from..]);
    pieces
}

/// Words that are not written in the text.
pub(super) fn made(words: &[&str], at: Location) -> Vec<TokenWithSpan> {
    words.iter().map(|word| token(Token::make_word(word, None), at)).collect()
}

/// A token that is not written in the text.
pub(super) fn token(token: Token, at: Location) -> TokenWithSpan {
    TokenWithSpan { token, span: Span::new(at, at) }
}
