//! How a message with a place looks, for findings and for errors alike; drawn the way rustc does it.
//!
//! It is drawn here because the renderers there are take line and column from the text they are given, and what is
//! shown is not what stands in the file: control codes are spelt out, tabs expanded, very long lines cut.

use super::escape::{Excerpt, TAB, log_line, terminal};
use super::style::{ERROR, GUTTER, HELP, STRONG, WARNING};
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// A message, where it belongs, and what else there is to say.
#[derive(Default)]
pub struct Diagnostic<'a> {
    /// Fails the run.
    pub error: bool,
    /// `modcheck::private-access`.
    pub code: Option<String>,
    /// One line.
    pub message: &'a str,
    /// Path, line and column.
    pub place: Option<(&'a str, u32, u32)>,
    /// The source at the place.
    pub excerpt: Option<Excerpt>,
    /// What stands at the underline; may be empty.
    pub label: &'a str,
    /// What stands below: a name and lines of text.
    pub notes: Vec<(&'static str, Vec<String>)>,
}

impl Diagnostic<'_> {
    /// Writes it, coloured.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let (style, word) = if self.error { (ERROR, "error") } else { (WARNING, "warning") };
        let code = self.code.as_ref().map_or(String::new(), |code| format!("[{code}]"));
        let message = terminal(self.message);
        writeln!(out, "{style}{word}{code}{style:#}{STRONG}: {message}{STRONG:#}")?;
        let number = self.place.map_or(String::new(), |(_, line, _)| line.to_string());
        let indent = " ".repeat(number.len().max(1));
        if let Some((file, line, column)) = self.place {
            writeln!(out, "{indent}{GUTTER}-->{GUTTER:#} {}:{line}:{column}", terminal(file))?;
        }
        if let Some(excerpt) = &self.excerpt {
            self.write_excerpt(excerpt, &number, &indent, style, out)?;
        }
        if self.excerpt.is_some() && !self.notes.is_empty() {
            writeln!(out, "{indent} {GUTTER}|{GUTTER:#}")?;
        }
        self.notes.iter().try_for_each(|(name, lines)| write_note(name, lines, &indent, out))
    }

    fn write_excerpt(
        &self,
        excerpt: &Excerpt,
        number: &str,
        indent: &str,
        style: anstyle::Style,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let before = " ".repeat(excerpt.text[..excerpt.span.start].width());
        let marks = "^".repeat(excerpt.text[excerpt.span.clone()].width().max(1));
        let label = match self.label {
            "" => String::new(),
            label => format!(" {}", terminal(label)),
        };
        writeln!(out, "{indent} {GUTTER}|{GUTTER:#}")?;
        writeln!(out, "{GUTTER}{number} |{GUTTER:#} {}", excerpt.text.trim_end())?;
        writeln!(out, "{indent} {GUTTER}|{GUTTER:#} {before}{style}{marks}{label}{style:#}")
    }
}

fn write_note(name: &str, lines: &[String], indent: &str, out: &mut dyn Write) -> io::Result<()> {
    let style = if name == "help" { HELP } else { STRONG };
    let aligned = " ".repeat(indent.len() + name.len() + 5);
    write!(out, "{indent} {GUTTER}={GUTTER:#} {style}{name}{style:#}: ")?;
    for (index, line) in lines.iter().enumerate() {
        let before = if index == 0 || line.is_empty() { "" } else { &aligned };
        writeln!(out, "{before}{}", log_line(&line.replace('\t', TAB)))?;
    }
    Ok(())
}

/// The lines of a text for a note.
pub fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}
