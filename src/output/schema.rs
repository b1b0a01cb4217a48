//! The documents that have a JSON Schema: `boundaries.toml`, and what each command writes as JSON. Schemas are made of the
//! types that are read and written, never by hand.

use super::report::capitalised;
use super::{check, data, doctor, graph, readiness, why, write_json};
use crate::config;
use crate::rules::RULES;
use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema};
use serde_json::Value;

/// A kind of document that has a schema.
pub struct Document {
    /// The name that the schema is asked for by.
    pub name: &'static str,
    /// What it describes: a phrase.
    pub about: &'static str,
    make: fn() -> Schema,
}

impl Document {
    /// Makes the schema.
    pub fn schema(&self) -> Schema {
        let mut schema = (self.make)();
        RecursiveTransform(tidy).transform(&mut schema);
        schema
    }
}

/// `boundaries.toml`.
pub static CONFIG: Document = Document { name: "config", about: "boundaries.toml", make: of_config };

/// Every document that has a schema.
pub static DOCUMENTS: &[&Document] = &[
    &CONFIG,
    &Document { name: "report", about: "what check writes with --format json", make: check::schema },
    &Document { name: "graph", about: "what graph writes with --format json", make: graph::schema },
    &Document { name: "data", about: "what data writes with --format json", make: data::schema },
    &Document { name: "why", about: "what why writes with --format json", make: why::schema },
    &Document { name: "doctor", about: "what doctor writes with --format json", make: doctor::schema },
    &Document {
        name: "readiness",
        about: "what readiness writes with --format json",
        make: readiness::schema,
    },
];

/// The document of that name.
pub fn find(name: &str) -> Option<&'static Document> {
    DOCUMENTS.iter().copied().find(|document| document.name == name)
}

/// The text of the schema of a document.
pub fn text(document: &Document) -> String {
    let mut text = Vec::new();
    write_json(&document.schema(), &mut text).expect("nothing fails to be written to memory");
    String::from_utf8(text).expect("JSON is UTF-8")
}

/// Leaves out what says something of the sources only: where comments are broken into lines, and how wide numbers are.
fn tidy(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = text.replace('\n', " ");
    }
    let is_number = |word: &Value| word == "integer" || word == "number";
    if schema.get("type").is_some_and(|types| match types {
        Value::Array(types) => types.iter().any(is_number),
        word => is_number(word),
    }) {
        schema.remove("format");
    }
}

/// The schema of what is written.
pub(super) fn schema_of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}

fn of_config() -> Schema {
    let mut schema = config::schema(RULES.iter().map(|rule| {
        let (summary, default) = (capitalised(rule.summary), rule.default.as_str());
        (rule.name, format!("{summary}. Default: `\"{default}\"`."))
    }));
    schema.insert("$comment".to_owned(), HOW_TO_REFRESH.into());
    schema
}

/// Said in the file that `init` writes, to whoever wonders where it comes from.
const HOW_TO_REFRESH: &str =
    "made by `cargo modcheck schema config`; make it anew when cargo-modcheck is updated";

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// Every folder with a JSON format has a schema.
    #[test]
    fn every_json_output_has_its_schema() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/output");
        #[expect(clippy::disallowed_methods, reason = "a test reads the project's own folders")]
        let folders = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
        let names = folders
            .filter(|folder| folder.join("json.rs").exists())
            .map(|folder| folder.file_name().unwrap().to_str().unwrap().replace("check", "report"));
        let described = DOCUMENTS.iter().map(|document| document.name.to_owned());
        let wanted: BTreeSet<String> = names.chain(["config".to_owned()]).collect();
        assert_eq!(described.collect::<BTreeSet<_>>(), wanted, "src/output/schema.rs: DOCUMENTS");
    }

    #[test]
    fn a_schema_reads_like_this() {
        let mut schema = why::schema();
        RecursiveTransform(tidy).transform(&mut schema);
        let hop = schema.get("$defs").and_then(|defs| defs.get("Hop")).unwrap();
        expect_test::expect![[r#"
            {
              "description": "One hop.",
              "properties": {
                "from": {
                  "description": "Who uses.",
                  "type": "string"
                },
                "refs": {
                  "description": "In how many places.",
                  "minimum": 0,
                  "type": "integer"
                },
                "to": {
                  "description": "What is used.",
                  "type": "string"
                }
              },
              "required": [
                "from",
                "to",
                "refs"
              ],
              "type": "object"
            }
        "#]]
        .assert_eq(&format!("{hop:#}\n"));
        assert_eq!(capitalised("code of one module"), "Code of one module");
    }
}
