//! Methods that no library's detector has to know: what hands a string or a query on, what runs a query, what opens a
//! transaction.

use super::value::{Relation, State, Value};
use super::{Call, Evaluator, Method};
use crate::extract::facts::{AccessIx, AccessKind, Node};
use crate::graph::flow::Definition;
use std::sync::Arc;

/// Methods that give the string, the connection or the list that they are called on.
const HAND_ON: &[&str] = &[
    "as_mut",
    "as_ref",
    "as_str",
    "as_deref",
    "as_deref_mut",
    "as_bytes",
    "as_slice",
    "borrow",
    "borrow_mut",
    "by_ref",
    "clone",
    "cloned",
    "collect",
    "copied",
    "deref",
    "deref_mut",
    "expect",
    "get_mut",
    "into",
    "into_boxed_str",
    "into_inner",
    "into_iter",
    "into_string",
    "iter",
    "iter_mut",
    "lock",
    "ok",
    "ok_or",
    "ok_or_else",
    "map_err",
    "rev",
    "to_owned",
    "to_string",
    "trim",
    "trim_end",
    "trim_start",
    "unwrap",
    "unwrap_or_default",
    "chain",
    "acquire",
    "conn",
    "connection",
    "context",
    "with_context",
    "await",
];

/// Methods that run a query, or give it to what runs it.
const RUNS: &[&str] = &[
    // diesel
    "load",
    "load_iter",
    "load_stream",
    "first",
    "get_result",
    "get_results",
    "execute",
    "internal_load",
    "save_changes",
    // sqlx
    "fetch",
    "fetch_all",
    "fetch_many",
    "fetch_one",
    "fetch_optional",
    "execute_many",
    // sea-orm
    "all",
    "one",
    "count",
    "exec",
    "exec_with_returning",
    "exec_without_returning",
    "exec_with_returning_many",
    "stream",
    "fetch_page",
    "num_items",
    "insert",
    "update",
    "save",
    "delete",
    "paginate",
    "cursor_by",
];

/// Methods of libraries that run a closure in a transaction.
const TRANSACTIONS: &[&str] = &[
    "transaction",
    "transaction_with_config",
    "test_transaction",
    "immediate_transaction",
    "exclusive_transaction",
    "deadlock_retrying_transaction",
];

/// Whether a call is handed a closure that runs in a transaction, as an argument of a place.
pub(super) fn takes_transaction(evaluator: &mut Evaluator<'_>, access: AccessIx, argument: usize) -> bool {
    let facts = evaluator.unit.facts();
    let call = facts.accesses[access.index()];
    if let Some((callee, receiver)) = evaluator.called(access) {
        evaluator.ask(callee);
        let summary = evaluator.world.summaries.of(callee);
        return summary.is_some_and(|s| s.callbacks.contains(&(argument + usize::from(receiver))));
    }
    if call.kind != AccessKind::Method {
        return false;
    }
    match evaluator.unit.name(call.name) {
        // `conn.build_transaction().read_write().run(|conn| …)`
        "run" => built(evaluator, call.on),
        name => TRANSACTIONS.contains(&name),
    }
}

/// Whether a value comes from `build_transaction()`.
fn built(evaluator: &Evaluator<'_>, mut node: crate::extract::facts::NodeIx) -> bool {
    let facts = evaluator.unit.facts();
    for _ in 0..8 {
        let Some(Node::Access(access)) = facts.nodes.get(node.index()) else { return false };
        let access = facts.accesses[access.index()];
        if evaluator.unit.name(access.name) == "build_transaction" {
            return true;
        }
        node = access.on;
    }
    false
}

impl<'a> Evaluator<'a> {
    /// The function of the workspace that a call calls, and whether its receiver stands apart from the arguments.
    fn called(&self, access: AccessIx) -> Option<(Definition, bool)> {
        let facts = self.unit.facts();
        let call = facts.accesses[access.index()];
        let (callee, receiver) = match (call.kind, facts.nodes.get(call.on.index())) {
            (AccessKind::Method, _) => (self.unit.callee(access)?, true),
            (AccessKind::Call, Some(Node::Path(reference, _))) => (self.unit.here(*reference)?, false),
            _ => return None,
        };
        self.world.graph.has_body(callee).then_some((callee, receiver))
    }

    /// Notes that a parameter is a function which is called inside a transaction.
    pub(super) fn callback(&mut self, input: usize) {
        let Some(body) = self.body else { return };
        let callbacks = self.callbacks.entry(body).or_default();
        if !callbacks.contains(&input) {
            callbacks.push(input);
            callbacks.sort_unstable();
        }
    }

    /// A method that no detector knows.
    pub(super) fn plain_method(&mut self, method: &Method<'_>) -> Value {
        if TRANSACTIONS.contains(&method.name)
            && let Some(Value::Input(input)) = method.args.last()
        {
            self.callback(*input);
        }
        let found = self
            .begins(method)
            .or_else(|| self.adds(method))
            .or_else(|| self.mapped(method))
            .or_else(|| self.configured_method(method));
        if let Some(value) = found {
            return value;
        }
        match &method.on {
            Value::OneOf(values) if values.iter().any(|value| matches!(value, Value::Relation(_))) => {
                let results: Vec<Value> = values
                    .iter()
                    .map(|value| match value {
                        Value::Relation(relation) => self.on_relation(relation, method),
                        value => value.clone(),
                    })
                    .collect();
                Value::one_of(results)
            }
            Value::Relation(relation) => self.on_relation(&relation.clone(), method),
            Value::Table(_) | Value::Entity(_) | Value::Collection(_) | Value::Blueprint(_) => {
                method.on.clone()
            }
            Value::Transaction(_) | Value::Input(_) if HAND_ON.contains(&method.name) => method.on.clone(),
            Value::Text(_) | Value::OneOf(_) | Value::List(_) | Value::Tuple(_)
                if HAND_ON.contains(&method.name) =>
            {
                method.on.clone()
            }
            // A query that is an argument goes on: `apply(query)`.
            Value::Unknown => method.args.iter().find(|arg| is_query(arg)).cloned().unwrap_or_default(),
            _ => Value::Unknown,
        }
    }

    fn on_relation(&mut self, relation: &Relation, method: &Method<'_>) -> Value {
        let mut out = self.with_nested(relation, &method.args);
        let on = method.args.iter().zip(&method.nodes).find_map(|(arg, node)| self.connection(arg, *node));
        if relation.state == State::Query && (on.is_some() || RUNS.contains(&method.name)) {
            out.state = State::Rows;
            if let Some(on) = on {
                self.run_on(&out, &on);
            }
        }
        Value::Relation(Arc::new(out))
    }

    /// Notes the connection that a statement runs on.
    fn run_on(&mut self, relation: &Relation, on: &Value) {
        for mention in relation.mentions().collect::<Vec<_>>() {
            self.out.mentions.get_mut(mention).on = on.clone();
        }
    }

    /// Notes the connection that a method runs a statement on.
    pub(in crate::data) fn run_by(&mut self, statement: &Relation, method: &Method<'_>) {
        if let Some(on) = self.connection_of(method) {
            self.run_on(statement, &on);
        }
    }

    /// The rows of a statement that a method runs on a connection.
    pub(in crate::data) fn ran(&mut self, statement: &Relation, method: &Method<'_>) -> Value {
        self.run_by(statement, method);
        Value::Relation(Arc::new(Relation { state: State::Rows, ..statement.clone() }))
    }

    /// The connection among the arguments of a method, or the one that it is called on.
    fn connection_of(&self, method: &Method<'_>) -> Option<Value> {
        let args = method.args.iter().zip(&method.nodes);
        args.clone()
            .find_map(|(arg, node)| self.connection(arg, *node))
            .or_else(|| self.connection(&method.on, method.on_node))
    }

    /// `pool.begin()`, and the `transaction()` of libraries that give one back.
    fn begins(&mut self, method: &Method<'_>) -> Option<Value> {
        let plain = method.args.is_empty();
        let opens = match method.name {
            "begin" | "begin_transaction" | "unchecked_transaction" | "savepoint" => plain,
            "transaction" | "start" => plain && !matches!(method.on, Value::Transaction(_)),
            "begin_with" | "begin_with_config" | "start_transaction" | "transaction_with_behavior" => true,
            _ => false,
        };
        if !opens || method.name == "start" && !built(self, method.on_node) {
            return None;
        }
        // A savepoint is part of the transaction around it.
        Some(match &method.on {
            Value::Transaction(number) => Value::Transaction(*number),
            _ => Value::Transaction(self.open(method.access)),
        })
    }

    /// `Connection::begin(conn)`, `Transaction::new(conn, behavior)`
    pub(super) fn begins_by_path(&mut self, call: &Call<'a>) -> Option<Value> {
        let on = call.args.first().filter(|on| matches!(on, Value::Input(_) | Value::Transaction(_)))?;
        if !matches!(call.name, "begin" | "new" | "new_unchecked") {
            return None;
        }
        let opens = match call.outside(self) {
            [krate, .., owner, _] if crate::data::is_library(krate) => {
                matches!((*owner, call.name), ("Connection" | "Acquire", "begin") | ("Transaction", _))
            }
            _ => false,
        };
        match on {
            _ if !opens => None,
            Value::Transaction(number) => Some(Value::Transaction(*number)),
            _ => Some(Value::Transaction(self.open_at(call.site))),
        }
    }
}

fn is_query(value: &Value) -> bool {
    value.relation().is_some_and(|relation| relation.state == State::Query)
}
