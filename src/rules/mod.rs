//! Graph and policy in, findings out. One file per rule, each with its metadata, its docs and its check; this table
//! registers them. Pure: no I/O, no TOML types.

pub mod finding;

pub use finding::{Finding, PolicyRef, Site, TrailStep};
