//! `cross-owner-join`: one query that combines tables of two owners.

use super::{Blocks, Check, Context, Counts, CrossingKind, Draft, Effort, Needs, Rule, data_access};
use crate::config::policy::{ModuleId, Severity};
use crate::data::{TableAccess, TableId};
use crate::graph::NodeId;
use crate::sql::Access;
use std::collections::{BTreeMap, BTreeSet};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "cross-owner-join",
    summary: "one query combines tables of two owners",
    default: Severity::Deny,
    raised_by: None,
    blocks: Some(Blocks { crossing: CrossingKind::Join, effort: Effort::Data }),
    counts: Counts::Sites,
    needs: Needs::Tables,
    docs: DOCS,
    check: Check::Code(check),
};

const DOCS: &str = "\
## What it checks

Every query in code that combines tables of two modules: a `JOIN`, a list in `FROM`, a sub-select, `INSERT … SELECT`, a
chain of an ORM. One finding for each function and pair of owners. Whose code runs the query does not matter, and neither
do `readers` and `views`: they allow a read, not a join. `[shared]` tables have no owner and don't count.

## Why it blocks an extraction

A join needs both tables in one database. After the split there is no such query: it has to become two, with the rows put
together in code, and with paging, sorting and filtering that no longer happen in one place. This is the part of an
extraction that takes longest, because the answer is different for every query.

## Example

```sql
SELECT o.id, p.state          -- orders belongs to `orders`, payments to `payments`
FROM orders o JOIN payments p ON p.order_id = o.id
```

## How to fix

- Two queries: read one's own rows, ask the owner for the others by their keys (many at once, never in a loop), and put
  them together in code.
- The query filters or sorts by the other side: keep a copy of the few columns in a table of one's own, fed by the
  owner's events.
- The query is a report over everything: move it to a read model or a warehouse that is fed by all owners.
- The two tables always change together: they belong to one module. Move the table.
";

/// A function that combines tables of two owners.
type Key = (String, ModuleId, ModuleId);

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    let mut joins: BTreeMap<Key, Vec<(NodeId, &TableAccess)>> = BTreeMap::new();
    for accesses in queries(ctx).into_values() {
        let owners: BTreeSet<ModuleId> =
            accesses.iter().filter_map(|(_, a)| data_access::owner(ctx, a.table)).collect();
        for (&one, &other) in owners.iter().flat_map(|a| owners.iter().map(move |b| (a, b))) {
            let (node, first) = accesses[0];
            if one < other {
                let function = data_access::function(ctx, node, first.function.as_deref());
                let of_pair = |(_, a): &&(NodeId, &TableAccess)| {
                    data_access::owner(ctx, a.table).is_some_and(|owner| owner == one || owner == other)
                };
                let found = accesses.iter().filter(of_pair).copied();
                joins.entry((function, one, other)).or_default().extend(found);
            }
        }
    }
    out.extend(joins.into_iter().map(|(key, accesses)| draft(ctx, key, accesses)));
}

/// The accesses of each query that take or change rows.
fn queries<'a>(ctx: &Context<'a>) -> BTreeMap<u32, Vec<(NodeId, &'a TableAccess)>> {
    let mut queries: BTreeMap<u32, Vec<(NodeId, &TableAccess)>> = BTreeMap::new();
    for (node, access) in data_access::in_code(ctx) {
        if matches!(access.access, Access::Read | Access::Write | Access::Join) {
            queries.entry(access.query).or_default().push((node, access));
        }
    }
    queries
}

fn draft(ctx: &Context, (function, one, other): Key, mut accesses: Vec<(NodeId, &TableAccess)>) -> Draft {
    let source = ctx.module_of(accesses[0].0);
    // The side that is foreign to the code comes second.
    let (own, far) = if source == Some(other) { (other, one) } else { (one, other) };
    accesses.sort_by_key(|(_, a)| (data_access::owner(ctx, a.table) != Some(far), &a.place));
    let tables = |owner: ModuleId| {
        let of_owner = accesses.iter().map(|(_, a)| a.table);
        let tables: BTreeSet<TableId> =
            of_owner.filter(|&t| data_access::owner(ctx, t) == Some(owner)).collect();
        data_access::names(ctx, tables)
    };
    let (own_name, far_name) = (ctx.name(own), ctx.name(far));
    let (own_tables, far_tables) = (tables(own), tables(far));
    let mut names = [own_name, far_name];
    names.sort_unstable();
    Draft {
        message: format!(
            "one query of `{function}` combines {own_tables} of `{own_name}` with {far_tables} of `{far_name}`"
        ),
        sites: data_access::sites(ctx, accesses.iter().map(|(_, a)| *a)),
        from: function,
        to: names.join(", "),
        from_module: source,
        to_module: Some(far),
        holds_up: vec![own],
        breaks: data_access::breaks(ctx, accesses[0].1.table, far),
        help: vec![
            format!(
                "make it two queries: read {own_tables} here, and ask `{far_name}` for what it knows of these rows, many at \
                 once"
            ),
            format!(
                "or keep a copy of the few columns of {far_tables} in a table of `{own_name}`, kept up to date by events of \
                 `{far_name}`"
            ),
            "or move a query over everything to a read model that all owners feed".to_owned(),
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
owns.tables = ['orders', 'order_lines']
[modules.payments]
paths = ['shop::payments']
owns = { tables = ['payments'], views = ['payments_open'], readers = { payments = ['orders'] } }
[modules.stock]
paths = ['shop::stock']
owns.tables = ['stock']
[shared]
reference = ['countries']
outbox = ['jobs']
";
    const NODES: [&str; 4] = ["shop", "shop::orders", "shop::payments", "shop::stock"];

    fn found(data: &[&str]) -> Vec<String> {
        Sample::with_data(POLICY, &NODES, data).of("cross-owner-join")
    }

    #[test]
    fn tables_of_two_owners_in_one_query_are_one_finding_per_function() {
        let data = [
            "shop::orders::report reads orders 1:1 q1",
            "shop::orders::report joins orders 1:1 q1",
            "shop::orders::report reads payments 2:6 q1",
            "shop::orders::report joins payments 2:6 q1",
            "shop::orders::report reads order_lines 5:1 q2",
            "shop::orders::report writes payments 6:1 q2",
        ];
        assert_eq!(
            found(&data),
            [
                "shop::orders::report -> orders, payments: one query of `shop::orders::report` combines `order_lines` and \
                 `orders` of `orders` with `payments` of `payments`"
            ]
        );
        let sample = Sample::with_data(POLICY, &NODES, &data);
        let finding = sample.findings().into_iter().find(|f| f.rule == "cross-owner-join").unwrap();
        let sites: Vec<_> = finding.sites.iter().map(|s| (s.line, s.label.as_str())).collect();
        assert_eq!(
            sites,
            [
                (2, "reads `payments`"),
                (6, "writes `payments`"),
                (1, "reads `orders`"),
                (5, "reads `order_lines`")
            ]
        );
    }

    #[test]
    fn every_pair_of_owners_counts_whoever_runs_the_query() {
        assert_eq!(
            found(&[
                "shop::all reads orders 1:1 q1",
                "shop::all reads payments_open 2:1 q1",
                "shop::all reads stock 3:1 q1",
            ])
            .len(),
            3
        );
    }

    #[test]
    fn separate_queries_shared_tables_and_one_owner_are_fine() {
        let none: [String; 0] = [];
        assert_eq!(
            found(&[
                "shop::orders::a reads orders 1:1 q1",
                "shop::orders::a reads payments 2:1 q2",
                "shop::orders::b reads orders 3:1 q3",
                "shop::orders::b reads countries 3:9 q3",
                "shop::orders::b writes jobs 3:12 q3",
                "shop::orders::c reads orders 4:1 q4",
                "shop::orders::c reads order_lines 4:9 q4",
                "migrations/2.sql reads orders 5:1 q5",
                "migrations/2.sql writes payments 5:9 q5",
            ]),
            none
        );
    }
}
