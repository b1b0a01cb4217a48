//! Text in, facts out, file by file. syn lives here only; pure; cannot fail.

pub mod facts;
mod file;
mod walk;
mod items;
mod bodies;
mod values;
mod strings;
mod patterns;
mod types;
mod names;
mod uses;
mod attributes;
mod data_attributes;
mod macros;
mod arguments;
mod known;
mod loops;
mod scan;
mod exceptions;
pub mod expand;
pub mod memory;
mod ahead;
mod transcribe;
pub mod module_files;
mod workspace;

pub use ahead::Ahead;
pub use file::{extract, release_spans};
pub use workspace::{Extracted, ExtractedFile, Wanted, extend, remembered, workspace};
