//! mongodb: collections by name, and what is done with them (the documentation of `mongodb::Collection`).

use super::{Detector, NOTHING};
use crate::data::eval::value::{Relation, State, Value};
use crate::data::eval::{Evaluator, Method};
use crate::graph::flow::TypeName;
use crate::sql::Access;
use std::sync::Arc;

pub(in crate::data) const VIA: &str = "mongodb";

pub(super) const DETECTOR: Detector = Detector { method, ..NOTHING };

const READS: &[&str] = &[
    "aggregate", "count_documents", "distinct", "estimated_document_count", "find", "find_one", "watch",
    "list_indexes",
];

const WRITES: &[&str] = &[
    "bulk_write", "delete_many", "delete_one", "find_one_and_delete", "find_one_and_replace", "find_one_and_update",
    "insert_many", "insert_one", "replace_one", "update_many", "update_one", "drop", "create_index", "create_indexes",
];

fn method(evaluator: &mut Evaluator<'_>, method: &Method<'_>) -> Option<Value> {
    match method.name {
        "collection" | "collection_with_options" => collection(evaluator, method),
        name if READS.contains(&name) => done(evaluator, method, Access::Read),
        name if WRITES.contains(&name) => done(evaluator, method, Access::Write),
        _ => None,
    }
}

/// `database.collection("users")`
fn collection(evaluator: &mut Evaluator<'_>, method: &Method<'_>) -> Option<Value> {
    let is_database = match evaluator.pointee(method.on_node).and_then(|ty| ty.name()) {
        Some(TypeName::Outside(krate, _)) => krate.contains("mongo"),
        Some(TypeName::Here(_) | TypeName::Tuple) => false,
        _ => evaluator.uses(&["mongodb"]),
    };
    let name = method.args.first().filter(|_| is_database)?;
    // Only a string names one, so that collections do not nest.
    let name = name.map(|name| match name {
        Value::Text(_) | Value::Input(_) => name.clone(),
        _ => Value::Unknown,
    });
    Some(Value::Collection(Arc::new(name)))
}

/// `collection.find_one(filter)`
fn done(evaluator: &mut Evaluator<'_>, method: &Method<'_>, access: Access) -> Option<Value> {
    let names = method.on.alternatives().iter().filter_map(|value| match value {
        Value::Collection(name) => Some((**name).clone()),
        _ => None,
    });
    let names: Vec<Value> = names.collect();
    if names.is_empty() {
        return None;
    }
    let base: Vec<_> =
        names.iter().flat_map(|name| evaluator.touch(name, access, method.site, VIA)).collect();
    Some(Value::Relation(Arc::new(Relation { state: State::Rows, ..Relation::new(VIA, base) })))
}
