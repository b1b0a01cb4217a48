//! What would be given up, in figures, and with whom deploys would have to be coordinated.

use super::Page;
use super::markup::Markup;
use crate::output::audit::cost;
use crate::readiness::{ModuleAudit, Partner};

/// Writes both.
pub(super) fn write(m: &mut Markup, page: &Page, module: &ModuleAudit) {
    m.say("h4", "What would be given up");
    m.tag("ul.costs", |m| {
        for (count, text) in cost(&module.cost) {
            m.tag(if count == 0 { "li.zero" } else { "li" }, |m| {
                m.say("b", count);
                m.text(&format!(" {text}"));
            });
        }
    });
    partners(m, page, &module.cost.partners);
}

fn partners(m: &mut Markup, page: &Page, partners: &[Partner]) {
    m.say("h5", "Deploys to coordinate");
    if partners.is_empty() {
        return m.say("p", "With no other module.");
    }
    m.with(
        "div.wide",
        &[("role", &"group"), ("aria-label", &"deploys to coordinate"), ("tabindex", &0)],
        |m| {
            m.tag("table.figures", |m| {
                m.tag("thead", |m| {
                    m.tag("tr", |m| {
                        m.with("th", &[("scope", &"col")], |m| m.text("module"));
                        for title in
                            ["places that call it", "places that it calls", "commits that changed both"]
                        {
                            m.with("th.number", &[("scope", &"col")], |m| m.text(title));
                        }
                    });
                });
                m.tag("tbody", |m| partners.iter().for_each(|partner| row(m, page, partner)));
            });
        },
    );
}

fn row(m: &mut Markup, page: &Page, partner: &Partner) {
    m.tag("tr", |m| {
        m.with("th", &[("scope", &"row")], |m| page.module(m, &partner.module));
        for count in [partner.calls_it, partner.is_called] {
            m.say(if count == 0 { "td.number.zero" } else { "td.number" }, count);
        }
        match partner.changed_together {
            Some(count) => m.say("td.number", count),
            None => m.say("td.number.zero", "not known"),
        }
    });
}
