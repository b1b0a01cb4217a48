//! What every way of naming an item leads to: the workspaces in `fixtures/resolution`, marked line by line.
//!
//! `//-> target, target` at the end of a line is the exact set of what its references into other source modules lead
//! to, by [`Model::target_path`]; `//-> -` says that there are none. A target may say more:
//!
//! - `shop::a::x (assoc)` how it is written,
//! - `shop::a::x test` that the reference is in test code; without the word it must not be,
//! - `shop::a::x via shop::facade::x > shop::b::x` which imports it passes, `via -` that it passes none,
//! - `!missing-mod-file` is no target but a problem. Those have to be marked everywhere.
//!
//! Lines without a mark are not checked, unless the first line of the text starts with `// exhaustive: `. Other comments
//! ahead of the first file:
//!
//! - `// unresolved: 2` how many references lead nowhere (by default none),
//! - `// reasons: generated-code 1, unknown-name 1` why they do,
//! - `// exclude: generated/**` files that are left out,
//! - `// module: rg{bin}::flags` that a source module has this id, and by a `test` behind it that it is test code,
//! - `// no module: shop::schema::users` that none has.

use crate::fixture::Fixture;
use modcheck::graph::{Graph, Model, RefId};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

/// A place: file and line.
type Line = (String, u32);

/// What is expected of a target on a line. What is `None` is not checked.
#[derive(Debug, PartialEq, Eq)]
struct Expected {
    target: String,
    test: bool,
    kind: Option<String>,
    via: Option<String>,
}

/// What a line's references to one target are like.
#[derive(Default)]
struct Found {
    test: BTreeSet<bool>,
    kinds: BTreeSet<String>,
    trails: BTreeSet<String>,
}

#[test]
fn names_lead_where_the_marks_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/resolution");
    let files = std::fs::read_dir(folder).expect("the fixtures' folder").map(|f| f.expect("a file").path());
    let mut failures = BTreeMap::new();
    for path in files.filter(|f| f.extension().is_some_and(|e| e == "txt")) {
        let text = std::fs::read_to_string(&path).expect("a readable fixture");
        let differences = check(&text);
        if !differences.is_empty() {
            failures.insert(path.file_name().unwrap_or_default().to_owned(), differences);
        }
    }
    let mut message = String::new();
    for (name, differences) in &failures {
        let _ = write!(message, "\n{}\n{differences}", name.to_string_lossy());
    }
    assert!(failures.is_empty(), "{message}");
}

#[test]
fn imports_that_a_macro_makes_stand_at_its_call() {
    let fixture = Fixture::parse(
        "//- /src/lib.rs crate:shop
pub mod a { pub fn f() {} }
macro_rules! once { ($e:expr) => {{ use $crate::a::f; f(); $e }}; }
macro_rules! either { ($e:expr) => {{ use $crate::a::f; f(); $e }}; ($e:expr, $f:expr) => { $f }; }
pub mod b {
    pub fn one() { once!(1); }
    pub fn two() { either!(1); }
    pub fn three() { either!(1); }
}",
    );
    let graph = modcheck::resolve(&fixture.source, &globset::GlobSet::empty(), &|_| ());
    let mut imported = Vec::new();
    for (id, reference) in graph.model().references() {
        for hop in graph.trail(id).hops {
            assert_eq!((hop.line, hop.column), (reference.line, reference.column), "{}", hop.written);
            imported.push(hop.line);
        }
    }
    assert_eq!(imported, [5, 6, 7]);
}

/// How a workspace differs from its marks; empty if it does not.
fn check(text: &str) -> String {
    let fixture = Fixture::parse(text);
    let header: Vec<&str> = text.lines().map_while(|line| line.strip_prefix("// ")).collect();
    let value = |key: &str| {
        let key = format!("{key}: ");
        header.iter().filter_map(|line| line.strip_prefix(&key)).map(str::to_string).collect::<Vec<_>>()
    };
    let graph = modcheck::resolve(&fixture.source, &globs(&value("exclude")), &|_| ());
    let model = graph.model();
    let mut differences = String::new();

    let mut found = found(&graph);
    let mut problems: BTreeMap<Line, BTreeSet<String>> = BTreeMap::new();
    for problem in &model.problems {
        let kind = serde_json::to_value(problem.kind).expect("a word");
        let line = (problem.file.clone(), problem.line);
        problems.entry(line).or_default().insert(format!("!{}", kind.as_str().expect("a word")));
    }
    for (path, text) in fixture.files.iter().filter(|(path, _)| path.ends_with(".rs")) {
        for (line, text) in (1_u32..).zip(text.lines()) {
            let line = (path.clone(), line);
            let problems = problems.remove(&line).unwrap_or_default();
            let found = found.remove(&line).unwrap_or_default();
            let mark = text.split_once("//->").map(|(_, mark)| mark.trim());
            let expected: Vec<&str> = mark.map(split).unwrap_or_default();
            let (expected_problems, targets): (Vec<&str>, Vec<&str>) =
                expected.into_iter().partition(|word| word.starts_with('!'));
            if expected_problems != problems.iter().map(String::as_str).collect::<Vec<_>>() {
                differ(&mut differences, &line, &expected_problems.join(", "), &join(&problems));
            }
            if mark.is_some() || (!value("exhaustive").is_empty() && !found.is_empty()) {
                let expected: Vec<Expected> = targets.iter().map(|target| expectation(target)).collect();
                if !agree(&expected, &found) {
                    differ(&mut differences, &line, &targets.join(", "), &show(&found));
                }
            }
        }
    }
    for (line, problems) in &problems {
        differ(&mut differences, line, "", &join(problems));
    }

    let unresolved: u64 = value("unresolved").first().map_or(0, |n| n.parse().expect("a number"));
    if model.resolution.unresolved != unresolved {
        let _ =
            writeln!(differences, "  unresolved: expected {unresolved}, got {}", model.resolution.unresolved);
        for name in &model.unresolved {
            let _ = writeln!(differences, "    {}:{} `{}`", model.file(name.file).path, name.line, name.name);
        }
    }
    let reasons: Vec<String> = model
        .resolution
        .reasons
        .iter()
        .map(|(reason, count)| format!("{} {count}", reason.as_str()))
        .collect();
    let reasons = reasons.join(", ");
    if let Some(expected) = value("reasons").first().filter(|expected| **expected != reasons) {
        let _ = writeln!(differences, "  reasons: expected {expected}, got {reasons}");
    }
    if model.resolution.reasons.values().sum::<u64>() != model.resolution.unresolved {
        let _ = writeln!(differences, "  the reasons do not add up: {reasons}");
    }
    for module in value("module") {
        let (id, test) =
            module.split_once(' ').map_or((module.as_str(), false), |(id, word)| (id, word == "test"));
        match model.nodes.iter().find(|node| node.id == id) {
            Some(node) if node.test == test => {}
            Some(_) => differences.push_str(&format!("  module `{id}`: expected test: {test}\n")),
            None => {
                let ids: Vec<&str> = model.nodes.iter().map(|node| node.id.as_str()).collect();
                differences.push_str(&format!("  no module `{id}`, only {}\n", ids.join(", ")));
            }
        }
    }
    for id in value("no module").iter().filter(|id| model.nodes.iter().any(|node| node.id == **id)) {
        differences.push_str(&format!("  there is a module `{id}`\n"));
    }
    differences
}

fn globs(globs: &[String]) -> globset::GlobSet {
    let globs = globs.iter().map(|glob| globset::Glob::new(glob).expect("a glob"));
    globset::GlobSet::new(globs).expect("globs")
}

fn differ(differences: &mut String, (file, line): &Line, expected: &str, got: &str) {
    let shown = |text: &str| if text.is_empty() { "-".to_string() } else { text.to_string() };
    let _ = writeln!(
        differences,
        "  {file}:{line}\n    expected {}\n    got      {}",
        shown(expected),
        shown(got)
    );
}

/// A mark's parts; those of `-` are none.
fn split(mark: &str) -> Vec<&str> {
    mark.split(", ").map(str::trim).filter(|part| *part != "-").collect()
}

fn expectation(text: &str) -> Expected {
    let (text, via) =
        text.split_once(" via ").map_or((text, None), |(text, via)| (text, Some(via.trim().to_string())));
    let mut words = text.split_whitespace();
    let target = words.next().expect("a target").to_string();
    let (mut test, mut kind) = (false, None);
    for word in words {
        match word.strip_prefix('(').and_then(|w| w.strip_suffix(')')) {
            Some(word) => kind = Some(word.to_string()),
            None if word == "test" => test = true,
            None => panic!("what is `{word}` in `{text}`?"),
        }
    }
    Expected { target, test, kind, via }
}

fn agree(expected: &[Expected], found: &BTreeMap<String, Found>) -> bool {
    let fits = |e: &Expected| {
        found.get(&e.target).is_some_and(|f| {
            let via = e.via.as_ref().is_none_or(|via| f.trails.contains(via));
            let kind = e.kind.as_ref().is_none_or(|kind| f.kinds.contains(kind));
            f.test == BTreeSet::from([e.test]) && kind && via
        })
    };
    expected.len() == found.len() && expected.iter().all(fits)
}

/// Every reference into another source module, by line and target.
fn found(graph: &Graph) -> BTreeMap<Line, BTreeMap<String, Found>> {
    let model: &Model = graph.model();
    let mut out: BTreeMap<Line, BTreeMap<String, Found>> = BTreeMap::new();
    for (id, reference) in model.references() {
        let line = (model.file(reference.file).path.clone(), reference.line);
        let found = out.entry(line).or_default().entry(model.target_path(reference)).or_default();
        found.test.insert(reference.test);
        found.kinds.insert(format!("{:?}", reference.kind).to_lowercase());
        found.trails.insert(trail(graph, id));
    }
    out
}

fn trail(graph: &Graph, id: RefId) -> String {
    let names: Vec<String> = graph.trail(id).hops.into_iter().map(|hop| hop.name).collect();
    if names.is_empty() { "-".to_string() } else { names.join(" > ") }
}

fn show(found: &BTreeMap<String, Found>) -> String {
    let one = |(target, found): (&String, &Found)| {
        let kinds: Vec<&str> = found.kinds.iter().map(String::as_str).collect();
        let test = if found.test.contains(&true) { " test" } else { "" };
        let trails: Vec<&str> = found.trails.iter().map(String::as_str).collect();
        format!("{target} ({}){test} via {}", kinds.join("/"), trails.join(" or "))
    };
    found.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn join(words: &BTreeSet<String>) -> String {
    words.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

#[test]
fn a_wrong_mark_is_reported() {
    let text = "\
// exhaustive: a path
//- /src/lib.rs crate:shop
mod a { pub fn f() {} }
mod b;
pub fn g() { a::f() } //-> shop::a::g
pub fn h() { a::f() }
";
    let report = check(text);
    for line in
        ["lib.rs:3", "expected shop::a::g", "got      shop::a::f (path) via -", "lib.rs:4", "!missing"]
    {
        assert!(report.contains(line), "`{line}` is not in\n{report}");
    }
}
