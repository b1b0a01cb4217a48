//! The formats that other programs read, held against what those programs ask for: published schemas, and what the
//! documentation of a service says beyond them.

mod gitlab;
mod junit;
mod sarif;
mod short;
mod stable;
mod validators;

use crate::cli::{Run, STRICT, Workspace, run_in};
use modcheck::config::policy::{Place, Severity};
use modcheck::output::check::FORMATS;
use modcheck::output::report::Report;
use modcheck::rules::{Finding, PolicyRef, Site, Standing, TrailStep};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a format wrote, and how the run ended.
pub struct Document {
    pub name: &'static str,
    pub code: i32,
    pub text: String,
}

pub fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/shop")
}

/// A format in every situation: with all kinds of findings, with none, with hostile ones, where something could not be seen,
/// beside a baseline and beside an earlier revision.
pub fn documents(format: &str) -> Vec<Document> {
    let ran = |name, code: i32, run: Run| {
        assert_eq!(run.code, code, "{name}: {}", run.stderr);
        Document { name, code, text: run.stdout }
    };
    let hostile = Document { name: "hostile", code: 1, text: written(&hostile(), format) };
    let nothing = Document { name: "nothing", code: 0, text: written(&Report::default(), format) };
    vec![
        ran("demo", 1, run_in(&demo(), &["--format", format, "--no-baseline"])),
        ran("baseline", 1, debts().run(&["--format", format])),
        ran("since", 1, changed().run(&["--format", format, "--since", "HEAD"])),
        ran("incomplete", 3, unseen().run(&["--format", format])),
        hostile,
        nothing,
    ]
}

pub fn written(report: &Report, format: &str) -> String {
    let format = FORMATS.iter().find(|known| known.name == format).unwrap();
    let mut out = Vec::new();
    (format.write)(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Findings that are accepted, one that occurs more often than that, and a new one.
fn debts() -> Workspace {
    let uses =
        "pub fn place() {\n    crate::payments::store::charge();\n    crate::payments::store::Till;\n}\n";
    let store = "pub mod api {}\npub mod store {\n    pub fn charge() {}\n    pub struct Till;\n}\n";
    let shop = Workspace::shop(STRICT, &format!("//- /src/orders.rs\n{uses}//- /src/payments.rs\n{store}"));
    assert_eq!(shop.run(&["baseline"]).code, 0);
    shop.write("src/orders.rs", uses.replace("charge();", "charge(); crate::payments::store::charge();"));
    shop.write("src/refunds.rs", "pub fn r() {}\n");
    shop.write("src/lib.rs", "pub mod orders;\npub mod payments;\npub mod refunds;\n");
    let policy = STRICT.replace("paths = [\"shop\"]\nkind = \"app\"", "paths = [\"shop::refunds\"]");
    shop.write("boundaries.toml", policy);
    shop
}

/// A repository with one finding, and one more that is not committed.
fn changed() -> Workspace {
    let shop = Workspace::shop(STRICT, "//- /.gitignore\ntarget\n");
    let git = |args: &[&str]| {
        let mut git = Command::new("git");
        git.current_dir(shop.dir.path()).args(["-c", "user.name=a", "-c", "user.email=a@example.com"]);
        git.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null").args(args);
        assert!(git.status().unwrap().success(), "git {args:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "first"]);
    shop.write(
        "src/orders.rs",
        "pub fn place() {\n    crate::payments::store::charge();\n}\npub fn more() {\n    crate::payments::store::Till;\n}\n",
    );
    shop.write(
        "src/payments.rs",
        "pub mod api {}\npub mod store {\n    pub fn charge() {}\n    pub struct Till;\n}\n",
    );
    shop
}

/// A file that does not parse.
fn unseen() -> Workspace {
    Workspace::shop(STRICT, "//- /src/payments.rs\npub mod api {}\npub fn broken( {\n")
}

/// Texts that mean something to whoever shows or parses them.
const HOSTILE: [&str; 14] = [
    "100 %0A%25",
    "two\nlines\r\n\ttabbed",
    "::error file=x::y",
    "##[error]z ##vso[task.complete result=Failed]",
    "\u{1b}[31mred\u{1b}]0;title\u{7}",
    "<script>alert('1')</script>",
    "\"quoted\" 'too' &amp; &#0;",
    "\0\u{1}\u{8}\u{b}\u{c}\u{1f}\u{7f}\u{9b}\u{fffe}\u{ffff}",
    "]]> <![CDATA[",
    "[link](https://example.com) [one](1) {0}",
    "\u{202e}turned\u{2066} \u{200b}\u{feff}",
    "http://a:b/../..//?q#f",
    "C:\\a\\b ü 表 😀 é",
    " ",
];

/// Each of the texts in every place of a finding.
pub fn hostile() -> Report {
    let finding = |(index, text): (usize, &&str)| Finding {
        rule: ["private-access", "unassigned-code"][index % 2].into(),
        severity: [Severity::Deny, Severity::Warn][index % 2],
        message: (*text).into(),
        sites: (0..3)
            .map(|line| Site {
                file: (*text).into(),
                line: line * (u32::MAX / 2),
                column: line * (u32::MAX / 2),
                width: line * (u32::MAX / 2),
                label: (*text).into(),
            })
            .collect(),
        from: (*text).into(),
        to: (*text).into(),
        from_module: None,
        to_module: None,
        holds_up: Vec::new(),
        identity: format!("private-access {text} -> {text}"),
        trail: vec![TrailStep {
            file: (*text).into(),
            line: 0,
            column: 0,
            name: (*text).into(),
            note: (*text).into(),
        }],
        policy: Some(PolicyRef {
            file: (*text).into(),
            place: Place { line: 0, column: 0 },
            text: (*text).into(),
        }),
        because: Some((*text).into()),
        help: vec![(*text).into(), (*text).into()],
        inferred: index % 3 == 0,
        standing: Standing::New,
    };
    let mut findings: Vec<Finding> = HOSTILE.iter().enumerate().map(finding).collect();
    // A second finding of the same identity, and a rule that nobody knows.
    findings.push(findings[0].clone());
    findings.push(Finding { rule: "no-such <rule>".into(), ..findings[1].clone() });
    let texts: Vec<String> = HOSTILE.iter().map(|text| (*text).to_owned()).collect();
    Report { findings, notices: texts.clone(), incomplete: texts, ..Report::default() }
}
