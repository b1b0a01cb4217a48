//! `cross-owner-foreign-key`: a foreign key between tables of two owners.

use super::{Blocks, Check, Context, Counts, CrossingKind, Draft, Effort, Needs, Rule, data_access};
use crate::config::policy::{ModuleId, Severity};
use crate::data::ForeignKey;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "cross-owner-foreign-key",
    summary: "a foreign key connects tables of two owners",
    default: Severity::Deny,
    raised_by: None,
    blocks: Some(Blocks { crossing: CrossingKind::ForeignKey, effort: Effort::Data }),
    counts: Counts::Sites,
    needs: Needs::Tables,
    docs: DOCS,
    check: Check::Code(check),
};

const DOCS: &str = "\
## What it checks

Every foreign key of the schema as it stands after all migrations: the table that holds it and the table that it refers
to belong to one module. Keys that a later migration drops are gone, also for this rule. `[shared]` tables have no owner:
a key to a reference table is fine.

## Why it blocks an extraction

A foreign key works within one database. The tables on its two ends can't be moved apart until it is dropped, and
whatever relied on it (no orphans, `ON DELETE CASCADE`) has to be done by somebody else from then on.

## Example

```sql
CREATE TABLE refunds (                      -- belongs to `orders`
    payment_id BIGINT REFERENCES payments   -- belongs to `payments`
);
```

## How to fix

- Keep the column and drop the constraint: it becomes a loose reference, an id that the other module gave out.
- Check that it exists where it is written, by asking the owner, if that matters at all.
- Something was deleted in cascade: let the owner announce the deletion, and delete one's own rows in answer.
- Both tables belong together: give them to one module.
- The table is a list of constants: put it under `[shared] reference`.
";

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    for key in &ctx.data.schema.foreign_keys {
        let owners = data_access::owner(ctx, key.from_table).zip(data_access::owner(ctx, key.to_table));
        if let Some((from, to)) = owners.filter(|(from, to)| from != to) {
            out.push(draft(ctx, key, from, to));
        }
    }
}

fn draft(ctx: &Context, key: &ForeignKey, from: ModuleId, to: ModuleId) -> Draft {
    let (from_table, to_table) =
        (data_access::name(ctx, key.from_table), data_access::name(ctx, key.to_table));
    let (from_name, to_name) = (ctx.name(from), ctx.name(to));
    let columns = key.from_columns.join(", ");
    let label = format!("refers to `{to_table}` of `{to_name}`");
    let constraint = key.name.as_deref().map_or_else(
        || "drop the constraint in a migration".to_owned(),
        |name| format!("`ALTER TABLE {from_table} DROP CONSTRAINT {name}`"),
    );
    Draft {
        message: format!(
            "`{from_table}({columns})` of `{from_name}` is a foreign key to `{to_table}`, which belongs to `{to_name}`"
        ),
        sites: vec![data_access::site(ctx, &key.place, to_table, label)],
        from: format!("{from_table}({columns})"),
        to: to_table.to_owned(),
        from_module: Some(from),
        to_module: Some(to),
        breaks: data_access::breaks(ctx, key.to_table, to),
        help: vec![
            format!("replace the key by a loose reference: keep the column, and {constraint}"),
            format!("and let `{from_name}` follow events of `{to_name}` where it relied on a cascade"),
        ],
        ..Draft::default()
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::sample::Sample;

    #[test]
    fn a_key_between_two_owners_is_found() {
        let policy = "
[modules.orders]
paths = ['shop::orders']
owns.tables = ['orders', 'refunds']
[modules.payments]
paths = ['shop::payments']
owns.tables = ['payments']
[shared]
reference = ['countries']
";
        let data = [
            "key refunds(payment_id) -> payments 3:9 named refunds_payment_fk",
            "key refunds(order_id) -> orders 4:9",
            "key refunds(country) -> countries 5:9",
            "key elsewhere(x) -> orders 6:9",
        ];
        let sample = Sample::with_data(policy, &["shop", "shop::orders", "shop::payments"], &data);
        assert_eq!(
            sample.of("cross-owner-foreign-key"),
            [
                "refunds(payment_id) -> payments: `refunds(payment_id)` of `orders` is a foreign key to `payments`, which \
                 belongs to `payments`"
            ]
        );
        let finding = sample.findings().into_iter().find(|f| f.rule == "cross-owner-foreign-key").unwrap();
        assert_eq!((finding.sites[0].file.as_str(), finding.sites[0].line), ("schema.sql", 3));
        assert_eq!(
            finding.help[0],
            "replace the key by a loose reference: keep the column, and `ALTER TABLE refunds DROP CONSTRAINT refunds_payment_fk`"
        );
    }
}
