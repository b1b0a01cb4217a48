//! The schemas that `schema` prints: every JSON output of every test is held against its own, `boundaries.toml` against
//! what the reader makes of it.

mod policy;

pub use policy::agree;

use crate::cli::{LENIENT, STRICT, Workspace, run_in};
use crate::metamorphic;
use jsonschema::Validator;
use modcheck::output::schema::{DOCUMENTS, find};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

/// The commands that write JSON, and the name of the schema of each.
const OUTPUTS: [(&str, &str); 6] = [
    ("check", "report"),
    ("graph", "graph"),
    ("data", "data"),
    ("why", "why"),
    ("readiness", "readiness"),
    ("doctor", "doctor"),
];
/// Those that never do.
const OTHERS: [&str; 7] = ["init", "baseline", "sync", "list", "explain", "schema", "help"];

/// What a run wrote to standard output and to files has to be as the schema says, where it is JSON.
#[track_caller]
pub fn check_output(dir: &Path, args: &[&str], stdout: &str) {
    let is_command =
        |arg: &&&str| OTHERS.contains(*arg) || OUTPUTS.iter().any(|(command, _)| command == *arg);
    let command = args.iter().find(is_command).copied().unwrap_or("check");
    let Some((_, name)) = OUTPUTS.iter().find(|(known, _)| *known == command) else { return };
    let after = |flag: &'static str| args.windows(2).filter(move |pair| pair[0] == flag).map(|pair| pair[1]);
    if after("--format").any(|format| format == "json") && !stdout.is_empty() {
        assert!(is_ours(stdout).is_some(), "{args:?} wrote no JSON:\n{stdout}");
    }
    let file = |output: &str| {
        let path = output.split_once('=').map_or(output, |(_, path)| path);
        std::fs::read_to_string(dir.join(path)).ok()
    };
    for text in after("--output").filter_map(file).chain([stdout.to_owned()]) {
        is_ours(&text).iter().for_each(|document| is_as_described(name, document));
    }
}

/// The text as JSON, if it is a document with a version of ours: formats of others count theirs in other ways.
fn is_ours(text: &str) -> Option<Value> {
    let document: Value = serde_json::from_str(text).ok()?;
    document["version"].is_u64().then_some(document)
}

#[track_caller]
fn is_as_described(name: &str, document: &Value) {
    let errors: Vec<String> = validator(name)
        .iter_errors(document)
        .map(|error| format!("{}: {}", error.instance_path(), error.masked()))
        .collect();
    assert!(errors.is_empty(), "`schema {name}` does not describe what is written:\n{}", errors.join("\n"));
}

/// A validator that also wants every field to be described, which a schema for readers does not: there may be more fields
/// one day.
fn validator(name: &str) -> &'static Validator {
    static ALL: OnceLock<BTreeMap<&str, Validator>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let one = |name| {
            let mut schema = document(name);
            close(&mut schema);
            (name, jsonschema::draft202012::new(&schema).unwrap())
        };
        DOCUMENTS.iter().map(|document| one(document.name)).collect()
    });
    &all[name]
}

fn document(name: &str) -> Value {
    find(name).unwrap_or_else(|| panic!("no schema `{name}`")).schema().to_value()
}

fn close(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if object.get("properties").is_some_and(Value::is_object) && object.contains_key("type") {
                object.entry("additionalProperties").or_insert(json!(false));
            }
            object.values_mut().for_each(close);
        }
        Value::Array(values) => values.iter_mut().for_each(close),
        _ => {}
    }
}

fn json_of(dir: &Path, args: &[&str]) -> Value {
    let run = run_in(dir, args);
    serde_json::from_str(&run.stdout).unwrap_or_else(|e| panic!("{args:?}: {e}: {}", run.stderr))
}

/// What all commands write of a workspace, with the name of the schema of each. The hook of [`run_in`] validates it, too.
fn all_outputs(dir: &Path, ends: Option<(&str, &str)>) -> Vec<(&'static str, Value)> {
    let mut outputs = Vec::new();
    for level in ["module", "crate", "source"] {
        outputs.push(("graph", json_of(dir, &["graph", "--level", level, "--format", "json"])));
    }
    outputs.push(("data", json_of(dir, &["data", "--tests", "--format", "json"])));
    outputs.push(("doctor", json_of(dir, &["doctor", "--format", "json"])));
    if dir.join("boundaries.toml").exists() {
        outputs.push(("report", json_of(dir, &["check", "--format", "json"])));
    }
    if let Some((from, to)) = ends {
        outputs.push(("why", json_of(dir, &["why", from, to, "--format", "json"])));
    }
    for (name, document) in &outputs {
        is_as_described(name, document);
    }
    outputs
}

fn shop() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/shop")
}

#[test]
fn the_demo_is_as_described() {
    let outputs = all_outputs(&shop(), Some(("orders", "payments")));
    assert_eq!(outputs.len(), 7);
    assert!(outputs.iter().all(|(_, document)| document["version"] == 1));
}

#[test]
fn generated_workspaces_are_as_described() {
    let dir = tempfile::tempdir().unwrap();
    metamorphic::write_workspace(dir.path(), 4);
    let outputs = all_outputs(dir.path(), None);
    assert!(outputs[2].1["edges"].as_array().unwrap().len() > 20, "a workspace of nothing");
    let init = run_in(dir.path(), &["init"]);
    assert_eq!(init.code, 0, "{}", init.stderr);
    assert_eq!(all_outputs(dir.path(), None).len(), 6);
}

#[test]
fn what_is_left_out_elsewhere_is_as_described() {
    for policy in [STRICT, LENIENT] {
        let workspace = Workspace::shop(policy, "");
        assert_eq!(workspace.run(&["baseline", "-q"]).code, 0);
        all_outputs(workspace.dir.path(), Some(("payments", "orders")));
    }
}

/// Fields that some objects lack.
const OPTIONAL: [&str; 7] = ["cyclic", "violations", "data", "query", "file", "line", "column"];

/// Whatever is taken out of a document, or replaced by what is never written, does not go unnoticed.
#[test]
fn a_document_with_something_missing_or_wrong_is_refused() {
    for (name, document) in all_outputs(&shop(), Some(("orders", "payments"))) {
        let document = shortened(document);
        is_as_described(name, &document);
        let mut places = Vec::new();
        collect(&document, String::new(), &mut places);
        assert!(places.len() > 10, "{name}: {places:?}");
        let (mut removed, validator) = (0, validator(name));
        for place in &places {
            let mut wrong = document.clone();
            *wrong.pointer_mut(place).unwrap() = json!([[1.5]]);
            assert!(!validator.is_valid(&wrong), "{name}: nothing says what {place} is");
            let (parent, key) = place.rsplit_once('/').unwrap();
            let mut wrong = document.clone();
            let Some(Value::Object(object)) = wrong.pointer_mut(parent) else { continue };
            object.remove(key).unwrap();
            if !OPTIONAL.contains(&key) && !parent.ends_with("/reasons") {
                removed += 1;
                assert!(!validator.is_valid(&wrong), "{name}: {place} may be missing");
            }
        }
        assert!(removed > 5, "{name}");
    }
}

/// The same with the first two entries of each list: what is said of one is said of all.
fn shortened(document: Value) -> Value {
    match document {
        Value::Array(values) => values.into_iter().take(2).map(shortened).collect(),
        Value::Object(object) => object.into_iter().map(|(key, value)| (key, shortened(value))).collect(),
        other => other,
    }
}

/// The pointers to everything in a document but itself.
fn collect(value: &Value, at: String, places: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Array(values) => (0..).map(|index: usize| index.to_string()).zip(values).collect(),
        Value::Object(object) => object.iter().map(|(key, value)| (key.clone(), value)).collect(),
        _ => Vec::new(),
    };
    for (key, child) in children {
        let place = format!("{at}/{key}");
        places.push(place.clone());
        collect(child, place, places);
    }
}

/// The contract: what other tools may rely on is required.
#[test]
fn what_tools_rely_on_is_required() {
    let words = |text: &'static str| text.split_whitespace();
    for (name, at, fields) in [
        ("report", "", "version findings resolution modules summary incomplete"),
        (
            "report",
            "/$defs/Finding",
            "rule severity message file line column from to identity trail help baseline",
        ),
        ("graph", "", "version nodes edges resolution"),
        ("graph", "/$defs/SourceModule", "id package target target_kind path file test module"),
        ("graph", "/$defs/Edge", "from to refs kinds test sites"),
        ("graph", "/$defs/Site", "file line column kind text"),
        ("graph", "/$defs/Resolution", "references resolved external unresolved"),
        ("data", "", "version resources opaque"),
        ("data", "/$defs/Resource", "kind name owner accesses"),
        ("data", "/$defs/ResourceAccess", "access file line column source_module module via test"),
        ("data", "/$defs/Opaque", "file line reason"),
        ("why", "", "version from to hops references"),
        ("doctor", "", "version verdict declared summary resolution queries topics modules"),
    ] {
        let schema = document(name);
        let required = schema.pointer(at).and_then(|part| part["required"].as_array());
        let required = required.unwrap_or_else(|| panic!("`schema {name}` has no {at}"));
        let missing: Vec<&str> = words(fields).filter(|field| !required.contains(&json!(field))).collect();
        assert!(missing.is_empty(), "`schema {name}` does not require {missing:?} in `{at}`");
    }
}

#[test]
fn the_schemas_are_schemas_and_invent_no_address() {
    for entry in DOCUMENTS {
        let schema = document(entry.name);
        assert!(jsonschema::meta::is_valid(&schema), "{}", entry.name);
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert!(schema.get("$id").is_none());
        assert_eq!(schema.to_string().matches("://").count(), 1, "{}", entry.name);
        undescribed(entry.name, &schema, "");
    }
}

/// Everything that has a name says what it is, in a sentence without traces of the sources.
fn undescribed(name: &str, schema: &Value, at: &str) {
    let Some(object) = schema.as_object() else { return };
    for (kind, values) in object {
        let Some(named) = values.as_object().filter(|_| kind == "properties" || kind == "$defs") else {
            continue;
        };
        for (key, value) in named {
            let text = value["description"].as_str().unwrap_or_default();
            let is_sentence = text.ends_with('.') && !text.starts_with(char::is_lowercase);
            assert!(is_sentence, "`schema {name}` says of {at}/{key}: {text:?}");
            assert!(!text.contains("[`") && !text.contains('\n'), "{at}/{key}: {text:?}");
        }
    }
    for choice in object.get("oneOf").and_then(Value::as_array).into_iter().flatten() {
        let text = choice["description"].as_str().unwrap_or_default();
        assert!(
            text.ends_with('.') && !text.contains("[`"),
            "`schema {name}` says of {}: {text:?}",
            choice["const"]
        );
    }
    for (key, value) in object {
        undescribed(name, value, &format!("{at}/{key}"));
    }
}

#[test]
fn the_command_prints_them() {
    let workspace = Workspace::new("");
    for entry in DOCUMENTS {
        let run = workspace.run(&["schema", entry.name]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        assert_eq!(serde_json::from_str::<Value>(&run.stdout).unwrap(), document(entry.name));
    }
    let file = workspace.run(&["schema", "config", "--output", "boundaries.schema.json"]);
    assert_eq!((file.code, file.stdout.as_str(), file.stderr.as_str()), (0, "", ""));
    let written = std::fs::read_to_string(workspace.dir.path().join("boundaries.schema.json")).unwrap();
    assert_eq!(written, workspace.run(&["schema", "config"]).stdout);
    workspace.run(&["schema", "confg"]).ends(2, &[], &["a similar value exists: 'config'"]);
    workspace.run(&["schema"]).ends(2, &[], &["<NAME>"]);
    workspace.run(&["schema", "config", "--format", "json"]).ends(2, &[], &["`--format` has no effect"]);
}
