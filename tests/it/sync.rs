//! `sync`: what is added and taken out, what is refused, and when the file is left alone.

use crate::cli::{Run, Workspace};
use expect_test::{Expect, expect};
use std::fs;

/// `orders` uses all others; `mail`, a library, uses `orders`.
const CODE: &str = "
//- /Cargo.toml
[package]
name = \"shop\"
version = \"0.1.0\"
edition = \"2024\"
//- /src/lib.rs
pub mod orders;
pub mod payments { pub fn pay() {} }
pub mod ledger { pub fn book() {} }
pub mod mail { pub fn send() { crate::orders::place() } }
pub mod main { pub fn start() { crate::ledger::book() } }
//- /src/orders.rs
pub fn place() {
    crate::payments::pay();
    crate::ledger::book();
    crate::mail::send();
    crate::main::start();
}
";

const POLICY: &str = r#"# What belongs where.
version = 1

[modules.orders]
paths = ["shop::orders"]   # the whole of it

[modules.payments]
paths = ["shop::payments"]
depends-on = [
    "orders", # not for long
    # The books are kept elsewhere.
    { module = "ledger", deprecated = true, until = "2031-01-31" },
]

[modules.ledger]
paths = ["shop::ledger"]

[modules.mail]
paths = ["shop::mail"]
kind = "library"

[modules.main]
paths = ["shop::main"]
kind = "app"

[rules]
unassigned-code = "allow"
"#;

fn workspace(policy: &str) -> Workspace {
    let workspace = Workspace::new(CODE);
    workspace.write("boundaries.toml", policy);
    workspace
}

fn policy(workspace: &Workspace) -> String {
    fs::read_to_string(workspace.dir.path().join("boundaries.toml")).unwrap()
}

#[track_caller]
fn check(run: &Run, code: i32, stdout: Expect, stderr: Expect) {
    assert_eq!(run.code, code, "{}", run.stderr);
    // A snapshot keeps no blanks at the end of a line.
    let lines = run.stdout.lines().map(|line| format!("{}\n", line.trim_end()));
    stdout.assert_eq(&lines.collect::<String>());
    stderr.assert_eq(&run.stderr);
}

#[test]
fn a_dry_run_shows_what_a_run_writes() {
    let workspace = workspace(POLICY);
    check(
        &workspace.run(&["sync", "--dry-run"]),
        0,
        expect![[r#"
            --- a/boundaries.toml
            +++ b/boundaries.toml
            @@ -3,14 +3,11 @@
 
             [modules.orders]
             paths = ["shop::orders"]   # the whole of it
            +depends-on = ["ledger", "payments"]
 
             [modules.payments]
             paths = ["shop::payments"]
            -depends-on = [
            -    "orders", # not for long
            -    # The books are kept elsewhere.
            -    { module = "ledger", deprecated = true, until = "2031-01-31" },
            -]
            +depends-on = []
 
             [modules.ledger]
             paths = ["shop::ledger"]
        "#]],
        expect![[r#"
            sync: `orders` uses `main`, which was not added: nobody may depend on an app module
            sync: `mail` uses `orders`, which was not added: a library may use only libraries
            sync: would be +2 -2 in boundaries.toml
        "#]],
    );
    assert_eq!(policy(&workspace), POLICY);

    check(
        &workspace.run(&["sync"]),
        0,
        expect![""],
        expect![[r#"
        sync: `orders` uses `main`, which was not added: nobody may depend on an app module
        sync: `mail` uses `orders`, which was not added: a library may use only libraries
        sync: +2 -2 in boundaries.toml
    "#]],
    );
    let written = policy(&workspace);
    assert_ne!(written, POLICY);

    // Another time there is nothing to do, and what is left to find is what was refused.
    check(
        &workspace.run(&["sync"]),
        0,
        expect![""],
        expect![[r#"
        sync: `orders` uses `main`, which was not added: nobody may depend on an app module
        sync: `mail` uses `orders`, which was not added: a library may use only libraries
        sync: +0 -0 in boundaries.toml
    "#]],
    );
    check(
        &workspace.run(&["sync", "--dry-run"]),
        0,
        expect![""],
        expect![[r#"
        sync: `orders` uses `main`, which was not added: nobody may depend on an app module
        sync: `mail` uses `orders`, which was not added: a library may use only libraries
        sync: would be +0 -0 in boundaries.toml
    "#]],
    );
    assert_eq!(policy(&workspace), written);
    let found = workspace.run(&["check"]).stdout;
    assert!(!found.contains("unused-dependency"), "{found}");
    assert_eq!(found.matches("modcheck::undeclared-dependency").count(), 2, "{found}");
}

#[test]
fn rules_that_are_switched_off_change_nothing() {
    let workspace = workspace(POLICY);
    check(
        &workspace.run(&["sync", "--allow", "undeclared-dependency"]),
        0,
        expect![""],
        expect![[r#"
            sync: nothing is added, because `undeclared-dependency` is switched off
            sync: +0 -2 in boundaries.toml
        "#]],
    );
    check(
        &workspace.run(&["sync", "--allow", "unused-dependency"]),
        0,
        expect![""],
        expect![[r#"
            sync: `orders` uses `main`, which was not added: nobody may depend on an app module
            sync: `mail` uses `orders`, which was not added: a library may use only libraries
            sync: nothing is taken out, because `unused-dependency` is switched off
            sync: +2 -0 in boundaries.toml
        "#]],
    );
}

#[test]
fn what_the_baseline_accepts_stays_a_debt() {
    let workspace = workspace(POLICY);
    workspace.run(&["baseline"]).ends(0, &[], &[]);
    let accepted = fs::read_to_string(workspace.dir.path().join("boundaries.baseline.toml")).unwrap();
    check(
        &workspace.run(&["sync"]),
        0,
        expect![""],
        expect![[r#"
        sync: +0 -0 in boundaries.toml
    "#]],
    );
    assert_eq!(policy(&workspace), POLICY);
    workspace.run(&["sync", "--no-baseline", "--dry-run"]).ends(0, &["+depends-on = "], &["+2 -2"]);
    let after = fs::read_to_string(workspace.dir.path().join("boundaries.baseline.toml")).unwrap();
    assert_eq!(after, accepted);
}

#[test]
fn nothing_is_taken_out_while_code_is_not_seen() {
    let workspace = workspace(POLICY);
    workspace.write("src/lib.rs", "pub mod orders;\npub mod payments;\npub mod ledger { pub fn book() {} }\npub mod mail {}\npub mod main {}");
    check(
        &workspace.run(&["sync"]),
        3,
        expect![""],
        expect![[r#"
            incomplete: src/lib.rs:2:9: module `payments` has no file; looked for `src/payments.rs` and `src/payments/mod.rs`
            sync: nothing is taken out, because the analysis is incomplete; otherwise -2
            sync: +2 -0 in boundaries.toml
        "#]],
    );
    let written = policy(&workspace);
    assert!(written.contains("\"orders\", # not for long"), "{written}");
    assert!(written.contains("depends-on = [\"ledger\", \"payments\"]"), "{written}");
}

#[test]
fn manifests_are_settled_with_as_little_as_possible() {
    let files = "
//- /Cargo.toml
[workspace]
members = [\"a\", \"b\"]
resolver = \"3\"
//- /a/Cargo.toml
[package]
name = \"a\"
version = \"0.1.0\"
edition = \"2024\"
[dependencies]
b = { path = \"../b\" }
//- /a/src/lib.rs
pub mod one {}
pub mod two { pub fn f() { b::g() } }
//- /b/Cargo.toml
[package]
name = \"b\"
version = \"0.1.0\"
edition = \"2024\"
//- /b/src/lib.rs
pub fn g() {}
";
    let workspace = Workspace::new(files);
    let declared = "version = 1\nmodules.one.paths = [\"a::one\", \"a\"]\nmodules.two = { paths = ['a::two'] }\nmodules.b.paths = [\"b\"]\n";
    workspace.write("boundaries.toml", declared);
    workspace.run(&["sync"]).ends(0, &[], &["sync: +1 -0 in boundaries.toml"]);
    assert!(policy(&workspace).contains("modules.two = { paths = ['a::two'], depends-on = [\"b\"] }"));
    // Where no code uses the other package, the entry of the manifest itself asks for one.
    workspace.write("a/src/lib.rs", "pub mod one {}\npub mod two {}\n");
    workspace.write("boundaries.toml", declared);
    workspace.run(&["sync"]).ends(0, &[], &["sync: +1 -0 in boundaries.toml"]);
    assert!(policy(&workspace).contains("modules.one.depends-on = [\"b\"]"));
    workspace.run(&["sync"]).ends(0, &[], &["sync: +0 -0 in boundaries.toml"]);
    workspace.run(&["check"]).ends(0, &["no findings"], &[]);
}

#[test]
fn another_file_may_be_named_and_flags_without_effect_are_errors() {
    let workspace = workspace("");
    workspace.write("other.toml", POLICY);
    workspace.run(&["sync", "--config", "other.toml"]).ends(0, &[], &["in other.toml"]);
    assert_eq!(policy(&workspace), "");
    workspace.run(&["sync", "--config", "other.toml"]).ends(0, &[], &["sync: +0 -0 in other.toml"]);
    for flag in [&["-p", "shop"][..], &["--format", "human"], &["--deny-warnings"], &["--strict-baseline"]] {
        workspace.run(&[&["sync"], flag].concat()).ends(2, &[], &["has no effect on `sync`"]);
    }
    workspace.run(&["sync"]).ends(2, &[], &["boundaries.toml"]);
    Workspace::new(CODE).run(&["sync"]).ends(2, &[], &["there is no boundaries.toml"]);
}

#[cfg(unix)]
#[test]
fn what_a_link_leads_to_is_written() {
    use std::os::unix::fs::symlink;
    let workspace = workspace("");
    let folder = workspace.dir.path();
    workspace.write("real.toml", POLICY);
    symlink(folder.join("real.toml"), folder.join("link.toml")).unwrap();
    workspace.run(&["sync", "--config", "link.toml"]).ends(0, &[], &["sync: +2 -2 in "]);
    assert!(
        fs::symlink_metadata(folder.join("link.toml")).unwrap().is_symlink(),
        "what it leads to is written"
    );
    assert_ne!(fs::read_to_string(folder.join("real.toml")).unwrap(), POLICY);
    let left: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().ends_with(".tmp")), "{left:?}");
}
