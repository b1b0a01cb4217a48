//! What the evaluation knows of a value: strings, tables, queries, connections.

use super::blueprint::Blueprint;
use super::mentions::MentionId;
use crate::extract::facts::LiteralIx;
use crate::graph::flow::{Definition, UnitId};
use crate::sql::Access;
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// Most values that one expression may have.
const MAX_ALTERNATIVES: usize = 64;
/// Most pieces of one string.
const MAX_PIECES: usize = 256;
/// Deepest nesting of lists and tuples: what is deeper is not known.
const MAX_DEPTH: usize = 4;
/// Most parts of a list or a tuple that are looked at for their depth.
const MAX_PARTS: usize = 32;
/// Most tables of one query, and most accesses inside it.
const MAX_TABLES: usize = 256;

/// A value of a body, as far as it matters for data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::data) enum Value {
    /// Nothing is known.
    #[default]
    Unknown,
    /// A parameter of the body, by its index.
    Input(usize),
    /// A string.
    Text(Arc<Text>),
    /// Several values, one of which it is.
    OneOf(Arc<[Value]>),
    /// A list; what its elements may be.
    List(Arc<Value>),
    /// A tuple.
    Tuple(Arc<[Value]>),
    /// A table by name: what `Users::Table` and `Alias::new("users")` stand for.
    Table(Arc<str>),
    /// A type that stands for a table: sea-orm's `Entity`.
    Entity(Definition),
    /// A query, or what it gave.
    Relation(Arc<Relation>),
    /// A command of Redis that its key is still to be given to, by its name.
    Command(Arc<str>),
    /// A collection of documents, by its name.
    Collection(Arc<Value>),
    /// A statement that defines tables.
    Blueprint(Arc<Blueprint>),
    /// A connection inside a transaction, by its number in the unit.
    Transaction(usize),
    /// A connection inside a transaction that a function opens for its caller.
    Begun,
}

/// A string put together from parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::data) struct Text {
    pub pieces: Vec<Piece>,
}

/// A part of a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::data) enum Piece {
    /// Known text, and where it stands.
    Known(Arc<str>, Option<Origin>),
    /// Something unknown.
    Hole,
    /// A parameter of the body.
    Input(usize),
}

/// Where a piece of text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::data) struct Origin {
    pub unit: UnitId,
    pub literal: LiteralIx,
}

/// How far a query has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::data) enum State {
    /// It is being put together.
    Query,
    /// It was run; this is what it gave.
    Rows,
}

/// A query being built, or its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::data) struct Relation {
    /// The library: `diesel`.
    pub via: &'static str,
    pub state: State,
    /// The tables it selects from or writes to, the first one first.
    pub base: Vec<Base>,
    /// Accesses that belong to the same statement.
    pub nested: Vec<MentionId>,
    /// What it does to its tables; for a builder: to the one that it is given later.
    pub access: Access,
    /// Its tables are combined.
    pub joins: bool,
    /// It holds several statements, which stay apart: one string with all of them, or one of several strings.
    pub apart: bool,
}

/// A table of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::data) struct Base {
    pub table: Arc<str>,
    /// Where it was named, if in this unit.
    pub mention: Option<MentionId>,
}

impl Relation {
    pub(in crate::data) fn new(via: &'static str, base: Vec<Base>) -> Relation {
        Relation {
            via,
            state: State::Query,
            base,
            nested: Vec::new(),
            access: Access::Read,
            joins: false,
            apart: false,
        }
    }

    /// Leaves out what is said twice, and what is too much for one query.
    pub(in crate::data) fn tidy(&mut self) {
        let mut seen: FxHashSet<MentionId> = FxHashSet::default();
        self.base.retain(|base| base.mention.is_none_or(|mention| seen.insert(mention)));
        self.base.truncate(MAX_TABLES);
        self.nested.sort_unstable();
        self.nested.dedup();
        self.nested.truncate(MAX_TABLES);
    }

    /// Every access of the statement.
    pub(in crate::data) fn mentions(&self) -> impl Iterator<Item = MentionId> {
        self.base.iter().filter_map(|base| base.mention).chain(self.nested.iter().copied())
    }
}

impl Value {
    pub(in crate::data) fn is_known(&self) -> bool {
        *self != Value::Unknown
    }

    /// Known text without a place.
    pub(in crate::data) fn text(text: &str) -> Value {
        Value::Text(Arc::new(Text { pieces: vec![Piece::Known(text.into(), None)] }))
    }

    /// A tuple.
    pub(in crate::data) fn tuple(parts: Vec<Value>) -> Value {
        Value::Tuple(parts.into_iter().map(Value::bounded).collect::<Vec<_>>().into())
    }

    /// A list of one kind of element.
    pub(in crate::data) fn list(element: Value) -> Value {
        Value::List(Arc::new(element.bounded()))
    }

    /// Itself, unless it nests too deep to be a part of something.
    fn bounded(self) -> Value {
        if self.is_deeper_than(MAX_DEPTH) { Value::Unknown } else { self }
    }

    fn is_deeper_than(&self, depth: usize) -> bool {
        let parts = match self {
            Value::Tuple(parts) | Value::OneOf(parts) => &**parts,
            Value::List(element) => std::slice::from_ref(&**element),
            _ => return false,
        };
        depth == 0 || parts.iter().take(MAX_PARTS).any(|part| part.is_deeper_than(depth - 1))
    }

    /// One of several values.
    pub(in crate::data) fn one_of(values: impl IntoIterator<Item = Value>) -> Value {
        let mut out: Vec<Value> = Vec::new();
        for value in values {
            match value {
                Value::Unknown => {}
                Value::OneOf(inner) => {
                    inner.iter().for_each(|value| push(&mut out, value.clone()));
                }
                value => push(&mut out, value),
            }
        }
        match out.len() {
            0 => Value::Unknown,
            1 => out.remove(0),
            _ => Value::OneOf(out.into()),
        }
    }

    /// The values that it may be.
    pub(in crate::data) fn alternatives(&self) -> &[Value] {
        match self {
            Value::OneOf(values) => values,
            value => std::slice::from_ref(value),
        }
    }

    /// Applies a function to each value that it may be.
    pub(in crate::data) fn map(&self, f: impl FnMut(&Value) -> Value) -> Value {
        Value::one_of(self.alternatives().iter().map(f))
    }

    /// The first relation that it may be.
    pub(in crate::data) fn relation(&self) -> Option<&Arc<Relation>> {
        self.alternatives().iter().find_map(|value| match value {
            Value::Relation(relation) => Some(relation),
            _ => None,
        })
    }

    /// Whether a query is among the parts of a value.
    pub(in crate::data) fn holds_query(&self) -> bool {
        match self {
            Value::Relation(_) => true,
            Value::Tuple(parts) | Value::OneOf(parts) => parts.iter().any(Value::holds_query),
            Value::List(element) => element.holds_query(),
            _ => false,
        }
    }

    /// The names that it may be: text without gaps.
    pub(in crate::data) fn names(&self) -> Vec<String> {
        self.alternatives().iter().filter_map(Value::name).collect()
    }

    fn name(&self) -> Option<String> {
        let Value::Text(text) = self else { return None };
        let known = text.pieces.iter().map(|piece| match piece {
            Piece::Known(text, _) => Some(&**text),
            _ => None,
        });
        known.collect()
    }

    /// Strings put one behind the other; every combination of what the parts may be.
    pub(in crate::data) fn concat(parts: &[Value]) -> Value {
        let mut out: Vec<Vec<Piece>> = vec![Vec::new()];
        for part in parts {
            let choices: Vec<Vec<Piece>> = part.alternatives().iter().map(Value::pieces).collect();
            if out.len() * choices.len() > MAX_ALTERNATIVES {
                out.iter_mut().for_each(|pieces| pieces.push(Piece::Hole));
                continue;
            }
            out = out
                .iter()
                .flat_map(|front| choices.iter().map(|back| front.iter().chain(back).cloned().collect()))
                .collect();
        }
        Value::one_of(out.into_iter().map(|mut pieces| {
            if pieces.len() > MAX_PIECES {
                pieces.truncate(MAX_PIECES);
                pieces.push(Piece::Hole);
            }
            Value::Text(Arc::new(Text { pieces }))
        }))
    }

    fn pieces(&self) -> Vec<Piece> {
        match self {
            Value::Text(text) => text.pieces.clone(),
            Value::Input(index) => vec![Piece::Input(*index)],
            Value::Table(name) => vec![Piece::Known(name.clone(), None)],
            _ => vec![Piece::Hole],
        }
    }
}

fn push(out: &mut Vec<Value>, value: Value) {
    if out.len() < MAX_ALTERNATIVES && !out.contains(&value) {
        out.push(value);
    }
}
