//! The JSON Schema of `boundaries.toml`, for editors: made of the types in [`raw`](super::raw), so that it knows the keys
//! that are read and no others.
//!
//! Nothing in it is a reference to another part of it: not every editor shows what is said beside one.

use super::policy::Severity;
use super::raw::Raw;
use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, transform_subschemas};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// The schema. `rules` are the rules that a severity may be set for, each with what is said about it.
pub fn schema<'a>(rules: impl IntoIterator<Item = (&'a str, String)>) -> Schema {
    let mut settings = SchemaSettings::draft2020_12().with_transform(RecursiveTransform(without_null));
    settings.inline_subschemas = true;
    let mut generator = settings.into_generator();
    let severities = words::<Severity>(&mut generator);
    let mut schema = generator.into_root_schema_for::<Raw>();
    let severity = |(name, about): (&str, String)| {
        (name.to_owned(), json!({ "description": about, "enum": severities }))
    };
    list_rules(&mut schema, &rules.into_iter().map(severity).collect());
    schema
}

/// Rules and their severities. Which rules there are is not known here: [`schema`] is told, and lists them.
pub(super) struct Severities;

impl JsonSchema for Severities {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Severities".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", UNLISTED: true, "additionalProperties": false })
    }
}

/// Marks an object whose properties are the rules, until they are listed.
const UNLISTED: &str = "$unlisted-rules";

fn list_rules(schema: &mut Schema, rules: &Map<String, Value>) {
    if schema.remove(UNLISTED).is_some() {
        schema.insert("properties".to_owned(), rules.clone().into());
    }
    transform_subschemas(&mut |inner: &mut Schema| list_rules(inner, rules), schema);
}

/// TOML has no `null`: a key that may be left out is left out.
fn without_null(schema: &mut Schema) {
    let null = json!("null");
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| *name != null);
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.retain(|choice| choice.get("type") != Some(&null));
        if let [Value::Object(only)] = choices.as_mut_slice() {
            let only = std::mem::take(only);
            schema.remove("anyOf");
            for (key, value) in only {
                // What a key says about itself goes before what its type says.
                schema.ensure_object().entry(key).or_insert(value);
            }
        }
    }
}

/// The version of the format.
pub(super) fn version(schema: &mut Schema) {
    *schema = json_schema!({ "const": 1 });
}

/// An entry of `depends-on` that says no more than a name need not be a table.
pub(super) fn name_or_table(table: &mut Schema) {
    let name = json!({ "type": "string", "description": "The module that may be used." });
    *table = json_schema!({ "anyOf": [name, std::mem::take(table)] });
}

/// The words of an enum in the order in which it declares them.
fn words<T: JsonSchema>(generator: &mut SchemaGenerator) -> Vec<Value> {
    let schema = T::json_schema(generator);
    let variants = schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    variants.filter_map(|variant| variant.get("const")).cloned().collect()
}
