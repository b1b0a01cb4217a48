//! Statements that are read without the parser: what is dropped, triggers, functions, and what touches no table.
//!
//! Dialects differ in how a trigger or a function is spelled more than in what it says.

use super::found::Found;
use super::names::{self, Name};
use super::pieces::behind_modifiers;
use super::routine;
use super::tables;
use super::tokens::{is_word, keyword, keyword_at, string_literal, tokenise};
use super::{Access, Change, Dialect};
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

/// What a statement says, if it is one of those.
pub(super) fn read(tokens: &[TokenWithSpan], dialect: Dialect) -> Option<Found> {
    match keyword_at(tokens, 0) {
        Keyword::TABLE => {
            let (name, _) = names::at(tokens, 1)?;
            let mut found = Found::default();
            found.table(&name, Access::Read);
            Some(found)
        }
        Keyword::CALL => call_with_body(tokens, dialect),
        Keyword::DROP => drop_statement(tokens),
        Keyword::CREATE => create(tokens, dialect),
        Keyword::ALTER => {
            let kind = (1..tokens.len().min(3)).map(|i| keyword_at(tokens, i));
            kind.into_iter()
                .all(|k| !matches!(k, Keyword::TABLE | Keyword::VIEW | Keyword::POLICY))
                .then(Found::default)
        }
        Keyword::DO => {
            let (text, at) = tokens.iter().skip(1).find_map(string_literal)?;
            Some(routine::block(text, at, dialect))
        }
        Keyword::SET => {
            let plain = tokens.iter().all(|token| keyword(token) != Keyword::SELECT);
            plain.then(Found::default)
        }
        Keyword::BEGIN | Keyword::START | Keyword::END | Keyword::COMMIT | Keyword::ROLLBACK => {
            (tokens.len() < 12).then(Found::default)
        }
        first if touches_nothing(first) => Some(Found::default()),
        _ => (is_word(tokens, 0, "abort")
            || is_word(tokens, 0, "checkpoint")
            || is_word(tokens, 0, "security"))
        .then(Found::default),
    }
}

/// First words of statements that touch no row and define no table.
pub(super) fn touches_nothing(first: Keyword) -> bool {
    matches!(
        first,
        Keyword::COMMENT
            | Keyword::VACUUM
            | Keyword::REINDEX
            | Keyword::ANALYZE
            | Keyword::CLUSTER
            | Keyword::PRAGMA
            | Keyword::GRANT
            | Keyword::REVOKE
            | Keyword::RESET
            | Keyword::SHOW
            | Keyword::SAVEPOINT
            | Keyword::RELEASE
            | Keyword::DISCARD
            | Keyword::LISTEN
            | Keyword::UNLISTEN
            | Keyword::NOTIFY
            | Keyword::USE
            | Keyword::ATTACH
            | Keyword::DETACH
            | Keyword::DEALLOCATE
            | Keyword::EXECUTE
            | Keyword::CLOSE
            | Keyword::FETCH
    )
}

/// `DROP TABLE a, b` and its like: all of them name what they drop at once.
fn drop_statement(tokens: &[TokenWithSpan]) -> Option<Found> {
    let mut found = Found::default();
    let mut kind = 1;
    while matches!(
        keyword_at(tokens, kind),
        Keyword::TEMPORARY | Keyword::TEMP | Keyword::MATERIALIZED | Keyword::FOREIGN | Keyword::EXTERNAL
    ) {
        kind += 1;
    }
    let names = listed(tokens, behind_modifiers(tokens, kind + 1));
    match keyword_at(tokens, kind) {
        Keyword::TABLE => {
            for name in &names {
                if found.table(name, Access::Ddl).is_some() {
                    found.changes.push(Change::DropTable { table: name.table.clone() });
                }
            }
        }
        Keyword::VIEW => {
            for name in &names {
                if found.table(name, Access::Ddl).is_some() {
                    found.changes.push(Change::DropView { view: name.table.clone() });
                }
            }
        }
        Keyword::FUNCTION | Keyword::PROCEDURE => {
            found.changes.extend(names.into_iter().map(|name| Change::DropFunction { name: name.table }));
        }
        Keyword::SCHEMA | Keyword::DATABASE => {
            found.changes.extend(names.into_iter().map(|name| Change::DropSchema { name: name.table }));
        }
        Keyword::TRIGGER => {
            let table = behind(tokens, Keyword::ON);
            if let Some(table) = &table {
                found.table(table, Access::Ddl);
            }
            let table = table.filter(|table| !table.opaque).map(|table| table.table);
            let triggers = names.into_iter().take(1);
            found
                .changes
                .extend(triggers.map(|name| Change::DropTrigger { name: name.table, table: table.clone() }));
        }
        Keyword::POLICY | Keyword::RULE => {
            if let Some(table) = behind(tokens, Keyword::ON) {
                found.table(&table, Access::Ddl);
            }
        }
        _ => {}
    }
    Some(found)
}

/// Names with commas between them; arguments in parentheses are passed over.
fn listed(tokens: &[TokenWithSpan], from: usize) -> Vec<Name> {
    let mut list = Vec::new();
    let mut at = from;
    while let Some((name, next)) = names::at(tokens, at) {
        list.push(name);
        let behind_arguments = match tokens.get(next) {
            Some(t) if t.token == Token::LParen => super::tokens::behind_group(tokens, next),
            _ => next,
        };
        if !super::tokens::is_token(tokens, behind_arguments, &Token::Comma) {
            break;
        }
        at = behind_arguments + 1;
    }
    list
}

/// The name behind the first such keyword.
fn behind(tokens: &[TokenWithSpan], word: Keyword) -> Option<Name> {
    let at = tokens.iter().position(|token| keyword(token) == word)?;
    names::at(tokens, behind_modifiers(tokens, at + 1)).map(|(name, _)| name)
}

fn create(tokens: &[TokenWithSpan], dialect: Dialect) -> Option<Found> {
    // MySQL's `DEFINER = user@host` stands in front of the kind.
    for i in 1..tokens.len().min(10) {
        match keyword(&tokens[i]) {
            Keyword::TRIGGER => return trigger(tokens, i + 1),
            Keyword::FUNCTION | Keyword::PROCEDURE => return function(tokens, i + 1, dialect),
            Keyword::TABLE | Keyword::VIEW | Keyword::INDEX | Keyword::POLICY | Keyword::RULE => return None,
            Keyword::EXTENSION
            | Keyword::SEQUENCE
            | Keyword::TYPE
            | Keyword::DOMAIN
            | Keyword::SCHEMA
            | Keyword::DATABASE
            | Keyword::ROLE
            | Keyword::USER
            | Keyword::AGGREGATE
            | Keyword::OPERATOR
            | Keyword::CAST
            | Keyword::COLLATION
            | Keyword::SERVER
            | Keyword::STATISTICS
            | Keyword::EVENT => return Some(Found::default()),
            _ => {}
        }
        if is_word(tokens, i, "publication")
            || is_word(tokens, i, "subscription")
            || is_word(tokens, i, "language")
        {
            return Some(Found::default());
        }
    }
    None
}

/// `CREATE TRIGGER name … ON table … EXECUTE FUNCTION f()`, or with a body of its own.
fn trigger(tokens: &[TokenWithSpan], at: usize) -> Option<Found> {
    let (name, next) = names::at(tokens, behind_modifiers(tokens, at))?;
    let on = (next..tokens.len()).find(|i| keyword_at(tokens, *i) == Keyword::ON)?;
    let (table, next) = names::at(tokens, on + 1)?;
    let rest = &tokens[next..];
    let execute = (0..rest.len()).find(|i| {
        keyword_at(rest, *i) == Keyword::EXECUTE
            && matches!(keyword_at(rest, i + 1), Keyword::FUNCTION | Keyword::PROCEDURE)
    });
    let function = execute.and_then(|i| names::at(rest, i + 2)).map(|(name, _)| name.table);
    let uses = if function.is_some() { Vec::new() } else { routine::tokens_uses(rest) };
    let mut found = Found::default();
    if found.table(&table, Access::Ddl).is_some() {
        let (name, table) = (name.table, table.table);
        found.changes.push(Change::CreateTrigger {
            name,
            table,
            function,
            uses,
            transition_tables: transition_tables(rest),
        });
    }
    Some(found)
}

/// `CALL make_triggers('table', $$ BEGIN … END $$)`: a routine that is made from text. It belongs to the table that
/// the call names, if it says that it makes triggers.
fn call_with_body(tokens: &[TokenWithSpan], dialect: Dialect) -> Option<Found> {
    let (name, _) = names::at(tokens, 1)?;
    let is_dollar = |t: &&TokenWithSpan| matches!(t.token, Token::DollarQuotedString(_));
    let (text, at) = tokens.iter().find(is_dollar).and_then(string_literal)?;
    let (body, _) = tokenise(text, dialect, at);
    if !tables::is_body(&body) {
        return None;
    }
    let argument = tokens.iter().find(|t| matches!(t.token, Token::SingleQuotedString(_)));
    let argument = argument.and_then(string_literal).map(|(text, _)| text).filter(|text| {
        !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
    });
    let called = argument.map_or(name.table.clone(), |argument| format!("{}({argument})", name.table));
    let mut found = Found::default();
    let uses = routine::tokens_uses(&body);
    found.changes.push(match argument {
        Some(table) if name.table.contains("trigger") => Change::CreateTrigger {
            name: called,
            table: names::table_name(table),
            function: None,
            uses,
            transition_tables: Vec::new(),
        },
        _ => Change::CreateFunction { name: called, uses, calls: routine::calls(&body) },
    });
    Some(found)
}

/// `REFERENCING OLD TABLE AS a NEW TABLE AS b`: names that only the trigger's function knows.
fn transition_tables(tokens: &[TokenWithSpan]) -> Vec<String> {
    let mut tables = Vec::new();
    for i in 1..tokens.len() {
        let row = is_word(tokens, i - 1, "old") || is_word(tokens, i - 1, "new");
        if !row || keyword_at(tokens, i) != Keyword::TABLE {
            continue;
        }
        let at = if keyword_at(tokens, i + 1) == Keyword::AS { i + 2 } else { i + 1 };
        tables.extend(names::at(tokens, at).map(|(name, _)| name.table));
    }
    tables
}

fn function(tokens: &[TokenWithSpan], at: usize, dialect: Dialect) -> Option<Found> {
    let (name, next) = names::at(tokens, behind_modifiers(tokens, at))?;
    let mut found = Found::default();
    if name.opaque {
        return Some(found);
    }
    let (uses, calls) = routine::definition(&tokens[next..], dialect);
    found.changes.push(Change::CreateFunction { name: name.table, uses, calls });
    Some(found)
}
