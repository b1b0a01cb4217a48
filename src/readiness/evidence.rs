//! What is known of a module beside its code: what git and CODEOWNERS say, and what it has of its own.

use super::model::{Changes, Evidence};
use super::subject::Subject;
use crate::config::policy::{Module, ModuleId};
use crate::source::{CodeOwners, Commit, History};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How the modules of a workspace changed.
pub struct Past {
    changes: BTreeMap<ModuleId, Changes>,
}

impl Past {
    /// Counts commits by module. A file that holds code of several modules counts for each.
    pub fn new(subject: &Subject, history: &History) -> Past {
        let mut changes: BTreeMap<ModuleId, Changes> = BTreeMap::new();
        let mut authors: BTreeMap<ModuleId, BTreeSet<u32>> = BTreeMap::new();
        for commit in &history.commits {
            let touched = touched(commit, &subject.files);
            for &module in &touched {
                let of_module = changes.entry(module).or_default();
                of_module.commits += 1;
                of_module.alone += usize::from(touched.len() == 1);
                for &other in touched.iter().filter(|other| **other != module) {
                    *of_module.together.entry(subject.ctx.name(other).to_owned()).or_default() += 1;
                }
                authors.entry(module).or_default().insert(commit.author);
            }
        }
        for (module, authors) in authors {
            changes.entry(module).or_default().authors = authors.len();
        }
        Past { changes }
    }

    /// How one module changed.
    pub fn of(&self, module: ModuleId) -> Changes {
        self.changes.get(&module).cloned().unwrap_or_default()
    }
}

fn touched(commit: &Commit, modules: &HashMap<&str, BTreeSet<ModuleId>>) -> BTreeSet<ModuleId> {
    commit.files.iter().filter_map(|file| modules.get(file.as_str())).flatten().copied().collect()
}

/// What git and CODEOWNERS say of a module.
pub fn of(subject: &Subject, module: ModuleId, past: Option<&Past>, owners: Option<&CodeOwners>) -> Evidence {
    let files = subject.files.iter().filter(|(_, modules)| modules.contains(&module));
    let code_owners = owners.map(|owners| {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for owner in files.flat_map(|(file, _)| owners.owners(file)) {
            *counts.entry(owner.to_owned()).or_default() += 1;
        }
        counts
    });
    Evidence { changes: past.map(|past| past.of(module)), code_owners }
}

/// What a module has of its own, and what is not known of that: phrases.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// What is its own.
    pub has: Vec<String>,
    /// What is not known.
    pub unknown: Vec<String>,
}

/// What a module may have of its own: the key, and its name in a sentence.
const KEYS: [(&str, &str); 3] = [("cadence", "cadence"), ("scaling", "scaling profile"), ("team", "team")];

/// Compares what a module says of itself with what other domain modules say: it is its own where more than half of them say
/// something else. A team that is not named is the `owner`.
pub fn own<'a>(module: &Module, others: impl Iterator<Item = &'a Module> + Clone) -> Own {
    let mut own = Own::default();
    for (key, noun) in KEYS {
        let Some(value) = fact(module, key) else {
            own.unknown.push(format!("its {noun} (`{key}` in `[modules.{}]`)", module.name));
            continue;
        };
        let said: Vec<&str> = others.clone().filter_map(|other| fact(other, key)).collect();
        let different = said.iter().filter(|other| **other != value).count();
        if said.is_empty() {
            own.unknown.push(format!("whether its {noun} `{value}` is that of others: none of them says"));
        } else if different * 2 > said.len() {
            own.has.push(format!("it has a {noun} of its own: `{value}`"));
        }
    }
    own
}

fn fact<'a>(module: &'a Module, key: &str) -> Option<&'a str> {
    let owner = || module.owner.as_ref().filter(|_| key == "team");
    module.facts.get(key).or_else(owner).map(String::as_str)
}
