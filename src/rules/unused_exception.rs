//! `unused-exception`: an exception in the source that allows nothing.

use super::{Check, Counts, Debt, Draft, Flaw, FlawedException, Needs, Rule};
use crate::config::policy::Severity;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "unused-exception",
    summary: "an exception in the source allows nothing",
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

Every comment `// modcheck: allow(…)`: on its line, or on the next line of code, something has to be found that it allows. One
that cannot be read, that gives no reason or names no rule allows nothing either. Rules that are switched off are not asked for, and where the
analysis is incomplete only the form of the comment is looked at.

## Why it blocks an extraction

An exception is a promise that somebody looked at this line. Left behind, it accepts the next violation on the same line in
silence; without a reason, nobody can tell whether it still holds.

## Example

```rust
// modcheck: allow(foreign-table-read)
let names = customers::table.load(connection)?; // no reason: the read is reported
```

## How to fix

- Nothing is found there any more: delete the comment, or the rule's name from it.
- Write a reason: `// modcheck: allow(foreign-table-read, reason = \"report moves in Q3\", until = \"2027-03-31\")`.
- The comment stands on the wrong line: put it right above the place that the finding shows, or behind the code on the same
  line.
";

fn check(debt: &Debt, out: &mut Vec<Draft>) {
    out.extend(debt.exceptions.iter().filter_map(|exception| draft(debt, exception)));
}

fn draft(debt: &Debt, exception: &FlawedException) -> Option<Draft> {
    const FORM: &str =
        "write `// modcheck: allow(rule, reason = \"…\", until = \"YYYY-MM-DD\")`; `until` may be left out";
    let (message, help) = match &exception.flaw {
        Flaw::Unused(rules) => {
            let names: Vec<String> = rules.iter().map(|rule| format!("`{rule}`")).collect();
            (
                format!("nothing is found here that an exception for {} could allow", names.join(" and ")),
                "delete it".to_owned(),
            )
        }
        Flaw::Unreadable(why) => (format!("an exception cannot be read: {why}"), FORM.to_owned()),
        Flaw::NoReason => ("an exception without a reason allows nothing".to_owned(), FORM.to_owned()),
        Flaw::UnknownRule(name, meant) => (
            format!("an exception names `{name}`, which is no rule"),
            match meant {
                Some(rule) => format!("did you mean `{rule}`?"),
                None => "`cargo modcheck list` shows all rules".to_owned(),
            },
        ),
        Flaw::Expired(_) => return None,
    };
    Some(Draft {
        message,
        sites: vec![exception.site.clone()],
        from: exception.source_module.clone(),
        to: exception.text.clone(),
        from_module: exception.module.as_deref().and_then(|name| debt.policy.find(name)),
        help: vec![help],
        ..Draft::default()
    })
}
