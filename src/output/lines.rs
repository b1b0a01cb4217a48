//! The lines of the files that a report shows, each file split once.

use crate::rules::word_width;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// What a file may begin with, which is no part of its first line.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Finds lines of files.
pub struct Lines<'a> {
    sources: &'a BTreeMap<String, Arc<str>>,
    of_files: FxHashMap<&'a str, Vec<Line<'a>>>,
}

/// A line of a file, without its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// The byte of the file at which it begins.
    pub start: usize,
    /// What it says.
    pub text: &'a str,
}

impl<'a> Lines<'a> {
    /// Lines of these texts.
    pub fn new(sources: &'a BTreeMap<String, Arc<str>>) -> Lines<'a> {
        Lines { sources, of_files: FxHashMap::default() }
    }

    /// A line, counted from 1, where the text is at hand and has so many.
    pub fn get(&mut self, file: &'a str, line: u32) -> Option<Line<'a>> {
        let text = self.sources.get(file)?;
        let lines = self.of_files.entry(file).or_insert_with(|| split(text));
        lines.get(line.checked_sub(1)? as usize).copied()
    }
}

fn split(text: &str) -> Vec<Line<'_>> {
    let rest = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let mut next = text.len() - rest.len();
    let line = |whole: &'_ str| {
        let start = next;
        next += whole.len();
        start
    };
    let starts: Vec<usize> = rest.split_inclusive('\n').map(line).collect();
    starts.into_iter().zip(rest.lines()).map(|(start, text)| Line { start, text }).collect()
}

impl Line<'_> {
    /// The character, counted from 0, at which a place begins that lies in the line, and the one before which it ends.
    pub fn characters(&self, column: u32, width: u32) -> Range<usize> {
        let length = self.text.chars().count();
        let start = (column.max(1) as usize - 1).min(length);
        start..start.saturating_add(width as usize).min(length)
    }

    /// The bytes of the file that such characters take.
    pub fn bytes(&self, characters: &Range<usize>) -> Range<usize> {
        let offset = |character: usize| {
            let offset = self.text.char_indices().nth(character).map(|(offset, _)| offset);
            self.start + offset.unwrap_or(self.text.len())
        };
        offset(characters.start)..offset(characters.end)
    }

    /// How many characters an entry of a TOML file has that begins at a column: a string, a key of a table's header, or all
    /// that is left of the line.
    pub fn entry(&self, column: u32) -> u32 {
        let rest: Vec<char> = self.text.trim_end().chars().skip(column.max(1) as usize - 1).collect();
        let is_header = column > 1 && self.text.starts_with('[');
        let length = match rest.first() {
            Some(quote @ ('"' | '\'')) => rest.iter().skip(1).position(|c| c == quote).map(|end| end + 2),
            _ if is_header => rest.iter().position(|c| matches!(c, '.' | ']')),
            _ => None,
        };
        length.unwrap_or(rest.len()).max(1) as u32
    }

    /// How many characters the word at a column has; at least one, so that there is something to see.
    pub fn word(&self, column: u32) -> u32 {
        word_width(self.text, column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_know_their_bytes() {
        let sources = BTreeMap::from([("a".to_owned(), Arc::from("\u{feff}one\r\n\n\tzwölf 表x\nend"))]);
        let mut lines = Lines::new(&sources);
        let text = &sources["a"];
        let mut check = |line, column, width, expected: &str| {
            let line = lines.get("a", line).unwrap();
            let characters = line.characters(column, width);
            assert_eq!(&text[line.bytes(&characters)], expected);
        };
        check(1, 1, 3, "one");
        check(1, 1, u32::MAX, "one");
        check(2, 1, 1, "");
        check(3, 2, 5, "zwölf");
        check(3, 8, 1, "表");
        check(3, 9, 1, "x");
        check(3, 10, 1, "");
        check(4, 0, 3, "end");
        check(4, u32::MAX, u32::MAX, "");
        for (file, line) in [("a", 0), ("a", 5), ("a", u32::MAX), ("b", 1)] {
            assert_eq!(lines.get(file, line), None);
        }
    }

    #[test]
    fn an_entry_is_a_string_a_key_or_the_rest_of_the_line() {
        let check =
            |text, column, expected| assert_eq!(Line { start: 0, text }.entry(column), expected, "{text}");
        let list = "tables = [\"zwölf\", 'b', \"open] \t";
        check(list, 1, 30);
        check(list, 11, 7);
        check(list, 20, 3);
        check(list, 25, 6);
        check(list, 99, 1);
        check("[modules.pay-out]", 10, 7);
        check("[modules.pay-out.owns]", 10, 7);
        check("[modules.\"pay\"]", 10, 5);
        check("[shared]", 1, 8);
    }

    #[test]
    fn a_word_ends_where_no_name_goes_on() {
        let line = Line { start: 0, text: "use größe_2::x;" };
        let words = [1, 5, 12, 15, 16, 99].map(|column| line.word(column));
        assert_eq!(words, [3, 7, 1, 1, 1, 1]);
    }
}
