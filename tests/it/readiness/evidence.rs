//! What git and CODEOWNERS say of modules, and what is recommended.

use super::{POLICY, audit, module, shop};
use crate::cli::Workspace;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

#[track_caller]
fn git(dir: &Path, author: &str, args: &[&str]) {
    let mail = format!("{author}@example.com");
    let mut git = Command::new("git");
    git.arg("-C").arg(dir).args(args);
    for (variable, value) in [("NAME", author), ("EMAIL", &mail)] {
        git.env(format!("GIT_AUTHOR_{variable}"), value).env(format!("GIT_COMMITTER_{variable}"), value);
    }
    let output = git.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null").output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Changes some files and commits that.
#[track_caller]
fn change(shop: &Workspace, author: &str, files: &[&str]) {
    for file in files {
        let path = shop.dir.path().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, format!("{text}// changed\n")).unwrap();
    }
    git(shop.dir.path(), author, &["commit", "-q", "-a", "-m", "change"]);
}

/// A repository in which `payments` changed five times: twice alone, twice with `orders`, once with everything.
fn repository(policy: &str) -> Workspace {
    let shop = shop(
        policy,
        "//- /.gitignore\ntarget\n//- /.github/CODEOWNERS\n* @all\n/src/payments.rs @pay @all\n",
    );
    let dir = shop.dir.path();
    git(dir, "ann", &["init", "-q", "-b", "main"]);
    git(dir, "ann", &["add", "-A"]);
    git(dir, "ann", &["commit", "-q", "-m", "all of it"]);
    change(&shop, "ann", &["src/payments.rs"]);
    change(&shop, "bob", &["src/payments.rs"]);
    change(&shop, "bob", &["src/payments.rs", "src/orders.rs"]);
    change(
        &shop,
        "bob",
        &["src/payments.rs", "src/orders.rs", "Cargo.toml"]
            .map(|file| if file == "Cargo.toml" { "src/ids.rs" } else { file }),
    );
    change(&shop, "cy", &["src/orders.rs"]);
    shop
}

#[test]
fn changes_are_counted_by_module() {
    let shop = repository(POLICY);
    let audit = audit(shop.dir.path(), &[]);
    assert_eq!(audit["history"]["commits"], 6);
    assert_eq!(audit["history"]["authors"], 3);
    assert_eq!(audit["history"]["gap"], Value::Null);
    let evidence = &module(&audit, "payments")["evidence"];
    assert_eq!(
        evidence["changes"],
        json!({ "commits": 5, "alone": 2, "together": { "app": 1, "ids": 2, "orders": 3 }, "authors": 2 })
    );
    assert_eq!(evidence["code_owners"], json!({ "@all": 1, "@pay": 1 }));
    let partner = &module(&audit, "payments")["cost"]["partners"][0];
    assert_eq!((&partner["module"], &partner["changed_together"]), (&json!("orders"), &json!(3)));
    let shown = shop.run(&["readiness", "payments"]).stdout;
    for said in [
        "5 commits in the 365 days before the last one changed it, 2 of them nothing else, by 2 authors",
        "most often together with orders (3), ids (2), app (1)",
        ".github/CODEOWNERS names @all (1 file), @pay (1 file)",
        "how it usually changes: 5 commits say little",
    ] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
}

#[test]
fn without_a_repository_it_says_that_it_does_not_know() {
    let shop = shop(POLICY, "");
    let audit = audit(shop.dir.path(), &[]);
    assert_eq!(module(&audit, "payments")["evidence"], json!({ "changes": null, "code_owners": null }));
    assert!(audit["history"]["gap"].as_str().unwrap().contains("git"), "{}", audit["history"]);
    let unknown = module(&audit, "payments")["advice"]["unknown"].to_string();
    for said in ["how many engineers", "how it changes: there is no history to read", "its cadence"] {
        assert!(unknown.contains(said), "{said}: {unknown}");
    }
}

/// The policy with `[context]`, a team for each module, and nothing that blocks payments.
fn ripe(context: &str) -> String {
    let policy = POLICY
        .replace("depends-on = ['payments']\n", "depends-on = ['payments']\nteam = 'checkout'\n")
        .replace("public = ['api']\n", "team = 'money'\nowns.tables = ['payments']\n");
    format!("{policy}[context]\n{context}\n[rules]\nchatty-call = 'allow'\n")
}

#[track_caller]
fn advice(context: &str) -> (String, String) {
    let shop = shop(&ripe(context), "");
    let audit = audit(shop.dir.path(), &["payments"]);
    let advice = &module(&audit, "payments")["advice"];
    (advice["verdict"].as_str().unwrap().to_owned(), advice["reasons"].to_string())
}

#[test]
fn the_recommendation_follows_from_what_is_declared() {
    let full = "engineers = 12\nplatform-team = true\nstage = 'growth'";
    let (verdict, reasons) = advice(full);
    // Tests of orders reach inside, which blocks nothing.
    assert_eq!(verdict, "stay", "orders goes first: {reasons}");
    assert!(reasons.contains("`orders` goes first"), "{reasons}");
    assert_eq!(advice(&full.replace("12", "7")).0, "stay");
    assert!(advice(&full.replace("growth", "pre-fit")).1.contains("looking for its users"));
    assert!(advice(&full.replace("true", "false")).1.contains("nobody runs services yet"));
    assert!(advice("engineers = 12").1.contains("nobody says that somebody would run it"));
    // Ready as far as the code goes, but nobody knows about its tables.
    let blind = shop(&ripe(full).replace("owns.tables = ['payments']\n", ""), "");
    let audit = audit(blind.dir.path(), &["orders"]);
    assert!(module(&audit, "orders")["advice"].to_string().contains("who owns which table"), "{audit}");
}
