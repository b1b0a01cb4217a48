//! What callers have to know of a body: what it returns, and which of its parameters are SQL.

use super::value::{Base, Relation, Text, Value};
use super::{Evaluator, Outcome};
use crate::data::model::ResourceKind;
use crate::extract::facts::{ItemKind, MemberKind, Owner};
use crate::graph::flow::Definition;
use crate::sql::Access;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// What a body says to its callers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::data) struct Summary {
    /// What it returns, in terms of its parameters; the value of a constant.
    pub result: Value,
    /// Statements that it runs, and names that it uses, that are made of its parameters.
    pub templates: Vec<Template>,
    /// Parameters that are functions which it calls inside a transaction.
    pub callbacks: Vec<usize>,
    /// It is a constant or a static.
    pub constant: bool,
}

impl Summary {
    fn says_something(&self) -> bool {
        self.result.is_known() || !self.templates.is_empty() || !self.callbacks.is_empty()
    }
}

/// What a text is that a body hands to a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::data) enum Target {
    /// A statement.
    Sql,
    /// The name of a table that is touched so.
    Table(Access),
    /// The name of another resource that is used so.
    Resource(ResourceKind, Access),
}

/// A statement or a name in terms of a body's parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::data) struct Template {
    pub text: Arc<Text>,
    pub target: Target,
    /// The library that takes it.
    pub via: &'static str,
}

/// The summaries of all bodies that say something.
#[derive(Default)]
pub(in crate::data) struct Summaries {
    of: FxHashMap<Definition, Summary>,
    /// What the queries of a struct start from: `base_query`.
    pub base_queries: FxHashMap<Definition, Value>,
}

impl Summaries {
    pub(in crate::data) fn of(&self, definition: Definition) -> Option<&Summary> {
        self.of.get(&definition).filter(|summary| !summary.constant)
    }

    /// The value of a constant or a static.
    pub(in crate::data) fn constant(&self, definition: Definition) -> Option<&Value> {
        self.of.get(&definition).filter(|summary| summary.constant).map(|summary| &summary.result)
    }

    /// All of what the units say.
    pub(in crate::data) fn collect(outcomes: &[Outcome]) -> Summaries {
        let mut out = Summaries::default();
        for outcome in outcomes {
            out.of.extend(outcome.summaries.iter().cloned());
            out.base_queries.extend(outcome.base_queries.iter().cloned());
        }
        out
    }

    /// The definitions of which something else is said than before.
    pub(in crate::data) fn changed(&self, before: &Summaries) -> FxHashSet<Definition> {
        fn differs<T: PartialEq>(
            one: &FxHashMap<Definition, T>,
            other: &FxHashMap<Definition, T>,
        ) -> Vec<Definition> {
            one.iter().filter(|(key, value)| other.get(*key) != Some(*value)).map(|(key, _)| *key).collect()
        }
        let mut out: FxHashSet<Definition> = FxHashSet::default();
        for (one, other) in [(self, before), (before, self)] {
            out.extend(differs(&one.of, &other.of));
            out.extend(differs(&one.base_queries, &other.base_queries));
        }
        out
    }
}

impl Evaluator<'_> {
    /// Sums up the unit's bodies.
    pub(super) fn sum_up(&mut self) {
        for (index, body) in (0..).zip(&self.unit.facts().bodies) {
            let Some(owner) = self.unit.owner(body) else { continue };
            let summary = Summary {
                result: portable(&self.value(body.result), 0),
                templates: self.templates.remove(&index).unwrap_or_default(),
                callbacks: self.callbacks.remove(&index).unwrap_or_default(),
                constant: self.is_constant(body.owner),
            };
            if summary.says_something() {
                self.out.summaries.push((owner, summary));
            }
        }
    }

    fn is_constant(&self, owner: Owner) -> bool {
        let facts = self.unit.facts();
        match owner {
            Owner::Item(item) => {
                matches!(facts.items[item.index()].kind, ItemKind::Const | ItemKind::Static(_))
            }
            Owner::Member(member) => facts.members[member as usize].kind == MemberKind::Const,
        }
    }

    /// What an expression is to other units.
    pub(super) fn portable(&self, node: crate::extract::facts::NodeIx) -> Value {
        portable(&self.value(node), 0)
    }
}

/// A value without what only means something in its unit.
fn portable(value: &Value, depth: usize) -> Value {
    if depth > 16 {
        return Value::Unknown;
    }
    match value {
        Value::Transaction(_) => Value::Begun,
        Value::Relation(relation) => {
            let base = relation.base.iter().map(|base| Base { table: base.table.clone(), mention: None });
            let base = base.collect();
            Value::Relation(Arc::new(Relation { base, nested: Vec::new(), ..(**relation).clone() }))
        }
        Value::OneOf(values) => Value::one_of(values.iter().map(|value| portable(value, depth + 1))),
        Value::List(element) => Value::list(portable(element, depth + 1)),
        Value::Tuple(parts) => Value::tuple(parts.iter().map(|value| portable(value, depth + 1)).collect()),
        value => value.clone(),
    }
}
