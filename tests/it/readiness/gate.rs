//! `extract = true`: a check fails for every new blocker of the module.

use super::{FILES, POLICY, shop};
use crate::cli::Workspace;

/// Rules that only warn by default.
#[test]
fn a_new_blocker_fails_the_check_and_an_accepted_one_does_not() {
    let clean = FILES.replacen("    crate::payments::store::sweep();\n", "", 1);
    let workspace = Workspace::new(&clean);
    workspace.write("boundaries.toml", POLICY);
    // A call in a loop only warns.
    workspace.run(&["check"]).ends(0, &["warning", "chatty-call"], &[]);
    let gated = POLICY.replace("public = ['api']\n", "public = ['api']\nextract = true\n");
    workspace.write("boundaries.toml", &gated);
    workspace.run(&["check"]).ends(1, &["error", "chatty-call"], &[]);
    workspace.run(&["baseline"]).ends(0, &[], &[]);
    workspace.run(&["check"]).ends(0, &["1 left"], &[]);
    // Another module's function that it calls and that can't become a network call blocks it as well.
    workspace.write(
        "src/payments.rs",
        "pub mod api {\n    pub fn charge(id: &crate::ids::Id) -> bool {\n        crate::ledger::book(&mut 1, id.0)\n    }\n}\npub mod store {\n    pub fn sweep() {}\n}\n",
    );
    workspace.write(
        "src/ledger.rs",
        "pub fn book(sum: &mut u64, by: u64) -> bool {\n    *sum += by;\n    true\n}\n",
    );
    workspace.write("src/lib.rs", "pub mod ids;\npub mod ledger;\npub mod orders;\npub mod payments;\n");
    let policy = gated.replace("extract = true", "extract = true\ndepends-on = ['ledger']");
    let policy = format!("{policy}[modules.ledger]\npaths = ['shop::ledger']\n");
    workspace.write("boundaries.toml", &policy);
    workspace.run(&["check"]).ends(1, &["error", "non-remotable-api"], &[]);
    workspace.write("boundaries.toml", policy.replace("extract = true\n", ""));
    workspace.run(&["check"]).ends(0, &["warning", "non-remotable-api"], &[]);
}

#[test]
fn what_blocks_nothing_stays_as_loud_as_it_was() {
    let policy =
        POLICY.replace("depends-on = ['payments']\n", "depends-on = ['payments', 'spare']\nextract = true\n");
    let shop = shop(&format!("{policy}[modules.spare]\npaths = ['shop::spare']\n"), "//- /src/spare.rs\n");
    shop.write(
        "src/orders.rs",
        "pub fn place() {\n    crate::payments::api::charge(&crate::ids::Id(1));\n}\n",
    );
    shop.write("src/lib.rs", "pub mod ids;\npub mod orders;\npub mod payments;\npub mod spare;\n");
    // An entry that nothing uses blocks no extraction.
    shop.run(&["check"]).ends(0, &["1 warning; ", "unused-dependency"], &[]);
}
