//! In which order to work on a module's blockers, and in which order modules could be extracted.

use super::model::{Blocker, Crossing, Next, Share, Step};
use crate::rules::Effort;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// An order of work that makes crossings safe early: the least effort first; of one effort always what makes most crossings
/// safe that are not yet.
///
/// A crossing that several blockers are about is safe once the last of them is gone. What is gone counts as a safe crossing
/// here; where the code no longer crosses, both counts are lower.
pub fn steps(crossings: &[Crossing], blockers: &[Blocker]) -> Vec<Step> {
    let mut left: Vec<BTreeSet<usize>> =
        crossings.iter().map(|crossing| crossing.blockers.iter().copied().collect()).collect();
    let mut waiting: BTreeSet<usize> = (0..blockers.len()).collect();
    let mut readiness = super::crossings::share(crossings);
    let mut steps = Vec::new();
    while let Some((blocker, makes_safe)) = next(crossings, blockers, &left, &waiting) {
        waiting.remove(&blocker);
        for left in &mut left {
            left.remove(&blocker);
        }
        readiness = Share { safe: readiness.safe + makes_safe, all: readiness.all };
        steps.push(Step { blocker, makes_safe, readiness });
    }
    steps
}

/// The blocker to get rid of next, and how many crossings are safe then.
fn next(
    crossings: &[Crossing],
    blockers: &[Blocker],
    left: &[BTreeSet<usize>],
    waiting: &BTreeSet<usize>,
) -> Option<(usize, usize)> {
    let least: Effort = waiting.iter().map(|&index| blockers[index].effort).min()?;
    let mut gains = vec![0; blockers.len()];
    for (crossing, left) in crossings.iter().zip(left) {
        if let (1, false, Some(&last)) = (left.len(), crossing.reaches_inside, left.first()) {
            gains[last] += 1;
        }
    }
    let light = waiting.iter().copied().filter(|&index| blockers[index].effort == least);
    // Of several that gain as much, the first in rank.
    light.max_by_key(|&index| (gains[index], Reverse(index))).map(|index| (index, gains[index]))
}

/// A module that may be extracted one day.
pub struct Candidate {
    /// Its name.
    pub module: String,
    /// Its blockers, by identity.
    pub blockers: Vec<(String, Effort)>,
    /// Places whose calls become network calls.
    pub calls: usize,
    /// Its readiness today.
    pub readiness: Share,
}

/// The order in which modules could be extracted: always the one with the fewest blockers that are not gone with the ones
/// before it; of several the one with the fewest redesigns among them, then the one with the fewest calls to cut.
pub fn order(mut candidates: Vec<Candidate>) -> Vec<Next> {
    let mut gone: BTreeSet<String> = BTreeSet::new();
    let mut order = Vec::new();
    loop {
        let open = |candidate: &Candidate| {
            let left = candidate.blockers.iter().filter(|(identity, _)| !gone.contains(identity));
            let redesigns = left.clone().filter(|(_, effort)| *effort == Effort::Redesign).count();
            (left.count(), redesigns, candidate.calls)
        };
        let Some(index) = (0..candidates.len()).min_by_key(|&index| open(&candidates[index])) else {
            return order;
        };
        let (blockers, redesigns, calls) = open(&candidates[index]);
        let Candidate { module, blockers: identities, readiness, .. } = candidates.remove(index);
        gone.extend(identities.into_iter().map(|(identity, _)| identity));
        order.push(Next { module, blockers, redesigns, calls, readiness });
    }
}
