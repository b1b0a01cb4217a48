//! Libraries whose methods take SQL as a string.

use crate::data::eval::value::Value;
use crate::data::eval::{Evaluator, Method};
use crate::data::is_library;
use crate::extract::facts::NodeIx;
use crate::graph::flow::TypeName;
use crate::sql;

/// A library whose methods take SQL as a string.
pub(super) struct TakesSql {
    /// The name in reports.
    pub via: &'static str,
    /// Its crates.
    pub crates: &'static [&'static str],
    /// The methods.
    pub methods: &'static [&'static str],
}

impl TakesSql {
    /// A method call: it counts if the receiver is of a type of the library, or if that is of no library and the string is
    /// SQL beyond doubt. The name of a method alone says nothing: `execute` and `query` are everywhere.
    pub(super) fn method(&self, evaluator: &mut Evaluator<'_>, method: &Method<'_>) -> Option<Value> {
        if !self.methods.contains(&method.name) || method.on.relation().is_some() {
            return None;
        }
        let ty = evaluator.pointee(method.on_node).and_then(|ty| ty.name());
        let is_own = matches!(ty, Some(TypeName::Outside(krate, _)) if self.crates.contains(&krate));
        let text = method.args.iter().find(|arg| is_text(arg));
        let text = match (text, method.args.first()) {
            (Some(text), _) => text.clone(),
            // Whoever calls the function knows.
            (None, Some(text @ Value::Input(_))) if is_own && is_str(evaluator, method.nodes[0]) => {
                text.clone()
            }
            _ => return None,
        };
        let counts = match ty {
            _ if is_own => true,
            Some(TypeName::Outside(krate, _)) if krate == "std" || is_library(krate) => false,
            Some(TypeName::Here(_) | TypeName::Tuple) => false,
            _ => is_sql(&text) && evaluator.uses(self.crates),
        };
        if !counts {
            return None;
        }
        let value = evaluator.sink(&text, method.site, self.via);
        let rows = evaluator.ran(value.relation()?, method);
        // A statement that is only prepared goes on to be run.
        Some(if method.name.starts_with("prepare") { value } else { rows })
    }
}

/// Whether the type of a value is that of a string.
fn is_str(evaluator: &Evaluator<'_>, node: NodeIx) -> bool {
    let Some(ty) = evaluator.pointee(node) else { return false };
    match ty.name() {
        Some(TypeName::Outside(krate, name)) => krate == "std" && matches!(name, "str" | "String"),
        // `impl AsRef<str>`, and not `impl Execute`, which is a query already.
        Some(TypeName::Bounds) => ty.arguments().any(|bound| {
            matches!(
                bound.name(),
                Some(TypeName::Outside(_, "AsRef" | "Into" | "Borrow" | "Display" | "ToString"))
            )
        }),
        _ => false,
    }
}

fn is_text(value: &Value) -> bool {
    value.alternatives().iter().any(|value| matches!(value, Value::Text(_)))
}

/// Whether a string can be nothing but SQL.
pub(super) fn is_sql(value: &Value) -> bool {
    value.alternatives().iter().any(|value| match value {
        Value::Text(text) => {
            let text = crate::data::eval::spelled(text);
            let parsed = sql::parse_query(&text, sql::Dialect::Generic);
            parsed.is_some_and(|list| list.iter().any(|s| !s.approximate && !s.uses.is_empty()))
                || sql::looks_like_sql(&text)
        }
        _ => false,
    })
}
