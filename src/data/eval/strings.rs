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

    /// Methods that add to a string.
    pub(super) fn adds(&mut self, method: &Method<'_>) -> Option<Value> {
        match (method.name, method.args.as_slice()) {
            ("push_str", [added]) => Some(self.grow(method.on_node, added)),
            // A character is most often a space or a comma, which part words.
            ("push", [Value::Unknown]) => Some(self.grow(method.on_node, &Value::text(" "))),
            _ => None,
        }
    }

    /// `names.iter().map(|name| format!("…"))`
    pub(super) fn mapped(&self, method: &Method<'_>) -> Option<Value> {
        let (Value::List(_), "map" | "filter_map" | "flat_map") = (&method.on, method.name) else {
            return None;
        };
        let closure = method.nodes.first().and_then(|node| self.unit.facts().nodes.get(node.index()));
        match closure {
            Some(Node::Closure(result)) => Some(Value::list(self.value(*result))),
            _ => None,
        }
    }
}

/// A string without anything in it.
pub(super) fn empty() -> Value {
    Value::Text(Arc::new(Text { pieces: Vec::<Piece>::new() }))
}
