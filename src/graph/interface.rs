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
        let modules = self.module_aliases();
        for (holder, name, binding) in self.bindings() {
            let Some(definition) = self.meant(binding.def).filter(|d| wanted.contains(d)) else { continue };
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

    /// The names that `pub use` gives to modules, by module: which module gives it, and the whole name.
    fn module_aliases(&self) -> FxHashMap<ModIx, Vec<(ModIx, Entry)>> {
        let mut aliases: FxHashMap<ModIx, Vec<(ModIx, Entry)>> = FxHashMap::default();
        for (holder, name, binding) in self.bindings() {
            if let Def::Module(module) = binding.def
                && binding.import.is_some()
                && binding.reach != Reach::Within(holder)
            {
                let entry = self.name_in(holder, self.module_name(holder), name, binding).entry;
                aliases.entry(module).or_default().push((holder, entry));
            }
        }
        aliases
    }

    /// What source modules bind.
    fn bindings(&self) -> impl Iterator<Item = (ModIx, Sym, &BindingDef)> {
        let modules = self.defs.modules.iter().zip(0..).filter(|(module, _)| module.kind == ModKind::Source);
        modules.flat_map(move |(module, index)| {
            let holder = ModIx(index);
            let names = module.names.iter();
            let bound = move |name: &Sym| (holder, *name, self.defs.bindings.get(&(holder, *name)));
            names.map(bound).flat_map(|(holder, name, bindings)| {
                bindings.into_iter().flatten().map(move |binding| (holder, name, binding))
            })
        })
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

    /// The type that a definition stands for.
    fn meant(&self, def: Def) -> Option<Definition> {
        let Def::Item(ix) = def else { return None };
        let item = self.defs.item_facts(ix);
        match item.kind {
            ItemKind::Alias(_) if item.shape.output != TypeIx::UNKNOWN => {
                self.tree(self.defs.item(ix).mount, item.shape.output).here()
            }
            _ => Some(Definition(def)),
        }
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
