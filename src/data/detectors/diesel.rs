//! diesel: tables by `T::table` and `dsl`, records by their derives, chains of methods (diesel's guides and the
//! documentation of `diesel::prelude`).

use super::takes_sql::TakesSql;
use super::{Detector, NOTHING};
use crate::data::eval::value::{Relation, State, Value};
use crate::data::eval::{Call, Evaluator, Method, Site};
use crate::extract::facts::{NodeIx, RefIx};
use crate::graph::flow::Definition;
use crate::sql::Access;
use std::sync::Arc;

const VIA: &str = "diesel";

pub(super) const DETECTOR: Detector = Detector { path, call, method, ..NOTHING };

/// `connection.batch_execute("…")`
const BATCH: TakesSql =
    TakesSql { via: VIA, crates: &["diesel", "diesel_async"], methods: &["batch_execute"] };

/// Functions that change the table that they are given; `uplete` of diesel-uplete updates or deletes.
const WRITES: &[&str] =
    &["insert_into", "insert_or_ignore_into", "replace_into", "update", "delete", "copy_from", "uplete"];

/// Methods that combine a query with a table.
const JOINS: &[&str] = &["inner_join", "left_join", "left_outer_join", "cross_join"];

/// A table, by its module or by its name in `dsl`.
fn path(evaluator: &mut Evaluator<'_>, reference: RefIx) -> Option<Value> {
    let definition = evaluator.unit.here(reference)?;
    let table = evaluator.world.registry.diesel_table(evaluator.world.graph, definition)?;
    let site = evaluator.site(reference);
    Some(evaluator.query_of(&table, Access::Read, site, VIA))
}

fn call<'a>(evaluator: &mut Evaluator<'a>, call: &Call<'a>) -> Option<Value> {
    if matches!(call.name, "query" | "belonging_to" | "table") {
        let is_record = |prefix: &Definition| evaluator.world.registry.records.contains_key(prefix);
        let record = call.prefix(evaluator).filter(is_record)?;
        return on_record(evaluator, call, record);
    }
    let takes_queries = call.args.iter().any(Value::holds_query);
    let is_known = WRITES.contains(&call.name) || matches!(call.name, "sql_query" | "sql");
    if !(takes_queries || is_known)
        || !call.outside(evaluator).first().is_some_and(|krate| krate.starts_with("diesel"))
    {
        return None;
    }
    match call.name {
        name if WRITES.contains(&name) => Some(write(evaluator, call)),
        "sql_query" => Some(evaluator.sink_first(&call.args, call.site, VIA)),
        // A piece of SQL inside a query.
        "sql" => Some(evaluator.fragment(&call.args, call.site, VIA)),
        // `diesel::select(exists(…))`, `not(…)`, `count_star()`: whatever they are given belongs to one statement.
        _ => Some(nested(evaluator, &call.args)),
    }
}

/// A statement made of the queries among arguments.
fn nested(evaluator: &mut Evaluator<'_>, args: &[Value]) -> Value {
    let relation = evaluator.with_nested(&Relation::new(VIA, Vec::new()), args);
    if relation.nested.is_empty() { Value::Unknown } else { Value::Relation(Arc::new(relation)) }
}

/// `insert_into(target)`, `update(target)`, `delete(target)`.
fn write(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Value {
    let target = call.args.first().cloned().unwrap_or_default();
    if let Some(relation) = target.relation().cloned()
        && !relation.base.is_empty()
    {
        return written(evaluator, &relation, call.site);
    }
    let table = call.nodes.first().and_then(|node| record_table(evaluator, *node));
    match table {
        Some(table) => evaluator.query_of(&table, Access::Write, call.site, VIA),
        None => {
            evaluator.opaque(call.site, "the type of what is changed is not known");
            Value::Unknown
        }
    }
}

/// Makes a query's tables the target of a write. The rows that it gave are written by a statement of their own.
fn written(evaluator: &mut Evaluator<'_>, relation: &Relation, site: Site) -> Value {
    let named_here = relation.base.iter().all(|base| base.mention.is_some());
    if relation.state == State::Rows || !named_here {
        let table = relation.base[0].table.clone();
        return evaluator.query_of(&table, Access::Write, site, VIA);
    }
    evaluator.make_write(relation);
    Value::Relation(Arc::new(Relation { access: Access::Write, ..relation.clone() }))
}

/// The table of the record that a value is.
fn record_table(evaluator: &Evaluator<'_>, node: NodeIx) -> Option<Arc<str>> {
    let definition = evaluator.type_here(node)?;
    evaluator.world.registry.records.get(&definition)?.table.clone()
}

/// `User::query()`, `Post::belonging_to(&user)`, `User::table()`.
fn on_record(evaluator: &mut Evaluator<'_>, call: &Call<'_>, record: Definition) -> Option<Value> {
    if call.here.is_some_and(|here| evaluator.world.graph.has_body(here)) {
        return None;
    }
    let table = evaluator.world.registry.records[&record].table.clone();
    match call.name {
        "query" => {
            evaluator.ask(record);
            if let Some(Value::Relation(base)) = evaluator.world.summaries.base_queries.get(&record) {
                let relation = evaluator.query_again(base, call.site);
                return Some(Value::Relation(Arc::new(relation)));
            }
            Some(evaluator.query_of(&table?, Access::Read, call.site, VIA))
        }
        "belonging_to" | "table" => Some(evaluator.query_of(&table?, Access::Read, call.site, VIA)),
        _ => None,
    }
}

fn method(evaluator: &mut Evaluator<'_>, method: &Method<'_>) -> Option<Value> {
    match method.name {
        // A column of an alias, and no use of the table: that is where the alias is joined.
        "field" | "fields" if evaluator.is_path(method.on_node) => {
            let relation = method.on.relation().filter(|relation| relation.via == VIA)?.clone();
            evaluator.take_back(&relation);
            Some(Value::Unknown)
        }
        name if JOINS.contains(&name) => joined(evaluator, method),
        // `values.insert_into(table)`
        "insert_into" => {
            let relation = method.args.first()?.relation()?.clone();
            let target = written(evaluator, &relation, method.site);
            let with = evaluator.with_nested(target.relation()?, std::slice::from_ref(&method.on));
            Some(Value::Relation(Arc::new(with)))
        }
        "save_changes" => {
            let table = record_table(evaluator, method.on_node)?;
            let query = evaluator.query_of(&table, Access::Write, method.site, VIA);
            evaluator.run_by(query.relation()?, method);
            Some(query)
        }
        _ => BATCH.method(evaluator, method),
    }
}

/// `left.inner_join(right)`. A query that comes in as a parameter has tables that are not known here.
fn joined(evaluator: &mut Evaluator<'_>, method: &Method<'_>) -> Option<Value> {
    let right = method.args.first()?.relation()?.clone();
    if right.via != VIA {
        return None;
    }
    let parts: Vec<Value> = method
        .on
        .alternatives()
        .iter()
        .map(|left| match left {
            Value::Relation(left) => Value::Relation(Arc::new(evaluator.join(left, &right, method.site))),
            _ => Value::Relation(right.clone()),
        })
        .collect();
    Some(Value::one_of(parts))
}
