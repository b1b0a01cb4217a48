//! `contested-table`: a table that two modules claim.

use super::{
    Blocks, Check, Context, Counts, CrossingKind, Draft, Effort, Needs, Rule, claims, config_lines,
    data_access,
};
use crate::config::Contested;
use crate::config::policy::Severity;
use crate::data::TableId;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "contested-table",
    summary: "two modules claim the same table",
    default: Severity::Deny,
    raised_by: None,
    blocks: Some(Blocks { crossing: CrossingKind::Ownership, effort: Effort::Edit }),
    counts: Counts::Whole,
    needs: Needs::Tables,
    docs: DOCS,
    check: Check::Code(check),
};

const DOCS: &str = "\
## What it checks

Every table falls under the most specific glob of all `tables`, `views` and `[shared]` lists: a plain name beats every
glob, and of two globs the one with more literal characters wins. Where the globs of two modules (or of a module and
`[shared]`) fit equally well, nobody owns the table, and no other rule about data can judge who touches it.

## Why it blocks an extraction

A table with two owners is the shared state that keeps services from being deployed apart: each of the two changes it by its
own rules. Who owns it is the first decision of a split, and it has to be made by people.

## Example

```toml
[modules.orders.owns]
tables = [\"*_refunds\"]
[modules.payments.owns]
tables = [\"order_*\"]          # `order_refunds` falls under both
```

## How to fix

- Decide who owns it, and name it there in full: a name beats every glob.
- Or take it out of the other module's globs: `\"!order_refunds\"`.
- It holds columns of both modules: split it into two tables with the same key.
- All need it and only migrations change it: `[shared] reference`, and out of the modules' lists.
";

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    if ctx.ownership.contested.is_empty() {
        return;
    }
    let existing = data_access::existing(ctx);
    let contested = ctx.ownership.contested.iter().filter(|contested| existing.contains(&contested.id));
    out.extend(contested.map(|contested| draft(ctx, contested)));
}

fn draft(ctx: &Context, contested: &Contested<TableId>) -> Draft {
    let (noun, name) = (data_access::noun(ctx, contested.id), data_access::name(ctx, contested.id));
    claims::draft(ctx, (noun, name), &contested.claims, &|module| {
        config_lines::tables_with(ctx, module, name)
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::sample::Sample;

    const POLICY: &str = "
[modules.orders]
paths = ['shop::orders']
owns.tables = ['*_refunds', 'log']
[modules.payments]
paths = ['shop::payments']
owns.tables = ['log', 'payment_*']
[shared]
reference = ['pa*_cards']
";

    #[test]
    fn both_lines_are_named() {
        let nodes = ["shop", "shop::orders", "shop::payments"];
        let tables = [
            "table payment_refunds",
            "table log",
            "table payment_cards",
            "table fine_refunds",
            "migrations/1.sql defines payment_old_refunds 1:1",
        ];
        let sample = Sample::with_data(POLICY, &nodes, &tables);
        assert_eq!(
            sample.of("contested-table"),
            [
                "payment_refunds -> orders, payments: table `payment_refunds` is claimed by `orders` and `payments`",
                "log -> orders, payments: table `log` is claimed by `orders` and `payments`",
                "payment_cards -> [shared] reference, payments: table `payment_cards` is claimed by `payments` and `[shared] \
                 reference`",
            ]
        );
        let findings = sample.findings();
        let found: Vec<_> = findings.iter().filter(|f| f.rule == "contested-table").collect();
        let sites: Vec<_> = found[0].sites.iter().map(|s| (s.line, s.label.as_str())).collect();
        assert_eq!(sites, [(4, "claimed by `orders`"), (7, "claimed by `payments`")]);
        assert_eq!(
            found[0].help,
            [
                "name it in full where it belongs: write `tables = [\"*_refunds\", \"log\", \"payment_refunds\"]` in \
                 `[modules.orders.owns]` or `tables = [\"log\", \"payment_*\", \"payment_refunds\"]` in `[modules.payments.owns]`"
            ]
        );
        assert_eq!(found[1].help, ["keep \"log\" in one of the lists, and delete it from the other"]);
    }
}
