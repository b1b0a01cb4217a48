//! The formats of `check`.

mod human;
mod json;

pub use human::delta_lines;

use super::Format;
use super::report::Report;

/// Every format of `check`; the first is the default.
pub static FORMATS: &[Format<Report>] = &[
    Format { name: "human", styled: true, write: human::write },
    Format { name: "json", styled: false, write: json::write },
];
