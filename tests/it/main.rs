//! All integration tests, one binary.

mod config;
mod fixture;
mod rules;
