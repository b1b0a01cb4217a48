//! What a `boundaries.toml` may already say although no rule of this version looks at it. It is accepted, so that a file
//! need not change later, and it is said aloud, so that nobody takes silence for a pass.

use crate::config::policy::{Owns, Policy, Severity};

/// Names of rules that the configuration accepts and no rule of this version has.
pub const RESERVED: &[&str] = &[
    "leaked-type",
    "foreign-resource",
    "leaked-db-handle",
    "non-remotable-api",
    "chatty-call",
    "foreign-impl",
    "stale-baseline",
    "unused-exception",
    "expired-exception",
];

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
    for module in &policy.modules {
        for key in unchecked_resources(&module.owns) {
            out.push(format!("`{key}` of `{}` is not checked by this version", module.name));
        }
        if module.extract {
            out.push(format!("`extract` of `{}` is not checked by this version", module.name));
        }
    }
    if !policy.data.env_functions.is_empty() {
        out.push("`env-functions` is not checked by this version".to_owned());
    }
    out
}

/// The keys of what a module owns beside tables.
fn unchecked_resources(owns: &Owns) -> impl Iterator<Item = &'static str> {
    let lists = [("cache-keys", &owns.cache_keys), ("topics", &owns.topics), ("env", &owns.env)];
    lists.into_iter().filter(|(_, list)| !list.is_empty()).map(|(key, _)| key)
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
        let text = "version = 1\n[rules]\nleaked-type = \"warn\"\nchatty-call = \"allow\"\n[modules.a]\npaths = [\"a\"]\n\
                    [modules.a.owns]\ntables = [\"t\"]\nenv = [\"E\"]\n";
        let policy = crate::config::load(text, "boundaries.toml", &crate::rules::accepted_names()).unwrap();
        assert_eq!(
            unchecked(&policy),
            ["rule `leaked-type` is not part of this version", "`env` of `a` is not checked by this version"]
        );
    }
}
