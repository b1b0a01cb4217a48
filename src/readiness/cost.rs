//! What would be given up if a module were extracted: the other side of the trade.

use super::cut::{needs, offers};
use super::model::{Changes, Cost, Crossing, Partner};
use super::subject::Subject;
use crate::config::policy::ModuleId;
use crate::rules::{Calls, CrossingKind};
use std::collections::BTreeMap;

/// Adds it up. Calls are places in the code; how often they run, the code does not say.
pub fn of(subject: &Subject, module: ModuleId, crossings: &[Crossing], changes: Option<&Changes>) -> Cost {
    let count = |kinds: &[CrossingKind]| crossings.iter().filter(|c| kinds.contains(&c.kind)).count();
    let incoming = total(offers(subject, module).flat_map(|offer| offer.callers.values()));
    let outgoing = total(needs(subject, module).filter_map(|offer| offer.callers.get(&module)));
    Cost {
        calls_in: incoming.places,
        calls_in_in_loops: incoming.in_loops,
        calls_out: outgoing.places,
        calls_out_in_loops: outgoing.in_loops,
        exposed_functions: offers(subject, module).count(),
        transactions: count(&[CrossingKind::Transaction]),
        joins: count(&[CrossingKind::Join]),
        foreign_keys: count(&[CrossingKind::ForeignKey]),
        routines: count(&[CrossingKind::Routine]),
        table_accesses: count(&[CrossingKind::Read, CrossingKind::Write]),
        partners: partners(subject, module, changes),
    }
}

fn total<'a>(calls: impl Iterator<Item = &'a Calls>) -> Calls {
    calls.fold(Calls::default(), |sum, calls| Calls {
        places: sum.places + calls.places,
        in_loops: sum.in_loops + calls.in_loops,
    })
}

/// The modules on the other side of calls, the most calls first.
fn partners(subject: &Subject, module: ModuleId, changes: Option<&Changes>) -> Vec<Partner> {
    let mut partners: BTreeMap<ModuleId, (usize, usize)> = BTreeMap::new();
    for (&caller, calls) in offers(subject, module).flat_map(|offer| &offer.callers) {
        partners.entry(caller).or_default().0 += calls.places;
    }
    for offer in needs(subject, module) {
        partners.entry(offer.module).or_default().1 += offer.callers[&module].places;
    }
    let partner = |(id, (calls_it, is_called)): (ModuleId, (usize, usize))| {
        let module = subject.ctx.name(id).to_owned();
        let together = |changes: &Changes| changes.together.get(&module).copied().unwrap_or_default();
        Partner { changed_together: changes.map(together), module, calls_it, is_called }
    };
    let mut partners: Vec<Partner> = partners.into_iter().map(partner).collect();
    partners.sort_by_key(|partner| std::cmp::Reverse(partner.calls_it + partner.is_called));
    partners
}
