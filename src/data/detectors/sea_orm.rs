//! sea-orm: entities, active models, relations (sea-orm's documentation of `EntityTrait`, `ActiveModelTrait`, `Related`).

use super::takes_sql::TakesSql;
use super::{Detector, NOTHING};
use crate::data::eval::value::{Base, Relation, State, Value};
use crate::data::eval::{Call, Evaluator, Method};
use crate::extract::facts::{NodeIx, RefIx};
use crate::graph::flow::Definition;
use crate::sql::Access;
use std::sync::Arc;

const VIA: &str = "sea-orm";

pub(super) const DETECTOR: Detector = Detector { path, call, method, ..NOTHING };

/// `connection.execute_unprepared("…")`
const UNPREPARED: TakesSql =
    TakesSql { via: VIA, crates: &["sea_orm", "sea_orm_migration"], methods: &["execute_unprepared"] };

/// Methods that combine a query with the entity or the relation that they are given.
const JOINS: &[&str] = &[
    "find_also_related", "find_with_related", "find_both_related", "find_also_linked", "find_with_linked",
    "find_also", "find_with", "inner_join", "left_join", "right_join", "full_join", "join", "join_rev", "join_as", "join_as_rev",
];

/// Functions of an entity.
const CALLS: &[&str] = &[
    "find", "find_by_id", "find_related", "find_with_linked", "insert", "insert_many", "update", "update_many", "delete",
    "delete_many", "delete_by_id", "truncate", "belongs_to", "has_one", "has_many",
];

/// An entity, or a variant of a `Relation`, which leads to one.
fn path(evaluator: &mut Evaluator<'_>, reference: RefIx) -> Option<Value> {
    let definition = evaluator.unit.here(reference)?;
    let registry = evaluator.world.registry;
    if let Some(entity) = registry.relation_target(definition) {
        return Some(Value::Entity(entity));
    }
    registry.entity(definition)?;
    (evaluator.world.graph.short_name(definition) == "Entity").then_some(Value::Entity(definition))
}

fn call<'a>(evaluator: &mut Evaluator<'a>, call: &Call<'a>) -> Option<Value> {
    if call.here.is_some_and(|here| evaluator.world.graph.has_body(here)) {
        return None;
    }
    if !CALLS.contains(&call.name) {
        return None;
    }
    let prefix = call.prefix(evaluator)?;
    let table = evaluator.world.registry.entity(prefix)?.clone();
    match evaluator.world.graph.short_name(prefix) {
        "Entity" => {}
        // `ActiveModel::from(model)`: a row that is going to be written.
        "ActiveModel" if matches!(call.name, "from" | "from_json" | "default" | "new") => {
            return Some(row_of(table));
        }
        _ => return None,
    }
    match call.name {
        "find" | "find_by_id" | "find_related" | "find_with_linked" => {
            Some(evaluator.query_of(&table, Access::Read, call.site, VIA))
        }
        "insert" | "insert_many" | "update" | "update_many" | "delete" | "delete_many" | "delete_by_id"
        | "truncate" => Some(evaluator.query_of(&table, Access::Write, call.site, VIA)),
        // A relation that is put together on the way: `A::belongs_to(B)`.
        "belongs_to" | "has_one" | "has_many" => {
            let mut base = vec![Base { table, mention: None }];
            base.extend(call.args.iter().filter_map(|arg| related(evaluator, arg)).flatten());
            Some(Value::Relation(Arc::new(Relation::new(VIA, base))))
        }
        _ => None,
    }
}

/// A row that was not read here.
fn row_of(table: Arc<str>) -> Value {
    let base = vec![Base { table, mention: None }];
    Value::Relation(Arc::new(Relation { state: State::Rows, ..Relation::new(VIA, base) }))
}

/// The tables that an argument of a join brings.
fn related(evaluator: &Evaluator<'_>, value: &Value) -> Option<Vec<Base>> {
    value.alternatives().iter().find_map(|value| match value {
        Value::Entity(definition) => {
            let table = evaluator.world.registry.entity(*definition)?.clone();
            Some(vec![Base { table, mention: None }])
        }
        Value::Relation(relation) if relation.via == VIA => Some(relation.base.clone()),
        _ => None,
    })
}

fn method(evaluator: &mut Evaluator<'_>, method: &Method<'_>) -> Option<Value> {
    match method.name {
        name if JOINS.contains(&name) => joined(evaluator, method),
        "find_related" | "find_linked" | "load_one" | "load_many" | "load_many_to_many" => {
            other_rows(evaluator, method)
        }
        "insert" | "update" | "save" | "delete" | "save_and_then" => active_model(evaluator, method),
        "into_active_model" if method.on.relation().is_none() => {
            let model = evaluator.type_here(method.on_node)?;
            Some(row_of(model_table(evaluator, model)?))
        }
        _ => UNPREPARED.method(evaluator, method),
    }
}

/// `select.find_also_related(Other)`, `select.join(JoinType::LeftJoin, Relation::Other.def())`.
fn joined(evaluator: &mut Evaluator<'_>, method: &Method<'_>) -> Option<Value> {
    let brought = method.args.iter().find_map(|arg| related(evaluator, arg))?;
    let left = selected(evaluator, &method.on, method.on_node)?;
    // The table that is joined is named here.
    let known: Vec<Arc<str>> = left.base.iter().map(|base| base.table.clone()).collect();
    let mut base = Vec::new();
    for table in brought.into_iter().map(|base| base.table).filter(|table| !known.contains(table)) {
        let mention = evaluator.mention(&table, Access::Read, method.site, VIA);
        base.push(Base { table, mention: Some(mention) });
    }
    let right = Relation::new(VIA, base);
    Some(Value::Relation(Arc::new(evaluator.join(&left, &right, method.site))))
}

/// The query that a value is: one that was put together here, or a parameter of the type `Select<Entity>`.
fn selected(evaluator: &Evaluator<'_>, value: &Value, node: NodeIx) -> Option<Relation> {
    if let Some(relation) = value.relation() {
        return (relation.via == VIA).then(|| (**relation).clone());
    }
    let ty = evaluator.unit.type_of(node)?;
    let entity = ty.arguments().find_map(|argument| match argument.name()? {
        crate::graph::flow::TypeName::Here(definition) => Some(definition),
        _ => None,
    })?;
    let table = evaluator.world.registry.entity(entity)?.clone();
    Some(Relation::new(VIA, vec![Base { table, mention: None }]))
}

/// `model.find_related(Other)`, `models.load_one(Other, db)`: rows of the other table.
fn other_rows(evaluator: &mut Evaluator<'_>, method: &Method<'_>) -> Option<Value> {
    let base = related(evaluator, method.args.first()?)?;
    let table = base.first()?.table.clone();
    let query = evaluator.query_of(&table, Access::Read, method.site, VIA);
    if method.name.starts_with("load") {
        return Some(Value::list(evaluator.ran(query.relation()?, method)));
    }
    Some(query)
}

/// `active_model.insert(db)`, `model.delete(db)`.
fn active_model(evaluator: &mut Evaluator<'_>, method: &Method<'_>) -> Option<Value> {
    let by_type = evaluator.type_here(method.on_node).and_then(|definition| model_table(evaluator, definition));
    // The rows of a query that were changed; what takes more than a connection is another method of that name.
    let by_rows = method
        .on
        .relation()
        .filter(|r| r.via == VIA && r.state == State::Rows)
        .filter(|_| method.args.len() == 1 && !matches!(method.args[0], Value::Text(_)));
    let table = by_type.or_else(|| Some(by_rows?.base.first()?.table.clone()))?;
    let query = evaluator.query_of(&table, Access::Write, method.site, VIA);
    Some(evaluator.ran(query.relation()?, method))
}

fn model_table(evaluator: &Evaluator<'_>, definition: Definition) -> Option<Arc<str>> {
    let is_model = matches!(evaluator.world.graph.short_name(definition), "ActiveModel" | "Model");
    evaluator.world.registry.entity(definition).filter(|_| is_model).cloned()
}
