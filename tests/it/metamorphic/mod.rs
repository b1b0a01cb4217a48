//! Writing a program differently must not change what refers to what.
//!
//! Programs are generated as data that knows its own references ([`program`]). A [`transforms`] function changes how
//! such a program is written: what is imported and how, through which facades, in which files. After each, the
//! references found in its text must still be those of the data, and its imports those that were written.

mod dice;
mod generate;
mod program;
mod render;
mod transforms;

use crate::fixture::Fixture;
use dice::Dice;
use modcheck::graph::RefKind;
use program::{Edges, Program};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use render::{Rendered, render};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use transforms::{ALL, Transform};

/// Generated programs, and how many changes are made to each, one after the other.
const CASES: u32 = 300;
const CHANGES: usize = 5;
/// How many programs a compiler gets to see.
const COMPILED: usize = 8;

/// The same programs in every run, and nothing written down about failures.
fn runner(cases: u32) -> TestRunner {
    let config = Config { cases, max_shrink_iters: 5_000, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

/// A program and what is done to it: transforms with what their dice begin with.
fn cases() -> impl Strategy<Value = (Program, Vec<(usize, u64)>)> {
    (generate::programs(), proptest::collection::vec((0..ALL.len(), any::<u64>()), 0..=CHANGES))
}

/// How the references found in a program's text differ from its own; empty if they do not.
fn differences(program: &Program, rendered: &Rendered) -> String {
    let fixture = Fixture::parse(&rendered.text);
    let graph = modcheck::resolve(&fixture.source, &globset::GlobSet::empty(), &|_| ());
    let model = graph.model();
    let found = |is_use: bool| -> Edges {
        let references = model.references.iter().filter(|r| (r.kind == RefKind::Use) == is_use);
        references.map(|r| (model.node(r.from).id.clone(), model.target_path(r))).collect()
    };
    let mut text = String::new();
    for (what, expected, found) in
        [("reference", program.edges(), found(false)), ("import", rendered.uses.clone(), found(true))]
    {
        for (from, to) in expected.difference(&found) {
            let _ = writeln!(text, "missing {what}: {from} -> {to}");
        }
        for (from, to) in found.difference(&expected) {
            let _ = writeln!(text, "additional {what}: {from} -> {to}");
        }
    }
    for name in &model.unresolved {
        let _ = writeln!(text, "unresolved: `{}` at {}:{}", name.name, model.file(name.file).path, name.line);
    }
    for problem in &model.problems {
        let _ = writeln!(text, "problem: {} at {}:{}", problem.message, problem.file, problem.line);
    }
    text
}

/// Makes the changes one by one. The first that changes the references is shown, with the program before and after it.
fn check(mut program: Program, changes: &[(usize, u64)]) -> Result<(), String> {
    let meaning = program.edges();
    let mut before = render(&program);
    let wrong = differences(&program, &before);
    if !wrong.is_empty() {
        return Err(format!("a program is not understood\n\n{}\n{wrong}", before.text));
    }
    for &(ix, seed) in changes {
        let Transform { name, apply } = ALL[ix];
        apply(&mut program, &mut Dice::many(seed));
        assert_eq!(program.edges(), meaning, "`{name}` changes what the program means");
        let after = render(&program);
        let wrong = differences(&program, &after);
        if !wrong.is_empty() {
            let (before, after) = (&before.text, &after.text);
            return Err(format!(
                "`{name}` changes the references\n\n=== before\n{before}\n=== after\n{after}\n=== difference\n{wrong}"
            ));
        }
        before = after;
    }
    Ok(())
}

#[test]
fn how_a_program_is_written_does_not_change_its_references() {
    let result = runner(CASES)
        .run(&cases(), |(program, changes)| check(program, &changes).map_err(TestCaseError::fail));
    match result {
        Ok(()) => {}
        // The whole value says less than the two programs in the reason.
        Err(TestError::Fail(reason, _)) => panic!("{}", reason.message()),
        Err(TestError::Abort(reason)) => panic!("no programs: {}", reason.message()),
    }
}

/// A sample of programs.
fn sample(size: usize) -> Vec<Program> {
    let (mut runner, programs) = (runner(1), generate::programs());
    (0..size).map(|_| programs.new_tree(&mut runner).expect("a program").current()).collect()
}

/// What a transform does not touch, it does not test.
#[test]
fn every_transform_changes_what_is_written() {
    let programs = sample(40);
    for transform in &ALL {
        let changes = |(ix, program): &(usize, &Program)| {
            let mut after = (*program).clone();
            (transform.apply)(&mut after, &mut Dice::many(*ix as u64));
            render(&after).text != render(program).text
        };
        let changed = programs.iter().enumerate().filter(changes).count();
        assert!(changed >= 5, "`{}` changes {changed} of {} programs", transform.name, programs.len());
    }
}

/// The references are worth nothing if no compiler takes the programs.
#[test]
fn programs_compile_before_and_after() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut members = Vec::new();
    for (ix, mut program) in sample(COMPILED).into_iter().enumerate() {
        members.extend(write_packages(dir.path(), &program, &format!("before{ix}")));
        let mut dice = Dice::many(ix as u64);
        ALL.iter().for_each(|transform| (transform.apply)(&mut program, &mut dice));
        members.extend(write_packages(dir.path(), &program, &format!("after{ix}")));
    }
    let manifest = format!("[workspace]\nresolver = \"2\"\nmembers = {members:?}\n");
    std::fs::write(dir.path().join("Cargo.toml"), manifest).expect("a manifest");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["check", "--workspace", "--offline", "--quiet", "--target-dir", "target"]);
    cargo.env("CARGO_INCREMENTAL", "0").env("RUSTFLAGS", "-Awarnings -Cdebuginfo=0");
    let output = cargo.current_dir(dir.path()).output().expect("cargo");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Writes so many programs into a folder, as a workspace.
pub fn write_workspace(root: &Path, size: usize) {
    let programs = sample(size).into_iter().enumerate();
    let members = programs.flat_map(|(ix, program)| write_packages(root, &program, &format!("p{ix}")));
    let members: Vec<String> = members.collect();
    let manifest = format!("[workspace]\nresolver = \"2\"\nmembers = {members:?}\n");
    std::fs::write(root.join("Cargo.toml"), manifest).expect("a manifest");
}

/// Writes a program into a folder as packages whose names begin alike, and returns their folders.
fn write_packages(root: &Path, program: &Program, prefix: &str) -> Vec<String> {
    let mut program = program.clone();
    program.crates.iter_mut().for_each(|krate| krate.name = format!("{prefix}_{}", krate.name));
    let fixture = Fixture::parse(&render(&program).text);
    let mut files = fixture.files;
    let packages = &fixture.source.packages;
    for package in packages {
        let (name, edition) = (&package.name, package.targets[0].edition);
        let mut manifest =
            format!("[package]\nname = \"{name}\"\nedition = \"{edition}\"\n\n[dependencies]\n");
        for dependency in &package.dependencies {
            let (ident, other) = (&dependency.ident, &dependency.package);
            let _ = writeln!(manifest, "{ident} = {{ package = \"{other}\", path = \"../{other}\" }}");
        }
        files.insert(package.manifest.clone(), manifest);
    }
    for (path, text) in &files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a new folder");
        std::fs::write(path, text).expect("a new file");
    }
    packages.iter().map(|package| package.name.clone()).collect()
}
