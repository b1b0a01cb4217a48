//! Which imports are to be resolved again: those whose path may lead elsewhere than when it was last followed.
//!
//! What a path means hangs on the bindings of its names, and on little else: macros in textual scope for a lone name,
//! crates whose names come in by glob where nothing in the workspace has the name, and the targets of type aliases that
//! it passes.

use super::defs::{ImportId, ModIx, NameSet, Sym};
use smallvec::SmallVec;

/// Where a path was looked up: modules, each with the index of the name that was looked for there.
pub(super) type Looked = SmallVec<[(ModIx, u32); 4]>;

/// An import hangs on what a name means in a module.
#[derive(Clone, Copy)]
struct Watch {
    module: ModIx,
    name: Sym,
    import: ImportId,
    /// The path goes on behind the name.
    goes_on: bool,
}

impl Watch {
    /// The list that holds the watches of a name in a module, among others.
    fn list(module: ModIx, name: Sym) -> usize {
        let mixed = (u64::from(module.0) << 32 | u64::from(name.0)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> (64 - WATCH_BITS)) as usize
    }
}

/// Watches lie in this many lists, as a power of two.
const WATCH_BITS: u32 = 16;

/// The path of an import.
struct Route {
    segments: SmallVec<[Sym; 4]>,
    /// Where it was looked up so far.
    looked: Looked,
}

/// The imports of the workspace by what their paths hang on.
#[derive(Default)]
pub(super) struct Pending {
    waiting: Bits,
    /// By import.
    routes: Vec<Route>,
    watches: Lists<Watch>,
    /// Imports whose paths go on behind a name, by the name.
    passing: Lists<ImportId>,
    /// Imports of paths of one name, by the name.
    lone: Lists<ImportId>,
    /// Imports that found nothing in the workspace.
    outside: Bits,
    /// Names of type aliases.
    aliases: NameSet,
    /// Imports whose paths go on behind a name of a type alias. What the alias means is not watched; they wait always.
    through_alias: Bits,
}

impl Pending {
    /// A new import, and the names of its path.
    pub(super) fn add(&mut self, id: ImportId, segments: SmallVec<[Sym; 4]>) {
        self.waiting.set(id, true);
        match segments.as_slice() {
            [name] => self.lone.push(name.0 as usize, id),
            [passed @ .., _] => passed.iter().for_each(|name| self.passes(id, *name)),
            [] => {}
        }
        debug_assert_eq!(self.routes.len(), id.index());
        self.routes.push(Route { segments, looked: Looked::new() });
    }

    fn passes(&mut self, id: ImportId, name: Sym) {
        self.passing.push(name.0 as usize, id);
        if self.aliases.has(name) {
            self.through_alias.set(id, true);
        }
    }

    /// A name has a new meaning in a module. The import that gave it the meaning learns nothing new of it, unless it lies
    /// on its way.
    pub(super) fn name(&mut self, module: ModIx, name: Sym, by: Option<ImportId>) {
        for watch in self.watches.iter(Watch::list(module, name)) {
            let is_meant = watch.module == module && watch.name == name;
            if is_meant && (watch.goes_on || Some(watch.import) != by) {
                self.waiting.set(watch.import, true);
            }
        }
    }

    /// A macro is in a textual scope.
    pub(super) fn textual(&mut self, name: Sym) {
        self.lone.iter(name.0 as usize).for_each(|id| self.waiting.set(id, true));
    }

    /// A name means a type alias somewhere.
    pub(super) fn alias(&mut self, name: Sym) {
        if self.aliases.insert(name) {
            self.passing.iter(name.0 as usize).for_each(|id| self.through_alias.set(id, true));
        }
    }

    /// Macros came into a scope by `#[macro_use]`.
    pub(super) fn macros(&mut self) {
        self.lone.all().for_each(|id| self.waiting.set(id, true));
    }

    /// A module takes in a crate outside the workspace by glob.
    pub(super) fn external_glob(&mut self) {
        self.waiting.add(&self.outside);
    }

    /// Where an import's path led, now that it was followed, and where its names were looked up.
    pub(super) fn followed(&mut self, id: ImportId, outside: bool, looked: Looked) {
        self.waiting.set(id, false);
        self.outside.set(id, outside);
        let route = &mut self.routes[id.index()];
        for (module, index) in looked {
            let Some(&name) = route.segments.get(index as usize) else { continue };
            if !route.looked.contains(&(module, index)) {
                route.looked.push((module, index));
                let goes_on = index as usize + 1 < route.segments.len();
                let watch = Watch { module, name, import: id, goes_on };
                self.watches.push(Watch::list(module, name), watch);
            }
        }
    }

    /// Another look at all imports begins.
    pub(super) fn round(&mut self) {
        self.waiting.add(&self.through_alias);
    }

    /// The first waiting import from one on.
    pub(super) fn next(&self, from: ImportId) -> Option<ImportId> {
        self.waiting.next(from)
    }

    /// The waiting imports of which all is watched that their paths hang on.
    pub(super) fn watched(&self) -> impl Iterator<Item = ImportId> {
        let all = std::iter::successors(self.next(ImportId(0)), |id| self.next(ImportId(id.0 + 1)));
        all.filter(|id| !self.through_alias.has(*id))
    }
}

/// Many short lists that grow, in one table. What was added last comes first.
struct Lists<T> {
    /// The last entry of each list, counted from 1.
    last: Vec<u32>,
    /// With the entry before it in its list.
    entries: Vec<(T, u32)>,
}

impl<T> Default for Lists<T> {
    fn default() -> Lists<T> {
        Lists { last: Vec::new(), entries: Vec::new() }
    }
}

impl<T: Copy> Lists<T> {
    fn push(&mut self, list: usize, entry: T) {
        if self.last.len() <= list {
            self.last.resize(list + 1, 0);
        }
        self.entries.push((entry, self.last[list]));
        self.last[list] = self.entries.len() as u32;
    }

    fn iter(&self, list: usize) -> impl Iterator<Item = T> {
        let mut at = self.last.get(list).copied().unwrap_or(0);
        std::iter::from_fn(move || {
            let (entry, before) = *self.entries.get((at as usize).checked_sub(1)?)?;
            at = before;
            Some(entry)
        })
    }

    /// The entries of all lists.
    fn all(&self) -> impl Iterator<Item = T> {
        self.entries.iter().map(|(entry, _)| *entry)
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

    fn has(&self, id: ImportId) -> bool {
        self.0.get(id.index() / 64).is_some_and(|word| word & (1 << (id.index() % 64)) != 0)
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
