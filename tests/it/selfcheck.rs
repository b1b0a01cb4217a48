//! The project keeps its own boundaries: the arrows between the stages, as `boundaries.toml` declares them.

use crate::cli::run_in;
use modcheck::config::policy::{Policy, Tests};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn policy() -> Policy {
    let text = std::fs::read_to_string(root().join("boundaries.toml")).unwrap();
    modcheck::config::load(&text, "boundaries.toml", &modcheck::rules::names())
        .expect("a valid boundaries.toml")
}

#[test]
fn there_is_nothing_to_find() {
    let human = run_in(root(), &["check"]);
    assert_eq!((human.code, human.stderr.as_str()), (0, ""), "{}", human.stdout);
    let run = run_in(root(), &["check", "--format", "json"]);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(document["findings"], json!([]));
    assert_eq!(document["incomplete"], json!([]));
    assert_eq!(document["summary"]["modules"], json!(policy().modules.len()));
}

/// The rules about what a network would do to a call: they have nothing to say about a tool.
const OF_NETWORKS: [&str; 3] = ["chatty-call", "leaked-type", "non-remotable-api"];

/// No finding means nothing where the rules are switched off.
#[test]
fn every_other_rule_is_as_loud_as_it_is_by_default() {
    let policy = policy();
    assert_eq!(policy.rules.keys().collect::<Vec<_>>(), OF_NETWORKS);
    assert!(policy.modules.iter().all(|module| module.rules.is_empty()));
    assert_eq!(policy.analysis.tests, Tests::Ignore);
    assert_eq!(policy.analysis.min_resolution, None);
}

#[test]
fn every_folder_is_a_module() {
    let entries = std::fs::read_dir(root().join("src")).unwrap().map(|entry| entry.unwrap().path());
    let folders: BTreeSet<String> = entries
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    let policy = policy();
    let paths: BTreeSet<&str> =
        policy.modules.iter().flat_map(|module| &module.paths).map(|path| path.text.as_str()).collect();
    // The composition root covers the library's root, so its folder needs no path of its own.
    let missing: Vec<&String> = folders
        .iter()
        .filter(|folder| *folder != "cli" && !paths.contains(format!("modcheck::{folder}").as_str()))
        .collect();
    assert!(missing.is_empty(), "boundaries.toml has no module for {missing:?} in src");
    assert!(policy.modules.iter().any(|module| module.name == "cli"));
}

/// Each library that decides how a stage is written stays within it.
#[test]
fn the_libraries_of_one_folder_are_reserved_for_it() {
    let policy = policy();
    let owners = |krate: &str| {
        let lists = |globs: &[modcheck::config::policy::Pattern]| globs.iter().any(|glob| glob.text == krate);
        let mut owners: Vec<&str> =
            policy.modules.iter().filter(|m| lists(&m.allow_crates)).map(|m| m.name.as_str()).collect();
        owners.sort_unstable();
        owners.join(", ")
    };
    for (krate, wanted) in [
        ("cargo_metadata", "source"),
        ("clap", "cli"),
        ("jiff", "config"),
        ("miette", "config, output"),
        ("petgraph", "graph"),
        ("proc-macro2", "extract"),
        ("quick-xml", "output"),
        ("similar", "output"),
        ("syn", "extract"),
        ("toml", "baseline, config, source"),
        ("toml_writer", "baseline"),
        ("walkdir", "source"),
    ] {
        assert_eq!(owners(krate), wanted, "`allow-crates` for {krate}");
    }
}
