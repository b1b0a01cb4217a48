//! The inventory as markdown, for a page that a team reads together.

use super::{counts, summary};
use crate::output::escape::markdown;
use crate::output::inventory::{Inventory, Resource, access, noun};
use crate::sql::Access;
use std::io::{self, Write};

/// Writes the inventory.
pub(super) fn write(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# Data\n\n{}\n", markdown(&summary(inventory)))?;
    if !inventory.resources.is_empty() {
        writeln!(out, "| name | kind | owner | writers | readers | joins |\n|---|---|---|---|---|---|")?;
        inventory.resources.iter().try_for_each(|resource| write_row(resource, out))?;
        writeln!(out, "\n## Places")?;
        inventory.resources.iter().try_for_each(|resource| write_places(resource, out))?;
    }
    write_keys(inventory, out)?;
    if !inventory.opaque.is_empty() {
        writeln!(out, "\n## Queries that could not be looked into\n")?;
    }
    for query in &inventory.opaque {
        let (file, reason) = (markdown(&query.place.file), markdown(&query.reason));
        writeln!(out, "- {file}:{}:{}: {reason}", query.place.line, query.place.column)?;
    }
    Ok(())
}

fn write_row(resource: &Resource, out: &mut dyn Write) -> io::Result<()> {
    let by = |wanted: &[Access]| counts(&resource.by_module(wanted), markdown);
    writeln!(
        out,
        "| {} | {} | {} | {} | {} | {} |",
        markdown(&resource.name),
        noun(resource.kind),
        resource.owner.as_deref().map_or_else(|| format!("*{}*", resource.ownership), markdown),
        by(&[Access::Write, Access::Ddl]),
        by(&[Access::Read]),
        by(&[Access::Join]),
    )
}

fn write_places(resource: &Resource, out: &mut dyn Write) -> io::Result<()> {
    let places = resource.places();
    if places.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n### {}\n", markdown(&resource.name))?;
    for found in places {
        let place = &found.place;
        let code =
            found.code.source_module.as_deref().map_or(String::new(), |id| format!(" in {}", markdown(id)));
        writeln!(
            out,
            "- {}: {}:{}:{}{code} ({})",
            access(found.access),
            markdown(&place.file),
            place.line,
            place.column,
            found.via
        )?;
    }
    Ok(())
}

fn write_keys(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    if inventory.schema.foreign_keys.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## Foreign keys\n")?;
    for key in &inventory.schema.foreign_keys {
        let (from, columns) = (markdown(&key.from.0), markdown(&key.from.1.join(", ")));
        let (to, place) = (markdown(&key.to.0), &key.place);
        writeln!(
            out,
            "- {from}({columns}) to {to}: {}:{}:{}",
            markdown(&place.file),
            place.line,
            place.column
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::inventory::tests::{sample_inventory, sample_of_others};
    use expect_test::expect;

    #[test]
    fn tables() {
        let mut out = Vec::new();
        write(&sample_inventory(true, false), &mut out).unwrap();
        expect![[r#"
            # Data

            5 tables, 2 of them unowned, 8 accesses, 1 transaction, 1 query that could not be looked into; no migrations found

            | name | kind | owner | writers | readers | joins |
            |---|---|---|---|---|---|
            | &lt;b&gt;\\u{1b}\[31m\|\`x\` | table | *unowned* | orders 1 |  |  |
            | countries | table | *reference* |  |  |  |
            | order\_states | view | *unowned* |  |  |  |
            | orders | table | orders | orders 1, payments 1 | (no module) 1 |  |
            | payments | table | payments | payments 1 | orders 1 | orders 1 |

            ## Places

            ### &lt;b&gt;\\u{1b}\[31m\|\`x\`

            - write: src.rs:95:1 in shop::orders (sqlx)

            ### orders

            - write: src.rs:42:5 in shop::payments (diesel)
            - write: src.rs:12:5 in shop::orders (sqlx)
            - read: src.rs:60:1 in shop::misc (sqlx)
            - ddl: migrations/1.sql:3:14 (migration)

            ### payments

            - write: src.rs:40:5 in shop::payments (diesel)
            - read: src.rs:20:9 in shop::orders (sqlx)

            ## Foreign keys

            - orders(payment\_id) to payments: schema.sql:4:9

            ## Queries that could not be looked into

            - src.rs:90:5: the table's name is a parameter
        "#]].assert_eq(std::str::from_utf8(&out).unwrap());
    }

    #[test]
    fn what_is_no_table() {
        let mut out = Vec::new();
        write(&sample_of_others(), &mut out).unwrap();
        expect![[r#"
            # Data

            0 tables, 0 accesses, 0 transactions, 0 queries that could not be looked into, 2 environment variables, 1 cache key, 1 topic; no migrations found

            | name | kind | owner | writers | readers | joins |
            |---|---|---|---|---|---|
            | RUST\_LOG | environment variable | *unowned* |  | orders 1 |  |
            | STRIPE\_KEY | environment variable | payments |  | orders 1, payments 1 |  |
            | pay:\* | cache key | *unowned* | orders 1 |  |  |
            | jobs | topic | *outbox* | orders 1 |  |  |

            ## Places

            ### RUST\_LOG

            - read: src.rs:4:1 in shop::orders (std)

            ### STRIPE\_KEY

            - read: src.rs:9:1 in shop::orders (std)
            - read: src.rs:3:1 in shop::payments (std)

            ### pay:\*

            - write: src.rs:5:1 in shop::orders (std)

            ### jobs

            - write: src.rs:7:1 in shop::orders (std)
            - read: src.rs:6:1 in shop::orders (std)
        "#]].assert_eq(std::str::from_utf8(&out).unwrap());
    }
}
