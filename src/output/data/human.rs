//! The inventory for people: a block for each table, then what could not be looked into, and a closing line.

use super::{counts, summary};
use crate::output::escape::terminal;
use crate::output::inventory::{Inventory, Kind, Opaque, Resource, ResourceAccess, access, noun};
use crate::output::style::{DIM, STRONG, WARNING};
use crate::sql::Access;
use std::io::{self, Write};

/// How many places of a table are listed.
const PLACES: usize = 8;

/// Writes the inventory.
pub(super) fn write(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    for resource in &inventory.resources {
        write_resource(inventory, resource, out)?;
        writeln!(out)?;
    }
    if !inventory.opaque.is_empty() {
        writeln!(out, "{WARNING}queries that could not be looked into{WARNING:#}")?;
        inventory.opaque.iter().try_for_each(|query| write_opaque(query, out))?;
        writeln!(out)?;
    }
    writeln!(out, "{}", terminal(&summary(inventory)))
}

fn write_resource(inventory: &Inventory, resource: &Resource, out: &mut dyn Write) -> io::Result<()> {
    let declared = match resource.kind {
        Kind::Table(_) => inventory.declared,
        Kind::Other(_) => inventory.declared_others,
    };
    let owner = match (&resource.owner, resource.ownership) {
        (Some(owner), _) => format!(", owned by {}", terminal(owner)),
        (None, "unowned") if !declared => String::new(),
        (None, word) => format!(", {word}"),
    };
    writeln!(
        out,
        "{STRONG}{}{STRONG:#} {DIM}({}{owner}){DIM:#}",
        terminal(&resource.name),
        noun(resource.kind)
    )?;
    if let Some(place) = &resource.declared {
        writeln!(out, "  declared  {}:{}:{}", terminal(&place.file), place.line, place.column)?;
    }
    for (title, wanted) in [
        ("writers", &[Access::Write, Access::Ddl][..]),
        ("readers", &[Access::Read]),
        ("joins", &[Access::Join]),
    ] {
        let found = resource.by_module(wanted);
        if !found.is_empty() {
            // Whoever writes what is another's stands out.
            let foreign =
                |name: &str| title == "writers" && resource.owner.as_deref().is_some_and(|o| o != name);
            let show = |name: &str| match foreign(name) {
                true => format!("{WARNING}{}{WARNING:#}", terminal(name)),
                false => terminal(name).into_owned(),
            };
            writeln!(out, "  {title:8}  {}", counts(&found, show))?;
        }
    }
    let places = resource.places();
    places.iter().take(PLACES).try_for_each(|place| write_place(place, out))?;
    if places.len() > PLACES {
        writeln!(out, "  {DIM}and {} more{DIM:#}", places.len() - PLACES)?;
    }
    Ok(())
}

fn write_place(found: &ResourceAccess, out: &mut dyn Write) -> io::Result<()> {
    let place = &found.place;
    let aside = match (found.approximate, found.declaration) {
        (true, _) => ", approximate",
        (_, true) => ", declares it",
        _ => "",
    };
    let test = if found.code.test { ", test" } else { "" };
    writeln!(
        out,
        "  {:8}  {}:{}:{}  {}{DIM}({}{aside}{test}){DIM:#}",
        access(found.access),
        terminal(&place.file),
        place.line,
        place.column,
        found.code.source_module.as_ref().map_or(String::new(), |module| format!("{}  ", terminal(module))),
        found.via,
    )
}

fn write_opaque(query: &Opaque, out: &mut dyn Write) -> io::Result<()> {
    let place = &query.place;
    let (file, reason) = (terminal(&place.file), terminal(&query.reason));
    writeln!(out, "  {file}:{}:{}  {reason}", place.line, place.column)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::inventory::tests::{sample_inventory, sample_of_others};
    use expect_test::{Expect, expect};

    #[track_caller]
    fn check(inventory: &Inventory, expected: Expect) {
        let mut out = Vec::new();
        write(inventory, &mut out).unwrap();
        let text = anstream::adapter::strip_str(std::str::from_utf8(&out).unwrap()).to_string();
        expected.assert_eq(&text);
    }

    #[test]
    fn tables() {
        check(
            &sample_inventory(true, false),
            expect![[r#"
            <b>\u{1b}[31m|`x` (table, unowned)
              writers   orders 1
              write     src.rs:95:1  shop::orders  (sqlx)

            countries (table, reference)
              declared  schema.sql:1:1

            order_states (view, unowned)
              declared  migrations/2.sql:9:1

            orders (table, owned by orders)
              declared  migrations/1.sql:3:14
              writers   orders 1, payments 1
              readers   (no module) 1
              write     src.rs:42:5  shop::payments  (diesel, approximate)
              write     src.rs:12:5  shop::orders  (sqlx)
              read      src.rs:60:1  shop::misc  (sqlx)
              ddl       migrations/1.sql:3:14  (migration)

            payments (table, owned by payments)
              writers   payments 1
              readers   orders 1
              joins     orders 1
              write     src.rs:40:5  shop::payments  (diesel)
              read      src.rs:20:9  shop::orders  (sqlx)

            queries that could not be looked into
              src.rs:90:5  the table's name is a parameter

            5 tables, 2 of them unowned, 8 accesses, 1 transaction, 1 query that could not be looked into; no migrations found
        "#]],
        );
    }

    #[test]
    fn what_is_no_table() {
        check(
            &sample_of_others(),
            expect![[r#"
            RUST_LOG (environment variable, unowned)
              readers   orders 1
              read      src.rs:4:1  shop::orders  (std)

            STRIPE_KEY (environment variable, owned by payments)
              readers   orders 1, payments 1
              read      src.rs:9:1  shop::orders  (std)
              read      src.rs:3:1  shop::payments  (std)

            pay:* (cache key, unowned)
              writers   orders 1
              write     src.rs:5:1  shop::orders  (std)

            jobs (topic, outbox)
              declared  src.rs:6:1
              writers   orders 1
              write     src.rs:7:1  shop::orders  (std)
              read      src.rs:6:1  shop::orders  (std, declares it)

            0 tables, 0 accesses, 0 transactions, 0 queries that could not be looked into, 2 environment variables, 1 cache key, 1 topic; no migrations found
        "#]],
        );
    }

    #[test]
    fn nothing() {
        check(
            &Inventory::default(),
            expect![[r#"
            0 tables, 0 accesses, 0 transactions, 0 queries that could not be looked into; no migrations found
        "#]],
        );
    }
}
