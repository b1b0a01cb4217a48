//! Every rule over every workspace in `fixtures/rules`: what is found has to be what is marked, no more and no less.
//!
//! Next to each `.txt` lies a `.snap` with messages and advice as a user reads them; `UPDATE_EXPECT=1` rewrites it.

use crate::fixture::{Fixture, Mark};
use expect_test::expect_file;
use globset::GlobSet;
use modcheck::config::Assignment;
use modcheck::config::policy::Policy;
use modcheck::graph::{Graph, Model};
use modcheck::rules::{Context, Finding, run};
use modcheck::source::Source;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Names resolved across the workspace, with what is known of values or without.
fn graph_of(source: &Source, exclude: &GlobSet, keep_flow: bool) -> Graph {
    modcheck::resolve_with(source, exclude, keep_flow, modcheck::Known::default(), &|_| ())
}

/// The checked `boundaries.toml`.
fn policy_of(text: &str) -> Policy {
    modcheck::config::load(text, "boundaries.toml", &modcheck::rules::names())
        .expect("a valid boundaries.toml")
}

/// Which source module belongs to which declared module.
fn assignment_of(policy: &Policy, model: &Model) -> Assignment {
    modcheck::config::assign(policy, model).unwrap()
}

#[test]
fn findings_are_where_the_marks_are() {
    let mut failures = String::new();
    for path in fixtures() {
        let text = std::fs::read_to_string(&path).expect("a readable fixture");
        let fixture = Fixture::parse(&text);
        let (findings, without) = check(&fixture);
        if let Some(difference) = difference(&fixture.marks, &findings) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let _ = writeln!(failures, "\n{name}\n{difference}");
        } else if show(&findings) != show(&without) {
            // What is kept of values is for the data alone: a policy that declares some changes no other finding.
            let _ =
                writeln!(failures, "\n{}: other findings without data:\n{}", path.display(), show(&without));
        } else {
            expect_file![path.with_extension("snap")].assert_eq(&show(&findings));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/rules");
    let files = std::fs::read_dir(folder).expect("the fixtures' folder").map(|f| f.expect("a file").path());
    let mut fixtures: Vec<PathBuf> = files.filter(|f| f.extension().is_some_and(|e| e == "txt")).collect();
    fixtures.sort();
    fixtures
}

/// What is found where all is known of values, and what is found of the same data where it is not.
fn check(fixture: &Fixture) -> (Vec<Finding>, Vec<Finding>) {
    let policy = policy_of(fixture.files.get("boundaries.toml").expect("a boundaries.toml"));
    let graph = graph_of(&fixture.source, &policy.analysis.exclude, true);
    let without = graph_of(&fixture.source, &policy.analysis.exclude, false);
    let assignment = assignment_of(&policy, graph.model());
    // Also where the policy says nothing about data: the rules about it have to be silent then.
    let data = modcheck::inventory(&fixture.source, &graph, Some(&policy), &|_| ());
    let ownership = modcheck::config::own(&policy, &data);
    let findings = |graph: &Graph| run(&Context::new(graph, &policy, &assignment, (&data, &ownership)));
    (findings(&graph), findings(&without))
}

/// What is found but not marked, and what is marked but not found.
fn difference(marks: &BTreeSet<Mark>, findings: &[Finding]) -> Option<String> {
    let mut found: BTreeMap<Mark, &str> = BTreeMap::new();
    for finding in findings {
        for site in &finding.sites {
            found.insert((site.file.clone(), site.line, finding.rule.to_string()), &finding.message);
        }
    }
    let mut text = String::new();
    for ((file, line, rule), message) in found.iter().filter(|(mark, _)| !marks.contains(mark)) {
        let _ = writeln!(text, "  not expected: {file}:{line} {rule}: {message}");
    }
    for (file, line, rule) in marks.iter().filter(|mark| !found.contains_key(mark)) {
        let _ = writeln!(text, "  not found:    {file}:{line} {rule}");
    }
    (!text.is_empty()).then_some(text)
}

/// Findings as a user reads them, in brief.
fn show(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let severity = format!("{:?}", finding.severity).to_lowercase();
        let _ = writeln!(text, "{severity} {}\n  {}", finding.identity, finding.message);
        for site in &finding.sites {
            let _ = writeln!(text, "  at {}:{}:{} {}", site.file, site.line, site.column, site.label);
        }
        for step in &finding.trail {
            let _ = writeln!(text, "  via {} {} ({}:{})", step.name, step.note, step.file, step.line);
        }
        if let Some(policy) = &finding.policy {
            let _ = writeln!(text, "  breaks {}:{} {}", policy.file, policy.place.line, policy.text);
        }
        for line in finding.because.iter() {
            let _ = writeln!(text, "  because {line}");
        }
        for line in &finding.help {
            let _ = writeln!(text, "  help: {line}");
        }
        text.push('\n');
    }
    text
}
