//! Where each dependency stands in a `Cargo.toml`, because `cargo metadata` does not say.
//!
//! A finding about a dependency should point at its line. Text in, places out; a manifest that does not parse (cargo
//! has the last word on that) or an entry that is not found falls back to the first line.

use super::DependencyKind;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What the `[patch]` tables of a workspace's root manifest replace by a path: package name and folder, relative to the
/// root (the Cargo book's chapter on overriding dependencies).
pub(super) fn patches(text: &str) -> Vec<(String, String)> {
    let Ok(root) = DeTable::parse(text) else { return Vec::new() };
    let mut out = Vec::new();
    for (_, source) in table(root.get_ref(), "patch").into_iter().flatten() {
        let DeValue::Table(entries) = source.get_ref() else { continue };
        for (key, entry) in entries {
            let DeValue::Table(entry) = entry.get_ref() else { continue };
            let text = |key: &str| match entry.get(key).map(Spanned::get_ref) {
                Some(DeValue::String(text)) => Some(text.to_string()),
                _ => None,
            };
            if let Some(path) = text("path") {
                out.push((text("package").unwrap_or_else(|| key.get_ref().to_string()), path));
            }
        }
    }
    out
}

/// The keys of every dependency table of one manifest.
#[derive(Debug, Default)]
pub(super) struct DependencyPlaces {
    entries: Vec<Entry>,
}

/// A dependency's key and where it stands.
#[derive(Debug)]
struct Entry {
    kind: DependencyKind,
    /// As in `[target.'cfg(unix)'.dependencies]`, without blanks.
    target: Option<String>,
    key: String,
    line: u32,
    column: u32,
}

impl DependencyPlaces {
    /// Reads the places out of a manifest's text.
    pub(super) fn parse(text: &str) -> DependencyPlaces {
        let mut places = DependencyPlaces::default();
        let Ok(root) = DeTable::parse(text) else { return places };
        let root = root.get_ref();
        places.read_tables(text, root, None);
        if let Some(targets) = table(root, "target") {
            for (target, value) in targets {
                if let DeValue::Table(tables) = value.get_ref() {
                    places.read_tables(text, tables, Some(target.get_ref()));
                }
            }
        }
        places
    }

    /// Line and column, from 1, of a dependency by its key: what it is renamed to, or the package's name.
    pub(super) fn find(&self, kind: DependencyKind, target: Option<&str>, key: &str) -> (u32, u32) {
        let target = target.map(without_blanks);
        let named = || self.entries.iter().filter(|e| e.key == key);
        let exact = named().find(|e| e.kind == kind && e.target == target);
        let entry = exact.or_else(|| named().find(|e| e.kind == kind)).or_else(|| named().next());
        entry.map_or((1, 1), |e| (e.line, e.column))
    }

    fn read_tables(&mut self, text: &str, tables: &DeTable<'_>, target: Option<&str>) {
        const TABLES: [(&str, DependencyKind); 5] = [
            ("dependencies", DependencyKind::Normal),
            ("dev-dependencies", DependencyKind::Dev),
            ("dev_dependencies", DependencyKind::Dev),
            ("build-dependencies", DependencyKind::Build),
            ("build_dependencies", DependencyKind::Build),
        ];
        for (name, kind) in TABLES {
            for (key, _) in table(tables, name).into_iter().flatten() {
                self.entries.push(Entry::new(text, key, kind, target));
            }
        }
    }
}

impl Entry {
    fn new(
        text: &str,
        key: &Spanned<toml::de::DeString<'_>>,
        kind: DependencyKind,
        target: Option<&str>,
    ) -> Entry {
        let (line, column) = line_and_column(text, key.span().start);
        Entry { kind, target: target.map(without_blanks), key: key.get_ref().to_string(), line, column }
    }
}

/// The table under a key, if it is one.
fn table<'t, 'i>(parent: &'t DeTable<'i>, key: &str) -> Option<&'t DeTable<'i>> {
    match parent.get(key)?.get_ref() {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

/// Cargo prints a `cfg(…)` its own way; blanks are where it differs from what was written.
fn without_blanks(target: &str) -> String {
    target.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Line and column (in characters) of a byte offset, both from 1.
fn line_and_column(text: &str, offset: usize) -> (u32, u32) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |i| i + 1);
    let line = before.matches('\n').count() + 1;
    let column = before[line_start..].chars().count() + 1;
    (line as u32, column as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"
[package]
name = "ünï"

[dependencies]
serde = "1"
short = { package = "very-long-name", version = "2" }
dotted.workspace = true

[dependencies.header]
version = "1"

[dev-dependencies]
serde = "1"

[build-dependencies]
  indented = "1"

[target.'cfg( unix )'.dependencies]
serde = "1"
nix = "1"

[target.x86_64-pc-windows-msvc.dev-dependencies.winapi]
version = "1"
"#;

    #[track_caller]
    fn check(kind: DependencyKind, target: Option<&str>, key: &str, expected: (u32, u32)) {
        assert_eq!(DependencyPlaces::parse(MANIFEST).find(kind, target, key), expected, "{key}");
    }

    #[test]
    fn finds_keys_in_every_kind_of_table() {
        use DependencyKind::{Build, Dev, Normal};
        check(Normal, None, "serde", (6, 1));
        check(Normal, None, "short", (7, 1));
        check(Normal, None, "dotted", (8, 1));
        check(Normal, None, "header", (10, 15));
        check(Dev, None, "serde", (14, 1));
        check(Build, None, "indented", (17, 3));
        check(Normal, Some("cfg(unix)"), "serde", (20, 1));
        check(Dev, Some("x86_64-pc-windows-msvc"), "winapi", (23, 49));
    }

    #[test]
    fn an_entry_that_is_not_there_falls_back() {
        check(DependencyKind::Normal, Some("cfg(windows)"), "serde", (6, 1));
        check(DependencyKind::Dev, None, "nix", (21, 1));
        check(DependencyKind::Normal, None, "absent", (1, 1));
        assert_eq!(DependencyPlaces::parse("not toml [").find(DependencyKind::Normal, None, "serde"), (1, 1));
    }

    #[test]
    fn columns_count_characters() {
        let places = DependencyPlaces::parse("dependencies = { \"ü\" = '1', b = '1' }");
        assert_eq!(places.find(DependencyKind::Normal, None, "b"), (1, 29));
    }
}
