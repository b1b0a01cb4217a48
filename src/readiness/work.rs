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

#[cfg(test)]
mod tests {
    use super::super::model::{Direction, Topic};
    use super::*;
    use crate::rules::CrossingKind;

    fn crossing(blockers: &[usize]) -> Crossing {
        Crossing {
            kind: CrossingKind::Reference,
            topic: Topic::Inbound,
            direction: Direction::In,
            other: None,
            from: String::new(),
            to: String::new(),
            sites: Vec::new(),
            blockers: blockers.to_vec(),
            reaches_inside: false,
        }
    }

    fn blocker(effort: Effort) -> Blocker {
        Blocker {
            rule: String::new(),
            kind: CrossingKind::Reference,
            effort,
            identity: String::new(),
            message: String::new(),
            sites: Vec::new(),
            help: Vec::new(),
            crossings: 0,
            accepted: None,
        }
    }

    #[test]
    fn the_least_effort_comes_first_and_of_that_what_makes_most_safe() {
        let blockers = [Effort::Redesign, Effort::Edit, Effort::Edit, Effort::Edit].map(blocker);
        // The last crossing needs two of them, and the one before it is of a test that reaches inside.
        let test = Crossing { reaches_inside: true, ..crossing(&[3]) };
        let crossings =
            [crossing(&[]), crossing(&[0]), crossing(&[0]), crossing(&[2]), test, crossing(&[1, 3])];
        let steps = steps(&crossings, &blockers);
        let taken: Vec<(usize, usize, usize)> =
            steps.iter().map(|step| (step.blocker, step.makes_safe, step.readiness.safe)).collect();
        assert_eq!(taken, [(2, 1, 2), (1, 0, 2), (3, 1, 3), (0, 2, 5)]);
        assert!(steps.iter().all(|step| step.readiness.all == 6));
    }

    #[test]
    fn what_goes_with_the_modules_before_counts_no_more() {
        let candidate = |module: &str, blockers: &[(&str, Effort)], calls| Candidate {
            module: module.to_owned(),
            blockers: blockers.iter().map(|(identity, effort)| ((*identity).to_owned(), *effort)).collect(),
            calls,
            readiness: Share::default(),
        };
        let (edit, redesign) = (Effort::Edit, Effort::Redesign);
        let order = order(vec![
            candidate("a", &[("x", edit), ("y", edit), ("z", edit)], 1),
            candidate("b", &[("v", redesign), ("w", edit)], 1),
            candidate("c", &[("x", edit), ("y", edit)], 9),
            candidate("d", &[("u", edit)], 7),
            candidate("e", &[("t", edit)], 6),
        ]);
        let order: Vec<(&str, usize)> =
            order.iter().map(|next| (next.module.as_str(), next.blockers)).collect();
        // Fewer calls, fewer redesigns, then what `c` left of `a`.
        assert_eq!(order, [("e", 1), ("d", 1), ("c", 2), ("a", 1), ("b", 2)]);
    }
}
