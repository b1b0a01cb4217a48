//! A policy for a workspace that has none: its crates as modules that may use what they use today.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Writes it into a folder. A workspace may have findings; what is measured is how long it takes to find them, so that
/// the rules which would deny them only warn.
pub fn make(program: &Path, root: &Path, folder: &Path) -> Result<PathBuf, String> {
    let path = folder.join("boundaries.toml");
    let write = |text: &str| std::fs::write(&path, text).map_err(|error| error.to_string());
    let uses = dependencies(&json(program, root, &["graph", "--level", "crate"])?);
    write(&policy(&uses, &BTreeSet::new()))?;
    let report = json(program, root, &["check", "--no-cache", "--config", &path.to_string_lossy()])?;
    write(&policy(&uses, &rules_with_findings(&report)))?;
    Ok(path)
}

/// What the tool prints as JSON.
fn json(program: &Path, root: &Path, args: &[&str]) -> Result<serde_json::Value, String> {
    let output = Command::new(program)
        .args(args)
        .args(["--format", "json", "--quiet"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("`{}` could not be started: {error}", program.display()))?;
    serde_json::from_slice(&output.stdout)
        .map_err(|_| format!("`{}`: {}", root.display(), String::from_utf8_lossy(&output.stderr).trim()))
}

/// Which crate uses which.
fn dependencies(graph: &serde_json::Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for node in
        graph["nodes"].as_array().into_iter().flatten().filter_map(|node| can_be_selected(&node["id"]))
    {
        uses.entry(node).or_default();
    }
    for edge in graph["edges"].as_array().into_iter().flatten() {
        if let (Some(from), Some(to)) = (can_be_selected(&edge["from"]), can_be_selected(&edge["to"])) {
            uses.entry(from).or_default().insert(to);
        }
    }
    uses
}

/// Not a test, a bench or a build script, which have what they belong to in braces.
fn can_be_selected(id: &serde_json::Value) -> Option<String> {
    id.as_str().filter(|id| !id.contains('{')).map(str::to_owned)
}

fn rules_with_findings(report: &serde_json::Value) -> BTreeSet<String> {
    let findings = report["findings"].as_array().into_iter().flatten();
    findings.filter_map(|finding| finding["rule"].as_str().map(str::to_owned)).collect()
}

fn policy(uses: &BTreeMap<String, BTreeSet<String>>, warn: &BTreeSet<String>) -> String {
    let names: BTreeMap<&str, String> =
        uses.keys().enumerate().map(|(index, id)| (id.as_str(), format!("m{index}"))).collect();
    let mut out = "version = 1\n\n[rules]\n".to_owned();
    for rule in warn {
        let _ = writeln!(out, "{rule} = \"warn\"");
    }
    for (id, used) in uses {
        let used: Vec<String> = used.iter().map(|used| format!("\"{}\"", names[used.as_str()])).collect();
        let (name, used) = (&names[id.as_str()], used.join(", "));
        let _ = write!(out, "\n[modules.{name}]\npaths = [\"{id}\"]\ndepends-on = [{used}]\n");
    }
    out
}
