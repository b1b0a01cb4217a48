//! sea-query: statements built from names (sea-query's documentation of `Query`, `Table`, `Iden`).

use super::{Detector, NOTHING};
use crate::data::eval::value::{Base, Relation, State, Value};
use crate::data::eval::{Call, Evaluator, Method, Site};
use crate::extract::facts::RefIx;
use crate::graph::flow::TypeName;
use crate::sql::Access;
use std::sync::Arc;

const VIA: &str = super::BUILDER;

pub(super) const DETECTOR: Detector = Detector { path, call, method, ..NOTHING };

/// Methods of a statement that name a table to read.
const FROM: &[&str] = &[
    "from", "from_as", "join", "inner_join", "left_join", "right_join", "cross_join", "full_outer_join", "join_as",
    "from_subquery", "join_subquery", "join_lateral", "from_alias",
];

/// `Users::Table`, or a struct that is a name by itself.
fn path(evaluator: &mut Evaluator<'_>, reference: RefIx) -> Option<Value> {
    let definition = evaluator.unit.here(reference)?;
    let registry = evaluator.world.registry;
    if let Some(table) = registry.iden_table(definition) {
        return Some(Value::Table(table.clone()));
    }
    let parent = evaluator.world.graph.parent_of(definition)?;
    let table = registry.iden_table(parent)?;
    (evaluator.world.graph.short_name(definition) == "Table").then(|| Value::Table(table.clone()))
}

fn call<'a>(evaluator: &mut Evaluator<'a>, call: &Call<'a>) -> Option<Value> {
    if !matches!(call.name, "select" | "insert" | "update" | "delete" | "new" | "with" | "returning") {
        return None;
    }
    let [.., owner, _] = call.outside(evaluator) else { return None };
    match (*owner, call.name) {
        ("Query", "select") => Some(statement(Access::Read)),
        ("SelectStatement", "new") => Some(statement(Access::Read)),
        ("Query", "insert" | "update" | "delete") => Some(statement(Access::Write)),
        ("InsertStatement" | "UpdateStatement" | "DeleteStatement", "new") => Some(statement(Access::Write)),
        ("CommonTableExpression" | "WithClause", "new") | ("Query", "with" | "returning") => {
            Some(statement(Access::Read))
        }
        ("Alias", "new") => {
            let name = call.args.first()?;
            Some(name.map(|name| match name.names().pop() {
                Some(name) => Value::Table(name.into()),
                // Whoever calls the function knows.
                None => name.clone(),
            }))
        }
        _ => None,
    }
}

fn statement(access: Access) -> Value {
    Value::Relation(Arc::new(Relation { access, ..Relation::new(VIA, Vec::new()) }))
}

fn method(evaluator: &mut Evaluator<'_>, method: &Method<'_>) -> Option<Value> {
    let relation = statement_of(evaluator, method)?;
    if relation.state != State::Query || relation.via != VIA {
        return None;
    }
    match method.name {
        "table_name" => {
            let names = method.args.first().map(|name| brought(evaluator, name).0).unwrap_or_default();
            evaluator.name_cte(&names);
            Some(method.on.clone())
        }
        "into_table" | "table" | "from_table" => named(evaluator, &relation, method, Access::Write),
        name if FROM.contains(&name) => named(evaluator, &relation, method, Access::Read),
        _ => None,
    }
}

/// The statement that a method goes on with: one that is known, or a parameter whose type says so.
fn statement_of(evaluator: &Evaluator<'_>, method: &Method<'_>) -> Option<Relation> {
    if let Some(relation) = method.on.relation() {
        return Some((**relation).clone());
    }
    let ty = evaluator.pointee(method.on_node).filter(|_| matches!(method.on, Value::Input(_)))?;
    match ty.name() {
        Some(TypeName::Outside(krate, name)) if krate.starts_with("sea_") && name.ends_with("Statement") => {
            Some(Relation::new(VIA, Vec::new()))
        }
        _ => None,
    }
}

/// A method that names the table of a statement. A join is told its kind first.
fn named(
    evaluator: &mut Evaluator<'_>,
    relation: &Relation,
    method: &Method<'_>,
    access: Access,
) -> Option<Value> {
    let name = method.args.get(usize::from(method.name.starts_with("join")))?;
    let (tables, brought) = brought(evaluator, name);
    let base = if tables.is_empty() && brought.is_none() {
        evaluator.touch(name, access, method.site, VIA)
    } else {
        mentioned(evaluator, &tables, access, method.site)
    };
    let mut right = Relation::new(VIA, base);
    if let Some(brought) = brought {
        right.base.extend(brought.base.iter().cloned());
        right.nested.extend(&brought.nested);
    }
    let joined = evaluator.join(relation, &right, method.site);
    let joined = evaluator.with_nested(&joined, &method.args);
    Some(Value::Relation(Arc::new(joined)))
}

/// The table that an argument names, or the query that stands for one. A name of two parts is a schema and a table.
fn brought(evaluator: &Evaluator<'_>, arg: &Value) -> (Vec<Arc<str>>, Option<Arc<Relation>>) {
    let query = arg.relation().filter(|query| query.state == State::Query);
    if let Some(query) = query {
        return (Vec::new(), Some(query.clone()));
    }
    (arg.alternatives().iter().filter_map(|value| table_name(evaluator, value)).collect(), None)
}

fn table_name(evaluator: &Evaluator<'_>, value: &Value) -> Option<Arc<str>> {
    match value {
        Value::Entity(entity) => evaluator.world.registry.entity(*entity).cloned(),
        Value::Table(name) => Some(name.clone()),
        Value::Tuple(parts) => match parts.as_ref() {
            [Value::Table(schema), Value::Table(table)] => {
                Some(crate::sql::table_name(&format!("{schema}.{table}")).into())
            }
            _ => None,
        },
        _ => None,
    }
}

fn mentioned(
    evaluator: &mut Evaluator<'_>,
    tables: &[Arc<str>],
    access: Access,
    site: Site,
) -> Vec<Base> {
    tables
        .iter()
        .map(|table| {
            let mention = evaluator.mention(table, access, site, VIA);
            Base { table: table.clone(), mention: Some(mention) }
        })
        .collect()
}
