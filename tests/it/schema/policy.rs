//! `boundaries.toml`: its schema takes what the reader takes, and refuses what the reader refuses.

use super::document;
use jsonschema::Validator;
use modcheck::config::{ConfigError, ConfigErrors, load, policy::Policy};
use modcheck::rules;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

fn validator() -> &'static Validator {
    static VALIDATOR: OnceLock<Validator> = OnceLock::new();
    VALIDATOR.get_or_init(|| jsonschema::draft202012::new(&document("config")).unwrap())
}

/// The schema and the reader say the same of a text, as far as a schema can tell.
#[track_caller]
pub fn agree(text: &str, loaded: &Result<Policy, ConfigErrors>) {
    let Some(document) = to_json(text) else { return };
    let errors: Vec<String> = validator().iter_errors(&document).map(|error| error.to_string()).collect();
    match loaded {
        Ok(_) => assert!(errors.is_empty(), "the schema refuses what loads: {errors:#?}\n{text}"),
        Err(refused) => {
            let wrong: Vec<&ConfigError> = refused.errors().iter().filter(|e| is_about_shape(e)).collect();
            assert_eq!(
                errors.is_empty(),
                wrong.is_empty(),
                "the schema says {errors:#?}, the reader {wrong:#?} of\n{text}"
            );
        }
    }
}

/// Keys, types and words: what a schema can tell. What names mean, and what globs and paths look like, it can't.
fn is_about_shape(error: &ConfigError) -> bool {
    match error {
        ConfigError::MissingVersion { .. }
        | ConfigError::WrongVersion { .. }
        | ConfigError::UnknownKey { .. }
        | ConfigError::MissingKey { .. }
        | ConfigError::WrongType { .. }
        | ConfigError::UnknownWord { .. }
        | ConfigError::UnknownRule { .. }
        | ConfigError::NoModules { .. }
        | ConfigError::EmptyPaths { .. }
        | ConfigError::OutOfRange { .. } => true,
        ConfigError::BadDate { why, .. } => *why == "not of the form YYYY-MM-DD",
        _ => false,
    }
}

/// The text as JSON, if it is TOML. Dates become strings, as editors do it.
fn to_json(text: &str) -> Option<Value> {
    fn value(toml: toml::Value) -> Value {
        match toml {
            toml::Value::String(text) => text.into(),
            toml::Value::Integer(number) => number.into(),
            toml::Value::Float(number) => number.into(),
            toml::Value::Boolean(truth) => truth.into(),
            toml::Value::Datetime(date) => date.to_string().into(),
            toml::Value::Array(values) => values.into_iter().map(value).collect(),
            toml::Value::Table(table) => table.into_iter().map(|(key, inner)| (key, value(inner))).collect(),
        }
    }
    toml::from_str::<toml::Table>(text).ok().map(|table| value(table.into()))
}

fn read(text: &str) -> Result<Policy, ConfigErrors> {
    load(text, "boundaries.toml", &rules::names())
}

#[test]
fn the_policies_of_the_repository_are_taken() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in ["boundaries.toml", "boundaries.example.toml", "fixtures/shop/boundaries.toml"] {
        let text = std::fs::read_to_string(root.join(file)).unwrap();
        let loaded = read(&text);
        assert!(loaded.is_ok(), "{file}");
        agree(&text, &loaded);
    }
}

/// A table of the schema: how one gets there from the top, and its own schema.
struct Table<'a> {
    way: Vec<Step>,
    schema: &'a Map<String, Value>,
}

#[derive(Clone, Debug)]
enum Step {
    Key(String),
    /// A name of the user's own.
    Name,
    Item,
}

/// Every table whose keys the schema lists.
fn tables(schema: &Value) -> Vec<Table<'_>> {
    fn walk<'a>(schema: &'a Value, way: &[Step], found: &mut Vec<Table<'a>>) {
        let Some(object) = schema.as_object() else { return };
        let properties = object.get("properties").and_then(Value::as_object);
        let names = object.get("additionalProperties").filter(|names| names.is_object());
        let items = object.get("items");
        if properties.is_some() {
            assert_eq!(object["additionalProperties"], false, "{way:?} takes any key");
            found.push(Table { way: way.to_vec(), schema: object });
        }
        let step = |step| [way, &[step]].concat();
        for (key, inner) in properties.into_iter().flatten() {
            walk(inner, &step(Step::Key(key.clone())), found);
        }
        names.into_iter().for_each(|inner| walk(inner, &step(Step::Name), found));
        items.into_iter().for_each(|inner| walk(inner, &step(Step::Item), found));
        for choice in object.get("anyOf").and_then(Value::as_array).into_iter().flatten() {
            walk(choice, way, found);
        }
    }
    let mut found = Vec::new();
    walk(schema, &[], &mut found);
    found
}

/// A small policy with something at the end of a way.
fn policy_with(way: &[Step], key: &str, value: Value) -> String {
    let mut policy = json!({ "version": 1, "modules": { "a": { "paths": ["a"] } } });
    let mut inner = &mut policy;
    for step in way {
        inner = match step {
            Step::Key(key) => &mut inner[key.as_str()],
            Step::Name => &mut inner["a"],
            Step::Item => {
                *inner = json!([{ "module": "a" }]);
                &mut inner[0]
            }
        };
    }
    inner[key] = value;
    toml::to_string(&policy).unwrap()
}

fn keys(table: &Table<'_>) -> BTreeSet<String> {
    table.schema["properties"].as_object().unwrap().keys().cloned().collect()
}

/// The keys that a table may have are asked of the reader by way of one that no table has.
#[test]
fn every_key_of_the_reader_is_one_of_the_schema_and_none_more() {
    let schema = document("config");
    let mut count = 0;
    for table in tables(&schema) {
        let text = policy_with(&table.way, "nowhere", json!("warn"));
        let errors = read(&text).expect_err(&text);
        let known = errors.errors().iter().find_map(|error| match error {
            ConfigError::UnknownKey { known, .. } => {
                Some(known.iter().map(|key| (*key).to_owned()).collect())
            }
            // Of rules, the reader is told which ones there are.
            ConfigError::UnknownRule { .. } => {
                Some(rules::names().iter().map(|name| (*name).to_owned()).collect())
            }
            _ => None,
        });
        assert_eq!(known, Some(keys(&table)), "{:?}", table.way);
        count += 1;
    }
    // The file, its six sections, a module with three more tables, one of which is an entry of `depends-on`.
    assert_eq!(count, 11);
}

/// Each key with values of every type.
#[test]
fn every_key_takes_what_the_reader_takes() {
    let schema = document("config");
    let values = [
        json!(true),
        json!(1),
        json!(2),
        json!(-1),
        json!(0.5),
        json!(1.5),
        json!(4_294_967_296_u64),
        json!(""),
        json!("x"),
        json!("2027-03-31"),
        json!("31.03.2027"),
        json!([]),
        json!(["x"]),
        json!(["x", 1]),
        json!([1]),
        json!([["x"]]),
        json!([{}]),
        json!([{ "module": "a" }]),
        json!({}),
        json!({ "x": 1 }),
        json!({ "x": "x" }),
        json!({ "x": ["x"] }),
        json!({ "x": {} }),
        json!({ "private-access": "deny" }),
        json!({ "private-access": 1 }),
    ];
    let words = ["ignore", "check", "postgres", "mysql", "sqlite", "generic", "pre-fit", "growth", "scale"];
    let words = words.into_iter().chain(["domain", "library", "app", "allow", "warn", "deny", "Deny"]);
    let values: Vec<Value> = values.into_iter().chain(words.map(|word| json!(word))).collect();
    let (mut taken, mut refused) = (0, 0);
    for table in tables(&schema) {
        for key in keys(&table) {
            for value in &values {
                let text = policy_with(&table.way, &key, value.clone());
                let loaded = read(&text);
                agree(&text, &loaded);
                *(if loaded.is_ok() { &mut taken } else { &mut refused }) += 1;
            }
        }
    }
    assert!(taken > 100 && refused > 1000, "{taken} {refused}");
}

#[test]
fn what_has_to_be_there_is_missed() {
    for text in [
        "",
        "version = 1",
        "version = 1\nmodules = {}",
        "version = 1\nmodules = 1",
        "[modules.a]\npaths = ['a']",
        "version = 2\n[modules.a]\npaths = ['a']",
        "version = '1'\n[modules.a]\npaths = ['a']",
        "version = 1\n[modules.a]",
        "version = 1\n[modules.a]\npaths = []",
        "version = 1\n[modules.a]\npaths = ['a']\ndepends-on = [{ until = 2027-03-31 }]",
        "version = 1\n[modules.a]\npaths = ['a']\n[modules.b]\npaths = ['b']\ndepends-on = [{ module = 'a', until = 2027-03-31 }]",
        "version = 1\n[modules.a]\npaths = ['a']\n[modules.b]\npaths = ['b']\ndepends-on = [{ module = 'a', until = 10:00:00 }]",
    ] {
        agree(text, &read(text));
    }
}

#[test]
fn the_example_and_the_readme_name_every_key() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let (example, readme) = (file("boundaries.example.toml"), file("README.md"));
    let words: Vec<&str> = example.split(|c: char| !c.is_alphanumeric() && c != '-').collect();
    let schema = document("config");
    let mut all = BTreeSet::new();
    for table in tables(&schema)
        .iter()
        .filter(|table| !matches!(table.way.last(), Some(Step::Key(key)) if key == "rules"))
    {
        all.extend(keys(table));
    }
    assert!(all.len() > 40, "{all:?}");
    let missing: Vec<_> = all.iter().filter(|key| !words.contains(&key.as_str())).collect();
    assert!(missing.is_empty(), "boundaries.example.toml does not show {missing:?}");
    let told = |key: &str| {
        ["`K`", " K`", "`[K]", ".K]`"].iter().any(|form| readme.contains(&form.replace('K', key)))
    };
    let missing: Vec<_> = all.iter().filter(|key| !told(key)).collect();
    assert!(missing.is_empty(), "README.md does not tell of {missing:?}");
}
