//! Stand-ins for stages that are still being written, with the signatures agreed for them.
//!
//! `use crate::stub::{…}` becomes `use crate::{…}` once they are there.

/// Text to facts.
pub mod extract {
    use crate::source::Source;
    use globset::GlobSet;

    /// What the files say.
    #[derive(Default)]
    pub struct Extracted;

    /// Reads every file that a target reaches.
    pub fn workspace(_source: &Source, _exclude: &GlobSet) -> Extracted {
        Extracted
    }
}

/// Facts to references.
pub mod graph {
    use super::extract::Extracted;
    use crate::graph::Graph;
    use crate::source::Package;

    /// Resolves names.
    pub fn build(_packages: &[Package], _extracted: Extracted) -> Graph {
        Graph::default()
    }
}

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

/// The rules.
pub mod rules {
    use crate::config::Assignment;
    use crate::config::policy::{Policy, Severity};
    use crate::graph::Graph;
    use crate::rules::Finding;

    /// A rule's metadata.
    pub struct Rule {
        /// Reads as "allow X".
        pub name: &'static str,
        /// One line.
        pub summary: &'static str,
        /// Unless the policy says otherwise.
        pub default: Severity,
        /// Its page.
        pub docs: &'static str,
    }

    /// Every rule.
    pub static RULES: &[&Rule] = &[&Rule {
        name: "private-access",
        summary: "a reference that reaches past the public interface",
        default: Severity::Deny,
        docs: "# private-access\n\n## What it checks\n\nReferences that reach past the public interface.\n",
    }];

    /// Their names.
    pub fn names() -> Vec<&'static str> {
        RULES.iter().map(|rule| rule.name).collect()
    }

    /// What every check reads.
    pub struct Context;

    impl Context {
        /// Puts it together.
        pub fn new(_graph: &Graph, _policy: &Policy, _assignment: &Assignment) -> Context {
            Context
        }
    }

    /// Checks everything.
    pub fn run(_ctx: &Context) -> Vec<Finding> {
        Vec::new()
    }
}
