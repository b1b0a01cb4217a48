//! Places of dependencies in a `Cargo.toml`. (stub)
