//! sqlx: macros and functions that take SQL, `QueryBuilder`, statements given to a connection (sqlx's documentation).

use super::takes_sql::TakesSql;
use super::{Detector, NOTHING};
use crate::data::eval::value::{Relation, Value};
use crate::data::eval::{Call, Evaluator, Method, Site};
use crate::extract::facts::CallIx;
use std::sync::Arc;

const VIA: &str = "sqlx";
/// A builder that text is added to.
const BUILDER: &str = "sqlx-builder";

/// `connection.execute("…")`, through the trait `Executor`.
const EXECUTOR: TakesSql = TakesSql {
    via: VIA,
    crates: &["sqlx", "sqlx_core"],
    methods: &[
        "execute",
        "execute_many",
        "fetch",
        "fetch_all",
        "fetch_many",
        "fetch_one",
        "fetch_optional",
        "prepare",
        "prepare_with",
        "describe",
    ],
};

pub(super) const DETECTOR: Detector = Detector { call, method, macro_call, ..NOTHING };

const FUNCTIONS: &[&str] = &[
    "query", "query_as", "query_scalar", "query_with", "query_as_with", "query_scalar_with", "raw_sql",
    "query_statement", "from_string", "from_sql_and_values",
];

fn is_sqlx(path: &[&str]) -> bool {
    path.first().is_some_and(|krate| krate.starts_with("sqlx"))
}

fn call<'a>(evaluator: &mut Evaluator<'a>, call: &Call<'a>) -> Option<Value> {
    let is_known = FUNCTIONS.contains(&call.name)
        || EXECUTOR.methods.contains(&call.name)
        || matches!(call.name, "new" | "with_arguments")
        // `use sqlx::query as q`
        || call.args.iter().any(|arg| matches!(arg, Value::Text(_)));
    if !is_known {
        return None;
    }
    let outside = call.outside(evaluator).to_vec();
    let is_statement = outside.iter().rev().nth(1) == Some(&"Statement");
    if is_statement && outside.first().is_some_and(|krate| krate.starts_with("sea_orm")) {
        // `Statement::from_string(backend, "…")` of sea-orm.
        return match call.name {
            "from_string" | "from_sql_and_values" => {
                Some(evaluator.sink_first(call.args.get(1..)?, call.site, "sea-orm"))
            }
            _ => None,
        };
    }
    if !is_sqlx(&outside) {
        return None;
    }
    match outside.as_slice() {
        [.., "QueryBuilder", "new" | "with_arguments"] => Some(builder(evaluator, &call.args, call.site)),
        [.., name] if FUNCTIONS.contains(name) => Some(evaluator.sink_first(&call.args, call.site, VIA)),
        // `Executor::execute(connection, "…")`
        [.., "Executor", name] if EXECUTOR.methods.contains(name) => {
            Some(evaluator.sink_first(call.args.get(1..)?, call.site, VIA))
        }
        _ => None,
    }
}

fn builder(evaluator: &mut Evaluator<'_>, args: &[Value], site: Site) -> Value {
    let start = evaluator.fragment(args, site, VIA);
    let base = start.relation().map(|relation| (**relation).clone());
    let relation = base.unwrap_or_else(|| Relation::new(VIA, Vec::new()));
    Value::Relation(Arc::new(Relation { via: BUILDER, ..relation }))
}

fn method(evaluator: &mut Evaluator<'_>, method: &Method<'_>) -> Option<Value> {
    if let Some(relation) = method.on.relation().filter(|relation| relation.via == BUILDER).cloned()
        && matches!(method.name, "push" | "push_unseparated")
    {
        let added = evaluator.fragment(&method.args, method.site, VIA);
        return Some(match added.relation() {
            Some(added) => {
                let mut out = (*relation).clone();
                out.nested.extend(added.mentions());
                Value::Relation(Arc::new(evaluator.with_nested(&out, &[])))
            }
            None => Value::Relation(relation),
        });
    }
    EXECUTOR.method(evaluator, method)
}

/// `query!`, `query_as!`, `query_scalar!` and the variants that read a file; the path has to lead to sqlx.
fn macro_call(evaluator: &mut Evaluator<'_>, call: CallIx, values: &[Value]) -> Option<Value> {
    let path = evaluator.unit.macro_outside(call);
    let Some(name) = path.last().copied() else { return own_macro(evaluator, call, values) };
    let facts = &evaluator.unit.facts().calls[call.index()];
    let site = Site { pos: facts.pos, scope: facts.scope, test: facts.test };
    if !is_sqlx(&path) || !name.starts_with("query") {
        return None;
    }
    if name.starts_with("query_file") {
        let path = values.iter().find_map(|value| value.names().into_iter().next())?;
        let text = evaluator.package_file(&path);
        return Some(evaluator.sink(&text, site, VIA));
    }
    Some(evaluator.sink_first(values, site, VIA))
}

/// A procedural macro of the workspace that is called like one of sqlx: what it makes of its strings is not known.
fn own_macro(evaluator: &mut Evaluator<'_>, call: CallIx, values: &[Value]) -> Option<Value> {
    let facts = evaluator.unit.facts();
    let call_facts = &facts.calls[call.index()];
    let name = facts.path(call_facts.path).last().map_or("", |name| evaluator.unit.name(*name));
    let has_text = values.iter().any(|value| matches!(value, Value::Text(_)));
    if name.starts_with("query") && has_text && !evaluator.unit.is_expanded(call) && evaluator.uses(&["sqlx"]) {
        let site = Site { pos: call_facts.pos, scope: call_facts.scope, test: call_facts.test };
        evaluator.opaque(site, "a macro of the workspace makes the SQL");
    }
    None
}
