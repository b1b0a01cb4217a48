//! The formats of `check`.

mod cargo;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod markdown;
mod sarif;
mod short;

pub use markdown::write_within as write_markdown_within;

pub(super) use json::schema;

use super::Format;
use super::report::Report;

/// Every format of `check`; the first is the default.
pub static FORMATS: &[Format<Report>] = &[
    Format { name: "human", styled: true, write: human::write },
    Format { name: "short", styled: false, write: short::write },
    Format { name: "json", styled: false, write: json::write },
    Format { name: "sarif", styled: false, write: sarif::write },
    Format { name: "github", styled: false, write: github::write },
    Format { name: "gitlab", styled: false, write: gitlab::write },
    Format { name: "junit", styled: false, write: junit::write },
    Format { name: "markdown", styled: false, write: markdown::write },
    Format { name: "cargo", styled: false, write: cargo::write },
];
