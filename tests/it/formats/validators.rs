//! Real validators, and the published schemas that they go by. The schemas come out of packages that the tests depend on.

use serde_json::Value;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Set where a validator that is missing fails the tests.
const REQUIRED: &str = "MODCHECK_REQUIRE_VALIDATORS";

/// A file of the sources of a package that the tests depend on.
pub fn file_of(package: &str, path: &str) -> PathBuf {
    static METADATA: OnceLock<Value> = OnceLock::new();
    let metadata = METADATA.get_or_init(metadata);
    let packages = metadata["packages"].as_array().unwrap();
    let found = packages.iter().find(|found| found["name"] == package).unwrap();
    Path::new(found["manifest_path"].as_str().unwrap()).parent().unwrap().join(path)
}

/// What cargo knows of the packages for this machine; those for others need not be there.
fn metadata() -> Value {
    let version = Command::new("rustc").arg("-vV").output().unwrap().stdout;
    let version = String::from_utf8(version).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--format-version", "1", "--offline", "--locked", "--filter-platform", host]);
    let output = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Fails with all that a JSON schema says against a document.
#[track_caller]
pub fn valid_json(schema: &Value, document: &Value, name: &str) {
    let errors = json_errors(schema, document);
    assert!(errors.is_empty(), "{name}:\n{}", errors.join("\n"));
}

pub fn json_errors(schema: &Value, document: &Value) -> Vec<String> {
    let options = jsonschema::options().should_validate_formats(true);
    let validator = options.build(schema).unwrap();
    validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// What `xmllint` says against a document by an XML schema; empty if it is valid, and where there is no `xmllint`.
pub fn xml_errors(schema: &Path, document: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("document.xml");
    std::fs::write(&file, document).unwrap();
    let mut xmllint = Command::new("xmllint");
    xmllint.args(["--noout", "--nonet", "--schema"]).arg(schema).arg(&file);
    let output = xmllint.output().unwrap();
    match output.status.code() {
        Some(0) => String::new(),
        _ => String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Whether there is an `xmllint`. Where there has to be one, it fails.
#[track_caller]
pub fn has_xmllint() -> bool {
    let is_there =
        Command::new("xmllint").arg("--version").output().is_ok_and(|output| output.status.success());
    let is_required = std::env::var_os(REQUIRED).is_some_and(|value| value == "1");
    assert!(is_there || !is_required, "{REQUIRED} is set, and there is no `xmllint` (Debian: libxml2-utils)");
    if !is_there {
        // Past the test harness, which shows nothing of a test that passes.
        let _ = writeln!(
            io::stderr(),
            "no `xmllint` (Debian: libxml2-utils): XML is not held against its schema"
        );
    }
    is_there
}
