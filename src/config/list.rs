//! A list of `boundaries.toml` taken apart and put together again, so that entries come and go while the comments and the
//! layout of the others stay as they are.

use std::ops::Range;

/// How wide a list on one line may become.
const WIDTH: usize = 100;
/// What entries are indented by where the list does not show it.
const STEP: &str = "    ";

/// A list that is taken apart.
pub(super) struct List {
    /// The bracket, and what follows it on its line.
    head: String,
    items: Vec<Item>,
    /// What stands before the closing bracket, on lines of its own.
    end: String,
    /// A comma follows the last entry.
    ends_with_comma: bool,
    newline: &'static str,
    /// What the names stand in.
    quote: char,
}

/// One entry with what stands around it.
struct Item {
    /// The module that it names.
    name: String,
    /// As written.
    value: String,
    /// Comments above it, and its indentation.
    lead: String,
    /// What follows up to the end of its line, without the comma.
    tail: String,
}

impl Item {
    fn ends_its_line(&self) -> bool {
        self.tail.ends_with('\n')
    }
}

/// Where a list stands, which decides about its layout.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    /// What indents the line on which it begins.
    pub(super) indent: &'a str,
    /// How many characters stand before it on its line.
    pub(super) before: usize,
    /// It stands in an inline table, so that it had better stay on one line.
    pub(super) inline: bool,
}

impl List {
    /// Takes a list apart; `entries` are the name and the place of each entry within `text`, which includes the brackets.
    pub(super) fn read(text: &str, entries: &[(&str, Range<usize>)], newline: &'static str) -> List {
        let inside = text.len().saturating_sub(1);
        let gaps = entries.iter().map(|(_, at)| at.end).zip(starts(entries).skip(1).chain([inside]));
        let first = starts(entries).next().unwrap_or(inside);
        let (head, mut lead) = split_at_line_end(&text[1.min(first)..first]);
        let mut list = List {
            head: format!("[{head}"),
            items: Vec::new(),
            end: String::new(),
            ends_with_comma: false,
            newline,
            quote: quote(text, entries),
        };
        for ((name, at), (gap_start, gap_end)) in entries.iter().zip(gaps) {
            let gap = &text[gap_start..gap_end];
            let comma = comma(gap);
            let (before, after) = comma.map_or(("", gap), |at| (&gap[..at], &gap[at + 1..]));
            let (rest, next) = split_at_line_end(after);
            list.items.push(Item {
                name: (*name).to_owned(),
                value: text[at.clone()].to_owned(),
                lead: std::mem::replace(&mut lead, next).to_owned(),
                tail: format!("{before}{rest}"),
            });
            list.ends_with_comma = comma.is_some();
        }
        list.end = lead.to_owned();
        if entries.is_empty() {
            // What is usual, for want of an example.
            list.ends_with_comma = text.contains('\n');
            list.end = if list.ends_with_comma { list.end } else { String::new() };
        }
        list
    }

    /// A list without entries.
    pub(super) fn empty(newline: &'static str) -> List {
        List::read("[]", &[], newline)
    }

    /// Takes an entry out; its own comment goes with it. A comment above it stays as long as there are entries below that it
    /// may be about as well.
    pub(super) fn remove(&mut self, name: &str) {
        let Some(index) = self.items.iter().position(|item| item.name == name) else { return };
        let removed = self.items.remove(index);
        let indentation = indentation(&removed.lead);
        let above = removed.lead[..removed.lead.len() - indentation.len()].to_owned();
        let heads_others = self.items.get(index).is_some_and(|next| !next.lead.contains('\n'));
        let stands_first = removed.lead.contains('\n') || self.before(index).is_none_or(Item::ends_its_line);
        match self.items.get_mut(index) {
            Some(next) if !removed.ends_its_line() => next.lead = format!("{above}{indentation}"),
            Some(next) if heads_others => next.lead.insert_str(0, &above),
            _ => {}
        }
        if removed.ends_its_line()
            && !stands_first
            && let Some(previous) = index.checked_sub(1).and_then(|index| self.items.get_mut(index))
        {
            previous.tail.push_str(self.newline);
        }
    }

    fn before(&self, index: usize) -> Option<&Item> {
        self.items.get(index.checked_sub(1)?)
    }

    /// Adds an entry: at its place where the list is sorted, else at the end.
    pub(super) fn add(&mut self, name: &str) {
        let is_sorted = self.items.is_sorted_by(|a, b| a.name <= b.name);
        let after = |item: &Item| item.name.as_str() > name;
        let index = self.items.iter().position(after).filter(|_| is_sorted).unwrap_or(self.items.len());
        let (lead, tail) = self.make_room(index);
        let value = format!("{}{name}{}", self.quote, self.quote);
        self.items.insert(index, Item { name: name.to_owned(), value, lead, tail });
    }

    /// What stands before and behind a new entry at an index; its neighbours move over.
    fn make_room(&mut self, index: usize) -> (String, String) {
        let begins_line = self.before(index).map_or(&self.head, |item| &item.tail).ends_with('\n');
        let (newline, has_lines) = (self.newline.to_owned(), self.has_lines());
        match self.items.get_mut(index) {
            Some(next) if begins_line => (indentation(&next.lead).to_owned(), newline),
            Some(next) if index == 0 => (std::mem::replace(&mut next.lead, " ".to_owned()), String::new()),
            Some(_) => (" ".to_owned(), String::new()),
            None if has_lines => self.make_line(newline),
            None => {
                let tail = self.items.last_mut().map(|last| std::mem::take(&mut last.tail));
                (if index == 0 { "" } else { " " }.to_owned(), tail.unwrap_or_default())
            }
        }
    }

    /// The same for a line of its own behind all others.
    fn make_line(&mut self, newline: String) -> (String, String) {
        let lead = self.indentation();
        match self.items.last_mut() {
            Some(last) if last.ends_its_line() => (lead, newline),
            Some(last) => (lead, std::mem::replace(&mut last.tail, newline)),
            // Comments in an empty list stay above its first entry.
            None => {
                let end = indentation(&self.end).to_owned();
                let above = std::mem::replace(&mut self.end, end.clone());
                (format!("{}{lead}", &above[..above.len() - end.len()]), newline)
            }
        }
    }

    /// The list goes over several lines.
    fn has_lines(&self) -> bool {
        let items = || self.items.iter().flat_map(|item| [&item.lead, &item.value, &item.tail]);
        [&self.head, &self.end].into_iter().chain(items()).any(|text| text.contains('\n'))
    }

    /// What indents the entries of a list of several lines.
    fn indentation(&self) -> String {
        let begins_line = self.items.iter().enumerate().find(|(index, item)| {
            item.lead.contains('\n') || self.before(*index).map_or(&*self.head, |i| &*i.tail).ends_with('\n')
        });
        match begins_line {
            Some((_, item)) => indentation(&item.lead).to_owned(),
            None => format!("{}{STEP}", indentation(&self.end)),
        }
    }

    /// Writes it: as it was, or over several lines where one line would be too long.
    pub(super) fn write(&self, around: Surroundings<'_>, grew: bool) -> String {
        if self.items.is_empty() && !self.head.contains('#') && !self.end.contains('#') {
            return "[]".to_owned();
        }
        let text = self.text();
        let too_wide = around.before + text.chars().count() > WIDTH;
        if grew && too_wide && !around.inline && !self.has_lines() {
            self.wrapped(around.indent)
        } else {
            text
        }
    }

    fn text(&self) -> String {
        let mut text = self.head.clone();
        for (index, item) in self.items.iter().enumerate() {
            let is_last = index + 1 == self.items.len();
            let comma = if !is_last || self.ends_with_comma { "," } else { "" };
            text.extend([&item.lead, &item.value, comma, &item.tail]);
        }
        text.push_str(&self.end);
        text.push(']');
        text
    }

    fn wrapped(&self, indent: &str) -> String {
        let newline = self.newline;
        let lines = self.items.iter().map(|item| format!("{indent}{STEP}{},{newline}", item.value));
        format!("[{newline}{}{indent}]", lines.collect::<String>())
    }
}

/// The quotes of the names: double ones, unless all are single.
fn quote(text: &str, entries: &[(&str, Range<usize>)]) -> char {
    let mut names = starts(entries).filter_map(|start| text[start..].chars().next()).filter(|c| *c != '{');
    match names.next() {
        Some('\'') if names.all(|c| c == '\'') => '\'',
        _ => '"',
    }
}

fn starts<'a>(entries: &'a [(&str, Range<usize>)]) -> impl Iterator<Item = usize> + 'a {
    entries.iter().map(|(_, at)| at.start)
}

/// The indentation of what follows some comments.
fn indentation(lead: &str) -> &str {
    lead.rsplit_once('\n').map_or(lead, |(_, indentation)| indentation)
}

/// Where the comma stands between two entries, in what is between them.
fn comma(gap: &str) -> Option<usize> {
    let mut in_comment = false;
    gap.char_indices().find_map(|(at, c)| {
        in_comment = c != '\n' && (in_comment || c == '#');
        (c == ',' && !in_comment).then_some(at)
    })
}

/// Splits blanks and comments behind the end of the first line; there is none where something else follows on it.
fn split_at_line_end(text: &str) -> (&str, &str) {
    let rest = text.trim_start_matches([' ', '\t', '\r']);
    match text.find('\n') {
        Some(end) if rest.starts_with(['#', '\n']) => text.split_at(end + 1),
        _ => ("", text),
    }
}
