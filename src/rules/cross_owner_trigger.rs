//! `cross-owner-trigger`: code inside the database that touches tables of another owner.

use super::{
    Blocks, Check, Context, Counts, CrossingKind, DataCrossing, Draft, Effort, Needs, Rule, data_access,
};
use crate::config::Owner;
use crate::config::policy::{ModuleId, Severity};
use crate::data::{Routine, RoutineKind, TableId};
use crate::sql::Access;
use std::collections::{BTreeMap, BTreeSet};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "cross-owner-trigger",
    summary: "a trigger, function or view of the database touches tables of two owners",
    default: Severity::Deny,
    raised_by: None,
    blocks: Some(Blocks { crossing: CrossingKind::Routine, effort: Effort::Data }),
    counts: Counts::Sites,
    needs: Needs::Tables,
    docs: DOCS,
    check: Check::Code(check),
};

const DOCS: &str = "\
## What it checks

Triggers, functions and views of the schema as it stands, and those in `extra-sql` of `[data]`. A trigger belongs to the
owner of the table that it is on, a view to the module that lists it in `views` or `tables`; what they touch has to be
that module's. A function, and a view that nobody owns, may touch the tables of one owner. A trigger answers for the
functions that it calls. `[shared]` tables have no owner and don't count.

A view that its owner publishes in `views` is checked like any other: it is that owner's contract, made of its own tables.

## Why it blocks an extraction

This is business logic that no Rust code shows and no compiler checks. When the tables part, the database does not answer
any more, and a module stops doing something that nobody remembers it did.

## Example

```sql
CREATE TRIGGER paid AFTER UPDATE ON orders   -- belongs to `orders`
    FOR EACH ROW EXECUTE FUNCTION book();    -- book() inserts into ledger, which belongs to `payments`
```

## How to fix

- A trigger that writes: do it in code. Publish an event (or write to a `[shared] outbox` table) where the row changes,
  and let the other owner act on it.
- A trigger that checks or counts: keep the figure in the owner's own table, updated by the owner's own code.
- A view: build it from the owner's tables alone; each owner publishes its own, and readers put the two together.
- A function that moves rows between owners: split it into one for each.
";

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    let (called, callers): (Vec<&Routine>, Vec<&Routine>) =
        ctx.data.schema.routines.iter().partition(|routine| routine.kind == RoutineKind::Function);
    let mut told: Vec<&Routine> = Vec::new();
    for routine in callers {
        let found = drafts(ctx, routine);
        told.extend((!found.is_empty() && routine.kind == RoutineKind::Trigger).then_some(routine));
        out.extend(found);
    }
    // What a trigger does through a function is told with the trigger.
    let by_trigger = |function: &Routine| {
        told.iter().any(|trigger| function.uses.iter().all(|used| trigger.uses.contains(used)))
    };
    for function in called.into_iter().filter(|function| !by_trigger(function)) {
        out.extend(drafts(ctx, function));
    }
}

/// What routines of one module touch of another.
pub(super) fn crossings(ctx: &Context) -> Vec<DataCrossing> {
    let of_routine = |routine: &Routine| {
        let Some((home, touched)) = touched(ctx, routine) else { return Vec::new() };
        let uses = touched.into_iter().flat_map(|(to, uses)| uses.into_iter().map(move |used| (to, used.0)));
        uses.map(|(to, table)| {
            let resource = data_access::name(ctx, table).to_owned();
            DataCrossing { from: home, to, resource, by: None }
        })
        .collect()
    };
    ctx.data.schema.routines.iter().flat_map(of_routine).collect()
}

/// One draft for each owner whose tables a routine touches beside its own.
fn drafts(ctx: &Context, routine: &Routine) -> Vec<Draft> {
    let Some((home, touched)) = touched(ctx, routine) else { return Vec::new() };
    touched.iter().map(|(&owner, uses)| draft(ctx, routine, home, owner, uses)).collect()
}

type Touched = BTreeMap<ModuleId, Vec<(TableId, Access)>>;

/// The module that a routine counts as part of, and what it touches of others.
fn touched(ctx: &Context, routine: &Routine) -> Option<(ModuleId, Touched)> {
    let mut touched = Touched::new();
    for &(table, access) in &routine.uses {
        if let Some(owner) = data_access::owner(ctx, table) {
            touched.entry(owner).or_default().push((table, access));
        }
    }
    let home = home(ctx, routine).or_else(|| touched.keys().next().copied())?;
    touched.remove(&home);
    Some((home, touched))
}

/// The module that a routine belongs to, where that can be told.
fn home(ctx: &Context, routine: &Routine) -> Option<ModuleId> {
    let table = match routine.kind {
        RoutineKind::Trigger => routine.on,
        RoutineKind::View => ctx.data.find(&routine.name),
        RoutineKind::Function => None,
    };
    table.map(|table| ctx.ownership.owner(table)).and_then(Owner::module)
}

fn draft(
    ctx: &Context,
    routine: &Routine,
    home: ModuleId,
    owner: ModuleId,
    uses: &[(TableId, Access)],
) -> Draft {
    let (home_name, owner_name) = (ctx.name(home), ctx.name(owner));
    let tables: BTreeSet<TableId> = uses.iter().map(|(table, _)| *table).collect();
    let writes = uses.iter().any(|(_, access)| matches!(access, Access::Write | Access::Ddl));
    let verb = if writes { "writes" } else { "reads" };
    let tables = data_access::names(ctx, tables);
    let (what, from) = described(ctx, routine);
    Draft {
        message: format!("{what}, which belongs to `{home_name}`, {verb} {tables} of `{owner_name}`"),
        // Its place is that of the word with which every such statement begins.
        sites: vec![data_access::site(ctx, &routine.place, "CREATE", format!("{verb} {tables}"))],
        from,
        to: owner_name.to_owned(),
        from_module: Some(home),
        to_module: Some(owner),
        breaks: data_access::breaks(ctx, uses[0].0, owner),
        help: help(routine.kind, home_name, owner_name, &tables),
        ..Draft::default()
    }
}

/// What it is, and the name that tells it from all others.
fn described(ctx: &Context, routine: &Routine) -> (String, String) {
    let name = &routine.name;
    match (routine.kind, routine.on) {
        (RoutineKind::Trigger, Some(table)) => {
            let table = data_access::name(ctx, table);
            (format!("trigger `{name}` on `{table}`"), format!("{table}.{name}"))
        }
        (RoutineKind::Trigger, None) => (format!("trigger `{name}`"), name.clone()),
        (RoutineKind::Function, _) => (format!("function `{name}`"), format!("{name}()")),
        (RoutineKind::View, _) => (format!("view `{name}`"), name.clone()),
    }
}

fn help(kind: RoutineKind, home: &str, owner: &str, tables: &str) -> Vec<String> {
    match kind {
        RoutineKind::View => vec![
            format!(
                "build the view from tables of `{home}` alone, and let readers put the rows of `{owner}` beside it"
            ),
            format!("or let `{owner}` publish a view of {tables} of its own in `views`"),
        ],
        _ => vec![
            format!(
                "do it in code: where `{home}` changes the row, call `{owner}`, or publish an event that it acts on"
            ),
            "or write a job to a `[shared] outbox` table, which a trigger may do as well".to_owned(),
        ],
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::sample::Sample;

    const POLICY: &str = "
[modules.orders]
paths = ['shop::orders']
owns = { tables = ['orders'], views = ['order_states'] }
[modules.payments]
paths = ['shop::payments']
owns.tables = ['payments', 'ledger']
[shared]
outbox = ['jobs']
reference = ['countries']
";
    const NODES: [&str; 3] = ["shop", "shop::orders", "shop::payments"];

    fn found(data: &[&str]) -> Vec<String> {
        Sample::with_data(POLICY, &NODES, data).of("cross-owner-trigger")
    }

    #[test]
    fn a_trigger_answers_for_the_functions_that_it_calls() {
        assert_eq!(
            found(&[
                "trigger paid on orders reads orders writes ledger writes jobs 3:1",
                "function book reads orders writes ledger 1:1",
                "trigger fine on payments writes ledger reads countries 5:1",
                "function sweep writes ledger writes payments 7:1",
            ]),
            [
                "orders.paid -> payments: trigger `paid` on `orders`, which belongs to `orders`, writes `ledger` of \
                 `payments`"
            ]
        );
    }

    #[test]
    fn a_view_is_made_of_its_owners_tables_published_or_not() {
        assert_eq!(
            found(&[
                "view order_states reads orders reads payments reads ledger 1:1",
                "view loose reads payments 2:1",
                "view loose_too reads payments reads orders 3:1",
            ]),
            [
                "order_states -> payments: view `order_states`, which belongs to `orders`, reads `ledger` and `payments` \
                 of `payments`",
                "loose_too -> payments: view `loose_too`, which belongs to `orders`, reads `payments` of `payments`",
            ]
        );
    }

    #[test]
    fn a_function_may_touch_the_tables_of_one_owner() {
        assert_eq!(
            found(&[
                "function move writes orders writes ledger 1:1",
                "function own reads orders writes jobs 2:1"
            ]),
            ["move() -> payments: function `move`, which belongs to `orders`, writes `ledger` of `payments`"]
        );
    }
}
