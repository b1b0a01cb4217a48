//! The demo's payments module: what is planted there blocks it, nothing else does, and without that it is ready.

use super::{audit, identities, module};
use crate::cli::run_in;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/shop")
}

/// What is planted in payments or around it, as EXPECTED.md tells it.
const PLANTED: [&str; 7] = [
    "cross-owner-transaction shop::orders::store::accept -> orders, payments",
    "cross-owner-trigger payments.payment_settled -> orders",
    "dependency-cycle logistics -> payments",
    "foreign-resource shop::support -> environment variable GOPAY_PAGES",
    "leaked-db-handle payments",
    "private-access shop::orders::refund -> shop::payments::ledger::reversible_until",
    "restricted-crate shop::orders::tracking -> gopay_sdk",
];

#[test]
fn the_audit_of_payments_lists_what_is_planted_there_and_nothing_else() {
    let audit = audit(&demo(), &["payments"]);
    let payments = module(&audit, "payments");
    assert_eq!(audit["modules"].as_array().unwrap().len(), 1);
    assert_eq!(identities(&payments["blockers"]), PLANTED.map(str::to_owned).into());
    let unsafe_ones = payments["crossings"].as_array().unwrap().iter();
    let unsafe_ones = unsafe_ones.filter(|crossing| crossing["blockers"] != serde_json::json!([]));
    assert!(unsafe_ones.count() >= PLANTED.len());
}

/// Finds in a file what to replace, and what stands there then.
type Edit = (&'static str, &'static str, &'static str);

/// How each of them is mended, in the order of the work: what goes, and the edits.
const FIXES: [(&str, &[Edit]); 7] = [
    (
        "foreign-resource",
        &[(
            "crates/shop/src/support.rs",
            "std::env::var(\"GOPAY_PAGES\").unwrap_or_default()",
            "\"https://wallet.example\"",
        )],
    ),
    (
        "private-access",
        &[
            (
                "crates/shop/src/payments/api.rs",
                "pub use super::model",
                "pub use super::ledger::reversible_until;\npub use super::model",
            ),
            (
                "crates/shop/src/orders/refund.rs",
                "payments::ledger::reversible_until",
                "payments::api::reversible_until",
            ),
        ],
    ),
    (
        "restricted-crate",
        &[
            ("crates/shop/src/orders/tracking.rs", "use gopay_sdk as wallet;\n", ""),
            (
                "crates/shop/src/orders/tracking.rs",
                "wallet::is_settled(",
                "crate::payments::api::is_settled(",
            ),
            (
                "crates/shop/src/payments/api.rs",
                "pub use super::store",
                "pub use super::charge::is_settled;\npub use super::store",
            ),
            (
                "crates/shop/src/payments/charge.rs",
                "use ",
                "/// Whether money has arrived.\npub fn is_settled(payment: &str) -> bool {\n    !payment.is_empty()\n}\n\nuse ",
            ),
        ],
    ),
    (
        "cross-owner-transaction",
        &[
            (
                "crates/shop/src/orders/store.rs",
                "    crate::payments::api::record(&mut tx, &order.payment, &order.id, order.total).await?;\n",
                "",
            ),
            (
                "crates/shop/src/orders/store.rs",
                "    tx.commit().await\n",
                "    tx.commit().await?;\n    let mut conn = pool.acquire().await?;\n    crate::payments::api::record(&mut conn, &order.payment, &order.id, order.total).await\n",
            ),
        ],
    ),
    (
        "leaked-db-handle",
        &[
            (
                "crates/shop/src/payments/store.rs",
                "record(conn: &mut PgConnection, id: &str,",
                "record(id: &str,",
            ),
            (
                "crates/shop/src/payments/store.rs",
                "amount: Money) -> sqlx::Result<()> {\n    let order",
                "amount: Money) -> Result<()> {\n    let pool = open().await;\n    let order",
            ),
            (
                "crates/shop/src/payments/store.rs",
                "        .execute(conn)\n        .await?;",
                "        .execute(&pool)\n        .await.map_err(|_| Error::new(\"not booked\"))?;",
            ),
            ("crates/shop/src/orders/store.rs", "    let mut conn = pool.acquire().await?;\n", ""),
            ("crates/shop/src/orders/store.rs", "record(&mut conn, ", "record("),
        ],
    ),
    (
        "cross-owner-trigger",
        &[(
            "migrations/20250302140000_delivery.sql",
            "-- planted: cross-owner-trigger",
            "DROP FUNCTION mark_order_paid;\n--",
        )],
    ),
    (
        "dependency-cycle",
        &[
            ("crates/logistics/src/cash.rs", "use payments_gateway::api::collection_fee;\n", ""),
            (
                "crates/logistics/src/cash.rs",
                "collected.minor - collection_fee(collected).minor",
                "collected.minor",
            ),
        ],
    ),
];

#[test]
fn mending_one_after_the_other_leads_to_the_whole_and_the_figure_never_falls() {
    let copy = copy();
    let mut left: BTreeSet<String> = PLANTED.map(str::to_owned).into();
    let mut figure = share(copy.path());
    assert!(figure < 1.0);
    for (rule, edits) in FIXES {
        edits.iter().for_each(|edit| apply(copy.path(), edit));
        if rule == "cross-owner-trigger" {
            drop_trigger(copy.path());
        }
        left.retain(|identity| !identity.starts_with(rule));
        let audit = audit(copy.path(), &["payments"]);
        assert_eq!(identities(&module(&audit, "payments")["blockers"]), left, "after {rule}");
        let now = share(copy.path());
        assert!(now >= figure, "{rule}: {now} after {figure}");
        figure = now;
    }
    assert_eq!((left.len(), figure), (0, 1.0));
    let shown = run_in(copy.path(), &["readiness", "payments"]).stdout;
    assert!(shown.starts_with("payments: 100 % ready\n"), "{shown}");
}

/// A copy of the demo, with what its executable needs.
fn copy() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    copy_folder(&demo(), dir.path());
    dir
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true if entry.file_name() == "target" => {}
            true => copy_folder(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), &target).unwrap()),
        }
    }
}

#[track_caller]
fn apply(dir: &Path, (file, old, new): &Edit) {
    let path = dir.join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(old), "{file} holds no `{old}`");
    fs::write(&path, text.replacen(old, new, 1)).unwrap();
}

/// In a later migration, as a team would.
fn drop_trigger(dir: &Path) {
    let text = "DROP TRIGGER payment_settled ON payments;\nDROP FUNCTION mark_order_paid();\n";
    fs::write(dir.join("migrations/20260101000000_events.sql"), text).unwrap();
}

fn share(dir: &Path) -> f64 {
    let audit = audit(dir, &["payments"]);
    let readiness = &module(&audit, "payments")["readiness"];
    readiness["safe"].as_f64().unwrap() / readiness["all"].as_f64().unwrap()
}

#[test]
fn the_numbers_are_those_of_check_and_data() {
    agrees(&demo());
}

#[test]
fn so_they_are_under_a_policy_that_was_proposed() {
    let copy = copy();
    fs::remove_file(copy.path().join("boundaries.toml")).unwrap();
    fs::remove_file(copy.path().join("boundaries.baseline.toml")).unwrap();
    assert_eq!(run_in(copy.path(), &["init"]).code, 0);
    agrees(copy.path());
}

/// Rules whose findings are about something else than an extraction.
const OTHER_RULES: [&str; 8] = [
    "expired-exception",
    "incomplete-analysis",
    "opaque-query",
    "stale-baseline",
    "unassigned-code",
    "unowned-table",
    "unused-dependency",
    "unused-exception",
];

#[track_caller]
fn agrees(dir: &Path) {
    let whole = audit(dir, &[]);
    let modules = whole["modules"].as_array().unwrap();
    // The sums of a module.
    for module in modules {
        let of = |key: &str| -> u64 {
            module["dimensions"].as_array().unwrap().iter().map(|d| d[key].as_u64().unwrap()).sum()
        };
        assert_eq!(module["readiness"]["safe"], of("safe"));
        assert_eq!(module["readiness"]["all"], of("all"));
        let crossings = module["crossings"].as_array().unwrap();
        assert_eq!(crossings.len() as u64, of("all"));
        let blockers = module["blockers"].as_array().unwrap();
        for (index, blocker) in blockers.iter().enumerate() {
            let is_about = |c: &&Value| c["blockers"].as_array().unwrap().contains(&index.into());
            assert_eq!(blocker["crossings"], crossings.iter().filter(is_about).count(), "{blocker}");
        }
        let last = module["work"].as_array().unwrap().last();
        assert!(last.is_none_or(|step| step["readiness"]["all"] == of("all")));
        assert_eq!(module["work"].as_array().unwrap().len(), blockers.len());
    }
    // Blockers are the findings of `check`, each once.
    let check: Value =
        serde_json::from_str(&run_in(dir, &["check", "--no-baseline", "--format", "json"]).stdout).unwrap();
    let findings = check["findings"].as_array().unwrap().iter();
    let of_rules = findings.filter(|finding| !OTHER_RULES.contains(&finding["rule"].as_str().unwrap()));
    let found: BTreeSet<String> = of_rules.map(|f| f["identity"].as_str().unwrap().to_owned()).collect();
    let blockers = modules.iter().map(|module| &module["blockers"]).chain([&whole["elsewhere"]]);
    let blockers: Vec<&Value> = blockers.flat_map(|list| list.as_array().unwrap()).collect();
    let open = blockers.iter().filter(|blocker| blocker["accepted"] != "exception");
    let told: BTreeSet<String> = open.map(|b| b["identity"].as_str().unwrap().to_owned()).collect();
    assert_eq!(told, found);
    assert!(!found.is_empty());
    // What is read and written across owners is what `data` lists.
    let data: Value = serde_json::from_str(&run_in(dir, &["data", "--format", "json"]).stdout).unwrap();
    let mut listed: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for resource in data["resources"].as_array().unwrap() {
        let is_table = ["table", "view", "collection"].contains(&resource["kind"].as_str().unwrap());
        let Some(owner) = resource["owner"].as_str().filter(|_| is_table) else { continue };
        for access in resource["accesses"].as_array().unwrap() {
            let module = access["module"].as_str().filter(|module| *module != owner);
            let Some(module) = module.filter(|_| access["via"] != "migration" && access["test"] != true)
            else {
                continue;
            };
            let kind = match access["access"].as_str().unwrap() {
                "read" | "join" => "read",
                "write" | "ddl" => "write",
                _ => continue,
            };
            let key = (module.to_owned(), owner.to_owned());
            let what = format!(
                "{kind} {} {}",
                access["source_module"].as_str().unwrap(),
                resource["name"].as_str().unwrap()
            );
            listed.entry(key).or_default().insert(what);
        }
    }
    let mut counted: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for module in modules {
        for crossing in module["crossings"].as_array().unwrap() {
            let kind = crossing["kind"].as_str().unwrap();
            if !["read", "write"].contains(&kind) {
                continue;
            }
            let (name, other) = (module["name"].as_str().unwrap(), crossing["other"].as_str().unwrap());
            let key = if crossing["direction"] == "in" { (other, name) } else { (name, other) };
            let what =
                format!("{kind} {} {}", crossing["from"].as_str().unwrap(), crossing["to"].as_str().unwrap());
            counted.entry((key.0.to_owned(), key.1.to_owned())).or_default().insert(what);
        }
    }
    assert_eq!(counted, listed);
}
