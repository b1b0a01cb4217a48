//! Which source module belongs to which declared module.

use super::{RULES, render};
use expect_test::{Expect, expect};
use modcheck::config::policy::{ModuleId, Policy};
use modcheck::config::{Assignment, assign, load};
use modcheck::graph::{FileId, Model, Node, NodeId};
use modcheck::source::TargetKind;

/// A workspace from lines of `package: id id …`, each id with its parents before it.
fn model(packages: &[&str]) -> Model {
    let mut nodes: Vec<Node> = Vec::new();
    for (package_index, line) in packages.iter().enumerate() {
        let (package, ids) = line.split_once(':').unwrap();
        for id in ids.split_whitespace() {
            let (head, _) = id.split_once("::").unwrap_or((id, ""));
            let (target, kind) =
                head.split_once('{').map_or((head, "lib"), |(t, k)| (t, k.trim_end_matches('}')));
            let parent = id
                .rsplit_once("::")
                .map(|(parent, _)| NodeId(nodes.iter().position(|node| node.id == parent).unwrap() as u32));
            let target_kind = kind_of(kind);
            nodes.push(Node {
                id: id.to_owned(),
                package: package.to_owned(),
                package_index,
                target: target.to_owned(),
                target_kind,
                path: id.replace(&format!("{{{kind}}}"), ""),
                file: FileId(0),
                line: 1,
                parent,
                test: target_kind.is_test(),
            });
        }
    }
    Model { nodes, ..Model::default() }
}

fn kind_of(word: &str) -> TargetKind {
    use TargetKind::*;
    [Lib, ProcMacro, Bin, Example, Test, Bench, Build].into_iter().find(|kind| kind.as_str() == word).unwrap()
}

/// A policy from lines of `module: selector selector …`.
fn policy(modules: &[&str]) -> Policy {
    let mut text = "version = 1\n".to_owned();
    for line in modules {
        let (name, selectors) = line.split_once(':').unwrap();
        let selectors: Vec<&str> = selectors.split_whitespace().collect();
        text += &format!("[modules.{name}]\npaths = {selectors:?}\n");
    }
    load(&text, "boundaries.toml", RULES).unwrap_or_else(|errors| panic!("{}", render(&errors)))
}

/// One line per source module, `*` where it is a root, then what is unmatched.
fn show(policy: &Policy, model: &Model, assignment: &Assignment) -> String {
    let name = |id: ModuleId| policy.module(id).name.as_str();
    let mut out = String::new();
    for (index, node) in model.nodes.iter().enumerate() {
        let module = assignment.module_of[index];
        let root = assignment.roots.iter().flatten().any(|root| root.0 as usize == index);
        out += &format!("{}{} {}\n", node.id, if root { "*" } else { "" }, module.map_or("-", name));
    }
    for u in &assignment.unmatched {
        out += &format!(
            "unmatched: {} of {} at {}:{}",
            u.selector,
            name(u.module),
            u.place.line,
            u.place.column
        );
        out += &u.suggestion.as_ref().map(|id| format!(", perhaps {id}")).unwrap_or_default();
        out += &u.taken_by.map(|id| format!(", taken by {}", name(id))).unwrap_or_default();
        out += "\n";
    }
    out
}

fn check(packages: &[&str], modules: &[&str], expected: Expect) {
    let (model, policy) = (model(packages), policy(modules));
    let shown = match assign(&policy, &model) {
        Ok(assignment) => show(&policy, &model, &assignment),
        Err(errors) => render(&errors),
    };
    expected.assert_eq(&shown);
}

const SHOP: &[&str] = &[
    "shop: shop shop::payments shop::payments::api shop::payments::db shop::orders shop{bin} shop{bin}::cli smoke{test} \
     shop{build}",
    "payments-gateway: payments_gateway payments_gateway::http",
];

#[test]
fn the_longest_match_wins() {
    check(
        SHOP,
        &["payments: shop::payments payments-gateway", "db: shop::payments::db", "app: shop"],
        expect![[r#"
            shop* app
            shop::payments* payments
            shop::payments::api payments
            shop::payments::db* db
            shop::orders app
            shop{bin}* app
            shop{bin}::cli app
            smoke{test}* app
            shop{build}* app
            payments_gateway* payments
            payments_gateway::http payments
        "#]],
    );
}

#[test]
fn a_target_can_be_named_by_its_kind() {
    check(
        SHOP,
        &["app: shop", "cli: shop{bin}", "flags: shop{bin}::cli", "tests: smoke"],
        expect![[r#"
        shop* app
        shop::payments app
        shop::payments::api app
        shop::payments::db app
        shop::orders app
        shop{bin}* cli
        shop{bin}::cli* flags
        smoke{test}* tests
        shop{build}* app
        payments_gateway -
        payments_gateway::http -
    "#]],
    );
    check(
        SHOP,
        &["lib: shop{lib}", "build: shop{build}"],
        expect![[r#"
        shop* lib
        shop::payments lib
        shop::payments::api lib
        shop::payments::db lib
        shop::orders lib
        shop{bin} -
        shop{bin}::cli -
        smoke{test} -
        shop{build}* build
        payments_gateway -
        payments_gateway::http -
    "#]],
    );
}

#[test]
fn wildcards_stay_within_a_segment() {
    check(
        &[
            "a: shop_a shop_a::pay_in shop_a::pay_in::deep shop_a::repay",
            "b: shop_b shop_b::pay_out",
            "c: other other::pay_x",
        ],
        &["pay: shop_*::pay_*", "in: shop_a::pay_in*", "all: *"],
        expect![[r#"
            shop_a* all
            shop_a::pay_in* in
            shop_a::pay_in::deep in
            shop_a::repay all
            shop_b* all
            shop_b::pay_out* pay
            other* all
            other::pay_x all
        "#]],
    );
}

#[test]
fn a_package_without_a_library_follows_its_binaries() {
    let packages = &["ripgrep: rg{bin} rg{bin}::flags integration{test} rg{build}"];
    check(
        packages,
        &["cli: rg"],
        expect![[r#"
        rg{bin}* cli
        rg{bin}::flags cli
        integration{test}* cli
        rg{build}* cli
    "#]],
    );
    check(
        packages,
        &["cli: rg::flags"],
        expect![[r#"
        rg{bin} -
        rg{bin}::flags* cli
        integration{test} -
        rg{build} -
    "#]],
    );
    check(
        packages,
        &["cli: ripgrep"],
        expect![[r#"
        rg{bin}* cli
        rg{bin}::flags cli
        integration{test}* cli
        rg{build}* cli
    "#]],
    );
    let two = &["tools: one{bin} two{bin} smoke{test}"];
    check(
        two,
        &["a: one"],
        expect![[r#"
        one{bin}* a
        two{bin}* a
        smoke{test}* a
    "#]],
    );
    check(
        two,
        &["a: one", "b: two"],
        expect![[r#"
        one{bin}* a
        two{bin}* b
        smoke{test} -
    "#]],
    );
}

#[test]
fn a_package_can_have_another_name_than_its_library() {
    let packages = &["shop-core: shop shop::a shop_cli{bin}", "other: other shop_core{test}"];
    check(
        packages,
        &["core: shop-core"],
        expect![[r#"
        shop* core
        shop::a core
        shop_cli{bin}* core
        other -
        shop_core{test} -
    "#]],
    );
    check(
        packages,
        &["core: shop-core::a"],
        expect![[r#"
        shop -
        shop::a* core
        shop_cli{bin} -
        other -
        shop_core{test} -
    "#]],
    );
    check(
        packages,
        &["core: shop", "cli: shop-core"],
        expect![[r#"
        shop* core
        shop::a core
        shop_cli{bin}* cli
        other -
        shop_core{test} -
    "#]],
    );
}

#[test]
fn a_tie_is_an_error() {
    check(
        &["shop: shop shop::pay_api shop::pay_b_api shop::pay_x"],
        &["one: shop::pay_*", "other: other shop::*_api"],
        expect![[r#"
            modcheck::config::ambiguous_path

              × source module `shop::pay_api` matches a path of `one` and a path of `other` equally well
               ╭─[boundaries.toml:5:19]
             2 │ [modules.one]
             3 │ paths = ["shop::pay_*"]
               ·          ──────┬──────
               ·                ╰── matches it for `one`
             4 │ [modules.other]
             5 │ paths = ["other", "shop::*_api"]
               ·                   ──────┬──────
               ·                         ╰── and for `other`, with as many segments and literal characters
               ╰────
              help: make one of the two paths longer, or add `shop::pay_api` to the paths of the module it
                    belongs to
        "#]],
    );
    // Within one module, or where a longer path decides, it is none.
    check(
        &["shop: shop shop::pay_api"],
        &["one: shop::pay_* shop::*_api"],
        expect![[r#"
        shop -
        shop::pay_api* one
    "#]],
    );
    check(
        &["shop: shop shop::pay_api"],
        &["a: shop::pay_*", "b: shop::*_api", "c: shop::pay_api"],
        expect![[r#"
            shop -
            shop::pay_api* c
            unmatched: shop::pay_* of a at 3:10, taken by c
            unmatched: shop::*_api of b at 5:10, taken by c
        "#]],
    );
}

#[test]
fn selectors_without_a_match_are_listed_with_a_suggestion() {
    check(
        SHOP,
        &[
            "typo: shop::paymnets::api",
            "krate: shopp::orders",
            "forgot: payments::api",
            "target: shop::cli",
            "moved: shop::http",
            "nothing: warehouse",
            "gateway: payment-gateway",
        ],
        expect![[r#"
            shop -
            shop::payments -
            shop::payments::api -
            shop::payments::db -
            shop::orders -
            shop{bin} -
            shop{bin}::cli -
            smoke{test} -
            shop{build} -
            payments_gateway -
            payments_gateway::http -
            unmatched: shop::paymnets::api of typo at 3:10, perhaps shop::payments::api
            unmatched: shopp::orders of krate at 5:10, perhaps shop::orders
            unmatched: payments::api of forgot at 7:10, perhaps shop::payments::api
            unmatched: shop::cli of target at 9:10, perhaps shop{bin}::cli
            unmatched: shop::http of moved at 11:10, perhaps payments_gateway::http
            unmatched: warehouse of nothing at 13:10
            unmatched: payment-gateway of gateway at 15:10, perhaps payments_gateway
        "#]],
    );
}

#[test]
fn a_large_workspace_is_fast() {
    let ids: Vec<String> = (0..100)
        .flat_map(|a| {
            let mods = (0..100).map(move |b| format!(" big::m{a}::n{b}"));
            std::iter::once(format!(" big::m{a}")).chain(mods)
        })
        .collect();
    let mut model = model(&["big: big"]);
    for id in &ids {
        let id = id.trim();
        let depth = id.matches("::").count();
        let index = model.nodes.len() as u32;
        let parent =
            if depth == 1 { 0 } else { index - 1 - id.rsplit('n').next().unwrap().parse::<u32>().unwrap() };
        let root = model.nodes[0].clone();
        model.nodes.push(Node {
            id: id.to_owned(),
            path: id.to_owned(),
            parent: Some(NodeId(parent)),
            ..root
        });
    }
    let modules: Vec<String> =
        (0..300).map(|i| format!("x{i}: big::m{}::n{} big::none{i}::y", i % 100, i / 3)).collect();
    let modules: Vec<&str> = modules.iter().map(String::as_str).collect();
    let policy = policy(&modules);
    let start = std::time::Instant::now();
    let assignment = assign(&policy, &model).unwrap_or_else(|errors| panic!("{}", render(&errors)));
    assert_eq!(assignment.unmatched.len(), 300);
    assert_eq!(assignment.module_of.iter().flatten().count(), 300);
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}
