//! What a `boundaries.toml` may already say although no rule of this version looks at it. It is accepted, so that a file
//! need not change later, and it is said aloud, so that nobody takes silence for a pass.

use crate::config::policy::{DependsOn, Module, Policy, Severity};

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

/// Keys that a policy sets and nothing of this version uses, each as a phrase.
pub fn idle_keys(policy: &Policy) -> Vec<String> {
    let modules = |holds: &dyn Fn(&Module) -> bool| policy.modules.iter().filter(|m| holds(m)).count();
    let entries = |holds: &dyn Fn(&DependsOn) -> bool| modules(&|m| m.depends_on.iter().any(holds));
    let facts = |key: &str| modules(&|m| m.facts.contains_key(key));
    let context = &policy.context;
    let in_context =
        context.engineers.is_some() || context.platform_team.is_some() || context.stage.is_some();
    let mut out: Vec<String> = [
        ("owner", modules(&|m| m.owner.is_some())),
        ("deprecated", entries(&|entry| entry.deprecated)),
        ("until", entries(&|entry| entry.until.is_some())),
        ("cadence", facts("cadence")),
        ("scaling", facts("scaling")),
        ("team", facts("team")),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .map(|(key, count)| format!("nothing uses `{key}` yet, which {} set", modules_phrase(count)))
    .collect();
    out.extend(in_context.then(|| "nothing uses `[context]` yet".to_owned()));
    out
}

fn modules_phrase(count: usize) -> String {
    if count == 1 { "one module has".to_owned() } else { format!("{count} modules have") }
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
        assert_eq!(idle_keys(&policy), Vec::<String>::new());
        assert_eq!(unchecked(&policy), ["rule `unused-exception` is not part of this version"]);
    }

    #[test]
    fn keys_for_later_are_named_once() {
        let text = "version = 1\ncontext.engineers = 3\n[modules.a]\npaths = ['a']\nowner = 'x'\nteam = 'y'\n\
                    [modules.b]\npaths = ['b']\nowner = 'x'\ndepends-on = [{ module = 'a', until = '2031-01-31' }]\n";
        let policy = crate::config::load(text, "boundaries.toml", &crate::rules::accepted_names()).unwrap();
        assert_eq!(
            idle_keys(&policy),
            [
                "nothing uses `owner` yet, which 2 modules have set",
                "nothing uses `until` yet, which one module has set",
                "nothing uses `team` yet, which one module has set",
                "nothing uses `[context]` yet"
            ]
        );
    }
}
