//! The audit as a page that is opened before a meeting: one file, which works from disk and asks for nothing.
//!
//! What it shows are names and lines out of a workspace that somebody else wrote. All of it is text ([`markup`]), what the
//! browser may run or apply are constants of this program, and a policy in the page names them by their hashes. Ids are made of
//! indices, never of names.

mod markup;
mod words;
mod share;
mod excerpt;
mod summary;
mod matrix;
mod pair;
mod graph;
mod card;
mod blockers;
mod work;
mod cut;
mod cost;
mod trend;

use super::Audited;
use crate::output::audit::is_doubtful;
use crate::output::graph::svg::style;
use markup::Markup;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// What the browser runs.
const SCRIPT: &str = include_str!("page.js");
/// How the page looks.
const STYLE: &str = include_str!("page.css");
/// The hashes of all that the browser runs or applies, as a policy names them; a test computes them.
const POLICY: &str = include_str!("policy.txt");

/// Writes the page.
pub(super) fn write(audited: &Audited, out: &mut dyn Write) -> io::Result<()> {
    let mut m = Markup::default();
    m.constant("<!DOCTYPE html>\n");
    let mut result = Ok(());
    m.with("html", &[("lang", &"en")], |m| {
        let page = Page::new(audited);
        m.tag("head", |m| head(m, &page));
        m.tag("body", |m| result = body(m, &page));
    });
    result?;
    out.write_all(m.finish().as_bytes())
}

/// What the sections need.
struct Page<'a> {
    audited: &'a Audited,
    /// The index of the card of each module that has one.
    cards: BTreeMap<&'a str, usize>,
}

impl<'a> Page<'a> {
    fn new(audited: &'a Audited) -> Page<'a> {
        let modules = audited.audit.modules.iter().enumerate();
        Page { audited, cards: modules.map(|(index, module)| (module.name.as_str(), index)).collect() }
    }

    /// What it is about.
    fn title(&self) -> String {
        match self.audited.audit.modules.as_slice() {
            [one] => format!("Extraction audit of {}", one.name),
            _ => "Extraction audit".to_owned(),
        }
    }

    /// Whether of some kind of crossings nothing was judged: all of them count as safe. It is so for all modules or for none.
    fn is_doubtful(&self) -> bool {
        self.audited.audit.modules.iter().any(is_doubtful)
    }

    /// The name of a module, which leads to its card if it has one.
    fn module(&self, m: &mut Markup, name: &str) {
        match self.cards.get(name) {
            Some(card) => m.with("a", &[("href", &format_args!("#m{card}"))], |m| m.code(name)),
            None => m.code(name),
        }
    }
}

fn head(m: &mut Markup, page: &Page) {
    m.with("meta", &[("charset", &"utf-8")], |_| {});
    m.with("meta", &[("http-equiv", &"Content-Security-Policy"), ("content", &POLICY.trim_end())], |_| {});
    m.with("meta", &[("name", &"viewport"), ("content", &"width=device-width, initial-scale=1")], |_| {});
    m.with("meta", &[("name", &"color-scheme"), ("content", &"light dark")], |_| {});
    m.say("title", page.title());
    m.tag("style", |m| m.constant(STYLE));
    m.tag("style", |m| m.constant(style::LIGHT));
    let dark: [(&str, &dyn std::fmt::Display); 2] =
        [("id", &"graph-in-the-dark"), ("media", &"screen and (prefers-color-scheme: dark)")];
    m.with("style", &dark, |m| m.constant(style::DARK));
    m.tag("script", |m| m.constant(SCRIPT));
}

fn body(m: &mut Markup, page: &Page) -> io::Result<()> {
    let mut drawn = Ok(());
    summary::head(m, page);
    m.tag("main", |m| {
        summary::write(m, page);
        summary::order(m, page);
        matrix::write(m, page);
        drawn = graph::write(m, &page.audited.graph);
        card::write_all(m, page);
        trend::write(m, page);
    });
    pair::write_all(m, &page.audited.audit.matrix);
    drawn
}

#[cfg(test)]
mod tests;
