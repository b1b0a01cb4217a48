//! `incomplete-analysis`: what the analysis could not see, so that silence never means "not looked at".

use super::{Context, Draft, Rule, Site};
use crate::config::Unmatched;
use crate::config::policy::Severity;
use crate::graph::{NodeId, Problem, ProblemKind};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "incomplete-analysis",
    summary: "something that the analysis could not see into",
    default: Severity::Warn,
    docs: DOCS,
    check,
};

const DOCS: &str = "\
## What it checks

Whether everything was looked at: files that do not parse or cannot be read, `mod` items without a file, `.rs` files that no
target reaches, macros that hide names used elsewhere, code that only a build generates, and selectors in
`boundaries.toml` that match nothing. A broken file, a missing one and a selector without a match also end the run with
exit code 3.

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
- A selector that matches nothing: correct the path; the finding suggests the nearest one that exists.
- A macro: write what it generates by hand where others need to name it.
";

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    let problems = ctx.model().problems.iter();
    out.extend(problems.filter(|p| node(p).is_none_or(|n| ctx.counts_node(n))).map(|p| problem(ctx, p)));
    out.extend(ctx.assignment.unmatched.iter().map(|u| unmatched(ctx, u)));
}

fn node(problem: &Problem) -> Option<NodeId> {
    problem.node.map(NodeId)
}

fn problem(ctx: &Context, problem: &Problem) -> Draft {
    Draft {
        message: problem.message.clone(),
        sites: vec![Site {
            file: problem.file.clone(),
            line: problem.line,
            column: problem.column,
            width: 1,
            label: String::new(),
        }],
        from: problem.file.clone(),
        to: problem.message.clone(),
        from_module: node(problem).and_then(|n| ctx.module_of(n)),
        help: vec![advice(problem).to_string()],
        ..Draft::default()
    }
}

fn advice(problem: &Problem) -> &'static str {
    match problem.kind {
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

fn unmatched(ctx: &Context, unmatched: &Unmatched) -> Draft {
    let module = ctx.name(unmatched.module);
    let help = match &unmatched.suggestion {
        Some(path) => format!("did you mean `{path}`?"),
        None => format!("correct the path in `[modules.{module}]`, or delete it"),
    };
    Draft {
        message: format!("selector `{}` of module `{module}` matches nothing", unmatched.selector),
        sites: vec![Site {
            file: ctx.policy.file.clone(),
            line: unmatched.place.line,
            column: unmatched.place.column,
            width: unmatched.selector.chars().count() as u32 + 2,
            label: "no source module has this path".into(),
        }],
        from: module.to_string(),
        to: unmatched.selector.clone(),
        from_module: Some(unmatched.module),
        help: vec![help],
        ..Draft::default()
    }
}
