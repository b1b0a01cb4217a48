//! What would settle the findings about `depends-on`: which entries are missing, which are there in vain, and which a module
//! may not have.

use super::permission::{Permission, permission};
use super::{Context, Finding, manifest};
use crate::config::policy::{ModuleId, Policy};
use crate::rules::{identity, run_only, undeclared_dependency, unused_dependency};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One module using another.
pub type Pair = (ModuleId, ModuleId);

/// How the lists of all modules would have to change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settlement {
    /// Entries that are missing: the module whose list it is, and the one to list.
    pub add: BTreeSet<Pair>,
    /// Entries that nothing uses.
    pub remove: BTreeSet<Pair>,
    /// Uses that no entry makes right, and why: a phrase.
    pub refused: BTreeMap<Pair, String>,
}

/// The findings that entries of `depends-on` settle.
pub fn findings(ctx: &Context) -> Vec<Finding> {
    run_only(ctx, &[&undeclared_dependency::RULE, &unused_dependency::RULE])
}

/// What settles findings, as far as they are open.
pub fn settle(ctx: &Context, findings: &[Finding]) -> Settlement {
    let mut settlement = Settlement::default();
    let of_manifests: HashMap<String, manifest::MemberDependency> = manifest::member_dependencies(ctx)
        .into_iter()
        .map(|entry| {
            let from = manifest::source_name(entry.package);
            (identity(undeclared_dependency::RULE.name, &from, &entry.member.name), entry)
        })
        .collect();
    let open = || findings.iter().filter(|finding| finding.standing.is_open());
    for finding in open().filter(|finding| !of_manifests.contains_key(&finding.identity)) {
        let Some(pair) = pair(ctx.policy, finding) else { continue };
        if finding.rule == undeclared_dependency::RULE.name {
            settlement.list(ctx, pair);
        } else if finding.rule == unused_dependency::RULE.name {
            settlement.remove.insert(pair);
        }
    }
    // An entry of a manifest is fine as soon as one module of the package may use one of the other.
    for finding in open() {
        let Some(entry) = of_manifests.get(&finding.identity) else { continue };
        let mut pairs = entry.users.iter().flat_map(|&a| entry.used.iter().map(move |&b| (a, b)));
        if !pairs.any(|pair| settlement.add.contains(&pair))
            && let Some(pair) = pair(ctx.policy, finding)
        {
            settlement.list(ctx, pair);
        }
    }
    settlement
}

impl Settlement {
    fn list(&mut self, ctx: &Context, pair: Pair) {
        match refusal(ctx, pair) {
            Some(reason) => drop(self.refused.insert(pair, reason)),
            None => drop(self.add.insert(pair)),
        }
    }
}

fn pair(policy: &Policy, finding: &Finding) -> Option<Pair> {
    let id = |name: &Option<String>| policy.find(name.as_deref()?);
    Some((id(&finding.from_module)?, id(&finding.to_module)?))
}

/// Why an entry would not help, if it would not.
fn refusal(ctx: &Context, (from, to): Pair) -> Option<String> {
    let (user, used) = (ctx.module(from), ctx.module(to));
    match permission(ctx, from, to) {
        Permission::IntoApp => return Some("nobody may depend on an app module".to_owned()),
        Permission::FromLibrary => return Some("a library may use only libraries".to_owned()),
        Permission::Ended => return Some("its entry ended on the day that `until` names".to_owned()),
        Permission::Granted | Permission::Undeclared => {}
    }
    if used.visible_to.as_ref().is_some_and(|visible_to| !visible_to.contains(&from)) {
        return Some(format!("`visible-to` of `{}` does not list `{}`", used.name, user.name));
    }
    // The highest layer has index 0.
    let (low, high) = user.layer.zip(used.layer).filter(|(low, high)| low > high)?;
    let layer = |index: usize| &ctx.policy.layers[index].0;
    Some(format!("layer `{}` may not use the higher layer `{}`", layer(low), layer(high)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::policy::{Place, Severity};
    use crate::rules::Standing;
    use crate::rules::sample::Sample;

    /// What settles the findings of a sample, those whose identity ends so left out as accepted.
    fn settled(sample: &Sample, accepted: &str) -> String {
        let ownership = Default::default();
        let ctx = Context::new(&sample.graph, &sample.policy, &sample.assignment, (&sample.data, &ownership));
        let mut findings = findings(&ctx);
        for finding in findings.iter_mut().filter(|f| !accepted.is_empty() && f.identity.ends_with(accepted))
        {
            finding.standing = Standing::Known;
        }
        let settlement = settle(&ctx, &findings);
        let show = |(a, b): &Pair| format!("{} -> {}", ctx.name(*a), ctx.name(*b));
        let added = settlement.add.iter().map(|pair| format!("+ {}\n", show(pair)));
        let removed = settlement.remove.iter().map(|pair| format!("- {}\n", show(pair)));
        let refused = settlement.refused.iter().map(|(pair, why)| format!("! {}: {why}\n", show(pair)));
        added.chain(removed).chain(refused).collect()
    }

    const MODULES: [&str; 5] =
        ["a = r::a -> d", "b = r::b", "app main = r::m", "library util = r::u", "d = r::d"];
    const NODES: [&str; 6] = ["r", "r::a", "r::b", "r::m", "r::u", "r::d"];

    #[test]
    fn what_is_missing_what_is_unused_and_what_no_entry_makes_right() {
        let references = [
            "r::a -> r::b X",
            "r::a -> r::b Y",
            "r::a -> r::m X",
            "r::u -> r::b X",
            "r::b -> r::d X",
            "r::b -> r::u X",
            "r::m -> r::d X",
        ];
        let mut sample = Sample::new(&MODULES, &NODES, &references);
        assert_eq!(
            settled(&sample, ""),
            "+ a -> b\n+ b -> d\n- a -> d\n\
             ! a -> main: nobody may depend on an app module\n! util -> b: a library may use only libraries\n"
        );
        sample.policy.modules[1].visible_to = Some(Vec::new());
        sample.policy.layers = vec![("top".into(), Place::default()), ("low".into(), Place::default())];
        sample.policy.modules[1].layer = Some(1);
        sample.policy.modules[4].layer = Some(0);
        sample.policy.modules[3].rules.insert("undeclared-dependency".into(), Severity::Allow);
        sample.policy.rules.insert("unused-dependency".into(), Severity::Allow);
        assert_eq!(
            settled(&sample, ""),
            "! a -> b: `visible-to` of `b` does not list `a`\n! a -> main: nobody may depend on an app module\n\
             ! b -> d: layer `low` may not use the higher layer `top`\n"
        );
    }

    #[test]
    fn what_is_accepted_stays_a_debt() {
        let sample = Sample::new(&MODULES, &NODES, &["r::a -> r::b X", "r::a -> r::b Y", "r::b -> r::d X"]);
        assert_eq!(settled(&sample, "-> r::d::X"), "+ a -> b\n- a -> d\n");
        assert_eq!(settled(&sample, "r::b::X"), "+ a -> b\n+ b -> d\n- a -> d\n", "one of two uses is left");
        assert_eq!(settled(&sample, "a -> d"), "+ a -> b\n+ b -> d\n");
    }
}
