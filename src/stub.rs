//! Stand-ins for stages that are still being written, with the signatures agreed for them.
//!
//! `use crate::stub::{…}` becomes `use crate::{…}` once they are there.

/// The policy.
pub mod config {
    use crate::config::{Assignment, policy::Policy};
    use crate::graph::Model;

    /// Where it stands, below the workspace's root.
    pub const FILE_NAME: &str = "boundaries.toml";

    /// What is wrong with it.
    #[derive(Debug, thiserror::Error, miette::Diagnostic)]
    #[error("the configuration is wrong")]
    pub struct ConfigErrors;

    /// Reads it.
    pub fn load(text: &str, file_name: &str, _known_rules: &[&str]) -> Result<Policy, ConfigErrors> {
        Ok(Policy { file: file_name.to_owned(), text: text.to_owned(), ..Policy::default() })
    }

    /// Binds it to a workspace.
    pub fn assign(policy: &Policy, model: &Model) -> Result<Assignment, ConfigErrors> {
        Ok(crate::config::assign(policy, model))
    }

    /// Did you mean.
    pub mod suggest {
        /// The candidate closest to a misspelt name.
        pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
            let distances = candidates.into_iter().map(|c| (strsim::damerau_levenshtein(name, c), c));
            distances.filter(|(d, _)| *d <= (name.chars().count() / 3).max(1)).min().map(|(_, c)| c)
        }
    }
}
