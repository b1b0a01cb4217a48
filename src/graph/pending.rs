//! Which imports are to be resolved again: those whose path may lead elsewhere than when it was last followed.
//!
//! What a path means hangs on the bindings of its names, and on little else: macros in textual scope for a lone name,
//! crates whose names come in by glob where nothing in the workspace has the name, and the targets of type aliases that
//! it passes.

use super::defs::{ImportId, Sym};
use rustc_hash::FxHashSet;

/// The imports of the workspace by what their paths hang on.
#[derive(Default)]
pub(super) struct Pending {
    waiting: Bits,
    /// Imports by the names in their paths, and whether a path goes on behind the name.
    by_name: Vec<Vec<(ImportId, bool)>>,
    /// Imports of paths of one name.
    lone: Vec<ImportId>,
    /// Imports that found nothing in the workspace.
    outside: Bits,
    /// Names of type aliases.
    aliases: FxHashSet<Sym>,
    /// Imports whose paths go on behind a name of a type alias. What the alias means is not watched; they wait always.
    through_alias: Vec<ImportId>,
}

impl Pending {
    /// A new import, and the names of its path.
    pub(super) fn add(&mut self, id: ImportId, segments: &[Sym]) {
        self.waiting.set(id, true);
        for (index, name) in segments.iter().enumerate() {
            let goes_on = index + 1 < segments.len();
            let slot = name.0 as usize;
            if self.by_name.len() <= slot {
                self.by_name.resize_with(slot + 1, Vec::new);
            }
            self.by_name[slot].push((id, goes_on));
            if goes_on && self.aliases.contains(name) {
                self.through_alias.push(id);
            }
        }
        if segments.len() <= 1 {
            self.lone.push(id);
        }
    }

    /// A name has a new meaning somewhere. The import that gave it the meaning learns nothing new of it, unless it lies
    /// on its way.
    pub(super) fn name(&mut self, name: Sym, by: Option<ImportId>) {
        for &(id, goes_on) in self.by_name.get(name.0 as usize).into_iter().flatten() {
            if goes_on || Some(id) != by {
                self.waiting.set(id, true);
            }
        }
    }

    /// A name means a type alias somewhere.
    pub(super) fn alias(&mut self, name: Sym) {
        if self.aliases.insert(name) {
            let users = self.by_name.get(name.0 as usize).into_iter().flatten();
            self.through_alias.extend(users.filter(|(_, goes_on)| *goes_on).map(|(id, _)| *id));
        }
    }

    /// Macros came into a scope by `#[macro_use]`.
    pub(super) fn macros(&mut self) {
        self.lone.iter().for_each(|&id| self.waiting.set(id, true));
    }

    /// A module takes in a crate outside the workspace by glob.
    pub(super) fn external_glob(&mut self) {
        self.waiting.add(&self.outside);
    }

    /// Where an import's path led, now that it was followed.
    pub(super) fn followed(&mut self, id: ImportId, outside: bool) {
        self.waiting.set(id, false);
        self.outside.set(id, outside);
    }

    /// Another look at all imports begins.
    pub(super) fn round(&mut self) {
        self.through_alias.iter().for_each(|&id| self.waiting.set(id, true));
    }

    /// The first waiting import from one on.
    pub(super) fn next(&self, from: ImportId) -> Option<ImportId> {
        self.waiting.next(from)
    }
}

/// A set of imports.
#[derive(Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn set(&mut self, id: ImportId, on: bool) {
        let (word, bit) = (id.index() / 64, 1 << (id.index() % 64));
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if on {
            self.0[word] |= bit;
        } else {
            self.0[word] &= !bit;
        }
    }

    fn add(&mut self, other: &Bits) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        self.0.iter_mut().zip(&other.0).for_each(|(all, more)| *all |= more);
    }

    fn next(&self, from: ImportId) -> Option<ImportId> {
        let mut word = from.index() / 64;
        let mut bits = self.0.get(word)? & (u64::MAX << (from.index() % 64));
        while bits == 0 {
            word += 1;
            bits = *self.0.get(word)?;
        }
        Some(ImportId((word * 64) as u32 + bits.trailing_zeros()))
    }
}
