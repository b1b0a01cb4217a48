//! Calls of functions of the workspace: what they return, what is SQL among their arguments, which connection they are
//! handed.

use super::strings;
use super::summary::{Summary, Target};
use super::types::Handle;
use super::value::{Base, Piece, Relation, State, Value};
use super::{Call, Evaluator, Handed, Method, Site};
use crate::extract::facts::{AccessIx, AccessKind, Node, NodeIx};
use crate::graph::flow::Definition;
use std::sync::Arc;

impl<'a> Evaluator<'a> {
    /// A call that no detector knows.
    pub(super) fn plain_call(&mut self, call: &Call<'a>) -> Value {
        if let Some(here) = call.here
            && self.world.graph.has_body(here)
        {
            return self.apply(here, &call.args, &call.nodes, call.site);
        }
        if let Some(transaction) = self.begins_by_path(call) {
            return transaction;
        }
        self.configured(call);
        let wraps = matches!(
            call.name,
            "Some"
                | "Ok"
                | "Box"
                | "new"
                | "from"
                | "Borrowed"
                | "Owned"
                | "AssertSqlSafe"
                | "pin"
                | "into_inner"
        );
        let made = self.made(&call.nodes);
        let makes = match call.name {
            "new" => call.args.is_empty() || made.is_some(),
            name => name == "with_capacity",
        };
        let owner = if makes { call.outside(self).iter().rev().nth(1) } else { None };
        match owner {
            Some(&"String") => return strings::empty(),
            Some(&("LazyLock" | "Lazy" | "LazyCell")) => return made.unwrap_or_default(),
            _ => {}
        }
        match call.args.as_slice() {
            [one] if wraps || hands_on(one) => one.clone(),
            _ => Value::Unknown,
        }
    }

    /// Functions that the configuration says take SQL, or the name of an environment variable.
    fn configured(&mut self, call: &Call<'a>) {
        if self.names_outside(call, self.world.sql_functions) {
            self.sink_first(&call.args, call.site, "sql");
        }
        if self.names_outside(call, self.world.env_functions) {
            self.env_first(&call.args, call.site);
        }
    }

    /// Whether functions of the configuration include one from outside that is called.
    fn names_outside(&self, call: &Call<'a>, functions: &[String]) -> bool {
        if functions.is_empty() {
            return false;
        }
        let outside = call.outside(self);
        let path = outside.join("::");
        functions.iter().any(|function| {
            *function == path || function.rsplit("::").next() == Some(call.name) && outside.is_empty()
        })
    }

    /// Methods from outside that the configuration says take SQL, or the name of an environment variable: `.fetch_sql`.
    pub(super) fn configured_method(&mut self, method: &Method<'_>) -> Option<Value> {
        let is_named = |function: &String| function.strip_prefix('.') == Some(method.name);
        if self.world.env_functions.iter().any(is_named) {
            self.env_first(&method.args, method.site);
        }
        let known = self.world.sql_functions.iter().any(is_named);
        known.then(|| self.sink_first(&method.args, method.site, "sql"))
    }

    /// A call of a method of the workspace.
    pub(super) fn called_method(&mut self, callee: Definition, method: &Method<'_>) -> Value {
        let mut args = vec![method.on.clone()];
        args.extend(method.args.iter().cloned());
        let mut nodes = vec![method.on_node];
        nodes.extend(&method.nodes);
        self.apply(callee, &args, &nodes, method.site)
    }

    fn apply(&mut self, callee: Definition, args: &[Value], nodes: &[NodeIx], site: Site) -> Value {
        self.ask(callee);
        self.hand_over(callee, args, nodes, site);
        if self.is_configured(callee, self.world.sql_functions) {
            self.sink_first(args, site, "sql");
        }
        if self.is_configured(callee, self.world.env_functions) {
            self.env_first(args, site);
        }
        let Some(summary) = self.world.summaries.of(callee) else { return built_on(args) };
        let summary: Summary = summary.clone();
        for template in &summary.templates {
            let text = self.instantiate(&Value::Text(template.text.clone()), args, site, 0);
            match template.target {
                Target::Sql => drop(self.sink(&text, site, template.via)),
                Target::Table(access) => drop(self.touch(&text, access, site, template.via)),
                Target::Resource(kind, access) => self.resource(kind, access, &text, (site, template.via)),
            }
            self.out.completed.insert(callee);
        }
        if !summary.result.is_known() {
            return built_on(args);
        }
        self.instantiate(&summary.result, args, site, 0)
    }

    /// Whether functions of the configuration include one of the workspace.
    fn is_configured(&self, callee: Definition, functions: &[String]) -> bool {
        if functions.is_empty() {
            return false;
        }
        let graph = self.world.graph;
        let module = graph.node_of_definition(callee).map_or("", |node| &graph.model().node(node).id);
        let path = format!("::{module}::{}", graph.definition_name(callee));
        functions.iter().any(|function| match function.strip_prefix('.') {
            Some(method) => graph.short_name(callee) == method,
            None => path.strip_suffix(function.as_str()).is_some_and(|front| front.ends_with("::")),
        })
    }

    /// What a function returns, with the arguments for its parameters. A query that it puts together is one of the place
    /// that calls it.
    pub(super) fn instantiate(&mut self, result: &Value, args: &[Value], site: Site, depth: usize) -> Value {
        if depth > 16 {
            return Value::Unknown;
        }
        match result {
            Value::Input(index) => args.get(*index).cloned().unwrap_or_default(),
            Value::Begun => Value::Transaction(self.open_at(site)),
            Value::Collection(name) => {
                Value::Collection(Arc::new(self.instantiate(name, args, site, depth + 1)))
            }
            Value::Text(text) => {
                if let [Piece::Input(index)] = text.pieces.as_slice() {
                    return args.get(*index).cloned().unwrap_or_default();
                }
                let parts: Vec<Value> = text
                    .pieces
                    .iter()
                    .map(|piece| match piece {
                        Piece::Input(index) => args.get(*index).cloned().unwrap_or_default(),
                        piece => Value::Text(Arc::new(super::Text { pieces: vec![piece.clone()] })),
                    })
                    .collect();
                Value::concat(&parts)
            }
            Value::Relation(relation) if relation.state == State::Query => {
                Value::Relation(Arc::new(self.query_again(relation, site)))
            }
            Value::OneOf(values) => {
                let values: Vec<Value> =
                    values.iter().map(|value| self.instantiate(value, args, site, depth + 1)).collect();
                Value::one_of(values)
            }
            Value::List(inner) => Value::list(self.instantiate(inner, args, site, depth + 1)),
            Value::Tuple(parts) => {
                let parts: Vec<Value> =
                    parts.iter().map(|part| self.instantiate(part, args, site, depth + 1)).collect();
                Value::tuple(parts)
            }
            value => value.clone(),
        }
    }

    /// A query that another place put together and this one goes on with.
    pub(in crate::data) fn query_again(&mut self, relation: &Relation, site: Site) -> Relation {
        let access = relation.access;
        let joined = relation.joins;
        let base: Vec<Base> = relation
            .base
            .iter()
            .map(|base| {
                let mention = self.mention(&base.table, access, site, relation.via);
                self.out.mentions.get_mut(mention).join = joined;
                Base { table: base.table.clone(), mention: Some(mention) }
            })
            .collect();
        self.out.mentions.unite(base.iter().filter_map(|base| base.mention));
        Relation { base, nested: Vec::new(), ..relation.clone() }
    }

    /// Notes that a function is handed a connection.
    fn hand_over(&mut self, callee: Definition, args: &[Value], nodes: &[NodeIx], site: Site) {
        let connections: Vec<Value> = args
            .iter()
            .zip(nodes)
            .map(|(arg, node)| self.connection(arg, *node).unwrap_or_default())
            .collect();
        if connections.iter().any(Value::is_known) {
            self.out.handed.push(Handed { callee, args: connections, site, body: self.body });
        }
    }

    /// The connection that an argument is: one of a transaction, or one that the body was given.
    pub(super) fn connection(&self, value: &Value, node: NodeIx) -> Option<Value> {
        value.alternatives().iter().find_map(|value| match value {
            Value::Transaction(_) => Some(value.clone()),
            Value::Input(input) => match self.handle(node) {
                Handle::Connection => Some(value.clone()),
                // What a value holds, such as `self.conn`, may be of a type that is not known.
                Handle::Unknown => Some(value.clone()),
                // What holds a connection may be of any type.
                Handle::Other if self.handle(self.input_node(*input)) == Handle::Connection => {
                    Some(value.clone())
                }
                Handle::Pool | Handle::Other => None,
            },
            _ => None,
        })
    }

    /// A parameter of the body that is being looked at.
    fn input_node(&self, input: usize) -> NodeIx {
        let inputs = self.current().map(|body| self.unit.facts().node_list(body.inputs));
        inputs.and_then(|inputs| inputs.get(input).copied()).unwrap_or(NodeIx::UNKNOWN)
    }

    /// The number of the transaction that an access opens.
    pub(super) fn open(&mut self, access: AccessIx) -> usize {
        if let Some(number) = self.opened.get(&access) {
            return *number;
        }
        let facts = self.unit.facts();
        let opening = facts.accesses[access.index()];
        let site = match facts.nodes.get(opening.on.index()) {
            // A call stands where the name of the function does.
            Some(Node::Path(reference, _)) if opening.kind == AccessKind::Call => self.site(*reference),
            _ => Site { pos: opening.pos, scope: opening.scope, test: opening.test },
        };
        let number = self.open_at(site);
        self.opened.insert(access, number);
        number
    }

    /// The number of a transaction that begins at a place.
    pub(super) fn open_at(&mut self, site: Site) -> usize {
        self.out.begins.push(super::Begin { site, body: self.body });
        self.out.begins.len() - 1
    }

    /// A struct that holds a connection stands for it.
    pub(super) fn holder(&self, parts: &[NodeIx]) -> Value {
        let held = |part: &NodeIx| match self.value(*part) {
            held @ Value::Transaction(_) => Some(held),
            held @ Value::Input(_) if self.handle(*part) == Handle::Connection => Some(held),
            _ => None,
        };
        parts.iter().find_map(held).unwrap_or_default()
    }
}

/// Whether an unknown function hands its only argument on: a query or a connection, but not what a query gave.
fn hands_on(value: &Value) -> bool {
    match value {
        Value::Relation(relation) => relation.state == State::Query,
        value => !matches!(value, Value::Text(_) | Value::OneOf(_)),
    }
}

/// What a function gives back of which that is not known: a builder that it was handed goes on.
fn built_on(args: &[Value]) -> Value {
    let is_builder = |value: &&Value| {
        value.relation().is_some_and(|r| r.state == State::Query && r.via == super::super::detectors::BUILDER)
    };
    args.iter().find(is_builder).cloned().unwrap_or_default()
}
