//! What several formats of an audit say: the formula, and lists as phrases.

use super::report::{counted, percent};
use crate::readiness::{
    Accepted, Audit, Blocker, Cost, Crossing, Dimension, Function, HistoryFacts, Library, ModuleAudit, Share,
    Table,
};
use crate::rules::{CrossingKind, Effort};
use std::collections::BTreeMap;

/// How the figure comes about.
pub const FORMULA: &str = "readiness = safe crossings / all crossings. What one source module uses of one thing across the \
                           boundary is one crossing, and so is each join, foreign key, trigger and transaction that \
                           spans owners. A crossing is safe if no blocker is about it; nothing is weighted.";

/// How the order of work comes about.
pub const ORDER_OF_WORK: &str =
    "The least effort first; of one effort what makes most crossings safe that are not yet.";

/// How the order of extraction comes about.
pub const ORDER_OF_EXTRACTION: &str = "Always the module with the fewest blockers that are not gone with the ones before it, \
                                       then with the fewest redesigns, then with the fewest calls to cut.";

/// `42 of 48, 87.5 %`
pub fn share(share: Share) -> String {
    match share.all {
        0 => "none".to_owned(),
        all => format!("{} of {all}, {}", share.safe, percent(share.value())),
    }
}

/// A share as a figure; with nothing to judge there is none. Where of some kind of crossings nothing was judged, it is the most
/// that it can be.
pub fn figure(share: Share, doubtful: bool) -> String {
    match (share.all, doubtful) {
        (0, _) => "none".to_owned(),
        (_, true) => format!("≤ {}", percent(share.value())),
        (_, false) => percent(share.value()),
    }
}

/// How ready a module is, in words that follow its name.
pub fn ready(module: &ModuleAudit) -> String {
    match module.readiness.all {
        0 => "nothing that is known crosses its boundary".to_owned(),
        _ => format!("{} ready", figure(module.readiness, is_doubtful(module))),
    }
}

/// Whether of some kind of crossings nothing was judged.
pub fn is_doubtful(module: &ModuleAudit) -> bool {
    module.dimensions.iter().any(|dimension| !dimension.judged)
}

/// How safe the crossings of one topic are, as far as somebody looked.
pub fn dimension(dimension: &Dimension) -> String {
    let not_judged = dimension.not_judged.join(", ");
    match (dimension.judged, dimension.share.all) {
        (false, 0) => format!("not judged ({not_judged})"),
        (false, all) => format!("{all}, not judged ({not_judged})"),
        (true, _) if not_judged.is_empty() => share(dimension.share),
        (true, _) => format!("{}; not judged by {not_judged}", share(dimension.share)),
    }
}

/// Topics about which no rule could find anything, in words; nothing where there is none.
pub fn unjudged(module: &ModuleAudit) -> Option<String> {
    let topics = module.dimensions.iter().filter(|dimension| !dimension.judged);
    let titles: Vec<&str> = topics.map(|dimension| dimension.topic.title()).collect();
    (!titles.is_empty()).then(|| titles.join(", "))
}

/// Rules that could find nothing, by the reason: phrases.
pub fn not_judged(audit: &Audit) -> Vec<String> {
    let mut by_reason: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (rule, reason) in &audit.not_judged {
        by_reason.entry(reason).or_default().push(format!("`{rule}`"));
    }
    let phrase = |(reason, rules): (&str, Vec<String>)| {
        format!("{reason}: nothing was judged by {}", rules.join(", "))
    };
    by_reason.into_iter().map(phrase).collect()
}

/// Tests on the other side that enter past the public interface, each with its place; what to do about them comes first.
pub fn tests_inside(module: &ModuleAudit) -> Vec<String> {
    let inside = module.crossings.iter().filter(|crossing| crossing.reaches_inside);
    let line = |crossing: &Crossing| {
        let at = crossing
            .sites
            .first()
            .map_or_else(String::new, |p| format!(", {}:{}:{}", p.file, p.line, p.column));
        format!("`{}` uses `{}`{at}", crossing.from, crossing.to)
    };
    let lines: Vec<String> = inside.map(line).collect();
    let recipe = "let tests go through the public interface, or move them into the module that they test";
    if lines.is_empty() { lines } else { [recipe.to_owned()].into_iter().chain(lines).collect() }
}

/// `2 redesign, 1 edit`; the most effort first.
pub fn by_effort(blockers: &[Blocker]) -> String {
    let count = |effort: &Effort| blockers.iter().filter(|blocker| blocker.effort == *effort).count();
    let counts = Effort::ALL.iter().rev().map(|effort| (count(effort), effort.as_str()));
    let words: Vec<String> =
        counts.filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}

/// How a blocker was accepted.
pub fn accepted(accepted: Accepted) -> &'static str {
    match accepted {
        Accepted::Baseline => "accepted by the baseline",
        Accepted::Exception => "allowed by a comment in the source",
    }
}

/// What there is to cut, by what it is: a heading and the blockers below it, in the order of their rank.
pub fn tasks(module: &ModuleAudit) -> Vec<(&'static str, Vec<&Blocker>)> {
    const TASKS: [(&str, &[CrossingKind]); 9] = [
        ("uses to take back behind an interface", &[CrossingKind::Reference]),
        ("reads and writes of tables to replace", &[CrossingKind::Read, CrossingKind::Write]),
        ("joins to replace", &[CrossingKind::Join]),
        ("foreign keys to drop", &[CrossingKind::ForeignKey]),
        ("triggers, functions and views to replace", &[CrossingKind::Routine]),
        ("transactions to turn into events or sagas", &[CrossingKind::Transaction]),
        ("globals to split", &[CrossingKind::State]),
        ("settings, keys and topics to split", &[CrossingKind::Resource, CrossingKind::Ownership]),
        ("libraries to take back", &[CrossingKind::Library]),
    ];
    let of = |kinds: &[CrossingKind]| module.blockers.iter().filter(|b| kinds.contains(&b.kind)).collect();
    let tasks = TASKS.iter().map(|(heading, kinds)| (*heading, of(kinds)));
    tasks.filter(|(_, blockers): &(_, Vec<&Blocker>)| !blockers.is_empty()).collect()
}

/// What would be given up: each figure with what it counts, in words.
pub fn cost(cost: &Cost) -> [(usize, String); 8] {
    let count = |count: usize, one: &str, many: &str, rest: &str| {
        (count, format!("{} {rest}", if count == 1 { one } else { many }))
    };
    let calls = |calls: usize, way: &str, in_loops: usize| {
        let loops = if in_loops > 0 { format!(", {in_loops} in loops") } else { String::new() };
        count(calls, "call", "calls", &format!("{way} over the network{loops}"))
    };
    [
        calls(cost.calls_in, "into it", cost.calls_in_in_loops),
        calls(cost.calls_out, "out of it", cost.calls_out_in_loops),
        count(
            cost.exposed_functions,
            "function",
            "functions",
            "to be reached over the network, and to be secured",
        ),
        count(cost.transactions, "transaction", "transactions", "that can no longer succeed or fail as one"),
        count(cost.joins, "join", "joins", "to be done in several requests"),
        count(cost.foreign_keys, "foreign key", "foreign keys", "that the database can no longer watch"),
        count(
            cost.routines,
            "trigger, function or view",
            "triggers, functions or views",
            "that can no longer work",
        ),
        count(
            cost.table_accesses,
            "use of a table",
            "uses of tables",
            "to be replaced by requests or copies",
        ),
    ]
}

/// The same as phrases, without what there is none of; at last with how many modules deploys have to be coordinated.
pub fn given_up(module: &ModuleAudit) -> Vec<String> {
    let figures = cost(&module.cost).into_iter().filter(|(count, _)| *count > 0);
    let partners = module.cost.partners.len();
    let deploys =
        (partners > 0).then(|| format!("deploys to coordinate with {}", counted(partners, "module")));
    figures.map(|(count, text)| format!("{count} {text}")).chain(deploys).collect()
}

/// What git and CODEOWNERS say: phrases.
pub fn evidence(module: &ModuleAudit, history: &HistoryFacts) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(changes) = &module.evidence.changes {
        lines.push(format!(
            "{} in the {} days before the last one changed it, {} of them nothing else, by {}",
            counted(changes.commits, "commit"),
            history.days,
            changes.alone,
            counted(changes.authors, "author")
        ));
        let mut together: Vec<(&String, &usize)> = changes.together.iter().collect();
        together.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        if !together.is_empty() {
            let list = together.iter().take(5).map(|(name, count)| format!("{name} ({count})"));
            lines.push(format!("most often together with {}", list.collect::<Vec<_>>().join(", ")));
        }
    }
    let known = if module.evidence.changes.is_some() { "not all is known" } else { "nothing is known" };
    lines.extend(history.gap.iter().map(|gap| format!("{known} of how it changed: {gap}")));
    match (&module.evidence.code_owners, &history.code_owners) {
        (Some(owners), Some(path)) if owners.is_empty() => lines.push(format!("{path} names nobody for it")),
        (Some(owners), Some(path)) => lines.push(format!("{path} names {}", names(owners))),
        _ => lines.push("there is no CODEOWNERS".to_owned()),
    }
    lines.extend(module.owner.iter().map(|owner| format!("boundaries.toml names {owner} as its owner")));
    lines
}

fn names(counts: &BTreeMap<String, usize>) -> String {
    let list = counts.iter().map(|(name, count)| format!("{name} ({})", counted(*count, "file")));
    list.collect::<Vec<_>>().join(", ")
}

/// Who calls a function, and what it lacks: phrases.
pub fn function(function: &Function) -> Vec<String> {
    let callers = function.callers.iter().map(|(name, count)| format!("{name} ({count})"));
    let mut lines = vec![format!("called by {}", callers.collect::<Vec<_>>().join(", "))];
    if function.in_loops > 0 {
        lines.push(format!("{} in a loop", counted(function.in_loops, "place")));
    }
    if !function.obstacles.is_empty() {
        lines.push(format!("can't become a network call: it {}", function.obstacles.join(", ")));
    }
    if !function.needs_wire_form.is_empty() {
        lines.push(format!("without a wire form: {}", function.needs_wire_form.join(", ")));
    }
    lines
}

/// What others do to a table that moves; empty where nobody does anything.
pub fn table(table: &Table) -> Vec<String> {
    let by =
        |verb: &str, names: &[String]| (!names.is_empty()).then(|| format!("{verb} by {}", names.join(", ")));
    by("read", &table.read_by).into_iter().chain(by("written", &table.written_by)).collect()
}

/// `3 places; each service gets a copy of NEXT_ID`
pub fn library(library: &Library) -> String {
    let state = match library.state.as_slice() {
        [] => String::new(),
        state => format!("; each service gets a copy of {}", state.join(", ")),
    };
    format!("{}{state}", counted(library.places, "place"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_told_in_words() {
        let cost = Cost { calls_in: 1, calls_in_in_loops: 1, joins: 2, ..Cost::default() };
        let told: Vec<String> =
            super::cost(&cost).iter().map(|(count, text)| format!("{count} {text}")).collect();
        assert_eq!(told[0], "1 call into it over the network, 1 in loops");
        assert_eq!(told[1], "0 calls out of it over the network");
        assert_eq!(told[4], "2 joins to be done in several requests");
    }
}
