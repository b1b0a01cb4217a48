//! Exceptions in the source: comments that accept what is found on a line, with a reason and perhaps a last day.
//!
//! - [`Exception`]: a comment and what it covers, as a report keeps it.
//! - [`apply`]: what is left of the findings, and which exceptions are not in order.

mod apply;
mod comment;

pub use apply::{Exception, apply};
