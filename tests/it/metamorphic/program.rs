//! Programs as data: what they define, what they name, and in which way each name is written.
//!
//! Everything is `pub`, and no two things of a program share a name, so a name can only ever stand for one thing.
//! [`Program::edges`] knows what refers to what without looking at how it is written; the ways are all that transforms
//! change, and `render` is the only place that turns them into text.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

pub type ModuleIx = usize;
pub type ItemIx = usize;
pub type FacadeIx = usize;

/// References, each from a source module's id to the path of what it leads to.
pub type Edges = BTreeSet<(String, String)>;

/// Names, and what they stand for.
pub type Names = BTreeMap<String, Entity>;

/// A workspace. A crate may use those before it.
#[derive(Clone, Debug, Default)]
pub struct Program {
    pub crates: Vec<Crate>,
    pub modules: Vec<Module>,
    pub items: Vec<Item>,
    pub facades: Vec<Facade>,
}

#[derive(Clone, Debug)]
pub struct Crate {
    pub name: String,
    pub edition: u16,
    /// What it calls the crates before it is written in its manifest: `x_lib0 = { package = "lib0" }`.
    pub renames_dependencies: bool,
}

#[derive(Clone, Debug)]
pub struct Module {
    pub krate: usize,
    /// `None` for the root of a crate.
    pub parent: Option<ModuleIx>,
    pub form: Form,
    /// Its imports share braces: `use crate::{a::f, b};`.
    pub grouped: bool,
    /// Its imports stand behind its items.
    pub imports_last: bool,
    /// It takes in other things of the same names by a glob, which its own names go before.
    pub decoys: bool,
}

/// Where the items of a module stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `mod a { … }`
    Inline,
    /// `a.rs`
    File,
    /// `a/mod.rs`
    Folder,
}

#[derive(Clone, Debug)]
pub struct Item {
    pub module: ModuleIx,
    pub kind: Kind,
    /// What it names outside of a body: types of fields, the trait and the type of an `impl`.
    pub header: Vec<Name>,
    pub body: Vec<Phrase>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Fn,
    /// A field for each name of the header.
    Struct,
    Const,
    /// Of [`VARIANTS`] variants.
    Enum,
    /// With a default method and one that an `impl` must have.
    Trait,
    /// `impl Type { pub fn new() { … } }`
    Impl,
    /// `impl Trait for Type { fn must() { … } }`
    TraitImpl,
}

pub const VARIANTS: usize = 2;

/// Something with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entity {
    Module(ModuleIx),
    Item(ItemIx),
    Variant(ItemIx, usize),
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Phrase {
    pub form: Phrasing,
    /// The type, and behind it the trait where the statement names one; otherwise one name.
    pub names: Vec<Name>,
    /// It stands in the arguments of `vec![]`.
    pub in_macro: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phrasing {
    /// `f();`
    Call,
    /// `let _ = C;`
    Value,
    /// `if let Some(C) = None {}`
    Pattern,
    /// `let _: Option<S> = None;`
    Type,
    /// `if let Some(S { .. }) = None {}`
    Fields,
    /// `fn of<X: T>() {}`
    Bound,
    /// `S::new();`, of an `impl`.
    New(ItemIx),
    /// `<S as T>::m();`, of an `impl`.
    Qualified(ItemIx, Method),
    /// `use T as _; S::m();`, of an `impl`.
    Imported(ItemIx, Method),
}

/// Of a trait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// What has a body in the trait.
    Default,
    /// What has a body in the `impl`.
    Required,
}

/// A place that names something.
#[derive(Clone, Debug)]
pub struct Name {
    pub of: Entity,
    pub way: Way,
}

/// How a name is written. What makes no sense in its place is ignored there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Way {
    pub start: Start,
    /// The facade that the path goes through; only out of [`Program::facades_for`].
    pub via: Option<FacadeIx>,
    /// What of the path is left to a `use`.
    pub import: Option<Import>,
    /// By `Self`, in an `impl` of the very type.
    pub by_self: bool,
}

/// How a path begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// `crate::a::f`, and `::lib0::f` for other crates.
    #[default]
    Crate,
    /// `super::a::f`, `self::a::f`
    Super,
    /// `a::f` where that is possible, otherwise as `Super`.
    Near,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Import {
    pub what: Imported,
    /// In the body that names it, otherwise at the top of the module.
    pub in_body: bool,
    /// `as …`, with a number so that there are several.
    pub alias: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imported {
    /// `use a::f; f()`
    Item,
    /// `use a; a::f()`
    Holder,
    /// `use a::*; f()`
    Glob,
}

/// A `pub use` in a module that others go through.
#[derive(Clone, Debug)]
pub struct Facade {
    pub module: ModuleIx,
    pub kind: FacadeKind,
    /// Where its own path begins.
    pub start: Start,
    /// An earlier facade that its own path goes through.
    pub via: Option<FacadeIx>,
}

#[derive(Clone, Debug)]
pub enum FacadeKind {
    /// `pub use a::f;`, or with the number of an alias.
    Named(Entity, Option<usize>),
    /// `pub use a::*;` of a module or an enum.
    Glob(Entity),
    /// `pub use b::*;` of the module that holds another facade, for what that one brings.
    GlobOver(FacadeIx),
}

/// A segment of a path and what the path up to it leads to.
#[derive(Clone, Debug)]
pub struct Step {
    pub text: String,
    pub to: Entity,
}

impl Program {
    /// The name by which something is defined.
    pub fn name(&self, of: Entity) -> String {
        match of {
            Entity::Module(ix) if self.modules[ix].parent.is_none() => {
                self.crates[self.modules[ix].krate].name.clone()
            }
            Entity::Module(ix) => format!("m{ix}"),
            Entity::Variant(ix, n) => format!("V{ix}_{n}"),
            Entity::Item(ix) => match self.items[ix].kind {
                Kind::Fn => format!("f{ix}"),
                Kind::Struct => format!("S{ix}"),
                Kind::Const => format!("C{ix}"),
                Kind::Enum => format!("E{ix}"),
                Kind::Trait => format!("T{ix}"),
                Kind::Impl | Kind::TraitImpl => panic!("an `impl` has no name"),
            },
        }
    }

    pub fn parent(&self, of: Entity) -> Option<Entity> {
        match of {
            Entity::Module(ix) => self.modules[ix].parent.map(Entity::Module),
            Entity::Item(ix) => Some(Entity::Module(self.items[ix].module)),
            Entity::Variant(ix, _) => Some(Entity::Item(ix)),
        }
    }

    /// From the root of its crate down to itself, by the names of the definitions.
    pub fn home(&self, of: Entity) -> Vec<Step> {
        let mut steps = self.parent(of).map_or(Vec::new(), |parent| self.home(parent));
        steps.push(Step { text: self.name(of), to: of });
        steps
    }

    /// Its path in what the analysis reports.
    pub fn id(&self, of: Entity) -> String {
        self.home(of).into_iter().map(|step| step.text).collect::<Vec<_>>().join("::")
    }

    pub fn krate(&self, of: Entity) -> usize {
        match of {
            Entity::Module(ix) => self.modules[ix].krate,
            Entity::Item(ix) | Entity::Variant(ix, _) => self.modules[self.items[ix].module].krate,
        }
    }

    /// The modules of some crates.
    pub fn modules_in(&self, krates: RangeInclusive<usize>) -> Vec<ModuleIx> {
        (0..self.modules.len()).filter(|&ix| krates.contains(&self.modules[ix].krate)).collect()
    }

    /// Everything that has a name.
    pub fn entities(&self) -> Vec<Entity> {
        let modules = (0..self.modules.len()).map(Entity::Module);
        let items = (0..self.items.len()).filter(|&ix| !self.is_impl(ix)).map(Entity::Item);
        let enums = (0..self.items.len()).filter(|&ix| self.items[ix].kind == Kind::Enum);
        let variants = enums.flat_map(|ix| (0..VARIANTS).map(move |n| Entity::Variant(ix, n)));
        modules.chain(items).chain(variants).collect()
    }

    fn is_impl(&self, ix: ItemIx) -> bool {
        matches!(self.items[ix].kind, Kind::Impl | Kind::TraitImpl)
    }

    /// It has a meaning as a type, and it has one as a value.
    pub fn namespaces(&self, of: Entity) -> (bool, bool) {
        match of {
            Entity::Module(_) => (true, false),
            Entity::Variant(..) => (true, true),
            Entity::Item(ix) => match self.items[ix].kind {
                Kind::Fn | Kind::Const => (false, true),
                Kind::Struct => (true, self.items[ix].header.is_empty()),
                Kind::Enum | Kind::Trait => (true, false),
                Kind::Impl | Kind::TraitImpl => panic!("an `impl` has no name"),
            },
        }
    }

    /// What is named directly in a module or an enum.
    fn children(&self, of: Entity) -> Names {
        let inside = self.entities().into_iter().filter(|&entity| self.parent(entity) == Some(of));
        inside.map(|entity| (self.name(entity), entity)).collect()
    }

    /// The steps from something to what is inside of it; `None` if it is not inside.
    fn down(&self, from: Entity, to: Entity) -> Option<Vec<Step>> {
        let home = self.home(to);
        let at = home.iter().position(|step| step.to == from)?;
        Some(home[at + 1..].to_vec())
    }

    /// The steps of a path to something, through a facade if there is one.
    pub fn steps(&self, to: Entity, via: Option<FacadeIx>) -> Vec<Step> {
        let Some(via) = via else { return self.home(to) };
        let mut steps = self.home(Entity::Module(self.facades[via].module));
        steps.extend(self.tail(via, to).expect("a facade that leads there"));
        steps
    }

    /// The steps behind the module that holds a facade; `None` if it does not lead there.
    fn tail(&self, via: FacadeIx, to: Entity) -> Option<Vec<Step>> {
        match self.facades[via].kind {
            FacadeKind::Named(target, alias) => {
                let mut steps = vec![Step { text: aliased(self.name(target), 'v', alias), to: target }];
                steps.extend(self.down(target, to)?);
                Some(steps)
            }
            FacadeKind::Glob(target) => self.down(target, to).filter(|steps| !steps.is_empty()),
            FacadeKind::GlobOver(other) => self.tail(other, to),
        }
    }

    /// The names that a facade is there for.
    fn brings(&self, facade: FacadeIx) -> Names {
        match self.facades[facade].kind {
            FacadeKind::Named(target, alias) => {
                Names::from([(aliased(self.name(target), 'v', alias), target)])
            }
            FacadeKind::Glob(target) => self.children(target),
            FacadeKind::GlobOver(other) => self.brings(other),
        }
    }

    /// Every name that a module has for others. An import of its own under such a name would hide it from them.
    pub fn bound(&self, module: ModuleIx) -> Names {
        let facades = (0..self.facades.len()).filter(|&ix| self.facades[ix].module == module);
        let mut names = self.explicit(module);
        names.extend(facades.flat_map(|ix| self.brings(ix)));
        names
    }

    /// Of these, the ones that do not come out of a glob.
    pub fn explicit(&self, module: ModuleIx) -> Names {
        let own = self.children(Entity::Module(module)).into_iter();
        let is_named = |ix: &FacadeIx| {
            let facade = &self.facades[*ix];
            facade.module == module && matches!(facade.kind, FacadeKind::Named(..))
        };
        own.chain((0..self.facades.len()).filter(is_named).flat_map(|ix| self.brings(ix))).collect()
    }

    /// The facades through which a module can name something.
    pub fn facades_for(&self, site: ModuleIx, to: Entity) -> Vec<FacadeIx> {
        let known = |ix: &FacadeIx| self.modules[self.facades[*ix].module].krate <= self.modules[site].krate;
        (0..self.facades.len()).filter(known).filter(|&ix| self.tail(ix, to).is_some()).collect()
    }

    /// Adds a facade, unless it makes no sense where it stands.
    pub fn add_facade(&mut self, facade: Facade) -> Option<FacadeIx> {
        let (module, kind) = (facade.module, facade.kind.clone());
        let reaches = |to: Entity| self.krate(to) <= self.modules[module].krate;
        let sensible = match kind {
            // `pub use crate as x` is no Rust.
            FacadeKind::Named(target, _) if Some(target) == self.root(module) => false,
            FacadeKind::Named(target, alias) => {
                reaches(target) && !self.bound(module).contains_key(&aliased(self.name(target), 'v', alias))
            }
            FacadeKind::Glob(Entity::Module(target)) => reaches(Entity::Module(target)) && target != module,
            FacadeKind::Glob(target) => reaches(target),
            FacadeKind::GlobOver(other) => {
                let holder = self.facades[other].module;
                reaches(Entity::Module(holder)) && holder != module
            }
        };
        sensible.then(|| {
            self.facades.push(facade);
            self.facades.len() - 1
        })
    }

    fn root(&self, module: ModuleIx) -> Option<Entity> {
        self.home(Entity::Module(module)).first().map(|step| step.to)
    }

    /// The type that an `impl` is of.
    pub fn type_of(&self, implementation: ItemIx) -> Option<Entity> {
        self.is_impl(implementation).then(|| self.items[implementation].header.last().map(|name| name.of))?
    }

    /// Calls a function with every name that is written somewhere and the module that it stands in. The function also
    /// sees the program as it was.
    pub fn each_name(&mut self, mut change: impl FnMut(&Program, ModuleIx, &mut Name)) {
        let before = self.clone();
        for item in &mut self.items {
            let names = item.body.iter_mut().flat_map(|phrase| &mut phrase.names);
            item.header.iter_mut().chain(names).for_each(|name| change(&before, item.module, name));
        }
    }

    /// What refers to what, by the meaning of the program alone: neither imports nor facades are in it.
    pub fn edges(&self) -> Edges {
        let mut edges = Edges::new();
        for item in &self.items {
            let header = item.header.iter().map(|name| (name.of, self.id(name.of)));
            let body = item.body.iter().flat_map(|phrase| self.leads_to(phrase));
            for (to, path) in header.chain(body) {
                self.add_edge(&mut edges, item.module, to, path);
            }
        }
        edges
    }

    /// Adds a reference, unless it stays in its source module.
    pub fn add_edge(&self, edges: &mut Edges, from: ModuleIx, to: Entity, path: String) {
        if self.source(to) != from {
            edges.insert((self.id(Entity::Module(from)), path));
        }
    }

    /// The source module that defines something.
    fn source(&self, of: Entity) -> ModuleIx {
        match of {
            Entity::Module(ix) => ix,
            Entity::Item(ix) | Entity::Variant(ix, _) => self.items[ix].module,
        }
    }

    /// What a statement refers to: each time something that stands where the target stands, and the target's path.
    fn leads_to(&self, phrase: &Phrase) -> Vec<(Entity, String)> {
        let named = |name: &Name| (name.of, self.id(name.of));
        let ty = &phrase.names[0];
        // What an `impl` defines is found where the `impl` stands, under the name of its type.
        let member = |implementation: ItemIx, name: String| {
            let module = Entity::Module(self.items[implementation].module);
            (module, format!("{}::{}::{name}", self.id(module), self.name(ty.of)))
        };
        let of_trait = |ix: ItemIx, method: Method| {
            let (to, path) = named(&self.items[ix].header[0]);
            (to, format!("{path}::{}", self.method(ix, method)))
        };
        let target = match phrase.form {
            Phrasing::New(ix) => member(ix, format!("new{ix}")),
            Phrasing::Qualified(ix, method) => {
                // Both the type and the trait are written out, so both are referred to.
                return vec![named(ty), of_trait(ix, method)];
            }
            Phrasing::Imported(ix, Method::Default) => of_trait(ix, Method::Default),
            Phrasing::Imported(ix, Method::Required) => member(ix, self.method(ix, Method::Required)),
            _ => return vec![named(ty)],
        };
        // A type counts beside its function, if another module defines it.
        if self.source(ty.of) == self.source(target.0) { vec![target] } else { vec![target, named(ty)] }
    }

    /// The name of a method of the trait that an `impl` is of.
    pub fn method(&self, implementation: ItemIx, method: Method) -> String {
        let of = self.name(self.items[implementation].header[0].of).to_lowercase();
        match method {
            Method::Default => format!("act_{of}"),
            Method::Required => format!("must_{of}"),
        }
    }
}

/// A name, or what it is called instead.
pub fn aliased(name: String, mark: char, alias: Option<usize>) -> String {
    match alias {
        Some(number) => format!("{name}_{mark}{number}"),
        None => name,
    }
}
