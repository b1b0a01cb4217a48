//! Names as the database takes them.

use super::tokens::{LETTER, word};
use sqlparser::ast::{Ident, ObjectName, ObjectNamePart};
use sqlparser::tokenizer::{Location, Token, TokenWithSpan};

/// Database schemas that are looked into by default: a name means the same with and without them.
const DEFAULT_SCHEMAS: [&str; 3] = ["public", "main", "dbo"];

/// The name of a table as the database takes it: what is not quoted in lower case, without a default schema.
///
/// `Users` and `public."users"` are `users`; `audit.Log` is `audit.log`.
pub fn table_name(written: &str) -> String {
    join(split(written))
}

/// A name somewhere in SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// As the database takes it.
    pub table: String,
    /// The first part, if it has several.
    pub qualifier: Option<String>,
    /// Written with a quote.
    pub quoted: bool,
    /// Not known, or not all of it.
    pub opaque: bool,
    /// Where it begins.
    pub at: Location,
}

/// The name of an object.
pub(super) fn object(name: &ObjectName) -> Name {
    let idents: Vec<&Ident> = name
        .0
        .iter()
        .map(|part| match part {
            ObjectNamePart::Identifier(ident) => ident,
            ObjectNamePart::Function(function) => &function.name,
        })
        .collect();
    let at = idents.first().map_or(Location::new(1, 1), |ident| ident.span.start);
    // The parser leaves names such as `"a.b"` of some dialects in one piece.
    from_parts(idents.iter().map(|i| (i.value.as_str(), i.quote_style.is_some())).collect(), at)
}

/// The name of a column, a constraint or an alias.
pub(super) fn ident(ident: &Ident) -> String {
    fold(&ident.value, ident.quote_style.is_some())
}

/// The name that begins at an index of tokens, and the index behind it.
pub(super) fn at(tokens: &[TokenWithSpan], index: usize) -> Option<(Name, usize)> {
    let at = tokens.get(index)?.span.start;
    let mut parts = Vec::new();
    let mut next = index;
    while let Some((text, quoted)) = tokens.get(next).and_then(part) {
        parts.push((text, quoted));
        next += 1;
        if !matches!(tokens.get(next), Some(t) if t.token == Token::Period) {
            break;
        }
        next += 1;
    }
    (!parts.is_empty()).then(|| (from_parts(parts, at), next))
}

fn part(token: &TokenWithSpan) -> Option<(&str, bool)> {
    match &token.token {
        Token::DoubleQuotedString(text) => Some((text, true)),
        _ => word(token).map(|w| (w.value.as_str(), w.quote_style.is_some())),
    }
}

fn from_parts(parts: Vec<(&str, bool)>, at: Location) -> Name {
    let opaque = parts.iter().any(|(text, _)| text.contains(LETTER));
    let quoted = parts.iter().any(|(_, quoted)| *quoted);
    let qualifier = (parts.len() > 1).then(|| fold(parts[0].0, parts[0].1));
    let table = join(parts.into_iter().map(|(text, quoted)| fold(text, quoted)).collect());
    Name { table, qualifier, quoted, opaque, at }
}

fn fold(text: &str, quoted: bool) -> String {
    if quoted { text.to_owned() } else { text.to_lowercase() }
}

/// The parts of a name with dots between them; of more than two (a database in front) the last two.
fn join(mut parts: Vec<String>) -> String {
    if parts.len() > 2 {
        parts.drain(..parts.len() - 2);
    }
    if parts.len() == 2 && DEFAULT_SCHEMAS.contains(&parts[0].as_str()) {
        parts.remove(0);
    }
    parts.join(".")
}

/// The parts of a written name, folded.
fn split(written: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut closing = None;
    for c in written.trim().chars() {
        match (closing, c) {
            (Some(end), _) if c == end => closing = None,
            (Some(_), _) => part.push(c),
            (None, '"' | '`') => closing = Some(c),
            (None, '[') => closing = Some(']'),
            (None, '.') => parts.push(std::mem::take(&mut part)),
            (None, _) => part.extend(c.to_lowercase()),
        }
    }
    parts.push(part);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_as_the_database_takes_them() {
        for (written, table) in [
            ("users", "users"),
            ("Users", "users"),
            ("\"Users\"", "Users"),
            ("public.users", "users"),
            ("\"public\".\"users\"", "users"),
            ("main.users", "users"),
            ("[dbo].[Users]", "Users"),
            ("audit.Log", "audit.log"),
            ("`Orders`", "Orders"),
            ("shop.public.orders", "orders"),
            ("\"a.b\"", "a.b"),
            ("", ""),
        ] {
            assert_eq!(table_name(written), table, "{written}");
        }
    }
}
