//! A finding is known again: what services tell findings apart by stays the same where only lines move.

use super::junit::Suite;
use crate::cli::{STRICT, Workspace};
use serde_json::Value;
use std::collections::BTreeSet;

/// What each format tells findings apart by.
fn known_by(shop: &Workspace) -> [BTreeSet<String>; 3] {
    let run = |format: &str| {
        let run = shop.run(&["--format", format]);
        assert_eq!(run.code, 1, "{}", run.stderr);
        run.stdout
    };
    let listed = |values: &[Value], pointer: &str| {
        let listed: BTreeSet<String> =
            values.iter().map(|value| value.pointer(pointer).unwrap().as_str().unwrap().to_owned()).collect();
        assert_eq!(listed.len(), values.len(), "two findings share one");
        listed
    };
    let sarif: Value = serde_json::from_str(&run("sarif")).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let gitlab: Value = serde_json::from_str(&run("gitlab")).unwrap();
    let tests = Suite::parse(&run("junit")).tests;
    [
        listed(results, "/partialFingerprints/modcheckIdentity~1v1"),
        listed(gitlab.as_array().unwrap(), "/fingerprint"),
        tests
            .into_iter()
            .filter(|((_, name), reason)| !reason.is_empty() && name != "finds nothing")
            .map(|((c, n), _)| format!("{c} {n}"))
            .collect(),
    ]
}

#[test]
fn findings_are_known_again_where_lines_moved_and_only_there() {
    let shop = Workspace::shop(STRICT, "");
    let uses =
        "pub fn place() {\n    crate::payments::store::charge();\n    crate::payments::store::Till;\n}\n";
    shop.write("src/orders.rs", uses);
    shop.write(
        "src/payments.rs",
        "pub mod api {}\npub mod store {\n    pub fn charge() {}\n    pub struct Till;\n}\n",
    );
    let before = known_by(&shop);
    assert!(before.iter().all(|known| known.len() == before[0].len() && known.len() > 2), "{before:?}");

    let moved = uses.replace("charge();", "charge(  ); // moved").replace("    crate", "\n\n        crate");
    shop.write("src/orders.rs", format!("//! Above.\n\nfn above() {{}}\n\n{moved}"));
    shop.write("boundaries.toml", format!("# Above.\n\n{STRICT}"));
    assert_eq!(known_by(&shop), before);

    shop.write("src/orders.rs", uses.replace("store::Till", "store::charge()"));
    for (now, before) in known_by(&shop).iter().zip(&before) {
        assert!(now.is_subset(before) && now.len() < before.len(), "{now:?}");
    }
}

#[test]
fn no_two_findings_of_the_demo_share_a_fingerprint() {
    let run = crate::cli::run_in(&super::demo(), &["--format", "sarif", "--no-baseline"]);
    let log: Value = serde_json::from_str(&run.stdout).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let all: BTreeSet<String> =
        results.iter().map(|result| result["partialFingerprints"].to_string()).collect();
    assert!(all.len() == results.len() && all.len() > 20);
}
