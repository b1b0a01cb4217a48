//! Raw to checked: gives every name and pattern of the file its meaning, or says why it has none.
//!
//! Goes on after an error, with the entry left out, so that all errors of a file are reported together. A policy leaves
//! this folder only if there were none.

mod module;
mod syntax;

use super::error::{ConfigError, quote};
use super::lines::Lines;
use super::policy::{
    Analysis, Context, Data, ModuleId, Pattern, Place, Policy, Severity, Shared, Stage, Tests,
};
use super::raw::{self, Raw, Strings, Text};
use super::reader::{At, Errors};
use super::suggest;
use crate::sql::Dialect;
use globset::{GlobSet, GlobSetBuilder};
use miette::SourceSpan;
use std::collections::BTreeMap;
use syntax::GlobOf;

/// What the checks of one file share.
struct Check<'a> {
    lines: Lines<'a>,
    known_rules: &'a [&'a str],
    modules: Vec<&'a str>,
    layers: Vec<&'a str>,
    errors: Errors,
}

/// Checks the raw form. `errors` are those of the reading; there is a policy only if none are left at the end.
pub(super) fn policy(
    raw: &Raw<'_>,
    text: &str,
    file: &str,
    known_rules: &[&str],
    errors: Errors,
) -> Result<Policy, Errors> {
    let names = raw.modules.iter().map(|(name, _)| name.value).collect();
    let mut check =
        Check { lines: Lines::new(text), known_rules, modules: names, layers: Vec::new(), errors };
    let policy = Policy {
        today: None,
        file: file.to_owned(),
        text: text.to_owned(),
        analysis: check.analysis(&raw.analysis),
        data: check.data(&raw.data),
        context: check.context(&raw.context),
        layers: check.layers(&raw.layers.order),
        rules: check.overrides(&raw.rules),
        overrides: std::collections::BTreeMap::new(),
        modules: check.modules(&raw.modules),
        shared: Shared {
            reference: check.patterns(&raw.shared.reference, GlobOf::Names),
            outbox: check.patterns(&raw.shared.outbox, GlobOf::Names),
        },
    };
    if check.errors.is_empty() { Ok(policy) } else { Err(check.errors) }
}

impl<'a> Check<'a> {
    fn place(&self, at: SourceSpan) -> Place {
        self.lines.place(at.offset())
    }

    /// The value, or `None` and the error noted.
    fn keep<T>(&mut self, result: Result<T, ConfigError>) -> Option<T> {
        result.map_err(|error| self.errors.push(error)).ok()
    }

    fn analysis(&mut self, raw: &raw::Analysis<'_>) -> Analysis {
        let tests = self.word(raw.tests, "a way to treat tests", TESTS);
        let min_resolution = raw.min_resolution.map(|share| {
            if !(0.0..=1.0).contains(&share.value) {
                self.errors.push(ConfigError::OutOfRange {
                    key: "min-resolution",
                    range: "between 0 and 1",
                    help: "write the share of references that has to resolve, such as 0.95 for 95 %"
                        .to_owned(),
                    at: share.at,
                });
            }
            share.value
        });
        Analysis { tests: tests.unwrap_or_default(), exclude: self.exclude(&raw.exclude), min_resolution }
    }

    /// A pattern that names a folder leaves out all that is in it.
    fn exclude(&mut self, raw: &Strings<'_>) -> GlobSet {
        let whole_folder = |text: &str| {
            let folder = text.trim_end_matches('/');
            vec![folder.to_owned(), format!("{folder}/**")]
        };
        self.files(raw, "`exclude`", whole_folder)
    }

    /// Files by glob; `spellings` says what an entry stands for.
    fn files(&mut self, raw: &Strings<'_>, key: &str, spellings: impl Fn(&str) -> Vec<String>) -> GlobSet {
        let mut set = GlobSetBuilder::new();
        for entry in elements(raw) {
            for text in spellings(entry.value) {
                let glob = syntax::glob(At { value: &text, ..entry }, GlobOf::Paths);
                let Some(glob) = self.keep(glob) else { break };
                set.add(glob.glob().clone());
            }
        }
        // Each glob has been compiled on its own; together they can only be too large.
        match set.build() {
            Ok(set) => set,
            Err(error) => {
                let at = raw.as_ref().map_or((0, 0).into(), |list| list.at);
                let why = syntax::glob_problem(error.kind());
                let help = "list fewer or simpler patterns";
                self.errors.push(ConfigError::BadGlob { glob: key.to_owned(), why, help, at });
                GlobSet::empty()
            }
        }
    }

    fn data(&mut self, raw: &raw::Data<'_>) -> Data {
        let migrations = self.texts(&raw.migrations, syntax::folder);
        Data {
            sql_dialect: self.word(raw.sql_dialect, "an SQL dialect", DIALECTS),
            migrations: migrations.iter().map(|folder| syntax::plain_folder(folder).to_owned()).collect(),
            extra_sql: self.files(&raw.extra_sql, "`extra-sql`", |text| vec![text.to_owned()]),
            ignore_tables: self.patterns(&raw.ignore_tables, GlobOf::Names),
            sql_functions: self.texts(&raw.sql_functions, syntax::function),
            env_functions: self.texts(&raw.env_functions, syntax::function),
        }
    }

    fn context(&mut self, raw: &raw::Context<'_>) -> Context {
        let engineers = raw.engineers.and_then(|count| {
            let out_of_range = |_| ConfigError::OutOfRange {
                key: "engineers",
                range: "between 0 and 4294967295",
                help: "write how many engineers work on the code, such as 12".to_owned(),
                at: count.at,
            };
            self.keep(u32::try_from(count.value).map_err(out_of_range))
        });
        let stage = self.word(raw.stage, "a stage", STAGES);
        Context { engineers, platform_team: raw.platform_team, stage }
    }

    fn layers<'r>(&mut self, raw: &Strings<'r>) -> Vec<(String, Place)>
    where
        'r: 'a,
    {
        let mut layers: Vec<At<&'a str>> = Vec::new();
        for layer in elements(raw) {
            if layer.value.trim().is_empty() {
                let help = "name the layer, such as \"domain\"".to_owned();
                self.errors.push(ConfigError::Empty {
                    what: "an entry of `order`".to_owned(),
                    help,
                    at: layer.at,
                });
            } else if let Some(first) = layers.iter().find(|l| l.value == layer.value) {
                let (layer, first, at) = (quote(layer.value), first.at, layer.at);
                self.errors.push(ConfigError::DuplicateLayer { layer, first, at });
            } else {
                layers.push(layer);
            }
        }
        self.layers = layers.iter().map(|layer| layer.value).collect();
        layers.iter().map(|layer| (layer.value.to_owned(), self.place(layer.at))).collect()
    }

    fn overrides(&mut self, raw: &[raw::Override<'_>]) -> BTreeMap<String, Severity> {
        let mut overrides = BTreeMap::new();
        for entry in raw {
            let rule = entry.rule.value;
            if !self.known_rules.contains(&rule) {
                let help = suggest::help(rule, "rules", self.known_rules.iter().copied());
                self.errors.push(ConfigError::UnknownRule { rule: quote(rule), help, at: entry.rule.at });
            }
            if let Some(severity) = self.word(Some(entry.severity), "a severity", SEVERITIES) {
                overrides.insert(rule.to_owned(), severity);
            }
        }
        overrides
    }

    fn modules(&mut self, raw: &[(At<&str>, Option<raw::Module<'_>>)]) -> Vec<super::policy::Module> {
        self.contested_paths(raw);
        let mut modules = Vec::new();
        for (index, (name, module)) in raw.iter().enumerate() {
            let Some(module) = module else { continue };
            modules.push(self.module(ModuleId(index as u32), *name, module));
        }
        modules
    }

    /// One of a few words.
    fn word<T: Copy>(&mut self, raw: Text<'_>, what: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let raw = raw?;
        let choice = choices.iter().find(|(word, _)| *word == raw.value);
        if choice.is_none() {
            let help = suggest::help(raw.value, "choices", choices.iter().map(|(word, _)| *word));
            self.errors.push(ConfigError::UnknownWord { word: quote(raw.value), what, help, at: raw.at });
        }
        choice.map(|(_, value)| *value)
    }

    /// Strings that stay strings, each looked at by `check`.
    fn texts(
        &mut self,
        raw: &Strings<'_>,
        check: impl Fn(At<&str>) -> Result<(), ConfigError>,
    ) -> Vec<String> {
        elements(raw).filter_map(|entry| self.keep(check(entry)).map(|()| entry.value.to_owned())).collect()
    }

    fn patterns(&mut self, raw: &Strings<'_>, of: GlobOf) -> Vec<Pattern> {
        elements(raw).filter_map(|entry| self.pattern(entry, of)).collect()
    }

    fn pattern(&mut self, entry: At<&str>, of: GlobOf) -> Option<Pattern> {
        let glob = self.keep(syntax::glob(entry, of))?;
        Some(Pattern { text: entry.value.to_owned(), glob, place: self.place(entry.at) })
    }
}

const TESTS: &[(&str, Tests)] = &[("ignore", Tests::Ignore), ("check", Tests::Check)];

const DIALECTS: &[(&str, Dialect)] = &[
    ("postgres", Dialect::Postgres),
    ("mysql", Dialect::Mysql),
    ("sqlite", Dialect::Sqlite),
    ("generic", Dialect::Generic),
];

const STAGES: &[(&str, Stage)] =
    &[("pre-fit", Stage::PreFit), ("growth", Stage::Growth), ("scale", Stage::Scale)];

const SEVERITIES: &[(&str, Severity)] =
    &[("allow", Severity::Allow), ("warn", Severity::Warn), ("deny", Severity::Deny)];

/// The entries of a list that may be absent.
fn elements<'r>(raw: &Strings<'r>) -> impl Iterator<Item = At<&'r str>> {
    raw.iter().flat_map(|list| &list.value).copied()
}
