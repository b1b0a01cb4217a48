//! Rules that can find nothing under a policy. That they find nothing says nothing, and whoever counts rules has to know.

use super::{RULES, Rule, severity};
use crate::config::policy::{Policy, Severity};
use std::collections::BTreeMap;

/// Each rule that can find nothing, with the reason: a phrase.
pub fn idle(policy: &Policy) -> BTreeMap<String, String> {
    let reason = |rule: &&'static Rule| {
        let is_off = |module| severity(policy, rule, module, []) == Severity::Allow;
        let everywhere = is_off(None) && policy.iter().all(|(module, _)| is_off(Some(module)));
        let off = everywhere.then(|| format!("switched off {}", who_switched(policy, rule)));
        let reason = off.or_else(|| rule.needs.missing(policy).map(str::to_owned))?;
        Some((rule.name.to_owned(), reason))
    };
    RULES.iter().filter_map(reason).collect()
}

/// What switched a rule off that is off for the policy as a whole.
pub fn who_switched(policy: &Policy, rule: &Rule) -> &'static str {
    if policy.overrides.contains_key(rule.name) {
        "by a flag"
    } else if policy.rules.contains_key(rule.name) {
        "in `[rules]`"
    } else {
        "by default"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_idle_that_are_off_everywhere_or_lack_what_they_need() {
        let text = "version = 1\n[rules]\nchatty-call = 'allow'\nleaked-type = 'allow'\n[modules.a]\npaths = ['a']\n\
                    depends-on = ['b']\nstateless = true\n[modules.b]\npaths = ['b']\nrules.leaked-type = 'warn'\n";
        let mut policy = crate::config::load(text, "boundaries.toml", &crate::rules::names()).unwrap();
        policy.overrides.insert("private-access".into(), Severity::Allow);
        let idle = idle(&policy);
        let reason = |rule: &str| idle.get(rule).map(String::as_str);
        assert_eq!(reason("chatty-call"), Some("switched off in `[rules]`"));
        assert_eq!(reason("leaked-type"), None, "it is on for b");
        assert_eq!(reason("private-access"), Some("switched off by a flag"));
        assert_eq!(reason("in-process-state"), None, "a is stateless");
        assert_eq!(reason("foreign-table-write"), Some("no module and no `[shared]` lists tables"));
        assert_eq!(reason("unused-dependency"), None);
    }
}
