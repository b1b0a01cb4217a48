//! `init`: what it proposes is clean at once, and one new use of something forbidden is one finding.

use crate::cli::{Run, run_in};
use expect_test::expect;
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// An application of one crate whose folders speak of technology.
const BLOG: &str = "
//- /Cargo.toml
[package]
name = \"blog\"
version = \"0.1.0\"
edition = \"2024\"
//- /src/main.rs
mod controllers;
mod models;
mod text;
mod views;

fn main() {
    println!(\"{}{}\", controllers::posts::show(1), controllers::users::show(2));
    println!(\"{}\", controllers::health::check());
}
//- /src/text.rs
pub fn shorten(text: &str) -> String {
    text.chars().take(80).collect()
}
//- /src/controllers/mod.rs
pub mod health;
pub mod posts;
pub mod users;
//- /src/controllers/health.rs
pub fn check() -> &'static str {
    \"fine\"
}
//- /src/controllers/posts.rs
use crate::models::post::Post;
use crate::models::user::User;

pub fn show(id: u32) -> String {
    let (post, author) = (Post::find(id), User::find(id));
    crate::views::post::page(&post.title, &author.name)
}
//- /src/controllers/users.rs
use crate::models::user::User;

pub fn show(id: u32) -> String {
    crate::views::user::page(&User::find(id).name)
}
//- /src/models/mod.rs
pub mod post;
pub mod post_tag;
pub mod user;
//- /src/models/post.rs
pub struct Post {
    pub title: String,
}

impl Post {
    pub fn find(id: u32) -> Post {
        Post { title: crate::models::post_tag::of(id) }
    }
}
//- /src/models/post_tag.rs
pub fn of(id: u32) -> String {
    id.to_string()
}
//- /src/models/user.rs
pub struct User {
    pub name: String,
}

impl User {
    pub fn find(id: u32) -> User {
        User { name: id.to_string() }
    }
}
//- /src/views/mod.rs
pub mod post;
pub mod user;
//- /src/views/post.rs
pub fn page(title: &str, author: &str) -> String {
    crate::text::shorten(title) + author
}
//- /src/views/user.rs
pub fn page(name: &str) -> String {
    crate::text::shorten(name)
}
";

/// What it writes.
const NAMES: [&str; 3] = ["boundaries.toml", "boundaries.baseline.toml", "boundaries.schema.json"];

/// A fresh folder with files given as one string (`//- /path`).
fn workspace(files: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for part in files.split("//- /").skip(1) {
        let (path, text) = part.split_once('\n').unwrap();
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

/// A copy of the demo without its policy.
fn shop() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/shop");
    let entries =
        walkdir::WalkDir::new(&source).into_iter().filter_entry(|entry| entry.file_name() != "target");
    for entry in entries.map(Result::unwrap) {
        let to = dir.path().join(entry.path().strip_prefix(&source).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(to).unwrap();
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
    for name in ["boundaries.toml", "boundaries.baseline.toml"] {
        fs::remove_file(dir.path().join(name)).unwrap();
    }
    dir
}

fn run(dir: &TempDir, args: &[&str]) -> Run {
    run_in(dir.path(), args)
}

fn append(dir: &TempDir, path: &str, line: &str) {
    let path = dir.path().join(path);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(path, format!("{text}\n{line}\n")).unwrap();
}

/// The findings that are shown, by rule and what they are about.
fn findings(dir: &TempDir) -> (i32, Vec<String>) {
    let run = run(dir, &["check", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let open = document["findings"].as_array().unwrap().iter().filter(|f| f["baseline"] != "known");
    (run.code, open.map(|finding| finding["identity"].as_str().unwrap().to_owned()).collect())
}

#[track_caller]
fn is_clean_until(dir: &TempDir, file: &str, line: &str, finding: &str) {
    let init = run(dir, &["init"]);
    assert_eq!((init.code, init.stdout.as_str()), (0, ""), "{}", init.stderr);
    let check = run(dir, &["check", "--deny-warnings"]);
    assert_eq!(check.code, 0, "{}{}", check.stdout, check.stderr);
    append(dir, file, line);
    assert_eq!(findings(dir), (1, vec![finding.to_owned()]));
}

#[test]
fn the_demo_is_clean_until_something_forbidden_is_used() {
    let line = "pub use crate::audit::record as note;";
    let finding = "undeclared-dependency shop::promotions -> shop::audit::record";
    is_clean_until(&shop(), "crates/shop/src/promotions.rs", line, finding);
}

#[test]
fn technical_folders_are_clean_until_something_forbidden_is_used() {
    let line = "pub use crate::models::user::User;";
    let finding = "undeclared-dependency blog{bin}::controllers::health -> blog{bin}::models::user::User";
    is_clean_until(&workspace(BLOG), "src/controllers/health.rs", line, finding);
}

#[test]
fn the_proposal_can_be_seen_first() {
    let dir = workspace(BLOG);
    let shown = run(&dir, &["init", "--stdout"]);
    assert_eq!((shown.code, shown.stderr.as_str()), (0, ""));
    assert!(NAMES.iter().all(|name| !dir.path().join(name).exists()));
    expect![[r##"
        # Which code belongs to which module, who may use whom, and who owns which table: the code as it is today, as proposed by
        # `cargo modcheck init`. What breaks these rules already is accepted in the baseline beside this file; what is new fails.
        #
        # 1. Rename, merge and split modules until they are the ones that your team speaks of.
        # 2. Delete the arrows in `depends-on` that should not be, and narrow `public`. What then has to change, `cargo modcheck`
        #    shows; `cargo modcheck baseline` accepts it for now.
        # 3. Let CI run `cargo modcheck`.
        version = 1

        # Puts the modules together: may use them all, and nobody may use it.
        [modules.app]
        paths = ["blog"]
        kind = "app"

        # Used by 1 module.
        [modules.controllers]
        paths = ["blog::controllers"]
        public = [
            "health::check",  # 1 use
        ]

        # Used by 1 module.
        [modules.post]
        paths = [
            "blog::controllers::posts",
            "blog::models::post",
            "blog::models::post_tag",
            "blog::views::post",
        ]
        depends-on = [
            "text",  # 1 use: src/views/post.rs:2
            "user",  # 3 uses, first in src/controllers/posts.rs:2
        ]

        # Used by 2 modules.
        [modules.text]
        paths = ["blog::text"]

        # Used by 2 modules.
        [modules.user]
        paths = ["blog::controllers::users", "blog::models::user", "blog::views::user"]
        depends-on = [
            "text",  # 1 use: src/views/user.rs:2
        ]
    "##]].assert_eq(&shown.stdout);
    assert_eq!(run(&dir, &["init"]).code, 0);
    // There is no file beside what is shown that its first line could name.
    let written = fs::read_to_string(dir.path().join("boundaries.toml")).unwrap();
    assert_eq!(written, format!("#:schema ./boundaries.schema.json\n{}", shown.stdout));
}

#[test]
fn what_it_did_is_told() {
    let dir = workspace(BLOG);
    let init = run(&dir, &["init"]);
    expect![[r#"
        wrote `boundaries.toml`: 5 modules, 0 tables with an owner
        wrote `boundaries.baseline.toml`: 1 finding accepted
        wrote `boundaries.schema.json`: tells editors what may stand in the first
        next: read the first, correct it, and run `cargo modcheck`: it is clean until something new comes
    "#]]
    .assert_eq(&init.stderr);
}

/// Editors read the schema's name up to the next blank, as a part of an address.
#[cfg(unix)]
#[test]
fn the_name_of_the_schema_stays_on_its_line() {
    let dir = workspace(BLOG);
    assert_eq!(run(&dir, &["init", "--config", "a b\nc%ä.toml"]).code, 0);
    let written = fs::read_to_string(dir.path().join("a b\nc%ä.toml")).unwrap();
    assert!(written.starts_with("#:schema ./a%20b%0Ac%25%C3%A4.schema.json\n#"), "{written}");
    assert!(dir.path().join("a b\nc%ä.schema.json").exists());
}

#[test]
fn the_schema_is_the_one_that_can_be_asked_for() {
    let dir = workspace(BLOG);
    assert_eq!(run(&dir, &["init"]).code, 0);
    let written = fs::read_to_string(dir.path().join("boundaries.schema.json")).unwrap();
    assert_eq!(written, run(&dir, &["schema", "config"]).stdout);
}

#[test]
fn nothing_is_overwritten_unasked() {
    for name in NAMES {
        let dir = workspace(BLOG);
        fs::write(dir.path().join(name), "mine").unwrap();
        let init = run(&dir, &["init"]);
        assert_eq!((init.code, init.stdout.as_str()), (2, ""));
        assert!(init.stderr.contains(&format!("error: `[dir]/{name}` exists already")), "{}", init.stderr);
        assert!(init.stderr.contains("--stdout") && init.stderr.contains("--force"), "{}", init.stderr);
        assert_eq!(fs::read_to_string(dir.path().join(name)).unwrap(), "mine");
        assert_eq!(fs::read_dir(dir.path()).unwrap().filter(|e| is_ours(e.as_ref().unwrap())).count(), 1);
        assert_eq!(run(&dir, &["init", "--stdout"]).code, 0);
        assert_eq!(fs::read_to_string(dir.path().join(name)).unwrap(), "mine");
        assert_eq!(run(&dir, &["init", "--force"]).code, 0);
        assert_eq!(run(&dir, &["check"]).code, 0);
    }
}

fn is_ours(entry: &fs::DirEntry) -> bool {
    entry.file_name().to_string_lossy().contains("boundaries")
}

#[test]
fn another_name_has_a_baseline_of_its_own() {
    let dir = workspace(BLOG);
    assert_eq!(run(&dir, &["init", "--config", "first.toml"]).code, 0);
    assert!(dir.path().join("first.baseline.toml").exists() && dir.path().join("first.schema.json").exists());
    let written = fs::read_to_string(dir.path().join("first.toml")).unwrap();
    assert!(written.starts_with("#:schema ./first.schema.json\n"), "{written}");
    assert!(!dir.path().join("boundaries.toml").exists());
    assert_eq!(run(&dir, &["check", "--config", "first.toml"]).code, 0);
}

#[test]
fn a_workspace_that_was_not_seen_whole_stays_incomplete() {
    let dir = workspace(BLOG);
    append(&dir, "src/models/mod.rs", "mod gone;");
    let init = run(&dir, &["init"]);
    assert_eq!(init.code, 3);
    assert!(init.stderr.contains("incomplete: ") && init.stderr.contains("exits with 3"), "{}", init.stderr);
    assert!(dir.path().join("boundaries.toml").exists());
    assert_eq!(run(&dir, &["check"]).code, 3);
}

#[test]
fn a_workspace_without_code_has_nothing_to_propose() {
    let dir = workspace("//- /Cargo.toml\n[workspace]\nmembers = []\n");
    let init = run(&dir, &["init"]);
    assert_eq!(init.code, 2);
    assert!(init.stderr.contains("there is nothing to propose"), "{}", init.stderr);
}

#[test]
fn flags_that_would_do_nothing_are_refused() {
    let dir = workspace(BLOG);
    let init = run(&dir, &["init", "--package", "blog"]);
    assert_eq!(init.code, 2);
    assert!(init.stderr.contains("`--package` has no effect on `init`"), "{}", init.stderr);
    assert_eq!(run(&dir, &["init", "--stdout", "--force"]).code, 2);
}

#[test]
fn the_same_workspace_gives_the_same_bytes() {
    let dir = shop();
    let [one, two] = ["1", "4"].map(|jobs| run(&dir, &["init", "--stdout", "--jobs", jobs]).stdout);
    assert_eq!(one, two);
    assert!(!one.is_empty());
}

/// The code of the application is code.
#[test]
fn the_application_compiles() {
    let dir = workspace(BLOG);
    let output =
        Command::new(env!("CARGO")).args(["check", "--offline"]).current_dir(dir.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
