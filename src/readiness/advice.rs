//! Whether a module should be extracted: few rules, applied in their order. The first that fits decides.

use super::model::{Advice, Changes, Verdict};
use crate::config::policy::Stage;

/// The rules, in words.
pub const RULES: [&str; 6] = [
    "before product-market fit: stay, whatever else holds",
    "fewer than 8 engineers: stay",
    "no cadence, scaling profile or team of its own: harden the boundary while it has blockers, else stay. That there may be \
     millions of users some day is no reason",
    "a reason, but the boundary is not ready (it has blockers, or changes with other modules in more than half of its \
     commits): harden the boundary",
    "a reason and a ready boundary, but an incomplete analysis, tables without owners, nobody who runs services, engineers or stage unknown, or \
     another module that goes first: stay, and keep the boundary ready",
    "all of it: extract this one, operate it, then decide on the next",
];

/// Below this many engineers, one program is what one team releases.
pub const ENGINEERS: u32 = 8;
/// How many commits say something about how a module changes.
const COMMITS: usize = 10;

/// What the decision depends on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts<'a> {
    /// `[context] engineers`.
    pub engineers: Option<u32>,
    /// `[context] platform-team`.
    pub platform_team: Option<bool>,
    /// `[context] stage`.
    pub stage: Option<Stage>,
    /// What the module has of its own: phrases.
    pub own: &'a [String],
    /// What is not known of that: phrases.
    pub unknown: &'a [String],
    /// How many blockers it has.
    pub blockers: usize,
    /// Nobody says who owns which table, so that what goes on between tables was not judged.
    pub data_unknown: bool,
    /// The analysis falls short of what the policy allows: there may be blockers that nobody saw.
    pub incomplete: bool,
    /// How it changed.
    pub changes: Option<&'a Changes>,
    /// Another module for which all speaks, too, and that goes first.
    pub first: Option<&'a str>,
}

/// Decides.
pub fn decide(facts: &Facts) -> Advice {
    let (rule, decision) = by_rule(facts);
    let Decision { verdict, reasons, would_change } = decision;
    Advice { verdict, rule: RULES[rule].to_owned(), reasons, would_change, unknown: unknown(facts) }
}

struct Decision {
    verdict: Verdict,
    reasons: Vec<String>,
    would_change: Vec<String>,
}

/// The first rule that fits, as an index, and what it comes to.
fn by_rule(facts: &Facts) -> (usize, Decision) {
    if facts.stage == Some(Stage::PreFit) {
        let why = "the product is still looking for its users (`stage = \"pre-fit\"`): boundaries will move, and one between \
                   services is dear to move";
        return (0, stay(why, "the product has found its users"));
    }
    if let Some(few) = facts.engineers.filter(|&engineers| engineers < ENGINEERS) {
        let why = format!("{} can release one program together", engineers(few));
        return (1, stay(&why, &format!("the team grows to {ENGINEERS} engineers or more")));
    }
    if facts.own.is_empty() {
        return (2, without_reason(facts));
    }
    let unready = unready(facts);
    if !unready.is_empty() {
        let would_change = unready.iter().map(|(_, gone)| gone.clone()).collect();
        let reasons = unready.into_iter().map(|(why, _)| why).chain(facts.own.iter().cloned()).collect();
        return (3, Decision { verdict: Verdict::Harden, reasons, would_change });
    }
    if let Some((why, would_change)) = not_now(facts) {
        let mut decision = stay(&why, would_change);
        decision.reasons.extend(facts.own.iter().cloned());
        return (4, decision);
    }
    let ready = ["nothing blocks it".to_owned(), "somebody can operate it".to_owned()];
    let reasons = facts.own.iter().cloned().chain(ready).collect();
    let next = "it is extracted and operated: then decide on the next".to_owned();
    (5, Decision { verdict: Verdict::Extract, reasons, would_change: vec![next] })
}

fn stay(reason: &str, would_change: &str) -> Decision {
    let (reasons, would_change) = (vec![reason.to_owned()], vec![would_change.to_owned()]);
    Decision { verdict: Verdict::Stay, reasons, would_change }
}

/// Why it has to wait although there is a reason and the boundary is ready, and what would change that.
fn not_now(facts: &Facts) -> Option<(String, &'static str)> {
    let operated = "somebody can deploy and operate a service";
    if facts.incomplete {
        let why = "the analysis is incomplete: there may be blockers that nobody saw";
        return Some((why.to_owned(), "all of the workspace can be read, and nothing blocks it then"));
    }
    if facts.data_unknown {
        let why = "nobody says who owns which table: what looks ready may share its data";
        return Some((why.to_owned(), "`[modules.NAME.owns]` lists the tables, and nothing blocks it then"));
    }
    match (facts.platform_team, facts.first) {
        (None, _) => Some(("nobody says that somebody would run it (`platform-team`)".to_owned(), operated)),
        (Some(false), _) => Some(("nobody runs services yet (`platform-team = false`)".to_owned(), operated)),
        (_, Some(first)) => Some((
            format!("`{first}` goes first: one at a time"),
            "the first one has been operated for a while",
        )),
        _ if facts.engineers.is_none() || facts.stage.is_none() => {
            let why = "whether it pays is not known: `[context]` does not say how many engineers there are, or at which \
                       stage the product is";
            Some((why.to_owned(), "`[context]` says both"))
        }
        _ => None,
    }
}

/// Nothing asks for a cut.
fn without_reason(facts: &Facts) -> Decision {
    let nothing = "nothing that is known asks for a service: no cadence, scaling profile or team of its own";
    let own = "it gets a cadence, a scaling profile or a team of its own";
    let mut decision = stay(nothing, own);
    match facts.blockers {
        0 => decision.reasons.push("nothing blocks it, should that change".to_owned()),
        blockers => {
            let blocked =
                format!("it has {}, which make changes at its boundary dearer", self::blockers(blockers));
            decision.verdict = Verdict::Harden;
            decision.reasons.insert(0, blocked);
            decision.would_change.insert(0, "the blockers are gone: it may stay as it is then".to_owned());
        }
    }
    decision
}

/// Why the boundary is not ready, each with what would change it.
fn unready(facts: &Facts) -> Vec<(String, String)> {
    let blocked = (facts.blockers > 0)
        .then(|| (format!("it has {}", blockers(facts.blockers)), "the blockers are gone".to_owned()));
    let entangled = facts.changes.filter(|changes| is_entangled(changes)).map(|changes| {
        let together = changes.commits - changes.alone;
        (
            format!(
                "{together} of the {} commits that changed it changed other modules as well",
                changes.commits
            ),
            "it changes alone in at least half of its commits".to_owned(),
        )
    });
    blocked.into_iter().chain(entangled).collect()
}

fn is_entangled(changes: &Changes) -> bool {
    changes.commits >= COMMITS && changes.alone * 2 < changes.commits
}

fn blockers(count: usize) -> String {
    if count == 1 { "1 blocker".to_owned() } else { format!("{count} blockers") }
}

fn engineers(count: u32) -> String {
    if count == 1 { "1 engineer".to_owned() } else { format!("{count} engineers") }
}

fn unknown(facts: &Facts) -> Vec<String> {
    let context = [
        (facts.engineers.is_none(), "how many engineers work on the code (`[context] engineers`)"),
        (facts.stage.is_none(), "at which stage the product is (`[context] stage`)"),
        (facts.platform_team.is_none(), "whether somebody runs services (`[context] platform-team`)"),
    ];
    let context = context.into_iter().filter(|(missing, _)| *missing).map(|(_, what)| what.to_owned());
    let changes = match facts.changes {
        None => Some("how it changes: there is no history to read".to_owned()),
        Some(changes) if changes.commits < COMMITS => {
            Some(format!("how it usually changes: {} commits say little", changes.commits))
        }
        Some(_) => None,
    };
    context.chain(facts.unknown.iter().cloned()).chain(changes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All speaks for it.
    fn ripe(own: &[String]) -> Facts<'_> {
        Facts {
            engineers: Some(12),
            platform_team: Some(true),
            stage: Some(Stage::Growth),
            own,
            ..Facts::default()
        }
    }

    fn entangled() -> Changes {
        Changes { commits: 10, alone: 4, ..Changes::default() }
    }

    #[track_caller]
    fn check(facts: Facts, verdict: Verdict, reason: &str) {
        let advice = decide(&facts);
        assert_eq!(advice.verdict, verdict, "{advice:?}");
        assert!(advice.reasons[0].contains(reason), "{advice:?}");
        assert!(!advice.would_change.is_empty());
    }

    #[test]
    fn the_first_rule_that_fits_decides() {
        use Verdict::{Extract, Harden, Stay};
        let own = ["it has a team of its own".to_owned()];
        let ripe = ripe(&own);
        let changes = entangled();
        check(ripe, Extract, "team of its own");
        check(Facts { stage: Some(Stage::PreFit), ..ripe }, Stay, "looking for its users");
        check(Facts { engineers: Some(7), ..ripe }, Stay, "7 engineers");
        check(Facts { engineers: Some(8), ..ripe }, Extract, "");
        check(Facts { own: &[], ..ripe }, Stay, "nothing that is known asks");
        check(Facts { own: &[], blockers: 2, ..ripe }, Harden, "2 blockers");
        check(Facts { blockers: 1, ..ripe }, Harden, "1 blocker");
        check(Facts { changes: Some(&changes), ..ripe }, Harden, "6 of the 10 commits");
        check(Facts { platform_team: Some(false), ..ripe }, Stay, "nobody runs services");
        check(Facts { platform_team: None, ..ripe }, Stay, "nobody says");
        check(Facts { incomplete: true, ..ripe }, Stay, "incomplete");
        check(Facts { data_unknown: true, ..ripe }, Stay, "who owns which table");
        check(Facts { first: Some("payments"), ..ripe }, Stay, "`payments` goes first");
        check(Facts { engineers: None, ..ripe }, Stay, "not known");
        check(Facts { stage: None, ..ripe }, Stay, "not known");
        // Many users one day change nothing.
        check(
            Facts { own: &[], stage: Some(Stage::Scale), engineers: Some(900), ..ripe },
            Stay,
            "nothing that is known",
        );
    }

    #[test]
    fn half_alone_is_enough_and_few_commits_say_nothing() {
        let own = ["it has a cadence of its own".to_owned()];
        let half = Changes { alone: 5, ..entangled() };
        check(Facts { changes: Some(&half), ..ripe(&own) }, Verdict::Extract, "");
        let few = Changes { commits: 9, alone: 0, ..Changes::default() };
        check(Facts { changes: Some(&few), ..ripe(&own) }, Verdict::Extract, "");
        assert_eq!(
            decide(&Facts { changes: Some(&few), ..ripe(&own) }).unknown,
            ["how it usually changes: 9 commits say little"]
        );
    }

    #[test]
    fn what_is_not_known_is_said() {
        let advice = decide(&Facts { unknown: &["its cadence".to_owned()], ..Facts::default() });
        assert_eq!(advice.verdict, Verdict::Stay);
        assert_eq!(advice.unknown.len(), 5, "{advice:?}");
    }
}
