//! Who touches which tables: the small workspaces in `fixtures/data`, one file per library, marked line by line.
//!
//! A file holds cases. Each begins with `//= what it shows`; the text behind it is a library with the dependencies that
//! the file's first lines say, `// deps: ext:sqlx`, or more files in the way of [`Fixture`]. Comments at the
//! beginning of a case may say:
//!
//! - `// deps: ext:sqlx,ext:anyhow` what this one depends on instead,
//! - `// sql-functions: store::exec` functions that are configured to take SQL,
//! - `// env-functions: required_var` functions that are configured to take the name of an environment variable.
//!
//! `//~ read users, write posts` at the end of a line, of SQL too, is the exact set of what is found there; a line
//! without a mark has nothing. Marks are taken out before anything is read. What may stand in one:
//!
//! - `read users`, `write users`, `ddl users`, `join users`, `foreign-key users`: an access, by the library that the
//!   file's `// via: sqlx` names. `via sql` behind it names another one, `approximate` and `test` say just that, and `q1`
//!   that it belongs to one statement with all others of the case that say so, and with no other,
//! - `table users`, `view users`: a declaration, `relation users`: a declared relation to it,
//! - `env PORT`, `key pay:*`, `topic orders.paid`, `bucket invoices`: a use of what is no table; `write`, `declares` and
//!   `test` behind it say just that,
//! - `opaque`: a query that could not be looked into,
//! - `tx write users via add > User::insert`: a transaction that begins here and what it touches, with the calls on
//!   the way there.

use crate::fixture::Fixture;
use modcheck::data::{DataModel, Options, Place, ResourceAccess, ResourceKind, TableAccess, TableKind};
use modcheck::sql::Access;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

/// What is said of each line: file and line to marks.
type Lines = BTreeMap<(String, u32), BTreeSet<String>>;

#[test]
fn tables_are_touched_where_the_marks_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/data");
    let files = std::fs::read_dir(folder).expect("the fixtures' folder").map(|f| f.expect("a file").path());
    let mut files: Vec<_> = files.collect();
    files.sort();
    let mut failures = String::new();
    for path in files {
        let text = std::fs::read_to_string(&path).expect("a readable fixture");
        let (head, cases) = cases(&text);
        for (title, case) in cases {
            let differences = check(&head, &case);
            if !differences.is_empty() {
                let name = path.file_stem().unwrap_or_default().to_string_lossy();
                let _ = write!(failures, "\n{name}: {title}\n{differences}");
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// What the text says of all its cases, and the cases by title.
fn cases(text: &str) -> (BTreeMap<&str, &str>, Vec<(&str, String)>) {
    let mut parts = text.split("//= ");
    let head = settings(parts.next().expect("text"));
    let case = |part: &'_ str| {
        let (title, rest) = part.split_once('\n').expect("a case below its title");
        (title.to_owned(), rest.to_owned())
    };
    let cases = parts.map(|part| {
        let (title, rest) = case(part);
        (&part[..title.len()], rest)
    });
    (head, cases.collect())
}

/// The comments `// key: value` that a text begins with.
fn settings(text: &str) -> BTreeMap<&str, &str> {
    let comments = text.lines().map_while(|line| line.strip_prefix("// "));
    comments.filter_map(|comment| comment.split_once(": ")).collect()
}

/// How a case differs from its marks.
fn check(head: &BTreeMap<&str, &str>, case: &str) -> String {
    let mut said = head.clone();
    said.extend(settings(case));
    let get = |key: &str| said.get(key).copied().unwrap_or_default();
    let text = if case.lines().any(|line| line.starts_with("//- /") && line.contains("crate:")) {
        case.to_owned()
    } else {
        format!("//- /src/lib.rs crate:app deps:{}\n{case}", get("deps"))
    };
    let (text, expected) = without_marks(&text, get("via"));
    let fixture = Fixture::parse(&text);
    let functions = |key| get(key).split(',').filter(|f| !f.is_empty()).map(Into::into).collect();
    let options = Options {
        sql_functions: functions("sql-functions"),
        env_functions: functions("env-functions"),
        ..Options::default()
    };
    let graph = modcheck::resolve(&fixture.source, &globset::GlobSet::empty(), &|_| ());
    let data = modcheck::data::inventory(&fixture.source, &graph, &options);
    compare(&expected, &found(&data), &data)
}

/// Takes the marks out of a workspace.
fn without_marks(text: &str, via: &str) -> (String, Lines) {
    let (mut out, mut lines) = (String::new(), Lines::new());
    let (mut file, mut number) = (String::new(), 0);
    for line in text.lines() {
        number += 1;
        if let Some(header) = line.strip_prefix("//- /") {
            file = header.split_whitespace().next().expect("a path").to_owned();
            number = 0;
        }
        let (code, mark) = line.split_once("//~ ").unwrap_or((line, ""));
        for mark in mark.split(',').map(str::trim).filter(|mark| !mark.is_empty()) {
            lines.entry((file.clone(), number)).or_default().insert(spelled_out(mark, via));
        }
        out.push_str(code.trim_end());
        out.push('\n');
    }
    (out, lines)
}

/// A mark with the library that it leaves out.
fn spelled_out(mark: &str, via: &str) -> String {
    let is_no_table = ["tx ", "env ", "key ", "topic ", "bucket "].iter().any(|verb| mark.starts_with(verb));
    let complete = mark.contains(" via ") || mark == "opaque" || is_no_table;
    match mark.split_once(' ') {
        Some((verb, rest)) if !complete => match rest.split_once(' ') {
            Some((table, more)) => format!("{verb} {table} via {via} {more}"),
            None => format!("{verb} {rest} via {via}"),
        },
        _ => mark.to_owned(),
    }
}

fn found(data: &DataModel) -> Lines {
    let mut lines = Lines::new();
    let mut note = |place: &Place, mark: String| {
        lines.entry((place.file.to_string(), place.line)).or_default().insert(mark);
    };
    for access in &data.accesses {
        note(&access.place, shown(data, access));
    }
    for access in &data.resource_accesses {
        note(&access.place, shown_resource(data, access));
    }
    for opaque in &data.opaque {
        note(&opaque.place, "opaque".into());
    }
    for transaction in &data.transactions {
        for inside in &transaction.accesses {
            let access = data.access(inside.access);
            let mut mark = format!("tx {} {}", verb(access.access), data.table(access.table).name);
            let chain: Vec<&str> = inside.chain.iter().map(|step| &*step.function).collect();
            if !chain.is_empty() {
                let _ = write!(mark, " via {}", chain.join(" > "));
            }
            note(&transaction.place, mark);
        }
    }
    lines
}

fn shown(data: &DataModel, access: &TableAccess) -> String {
    let table = data.table(access.table);
    let verb = match (access.declaration, access.access) {
        (true, Access::ForeignKey) => "relation",
        (true, _) if table.kind == TableKind::View => "view",
        (true, _) => "table",
        (false, access) => verb(access),
    };
    let mut mark = format!("{verb} {} via {}", table.name, access.via);
    for (word, holds) in [("approximate", access.approximate), ("test", access.test)] {
        if holds {
            let _ = write!(mark, " {word}");
        }
    }
    mark
}

fn shown_resource(data: &DataModel, access: &ResourceAccess) -> String {
    let resource = data.resource(access.resource);
    let kind = match resource.kind {
        ResourceKind::Env => "env",
        ResourceKind::CacheKey => "key",
        ResourceKind::Topic => "topic",
        ResourceKind::Bucket => "bucket",
    };
    let mut mark = format!("{kind} {}", resource.name);
    let writes = access.access == Access::Write;
    for (word, holds) in [("write", writes), ("declares", access.declaration), ("test", access.test)] {
        if holds {
            let _ = write!(mark, " {word}");
        }
    }
    mark
}

fn verb(access: Access) -> &'static str {
    match access {
        Access::Read => "read",
        Access::Write => "write",
        Access::Ddl => "ddl",
        Access::Join => "join",
        Access::ForeignKey => "foreign-key",
    }
}

/// Line by line what is expected and what was found, where the two differ.
fn compare(expected: &Lines, found: &Lines, data: &DataModel) -> String {
    let bare = |marks: Option<&BTreeSet<String>>| -> BTreeSet<String> {
        marks.into_iter().flatten().map(|mark| statement(mark).0.to_owned()).collect()
    };
    let mut out = String::new();
    for line in expected.keys().chain(found.keys()).collect::<BTreeSet<_>>() {
        let (expected, found) = (bare(expected.get(line)), bare(found.get(line)));
        if expected != found {
            let show = |marks: BTreeSet<String>| marks.into_iter().collect::<Vec<_>>().join(", ");
            let _ = writeln!(
                out,
                "  {}:{}\n    expected {}\n    got      {}",
                line.0,
                line.1,
                show(expected),
                show(found)
            );
        }
    }
    out + &statements(expected, data)
}

/// A mark without the statement that it belongs to, and that.
fn statement(mark: &str) -> (&str, Option<&str>) {
    match mark.rsplit_once(' ') {
        Some((rest, word)) if word.starts_with('q') && word[1..].parse::<u32>().is_ok() => (rest, Some(word)),
        _ => (mark, None),
    }
}

/// Whether the accesses that are said to be of one statement are, and no others.
fn statements(expected: &Lines, data: &DataModel) -> String {
    let mut out = String::new();
    let mut named: BTreeMap<u32, &str> = BTreeMap::new();
    let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
    for ((file, line), marks) in expected {
        for (mark, name) in marks.iter().map(|mark| statement(mark)) {
            let here =
                |a: &&TableAccess| *a.place.file == **file && a.place.line == *line && shown(data, a) == mark;
            let (Some(name), Some(access)) = (name, data.accesses.iter().find(here)) else { continue };
            let known = *numbers.entry(name).or_insert(access.query);
            if known != access.query || *named.entry(access.query).or_insert(name) != name {
                let _ = writeln!(out, "  {file}:{line} `{mark}` is not of the statement {name}");
            }
        }
    }
    out
}

#[test]
fn a_wrong_mark_is_reported() {
    let head = BTreeMap::from([("deps", "ext:sqlx"), ("via", "sqlx")]);
    let case = "\
pub async fn f() {
    sqlx::query!(\"SELECT a FROM users, posts\"); //~ read users, write users, join users q1, join posts q2
    sqlx::query!(\"SELECT a FROM users\");
    other(); //~ opaque
}
";
    assert_eq!(
        check(&head, case),
        "  src/lib.rs:2
    expected join posts via sqlx, join users via sqlx, read users via sqlx, write users via sqlx
    got      join posts via sqlx, join users via sqlx, read posts via sqlx, read users via sqlx
  src/lib.rs:3
    expected 
    got      read users via sqlx
  src/lib.rs:4
    expected opaque
    got      
  src/lib.rs:2 `join users via sqlx` is not of the statement q1
"
    );
}
