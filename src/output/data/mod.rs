//! The formats of `data`.

mod human;
mod json;
mod markdown;

pub(super) use json::schema;

use super::Format;
use super::inventory::{Inventory, Kind, Resource};
use super::report::counted;
use crate::data::ResourceKind;

/// Every format of `data`; the first is the default.
pub static FORMATS: &[Format<Inventory>] = &[
    Format { name: "human", styled: true, write: human::write },
    Format { name: "json", styled: false, write: json::write },
    Format { name: "markdown", styled: false, write: markdown::write },
];

/// `orders 2, payments 1`
fn counts(counts: &[(&str, usize)], escape: impl Fn(&str) -> String) -> String {
    let each: Vec<String> =
        counts.iter().map(|(module, count)| format!("{} {count}", escape(module))).collect();
    each.join(", ")
}

/// One line that says how much there is.
fn summary(inventory: &Inventory) -> String {
    let tables: Vec<&Resource> = inventory.tables().collect();
    let accesses: usize = tables.iter().map(|table| table.accesses.len()).sum();
    let mut parts = vec![counted(tables.len(), "table")];
    if inventory.declared {
        for word in ["unowned", "contested"] {
            let count = tables.iter().filter(|table| table.ownership == word).count();
            parts.extend((count > 0).then(|| format!("{count} of them {word}")));
        }
    }
    let place = if accesses == 1 { "access" } else { "accesses" };
    parts.push(format!("{accesses} {place}"));
    parts.push(counted(inventory.transactions.len(), "transaction"));
    let opaque = inventory.opaque.len();
    let query = if opaque == 1 { "query" } else { "queries" };
    parts.push(format!("{opaque} {query} that could not be looked into"));
    parts.extend(ResourceKind::ALL.iter().filter_map(|kind| {
        let of_kind = inventory.resources.iter().filter(|resource| resource.kind == Kind::Other(*kind));
        Some(of_kind.count()).filter(|count| *count > 0).map(|count| counted(count, kind.noun()))
    }));
    let schema = match inventory.schema.trees.as_slice() {
        [] => "no migrations found".to_owned(),
        trees => format!("schema from {}", trees.join(", ")),
    };
    format!("{}; {schema}", parts.join(", "))
}
