//! How the page looks in a browser: in light and in dark, on a telephone, on paper, and to whoever does not see it.

use super::{opened, quiet};
use crate::browser::Browser;
use serde_json::{Value, json};

/// Texts that stand out too little from what is behind them, with how much they do.
const FAINT: &str = r"(() => {
  const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = numbers(colour).slice(0, 3).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [low, high] = [light(a), light(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const behind = (element) => {
    for (let node = element; node; node = node.parentElement) {
      const style = getComputedStyle(node);
      if (style.backgroundImage !== 'none') return style.backgroundImage.match(/rgba?\([^)]*\)/g);
      const colour = numbers(style.backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return [style.backgroundColor];
    }
    return [getComputedStyle(document.body).backgroundColor];
  };
  const found = [];
  let seen = 0;
  for (const element of document.querySelectorAll('body *')) {
    const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!says || element.closest('svg') || !element.checkVisibility()) continue;
    seen += 1;
    const colour = getComputedStyle(element).color;
    for (const background of behind(element)) {
      const ratio = contrast(colour, background);
      if (ratio < 4.5) found.push([element.className || element.localName, colour, background, ratio]);
    }
  }
  return { seen, found };
})()";

#[track_caller]
fn readable(browser: &mut Browser, theme: &str) {
    let result = browser.eval(FAINT);
    assert!(result["seen"].as_u64().unwrap() > 500, "{theme}: {result}");
    assert_eq!(result["found"], json!([]), "{theme}");
}

/// The colours of the page and of the paper of the picture.
fn papers(browser: &mut Browser) -> Value {
    browser.eval(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('.paper')).fill]",
    )
}

#[test]
fn both_themes_can_be_read_and_chosen() {
    let Some(mut browser) = opened("themes") else { return };
    let light = json!(["rgb(255, 255, 255)", "rgb(255, 255, 255)"]);
    let dark = json!(["rgb(13, 17, 23)", "rgb(13, 17, 23)"]);
    for (system, other) in [("light", "dark"), ("dark", "light")] {
        browser.emulate("screen", system);
        browser.eval("document.documentElement.removeAttribute('data-theme')");
        browser.eval(
            "document.getElementById('graph-in-the-dark').media = 'screen and (prefers-color-scheme: dark)'",
        );
        let of = |theme: &str| if theme == "light" { light.clone() } else { dark.clone() };
        assert_eq!(papers(&mut browser), of(system), "as the system has it");
        readable(&mut browser, system);
        browser.click("#theme");
        assert_eq!(papers(&mut browser), of(other), "the other one");
        readable(&mut browser, other);
        browser.click("#theme");
        assert_eq!(papers(&mut browser), of(system), "back again");
    }
    quiet(&mut browser);
}

#[test]
fn a_narrow_window_scrolls_within_its_tables_only() {
    let Some(mut browser) = opened("narrow") else { return };
    for width in [380, 768, 1400] {
        browser.resize(width, 800);
        let widths =
            browser.eval("[document.documentElement.scrollWidth, document.documentElement.clientWidth]");
        assert!(widths[0].as_u64() <= widths[1].as_u64(), "{width}: {widths}");
        assert_eq!(widths[1], width);
    }
    browser.resize(380, 800);
    let scrolls = "(() => { const wide = document.querySelector('.matrix').parentElement; \
                   return wide.scrollWidth > wide.clientWidth; })()";
    assert_eq!(browser.eval(scrolls), true);
    browser.click("#c3");
    let dialog = browser.eval("document.getElementById('p3').getBoundingClientRect().width");
    assert!(dialog.as_f64().unwrap() <= 380.0, "{dialog}");
    quiet(&mut browser);
}

#[test]
fn paper_shows_what_is_folded_and_nothing_to_click() {
    let Some(mut browser) = opened("paper") else { return };
    let hidden = "[...document.querySelectorAll('details')].filter(details => \
                  ![...details.children].slice(1).every(e => e.checkVisibility() && e.getClientRects().length))\
                  .length";
    let folded = browser.eval(hidden).as_u64().unwrap();
    assert!(folded > 30, "{folded}");
    browser.emulate("print", "dark");
    assert_eq!(browser.eval(hidden), 0);
    let shown = "[...document.querySelectorAll('button, nav, dialog, summary')].filter(e => e.checkVisibility()).length";
    assert_eq!(browser.eval(shown), 0);
    assert_eq!(browser.eval("document.querySelectorAll('.matrix td a')[0].checkVisibility()"), true);
    assert_eq!(papers(&mut browser), json!(["rgb(255, 255, 255)", "rgb(255, 255, 255)"]), "paper is white");
    browser.emulate("screen", "light");
    let printed = browser.call("Page.printToPDF", json!({}));
    assert!(printed["data"].as_str().unwrap().len() > 50_000);
    assert_eq!(browser.eval(hidden), folded, "it is folded again");
    quiet(&mut browser);
}

#[test]
fn whoever_does_not_see_it_is_told() {
    let Some(mut browser) = opened("told") else { return };
    browser.call("Accessibility.enable", json!({}));
    let tree = browser.call("Accessibility.getFullAXTree", json!({}));
    let nodes = tree["nodes"].as_array().unwrap();
    let of = |role: &'static str| {
        nodes.iter().filter(move |node| node["role"]["value"] == role && node["ignored"] == false)
    };
    for (role, least) in
        [("button", 1), ("link", 40), ("grid", 1), ("rowheader", 60), ("columnheader", 40), ("region", 6)]
    {
        let nameless =
            of(role).filter(|node| node["name"]["value"].as_str().is_none_or(|n| n.trim().is_empty()));
        let nameless: Vec<&Value> = nameless.collect();
        assert!(nameless.is_empty(), "{role}: {nameless:#?}");
        assert!(of(role).count() >= least, "{role}: {}", of(role).count());
    }
    let told = "orders uses payments: 38 crossings (31 references, 4 reads, 2 joins, 1 transaction); 14 with a blocker; \
                part of a cycle";
    assert!(of("link").any(|link| link["name"]["value"] == told));
    quiet(&mut browser);
}
