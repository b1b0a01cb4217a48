//! What stands in the way: each blocker with its place in the source, and what to do about it.

use super::excerpt;
use super::markup::{Markup, folded};
use super::words::{effort, noun};
use crate::output::audit;
use crate::output::lines::Lines;
use crate::output::report::{capitalised, counted};
use crate::readiness::{Blocker, Place};
use std::cell::RefCell;

/// How many blockers are shown before the rest has to be unfolded.
const SHOWN: usize = 8;
/// How many places of one blocker are listed.
const PLACES: usize = 40;

/// Writes them in their order; `prefix` begins the ids that the order of work leads to.
pub(super) fn list<'a>(m: &mut Markup, prefix: &str, blockers: &'a [Blocker], lines: &mut Lines<'a>) {
    if blockers.is_empty() {
        return m.say("p", "None was found.");
    }
    let lines = RefCell::new(lines);
    let all: Vec<&'a Blocker> = blockers.iter().collect();
    let rest = |count| counted(count, "more blocker");
    folded(m, &all, SHOWN, rest, |m, part, start| {
        m.with("ol.blockers", &[("start", &(start + 1))], |m| {
            for (index, blocker) in part.iter().enumerate() {
                write(m, &format!("{prefix}b{}", start + index), blocker, &mut lines.borrow_mut());
            }
        });
    });
}

fn write<'a>(m: &mut Markup, id: &str, blocker: &'a Blocker, lines: &mut Lines<'a>) {
    m.with("li", &[("id", &id)], |m| {
        m.tag("p.blocker-head", |m| {
            effort(m, blocker.effort);
            m.text(" ");
            m.tell("b.message", &capitalised(&blocker.message));
            m.text(" ");
            m.say("span.rule", &blocker.rule);
            m.text(" ");
            m.say("span.said", counted(blocker.crossings, "crossing"));
            if let Some(accepted) = blocker.accepted {
                m.text(" ");
                m.say("span.accepted", audit::accepted(accepted));
            }
        });
        if let Some(first) = blocker.sites.first() {
            m.tag("p.where", |m| place(m, first));
            excerpt::write(m, first, lines);
        }
        if let Some(help) = blocker.help.first() {
            m.tag("p.help", |m| {
                m.say("span.arrow", "→ ");
                m.phrase(&capitalised(help));
            });
        }
        m.tag("details", |m| {
            m.say("summary", summary(blocker));
            details(m, blocker);
        });
    });
}

fn place(m: &mut Markup, place: &Place) {
    m.place(place);
    if !place.label.is_empty() {
        m.text(" ");
        m.tell("span.said", &place.label);
    }
}

/// What the unfolded part holds.
fn summary(blocker: &Blocker) -> String {
    let places = match blocker.sites.len() {
        0 | 1 => None,
        count => Some(format!("all {count} places")),
    };
    let help = match blocker.help.len() {
        0 | 1 => None,
        count => Some(counted(count - 1, "other way out").replace("way outs", "ways out")),
    };
    [places, help, Some("identity".to_owned())].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn details(m: &mut Markup, blocker: &Blocker) {
    if blocker.help.len() > 1 {
        m.tag("ul", |m| blocker.help[1..].iter().for_each(|help| m.tell("li", &capitalised(help))));
    }
    if blocker.sites.len() > 1 {
        m.tag("ul.places", |m| {
            blocker.sites.iter().take(PLACES).for_each(|site| m.tag("li", |m| place(m, site)));
        });
        if let Some(more @ 1..) = blocker.sites.len().checked_sub(PLACES) {
            m.say("p.left-out", format_args!("{} left out", counted(more, "more place")));
        }
    }
    m.tag("p.identity", |m| {
        m.text(&format!("{}, ", noun(blocker.kind)));
        m.code(&blocker.identity);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{CrossingKind, Effort};
    use std::collections::BTreeMap;

    fn blocker(sites: u32, help: usize) -> Blocker {
        let site = |line| Place { file: "a.rs".into(), line, column: 1, width: 1, label: String::new() };
        Blocker {
            rule: "r".into(),
            kind: CrossingKind::Join,
            effort: Effort::Data,
            identity: "r a -> b".into(),
            message: "one query joins".into(),
            sites: (1..=sites).map(site).collect(),
            help: vec!["do".into(); help],
            crossings: 1,
            accepted: None,
        }
    }

    fn written(blockers: &[Blocker]) -> String {
        let mut m = Markup::default();
        list(&mut m, "m0", blockers, &mut Lines::new(&BTreeMap::new()));
        m.finish()
    }

    #[test]
    fn what_is_left_out_is_counted() {
        assert_eq!(summary(&blocker(1, 1)), "identity");
        assert_eq!(summary(&blocker(50, 3)), "all 50 places, 2 other ways out, identity");
        assert!(written(&[blocker(50, 0)]).contains("10 more places left out"));
        assert!(!written(&[blocker(40, 0)]).contains("left out"));
    }

    #[test]
    fn numbers_and_ids_go_on_in_the_folded_part() {
        let text = written(&vec![blocker(1, 1); 11]);
        assert!(text.contains("3 more blockers") && text.contains("start=\"9\""), "{text}");
        for index in 0..11 {
            assert_eq!(text.matches(&format!("id=\"m0b{index}\"")).count(), 1);
        }
    }
}
