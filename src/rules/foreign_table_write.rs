//! `foreign-table-write`: code that changes the rows or the shape of another module's table.

use super::data_access::{self, Foreign};
use super::table_advice::Advice;
use super::{Blocks, Check, Context, Counts, CrossingKind, Draft, Effort, Needs, Rule, config_lines};
use crate::config::policy::Severity;
use crate::sql::Access;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "foreign-table-write",
    summary: "code of one module writes a table of another",
    default: Severity::Deny,
    raised_by: None,
    blocks: Some(Blocks { crossing: CrossingKind::Write, effort: Effort::Data }),
    counts: Counts::Sites,
    needs: Needs::Tables,
    docs: DOCS,
    check: Check::Code(check),
};

const DOCS: &str = "\
## What it checks

Every `INSERT`, `UPDATE`, `DELETE` and every change of a definition (`CREATE`, `ALTER`, `DROP`) that code of one module
makes to a table that another module owns through `tables` in `[modules.NAME.owns]`. Tables of `[shared] reference` may
be written by migrations only; those of `[shared] outbox` by everyone. Migrations are left out, in SQL and in Rust: they
build the schema for all. So is code that belongs to no module, and test code unless `tests = \"check\"`.

## Why it blocks an extraction

Whoever else writes a table knows its columns, its constraints and the order in which rows may change. When the owner moves to
a database of its own the write has nowhere to go, and until then the owner can guarantee nothing about its own data.

## Example

```rust
// in shop::orders; `payments` belongs to module `payments`
sqlx::query!(\"UPDATE payments SET state = 'void' WHERE order_id = $1\", id).execute(&pool).await?;
```

## How to fix

- Call a function of the owner that does it. The finding names one that touches the table already, if there is one.
- The owner can do it later: publish an event (or write a job to a `[shared] outbox` table) and let the owner act on it.
- It is this module's data that lives in the wrong table: move the columns into a table of its own.
- The table belongs to the writer: move the entry of `tables` there.
- The table is a queue that all write into: list it in `[shared] outbox`.
";

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    let advice = Advice::new(ctx);
    let foreign = data_access::foreign(ctx, &[Access::Write, Access::Ddl]);
    out.extend(foreign.iter().map(|foreign| draft(ctx, &advice, foreign)));
}

fn draft(ctx: &Context, advice: &Advice, foreign: &Foreign) -> Draft {
    let Foreign { node, source, table, owner, .. } = *foreign;
    let (user, name) = (ctx.name(source), data_access::name(ctx, table));
    let first = foreign.accesses[0];
    let does = format!(
        "module `{user}` {} {} `{name}`",
        data_access::verb(first.access),
        data_access::noun(ctx, table)
    );
    let (message, help) = match owner {
        Some(owner) => {
            let owner_name = ctx.name(owner);
            let help = vec![
                advice.interface(table, owner, first.access, node),
                format!(
                    "or publish an event, or write a job to an outbox table, that `{owner_name}` acts on"
                ),
            ];
            (format!("{does}, which belongs to `{owner_name}`"), help)
        }
        None => {
            let line = config_lines::tables_with(ctx, source, name);
            let help = vec![
                "write it in a migration: all modules rely on its rows".to_owned(),
                format!("or take it out of `reference` and write `{line}` in `[modules.{user}.owns]`"),
            ];
            (format!("{does}, which `[shared] reference` leaves to migrations"), help)
        }
    };
    Draft {
        message,
        sites: data_access::sites(ctx, foreign.accesses.iter().copied()),
        from: ctx.model().node(node).id.clone(),
        to: name.to_owned(),
        from_module: Some(source),
        to_module: owner,
        breaks: data_access::breaks(ctx, table, owner.unwrap_or(source)),
        help,
        ..Draft::default()
    }
}

#[cfg(test)]
mod tests {
    use crate::config::policy::Tests;
    use crate::rules::sample::Sample;

    const POLICY: &str = "
[modules.orders]
paths = ['shop::orders']
owns.tables = ['orders']
[modules.payments]
paths = ['shop::payments']
public = ['api']
owns.tables = ['payments', 'payment_*']
[shared]
reference = ['countries']
outbox = ['jobs']
";
    const NODES: [&str; 7] = [
        "shop",
        "shop::orders",
        "shop::orders::tests",
        "shop::payments",
        "shop::payments::api",
        "shop::misc",
        "shop::orders::store",
    ];

    fn found(data: &[&str]) -> Vec<String> {
        Sample::with_data(POLICY, &NODES, data).of("foreign-table-write")
    }

    #[test]
    fn saying_what_a_table_is_writes_nothing() {
        assert_eq!(
            found(&["shop::orders::place defines payments 12:5 diesel declares"]),
            Vec::<String>::new()
        );
        assert_eq!(found(&["shop::orders::place defines payments 12:5 sqlx"]).len(), 1);
    }

    #[test]
    fn a_write_into_another_modules_table_is_found_once_per_source_module() {
        assert_eq!(
            found(&[
                "shop::orders::place writes payments 12:5",
                "shop::orders::undo writes payments 40:5 diesel",
                "shop::orders::store writes payment_items 3:1",
                "shop::orders::store defines payments 9:1",
                "shop::payments::api::charge writes payments 20:1",
                "shop::orders::place reads payments 13:5",
                "shop::orders::place joins payments 14:5",
                "shop::orders::place writes orders 15:5",
            ]),
            [
                "shop::orders::store -> payment_items: module `orders` writes table `payment_items`, which belongs to `payments`",
                "shop::orders::store -> payments: module `orders` changes the definition of table `payments`, which belongs to \
                 `payments`",
                "shop::orders -> payments: module `orders` writes table `payments`, which belongs to `payments`",
            ]
        );
    }

    #[test]
    fn shared_tables_migrations_tests_and_unassigned_code() {
        assert_eq!(
            found(&[
                "shop::orders::place writes jobs 1:1",
                "shop::orders::place reads countries 2:1",
                "shop::orders::place writes countries 3:1",
                "shop::orders writes payments 4:1 migration",
                "migrations/1.sql writes payments 5:1",
                "shop::misc::fix writes payments 6:1",
                "shop::orders::tests::pays writes payments 7:1",
                "shop::orders::place writes payments 8:1 test",
                "shop::orders::place writes unknown 9:1",
                "shop::orders::place writes _sqlx_migrations 10:1",
            ]),
            [
                "shop::orders -> countries: module `orders` writes table `countries`, which `[shared] reference` leaves to \
                 migrations"
            ]
        );
    }

    #[test]
    fn tests_count_where_the_policy_says_so() {
        let mut sample =
            Sample::with_data(POLICY, &NODES, &["shop::orders::tests::pays writes payments 7:1"]);
        assert!(sample.of("foreign-table-write").is_empty());
        sample.policy.analysis.tests = Tests::Check;
        assert_eq!(sample.of("foreign-table-write").len(), 1);
    }

    #[test]
    fn the_finding_shows_the_sites_the_line_of_the_owner_and_what_to_call() {
        let mut sample = Sample::with_data(
            POLICY,
            &NODES,
            &[
                "shop::orders::place writes payments 12:5 approximate",
                "shop::orders::place writes payments 14:5",
                "shop::payments::api::charge writes payments 2:1",
                "shop::payments::api::list reads payments 1:1",
            ],
        );
        let finding = |sample: &Sample| {
            sample.findings().into_iter().find(|f| f.rule == "foreign-table-write").unwrap()
        };
        let without = finding(&sample);
        assert_eq!(
            without.help[0],
            "let `payments` do it: give it a function in its public interface (`api`) that writes `payments`, and call that"
        );
        sample.text("pub fn list() {}\n    pub async fn charge(pool: &Pool) {}\n");
        let found = finding(&sample);
        assert_eq!(
            found.help[0],
            "call `crate::payments::api::charge` of `payments`, which writes `payments` already"
        );
        let sites: Vec<_> = found.sites.iter().map(|s| (s.line, s.column, s.label.as_str())).collect();
        assert_eq!(
            sites,
            [(12, 5, "writes `payments`, as far as the statement can be read"), (14, 5, "writes `payments`")]
        );
        assert_eq!(found.policy.unwrap().text, "owns.tables = ['payments', 'payment_*']");
        assert_eq!(found.to_module.as_deref(), Some("payments"));
    }

    #[test]
    fn nothing_is_found_where_nobody_owns_anything() {
        let policy =
            "[modules.orders]\npaths = ['shop::orders']\n[modules.payments]\npaths = ['shop::payments']\n";
        let data =
            ["shop::orders::place writes payments 12:5", "opaque shop::orders::place 3:1 unknown", "table t"];
        let findings = Sample::with_data(policy, &NODES, &data).findings();
        assert!(findings.iter().all(|f| f.rule == "unassigned-code"), "{findings:?}");
    }
}
