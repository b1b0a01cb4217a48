//! A first `boundaries.toml` from the code as it is: which code belongs together, who uses whom, what is used from outside.
//!
//! In two steps, since what a module is to others shows only once there are modules: [`units`] finds modules in crates,
//! top-level mods and technical folders, [`complete`] adds kinds, arrows and interfaces. Both are pure. The text is made
//! elsewhere, and so is who owns which table.

mod arrows;
mod interface;
mod kinds;
mod naming;
mod sizes;
mod technical;
mod units;

pub use units::{Unit, units};

use crate::config::policy::{Kind, ModuleId};
use crate::rules::Context;

/// What is proposed, sorted as it is to be read: apps, domains, libraries, each by name.
#[derive(Clone, Debug, Default)]
pub struct Proposal {
    /// The modules.
    pub modules: Vec<Module>,
    /// The arrows that would have to go so that no cycle is left, the cheapest first: from, to, how many references.
    pub cuts: Vec<(String, String, usize)>,
}

/// A proposed module.
#[derive(Clone, Debug)]
pub struct Module {
    /// Its name.
    pub name: String,
    /// Its selectors.
    pub paths: Vec<String>,
    /// What it is for.
    pub kind: Kind,
    /// How many modules use it.
    pub users: usize,
    /// Tests alone use it.
    pub for_tests: bool,
    /// It would be a library but for this.
    pub obstacle: Option<Obstacle>,
    /// Its interface, where that is a small part of it.
    pub public: Option<Vec<PublicEntry>>,
    /// What it uses today; empty for apps and libraries, which list nothing.
    pub depends_on: Vec<Arrow>,
}

/// What no library may hold, since each service would get its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// Mutable global state.
    Globals,
    /// Tables.
    Tables,
}

/// One entry of `public`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicEntry {
    /// The path, relative to the module's.
    pub path: String,
    /// How many references from outside need it.
    pub uses: usize,
}

/// One entry of `depends-on`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrow {
    /// The module that is used.
    pub to: String,
    /// How many references.
    pub uses: usize,
    /// The first of them: file and line.
    pub place: (String, u32),
    /// Where it stands in a cycle.
    pub cycle: Cycle,
}

/// What an arrow has to do with cycles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cycle {
    /// Nothing.
    No,
    /// It is part of one.
    Part,
    /// It is one of the cheapest that would have to go.
    Cut,
}

/// Modules with nothing but their names and paths: enough to tell which code belongs to which.
pub fn bare(units: &[Unit]) -> Proposal {
    let module = |unit: &Unit| Module {
        name: unit.name.clone(),
        paths: unit.paths.clone(),
        kind: Kind::Domain,
        users: 0,
        for_tests: false,
        obstacle: None,
        public: None,
        depends_on: Vec::new(),
    };
    Proposal { modules: units.iter().map(module).collect(), cuts: Vec::new() }
}

/// The whole proposal. The policy of the context is the bare one, with the units in their order; `owners` are those that a
/// table is to belong to.
pub fn complete(ctx: &Context, units: &[Unit], owners: &[ModuleId]) -> Proposal {
    let verdicts = kinds::of(ctx, units, owners);
    let kinds: Vec<Kind> = verdicts.iter().map(|verdict| verdict.kind).collect();
    let cycles = ctx.module_graph.cycles();
    let mut modules: Vec<Module> = bare(units).modules;
    for (index, module) in modules.iter_mut().enumerate() {
        let id = ModuleId(index as u32);
        module.kind = kinds[index];
        module.obstacle = verdicts[index].obstacle;
        module.users = arrows::users(ctx, id);
        module.for_tests = module.users == 0 && arrows::is_tested_with(ctx, id);
        module.public = interface::of(ctx, id).filter(|_| module.kind != Kind::App);
        module.depends_on = arrows::of(ctx, id, &kinds, &cycles);
    }
    modules.sort_by(|a, b| (rank(a.kind), &a.name).cmp(&(rank(b.kind), &b.name)));
    Proposal { modules, cuts: arrows::cuts(ctx, &cycles) }
}

fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::App => 0,
        Kind::Domain => 1,
        Kind::Library => 2,
    }
}
