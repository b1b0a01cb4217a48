//! All integration tests, one binary.

#![expect(clippy::disallowed_methods, reason = "tests read fixtures and what the binary wrote")]

mod browser;
mod config;
mod fixture;
mod formats;
mod graph;
mod history;
mod hostile;
mod init;
mod integrations;
mod accepted;
mod cache;
mod cli;
mod sync;
mod doctor;
mod resolution;
mod memory;
mod outputs;
mod page;
mod shell;
mod data;
mod metamorphic;
mod robust;
mod rules;
mod schema;
mod debt;
mod demo;
mod editor;
mod rust_analyzer;
mod readiness;
mod readme;
mod selfcheck;
mod since;
mod tidy;
