//! Follows `mod` declarations from the targets' roots and extracts every file they reach, in parallel.

use super::facts::{FileFacts, ItemKind};
use super::file::extract;
use super::memory::Memory;
use super::module_files::{candidates, dir, included};
use crate::source::{ReadError, Source, Tree, hash_of_text};
use globset::GlobSet;
use rayon::Scope;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::{Arc, Mutex, OnceLock};

/// Every analysed file, sorted by path.
#[derive(Debug, Default)]
pub struct Extracted {
    /// The files.
    pub files: Vec<ExtractedFile>,
    /// `.rs` files that no target reaches, sorted.
    pub orphans: Vec<String>,
    /// Files that a target names but that cannot be read.
    pub unreadable: Vec<(String, ReadError)>,
    index: FxHashMap<String, u32>,
    /// Files left out by `[analysis] exclude`.
    exclude: GlobSet,
}

/// One file with its text and its facts.
#[derive(Clone, Debug)]
pub struct ExtractedFile {
    /// Path relative to the workspace root.
    pub path: String,
    /// Its text.
    pub text: Arc<str>,
    /// What it says.
    pub facts: Arc<FileFacts>,
}

impl Extracted {
    /// Index of an analysed file.
    pub fn find(&self, path: &str) -> Option<u32> {
        self.index.get(path).copied()
    }

    /// Whether the configuration leaves a file out.
    pub fn is_excluded(&self, path: &str) -> bool {
        self.exclude.is_match(path)
    }
}

/// A file that a macro's expansion declares as a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Path relative to the workspace root.
    pub path: String,
    /// Modules declared in it lie in its own folder.
    pub mod_rs: bool,
    /// The folder of its package.
    pub package: String,
}

/// The facts of a text, out of memory if it was seen before.
pub fn remembered(text: &str, memory: &dyn Memory) -> Arc<FileFacts> {
    let hash = hash_of_text(text);
    memory.facts(hash).unwrap_or_else(|| {
        let facts = memory.extracted(hash).unwrap_or_else(|| Arc::new(extract(text)));
        memory.keep_facts(hash, text, &facts);
        facts
    })
}

/// Extracts every file that a target of the workspace reaches; what was seen before is taken from memory.
pub fn workspace(source: &Source, exclude: &GlobSet, memory: &dyn Memory) -> Extracted {
    let mut roots = Vec::new();
    for package in &source.packages {
        for target in &package.targets {
            let package = dir(&package.manifest).to_owned();
            roots.push(Wanted { path: target.root.clone(), mod_rs: true, package });
        }
    }
    crawl(source, exclude, memory, &roots, Vec::new())
}

/// Extracts more files and what they reach; `None` if none of them is there or all are known.
pub fn extend(
    known: &Extracted,
    source: &Source,
    wanted: &[Wanted],
    memory: &dyn Memory,
) -> Option<Extracted> {
    let is_new = |w: &&Wanted| {
        known.find(&w.path).is_none() && !known.is_excluded(&w.path) && source.tree.read(&w.path).is_ok()
    };
    let wanted: Vec<Wanted> = wanted.iter().filter(is_new).cloned().collect();
    (!wanted.is_empty()).then(|| crawl(source, &known.exclude, memory, &wanted, known.files.clone()))
}

/// Follows modules from the roots on. Files that are known already are not extracted again.
fn crawl(
    source: &Source,
    exclude: &GlobSet,
    memory: &dyn Memory,
    roots: &[Wanted],
    known: Vec<ExtractedFile>,
) -> Extracted {
    let on_disk = source.tree.rust_files();
    let slot = |file: ExtractedFile| (file.path.clone(), Arc::new(OnceLock::from(Ok(Arc::new(file)))));
    let crawl = Crawl {
        tree: &*source.tree,
        exclude,
        memory,
        known: on_disk.iter().map(String::as_str).collect(),
        files: Mutex::new(known.into_iter().map(slot).collect()),
        seen: Mutex::default(),
        unreadable: Mutex::default(),
    };
    rayon::scope(|scope| {
        for root in roots {
            crawl.spawn(scope, root.path.clone(), root.mod_rs, root.package.as_str().into());
        }
    });
    crawl.finish(&on_disk)
}

type Slot = Arc<OnceLock<Result<Arc<ExtractedFile>, ReadError>>>;

struct Crawl<'a> {
    tree: &'a dyn Tree,
    exclude: &'a GlobSet,
    memory: &'a dyn Memory,
    /// Files known to exist, so that guesses cost no look at the disk.
    known: FxHashSet<&'a str>,
    files: Mutex<FxHashMap<String, Slot>>,
    /// Path and whether it counts as `mod.rs`: a file can be reached both ways.
    seen: Mutex<FxHashSet<(String, bool)>>,
    unreadable: Mutex<FxHashMap<String, ReadError>>,
}

impl<'a> Crawl<'a> {
    fn spawn<'s>(&'s self, scope: &Scope<'s>, path: String, mod_rs: bool, package: Arc<str>) {
        let is_new = self.seen.lock().expect("no panic while locked").insert((path.clone(), mod_rs));
        if is_new && !self.exclude.is_match(&path) {
            scope.spawn(move |scope| self.file(scope, path, mod_rs, package));
        }
    }

    fn file<'s>(&'s self, scope: &Scope<'s>, path: String, mod_rs: bool, package: Arc<str>) {
        let slot = self.files.lock().expect("no panic while locked").entry(path.clone()).or_default().clone();
        let file = slot.get_or_init(|| self.load(&path));
        match file {
            Ok(file) => self.follow(scope, &file.facts, &path, mod_rs, &package),
            Err(error) => {
                self.unreadable.lock().expect("no panic while locked").insert(path, error.clone());
            }
        }
    }

    fn load(&self, path: &str) -> Result<Arc<ExtractedFile>, ReadError> {
        let text = self.tree.read(path)?;
        let facts = remembered(&text, self.memory);
        Ok(Arc::new(ExtractedFile { path: path.to_owned(), text, facts }))
    }

    fn follow<'s>(
        &'s self,
        scope: &Scope<'s>,
        facts: &FileFacts,
        path: &str,
        mod_rs: bool,
        package: &Arc<str>,
    ) {
        for module in &facts.mod_files {
            if facts.items[module.item.index()].kind != ItemKind::FileMod {
                continue;
            }
            let mut found = false;
            for candidate in candidates(facts, module, path, mod_rs) {
                if (candidate.conditional || !found)
                    && self.exists(&candidate.path, candidate.conditional || module.fixed)
                {
                    found |= !candidate.conditional;
                    self.spawn(scope, candidate.path, candidate.mod_rs, package.clone());
                }
            }
        }
        for include in &facts.includes {
            if let Some(target) = included(facts, include.target, path, package)
                && self.exists(&target, true)
            {
                self.spawn(scope, target, mod_rs, package.clone());
            }
        }
    }

    /// Whether a file is there. Named files may lie where the listing does not look.
    fn exists(&self, path: &str, named: bool) -> bool {
        self.known.contains(path) || (named && !matches!(self.tree.read(path), Err(ReadError::NotFound)))
    }

    fn finish(self, on_disk: &[String]) -> Extracted {
        let slots = self.files.into_inner().expect("no panic while locked");
        let mut files: Vec<ExtractedFile> = slots
            .into_values()
            .filter_map(|slot| Arc::into_inner(slot)?.into_inner()?.ok())
            .filter_map(Arc::into_inner)
            .collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let index: FxHashMap<String, u32> = files.iter().zip(0..).map(|(f, i)| (f.path.clone(), i)).collect();
        let mut unreadable: Vec<_> =
            self.unreadable.into_inner().expect("no panic while locked").into_iter().collect();
        unreadable.sort_by(|a, b| a.0.cmp(&b.0));
        let is_orphan = |path: &&String| !index.contains_key(*path) && !self.exclude.is_match(path);
        let mut orphans: Vec<String> = on_disk.iter().filter(is_orphan).cloned().collect();
        orphans.retain(|path| unreadable.binary_search_by(|(p, _)| p.cmp(path)).is_err());
        Extracted { files, orphans, unreadable, index, exclude: self.exclude.clone() }
    }
}
