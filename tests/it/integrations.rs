//! What is ready to use elsewhere: the action of GitHub, the hooks of pre-commit, the snippets. They speak of flags, inputs
//! and formats that have to exist.
#![cfg(unix)]

use crate::cli::{STRICT, Workspace};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

fn file(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// Commands with which `gh` is replaced: they note what they are called with.
const GH: &str = r#"#!/bin/sh
echo "$@" >> gh.log
case "$*" in
    *--paginate*) cat known 2> /dev/null ;;
    *body=@*) test ! -e forbidden && cp "$(echo "$*" | sed 's/.*body=@//')" comment.md ;;
esac
"#;

struct Step {
    workspace: Workspace,
}

impl Step {
    /// A workspace in a repository whose first commit is clean.
    fn new() -> Step {
        let workspace = Workspace::shop(STRICT, "//- /src/orders.rs\npub fn place() {}\n");
        workspace.write("bin/gh", GH);
        fs::set_permissions(workspace.dir.path().join("bin/gh"), fs::Permissions::from_mode(0o755)).unwrap();
        let step = Step { workspace };
        step.git(&["init", "-q", "-b", "main"]);
        step.git(&["add", "Cargo.toml", "src", "boundaries.toml"]);
        step.git(&["commit", "-q", "-m", "clean"]);
        step.workspace.write("src/orders.rs", "pub fn place() {\n    crate::payments::store::charge();\n}\n");
        step
    }

    fn git(&self, args: &[&str]) -> String {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=a", "-c", "user.email=a@b"])
            .args(args)
            .current_dir(self.workspace.dir.path());
        let output =
            git.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null").output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Runs the script of the action.
    fn run(&self, variables: &[(&str, &str)]) -> Output {
        let dir = self.workspace.dir.path();
        let path = format!("{}:{}", dir.join("bin").display(), std::env::var("PATH").unwrap());
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("integrations/github/run.sh");
        let mut bash = Command::new("bash");
        bash.arg(script).current_dir(dir).env("PATH", path).env("RUNNER_TEMP", dir);
        bash.env("MODCHECK", env!("CARGO_BIN_EXE_cargo-modcheck")).env("GITHUB_ACTIONS", "true");
        bash.env("GITHUB_REPOSITORY", "acme/shop").env("GITHUB_OUTPUT", dir.join("output"));
        bash.env("GITHUB_STEP_SUMMARY", dir.join("summary.md"));
        bash.envs(variables.iter().copied()).output().unwrap()
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.workspace.dir.path().join(path)).unwrap_or_default()
    }
}

#[track_caller]
fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn the_action_reports_and_fails_as_the_command_does() {
    let step = Step::new();
    let output = step.run(&[("MODCHECK_SARIF", "out/x"), ("MODCHECK_ARGS", "--no-such-flag")]);
    assert_eq!(code(&output), 2);
    let output =
        step.run(&[("MODCHECK_SARIF", "out.sarif"), ("MODCHECK_ARGS", " --quiet  --deny-warnings ")]);
    assert_eq!(code(&output), 1, "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("::error file=src/orders.rs,line=2"));
    assert!(step.read("out.sarif").contains("private-access"));
    assert!(step.read("summary.md").contains("### cargo modcheck: 2 errors"));
    assert_eq!(step.read("output"), "exit-code=2\nexit-code=1\n");
    assert_eq!(step.read("gh.log"), "");
}

#[test]
fn the_action_compares_with_the_base_of_a_pull_request() {
    let step = Step::new();
    let clean = step.git(&["rev-parse", "HEAD"]);
    step.git(&["commit", "-q", "-a", "-m", "reach into payments"]);
    let dirty = step.git(&["rev-parse", "HEAD"]);
    let run = |since, base: &str| code(&step.run(&[("MODCHECK_SINCE", since), ("MODCHECK_BASE", base)]));
    assert_eq!(run("auto", &dirty), 0);
    assert_eq!(run("auto", &clean), 1);
    assert_eq!(run("auto", ""), 1, "no pull request: everything counts");
    assert_eq!(run(&dirty, ""), 0);

    // A checkout of one commit: the base is fetched.
    let shallow = Step { workspace: Workspace::new("") };
    let origin = format!("file://{}", step.workspace.dir.path().display());
    step.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    shallow.git(&["clone", "-q", "--depth=1", &origin, "."]);
    let output = shallow.run(&[("MODCHECK_SINCE", "auto"), ("MODCHECK_BASE", &clean)]);
    assert_eq!(code(&output), 1, "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stderr).contains("+2 -0"));
}

#[test]
fn the_action_keeps_one_comment() {
    let step = Step::new();
    let variables = [("MODCHECK_COMMENT", "true"), ("MODCHECK_PULL_REQUEST", "7")];
    assert_eq!(code(&step.run(&variables)), 1);
    assert!(step.read("comment.md").starts_with("<!-- cargo-modcheck -->\n### cargo modcheck: 2 errors"));
    assert!(step.read("gh.log").contains("--method POST repos/acme/shop/issues/7/comments"));

    step.workspace.write("known", "42\n43\n");
    assert_eq!(code(&step.run(&variables)), 1);
    assert!(step.read("gh.log").contains("--method PATCH repos/acme/shop/issues/comments/42"));

    // Not to be allowed to comment fails nothing beyond what the check does.
    step.workspace.write("forbidden", "");
    let output = step.run(&variables);
    assert_eq!(code(&output), 1);
    assert!(String::from_utf8_lossy(&output.stdout).contains("::warning title=cargo modcheck::no comment"));
    assert_eq!(code(&step.run(&[("MODCHECK_COMMENT", "true")])), 1, "no pull request");
}

/// The words of a text that begin with something, up to what ends them.
fn words(text: &str, start: &str) -> BTreeSet<String> {
    let rests = text.split(start).skip(1);
    let word = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || "-_".contains(*c)).collect();
    rests.map(word).filter(|word: &String| !word.is_empty()).collect()
}

#[test]
fn what_the_action_sets_is_what_its_script_reads() {
    let (action, script) = (file("action.yml"), file("integrations/github/run.sh"));
    let (set, read) = (words(&action, "        MODCHECK"), words(&script, "${MODCHECK"));
    let others = words(&script, "$MODCHECK");
    assert_eq!(set, read.union(&others).cloned().collect());
    // Every input is used. GitHub puts text in place of `${{ }}`; in a script that would be code.
    let (_, inputs) = action.split_once("inputs:\n").unwrap();
    let (inputs, steps) = inputs.split_once("\noutputs:").unwrap();
    for input in inputs.lines().filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':')) {
        assert!(input.starts_with(' ') || steps.contains(&format!("${{{{ inputs.{input} }}}}")), "{input}");
    }
    for run in steps.split("run: ").skip(1).map(|rest| rest.split("\n    - ").next().unwrap()) {
        assert!(!run.contains("${{"), "{run}");
    }
}

#[test]
fn flags_and_commands_that_are_named_exist() {
    let help = crate::cli::run_in(Path::new(env!("CARGO_MANIFEST_DIR")), &["--help"]).stdout;
    let flags = words(&help, " --");
    for path in ["integrations/github/run.sh", "integrations/gitlab-ci.yml", ".pre-commit-hooks.yaml"] {
        // Other programs have flags of their own.
        let ours = |line: &&str| !["git ", "gh "].iter().any(|other| line.contains(other));
        let text: String = file(path).lines().filter(ours).map(|line| format!("{line}\n")).collect();
        let text = text.replace(['"', '('], " ");
        let unknown: Vec<String> = words(&text, " --").difference(&flags).cloned().collect();
        assert!(unknown.is_empty(), "{path}: {unknown:?}");
        let formats = words(&text, "--output  ").into_iter().chain(words(&text, "--output "));
        for format in formats.chain(words(&text, "--format ")) {
            let is_there = [',', ';'].iter().any(|end| help.contains(&format!(" {format}{end}")));
            assert!(is_there, "{path}: {format}");
        }
    }
    for command in words(&file("integrations/AGENTS.md"), "`cargo modcheck ") {
        assert!(help.contains(&format!("\n  {command} ")), "there is no command `{command}`");
    }
}
