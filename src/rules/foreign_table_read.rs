//! `foreign-table-read`: code that reads another module's table without being asked to.

use super::data_access::{self, Foreign};
use super::table_advice::{self, Advice};
use super::{Blocks, Check, Context, Counts, CrossingKind, Draft, Effort, Needs, Rule, config_lines};
use crate::config::policy::{ModuleId, Severity};
use crate::sql::Access;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "foreign-table-read",
    summary: "code of one module reads a table of another",
    default: Severity::Warn,
    raised_by: None,
    blocks: Some(Blocks { crossing: CrossingKind::Read, effort: Effort::Data }),
    counts: Counts::Sites,
    needs: Needs::Tables,
    docs: DOCS,
    check: Check::Code(check),
};

const DOCS: &str = "\
## What it checks

Every read of a table that another module owns: `SELECT`, the sources of joins and sub-selects, what an ORM loads. Fine are
views that the owner publishes in `views`, tables that it shares with the reader in `readers`, and `[shared] reference`
tables, which all may read. Migrations, code that belongs to no module, and test code (unless `tests = \"check\"`) are
left out.

## Why it blocks an extraction

A read is the easiest dependency to add and the hardest to see: no signature mentions it. After the split it becomes a call
across the network or a copy of the data, and until then the owner can't rename a column without breaking somebody.

## Example

```rust
// in shop::support; `orders` belongs to module `orders`
let state = sqlx::query_scalar!(\"SELECT state FROM orders WHERE id = $1\", id).fetch_one(&pool).await?;
```

## How to fix

- Call a function of the owner. The finding names one that touches the table already, if there is one.
- Many rows are needed, or often: keep a copy of the few columns in a table of the reader, fed by the owner's events.
- The owner wants to offer the data as a table: publish a view and list it in `views`. The view is the contract then.
- The read is accepted for now: add the reader to the owner's `readers`. The finding shows the whole line.
- The table never changes but in migrations, and all need it: list it in `[shared] reference`.
";

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    let advice = Advice::new(ctx);
    for foreign in data_access::foreign(ctx, &[Access::Read]) {
        let owner = foreign.owner.filter(|_| !ctx.ownership.may_read(foreign.table, foreign.source));
        out.extend(owner.map(|owner| draft(ctx, &advice, &foreign, owner)));
    }
}

fn draft(ctx: &Context, advice: &Advice, foreign: &Foreign, owner: ModuleId) -> Draft {
    let Foreign { node, source, table, .. } = *foreign;
    let (user, owner_name, name) = (ctx.name(source), ctx.name(owner), data_access::name(ctx, table));
    let line = config_lines::readers_with(ctx, owner, name, source);
    Draft {
        message: format!(
            "module `{user}` reads {} `{name}`, which belongs to `{owner_name}`",
            data_access::noun(ctx, table)
        ),
        sites: data_access::sites(ctx, foreign.accesses.iter().copied()),
        from: ctx.model().node(node).id.clone(),
        to: name.to_owned(),
        from_module: Some(source),
        to_module: Some(owner),
        breaks: data_access::breaks(ctx, table, owner),
        help: vec![
            advice.interface(table, owner, Access::Read, node),
            table_advice::replicate(ctx, source, owner, table),
            format!(
                "or publish a view of it in `views`, or share it: `{line}` in `[modules.{owner_name}.owns]`"
            ),
        ],
        ..Draft::default()
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::sample::Sample;

    const POLICY: &str = "
[modules.orders]
paths = ['shop::orders']
[modules.support]
paths = ['shop::support']
[modules.payments]
paths = ['shop::payments']
owns = { tables = ['payments', 'pay_*'], views = ['pay_open'], readers = { payments = ['support'] } }
[shared]
reference = ['countries']
";
    const NODES: [&str; 4] = ["shop", "shop::orders", "shop::support", "shop::payments"];

    #[test]
    fn a_read_is_found_unless_the_owner_shares_the_table() {
        let sample = Sample::with_data(
            POLICY,
            &NODES,
            &[
                "shop::orders::place reads payments 1:1",
                "shop::support::open reads payments 2:1",
                "shop::support::open reads pay_log 3:1",
                "shop::orders::place reads pay_open 4:1",
                "shop::orders::place reads countries 5:1",
                "shop::payments::charge reads payments 6:1",
                "shop::orders::place writes pay_log 7:1",
            ],
        );
        assert_eq!(
            sample.of("foreign-table-read"),
            [
                "shop::orders -> payments: module `orders` reads table `payments`, which belongs to `payments`",
                "shop::support -> pay_log: module `support` reads table `pay_log`, which belongs to `payments`",
            ]
        );
        let finding = sample.findings().into_iter().find(|f| f.rule == "foreign-table-read").unwrap();
        assert_eq!(
            finding.help[2],
            "or publish a view of it in `views`, or share it: `readers = { payments = [\"support\", \"orders\"] }` in \
             `[modules.payments.owns]`"
        );
    }
}
