//! The page of the extraction audit, first as text and then in a real browser: what it shows, that it can be used without a mouse
//! and without a script, and that no name out of a workspace is ever obeyed.

mod dialogs;
mod looks;
mod sample;
mod text;

use crate::browser::{Browser, find};
use crate::cli::run_in;
use crate::formats::demo;
use modcheck::output::readiness::{Audited, FORMATS};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Duration;

/// The page of an audit.
fn written(audited: &Audited) -> String {
    let format = FORMATS.iter().find(|format| format.name == "html").unwrap();
    let mut out = Vec::new();
    (format.write)(audited, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// A page in a file that stays, for whoever wants to look at it.
fn file(name: &str, page: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.html"));
    std::fs::write(&path, page).unwrap();
    path
}

/// The sample in a browser, if there is one.
fn opened(name: &str) -> Option<Browser> {
    let program = find()?;
    let mut browser = Browser::start(&program);
    browser.resize(1400, 1000);
    browser.open(&file(name, &written(&sample::audited())), "");
    Some(browser)
}

/// Whatever a page did that it should not: errors, warnings, violations of its policy, requests, alerts.
fn noise(browser: &mut Browser) -> Vec<String> {
    // What is under way is told before the answer to a later question.
    std::thread::sleep(Duration::from_millis(50));
    browser.eval("0");
    let is_noise = |(event, params): &(String, Value)| match event.as_str() {
        "Runtime.consoleAPICalled" | "Runtime.exceptionThrown" | "Log.entryAdded" | "Audits.issueAdded" => {
            true
        }
        "Page.javascriptDialogOpening" | "Page.windowOpen" => true,
        "Network.requestWillBeSent" => {
            let url = params["request"]["url"].as_str().unwrap_or("");
            !url.starts_with("file://") || params["type"] != "Document"
        }
        _ => false,
    };
    browser.events().iter().filter(|event| is_noise(event)).map(|event| format!("{event:?}")).collect()
}

#[track_caller]
fn quiet(browser: &mut Browser) {
    let noise = noise(browser);
    assert!(noise.is_empty(), "{}", noise.join("\n"));
    assert_eq!(browser.eval("document.title"), "Extraction audit");
}

#[test]
fn no_name_is_obeyed() {
    let Some(mut browser) = opened("names") else { return };
    quiet(&mut browser);
    let count = |selector: &str| format!("document.querySelectorAll({selector:?}).length");
    for (selector, expected) in [("script", 1), ("style", 3), ("img, iframe, object, embed, form, input", 0)]
    {
        assert_eq!(browser.eval(&count(selector)), expected, "{selector}");
    }
    let handlers = "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes]) \
                    .filter(a => a.name.startsWith('on') || a.name === 'style' || /^\\s*javascript:/.test(a.value)) \
                    .map(a => a.name + '=' + a.value)";
    assert_eq!(browser.eval(handlers), json!([]));
    let text = browser.eval("document.body.textContent");
    for name in sample::HOSTILE {
        let shown = modcheck::output::escape::terminal(name);
        let parts = shown.split('`').filter(|part| !part.is_empty());
        parts.for_each(|part| assert!(text.as_str().unwrap().contains(part), "{part} is not shown"));
    }
    // All that can be clicked leads to something in the page.
    browser.eval("document.querySelectorAll('a, button, summary').forEach(found => found.click())");
    quiet(&mut browser);
}

/// Otherwise silence would say nothing.
#[test]
fn the_browser_would_tell_what_a_page_may_not_do() {
    let Some(mut browser) = opened("noise") else { return };
    quiet(&mut browser);
    let page = written(&sample::audited());
    for wrong in [
        "<script>document.title = 'pwned'</script>",
        "<style>body { color: red }</style>",
        "<p style=\"color: red\">x</p>",
        "<img src=\"x.png\">",
        "<img src=\"https://example.invalid/x.png\">",
        "<p onclick=\"alert(1)\" class=\"wrong\">x</p><!-- clicked below -->",
    ] {
        let page = page.replacen("<main>", &format!("{wrong}<main>"), 1);
        browser.open(&file("noise", &page), "");
        browser.eval("document.querySelector('.wrong')?.click()");
        assert!(!noise(&mut browser).is_empty(), "nobody heard of {wrong}");
        assert_eq!(browser.eval("document.title"), "Extraction audit", "{wrong} did what it says");
    }
}

/// What the command writes for the demo: every cell of the audit with all of its places.
#[test]
fn the_page_of_the_demo_says_what_its_audit_says() {
    let Some(mut browser) = opened("demo") else { return };
    let ran = |format: &str| {
        let run = run_in(&demo(), &["readiness", "--format", format]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        run.stdout
    };
    browser.open(&file("demo", &ran("html")), "");
    quiet(&mut browser);
    let audit: Value = serde_json::from_str(&ran("json")).unwrap();
    let cells = audit["matrix"]["cells"].as_array().unwrap();
    assert!(cells.len() > 20, "{}", cells.len());
    let places = cells.iter().map(|cell| {
        let place = |site: &Value| {
            let place = &site["place"];
            format!("{}:{}:{}", place["file"].as_str().unwrap(), place["line"], place["column"])
        };
        cell["sites"].as_array().unwrap().iter().map(place).collect::<Vec<String>>()
    });
    let shown = browser.eval(
        "[...document.querySelectorAll('.matrix td a')].map(cell => \
         [...document.querySelector(cell.hash).querySelectorAll('.place')].map(place => place.textContent))",
    );
    assert_eq!(shown, json!(places.collect::<Vec<_>>()));
    let names: Vec<&Value> = audit["modules"].as_array().unwrap().iter().map(|m| &m["name"]).collect();
    let cards =
        browser.eval("[...document.querySelectorAll('article h3 code')].map(name => name.textContent)");
    assert_eq!(cards, json!(names));
    let blockers =
        audit["modules"].as_array().unwrap().iter().map(|m| m["blockers"].as_array().unwrap().len());
    let blockers = blockers.sum::<usize>() + audit["elsewhere"].as_array().unwrap().len();
    assert_eq!(browser.eval("document.querySelectorAll('.blockers > li').length"), blockers);
    let excerpts = browser.eval("document.querySelectorAll('.blockers pre mark').length");
    assert_eq!(excerpts, blockers, "each shows its source");
}

#[test]
fn a_page_without_anything_is_quiet_too() {
    let Some(mut browser) = opened("empty") else { return };
    browser.open(&file("empty", &written(&Audited::default())), "");
    quiet(&mut browser);
}

#[test]
fn a_page_about_one_module_says_so_whatever_its_name() {
    let Some(mut browser) = opened("one") else { return };
    for name in sample::HOSTILE {
        let mut audited = sample::audited();
        audited.audit.modules.truncate(1);
        audited.audit.modules[0].name = name.into();
        browser.open(&file("one", &written(&audited)), "");
        let shown = format!("Extraction audit of {}", modcheck::output::escape::terminal(name));
        assert_eq!(browser.eval("document.title"), shown);
        assert_eq!(browser.eval("document.querySelector('h1').textContent"), shown);
        let noise = noise(&mut browser);
        assert!(noise.is_empty(), "{}", noise.join("\n"));
    }
}

#[test]
fn a_large_workspace_stays_usable() {
    let Some(mut browser) = opened("large") else { return };
    let page = written(&text::large());
    browser.open(&file("large", &page), "");
    quiet(&mut browser);
    browser.click("table.matrix tbody tr:nth-child(60) td a");
    browser.becomes("document.querySelectorAll('dialog[open]').length", &json!(1));
}
