//! Builds the module tree: crates from targets, modules from `mod` declarations, facts mounted at their place.

use super::defs::*;
use super::imports;
use super::model::{Problem, ProblemKind};
use super::prelude;
use crate::extract::facts::{
    FileFacts, ItemIx, ItemKind, ModFile, Ns, PathRoot, Pos, ScopeIx, ScopeKind, Vis,
};
use crate::extract::module_files::{candidates, dir, included};
use crate::extract::{Extracted, Wanted};
use crate::source::Package;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::sync::Arc;

/// Mounts every target of the workspace.
pub(super) struct Mounter<'a> {
    pub defs: Defs,
    packages: &'a [Package],
    extracted: &'a Extracted,
    pub problems: Vec<(Problem, Option<ModIx>)>,
    /// Files of modules that only a macro's expansion declares.
    pub wanted: Vec<Wanted>,
    /// Files that are being included at the moment.
    including: Vec<u32>,
    /// How often each crate holds each file.
    held: FxHashMap<(CrateId, u32), usize>,
    /// Workspace names of facts, by where these lie; files and mounts keep them there.
    names: FxHashMap<usize, Arc<[Sym]>>,
}

/// Most places that one file fills in one crate. Real code has a handful; files that name each other through `#[path]`
/// would multiply without end.
const MAX_PLACES: usize = 1_000;

/// Facts about to be mounted: where, and how.
#[derive(Clone, Copy)]
struct At {
    file: u32,
    module: ModIx,
    krate: CrateId,
}

/// Where an expansion is mounted, and what it inherits from its call.
pub(super) struct Expansion {
    pub mount: MountId,
    pub scope: ScopeIx,
    pub order: u32,
    pub macro_crate: CrateId,
    pub test: bool,
    /// Where everything in it stands, if its facts do not say.
    pub pos: Option<Pos>,
}

impl<'a> Mounter<'a> {
    pub(super) fn new(packages: &'a [Package], extracted: &'a Extracted) -> Mounter<'a> {
        let mut defs = Defs::default();
        prelude::intern(&mut defs.interner);
        let sysroot = ["std", "core", "alloc", "proc_macro", "test"];
        defs.words = Words {
            std: defs.interner.intern("std"),
            sysroot: sysroot.iter().map(|name| defs.interner.intern(name)).collect(),
        };
        let (problems, wanted, including) = (Vec::new(), Vec::new(), Vec::new());
        let (held, names) = Default::default();
        let mut mounter = Mounter { defs, packages, extracted, problems, wanted, including, held, names };
        mounter.reserve();
        mounter
    }

    /// Makes room for what the facts of all files say.
    fn reserve(&mut self) {
        let facts = || self.extracted.files.iter().map(|file| &file.facts);
        let (items, imports) = facts().fold((0, 0), |(i, u), f| (i + f.items.len(), u + f.imports.len()));
        let impls = facts().map(|f| f.impls.len()).sum();
        self.names.reserve(self.extracted.files.len());
        self.defs.mounts.reserve(self.extracted.files.len());
        self.defs.items.reserve(items);
        self.defs.impls.reserve(impls);
        self.defs.imports.reserve(imports);
        self.defs.bindings.reserve(items + imports);
    }

    /// Interns the names of all files.
    fn files_names(&mut self) {
        let files = &self.extracted.files;
        let lists: Vec<&[Box<str>]> = files.iter().map(|file| file.facts.names.as_slice()).collect();
        let names = self.defs.interner.intern_all(&lists);
        let keys = files.iter().map(|file| Arc::as_ptr(&file.facts) as usize);
        self.names.extend(keys.zip(names));
    }

    pub(super) fn crates(&mut self) {
        let packages = self.packages;
        for (index, package) in packages.iter().enumerate() {
            for target in &package.targets {
                self.krate(index, target);
            }
        }
        for (index, package) in packages.iter().enumerate() {
            self.externs(index, package);
        }
        // Behind the names of crates: of several that fit, the one that is declared first counts.
        self.files_names();
        for id in 0..self.defs.crates.len() as u32 {
            self.root(CrateId(id));
        }
    }

    pub(super) fn push_module(&mut self, module: Module) -> ModIx {
        self.defs.modules.push(module);
        ModIx(self.defs.modules.len() as u32 - 1)
    }

    fn root(&mut self, id: CrateId) {
        let krate = self.defs.krate(id);
        let (root, package) = (krate.root, &self.packages[krate.package]);
        let name = self.defs.interner.text(krate.name).clone();
        let target = package.targets.iter().find(|t| t.name == *name && t.kind == krate.kind);
        let Some(path) = target.map(|t| t.root.clone()) else { return };
        match self.extracted.find(&path) {
            Some(file) => self.file(At { file, module: root, krate: id }, true),
            None => {
                self.defs.modules[root.index()].opaque = true;
                if !self.extracted.is_excluded(&path) {
                    let unreadable = self.extracted.unreadable.iter().find(|(p, _)| *p == path);
                    let message = match unreadable {
                        Some((_, error)) => format!("cannot read the root of target `{name}`: {error}"),
                        None => format!("the root of target `{name}` is missing"),
                    };
                    self.problem(&path, Pos { line: 1, column: 1 }, ProblemKind::Unreadable, message, root);
                }
            }
        }
    }

    fn problem(&mut self, file: &str, pos: Pos, kind: ProblemKind, message: String, module: ModIx) {
        let problem =
            Problem { file: file.to_owned(), line: pos.line, column: pos.column, kind, message, node: None };
        self.problems.push((problem, Some(module)));
    }

    /// Says that a call was not expanded to its end.
    pub(super) fn endless_macro(&mut self, id: MountId, call: u32) {
        let mount = self.defs.mount(id);
        let call = &mount.facts.calls[call as usize];
        let name = mount.facts.path(call.path).last().map_or("macro", |n| mount.facts.name(*n));
        let message = format!("`{name}!` calls macros without end, and was not followed to it");
        let (pos, module) = (mount.pos.unwrap_or(call.pos), mount.module(call.scope));
        let path = self.extracted.files[mount.file as usize].path.clone();
        self.problem(&path, pos, ProblemKind::OpaqueMacro, message, module);
    }

    /// Makes a file the contents of a module.
    fn file(&mut self, at: At, mod_rs: bool) {
        let module = &mut self.defs.modules[at.module.index()];
        module.file = Some(at.file);
        module.mod_rs = mod_rs;
        module.line = 1;
        let facts = self.extracted.files[at.file as usize].facts.clone();
        if let Some((message, pos)) = &facts.syntax_error {
            self.defs.modules[at.module.index()].opaque = true;
            let path = self.extracted.files[at.file as usize].path.clone();
            let message = format!("the file does not parse: {message}");
            self.problem(&path, *pos, ProblemKind::SyntaxError, message, at.module);
            return;
        }
        self.defs.modules[at.module.index()].test |= facts.scopes[0].test;
        self.mount(facts, at, None);
    }

    fn mount(&mut self, facts: Arc<FileFacts>, at: At, expansion: Option<&Expansion>) {
        let id = MountId(self.defs.mounts.len() as u32);
        let names = self.names(&facts);
        self.defs.mounts.push(Mount {
            facts: facts.clone(),
            file: at.file,
            krate: at.krate,
            modules: SmallVec::from_elem(at.module, facts.scopes.len()),
            names,
            item_base: self.defs.items.len() as u32,
            impl_base: self.defs.impls.len() as u32,
            import_base: self.defs.imports.len() as u32,
            macro_crate: expansion.map(|e| e.macro_crate),
            outer: expansion.map(|e| (e.mount, e.scope)),
            test: expansion.is_some_and(|e| e.test) || self.defs.module(at.module).test,
            order: expansion.map(|e| e.order),
            pos: expansion.and_then(|e| e.pos),
            expanded: vec![false; facts.calls.len()],
        });
        self.scopes(id, &facts, at.module);
        self.items(id, &facts);
        self.impls(id, &facts);
        self.imports(id, &facts);
        self.file_modules(id, &facts);
        self.includes(id, &facts);
    }

    /// The names of facts as workspace names. Facts that are mounted often are looked up once.
    fn names(&mut self, facts: &Arc<FileFacts>) -> Arc<[Sym]> {
        let interner = &mut self.defs.interner;
        let names = self.names.entry(Arc::as_ptr(facts) as usize);
        names.or_insert_with(|| facts.names.iter().map(|name| interner.intern(name)).collect()).clone()
    }

    /// Mounts what a macro call expands to, into the scope of the call.
    pub(super) fn expansion(&mut self, facts: Arc<FileFacts>, expansion: Expansion) {
        let outer = self.defs.mount(expansion.mount);
        let at = At { file: outer.file, module: outer.module(expansion.scope), krate: outer.krate };
        self.mount(facts, at, Some(&expansion));
    }

    /// The text of an analysed file.
    pub(super) fn text(&self, file: u32) -> &'a str {
        &self.extracted.files[file as usize].text
    }

    /// A module for each inline mod, virtual mod and block.
    fn scopes(&mut self, id: MountId, facts: &FileFacts, root: ModIx) {
        for (index, scope) in facts.scopes.iter().enumerate().skip(1) {
            let parent = self.defs.mount(id).modules[scope.parent.map_or(0, |p| p.index())];
            let (item, kind) = match scope.kind {
                ScopeKind::Module(item) => (Some(item), ModKind::Source),
                ScopeKind::Virtual(item) => (Some(item), ModKind::Virtual),
                ScopeKind::Block => (None, ModKind::Block),
                ScopeKind::File | ScopeKind::Impl(_) | ScopeKind::SelfItem(_) => {
                    self.defs.mounts[id.index()].modules[index] = parent;
                    continue;
                }
            };
            let module = self.scope_module(id, facts, ScopeIx(index as u32), item, kind, parent);
            self.defs.mounts[id.index()].modules[index] = module;
        }
        debug_assert_eq!(self.defs.mount(id).modules[0], root);
    }

    fn scope_module(
        &mut self,
        id: MountId,
        facts: &FileFacts,
        ix: ScopeIx,
        item: Option<ItemIx>,
        kind: ModKind,
        parent: ModIx,
    ) -> ModIx {
        let scope = &facts.scopes[ix.index()];
        let outer = self.defs.module(parent);
        let next = ModIx(self.defs.modules.len() as u32);
        let module_file = item.and_then(|item| facts.mod_files.iter().find(|m| m.item == item));
        let mount = self.defs.mount(id);
        let module = Module {
            krate: outer.krate,
            parent: Some(parent),
            name: item.map_or(outer.name, |i| mount.name(facts.items[i.index()].name)),
            kind,
            source: if kind == ModKind::Source { next } else { outer.source },
            test: scope.test || outer.test || mount.test,
            opaque: false,
            order: mount.order.unwrap_or_else(|| item.map_or(scope.order, |i| facts.items[i.index()].order)),
            macro_use: module_file.is_some_and(|m| m.macro_use),
            file: Some(mount.file),
            line: item.map_or(1, |i| facts.items[i.index()].pos.line),
            mod_rs: outer.mod_rs,
            names: Vec::new(),
            textual: Vec::new(),
            globs: Vec::new(),
            importers: Vec::new(),
        };
        self.push_module(module)
    }

    fn reach(&self, id: MountId, vis: Vis, module: ModIx) -> Reach {
        match vis {
            Vis::Public => Reach::Public,
            Vis::Private => Reach::Within(module),
            Vis::Within(path) => {
                let mount = self.defs.mount(id);
                let root = self.defs.krate(mount.krate).root;
                let start = match path.root {
                    PathRoot::Super(up) => self.ancestor(module, up),
                    _ => root,
                };
                let mut at = start;
                for &name in mount.facts.path(path) {
                    let name = mount.name(name);
                    let child = self.ancestors(module).find(|&m| {
                        self.defs.module(m).parent == Some(at) && self.defs.module(m).name == name
                    });
                    at = child.unwrap_or(at);
                }
                Reach::Within(at)
            }
        }
    }

    fn ancestors(&self, module: ModIx) -> impl Iterator<Item = ModIx> {
        std::iter::successors(Some(module), |&m| self.defs.module(m).parent)
    }

    fn ancestor(&self, module: ModIx, up: u8) -> ModIx {
        super::lookup::source_ancestor(&self.defs, module, up)
    }

    fn items(&mut self, id: MountId, facts: &FileFacts) {
        for (index, item) in facts.items.iter().enumerate() {
            let mount = self.defs.mount(id);
            let (module, name) = (mount.module(item.scope), mount.name(item.name));
            let order = mount.order.unwrap_or(item.order);
            let test = item.test || mount.test;
            let def = DefIx(self.defs.items.len() as u32);
            self.defs.items.push(ItemDef { mount: id, item: ItemIx(index as u32), module, name });
            match item.kind {
                ItemKind::InlineMod(scope) => {
                    let child = self.defs.mount(id).module(scope);
                    self.bind_module(id, item.vis, module, name, child, test);
                    if self.defs.module(child).macro_use {
                        self.textual(module, order, Textual::MacroUse(child));
                    }
                }
                ItemKind::FileMod => {}
                ItemKind::MacroRules { exported } => {
                    self.textual(module, order, Textual::Macro(name, def));
                    if exported {
                        let root = self.defs.krate(self.defs.mount(id).krate).root;
                        self.bind(root, name, Def::Item(def), Ns::MACRO, Reach::Public, test);
                    }
                }
                _ if item.guessed_in.is_some() => {}
                kind => {
                    let reach = self.reach(id, item.vis, module);
                    self.bind(module, name, Def::Item(def), kind.namespaces(), reach, test);
                }
            }
        }
    }

    /// Adds to a module's textual macro scope, which is kept in textual order.
    fn textual(&mut self, module: ModIx, order: u32, entry: Textual) {
        let textual = &mut self.defs.modules[module.index()].textual;
        let at = textual.partition_point(|(o, _)| *o <= order);
        textual.insert(at, (order, entry));
        match entry {
            Textual::Macro(name, _) => self.defs.pending.textual(name),
            Textual::MacroUse(_) => self.defs.pending.macros(),
        }
    }

    /// Binds what the arguments of macros that were not expanded seem to define.
    pub(super) fn bind_guesses(&mut self) {
        for index in 0..self.defs.mounts.len() as u32 {
            let id = MountId(index);
            let facts = self.defs.mount(id).facts.clone();
            for (index, item) in facts.items.iter().enumerate() {
                let mount = self.defs.mount(id);
                let Some(call) = item.guessed_in.filter(|c| !mount.expanded[c.index()]) else { continue };
                debug_assert!(call.index() < facts.calls.len());
                let (module, name) = (mount.module(item.scope), mount.name(item.name));
                let (def, test) = (mount.def(ItemIx(index as u32)), item.test || mount.test);
                let reach = self.reach(id, item.vis, module);
                self.bind(module, name, Def::Item(def), item.kind.namespaces(), reach, test);
            }
        }
    }

    fn bind_module(&mut self, id: MountId, vis: Vis, module: ModIx, name: Sym, child: ModIx, test: bool) {
        let reach = self.reach(id, vis, module);
        self.bind(module, name, Def::Module(child), Ns::TYPE, reach, test);
    }

    fn bind(&mut self, module: ModIx, name: Sym, def: Def, ns: Ns, reach: Reach, test: bool) {
        let binding = BindingDef { def, ns, reach, import: None, glob: false, test };
        imports::bind(&mut self.defs, module, name, binding);
    }

    fn impls(&mut self, id: MountId, facts: &FileFacts) {
        for (index, item) in facts.impls.iter().enumerate() {
            let module = self.defs.mount(id).module(item.scope);
            let ix = crate::extract::facts::ImplIx(index as u32);
            self.defs.impls.push(ImplDef { mount: id, ix, module, self_type: None, of_trait: None });
        }
    }

    fn imports(&mut self, id: MountId, facts: &FileFacts) {
        for (index, import) in facts.imports.iter().enumerate() {
            let module = self.defs.mount(id).module(import.scope);
            let reach = self.reach(id, import.vis, module);
            self.defs.imports.push(ImportDef {
                mount: id,
                ix: index as u32,
                module,
                reach,
                targets: Default::default(),
            });
            let path = self.defs.mount(id).path(import.path);
            self.defs.pending.add(ImportId(self.defs.imports.len() as u32 - 1), path.segments);
        }
    }

    fn file_modules(&mut self, id: MountId, facts: &Arc<FileFacts>) {
        for module_file in &facts.mod_files {
            if facts.items[module_file.item.index()].kind == ItemKind::FileMod {
                self.file_module(id, facts, module_file);
            }
        }
    }

    fn file_module(&mut self, id: MountId, facts: &FileFacts, module_file: &ModFile) {
        let item = &facts.items[module_file.item.index()];
        let mount = self.defs.mount(id);
        let (file, krate, holder) = (mount.file, mount.krate, mount.module(item.scope));
        let path = &self.extracted.files[file as usize].path;
        let mod_rs = self.defs.module(holder).mod_rs;
        let places = candidates(facts, module_file, path, mod_rs);
        let mut found = Vec::new();
        let mut usual = false;
        for place in &places {
            if let Some(file) = self.extracted.find(&place.path)
                && (place.conditional || !usual)
                && !self.is_cycle(holder, file)
            {
                usual |= !place.conditional;
                found.push((file, place.mod_rs));
            }
        }
        if found.is_empty() {
            if self.defs.mount(id).outer.is_some() {
                let package = dir(&self.packages[self.defs.krate(krate).package].manifest);
                self.wanted.extend(places.iter().map(|place| Wanted {
                    path: place.path.clone(),
                    mod_rs: place.mod_rs,
                    package: package.to_owned(),
                }));
            }
            let places: Vec<String> = places.into_iter().map(|p| p.path).collect();
            self.missing_module(id, facts, module_file, holder, &places);
        }
        for (file, mod_rs) in found {
            let child = self.child_module(id, facts, module_file, holder);
            if self.takes(krate, file) {
                self.file(At { file, module: child, krate }, mod_rs);
            } else {
                self.defs.modules[child.index()].opaque = true;
                let message = format!(
                    "`{}` fills more than {MAX_PLACES} modules of this crate, and this one was not looked at",
                    self.extracted.files[file as usize].path
                );
                let path = path.clone();
                self.problem(&path, item.pos, ProblemKind::MissingModFile, message, child);
            }
        }
    }

    /// Whether a crate may hold a file once more.
    fn takes(&mut self, krate: CrateId, file: u32) -> bool {
        let places = self.held.entry((krate, file)).or_default();
        *places += 1;
        *places <= MAX_PLACES
    }

    /// A file that contains itself through `#[path]` or `include!` would never end.
    fn is_cycle(&self, holder: ModIx, file: u32) -> bool {
        self.including.contains(&file)
            || self.ancestors(holder).any(|m| self.defs.module(m).file == Some(file))
    }

    fn child_module(
        &mut self,
        id: MountId,
        facts: &FileFacts,
        module_file: &ModFile,
        holder: ModIx,
    ) -> ModIx {
        let item = &facts.items[module_file.item.index()];
        let mount = self.defs.mount(id);
        let (name, order) = (mount.name(item.name), mount.order.unwrap_or(item.order));
        let outer = self.defs.module(holder);
        let test = item.test || outer.test || mount.test;
        let next = ModIx(self.defs.modules.len() as u32);
        let module = Module {
            krate: outer.krate,
            parent: Some(holder),
            name,
            kind: ModKind::Source,
            source: next,
            test,
            opaque: false,
            order,
            macro_use: module_file.macro_use,
            file: Some(mount.file),
            line: item.pos.line,
            mod_rs: false,
            names: Vec::new(),
            textual: Vec::new(),
            globs: Vec::new(),
            importers: Vec::new(),
        };
        let child = self.push_module(module);
        self.bind_module(id, item.vis, holder, name, child, test);
        if module_file.macro_use {
            self.textual(holder, order, Textual::MacroUse(child));
        }
        child
    }

    fn missing_module(
        &mut self,
        id: MountId,
        facts: &FileFacts,
        module_file: &ModFile,
        holder: ModIx,
        places: &[String],
    ) {
        let child = self.child_module(id, facts, module_file, holder);
        self.defs.modules[child.index()].opaque = true;
        if places.iter().any(|p| self.extracted.is_excluded(p)) {
            return;
        }
        let item = &facts.items[module_file.item.index()];
        let name = facts.name(item.name);
        let file = self.extracted.files[self.defs.mount(id).file as usize].path.clone();
        let unreadable = self.extracted.unreadable.iter().find(|(path, _)| places.contains(path));
        let (kind, message) = match unreadable {
            Some((path, error)) => {
                (ProblemKind::Unreadable, format!("cannot read `{path}` of module `{name}`: {error}"))
            }
            None => {
                let looked = places.iter().map(|p| format!("`{p}`")).collect::<Vec<_>>().join(" and ");
                (ProblemKind::MissingModFile, format!("module `{name}` has no file; looked for {looked}"))
            }
        };
        self.problem(&file, item.pos, kind, message, child);
    }

    fn includes(&mut self, id: MountId, facts: &FileFacts) {
        for include in &facts.includes {
            let mount = self.defs.mount(id);
            let (krate, module) = (mount.krate, mount.module(include.scope));
            let path = self.extracted.files[mount.file as usize].path.clone();
            let package = dir(&self.packages[self.defs.krate(krate).package].manifest).to_owned();
            let target = included(facts, include.target, &path, &package);
            match target.as_ref().and_then(|t| self.extracted.find(t)) {
                Some(target) if !self.is_cycle(module, target) && self.takes(krate, target) => {
                    let facts = self.extracted.files[target as usize].facts.clone();
                    if facts.syntax_error.is_none() {
                        self.including.push(target);
                        self.mount(facts, At { file: target, module, krate }, None);
                        self.including.pop();
                    } else {
                        let message = "the included file is not a list of items".to_owned();
                        self.problem(&path, include.pos, ProblemKind::GeneratedCode, message, module);
                    }
                }
                _ => {
                    let message = match target {
                        Some(target) if self.extracted.find(&target).is_some() => {
                            format!("the file `{target}` includes itself, or is included without end")
                        }
                        Some(target) => format!("the included file `{target}` is not there"),
                        None => "the included code is made by a build and was not looked at".to_owned(),
                    };
                    self.problem(&path, include.pos, ProblemKind::GeneratedCode, message, module);
                }
            }
        }
    }
}
