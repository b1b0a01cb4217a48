//! `--since`: what a change adds and what it fixes, beside a commit of a repository made here.

use crate::cli::{Run, STRICT, Workspace};
use expect_test::expect;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// A module that the app re-exports from, and one that uses what it re-exports.
const FILES: &str = "
//- /Cargo.toml
[package]
name = \"shop\"
version = \"0.1.0\"
edition = \"2024\"
//- /src/lib.rs
pub mod facade;
pub mod orders;
pub mod payments;
//- /src/facade.rs
pub use crate::payments::store::*;
//- /src/orders.rs
pub fn old() {
    crate::payments::store::charge();
}
//- /src/payments.rs
pub mod api {}
pub mod store {
    pub fn charge() {}
    pub fn refund() {}
}
";

fn git(dir: &Path, args: &[&str]) -> Output {
    let mut git = Command::new("git");
    git.arg("-C").arg(dir).args(["-c", "user.name=a", "-c", "user.email=a@example.com"]).args(args);
    git.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null").output().unwrap()
}

#[track_caller]
fn git_ok(dir: &Path, args: &[&str]) -> String {
    let output = git(dir, args);
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A repository with one commit.
fn repository() -> Workspace {
    let shop = Workspace::new(FILES);
    shop.write("boundaries.toml", STRICT.replace("public = [\"api\"]\n", ""));
    shop.write(".gitignore", "target\n");
    git_ok(shop.dir.path(), &["init", "-q", "-b", "main"]);
    commit(&shop);
    shop
}

fn commit(shop: &Workspace) {
    git_ok(shop.dir.path(), &["add", "-A"]);
    git_ok(shop.dir.path(), &["commit", "-q", "-m", "change"]);
}

/// One more use of what is private, through a facade in a file that stays as it is.
fn add_violation(shop: &Workspace) {
    shop.write(
        "src/orders.rs",
        "//! Moved down.\n\npub fn new() {\n    crate::facade::refund();\n}\npub fn old() {\n    crate::payments::store::charge();\n}\n",
    );
}

impl Run {
    fn shows_what_was_added(&self) {
        assert_eq!((self.code, self.stderr.as_str()), (1, ""), "{}", self.stdout);
        let shown = self.stdout.lines().filter(|line| line.starts_with("error") || line.starts_with(" --> "));
        assert_eq!(
            shown.collect::<Vec<_>>(),
            [
                "error[modcheck::undeclared-dependency]: module `orders` uses `shop::payments::store::refund` of `payments`, which is not in its `depends-on`",
                " --> src/orders.rs:4:20",
            ]
        );
    }
}

#[test]
fn what_a_commit_adds_is_found_through_a_file_that_it_did_not_touch() {
    let shop = repository();
    shop.run(&["check"]).ends(1, &["1 error; "], &[]);
    shop.run(&["check", "--since", "HEAD"]).ends(0, &["since HEAD: +0 -0\nno findings; "], &[]);
    add_violation(&shop);
    shop.run(&["check", "--since", "HEAD"]).shows_what_was_added();
    commit(&shop);
    for revision in ["HEAD~1", "main^", &git_ok(shop.dir.path(), &["rev-parse", "HEAD~1"])] {
        let run = shop.run(&["check", "--since", revision]);
        run.shows_what_was_added();
        run.ends(1, &[&format!("since {revision}: +1 -0\n1 error; ")], &[]);
    }
    // Twice, and without what is kept, it is the same.
    let [kept, anew] = [&["check", "--since", "HEAD~1"][..], &["check", "--since", "HEAD~1", "--no-cache"]];
    assert_eq!(shop.run(kept).stdout, shop.run(anew).stdout);
    shop.run(&["check", "--since", "HEAD"]).ends(0, &["since HEAD: +0 -0"], &[]);
    // What is asked for once more does not disturb a plain run.
    shop.run(&["check"]).ends(1, &["2 errors; "], &[]);
    shop.run(&["check", "--since", "HEAD~1", "-p", "shop"]).shows_what_was_added();
}

/// A commit that changes where a name comes from makes a finding in a file that it did not touch.
#[test]
fn a_facade_that_changes_is_told_where_it_is_used() {
    let shop = repository();
    shop.write("src/facade.rs", "pub fn refund() {}\n");
    add_violation(&shop);
    commit(&shop);
    shop.run(&["check", "--since", "HEAD"]).ends(0, &["+0 -0"], &[]);
    shop.write("src/facade.rs", "pub use crate::payments::store::*;\n");
    commit(&shop);
    shop.run(&["check", "--since", "HEAD~1"]).shows_what_was_added();
}

#[test]
fn what_a_commit_fixes_is_told_and_fails_nothing() {
    let shop = repository();
    shop.write("src/orders.rs", "pub fn old() {}\n");
    shop.run(&["check", "--since", "main"]).ends(
        0,
        &["fixed: undeclared-dependency shop::orders -> shop::payments::store::charge\n\
           since main: +0 -1\nno findings; "],
        &[],
    );
    let json = shop.run(&["check", "--since", "main", "--format", "json"]);
    json.ends(0, &["\"since\": {", "\"new\": 0"], &["since main: +0 -1"]);
    // One more of an old one is new.
    shop.write(
        "src/orders.rs",
        "pub fn old() {\n    crate::payments::store::charge();\n    crate::payments::store::charge();\n}\n",
    );
    shop.run(&["check", "--since", "main"]).ends(
        1,
        &["= baseline: 1 accepted, 2 found", "since main: +1 -0"],
        &[],
    );
}

#[test]
fn it_works_in_worktrees_and_says_what_a_shallow_clone_lacks() {
    let shop = repository();
    add_violation(&shop);
    commit(&shop);
    let other = tempfile::tempdir().unwrap();
    let worktree = other.path().join("worktree");
    git_ok(shop.dir.path(), &["worktree", "add", "-q", "-b", "other", worktree.to_str().unwrap()]);
    crate::cli::run_in(&worktree, &["check", "--since", "main~1"]).shows_what_was_added();

    let clone = other.path().join("clone");
    let url = format!("file://{}", shop.dir.path().display());
    git_ok(other.path(), &["clone", "-q", "--depth", "1", &url, clone.to_str().unwrap()]);
    let base = git_ok(shop.dir.path(), &["rev-parse", "HEAD~1"]);
    let run = crate::cli::run_in(&clone, &["check", "--since", &base]);
    assert_eq!(
        (run.code, run.stderr),
        (
            2,
            format!(
                "error: there is no commit `{base}` in this repository\n  = help: the clone is shallow: fetch the commit first, with `git fetch --depth=1 origin {base}`\n"
            )
        )
    );
    git_ok(&clone, &["fetch", "-q", "--depth", "1", "origin", &base]);
    crate::cli::run_in(&clone, &["check", "--since", &base]).shows_what_was_added();
}

#[test]
fn what_cannot_be_compared_is_an_error() {
    let shop = repository();
    for revision in ["no-such-branch", "--output=x", "", "HEAD:src"] {
        let run = shop.run(&["check", &format!("--since={revision}")]);
        run.ends(2, &[], &[&format!("error: there is no commit `{revision}` in this repository")]);
    }
    git_ok(shop.dir.path(), &["rm", "-q", "-r", "--cached", "Cargo.toml"]);
    git_ok(shop.dir.path(), &["commit", "-q", "-m", "change"]);
    shop.run(&["check", "--since", "HEAD"]).could_not_run(expect![[r#"
        error: `HEAD` has no `Cargo.toml`
          = help: leave `--since` out: all of the workspace is new
    "#]]);
    let bare = Workspace::new(FILES);
    bare.write("boundaries.toml", STRICT);
    bare.run(&["check", "--since", "HEAD"]).ends(2, &[], &["git could not read the repository", "= help: "]);
}

/// Nothing that the repository or the revision brings along is run.
#[test]
fn hostile_repositories_are_only_read() {
    let shop = repository();
    let root = shop.dir.path();
    let mark = root.join("target/mark");
    fs::create_dir_all(root.join("target")).unwrap();
    let touch = format!("touch {} #", mark.display());
    shop.write(
        ".cargo/config.toml",
        format!("[build]\nrustc = \"{0}\"\nrustc-wrapper = \"{0}\"\n", mark.display()),
    );
    shop.write("rust-toolchain.toml", "[toolchain]\nchannel = \"1.2.3-none\"\n");
    shop.write("src/orders.rs", "pub fn old() {}\n");
    commit(&shop);
    fs::remove_dir_all(root.join(".cargo")).unwrap();
    fs::remove_file(root.join("rust-toolchain.toml")).unwrap();
    for key in ["core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "diff.external"] {
        git_ok(root, &["config", key, &touch]);
    }
    shop.run(&["check", "--since", "HEAD"]).ends(0, &["since HEAD: +0 -0"], &[]);
    assert!(!mark.exists(), "something was run");

    // A file that is missing would be fetched, by a command that the configuration names.
    for (key, value) in [
        ("core.repositoryFormatVersion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.url", root.to_str().unwrap()),
        ("remote.origin.promisor", "true"),
        ("remote.origin.uploadpack", &touch),
    ] {
        git_ok(root, &["config", key, value]);
    }
    let blob = git_ok(root, &["rev-parse", "HEAD:src/orders.rs"]);
    fs::remove_file(root.join(".git/objects").join(&blob[..2]).join(&blob[2..])).unwrap();
    shop.run(&["check", "--since", "HEAD"]).ends(2, &[], &["error: the repository lacks files of `HEAD`"]);
    assert!(!mark.exists(), "something was run");
    // git itself would have.
    git(root, &["cat-file", "blob", &blob]);
    assert!(mark.exists(), "nothing was there to be run");
}
