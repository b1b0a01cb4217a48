//! Reports in, bytes out. One file per format; a format is a plain function and knows no rule, no flag and no terminal.
//!
//! Each command has a folder with its formats and a table that registers them. Formats that colour their output always
//! do; whoever owns the stream strips the codes where they are not wanted.

pub mod escape;
pub mod report;
pub mod completeness;
pub mod marks;
pub mod view;
pub mod focus;
pub mod layout;
pub mod chain;
pub mod inventory;
pub mod diagnosis;
pub mod proposal;
pub mod propose;
pub mod draft;
pub mod lines;
pub mod diagnostic;
pub mod diff;
pub mod policy_errors;
pub mod closing;
pub mod audit;
pub mod notes;
pub mod fingerprint;
pub mod style;
pub mod schema;

pub mod check;
pub mod graph;
pub mod why;
pub mod data;
pub mod doctor;
pub mod readiness;

use std::io::{self, Write};

/// The version that every JSON document carries.
const JSON_VERSION: u32 = 1;

/// One way to write a `T`.
pub struct Format<T> {
    /// The value of `--format`.
    pub name: &'static str,
    /// It is for people and may be coloured.
    pub styled: bool,
    /// Writes all of it.
    pub write: fn(&T, &mut dyn Write) -> io::Result<()>,
}

/// The format of that name in a command's table.
pub fn find<T>(formats: &'static [Format<T>], name: &str) -> Option<&'static Format<T>> {
    formats.iter().find(|format| format.name == name)
}

/// The names in a command's table, in its order; the first is the default.
pub fn names<T>(formats: &'static [Format<T>]) -> Vec<&'static str> {
    formats.iter().map(|format| format.name).collect()
}

/// Writes a document as indented JSON with a newline at its end.
fn write_json(document: &impl serde::Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document)?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// Compares a command's table with its folder.
    #[track_caller]
    fn check<T>(folder: &str, formats: &'static [Format<T>]) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/output").join(folder);
        #[expect(clippy::disallowed_methods, reason = "a test reads the project's own folders")]
        let files = std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path());
        let stems = files.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned());
        let in_folder: BTreeSet<String> = stems.filter(|stem| stem != "mod").collect();
        let in_table: BTreeSet<String> = names(formats).into_iter().map(str::to_owned).collect();
        let missing: Vec<_> = in_folder.difference(&in_table).collect();
        assert!(missing.is_empty(), "src/output/{folder}/mod.rs: FORMATS lacks an entry for {missing:?}");
        let stray: Vec<_> = in_table.difference(&in_folder).collect();
        assert!(stray.is_empty(), "src/output/{folder} has no file for the formats {stray:?}");
        assert_eq!(in_table.len(), formats.len(), "src/output/{folder}/mod.rs: FORMATS names one twice");
    }

    #[test]
    fn every_format_is_registered() {
        check("check", check::FORMATS);
        check("graph", graph::FORMATS);
        check("why", why::FORMATS);
        check("data", data::FORMATS);
        check("doctor", doctor::FORMATS);
        check("readiness", readiness::FORMATS);
    }
}
