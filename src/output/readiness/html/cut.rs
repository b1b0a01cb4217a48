//! The cut list: what moves with a module, and what the interface between the two services would have to be.

use super::Page;
use super::markup::{Markup, folded};
use super::words::{names, ranked};
use crate::output::report::counted;
use crate::readiness::{CutList, Function, Library, ModuleAudit, Table};

/// How many functions are shown before the rest has to be unfolded.
const SHOWN: usize = 6;

/// Writes the list.
pub(super) fn write(m: &mut Markup, page: &Page, module: &ModuleAudit) {
    let cut = &module.cut;
    m.say("h4", "What the cut goes through");
    functions(m, page, "Functions that it offers", &cut.offers, false);
    functions(m, page, "Functions that it needs", &cut.needs, true);
    moves(m, page, cut);
}

fn functions(m: &mut Markup, page: &Page, title: &'static str, functions: &[Function], foreign: bool) {
    m.say("h5", format_args!("{title} ({})", functions.len()));
    if functions.is_empty() {
        return m.say("p", "None.");
    }
    let rest = |count| counted(count, "more function");
    folded(m, functions, SHOWN, rest, |m, part, _| {
        m.with("div.wide", &[("role", &"group"), ("aria-label", &title), ("tabindex", &0)], |m| {
            m.tag("table.functions", |m| {
                m.tag("thead", |m| m.tag("tr", |m| head(m, foreign)));
                m.tag("tbody", |m| {
                    part.iter().for_each(|function| m.tag("tr", |m| row(m, page, function, foreign)));
                });
            });
        });
    });
}

fn head(m: &mut Markup, foreign: bool) {
    for (tag, title) in [
        ("th", "function"),
        ("th", if foreign { "offered by" } else { "called by" }),
        ("th.number", "calls"),
        ("th.number", "in loops"),
        ("th", "what keeps it from being a network call"),
    ] {
        m.with(tag, &[("scope", &"col")], |m| m.text(title));
    }
}

fn row(m: &mut Markup, page: &Page, function: &Function, foreign: bool) {
    m.with("th", &[("scope", &"row")], |m| {
        m.code(&function.path);
        m.say("br", "");
        m.place(&function.place);
    });
    m.tag("td", |m| match foreign {
        true => page.module(m, &function.module),
        false => ranked(m, &function.callers),
    });
    m.say("td.number", function.calls);
    m.say(if function.in_loops == 0 { "td.number.zero" } else { "td.number" }, function.in_loops);
    m.tag("td", |m| obstacles(m, function));
}

fn obstacles(m: &mut Markup, function: &Function) {
    if function.obstacles.is_empty() && function.needs_wire_form.is_empty() {
        return m.say("span.zero", "nothing found");
    }
    for obstacle in &function.obstacles {
        m.tell("span.obstacle", &format!("it {obstacle}"));
        m.say("br", "");
    }
    if !function.needs_wire_form.is_empty() {
        m.text("needs a wire form: ");
        names(m, &function.needs_wire_form);
    }
}

fn moves(m: &mut Markup, page: &Page, cut: &CutList) {
    m.say("h5", "What moves or travels with it");
    m.tag("dl.moves", |m| {
        term(m, "tables", cut.tables.is_empty(), |m| {
            m.tag("ul", |m| cut.tables.iter().for_each(|found| m.tag("li", |m| table(m, page, found))));
        });
        term(m, "resources", cut.resources.is_empty(), |m| names(m, &cut.resources));
        term(m, "libraries", cut.libraries.is_empty(), |m| {
            m.tag("ul", |m| cut.libraries.iter().for_each(|found| m.tag("li", |m| library(m, found))));
        });
        term(m, "crates, by places", cut.crates.is_empty(), |m| ranked(m, &cut.crates));
    });
}

fn term(m: &mut Markup, title: &'static str, empty: bool, write: impl FnOnce(&mut Markup)) {
    m.say("dt", title);
    match empty {
        true => m.say("dd.zero", "none"),
        false => m.tag("dd", write),
    }
}

fn table(m: &mut Markup, page: &Page, table: &Table) {
    m.code(&table.name);
    for (how, modules) in [("read by", &table.read_by), ("written by", &table.written_by)] {
        if modules.is_empty() {
            continue;
        }
        m.text(&format!(", also {how} "));
        for (index, module) in modules.iter().enumerate() {
            if index > 0 {
                m.text(", ");
            }
            page.module(m, module);
        }
    }
}

fn library(m: &mut Markup, library: &Library) {
    m.code(&library.name);
    m.text(&format!(", {}", counted(library.places, "place")));
    if !library.state.is_empty() {
        m.text("; each service gets a copy of its own of ");
        names(m, &library.state);
    }
}
