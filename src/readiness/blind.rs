//! What of a module was not looked at: a figure says nothing about that.

use super::subject::Subject;
use crate::config::Owner;
use crate::config::policy::ModuleId;
use crate::data::TableAccess;
use crate::graph::NodeId;
use std::collections::{BTreeMap, BTreeSet};

/// What was not looked at: phrases; empty where all of it was.
pub fn spots(subject: &Subject, module: ModuleId) -> Vec<String> {
    let ctx = subject.ctx;
    [
        data(subject),
        opaque(subject, module),
        unowned(subject, module),
        unresolved(subject, module),
        unseen(subject, module),
        outsiders(subject, module),
        outside_data(subject, module),
    ]
    .into_iter()
    .flatten()
    .chain(
        ctx.assignment
            .unmatched
            .iter()
            .filter(|unmatched| unmatched.module == module)
            .map(|unmatched| format!("its path `{}` matches no code", unmatched.selector)),
    )
    .collect()
}

fn data(subject: &Subject) -> Option<String> {
    let unknown = !subject.ctx.policy.declares_data();
    unknown.then(|| {
        "no module and no `[shared]` lists tables: what goes on between tables was not judged".to_owned()
    })
}

fn opaque(subject: &Subject, module: ModuleId) -> Option<String> {
    let ctx = subject.ctx;
    let is_its = |node: Option<NodeId>| node.is_some_and(|node| ctx.module_of(node) == Some(module));
    let queries =
        ctx.data.opaque.iter().filter(|query| is_its(query.node) && (ctx.checks_tests() || !query.test));
    let queries: Vec<_> = queries.collect();
    let first = &queries.first()?.place;
    Some(format!(
        "{} whose tables can't be told, the first at {}:{}",
        counted(queries.len(), "query", "queries"),
        first.file,
        first.line
    ))
}

fn unowned(subject: &Subject, module: ModuleId) -> Option<String> {
    let ctx = subject.ctx;
    if !ctx.policy.declares_data() {
        return None;
    }
    let touched = ctx.data.accesses.iter().filter(|access| {
        let node = access.node.filter(|&node| ctx.module_of(node) == Some(module));
        node.is_some_and(|node| ctx.counts_node(node) && (ctx.checks_tests() || !access.test))
    });
    let unowned = touched.filter(|access| ctx.ownership.owner(access.table) == Owner::Nobody);
    let names: BTreeSet<&str> = unowned.map(|access| ctx.data.table(access.table).name.as_str()).collect();
    let first = names.first()?;
    let more = match names.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    Some(format!("it touches tables that nobody owns: `{first}`{more}"))
}

fn unresolved(subject: &Subject, module: ModuleId) -> Option<String> {
    let model = subject.ctx.model();
    let nodes = subject.ctx.assignment.module_of.iter().zip(&model.resolution_by_node);
    let (mut all, mut unresolved) = (0, 0);
    for (_, resolution) in nodes.filter(|(of, _)| **of == Some(module)) {
        all += resolution.references;
        unresolved += resolution.unresolved;
    }
    (unresolved > 0).then(|| format!("{unresolved} of {all} references in it could not be resolved"))
}

fn unseen(subject: &Subject, module: ModuleId) -> Option<String> {
    let ctx = subject.ctx;
    let is_its = |node: u32| ctx.module_of(NodeId(node)) == Some(module) && ctx.counts_node(NodeId(node));
    let problems: Vec<_> =
        ctx.model().problems.iter().filter(|problem| problem.node.is_some_and(is_its)).collect();
    let first = problems.first()?;
    Some(format!(
        "{} in it could not be seen into, the first at {}:{}",
        counted(problems.len(), "place", "places"),
        first.file,
        first.line
    ))
}

/// Code that belongs to no module has no boundary: what it uses is counted nowhere.
fn outsiders(subject: &Subject, module: ModuleId) -> Option<String> {
    let (ctx, model) = (subject.ctx, subject.ctx.model());
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for reference in model.references.iter().filter(|reference| ctx.counts(reference)) {
        if ctx.module_of(reference.to) == Some(module) && ctx.module_of(reference.from).is_none() {
            *places.entry(model.node(reference.from).id.as_str()).or_default() += 1;
        }
    }
    let (first, _) = places.first_key_value()?;
    let total = places.values().sum();
    Some(format!("code of no module uses it in {}, among it `{first}`", counted(total, "place", "places")))
}

/// The same for its tables.
fn outside_data(subject: &Subject, module: ModuleId) -> Option<String> {
    let ctx = subject.ctx;
    let is_foreign = |access: &&TableAccess| {
        let node = access.node.filter(|&node| ctx.module_of(node).is_none() && ctx.counts_node(node));
        let counts = ctx.checks_tests() || !access.test;
        node.is_some() && counts && access.via != "migration" && !access.declaration
    };
    let its = |access: &&TableAccess| ctx.ownership.owner(access.table) == Owner::Module(module);
    let found: Vec<&TableAccess> = ctx.data.accesses.iter().filter(is_foreign).filter(its).collect();
    let first = found.first()?;
    let place = &first.place;
    Some(format!(
        "code of no module touches its tables in {}, the first at {}:{}",
        counted(found.len(), "place", "places"),
        place.file,
        place.line
    ))
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
