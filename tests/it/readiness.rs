//! The extraction audit: what it says of the demo and of workspaces made here, and that it agrees with what the other commands
//! say.

mod demo;
mod evidence;
mod gate;
mod record;

use crate::cli::{Run, Workspace};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// Runs the audit, and reads what it says.
#[track_caller]
fn audit(dir: &Path, args: &[&str]) -> Value {
    let run = crate::cli::run_in(dir, &[&["readiness", "--format", "json"], args].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

/// What an audit says of a module.
#[track_caller]
fn module<'a>(audit: &'a Value, name: &str) -> &'a Value {
    let modules = audit["modules"].as_array().unwrap();
    modules.iter().find(|module| module["name"] == name).unwrap()
}

/// The identities of some blockers.
fn identities(blockers: &Value) -> BTreeSet<String> {
    let blockers = blockers.as_array().unwrap().iter();
    blockers.map(|blocker| blocker["identity"].as_str().unwrap().to_owned()).collect()
}

const FILES: &str = "
//- /Cargo.toml
[package]
name = \"shop\"
version = \"0.1.0\"
edition = \"2024\"
//- /src/lib.rs
pub mod ids;
pub mod orders;
pub mod payments;
//- /src/ids.rs
pub struct Id(pub u64);
impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
impl std::str::FromStr for Id {
    type Err = std::num::ParseIntError;
    fn from_str(text: &str) -> Result<Id, Self::Err> {
        text.parse().map(Id)
    }
}
//- /src/orders.rs
use crate::ids::Id;
use crate::payments::api;
pub fn place(ids: Vec<Id>) {
    for id in ids {
        api::charge(&id);
    }
    crate::payments::store::sweep();
}
#[cfg(test)]
mod tests {
    #[test]
    fn books_are_kept() {
        crate::payments::store::sweep();
        crate::payments::api::charge(&crate::ids::Id(1));
    }
}
//- /src/payments.rs
pub mod api {
    pub fn charge(id: &crate::ids::Id) -> bool {
        std::fs::write(\"x\", id.0.to_string()).is_ok()
    }
}
pub mod store {
    pub fn sweep() {}
}
";

const POLICY: &str = "version = 1
[modules.ids]
paths = ['shop::ids']
kind = 'library'
[modules.orders]
paths = ['shop::orders']
depends-on = ['payments']
[modules.payments]
paths = ['shop::payments']
public = ['api']
[modules.app]
paths = ['shop']
kind = 'app'
";

fn shop(policy: &str, files: &str) -> Workspace {
    let workspace = Workspace::new(&format!("{FILES}{files}"));
    workspace.write("boundaries.toml", policy);
    workspace
}

impl Run {
    #[track_caller]
    fn document(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }
}

/// `topic: safe/all` of what has any crossings.
fn dimensions(module: &Value) -> Vec<String> {
    let dimensions = module["dimensions"].as_array().unwrap().iter();
    let dimensions = dimensions.filter(|dimension| dimension["all"] != 0);
    dimensions.map(|d| format!("{}: {}/{}", d["topic"].as_str().unwrap(), d["safe"], d["all"])).collect()
}

#[test]
fn every_crossing_is_counted_once_where_it_belongs() {
    let shop = shop(POLICY, "");
    let audit = audit(shop.dir.path(), &[]);
    let payments = module(&audit, "payments");
    // orders: `use api`, `charge` in a loop, `sweep` past the interface. Its tests: one of two past the interface. `Id` is
    // named twice, in one library.
    assert_eq!(dimensions(payments), ["inbound: 1/3", "libraries: 1/1", "tests: 1/2"]);
    assert_eq!(payments["readiness"], serde_json::json!({ "safe": 3, "all": 6 }));
    assert_eq!(
        identities(&payments["blockers"]),
        BTreeSet::from([
            "chatty-call shop::orders -> shop::payments::api::charge".to_owned(),
            "private-access shop::orders -> shop::payments::store::sweep".to_owned(),
        ])
    );
    let orders = module(&audit, "orders");
    assert_eq!(dimensions(orders), ["outbound: 1/3", "libraries: 1/1", "tests: 1/2"]);
    // What blocks one blocks the other: the call between them.
    assert_eq!(identities(&orders["blockers"]), identities(&payments["blockers"]));
    assert_eq!(orders["cut"]["needs"][0]["in_loops"], 1);
    let steps: Vec<&Value> =
        payments["work"].as_array().unwrap().iter().map(|step| &step["readiness"]["safe"]).collect();
    assert_eq!(steps, [4, 5], "the test that reaches inside is no blocker of the check");
}

#[test]
fn what_can_not_be_audited_says_why() {
    let shop = shop(POLICY, "");
    shop.run(&["readiness", "paymets"]).ends(
        2,
        &[],
        &["unknown module `paymets`", "did you mean `payments`?"],
    );
    shop.run(&["readiness", "ids"]).ends(
        2,
        &[],
        &["`ids` is no domain module", "travels with every service"],
    );
    shop.run(&["readiness", "app"]).ends(2, &[], &["`app` is no domain module", "composition root stays"]);
    shop.run(&["readiness", "-p", "shop"]).ends(2, &[], &["`--package` has no effect on `readiness`"]);
    std::fs::remove_file(shop.dir.path().join("boundaries.toml")).unwrap();
    shop.run(&["readiness"]).ends(2, &[], &["there is no boundaries.toml"]);
}

#[test]
fn what_was_not_looked_at_is_said() {
    let policy = format!("{POLICY}[modules.gone]\npaths = ['shop::gone']\n[rules]\nchatty-call = 'allow'\n");
    let files = "//- /src/stray.rs\npub fn f() {}\n//- /src/orders/broken.rs\nfn (\n";
    let shop = shop(&policy, files);
    let lib =
        "pub mod ids;\npub mod orders;\npub mod payments;\npub fn odd() { crate::payments::nothing(); }\n";
    shop.write("src/lib.rs", lib);
    let run = shop.run(&["readiness", "--format", "json"]);
    run.ends(3, &[], &["the path `shop::gone` of `gone` matches nothing"]);
    let audit = run.document();
    assert_eq!(audit["not_judged"]["chatty-call"], "switched off in `[rules]`");
    assert_eq!(audit["not_judged"]["foreign-table-read"], "no module and no `[shared]` lists tables");
    let of = |topic: &str| {
        let dimensions = module(&audit, "payments")["dimensions"].as_array().unwrap();
        dimensions.iter().find(|dimension| dimension["topic"] == topic).unwrap()["not_judged"].to_string()
    };
    assert!(of("inbound").contains("chatty-call") && of("data").contains("cross-owner-join"));
    assert!(module(&audit, "payments")["blind_spots"].to_string().contains("lists tables"));
    for format in ["human", "markdown"] {
        let shown = shop.run(&["readiness", "payments", "--format", format]).stdout;
        assert!(shown.contains("chatty-call"), "{shown}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes_whatever_the_threads() {
    let shop = shop(POLICY, "");
    for format in ["human", "markdown", "json"] {
        let one = shop.run(&["readiness", "--format", format, "-j", "1"]).stdout;
        let four = shop.run(&["readiness", "--format", format, "-j", "4", "--no-cache"]).stdout;
        assert!(!one.is_empty());
        assert_eq!(one, four);
    }
}
