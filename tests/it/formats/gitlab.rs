//! GitLab's code quality report, as its documentation describes it:
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use super::documents;
use super::validators::{json_errors, valid_json};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The table of the documentation; nothing beyond it, since GitLab reads nothing else. A path is relative in the repository.
fn schema() -> Value {
    let text = json!({ "type": "string", "minLength": 1 });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "array",
        "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": text,
                "check_name": text,
                "fingerprint": { "type": "string", "pattern": "^[0-9a-f]{32}$" },
                "severity": { "enum": ["info", "minor", "major", "critical", "blocker"] },
                "location": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["path", "lines"],
                    "properties": {
                        "path": { "type": "string", "minLength": 1, "not": { "pattern": "^(/|\\./)" } },
                        "lines": {
                            "type": "object",
                            "additionalProperties": false,
                            "required": ["begin"],
                            "properties": { "begin": { "type": "integer", "minimum": 1 } }
                        }
                    }
                }
            }
        }
    })
}

#[test]
fn it_is_what_the_documentation_describes() {
    for document in documents("gitlab") {
        // There may be no byte order mark.
        assert!(document.text.starts_with('['), "{}", document.name);
        let issues: Value = serde_json::from_str(&document.text).unwrap();
        valid_json(&schema(), &issues, document.name);
        let issues = issues.as_array().unwrap();
        let fingerprints: BTreeSet<&str> =
            issues.iter().map(|i| i["fingerprint"].as_str().unwrap()).collect();
        assert_eq!(fingerprints.len(), issues.len(), "{}: a fingerprint is given twice", document.name);
        let has_errors = issues.iter().any(|issue| issue["severity"] == "major");
        assert!(has_errors || document.code != 1, "{}", document.name);
        match document.name {
            "demo" => assert!(issues.len() > 20),
            "nothing" => assert!(issues.is_empty()),
            // What is accepted, or was there before, is left out.
            "since" => assert!(
                issues.iter().all(|issue| issue["description"].to_string().contains("Till")),
                "{issues:?}"
            ),
            _ => assert!(!issues.is_empty(), "{}", document.name),
        }
    }
    assert!(!json_errors(&schema(), &json!([{ "description": "x" }])).is_empty());
}
