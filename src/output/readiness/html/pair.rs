//! The places behind each cell of the matrix: a dialog that a script opens, and a link where there is none.

use super::markup::Markup;
use super::matrix::crossings;
use super::words::{kinds, noun, ranked};
use crate::output::report::counted;
use crate::readiness::{Cell, CellSite, Matrix};

/// Writes what each cell opens.
pub(super) fn write_all(m: &mut Markup, matrix: &Matrix) {
    matrix.cells.iter().enumerate().for_each(|(index, cell)| write(m, matrix, index, cell));
}

fn write(m: &mut Markup, matrix: &Matrix, index: usize, cell: &Cell) {
    let title = format!("p{index}-title");
    m.with("dialog.pair", &[("id", &format_args!("p{index}")), ("aria-labelledby", &title)], |m| {
        m.tag("div.pair-head", |m| {
            m.with("h2", &[("id", &title)], |m| {
                m.code(&matrix.modules[cell.from].name);
                m.text(" uses ");
                m.code(&matrix.modules[cell.to].name);
            });
            m.with("a.close", &[("href", &format_args!("#c{index}"))], |m| m.text("close"));
        });
        summary(m, cell);
        m.tag("ol.sites", |m| cell.sites.iter().for_each(|found| site(m, found)));
        if cell.more > 0 {
            m.say("p.left-out", format_args!("{} left out", counted(cell.more, "more place")));
        }
    });
}

fn summary(m: &mut Markup, cell: &Cell) {
    m.tag("p", |m| {
        m.text(&format!("{}: {}", counted(crossings(cell), "crossing"), kinds(&cell.kinds)));
        match cell.blocked {
            0 => m.text("; no blocker is about any of them"),
            blocked => {
                m.text(&format!("; blockers are about {blocked}: "));
                ranked(m, &cell.rules);
            }
        }
        if cell.cyclic {
            m.text("; part of a cycle");
        }
    });
}

fn site(m: &mut Markup, site: &CellSite) {
    m.tag("li", |m| {
        m.tag("span.what", |m| {
            m.text(&format!("{} ", noun(site.kind)));
            m.say("code.reached", &site.to);
        });
        for rule in &site.rules {
            m.text(" ");
            m.say("span.rule", rule);
        }
        m.say("br", "");
        m.place(&site.place);
        if !site.place.label.is_empty() {
            m.text(" ");
            m.tell("span.said", &site.place.label);
        }
    });
}
