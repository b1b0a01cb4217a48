//! mongodb: collections by name, and what is done with them (the documentation of `mongodb::Collection`).

use super::{Detector, NOTHING};
use crate::data::eval::value::{Relation, State, Value};
use crate::data::eval::{Evaluator, Method};
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
        "collection" | "collection_with_options" if evaluator.uses(&["mongodb"]) => collection(evaluator, method),
        name if READS.contains(&name) || WRITES.contains(&name) => {
            let relation = method.on.relation().filter(|relation| relation.via == VIA)?.clone();
            let access = if WRITES.contains(&name) { Access::Write } else { Access::Read };
            for base in &relation.base {
                evaluator.mention(&base.table, access, method.site, VIA);
            }
            Some(Value::Relation(Arc::new(Relation { state: State::Rows, ..(*relation).clone() })))
        }
        _ => None,
    }
}

/// `database.collection("users")`
fn collection(evaluator: &mut Evaluator<'_>, method: &Method<'_>) -> Option<Value> {
    let names = method.args.first()?.names();
    if names.is_empty() {
        if !matches!(method.args.first(), Some(Value::Input(_))) {
            evaluator.opaque(method.site, "the collection's name is put together at run time");
        }
        return None;
    }
    let base = names.into_iter().map(|name| crate::data::eval::value::Base { table: name.into(), mention: None });
    Some(Value::Relation(Arc::new(Relation::new(VIA, base.collect()))))
}
