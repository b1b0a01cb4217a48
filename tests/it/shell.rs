//! Completions and the manual page, as shells and `man` take them.

use crate::cli::run_in;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What the binary prints.
fn printed(args: &[&str]) -> String {
    let run = run_in(Path::new("."), args);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    run.stdout
}

/// Runs a program of the system on a text; `None`, and a word about it, where it is not installed.
fn system(program: &str, args: &[&str], input: &str) -> Option<Output> {
    use std::io::Write;

    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let Ok(mut child) = command.spawn() else {
        // Not through the macros, so that it shows although the test passes.
        std::io::stderr().write_all(format!("skipped: there is no `{program}` here\n").as_bytes()).unwrap();
        return None;
    };
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    Some(child.wait_with_output().unwrap())
}

#[track_caller]
fn accepted(program: &str, args: &[&str], input: &str) -> Option<String> {
    let output = system(program, args, input)?;
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && stderr.is_empty(), "{program}: {stdout}{stderr}");
    Some(stdout.into_owned())
}

/// What bash offers for the last of some words, the others standing before it.
fn offered(words: &[&str]) -> Option<Vec<String>> {
    let script = printed(&["completions", "bash"]);
    let call = "
        # What bash knows of a completion that is under way.
        compopt() { :; }
        complete_last() {
            COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
            [[ $(complete -p cargo-modcheck) =~ -F\\ ([^ ]+) ]]
            \"${BASH_REMATCH[1]}\" \"$1\" \"${@: -1}\" \"${@: -2:1}\"
            printf '%s\\n' \"${COMPREPLY[@]}\"
        }";
    let words: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let script = format!("{script}\n{call}\ncomplete_last {}\n", words.join(" "));
    let output = accepted("bash", &["--norc", "-s"], &script)?;
    Some(output.lines().map(str::to_owned).collect())
}

#[test]
fn bash_completes_commands_flags_and_values() {
    if system("bash", &["--version"], "").is_none() {
        return;
    }
    let check =
        |words: &[&str], expected: &[&str]| assert_eq!(offered(words).unwrap(), expected, "{words:?}");
    check(&["cargo-modcheck", "exp"], &["explain"]);
    check(&["cargo-modcheck", "graph", "--form"], &["--format"]);
    check(&["cargo-modcheck", "graph", "--format", "me"], &["mermaid"]);
    check(&["cargo-modcheck", "check", "--format", "c"], &["cargo"]);
    check(&["cargo-modcheck", "--format", "do"], &["dot"]);
    check(&["cargo-modcheck", "explain", "private"], &["private-access"]);
    check(&["cargo-modcheck", "--deny", "leaked-t"], &["leaked-type"]);
    check(&["cargo-modcheck", "completions", "z"], &["zsh"]);
    check(&["cargo-modcheck", "graph", "--level", ""], &["module", "crate", "source"]);
    check(&["cargo-modcheck", "--config", "boundaries.e"], &["boundaries.example.toml"]);
}

#[test]
fn shells_accept_their_scripts() {
    for (shell, program, args) in
        [("bash", "bash", ["-n", "-s"]), ("zsh", "zsh", ["-n", "-s"]), ("fish", "fish", ["-n", "/dev/stdin"])]
    {
        accepted(program, &args, &printed(&["completions", shell]));
    }
    for shell in ["elvish", "powershell"] {
        assert!(printed(&["completions", shell]).contains("--strict-baseline"), "{shell} knows no flag");
    }
}

#[test]
fn man_accepts_its_page() {
    let page = printed(&["man"]);
    if let Some(problems) = accepted("mandoc", &["-T", "lint", "-W", "error"], &page) {
        assert_eq!(problems, "");
    }
    if let Some(text) = accepted("groff", &["-man", "-T", "ascii", "-P", "-bou", "-ww"], &page) {
        assert!(text.contains("cargo modcheck graph"), "{text}");
    }
    // It can be put where `man` looks for it.
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("cargo-modcheck.1");
    assert_eq!(printed(&["man", "--output", file.to_str().unwrap()]), "");
    assert_eq!(std::fs::read_to_string(file).unwrap(), page);
}
