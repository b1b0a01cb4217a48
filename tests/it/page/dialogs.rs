//! The matrix in a browser: every cell leads to its places, by mouse, by keyboard, and without a script.

use super::{file, opened, quiet, sample, written};
use crate::browser::Browser;
use modcheck::output::escape::terminal;
use modcheck::readiness::{Cell, Matrix};
use serde_json::{Value, json};

/// What the dialog of a cell has to list.
fn expected(cell: &Cell) -> Value {
    let sites = cell.sites.iter().map(|site| {
        let place = format!("{}:{}:{}", site.place.file, site.place.line, site.place.column);
        let rules: Vec<_> = site.rules.iter().map(|rule| terminal(rule)).collect();
        json!([terminal(&site.to), terminal(&place), rules])
    });
    let more = if cell.more > 0 { format!("{} more places left out", cell.more) } else { String::new() };
    json!({ "sites": sites.collect::<Vec<_>>(), "more": more })
}

/// What it lists.
fn listed(browser: &mut Browser, index: usize) -> Value {
    browser.eval(&format!(
        "(() => {{ const dialog = document.getElementById('p{index}'); \
         const text = (node) => node ? node.innerText.trim() : ''; \
         const sites = [...dialog.querySelectorAll('.sites > li')].map(site => [ \
           text(site.querySelector('.reached')), text(site.querySelector('.place')), \
           [...site.querySelectorAll('.rule')].map(text)]); \
         return {{ sites, more: text(dialog.querySelector('.left-out')) }}; }})()"
    ))
}

/// Checks that the dialog of a cell, and no other, is open, and that Escape leads back to the cell.
#[track_caller]
fn check_open(browser: &mut Browser, index: usize, cell: &Cell, how: &str) {
    let open = "[...document.querySelectorAll('dialog:modal')].map(d => d.id)";
    browser.becomes(open, &json!([format!("p{index}")]));
    assert_eq!(listed(browser, index), expected(cell), "{how}: the places of cell {index}");
    browser.key("Escape");
    assert_eq!(browser.eval(open), json!([]), "{how}: Escape closes");
    // The event that gives back the focus comes after the key.
    let back = "new Promise(done => requestAnimationFrame(() => setTimeout(() => done(document.activeElement.id), 0)))";
    assert_eq!(browser.eval(back), format!("c{index}"), "{how}: the focus is back");
}

fn matrix() -> Matrix {
    sample::audited().audit.matrix
}

#[test]
fn every_cell_opens_its_places_by_mouse() {
    let Some(mut browser) = opened("mouse") else { return };
    let matrix = matrix();
    assert_eq!(browser.eval("document.querySelectorAll('.matrix td a').length"), matrix.cells.len());
    for (index, cell) in matrix.cells.iter().enumerate() {
        browser.click(&format!("#c{index}"));
        check_open(&mut browser, index, cell, "by mouse");
    }
    browser.click("#c0");
    browser.click("#p0 .close");
    assert_eq!(
        browser.eval("[document.querySelectorAll('dialog[open]').length, location.hash]"),
        json!([0, ""])
    );
    quiet(&mut browser);
}

#[test]
fn every_cell_opens_its_places_by_keyboard() {
    let Some(mut browser) = opened("keyboard") else { return };
    let matrix = matrix();
    let in_tab_order =
        "document.querySelectorAll('.matrix tbody td[tabindex=\"0\"], .matrix td a[tabindex=\"0\"]').length";
    assert_eq!(browser.eval(in_tab_order), 1);
    // The tab key gets there at all.
    for _ in 0..80 {
        browser.key("Tab");
        if browser.eval("!!document.activeElement.closest('.matrix td')") == json!(true) {
            break;
        }
    }
    assert_eq!(browser.eval("document.activeElement.id"), "c0");
    let outline = browser.eval("getComputedStyle(document.activeElement).outlineStyle");
    assert_eq!(outline, "solid", "the focus is to be seen");
    let mut at = (matrix.cells[0].from, matrix.cells[0].to);
    for (index, cell) in matrix.cells.iter().enumerate() {
        walk(&mut browser, &mut at, (cell.from, cell.to));
        assert_eq!(browser.eval("document.activeElement.id"), format!("c{index}"));
        assert_eq!(browser.eval(in_tab_order), 1);
        let column = format!("document.querySelectorAll('.matrix col')[{}].className", cell.to + 1);
        assert_eq!(browser.eval(&column), "lit", "row and column are lit");
        let key = ["Enter", " "][index % 2];
        browser.key(key);
        check_open(&mut browser, index, cell, key);
    }
    browser.key("Home");
    at.1 = 0;
    browser.key("ArrowLeft");
    walk(&mut browser, &mut at, (0, 0));
    browser.key("ArrowUp");
    let place = "(() => { const cell = document.activeElement.closest('td'); \
                 return [cell.parentNode.sectionRowIndex, cell.cellIndex - 1]; })()";
    assert_eq!(browser.eval(place), json!([0, 0]), "at the border there is nowhere to go");
    quiet(&mut browser);
}

/// Goes from one field to another by arrow keys.
fn walk(browser: &mut Browser, at: &mut (usize, usize), to: (usize, usize)) {
    while *at != to {
        let key = match *at {
            (row, _) if row < to.0 => "ArrowDown",
            (row, _) if row > to.0 => "ArrowUp",
            (_, column) if column < to.1 => "ArrowRight",
            _ => "ArrowLeft",
        };
        browser.key(key);
        match key {
            "ArrowDown" => at.0 += 1,
            "ArrowUp" => at.0 -= 1,
            "ArrowRight" => at.1 += 1,
            _ => at.1 -= 1,
        }
    }
}

#[test]
fn a_link_to_places_opens_them() {
    let Some(mut browser) = opened("link") else { return };
    browser.open(&file("link", &written(&sample::audited())), "#p3");
    check_open(&mut browser, 3, &matrix().cells[3], "by its address");
    let is_shown = "document.getElementById('m0b9').checkVisibility()";
    assert_eq!(browser.eval(is_shown), false);
    browser.eval("location.hash = '#m0b9'");
    browser.becomes(is_shown, &json!(true));
    quiet(&mut browser);
}

#[test]
fn without_a_script_the_places_can_be_reached() {
    let Some(mut browser) = opened("plain") else { return };
    let path = file("plain", &written(&sample::audited()));
    browser.call("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
    browser.open(&path, "");
    assert_eq!(browser.eval("document.documentElement.className"), "", "the script did not run");
    assert_eq!(browser.eval("document.getElementById('theme').checkVisibility()"), false, "no dead button");
    let shown = "[...document.querySelectorAll('dialog')].filter(d => d.checkVisibility()).map(d => d.id)";
    assert_eq!(browser.eval(shown), json!([]));
    for (index, cell) in matrix().cells.iter().enumerate() {
        browser.click(&format!("#c{index}"));
        browser.becomes(shown, &json!([format!("p{index}")]));
        assert_eq!(listed(&mut browser, index), expected(cell));
        browser.click(&format!("#p{index} .close"));
        browser.becomes(shown, &json!([]));
    }
    quiet(&mut browser);
}
