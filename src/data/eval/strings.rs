//! Strings that are not written in one piece: those that grow, and those that a closure makes of the names in a list.

use super::value::{Piece, Text, Value};
use super::{Evaluator, Method};
use crate::extract::facts::{Node, NodeIx};
use std::sync::Arc;

impl Evaluator<'_> {
    /// A string is added to the value of a node: from here on that is what the node stands for.
    pub(super) fn grow(&mut self, target: NodeIx, added: &Value) -> Value {
        let before = self.value(target);
        let is_text = matches!(before.alternatives().first(), Some(Value::Text(_)));
        if let Some(value) = self.values.get_mut(target.index()).filter(|_| is_text) {
            *value = Value::concat(&[before, added.clone()]);
        }
        Value::Unknown
    }

    /// Methods that add to a string, and those that make one when it is needed.
    pub(super) fn adds(&mut self, method: &Method<'_>) -> Option<Value> {
        match (method.name, method.args.as_slice()) {
            ("push_str", [added]) => Some(self.grow(method.on_node, added)),
            ("get_or_init" | "get_or_insert_with", _) => self.made(&method.nodes),
            _ => None,
        }
    }

    /// `names.iter().map(|name| format!("…"))`
    pub(super) fn mapped(&self, method: &Method<'_>) -> Option<Value> {
        let (Value::List(_), "map" | "filter_map" | "flat_map") = (&method.on, method.name) else {
            return None;
        };
        Some(Value::list(self.made(&method.nodes)?))
    }

    /// What a closure makes that is the only argument: `LazyLock::new(|| …)`, `cell.get_or_init(|| …)`.
    pub(super) fn made(&self, nodes: &[NodeIx]) -> Option<Value> {
        let [node] = nodes else { return None };
        match self.unit.facts().nodes.get(node.index()) {
            Some(Node::Closure(result)) => Some(self.value(*result)),
            _ => None,
        }
    }
}

/// A string without anything in it.
pub(super) fn empty() -> Value {
    Value::Text(Arc::new(Text { pieces: Vec::<Piece>::new() }))
}
