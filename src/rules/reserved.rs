//! What a `boundaries.toml` may already say although no rule of this version looks at it. It is accepted, so that a file
//! need not change later, and it is said aloud, so that nobody takes silence for a pass.

use crate::config::policy::{Owns, Policy, Severity};

/// Names of rules that the configuration accepts and no rule of this version has.
pub const RESERVED: &[&str] = &[
    "leaked-type",
    "foreign-table-write",
    "foreign-table-read",
    "cross-owner-join",
    "cross-owner-foreign-key",
    "cross-owner-trigger",
    "cross-owner-transaction",
    "unowned-table",
    "contested-table",
    "foreign-resource",
    "opaque-query",
    "leaked-db-handle",
    "shared-state",
    "in-process-state",
    "non-remotable-api",
    "stateful-library",
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
        if !is_empty(&module.owns) {
            out.push(format!("what `{}` owns is not checked by this version", module.name));
        }
        if module.stateless {
            out.push(format!("`stateless` of `{}` is not checked by this version", module.name));
        }
        if module.extract {
            out.push(format!("`extract` of `{}` is not checked by this version", module.name));
        }
    }
    if !policy.shared.reference.is_empty() || !policy.shared.outbox.is_empty() {
        out.push("`[shared]` is not checked by this version".to_owned());
    }
    out
}

fn is_empty(owns: &Owns) -> bool {
    let Owns { tables, views, readers, cache_keys, topics, env } = owns;
    tables.is_empty()
        && views.is_empty()
        && readers.is_empty()
        && cache_keys.is_empty()
        && topics.is_empty()
        && env.is_empty()
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
        let text = "version = 1\n[rules]\nunowned-table = \"warn\"\nchatty-call = \"allow\"\n[modules.a]\npaths = [\"a\"]\n\
                    [modules.a.owns]\ntables = [\"t\"]\n";
        let policy = crate::config::load(text, "boundaries.toml", &crate::rules::accepted_names()).unwrap();
        assert_eq!(
            unchecked(&policy),
            [
                "rule `unowned-table` is not part of this version",
                "what `a` owns is not checked by this version"
            ]
        );
    }
}
