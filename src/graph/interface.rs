//! What definitions are to those who use them from elsewhere: by which names they can be reached, and which function of a
//! trait an implementation fulfils.

use super::Graph;
use super::defs::*;
use super::flow::Definition;
use super::model::{Entry, NodeId};
use super::surface::TypeTree;
use crate::extract::facts::{ItemKind, TypeIx};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// A name that something has in a source module.
#[derive(Clone, Debug)]
pub struct NameOf {
    /// The source module that gives it the name.
    pub node: NodeId,
    /// The whole name, and which parts of it are `pub`.
    pub entry: Entry,
    /// Only code in this source module and below may use the name.
    pub within: Option<NodeId>,
}

impl Graph {
    /// Every name that some types have: where they are defined, by `use`, through a module that is re-exported, and as
    /// aliases.
    pub fn names_of(&self, wanted: &BTreeSet<Definition>) -> BTreeMap<Definition, Vec<NameOf>> {
        let mut out: BTreeMap<Definition, Vec<NameOf>> = BTreeMap::new();
        let meant = self.meant(wanted);
        let mut modules: FxHashMap<ModIx, Vec<(ModIx, Entry)>> = FxHashMap::default();
        let mut found = Vec::new();
        self.each_binding(&mut |holder, name, binding| match binding.def {
            Def::Module(module) => {
                modules.entry(module).or_default().extend(self.alias(holder, name, binding))
            }
            Def::Item(ix) => {
                found.extend(meant.get(&ix).map(|definition| (holder, name, binding, *definition)))
            }
            _ => {}
        });
        for (holder, name, binding, definition) in found {
            let own = (holder, self.module_name(holder));
            let aliases = modules.get(&holder).into_iter().flatten().cloned();
            let names = [own].into_iter().chain(aliases);
            let names = names.map(|(module, entry)| self.name_in(module, entry, name, binding));
            out.entry(definition).or_default().extend(names);
        }
        for names in out.values_mut() {
            names.sort_by(|a, b| a.entry.segments.cmp(&b.entry.segments));
        }
        out
    }

    /// The whole name that a `pub use` gives to a module, with the module that gives it.
    fn alias(&self, holder: ModIx, name: Sym, binding: &BindingDef) -> Option<(ModIx, Entry)> {
        let is_given = binding.import.is_some() && binding.reach != Reach::Within(holder);
        is_given.then(|| (holder, self.name_in(holder, self.module_name(holder), name, binding).entry))
    }

    /// What source modules bind.
    fn each_binding<'a>(&'a self, see: &mut dyn FnMut(ModIx, Sym, &'a BindingDef)) {
        for (holder, module) in (0..).map(ModIx).zip(&self.defs.modules) {
            let names = module.names.iter().filter(|_| module.kind == ModKind::Source);
            for &name in names {
                let bound = self.defs.bindings.get(&(holder, name));
                bound.into_iter().flatten().for_each(|binding| see(holder, name, binding));
            }
        }
    }

    fn name_in(&self, module: ModIx, mut entry: Entry, name: Sym, binding: &BindingDef) -> NameOf {
        entry.segments.push(self.defs.interner.text(name).to_string());
        entry.public.push(binding.reach == Reach::Public);
        let within = match binding.reach {
            Reach::Public => None,
            Reach::Within(ancestor) => Some(self.node_of[ancestor.index()]),
        };
        NameOf { node: self.node_of[module.index()], entry, within }
    }

    /// The items that stand for some types: the types themselves, and their aliases.
    fn meant(&self, wanted: &BTreeSet<Definition>) -> FxHashMap<DefIx, Definition> {
        let mut meant = FxHashMap::default();
        for (ix, def) in (0..).map(DefIx).zip(&self.defs.items) {
            let item = &self.defs.mount(def.mount).facts.items[def.item.index()];
            let is_alias = matches!(item.kind, ItemKind::Alias(_)) && item.shape.output != TypeIx::UNKNOWN;
            let definition = match is_alias {
                true => self.tree(def.mount, item.shape.output).here(),
                false => Some(Definition(Def::Item(ix))),
            };
            meant.extend(definition.filter(|of| wanted.contains(of)).map(|of| (ix, of)));
        }
        meant
    }

    /// The function of a trait of the workspace that a function in an impl of it fulfils.
    pub fn promise_of(&self, function: Definition) -> Option<Definition> {
        let Def::ImplMember(id, member) = function.0 else { return None };
        let implementation = &self.defs.impls[id.index()];
        let Some(Def::Item(ix)) = implementation.of_trait else { return None };
        let mount = self.defs.mount(implementation.mount);
        let name = mount.name(mount.facts.members[member as usize].name);
        let promised = self.defs.mount(self.defs.item(ix).mount);
        let found = promised.member_named(self.defs.item_facts(ix).members, name)?;
        Some(Definition(Def::TraitMember(ix, found)))
    }

    /// The traits that every implementor of a trait has to implement.
    pub fn supertraits(&self, definition: Definition) -> Vec<TypeTree> {
        match definition.0 {
            Def::Item(ix) if self.is_trait(definition) => {
                self.tree(self.defs.item(ix).mount, self.defs.item_facts(ix).shape.output).parts
            }
            _ => Vec::new(),
        }
    }
}
