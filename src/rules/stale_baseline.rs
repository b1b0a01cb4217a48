//! `stale-baseline`: an entry of the baseline for something that is gone.

use super::{Check, Counts, Debt, Draft, Needs, Rule, StaleEntry};
use crate::config::policy::Severity;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "stale-baseline",
    summary: "the baseline accepts something that is gone",
    default: Severity::Warn,
    raised_by: None,
    blocks: None,
    counts: Counts::Whole,
    needs: Needs::Nothing,
    docs: DOCS,
    check: Check::Debt(check),
};

const DOCS: &str = "\
## What it checks

Under `--strict-baseline`, or where `[rules]` sets this rule: every entry of `boundaries.baseline.toml` has to be needed, with
its whole count. Under `--strict-baseline` an entry that is not fails the run, unless `[rules]` says otherwise. Where the
analysis is incomplete nothing is known to be gone, and nothing is reported.

## Why it blocks an extraction

An entry that is no longer needed lets the finding come back without anybody noticing. The list of what is left to do is also
longer than the truth, and nobody trusts it.

## Example

```toml
\"foreign-table-write shop::orders -> invoices\" = 2  # `orders` stopped writing `invoices` last week
```

## How to fix

- Run `cargo modcheck baseline --prune`: it takes out what is gone, and nothing else.
";

fn check(debt: &Debt, out: &mut Vec<Draft>) {
    out.extend(debt.stale.iter().map(draft));
}

fn draft(entry: &StaleEntry) -> Draft {
    let StaleEntry { site, identity, accepted, now } = entry;
    let message = match now {
        0 => "the baseline accepts a finding that is gone".to_owned(),
        _ => format!("the baseline accepts {accepted} occurrences of a finding that occurs {now} times now"),
    };
    Draft {
        message,
        sites: vec![site.clone()],
        from: identity.clone(),
        help: vec!["`cargo modcheck baseline --prune` takes out what is gone".into()],
        ..Draft::default()
    }
}
