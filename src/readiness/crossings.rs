//! The crossings of one module, and its blockers: every way into it and out of it is counted once, and is safe unless a
//! blocker is about it. A library travels as a whole, so that all uses of one are one crossing. Keys, joins, triggers,
//! transactions and whatever else a blocker is about that is no way in the code count as one crossing each.

use super::model::{Blocker, Crossing, Dimension, Direction, Place, Share, Topic};
use super::subject::{Blocking, Subject};
use crate::config::policy::ModuleId;
use crate::rules::{CrossingKind, RULES, Rule, Way};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// What is counted for a module.
pub struct Count {
    /// Its crossings.
    pub crossings: Vec<Crossing>,
    /// Its blockers, ranked; crossings refer to them by index.
    pub blockers: Vec<Blocker>,
}

/// Counts and judges.
pub fn count(subject: &Subject, module: ModuleId) -> Count {
    let (mut crossings, of_way) = in_code(subject, module);
    let mut blockers: Vec<Blocker> = Vec::new();
    for blocking in subject.blockers_of(module) {
        let number = blockers.len();
        let ways: Vec<usize> = blocking.ways.iter().copied().filter(|way| of_way.contains_key(way)).collect();
        let about: BTreeSet<usize> = ways.iter().map(|way| of_way[way]).collect();
        about.iter().for_each(|&at| mark(&mut crossings[at], number, blocking));
        if about.is_empty() {
            crossings.push(by_itself(subject, module, number, blocking));
        }
        blockers.push(blocking.blocker(subject, Some(module), &ways, about.len().max(1)));
    }
    ranked(crossings, blockers)
}

/// The crossings that are ways in the code, and which of them each way is, both by index.
fn in_code(subject: &Subject, module: ModuleId) -> (Vec<Crossing>, BTreeMap<usize, usize>) {
    let mut crossings: Vec<Crossing> = Vec::new();
    let mut of_way: BTreeMap<usize, usize> = BTreeMap::new();
    let mut libraries: BTreeMap<ModuleId, usize> = BTreeMap::new();
    for (index, way) in subject.ways.list.iter().enumerate() {
        if way.to != module && way.from != Some(module) {
            continue;
        }
        let known = libraries.get(&way.to).filter(|_| way.kind == CrossingKind::Library).copied();
        let at = known.unwrap_or(crossings.len());
        match known {
            Some(at) => crossings[at].sites.extend(way.sites.iter().map(Place::from)),
            None => crossings.push(crossing(subject, module, way)),
        }
        if way.kind == CrossingKind::Library {
            libraries.insert(way.to, at);
        }
        of_way.insert(index, at);
    }
    for (library, at) in libraries {
        let name = subject.ctx.name(library);
        crossings[at].from = subject.ctx.name(module).to_owned();
        crossings[at].to = name.to_owned();
    }
    (crossings, of_way)
}

fn crossing(subject: &Subject, module: ModuleId, way: &Way) -> Crossing {
    let ctx = subject.ctx;
    let (direction, other) = match way.to == module {
        true => (Direction::In, way.from),
        false => (Direction::Out, Some(way.to)),
    };
    Crossing {
        kind: way.kind,
        topic: topic(way.kind, direction),
        direction,
        other: other.map(|other| ctx.name(other).to_owned()),
        from: ctx.model().node(way.by).id.clone(),
        to: way.what.clone(),
        sites: way.sites.iter().map(Place::from).collect(),
        blockers: Vec::new(),
        reaches_inside: way.reaches_inside,
    }
}

fn mark(crossing: &mut Crossing, number: usize, blocking: &Blocking) {
    crossing.blockers.push(number);
    // A call that hands out a static is a way to the static.
    if blocking.blocks.crossing == CrossingKind::State && crossing.kind == CrossingKind::Reference {
        (crossing.kind, crossing.topic) = (CrossingKind::State, Topic::State);
    }
}

/// What a blocker is about that is no way in the code.
fn by_itself(subject: &Subject, module: ModuleId, number: usize, blocking: &Blocking) -> Crossing {
    let finding = blocking.finding;
    let name = subject.ctx.name(module);
    let (from, to) = (finding.from_module.as_deref(), finding.to_module.as_deref());
    // Without a module that is reached into, what starts in a module is a matter of its interface.
    let direction = match (from, to) {
        (_, Some(to)) if to == name => Direction::In,
        (Some(from), None) if from == name => Direction::In,
        _ => Direction::Out,
    };
    let kind = blocking.blocks.crossing;
    Crossing {
        kind,
        topic: topic(kind, direction),
        direction,
        other: from.into_iter().chain(to).find(|other| *other != name).map(str::to_owned),
        from: finding.from.clone(),
        to: finding.to.clone(),
        sites: finding.sites.iter().map(Place::from).collect(),
        blockers: vec![number],
        reaches_inside: false,
    }
}

fn topic(kind: CrossingKind, direction: Direction) -> Topic {
    match kind {
        CrossingKind::Reference if direction == Direction::In => Topic::Inbound,
        CrossingKind::Reference => Topic::Outbound,
        CrossingKind::Read
        | CrossingKind::Write
        | CrossingKind::Join
        | CrossingKind::ForeignKey
        | CrossingKind::Routine
        | CrossingKind::Transaction
        | CrossingKind::Ownership => Topic::Data,
        CrossingKind::State => Topic::State,
        CrossingKind::Resource => Topic::Configuration,
        CrossingKind::Library => Topic::Libraries,
        CrossingKind::Test => Topic::Tests,
    }
}

/// Puts the blockers in order: the most effort first, then what is about most crossings.
fn ranked(mut crossings: Vec<Crossing>, blockers: Vec<Blocker>) -> Count {
    let mut order: Vec<usize> = (0..blockers.len()).collect();
    order.sort_by_key(|&index| {
        let Blocker { effort, crossings, identity, .. } = &blockers[index];
        (Reverse(*effort), Reverse(*crossings), identity)
    });
    let mut rank = vec![0; order.len()];
    order.iter().enumerate().for_each(|(new, &old)| rank[old] = new);
    for crossing in &mut crossings {
        crossing.blockers.iter_mut().for_each(|index| *index = rank[*index]);
        crossing.blockers.sort_unstable();
    }
    crossings.sort_by_key(|crossing| crossing.topic);
    Count { crossings, blockers: order.iter().map(|&index| blockers[index].clone()).collect() }
}

/// Safe crossings out of all.
pub fn share<'a>(crossings: impl IntoIterator<Item = &'a Crossing>) -> Share {
    let mut share = Share::default();
    for crossing in crossings {
        share.all += 1;
        share.safe += usize::from(crossing.is_safe());
    }
    share
}

/// The same for each topic. A rule that could find nothing says nothing about what is safe.
pub fn dimensions(subject: &Subject, crossings: &[Crossing]) -> Vec<Dimension> {
    let dimension = |&topic: &Topic| {
        let judges = |kind| [Direction::In, Direction::Out].iter().any(|&d| self::topic(kind, d) == topic);
        let rules =
            RULES.iter().filter(|rule| rule.is_wanted() && rule.blocks.is_some_and(|b| judges(b.crossing)));
        let (not_judged, others): (Vec<&Rule>, Vec<&Rule>) =
            rules.partition(|rule| subject.idle.contains_key(rule.name));
        Dimension {
            topic,
            share: share(crossings.iter().filter(|crossing| crossing.topic == topic)),
            judged: not_judged.is_empty() || !others.is_empty(),
            not_judged: not_judged.iter().map(|rule| rule.name.to_owned()).collect(),
        }
    };
    Topic::ALL.iter().map(dimension).collect()
}
