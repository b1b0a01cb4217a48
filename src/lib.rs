//! cargo modcheck: checks the module boundaries of a Rust workspace, and what would block extracting a module.

pub mod source;
pub mod extract;
pub mod graph;
pub mod rules;
pub mod output;
pub mod config;
pub mod cli;
