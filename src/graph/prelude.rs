//! Names that every crate has without importing them (the reference's chapter on preludes, and the list of macros of
//! the standard library).

use super::defs::*;
use super::lookup::{Hit, Hits, Place};
use crate::extract::facts::Ns;
use smallvec::SmallVec;

/// The prelude of the 2024 edition: types, traits, functions and variants.
const PRELUDE: &[&str] = &[
    "AsMut",
    "AsRef",
    "AsyncFn",
    "AsyncFnMut",
    "AsyncFnOnce",
    "Box",
    "Clone",
    "Copy",
    "Default",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Future",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Vec",
    "align_of",
    "align_of_val",
    "drop",
    "size_of",
    "size_of_val",
];

/// Derives, attribute macros and function-like macros of the standard library.
const MACROS: &[&str] = &[
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Eq",
    "Hash",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "addr_of",
    "addr_of_mut",
    "asm",
    "assert",
    "assert_eq",
    "assert_ne",
    "cfg",
    "column",
    "compile_error",
    "concat",
    "concat_bytes",
    "concat_idents",
    "const_format_args",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "derive",
    "env",
    "eprint",
    "eprintln",
    "file",
    "format",
    "format_args",
    "global_allocator",
    "global_asm",
    "include",
    "include_bytes",
    "include_str",
    "is_x86_feature_detected",
    "line",
    "matches",
    "module_path",
    "naked_asm",
    "offset_of",
    "option_env",
    "panic",
    "pin",
    "print",
    "println",
    "ready",
    "stringify",
    "test",
    "test_case",
    "thread_local",
    "todo",
    "trace_macros",
    "try",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
];

/// Interns the names that the standard library gives every crate, and notes what they are there.
pub(super) fn intern(interner: &mut Interner) {
    for name in PRELUDE {
        interner.add_std(name, Ns::TYPE.and(Ns::VALUE));
    }
    for name in MACROS {
        interner.add_std(name, Ns::MACRO);
    }
}

impl Defs {
    /// Names that need no import: crates, the standard prelude, primitive types; and, at the very end, whatever a glob
    /// import from outside the workspace may bring.
    pub(super) fn prelude(&self, place: Place, name: Sym, ns: Ns) -> Hits {
        if ns.meets(Ns::TYPE) {
            let hits = self.extern_prelude(place, name);
            if !hits.is_empty() {
                return hits;
            }
        }
        if ns.meets(Ns::MACRO) {
            let roots = &self.krate(self.mount(place.mount).krate).macro_use;
            let mut exported = roots.iter().map(|&root| self.in_module(root, name, Ns::MACRO, place, None));
            if let Some(hits) = exported.find(|hits| !hits.is_empty()) {
                return hits;
            }
        }
        let std = self.interner.std(name).meets(ns);
        let krate = if std { Some(self.words.std) } else { self.external_in_scope(place) };
        krate.map(|k| Hit::plain(Def::External(k), Ns::ALL)).into_iter().collect()
    }

    fn external_in_scope(&self, place: Place) -> Option<Sym> {
        let mut at = Some(place.module);
        while let Some(ix) = at {
            if let Some(krate) = self.external_glob(ix) {
                return Some(krate);
            }
            let module = self.module(ix);
            at = if module.kind == ModKind::Source { None } else { module.parent };
        }
        None
    }

    pub(super) fn extern_prelude(&self, place: Place, name: Sym) -> Hits {
        if !self.crate_names.has(name) {
            return Hits::new();
        }
        let krate = self.krate(self.mount(place.mount).krate);
        // `extern crate a as b;` at the root adds to the prelude.
        if let Some(bindings) = self.bindings.get(&(krate.root, name)) {
            let declared = bindings.iter().find(|b| b.import.is_some_and(|i| self.import(i).1.extern_crate));
            if let Some(binding) = declared {
                return SmallVec::from_slice(&[self.hit(krate.root, binding, binding.ns)]);
            }
        }
        match krate.externs.get(&name) {
            Some(found) if found.dev && !place.test => Hits::new(),
            Some(found) => {
                let def = match found.target {
                    ExternTarget::Member(id) => Def::Module(self.krate(id).root),
                    ExternTarget::External => Def::External(name),
                };
                SmallVec::from_slice(&[Hit::plain(def, Ns::TYPE)])
            }
            None => Hits::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn lists_are_sorted() {
        assert!(super::PRELUDE.is_sorted());
        assert!(super::MACROS.is_sorted());
    }
}
