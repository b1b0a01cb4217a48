//! The formats of `check`.

mod cargo;
mod github;
mod human;
mod json;
mod markdown;

pub use markdown::write_within as write_markdown_within;

pub(super) use json::schema;

use super::Format;
use super::report::Report;

/// Every format of `check`; the first is the default.
pub static FORMATS: &[Format<Report>] = &[
    Format { name: "human", styled: true, write: human::write },
    Format { name: "json", styled: false, write: json::write },
    Format { name: "github", styled: false, write: github::write },
    Format { name: "markdown", styled: false, write: markdown::write },
    Format { name: "cargo", styled: false, write: cargo::write },
];
