//! A policy for a workspace that has none: its crates as modules that may use what they use today.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Writes it into a folder.
pub fn make(program: &Path, root: &Path, folder: &Path) -> Result<PathBuf, String> {
    let graph = Command::new(program)
        .args(["graph", "--level", "crate", "--format", "json", "--quiet"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("`{}` could not be started: {error}", program.display()))?;
    let graph: serde_json::Value = serde_json::from_slice(&graph.stdout)
        .map_err(|_| format!("`{}`: {}", root.display(), String::from_utf8_lossy(&graph.stderr).trim()))?;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let mut uses: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for node in graph["nodes"].as_array().into_iter().flatten() {
        uses.entry(text(&node["id"])).or_default();
    }
    for edge in graph["edges"].as_array().into_iter().flatten() {
        uses.entry(text(&edge["from"])).or_default().push(text(&edge["to"]));
    }
    let path = folder.join("boundaries.toml");
    std::fs::write(&path, policy(&uses)).map_err(|error| error.to_string())?;
    Ok(path)
}

fn policy(uses: &BTreeMap<String, Vec<String>>) -> String {
    let names: BTreeMap<&str, String> =
        uses.keys().enumerate().map(|(index, id)| (id.as_str(), format!("m{index}"))).collect();
    // A workspace may have cycles and more; what is measured is how long it takes to find them.
    let mut out =
        "version = 1\n\n[rules]\ndependency-cycle = \"warn\"\nprivate-access = \"warn\"\n".to_owned();
    for (id, used) in uses {
        let used: Vec<String> = used.iter().map(|used| format!("\"{}\"", names[used.as_str()])).collect();
        let (name, used) = (&names[id.as_str()], used.join(", "));
        let _ = write!(out, "\n[modules.{name}]\npaths = [\"{id}\"]\ndepends-on = [{used}]\n");
    }
    out
}
