//! Dependencies that are on their way out.

use super::Context;
use crate::config::policy::{DependsOn, ModuleId};

/// What is left of each dependency that is deprecated or has a last day ahead: phrases, in the policy's order.
pub fn deprecated(ctx: &Context) -> Vec<String> {
    let ending = ctx.policy.dependencies().filter(|(_, entry)| entry.deprecated || entry.until.is_some());
    ending
        .filter(|(_, entry)| !entry.is_over(ctx.policy.today))
        .map(|(user, entry)| phrase(ctx, user, entry))
        .collect()
}

fn phrase(ctx: &Context, user: ModuleId, entry: &DependsOn) -> String {
    let crossings = ctx.crossings.iter().filter(|c| c.source == user && c.target == entry.module);
    let uses: usize = crossings.map(|crossing| crossing.uses.len()).sum();
    let until = entry.until.map_or_else(|| "is deprecated".to_owned(), |day| format!("ends after {day}"));
    let reason = entry.reason.as_ref().map_or_else(String::new, |reason| format!(" ({reason})"));
    let noun = if uses == 1 { "use" } else { "uses" };
    format!("`{}` -> `{}` {until}{reason}: {uses} {noun} left", ctx.name(user), ctx.name(entry.module))
}

#[cfg(test)]
mod tests {
    use crate::config::{self, Date};
    use crate::rules::sample::Sample;
    use crate::rules::{Context, Finding};

    fn sample(today: &str) -> Sample {
        let mut sample = Sample::new(
            &["a = r::a -> b", "b = r::b"],
            &["r", "r::a", "r::b"],
            &["r::a -> r::b X", "r::a -> r::b Y"],
        );
        let entry = &mut sample.policy.modules[0].depends_on[0];
        (entry.until, entry.reason) = (Date::read("2027-03-31").ok(), Some("moves to events".into()));
        sample.policy.today = Date::read(today).ok();
        sample
    }

    fn notices(sample: &Sample) -> Vec<String> {
        let ownership = config::own(&sample.policy, &sample.data);
        let context = (&sample.data, &ownership);
        super::deprecated(&Context::new(&sample.graph, &sample.policy, &sample.assignment, context))
    }

    #[test]
    fn a_dependency_is_permitted_until_its_last_day_is_over() {
        let before = sample("2027-03-31");
        assert_eq!(before.of("undeclared-dependency").len(), 0);
        assert_eq!(notices(&before), ["`a` -> `b` ends after 2027-03-31 (moves to events): 2 uses left"]);
        let after = sample("2027-04-01");
        assert_eq!(
            after.of("undeclared-dependency"),
            [
                "r::a -> r::b::X: module `a` uses `r::b::X` of `b`, which its `depends-on` no longer permits",
                "r::a -> r::b::Y: module `a` uses `r::b::Y` of `b`, which its `depends-on` no longer permits",
            ]
        );
        assert_eq!(notices(&after).len(), 0);
    }

    #[test]
    fn an_entry_that_is_over_is_a_finding_of_its_own() {
        let debt = |sample: &Sample| {
            let debt = crate::rules::Debt { policy: &sample.policy, exceptions: &[], stale: &[] };
            let shown = |f: Finding| format!("{}: {}", f.identity, f.message);
            crate::rules::run_debt(&debt).into_iter().map(shown).collect::<Vec<_>>()
        };
        assert_eq!(debt(&sample("2027-03-31")).len(), 0);
        assert_eq!(
            debt(&sample("2027-04-01")),
            ["expired-exception a -> b: `a` might use `b` until 2027-03-31"]
        );
    }
}
