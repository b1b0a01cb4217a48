//! Tests of the stage as a whole: tables of SQL and what it says.

mod changes;
mod prose;
mod queries;
mod robust;
mod routines;
mod scripts;
mod uses;

use super::*;

/// The uses of a statement in a line: `read a, write b, join b`; `?` in front if it was read token by token, `+ hole`
/// behind if a table is not known.
fn uses_of(statement: &Statement) -> String {
    let mut text = list(&statement.uses);
    if statement.approximate {
        text = format!("? {text}");
    }
    if statement.opaque_tables {
        text += " + hole";
    }
    text.trim().to_owned()
}

/// Uses by table name, each with all its accesses.
fn list(uses: &[TableUse]) -> String {
    let mut uses: Vec<(String, &str)> = uses.iter().map(|u| (u.table.clone(), access(u.access))).collect();
    uses.sort_by_key(|(table, access)| (table.clone(), *access != "join", *access));
    uses.iter().map(|(table, access)| format!("{access} {table}")).collect::<Vec<_>>().join(", ")
}

fn access(access: Access) -> &'static str {
    match access {
        Access::Read => "read",
        Access::Write => "write",
        Access::Ddl => "ddl",
        Access::Join => "join",
        Access::ForeignKey => "fk",
    }
}

/// The statements of a query, one line each.
fn query(text: &str, dialect: Dialect) -> String {
    let text = text.replace("{}", &HOLE.to_string());
    match parse_query(&text, dialect) {
        None => "no SQL".to_owned(),
        Some(statements) => statements.iter().map(uses_of).collect::<Vec<_>>().join(" | "),
    }
}

#[track_caller]
fn check_queries(dialect: Dialect, cases: &[(&str, &str)]) {
    let found: Vec<String> = cases.iter().map(|(sql, _)| query(sql, dialect)).collect();
    let differing: Vec<String> = cases
        .iter()
        .zip(&found)
        .filter(|((_, expected), found)| expected != found)
        .map(|((sql, expected), found)| format!("{sql}\n  expected: {expected}\n  found:    {found}"))
        .collect();
    assert!(differing.is_empty(), "\n{}", differing.join("\n"));
}
