//! A workspace written as one text: its files, its crates, and marks where findings are expected.
//!
//! Each file begins with a line `//- /path key:value …`. With `crate:` it is the root of a crate:
//!
//! - `crate:shop` the crate's name, `package:shop` its package (by default the same name),
//! - `kind:lib` what it builds (by default what cargo's layout says: `src/main.rs` is a `bin`), `edition:2021`,
//! - `deps:ledger,renamed=ledger,ext:serde` what its package depends on: crates of the text by name, under another name,
//!   or from outside; `dev-deps:` and `build-deps:` likewise.
//!
//! A package needs no `Cargo.toml`. If the text has one, each dependency stands on the line that begins with its key.
//!
//! `//~ rule, rule` at the end of a line (`#~` in TOML) expects findings there; `//~^ rule` expects them one line above.

use modcheck::source::{Dependency, DependencyKind, MemoryTree, Package, Source, Target, TargetKind};
use std::collections::{BTreeMap, BTreeSet};

/// A place where a rule speaks up: file, line, rule.
pub type Mark = (String, u32, String);

/// A parsed workspace.
pub struct Fixture {
    /// Its files by path.
    pub files: BTreeMap<String, String>,
    /// Its packages over its files.
    pub source: Source,
    /// Where findings are expected.
    pub marks: BTreeSet<Mark>,
}

/// What stands behind the path in a file's first line.
type Header<'a> = Vec<(&'a str, &'a str)>;

impl Fixture {
    /// Reads a workspace out of a text; panics with the reason where it makes no sense.
    pub fn parse(text: &str) -> Fixture {
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        let mut crates: Vec<(String, Header)> = Vec::new();
        let mut path = String::new();
        for line in text.lines() {
            if let Some(header) = line.strip_prefix("//- /") {
                let mut words = header.split_whitespace();
                path = words.next().expect("a path after `//- /`").to_string();
                let header: Header = words.map(|w| w.split_once(':').expect("`key:value`")).collect();
                assert!(files.insert(path.clone(), String::new()).is_none(), "`{path}` stands twice");
                if value(&header, "crate").is_some() {
                    crates.push((path.clone(), header));
                }
            } else if let Some(file) = files.get_mut(&path) {
                file.push_str(line);
                file.push('\n');
            } else {
                // Ahead of the first file there is room to say what the workspace shows.
                assert!(line.is_empty() || line.starts_with("// "), "text outside of a file: {line}");
            }
        }
        let packages = packages(&crates, &files);
        let marks = files.iter().flat_map(|(path, text)| marks(path, text)).collect();
        let tree = files.iter().map(|(path, text)| (path.clone(), text.as_str().into())).collect();
        let root = std::path::PathBuf::new();
        let source = Source {
            root,
            packages,
            cargo_packages: Vec::new(),
            tree: std::sync::Arc::new(MemoryTree { files: tree }),
            build_folder: None,
        };
        Fixture { files, source, marks }
    }
}

fn value<'a>(header: &Header<'a>, key: &str) -> Option<&'a str> {
    header.iter().find(|(k, _)| *k == key).map(|(_, value)| *value)
}

fn package_name<'a>(header: &Header<'a>) -> &'a str {
    value(header, "package").or_else(|| value(header, "crate")).expect("only crates are asked")
}

fn packages(crates: &[(String, Header)], files: &BTreeMap<String, String>) -> Vec<Package> {
    let names: BTreeSet<&str> = crates.iter().map(|(_, header)| package_name(header)).collect();
    let names: Vec<&str> = names.into_iter().collect();
    // Dependencies name crates; what they lead to is the package with a library of that name.
    let libraries: BTreeMap<&str, usize> = crates
        .iter()
        .filter(|(path, header)| kind(path, header).is_lib())
        .map(|(_, h)| (value(h, "crate").unwrap(), names.iter().position(|n| *n == package_name(h)).unwrap()))
        .collect();
    let package = |name: &&str| {
        let own: Vec<&(String, Header)> = crates.iter().filter(|(_, h)| package_name(h) == *name).collect();
        let folder = package_folder(&own[0].0);
        let manifest = if folder.is_empty() { "Cargo.toml".into() } else { format!("{folder}/Cargo.toml") };
        let lines = files.get(&manifest).map(String::as_str);
        let mut dependencies = Vec::new();
        for (key, kind) in [
            ("deps", DependencyKind::Normal),
            ("dev-deps", DependencyKind::Dev),
            ("build-deps", DependencyKind::Build),
        ] {
            let entries = own.iter().filter_map(|(_, h)| value(h, key)).flat_map(|v| v.split(','));
            dependencies.extend(entries.map(|e| dependency(e, kind, &libraries, &names, lines)));
        }
        let targets = own.iter().map(|(path, header)| target(path, header)).collect();
        Package { name: name.to_string(), manifest, targets, dependencies }
    };
    names.iter().map(package).collect()
}

/// The folder of the `Cargo.toml` that a crate root belongs to.
fn package_folder(root: &str) -> &str {
    let cut = ["src/", "tests/", "benches/", "examples/", "build.rs"].iter().find_map(|part| {
        root.match_indices(part).map(|(at, _)| at).find(|&at| at == 0 || root[..at].ends_with('/'))
    });
    root[..cut.unwrap_or_else(|| panic!("`{root}` is where no crate root belongs"))].trim_end_matches('/')
}

fn target(path: &str, header: &Header) -> Target {
    let edition = value(header, "edition").map_or(2021, |e| e.parse().expect("a year"));
    let name = value(header, "crate").unwrap().to_string();
    Target { name, kind: kind(path, header), root: path.to_string(), edition }
}

fn kind(path: &str, header: &Header) -> TargetKind {
    let by_layout = || match path {
        _ if path.ends_with("src/main.rs") || path.contains("src/bin/") => "bin",
        _ if path.ends_with("build.rs") => "build",
        _ if path.contains("tests/") => "test",
        _ if path.contains("benches/") => "bench",
        _ if path.contains("examples/") => "example",
        _ => "lib",
    };
    match value(header, "kind").unwrap_or_else(by_layout) {
        "lib" => TargetKind::Lib,
        "proc-macro" => TargetKind::ProcMacro,
        "bin" => TargetKind::Bin,
        "example" => TargetKind::Example,
        "test" => TargetKind::Test,
        "bench" => TargetKind::Bench,
        "build" => TargetKind::Build,
        other => panic!("unknown kind `{other}`"),
    }
}

/// `ledger`, `renamed=ledger`, `ext:serde` or `renamed=ext:serde`.
fn dependency(
    entry: &str,
    kind: DependencyKind,
    libraries: &BTreeMap<&str, usize>,
    names: &[&str],
    manifest: Option<&str>,
) -> Dependency {
    let (rename, name) = entry.split_once('=').map_or((None, entry), |(r, n)| (Some(r), n));
    let (package, member) = match name.strip_prefix("ext:") {
        Some(package) => (package, None),
        None => {
            let member = *libraries.get(name).unwrap_or_else(|| panic!("no library `{name}` for `{entry}`"));
            (names[member], Some(member))
        }
    };
    let ident = rename.unwrap_or(if member.is_some() { name } else { package }).replace('-', "_");
    let (line, column) = (manifest.and_then(|m| line_of(m, rename.unwrap_or(package), kind)).unwrap_or(1), 1);
    Dependency { ident, package: package.to_string(), member, kind, line, column }
}

/// The line of a manifest on which a dependency stands.
fn line_of(manifest: &str, key: &str, kind: DependencyKind) -> Option<u32> {
    let table = match kind {
        DependencyKind::Normal => "[dependencies",
        DependencyKind::Dev => "[dev-dependencies",
        DependencyKind::Build => "[build-dependencies",
    };
    let mut inside = false;
    let line = manifest.lines().position(|line| {
        if line.starts_with('[') {
            inside = line.starts_with(table);
        }
        let is_entry = line.strip_prefix(key).is_some_and(|rest| rest.starts_with([' ', '=', '.']));
        inside && (is_entry || line.starts_with(&format!("{table}.{key}]")))
    });
    line.map(|index| index as u32 + 1)
}

fn marks(path: &str, text: &str) -> Vec<Mark> {
    let sign = if path.ends_with(".toml") { "#~" } else { "//~" };
    let mut marks = Vec::new();
    for (line, text) in (1_u32..).zip(text.lines()) {
        let Some((_, mark)) = text.split_once(sign) else { continue };
        let (line, rules) = mark.strip_prefix('^').map_or((line, mark), |rules| (line - 1, rules));
        marks.extend(rules.split(',').map(|rule| (path.to_string(), line, rule.trim().to_string())));
    }
    marks
}

#[test]
fn a_text_becomes_packages_files_and_marks() {
    let fixture = Fixture::parse(
        "\
// What it shows.
//- /shop/Cargo.toml
[dependencies]
ledger-core = { path = \"../ledger\" } #~ undeclared-dependency
serde = \"1\"
[dev-dependencies]
books = { package = \"ledger-core\", path = \"../ledger\" }
//- /shop/src/main.rs crate:shop deps:ledger,ext:serde dev-deps:books=ledger
mod a; //~ a-rule, b-rule
//~^ c-rule
//- /ledger/src/lib.rs crate:ledger package:ledger-core edition:2018
",
    );
    let [ledger, shop] = &fixture.source.packages[..] else { panic!("two packages") };
    assert_eq!((ledger.name.as_str(), ledger.manifest.as_str()), ("ledger-core", "ledger/Cargo.toml"));
    assert_eq!((ledger.targets[0].kind, ledger.targets[0].edition), (TargetKind::Lib, 2018));
    assert_eq!((shop.targets[0].kind, shop.targets[0].root.as_str()), (TargetKind::Bin, "shop/src/main.rs"));
    let dependencies: Vec<_> =
        shop.dependencies.iter().map(|d| (d.ident.as_str(), d.package.as_str(), d.member, d.line)).collect();
    assert_eq!(
        dependencies,
        [
            ("ledger", "ledger-core", Some(0), 2),
            ("serde", "serde", None, 3),
            ("books", "ledger-core", Some(0), 5)
        ]
    );
    let marks: Vec<_> = fixture.marks.iter().map(|(f, l, r)| format!("{f}:{l} {r}")).collect();
    assert_eq!(
        marks,
        [
            "shop/Cargo.toml:2 undeclared-dependency",
            "shop/src/main.rs:1 a-rule",
            "shop/src/main.rs:1 b-rule",
            "shop/src/main.rs:1 c-rule",
        ]
    );
}
