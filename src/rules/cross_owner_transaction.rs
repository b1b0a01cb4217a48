//! `cross-owner-transaction`: a transaction that spans tables of two owners.

use super::{
    Blocks, Check, Context, Counts, CrossingKind, Draft, Effort, Needs, Rule, Site, TrailStep, data_access,
};
use crate::config::policy::{ModuleId, Severity};
use crate::data::{CallStep, Transaction, TransactionAccess};
use std::collections::BTreeMap;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "cross-owner-transaction",
    summary: "one transaction touches tables of two owners",
    default: Severity::Deny,
    raised_by: None,
    blocks: Some(Blocks { crossing: CrossingKind::Transaction, effort: Effort::Redesign }),
    counts: Counts::Whole,
    needs: Needs::Tables,
    docs: DOCS,
    check: Check::Code(check),
};

const DOCS: &str = "\
## What it checks

Every stretch of code between the beginning of a transaction and its end, and every function that is handed the connection
on the way: all tables that are read or written there belong to one module. The finding shows the calls that lead to
the other owner's table. `[shared]` tables don't count: writing a job to an outbox in the same transaction is the way to
do this right.

## Why it blocks an extraction

A transaction ends at the edge of a database. Two owners that change their data together today will do so one after the
other, with a network in between and with every crash that can happen there. That is a different design, not a different
deployment, and it has to be found before the split.

## Example

```rust
// in shop::orders
let mut tx = pool.begin().await?;
sqlx::query!(\"INSERT INTO orders (id) VALUES ($1)\", id).execute(&mut *tx).await?;
crate::payments::charge(&mut tx, id).await?; // writes payments
tx.commit().await?;
```

## How to fix

- Commit one's own rows together with a job or an event in a `[shared] outbox` table. The other owner acts on it in a
  transaction of its own, and its answer changes the state here.
- The other side may fail on its own: call it after the commit, and take back one's own change where it says no.
- The other side is only read: read it before the transaction begins.
- Don't pass connections to other modules: a function that takes one is no interface of a service.
- What has to change together belongs together: move the table to the module that begins the transaction.
";

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    let mut found: BTreeMap<(String, String), Draft> = BTreeMap::new();
    for transaction in ctx.data.transactions.iter().filter(|t| counts(ctx, t)) {
        let owners = owners(ctx, transaction);
        if owners.len() < 2 {
            continue;
        }
        let draft = draft(ctx, transaction, &owners);
        let key = (draft.from.clone(), draft.to.clone());
        match found.get_mut(&key) {
            Some(first) => first.sites.extend(draft.sites),
            None => drop(found.insert(key, draft)),
        }
    }
    out.extend(found.into_values());
}

fn counts(ctx: &Context, transaction: &Transaction) -> bool {
    ctx.checks_tests() || !(transaction.test || ctx.model().node(transaction.node).test)
}

/// The owners of what a transaction touches, each with the accesses to its tables.
fn owners<'a>(ctx: &Context, transaction: &'a Transaction) -> BTreeMap<ModuleId, Vec<&'a TransactionAccess>> {
    let mut owners: BTreeMap<ModuleId, Vec<&TransactionAccess>> = BTreeMap::new();
    for touched in &transaction.accesses {
        let access = ctx.data.access(touched.access);
        let owner = data_access::owner(ctx, access.table);
        if let Some(owner) = owner.filter(|_| ctx.checks_tests() || !access.test) {
            owners.entry(owner).or_default().push(touched);
        }
    }
    owners
}

fn draft(
    ctx: &Context,
    transaction: &Transaction,
    owners: &BTreeMap<ModuleId, Vec<&TransactionAccess>>,
) -> Draft {
    let source = ctx.module_of(transaction.node);
    let function = data_access::function(ctx, transaction.node, transaction.function.as_deref());
    let home = source.filter(|module| owners.contains_key(module)).or_else(|| owners.keys().next().copied());
    let others: Vec<(ModuleId, &TransactionAccess)> = owners
        .iter()
        .filter(|(owner, _)| Some(**owner) != home)
        .map(|(owner, touched)| (*owner, touched[0]))
        .collect();
    let mut names: Vec<&str> = owners.keys().map(|&owner| ctx.name(owner)).collect();
    names.sort_unstable();
    let touched: Vec<String> = owners.keys().map(|&owner| touched_of(ctx, owner, &owners[&owner])).collect();
    Draft {
        message: format!("one transaction of `{function}` touches {}", touched.join(" and ")),
        sites: sites(ctx, transaction, &others),
        from: function,
        to: names.join(", "),
        from_module: source.or(home),
        to_module: others.first().map(|(owner, _)| *owner),
        holds_up: owners.keys().copied().collect(),
        trail: others.iter().flat_map(|(_, touched)| trail(ctx, touched)).collect(),
        breaks: others.first().and_then(|(owner, touched)| {
            data_access::breaks(ctx, ctx.data.access(touched.access).table, *owner)
        }),
        help: help(ctx, home, &others),
        ..Draft::default()
    }
}

/// `` `payments` of `payments` ``
fn touched_of(ctx: &Context, owner: ModuleId, touched: &[&TransactionAccess]) -> String {
    let tables: std::collections::BTreeSet<_> =
        touched.iter().map(|touched| ctx.data.access(touched.access).table).collect();
    format!("{} of `{}`", data_access::names(ctx, tables), ctx.name(owner))
}

/// Where it begins, then the first place that touches each of the other owners.
fn sites(ctx: &Context, transaction: &Transaction, others: &[(ModuleId, &TransactionAccess)]) -> Vec<Site> {
    let begin = data_access::site(ctx, &transaction.place, "", "the transaction begins here".to_owned());
    let accesses = others.iter().map(|(_, touched)| ctx.data.access(touched.access));
    std::iter::once(begin).chain(data_access::sites(ctx, accesses)).collect()
}

/// The calls that hand the connection on, then what is done with it.
fn trail(ctx: &Context, touched: &TransactionAccess) -> Vec<TrailStep> {
    let access = ctx.data.access(touched.access);
    let call = |step: &CallStep| TrailStep {
        file: step.place.file.to_string(),
        line: step.place.line,
        column: step.place.column,
        name: step.function.to_string(),
        note: "is handed the connection".to_owned(),
    };
    let last = TrailStep {
        file: access.place.file.to_string(),
        line: access.place.line,
        column: access.place.column,
        name: data_access::name(ctx, access.table).to_owned(),
        note: if access.access == crate::sql::Access::Read { "is read" } else { "is written" }.to_owned(),
    };
    touched.chain.iter().map(call).chain([last]).collect()
}

fn help(ctx: &Context, home: Option<ModuleId>, others: &[(ModuleId, &TransactionAccess)]) -> Vec<String> {
    let home = home.map_or("the module", |home| ctx.name(home));
    let others = super::config_lines::names(others.iter().map(|(owner, _)| ctx.name(*owner)));
    let outbox = ctx.policy.shared.outbox.first();
    let outbox = outbox.map_or_else(
        || "a table that `[shared] outbox` lists".to_owned(),
        |pattern| format!("the outbox `{}`", pattern.text),
    );
    vec![
        format!("commit the rows of `{home}` together with an event in {outbox}, and let {others} act on it"),
        format!(
            "or call {others} after the commit, without the connection, and undo one's own change where that fails"
        ),
    ]
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
owns.tables = ['payments']
[shared]
outbox = ['jobs']
";
    const NODES: [&str; 4] = ["shop", "shop::orders", "shop::payments", "shop::orders::tests"];
    const ACCESSES: [&str; 4] = [
        "shop::orders::place writes orders 12:1",
        "shop::payments::insert writes payments 30:1",
        "shop::orders::place writes jobs 13:1",
        "shop::orders::tests::t writes payments 50:1",
    ];

    fn sample(transactions: &[&str]) -> Sample {
        Sample::with_data(POLICY, &NODES, &[&ACCESSES[..], transactions].concat())
    }

    #[test]
    fn the_calls_that_lead_to_the_other_owner_are_the_trail() {
        let sample = sample(&[
            "tx shop::orders::place 10:5 touches 12; 13; 30 via shop::payments::charge 14:9, shop::payments::insert 22:3",
        ]);
        assert_eq!(
            sample.of("cross-owner-transaction"),
            [
                "shop::orders::place -> orders, payments: one transaction of `shop::orders::place` touches `orders` of \
                 `orders` and `payments` of `payments`"
            ]
        );
        let finding = sample.findings().into_iter().find(|f| f.rule == "cross-owner-transaction").unwrap();
        let trail: Vec<String> =
            finding.trail.iter().map(|s| format!("{}:{} {} {}", s.line, s.column, s.name, s.note)).collect();
        assert_eq!(
            trail,
            [
                "14:9 shop::payments::charge is handed the connection",
                "22:3 shop::payments::insert is handed the connection",
                "30:1 payments is written",
            ]
        );
        let sites: Vec<_> = finding.sites.iter().map(|s| (s.line, s.label.as_str())).collect();
        assert_eq!(sites, [(10, "the transaction begins here"), (30, "writes `payments`")]);
        assert_eq!(
            finding.help[0],
            "commit the rows of `orders` together with an event in the outbox `jobs`, and let `payments` act on it"
        );
    }

    #[test]
    fn one_owner_an_outbox_and_tests_are_fine() {
        let none: [String; 0] = [];
        let transactions =
            ["tx shop::orders::place 10:5 touches 12; 13", "tx shop::orders::tests::t 49:1 touches 12; 50"];
        assert_eq!(sample(&transactions).of("cross-owner-transaction"), none);
    }

    #[test]
    fn transactions_of_one_function_over_the_same_owners_are_one_finding() {
        let sample = sample(&[
            "tx shop::orders::place 10:5 touches 12; 30",
            "tx shop::orders::place 20:5 touches 12; 30",
        ]);
        let findings = sample.findings();
        let found: Vec<_> = findings.iter().filter(|f| f.rule == "cross-owner-transaction").collect();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].sites.iter().map(|s| s.line).collect::<Vec<_>>(), [10, 30, 20, 30]);
    }
}
