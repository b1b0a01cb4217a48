//! The binary as a user meets it: arguments, exit codes, what goes to which stream.

use expect_test::{Expect, expect, expect_file};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// A fresh folder with files given as one string (`//- /path`).
pub struct Workspace {
    pub dir: tempfile::TempDir,
}

impl Workspace {
    pub fn new(files: &str) -> Workspace {
        let workspace = Workspace { dir: tempfile::tempdir().unwrap() };
        for part in files.split("//- /").skip(1) {
            let (path, text) = part.split_once('\n').unwrap();
            workspace.write(path, text);
        }
        workspace
    }

    /// The shop with another policy, and more files or other ones in their place.
    pub fn shop(policy: &str, files: &str) -> Workspace {
        let workspace = Workspace::new(&format!("{SHOP}{files}"));
        workspace.write("boundaries.toml", policy);
        workspace
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn run(&self, args: &[&str]) -> Run {
        run_in(self.dir.path(), args)
    }
}

/// What a run did. The folder's path is replaced, so that it can be compared.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Runs the binary in a folder, with nothing in its environment that decides about colours and formats. What it writes, and
/// the policy that it finds there, have to be as their schemas say.
pub fn run_in(dir: &Path, args: &[&str]) -> Run {
    run_with(dir, args, &[])
}

/// The same with variables of its environment.
pub fn run_with(dir: &Path, args: &[&str], variables: &[(&str, &str)]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-modcheck"));
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CARGO_TERM_COLOR", "GITHUB_ACTIONS"] {
        command.env_remove(variable);
    }
    command.envs(variables.iter().copied());
    let output = command.args(args).current_dir(dir).stdin(Stdio::null()).output().unwrap();
    let dir = dir.canonicalize().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap().replace(dir.to_str().unwrap(), "[dir]");
    let run =
        Run { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) };
    crate::schema::check_output(&dir, args, &run.stdout);
    if let Ok(policy) = fs::read_to_string(dir.join("boundaries.toml")) {
        let loaded = modcheck::config::load(&policy, "boundaries.toml", &modcheck::rules::names());
        crate::schema::agree(&policy, &loaded);
    }
    run
}

impl Run {
    /// Ended before there was anything to report.
    #[track_caller]
    pub fn could_not_run(&self, stderr: Expect) {
        assert_eq!((self.code, self.stdout.as_str()), (2, ""), "{}", self.stderr);
        stderr.assert_eq(&self.stderr);
    }

    /// Ended with this code and says these things.
    #[track_caller]
    pub fn ends(&self, code: i32, stdout: &[&str], stderr: &[&str]) {
        let shown = format!("stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        assert_eq!(self.code, code, "{shown}");
        for (text, wanted) in [(&self.stdout, stdout), (&self.stderr, stderr)] {
            for fragment in wanted {
                assert!(text.contains(fragment), "no `{fragment}` in {shown}");
            }
        }
    }
}

/// Two modules, one of which reaches into the other.
pub const SHOP: &str = "
//- /Cargo.toml
[package]
name = \"shop\"
version = \"0.1.0\"
edition = \"2024\"
//- /src/lib.rs
pub mod orders;
pub mod payments;
//- /src/orders.rs
pub fn place() {
    crate::payments::store::charge();
}
//- /src/payments.rs
pub mod api {
    pub fn pay() {}
}
pub mod store {
    pub fn charge() {}
}
";

/// What [`SHOP`] breaks.
pub const STRICT: &str = "
version = 1
[modules.app]
paths = [\"shop\"]
kind = \"app\"
[modules.orders]
paths = [\"shop::orders\"]
[modules.payments]
paths = [\"shop::payments\"]
public = [\"api\"]
";

/// What [`SHOP`] keeps to.
pub const LENIENT: &str = "
version = 1
[modules.app]
paths = [\"shop\"]
kind = \"app\"
[modules.orders]
paths = [\"shop::orders\"]
depends-on = [\"payments\"]
[modules.payments]
paths = [\"shop::payments\"]
public = [\"api\", \"store\"]
";

#[test]
fn help_says_what_there_is() {
    let run = run_in(Path::new("."), &["--help"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    expect_file!["help.txt"].assert_eq(&run.stdout);
}

#[test]
fn cargo_passes_the_name_of_the_subcommand() {
    let [through_cargo, alone] =
        [&["modcheck", "--help"][..], &["--help"]].map(|a| run_in(Path::new("."), a));
    assert_eq!(through_cargo.stdout, alone.stdout);
    assert_eq!(through_cargo.code, 0);
}

#[test]
fn flags_may_stand_before_and_after_the_command() {
    for args in [&["-q", "--color", "never", "list"][..], &["list", "-q", "--color", "never"]] {
        run_in(Path::new("."), args).ends(0, &["private-access"], &[]);
    }
}

#[test]
fn no_manifest() {
    Workspace::new("").run(&[]).could_not_run(expect![[r#"
        error: no Cargo.toml in `[dir]` or any folder above
          = help: run it inside a Cargo workspace, or name one with `--manifest-path`
    "#]]);
    Workspace::new("").run(&["--manifest-path", "x/Cargo.toml"]).could_not_run(expect![[r#"
        error: there is no file `x/Cargo.toml`
          = help: `--manifest-path` takes the path of a `Cargo.toml`
    "#]]);
}

#[test]
fn no_policy() {
    Workspace::new(SHOP).run(&["check"]).could_not_run(expect![[r#"
        error: there is no boundaries.toml
          = note: looked for `[dir]/boundaries.toml`
          = help: let `cargo modcheck init` propose one, or write one; a first one could read

                  version = 1

                  [modules.payments]
                  paths = ["shop::payments"]
                  public = ["api"]
                  depends-on = []

                  boundaries.example.toml in the documentation shows everything that it may say
    "#]]);
    Workspace::new(SHOP).run(&["--config", "other.toml"]).could_not_run(expect![[r#"
        error: there is no boundaries.toml
          = note: looked for `other.toml`
          = help: let `cargo modcheck init` propose one, or write one; a first one could read

                  version = 1

                  [modules.payments]
                  paths = ["shop::payments"]
                  public = ["api"]
                  depends-on = []

                  boundaries.example.toml in the documentation shows everything that it may say
    "#]]);
}

#[test]
fn a_broken_manifest() {
    let workspace = Workspace::new("//- /Cargo.toml\n[package]\nname = 5\n");
    workspace.run(&[]).ends(2, &[], &["cargo could not read the workspace", "name = 5"]);
}

#[test]
fn no_cargo() {
    let workspace = Workspace::new(SHOP);
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-modcheck"));
    command.env("CARGO", "/nonexistent/cargo").current_dir(workspace.dir.path());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.starts_with("error: cargo could not be started"), "{stderr}");
}

#[test]
fn wrong_usage() {
    let workspace = Workspace::shop(STRICT, "");
    workspace.run(&["--no-such-flag"]).ends(2, &[], &["--no-such-flag"]);
    workspace.run(&["chekc"]).ends(2, &[], &["check"]);
    workspace.run(&["--format", "yaml"]).could_not_run(expect![[r#"
        error: unknown format `yaml`
          = help: the formats of this command are human, short, json, sarif, github, gitlab, junit, markdown, cargo
    "#]]);
    workspace.run(&["graph", "--format", "human"]).could_not_run(expect![[r#"
        error: unknown format `human`
          = help: the formats of this command are json, dot, mermaid, svg
    "#]]);
    workspace.run(&["-p", "shpo"]).could_not_run(expect![[r#"
        error: unknown package `shpo`
          = help: did you mean `shop`?
    "#]]);
    workspace.run(&["list", "--deny-warnings"]).could_not_run(expect![[r#"
        error: `--deny-warnings` has no effect on `list`
    "#]]);
    workspace.run(&["explain", "privat-access"]).could_not_run(expect![[r#"
        error: unknown rule `privat-access`
          = help: did you mean `private-access`?
    "#]]);
}

#[test]
fn rules_are_listed_and_explained() {
    let workspace = Workspace::new("");
    workspace.run(&["list"]).ends(0, &["private-access", "deny"], &[]);
    for name in ["private-access", "modcheck::private-access"] {
        workspace.run(&["explain", name]).ends(
            0,
            &[
                "# private-access\n\nFinds: a reference reaches past",
                "Blocks an extraction. Effort `edit`: a few places",
                "## What it checks",
            ],
            &[],
        );
    }
}

#[test]
fn output_goes_to_a_file() {
    let workspace = Workspace::shop(LENIENT, "");
    let run = workspace.run(&["graph", "--output", "graph.json"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""));
    #[expect(clippy::disallowed_methods, reason = "a test reads what it wrote")]
    let written = fs::read_to_string(workspace.dir.path().join("graph.json")).unwrap();
    assert_eq!(written, workspace.run(&["graph", "--output", "-"]).stdout);
    workspace.run(&["graph", "--output", "none/graph.json"]).ends(2, &[], &["could not be written"]);
}

#[cfg(unix)]
#[test]
fn a_policy_outside_the_workspace_is_not_read() {
    let workspace = Workspace::new("//- /outside.toml\nversion = 1\n");
    let inside = workspace.dir.path().join("ws");
    fs::create_dir_all(inside.join("src")).unwrap();
    fs::write(inside.join("Cargo.toml"), "[package]\nname = \"x\"\nversion = \"0.1.0\"\n").unwrap();
    fs::write(inside.join("src/lib.rs"), "").unwrap();
    std::os::unix::fs::symlink("../outside.toml", inside.join("boundaries.toml")).unwrap();
    run_in(&inside, &[]).ends(2, &[], &["outside the workspace"]);
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-modcheck"));
    let mut child = command.args(["list"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn a_wrong_policy_could_not_run() {
    let wrong = |policy: String| Workspace::shop(&policy, "").run(&[]);
    let misspelt = STRICT.replace("public", "pubic");
    wrong(misspelt).ends(2, &[], &["boundaries.toml", "pubic", "did you mean `public`"]);
    let unknown = LENIENT.replace("[\"payments\"]", "[\"payment\"]");
    wrong(unknown).ends(2, &[], &["payment", "did you mean `payments`"]);
    let tie = format!("{STRICT}[modules.other]\npaths = [\"shop::payments\"]\n");
    wrong(tie).ends(2, &[], &["shop::payments", "other"]);
    wrong("version = ".into()).ends(2, &[], &["boundaries.toml"]);
}

#[test]
fn findings_fail_the_run() {
    let workspace = Workspace::shop(STRICT, "");
    let run = workspace.run(&[]);
    run.ends(
        1,
        &[
            "error[modcheck::private-access]",
            "--> src/orders.rs:2:",
            "boundaries.toml:10: public = [\"api\"]",
        ],
        &[],
    );
    assert_eq!(run.stderr, "");
    assert_eq!(run.stdout, workspace.run(&["check", "--jobs", "1"]).stdout);
}

#[test]
fn no_findings_no_failure() {
    let run = Workspace::shop(LENIENT, "").run(&[]);
    run.ends(0, &["no findings; looked at 3 modules"], &[]);
    assert_eq!((run.stdout.lines().count(), run.stderr.as_str()), (1, ""));
}

#[test]
fn warnings_fail_the_run_when_asked() {
    let policy = format!("{LENIENT}[modules.payments.rules]\n")
        .replace("depends-on = [\"payments\"]", "depends-on = [\"payments\", \"app\"]");
    let policy = policy.replace("kind = \"app\"\n", "");
    let workspace = Workspace::shop(&policy, "");
    workspace.run(&[]).ends(0, &["warning[modcheck::unused-dependency]"], &[]);
    workspace.run(&["--deny-warnings"]).ends(1, &["error[modcheck::unused-dependency]"], &[]);
}

#[test]
fn what_could_not_be_seen_makes_the_run_incomplete() {
    let incomplete = |policy: &str, files: &str, reason: &str| {
        let run = Workspace::shop(policy, files).run(&[]);
        run.ends(3, &[], &["incomplete: ", reason]);
    };
    let nothing = LENIENT.replace("[\"shop::payments\"]", "[\"shop::payments\", \"shop::refunds\"]");
    incomplete(&nothing, "", "the path `shop::refunds` of `payments` matches nothing");
    incomplete(LENIENT, "//- /src/orders.rs\nfn broken( {\n", "src/orders.rs:");
    let missing = "//- /src/lib.rs\npub mod orders;\npub mod payments;\nmod missing;\n";
    incomplete(LENIENT, missing, "src/lib.rs:3");
    // A finding does not hide it.
    incomplete(STRICT, missing, "src/lib.rs:3");
}

/// Payments is made by a macro from outside; the rest resolves.
const HALF_BLIND: &str = "
//- /Cargo.toml
[package]
name = \"shop\"
version = \"0.1.0\"
edition = \"2024\"
[dependencies]
fakes = \"0.13\"
//- /src/orders.rs
pub fn place() {
    crate::payments::store::charge();
}
pub fn many() {
    (place(), place(), place(), place(), place(), place(), place(), place());
}
//- /src/payments.rs
fakes::fake! { pub Store {} }
pub mod api {
    pub fn pay(_: super::Clock) {}
}
pub mod store {
    pub fn charge() {}
    pub fn blind(_: super::MockStore, _: super::Mock) {}
}
";

fn with_min_resolution(share: &str) -> String {
    format!("{LENIENT}[analysis]\nmin-resolution = {share}\n")
}

#[test]
fn too_little_resolved_makes_the_run_incomplete() {
    let workspace = Workspace::shop(&with_min_resolution("0.9"), HALF_BLIND);
    let run = workspace.run(&["--format", "json"]);
    assert_eq!(run.code, 3);
    expect![[r#"
        incomplete: 75 % of the references resolved, less than the 90 % that `min-resolution` asks for (3 unresolved: 3 opaque macro); look first at `payments` (0 % resolved, 3 unresolved: 3 opaque macro)
    "#]].assert_eq(&run.stderr);
    let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let payments = document["modules"].as_array().unwrap().iter().find(|m| m["name"] == "payments").unwrap();
    assert_eq!(payments["resolution"]["reasons"], serde_json::json!({ "opaque-macro": 3 }));
    // The graph has the same figures, and says the same.
    let graph = workspace.run(&["graph"]);
    assert_eq!((graph.code, &graph.stderr), (3, &run.stderr));
    let document: serde_json::Value = serde_json::from_str(&graph.stdout).unwrap();
    let nodes = document["nodes"].as_array().unwrap();
    assert_eq!(nodes.iter().find(|n| n["id"] == "payments").unwrap()["resolution"], payments["resolution"]);
}

#[test]
fn a_module_cannot_hide_behind_the_share_of_the_run() {
    let run = Workspace::shop(&with_min_resolution("0.5"), HALF_BLIND).run(&[]);
    assert_eq!(run.code, 3);
    expect![[r#"
        incomplete: fewer references than the 50 % of `min-resolution` resolved in `payments` (0 % resolved, 3 unresolved: 3 opaque macro)
    "#]].assert_eq(&run.stderr);
    Workspace::shop(&with_min_resolution("0"), HALF_BLIND).run(&[]).ends(0, &[], &[]);
    let run = Workspace::shop(LENIENT, HALF_BLIND).run(&[]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let last: Vec<&str> = run.stdout.lines().rev().take(2).collect();
    expect![[r#"
        note: seen only in part: `payments` (0 % resolved, 3 unresolved: 3 opaque macro)
        1 warning; looked at 3 modules (5 source modules, 3 files), 75 % of 12 references resolved (3 unresolved: 3 opaque macro)
    "#]].assert_eq(&format!("{}\n{}\n", last[1], last[0]));
}

#[test]
fn a_file_that_cannot_be_read_makes_the_run_incomplete() {
    let workspace = Workspace::shop(LENIENT, "");
    workspace.write("src/orders.rs", b"// \xff\xfe");
    workspace.run(&[]).ends(3, &[], &["src/orders.rs", "not valid UTF-8"]);
}

#[test]
fn stdout_holds_the_format_and_nothing_else() {
    let files = "//- /src/lib.rs\npub mod orders;\npub mod payments;\nmod missing;\n";
    let workspace = Workspace::shop(STRICT, files);
    for args in [
        &["check", "--format", "json"][..],
        &["graph"],
        &["graph", "--level", "source"],
        &["why", "orders", "payments", "--format", "json", "-v"],
    ] {
        let run = workspace.run(args);
        assert_eq!(run.code, 3, "{}", run.stderr);
        let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(document["version"], 1);
    }
}

#[test]
fn only_the_findings_of_a_package_are_reported() {
    let workspace = Workspace::new(
        "
//- /Cargo.toml
[workspace]
members = [\"a\", \"b\"]
//- /a/Cargo.toml
[package]
name = \"a\"
version = \"0.1.0\"
[dependencies]
b = { path = \"../b\" }
//- /a/src/lib.rs
pub fn f() {
    b::g();
}
//- /b/Cargo.toml
[package]
name = \"b\"
version = \"0.1.0\"
//- /b/src/lib.rs
pub fn g() {}
//- /boundaries.toml
version = 1
[modules.a]
paths = [\"a\"]
[modules.b]
paths = [\"b\"]
",
    );
    workspace.run(&[]).ends(1, &["a/src/lib.rs:2:"], &[]);
    workspace.run(&["-p", "a"]).ends(1, &["a/src/lib.rs:2:"], &[]);
    workspace.run(&["-p", "b"]).ends(0, &["no findings"], &[]);
}

#[cfg(unix)]
#[test]
fn hostile_names_are_spelt_out() {
    let workspace = Workspace::shop(STRICT, "");
    let lib = "#[path = \"\u{1b}[31m.rs\"]\npub mod orders;\npub mod payments;\n";
    let orders = "pub fn place() { crate::payments::store::charge(); } // \u{1b}]0;title\u{7} \u{202e}\r\n";
    workspace.write("src/lib.rs", lib);
    workspace.write("src/\u{1b}[31m.rs", orders);
    let run = workspace.run(&[]);
    run.ends(1, &["src/\\u{1b}[31m.rs:1:", "\\u{1b}]0;title\\u{7} \\u{202e}"], &[]);
    let hidden = run.stdout.chars().find(|c| c.is_control() && *c != '\n' || *c == '\u{202e}');
    assert_eq!(hidden, None);
}

#[test]
fn why_tells_the_shortest_chain() {
    let workspace = Workspace::shop(STRICT, "");
    let chain = ["orders depends on payments (1 step)", "src/orders.rs:2:", "charge"];
    workspace.run(&["why", "orders", "payments"]).ends(0, &chain, &[]);
    workspace.run(&["why", "payments", "orders"]).ends(0, &["payments does not depend on orders"], &[]);
    workspace.run(&["why", "shop::orders", "shop::payments::store"]).ends(0, &["src/orders.rs:2:"], &[]);
    workspace.run(&["why", "order", "payments"]).ends(2, &[], &["did you mean `orders`?"]);
    workspace.run(&["why", "orders", "shop::orders"]).ends(2, &[], &["are the same"]);
}

#[test]
fn graph_levels() {
    let workspace = Workspace::shop(STRICT, "");
    let dot = |level: &str| workspace.run(&["graph", "--format", "dot", "--level", level]);
    dot("module").ends(0, &["\"orders\" -> \"payments\" [label=\"1 !\","], &[]);
    dot("source").ends(0, &["\"shop::orders\" -> \"shop::payments::store\" [label=\"1\","], &[]);
    dot("crate").ends(0, &["\"shop\";"], &[]);
}

#[test]
fn data_is_listed_with_and_without_a_policy() {
    let workspace = Workspace::shop(STRICT, "");
    for policy in [true, false] {
        if !policy {
            fs::remove_file(workspace.dir.path().join("boundaries.toml")).unwrap();
        }
        workspace.run(&["data"]).ends(0, &["0 tables, "], &[]);
        workspace.run(&["data", "--format", "markdown", "--tests"]).ends(0, &["# Data"], &[]);
        workspace.run(&["data", "--propose"]).ends(0, &["# Nothing to propose"], &[]);
        let run = workspace.run(&["data", "--format", "json", "-p", "shop", "-v"]);
        let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!((&document["version"], &document["resources"]), (&1.into(), &serde_json::json!([])));
        run.ends(0, &[], &["reading data accesses: "]);
    }
    workspace.run(&["data", "--deny-warnings"]).ends(2, &[], &["`--deny-warnings` has no effect on `data`"]);
    workspace.run(&["data", "--propose", "--format", "json"]).ends(
        2,
        &[],
        &["no effect on `data --propose`"],
    );
}

#[test]
fn what_nobody_asks_about_data_is_not_looked_for() {
    let owns = |text: &str| format!("{LENIENT}[modules.payments.owns]\n{text}\n");
    let run = |policy: &str| Workspace::shop(policy, "").run(&["-v"]);
    assert!(!run(LENIENT).stderr.contains("reading data accesses"));
    // No table and no variable was seen, so nobody can say that the entry is wrong.
    run(&owns("tables = ['payments']")).ends(0, &["no findings"], &["reading data accesses"]);
    run(&owns("env = ['STRIPE_*']")).ends(0, &["no findings"], &["reading data accesses"]);
}
