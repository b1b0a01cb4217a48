//! Uses of what is no table, from all units: numbers instead of names, each said once.

use super::assemble::{function, place};
use super::eval::Outcome;
use super::eval::resources::Use;
use super::model::{Place, Resource, ResourceAccess, ResourceId, ResourceKind};
use crate::graph::Graph;
use crate::graph::flow::{Definition, Unit, UnitId};
use crate::source::TargetKind;
use crate::sql::Access;
use rustc_hash::{FxHashMap, FxHashSet};

/// Every resource that code names, and who uses it where. Build scripts don't count: they run where nobody deploys.
pub(super) fn all(graph: &Graph, outcomes: &[Outcome]) -> (Vec<Resource>, Vec<ResourceAccess>) {
    let completed: FxHashSet<Definition> =
        outcomes.iter().flat_map(|outcome| outcome.completed.iter().copied()).collect();
    let mut found: Vec<(Resource, ResourceAccess)> = Vec::new();
    for (index, outcome) in (0..).zip(outcomes) {
        let unit = graph.unit(UnitId(index));
        for used in outcome.resources.iter().filter(|used| !is_completed(&unit, used, &completed)) {
            let node = unit.node(used.site.scope);
            if graph.model().node(node).target_kind != TargetKind::Build {
                found.push((Resource { kind: used.kind, name: used.name.to_string() }, access(&unit, used)));
            }
        }
    }
    tidy(&mut found);
    let mut resources: Vec<Resource> = found.iter().map(|(resource, _)| resource.clone()).collect();
    resources.sort();
    resources.dedup();
    let index: FxHashMap<&Resource, ResourceId> =
        resources.iter().zip(0..).map(|(resource, index)| (resource, ResourceId(index))).collect();
    let mut accesses: Vec<ResourceAccess> = found
        .iter()
        .map(|(resource, access)| ResourceAccess { resource: index[resource], ..access.clone() })
        .collect();
    accesses.sort_by(|a, b| (&a.place, a.resource, a.access).cmp(&(&b.place, b.resource, b.access)));
    (resources, accesses)
}

/// Whether the callers of a function say what a name is that it puts together of its parameters.
fn is_completed(unit: &Unit<'_>, used: &Use, completed: &FxHashSet<Definition>) -> bool {
    let owner =
        used.body.filter(|_| used.open).and_then(|body| unit.owner(&unit.facts().bodies[body as usize]));
    owner.is_some_and(|owner| completed.contains(&owner))
}

fn access(unit: &Unit<'_>, used: &Use) -> ResourceAccess {
    let site = used.site;
    ResourceAccess {
        resource: ResourceId(0),
        access: used.access,
        place: place(unit, site.pos),
        node: unit.node(site.scope),
        function: function(unit, used.body),
        via: used.via,
        test: unit.is_test(site.scope, site.test),
        declaration: used.declaration,
    }
}

/// Sorts, and leaves out what is said twice: by a file that is mounted twice, by two ways that lead to one call, or by a
/// topic's constant beside the call that it is given to.
fn tidy(found: &mut Vec<(Resource, ResourceAccess)>) {
    let key = |(resource, access): &(Resource, ResourceAccess)| -> (Resource, Place, bool, bool) {
        let mut place = access.place.clone();
        if resource.kind == ResourceKind::Topic {
            place.column = 0;
        }
        (resource.clone(), place, access.declaration, access.access == Access::Read)
    };
    found.sort_by(|a, b| {
        // Writes say more than reads, and a library more than the constant.
        let rank =
            |f: &(Resource, ResourceAccess)| (key(f), f.1.via == "constant", f.1.place.clone(), f.1.via);
        rank(a).cmp(&rank(b))
    });
    found.dedup_by(|later, first| {
        let ((resource, place, declares, reads), (other, at, declared, _)) = (key(later), key(first));
        let same = (resource, place, declares) == (other.clone(), at, declared);
        same && (other.kind == ResourceKind::Topic || reads == (first.1.access == Access::Read))
    });
}
