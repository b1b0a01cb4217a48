//! What later stages ask again and again, put together once, when it is first asked for.

use super::defs::*;
use super::surface::FieldType;
use crate::extract::facts::{AttributeTarget, FileFacts, ImplIx, ItemIx, ItemKind, Owner};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// What was asked for so far.
#[derive(Default)]
pub(super) struct Index {
    /// By item: what its fields hold.
    fields: Each<Vec<FieldType>>,
    /// By mount: its bodies.
    bodies: Each<Bodies>,
    /// By mount: its associated items.
    members: Each<Vec<Option<Def>>>,
    /// By item: the names of the traits that it derives or implements.
    traits: OnceLock<FxHashMap<DefIx, Vec<Sym>>>,
}

/// One answer for each of many things, found when it is first asked for.
struct Each<T>(OnceLock<Vec<OnceLock<T>>>);

impl<T> Default for Each<T> {
    fn default() -> Each<T> {
        Each(OnceLock::new())
    }
}

impl<T> Each<T> {
    /// The answer for one of `count` things.
    fn get(&self, index: usize, count: usize, find: impl FnOnce() -> T) -> &T {
        let all = self.0.get_or_init(|| (0..count).map(|_| OnceLock::new()).collect());
        all[index].get_or_init(find)
    }
}

/// The bodies of one mount by what they belong to, sorted; of several the first.
struct Bodies(Vec<((bool, u32), u32)>);

impl Bodies {
    fn new(facts: &FileFacts) -> Bodies {
        let mut list: Vec<_> = facts.bodies.iter().map(|body| key(body.owner)).zip(0..).collect();
        list.sort_unstable();
        list.dedup_by_key(|(owner, _)| *owner);
        Bodies(list)
    }

    fn of(&self, owner: Owner) -> Option<u32> {
        let found = self.0.binary_search_by_key(&key(owner), |(owner, _)| *owner).ok()?;
        Some(self.0[found].1)
    }
}

fn key(owner: Owner) -> (bool, u32) {
    match owner {
        Owner::Item(item) => (false, item.0),
        Owner::Member(member) => (true, member),
    }
}

/// The associated items of one mount as definitions.
fn members(mount: &Mount) -> Vec<Option<Def>> {
    let facts = &mount.facts;
    let mut members = vec![None; facts.members.len()];
    let mut fill = |(start, end): (u32, u32), definition: &dyn Fn(u32) -> Def| {
        (start..end).for_each(|m| {
            members[m as usize].get_or_insert_with(|| definition(m));
        });
    };
    for (ix, implementation) in (0..).map(ImplIx).zip(&facts.impls) {
        fill(implementation.members, &|m| Def::ImplMember(mount.impl_id(ix), m));
    }
    for (ix, item) in (0..).map(ItemIx).zip(&facts.items) {
        if item.kind == ItemKind::Trait {
            fill(item.members, &|m| Def::TraitMember(mount.def(ix), m));
        }
    }
    members
}

impl Index {
    /// An associated item of a mount, by its index in the facts.
    pub(super) fn member(&self, defs: &Defs, mount: MountId, member: u32) -> Option<Def> {
        let all = self.members.get(mount.index(), defs.mounts.len(), || members(defs.mount(mount)));
        all.get(member as usize).copied().flatten()
    }

    /// What the fields of an item hold.
    pub(super) fn fields(
        &self,
        defs: &Defs,
        ix: DefIx,
        read: impl FnOnce() -> Vec<FieldType>,
    ) -> &[FieldType] {
        self.fields.get(ix.index(), defs.items.len(), read)
    }

    /// The body in a mount that belongs to something.
    pub(super) fn body(&self, defs: &Defs, mount: MountId, owner: Owner) -> Option<u32> {
        let bodies =
            self.bodies.get(mount.index(), defs.mounts.len(), || Bodies::new(&defs.mount(mount).facts));
        bodies.of(owner)
    }

    /// The names of the traits that a type derives or implements.
    pub(super) fn traits(&self, defs: &Defs, ix: DefIx) -> &[Sym] {
        self.traits.get_or_init(|| traits(defs)).get(&ix).map_or(&[], Vec::as_slice)
    }
}

fn traits(defs: &Defs) -> FxHashMap<DefIx, Vec<Sym>> {
    let mut out: FxHashMap<DefIx, Vec<Sym>> = FxHashMap::default();
    for mount in &defs.mounts {
        let on_item = |target| match target {
            AttributeTarget::Item(item) => Some(mount.def(item)),
            _ => None,
        };
        for attribute in &mount.facts.attributes {
            let Some(ix) = on_item(attribute.target) else { continue };
            if mount.facts.name(attribute.name) == "derive" {
                out.entry(ix).or_default().push(mount.name(attribute.key));
            }
        }
    }
    for (&of, ids) in &defs.impls_of {
        let Def::Item(ix) = of else { continue };
        out.entry(ix).or_default().extend(ids.iter().filter_map(|&id| trait_name(defs, id)));
    }
    out
}

/// The last segment of the trait that an impl is of, as written.
fn trait_name(defs: &Defs, id: ImplId) -> Option<Sym> {
    let mount = defs.mount(defs.impls[id.index()].mount);
    let path = mount.facts.path(defs.impl_facts(id).of_trait?);
    path.last().map(|name| mount.name(*name))
}
