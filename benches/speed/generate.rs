//! Makes workspaces of any size: crates of modules that use each other the way applications do.

use std::fmt::Write as _;
use std::path::Path;

/// Lines of one source module, about.
const LINES_OF_A_MODULE: usize = 200;
/// Source modules of one crate.
const MODULES_OF_A_CRATE: usize = 40;

/// A workspace of about so many thousand lines, in a folder that goes when it is dropped.
pub fn workspace(thousands: usize) -> Result<tempfile::TempDir, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let modules = (thousands * 1000 / LINES_OF_A_MODULE).max(1);
    let crates = modules.div_ceil(MODULES_OF_A_CRATE);
    write(folder.path(), "Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\nresolver = \"3\"\n")?;
    for index in 0..crates {
        let count = MODULES_OF_A_CRATE.min(modules - index * MODULES_OF_A_CRATE);
        package(folder.path(), index, count)?;
    }
    Ok(folder)
}

fn write(root: &Path, path: &str, text: &str) -> Result<(), String> {
    let path = root.join(path);
    let folder = path.parent().ok_or("a file in no folder")?;
    std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    std::fs::write(&path, text).map_err(|error| error.to_string())
}

/// Crates that a crate uses: a few of those made before.
fn used_by(index: usize) -> Vec<usize> {
    let mut used: Vec<usize> = [1, 2, 5].iter().filter_map(|back| index.checked_sub(*back)).collect();
    used.extend((index > 8).then_some(index / 3));
    used.sort_unstable();
    used.dedup();
    used
}

fn package(root: &Path, index: usize, modules: usize) -> Result<(), String> {
    let mut manifest = format!(
        "[package]\nname = \"part{index}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n"
    );
    for used in used_by(index) {
        let _ = writeln!(manifest, "part{used} = {{ path = \"../part{used}\" }}");
    }
    write(root, &format!("crates/part{index}/Cargo.toml"), &manifest)?;
    let mut lib = String::new();
    for module in 0..modules {
        let _ = writeln!(lib, "pub mod area{module};");
    }
    for module in 0..modules.min(4) {
        let _ = writeln!(lib, "pub use area{module}::{{Entry{module}, load{module}}};");
    }
    write(root, &format!("crates/part{index}/src/lib.rs"), &lib)?;
    for module in 0..modules {
        write(root, &format!("crates/part{index}/src/area{module}.rs"), &source(index, module, modules))?;
    }
    Ok(())
}

/// One source module: a type with methods, functions that call those of others, an enum, a trait, a macro, tests.
fn source(index: usize, module: usize, modules: usize) -> String {
    let mut out = format!("//! Area {module} of part {index}.\n\nuse std::collections::HashMap;\n");
    let other = (module + 1) % modules;
    if other != module {
        let _ = writeln!(out, "use crate::area{other}::{{self, Entry{other}}};");
    }
    let used = used_by(index);
    for (at, used) in used.iter().enumerate() {
        let _ = writeln!(out, "use part{used}::Entry0 as Foreign{at};");
    }
    let _ = write!(
        out,
        "\n/// An entry.\n#[derive(Clone, Debug, Default, PartialEq)]\npub struct Entry{module} {{\n    pub id: u64,\n    \
         pub name: String,\n    pub parts: Vec<u64>,\n}}\n\n/// What is known of one.\npub enum State{module} {{\n    Open,\n    \
         Closed(u64),\n    Moved {{ to: u64 }},\n}}\n\npub fn load{module}(id: u64) -> Entry{module} {{\n    Entry{module} {{ id, \
         ..Entry{module}::default() }}\n}}\n\nimpl Entry{module} {{\n    pub fn new(id: u64) -> Self {{\n        load{module}(id)\n    \
         }}\n\n    pub fn total(&self) -> u64 {{\n        self.parts.iter().map(|part| part + self.id).sum()\n    }}\n}}\n"
    );
    let mut at = 0;
    while out.lines().count() < LINES_OF_A_MODULE {
        function(&mut out, module, other, &used, at);
        at += 1;
    }
    out
}

fn function(out: &mut String, module: usize, other: usize, used: &[usize], at: usize) {
    let _ = write!(
        out,
        "\n/// Step {at}.\npub fn step{at}(entries: &[Entry{module}], limit: u64) -> Option<State{module}> {{\n    let mut by_name \
         = HashMap::new();\n    for entry in entries.iter().filter(|entry| entry.total() > limit) {{\n        \
         by_name.insert(entry.name.clone(), entry.id);\n    }}\n    let first = entries.first()?;\n"
    );
    if other != module {
        let _ = write!(
            out,
            "    let near: Entry{other} = area{other}::load{other}(first.id + {at});\n    if near.total() == limit {{\n        \
             return Some(State{module}::Moved {{ to: near.id }});\n    }}\n"
        );
    }
    if !used.is_empty() {
        let foreign = at % used.len();
        let krate = used[foreign];
        let _ = write!(
            out,
            "    let far = Foreign{foreign}::new(first.id);\n    let again = part{krate}::area0::load0(far.total());\n    if again.id \
             > limit {{\n        return Some(State{module}::Closed(again.total()));\n    }}\n"
        );
    }
    let _ = write!(
        out,
        "    match by_name.len() {{\n        0 => None,\n        {at} => Some(State{module}::Closed(limit)),\n        _ => \
         Some(State{module}::Open),\n    }}\n}}\n"
    );
}
