//! `opaque-query`: a query whose tables cannot be told.

use super::{Check, Context, Counts, Draft, Needs, Rule, data_access};
use crate::config::policy::Severity;
use crate::data::OpaqueQuery;
use std::collections::BTreeMap;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "opaque-query",
    summary: "a query whose tables cannot be determined",
    default: Severity::Warn,
    raised_by: None,
    blocks: None,
    counts: Counts::Sites,
    needs: Needs::Tables,
    docs: DOCS,
    check: Check::Code(check),
};

const DOCS: &str = "\
## What it checks

Queries that the analysis saw and could not look into: SQL that is put together at run time so that a table's name is
missing, text that comes from elsewhere, a statement of which nothing can be made. One finding for each function, with
all its places. It speaks up only where the policy says who owns which table. Test code counts only under
`tests = \"check\"`.

## Why it blocks an extraction

No other rule can say anything about these queries, and their silence must not be taken for a pass: the one place that
writes another module's table may be among them.

## Example

```rust
let sql = format!(\"DELETE FROM {table} WHERE created_at < $1\");
sqlx::query(&sql).bind(day).execute(&pool).await?;
```

## How to fix

- Write the statement as one literal, or with the table's name in it and only values left open.
- The name is one of a few: write a `match` with one literal for each, or a `const` list that is looped over.
- A function of one's own takes the SQL: list it in `sql-functions` of `[data]`, and the literals at its calls are read.
- It can't be helped, in a tool for administrators say: turn the rule down for the module that holds it.
";

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    if !ctx.policy.declares_data() {
        return;
    }
    let mut functions: BTreeMap<String, Vec<&OpaqueQuery>> = BTreeMap::new();
    for query in ctx.data.opaque.iter().filter(|query| counts(ctx, query)) {
        functions.entry(holder(ctx, query)).or_default().push(query);
    }
    out.extend(functions.into_iter().map(|(function, queries)| draft(ctx, function, &queries)));
}

fn counts(ctx: &Context, query: &OpaqueQuery) -> bool {
    let test = query.test || query.node.is_some_and(|node| ctx.model().node(node).test);
    ctx.checks_tests() || !test
}

/// The function, or the file of SQL.
fn holder(ctx: &Context, query: &OpaqueQuery) -> String {
    match query.node {
        Some(node) => data_access::function(ctx, node, query.function.as_deref()),
        None => query.place.file.to_string(),
    }
}

fn draft(ctx: &Context, function: String, queries: &[&OpaqueQuery]) -> Draft {
    let first = queries[0];
    let message = match queries.len() {
        1 => format!("the tables of a query in `{function}` cannot be told: {}", first.reason),
        n => format!("the tables of {n} queries in `{function}` cannot be told"),
    };
    let sites = queries.iter().map(|query| data_access::site(ctx, &query.place, "", query.reason.clone()));
    Draft {
        message,
        sites: sites.collect(),
        from: function,
        from_module: first.node.and_then(|node| ctx.module_of(node)),
        help: vec![
            "write the statement as one literal that names its tables, and leave only values open".to_owned(),
            "or list the function that takes the SQL in `sql-functions` of `[data]`".to_owned(),
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
owns.tables = ['orders']
";

    #[test]
    fn the_queries_of_one_function_are_one_finding() {
        let nodes = ["shop", "shop::orders", "shop::orders::tests"];
        let sample = Sample::with_data(
            POLICY,
            &nodes,
            &[
                "opaque shop::orders::purge 3:5 the table's name is a parameter",
                "opaque shop::orders::purge 9:5 the statement comes from a file",
                "opaque shop::all 12:5 the table's name is a parameter",
                "opaque shop::orders::tests::t 20:5 the table's name is a parameter",
                "opaque views/a.sql 1:1 the statement is a template",
                "table orders",
            ],
        );
        assert_eq!(
            sample.of("opaque-query"),
            [
                "shop::orders::purge: the tables of 2 queries in `shop::orders::purge` cannot be told",
                "shop::all: the tables of a query in `shop::all` cannot be told: the table's name is a parameter",
                "views/a.sql: the tables of a query in `views/a.sql` cannot be told: the statement is a template",
            ]
        );
    }
}
