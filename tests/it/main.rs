//! All integration tests, one binary.

mod config;
mod fixture;
mod cli;
mod resolution;
mod robust;
mod rules;
