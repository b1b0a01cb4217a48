//! Calls of the workspace's functions, and whether they run once for each of many things.

use super::Graph;
use super::flow::Definition;
use super::infer::{Repeat, RepeatKind};
use super::model::RefId;
use super::references::{Resolved, Source};
use crate::extract::facts::{Pos, Stretch};

/// A call of a function of the workspace.
#[derive(Clone, Copy, Debug)]
pub struct FunctionCall {
    /// The function.
    pub function: Definition,
    /// What makes it run many times.
    pub repeated: Option<Repeated>,
}

/// What makes a call run many times.
#[derive(Clone, Copy, Debug)]
pub struct Repeated {
    /// What it is.
    pub kind: RepeatKind,
    /// Where it stands.
    pub pos: Pos,
    /// A method is called on something that comes to be in there, such as an element of what is gone over.
    pub receiver_inside: bool,
}

impl Graph {
    /// The call that a reference is part of; `None` if it is none, or names no function.
    pub fn call(&self, reference: RefId) -> Option<FunctionCall> {
        let (origin, function, called) = self.use_of_function(reference)?;
        let repeated = self.repeated(origin, called);
        (called || repeated.is_some()).then_some(FunctionCall { function, repeated })
    }

    /// The function that a reference calls, or hands to what calls it many times.
    pub fn called(&self, reference: RefId) -> Option<Definition> {
        let (origin, function, called) = self.use_of_function(reference)?;
        (called || self.repeated(origin, called).is_some()).then_some(function)
    }

    /// Where a reference to a function stands, the function, and whether it is called there.
    fn use_of_function(&self, reference: RefId) -> Option<(&Resolved, Definition, bool)> {
        let origin = self.origins.get(reference.0 as usize)?;
        let function = Definition(origin.def);
        let facts = &self.defs.mount(origin.mount).facts;
        let called = match origin.source {
            Source::Ref(ix) => facts.refs[ix as usize].called,
            Source::Access(_) => true,
            Source::Import(_) | Source::Call(_) => return None,
        };
        self.is_function(function).then_some((origin, function, called))
    }

    /// The innermost stretch of code that runs many times and holds a reference.
    fn repeated(&self, origin: &Resolved, called: bool) -> Option<Repeated> {
        let repeats = self.repeats.get(origin.mount.index())?;
        let exits = &self.defs.mount(origin.mount).facts.exits;
        // A loop that is left runs what leaves it but once.
        let is_left = |repeat: &Repeat| {
            let leaves = |exit: &&Stretch| holds(exit, origin.source) && lies_in(exit, &repeat.stretch);
            repeat.kind == RepeatKind::Loop && exits.iter().any(|exit| leaves(&exit))
        };
        let counts = |repeat: &&Repeat| {
            (called || repeat.kind == RepeatKind::Passed)
                && holds(&repeat.stretch, origin.source)
                && !is_left(repeat)
        };
        let size = |repeat: &&Repeat| repeat.stretch.refs.1 - repeat.stretch.refs.0;
        let repeat = repeats.iter().filter(counts).min_by_key(size)?;
        let (start, end) = repeat.stretch.nodes;
        let receiver_inside = match origin.source {
            Source::Access(ix) => {
                let on = self.defs.mount(origin.mount).facts.accesses[ix as usize].on;
                (start..end).contains(&on.0)
            }
            _ => false,
        };
        Some(Repeated { kind: repeat.kind, pos: repeat.pos, receiver_inside })
    }
}

/// Whether a reference stands in a stretch of code.
fn holds(stretch: &Stretch, source: Source) -> bool {
    match source {
        Source::Ref(ix) => (stretch.refs.0..stretch.refs.1).contains(&ix),
        Source::Access(ix) => (stretch.accesses.0..stretch.accesses.1).contains(&ix),
        Source::Import(_) | Source::Call(_) => false,
    }
}

/// Whether a stretch of code lies in another.
fn lies_in(inner: &Stretch, outer: &Stretch) -> bool {
    let within = |inner: (u32, u32), outer: (u32, u32)| outer.0 <= inner.0 && inner.1 <= outer.1;
    within(inner.refs, outer.refs) && within(inner.accesses, outer.accesses)
}
