//! Names of the whole workspace as numbers.

use crate::extract::facts::{Ns, is_primitive};
use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::hash::BuildHasher;
use std::sync::Arc;

/// An interned name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Sym(pub u32);

/// Interned names.
#[derive(Default)]
pub(super) struct Interner {
    texts: Vec<Arc<str>>,
    /// By hash of the text.
    index: FxHashMap<u64, Sym>,
    /// Names whose hash another name had first.
    collided: FxHashMap<Arc<str>, Sym>,
    /// By name: where the standard library gives it a meaning in every crate.
    std: Vec<Ns>,
}

impl Interner {
    pub(super) fn intern(&mut self, text: &str) -> Sym {
        if let Some(known) = self.find(text) {
            return known;
        }
        let sym = Sym(self.texts.len() as u32);
        let shared: Arc<str> = text.into();
        self.std.push(std_namespaces(text));
        self.texts.push(shared.clone());
        if *self.index.entry(hash(text)).or_insert(sym) != sym {
            self.collided.insert(shared, sym);
        }
        sym
    }

    /// Interns many lists of names, mostly in parallel. Numbers are given in the order of the lists.
    pub(super) fn intern_all(&mut self, lists: &[&[Box<str>]]) -> Vec<Arc<[Sym]>> {
        let hashes: Vec<Vec<u64>> =
            lists.par_iter().map(|names| names.iter().map(|name| hash(name)).collect()).collect();
        let known = self.texts.len();
        let mut new: Vec<&str> = Vec::new();
        let mut out: Vec<Vec<Sym>> = Vec::with_capacity(lists.len());
        for (names, hashes) in lists.iter().zip(hashes) {
            let mut syms = Vec::with_capacity(names.len());
            for (name, hash) in names.iter().zip(hashes) {
                syms.push(*self.index.entry(hash).or_insert_with(|| {
                    new.push(name);
                    Sym((known + new.len() - 1) as u32)
                }));
            }
            out.push(syms);
        }
        let made: Vec<(Arc<str>, Ns)> =
            new.par_iter().map(|text| (Arc::from(*text), std_namespaces(text))).collect();
        for (text, std) in made {
            self.texts.push(text);
            self.std.push(std);
        }
        self.settle(lists, &mut out);
        out.into_par_iter().map(Arc::from).collect()
    }

    /// Gives names numbers of their own that have another's only by their hash.
    fn settle(&mut self, lists: &[&[Box<str>]], out: &mut [Vec<Sym>]) {
        let is_wrong = |list: &usize| {
            let mut names = lists[*list].iter().zip(&out[*list]);
            names.any(|(name, sym)| **self.text(*sym) != **name)
        };
        let wrong: Vec<usize> = (0..lists.len()).into_par_iter().filter(is_wrong).collect();
        for list in wrong {
            out[list] = lists[list].iter().map(|name| self.intern(name)).collect();
        }
    }

    /// Notes that the standard library gives a name a meaning in every crate.
    pub(super) fn add_std(&mut self, text: &str, ns: Ns) {
        let name = self.intern(text).0 as usize;
        self.std[name] = self.std[name].and(ns);
    }

    /// The namespaces in which the standard library gives a name a meaning in every crate.
    pub(super) fn std(&self, name: Sym) -> Ns {
        self.std[name.0 as usize]
    }

    /// A name, if something has it.
    pub(super) fn find(&self, text: &str) -> Option<Sym> {
        let found = *self.index.get(&hash(text))?;
        if **self.text(found) == *text { Some(found) } else { self.collided.get(text).copied() }
    }

    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    pub(super) fn text(&self, sym: Sym) -> &Arc<str> {
        &self.texts[sym.0 as usize]
    }
}

fn hash(text: &str) -> u64 {
    FxBuildHasher.hash_one(text)
}

/// Where a name is a primitive type's.
fn std_namespaces(text: &str) -> Ns {
    if is_primitive(text) { Ns::TYPE.and(Ns::VALUE) } else { Ns(0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(names: &[&str]) -> Vec<Box<str>> {
        names.iter().map(|name| Box::from(*name)).collect()
    }

    #[test]
    fn many_names_at_once_and_one_after_the_other() {
        let mut interner = Interner::default();
        let first = interner.intern("a");
        let (one, two) = (list(&["b", "a"]), list(&["c", "b"]));
        let syms = interner.intern_all(&[&one, &two]);
        assert_eq!(*syms[0], [Sym(1), first]);
        assert_eq!(*syms[1], [Sym(2), Sym(1)]);
        assert_eq!((interner.intern("c"), interner.intern("d")), (Sym(2), Sym(3)));
        assert_eq!(&**interner.text(Sym(2)), "c");
    }

    #[test]
    fn a_hash_that_two_names_share_does_not_make_them_one() {
        let mut interner = Interner::default();
        let first = interner.intern("a");
        // As if `b` and `c` had the hash of `a`.
        interner.index.insert(hash("b"), first);
        interner.index.insert(hash("c"), first);
        assert_eq!(interner.find("b"), None);
        let names = list(&["a", "b", "b"]);
        let syms = interner.intern_all(&[&names]).remove(0);
        assert_eq!(*syms, [first, Sym(1), Sym(1)]);
        assert_eq!((interner.find("b"), interner.intern("c")), (Some(Sym(1)), Sym(2)));
    }
}
