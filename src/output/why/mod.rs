//! The formats of `why`.

mod human;
mod json;

pub(super) use json::schema;

use super::Format;
use super::chain::Chain;

/// Every format of `why`; the first is the default.
pub static FORMATS: &[Format<Chain>] = &[
    Format { name: "human", styled: true, write: human::write },
    Format { name: "json", styled: false, write: json::write },
];
