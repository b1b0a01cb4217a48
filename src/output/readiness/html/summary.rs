//! What the page says first: what was looked at and what was not, how ready each module is, and which one comes next.

use super::markup::Markup;
use super::words::{effort, verdict};
use super::{Page, share};
use crate::output::audit::{self, FORMULA, ORDER_OF_EXTRACTION};
use crate::output::report::{capitalised, counted};
use crate::readiness::{Audit, Circumstances, HistoryFacts, ModuleAudit, Next, Verdict};
use crate::rules::Effort;

/// Where the sections begin.
const SECTIONS: [(&str, &str); 6] = [
    ("summary", "Summary"),
    ("order", "Order"),
    ("matrix", "Who uses whom"),
    ("graph", "Graph"),
    ("modules", "Modules"),
    ("trend", "Trend"),
];

/// How many modules of one verdict are named above the table.
const NAMED: usize = 10;
/// How many characters of a commit tell it apart.
const COMMIT: usize = 12;

/// Writes what stands above everything.
pub(super) fn head(m: &mut Markup, page: &Page) {
    m.tag("header.top", |m| {
        m.tag("div.title", |m| {
            m.say("h1", page.title());
            // Without a script it could do nothing.
            m.with("button", &[("id", &"theme"), ("type", &"button"), ("hidden", &"")], |m| {
                m.text("dark theme");
            });
        });
        m.tag("p.looked-at", |m| looked_at(m, &page.audited.audit));
        m.with("nav", &[("aria-label", &"sections")], |m| {
            for (id, title) in SECTIONS {
                m.with("a", &[("href", &format_args!("#{id}"))], |m| m.text(title));
                m.text(" ");
            }
        });
    });
}

fn looked_at(m: &mut Markup, audit: &Audit) {
    let head = audit.history.head.as_deref();
    match head {
        Some(head) => {
            m.text("commit ");
            m.code(&head.chars().take(COMMIT).collect::<String>());
        }
        None => m.text("no commit known"),
    }
    m.text(&format!(
        " · {} looked at, of {}",
        counted(audit.modules.len(), "domain module"),
        counted(audit.matrix.modules.len(), "module"),
    ));
    history(&audit.history).iter().chain(&circumstances(&audit.context)).for_each(|said| {
        m.text(" · ");
        m.phrase(said);
    });
}

fn history(history: &HistoryFacts) -> Vec<String> {
    let told = (history.commits > 0).then(|| {
        format!(
            "{} by {} in {} days",
            counted(history.commits, "commit"),
            plural_people(history.authors),
            history.days
        )
    });
    let owners = history.code_owners.as_ref().map(|file| format!("code owners from `{file}`"));
    told.into_iter().chain(history.gap.clone()).chain(owners).collect()
}

/// People, in words.
pub(super) fn plural_people(count: usize) -> String {
    if count == 1 { "1 person".to_owned() } else { format!("{count} people") }
}

fn circumstances(context: &Circumstances) -> Vec<String> {
    let engineers = context.engineers.map(|count| counted(count as usize, "engineer"));
    let platform = context.platform_team.map(|there| match there {
        true => "a platform team".to_owned(),
        false => "no platform team".to_owned(),
    });
    let stage = context.stage.as_ref().map(|stage| format!("stage `{stage}`"));
    [engineers, platform, stage].into_iter().flatten().collect()
}

/// Writes what is not known, and a row for each module.
pub(super) fn write(m: &mut Markup, page: &Page) {
    let Audit { modules, incomplete: gaps, .. } = &page.audited.audit;
    m.with("section", &[("id", &"summary"), ("aria-labelledby", &"summary-title")], |m| {
        m.with("h2", &[("id", &"summary-title")], |m| m.text("Summary"));
        headline(m, page);
        incomplete(m, gaps);
        not_judged(m, page);
        if modules.is_empty() {
            return m.say("p", "There is no domain module to look at.");
        }
        m.with(
            "div.wide",
            &[("role", &"group"), ("aria-label", &"readiness of the modules"), ("tabindex", &0)],
            |m| {
                m.tag("table.figures", |m| {
                    m.tag("thead", summary_head);
                    m.tag("tbody", |m| modules.iter().for_each(|module| row(m, page, module)));
                });
            },
        );
        legend(m, page);
    });
}

/// What to do with which module.
fn headline(m: &mut Markup, page: &Page) {
    let modules = &page.audited.audit.modules;
    m.tag("dl.headline", |m| {
        for wanted in [Verdict::Extract, Verdict::Harden, Verdict::Stay] {
            let names: Vec<&str> =
                modules.iter().filter(|x| x.advice.verdict == wanted).map(|x| x.name.as_str()).collect();
            m.tag("div", |m| {
                m.tag("dt", |m| {
                    verdict(m, wanted);
                    m.text(&format!(": {} of {}", names.len(), modules.len()));
                });
                m.tag("dd", |m| listed(m, page, &names));
            });
        }
    });
}

/// The first few of some modules.
fn listed(m: &mut Markup, page: &Page, names: &[&str]) {
    for (index, name) in names.iter().take(NAMED).enumerate() {
        if index > 0 {
            m.text(", ");
        }
        page.module(m, name);
    }
    if let Some(more @ 1..) = names.len().checked_sub(NAMED) {
        m.text(&format!(" and {more} more"));
    }
}

fn incomplete(m: &mut Markup, phrases: &[String]) {
    if phrases.is_empty() {
        return;
    }
    m.tag("div.notice", |m| {
        m.say("h3", "The analysis is incomplete");
        m.tag("ul", |m| phrases.iter().for_each(|phrase| m.tell("li", phrase)));
    });
}

/// What no figure knows of: loud where it is about a whole kind of crossings, and else there to be unfolded.
fn not_judged(m: &mut Markup, page: &Page) {
    let phrases = audit::not_judged(&page.audited.audit);
    let list = |m: &mut Markup| m.tag("ul", |m| phrases.iter().for_each(|phrase| m.tell("li", phrase)));
    let unjudged = page.audited.audit.modules.iter().find_map(audit::unjudged);
    match unjudged {
        Some(topics) => m.tag("div.notice", |m| {
            m.say("h3", format_args!("Nothing was judged about {topics}"));
            m.say(
                "p",
                "All such crossings count as safe. A figure with ≤ is therefore the most it can be, and its bar is hollow.",
            );
            list(m);
        }),
        None if phrases.is_empty() => {}
        None => m.tag("details", |m| {
            m.say("summary", "Some rules could find nothing");
            list(m);
        }),
    }
}

fn summary_head(m: &mut Markup) {
    m.tag("tr", |m| {
        column(m, "module", 2);
        column(m, "readiness", 2);
        m.with("th", &[("scope", &"colgroup"), ("colspan", &Effort::ALL.len())], |m| {
            m.text("blockers by what they take");
        });
        column(m, "verdict", 2);
    });
    m.tag("tr", |m| {
        for class in Effort::ALL {
            m.with("th.number", &[("scope", &"col")], |m| m.text(class.as_str()));
        }
    });
}

fn column(m: &mut Markup, title: &str, rows: usize) {
    m.with("th", &[("scope", &"col"), ("rowspan", &rows)], |m| m.text(title));
}

fn row(m: &mut Markup, page: &Page, module: &ModuleAudit) {
    m.tag("tr", |m| {
        m.with("th", &[("scope", &"row")], |m| page.module(m, &module.name));
        m.tag("td", |m| share::meter(m, module.readiness, page.is_doubtful()));
        for class in Effort::ALL {
            let count = module.blockers.iter().filter(|blocker| blocker.effort == class).count();
            m.say(if count == 0 { "td.number.zero" } else { "td.number" }, count);
        }
        m.tag("td", |m| verdict(m, module.advice.verdict));
    });
}

fn legend(m: &mut Markup, page: &Page) {
    m.tag("div.legend-text", |m| {
        m.tag("p", |m| {
            m.text(&capitalised(FORMULA));
            if page.is_doubtful() {
                m.text(" ≤ says that of some kind of crossings nothing was judged.");
            }
        });
        m.tag("ul.efforts", |m| {
            for class in Effort::ALL {
                m.tag("li", |m| {
                    effort(m, class);
                    m.text(&format!(" {}", class.meaning()));
                });
            }
        });
    });
}

/// Writes in which order the modules could be extracted.
pub(super) fn order(m: &mut Markup, page: &Page) {
    let order = &page.audited.audit.order;
    m.with("section", &[("id", &"order"), ("aria-labelledby", &"order-title")], |m| {
        m.with("h2", &[("id", &"order-title")], |m| m.text("Order of extraction"));
        if order.is_empty() {
            return m.say("p", "There is no domain module to extract.");
        }
        m.say("p", ORDER_OF_EXTRACTION);
        m.with(
            "div.wide",
            &[("role", &"group"), ("aria-label", &"order of extraction"), ("tabindex", &0)],
            |m| {
                m.tag("table.figures", |m| {
                    m.tag("thead", order_head);
                    m.tag("tbody", |m| {
                        order.iter().enumerate().for_each(|(index, next)| step(m, page, index + 1, next));
                    });
                });
            },
        );
    });
}

fn order_head(m: &mut Markup) {
    m.tag("tr", |m| {
        for title in
            ["", "module", "blockers left", "of them redesigns", "calls over the network", "readiness today"]
        {
            let tag = if ["module", "readiness today"].contains(&title) { "th" } else { "th.number" };
            match title {
                "" => m.with("td", &[], |_| {}),
                _ => m.with(tag, &[("scope", &"col")], |m| m.text(title)),
            }
        }
    });
}

fn step(m: &mut Markup, page: &Page, place: usize, next: &Next) {
    m.tag("tr", |m| {
        m.say("td.number", format_args!("{place}."));
        m.with("th", &[("scope", &"row")], |m| page.module(m, &next.module));
        for count in [next.blockers, next.redesigns, next.calls] {
            m.say(if count == 0 { "td.number.zero" } else { "td.number" }, count);
        }
        m.tag("td", |m| share::meter(m, next.readiness, page.is_doubtful()));
    });
}
