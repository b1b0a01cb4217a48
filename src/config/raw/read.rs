//! Reads the keys, one function for each table.

use super::super::error::{ConfigError, quote};
use super::super::reader::{self, At, Errors, Table, Value};
use super::{Analysis, Context, Data, DependsOn, Layers, Module, Override, Owns, Raw, Shared, Version};
use toml::de::{DeTable, DeValue};

/// Reads the whole file. With a `version` that is not 1, nothing else is reported: its keys may mean other things.
pub(in crate::config) fn read<'a>(document: &'a DeTable<'a>, errors: &mut Errors) -> Raw<'a> {
    let mut top = Table::new("`boundaries.toml`".to_owned(), document);
    if !version(&mut top, errors) {
        return Raw::default();
    }
    let raw = Raw {
        version: Version,
        analysis: section(&mut top, "analysis", errors, analysis),
        data: section(&mut top, "data", errors, data),
        context: section(&mut top, "context", errors, context),
        layers: section(&mut top, "layers", errors, layers),
        rules: top.take("rules").map(|v| overrides(v, "[rules]", errors)).unwrap_or_default(),
        modules: modules(&mut top, errors),
        shared: section(&mut top, "shared", errors, shared),
    };
    top.finish(errors);
    raw
}

/// Whether the file is one that can be read on.
fn version(top: &mut Table<'_>, errors: &mut Errors) -> bool {
    match top.take("version") {
        None => errors.push(ConfigError::MissingVersion { at: (0, 0).into() }),
        Some(At { value: DeValue::Integer(n), .. }) if n.as_str() == "1" => {}
        Some(At { value: DeValue::Integer(n), at, .. }) => {
            errors.push(ConfigError::WrongVersion { found: n.to_string(), at });
            return false;
        }
        Some(value) => {
            let example = "`version = 1`".to_owned();
            reader::expect(None::<()>, value, "`version`", "the number 1", example, errors);
        }
    }
    true
}

/// Reads a top-level table with `read`, and reports what it leaves.
fn section<'a, T: Default>(
    top: &mut Table<'a>,
    key: &'static str,
    errors: &mut Errors,
    read: impl FnOnce(&mut Table<'a>, &mut Errors) -> T,
) -> T {
    let Some(mut table) = top.table(key, format!("`[{key}]`"), errors) else {
        return T::default();
    };
    let value = read(&mut table, errors);
    table.finish(errors);
    value
}

fn analysis<'a>(table: &mut Table<'a>, errors: &mut Errors) -> Analysis<'a> {
    Analysis {
        tests: table.string("tests", errors),
        exclude: table.strings("exclude", errors),
        min_resolution: table.number("min-resolution", errors),
    }
}

fn data<'a>(table: &mut Table<'a>, errors: &mut Errors) -> Data<'a> {
    Data {
        sql_dialect: table.string("sql-dialect", errors),
        migrations: table.strings("migrations", errors),
        extra_sql: table.strings("extra-sql", errors),
        ignore_tables: table.strings("ignore-tables", errors),
        sql_functions: table.strings("sql-functions", errors),
        env_functions: table.strings("env-functions", errors),
    }
}

fn context<'a>(table: &mut Table<'a>, errors: &mut Errors) -> Context<'a> {
    Context {
        engineers: table.integer("engineers", errors),
        platform_team: table.boolean("platform-team", errors),
        stage: table.string("stage", errors),
    }
}

fn layers<'a>(table: &mut Table<'a>, errors: &mut Errors) -> Layers<'a> {
    Layers { order: table.strings("order", errors) }
}

fn shared<'a>(table: &mut Table<'a>, errors: &mut Errors) -> Shared<'a> {
    Shared { reference: table.strings("reference", errors), outbox: table.strings("outbox", errors) }
}

fn modules<'a>(top: &mut Table<'a>, errors: &mut Errors) -> Vec<(At<&'a str>, Option<Module<'a>>)> {
    let value = top.take("modules");
    let empty = value.is_none_or(|value| value.value.as_table().is_some_and(|table| table.is_empty()));
    if empty {
        errors.push(ConfigError::NoModules { at: value.map_or((0, 0).into(), |value| value.key) });
    }
    let Some(mut table) = value.and_then(|value| reader::table(value, "`[modules]`".to_owned(), errors))
    else {
        return Vec::new();
    };
    let read = |(name, value): (&'a str, Value<'a>)| {
        let table = reader::table(value, quote(&format!("[modules.{name}]")), errors);
        (name_of(name, value), table.map(|table| module(name, table, errors)))
    };
    table.take_all().into_iter().map(read).collect()
}

fn module<'a>(name: &str, mut table: Table<'a>, errors: &mut Errors) -> Module<'a> {
    let t = &mut table;
    let paths = t.take("paths");
    let module = Module {
        has_paths: paths.is_some(),
        paths: paths.and_then(|value| reader::strings(value, "`paths`", errors)),
        kind: t.string("kind", errors),
        public: t.strings("public", errors),
        visible_to: t.strings("visible-to", errors),
        depends_on: depends_on(t, errors),
        layer: t.string("layer", errors),
        owner: t.string("owner", errors),
        because: t.string("because", errors),
        stateless: t.boolean("stateless", errors),
        extract: t.boolean("extract", errors),
        allow_crates: t.strings("allow-crates", errors),
        cadence: t.string("cadence", errors),
        scaling: t.string("scaling", errors),
        team: t.string("team", errors),
        owns: owns(name, t, errors),
        rules: t
            .take("rules")
            .map(|v| overrides(v, &format!("[modules.{name}.rules]"), errors))
            .unwrap_or_default(),
    };
    table.finish(errors);
    module
}

fn owns<'a>(module: &str, table: &mut Table<'a>, errors: &mut Errors) -> Owns<'a> {
    let Some(mut t) = table.table("owns", quote(&format!("[modules.{module}.owns]")), errors) else {
        return Owns::default();
    };
    let owns = Owns {
        tables: t.strings("tables", errors),
        views: t.strings("views", errors),
        readers: readers(&mut t, errors),
        cache_keys: t.strings("cache-keys", errors),
        topics: t.strings("topics", errors),
        env: t.strings("env", errors),
    };
    t.finish(errors);
    owns
}

/// Table globs to module names.
fn readers<'a>(owns: &mut Table<'a>, errors: &mut Errors) -> Vec<(At<&'a str>, Vec<At<&'a str>>)> {
    let Some(mut table) = owns.table("readers", "`readers`".to_owned(), errors) else {
        return Vec::new();
    };
    let read = |(glob, value): (&'a str, Value<'a>)| {
        let modules = reader::strings(value, &format!("the readers of {}", quote(glob)), errors)?;
        Some((name_of(glob, value), modules.value))
    };
    table.take_all().into_iter().filter_map(read).collect()
}

/// Rule names to severities.
fn overrides<'a>(value: Value<'a>, title: &str, errors: &mut Errors) -> Vec<Override<'a>> {
    let Some(mut table) = reader::table(value, quote(title), errors) else {
        return Vec::new();
    };
    let read = |(rule, value): (&'a str, Value<'a>)| {
        let severity = reader::string(value, &format!("the severity of {}", quote(rule)), errors)?;
        Some(Override { rule: name_of(rule, value), severity })
    };
    table.take_all().into_iter().filter_map(read).collect()
}

/// Strings and inline tables, mixed.
fn depends_on<'a>(table: &mut Table<'a>, errors: &mut Errors) -> Option<At<Vec<DependsOn<'a>>>> {
    let entries = reader::array(table.take("depends-on")?, "`depends-on`", errors)?;
    let mut read = Vec::new();
    for entry in &entries.value {
        read.extend(dependency(*entry, errors));
    }
    Some(At { value: read, key: entries.key, at: entries.at })
}

fn dependency<'a>(entry: Value<'a>, errors: &mut Errors) -> Option<DependsOn<'a>> {
    if let DeValue::String(name) = entry.value {
        let module = At { value: name.as_ref(), key: entry.at, at: entry.at };
        return Some(DependsOn { at: entry.at, module, deprecated: false, until: None, reason: None });
    }
    let title = "an entry of `depends-on`";
    let expected = "a module's name or an inline table";
    let example = "`\"ledger\"` or `{ module = \"ledger\", reason = \"…\" }`".to_owned();
    let table = reader::expect(entry.value.as_table(), entry, title, expected, example, errors)?;
    let mut table = Table::new(title.to_owned(), table);
    let has_module = table.has("module");
    let module = table.string("module", errors);
    let deprecated = table.boolean("deprecated", errors).unwrap_or(false);
    let until = table.take("until").and_then(|value| date(value, errors));
    let reason = table.string("reason", errors);
    table.finish(errors);
    if !has_module {
        errors.push(ConfigError::MissingKey {
            key: "module",
            table: title.to_owned(),
            help: "name the module that may be used: `{ module = \"ledger\", … }`".to_owned(),
            at: entry.at,
        });
    }
    Some(DependsOn { at: entry.at, module: module?, deprecated, until, reason })
}

/// A date may stand in quotes or as a TOML date.
fn date(value: Value<'_>, errors: &mut Errors) -> Option<At<String>> {
    let read = match value.value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Datetime(date) => Some(date.to_string()),
        _ => None,
    };
    let read =
        reader::expect(read, value, "`until`", "a date", "`until = \"2027-03-31\"`".to_owned(), errors)?;
    Some(At { value: read, key: value.key, at: value.at })
}

/// A key that is a name of the user's own.
fn name_of<'a>(name: &'a str, value: Value<'a>) -> At<&'a str> {
    At { value: name, key: value.key, at: value.key }
}
