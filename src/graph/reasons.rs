//! Why names are unknown: what stands in the modules that were expected to have them, and could define them unseen.

use super::defs::*;
use super::lookup::Outcome;
use super::model::{Problem, ProblemKind, Reason};
use super::problems::opaque_calls;
use super::references::{Source, Unresolved};
use crate::extract::facts::{self, Arguments, Binding, CallPosition, Ns, PathRoot, Written};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;

/// The reason of each unresolved reference.
pub(super) fn all(
    defs: &Defs,
    unresolved: &[Unresolved],
    problems: &[(Problem, Option<ModIx>)],
) -> Vec<Reason> {
    if unresolved.is_empty() {
        return Vec::new();
    }
    let evidence = Evidence::new(defs, unresolved, problems);
    let missing: Vec<Missing> = unresolved.par_iter().map(|u| missing(defs, u)).collect();
    let distinct: FxHashSet<Missing> = missing.iter().copied().collect();
    let reasons: FxHashMap<Missing, Reason> =
        distinct.into_par_iter().map(|missing| (missing, evidence.reason(missing))).collect();
    missing.iter().map(|missing| reasons[missing]).collect()
}

/// A name that a module does not have, and what its place makes of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Missing {
    module: ModIx,
    name: Sym,
    hint: Option<Hint>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Hint {
    /// It begins a path and is the name of a crate, most likely.
    Crate,
    /// It stands alone in the arguments of a macro from outside, which may do with it what it likes.
    Argument,
}

fn missing(defs: &Defs, u: &Unresolved) -> Missing {
    let mount = defs.mount(u.mount);
    let (path, call) = match u.source {
        // Methods and fields are counted by their receivers.
        Source::Access(_) => return Missing { module: u.missing_in, name: u.name, hint: None },
        Source::Import(ix) => (mount.facts.imports[ix as usize].path, None),
        Source::Call(ix) => (mount.facts.calls[ix as usize].path, None),
        Source::Ref(ix) => (mount.facts.refs[ix as usize].path, mount.facts.refs[ix as usize].call),
    };
    let segments = mount.path(path).segments;
    let plain = matches!(path.root, PathRoot::Plain | PathRoot::Global);
    let begins = plain && segments.len() > 1 && segments[0] == u.name;
    let is_crate = || matches!(u.source, Source::Import(_)) || is_crate_name(defs, u.name);
    let hint = if begins && is_crate() {
        Some(Hint::Crate)
    } else if segments.len() == 1 && call.is_some_and(|call| is_from_outside(defs, u.mount, call)) {
        Some(Hint::Argument)
    } else {
        None
    };
    Missing { module: u.missing_in, name: u.name, hint }
}

/// Whether some crate of the workspace can name a crate like that.
fn is_crate_name(defs: &Defs, name: Sym) -> bool {
    defs.crates.iter().any(|krate| krate.name == name || krate.externs.contains_key(&name))
}

/// Whether a call's macro is of a crate outside the workspace and not of the standard library.
fn is_from_outside(defs: &Defs, id: MountId, call: facts::CallIx) -> bool {
    let call = &defs.mount(id).facts.calls[call.index()];
    let place = defs.place(id, call.scope, call.test, call.order);
    matches!(defs.resolve(place, call.path, Ns::MACRO), Outcome::External(krate)
        if !defs.words.sysroot.contains(&krate))
}

/// A name, and the module that was expected to have it.
type Name = (ModIx, Sym);

/// What the source modules hold that may define names unseen.
struct Evidence {
    /// What surely defines names.
    strong: FxHashMap<ModIx, Reason>,
    /// What may define names, but mostly does not.
    weak: FxHashMap<ModIx, Reason>,
    /// Where globs lead.
    globs: FxHashMap<ModIx, Vec<ModIx>>,
    /// Imports that lead nowhere, by what they would bind (a glob: no name): the module and the name that are missing.
    failed: FxHashMap<(ModIx, Option<Sym>), Vec<Name>>,
}

impl Evidence {
    fn new(defs: &Defs, unresolved: &[Unresolved], problems: &[(Problem, Option<ModIx>)]) -> Evidence {
        let mut globs: FxHashMap<ModIx, Vec<ModIx>> = FxHashMap::default();
        for module in &defs.modules {
            let from = module.globs.iter().filter_map(|glob| defs.source_of(glob.from));
            globs.entry(module.source).or_default().extend(from);
        }
        let mut failed: FxHashMap<(ModIx, Option<Sym>), Vec<Name>> = FxHashMap::default();
        for u in unresolved {
            if let Source::Import(index) = u.source {
                let Some(name) = bound(defs.mount(u.mount), index) else { continue };
                let wanted = failed.entry((u.from, name)).or_default();
                // Nothing but its name tells of a crate that is not there.
                if missing(defs, u).hint != Some(Hint::Crate) {
                    wanted.push((u.missing_in, u.name));
                }
            }
        }
        Evidence { strong: strong(defs, problems), weak: weak(defs), globs, failed }
    }

    /// Why a module does not have a name.
    fn reason(&self, Missing { module, name, hint }: Missing) -> Reason {
        let places = match self.imported((module, name)) {
            Some(places) => places,
            None if hint == Some(Hint::Crate) => Vec::new(),
            None => vec![(module, name)],
        };
        let strong = self.find(&self.strong, &places);
        let in_arguments = (hint == Some(Hint::Argument)).then_some(Reason::OpaqueMacro);
        let found = strong.or(in_arguments).or_else(|| self.find(&self.weak, &places));
        found.unwrap_or(Reason::UnknownName)
    }

    /// What imports that lead nowhere make of a name, if one would bind it: what is missing behind the last of them.
    fn imported(&self, name: Name) -> Option<Vec<Name>> {
        let mut behind = None;
        let mut seen: FxHashSet<Name> = FxHashSet::default();
        let mut next = VecDeque::from([name]);
        while let Some((at, name)) = next.pop_front() {
            if !seen.insert((at, name)) {
                continue;
            }
            if let Some(wanted) = self.failed.get(&(at, Some(name))) {
                behind = Some(wanted.clone());
                next = wanted.iter().copied().collect();
            } else {
                next.extend(self.sources(at, name));
            }
        }
        behind
    }

    /// The nearest reason that is held by a module or by those it takes names from.
    fn find(&self, held: &FxHashMap<ModIx, Reason>, names: &[Name]) -> Option<Reason> {
        let mut seen: FxHashSet<Name> = FxHashSet::default();
        let mut next: VecDeque<Name> = names.iter().copied().collect();
        while let Some((at, name)) = next.pop_front() {
            if !seen.insert((at, name)) {
                continue;
            }
            if let Some(reason) = held.get(&at) {
                return Some(*reason);
            }
            next.extend(self.sources(at, name));
        }
        None
    }

    /// Where the globs of a module would take a name from.
    fn sources(&self, at: ModIx, name: Sym) -> impl Iterator<Item = Name> {
        let globs = self.globs.get(&at).into_iter().flatten().map(move |from| (*from, name));
        globs.chain(self.failed.get(&(at, None)).into_iter().flatten().copied())
    }
}

/// The name that an import binds; a glob has none, and `use a as _` binds nothing.
fn bound(mount: &Mount, import: u32) -> Option<Option<Sym>> {
    match mount.facts.imports[import as usize].binding {
        Binding::Name(name) | Binding::Module(name) => Some(Some(mount.name(name))),
        Binding::Glob => Some(None),
        Binding::Nothing => None,
    }
}

/// Code that is not there, and macros among the items that were not looked into.
fn strong(defs: &Defs, problems: &[(Problem, Option<ModIx>)]) -> FxHashMap<ModIx, Reason> {
    let mut held = FxHashMap::default();
    let opaque = (0..).map(ModIx).zip(&defs.modules).filter(|(_, module)| module.opaque);
    held.extend(opaque.map(|(ix, _)| (ix, Reason::MissingFile)));
    for (problem, module) in problems {
        if let (ProblemKind::GeneratedCode, Some(module)) = (problem.kind, module) {
            held.insert(defs.module(*module).source, Reason::GeneratedCode);
        }
    }
    for mount in &defs.mounts {
        for call in opaque_calls(mount) {
            let name = mount.facts.path(call.path).last().map_or("", |name| mount.facts.name(*name));
            // `include_proto!`, `include_modules!`: what crates call their `include!` of what a build makes.
            let generated = name.starts_with("include_");
            let reason = if generated { Reason::GeneratedCode } else { Reason::OpaqueMacro };
            held.entry(defs.module(mount.module(call.scope)).source).or_insert(reason);
        }
    }
    held
}

/// Derives and attribute macros, and macros from outside that make more of items.
fn weak(defs: &Defs) -> FxHashMap<ModIx, Reason> {
    let of_mount = |id: MountId| {
        let mount = defs.mount(id);
        let attributes = mount.facts.refs.iter().filter(move |r| may_make_names(defs, id, r));
        let calls = mount.facts.calls.iter().zip(&mount.expanded);
        let calls = calls.filter(|(call, expanded)| {
            call.position == CallPosition::Item && call.arguments == Arguments::Items && !**expanded
        });
        let scopes = attributes.map(|r| r.scope).chain(calls.map(|(call, _)| call.scope));
        scopes.map(move |scope| (defs.module(mount.module(scope)).source, Reason::OpaqueMacro))
    };
    (0..defs.mounts.len() as u32).into_par_iter().flat_map_iter(|id| of_mount(MountId(id))).collect()
}

/// Whether a reference names a derive or an attribute macro that is not known to make no names.
fn may_make_names(defs: &Defs, id: MountId, r: &facts::Ref) -> bool {
    if r.written != Written::Attribute || r.ns != Ns::MACRO {
        return false;
    }
    let mount = defs.mount(id);
    match defs.resolve(defs.place(id, r.scope, r.test, u32::MAX), r.path, r.ns) {
        Outcome::External(krate) => {
            let name = mount.facts.path(r.path).last().map_or("", |name| mount.facts.name(*name));
            !defs.words.sysroot.contains(&krate) && !makes_no_names(defs.interner.text(krate), name)
        }
        Outcome::Found { .. } => true,
        Outcome::Unknown(_) => false,
    }
}

/// Crates whose derives and attribute macros only add impls, or rewrite the item that they stand on, by the name that code
/// knows them by.
const MAKE_NO_NAMES: &[&str] = &[
    "actix_web",
    "aide",
    "async_graphql",
    "async_recursion",
    "async_trait",
    "axum",
    "bytemuck",
    "clap",
    "derive_more",
    "derive_new",
    "diesel",
    "displaydoc",
    "garde",
    "get_size2",
    "insta",
    "is_macro",
    "juniper",
    "prost",
    "rstest",
    "rust_embed",
    "schemars",
    "sea_orm",
    "sea_query",
    "serde",
    "serde_derive",
    "serde_with",
    "serial_test",
    "sqlx",
    "strum",
    "strum_macros",
    "test_case",
    "test_context",
    "thiserror",
    "tokio",
    "tonic",
    "tracing",
    "tracing_test",
    "ts_rs",
    "utoipa",
    "validator",
    "wasm_bindgen",
    "zerocopy",
    "zeroize",
];

/// strum's `EnumDiscriminants` makes an enum beside the one that it stands on.
fn makes_no_names(krate: &str, name: &str) -> bool {
    MAKE_NO_NAMES.binary_search(&krate).is_ok() && name != "EnumDiscriminants"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_are_sorted() {
        assert!(MAKE_NO_NAMES.is_sorted());
        assert!(makes_no_names("serde", "Serialize"));
        assert!(!makes_no_names("strum", "EnumDiscriminants"));
        assert!(!makes_no_names("mockall", "automock"));
    }
}
