//! All integration tests, one binary.

mod fixture;
mod cli;
mod rules;
