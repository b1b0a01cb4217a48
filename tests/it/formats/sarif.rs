//! SARIF: the schema of the standard, and what GitHub's code scanning asks for beyond it.

use super::validators::{file_of, json_errors, valid_json};
use super::{Document, demo, documents};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn schema() -> Value {
    let text = std::fs::read_to_string(file_of("serde-sarif", "src/schema.json")).unwrap();
    let mut schema: Value = serde_json::from_str(&text).unwrap();
    // The pattern of a key that is not written here is no regular expression: a bracket of it was never opened.
    for of in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][of]["properties"]["language"];
        assert!(language.as_object_mut().unwrap().remove("pattern").is_some());
    }
    schema
}

fn parse(document: &Document) -> Value {
    serde_json::from_str(&document.text).unwrap()
}

fn results(log: &Value) -> &[Value] {
    log["runs"][0]["results"].as_array().unwrap()
}

#[test]
fn it_is_valid_by_the_schema_of_the_standard() {
    let schema = schema();
    for document in documents("sarif") {
        let log = parse(&document);
        valid_json(&schema, &log, document.name);
        serde_json::from_value::<serde_sarif::sarif::Sarif>(log).unwrap();
    }
    let mut wrong = parse(&documents("sarif")[0]);
    wrong["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] =
        json!("a b");
    assert_eq!(json_errors(&schema, &wrong).len(), 1, "the schema is not applied");
    wrong["runs"][0]["columnKind"] = json!("bytes");
    assert_eq!(json_errors(&schema, &wrong).len(), 2, "the schema is not applied");
}

/// A text that has to be there for GitHub, and how long it may be.
#[track_caller]
fn text(value: &Value, longest: usize) {
    let text = value.as_str().unwrap();
    assert!(!text.trim().is_empty() && text.chars().count() <= longest, "{text:?}");
}

#[test]
fn it_has_what_github_asks_for() {
    for document in documents("sarif") {
        let log = parse(&document);
        let driver = &log["runs"][0]["tool"]["driver"];
        text(&driver["name"], 255);
        let rules = driver["rules"].as_array().unwrap();
        for rule in rules {
            text(&rule["id"], 255);
            text(&rule["name"], 255);
            text(&rule["shortDescription"]["text"], 1024);
            text(&rule["fullDescription"]["text"], 1024);
            text(&rule["help"]["text"], usize::MAX);
            text(&rule["help"]["markdown"], usize::MAX);
            assert!(
                ["note", "warning", "error"]
                    .contains(&rule["defaultConfiguration"]["level"].as_str().unwrap())
            );
            assert!(rule["properties"]["tags"].as_array().unwrap().len() <= 10);
        }
        for result in results(&log) {
            text(&result["message"]["text"], usize::MAX);
            assert_eq!(result["locations"].as_array().unwrap().len(), 1);
            if let Some(index) = result.get("ruleIndex") {
                assert_eq!(rules[index.as_u64().unwrap() as usize]["id"], result["ruleId"]);
            }
            for location in locations(result) {
                region(&location["physicalLocation"]["region"]);
            }
            let fingerprints = result["partialFingerprints"].as_object().unwrap();
            // The upload step computes this one, and warns of a value that is not its own.
            assert!(!fingerprints.is_empty() && !fingerprints.contains_key("primaryLocationLineHash"));
        }
        let known = results(&log).iter().filter(|result| result.get("ruleIndex").is_some()).count();
        assert_eq!(results(&log).len() - known, usize::from(document.name == "hostile"), "{}", document.name);
    }
}

fn locations(result: &Value) -> impl Iterator<Item = &Value> {
    let of = |key: &str| result.get(key).and_then(Value::as_array).into_iter().flatten();
    of("locations").chain(of("relatedLocations"))
}

/// All four numbers, and a stretch that is not empty.
#[track_caller]
fn region(region: &Value) {
    let number = |key: &str| region[key].as_u64().unwrap();
    assert!(number("startLine") >= 1 && number("startColumn") >= 1);
    assert!(number("endLine") == number("startLine") && number("endColumn") >= number("startColumn"));
}

/// What a consumer makes of a reference below the root.
fn decoded(uri: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = uri.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let hex = [rest.next().unwrap(), rest.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap()
            }
            _ => byte,
        });
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn locations_lead_to_the_files_that_are_meant() {
    for document in documents("sarif") {
        let log = parse(&document);
        for location in results(&log).iter().flat_map(locations) {
            let artifact = &location["physicalLocation"]["artifactLocation"];
            let uri = artifact["uri"].as_str().unwrap();
            assert_eq!(artifact["uriBaseId"], "%SRCROOT%");
            let path = decoded(uri);
            match document.name {
                "demo" => {
                    let path = path.strip_prefix("fixtures/shop/").unwrap();
                    assert!(demo().join(path).is_file(), "{path}");
                }
                "hostile" => assert!(super::HOSTILE.contains(&path.as_str()), "{uri} is {path:?}"),
                _ => {}
            }
        }
    }
}

/// The line that is pointed at holds what the finding is about: columns count characters.
#[test]
fn regions_cover_what_is_underlined() {
    let shop = crate::cli::Workspace::shop(
        crate::cli::STRICT,
        "//- /src/orders.rs\npub fn place() {\n    \"表😀ü\"; crate::payments::store::charge();\n}\n",
    );
    let log: Value = serde_json::from_str(&shop.run(&["--format", "sarif"]).stdout).unwrap();
    let result = results(&log).iter().find(|result| result["ruleId"] == "private-access").unwrap();
    let region = &result["locations"][0]["physicalLocation"]["region"];
    let [start, end] = ["startColumn", "endColumn"].map(|key| region[key].as_u64().unwrap() as usize);
    let line = "    \"表😀ü\"; crate::payments::store::charge();";
    let covered: String = line.chars().skip(start - 1).take(end - start).collect();
    assert_eq!((region["startLine"].as_u64(), covered.as_str()), (Some(2), "charge"));
}

#[test]
fn every_link_of_a_message_leads_to_a_related_location() {
    let mut links = 0;
    for document in documents("sarif") {
        for result in results(&parse(&document)) {
            let ids: BTreeSet<String> =
                locations(result).filter_map(|l| Some(l.get("id")?.to_string())).collect();
            for target in result["message"]["text"].as_str().unwrap().split("](").skip(1) {
                let (target, _) = target.split_once(')').unwrap();
                assert!(ids.contains(target), "{}: {result:#}", document.name);
                links += 1;
            }
            let of_others = locations(result).filter_map(|location| location["message"]["text"].as_str());
            assert!(of_others.into_iter().all(|text| !text.contains("](")));
        }
    }
    assert!(links > 20, "only {links} links");
}

#[test]
fn trails_are_related_locations() {
    let log = parse(&documents("sarif")[0]);
    let told: Vec<&str> = results(&log)
        .iter()
        .flat_map(locations)
        .filter_map(|location| location["message"]["text"].as_str())
        .filter(|text| text.contains("re-exports"))
        .collect();
    assert!(told.contains(&"`logistics::estimate` re-exports `routes::estimate`"), "{told:?}");
}

/// State, and whether it is suppressed, of each result.
fn states(log: &Value) -> Vec<(Option<&str>, bool)> {
    let state = |result: &Value| result.get("baselineState").is_some();
    assert!(results(log).iter().all(state) || !results(log).iter().any(state), "all of them or none");
    let mut states: Vec<(Option<&str>, bool)> = results(log)
        .iter()
        .map(|result| {
            (result.get("baselineState").and_then(Value::as_str), result.get("suppressions").is_some())
        })
        .collect();
    states.sort_unstable();
    states
}

#[test]
fn a_result_says_whether_it_was_there_before() {
    for document in documents("sarif") {
        let log = parse(&document);
        let states = states(&log);
        match document.name {
            "baseline" => {
                let count = |wanted| states.iter().filter(|state| **state == wanted).count();
                assert!(count((Some("unchanged"), true)) > 0, "{states:?}");
                assert!(count((Some("updated"), false)) > 0, "{states:?}");
                assert_eq!(count((Some("unchanged"), false)), 0, "{states:?}");
                let suppressed = results(&log).iter().find_map(|result| result.get("suppressions")).unwrap();
                assert_eq!(
                    (&suppressed[0]["kind"], &suppressed[0]["status"]),
                    (&json!("external"), &json!("accepted"))
                );
            }
            // Nobody accepted what was there before.
            "since" => {
                assert!(
                    states.contains(&(Some("new"), false)) && states.contains(&(Some("unchanged"), false))
                );
                assert!(states.iter().all(|(_, suppressed)| !suppressed));
            }
            _ => assert!(states.iter().all(|state| *state == (None, false)), "{}", document.name),
        }
    }
}

#[test]
fn what_could_not_be_seen_is_told_of_the_run() {
    for document in documents("sarif") {
        let log = parse(&document);
        let invocation = &log["runs"][0]["invocations"][0];
        let is_complete = !["incomplete", "hostile"].contains(&document.name);
        assert_eq!(invocation["executionSuccessful"], json!(is_complete), "{}", document.name);
        let notifications = invocation["toolExecutionNotifications"].as_array().unwrap();
        let errors = notifications.iter().filter(|notification| notification["level"] == "error");
        assert_eq!(errors.count() > 0, !is_complete, "{}", document.name);
        let descriptors = &log["runs"][0]["tool"]["driver"]["notifications"];
        for notification in notifications {
            let descriptor = &notification["descriptor"];
            let index = descriptor["index"].as_u64().unwrap() as usize;
            assert_eq!(descriptors[index]["id"], descriptor["id"]);
        }
    }
}
