//! Who could own the tables that nobody owns: a proposal from who writes them, and from their names.

use super::inventory::{Inventory, Kind, NO_MODULE, Resource};
use crate::config::policy::Policy;
use crate::data::TableKind;
use crate::sql::Access;
use std::collections::BTreeMap;

/// A first version of the `owns` tables of a policy.
#[derive(Clone, Debug, Default)]
pub struct Proposal {
    /// The modules that tables are proposed for, sorted by name.
    pub modules: Vec<ProposedModule>,
    /// Tables that several modules read and none writes.
    pub reference: Vec<ProposedTable>,
    /// Tables that nothing is known about that could decide.
    pub undecided: Vec<ProposedTable>,
    /// Tables that two or more modules write, each with them and how often they do.
    pub contested: Vec<ProposedTable>,
    /// How many tables have an owner already.
    pub settled: usize,
}

/// A module and what it is proposed to own.
#[derive(Clone, Debug)]
pub struct ProposedModule {
    /// Its name in the policy, or the source module that stands in for one.
    pub name: String,
    /// What `tables` lists already, as written.
    pub listed: Vec<String>,
    /// What is proposed, sorted by name.
    pub tables: Vec<ProposedTable>,
}

/// A table, and what speaks for the proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedTable {
    /// Its name.
    pub name: String,
    /// A phrase: `written by orders (3)`.
    pub evidence: String,
    /// The code says so plainly: one module alone deals with it, or by far the most, or most of all the one of its name.
    pub certain: bool,
    /// It is a view.
    pub view: bool,
}

/// How a table was decided.
enum Decision<'a> {
    /// The evidence, and whether it is plain.
    Module(&'a str, String, bool),
    Reference(String),
    Undecided(String),
}

impl Proposal {
    /// A proposal for every table that has no owner and is not shared.
    pub fn new(inventory: &Inventory, policy: Option<&Policy>) -> Proposal {
        let open: Vec<&Resource> = inventory.tables().filter(|r| r.ownership == "unowned").collect();
        let mut proposal =
            Proposal { settled: inventory.tables().count() - open.len(), ..Proposal::default() };
        let mut tables: BTreeMap<&str, Vec<ProposedTable>> = BTreeMap::new();
        let families = families(inventory);
        for resource in open {
            let table = |evidence, certain| ProposedTable {
                name: resource.name.clone(),
                evidence,
                certain,
                view: resource.kind == Kind::Table(TableKind::View),
            };
            let writers = writers(resource);
            if writers.len() > 1 {
                proposal.contested.push(table(format!("written by {}", listed(&writers)), false));
            }
            match decide(resource, &writers, &families) {
                Decision::Module(module, evidence, certain) => {
                    tables.entry(module).or_default().push(table(evidence, certain));
                }
                Decision::Reference(evidence) => {
                    proposal.reference.push(table(evidence, resource.declared.is_some()));
                }
                Decision::Undecided(evidence) => proposal.undecided.push(table(evidence, false)),
            }
        }
        let module = |(name, tables): (&str, Vec<ProposedTable>)| ProposedModule {
            name: name.to_owned(),
            listed: listed_already(policy, name),
            tables,
        };
        proposal.modules = tables.into_iter().map(module).collect();
        proposal
    }
}

fn listed_already(policy: Option<&Policy>, module: &str) -> Vec<String> {
    let module = policy.and_then(|policy| Some(policy.module(policy.find(module)?)));
    module.into_iter().flat_map(|m| &m.owns.tables).map(|pattern| pattern.text.clone()).collect()
}

/// The modules that write a table in code, most first.
fn writers(resource: &Resource) -> Vec<(&str, usize)> {
    let mut writers = resource.by_module(&[Access::Write, Access::Ddl]);
    writers.retain(|(module, _)| *module != NO_MODULE);
    writers
}

/// Which module the first word of a table's name belongs to, by the tables that have one owner or one writer, and by the
/// names of modules. Words that lead to several modules are left out.
fn families(inventory: &Inventory) -> BTreeMap<String, &str> {
    let mut families: BTreeMap<String, Option<&str>> = BTreeMap::new();
    let mut add = |word: String, module| {
        let entry = families.entry(word).or_insert(Some(module));
        if *entry != Some(module) {
            *entry = None;
        }
    };
    for resource in inventory.tables() {
        let writers = writers(resource);
        let only = match writers.as_slice() {
            [(module, _)] => Some(*module),
            _ => None,
        };
        if let Some(module) = resource.owner.as_deref().or(only) {
            add(first_word(&resource.name), module);
        }
        let code = resource.accesses.iter().filter_map(|access| access.code.module.as_deref());
        code.for_each(|module| add(singular(module.rsplit("::").next().unwrap_or(module)), module));
    }
    families.into_iter().filter_map(|(word, module)| Some((word, module?))).collect()
}

/// `payment` for `billing.payments` and `payment_items`.
fn first_word(table: &str) -> String {
    let bare = table.rsplit('.').next().unwrap_or(table);
    singular(bare.split('_').find(|word| !word.is_empty()).unwrap_or(bare))
}

fn singular(word: &str) -> String {
    let word = word.to_lowercase();
    match word.strip_suffix("ies") {
        Some(stem) if stem.len() > 1 => format!("{stem}y"),
        _ => word.strip_suffix('s').filter(|stem| stem.len() > 2).unwrap_or(&word).to_owned(),
    }
}

fn decide<'a>(
    resource: &'a Resource,
    writers: &[(&'a str, usize)],
    families: &BTreeMap<String, &'a str>,
) -> Decision<'a> {
    if let Some(module) = namesake(resource) {
        return Decision::Module(module, named(resource, writers), true);
    }
    let family = families.get(&first_word(&resource.name)).copied();
    match writers {
        [(module, _)] => return Decision::Module(module, format!("written by {}", listed(writers)), true),
        [(module, most), (_, second), ..] if most > second => {
            let evidence = format!("contested: written by {}", listed(writers));
            let plain = family == Some(module) || is_most(*most, writers);
            return Decision::Module(module, evidence, plain);
        }
        [(_, most), ..] => {
            let evidence = format!("contested: written by {}", listed(writers));
            let tied = |module: &&str| writers.iter().any(|(name, count)| name == module && count == most);
            return match family.filter(tied) {
                Some(module) => Decision::Module(module, format!("{evidence}; the name decides"), false),
                None => Decision::Undecided(evidence),
            };
        }
        [] => {}
    }
    let mut readers = resource.by_module(&[Access::Read, Access::Join]);
    readers.retain(|(module, _)| *module != NO_MODULE);
    let reads = match readers.as_slice() {
        [] => "no code touches it".to_owned(),
        readers => format!("written by no code, read by {}", listed(readers)),
    };
    match (family, readers.as_slice()) {
        (Some(module), [(reader, _)]) => {
            let view = resource.kind == Kind::Table(TableKind::View);
            Decision::Module(module, format!("by its name; {reads}"), view || module == *reader)
        }
        (Some(module), _) => {
            // Nobody writes a view: its name is all that there is.
            let view = resource.kind == Kind::Table(TableKind::View);
            Decision::Module(module, format!("by its name; {reads}"), view)
        }
        (None, [(module, _)]) => Decision::Module(module, reads, true),
        (None, []) => Decision::Undecided(reads),
        (None, _) => Decision::Reference(reads),
    }
}

/// The module that a table is called after, if it writes it, or reads what nobody writes.
fn namesake(resource: &Resource) -> Option<&str> {
    let bare = resource.name.rsplit('.').next().unwrap_or(&resource.name);
    let table = singular(bare);
    let is_called_so = |module: &&str| {
        let name = singular(module.rsplit("::").next().unwrap_or(module));
        name == table || name.strip_suffix(&table).is_some_and(|rest| rest.ends_with('_'))
    };
    let writers = writers(resource);
    let users = if writers.is_empty() { resource.by_module(&[Access::Read, Access::Join]) } else { writers };
    let mut called_so = users.into_iter().map(|(module, _)| module).filter(is_called_so);
    called_so.next().filter(|_| called_so.next().is_none())
}

/// What is known of a table with a namesake.
fn named(resource: &Resource, writers: &[(&str, usize)]) -> String {
    match writers {
        [] => {
            let readers = resource.by_module(&[Access::Read, Access::Join]);
            format!("by its name; written by no code, read by {}", listed(&readers))
        }
        [_] => format!("written by {}", listed(writers)),
        _ => format!("by its name; written by {}", listed(writers)),
    }
}

/// Whether one module writes a table at least three times as often as all others together.
fn is_most(most: usize, writers: &[(&str, usize)]) -> bool {
    let all: usize = writers.iter().map(|(_, count)| count).sum();
    most * 4 >= all * 3
}

/// `orders (3), payments (1)`
fn listed(counts: &[(&str, usize)]) -> String {
    let each: Vec<String> = counts.iter().map(|(module, count)| format!("{module} ({count})")).collect();
    each.join(", ")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::config;
    use crate::data::sample as data_sample;
    use crate::graph::sample;
    use crate::output::inventory::Shown;

    const DATA: [&str; 16] = [
        "shop::orders::a writes orders 1:1",
        "shop::orders::a writes carts 2:1",
        "shop::orders::b writes carts 3:1",
        "shop::payments::a writes carts 4:1",
        "shop::payments::a writes payments 5:1",
        "shop::orders::a writes payment_links 6:1",
        "shop::payments::a writes payment_links 7:1",
        "shop::orders::a writes log 8:1",
        "shop::payments::a writes log 9:1",
        "shop::orders::a reads countries 10:1",
        "shop::payments::a reads countries 11:1",
        "shop::payments::a reads rates 12:1",
        "table order_notes",
        "table mystery",
        "migrations/1.sql writes mystery 1:1",
        "shop::orders::tests::t writes mystery 13:1",
    ];

    pub(in crate::output) fn proposal(policy: Option<&str>) -> Proposal {
        let model = sample::model(&["shop", "shop::orders", "shop::orders::tests", "shop::payments"], &[]);
        let data = data_sample::model(&model, &DATA);
        let policy = policy.map(|text| config::load(text, "boundaries.toml", &[]).unwrap());
        let assignment = policy.as_ref().map(|policy| config::assign(policy, &model).unwrap());
        let declared = policy.as_ref().zip(assignment.as_ref());
        let inventory = Inventory::new(&model, &data, declared, Shown::default());
        Proposal::new(&inventory, policy.as_ref())
    }

    fn lines(tables: &[ProposedTable]) -> Vec<String> {
        tables.iter().map(|table| format!("{}: {}", table.name, table.evidence)).collect()
    }

    #[test]
    fn the_one_that_writes_most_owns_then_the_name_decides() {
        let proposal = proposal(None);
        let [orders, payments] = proposal.modules.as_slice() else { panic!("{proposal:?}") };
        assert_eq!(
            lines(&orders.tables),
            [
                "carts: contested: written by shop::orders (2), shop::payments (1)",
                "order_notes: by its name; no code touches it",
                "orders: written by shop::orders (1)",
            ]
        );
        assert_eq!(
            lines(&payments.tables),
            [
                "payment_links: contested: written by shop::orders (1), shop::payments (1); the name decides",
                "payments: written by shop::payments (1)",
                "rates: written by no code, read by shop::payments (1)",
            ]
        );
        assert_eq!(
            lines(&proposal.reference),
            ["countries: written by no code, read by shop::orders (1), shop::payments (1)"]
        );
        assert_eq!(
            lines(&proposal.undecided),
            [
                "log: contested: written by shop::orders (1), shop::payments (1)",
                "mystery: no code touches it"
            ]
        );
        let contested: Vec<&str> = proposal.contested.iter().map(|table| table.name.as_str()).collect();
        assert_eq!(contested, ["carts", "log", "payment_links"]);
    }

    #[test]
    fn the_name_and_the_count_make_it_plain() {
        let proposal = proposal(None);
        let plain: Vec<&str> = proposal
            .modules
            .iter()
            .flat_map(|module| &module.tables)
            .filter(|table| table.certain)
            .map(|table| table.name.as_str())
            .collect();
        assert_eq!(plain, ["orders", "payments", "rates"]);
        assert!(is_most(3, &[("a", 3), ("b", 1)]) && !is_most(2, &[("a", 2), ("b", 1)]));
    }

    #[test]
    fn a_table_lies_with_its_namesake_though_others_write_it_more() {
        let model = sample::model(&["shop", "shop::orders", "shop::worker"], &[]);
        let lines = [
            "shop::orders::a writes orders 1:1",
            "shop::worker::a writes orders 2:1",
            "shop::worker::a writes orders 3:1",
        ];
        let data = data_sample::model(&model, &lines);
        let inventory = Inventory::new(&model, &data, None, Shown::default());
        let proposal = Proposal::new(&inventory, None);
        assert_eq!(proposal.modules.len(), 1);
        assert_eq!(
            lines_of(&proposal, "shop::orders"),
            ["orders: by its name; written by shop::worker (2), shop::orders (1)"]
        );
        assert!(proposal.modules[0].tables[0].certain);
    }

    fn lines_of(proposal: &Proposal, name: &str) -> Vec<String> {
        proposal.modules.iter().filter(|m| m.name == name).flat_map(|m| lines(&m.tables)).collect()
    }

    #[test]
    fn what_has_an_owner_is_settled() {
        let policy = "version = 1\n[modules.orders]\npaths = ['shop::orders']\nowns.tables = ['orders', 'c*']\n\
                      [modules.payments]\npaths = ['shop::payments']\n";
        let proposal = proposal(Some(policy));
        assert_eq!(proposal.settled, 3);
        let orders = proposal.modules.iter().find(|module| module.name == "orders").unwrap();
        assert_eq!(orders.listed, ["orders", "c*"]);
        assert_eq!(lines(&orders.tables), ["order_notes: by its name; no code touches it"]);
    }
}
