//! `incomplete-analysis`: what the analysis could not see, so that silence never means "not looked at".

use super::{Check, Context, Counts, Draft, Needs, Rule, Site, config_lines};
use crate::config::policy::Severity;
use crate::config::{Unmatched, UnmatchedEntry};
use crate::graph::{NodeId, Problem, ProblemKind};
use std::collections::BTreeMap;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "incomplete-analysis",
    summary: "something that the analysis could not see into",
    default: Severity::Warn,
    raised_by: None,
    blocks: None,
    counts: Counts::Sites,
    needs: Needs::Nothing,
    docs: DOCS,
    check: Check::Code(check),
};

const DOCS: &str = "\
## What it checks

Whether everything was looked at: files that do not parse or cannot be read, `mod` items without a file, `.rs` files that no
target reaches, macros that hide names used elsewhere, code that only a build generates, and entries of `paths` and of
`tables` in `boundaries.toml` that match nothing. Many files of one folder that no target reaches are one finding. A broken
file, a missing one and an entry without a match also end the run with exit code 3.

## Why it blocks an extraction

A boundary that was not checked looks exactly like a clean one. The reference that breaks the split may stand in the one
file that was skipped.

## Example

```rust
mod payments; // neither payments.rs nor payments/mod.rs exists
```

## How to fix

- A syntax error: fix it; `cargo check` shows the same place.
- A file that no target reaches: delete it, or declare it with `mod`.
- A file that is not meant to be analysed: list it in `[analysis] exclude`.
- An entry that matches nothing: correct the path or the table; the finding suggests the nearest one that exists.
- A macro: write what it generates by hand where others need to name it.
";

/// As many files of one folder that no target reaches are told one by one; more of them are one finding.
const FILES_ONE_BY_ONE: usize = 3;

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    let problems = ctx.model().problems.iter();
    let problems = problems.filter(|p| node(p).is_none_or(|n| ctx.counts_node(n)));
    let (orphans, others): (Vec<&Problem>, Vec<&Problem>) =
        problems.partition(|p| p.kind == ProblemKind::Orphan);
    out.extend(others.into_iter().map(|p| problem(ctx, p)));
    for (folder, files) in by_folder(ctx, orphans) {
        if files.len() > FILES_ONE_BY_ONE {
            out.push(unreached_folder(ctx, folder, &files));
        } else {
            out.extend(files.into_iter().map(|p| problem(ctx, p)));
        }
    }
    out.extend(ctx.assignment.unmatched.iter().map(|u| unmatched(ctx, u)));
    out.extend(ctx.ownership.unmatched.iter().map(|u| unmatched_entry(ctx, u)));
}

/// Files by folder. A folder with nothing but such files takes in those of the folders below it, if it stands for many.
fn by_folder<'a>(ctx: &Context, files: Vec<&'a Problem>) -> BTreeMap<&'a str, Vec<&'a Problem>> {
    let mut folders: BTreeMap<&str, Vec<&Problem>> = BTreeMap::new();
    for file in files {
        folders.entry(parent(&file.file)).or_default().push(file);
    }
    // Sorted backwards, folders come after those below them.
    let names: Vec<&str> = folders.keys().rev().copied().collect();
    for name in names {
        let takes_in = |f: &&str| folders[f].len() > FILES_ONE_BY_ONE && !holds_analysed_code(ctx, f);
        let above =
            std::iter::successors(Some(parent(name)), |f| Some(parent(f))).take_while(|f| !f.is_empty());
        let Some(above) = above.filter(|f| folders.contains_key(f)).find(takes_in) else { continue };
        let files = folders.remove(name).unwrap_or_default();
        folders.entry(above).or_default().extend(files);
    }
    folders
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether some file in or below a folder was analysed, so that the folder as a whole can't be left out.
fn holds_analysed_code(ctx: &Context, folder: &str) -> bool {
    let below =
        |path: &str| path.strip_prefix(folder).is_some_and(|rest| folder.is_empty() || rest.starts_with('/'));
    ctx.model().files.iter().any(|file| below(&file.path))
}

fn unreached_folder(ctx: &Context, folder: &str, files: &[&Problem]) -> Draft {
    let place = if folder.is_empty() { "the workspace's root folder".into() } else { format!("`{folder}`") };
    let help = if holds_analysed_code(ctx, folder) {
        vec!["delete the files, declare them with `mod`, or list them in `[analysis] exclude`".into()]
    } else {
        let glob = config_lines::quoted(&format!("{}/**", globset::escape(folder)));
        vec![
            format!("list {glob} in `[analysis] exclude` if the files are data"),
            "or delete them, or declare them with `mod`".into(),
        ]
    };
    Draft {
        message: format!("no target reaches {} files in {place}", files.len()),
        sites: files.iter().map(|p| site(p)).collect(),
        from: folder.to_string(),
        to: "files that no target reaches".into(),
        help,
        ..Draft::default()
    }
}

fn node(problem: &Problem) -> Option<NodeId> {
    problem.node.map(NodeId)
}

fn problem(ctx: &Context, problem: &Problem) -> Draft {
    Draft {
        message: problem.message.clone(),
        sites: vec![site(problem)],
        from: problem.file.clone(),
        to: problem.message.clone(),
        from_module: node(problem).and_then(|n| ctx.module_of(n)),
        help: vec![advice(problem.kind).to_string()],
        ..Draft::default()
    }
}

fn site(problem: &Problem) -> Site {
    Site {
        file: problem.file.clone(),
        line: problem.line,
        column: problem.column,
        width: 1,
        label: String::new(),
    }
}

fn advice(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::SyntaxError => "fix the syntax error; nothing in this file was checked",
        ProblemKind::Unreadable => {
            "make the file readable as UTF-8 inside the workspace, or list it in `[analysis] exclude`"
        }
        ProblemKind::MissingModFile => "create the file, or delete the `mod` item",
        ProblemKind::Orphan => "delete the file, declare it with `mod`, or list it in `[analysis] exclude`",
        ProblemKind::OpaqueMacro => "write what others name by hand instead of generating it",
        ProblemKind::GeneratedCode => "check in what the build generates if its boundaries matter",
    }
}

fn unmatched_entry(ctx: &Context, unmatched: &UnmatchedEntry) -> Draft {
    let UnmatchedEntry { key, noun, glob, .. } = unmatched;
    let module = ctx.name(unmatched.module);
    let who = if *key == "tables" { "neither code nor migrations name" } else { "no code names" };
    let help = match &unmatched.suggestion {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("correct the name in `[modules.{module}.owns]`, or delete it"),
    };
    Draft {
        message: format!("entry `{glob}` of `{key}` of module `{module}` matches no {noun}"),
        sites: vec![Site {
            file: ctx.policy.file.clone(),
            line: unmatched.place.line,
            column: unmatched.place.column,
            width: glob.chars().count() as u32 + 2,
            label: format!("{who} such {} {noun}", if *noun == "environment variable" { "an" } else { "a" }),
        }],
        from: module.to_string(),
        to: format!("{noun} {glob}"),
        from_module: Some(unmatched.module),
        help: vec![help],
        ..Draft::default()
    }
}

fn unmatched(ctx: &Context, unmatched: &Unmatched) -> Draft {
    let module = ctx.name(unmatched.module);
    let (reason, label) = match unmatched.taken_by {
        Some(other) => {
            ("holds no code", format!("all of it went to the more specific paths of `{}`", ctx.name(other)))
        }
        None => ("matches nothing", "no source module has this path".into()),
    };
    let help = match &unmatched.suggestion {
        Some(path) => format!("did you mean `{path}`?"),
        None if unmatched.taken_by.is_some() => {
            format!("delete the path from `[modules.{module}]`, or make the more specific ones narrower")
        }
        None => format!("correct the path in `[modules.{module}]`, or delete it"),
    };
    Draft {
        message: format!("selector `{}` of module `{module}` {reason}", unmatched.selector),
        sites: vec![Site {
            file: ctx.policy.file.clone(),
            line: unmatched.place.line,
            column: unmatched.place.column,
            width: unmatched.selector.chars().count() as u32 + 2,
            label,
        }],
        from: module.to_string(),
        to: unmatched.selector.clone(),
        from_module: Some(unmatched.module),
        help: vec![help],
        ..Draft::default()
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::sample::Sample;

    #[test]
    fn an_entry_of_tables_that_matches_nothing_is_told_once_tables_were_seen() {
        let policy = "[modules.a]\npaths = ['r::a']\nowns.tables = ['orders', 'ordes']\n";
        let sample = |data: &[&str]| Sample::with_data(policy, &["r", "r::a"], data);
        assert_eq!(
            sample(&["table orders"]).of("incomplete-analysis"),
            ["a -> table ordes: entry `ordes` of `tables` of module `a` matches no table"]
        );
        assert_eq!(sample(&[]).of("incomplete-analysis").len(), 0);
    }
}
