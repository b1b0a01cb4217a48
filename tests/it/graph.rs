//! `graph` as its users meet it: what a check says of the edges, a part of the graph, and pictures.

use crate::cli::{SHOP, STRICT, Workspace};
use expect_test::expect;
use serde_json::{Value, json};

/// Orders call payments against the rules, payments call back, and reports read the tables of both.
const POLICY: &str = "
version = 1
[modules.app]
paths = [\"shop\"]
kind = \"app\"
[modules.orders]
paths = [\"shop::orders\"]
depends-on = [\"payments\"]
[modules.orders.owns]
tables = [\"orders\"]
[modules.payments]
paths = [\"shop::payments\"]
public = [\"api\"]
depends-on = [\"orders\"]
[modules.payments.owns]
tables = [\"payments\"]
[modules.reports]
paths = [\"shop::reports\"]
";

const FILES: &str = "
//- /Cargo.toml
[package]
name = \"shop\"
version = \"0.1.0\"
edition = \"2024\"
[dependencies]
sqlx = \"0.8\"
//- /src/lib.rs
pub mod orders;
pub mod payments;
pub mod reports;
//- /src/payments.rs
pub mod api {
    pub fn pay() {
        crate::orders::paid();
    }
}
pub mod store {
    pub fn charge() {}
}
//- /src/orders.rs
pub fn place() {
    crate::payments::store::charge();
}
pub fn paid() {}
//- /src/reports.rs
pub async fn all(pool: &sqlx::PgPool) {
    sqlx::query(\"SELECT id FROM orders\").fetch_all(pool).await;
    sqlx::query(\"SELECT id FROM payments\").fetch_all(pool).await;
}
//- /migrations/1_all.sql
CREATE TABLE orders (id BIGINT PRIMARY KEY);
CREATE TABLE payments (id BIGINT PRIMARY KEY, order_id BIGINT REFERENCES orders (id));
";

fn workspace() -> Workspace {
    Workspace::shop(POLICY, FILES)
}

/// The edges, each with the rules that it breaks and whether it is in a cycle, then the ways through data.
fn edges(workspace: &Workspace, args: &[&str]) -> Vec<String> {
    let run = workspace.run(&[&["graph"], args].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let list = |value: &Value| {
        let all = value.as_array().map_or(&[][..], Vec::as_slice);
        all.iter().map(|item| format!(" {}", item.as_str().unwrap())).collect::<String>()
    };
    let ends =
        |edge: &Value| format!("{} -> {}", edge["from"].as_str().unwrap(), edge["to"].as_str().unwrap());
    let cyclic = |edge: &Value| if edge["cyclic"] == json!(true) { " cyclic" } else { "" };
    let edge = |edge: &Value| format!("{}:{}{}", ends(edge), list(&edge["violations"]), cyclic(edge));
    let data = |edge: &Value| {
        format!("{} [{} ]:{}", ends(edge), list(&edge["resources"]), list(&edge["violations"]))
    };
    let all = |name: &str| document[name].as_array().cloned().unwrap_or_default();
    all("edges").iter().map(edge).chain(all("data").iter().map(data)).collect()
}

#[test]
fn edges_tell_what_a_check_finds_on_them() {
    let workspace = workspace();
    let all = [
        "orders -> payments: dependency-cycle private-access cyclic",
        "payments -> orders: dependency-cycle cyclic",
        "payments -> orders [ orders ]: cross-owner-foreign-key dependency-cycle",
        "reports -> orders [ orders ]: foreign-table-read",
        "reports -> payments [ payments ]: foreign-table-read",
    ];
    assert_eq!(edges(&workspace, &[])[..1], all[..1]);
    assert_eq!(edges(&workspace, &[])[2..], all[2..]);
    let without = edges(&workspace, &["--allow", "dependency-cycle", "--allow", "private-access"]);
    assert_eq!(without[0], "orders -> payments: cyclic");
    // Where a node is no module, its edges have no findings.
    let sources = edges(&workspace, &["--level", "source"]);
    assert!(sources.contains(&"shop::orders -> shop::payments::store:".to_owned()), "{sources:?}");
    assert_eq!(edges(&workspace, &["--level", "crate"]), Vec::<String>::new());
}

#[test]
fn what_is_accepted_is_not_marked() {
    let workspace = workspace();
    workspace.run(&["baseline"]).ends(0, &[], &[]);
    assert_eq!(edges(&workspace, &[])[0], "orders -> payments: cyclic");
    assert_eq!(
        edges(&workspace, &["--no-baseline"])[0],
        "orders -> payments: dependency-cycle private-access cyclic"
    );
}

#[test]
fn every_format_marks_them() {
    let workspace = workspace();
    let run = |format: &str| workspace.run(&["graph", "--format", format]);
    run("dot").ends(
        0,
        &["\"orders\" -> \"payments\" [label=\"1 !\", color=\"#c62828\"", "style=dotted"],
        &[],
    );
    run("mermaid").ends(0, &["-->|1 !|", "-.->|\"orders ?\"|", "linkStyle 0,1 stroke:#c62828"], &[]);
    let svg = run("svg");
    svg.ends(0, &["class=\"edge denied cyclic\"", "class=\"edge data warned\""], &[]);
    let document = roxmltree::Document::parse(&svg.stdout).unwrap();
    let titles: Vec<&str> =
        document.descendants().filter(|n| n.has_tag_name("title")).filter_map(|n| n.text()).collect();
    let edge = "orders -> payments: 1 reference\nbreaks dependency-cycle, private-access\npart of a cycle";
    assert!(titles.contains(&edge), "{titles:?}");
    assert!(
        titles.contains(&"reports -> orders: no reference\nthrough data: orders\nbreaks foreign-table-read")
    );
}

#[test]
fn the_picture_is_the_same_with_any_number_of_threads() {
    let workspace = workspace();
    for format in ["svg", "dot", "mermaid", "json"] {
        let run =
            |jobs: &str| workspace.run(&["graph", "--format", format, "--jobs", jobs, "--no-cache"]).stdout;
        let one = run("1");
        assert!(!one.is_empty());
        assert!([run("1"), run("2"), run("7")].iter().all(|other| *other == one), "{format}");
    }
}

#[test]
fn focus_keeps_what_is_near() {
    let workspace = Workspace::shop(
        STRICT,
        "//- /src/lib.rs\npub mod orders;\npub mod payments;\npub mod other;\n//- /src/other.rs\npub fn f() { crate::orders::place(); }\n",
    );
    let nodes = |args: &[&str]| {
        let run = workspace.run(&[&["graph"], args].concat());
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        let document: Value = serde_json::from_str(&run.stdout).unwrap();
        let ids = document["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap());
        ids.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(nodes(&["--focus", "payments"]), "orders payments");
    assert_eq!(nodes(&["--focus", "payments", "--depth", "0"]), "payments");
    assert_eq!(nodes(&["--focus", "payments", "--depth", "2"]), "app orders payments");
    assert_eq!(nodes(&["--focus", "shop::payments::store"]), "orders payments", "the module that holds it");
    assert_eq!(nodes(&["--focus", "app", "--focus", "payments", "--depth", "0"]), "app payments");
    assert_eq!(
        nodes(&["--level", "source", "--focus", "shop::payments::store"]),
        "shop::orders shop::payments::store"
    );
    let svg = workspace.run(&["graph", "--format", "svg", "--focus", "payments"]).stdout;
    assert!(svg.contains("<g class=\"node focus\"><title>payments</title>"), "{svg}");
    assert!(!svg.contains("<title>app</title>"));
}

#[test]
fn focus_on_nothing_could_not_run() {
    let workspace = Workspace::shop(STRICT, "");
    workspace.run(&["graph", "--focus", "payment"]).could_not_run(expect![[r#"
        error: unknown node `payment`
          = help: did you mean `payments`?
    "#]]);
    workspace.run(&["graph", "--level", "crate", "--focus", "payments"]).could_not_run(expect![[r#"
        error: unknown node `payments`
          = help: the only one is `shop`
    "#]]);
    workspace.run(&["graph", "--depth", "2"]).ends(2, &[], &["--focus"]);
    workspace.run(&["graph", "--focus", "app", "--depth", "many"]).ends(2, &[], &["many"]);
}

#[test]
fn a_picture_has_its_limits() {
    let mods: String = (0..1600).map(|n| format!("pub mod m{n} {{}}\n")).collect();
    let workspace = Workspace::new(&format!("{SHOP}//- /src/lib.rs\n{mods}"));
    workspace.run(&["graph", "--format", "svg"]).could_not_run(expect![[r#"
        error: the graph is too large for a picture: 1601 nodes and 0 edges
          = help: show a part of it with `--focus NODE` or `--package NAME`
          = help: or less detail: modules instead of source modules, or `--level crate`
    "#]]);
    workspace.run(&["graph", "--format", "svg", "--focus", "shop::m7"]).ends(0, &["shop::m7"], &[]);
    workspace.run(&["graph", "--format", "dot"]).ends(0, &["shop::m1599"], &[]);
}
