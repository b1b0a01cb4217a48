//! The baseline names what is wrong, not where or how it is written: programs that say the same have the same baseline,
//! and lines of two branches can be put together.

use crate::cli::run_in;
use crate::fixture::Fixture;
use modcheck::Known;
use modcheck::baseline::Baseline;
use modcheck::rules::Finding;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

const POLICY: &str = "
version = 1
modules.app = { paths = [\"shop\"], kind = \"app\" }
modules.orders = { paths = [\"shop::orders\"], public = [\"f0\"], owns.tables = [\"t0\"] }
modules.payments = { paths = [\"shop::payments\"], public = [\"f1\"], depends-on = [\"orders\"], owns.tables = [\"t1\"] }
modules.ledger = { paths = [\"ledger\"], public = [\"f0\", \"f1\"], depends-on = [\"orders\"], owns.tables = [\"t2\"] }
";
const TABLES: &str = "CREATE TABLE t0 (id int);\nCREATE TABLE t1 (id int);\nCREATE TABLE t2 (id int);\n";
/// Where functions live: crate, module, and how others name it. The last one is the root of its crate.
const PLACES: [(&str, &str, &str); 3] =
    [("shop", "orders", "crate::orders"), ("shop", "payments", "crate::payments"), ("ledger", "", "ledger")];
/// How many functions each place has.
const FUNCTIONS: usize = 3;

/// What a function does.
#[derive(Clone, Debug)]
enum Step {
    /// Calls a function of a place.
    Call(usize, usize),
    /// Sets a local from a call and uses it.
    Local(usize, usize),
    /// Writes a table.
    Write(usize),
}

/// By place, by function.
type Program = Vec<Vec<Vec<Step>>>;

fn steps() -> impl Strategy<Value = Step> {
    let function = (0..PLACES.len(), 0..FUNCTIONS);
    prop_oneof![
        function.clone().prop_map(|(place, function)| Step::Call(place, function)),
        function.prop_map(|(place, function)| Step::Local(place, function)),
        (0..PLACES.len()).prop_map(Step::Write),
    ]
}

fn programs() -> impl Strategy<Value = Program> {
    let function = proptest::collection::vec(steps(), 0..4);
    let functions = proptest::collection::vec(function, FUNCTIONS);
    proptest::collection::vec(functions, PLACES.len())
}

/// How a program is written.
#[derive(Clone, Debug)]
struct Style {
    /// In which order functions stand.
    order: Vec<usize>,
    /// Whether modules stand in the file of the root.
    inline: bool,
    /// Whether the modules come in turned order.
    turned: bool,
    /// What locals are called.
    local: String,
    /// What stands between functions and steps.
    between: String,
}

fn styles() -> impl Strategy<Value = Style> {
    let order = Just((0..FUNCTIONS).collect::<Vec<_>>()).prop_shuffle();
    let between = prop_oneof![Just("\n"), Just("\n\n\n"), Just("\n// said in between\n")];
    (order, any::<bool>(), any::<bool>(), "[a-e]{1,8}", between).prop_map(
        |(order, inline, turned, local, between)| Style {
            order,
            inline,
            turned,
            local: format!("local_{local}"),
            between: between.to_owned(),
        },
    )
}

fn body(functions: &[Vec<Step>], own: usize, style: &Style) -> String {
    let mut text = String::new();
    for &index in &style.order {
        let _ = write!(text, "pub fn f{index}() -> u32 {{{}", style.between);
        for (number, step) in functions[index].iter().enumerate() {
            let name = |place: usize, function: usize| match place == own {
                true => format!("self::f{function}()"),
                // The library knows nothing of the application.
                false if own == 2 => format!("self::f{function}()"),
                false => format!("{}::f{function}()", PLACES[place].2),
            };
            let local = format!("{}{number}", style.local);
            let _ = match *step {
                Step::Call(place, function) => write!(text, "{};", name(place, function)),
                Step::Local(place, function) => {
                    write!(text, "let {local} = {}; drop({local});", name(place, function))
                }
                Step::Write(table) => write!(text, "sqlx::query(\"DELETE FROM t{table}\");"),
            };
            text.push_str(&style.between);
        }
        let _ = write!(text, "0 }}{}", style.between);
    }
    text
}

/// The files of a program by path.
fn files(program: &Program, style: &Style) -> Vec<(String, String)> {
    let mut root = String::new();
    let mut files = Vec::new();
    let mut modules: Vec<usize> = vec![0, 1];
    if style.turned {
        modules.reverse();
    }
    for place in modules {
        let (name, text) = (PLACES[place].1, body(&program[place], place, style));
        match style.inline {
            true => _ = writeln!(root, "pub mod {name} {{\n{text}}}"),
            false => {
                let _ = writeln!(root, "pub mod {name};");
                files.push((format!("shop/src/{name}.rs"), text));
            }
        }
    }
    files.push(("shop/src/lib.rs".to_owned(), root));
    files.push(("ledger/src/lib.rs".to_owned(), body(&program[2], 2, style)));
    files
}

fn findings(program: &Program, style: &Style) -> Vec<Finding> {
    let mut text = String::new();
    for (path, content) in files(program, style) {
        let header = match path.as_str() {
            "shop/src/lib.rs" => " crate:shop deps:ledger,ext:sqlx",
            "ledger/src/lib.rs" => " crate:ledger deps:ext:sqlx",
            _ => "",
        };
        let _ = writeln!(text, "//- /{path}{header}\n{content}");
    }
    let policy = modcheck::config::load(POLICY, "boundaries.toml", &modcheck::rules::names()).unwrap();
    let source = Fixture::parse(&text).source;
    modcheck::check(&source, &policy, Known::default(), &|_| ()).unwrap().findings
}

/// The same programs in every run.
fn runner(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

#[test]
fn how_a_program_is_written_never_changes_its_baseline() {
    let mut entries = 0;
    let mut runner = runner(100);
    let cases = (programs(), styles(), styles());
    for _ in 0..100 {
        let (program, one, other) =
            proptest::strategy::ValueTree::current(&cases.new_tree(&mut runner).unwrap());
        let [one, other] = [one, other].map(|style| Baseline::of(&findings(&program, &style)).write());
        assert_eq!(one, other, "{program:?}");
        entries += one.lines().count() - 3;
    }
    assert!(entries > 500, "only {entries} findings were compared");
}

/// What a branch accepts stays accepted after git put the lines of both together; what both left alone, too.
#[test]
fn lines_of_two_branches_put_together_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut runner = runner(40);
    let cases = (programs(), programs(), programs(), styles());
    let mut raised = 0;
    for _ in 0..40 {
        let (base, ours, theirs, style) =
            proptest::strategy::ValueTree::current(&cases.new_tree(&mut runner).unwrap());
        let [base, ours, theirs] =
            [base, ours, theirs].map(|program| Baseline::of(&findings(&program, &style)));
        let union = union(dir.path(), [&ours, &base, &theirs].map(Baseline::write));
        let merged = Baseline::read(&union, "boundaries.baseline.toml").unwrap();
        let count =
            |baseline: &Baseline, identity: &str| baseline.get(identity).map_or(0, |entry| entry.count);
        for (identity, entry) in ours.iter().chain(theirs.iter()) {
            let [before, ours, theirs] = [&base, &ours, &theirs].map(|baseline| count(baseline, identity));
            // A branch that accepts more than before, or both that accept as much.
            if entry.count > before || (ours >= before && theirs >= before) {
                assert!(count(&merged, identity) >= entry.count, "{identity}\n{union}");
                raised += 1;
            }
        }
    }
    assert!(raised > 200, "only {raised} lines were to be kept");
}

/// What git makes of two changes to a text with `merge=union`.
fn union(dir: &Path, texts: [String; 3]) -> String {
    for (name, text) in ["ours", "base", "theirs"].iter().zip(&texts) {
        std::fs::write(dir.join(name), text).unwrap();
    }
    let mut git = Command::new("git");
    git.current_dir(dir).args(["merge-file", "-p", "--union", "ours", "base", "theirs"]);
    String::from_utf8(git.output().unwrap().stdout).unwrap()
}

/// The baseline of a workspace on disk after commands with some flags.
fn written(dir: &Path, commands: &[&[&str]]) -> String {
    for command in commands {
        let run = run_in(dir, command);
        assert_eq!(run.code, 0, "{command:?}: {}", run.stderr);
    }
    std::fs::read_to_string(dir.join("boundaries.baseline.toml")).unwrap()
}

#[test]
fn a_run_over_one_package_leaves_the_lines_of_others_alone() {
    let mut runner = runner(4);
    let cases = (programs(), programs(), styles());
    for _ in 0..4 {
        let (before, after, style) =
            proptest::strategy::ValueTree::current(&cases.new_tree(&mut runner).unwrap());
        let dir = tempfile::tempdir().unwrap();
        let write = |program: &Program| {
            let manifest = |name: &str, more: &str| {
                format!(
                    "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\nsqlx = \"0\"\n{more}"
                )
            };
            let fixed = [
                (
                    "Cargo.toml",
                    "[workspace]\nmembers = [\"shop\", \"ledger\"]\nresolver = \"3\"\n".to_owned(),
                ),
                ("boundaries.toml", POLICY.to_owned()),
                ("migrations/20250101000000_tables.sql", TABLES.to_owned()),
                ("shop/Cargo.toml", manifest("shop", "ledger = { path = \"../ledger\" }\n")),
                ("ledger/Cargo.toml", manifest("ledger", "")),
            ];
            let fixed = fixed.map(|(path, text)| (path.to_owned(), text));
            for (path, text) in
                fixed.into_iter().chain(files(program, &Style { inline: false, ..style.clone() }))
            {
                let path = dir.path().join(path);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, text).unwrap();
            }
        };
        write(&before);
        let all = written(dir.path(), &[&["baseline"]]);
        // Nothing changed, so nothing changes, whichever part is looked at.
        for command in [
            &["baseline", "-p", "shop"][..],
            &["baseline", "--prune", "-p", "ledger"],
            &["baseline", "-p", "ledger"],
        ] {
            assert_eq!(written(dir.path(), &[command]), all, "{command:?}");
        }
        // After a change, one package after the other comes to the same as all at once.
        write(&after);
        let parts = written(
            dir.path(),
            &[&["baseline", "-p", "shop"], &["baseline", "-p", "ledger"], &["baseline", "--prune"]],
        );
        std::fs::write(dir.path().join("boundaries.baseline.toml"), &all).unwrap();
        // What stands in the policy belongs to no package.
        let of_packages = |text: &str| {
            text.lines()
                .filter(|line| !line.contains("unused-dependency"))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(of_packages(&parts), of_packages(&written(dir.path(), &[&["baseline"]])));
        let ledger = |text: &str| {
            text.lines().filter(|line| line.contains(" ledger ")).map(str::to_owned).collect::<Vec<_>>()
        };
        std::fs::write(dir.path().join("boundaries.baseline.toml"), &all).unwrap();
        assert_eq!(ledger(&written(dir.path(), &[&["baseline", "-p", "shop"]])), ledger(&all));
    }
}
