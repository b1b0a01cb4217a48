//! Where the file of a `mod x;` may lie: path arithmetic, as the reference's chapter on modules lays it down.

use super::facts::{FileFacts, IncludeTarget, ItemKind, ModFile, ScopeIx, ScopeKind};

/// A file that may hold a module, and whether it counts as a `mod.rs` (its own modules lie beside it).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Candidate {
    /// Path relative to the workspace root.
    pub path: String,
    /// Modules declared in it lie in its own folder.
    pub mod_rs: bool,
    /// Only the first of the usual places counts; a `cfg_attr` path counts beside them.
    pub conditional: bool,
}

/// Candidates for a file module, the ones named by `#[path]` first.
pub fn candidates(facts: &FileFacts, module: &ModFile, file: &str, mod_rs: bool) -> Vec<Candidate> {
    let item = &facts.items[module.item.index()];
    let name = facts.name(item.name);
    let own_dir = dir(file);
    let inline = inline_dirs(facts, item.scope);
    let nested = if mod_rs { own_dir.to_owned() } else { join(own_dir, stem(file)) };
    let base = inline.iter().fold(nested, |base, part| join(&base, part));
    let path_base = if inline.is_empty() { own_dir } else { &base };

    let mut out = Vec::new();
    for &path in &module.paths {
        let path = normalise(&join(path_base, facts.name(path)));
        out.push(Candidate { path, mod_rs: true, conditional: !module.fixed });
    }
    if !module.fixed {
        let file = |path: String, mod_rs| Candidate { path: normalise(&path), mod_rs, conditional: false };
        out.push(file(join(&base, &format!("{name}.rs")), false));
        out.push(file(join(&base, &format!("{name}/mod.rs")), true));
    }
    out
}

/// The file an `include!` names, if that can be told. `package` is the folder of the package.
pub fn included(facts: &FileFacts, target: IncludeTarget, file: &str, package: &str) -> Option<String> {
    match target {
        IncludeTarget::File(path) => Some(normalise(&join(dir(file), facts.name(path)))),
        IncludeTarget::Package(path) => Some(normalise(&join(package, facts.name(path)))),
        IncludeTarget::Generated => None,
    }
}

/// The file that a path names from a folder.
pub fn beside(folder: &str, path: &str) -> String {
    normalise(&join(folder, path))
}

/// Folder names that the inline modules around a scope add, outermost first.
fn inline_dirs(facts: &FileFacts, scope: ScopeIx) -> Vec<&str> {
    let mut out = Vec::new();
    let mut at = Some(scope);
    while let Some(scope) = at {
        let scope = &facts.scopes[scope.index()];
        if let ScopeKind::Module(item) = scope.kind {
            out.push(inline_dir(facts, item));
        }
        at = scope.parent;
    }
    out.reverse();
    out
}

fn inline_dir(facts: &FileFacts, item: super::facts::ItemIx) -> &str {
    debug_assert!(matches!(facts.items[item.index()].kind, ItemKind::InlineMod(_) | ItemKind::FileMod));
    let path = facts.mod_files.iter().find(|m| m.item == item && m.fixed).and_then(|m| m.paths.first());
    facts.name(path.copied().unwrap_or(facts.items[item.index()].name))
}

/// The folder part of a path, without a trailing slash.
pub fn dir(path: &str) -> &str {
    path.rfind('/').map_or("", |at| &path[..at])
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".rs").unwrap_or(name)
}

fn join(base: &str, rest: &str) -> String {
    if base.is_empty() || rest.starts_with('/') { rest.to_owned() } else { format!("{base}/{rest}") }
}

/// Resolves `.` and `..`; what leads above the root keeps its `..`.
fn normalise(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|p| *p != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if path.starts_with('/') { format!("/{joined}") } else { joined }
}
