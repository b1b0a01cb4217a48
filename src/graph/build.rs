//! From facts to the resolved graph: mount, resolve imports, file impls, resolve references, number everything.

use super::Graph;
use super::defs::*;
use super::expansions;
use super::imports;
use super::infer;
use super::model::*;
use super::mount::Mounter;
use super::references::{self, ExternalUse, References, Resolved, Unresolved};
use crate::extract::facts::{self, ItemKind, ScopeIx};
use crate::extract::memory::Memory;
use crate::extract::{Extracted, Wanted};
use crate::source::{DependencyKind, Package, TargetKind};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;

/// Resolves a workspace.
///
/// Returns the graph, and the files of modules that only came to light by expanding a macro: if some of them exist, they
/// are to be extracted too, and the workspace resolved again. `keep_flow`: what is found out about values in bodies is kept
/// for [`Graph::units`]. `memory` is asked for the expansions of macro calls before they are made, and told of those that
/// are; it changes nothing but the time that it takes.
pub fn build(
    packages: &[Package],
    extracted: &Extracted,
    keep_flow: bool,
    memory: &dyn Memory,
) -> (Graph, Vec<Wanted>) {
    let mut mounter = Mounter::new(packages, extracted);
    mounter.crates();
    imports::resolve(&mut mounter.defs);
    expansions::run(&mut mounter, memory);
    imports::impls(&mut mounter.defs);
    let names = infer::Names::new(&mut mounter.defs.interner);
    let Mounter { defs, problems, wanted, .. } = mounter;
    let (mut references, numbering) =
        rayon::join(|| references::all(&defs), || Numbering::new(&defs, packages));
    let inferred = infer::run(&defs, &names, &mut references, keep_flow);
    let graph =
        numbering.finish(extracted, references, problems, files(extracted)).into_graph(defs, inferred);
    (graph, wanted)
}

/// The modules that diesel's `table!` makes.
fn declared_tables(defs: &Defs) -> FxHashMap<ModIx, (MountId, u32)> {
    let mut out = FxHashMap::default();
    for (id, mount) in (0..).map(MountId).zip(&defs.mounts) {
        for (index, table) in (0..).zip(&mount.facts.tables) {
            if let ItemKind::InlineMod(scope) = mount.facts.items[table.item.index()].kind {
                out.insert(mount.module(scope), (id, index));
            }
        }
    }
    out
}

fn files(extracted: &Extracted) -> Vec<File> {
    extracted.files.iter().map(|f| File { path: f.path.clone(), text: f.text.clone() }).collect()
}

/// A finished model with what is needed to retrace its references.
struct Finished {
    model: Model,
    origins: Vec<Resolved>,
    node_of: Vec<NodeId>,
}

impl Finished {
    fn into_graph(self, defs: Defs, inferred: infer::Inferred) -> Graph {
        let infer::Inferred { meanings, flows, repeats } = inferred;
        let declared_tables = declared_tables(&defs);
        let Finished { model, origins, node_of } = self;
        Graph { model, defs, origins, node_of, meanings, flows, repeats, declared_tables, ..Graph::default() }
    }
}

/// Turns tables into the numbered, sorted model.
struct Numbering<'a> {
    defs: &'a Defs,
    packages: &'a [Package],
    nodes: Vec<Node>,
    /// Node of the source module behind every module.
    node_of: Vec<NodeId>,
}

impl<'a> Numbering<'a> {
    fn new(defs: &'a Defs, packages: &'a [Package]) -> Numbering<'a> {
        let mut numbering = Numbering { defs, packages, nodes: Vec::new(), node_of: Vec::new() };
        numbering.nodes();
        numbering
    }

    /// One node per id, sorted by id; modules that a `cfg` doubles share a node.
    fn nodes(&mut self) {
        let crate_ids = crate_ids(self.defs, self.packages);
        let sources: Vec<ModIx> = (0..self.defs.modules.len() as u32)
            .map(ModIx)
            .filter(|&ix| self.defs.module(ix).kind == ModKind::Source)
            .collect();
        let mut paths: FxHashMap<ModIx, String> = FxHashMap::default();
        for &ix in &sources {
            let module = self.defs.module(ix);
            let path = match module.parent {
                None => String::new(),
                Some(parent) => {
                    let parent = self.defs.module(parent).source;
                    format!("{}::{}", paths[&parent], self.defs.interner.text(module.name))
                }
            };
            paths.insert(ix, path);
        }
        let mut order: Vec<(String, ModIx)> = sources
            .iter()
            .map(|&ix| (format!("{}{}", crate_ids[self.defs.module(ix).krate.index()], paths[&ix]), ix))
            .collect();
        // By crate, then by path, so that parents come before children.
        order.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.cmp(&b.1)));
        self.node_of = vec![NodeId(0); self.defs.modules.len()];
        let mut last: Option<&str> = None;
        for (id, ix) in &order {
            let module = self.defs.module(*ix);
            if last == Some(id) {
                let node = self.nodes.last_mut().expect("a node with this id came before");
                node.test &= module.test;
            } else {
                self.push_node(id, &paths[ix], module);
                last = Some(id);
            }
            self.node_of[ix.index()] = NodeId(self.nodes.len() as u32 - 1);
        }
        for (index, module) in self.defs.modules.iter().enumerate() {
            self.node_of[index] = self.node_of[module.source.index()];
        }
        for (_, ix) in &order {
            let parent = self.defs.module(*ix).parent.map(|p| self.node_of[p.index()]);
            self.nodes[self.node_of[ix.index()].0 as usize].parent = parent;
        }
    }

    fn push_node(&mut self, id: &str, path: &str, module: &Module) {
        let krate = self.defs.krate(module.krate);
        let target = self.defs.interner.text(krate.name).to_string();
        self.nodes.push(Node {
            id: id.to_owned(),
            package: self.packages[krate.package].name.clone(),
            package_index: krate.package,
            path: format!("{target}{path}"),
            target,
            target_kind: krate.kind,
            file: FileId(module.file.unwrap_or(0)),
            line: module.line,
            parent: None,
            test: module.test,
        });
    }

    fn node(&self, ix: ModIx) -> NodeId {
        self.node_of[ix.index()]
    }

    fn finish(
        self,
        extracted: &Extracted,
        references: Vec<References>,
        problems: Vec<(Problem, Option<ModIx>)>,
        files: Vec<File>,
    ) -> Finished {
        let count = files.len();
        let (mut resolved, mut externals) = (ByFile::new(count), ByFile::new(count));
        let mut unresolved: Vec<Unresolved> = Vec::new();
        let mut by_node = vec![Resolution::default(); self.nodes.len()];
        for (mount, part) in self.defs.mounts.iter().zip(references) {
            resolved.add(mount.file, part.resolved);
            resolved.add(mount.file, part.inferred);
            externals.add(mount.file, part.externals);
            unresolved.extend(part.unresolved);
            for (ix, counts) in part.counts {
                by_node[self.node(ix).0 as usize].add(&counts);
            }
        }
        let ((references, items, origins), (externals, reasons)) = rayon::join(
            || self.references(resolved),
            || {
                let reasons = || super::reasons::all(self.defs, &unresolved, &problems);
                rayon::join(|| self.externals(externals), reasons)
            },
        );
        for (u, reason) in unresolved.iter().zip(&reasons) {
            *by_node[self.node(u.from).0 as usize].reasons.entry(*reason).or_default() += 1;
        }
        let mut total = Resolution::default();
        by_node.iter().for_each(|c| total.add(c));
        let problems = self.problems(extracted, problems, &unresolved);
        let model = Model {
            files,
            packages: self.package_infos(),
            items,
            references,
            externals,
            problems,
            exceptions: self.exceptions(extracted),
            resolution: total,
            resolution_by_node: by_node,
            unresolved: self.unresolved(&unresolved, &reasons),
            nodes: self.nodes,
        };
        Finished { model, origins, node_of: self.node_of }
    }

    fn references(&self, resolved: ByFile<Resolved>) -> (Vec<Reference>, Vec<ItemInfo>, Vec<Resolved>) {
        let edge = |r: &Resolved| (r.pos, self.node(r.from), self.node(r.to), r.def, r.kind);
        let resolved = resolved.sorted(|resolved| {
            // Where several mounts say the same, the last one is kept.
            resolved.sort_unstable_by_key(|r| (edge(r), r.source, Reverse(r.mount)));
            // A file mounted twice under one id, or a doubled module, says everything twice.
            resolved.dedup_by_key(|r| edge(r));
            resolved.retain(|r| self.node(r.from) != self.node(r.to));
        });
        let ((items, item_of), resolved) = rayon::join(|| numbered(&resolved), || resolved.concat());
        let items = items.into_par_iter().map(|def| self.item_info(def)).collect();
        let reference = |(r, item): (&Resolved, &Option<ItemId>)| Reference {
            from: self.node(r.from),
            to: self.node(r.to),
            item: *item,
            kind: r.kind,
            file: FileId(r.file),
            line: r.pos.line,
            column: r.pos.column,
            text: self.defs.interner.text(r.text).clone(),
            test: r.test,
        };
        let references = resolved.par_iter().zip(&item_of).map(reference).collect();
        (references, items, resolved)
    }

    /// The exceptions of each file, for the first source module that it is part of; test code only if all of them are.
    fn exceptions(&self, extracted: &Extracted) -> Vec<Exception> {
        let mut nodes_of: FxHashMap<u32, Vec<NodeId>> = FxHashMap::default();
        for mount in self.defs.mounts.iter().filter(|mount| !mount.facts.exceptions.is_empty()) {
            nodes_of.entry(mount.file).or_default().push(self.node(mount.module(ScopeIx(0))));
        }
        let of_file = |(file, mut nodes): (u32, Vec<NodeId>)| {
            nodes.sort_unstable();
            let file = &extracted.files[file as usize];
            let test = nodes.iter().all(|node| self.nodes[node.0 as usize].test);
            let exception = move |e: &facts::Exception| Exception {
                file: file.path.clone(),
                place: (e.pos.line, e.pos.column),
                until: (e.until.line, e.until.column),
                text: e.text.clone(),
                node: nodes[0],
                test: e.test || test,
            };
            file.facts.exceptions.iter().map(exception).collect::<Vec<_>>()
        };
        let mut exceptions: Vec<Exception> = nodes_of.into_iter().flat_map(of_file).collect();
        exceptions.sort();
        exceptions
    }

    fn item_info(&self, def: Def) -> ItemInfo {
        let defs = self.defs;
        let node = self.node(defs.holder(def).expect("an item of the workspace"));
        let (mount, name, pos) = match def {
            Def::Item(ix) => (defs.item(ix).mount, self.qualified(ix), defs.item_facts(ix).pos),
            Def::Variant(ix, m) | Def::TraitMember(ix, m) => {
                let mount = defs.item(ix).mount;
                let member = &defs.mount(mount).facts.members[m as usize];
                (
                    mount,
                    format!("{}::{}", self.qualified(ix), defs.mount(mount).facts.name(member.name)),
                    member.pos,
                )
            }
            Def::Field(ix, m) => {
                let mount = defs.item(ix).mount;
                let field = &defs.mount(mount).facts.fields[m as usize];
                let name = defs.mount(mount).facts.name(field.name);
                (mount, format!("{}::{name}", self.qualified(ix)), field.pos)
            }
            Def::ImplMember(id, m) => {
                let mount = defs.impls[id.index()].mount;
                let member = &defs.mount(mount).facts.members[m as usize];
                let on = match defs.impls[id.index()].self_type {
                    Some(Def::Item(ix)) => self.text(defs.item(ix).name),
                    _ => "impl".to_owned(),
                };
                (mount, format!("{on}::{}", defs.mount(mount).facts.name(member.name)), member.pos)
            }
            Def::Module(_) | Def::External(_) => unreachable!("not an item of the workspace"),
        };
        let mount = defs.mount(mount);
        let pos = mount.pos.unwrap_or(pos);
        ItemInfo { node, name, file: FileId(mount.file), line: pos.line, column: pos.column }
    }

    /// An item's name, with the virtual modules it lies in.
    fn qualified(&self, ix: DefIx) -> String {
        let item = self.defs.item(ix);
        let mut name = self.text(item.name);
        let mut at = self.defs.module(item.module);
        while at.kind == ModKind::Virtual {
            name = format!("{}::{name}", self.text(at.name));
            match at.parent {
                Some(parent) => at = self.defs.module(parent),
                None => break,
            }
        }
        name
    }

    fn text(&self, sym: Sym) -> String {
        self.defs.interner.text(sym).to_string()
    }

    fn externals(&self, externals: ByFile<ExternalUse>) -> Vec<ExternalReference> {
        let key = |e: &ExternalUse| (e.pos, self.node(e.from), e.krate);
        let externals = externals.sorted(|externals| {
            externals.sort_by_key(key);
            externals.dedup_by_key(|e| key(e));
        });
        let external = |e: &ExternalUse| ExternalReference {
            from: self.node(e.from),
            krate: self.defs.interner.text(e.krate).clone(),
            file: FileId(e.file),
            line: e.pos.line,
            column: e.pos.column,
            test: e.test,
        };
        externals.concat().par_iter().map(external).collect()
    }

    fn unresolved(&self, unresolved: &[Unresolved], reasons: &[Reason]) -> Vec<UnresolvedReference> {
        let mut out: Vec<UnresolvedReference> = unresolved
            .iter()
            .zip(reasons)
            .map(|(u, &reason)| UnresolvedReference {
                from: self.node(u.from),
                file: FileId(u.file),
                line: u.pos.line,
                column: u.pos.column,
                name: self.defs.interner.text(u.name).clone(),
                reason,
            })
            .collect();
        out.sort();
        out.dedup();
        out
    }

    fn problems(
        &self,
        extracted: &Extracted,
        problems: Vec<(Problem, Option<ModIx>)>,
        unresolved: &[Unresolved],
    ) -> Vec<Problem> {
        let mut out: Vec<Problem> = problems
            .into_iter()
            .map(|(problem, module)| Problem { node: module.map(|m| self.node(m).0), ..problem })
            .collect();
        out.extend(super::problems::opaque_macros(self.defs, unresolved, extracted, &self.node_of));
        out.extend(extracted.orphans.iter().map(|path| Problem {
            file: path.clone(),
            line: 1,
            column: 1,
            kind: ProblemKind::Orphan,
            message: "no target reaches this file".into(),
            node: None,
        }));
        out.sort();
        out.dedup();
        out
    }

    fn package_infos(&self) -> Vec<PackageInfo> {
        let mut out: Vec<PackageInfo> = self
            .packages
            .iter()
            .map(|p| PackageInfo {
                name: p.name.clone(),
                manifest: p.manifest.clone(),
                roots: Vec::new(),
                dependencies: p
                    .dependencies
                    .iter()
                    .map(|d| ManifestDependency {
                        package: d.package.clone(),
                        member: d.member,
                        kind: d.kind,
                        line: d.line,
                        column: d.column,
                    })
                    .collect(),
            })
            .collect();
        let mut crates: Vec<&Krate> = self.defs.crates.iter().collect();
        crates.sort_by_key(|k| (!k.kind.is_lib(), k.kind, self.node(k.root)));
        for krate in crates {
            out[krate.package].roots.push(self.node(krate.root));
        }
        debug_assert!(DependencyKind::Normal < DependencyKind::Build);
        out
    }
}

/// What the mounts of each file say.
struct ByFile<T>(Vec<Vec<Vec<T>>>);

impl<T: Copy + Send + Sync> ByFile<T> {
    fn new(files: usize) -> ByFile<T> {
        ByFile((0..files).map(|_| Vec::new()).collect())
    }

    fn add(&mut self, file: u32, part: Vec<T>) {
        if !part.is_empty() {
            self.0[file as usize].push(part);
        }
    }

    /// All of it by file, each file's own put in order.
    fn sorted(self, sort: impl Fn(&mut Vec<T>) + Sync) -> Vec<Vec<T>> {
        let file = |mut parts: Vec<Vec<T>>| {
            let mut all = if parts.len() == 1 { parts.swap_remove(0) } else { parts.concat() };
            sort(&mut all);
            all
        };
        self.0.into_par_iter().map(file).collect()
    }
}

/// The definitions that references lead to, in the order of their first one, and which of them each leads to; a module
/// is none.
fn numbered(by_file: &[Vec<Resolved>]) -> (Vec<Def>, Vec<Option<ItemId>>) {
    let files: Vec<(Vec<Def>, Vec<Option<u32>>)> = by_file.par_iter().map(|file| numbered_in(file)).collect();
    let mut items: Vec<Def> = Vec::new();
    let mut known: FxHashMap<Def, ItemId> = FxHashMap::default();
    let mut item_of = Vec::with_capacity(by_file.iter().map(Vec::len).sum());
    for (defs, places) in files {
        let number = |def: Def| {
            *known.entry(def).or_insert_with(|| {
                items.push(def);
                ItemId(items.len() as u32 - 1)
            })
        };
        let numbers: Vec<ItemId> = defs.into_iter().map(number).collect();
        item_of.extend(places.into_iter().map(|place| place.map(|place| numbers[place as usize])));
    }
    (items, item_of)
}

/// The same for one file.
fn numbered_in(resolved: &[Resolved]) -> (Vec<Def>, Vec<Option<u32>>) {
    let mut items: Vec<Def> = Vec::new();
    let mut known: FxHashMap<Def, u32> = FxHashMap::default();
    let mut number = |r: &Resolved| match r.def {
        Def::Module(_) => None,
        def => Some(*known.entry(def).or_insert_with(|| {
            items.push(def);
            items.len() as u32 - 1
        })),
    };
    let item_of = resolved.iter().map(&mut number).collect();
    (items, item_of)
}

/// Ids of crates: a library's name; other targets carry their kind, and their package where two share both.
fn crate_ids(defs: &Defs, packages: &[Package]) -> Vec<String> {
    let plain = |k: &Krate| {
        let name = defs.interner.text(k.name);
        if k.kind.is_lib() { name.to_string() } else { format!("{name}{{{}}}", k.kind.as_str()) }
    };
    let mut uses: FxHashMap<String, usize> = FxHashMap::default();
    defs.crates.iter().for_each(|k| *uses.entry(plain(k)).or_default() += 1);
    defs.crates
        .iter()
        .map(|k| match plain(k) {
            id if uses[&id] == 1 => id,
            _ => {
                let (name, kind, package) =
                    (defs.interner.text(k.name), k.kind.as_str(), &packages[k.package].name);
                let kind = if k.kind == TargetKind::Lib { "lib" } else { kind };
                format!("{name}{{{kind}@{package}}}")
            }
        })
        .collect()
}
