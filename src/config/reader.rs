//! A small typed reader over a TOML tree that keeps spans and goes on after an error.
//!
//! A [`Table`] notes which keys it is asked for; what remains at [`Table::finish`] is unknown. So the code that reads a
//! table is the list of its keys, and a file with five mistakes gets five messages.

use super::error::{ConfigError, quote};
use super::suggest;
use miette::SourceSpan;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

// A value with the spans it came from. No comment for documentation: it would show up in the schema of every value.
#[derive(Clone, Copy, Debug, schemars::JsonSchema)]
#[schemars(transparent)]
pub(super) struct At<T> {
    pub(super) value: T,
    /// The key it stands under; the value itself where there is no key.
    #[schemars(skip)]
    pub(super) key: SourceSpan,
    /// The value.
    #[schemars(skip)]
    pub(super) at: SourceSpan,
}

impl<T> At<T> {
    fn map<U>(self, f: impl FnOnce(T) -> U) -> At<U> {
        At { value: f(self.value), key: self.key, at: self.at }
    }
}

/// A TOML value with its spans.
pub(super) type Value<'a> = At<&'a DeValue<'a>>;

/// Errors found so far.
pub(super) type Errors = Vec<ConfigError>;

/// A table that is being read.
pub(super) struct Table<'a> {
    /// How messages name it: `[modules.payments]`.
    pub(super) name: String,
    entries: Vec<(&'a str, Value<'a>)>,
    asked: Vec<&'static str>,
}

/// Reads the text as TOML.
pub(super) fn parse(text: &str) -> Result<DeTable<'_>, Errors> {
    let (table, mut errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Ok(table.into_inner());
    }
    // A table written twice is reported, and then each key in it once more.
    let mut duplicates = 0;
    errors.retain(|error| {
        duplicates += usize::from(error.message() == DUPLICATE);
        error.message() != DUPLICATE || duplicates == 1
    });
    errors.truncate(SYNTAX_ERRORS);
    let end = text.len();
    let syntax = |error: toml::de::Error| {
        let at = error.span().unwrap_or(0..0);
        let (message, help) = syntax_message(error.message());
        ConfigError::Syntax { message, help, at: (at.start.min(end)..at.end.min(end)).into() }
    };
    Err(errors.into_iter().map(syntax).collect())
}

/// After so many the parser has lost the thread.
const SYNTAX_ERRORS: usize = 10;
const DUPLICATE: &str = "duplicate key";

/// The parser says `what is wrong, expected this`; the second half is the next step.
fn syntax_message(message: &str) -> (String, String) {
    let message = message.trim().replace('\n', ", ");
    let help = match message.split_once(", expected ") {
        Some((wrong, _)) if wrong.ends_with("must be quoted") => {
            return (wrong.to_owned(), "put quotes around it, `\"…\"`".to_owned());
        }
        Some((wrong, expected)) => return (wrong.to_owned(), format!("expected {expected}")),
        None if message == "recursion limit" => {
            return (
                "it is nested too deeply".to_owned(),
                "no key of this file is nested more than four deep".to_owned(),
            );
        }
        None if message == DUPLICATE => "keep one of the two, or merge the tables under one header",
        None => "correct it, or quote it if it is meant as a string",
    };
    (message, help.to_owned())
}

impl<'a> Table<'a> {
    pub(super) fn new(name: String, table: &'a DeTable<'a>) -> Table<'a> {
        let mut entries: Vec<(&str, Value)> = table.iter().map(|(key, value)| entry(key, value)).collect();
        entries.sort_by_key(|(_, value)| value.key.offset());
        Table { name, entries, asked: Vec::new() }
    }

    /// The value under a key, which thereby is a known one.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Value<'a>> {
        self.asked.push(key);
        let index = self.entries.iter().position(|(name, _)| *name == key)?;
        Some(self.entries.remove(index).1)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(name, _)| *name == key)
    }

    /// All entries, for a table whose keys are names.
    pub(super) fn take_all(&mut self) -> Vec<(&'a str, Value<'a>)> {
        std::mem::take(&mut self.entries)
    }

    /// Reports every key that nobody asked for.
    pub(super) fn finish(self, errors: &mut Errors) {
        for (key, value) in &self.entries {
            errors.push(ConfigError::UnknownKey {
                key: quote(key),
                table: self.name.clone(),
                help: suggest::help(key, "keys here", self.asked.iter().copied()),
                known: self.asked.clone(),
                at: value.key,
            });
        }
    }

    pub(super) fn string(&mut self, key: &'static str, errors: &mut Errors) -> Option<At<&'a str>> {
        self.take(key).and_then(|value| string(value, &quote(key), errors))
    }

    pub(super) fn strings(&mut self, key: &'static str, errors: &mut Errors) -> Option<At<Vec<At<&'a str>>>> {
        self.take(key).and_then(|value| strings(value, &quote(key), errors))
    }

    pub(super) fn boolean(&mut self, key: &'static str, errors: &mut Errors) -> Option<bool> {
        let value = self.take(key)?;
        let read = value.value.as_bool();
        expect(read, value, &quote(key), "true or false", format!("`{key} = true`"), errors)
    }

    pub(super) fn integer(&mut self, key: &'static str, errors: &mut Errors) -> Option<At<i128>> {
        let value = self.take(key)?;
        let read = value.value.as_integer().and_then(|n| i128::from_str_radix(n.as_str(), n.radix()).ok());
        let read = expect(read, value, &quote(key), "a whole number", format!("`{key} = 1`"), errors)?;
        Some(value.map(|_| read))
    }

    pub(super) fn number(&mut self, key: &'static str, errors: &mut Errors) -> Option<At<f64>> {
        let value = self.take(key)?;
        let read = match value.value {
            DeValue::Integer(n) => i128::from_str_radix(n.as_str(), n.radix()).ok().map(|n| n as f64),
            DeValue::Float(n) => n.as_str().parse().ok(),
            _ => None,
        };
        let read = expect(read, value, &quote(key), "a number", format!("`{key} = 0.95`"), errors)?;
        Some(value.map(|_| read))
    }

    /// A sub-table; `name` is what messages call it.
    pub(super) fn table(
        &mut self,
        key: &'static str,
        name: String,
        errors: &mut Errors,
    ) -> Option<Table<'a>> {
        self.take(key).and_then(|value| table(value, name, errors))
    }
}

pub(super) fn table<'a>(value: Value<'a>, name: String, errors: &mut Errors) -> Option<Table<'a>> {
    let read = value.value.as_table();
    let example = format!("a {name} table");
    let read = expect(read, value, &name, "a table", example, errors)?;
    Some(Table::new(name, read))
}

pub(super) fn string<'a>(value: Value<'a>, what: &str, errors: &mut Errors) -> Option<At<&'a str>> {
    let read = value.value.as_str();
    let read = expect(read, value, what, "a string", "it in quotes, `\"…\"`".to_owned(), errors)?;
    Some(value.map(|_| read))
}

/// An array of strings; elements of another type are reported and left out.
pub(super) fn strings<'a>(value: Value<'a>, what: &str, errors: &mut Errors) -> Option<At<Vec<At<&'a str>>>> {
    let elements = array(value, what, errors)?;
    let each = format!("each entry of {what}");
    Some(elements.map(|elements| elements.into_iter().filter_map(|e| string(e, &each, errors)).collect()))
}

pub(super) fn array<'a>(value: Value<'a>, what: &str, errors: &mut Errors) -> Option<At<Vec<Value<'a>>>> {
    let read = value.value.as_array();
    let example = match value.value {
        DeValue::String(text) => format!("`[\"{}\"]`", quote(text).trim_matches('`')),
        _ => "`[\"…\", \"…\"]`".to_owned(),
    };
    let elements = expect(read, value, what, "a list of strings", example, errors)?;
    Some(value.map(|_| elements.iter().map(element).collect()))
}

/// The value, or an error that says what it should have been.
pub(super) fn expect<'a, T>(
    read: Option<T>,
    value: Value<'a>,
    key: &str,
    expected: &'static str,
    example: String,
    errors: &mut Errors,
) -> Option<T> {
    if read.is_none() {
        let (key, found) = (key.to_owned(), article(value.value));
        errors.push(ConfigError::WrongType { key, expected, example, found, at: value.at });
    }
    read
}

fn article(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a fractional number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}

fn entry<'a>(
    key: &'a Spanned<toml::de::DeString<'a>>,
    value: &'a Spanned<DeValue<'a>>,
) -> (&'a str, Value<'a>) {
    let (key_at, at) = (source_span(key.span()), source_span(value.span()));
    (key.get_ref(), At { value: value.get_ref(), key: key_at, at })
}

fn element<'a>(value: &'a Spanned<DeValue<'a>>) -> Value<'a> {
    let at = source_span(value.span());
    At { value: value.get_ref(), key: at, at }
}

fn source_span(range: Range<usize>) -> SourceSpan {
    range.into()
}
