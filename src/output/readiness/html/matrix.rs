//! The dependency structure matrix: rows use columns. What is told by a colour is told by a sign or a border, too.

use super::Page;
use super::markup::Markup;
use super::words::{is_code, kinds};
use crate::output::report::counted;
use crate::readiness::{Cell, Matrix, MatrixModule};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Beyond this many modules cells are small.
const ROOMY: usize = 24;

/// Writes the matrix.
pub(super) fn write(m: &mut Markup, page: &Page) {
    let matrix = &page.audited.audit.matrix;
    m.with("section", &[("id", &"matrix"), ("aria-labelledby", &"matrix-title")], |m| {
        m.with("h2", &[("id", &"matrix-title")], |m| m.text("Who uses whom"));
        if matrix.modules.is_empty() {
            return m.say("p", "No module is declared.");
        }
        m.tag("p", |m| {
            m.text(
                "Rows use columns: a number is how many crossings there are from the module of its row into the module of its \
                 column. Users stand before what they use, so that all below the diagonal runs backwards. ",
            );
            m.say("span.screen", "Choose a cell to see its places; arrow keys move between cells.");
        });
        legend(m);
        table(m, page, matrix);
        cycles(m, matrix);
    });
}

fn legend(m: &mut Markup) {
    m.tag("ul.keys", |m| {
        for (class, sample, text) in [
            ("key code", "3", "code is named"),
            ("key shared", "3", "data is shared: tables, statics, cache keys and the like"),
            ("key code shared", "3", "both"),
            ("key code blocked", "3 !2", "blockers are about 2 of the 3"),
            ("key round", "", "modules that depend on each other in a circle"),
        ] {
            m.tag("li", |m| {
                m.with("span", &[("class", &class), ("aria-hidden", &"true")], |m| m.text(sample));
                m.text(&format!(" {text}"));
            });
        }
    });
}

fn table(m: &mut Markup, page: &Page, matrix: &Matrix) {
    let class = if matrix.modules.len() > ROOMY { "matrix small" } else { "matrix" };
    let cells: BTreeMap<(usize, usize), usize> =
        matrix.cells.iter().enumerate().map(|(index, cell)| ((cell.from, cell.to), index)).collect();
    let blocks: Vec<RangeInclusive<usize>> = matrix.cycles.iter().filter_map(|cycle| block(cycle)).collect();
    m.tag("div.wide", |m| {
        m.with("table", &[("class", &class), ("role", &"grid"), ("aria-labelledby", &"matrix-title")], |m| {
            m.tag("colgroup", |m| (0..=matrix.modules.len()).for_each(|_| m.tag("col", |_| {})));
            m.tag("thead", |m| m.tag("tr", |m| columns(m, matrix)));
            m.tag("tbody", |m| {
                for (from, module) in matrix.modules.iter().enumerate() {
                    m.tag("tr", |m| {
                        m.with("th", &[("scope", &"row")], |m| header(m, page, from, module));
                        for to in 0..matrix.modules.len() {
                            let cell = cells.get(&(from, to)).copied();
                            let class = classes(matrix, cell, (from, to), &blocks);
                            m.with("td", &[("class", &class)], |m| {
                                if let Some(index) = cell {
                                    link(m, matrix, index);
                                }
                            });
                        }
                    });
                }
            });
        });
    });
}

fn columns(m: &mut Markup, matrix: &Matrix) {
    m.with("td.corner", &[], |m| m.text("uses →"));
    for (index, module) in matrix.modules.iter().enumerate() {
        m.with("th", &[("scope", &"col"), ("title", &module.name)], |m| {
            m.tag("span.turned", |m| {
                m.say("span.rank", index + 1);
                m.text("\u{a0}");
                m.code(&module.name);
            });
        });
    }
}

fn header(m: &mut Markup, page: &Page, index: usize, module: &MatrixModule) {
    m.tag("span.row-name", |m| {
        m.say("span.rank", index + 1);
        m.text("\u{a0}");
        page.module(m, &module.name);
    });
    if module.kind != "domain" {
        m.say("span.kind", format_args!(" ({})", module.kind));
    }
}

/// The rows of a cycle, where they stand beside each other.
fn block(cycle: &[usize]) -> Option<RangeInclusive<usize>> {
    let (first, last) = (*cycle.iter().min()?, *cycle.iter().max()?);
    (last - first + 1 == cycle.len()).then_some(first..=last)
}

/// How a field looks: what crosses, and the border of a cycle where it runs along it.
fn classes(
    matrix: &Matrix,
    cell: Option<usize>,
    (from, to): (usize, usize),
    blocks: &[RangeInclusive<usize>],
) -> String {
    let mut classes: Vec<&str> = Vec::new();
    if from == to {
        classes.push("self");
    }
    if let Some(cell) = cell.map(|index| &matrix.cells[index]) {
        let (code, shared) = shares(cell);
        classes.extend(code.then_some("code"));
        classes.extend(shared.then_some("shared"));
        classes.extend((cell.blocked > 0).then_some("blocked"));
        classes.extend(cell.cyclic.then_some("round"));
    }
    if let Some(block) = blocks.iter().find(|block| block.contains(&from) && block.contains(&to)) {
        classes.push("within");
        classes.extend((from == *block.start()).then_some("top-edge"));
        classes.extend((from == *block.end()).then_some("bottom-edge"));
        classes.extend((to == *block.start()).then_some("left-edge"));
        classes.extend((to == *block.end()).then_some("right-edge"));
    }
    classes.join(" ")
}

/// Whether code is named, and whether something is shared.
fn shares(cell: &Cell) -> (bool, bool) {
    (cell.kinds.keys().any(|kind| is_code(*kind)), cell.kinds.keys().any(|kind| !is_code(*kind)))
}

/// How many crossings there are behind a cell.
pub(super) fn crossings(cell: &Cell) -> usize {
    cell.kinds.values().sum()
}

fn link(m: &mut Markup, matrix: &Matrix, index: usize) {
    let cell = &matrix.cells[index];
    let label = said(matrix, cell);
    m.with(
        "a",
        &[
            ("id", &format_args!("c{index}")),
            ("href", &format_args!("#p{index}")),
            ("aria-label", &label),
            ("title", &label),
        ],
        |m| {
            m.say("span.count", crossings(cell));
            if cell.blocked > 0 {
                m.say("span.bang", format_args!("!{}", cell.blocked));
            }
        },
    );
}

/// All that a cell says, in words.
fn said(matrix: &Matrix, cell: &Cell) -> String {
    let (from, to) = (&matrix.modules[cell.from].name, &matrix.modules[cell.to].name);
    let blocked = match cell.blocked {
        0 => String::new(),
        blocked => format!("; {blocked} with a blocker"),
    };
    let cycle = if cell.cyclic { "; part of a cycle" } else { "" };
    format!(
        "{from} uses {to}: {} ({}){blocked}{cycle}",
        counted(crossings(cell), "crossing"),
        kinds(&cell.kinds)
    )
}

fn cycles(m: &mut Markup, matrix: &Matrix) {
    for cycle in &matrix.cycles {
        m.tag("p.circle", |m| {
            m.text("In a circle: ");
            let names: Vec<String> = cycle.iter().map(|&index| matrix.modules[index].name.clone()).collect();
            super::words::names(m, &names);
            m.text(". None of them can be deployed without the others.");
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::CrossingKind;

    fn matrix() -> Matrix {
        let module = |name: &str| MatrixModule { name: name.into(), kind: "domain" };
        let cell = |from, to, kinds: &[(CrossingKind, usize)], blocked| Cell {
            from,
            to,
            kinds: kinds.iter().copied().collect(),
            blocked,
            cyclic: from > 0 && to > 0,
            ..Cell::default()
        };
        Matrix {
            modules: ["a", "b", "c"].map(module).into(),
            cells: vec![
                cell(0, 1, &[(CrossingKind::Reference, 2), (CrossingKind::Read, 1)], 0),
                cell(1, 2, &[(CrossingKind::Join, 1)], 1),
                cell(2, 1, &[(CrossingKind::Library, 1)], 0),
            ],
            cycles: vec![vec![2, 1]],
        }
    }

    #[test]
    fn a_cell_says_what_crosses_and_where_the_border_of_a_cycle_runs() {
        let matrix = matrix();
        let blocks: Vec<_> = matrix.cycles.iter().filter_map(|cycle| block(cycle)).collect();
        let classes = |cell, at| classes(&matrix, cell, at, &blocks);
        assert_eq!(classes(Some(0), (0, 1)), "code shared");
        assert_eq!(classes(Some(1), (1, 2)), "shared blocked round within top-edge right-edge");
        assert_eq!(classes(Some(2), (2, 1)), "code round within bottom-edge left-edge");
        assert_eq!(classes(None, (1, 1)), "self within top-edge left-edge");
        assert_eq!(classes(None, (0, 2)), "");
    }

    #[test]
    fn a_cycle_has_a_border_only_where_its_modules_stand_together() {
        assert_eq!(block(&[4, 2, 3]), Some(2..=4));
        assert_eq!(block(&[1, 3]), None);
        assert_eq!(block(&[]), None);
    }

    #[test]
    fn a_cell_is_told_in_words() {
        let matrix = matrix();
        assert_eq!(said(&matrix, &matrix.cells[0]), "a uses b: 3 crossings (2 references, 1 read)");
        assert_eq!(
            said(&matrix, &matrix.cells[1]),
            "b uses c: 1 crossing (1 join); 1 with a blocker; part of a cycle"
        );
    }
}
