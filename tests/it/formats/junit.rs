//! JUnit: the schema of the reports that Jenkins reads, and what services make of the tests.

use super::documents;
use super::validators::{file_of, has_xmllint, xml_errors};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn it_is_valid_by_the_schema_that_jenkins_publishes() {
    if !has_xmllint() {
        return;
    }
    let schema = file_of("junit-report", "tests/JUnit.xsd");
    for document in documents("junit") {
        let errors = xml_errors(&schema, &document.text);
        assert!(errors.is_empty(), "{}:\n{errors}\n{}", document.name, document.text);
    }
    for wrong in [
        "<testsuites><testcase name=\"a\"/></testsuites>",
        "<testsuites name=\"\u{1}\"/>",
        "<testsuites>]]></testsuites>",
    ] {
        assert!(!xml_errors(&schema, wrong).is_empty(), "the schema is not applied to {wrong}");
    }
}

/// The tests of a document by class and name, each with the element that says why it did not pass, and what the suites
/// count.
#[derive(Default)]
pub struct Suite {
    pub tests: BTreeMap<(String, String), String>,
    counts: Vec<BTreeMap<String, usize>>,
}

impl Suite {
    pub fn parse(document: &str) -> Suite {
        let mut suite = Suite::default();
        let mut reader = Reader::from_str(document);
        let mut test = None;
        loop {
            let event = reader.read_event().unwrap();
            let (Event::Start(element) | Event::Empty(element)) = &event else {
                if event == Event::Eof {
                    return suite;
                }
                continue;
            };
            let tag = element.name().as_ref().to_owned();
            let mut attributes = attributes(element);
            match tag.as_str() {
                "testsuites" | "testsuite" => {
                    attributes.retain(|_, value| value.parse::<usize>().is_ok());
                    suite
                        .counts
                        .push(attributes.iter().map(|(k, v)| (k.clone(), v.parse().unwrap())).collect());
                }
                "testcase" => {
                    let key = (attributes["classname"].clone(), attributes["name"].clone());
                    assert!(
                        suite.tests.insert(key.clone(), String::new()).is_none(),
                        "{key:?} stands there twice"
                    );
                    test = Some(key);
                }
                "failure" | "error" | "skipped" => {
                    let reason = suite.tests.get_mut(test.as_ref().unwrap()).unwrap();
                    assert_eq!(reason, "", "one reason for each");
                    *reason = tag;
                }
                _ => {}
            }
        }
    }

    fn count(&self, reason: &str) -> usize {
        self.tests.values().filter(|found| *found == reason).count()
    }
}

fn attributes(element: &BytesStart) -> BTreeMap<String, String> {
    let attributes = element.attributes().map(|attribute| {
        let attribute = attribute.unwrap();
        let key = attribute.key.as_ref().to_owned();
        (key, attribute.value.into_owned())
    });
    attributes.collect()
}

#[test]
fn tests_fail_where_the_run_fails() {
    for document in documents("junit") {
        let suite = Suite::parse(&document.text);
        let (failures, errors) = (suite.count("failure"), suite.count("error"));
        assert_eq!(failures > 0, document.code == 1 || ["incomplete", "hostile"].contains(&document.name));
        assert_eq!(errors > 0, document.code == 3 || document.name == "hostile", "{}", document.name);
        for counts in &suite.counts {
            let wanted = [("tests", suite.tests.len()), ("failures", failures), ("errors", errors)];
            wanted
                .iter()
                .for_each(|(key, count)| assert_eq!(counts[*key], *count, "{}: {key}", document.name));
        }
        assert_eq!(suite.counts[1]["skipped"], suite.count("skipped"));
    }
}

#[test]
fn every_rule_is_a_test() {
    for document in documents("junit") {
        let suite = Suite::parse(&document.text);
        let classes: BTreeSet<&str> = suite.tests.keys().map(|(class, _)| class.as_str()).collect();
        for rule in modcheck::rules::names() {
            assert!(classes.contains(format!("modcheck.{rule}").as_str()), "{}: {rule}", document.name);
        }
    }
}
