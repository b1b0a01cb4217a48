//! A card for each module: could it be extracted, what stands in the way, what would be given up, and should it be.

use super::markup::{Markup, folded};
use super::summary::plural_people;
use super::words::{phrases, ranked, verdict};
use super::{Page, blockers, cost, cut, share, work};
use crate::output::audit;
use crate::output::lines::Lines;
use crate::output::report::{capitalised, counted};
use crate::readiness::{Audit, Changes, Dimension, HistoryFacts, ModuleAudit};

/// How many tests are shown before the rest has to be unfolded.
const SHOWN: usize = 5;

/// Writes a card for each module, and what is of none.
pub(super) fn write_all<'a>(m: &mut Markup, page: &Page<'a>) {
    let Audit { modules, elsewhere, .. } = &page.audited.audit;
    let mut lines = Lines::new(&page.audited.sources);
    m.with("section", &[("id", &"modules"), ("aria-labelledby", &"modules-title")], |m| {
        m.with("h2", &[("id", &"modules-title")], |m| m.text("Modules"));
        for (index, module) in modules.iter().enumerate() {
            write(m, page, index, module, &mut lines);
        }
        if !elsewhere.is_empty() {
            m.with("article.card", &[("id", &"elsewhere")], |m| {
                m.say("h3", "In no domain module");
                m.say("p", "What a library holds travels with every service that uses it.");
                blockers::list(m, "x", elsewhere, &mut lines);
            });
        }
    });
}

fn write<'a>(m: &mut Markup, page: &Page<'a>, index: usize, module: &'a ModuleAudit, lines: &mut Lines<'a>) {
    let (id, title) = (format!("m{index}"), format!("m{index}-title"));
    m.with("article.card", &[("id", &id), ("aria-labelledby", &title)], |m| {
        m.tag("div.card-head", |m| {
            m.with("h3", &[("id", &title)], |m| m.code(&module.name));
            verdict(m, module.advice.verdict);
        });
        about(m, module);
        m.tag("div.columns", |m| {
            m.tag("section", |m| readiness(m, page, module));
            m.tag("section", |m| advice(m, module));
            m.tag("section", |m| evidence(m, &page.audited.audit.history, module));
        });
        m.tag("section", |m| {
            m.say("h4", format_args!("Blockers ({})", module.blockers.len()));
            blockers::list(m, &id, &module.blockers, lines);
        });
        m.tag("section", |m| tests_inside(m, module));
        m.tag("section", |m| work::write(m, page, &id, module));
        m.tag("section", |m| cut::write(m, page, module));
        m.tag("section", |m| cost::write(m, page, module));
        m.tag("section", |m| {
            m.say("h4", "Blind spots");
            match module.blind_spots.is_empty() {
                true => m.say("p", "None is known."),
                false => m.tag("ul", |m| module.blind_spots.iter().for_each(|spot| m.tell("li", spot))),
            }
        });
    });
}

/// What `boundaries.toml` says of it.
fn about(m: &mut Markup, module: &ModuleAudit) {
    m.tag("p.about", |m| {
        m.text(&counted(module.source_modules, "source module"));
        if let Some(owner) = &module.owner {
            m.text(" · owner ");
            m.code(owner);
        }
        for (fact, value) in &module.facts {
            m.text(&format!(" · {fact} {value}"));
        }
        m.text(match module.gated {
            true => " · every new blocker fails the check",
            false => "",
        });
        if let Some(because) = &module.because {
            m.text(" · ");
            m.phrase(because);
        }
    });
}

fn readiness(m: &mut Markup, page: &Page, module: &ModuleAudit) {
    m.say("h4", "Readiness");
    m.tag("p", |m| {
        share::meter(m, module.readiness, page.is_doubtful());
        m.text(" are safe");
    });
    m.tag("table.dimensions", |m| {
        m.tag("thead", |m| {
            m.tag("tr", |m| {
                m.with("th", &[("scope", &"col")], |m| m.text("crossings"));
                m.with("th", &[("scope", &"col")], |m| m.text("safe"));
            });
        });
        m.tag("tbody", |m| module.dimensions.iter().for_each(|found| dimension(m, found)));
    });
}

fn dimension(m: &mut Markup, dimension: &Dimension) {
    m.tag("tr", |m| {
        m.with("th", &[("scope", &"row")], |m| m.text(dimension.topic.title()));
        m.tag("td", |m| {
            match dimension.judged {
                true => share::meter(m, dimension.share, false),
                false => share::unjudged(m, dimension.share),
            }
            if !dimension.not_judged.is_empty() {
                m.tag("span.unseen", |m| {
                    m.text("not judged by ");
                    super::words::names(m, &dimension.not_judged);
                });
            }
        });
    });
}

fn advice(m: &mut Markup, module: &ModuleAudit) {
    m.say("h4", "Should it be extracted?");
    m.tag("p", |m| verdict(m, module.advice.verdict));
    phrases(m, "Why", &module.advice.reasons);
    phrases(m, "What would change that", &module.advice.would_change);
    phrases(m, "What is not known", &module.advice.unknown);
    m.tag("p.said", |m| {
        m.text("The rule that decides: ");
        m.phrase(&module.advice.rule);
    });
}

/// Tests that enter past the public interface: they are counted, though no rule is about them.
fn tests_inside(m: &mut Markup, module: &ModuleAudit) {
    let lines = audit::tests_inside(module);
    let Some((recipe, tests)) = lines.split_first() else { return };
    m.say("h4", format_args!("Tests that reach inside ({})", tests.len()));
    m.tell("p", &capitalised(recipe));
    folded(
        m,
        tests,
        SHOWN,
        |count| counted(count, "more test"),
        |m, part, _| {
            m.tag("ul", |m| part.iter().for_each(|test| m.tell("li", test)));
        },
    );
}

fn evidence(m: &mut Markup, history: &HistoryFacts, module: &ModuleAudit) {
    m.say("h4", "What git says");
    match &module.evidence.changes {
        Some(changes) => changed(m, history, changes),
        None => m.tag("p", |m| {
            m.text("Nothing is known of its changes");
            if let Some(gap) = &history.gap {
                m.text(": ");
                m.phrase(gap);
            }
            m.text(".");
        }),
    }
    m.tag("p", |m| match &module.evidence.code_owners {
        Some(owners) if !owners.is_empty() => {
            m.text("Code owners, by files: ");
            ranked(m, owners);
        }
        Some(_) => m.text("No code owner is named for its files."),
        None => m.text("There is no CODEOWNERS."),
    });
}

fn changed(m: &mut Markup, history: &HistoryFacts, changes: &Changes) {
    m.tag("p", |m| {
        let (commits, people) = (counted(changes.commits, "commit"), plural_people(changes.authors));
        m.text(&format!("{commits} in {} days, by {people}; ", history.days));
        m.text(&format!("{} changed no other module.", changes.alone));
    });
    if !changes.together.is_empty() {
        m.tag("p", |m| {
            m.text("Changed in one commit with ");
            ranked(m, &changes.together);
        });
    }
}
