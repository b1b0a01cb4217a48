//! What a `boundaries.toml` may already say although no rule of this version looks at it. It is accepted, so that a file
//! need not change later, and it is said aloud, so that nobody takes silence for a pass.

use crate::config::policy::{Policy, Severity};

/// Names of rules that the configuration accepts and no rule of this version has.
pub const RESERVED: &[&str] = &["stale-baseline", "unused-exception", "expired-exception"];

/// The settings of a policy that nothing is checked for, each as a phrase.
pub fn unchecked(policy: &Policy) -> Vec<String> {
    let mut out = Vec::new();
    let overrides = policy.modules.iter().flat_map(|module| &module.rules);
    let mut rules: Vec<&str> = policy
        .rules
        .iter()
        .chain(overrides)
        .filter(|(name, severity)| **severity != Severity::Allow && RESERVED.contains(&name.as_str()))
        .map(|(name, _)| name.as_str())
        .collect();
    rules.sort_unstable();
    rules.dedup();
    out.extend(rules.iter().map(|name| format!("rule `{name}` is not part of this version")));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reserved_rule_is_none_that_exists() {
        let clash = RESERVED.iter().find(|name| crate::rules::find(name).is_some());
        assert_eq!(clash, None);
    }

    #[test]
    fn what_is_declared_and_not_looked_at_is_named() {
        let text = "version = 1\n[rules]\nunused-exception = \"warn\"\nstale-baseline = \"allow\"\n[modules.a]\npaths = [\"a\"]\n\
                    [modules.a.owns]\ntables = [\"t\"]\nenv = [\"E\"]\n";
        let policy = crate::config::load(text, "boundaries.toml", &crate::rules::accepted_names()).unwrap();
        assert_eq!(unchecked(&policy), ["rule `unused-exception` is not part of this version"]);
    }
}
