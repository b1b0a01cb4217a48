//! sea-orm's migrations in Rust: statements that define tables, and what the schema manager is told to do with them
//! (the documentation of `sea_orm_migration::SchemaManager` and of `sea_query::Table`).

use super::{Detector, NOTHING};
use crate::data::eval::blueprint::{Blueprint, Kind};
use crate::data::eval::value::Value;
use crate::data::eval::{Call, Evaluator, Method};
use crate::data::registry::snake_case;
use crate::extract::facts::RefIx;
use crate::sql::Access;
use std::sync::Arc;

/// As what accesses of migrations are told.
const VIA: &str = "migration";

pub(super) const DETECTOR: Detector = Detector { path, call, method, ..NOTHING };

/// Methods of the schema manager that do what a statement says.
const RUNS: &[&str] =
    &["create_table", "alter_table", "drop_table", "rename_table", "create_foreign_key", "drop_foreign_key"];

/// Functions that begin a statement or a part of one.
const STATEMENTS: &[&str] = &["create", "alter", "drop", "rename", "truncate", "new", "new_with_type"];

/// A column: `Users::Name`.
fn path(evaluator: &mut Evaluator<'_>, reference: RefIx) -> Option<Value> {
    let definition = evaluator.unit.here(reference)?;
    let parent = evaluator.world.graph.parent_of(definition)?;
    evaluator.world.registry.iden_table(parent)?;
    let name = evaluator.world.graph.short_name(definition);
    (name != "Table").then(|| Value::text(&snake_case(name)))
}

fn call<'a>(evaluator: &mut Evaluator<'a>, call: &Call<'a>) -> Option<Value> {
    let names_column = call.args.first().is_some_and(|arg| matches!(arg, Value::Text(_) | Value::Table(_)));
    if !STATEMENTS.contains(&call.name) && !names_column {
        return None;
    }
    let [.., owner, name] = call.outside(evaluator) else { return None };
    let kind = match (*owner, *name) {
        ("Table", "create") => Kind::Create,
        ("Table", "alter") => Kind::Alter,
        ("Table", "drop") => Kind::Drop,
        ("Table", "rename") => Kind::Rename,
        ("Table", "truncate") | ("Index", "create" | "drop") => Kind::Other,
        ("ForeignKey" | "TableForeignKey", "create" | "new") => Kind::Key,
        ("ForeignKey", "drop") => Kind::DropKey,
        ("ColumnDef", "new" | "new_with_type") => Kind::Column,
        // `schema::string(Users::Name)`
        ("schema", _) => Kind::Column,
        _ => return None,
    };
    let mut out = Blueprint::new(kind);
    if kind == Kind::Column {
        out.name = call.args.first().and_then(|arg| arg.names().into_iter().next());
    }
    Some(Value::Blueprint(Arc::new(out)))
}

fn method(evaluator: &mut Evaluator<'_>, method: &Method<'_>) -> Option<Value> {
    if RUNS.contains(&method.name) {
        let statement = method.args.iter().find_map(blueprint)?;
        evaluator.change(statement.changes(), method.site);
        return Some(Value::Unknown);
    }
    let mut out = (*blueprint(&method.on)?).clone();
    let first = method.args.first();
    match (out.kind, method.name) {
        (Kind::Rename, "table") => {
            let tables: Vec<Arc<str>> = method.args.iter().filter_map(table).collect();
            if let [from, to] = tables.as_slice() {
                (out.table, out.name) = (Some(from.clone()), Some(to.to_string()));
                mention(evaluator, from, Access::Ddl, method);
                mention(evaluator, to, Access::Ddl, method);
            }
        }
        (Kind::Key | Kind::DropKey, "from" | "from_tbl" | "table") => {
            let found = first.and_then(table);
            if let Some(found) = &found {
                mention(evaluator, found, Access::Ddl, method);
            }
            out.table = found;
            out.columns.extend(method.args.get(1).map(columns).unwrap_or_default());
        }
        (Kind::Key, "to" | "to_tbl") => {
            let found = first.and_then(table);
            if let Some(found) = &found {
                mention(evaluator, found, Access::ForeignKey, method);
            }
            out.to_table = found;
            out.to_columns.extend(method.args.get(1).map(columns).unwrap_or_default());
        }
        (Kind::Key, "from_col") => out.columns.extend(first.map(columns).unwrap_or_default()),
        (Kind::Key, "to_col") => out.to_columns.extend(first.map(columns).unwrap_or_default()),
        (Kind::Key | Kind::DropKey, "name") => out.name = first.and_then(|arg| arg.names().into_iter().next()),
        (_, "table") => {
            let found = first.and_then(table);
            if let Some(found) = &found {
                mention(evaluator, found, Access::Ddl, method);
            }
            out.table = found;
        }
        (Kind::Create | Kind::Alter, _) => part(&mut out, method),
        _ => {}
    }
    Some(Value::Blueprint(Arc::new(out)))
}

/// What a method adds to the definition of a table.
fn part(out: &mut Blueprint, method: &Method<'_>) {
    let first = method.args.first();
    let name = || first.and_then(|arg| columns(arg).into_iter().next());
    match method.name {
        "col" | "add_column" | "add_column_if_not_exists" => {
            out.columns.extend(first.and_then(blueprint).and_then(|column| column.name.clone()));
        }
        "foreign_key" | "add_foreign_key" => {
            out.keys.extend(first.and_then(blueprint).map(|key| (*key).clone()));
        }
        "drop_column" => out.dropped_columns.extend(name()),
        "rename_column" => {
            let to = method.args.get(1).and_then(|arg| columns(arg).into_iter().next());
            out.renamed_columns.extend(name().zip(to));
        }
        "drop_foreign_key" => out.dropped_keys.extend(name()),
        "if_not_exists" => out.if_not_exists = true,
        _ => {}
    }
}

fn mention(evaluator: &mut Evaluator<'_>, table: &Arc<str>, access: Access, method: &Method<'_>) {
    evaluator.mention(table, access, method.site, VIA);
}

fn blueprint(value: &Value) -> Option<Arc<Blueprint>> {
    value.alternatives().iter().find_map(|value| match value {
        Value::Blueprint(blueprint) => Some(blueprint.clone()),
        _ => None,
    })
}

fn table(value: &Value) -> Option<Arc<str>> {
    match value {
        Value::Table(name) => Some(name.clone()),
        Value::Tuple(parts) => parts.last().and_then(table),
        Value::Entity(_) => None,
        value => value.names().into_iter().next().map(Arc::from),
    }
}

/// The names of columns: one, or a tuple of them.
fn columns(value: &Value) -> Vec<String> {
    match value {
        Value::Tuple(parts) => parts.iter().flat_map(columns).collect(),
        Value::Table(name) => vec![name.to_string()],
        value => value.names().into_iter().take(1).collect(),
    }
}
