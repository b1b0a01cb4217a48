//! Findings that a team has accepted for now: the file that lists them, and what a check makes of it.
//!
//! - [`Baseline`]: the file, one line per identity.
//! - [`compare`]: what is new, what grew, what is gone; [`compare_since`]: the same beside an earlier revision.

mod compare;
mod file;
mod update;

pub use compare::{Delta, Gone, Since, compare, compare_since};
pub use file::{Baseline, BaselineError, Entry, file_name};
pub use update::{Update, update};
