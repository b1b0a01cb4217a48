//! `boundaries.toml`: read raw with spans, then checked into a [`policy::Policy`] in which nothing can be wrong any more.
//!
//! `reader` and `raw` know TOML, `check` knows what names and patterns mean, `assign` binds a policy to the source
//! modules of a workspace and `ownership` to its tables and other resources, by way of `claims`. `schema` tells editors what
//! may stand in the file. `edit` changes the text where a command asks for it, and `list` takes its lists apart. Nothing here
//! touches a disk: the caller brings the text.

pub mod policy;
mod raw;
mod schema;
mod reader;
mod check;
mod assign;
mod claims;
mod ownership;
mod tree;
mod lines;
mod date;
mod error;
mod list;
pub mod edit;
pub mod suggest;

pub use assign::{Assignment, Unmatched, assign};
pub use date::Date;
pub use error::{ConfigError, ConfigErrors};
pub use ownership::{Claim, Claimant, Contested, Owner, Ownership, UnmatchedEntry, own};
pub use schema::schema;

/// The name of the file, at the root of a workspace.
pub const FILE_NAME: &str = "boundaries.toml";

/// Reads and checks the text of a `boundaries.toml`.
///
/// `file` is the name that errors and findings show; `known_rules` are the rules that a severity may be set for. All
/// errors of the text are reported together.
pub fn load(text: &str, file: &str, known_rules: &[&str]) -> Result<policy::Policy, ConfigErrors> {
    let policy = || {
        let document = reader::parse(text)?;
        let mut errors = Vec::new();
        let raw = raw::read(&document, &mut errors);
        check::policy(&raw, text, file, known_rules, errors)
    };
    policy().map_err(|errors| ConfigErrors::new(file, text, errors))
}
