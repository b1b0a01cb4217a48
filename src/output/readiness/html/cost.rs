//! What would be given up, in figures, and with whom deploys would have to be coordinated.

use super::Page;
use super::markup::Markup;
use crate::readiness::{Cost, ModuleAudit, Partner};

/// Writes both.
pub(super) fn write(m: &mut Markup, page: &Page, module: &ModuleAudit) {
    m.say("h4", "What would be given up");
    m.tag("ul.costs", |m| {
        for (count, text) in figures(&module.cost) {
            m.tag(if count == 0 { "li.zero" } else { "li" }, |m| {
                m.say("b", count);
                m.text(&format!(" {text}"));
            });
        }
    });
    partners(m, page, &module.cost.partners);
}

/// Each figure with what it counts.
fn figures(cost: &Cost) -> [(usize, String); 8] {
    let calls = |of: &str, in_loops: usize| match in_loops {
        0 => format!("calls {of} become network calls"),
        _ => format!("calls {of} become network calls, {in_loops} of them in loops"),
    };
    [
        (cost.calls_in, calls("into it", cost.calls_in_in_loops)),
        (cost.calls_out, calls("out of it", cost.calls_out_in_loops)),
        (
            cost.exposed_functions,
            "functions become reachable over the network, and have to be secured".into(),
        ),
        (cost.transactions, "transactions no longer succeed or fail as one".into()),
        (cost.joins, "joins become several requests".into()),
        (cost.foreign_keys, "foreign keys are no longer watched by the database".into()),
        (cost.routines, "triggers, functions and views stop working".into()),
        (cost.table_accesses, "reads and writes of tables become a request or a copy".into()),
    ]
}

fn partners(m: &mut Markup, page: &Page, partners: &[Partner]) {
    m.say("h5", "Deploys to coordinate");
    if partners.is_empty() {
        return m.say("p", "With no other module.");
    }
    m.with(
        "div.wide",
        &[("role", &"region"), ("aria-label", &"deploys to coordinate"), ("tabindex", &0)],
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
