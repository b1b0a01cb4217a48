//! Which files are migrations, and in which order.
//!
//! The layouts of diesel (`1_name/up.sql`), sqlx and golang-migrate (`1_name.sql`, `1_name.up.sql`), refinery
//! (`V1__name.sql`), and plain files in a folder of migrations.

use super::{Input, SchemaProblem, SqlFile};
use crate::sql::Dialect;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What was found.
#[derive(Default)]
pub(super) struct Found<'a> {
    /// Trees of migrations: those of PostgreSQL first, then by path.
    pub trees: Vec<Tree<'a>>,
    /// Files that the configuration adds, sorted.
    pub extra: Vec<&'a SqlFile>,
    pub left_out: Vec<Arc<str>>,
    pub problems: Vec<SchemaProblem>,
}

/// A folder of migrations.
pub(super) struct Tree<'a> {
    /// Path relative to the workspace root.
    pub folder: String,
    pub layout: Layout,
    pub dialect: Dialect,
    /// In the order in which they are run.
    pub steps: Vec<&'a SqlFile>,
}

impl Tree<'_> {
    /// `migrations (diesel)`
    pub fn label(&self) -> String {
        let folder = if self.folder.is_empty() { "." } else { &self.folder };
        format!("{folder} ({})", self.layout.name())
    }
}

/// How a folder is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Layout {
    Diesel,
    Sqlx,
    Refinery,
    Plain,
}

impl Layout {
    fn name(self) -> &'static str {
        match self {
            Layout::Diesel => "diesel",
            Layout::Sqlx => "sqlx",
            Layout::Refinery => "refinery",
            Layout::Plain => "plain files",
        }
    }
}

/// A file as its name and its folder's name make it out.
struct Step {
    folder: String,
    layout: Layout,
    order: Order,
    /// It takes back what another one does.
    down: bool,
}

/// Versions are compared as their tool compares them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Order {
    Number(Vec<u128>),
    Text(String),
}

/// Sorts the files of SQL by what they are.
pub(super) fn discover<'a>(input: &Input<'a>) -> Found<'a> {
    let mut found = Found::default();
    let mut groups: BTreeMap<(String, Layout), Vec<(Order, &SqlFile)>> = BTreeMap::new();
    let mut filled = BTreeSet::new();
    for file in input.files.iter().filter(|file| !input.exclude.is_match(&*file.path)) {
        let configured = input.migrations.iter().position(|folder| lies_in(&file.path, folder));
        filled.extend(configured);
        let is_migration =
            if input.migrations.is_empty() { is_known(&file.path) } else { configured.is_some() };
        let step = if is_migration { step(&file.path) } else { None };
        match step {
            Some(step) if !step.down => {
                groups.entry((step.folder, step.layout)).or_default().push((step.order, file));
            }
            Some(_) => found.left_out.push(file.path.clone()),
            None if input.extra_sql.is_match(&*file.path) => found.extra.push(file),
            None if is_migration => found.left_out.push(file.path.clone()),
            None => {}
        }
    }
    drop_beside_numbered(&mut groups, &mut found.left_out);
    for ((folder, layout), mut files) in groups {
        files.sort_by(|(a, x), (b, y)| (a, &x.path).cmp(&(b, &y.path)));
        let steps: Vec<&SqlFile> = files.into_iter().map(|(_, file)| file).collect();
        let dialect = dialect_of(&folder, &steps, input.dialect);
        found.trees.push(Tree { folder, layout, dialect, steps });
    }
    found.trees.sort_by(|a, b| (rank(a.dialect), &a.folder).cmp(&(rank(b.dialect), &b.folder)));
    found.left_out.sort();
    found.problems = missing(input, &filled);
    if !input.extra_sql.is_empty() && found.extra.is_empty() {
        let reason = "`extra-sql` matches no file beside the migrations".to_owned();
        found.problems.push(SchemaProblem { place: None, reason });
    }
    found
}

/// Plain files beside those with a version are not run: a dump of the schema, say.
fn drop_beside_numbered(
    groups: &mut BTreeMap<(String, Layout), Vec<(Order, &SqlFile)>>,
    left_out: &mut Vec<Arc<str>>,
) {
    let numbered: BTreeSet<String> = groups
        .keys()
        .filter(|(_, layout)| *layout != Layout::Plain)
        .map(|(folder, _)| folder.clone())
        .collect();
    groups.retain(|(folder, layout), files| {
        let keep = *layout != Layout::Plain || !numbered.contains(folder);
        if !keep {
            left_out.extend(files.iter().map(|(_, file)| file.path.clone()));
        }
        keep
    });
}

/// Configured folders without a file.
fn missing(input: &Input, filled: &BTreeSet<usize>) -> Vec<SchemaProblem> {
    let empty = input.migrations.iter().enumerate().filter(|(i, _)| !filled.contains(i));
    // Migrations in Rust may lie there as well.
    let empty = empty.filter(|(_, folder)| {
        !input.rust_trees.iter().any(|tree| lies_in(&format!("{}/", tree.name), folder))
    });
    empty
        .map(|(_, folder)| SchemaProblem {
            place: None,
            reason: format!("no migrations found in `{folder}`"),
        })
        .collect()
}

/// Whether a file lies in a configured folder, or below it.
fn lies_in(path: &str, folder: &str) -> bool {
    let folder = folder.trim_start_matches("./").trim_end_matches('/');
    if folder.is_empty() || folder == "." {
        return true;
    }
    let mut segments = path.split('/');
    let inside = folder.split('/').all(|wanted| {
        segments.next().is_some_and(|segment| wanted == "*" || wanted == segment || glob(wanted, segment))
    });
    inside && segments.next().is_some()
}

/// `*` inside a segment.
fn glob(pattern: &str, text: &str) -> bool {
    let Some((before, behind)) = pattern.split_once('*') else { return pattern == text };
    text.len() >= before.len() + behind.len() && text.starts_with(before) && text.ends_with(behind)
}

/// Whether a path is one of migrations, when nothing is configured. Tests bring their own.
fn is_known(path: &str) -> bool {
    let Some((folders, file)) = path.rsplit_once('/') else { return refinery(path).is_some() };
    let of_tests = |segment: &str| {
        matches!(segment, "tests" | "test" | "fixtures" | "testdata" | "examples" | "benches" | "test-data")
            || segment.starts_with("test_")
            || segment.starts_with("test-")
            || segment.ends_with("_tests")
    };
    if folders.split('/').any(of_tests) {
        return false;
    }
    refinery(file).is_some() || folders.split('/').any(|segment| segment.to_lowercase().contains("migration"))
}

/// What a file's path says of it as a migration.
fn step(path: &str) -> Option<Step> {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.strip_suffix(".sql")?;
    let of =
        |folder: &str, layout, order, down| Some(Step { folder: folder.to_owned(), layout, order, down });
    if let Some(direction) = diesel_file(stem) {
        let (root, version) = folder.rsplit_once('/').unwrap_or(("", folder));
        let version = version.split('_').next().unwrap_or(version).replace('-', "");
        return of(
            root,
            Layout::Diesel,
            Order::Text(format!("{version}\u{0}{stem}")),
            direction == Direction::Down,
        );
    }
    if let Some((order, down)) = refinery(file) {
        return of(folder, Layout::Refinery, order, down);
    }
    let (name, down) = match stem.rsplit_once('.') {
        Some((name, "down")) => (name, true),
        Some((name, "up")) => (name, false),
        _ => (stem, false),
    };
    let digits = name.split(['_', '-']).next().unwrap_or(name);
    match digits.parse::<u128>() {
        Ok(version) if digits.len() < name.len() => {
            of(folder, Layout::Sqlx, Order::Number(vec![version]), down)
        }
        _ => of(folder, Layout::Plain, natural(stem), down || name.ends_with("_down") || name == "down"),
    }
}

#[derive(PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

/// `up.sql`, `down.sql`, and `up1.sql` of those who write several.
fn diesel_file(stem: &str) -> Option<Direction> {
    let (direction, rest) = match (stem.strip_prefix("up"), stem.strip_prefix("down")) {
        (Some(rest), _) => (Direction::Up, rest),
        (_, Some(rest)) => (Direction::Down, rest),
        _ => return None,
    };
    rest.chars().all(|c| c.is_ascii_digit()).then_some(direction)
}

/// `V1__name.sql` and `V1.2__name.sql`; `U` takes back.
fn refinery(file: &str) -> Option<(Order, bool)> {
    let (version, _) = file.strip_suffix(".sql")?.split_once("__")?;
    let down = version.starts_with('U');
    let numbers = version.strip_prefix(['V', 'U'])?;
    let parts: Result<Vec<u128>, _> = numbers.split('.').map(str::parse).collect();
    Some((Order::Number(parts.ok()?), down))
}

/// Names in the order in which a person counts: `2_x` before `10_x`.
fn natural(stem: &str) -> Order {
    let mut text = String::new();
    let mut digits = String::new();
    for c in stem.chars().chain(std::iter::once('\u{0}')) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if !digits.is_empty() {
            text += &format!("{digits:0>40}");
            digits.clear();
        }
        text.push(c);
    }
    Order::Text(text)
}

fn rank(dialect: Dialect) -> u8 {
    match dialect {
        Dialect::Postgres => 0,
        Dialect::Generic => 1,
        Dialect::Mysql => 2,
        Dialect::Sqlite => 3,
    }
}

/// The dialect of a tree: by the names of its folders, as configured, or by what only one dialect writes.
fn dialect_of(folder: &str, steps: &[&SqlFile], configured: Option<Dialect>) -> Dialect {
    let folder = folder.to_lowercase();
    // The innermost folder speaks first.
    let named = folder.split(['/', '_', '-']).rev().find_map(|part| match part {
        "postgres" | "postgresql" | "pg" | "pgsql" | "psql" => Some(Dialect::Postgres),
        "mysql" | "mariadb" => Some(Dialect::Mysql),
        "sqlite" | "sqlite3" => Some(Dialect::Sqlite),
        _ => None,
    });
    named.or(configured).unwrap_or_else(|| dialect_of_text(steps))
}

fn dialect_of_text(steps: &[&SqlFile]) -> Dialect {
    let marks: [(Dialect, &[&str]); 3] = [
        (
            Dialect::Postgres,
            &[
                "SERIAL",
                "PLPGSQL",
                "::",
                "JSONB",
                "TIMESTAMPTZ",
                "TIMESTAMP WITH TIME ZONE",
                "$$",
                "BYTEA",
                " UUID",
                "CONCURRENTLY",
                "CREATE EXTENSION",
                "CREATE TYPE",
                "WITHOUT TIME ZONE",
            ],
        ),
        (
            Dialect::Mysql,
            &[
                "AUTO_INCREMENT",
                "ENGINE=",
                "ENGINE =",
                "DATETIME(",
                "CHARSET",
                "TINYINT(",
                "MEDIUMTEXT",
                "UNSIGNED",
            ],
        ),
        (
            Dialect::Sqlite,
            &["AUTOINCREMENT", "PRAGMA ", "WITHOUT ROWID", "DATETIME('NOW')", "STRFTIME(", "SQLITE"],
        ),
    ];
    let mut scores = [0_usize; 3];
    for file in steps {
        let text = file.text.to_uppercase();
        for (score, (_, marks)) in scores.iter_mut().zip(&marks) {
            *score += marks.iter().filter(|mark| text.contains(**mark)).count();
        }
    }
    let best = (0..3).rev().max_by_key(|i| scores[*i]).unwrap_or(0);
    marks[best].0
}
