//! What several sections call by the same words.

use super::markup::Markup;
use crate::output::report::counted;
use crate::readiness::Verdict;
use crate::rules::{CrossingKind, Effort};
use std::collections::BTreeMap;

/// What a kind of crossing is called.
pub(super) fn noun(kind: CrossingKind) -> &'static str {
    match kind {
        CrossingKind::Reference => "reference",
        CrossingKind::Read => "read",
        CrossingKind::Write => "write",
        CrossingKind::Join => "join",
        CrossingKind::ForeignKey => "foreign key",
        CrossingKind::Routine => "database routine",
        CrossingKind::Transaction => "transaction",
        CrossingKind::Ownership => "contested table",
        CrossingKind::State => "static",
        CrossingKind::Resource => "resource",
        CrossingKind::Library => "library",
        CrossingKind::Test => "test",
    }
}

/// Whether what crosses is code that is named, and not something that both sides keep.
pub(super) fn is_code(kind: CrossingKind) -> bool {
    matches!(kind, CrossingKind::Reference | CrossingKind::Library | CrossingKind::Test)
}

/// `3 references, 1 join`, the most first.
pub(super) fn kinds(counts: &BTreeMap<CrossingKind, usize>) -> String {
    let mut sorted: Vec<(&CrossingKind, &usize)> = counts.iter().collect();
    sorted.sort_by_key(|(kind, count)| (std::cmp::Reverse(**count), **kind));
    let words: Vec<String> = sorted.iter().map(|(kind, count)| counted(**count, noun(**kind))).collect();
    words.join(", ")
}

/// `a 3, b 1`, the most first, as markup: each name is code.
pub(super) fn ranked(m: &mut Markup, counts: &BTreeMap<String, usize>) {
    let mut sorted: Vec<(&String, &usize)> = counts.iter().collect();
    sorted.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
    for (index, (name, count)) in sorted.into_iter().enumerate() {
        if index > 0 {
            m.text(", ");
        }
        m.tag("span.counted", |m| {
            m.code(name);
            m.text(&format!("\u{a0}{count}"));
        });
    }
}

/// Names with commas between them.
pub(super) fn names(m: &mut Markup, names: &[String]) {
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            m.text(", ");
        }
        m.code(name);
    }
}

/// What to do with a module, with a sign of its own.
pub(super) fn verdict(m: &mut Markup, verdict: Verdict) {
    let (class, sign) = match verdict {
        Verdict::Stay => ("verdict stay", "■"),
        Verdict::Harden => ("verdict harden", "◆"),
        Verdict::Extract => ("verdict extract", "▲"),
    };
    m.with("span", &[("class", &class)], |m| {
        m.with("span", &[("aria-hidden", &"true")], |m| m.text(sign));
        m.text(&format!("\u{a0}{}", verdict.phrase()));
    });
}

/// What it takes to get rid of a blocker: a word, and as many steps as its class is high.
pub(super) fn effort(m: &mut Markup, effort: Effort) {
    let level = Effort::ALL.iter().position(|known| *known == effort).unwrap_or(0);
    let class = format!("effort e{level}");
    let steps = format!("{}{}", "▮".repeat(level + 1), "▯".repeat(Effort::ALL.len() - level - 1));
    m.with("span", &[("class", &class)], |m| {
        m.with("span.steps", &[("aria-hidden", &"true")], |m| m.text(&steps));
        m.text(&format!("\u{a0}{}", effort.as_str()));
    });
}

/// A title with phrases below it, if there are any.
pub(super) fn phrases(m: &mut Markup, title: &'static str, phrases: &[String]) {
    if phrases.is_empty() {
        return;
    }
    m.say("h5", title);
    m.tag("ul", |m| phrases.iter().for_each(|phrase| m.tell("li", phrase)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_counted_the_most_first() {
        let counts =
            [(CrossingKind::Reference, 2), (CrossingKind::ForeignKey, 1), (CrossingKind::Library, 2)];
        assert_eq!(kinds(&BTreeMap::from(counts)), "2 references, 2 libraries, 1 foreign key");
    }
}
