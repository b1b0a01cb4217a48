//! Writes markup in which nothing of a workspace can be more than text: names of elements, of their classes and of their
//! attributes stand in this program, and all else is escaped in one place.

use crate::output::escape::{Part, phrase, xml};
use crate::readiness::Place;
use std::fmt::{Display, Write as _};
use std::io;

/// Attributes with their values.
pub(super) type Attributes<'a> = &'a [(&'static str, &'a dyn Display)];

/// Elements that hold nothing.
const VOID: [&str; 4] = ["meta", "br", "col", "hr"];
/// Elements that stand within a line.
const INLINE: [&str; 8] = ["a", "b", "code", "em", "mark", "span", "strong", "time"];

/// Markup as far as it is written.
#[derive(Debug, Default)]
pub(super) struct Markup(String);

impl Markup {
    /// All that was written.
    pub(super) fn finish(self) -> String {
        self.0
    }

    /// An element. Its name may be followed by classes: `td.cell.blocked`.
    pub(super) fn with(
        &mut self,
        tag: &'static str,
        attributes: Attributes,
        inner: impl FnOnce(&mut Markup),
    ) {
        let (name, classes) = tag.split_once('.').unwrap_or((tag, ""));
        let _ = write!(self.0, "<{name}");
        if !classes.is_empty() {
            let _ = write!(self.0, " class=\"{}\"", classes.replace('.', " "));
        }
        for (attribute, value) in attributes {
            let _ = write!(self.0, " {attribute}=\"{}\"", xml(&value.to_string()));
        }
        self.0.push('>');
        inner(self);
        if !VOID.contains(&name) {
            let _ = write!(self.0, "</{name}>");
        }
        if !INLINE.contains(&name) {
            self.0.push('\n');
        }
    }

    /// An element without attributes other than its classes.
    pub(super) fn tag(&mut self, tag: &'static str, inner: impl FnOnce(&mut Markup)) {
        self.with(tag, &[], inner);
    }

    /// An element that holds text alone.
    pub(super) fn say(&mut self, tag: &'static str, text: impl Display) {
        self.with(tag, &[], |m| m.text(&text.to_string()));
    }

    /// The same with a phrase.
    pub(super) fn tell(&mut self, tag: &'static str, text: &str) {
        self.with(tag, &[], |m| m.phrase(text));
    }

    /// Text.
    pub(super) fn text(&mut self, text: &str) {
        self.0.push_str(&xml(text));
    }

    /// A phrase: names between backticks become code.
    pub(super) fn phrase(&mut self, text: &str) {
        for part in phrase(text) {
            match part {
                Part::Words(words) => self.text(words),
                Part::Name(name) => self.code(name),
            }
        }
    }

    /// A name.
    pub(super) fn code(&mut self, name: &str) {
        self.say("code", name);
    }

    /// A place in a file.
    pub(super) fn place(&mut self, place: &Place) {
        self.say("code.place", format_args!("{}:{}:{}", place.file, place.line, place.column));
    }

    /// What stands in this program as it is.
    pub(super) fn constant(&mut self, text: &'static str) {
        self.0.push_str(text);
    }

    /// What another writer of markup makes, who escapes for himself.
    pub(super) fn written(&mut self, write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<()> {
        let mut out = Vec::new();
        write(&mut out)?;
        self.0.push_str(&String::from_utf8_lossy(&out));
        Ok(())
    }
}

/// A list of which what is beyond a number of entries can be unfolded. `rest` says what that is.
pub(super) fn folded<T>(
    m: &mut Markup,
    entries: &[T],
    shown: usize,
    rest: impl FnOnce(usize) -> String,
    list: impl Fn(&mut Markup, &[T], usize),
) {
    // One more entry takes no more room than a line that unfolds it.
    if entries.len() <= shown + 1 {
        return list(m, entries, 0);
    }
    let (first, more) = entries.split_at(shown);
    list(m, first, 0);
    m.tag("details.more", |m| {
        m.say("summary", rest(more.len()));
        list(m, more, shown);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "</a><script>x</script>\" onclick='y' &lt; \u{202e}\0\n";

    #[test]
    fn names_are_text_wherever_they_stand() {
        let mut m = Markup::default();
        m.with("a.b.c", &[("href", &HOSTILE), ("id", &7)], |m| m.text(HOSTILE));
        m.say("p", HOSTILE);
        m.tell("p", &format!("`{HOSTILE}` is {HOSTILE}"));
        let text = format!("<x>{}</x>", m.finish());
        let document = roxmltree::Document::parse(&text).unwrap();
        let elements = document.descendants().filter(|node| node.is_element());
        let tags: Vec<&str> = elements.map(|node| node.tag_name().name()).collect();
        assert_eq!(tags, ["x", "a", "p", "p", "code"]);
        let shown = "</a><script>x</script>\" onclick='y' &lt; \\u{202e}\\u{0}\\n";
        let a = document.descendants().find(|node| node.has_tag_name("a")).unwrap();
        let attributes: Vec<_> = a.attributes().map(|found| (found.name(), found.value())).collect();
        assert_eq!(attributes, [("class", "b c"), ("href", shown), ("id", "7")]);
        assert_eq!(a.text(), Some(shown));
    }

    #[test]
    fn a_list_is_folded_only_where_that_saves_room() {
        let folded = |count: usize| {
            let mut m = Markup::default();
            let entries: Vec<usize> = (0..count).collect();
            let list = |m: &mut Markup, part: &[usize], start: usize| m.say("b", format!("{start} {part:?}"));
            super::folded(&mut m, &entries, 2, |count| format!("{count} more"), list);
            m.finish()
        };
        assert_eq!(folded(3), "<b>0 [0, 1, 2]</b>");
        assert_eq!(
            folded(4),
            "<b>0 [0, 1]</b><details class=\"more\"><summary>2 more</summary>\n<b>2 [2, 3]</b></details>\n"
        );
    }
}
