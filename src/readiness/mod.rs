//! The extraction audit: could a module be extracted, what blocks it, what would be given up, and should it be. It judges what
//! the rules found; it finds nothing itself.

mod model;
pub mod trend;

pub use model::*;
