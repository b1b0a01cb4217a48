//! All integration tests, one binary.

mod fixture;
mod rules;
