//! The text of a proposed `boundaries.toml`: laid out and commented as a file that a person keeps.

use super::escape::{terminal, toml, uri};
use super::proposal::{Proposal as Tables, ProposedModule, ProposedTable};
use super::propose::{glob, key};
use super::report::counted;
use crate::config::policy::Kind;
use crate::init::{Arrow, Cycle, Module, Obstacle, Proposal, PublicEntry};
use std::fmt::Write as _;

/// What the file begins with.
const HEADER: &str = "\
# Which code belongs to which module, who may use whom, and who owns which table: the code as it is today, as proposed by
# `cargo modcheck init`. What breaks these rules already is accepted in the baseline beside this file; what is new fails.
#
# 1. Rename, merge and split modules until they are the ones that your team speaks of.
# 2. Delete the arrows in `depends-on` that should not be, and narrow `public`. What then has to change, `cargo modcheck`
#    shows; `cargo modcheck baseline` accepts it for now.
# 3. Let CI run `cargo modcheck`.
version = 1
";

/// How long a list may be on one line.
const LINE: usize = 100;
/// How many arrows of cycles are listed.
const MOST_CUTS: usize = 15;

/// The whole file.
pub fn text(proposal: &Proposal, tables: &Tables) -> String {
    let mut out = HEADER.to_owned();
    cuts(&proposal.cuts, &mut out);
    for kind in [Kind::App, Kind::Domain, Kind::Library] {
        for module in proposal.modules.iter().filter(|module| module.kind == kind) {
            let owned = tables.modules.iter().find(|owned| owned.name == module.name);
            write_module(module, owned, &mut out);
        }
    }
    shared(&tables.reference, &mut out);
    undecided(tables, &mut out);
    out
}

/// The line by which editors find the schema of the file: a file beside it. It has to be the first.
pub fn schema_line(schema_file: &str) -> String {
    format!("#:schema ./{}\n", uri(schema_file))
}

/// What to do about cycles, if there are any.
fn cuts(cuts: &[(String, String, usize)], out: &mut String) {
    if cuts.is_empty() {
        return;
    }
    let without = match cuts.len() {
        1 => "this arrow".to_owned(),
        count => format!("these {count} arrows"),
    };
    let _ = writeln!(out, "\n# There are cycles. Without {without} there would be none; the cheapest first:");
    for (from, to, uses) in cuts.iter().take(MOST_CUTS) {
        let _ = writeln!(out, "#   {} -> {} ({})", terminal(from), terminal(to), counted(*uses, "use"));
    }
    if let Some(more) = cuts.len().checked_sub(MOST_CUTS).filter(|more| *more > 0) {
        let _ = writeln!(out, "#   and {more} more, marked below");
    }
}

fn write_module(module: &Module, owned: Option<&ProposedModule>, out: &mut String) {
    out.push('\n');
    if let Some(about) = about(module) {
        let _ = writeln!(out, "# {about}");
    }
    let _ = writeln!(out, "[modules.{}]", key(&module.name));
    strings("paths", &module.paths, out);
    match module.kind {
        Kind::App => out.push_str("kind = \"app\"\n"),
        Kind::Library => out.push_str("kind = \"library\"\n"),
        Kind::Domain => {}
    }
    if let Some(public) = &module.public {
        let entries = public.iter().map(|entry| (toml(&entry.path), interface(entry)));
        commented("public", &entries.collect::<Vec<_>>(), out);
    }
    if !module.depends_on.is_empty() {
        let entries = module.depends_on.iter().map(|arrow| (toml(&arrow.to), evidence(arrow)));
        commented("depends-on", &entries.collect::<Vec<_>>(), out);
    }
    owned.into_iter().for_each(|owned| owns(&module.name, owned, out));
}

/// What a module is, in a line.
fn about(module: &Module) -> Option<String> {
    let users = format!("Used by {}", counted(module.users, "module"));
    Some(match (module.kind, module.obstacle) {
        (Kind::App, _) => "Puts the modules together: may use them all, and nobody may use it.".to_owned(),
        (_, _) if module.users == 0 => return module.for_tests.then(|| "Used by tests alone.".to_owned()),
        (Kind::Library, _) => format!("{users}; uses libraries alone and keeps no data."),
        (Kind::Domain, Some(Obstacle::Globals)) => {
            format!("{users}; would be a library, had it no mutable global state.")
        }
        (Kind::Domain, Some(Obstacle::Tables)) => format!("{users}; would be a library, had it no tables."),
        (Kind::Domain, None) => format!("{users}."),
    })
}

fn evidence(arrow: &Arrow) -> String {
    let (file, line) = &arrow.place;
    let cycle = match arrow.cycle {
        Cycle::No => "",
        Cycle::Part => "; in a cycle",
        Cycle::Cut => "; closes a cycle: cut it here",
    };
    match arrow.uses {
        1 => format!("1 use: {file}:{line}{cycle}"),
        uses => format!("{uses} uses, first in {file}:{line}{cycle}"),
    }
}

fn interface(entry: &PublicEntry) -> String {
    let uses = counted(entry.uses, "use");
    if entry.path == "*" { format!("everything for now: {uses} of many names") } else { uses }
}

/// A list on one line, or one entry per line where it is long.
fn strings(name: &str, texts: &[String], out: &mut String) {
    let quoted: Vec<String> = texts.iter().map(|text| toml(text)).collect();
    let line = format!("{name} = [{}]", quoted.join(", "));
    if line.chars().count() <= LINE {
        let _ = writeln!(out, "{line}");
        return;
    }
    let _ = writeln!(out, "{name} = [");
    for text in &quoted {
        let _ = writeln!(out, "    {text},");
    }
    out.push_str("]\n");
}

/// A list with a comment behind each entry.
fn commented(name: &str, entries: &[(String, String)], out: &mut String) {
    let width = entries.iter().map(|(text, _)| text.chars().count()).max().unwrap_or(0) + 1;
    let _ = writeln!(out, "{name} = [");
    for (text, comment) in entries {
        let _ = writeln!(out, "    {:width$}  # {}", format!("{text},"), terminal(comment));
    }
    out.push_str("]\n");
}

/// What a module owns for certain, and as a comment what it may own.
fn owns(name: &str, owned: &ProposedModule, out: &mut String) {
    let entries = |view: bool| -> Vec<(String, String)> {
        let of_kind = owned.tables.iter().filter(|table| table.certain && table.view == view);
        of_kind.map(entry).collect()
    };
    let (tables, views) = (entries(false), entries(true));
    let more = if tables.is_empty() && views.is_empty() {
        ""
    } else {
        let _ = writeln!(out, "\n[modules.{}.owns]", key(name));
        " as well"
    };
    for (key, entries) in [("tables", tables), ("views", views)] {
        if !entries.is_empty() {
            commented(key, &entries, out);
        }
    }
    let open: Vec<&ProposedTable> = owned.tables.iter().filter(|table| !table.certain).collect();
    if !open.is_empty() {
        let _ =
            writeln!(out, "# `{}` may own these{more}; the code does not say so plainly:", terminal(name));
        remarks(&open, out);
    }
}

fn entry(table: &ProposedTable) -> (String, String) {
    (toml(&glob(&table.name)), table.evidence.clone())
}

fn remarks(tables: &[&ProposedTable], out: &mut String) {
    for table in tables {
        let _ = writeln!(out, "#   {}: {}", terminal(&table.name), terminal(&table.evidence));
    }
}

fn shared(reference: &[ProposedTable], out: &mut String) {
    let entries: Vec<(String, String)> = reference.iter().filter(|table| table.certain).map(entry).collect();
    if !entries.is_empty() {
        out.push_str("\n# Nobody's tables: all may read them, and only migrations write them.\n[shared]\n");
        commented("reference", &entries, out);
    }
}

fn undecided(tables: &Tables, out: &mut String) {
    let open = tables.reference.iter().filter(|table| !table.certain).chain(&tables.undecided);
    let open: Vec<&ProposedTable> = open.collect();
    if !open.is_empty() {
        out.push_str(
            "\n# Nothing says who owns these tables; list each in the `owns` of a module or in `[shared]`:\n",
        );
        remarks(&open, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use expect_test::expect;

    fn module(name: &str, kind: Kind, users: usize) -> Module {
        Module {
            name: name.to_owned(),
            paths: vec![format!("shop::{name}")],
            kind,
            users,
            for_tests: false,
            obstacle: None,
            public: None,
            depends_on: Vec::new(),
        }
    }

    fn arrow(to: &str, uses: usize, cycle: Cycle) -> Arrow {
        Arrow { to: to.to_owned(), uses, place: ("src/orders/place.rs".to_owned(), 12), cycle }
    }

    fn table(name: &str, evidence: &str, certain: bool, view: bool) -> ProposedTable {
        ProposedTable { name: name.to_owned(), evidence: evidence.to_owned(), certain, view }
    }

    fn sample() -> (Proposal, Tables) {
        let mut orders = module("orders", Kind::Domain, 2);
        orders.public = Some(vec![PublicEntry { path: "api".to_owned(), uses: 7 }]);
        orders.depends_on = vec![arrow("payments", 12, Cycle::Part), arrow("stock", 1, Cycle::No)];
        orders.paths.extend((0..5).map(|number| format!("a_crate_with_a_long_name::orders_{number}")));
        let mut payments = module("payments", Kind::Domain, 1);
        payments.depends_on = vec![arrow("orders", 1, Cycle::Cut)];
        payments.public = Some(vec![PublicEntry { path: "*".to_owned(), uses: 90 }]);
        let mut stock = module("stock", Kind::Domain, 3);
        stock.obstacle = Some(Obstacle::Globals);
        let mut fakes = module("fakes", Kind::Domain, 0);
        fakes.for_tests = true;
        let modules = vec![
            module("app", Kind::App, 1),
            fakes,
            orders,
            payments,
            stock,
            module("money", Kind::Library, 4),
        ];
        let cuts = vec![("payments".to_owned(), "orders".to_owned(), 1)];
        let owned = |name: &str, tables| ProposedModule { name: name.to_owned(), listed: Vec::new(), tables };
        let tables = Tables {
            modules: vec![
                owned(
                    "orders",
                    vec![
                        table("carts", "contested: written by orders (2), stock (1)", false, false),
                        table("orders", "written by orders (3)", true, false),
                        table("order_states", "by its name; no code touches it", true, true),
                    ],
                ),
                owned("payments", vec![table("log", "contested", false, false)]),
            ],
            reference: vec![
                table("countries", "written by no code, read by orders (1), stock (2)", true, false),
                table("rates", "written by no code, read by orders (1), stock (2)", false, false),
            ],
            undecided: vec![table("mystery", "no code touches it", false, false)],
            ..Tables::default()
        };
        (Proposal { modules, cuts }, tables)
    }

    #[test]
    fn a_file_that_a_person_keeps() {
        let (proposal, tables) = sample();
        let text = text(&proposal, &tables);
        let body = text.strip_prefix(HEADER).unwrap();
        expect![[r#"

            # There are cycles. Without this arrow there would be none; the cheapest first:
            #   payments -> orders (1 use)

            # Puts the modules together: may use them all, and nobody may use it.
            [modules.app]
            paths = ["shop::app"]
            kind = "app"

            # Used by tests alone.
            [modules.fakes]
            paths = ["shop::fakes"]

            # Used by 2 modules.
            [modules.orders]
            paths = [
                "shop::orders",
                "a_crate_with_a_long_name::orders_0",
                "a_crate_with_a_long_name::orders_1",
                "a_crate_with_a_long_name::orders_2",
                "a_crate_with_a_long_name::orders_3",
                "a_crate_with_a_long_name::orders_4",
            ]
            public = [
                "api",  # 7 uses
            ]
            depends-on = [
                "payments",  # 12 uses, first in src/orders/place.rs:12; in a cycle
                "stock",     # 1 use: src/orders/place.rs:12
            ]

            [modules.orders.owns]
            tables = [
                "orders",  # written by orders (3)
            ]
            views = [
                "order_states",  # by its name; no code touches it
            ]
            # `orders` may own these as well; the code does not say so plainly:
            #   carts: contested: written by orders (2), stock (1)

            # Used by 1 module.
            [modules.payments]
            paths = ["shop::payments"]
            public = [
                "*",  # everything for now: 90 uses of many names
            ]
            depends-on = [
                "orders",  # 1 use: src/orders/place.rs:12; closes a cycle: cut it here
            ]
            # `payments` may own these; the code does not say so plainly:
            #   log: contested

            # Used by 3 modules; would be a library, had it no mutable global state.
            [modules.stock]
            paths = ["shop::stock"]

            # Used by 4 modules; uses libraries alone and keeps no data.
            [modules.money]
            paths = ["shop::money"]
            kind = "library"

            # Nobody's tables: all may read them, and only migrations write them.
            [shared]
            reference = [
                "countries",  # written by no code, read by orders (1), stock (2)
            ]

            # Nothing says who owns these tables; list each in the `owns` of a module or in `[shared]`:
            #   rates: written by no code, read by orders (1), stock (2)
            #   mystery: no code touches it
        "#]]
        .assert_eq(body);
        let policy = config::load(&text, "boundaries.toml", &[]).unwrap();
        assert_eq!(policy.modules.len(), 6);
        assert_eq!(policy.modules[2].owns.tables[0].text, "orders");
        assert_eq!(policy.shared.reference.len(), 1);
    }

    #[test]
    fn names_are_written_so_that_they_stay_names() {
        let mut hostile = module("a.b::c", Kind::Domain, 0);
        hostile.paths = vec!["shop::x".to_owned()];
        hostile.depends_on =
            vec![Arrow { place: ("src/\n[y].rs".to_owned(), 1), ..arrow("é", 1, Cycle::No) }];
        let owned = ProposedModule {
            name: hostile.name.clone(),
            listed: Vec::new(),
            tables: vec![
                table("t*", "\nversion = 2", true, false),
                table("u\n[modules.z]", "\u{1b}[31m", false, false),
            ],
        };
        let name = hostile.name.clone();
        let proposal = Proposal {
            modules: vec![
                hostile,
                Module { paths: vec!["shop::y".to_owned()], ..module("é", Kind::Domain, 1) },
            ],
            cuts: vec![("\n[v]".to_owned(), "w".to_owned(), 1)],
        };
        let text = text(&proposal, &Tables { modules: vec![owned], ..Tables::default() });
        let policy = config::load(&text, "boundaries.toml", &[]).unwrap_or_else(|e| panic!("{e}: {text}"));
        assert_eq!(policy.modules[0].name, name);
        assert!(policy.modules[0].owns.tables[0].glob.is_match("t*"));
        assert!(!policy.modules[0].owns.tables[0].glob.is_match("tt"));
        assert_eq!(policy.modules.len(), 2);
    }

    #[test]
    fn only_some_arrows_of_many_cycles_are_listed() {
        let cut = |number: usize| (format!("a{number}"), "b".to_owned(), number);
        let mut out = String::new();
        cuts(&(1..=17).map(cut).collect::<Vec<_>>(), &mut out);
        assert_eq!(out.lines().count(), 2 + MOST_CUTS + 1, "{out}");
        assert!(out.ends_with("#   and 2 more, marked below\n"), "{out}");
    }
}
