//! All integration tests, one binary.

mod config;
mod fixture;
mod cli;
mod rules;
mod demo;
mod readme;
mod selfcheck;
mod tidy;
