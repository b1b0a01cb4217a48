//! Names that somebody chose to fool whoever shows them: no format hands them on as they are.
#![cfg(unix)]

use crate::cli::Workspace;
use modcheck::output::check::FORMATS;
use modcheck::output::readiness;
use pulldown_cmark::{Event, Parser, Tag};

/// A path that holds the syntax of terminals, logs, HTML, XML, markdown and URIs.
const FILE: &str = "src/a%0A,b\n::error file=x::y\r\x1b[31m<script>alert(1)<!--]]>&\"'`@all ##[error]z#?.rs";
/// A table's name, which messages repeat. No module can have such a name.
const TABLE: &str = "pay%0A::warning::x<script>alert(1)</script>]]>&'`@all|##[error]z";

const SHOP: &str = r#"
//- /Cargo.toml
[package]
name = "shop"
version = "0.1.0"
edition = "2024"
[dependencies]
sqlx = "0.8"
//- /src/payments.rs
pub fn pay() {}
//- /boundaries.toml
version = 1
[modules.app]
paths = ["shop"]
kind = "app"
[modules.orders]
paths = ["shop::orders"]
[modules.payments]
paths = ["shop::payments"]
public = []
because = '''a
::error::because <script>`x` @all'''
[modules.payments.owns]
tables = ["pay*"]
"#;

fn workspace() -> Workspace {
    let workspace = Workspace::new(SHOP);
    let path = FILE.strip_prefix("src/").unwrap().escape_default();
    workspace.write("src/lib.rs", format!("pub mod payments;\n#[path = \"{path}\"]\npub mod orders;\n"));
    workspace.write(
        FILE,
        format!(
            "pub fn place(db: &sqlx::PgPool) {{\n    crate::payments::pay(); // \x1b[31m<script>::error::\n    \
             sqlx::query(r#\"DELETE FROM \"{TABLE}\"\"#).execute(db);\n}}\n"
        ),
    );
    workspace
}

#[test]
fn every_format_makes_hostile_names_harmless() {
    let workspace = workspace();
    for format in FORMATS {
        let run = workspace.run(&["--format", format.name, "--color", "never"]);
        assert_eq!(run.code, 1, "{}: {}", format.name, run.stderr);
        for text in [&run.stdout, &run.stderr] {
            harmless(format.name, text);
        }
        let names = run.stdout.matches("script").count();
        assert!(names > 3, "{}: the names are not shown at all:\n{}", format.name, run.stdout);
    }
}

fn harmless(format: &str, text: &str) {
    let shown = format!("{format}:\n{text}");
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "a control character in {shown}");
    for line in text.lines() {
        let command = line.trim_start().strip_prefix("::");
        let own = ["error file=src/a%250A%2Cb", "error title=", "warning ", "group::", "endgroup::"];
        let is_own = format == "github" && command.is_some_and(|c| own.iter().any(|own| c.starts_with(own)));
        assert!(command.is_none() || is_own, "the command `{line}` in {shown}");
    }
    if !["json", "sarif", "gitlab", "cargo"].contains(&format) {
        assert!(!text.contains("##["), "a command in {shown}");
    }
}

/// The elements of HTML that a comment is made of.
const ELEMENTS: [&str; 8] = [
    "<!-- cargo-modcheck -->",
    "<!-- -->",
    "<br>",
    "<details open><summary>3 errors</summary>",
    "</details>",
    "<sub>",
    "</sub>",
    "",
];

#[test]
fn a_comment_has_no_element_but_its_own_and_calls_nobody() {
    let run = workspace().run(&["--format", "markdown"]);
    let mut texts = Vec::new();
    for event in Parser::new(&run.stdout) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => {
                assert!(ELEMENTS.contains(&html.trim()), "{html} in\n{}", run.stdout);
                texts.push(String::new());
            }
            Event::Text(text) => texts.push(text.to_string()),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => panic!("{dest_url}"),
            // What is code calls nobody.
            Event::Code(_) => texts.push(String::new()),
            _ => {}
        }
    }
    assert!(!texts.iter().any(|text| text.contains("@all")), "{texts:?}");
    assert!(texts.iter().any(|text| text.contains("all")), "{texts:?}");
}

#[test]
fn an_audit_makes_them_harmless_too() {
    let workspace = workspace();
    for format in readiness::FORMATS.iter().filter(|format| format.name != "html") {
        for args in [&["readiness"][..], &["readiness", "payments"]] {
            let run = workspace.run(&[args, &["--format", format.name, "--color", "never"]].concat());
            assert_eq!(run.code, 0, "{}: {}", format.name, run.stderr);
            harmless(format.name, &run.stdout);
            let shows = args.len() > 1 || format.name != "human";
            assert_eq!(run.stdout.contains("script"), shows, "{}:\n{}", format.name, run.stdout);
        }
    }
    let run = workspace.run(&["readiness", "--format", "markdown"]);
    for event in Parser::new(&run.stdout) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => {
                assert!(ELEMENTS.contains(&html.trim()), "{html} in\n{}", run.stdout)
            }
            Event::Text(text) => assert!(!text.contains("@all"), "{text}"),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => panic!("{dest_url}"),
            _ => {}
        }
    }
}
