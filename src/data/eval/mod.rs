//! Follows values through bodies: what strings say, which tables a query is made of, which connection it runs on.
//!
//! A unit's values are looked at once, in order; what functions return and take is summed up for their callers, and units
//! are looked at again until the summaries do not change any more.

mod apply;
mod build;
pub(super) mod blueprint;
pub(super) mod mentions;
mod methods;
pub(super) mod resources;
mod sink;
mod strings;
pub(super) mod summary;
mod types;
pub(super) mod value;

pub(super) use sink::spelled;

use super::detectors::DETECTORS;
use super::registry::Registry;
use crate::extract::facts::{
    AccessIx, AccessKind, Body, CallIx, Name, Node, NodeIx, Pos, Range, RefIx, ScopeIx, Type, TypeIx,
};
use crate::extract::module_files;
use crate::graph::Graph;
use crate::graph::flow::{Definition, Named, Unit};
use crate::sql::{Change, Dialect};
use mentions::Mentions;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::OnceCell;
use std::sync::Arc;
use summary::Summaries;
use value::{Origin, Piece, Relation, State, Text, Value};

/// Reads a file of the workspace.
pub(super) type Reader<'a> = &'a (dyn Fn(&str) -> Option<Arc<str>> + Sync);

/// What the evaluation of every unit reads.
#[derive(Clone, Copy)]
pub(super) struct World<'a> {
    pub graph: &'a Graph,
    pub registry: &'a Registry,
    pub summaries: &'a Summaries,
    pub dialect: Dialect,
    /// Crates outside the workspace that its packages depend on, with `_`.
    pub libraries: &'a FxHashSet<String>,
    /// Functions of the workspace that take SQL, by path.
    pub sql_functions: &'a [String],
    /// Functions of the workspace that take the name of an environment variable, by path.
    pub env_functions: &'a [String],
    pub read: Reader<'a>,
}

/// A place in a unit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site {
    pub pos: Pos,
    pub scope: ScopeIx,
    pub test: bool,
}

/// A call of a path.
pub(super) struct Call<'a> {
    reference: RefIx,
    /// The last segment of its path, where it comes from.
    pub name: &'a str,
    outside: OnceCell<Vec<&'a str>>,
    /// What it calls, if that is of the workspace.
    pub here: Option<Definition>,
    pub args: Vec<Value>,
    pub nodes: Vec<NodeIx>,
    pub site: Site,
}

impl<'a> Call<'a> {
    /// The path of something outside the workspace; empty if it is of the workspace. Found out when it is asked for.
    pub(super) fn outside(&self, evaluator: &Evaluator<'a>) -> &[&'a str] {
        self.outside.get_or_init(|| match evaluator.unit.named(self.reference) {
            Some(Named::Outside) => evaluator.unit.outside(self.reference),
            _ => Vec::new(),
        })
    }

    /// What stands in front of the last segment.
    pub(super) fn prefix(&self, evaluator: &Evaluator<'_>) -> Option<Definition> {
        evaluator.prefix(self.reference)
    }
}

/// A call of a method.
pub(super) struct Method<'a> {
    pub access: AccessIx,
    pub name: &'a str,
    pub on: Value,
    pub on_node: NodeIx,
    pub callee: Option<Definition>,
    pub args: Vec<Value>,
    pub nodes: Vec<NodeIx>,
    pub site: Site,
}

/// A call of a function of the workspace that is handed a connection.
#[derive(Clone, Debug)]
pub(super) struct Handed {
    pub callee: Definition,
    /// Per parameter: the connection, if it is one.
    pub args: Vec<Value>,
    pub site: Site,
    pub body: Option<u32>,
}

/// A place where a transaction begins.
#[derive(Clone, Debug)]
pub(super) struct Begin {
    pub site: Site,
    pub body: Option<u32>,
}

/// A query that could not be looked into.
#[derive(Clone, Debug)]
pub(super) struct Opaque {
    pub site: Site,
    pub reason: &'static str,
    pub body: Option<u32>,
}

/// A statement that the callers of a body complete.
#[derive(Clone, Debug)]
pub(super) struct OpenText {
    pub body: u32,
    pub site: Site,
    /// Only a part of it is missing.
    pub partly: bool,
}

/// What is known of a unit after it was looked at.
#[derive(Default)]
pub(super) struct Outcome {
    pub mentions: Mentions,
    pub handed: Vec<Handed>,
    pub begins: Vec<Begin>,
    pub opaque: Vec<Opaque>,
    /// Literals that reached a function that takes SQL.
    pub consumed: FxHashSet<Origin>,
    /// Texts that reached none.
    pub loose: Vec<(Value, Site, Option<u32>)>,
    pub summaries: Vec<(Definition, summary::Summary)>,
    /// What the queries of structs start from.
    pub base_queries: Vec<(Definition, Value)>,
    /// Statements that callers complete.
    pub open_texts: Vec<OpenText>,
    /// Changes of the schema, with the body that makes them.
    pub changes: Vec<(Option<u32>, Change, Site)>,
    /// Functions and constants that something was asked of.
    pub asked: FxHashSet<Definition>,
    /// Functions whose statements were completed by a call.
    pub completed: FxHashSet<Definition>,
    /// Uses of what is no table.
    pub resources: Vec<resources::Use>,
}

/// Looks at the values of one unit.
pub(super) struct Evaluator<'a> {
    pub unit: Unit<'a>,
    pub world: &'a World<'a>,
    values: Vec<Value>,
    /// The innermost body of each node.
    body_of: Vec<u32>,
    /// The body of the node that is being looked at.
    body: Option<u32>,
    out: Outcome,
    /// Statements that callers complete, by body.
    templates: FxHashMap<u32, Vec<summary::Template>>,
    /// Parameters that are called inside a transaction, by body.
    callbacks: FxHashMap<u32, Vec<usize>>,
    /// The transaction that an access opens.
    opened: FxHashMap<AccessIx, usize>,
    /// Names of common table expressions, with the body that gives them.
    ctes: FxHashSet<(Option<u32>, Arc<str>)>,
    /// References that values are made of.
    used: FxHashSet<RefIx>,
    /// The crates that the unit names.
    crates: OnceCell<FxHashSet<&'a str>>,
}

/// Looks at a unit.
pub(super) fn unit<'a>(unit: Unit<'a>, world: &'a World<'a>) -> Outcome {
    let body_of = bodies_of(unit);
    let mut evaluator = Evaluator {
        unit,
        world,
        values: Vec::with_capacity(unit.facts().nodes.len()),
        body_of,
        body: None,
        out: Outcome::default(),
        templates: FxHashMap::default(),
        callbacks: FxHashMap::default(),
        opened: FxHashMap::default(),
        ctes: FxHashSet::default(),
        used: FxHashSet::default(),
        crates: OnceCell::new(),
    };
    evaluator.run();
    evaluator.out
}

/// The innermost body of each node; what is nested comes first among the bodies.
fn bodies_of(unit: Unit<'_>) -> Vec<u32> {
    let facts = unit.facts();
    let mut out = vec![u32::MAX; facts.nodes.len()];
    for (index, body) in (0..).zip(&facts.bodies) {
        for slot in &mut out[body.nodes.0 as usize..body.nodes.1 as usize] {
            if *slot == u32::MAX {
                *slot = index;
            }
        }
    }
    out
}

impl<'a> Evaluator<'a> {
    fn run(&mut self) {
        let facts = self.unit.facts();
        for index in 0..facts.nodes.len() {
            self.body = Some(self.body_of[index]).filter(|body| *body != u32::MAX);
            let value = self.node(facts.nodes[index], NodeIx(index as u32));
            self.values.push(value);
        }
        self.body = None;
        self.forget_ctes();
        self.base_queries();
        self.loose_texts();
        self.tables_in_macros();
        DETECTORS.iter().for_each(|detector| (detector.end)(self));
        self.sum_up();
    }

    /// The value of a node that was looked at already.
    pub(super) fn value(&self, node: NodeIx) -> Value {
        self.values.get(node.index()).cloned().unwrap_or_default()
    }

    fn values(&self, list: Range) -> Vec<Value> {
        self.unit.facts().node_list(list).iter().map(|node| self.value(*node)).collect()
    }

    fn node(&mut self, node: Node, index: NodeIx) -> Value {
        match node {
            Node::Typed(_) => Value::Unknown,
            Node::Input(_) => self.input(index),
            Node::Literal(literal) => {
                let text = self.unit.name(self.unit.facts().literals[literal.index()].text);
                let origin = Origin { unit: self.unit.id(), literal };
                Value::Text(Arc::new(Text { pieces: vec![Piece::Known(text.into(), Some(origin))] }))
            }
            Node::Concat(list) => Value::concat(&self.values(list)),
            Node::Grown(target, added) => self.grow(target, &self.value(added)),
            Node::Struct(parts) => self.holder(self.unit.facts().node_list(parts)),
            Node::Included(path) => self.included(path),
            Node::Macro(call) => self.macro_value(call),
            Node::Path(reference, _) => self.path_value(reference),
            Node::Access(access) => self.access(access),
            Node::Annotated(_, value)
            | Node::Try(value)
            | Node::Future(value)
            | Node::Output(value)
            | Node::Slice(value)
            | Node::Deref(value) => self.value(value),
            Node::Element(value) | Node::Index(value) => element(&self.value(value)),
            Node::Tuple(list) => Value::tuple(self.values(list)),
            Node::Either(list) => Value::one_of(self.values(list)),
            Node::Array(value) => Value::list(self.value(value)),
            Node::Part(value, index) => part(&self.value(value), index as usize),
            Node::Destructured(value, path, field) => self.destructured(value, path, field),
            Node::Closure(_) => Value::Unknown,
            Node::ClosureInput(access, argument, index) => {
                self.closure_input(access, argument.into(), index.into())
            }
        }
    }

    /// What the queries of structs start from: `#[diesel(base_query = …)]`.
    fn base_queries(&mut self) {
        let queries = self.world.registry.base_queries.get(&self.unit.id());
        for (definition, node) in queries.into_iter().flatten() {
            let value = self.portable(*node);
            self.out.base_queries.push((*definition, value));
        }
    }

    /// The body that is being looked at.
    fn current(&self) -> Option<&'a Body> {
        self.body.map(|body| &self.unit.facts().bodies[body as usize])
    }

    fn input(&self, node: NodeIx) -> Value {
        let Some(body) = self.current() else { return Value::Unknown };
        let inputs = self.unit.facts().node_list(body.inputs);
        inputs.iter().position(|input| *input == node).map_or(Value::Unknown, Value::Input)
    }

    fn included(&self, path: Name) -> Value {
        let file = &self.world.graph.model().file(self.unit.file()).path;
        let path = module_files::beside(module_files::dir(file), self.unit.name(path));
        (self.world.read)(&path).map_or(Value::Unknown, |text| Value::text(&text))
    }

    fn destructured(&self, value: NodeIx, path: RefIx, field: Name) -> Value {
        // A connection that an enum holds: `DbPool::Conn(conn)`.
        if let held @ (Value::Input(_) | Value::Transaction(_)) = self.value(value) {
            return held;
        }
        let wraps = (path.index() < self.unit.facts().refs.len())
            && matches!(self.unit.last_segment(path), "Some" | "Ok" | "Err" | "Json" | "State" | "Extension");
        if wraps && self.unit.name(field) == "0" { self.value(value) } else { Value::Unknown }
    }

    /// What a method gives the parameter of a closure.
    fn closure_input(&mut self, access: AccessIx, argument: usize, index: usize) -> Value {
        if index == 0 && methods::takes_transaction(self, access, argument) {
            return Value::Transaction(self.open(access));
        }
        let facts = self.unit.facts().accesses[access.index()];
        if facts.kind != AccessKind::Method {
            return Value::Unknown;
        }
        match self.value(facts.on) {
            Value::List(element) if index == 0 => (*element).clone(),
            // A query goes on in a closure: `apply_if(|query| …)`, `let`-like helpers.
            Value::Relation(relation) => Value::Relation(relation),
            _ => Value::Unknown,
        }
    }

    fn path_value(&mut self, reference: RefIx) -> Value {
        self.used.insert(reference);
        if let Some(value) = DETECTORS.iter().find_map(|detector| (detector.path)(self, reference)) {
            return value;
        }
        match self.unit.here(reference) {
            Some(definition) => self.constant(definition),
            None => Value::Unknown,
        }
    }

    /// What a constant is.
    pub(super) fn constant(&mut self, definition: Definition) -> Value {
        self.ask(definition);
        self.world.summaries.constant(definition).cloned().unwrap_or_default()
    }

    fn macro_value(&mut self, call: CallIx) -> Value {
        let facts = &self.unit.facts().calls[call.index()];
        let values = self.values(facts.values);
        let found = DETECTORS.iter().find_map(|detector| (detector.macro_call)(self, call, &values));
        found.unwrap_or_else(|| self.joined_arguments(&values))
    }

    /// A macro that is not known hands on the query among its arguments.
    fn joined_arguments(&mut self, values: &[Value]) -> Value {
        values.iter().find(|value| value.relation().is_some()).cloned().unwrap_or_default()
    }

    fn access(&mut self, ix: AccessIx) -> Value {
        let access = self.unit.facts().accesses[ix.index()];
        match access.kind {
            AccessKind::Await => self.value(access.on),
            AccessKind::Assoc => Value::Unknown,
            AccessKind::Field => self.field(ix),
            AccessKind::Call => self.call(ix),
            AccessKind::Method => self.method(ix),
        }
    }

    fn field(&mut self, ix: AccessIx) -> Value {
        let access = self.unit.facts().accesses[ix.index()];
        let name = self.unit.name(access.name);
        match self.value(access.on) {
            // A connection that a value holds: `self.conn`.
            Value::Input(input) => Value::Input(input),
            value => name.parse().map_or(Value::Unknown, |index| part(&value, index)),
        }
    }

    fn call(&mut self, ix: AccessIx) -> Value {
        let facts = self.unit.facts();
        let access = facts.accesses[ix.index()];
        if let Value::Input(input) = self.value(access.on) {
            let args = self.values(access.arguments);
            if args.iter().any(|arg| matches!(arg, Value::Transaction(_))) {
                self.callback(input);
            }
            return Value::Unknown;
        }
        let Some(&Node::Path(reference, _)) = facts.nodes.get(access.on.index()) else {
            return Value::Unknown;
        };
        let mut call = Call {
            name: self.unit.last_segment(reference),
            outside: OnceCell::new(),
            reference,
            here: self.unit.here(reference),
            args: self.values(access.arguments),
            nodes: facts.node_list(access.arguments).to_vec(),
            site: self.site(reference),
        };
        // A function that was imported by itself may be called otherwise here.
        let is_alone = facts.path(facts.refs[reference.index()].path).len() == 1;
        if is_alone && call.name.starts_with(|c: char| c.is_lowercase()) {
            call.name = call.outside(self).last().copied().unwrap_or(call.name);
        }
        let found = DETECTORS.iter().find_map(|detector| (detector.call)(self, &call));
        found.unwrap_or_else(|| self.plain_call(&call))
    }

    /// The type in front of a path's last segment, also of `<Type as Trait>::name`.
    fn prefix(&self, reference: RefIx) -> Option<Definition> {
        let facts = self.unit.facts();
        match facts.qualified.binary_search_by_key(&reference, |(reference, _)| *reference) {
            Ok(at) => self.type_definition(facts.qualified[at].1),
            Err(_) => self.unit.prefix(reference),
        }
    }

    fn type_definition(&self, ty: TypeIx) -> Option<Definition> {
        match self.unit.facts().borrowed_type(ty) {
            Type::Path(reference, _) => self.unit.here(reference),
            Type::SelfType(scope) => self.unit.self_type(scope),
            _ => None,
        }
    }

    fn method(&mut self, ix: AccessIx) -> Value {
        let facts = self.unit.facts();
        let access = facts.accesses[ix.index()];
        let method = Method {
            access: ix,
            name: self.unit.name(access.name),
            on: self.value(access.on),
            on_node: access.on,
            callee: self.unit.callee(ix),
            args: self.values(access.arguments),
            nodes: facts.node_list(access.arguments).to_vec(),
            site: Site { pos: access.pos, scope: access.scope, test: access.test },
        };
        if let Some(callee) = method.callee.filter(|callee| self.world.graph.has_body(*callee)) {
            return self.called_method(callee, &method);
        }
        let found = DETECTORS.iter().find_map(|detector| (detector.method)(self, &method));
        found.unwrap_or_else(|| self.plain_method(&method))
    }
}

/// What a list or what a query gave is made of.
fn element(value: &Value) -> Value {
    value.map(|value| match value {
        Value::List(element) => (**element).clone(),
        Value::Relation(relation) => Value::Relation(relation.clone()),
        _ => Value::Unknown,
    })
}

/// A part of a tuple. The rows of several tables are tuples of their rows.
fn part(value: &Value, index: usize) -> Value {
    value.map(|value| match value {
        Value::Tuple(parts) => parts.get(index).cloned().unwrap_or_default(),
        // A statement beside its arguments: `build_sqlx`, `build`.
        Value::Relation(relation) if relation.state == State::Query => Value::Relation(relation.clone()),
        Value::Relation(relation) if relation.base.len() > 1 => match relation.base.get(index) {
            Some(base) => {
                let relation = Relation { base: vec![base.clone()], ..(**relation).clone() };
                Value::Relation(Arc::new(relation))
            }
            None => Value::Unknown,
        },
        _ => Value::Unknown,
    })
}
