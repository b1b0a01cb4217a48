//! `unowned-table`: a table that no module owns and nobody shares.

use super::{Check, Context, Counts, Draft, Needs, Rule, config_lines, data_access};
use crate::config::Owner;
use crate::config::policy::{ModuleId, Severity};
use crate::data::{TableAccess, TableId, TableKind};
use crate::graph::NodeId;
use crate::sql::Access;
use std::collections::BTreeMap;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "unowned-table",
    summary: "a table belongs to no module and is not shared",
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

Once the policy says of some table who owns it, every other table needs an owner, too: `tables` (or `views`) in some
`[modules.NAME.owns]`, or an entry of `[shared]`. That goes for tables of the schema and for those that code touches.
Tables of `ignore-tables` are left out, and so is what databases and migration tools keep for themselves
(`_sqlx_migrations`, `pg_*` and the like).

## Why it blocks an extraction

All other rules about data compare owners. A table without one is a hole in each of them: two modules may write it, join
over it and lock it, and nothing is reported.

## Example

```toml
[modules.payments.owns]
tables = [\"payments\"]      # the schema also has `payment_attempts`
```

## How to fix

- Give it to the module that writes it most. The finding says which one that is, and shows the whole line.
- Whole families of tables share a prefix: use a glob, `payment_*`.
- All read it and only migrations write it: `[shared] reference`. All write jobs or events into it: `[shared] outbox`.
- It belongs to another program, or to a tool: list it in `ignore-tables` of `[data]`.
- `cargo modcheck data --propose` writes a first version of all `owns` tables.
";

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    if !ctx.policy.declares_data() {
        return;
    }
    let mut accesses: BTreeMap<TableId, Vec<(NodeId, &TableAccess)>> = BTreeMap::new();
    for (node, access) in data_access::in_code(ctx) {
        accesses.entry(access.table).or_default().push((node, access));
    }
    for id in data_access::existing(ctx) {
        if ctx.ownership.owner(id) == Owner::Nobody {
            out.push(draft(ctx, id, accesses.get(&id).map_or(&[][..], Vec::as_slice)));
        }
    }
}

fn draft(ctx: &Context, id: TableId, used: &[(NodeId, &TableAccess)]) -> Draft {
    let table = ctx.data.table(id);
    let (noun, name) = (data_access::noun(ctx, id), table.name.as_str());
    let declared = table
        .declared
        .iter()
        .map(|place| data_access::site(ctx, place, name, format!("`{name}` is declared here")));
    let sites = declared.chain(data_access::sites(ctx, used.iter().map(|(_, access)| *access))).collect();
    Draft {
        message: format!("{noun} `{name}` belongs to no module"),
        sites,
        from: name.to_owned(),
        help: help(ctx, id, used),
        ..Draft::default()
    }
}

fn help(ctx: &Context, id: TableId, used: &[(NodeId, &TableAccess)]) -> Vec<String> {
    let name = data_access::name(ctx, id);
    let shared =
        "or list it in `[shared]`, or in `ignore-tables` of `[data]` if it is none of this code's business";
    let Some((module, writes, reads)) = main_user(ctx, used) else {
        return vec![format!("add `{name}` to `tables` in the `owns` of a module"), shared.to_owned()];
    };
    let line = match ctx.data.table(id).kind {
        TableKind::View => {
            let old = ctx.module(module).owns.views.iter().map(|pattern| pattern.text.as_str());
            config_lines::list("views", old.chain([name]))
        }
        _ => config_lines::tables_with(ctx, module, name),
    };
    let module = ctx.name(module);
    let most = match (writes, reads) {
        (0, _) => format!("`{module}` reads it most"),
        _ => format!("`{module}` writes it most"),
    };
    vec![format!("{most}: write `{line}` in `[modules.{module}.owns]`"), shared.to_owned()]
}

/// The module with most writes, then most reads, with both numbers.
fn main_user(ctx: &Context, used: &[(NodeId, &TableAccess)]) -> Option<(ModuleId, usize, usize)> {
    let mut counts: BTreeMap<ModuleId, (usize, usize)> = BTreeMap::new();
    for (node, access) in used {
        let Some(module) = ctx.module_of(*node) else { continue };
        let (writes, reads) = counts.entry(module).or_default();
        match access.access {
            Access::Write | Access::Ddl => *writes += 1,
            Access::Read => *reads += 1,
            Access::Join | Access::ForeignKey => {}
        }
    }
    // Of equal ones the first of the policy.
    let most = counts.into_iter().rev().max_by_key(|(_, counts)| *counts);
    most.map(|(module, (writes, reads))| (module, writes, reads))
}

#[cfg(test)]
mod tests {
    use crate::rules::sample::Sample;

    const POLICY: &str = "
[modules.orders]
paths = ['shop::orders']
owns.tables = ['orders']
[modules.payments]
paths = ['shop::payments']
[data]
ignore-tables = ['legacy_*']
[shared]
reference = ['countries']
outbox = ['jobs']
";
    const NODES: [&str; 3] = ["shop", "shop::orders", "shop::payments"];

    #[test]
    fn a_table_without_an_owner_is_told_once_with_its_main_writer() {
        let sample = Sample::with_data(
            POLICY,
            &NODES,
            &[
                "table refunds 4:14 migrations/1.sql",
                "table audit",
                "table legacy_x",
                "table countries",
                "table jobs",
                "view recent",
                "table __diesel_schema_migrations",
                "migrations/1.sql defines dropped 9:1",
                "shop::orders::a reads refunds 1:1",
                "shop::orders::a reads refunds 2:1",
                "shop::payments::b writes refunds 3:1",
                "shop::orders::a reads recent 4:1",
                "shop::misc::a reads orders 5:1",
            ],
        );
        assert_eq!(
            sample.of("unowned-table"),
            [
                "refunds: table `refunds` belongs to no module",
                "audit: table `audit` belongs to no module",
                "recent: view `recent` belongs to no module",
            ]
        );
        let findings = sample.findings();
        let help: Vec<&str> =
            findings.iter().filter(|f| f.rule == "unowned-table").map(|f| f.help[0].as_str()).collect();
        assert_eq!(
            help,
            [
                "`payments` writes it most: write `tables = [\"refunds\"]` in `[modules.payments.owns]`",
                "add `audit` to `tables` in the `owns` of a module",
                "`orders` reads it most: write `views = [\"recent\"]` in `[modules.orders.owns]`",
            ]
        );
        let refunds = findings.iter().find(|f| f.identity == "unowned-table refunds").unwrap();
        assert_eq!((refunds.sites[0].file.as_str(), refunds.sites[0].line), ("migrations/1.sql", 4));
        assert_eq!(refunds.sites.len(), 4);
    }
}
