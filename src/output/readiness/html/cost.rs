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

/// Each figure with what it counts, in words.
fn figures(cost: &Cost) -> [(usize, String); 8] {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_told_in_words() {
        let cost = Cost { calls_in: 1, calls_in_in_loops: 1, joins: 2, ..Cost::default() };
        let told: Vec<String> =
            figures(&cost).iter().map(|(count, text)| format!("{count} {text}")).collect();
        assert_eq!(told[0], "1 call into it over the network, 1 in loops");
        assert_eq!(told[1], "0 calls out of it over the network");
        assert_eq!(told[4], "2 joins to be done in several requests");
    }
}
