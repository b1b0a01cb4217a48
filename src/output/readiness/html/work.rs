//! The order of work: what to do first, and how ready the module is then.

use super::markup::{Markup, folded};
use super::words::effort;
use super::{Page, share};
use crate::output::audit::ORDER_OF_WORK;
use crate::output::report::{capitalised, counted};
use crate::readiness::{ModuleAudit, Step};

/// How many steps are shown before the rest has to be unfolded.
const SHOWN: usize = 10;

/// Writes the steps; `prefix` begins the ids of the blockers.
pub(super) fn write(m: &mut Markup, page: &Page, prefix: &str, module: &ModuleAudit) {
    m.say("h4", "Order of work");
    if module.work.is_empty() {
        return m.say("p", "There is nothing to do.");
    }
    m.say("p", ORDER_OF_WORK);
    let rest = |count| counted(count, "more step");
    folded(m, &module.work, SHOWN, rest, |m, part, start| {
        m.with("div.wide", &[("role", &"group"), ("aria-label", &"order of work"), ("tabindex", &0)], |m| {
            m.tag("table.work", |m| {
                m.tag("thead", head);
                m.tag("tbody", |m| {
                    for (index, step) in part.iter().enumerate() {
                        row(m, page, prefix, module, (start + index + 1, step));
                    }
                });
            });
        });
    });
}

fn head(m: &mut Markup) {
    m.tag("tr", |m| {
        m.tag("td", |_| {});
        for (tag, title) in
            [("th", "effort"), ("th", "blocker"), ("th.number", "makes safe"), ("th", "readiness then")]
        {
            m.with(tag, &[("scope", &"col")], |m| m.text(title));
        }
    });
}

fn row(m: &mut Markup, page: &Page, prefix: &str, module: &ModuleAudit, (place, step): (usize, &Step)) {
    let Some(blocker) = module.blockers.get(step.blocker) else { return };
    m.tag("tr", |m| {
        m.say("td.number", format_args!("{place}."));
        m.tag("td", |m| effort(m, blocker.effort));
        m.tag("td", |m| {
            m.with("a", &[("href", &format_args!("#{prefix}b{}", step.blocker))], |m| {
                m.phrase(&capitalised(&blocker.message));
            });
        });
        m.say("td.number", format_args!("+{}", step.makes_safe));
        m.tag("td", |m| share::meter(m, step.readiness, page.is_doubtful()));
    });
}
