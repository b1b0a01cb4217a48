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
    let cycles = ctx.cycles();
    let mut modules: Vec<Module> = bare(units).modules;
    for (index, module) in modules.iter_mut().enumerate() {
        let id = ModuleId(index as u32);
        module.kind = kinds[index];
        module.obstacle = verdicts[index].obstacle;
        module.users = arrows::users(ctx, id);
        module.for_tests = module.users == 0 && arrows::is_tested_with(ctx, id);
        module.public = interface::of(ctx, id).filter(|_| module.kind != Kind::App);
        module.depends_on = arrows::of(ctx, id, &kinds, cycles);
    }
    modules.sort_by(|a, b| (rank(a.kind), &a.name).cmp(&(rank(b.kind), &b.name)));
    Proposal { modules, cuts: arrows::cuts(ctx, cycles) }
}

fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::App => 0,
        Kind::Domain => 1,
        Kind::Library => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use crate::data::DataModel;
    use crate::graph::{Graph, sample};
    use crate::output::draft;
    use crate::output::proposal::Proposal as Tables;

    /// What is proposed for a graph; `owners` have a table.
    fn proposal(ids: &[&str], references: &[&str], owners: &[&str]) -> Proposal {
        let graph = Graph::from_model(sample::model(ids, references));
        let units = units(graph.model());
        let policy =
            config::load(&draft::text(&bare(&units), &Tables::default()), "boundaries.toml", &[]).unwrap();
        let assignment = config::assign(&policy, graph.model()).unwrap();
        assert!(assignment.unmatched.is_empty(), "{:?}", assignment.unmatched);
        let (data, ownership) = (DataModel::default(), config::Ownership::default());
        let ctx = Context::new(&graph, &policy, &assignment, (&data, &ownership));
        let owns = |(id, _): &(ModuleId, &crate::config::policy::Module)| owners.contains(&ctx.name(*id));
        let owners: Vec<ModuleId> = policy.iter().filter(owns).map(|(id, _)| id).collect();
        complete(&ctx, &units, &owners)
    }

    #[track_caller]
    fn check(ids: &[&str], references: &[&str], owners: &[&str], expected: &[&str]) {
        let show = |module: &Module| {
            let kind = match module.kind {
                Kind::App => "app ",
                Kind::Domain => "",
                Kind::Library => "library ",
            };
            let arrow = |arrow: &Arrow| {
                let mark = match arrow.cycle {
                    Cycle::No => "",
                    Cycle::Part => "~",
                    Cycle::Cut => "!",
                };
                format!(" {}{mark}{}", arrow.to, arrow.uses)
            };
            let arrows: String = module.depends_on.iter().map(arrow).collect();
            format!("{kind}{} <{}{arrows}", module.name, module.users)
        };
        let proposal = proposal(ids, references, owners);
        assert_eq!(proposal.modules.iter().map(show).collect::<Vec<_>>(), expected);
    }

    const CRATES: [&str; 6] = ["main{bin}", "orders", "payments", "support", "money", "digits"];
    const USES: [&str; 8] = [
        "main{bin} -> orders x",
        "main{bin} -> support x",
        "orders -> payments pay",
        "orders -> payments refund",
        "orders -> money M",
        "payments -> money M",
        "support -> money M",
        "money -> digits d",
    ];

    #[test]
    fn what_many_use_is_a_library_with_what_it_uses() {
        check(
            &CRATES,
            &USES,
            &[],
            &[
                "app app <0",
                "orders <1 payments2",
                "payments <1",
                "support <1",
                "library digits <1",
                "library money <3",
            ],
        );
    }

    #[test]
    fn a_stage_in_the_middle_is_none() {
        let uses = ["a -> x X", "b -> x X", "c -> x X", "x -> y Y", "x -> z Z"];
        check(
            &["a", "b", "c", "x", "y", "z"],
            &uses,
            &[],
            &["a <0 x1", "b <0 x1", "c <0 x1", "x <3 y1 z1", "y <1", "z <1"],
        );
        check(
            &["a", "b", "c", "x", "y"],
            &uses[..4],
            &[],
            &["a <0", "b <0", "c <0", "library x <3", "library y <1"],
        );
    }

    #[test]
    fn what_owns_a_table_is_none_and_says_so() {
        let expected = [
            "app app <0",
            "digits <1",
            "money <3 digits1",
            "orders <1 money1 payments2",
            "payments <1 money1",
            "support <1 money1",
        ];
        check(&CRATES, &USES, &["digits"], &expected);
        check(&CRATES, &USES, &["money"], &expected);
        let obstacle = |owner| {
            let proposal = proposal(&CRATES, &USES, &[owner]);
            proposal.modules.iter().find(|module| module.name == "money").and_then(|module| module.obstacle)
        };
        assert_eq!((obstacle("money"), obstacle("digits")), (None, None));
        // It is no library on account of the table alone where all that it uses is one.
        let uses: Vec<&str> = USES.iter().copied().filter(|u| !u.starts_with("money")).collect();
        let proposal = proposal(&CRATES, &uses, &["money"]);
        let money = proposal.modules.iter().find(|module| module.name == "money").unwrap();
        assert_eq!((money.kind, money.obstacle), (Kind::Domain, Some(Obstacle::Tables)));
    }

    #[test]
    fn what_nobody_uses_and_uses_many_is_an_app() {
        check(
            &["wiring", "a", "b", "c", "lonely"],
            &["wiring -> a X", "wiring -> b X", "wiring -> c X", "lonely -> a X"],
            &[],
            &["app wiring <0", "a <2", "b <1", "c <1", "lonely <0 a1"],
        );
    }

    #[test]
    fn the_cheapest_arrow_of_a_cycle_is_the_one_to_cut() {
        let references = ["a -> b X", "a -> b Y", "b -> c X", "b -> c Y", "c -> a X", "c -> d X"];
        check(&["a", "b", "c", "d"], &references, &[], &["a <1 b~2", "b <1 c~2", "c <1 a!1 d1", "d <1"]);
        let proposal = proposal(&["a", "b", "c", "d"], &references, &[]);
        assert_eq!(proposal.cuts, [("c".to_owned(), "a".to_owned(), 1)]);
    }

    #[test]
    fn a_few_parts_that_others_use_are_the_interface() {
        let public = |references: &[&str]| {
            let ids = ["a", "b", "b::api", "b::events", "b::store", "c"];
            let proposal = proposal(&ids, references, &[]);
            let b = proposal.modules.into_iter().find(|module| module.name == "b").unwrap();
            b.public.map(|entries| {
                entries.into_iter().map(|e| format!("{} {}", e.path, e.uses)).collect::<Vec<_>>()
            })
        };
        // The crate of most mods is not cut as long as all are as large.
        let uses = ["a -> b::api X", "a -> b::api Y", "c -> b::events Paid"];
        let expected = ["api 2", "events::Paid 1"].map(str::to_owned).to_vec();
        assert_eq!(public(&uses), Some(expected));
        assert_eq!(public(&["a -> b::api X", "a -> b::events X", "a -> b::store X"]), None);
        assert_eq!(public(&["a -> b X", "a -> b::api X"]), None);
        assert_eq!(public(&[]), None);
    }
}
