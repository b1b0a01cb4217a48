//! An audit with everything that a page has to show, and with names that mean something to whoever shows them.

use modcheck::config::policy::Severity;
use modcheck::graph::RefKind;
use modcheck::output::readiness::Audited;
use modcheck::output::view::{DataEdge, NodeKind, View, ViewEdge, ViewNode, ViewSite};
use modcheck::readiness::trend::{Figures, Record};
use modcheck::readiness::*;
use modcheck::rules::{CrossingKind, Effort};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Names that a page must not obey.
pub const HOSTILE: [&str; 8] = [
    "</script><script>document.title='pwned'</script>",
    "\" onclick=\"document.title='pwned'\" onfocus=\"alert(1)",
    "<img src=x onerror=\"document.title='pwned'\">",
    "javascript:document.title='pwned'",
    "\u{202e}turned\u{2066}\u{200b}\0\u{1b}[31m",
    "</title></style><style>body{display:none}</style><!--",
    "&lt;b&gt; &#0; ' ]]>",
    "<svg onload=alert(1)><a href='javascript:alert(1)'>`x`</a>",
];

/// The modules, in the order of the matrix; some have a hostile name.
const MODULES: [(&str, &str); 9] = [
    ("app", "app"),
    ("orders", "domain"),
    ("payments", "domain"),
    ("inventory", "domain"),
    ("shipping", "domain"),
    ("customers", "domain"),
    (HOSTILE[1], "domain"),
    ("kernel", "library"),
    (HOSTILE[0], "domain"),
];

/// The user and what it uses, the kinds of crossings, and how many have a blocker.
type Sketch = (usize, usize, &'static [(CrossingKind, usize)], usize);

/// Who uses whom.
#[rustfmt::skip]
const CELLS: [Sketch; 18] = {
    use CrossingKind::*;
    [
        (0, 1, &[(Reference, 12)], 0),
        (0, 2, &[(Reference, 7)], 1),
        (0, 8, &[(Reference, 2)], 1),
        (1, 2, &[(Reference, 31), (Read, 4), (Join, 2), (Transaction, 1)], 14),
        (1, 3, &[(Reference, 9), (Write, 2)], 2),
        (1, 5, &[(Read, 6), (ForeignKey, 1)], 7),
        (1, 7, &[(Library, 5)], 0),
        (2, 1, &[(Reference, 3), (Resource, 1)], 4),
        (2, 5, &[(Reference, 5)], 0),
        (2, 7, &[(Library, 2), (State, 1)], 1),
        (3, 4, &[(Reference, 4)], 0),
        (4, 3, &[(Reference, 2), (Routine, 1)], 3),
        (4, 6, &[(Resource, 2)], 0),
        (5, 7, &[(Library, 1)], 0),
        (6, 5, &[(Read, 3)], 3),
        (6, 8, &[(Reference, 1), (Ownership, 1)], 2),
        (8, 5, &[(Reference, 140), (Test, 3)], 60),
        (8, 7, &[(Library, 1)], 0),
    ]
};

/// All of it.
pub fn audited() -> Audited {
    Audited { audit: audit(), graph: graph(), trend: trend(), sources: sources() }
}

fn audit() -> Audit {
    let domains: Vec<usize> = (0..MODULES.len()).filter(|&index| MODULES[index].1 == "domain").collect();
    let modules: Vec<ModuleAudit> = domains.iter().map(|&index| module(index)).collect();
    let next = |module: &ModuleAudit| Next {
        module: module.name.clone(),
        blockers: module.blockers.len(),
        redesigns: module.blockers.iter().filter(|b| b.effort == Effort::Redesign).count(),
        calls: module.cost.calls_in + module.cost.calls_out,
        readiness: module.readiness,
    };
    Audit {
        order: modules.iter().rev().map(next).collect(),
        modules,
        matrix: matrix(),
        elsewhere: vec![blocker(7, 0, "stateful-library", Effort::Interface)],
        context: Circumstances {
            engineers: Some(14),
            platform_team: Some(false),
            stage: Some("growth".into()),
        },
        history: HistoryFacts {
            head: Some("5fd02a7c0ffee0badc0de5fd02a7c0ffee0badc0".into()),
            days: 365,
            commits: 812,
            authors: 14,
            gap: None,
            code_owners: Some(".github/CODEOWNERS".into()),
        },
        not_judged: [
            ("in-process-state", "switched off by default"),
            ("foreign-resource", "no module lists `env`, `cache-keys` or `topics`"),
        ]
        .map(|(rule, reason)| (rule.to_owned(), reason.to_owned()))
        .into(),
        incomplete: vec![
            "92.4 % of the references of `shipping` resolved, less than the 95 % of `min-resolution`".into(),
            HOSTILE[2].into(),
        ],
    }
}

fn module(index: usize) -> ModuleAudit {
    let name = MODULES[index].0;
    let rules = [
        ("private-access", Effort::Edit),
        ("non-remotable-api", Effort::Interface),
        ("foreign-table-write", Effort::Data),
        ("cross-owner-transaction", Effort::Redesign),
        ("chatty-call", Effort::Interface),
    ];
    let count = [0, 14, 5, 3, 0, 9, 1, 0, 12][index];
    let blockers: Vec<Blocker> =
        (0..count).rev().map(|n| blocker(index, n, rules[n % 5].0, rules[n % 5].1)).collect();
    let all = 40 + index * 3;
    let blocked: usize = blockers.iter().map(|blocker| blocker.crossings).sum();
    let readiness = Share { safe: all - blocked.min(all), all };
    let share = |topic: Topic| match topic {
        Topic::Inbound => Share { safe: readiness.safe / 2, all: readiness.safe / 2 + blocked / 2 },
        Topic::State => Share { safe: 0, all: 0 },
        Topic::Libraries => Share { safe: 3, all: 3 },
        _ => Share { safe: 2, all: 3 },
    };
    let dimension = |topic: Topic| Dimension {
        topic,
        share: share(topic),
        not_judged: match topic {
            Topic::State => vec!["in-process-state".into()],
            Topic::Configuration => vec!["foreign-resource".into()],
            _ => Vec::new(),
        },
        judged: topic != Topic::Configuration,
    };
    let mut safe = readiness.safe;
    let work = blockers.iter().enumerate().rev().map(|(index, blocker)| {
        safe = (safe + blocker.crossings).min(all);
        Step { blocker: index, makes_safe: blocker.crossings, readiness: Share { safe, all } }
    });
    ModuleAudit {
        name: name.into(),
        because: (index == 2).then(|| "payments is the next service; see `docs/adr/12`".into()),
        facts: [("cadence".to_owned(), "daily".to_owned()), ("scaling".to_owned(), HOSTILE[1].to_owned())]
            .into(),
        owner: Some(format!("@acme/{name}")),
        gated: index == 2,
        source_modules: 7 + index,
        readiness,
        dimensions: Topic::ALL.map(dimension).into(),
        crossings: (0..index).map(test).collect(),
        work: work.collect(),
        cut: cut(index),
        cost: cost(index),
        evidence: evidence(index),
        advice: advice(index),
        blind_spots: vec![
            "3 macros could not be looked into".into(),
            "one query is put together at run time: `format!(\"SELECT {}\")`".into(),
        ],
        blockers,
    }
}

/// A test that reaches inside.
fn test(n: usize) -> Crossing {
    Crossing {
        kind: CrossingKind::Test,
        topic: Topic::Tests,
        direction: Direction::In,
        other: None,
        from: format!("shop{{test}}::{}", HOSTILE[n % HOSTILE.len()]),
        to: "shop::orders::store".into(),
        sites: Vec::new(),
        blockers: Vec::new(),
        reaches_inside: true,
    }
}

fn blocker(module: usize, n: usize, rule: &str, effort: Effort) -> Blocker {
    let name = MODULES[module].0;
    let hostile = HOSTILE[n % HOSTILE.len()];
    let lines = [3, 4, 5, 6, 7, 8];
    let site = |line: u32| Place {
        file: format!("src/{}.rs", ["orders", "payments", "<b>x</b>"][n % 3]),
        line,
        column: [5, 9, 2][line as usize % 3],
        width: 7,
        label: if line.is_multiple_of(2) { format!("reaches into `{name}`") } else { String::new() },
    };
    Blocker {
        rule: rule.into(),
        kind: CrossingKind::Reference,
        effort,
        identity: format!("{rule} shop::{hostile} -> {name}::store::{n}"),
        message: match n % 3 {
            0 => format!("`orders::place` reaches past the public interface of `{name}`"),
            1 => "one transaction writes `payments` and `orders`, which two modules own".into(),
            _ => format!("`{hostile}` is called in a loop"),
        },
        sites: lines.into_iter().take(1 + n % 6).map(site).collect(),
        help: vec![
            "name `payments::api::Charge`, which is public".into(),
            format!("or add `{hostile}` to `public`"),
            "or let the caller hand in what it knows".into(),
        ],
        crossings: 1 + n % 3,
        accepted: [None, Some(Accepted::Baseline), None, Some(Accepted::Exception)][n % 4],
    }
}

fn cut(index: usize) -> CutList {
    let function = |n: usize| Function {
        module: MODULES[index].0.into(),
        path: format!("shop::{}::api::function_number_{n}", MODULES[index].0),
        place: Place { file: "src/payments.rs".into(), line: 3, column: 8, width: 6, label: String::new() },
        callers: [("orders".to_owned(), 3 + n), (HOSTILE[0].to_owned(), 1)].into(),
        calls: 4 + n,
        in_loops: n % 2,
        obstacles: [vec![], vec!["takes a closure".into(), "gives out `&mut Ledger`".into()]][n % 2].clone(),
        needs_wire_form: [vec![], vec!["shop::payments::Charge".into(), HOSTILE[7].into()]][n % 2].clone(),
    };
    CutList {
        offers: (0..index + 2).map(function).collect(),
        needs: (0..index % 3).map(function).collect(),
        tables: vec![
            Table {
                name: "payments".into(),
                read_by: vec!["orders".into()],
                written_by: vec![HOSTILE[0].into()],
            },
            Table { name: HOSTILE[5].into(), read_by: Vec::new(), written_by: Vec::new() },
        ],
        resources: vec!["STRIPE_KEY".into(), "pay:*".into(), HOSTILE[6].into()],
        libraries: vec![Library { name: "kernel".into(), places: 5, state: vec!["kernel::CLOCK".into()] }],
        crates: [("serde".to_owned(), 31), ("sqlx".to_owned(), 12), ("stripe-rust".to_owned(), 4)].into(),
    }
}

fn cost(index: usize) -> Cost {
    let partner = |name: &str, changed_together| Partner {
        module: name.into(),
        calls_it: 31,
        is_called: index,
        changed_together,
    };
    Cost {
        calls_in: 38,
        calls_in_in_loops: 3,
        calls_out: index * 2,
        calls_out_in_loops: 0,
        exposed_functions: index + 2,
        transactions: 1,
        joins: 2,
        foreign_keys: 1,
        routines: 0,
        table_accesses: 12,
        partners: vec![partner("orders", Some(41)), partner(HOSTILE[0], None)],
    }
}

fn evidence(index: usize) -> Evidence {
    if index == 3 {
        return Evidence::default();
    }
    Evidence {
        changes: Some(Changes {
            commits: 64,
            alone: 20,
            together: [("orders".to_owned(), 41), ("kernel".to_owned(), 6), (HOSTILE[0].to_owned(), 2)]
                .into(),
            authors: 5,
        }),
        code_owners: Some([("@acme/payments".to_owned(), 12), (HOSTILE[3].to_owned(), 1)].into()),
    }
}

fn advice(index: usize) -> Advice {
    let verdict = [Verdict::Stay, Verdict::Harden, Verdict::Extract][index % 3];
    Advice {
        verdict,
        rule: "a module that changes with another is not extracted".into(),
        reasons: vec![
            "41 of 64 commits that changed it changed `orders` as well".into(),
            "14 engineers work on the code, and nobody runs a platform for services".into(),
        ],
        would_change: vec!["a team of its own, with `owner` in `boundaries.toml`".into(), HOSTILE[1].into()],
        unknown: vec!["`scaling` is not set".into()],
    }
}

fn matrix() -> Matrix {
    let cell = |&(from, to, kinds, blocked): &Sketch| {
        let all: usize = kinds.iter().map(|(_, count)| count).sum();
        let cyclic = [(1, 2), (2, 1), (3, 4), (4, 3)].contains(&(from, to));
        let site = |n: usize| CellSite {
            rules: if n < blocked { vec!["private-access".into(), HOSTILE[2].into()] } else { Vec::new() },
            kind: kinds[n % kinds.len()].0,
            to: format!("shop::{}::item_{n}", MODULES[to].0),
            place: Place {
                file: format!("src/{}/file_{n}.rs", MODULES[from].0),
                line: n as u32 + 1,
                column: 5,
                width: 4,
                label: if n.is_multiple_of(2) { HOSTILE[n % HOSTILE.len()].into() } else { String::new() },
            },
        };
        Cell {
            from,
            to,
            kinds: kinds.iter().copied().collect(),
            blocked,
            rules: if blocked > 0 {
                [("private-access".to_owned(), blocked)].into()
            } else {
                BTreeMap::new()
            },
            cyclic,
            sites: (0..all.min(50)).map(site).collect(),
            more: all.saturating_sub(50),
        }
    };
    Matrix {
        modules: MODULES.map(|(name, kind)| MatrixModule { name: name.into(), kind }).into(),
        cells: CELLS.iter().map(cell).collect(),
        cycles: vec![vec![1, 2], vec![3, 4]],
    }
}

fn graph() -> View {
    let mut names: Vec<(usize, &str)> = MODULES.iter().map(|(name, _)| *name).enumerate().collect();
    names.sort_by_key(|(_, name)| *name);
    let at = |module: usize| names.iter().position(|(index, _)| *index == module).unwrap();
    let node = |&(_, name): &(usize, &str)| ViewNode {
        id: name.into(),
        cluster: Some("domain".into()),
        kind: NodeKind::Module,
        focused: false,
        resolution: Default::default(),
    };
    let mut view = View { nodes: names.iter().map(node).collect(), ..View::default() };
    for &(from, to, kinds, blocked) in &CELLS {
        let violations = if blocked > 0 {
            [("private-access".to_owned(), Severity::Deny)].into()
        } else {
            BTreeMap::new()
        };
        let (from, to) = (at(from), at(to));
        if kinds[0].0 == CrossingKind::Reference {
            let site = |line: usize| ViewSite {
                file: "src/a.rs".into(),
                line: line as u32 + 1,
                column: 1,
                kind: RefKind::Path,
                text: Arc::from("x"),
            };
            let sites = (0..kinds[0].1).map(site).collect();
            let kinds = [RefKind::Path].into();
            view.edges.push(ViewEdge { from, to, sites, kinds, test: false, cyclic: None, violations });
        } else {
            let resources = ["payments".to_owned(), HOSTILE[5].to_owned()].into();
            view.data.push(DataEdge { from, to, resources, violations, beside_references: false });
        }
    }
    view.edges.sort_by_key(|edge| (edge.from, edge.to));
    view.data.sort_by_key(|edge| (edge.from, edge.to));
    view
}

fn trend() -> Vec<Record> {
    let record = |n: usize| {
        let figures = |safe| Figures { safe, all: 50, blockers: 50 - safe, rules: BTreeMap::new() };
        let modules = MODULES.iter().filter(|(_, kind)| *kind == "domain").enumerate();
        let modules = modules.filter(|(index, _)| n > 2 || *index != 1);
        Record {
            version: 1,
            commit: None,
            date: format!("2026-{:02}-01", n + 3),
            modules: modules
                .map(|(index, (name, _))| ((*name).to_owned(), figures((10 + n * 6 + index * 2).min(50))))
                .collect(),
        }
    };
    (0..6).map(record).collect()
}

fn sources() -> BTreeMap<String, Arc<str>> {
    let text = format!(
        "//! Orders.\n\nuse crate::payments::store::Till;\n    let total = orders.iter().map(|order| charge(order)).sum();\n\
         \tlet ü = 表::charge();\t// {}\n    {}charge(){}\n}}\n// the end {}\n",
        HOSTILE[2],
        "very_long(".repeat(40),
        ")".repeat(40),
        HOSTILE[4],
    );
    ["orders", "payments", "<b>x</b>"].map(|name| (format!("src/{name}.rs"), Arc::from(text.as_str()))).into()
}
