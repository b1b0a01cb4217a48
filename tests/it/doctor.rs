//! `doctor`: whether a run without findings can be trusted, what is not looked at, and how it is told.

use crate::cli::Workspace;
use expect_test::{Expect, expect};
use serde_json::{Value, json};

const CODE: &str = "
//- /Cargo.toml
[package]
name = \"shop\"
version = \"0.1.0\"
edition = \"2024\"
//- /src/lib.rs
pub mod orders;
pub mod payments;
//- /src/orders.rs
pub fn place() {
    crate::payments::pay();
}
#[cfg(test)]
mod tests { fn t() { super::place() } }
//- /src/payments.rs
pub mod api { pub fn charge() {} }
pub fn pay() { api::charge() }
";

const POLICY: &str = "version = 1
[modules.app]
paths = ['shop']
kind = 'app'
[modules.orders]
paths = ['shop::orders']
depends-on = ['payments']
[modules.payments]
paths = ['shop::payments', 'shop::payments::api']
";

#[track_caller]
fn check(workspace: &Workspace, expected: Expect) -> Value {
    let human = workspace.run(&["doctor"]);
    assert_eq!((human.code, human.stderr.as_str()), (0, ""));
    expected.assert_eq(&human.stdout);
    let run = workspace.run(&["doctor", "--format", "json", "--jobs", "1"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    serde_json::from_str(&run.stdout).unwrap()
}

fn workspace(policy: &str, files: &str) -> Workspace {
    let workspace = Workspace::new(&format!("{CODE}{files}"));
    workspace.write("boundaries.toml", policy);
    workspace
}

/// Each topic with its weight and how many entries it has.
fn topics(document: &Value) -> String {
    let line = |topic: &Value| {
        let word = |key: &str| topic[key].as_str().unwrap();
        format!("{} {} {}\n", word("topic"), word("weight"), topic["entries"].as_array().unwrap().len())
    };
    document["topics"].as_array().unwrap().iter().map(line).collect()
}

#[test]
fn where_all_is_seen_a_green_run_can_be_trusted() {
    let workspace = workspace(POLICY, "");
    let document = check(
        &workspace,
        expect![[r#"
            a green run can be trusted; looked at 3 modules, 5 source modules in 3 files, 100 % of 3 references resolved

            1 rule that is switched off
              `in-process-state`, by default

            6 reasons why rules find nothing
              no `allow-crates` lists anything: restricted-crate
              no module and no `[shared]` lists tables: foreign-table-write, foreign-table-read, cross-owner-join, cross-owner-foreign-key, cross-owner-trigger, cross-owner-transaction, unowned-table, contested-table, opaque-query
              no module has a `visible-to`: not-visible
              no module lists `env`, `cache-keys` or `topics`: foreign-resource
              no two modules are of different layers: layer-violation
              there is no library module: stateful-library

            module                 kind     source modules    files  references  resolved  path
            app                    app                   1        1           0            shop
            orders                 domain                1        1           1     100 %  shop::orders
            payments               domain                2        1           1     100 %
              shop::payments                             1        1
              shop::payments::api                        1        1
            (tests, not checked)                         1        1           1     100 %
        "#]],
    );
    assert_eq!(document["version"], json!(1));
    assert_eq!(document["verdict"], json!("trusted"));
    assert_eq!(document["declared"], json!(true));
    assert_eq!(
        document["modules"][2]["selectors"],
        json!([
            { "path": "shop::payments", "source_modules": 1, "files": 1 },
            { "path": "shop::payments::api", "source_modules": 1, "files": 1 }
        ])
    );
    workspace.run(&["check", "--deny-warnings"]).ends(0, &["no findings"], &[]);
}

#[test]
fn what_is_not_looked_at_is_a_gap() {
    let policy = format!(
        "{POLICY}
[analysis]
exclude = ['src/generated.rs']
[rules]
chatty-call = 'allow'
[modules.payments.rules]
leaked-type = 'allow'
[modules.spare]
paths = ['spare']
allow-crates = ['nothing-*']
owner = 'nobody'
owns.views = ['totals']
owns.readers.invoices = ['app']
owns.readers.bills = ['app']
[shared]
outbox = ['jobs']
reference = ['countries']
"
    );
    let files = "
//- /Cargo.toml
[package]
name = \"shop\"
version = \"0.1.0\"
edition = \"2024\"
[workspace]
members = [\"spare\", \"free\"]
[dependencies]
sqlx = \"1\"
//- /spare/Cargo.toml
[package]
name = \"spare\"
version = \"0.1.0\"
//- /spare/src/lib.rs
some::macro_that_makes_items! { Ledger = 1 }
pub fn f(ledger: crate::Ledger) {}
pub fn g(ledger: crate::Ledger, other: crate::Other) {}
//- /free/Cargo.toml
[package]
name = \"free\"
version = \"0.1.0\"
//- /free/src/lib.rs
pub mod below {}
//- /src/generated.rs
fn f() {}
//- /src/old.rs
fn f() {}
//- /src/payments.rs
pub mod api { pub fn charge() {} }
pub async fn pay(table: &str, pool: &sqlx::PgPool) {
    sqlx::query(&format!(\"SELECT * FROM {table}\")).fetch_all(pool).await;
    sqlx::query(\"SELECT * FROM invoices\").fetch_all(pool).await;
}
";
    let document = check(
        &workspace(&policy, files),
        expect![[r#"
            a green run leaves gaps: 1 file that no target reaches, 1 macro or include that was not looked into, 1 query or statement that was not read, 1 stretch of code that belongs to no module, 1 module that was seen only in part; looked at 4 modules, 8 source modules in 5 files, 33.3 % of 6 references resolved (4 unresolved: 4 opaque macro), 1 of 2 queries read

            1 file that no target reaches
              src/old.rs

            1 macro or include that was not looked into
              spare/src/lib.rs:1:7  `macro_that_makes_items!` was not looked into, and it may define `Ledger`, `Other`, `some`

            1 query or statement that was not read
              src/orders.rs:2:22  a table's name is put together at run time

            1 stretch of code that belongs to no module
              free/src/lib.rs:1:1  free, with 1 source module below it

            1 module that was seen only in part
              `spare`: 0 % resolved, 4 unresolved: 4 opaque macro

            1 file that `exclude` leaves out
              src/generated.rs

            3 rules that are switched off
              `chatty-call`, in `[rules]`
              `in-process-state`, by default
              `leaked-type`, for `payments`

            4 reasons why rules find nothing
              no module has a `visible-to`: not-visible
              no module lists `env`, `cache-keys` or `topics`: foreign-resource
              no two modules are of different layers: layer-violation
              there is no library module: stateful-library

            5 entries without effect
              boundaries.toml:19:17  `nothing-*` in `allow-crates` of `spare` matches no dependency
              boundaries.toml:21:15  `totals` in `views` of `spare` matches no view
              boundaries.toml:23:14  `bills` in `readers` of `spare` matches no table
              boundaries.toml:25:11  `jobs` in `outbox` of `[shared]` matches no table and no topic
              boundaries.toml:26:14  `countries` in `reference` of `[shared]` matches no table

            module                 kind     source modules    files  references  resolved  path
            app                    app                   1        1           0            shop
            orders                 domain                1        1           1     100 %  shop::orders
            payments               domain                2        1           0
              shop::payments                             1        1
              shop::payments::api                        1        1
            spare                  domain                1        1           4       0 %  spare
              4 references unresolved, opaque macro: `some` spare/src/lib.rs:1:7, `Ledger` spare/src/lib.rs:2:25, `Other` spare/src/lib.rs:3:47 and 1 more
            (no module)                                  2        1           0
            (tests, not checked)                         1        1           1     100 %
        "#]],
    );
    assert_eq!(document["verdict"], json!("gaps"));
    assert_eq!(document["queries"], json!({ "read": 1, "approximate": 0, "opaque": 1 }));
    expect![[r#"
        unreached-files gap 1
        unseen-code gap 1
        opaque-queries gap 1
        unassigned-code gap 1
        partly-resolved gap 1
        excluded-files note 1
        switched-off-rules note 3
        silent-rules note 4
        without-effect note 5
    "#]]
    .assert_eq(&topics(&document));
    let parts =
        json!([document["topics"][0], document["topics"][3], document["modules"][4], document["summary"]]);
    expect![[r#"
        [
          {
            "entries": [
              {
                "file": "src/old.rs",
                "text": ""
              }
            ],
            "topic": "unreached-files",
            "weight": "gap"
          },
          {
            "entries": [
              {
                "column": 1,
                "file": "free/src/lib.rs",
                "line": 1,
                "text": "free, with 1 source module below it"
              }
            ],
            "topic": "unassigned-code",
            "weight": "gap"
          },
          {
            "files": 1,
            "kind": "none",
            "name": null,
            "resolution": {
              "external": 0,
              "reasons": {},
              "receivers": {
                "known": 0,
                "unknown-type": 0
              },
              "references": 0,
              "resolved": 0,
              "unresolved": 0
            },
            "selectors": [],
            "source_modules": 2,
            "unresolved": []
          },
          {
            "files": 5,
            "modules": 4,
            "source_modules": 8
          }
        ]"#]]
    .assert_eq(&serde_json::to_string_pretty(&parts).unwrap());
    let spare = &document["modules"][3];
    assert_eq!(spare["unresolved"][0]["reason"], json!("opaque-macro"));
    assert_eq!(
        spare["unresolved"][0]["names"].as_array().unwrap().len(),
        spare["resolution"]["unresolved"].as_u64().unwrap() as usize,
        "JSON has every place"
    );
}

#[test]
fn what_makes_check_incomplete_comes_first_and_fails_nothing_here() {
    let policy = "version = 1
[analysis]
min-resolution = 0.99
[modules.orders]
paths = ['shop::ordres']
owns.env = ['SHOP_HOTS']
[modules.payments]
paths = ['shop::payments']
";
    let files = "
//- /src/lib.rs
pub mod orders;
pub mod payments;
pub mod gone;
//- /src/orders.rs
pub fn place() {
    let _ = std::env::var(\"SHOP_HOST\");
    crate::payments::missing();
}
//- /src/payments.rs
pub fn broken( {
";
    let workspace = workspace(policy, files);
    let document = check(
        &workspace,
        expect![[r#"
            every run is incomplete: 4 reasons for exit code 3; looked at 2 modules, 4 source modules in 3 files, 100 % of 1 reference resolved

            4 reasons for exit code 3
              boundaries.toml:5:10  the path `shop::ordres` of `orders` matches nothing; did you mean `shop::orders`?
              boundaries.toml:6:13  `SHOP_HOTS` in `env` of `orders` matches no environment variable; did you mean `SHOP_HOST`?
              src/lib.rs:3:9  module `gone` has no file; looked for `src/gone.rs` and `src/gone/mod.rs`
              src/payments.rs:1:16  the file does not parse: cannot parse string into token stream

            1 stretch of code that belongs to no module
              src/lib.rs:1:1  shop, with 2 source modules below it

            1 rule that is switched off
              `in-process-state`, by default

            6 reasons why rules find nothing
              no `allow-crates` lists anything: restricted-crate
              no `depends-on` lists anything: unused-dependency
              no module and no `[shared]` lists tables: foreign-table-write, foreign-table-read, cross-owner-join, cross-owner-foreign-key, cross-owner-trigger, cross-owner-transaction, unowned-table, contested-table, opaque-query
              no module has a `visible-to`: not-visible
              no two modules are of different layers: layer-violation
              there is no library module: stateful-library

            module       kind     source modules    files  references  resolved  path
            orders       domain                0        0           0            shop::ordres
            payments     domain                1        1           0            shop::payments
            (no module)                        3        2           1     100 %
        "#]],
    );
    assert_eq!(document["verdict"], json!("incomplete"));
    workspace.run(&["check"]).ends(3, &[], &["incomplete: "]);
}

#[test]
fn without_a_policy_nothing_is_checked() {
    let document = check(
        &Workspace::new(CODE),
        expect![[r#"
        nothing is checked: there is no boundaries.toml; looked at 5 source modules in 3 files, 100 % of 3 references resolved

        module                kind     source modules    files  references  resolved
        shop                  unit                  1        1           0
        shop::orders          unit                  1        1           1     100 %
        shop::payments        unit                  2        1           1     100 %
        (tests, not checked)                        1        1           1     100 %
    "#]],
    );
    assert_eq!((&document["verdict"], &document["declared"]), (&json!("unchecked"), &json!(false)));
}

#[test]
fn names_of_others_are_harmless_to_a_terminal() {
    let run = workspace(POLICY, "//- /src/\u{202e}x.rs\n").run(&["doctor"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("src/\\u{202e}x.rs") && !run.stdout.contains('\u{202e}'), "{}", run.stdout);
}

#[test]
fn wrong_usage_and_a_wrong_policy_are_errors_as_everywhere() {
    let workspace = workspace("version = 1\n[modules.a]\npath = ['shop']\n", "");
    workspace.run(&["doctor"]).ends(2, &[], &["unknown key `path`"]);
    workspace.run(&["doctor", "--format", "svg"]).ends(
        2,
        &[],
        &["the formats of this command are human, json"],
    );
    workspace.run(&["doctor", "-p", "shop"]).ends(2, &[], &["has no effect on `doctor`"]);
    workspace.run(&["doctor", "--config", "none.toml"]).ends(2, &[], &["none.toml"]);
}
