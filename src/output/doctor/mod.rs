//! The formats of `doctor`.

mod human;
mod json;

pub(super) use json::schema;

use super::Format;
use super::diagnosis::Diagnosis;

/// Every format of `doctor`; the first is the default.
pub static FORMATS: &[Format<Diagnosis>] = &[
    Format { name: "human", styled: true, write: human::write },
    Format { name: "json", styled: false, write: json::write },
];
