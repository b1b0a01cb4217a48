//! `expired-exception`: an exception or a dependency whose last day is over.

use super::{Breaks, Check, Counts, Debt, Draft, Flaw, Needs, Rule, Site};
use crate::config::policy::Severity;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "expired-exception",
    summary: "the last day of an exception, or of an entry of `depends-on`, is over",
    default: Severity::Warn,
    raised_by: None,
    blocks: None,
    counts: Counts::Sites,
    needs: Needs::Nothing,
    docs: DOCS,
    check: Check::Debt(check),
};

const DOCS: &str = "\
## What it checks

The `until` of every exception in the source and of every entry of `depends-on`. The day itself still counts; days are those of
UTC. From the day after, the exception or the entry permits nothing: what it allowed is reported by its own rule again, and
this rule says why.

## Why it blocks an extraction

A date is the plan: by then the dependency was to be gone. When the day passes in silence, the plan was never one.

## Example

```rust
// modcheck: allow(foreign-table-read, reason = \"report moves in Q3\", until = \"2025-09-30\")
let names = customers::table.load(connection)?;
```

## How to fix

- Do what the reason says, and delete the comment or the entry.
- It takes longer: agree on a new date with whoever owns the other side, and write it down.
";

fn check(debt: &Debt, out: &mut Vec<Draft>) {
    let help = || vec!["do what it was waiting for and delete it, or agree on a later `until`".to_owned()];
    for exception in debt.exceptions {
        let Flaw::Expired(day) = &exception.flaw else { continue };
        out.push(Draft {
            message: format!("an exception held until {day} and allows nothing any more"),
            sites: vec![exception.site.clone()],
            from: exception.source_module.clone(),
            to: exception.text.clone(),
            from_module: exception.module.as_deref().and_then(|name| debt.policy.find(name)),
            help: help(),
            ..Draft::default()
        });
    }
    for (user, entry) in debt.policy.over() {
        let (from, to) = (&debt.policy.module(user).name, &debt.policy.module(entry.module).name);
        let day = entry.until.map(|day| day.to_string()).unwrap_or_default();
        out.push(Draft {
            message: format!("`{from}` might use `{to}` until {day}"),
            sites: vec![Site {
                file: debt.policy.file.clone(),
                line: entry.place.line,
                column: entry.place.column,
                width: 1,
                label: "permits nothing any more".into(),
            }],
            from: from.clone(),
            to: to.clone(),
            from_module: Some(user),
            to_module: Some(entry.module),
            breaks: Some(Breaks { place: entry.place, module: user }),
            help: help(),
            ..Draft::default()
        });
    }
}
