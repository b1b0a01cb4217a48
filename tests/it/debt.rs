//! What a team accepts for now: the baseline, exceptions in the source, dependencies with a last day.

use crate::cli::{Run, STRICT, Workspace};
use expect_test::expect;
use serde_json::Value;
use std::fs;

const BASELINE: &str = "boundaries.baseline.toml";

impl Workspace {
    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.dir.path().join(path)).unwrap()
    }
}

impl Run {
    /// The identities of what `check --format json` found, accepted or not.
    fn identities(&self, standing: &str) -> Vec<String> {
        let document: Value = serde_json::from_str(&self.stdout).unwrap();
        let findings = document["findings"].as_array().unwrap().iter();
        let chosen = findings.filter(|finding| finding["baseline"] == standing);
        chosen.map(|finding| finding["identity"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn accepted_findings_pass_and_new_ones_fail() {
    let shop = Workspace::shop(STRICT, "");
    shop.run(&["check"]).ends(1, &["private-access", "undeclared-dependency"], &[]);
    shop.run(&["baseline"]).ends(
        0,
        &[],
        &["baseline: +2 -0, 2 findings accepted in `[dir]/boundaries.baseline.toml`"],
    );
    expect![[r#"
        # Findings that are accepted for now, each with how often it occurs: `cargo modcheck baseline` writes this file.
        # It may only shrink: what is new fails, what is gone can be pruned. Merge it with `merge=union`.
        version = 1
        "private-access shop::orders -> shop::payments::store::charge" = 1
        "undeclared-dependency shop::orders -> shop::payments::store::charge" = 1
    "#]]
    .assert_eq(&shop.read(BASELINE));
    shop.run(&["check"]).ends(0, &["baseline: +0 -0, 2 left\nno findings; "], &[]);
    shop.run(&["check", "--no-baseline"]).ends(1, &["2 errors; "], &[]);

    // One more of an old one, and a new one.
    shop.write(
        "src/orders.rs",
        "pub fn place() {\n    crate::payments::store::charge();\n    crate::payments::store::charge();\n    crate::payments::api::pay();\n}\n",
    );
    let run = shop.run(&["check"]);
    run.ends(1, &["= baseline: 1 accepted, 2 found", "baseline: +3 -0, 2 left\n3 errors; "], &[]);
    let run = shop.run(&["check", "--format", "json"]);
    run.ends(1, &[], &["baseline: +3 -0, 2 left"]);
    assert_eq!(run.identities("new"), ["undeclared-dependency shop::orders -> shop::payments::api::pay"]);
    assert_eq!(run.identities("grown").len(), 2);

    // Accepting one leaves the others.
    let identity = "undeclared-dependency shop::orders -> shop::payments::api::pay";
    shop.run(&["baseline", "--accept", identity]).ends(0, &[], &["baseline: +1 -0, 3 findings"]);
    assert_eq!(shop.run(&["check", "--format", "json"]).identities("new").len(), 0);
    shop.run(&["baseline", "--accept", &identity.replace("pay", "pya")]).could_not_run(expect![[r#"
        error: unknown finding `undeclared-dependency shop::orders -> shop::pyaments::api::pya`
          = help: did you mean `undeclared-dependency shop::orders -> shop::payments::api::pay`?
    "#]]);
}

#[test]
fn what_is_gone_never_fails_unless_that_is_asked_for() {
    let shop = Workspace::shop(STRICT, "");
    shop.run(&["baseline"]);
    shop.write("src/orders.rs", "pub fn place() {}\n");
    shop.run(&["check"]).ends(
        0,
        &["baseline: +0 -2, 0 left; `cargo modcheck baseline --prune` takes out what is gone\nno findings"],
        &[],
    );
    shop.run(&["check", "--deny-warnings"]).ends(0, &[], &[]);
    let strict = shop.run(&["check", "--strict-baseline"]);
    strict.ends(1, &["error[modcheck::stale-baseline]: the baseline accepts a finding that is gone\n --> boundaries.baseline.toml:4:1", "2 errors"], &[]);
    shop.run(&["check", "--strict-baseline", "--warn", "stale-baseline"]).ends(0, &["2 warnings"], &[]);

    // Where something was not seen, nothing is known to be gone.
    shop.write("src/orders.rs", "pub fn place() {\n");
    shop.run(&["check", "--strict-baseline"]).ends(3, &["baseline: +1 -0, 0 left", "1 warning; "], &[]);
    shop.run(&["baseline", "--prune"]).ends(3, &[], &["baseline: +0 -0, 2 findings"]);

    shop.write("src/orders.rs", "pub fn place() {}\n");
    shop.run(&["baseline", "--prune"]).ends(0, &[], &["baseline: +0 -2, 0 findings"]);
    shop.run(&["check", "--strict-baseline"]).ends(0, &["baseline: +0 -0, 0 left"], &[]);
}

#[test]
fn a_count_that_shrinks_is_pruned_to_what_is_left() {
    let shop = Workspace::shop(STRICT, "");
    shop.write("src/orders.rs", "use crate::payments::store::charge;\npub fn place() {\n    charge();\n}\n");
    shop.run(&["baseline"]);
    assert!(shop.read(BASELINE).contains("charge\" = 2"), "{}", shop.read(BASELINE));
    shop.write("src/orders.rs", "pub fn place() {\n    crate::payments::store::charge();\n}\n");
    shop.run(&["baseline", "--prune"]).ends(0, &[], &["baseline: +0 -2, 2 findings"]);
    assert!(shop.read(BASELINE).contains("charge\" = 1"), "{}", shop.read(BASELINE));
}

#[test]
fn a_baseline_that_cannot_be_read_is_no_pass() {
    let shop = Workspace::shop(STRICT, "");
    shop.write(BASELINE, "version = 1\n<<<<<<< ours\n\"a b\" = 1\n=======\n>>>>>>> theirs\n");
    shop.run(&["check"]).could_not_run(expect![[r#"
        error: a merge conflict is left
         --> boundaries.baseline.toml:2:1
          |
        2 | <<<<<<< ours
          | ^
          |
          = help: keep the lines of both sides and remove the markers; a line that stands here twice does no harm
    "#]]);
}

/// The shop with one more line in `orders` above its violation, which two rules find.
fn with_comment(comment: &str) -> Workspace {
    let shop = Workspace::shop(STRICT, "");
    shop.write(
        "src/orders.rs",
        format!("pub fn place() {{\n    {comment}\n    crate::payments::store::charge();\n}}\n"),
    );
    shop
}

#[test]
fn an_exception_with_a_reason_allows_what_it_names() {
    let both = "// modcheck: allow(private-access, undeclared-dependency, reason = \"moves in Q3\", until = \"2999-12-31\")";
    with_comment(both).run(&["check", "--deny-warnings"]).ends(0, &["no findings"], &[]);
    let one = "// modcheck: allow(private-access, reason = \"moves in Q3\")";
    with_comment(one).run(&["check"]).ends(1, &["undeclared-dependency", "1 error; "], &[]);

    // The next line is not covered.
    let shop = with_comment(one);
    shop.write(
        "src/orders.rs",
        format!(
            "pub fn place() {{\n    {one}\n    let charge = 1;\n    crate::payments::store::charge();\n}}\n"
        ),
    );
    shop.run(&["check"]).ends(1, &["private-access", "unused-exception", "2 errors, 1 warning; "], &[]);
}

#[test]
fn an_exception_that_is_not_in_order_is_a_finding_and_allows_nothing() {
    let check = |comment: &str, rule: &str, message: &str| {
        let run = with_comment(comment).run(&["check"]);
        run.ends(
            1,
            &[
                &format!("warning[modcheck::{rule}]: {message}\n --> src/orders.rs:2:5"),
                "2 errors, 1 warning; ",
            ],
            &[],
        );
    };
    check(
        "// modcheck: allow(private-access)",
        "unused-exception",
        "an exception without a reason allows nothing",
    );
    check(
        "// modcheck: alow(private-access, reason = \"x\")",
        "unused-exception",
        "an exception cannot be read: it does not begin with `allow(`",
    );
    check(
        "// modcheck: allow(privat-access, reason = \"x\")",
        "unused-exception",
        "an exception names `privat-access`, which is no rule",
    );
    check(
        "// modcheck: allow(private-access, reason = \"x\", until = \"2020-02-29\")",
        "expired-exception",
        "an exception held until 2020-02-29 and allows nothing any more",
    );
    check(
        "// modcheck: allow(foreign-impl, reason = \"x\")",
        "unused-exception",
        "nothing is found here that an exception for `foreign-impl` could allow",
    );
}

#[test]
fn exceptions_are_judged_by_the_run_they_are_part_of() {
    let comment = "// modcheck: allow(private-access, foreign-impl, reason = \"x\")";
    // A rule that is switched off finds nothing anywhere.
    with_comment(comment).run(&["check", "--allow", "foreign-impl"]).ends(1, &["1 error; "], &[]);
    // Where something was not seen, what is not found may still be there.
    let shop = with_comment(comment);
    shop.write("src/payments.rs", "pub mod {");
    let run = shop.run(&["check"]);
    assert!(run.code == 3 && !run.stdout.contains("unused-exception"), "{}", run.stdout);
    // Test code that is not looked at has exceptions that nobody misses.
    let shop = with_comment(comment);
    let tests = "#[cfg(test)]\nmod tests {\n    // modcheck: allow(private-access, reason = \"x\")\n    use crate::payments::api;\n}\n";
    shop.write("src/orders.rs", tests);
    shop.run(&["check"]).ends(0, &["no findings; "], &[]);
    shop.write("boundaries.toml", STRICT.replace("version = 1", "version = 1\nanalysis.tests = \"check\""));
    shop.run(&["check"]).ends(1, &["unused-exception", "undeclared-dependency"], &[]);
}

#[test]
fn exceptions_work_on_what_is_kept_of_earlier_runs() {
    let shop = with_comment("// modcheck: allow(private-access, undeclared-dependency, reason = \"x\")");
    let source = shop.read("src/orders.rs");
    for text in [
        source.clone(),
        format!("// moved\n\n{source}"),
        source.replace("x\"", "y\""),
        source.replace("    crate::", "\n    crate::"),
        source.replace("// modcheck", "// mdcheck"),
    ] {
        shop.write("src/orders.rs", &text);
        let (kept, anew) = (shop.run(&["check"]), shop.run(&["check", "--no-cache"]));
        assert_eq!((kept.code, &kept.stdout), (anew.code, &anew.stdout), "{text}");
    }
}

#[test]
fn a_dependency_with_a_last_day_is_counted_down_and_then_gone() {
    let policy = |until: &str| {
        let entry = format!(
            "depends-on = [{{ module = \"payments\", until = \"{until}\", reason = \"moves to events\" }}]"
        );
        let policy =
            STRICT.replace("paths = [\"shop::orders\"]", &format!("paths = [\"shop::orders\"]\n{entry}"));
        policy.replace("public = [\"api\"]\n", "")
    };
    let shop = Workspace::shop(&policy("2999-12-31"), "");
    shop.write("src/payments.rs", "pub fn charge() {}\n");
    shop.write("src/orders.rs", "pub fn place() {\n    crate::payments::charge();\n}\n");
    let note =
        "note: `orders` -> `payments` ends after 2999-12-31 (moves to events): 1 use left\nno findings; ";
    shop.run(&["check"]).ends(0, &[note], &[]);

    shop.write("boundaries.toml", policy("2020-01-01"));
    let run = shop.run(&["check"]);
    run.ends(
        1,
        &[
            "error[modcheck::undeclared-dependency]: module `orders` uses `shop::payments::charge` of `payments`, which its `depends-on` no longer permits",
            "warning[modcheck::expired-exception]: `orders` might use `payments` until 2020-01-01\n --> boundaries.toml:8:15",
            "1 error, 1 warning; ",
        ],
        &[],
    );
}

#[test]
fn severities_of_the_command_line_go_before_all_others() {
    let shop = Workspace::shop(STRICT, "");
    let quiet = ["check", "--allow", "private-access", "--warn", "modcheck::undeclared-dependency"];
    shop.run(&quiet).ends(0, &["1 warning; "], &[]);
    shop.run(&["check", "--warn", "private-access", "--deny", "private-access"]).could_not_run(expect![[
        r#"
        error: rule `private-access` is given two severities
    "#
    ]]);
    shop.run(&["check", "--deny", "privat-access"]).could_not_run(expect![[r#"
        error: unknown rule `privat-access`
          = help: did you mean `private-access`?
    "#]]);
}
