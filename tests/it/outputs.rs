//! Several outputs at once, and what is different in a workflow of GitHub.

use crate::cli::{Run, SHOP, STRICT, Workspace, run_with};
use expect_test::expect;
use std::fs;

fn shop() -> Workspace {
    Workspace::shop(STRICT, "")
}

fn on_github(workspace: &Workspace, args: &[&str]) -> Run {
    let summary = workspace.dir.path().join("summary.md");
    let variables = [("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())];
    run_with(workspace.dir.path(), args, &variables)
}

#[test]
fn each_output_gets_its_format() {
    let shop = shop();
    let file = |name: &str| fs::read_to_string(shop.dir.path().join(name)).unwrap();
    let run = shop.run(&["--format", "human", "--output", "json=out/../a.json", "--output", "markdown=b.md"]);
    assert!(fs::metadata(shop.dir.path().join("a.json")).is_err(), "a folder that is missing is not made");
    run.ends(2, &[], &["could not be written to `out/../a.json`"]);

    let run = shop.run(&["--format", "human", "--output", "json=a.json", "--output", "markdown=b.md"]);
    run.ends(1, &["error[modcheck::private-access]"], &[]);
    assert!(file("a.json").starts_with("{\n  \"version\": 1,"));
    assert!(file("b.md").starts_with("<!-- cargo-modcheck -->\n### cargo modcheck: 2 errors"));

    // Without a format, a file takes the place of standard output.
    let run = shop.run(&["--output", "c.txt", "--output", "json=-"]);
    run.ends(1, &["\"findings\": ["], &[]);
    assert!(file("c.txt").starts_with("error[modcheck::private-access]"));
    assert_eq!(run.stdout, file("a.json"));
    assert_eq!(shop.run(&["--output", "json=-"]).stdout, file("a.json"));
    assert_eq!(shop.run(&["graph", "--output", "json=g.json"]).code, 0);
    assert!(file("g.json").starts_with("{"));
    assert_eq!(shop.run(&["--output", "./dot=1.txt"]).code, 1);
    assert!(file("dot=1.txt").starts_with("error["));
}

#[test]
fn outputs_that_contradict_each_other_are_refused() {
    let shop = shop();
    shop.run(&["--output", "a", "--output", "b"]).could_not_run(expect![[r#"
        error: `--output b`: only one output may go without a format
          = help: name a format for each of the others: `--output json=FILE`
    "#]]);
    shop.run(&["--output", "json=-", "--format", "human"]).could_not_run(expect![[r#"
        error: two outputs go to standard output
    "#]]);
    shop.run(&["--output", "json=a", "--output", "markdown=a"]).could_not_run(expect![[r#"
        error: two outputs go to `a`
    "#]]);
    shop.run(&["--output", "jsn=a"]).could_not_run(expect![[r#"
        error: unknown format `jsn`
          = help: the formats of this command are human, short, json, sarif, github, gitlab, junit, markdown, cargo
    "#]]);
    shop.run(&["graph", "--output", "github=a"]).could_not_run(expect![[r#"
        error: unknown format `github`
          = help: the formats of this command are json, dot, mermaid, svg
    "#]]);
    shop.run(&["list", "--output", "a", "--output", "b"]).could_not_run(expect![[r#"
        error: `--output b`: there is only one output
    "#]]);
    shop.run(&["baseline", "--output", "a"]).could_not_run(expect![[r#"
        error: `--output` has no effect on `baseline`
    "#]]);
}

#[test]
fn a_workflow_gets_annotations_and_a_summary() {
    let shop = shop();
    let run = on_github(&shop, &[]);
    run.ends(1, &["::error file=src/orders.rs,line=2,endLine=2,col="], &[]);
    let summary = fs::read_to_string(shop.dir.path().join("summary.md")).unwrap();
    assert!(summary.contains("### cargo modcheck: 2 errors"), "{summary}");
    // A second run of the step adds to it.
    on_github(&shop, &["--output", "json=a.json"]).ends(1, &["::error file="], &[]);
    let twice = fs::read_to_string(shop.dir.path().join("summary.md")).unwrap();
    assert_eq!(twice, summary.repeat(2));

    // Whoever names a format gets it, and so does a file.
    on_github(&shop, &["--format", "human"]).ends(1, &["error[modcheck::private-access]"], &[]);
    assert_eq!(on_github(&shop, &["--output", "a.txt"]).stdout, "");
    assert!(fs::read_to_string(shop.dir.path().join("a.txt")).unwrap().starts_with("error["));
    assert_eq!(on_github(&shop, &["graph"]).code, 0);
    assert_eq!(fs::read_to_string(shop.dir.path().join("summary.md")).unwrap(), twice);
}

#[test]
fn paths_are_those_of_the_repository() {
    let repository = Workspace::new(&SHOP.replace("//- /", "//- /back end/"));
    repository.write("back end/boundaries.toml", STRICT);
    fs::create_dir(repository.dir.path().join(".git")).unwrap();
    let run = |format| repository.run(&["--manifest-path", "back end/Cargo.toml", "--format", format]);
    run("github").ends(1, &["::error file=back end/src/orders.rs,line=2"], &[]);
    run("markdown").ends(1, &["- `back end/src/orders.rs:2:"], &[]);
    // What people read is relative to the workspace, as cargo shows it.
    run("human").ends(1, &["--> src/orders.rs:2:"], &[]);
    assert!(run("json").stdout.contains("\"file\": \"src/orders.rs\""));
}
