//! The format `cargo`: every line is a message of cargo's, and every place in it is exact in lines, characters and bytes.

use crate::cli::{Run, STRICT, Workspace, run_in};
use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel, DiagnosticSpan};
use cargo_metadata::{CompilerMessage, Message};
use expect_test::expect;
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;

/// Names and lines that a careless reader or writer gets wrong.
pub const HOSTILE: &str = "
//- /Cargo.toml
[workspace]
members = [\"app\", \"lib\"]
resolver = \"3\"
//- /lib/Cargo.toml
[package]
name = \"the-lib\"
version = \"0.1.0\"
edition = \"2024\"
//- /lib/src/lib.rs
pub mod orders;
pub mod payments;
pub mod crlf;
pub mod mark;
#[path = \"od d%25,<script>::é.rs\"]
pub mod odd;
//- /lib/src/payments.rs
pub mod api {}
pub mod store {
    pub fn charge() {}
    pub fn größe() {}
}
//- /lib/src/orders.rs
pub fn place() {
\tlet _ = \"表😀é\"; crate::payments::store::größe(); crate::payments::store::charge(); // 😀
\t\tcrate::payments::store::charge(); // <script>%0A::error::\u{1b}[31m
}
//- /lib/src/od d%25,<script>::é.rs
pub fn odd() { crate::payments::store::charge(); }
//- /app/Cargo.toml
[package]
name = \"app\"
version = \"0.1.0\"
edition = \"2021\"
[dependencies]
the-lib = { path = \"../lib\" }
//- /app/src/main.rs
fn main() {
    the_lib::payments::store::charge();
}
//- /boundaries.toml
version = 1
[modules.app]
paths = [\"app\"]
[modules.payments]
paths = [\"the_lib::payments\"]
public = [\"api\"]
because = \"größer 😀 <script>\\u001b[31m%0A\\nals gedacht\"
[modules.orders]
paths = [\"the_lib::orders\"]
depends-on = [\"payments\", \"rest\"]
[modules.rest]
paths = [\"the_lib\"]
depends-on = [\"payments\"]
";

pub fn hostile() -> Workspace {
    let workspace = Workspace::new(HOSTILE);
    workspace.write(
        "lib/src/crlf.rs",
        "// ünï\r\npub fn f() {\r\n\t\"😀\"; crate::payments::store::charge();\r\n}\r\n",
    );
    let mark = "\u{feff}pub fn f() { crate::payments::store::größe(); }\npub fn g() { crate::payments::store::charge()}";
    workspace.write("lib/src/mark.rs", mark);
    workspace
}

/// What a run in the format printed, line by line.
fn messages(run: &Run) -> Vec<Message> {
    let parsed = Message::parse_stream(run.stdout.as_bytes());
    let messages: Vec<Message> = parsed.map(Result::unwrap).collect();
    assert_eq!(messages.len(), run.stdout.lines().count());
    let other = messages.iter().find(|message| matches!(message, Message::TextLine(_)));
    assert!(other.is_none(), "no message of cargo's: {other:?}");
    messages
}

fn findings(messages: &[Message]) -> Vec<&CompilerMessage> {
    let findings = messages.iter().filter_map(|message| match message {
        Message::CompilerMessage(finding) => Some(finding),
        _ => None,
    });
    findings.collect()
}

/// Every place of a finding, and of what is said below it.
fn spans(diagnostic: &Diagnostic) -> Vec<&DiagnosticSpan> {
    let below = diagnostic.children.iter().flat_map(spans);
    diagnostic.spans.iter().chain(below).collect()
}

/// The text that a place underlines, after checking that lines, characters, bytes and the line it brings agree.
#[track_caller]
fn underlined(root: &Path, span: &DiagnosticSpan) -> String {
    let bytes = std::fs::read(root.join(&span.file_name)).unwrap();
    let by_bytes = std::str::from_utf8(&bytes[span.byte_start as usize..span.byte_end as usize]).unwrap();
    let whole = std::str::from_utf8(&bytes).unwrap();
    let line = whole.trim_start_matches('\u{feff}').lines().nth(span.line_start - 1).unwrap();
    let characters = |from: usize, to: usize| line.chars().skip(from - 1).take(to - from).collect::<String>();
    assert_eq!(by_bytes, characters(span.column_start, span.column_end));
    let [text] = &span.text[..] else { panic!("not one line: {span:?}") };
    assert_eq!(text.text, line);
    assert_eq!((text.highlight_start, text.highlight_end), (span.column_start, span.column_end));
    assert_eq!(span.line_start, span.line_end);
    by_bytes.to_owned()
}

/// Compares a run in the format with the same run as JSON.
#[track_caller]
fn check_places(root: &Path, args: &[&str]) -> Vec<Message> {
    let run = run_in(root, &[&["--format", "cargo"], args].concat());
    let json = run_in(root, &[&["--format", "json"], args].concat());
    assert_eq!((run.code, &run.stderr), (json.code, &json.stderr));
    let document: Value = serde_json::from_str(&json.stdout).unwrap();
    let messages = messages(&run);
    let findings = findings(&messages);
    let expected = document["findings"].as_array().unwrap();
    assert_eq!(findings.len(), expected.len());
    for (found, expected) in findings.iter().zip(expected) {
        let code = &found.message.code.as_ref().unwrap().code;
        assert_eq!(*code, format!("modcheck::{}", expected["rule"].as_str().unwrap()));
        let sites = expected["sites"].as_array().unwrap();
        assert_eq!(found.message.spans.len(), sites.len());
        for (span, site) in found.message.spans.iter().zip(sites) {
            let place = (site["line"].as_u64().unwrap() as usize, site["column"].as_u64().unwrap() as usize);
            assert_eq!((span.line_start, span.column_start), place);
            assert_eq!(span.file_name, site["file"].as_str().unwrap());
            let width = underlined(root, span).chars().count();
            let rest = span.text[0].text.chars().count() + 1 - span.column_start;
            assert_eq!(width, rest.min(site["width"].as_u64().unwrap() as usize));
        }
        assert!(found.message.spans[0].is_primary);
        spans(&found.message).into_iter().for_each(|span| drop(underlined(root, span)));
        // Nothing that a terminal obeys, or an editor shows as something else than it is.
        let rendered = found.message.rendered.as_ref().unwrap();
        let hidden = |c: char| c.is_control() && c != '\n';
        assert!(!rendered.contains(hidden) && !found.message.message.contains(hidden), "{rendered:?}");
        assert!(rendered.contains(code.as_str()) && rendered.contains(&found.message.message));
    }
    messages
}

#[test]
fn every_finding_of_the_demo_is_a_message() {
    let shop = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/shop");
    let messages = check_places(&shop, &[]);
    let findings = findings(&messages);
    for found in &findings {
        // The package and the target are those of the file, as cargo has it.
        let file = shop.join(&found.message.spans[0].file_name);
        let package = found.package_id.repr.as_str();
        let folder =
            package.strip_prefix("path+file://[dir]/").and_then(|rest| rest.rsplit_once('#')).unwrap().0;
        let of_package = file.extension().is_some_and(|extension| extension == "rs");
        assert_eq!(file.starts_with(shop.join(folder)), of_package, "{package} {}", file.display());
        assert!(found.target.src_path.starts_with(format!("[dir]/{folder}")));
    }
    assert!(matches!(messages.last(), Some(Message::BuildFinished(end)) if !end.success));
    let looked_at = messages.iter().filter(|message| matches!(message, Message::CompilerArtifact(_)));
    assert_eq!(looked_at.count(), 7);

    // What is said below a finding stands where it is said to stand.
    let trail =
        findings.iter().find(|f| f.message.code.as_ref().unwrap().code == "modcheck::undeclared-dependency");
    let mut text = String::new();
    for child in &trail.unwrap().message.children {
        let at = child
            .spans
            .first()
            .map_or("-".to_owned(), |s| format!("{} {}", s.file_name, underlined(&shop, s)));
        writeln!(text, "{:?} {}\n  {at}", child.level, child.message).unwrap();
    }
    expect![[r#"
        Note `shop::orders::api::delivery_estimate` re-exports `logistics::estimate`
          crates/shop/src/orders/api.rs estimate
        Note `logistics::estimate` re-exports `routes::estimate`
          crates/logistics/src/lib.rs estimate
        Note `logistics::routes::estimate` defined
          crates/logistics/src/routes.rs estimate
        Note policy: depends-on = ["audit", "orders"]
          boundaries.toml depends-on = ["audit", "orders"]
        Note because: couriers change every few months; whoever uses them must not notice
          -
        Help write `depends-on = ["audit", "orders", "logistics"]` in `[modules.support]`
          -
        Help or go through `orders`, which uses `logistics` already
          -
        Help or turn it round: a trait in `support` that `logistics` implements, wired in `app`
          -
    "#]]
    .assert_eq(&text);
}

#[test]
fn places_are_exact_whatever_the_text() {
    let workspace = hostile();
    let messages = check_places(workspace.dir.path(), &[]);
    let mut text = String::new();
    for found in findings(&messages) {
        for span in found.message.spans.iter().filter(|span| span.is_primary) {
            let (line, column) = (span.line_start, span.column_start);
            let word = underlined(workspace.dir.path(), span);
            writeln!(text, "{}: {}:{line}:{column} {word}", found.target.name, span.file_name).unwrap();
        }
    }
    expect![[r#"
        app: app/Cargo.toml:6:1 the-lib
        app: app/src/main.rs:2:31 charge
        app: app/src/main.rs:2:31 charge
        app: boundaries.toml:10:27 "rest"
        the_lib: lib/src/crlf.rs:3:31 charge
        the_lib: lib/src/mark.rs:1:38 größe
        the_lib: lib/src/mark.rs:2:38 charge
        the_lib: lib/src/od d%25,<script>::é.rs:1:40 charge
        the_lib: lib/src/orders.rs:2:41 größe
        the_lib: lib/src/orders.rs:2:74 charge
        the_lib: lib/src/orders.rs:3:27 charge
    "#]]
    .assert_eq(&text);
}

#[test]
fn a_message_says_what_the_finding_says() {
    let run = Workspace::shop(STRICT, "").run(&["--format", "cargo"]);
    let lines: Vec<&str> = run.stdout.lines().collect();
    let [finding, _, looked_at, end] = lines[..] else { panic!("{lines:#?}") };
    let pretty = |line: &str| {
        let value: Value = serde_json::from_str(line).unwrap();
        serde_json::to_string_pretty(&value).unwrap() + "\n"
    };
    expect![[r#"
        {
          "manifest_path": "[dir]/Cargo.toml",
          "message": {
            "$message_type": "diagnostic",
            "children": [
              {
                "$message_type": "diagnostic",
                "children": [],
                "code": null,
                "level": "note",
                "message": "policy: public = [\"api\"]",
                "rendered": null,
                "spans": [
                  {
                    "byte_end": 161,
                    "byte_start": 145,
                    "column_end": 17,
                    "column_start": 1,
                    "expansion": null,
                    "file_name": "boundaries.toml",
                    "is_primary": true,
                    "label": null,
                    "line_end": 10,
                    "line_start": 10,
                    "suggested_replacement": null,
                    "suggestion_applicability": null,
                    "text": [
                      {
                        "highlight_end": 17,
                        "highlight_start": 1,
                        "text": "public = [\"api\"]"
                      }
                    ]
                  }
                ]
              },
              {
                "$message_type": "diagnostic",
                "children": [],
                "code": null,
                "level": "help",
                "message": "go through the public interface of `payments`: `api`",
                "rendered": null,
                "spans": []
              },
              {
                "$message_type": "diagnostic",
                "children": [],
                "code": null,
                "level": "help",
                "message": "or write `public = [\"api\", \"store::charge\"]` in `[modules.payments]`",
                "rendered": null,
                "spans": []
              }
            ],
            "code": {
              "code": "modcheck::private-access",
              "explanation": null
            },
            "level": "error",
            "message": "module `orders` uses `shop::payments::store::charge`, which is not in the public interface of `payments`",
            "rendered": "error[modcheck::private-access]: module `orders` uses `shop::payments::store::charge`, which is not in the public interface of `payments`\n --> src/orders.rs:2:29\n  |\n2 |     crate::payments::store::charge();\n  |                             ^^^^^^ reaches into `payments`\n  |\n  = policy: boundaries.toml:10: public = [\"api\"]\n  = help: go through the public interface of `payments`: `api`\n  = help: or write `public = [\"api\", \"store::charge\"]` in `[modules.payments]`\n\n",
            "spans": [
              {
                "byte_end": 51,
                "byte_start": 45,
                "column_end": 35,
                "column_start": 29,
                "expansion": null,
                "file_name": "src/orders.rs",
                "is_primary": true,
                "label": "reaches into `payments`",
                "line_end": 2,
                "line_start": 2,
                "suggested_replacement": null,
                "suggestion_applicability": null,
                "text": [
                  {
                    "highlight_end": 35,
                    "highlight_start": 29,
                    "text": "    crate::payments::store::charge();"
                  }
                ]
              }
            ]
          },
          "package_id": "path+file://[dir]#shop@0.1.0",
          "reason": "compiler-message",
          "target": {
            "crate_types": [
              "lib"
            ],
            "doc": true,
            "doctest": true,
            "edition": "2024",
            "kind": [
              "lib"
            ],
            "name": "shop",
            "src_path": "[dir]/src/lib.rs",
            "test": true
          }
        }
    "#]].assert_eq(&pretty(finding));
    expect![[r#"
        {"reason":"compiler-artifact","package_id":"path+file://[dir]#shop@0.1.0","manifest_path":"[dir]/Cargo.toml","target":{"kind":["lib"],"crate_types":["lib"],"name":"shop","src_path":"[dir]/src/lib.rs","edition":"2024","doc":true,"doctest":true,"test":true},"profile":{"opt_level":"0","debuginfo":0,"debug_assertions":true,"overflow_checks":true,"test":false},"features":[],"filenames":[],"executable":null,"fresh":false}
        {"reason":"build-finished","success":false}
    "#]].assert_eq(&format!("{looked_at}\n{end}\n"));
}

#[test]
fn an_empty_run_still_says_what_was_looked_at() {
    let policy = STRICT
        .replace("[\"api\"]", "[\"api\", \"store\"]")
        .replace("[\"shop::orders\"]", "[\"shop::orders\"]\ndepends-on = [\"payments\"]");
    let run = Workspace::shop(&policy, "").run(&["--format", "cargo"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let messages = messages(&run);
    let [Message::CompilerArtifact(package), Message::BuildFinished(end)] = &messages[..] else {
        panic!("{messages:?}")
    };
    assert!(end.success && !package.fresh && package.filenames.is_empty() && package.executable.is_none());
    assert_eq!(package.target.name, "shop");
}

#[test]
fn what_was_not_seen_is_not_said_to_be_looked_at() {
    let missing = "//- /src/lib.rs\npub mod orders;\npub mod payments;\nmod missing;\n";
    let run = Workspace::shop(STRICT, missing).run(&["--format", "cargo"]);
    assert_eq!(run.code, 3);
    let messages = messages(&run);
    assert!(messages.iter().all(|message| !matches!(message, Message::CompilerArtifact(_))), "{messages:?}");
    assert!(matches!(messages.last(), Some(Message::BuildFinished(end)) if !end.success));
}

#[test]
fn severities_packages_and_the_baseline_count() {
    let workspace = hostile();
    let levels = |args: &[&str]| -> Vec<DiagnosticLevel> {
        let messages = check_places(workspace.dir.path(), args);
        findings(&messages).iter().map(|found| found.message.level).collect()
    };
    let all = levels(&[]);
    assert!(all.contains(&DiagnosticLevel::Error) && all.contains(&DiagnosticLevel::Warning));
    assert!(levels(&["--deny-warnings"]).iter().all(|level| *level == DiagnosticLevel::Error));

    // Only what was asked for is said to be looked at.
    let messages = check_places(workspace.dir.path(), &["-p", "the-lib"]);
    let looked_at = |message: &Message| match message {
        Message::CompilerArtifact(package) => Some(package.target.name.clone()),
        _ => None,
    };
    assert_eq!(messages.iter().filter_map(looked_at).collect::<Vec<_>>(), ["the_lib"]);
    assert!(findings(&messages).iter().all(|found| found.target.name == "the_lib"));

    workspace.run(&["baseline"]).ends(0, &[], &[]);
    let run = workspace.run(&["--format", "cargo"]);
    assert_eq!(findings(&self::messages(&run)).len(), 0);
    assert_eq!(run.code, 0);
}
