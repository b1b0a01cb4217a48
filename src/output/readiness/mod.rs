//! The formats of `readiness`.

mod human;
mod json;
mod markdown;
mod html;

pub(super) use json::schema;

use super::Format;
use super::view::View;
use crate::readiness::Audit;
use crate::readiness::trend::Record;
use std::collections::BTreeMap;
use std::sync::Arc;

/// An audit with what is shown beside it.
#[derive(Clone, Debug, Default)]
pub struct Audited {
    /// The audit.
    pub audit: Audit,
    /// The graph of the declared modules.
    pub graph: View,
    /// What the runs before came to, and this one; empty where nobody keeps a record.
    pub trend: Vec<Record>,
    /// The text of the files that blockers name, by path.
    pub sources: BTreeMap<String, Arc<str>>,
}

/// Every format of `readiness`; the first is the default.
pub static FORMATS: &[Format<Audited>] = &[
    Format { name: "human", styled: true, write: human::write },
    Format { name: "markdown", styled: false, write: markdown::write },
    Format { name: "json", styled: false, write: json::write },
    Format { name: "html", styled: false, write: html::write },
];
