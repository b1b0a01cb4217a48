//! Crates from targets, and what each of them can name.

use super::defs::*;
use super::mount::Mounter;
use crate::source::{DependencyKind, Package, Target, TargetKind};
use rustc_hash::FxHashMap;

impl Mounter<'_> {
    pub(super) fn krate(&mut self, package: usize, target: &Target) {
        let id = CrateId(self.defs.crates.len() as u32);
        let name = self.defs.interner.intern(&target.name);
        let test = target.kind.is_test();
        let root = self.push_module(Module {
            krate: id,
            parent: None,
            name,
            kind: ModKind::Source,
            source: ModIx(self.defs.modules.len() as u32),
            test,
            opaque: false,
            order: 0,
            macro_use: false,
            file: None,
            line: 1,
            mod_rs: true,
            names: Vec::new(),
            textual: Vec::new(),
            globs: Vec::new(),
            importers: Vec::new(),
        });
        let (kind, edition, externs) = (target.kind, target.edition, FxHashMap::default());
        let macro_use = Vec::new();
        self.defs.crates.push(Krate { name, kind, package, edition, root, externs, macro_use });
    }

    fn library(&self, package: usize) -> Option<CrateId> {
        let is_lib = |k: &Krate| k.package == package && k.kind.is_lib();
        self.defs.crates.iter().position(is_lib).map(|i| CrateId(i as u32))
    }

    /// What each target of a package can name: its dependencies as they apply, and its own library.
    pub(super) fn externs(&mut self, index: usize, package: &Package) {
        let mut declared = Vec::new();
        for dependency in &package.dependencies {
            let ident = self.defs.interner.intern(&dependency.ident);
            let target = match dependency.member.and_then(|m| self.library(m)) {
                Some(id) => ExternTarget::Member(id),
                None => ExternTarget::External,
            };
            let squeezed = self.defs.interner.intern(&dependency.ident.replace('_', ""));
            declared.push((ident, squeezed, target, dependency.kind));
        }
        let own = self.library(index).map(|id| (self.defs.krate(id).name, ExternTarget::Member(id)));
        let sysroot = self.defs.words.sysroot.clone();
        for krate in self.defs.crates.iter_mut().filter(|k| k.package == index) {
            let build = krate.kind == TargetKind::Build;
            krate
                .externs
                .extend(sysroot.iter().map(|&s| (s, Extern { target: ExternTarget::External, dev: false })));
            for &(ident, squeezed, target, kind) in &declared {
                let applies =
                    if build { kind == DependencyKind::Build } else { kind != DependencyKind::Build };
                let dev = kind == DependencyKind::Dev && !krate.kind.is_test();
                if applies && (!dev || !krate.externs.contains_key(&ident)) {
                    krate.externs.insert(ident, Extern { target, dev });
                }
                // A published crate may be named otherwise than its package; most drop the hyphens (`sha-1`, `md-5`).
                if applies && target == ExternTarget::External {
                    krate.externs.entry(squeezed).or_insert(Extern { target, dev });
                }
            }
            if let Some((name, target)) = own
                && !build
                && !krate.kind.is_lib()
            {
                krate.externs.insert(name, Extern { target, dev: false });
            }
            krate.externs.keys().for_each(|name| _ = self.defs.crate_names.insert(*name));
        }
    }
}
