//! Macros that hide names: reported where something is missed, not for every macro that cannot be looked into.

use super::defs::*;
use super::model::{NodeId, Problem, ProblemKind};
use super::references::Unresolved;
use crate::extract::Extracted;
use crate::extract::facts::{Arguments, CallPosition, MacroCall};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// Calls among a mount's items whose macro was not expanded, and whose arguments do not read as items.
pub(super) fn opaque_calls(mount: &Mount) -> impl Iterator<Item = &MacroCall> {
    let calls = mount.facts.calls.iter().zip(&mount.expanded);
    let opaque = |call: &MacroCall| call.position == CallPosition::Item && call.arguments == Arguments::Body;
    calls.filter(move |(call, expanded)| opaque(call) && !**expanded).map(|(call, _)| call)
}

/// One problem per module that misses names while a macro among its items was not understood.
pub(super) fn opaque_macros(
    defs: &Defs,
    unresolved: &[Unresolved],
    extracted: &Extracted,
    node_of: &[NodeId],
) -> Vec<Problem> {
    let mut missed: FxHashMap<ModIx, BTreeSet<&str>> = FxHashMap::default();
    for u in unresolved {
        missed.entry(u.missing_in).or_default().insert(defs.interner.text(u.name));
    }
    let mut out = Vec::new();
    for mount in &defs.mounts {
        for call in opaque_calls(mount) {
            let module = defs.module(mount.module(call.scope)).source;
            let Some(names) = missed.get(&module) else { continue };
            let name = mount.facts.path(call.path).last().map_or("macro", |n| mount.facts.name(*n));
            let some: Vec<&str> = names.iter().take(3).copied().collect();
            let more = if names.len() > some.len() {
                format!(" and {} more", names.len() - some.len())
            } else {
                String::new()
            };
            let pos = mount.pos.unwrap_or(call.pos);
            out.push(Problem {
                file: extracted.files[mount.file as usize].path.clone(),
                line: pos.line,
                column: pos.column,
                kind: ProblemKind::OpaqueMacro,
                message: format!(
                    "`{name}!` was not looked into, and it may define `{}`{more}",
                    some.join("`, `")
                ),
                node: Some(node_of[module.index()].0),
            });
        }
    }
    out
}
