//! `--record`: a line for each run.

use super::{POLICY, shop};
use crate::cli::run_with;
use serde_json::Value;
use std::fs;

#[test]
fn each_run_appends_a_line() {
    let shop = shop(POLICY, "");
    let day = |seconds: &'static str| [("SOURCE_DATE_EPOCH", seconds)];
    let args = ["readiness", "--record", "trend.jsonl", "--format", "json"];
    let run = |seconds| run_with(shop.dir.path(), &args, &day(seconds));
    let first = run("1700000000");
    first.ends(0, &[], &[]);
    assert_eq!(first.document()["trend"].as_array().unwrap().len(), 1);
    let orders = fs::read_to_string(shop.dir.path().join("src/orders.rs")).unwrap();
    shop.write("src/orders.rs", orders.replacen("    crate::payments::store::sweep();\n", "", 1));
    let second = run("1700090000");
    let text = fs::read_to_string(shop.dir.path().join("trend.jsonl")).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(second.document()["trend"], Value::from(lines.clone()));
    let days: Vec<&Value> = lines.iter().map(|line| &line["date"]).collect();
    assert_eq!(days, ["2023-11-14", "2023-11-15"]);
    let payments = |line: &Value| line["modules"]["payments"].clone();
    assert_eq!(
        payments(&lines[0]),
        serde_json::json!({ "safe": 3, "all": 6, "blockers": 2, "rules": { "chatty-call": 1, "private-access": 1 } })
    );
    assert_eq!(
        payments(&lines[1]),
        serde_json::json!({ "safe": 3, "all": 5, "blockers": 1, "rules": { "chatty-call": 1 } })
    );
}

#[test]
fn a_file_of_something_else_is_left_alone() {
    let shop = shop(POLICY, "");
    for (text, reason) in [
        ("# notes\n", "line 1: "),
        ("\n{\"version\": 9, \"date\": \"\", \"modules\": {}}", "line 2: version 9"),
    ] {
        shop.write("notes.md", text);
        let run = shop.run(&["readiness", "--record", "notes.md"]);
        run.ends(2, &[], &["`notes.md` is no record of earlier runs", reason]);
        assert_eq!(fs::read_to_string(shop.dir.path().join("notes.md")).unwrap(), text);
    }
}

#[test]
fn a_last_line_without_an_end_gets_one() {
    let shop = shop(POLICY, "");
    shop.run(&["readiness", "--record", "t"]).ends(0, &[], &[]);
    let text = fs::read_to_string(shop.dir.path().join("t")).unwrap();
    shop.write("t", text.trim_end());
    shop.run(&["readiness", "--record", "t"]).ends(0, &[], &[]);
    assert_eq!(fs::read_to_string(shop.dir.path().join("t")).unwrap().lines().count(), 2);
}

#[test]
fn a_run_that_did_not_see_all_is_not_recorded() {
    let shop = shop(POLICY, "");
    shop.write("src/orders.rs", "fn (\n");
    let run = shop.run(&["readiness", "--record", "t", "--format", "json"]);
    run.ends(3, &[], &["the run was not recorded, because the analysis is incomplete"]);
    assert!(!shop.dir.path().join("t").exists());
    assert_eq!(run.document()["trend"], Value::Null);
}
