//! The tables names are resolved in: crates, modules, items, the bindings of each module.
//!
//! Every name is interned, every table is indexed by a newtype. A file's facts are *mounted*: one [`Mount`] per place in
//! the module tree that the file fills.

pub(super) use super::interner::{Interner, Sym};
use super::pending::Pending;
use crate::extract::facts::{self, FileFacts, ImplIx, ItemIx, Ns, PathRoot, ScopeIx};
use crate::source::TargetKind;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::sync::Arc;

/// A set of names.
#[derive(Default)]
pub(super) struct NameSet(Vec<u64>);

impl NameSet {
    /// Adds a name; whether it is new.
    pub(super) fn insert(&mut self, name: Sym) -> bool {
        let (word, bit) = (name.0 as usize / 64, 1 << (name.0 % 64));
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        let is_new = self.0[word] & bit == 0;
        self.0[word] |= bit;
        is_new
    }

    pub(super) fn has(&self, name: Sym) -> bool {
        self.0.get(name.0 as usize / 64).is_some_and(|word| word & (1 << (name.0 % 64)) != 0)
    }
}

macro_rules! index {
    ($($name:ident),*) => {$(
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(super) struct $name(pub u32);

        impl $name {
            pub(super) fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

index!(CrateId, ModIx, MountId, DefIx, ImplId, ImportId);

/// What a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Def {
    /// A module or a crate's root.
    Module(ModIx),
    /// An item.
    Item(DefIx),
    /// A variant: the enum, and the index of the member in its mount.
    Variant(DefIx, u32),
    /// An associated item of a trait.
    TraitMember(DefIx, u32),
    /// An associated item of an impl.
    ImplMember(ImplId, u32),
    /// A field of a struct or union: the item, and the index of the field in its mount.
    Field(DefIx, u32),
    /// Something of a crate outside the workspace.
    External(Sym),
}

/// Who may use a binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    Public,
    /// The module and what is below it.
    Within(ModIx),
}

/// A name in a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BindingDef {
    pub def: Def,
    pub ns: Ns,
    pub reach: Reach,
    /// The import it came through.
    pub import: Option<ImportId>,
    pub glob: bool,
    /// Only there in a test build.
    pub test: bool,
}

/// Associated items of one name: the impl and the member's index in its mount.
pub(super) type AssocItems = SmallVec<[(ImplId, u32); 1]>;

pub(super) type Bindings = SmallVec<[BindingDef; 1]>;

/// A crate: one target.
pub(super) struct Krate {
    pub name: Sym,
    pub kind: TargetKind,
    pub package: usize,
    pub edition: u16,
    pub root: ModIx,
    /// Crates its code can name.
    pub externs: FxHashMap<Sym, Extern>,
    /// Roots of crates whose macros it has through `#[macro_use] extern crate`.
    pub macro_use: Vec<ModIx>,
}

/// A crate that another names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extern {
    pub target: ExternTarget,
    /// From `[dev-dependencies]` only.
    pub dev: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ExternTarget {
    Member(CrateId),
    External,
}

/// Whether a module is a node of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ModKind {
    /// A `mod` of the source.
    Source,
    /// A module that only a macro's expansion holds.
    Virtual,
    /// A block with items.
    Block,
}

/// A module, in the widest sense: anything that holds named items.
pub(super) struct Module {
    pub krate: CrateId,
    pub parent: Option<ModIx>,
    pub name: Sym,
    pub kind: ModKind,
    /// The source module it is or lies in.
    pub source: ModIx,
    pub test: bool,
    /// Its contents are unknown (left out, missing, or broken): paths into it end in it.
    pub opaque: bool,
    /// Textual order of its declaration in the file of its parent.
    pub order: u32,
    pub macro_use: bool,
    pub file: Option<u32>,
    pub line: u32,
    pub mod_rs: bool,
    /// Names it binds; the bindings are in [`Defs::bindings`].
    pub names: Vec<Sym>,
    /// Macros defined here and `#[macro_use]` modules, in textual order.
    pub textual: Vec<(u32, Textual)>,
    /// Glob imports: what is imported from where.
    pub globs: Vec<GlobImport>,
    /// Modules that import this one's names by glob.
    pub importers: Vec<(ModIx, ImportId)>,
}

/// An entry of a module's textual macro scope.
#[derive(Clone, Copy, Debug)]
pub(super) enum Textual {
    Macro(Sym, DefIx),
    MacroUse(ModIx),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GlobImport {
    pub from: Def,
    pub import: ImportId,
}

/// A file's facts at one place of the module tree.
pub(super) struct Mount {
    pub facts: Arc<FileFacts>,
    pub file: u32,
    pub krate: CrateId,
    /// Module-like scope for each of the facts' scopes.
    pub modules: SmallVec<[ModIx; 2]>,
    /// The facts' names as workspace names.
    pub names: Arc<[Sym]>,
    pub item_base: u32,
    pub impl_base: u32,
    pub import_base: u32,
    /// In an expansion: the crate that `$crate` stands for, and what `Self` means around the call.
    pub macro_crate: Option<CrateId>,
    /// In an expansion: the call's mount and scope, where `Self` goes on.
    pub outer: Option<(MountId, ScopeIx)>,
    /// The whole mount stands in test code.
    pub test: bool,
    /// In an expansion: the textual order of its call, which holds for all of it.
    pub order: Option<u32>,
    /// In an expansion that is shared by many calls: where this one stands.
    pub pos: Option<facts::Pos>,
    /// Parallel to the facts' calls: the call was expanded.
    pub expanded: Vec<bool>,
}

impl Mount {
    pub(super) fn name(&self, name: facts::Name) -> Sym {
        self.names[name.index()]
    }

    pub(super) fn path(&self, path: facts::Path) -> PathSyms {
        PathSyms { root: path.root, segments: self.facts.path(path).iter().map(|&n| self.name(n)).collect() }
    }

    pub(super) fn module(&self, scope: ScopeIx) -> ModIx {
        self.modules[scope.index()]
    }

    /// The members of an item or impl, by name.
    pub(super) fn members(&self, (start, end): (u32, u32)) -> impl Iterator<Item = (Sym, u32)> {
        (start..end).map(|m| (self.name(self.facts.members[m as usize].name), m))
    }

    /// The first member of a name.
    pub(super) fn member_named(&self, range: (u32, u32), name: Sym) -> Option<u32> {
        self.members(range).find(|(n, _)| *n == name).map(|(_, m)| m)
    }

    pub(super) fn def(&self, item: ItemIx) -> DefIx {
        DefIx(self.item_base + item.0)
    }

    pub(super) fn impl_id(&self, ix: ImplIx) -> ImplId {
        ImplId(self.impl_base + ix.0)
    }
}

/// A path in workspace names.
#[derive(Clone, Debug)]
pub(super) struct PathSyms {
    pub root: PathRoot,
    pub segments: SmallVec<[Sym; 4]>,
}

/// An item of the workspace.
#[derive(Clone, Copy)]
pub(super) struct ItemDef {
    pub mount: MountId,
    pub item: ItemIx,
    pub module: ModIx,
    pub name: Sym,
}

/// An impl of the workspace.
#[derive(Clone)]
pub(super) struct ImplDef {
    pub mount: MountId,
    pub ix: ImplIx,
    pub module: ModIx,
    /// The type it is for, once resolved.
    pub self_type: Option<Def>,
    /// The trait it implements, once resolved.
    pub of_trait: Option<Def>,
}

/// An import of the workspace.
#[derive(Clone)]
pub(super) struct ImportDef {
    pub mount: MountId,
    pub ix: u32,
    pub module: ModIx,
    pub reach: Reach,
    /// What it names, with the namespaces it was found in.
    pub targets: SmallVec<[(Def, Ns); 1]>,
}

/// All tables.
#[derive(Default)]
pub(super) struct Defs {
    pub interner: Interner,
    pub crates: Vec<Krate>,
    pub modules: Vec<Module>,
    pub mounts: Vec<Mount>,
    pub items: Vec<ItemDef>,
    pub impls: Vec<ImplDef>,
    pub imports: Vec<ImportDef>,
    pub bindings: FxHashMap<(ModIx, Sym), Bindings>,
    /// Names that some module binds.
    pub bound: NameSet,
    /// Names under which some crate has another.
    pub crate_names: NameSet,
    /// Named imports that have not led anywhere yet. While they wait, their names are nobody else's.
    pub waiting: FxHashMap<(ModIx, Sym), SmallVec<[ImportId; 1]>>,
    /// Inherent and trait impls by type.
    pub impls_of: FxHashMap<Def, Vec<ImplId>>,
    /// Associated items by type and name.
    pub assoc: FxHashMap<(Def, Sym), AssocItems>,
    /// Imports to be resolved again.
    pub pending: Pending,
    pub words: Words,
}

/// Names that resolution treats specially.
pub(super) struct Words {
    pub std: Sym,
    pub sysroot: Vec<Sym>,
}

impl Default for Words {
    fn default() -> Words {
        Words { std: Sym(0), sysroot: Vec::new() }
    }
}

impl Defs {
    pub(super) fn module(&self, ix: ModIx) -> &Module {
        &self.modules[ix.index()]
    }

    /// The bindings of a name, to be added to.
    pub(super) fn slot(&mut self, module: ModIx, name: Sym) -> &mut Bindings {
        let (names, bound) = (&mut self.modules[module.index()].names, &mut self.bound);
        self.bindings.entry((module, name)).or_insert_with(|| {
            names.push(name);
            bound.insert(name);
            Bindings::new()
        })
    }

    /// Whether a named import other than one may still bind a name, which then goes before what globs bring.
    pub(super) fn awaits(&self, module: ModIx, name: Sym, except: Option<ImportId>) -> bool {
        !self.waiting.is_empty()
            && self.waiting.get(&(module, name)).is_some_and(|ids| ids.iter().any(|id| Some(*id) != except))
    }

    pub(super) fn mount(&self, id: MountId) -> &Mount {
        &self.mounts[id.index()]
    }

    pub(super) fn item(&self, ix: DefIx) -> &ItemDef {
        &self.items[ix.index()]
    }

    pub(super) fn item_facts(&self, ix: DefIx) -> &facts::Item {
        let def = self.item(ix);
        &self.mount(def.mount).facts.items[def.item.index()]
    }

    pub(super) fn impl_facts(&self, id: ImplId) -> &facts::Impl {
        let def = &self.impls[id.index()];
        &self.mount(def.mount).facts.impls[def.ix.index()]
    }

    pub(super) fn import(&self, id: ImportId) -> (&ImportDef, &facts::Import) {
        let def = &self.imports[id.index()];
        (def, &self.mount(def.mount).facts.imports[def.ix as usize])
    }

    pub(super) fn krate(&self, id: CrateId) -> &Krate {
        &self.crates[id.index()]
    }

    /// Whether `module` is `ancestor` or lies below it.
    pub(super) fn is_within(&self, module: ModIx, ancestor: ModIx) -> bool {
        let mut at = Some(module);
        while let Some(ix) = at {
            if ix == ancestor {
                return true;
            }
            at = self.module(ix).parent;
        }
        false
    }

    pub(super) fn can_use(&self, module: ModIx, reach: Reach) -> bool {
        match reach {
            Reach::Public => true,
            Reach::Within(ancestor) => self.is_within(module, ancestor),
        }
    }

    /// The module that holds a definition (a block counts), or the module itself.
    pub(super) fn holder(&self, def: Def) -> Option<ModIx> {
        match def {
            Def::Module(ix) => Some(ix),
            Def::Item(ix) | Def::Variant(ix, _) | Def::TraitMember(ix, _) | Def::Field(ix, _) => {
                Some(self.item(ix).module)
            }
            Def::ImplMember(id, _) => Some(self.impls[id.index()].module),
            Def::External(_) => None,
        }
    }

    /// The source module that defines something.
    pub(super) fn source_of(&self, def: Def) -> Option<ModIx> {
        self.holder(def).map(|ix| self.module(ix).source)
    }
}
