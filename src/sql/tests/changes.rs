//! How statements change the schema.

use super::*;
use expect_test::{Expect, expect};
use std::fmt::Write as _;

/// Every change in a line.
fn changes(sql: &str, dialect: Dialect) -> String {
    let mut text = String::new();
    for statement in parse_script(sql, dialect) {
        if statement.approximate {
            text.push_str("?\n");
        }
        for change in &statement.changes {
            let _ = writeln!(text, "{}", line(change));
        }
    }
    text
}

fn line(change: &Change) -> String {
    match change {
        Change::CreateTable { table, if_not_exists, temporary, columns, keys } => {
            let flags = [(*if_not_exists, " if-not-exists"), (*temporary, " temporary")];
            let flags: String = flags.iter().filter(|(on, _)| *on).map(|(_, text)| *text).collect();
            let columns: Vec<String> = columns.iter().map(|c| format!("{} {}", c.name, c.ty)).collect();
            format!("create {table}{flags} ({}){}", columns.join(", "), all_keys(keys))
        }
        Change::DropTable { table } => format!("drop {table}"),
        Change::RenameTable { table, to } => format!("rename {table} to {to}"),
        Change::AddColumn { table, column, keys } => {
            format!("add {table}.{} {}{}", column.name, column.ty, all_keys(keys))
        }
        Change::DropColumn { table, column } => format!("drop {table}.{column}"),
        Change::RenameColumn { table, column, to } => format!("rename {table}.{column} to {to}"),
        Change::AddKey { table, key } => format!("add key to {table}:{}", key_line(key)),
        Change::DropConstraint { table, name } => format!("drop constraint {name} of {table}"),
        Change::RenameConstraint { table, name, to } => {
            format!("rename constraint {name} of {table} to {to}")
        }
        Change::CreateView { view, reads } => format!("view {view} reads {}", reads.join(", ")),
        Change::DropView { view } => format!("drop view {view}"),
        Change::CreateTrigger { name, table, function, uses, transition_tables } => {
            let function = function.as_ref().map(|f| format!(" calls {f}")).unwrap_or_default();
            let rows = if transition_tables.is_empty() {
                String::new()
            } else {
                format!(" rows {}", transition_tables.join(", "))
            };
            format!("trigger {name} on {table}{function}{rows} [{}]", list(uses))
        }
        Change::DropTrigger { name, table } => {
            format!("drop trigger {name} on {}", table.as_deref().unwrap_or("?"))
        }
        Change::CreateFunction { name, uses, calls } => {
            format!("function {name} [{}] calls [{}]", list(uses), calls.join(", "))
        }
        Change::DropFunction { name } => format!("drop function {name}"),
        Change::DropSchema { name } => format!("drop schema {name}"),
    }
}

fn all_keys(keys: &[KeyChange]) -> String {
    keys.iter().map(|key| format!("\n   {}", key_line(key))).collect()
}

fn key_line(key: &KeyChange) -> String {
    let name = key.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
    format!("{name} ({}) -> {} ({})", key.columns.join(", "), key.to_table, key.to_columns.join(", "))
}

fn check(dialect: Dialect, sql: &str, expected: Expect) {
    expected.assert_eq(&changes(sql, dialect));
}

#[test]
fn tables() {
    check(
        Dialect::Postgres,
        "CREATE TABLE IF NOT EXISTS Orders (id SERIAL PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            \"Item\" uuid CONSTRAINT item_key REFERENCES shop.items, a int, b int,
            FOREIGN KEY (a, b) REFERENCES pairs (x, y), CONSTRAINT c FOREIGN KEY (a) REFERENCES public.as_);
         CREATE TEMPORARY TABLE t (x int);
         CREATE TEMP TABLE u AS SELECT * FROM orders;
         CREATE UNLOGGED TABLE v (LIKE orders INCLUDING ALL);
         CREATE TABLE part PARTITION OF orders FOR VALUES FROM (1) TO (2);
         DROP TABLE IF EXISTS a, public.b CASCADE;
         ALTER TABLE a RENAME TO b; ALTER TABLE audit.a RENAME TO b; ALTER TABLE a SET SCHEMA archive;",
        expect![[r#"
            create orders if-not-exists (id SERIAL, user_id INTEGER, Item UUID, a INT, b INT)
                (user_id) -> users (id)
                item_key (Item) -> shop.items ()
                (a, b) -> pairs (x, y)
                c (a) -> as_ ()
            create t temporary (x INT)
            create u temporary ()
            create v ()
            create part ()
            drop a
            drop b
            rename a to b
            rename audit.a to audit.b
            rename a to archive.a
        "#]],
    );
}

#[test]
fn columns_and_constraints() {
    check(
        Dialect::Postgres,
        "ALTER TABLE a ADD COLUMN x int REFERENCES b, ADD IF NOT EXISTS y text, DROP COLUMN IF EXISTS z CASCADE;
         ALTER TABLE ONLY a RENAME COLUMN x TO y;
         ALTER TABLE a RENAME x TO y;
         ALTER TABLE a ADD CONSTRAINT k FOREIGN KEY (x) REFERENCES b (id) ON UPDATE CASCADE NOT VALID;
         ALTER TABLE a ADD FOREIGN KEY (x, y) REFERENCES c, DROP CONSTRAINT old_key, ALTER COLUMN y SET NOT NULL;
         ALTER TABLE a RENAME CONSTRAINT k TO l; ALTER TABLE a VALIDATE CONSTRAINT l;
         ALTER TABLE a ADD CONSTRAINT n NOT NULL x;
         ALTER TABLE a ALTER CONSTRAINT k DEFERRABLE INITIALLY DEFERRED, ADD COLUMN q int REFERENCES r (s);",
        expect![[r#"
            add a.x INT
                (x) -> b ()
            add a.y TEXT
            drop a.z
            rename a.x to y
            rename a.x to y
            add key to a: k (x) -> b (id)
            add key to a: (x, y) -> c ()
            drop constraint old_key of a
            rename constraint k of a to l
            add a.q INT
                (q) -> r (s)
        "#]],
    );
    check(
        Dialect::Mysql,
        "CREATE TABLE `a` (`id` int NOT NULL AUTO_INCREMENT, `b_id` int, KEY `b` (`b_id`),
            CONSTRAINT `fk` FOREIGN KEY (`b_id`) REFERENCES `b` (`id`)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
         ALTER TABLE a DROP FOREIGN KEY fk, CHANGE COLUMN b_id c_id int, DROP KEY b;
         RENAME TABLE a TO b, c TO d;",
        expect![[r#"
            create a (id INT, b_id INT)
                fk (b_id) -> b (id)
            drop constraint fk of a
            rename a.b_id to c_id
            rename a to b
            rename c to d
        "#]],
    );
}

#[test]
fn what_the_parser_refuses_is_read_piece_by_piece() {
    check(
        Dialect::Postgres,
        "CREATE TABLE IF NOT EXISTS a (id INT8 PRIMARY KEY, x INT STORED %%, b_id INT %% REFERENCES b (id), CONSTRAINT n NOT NULL id,
            CONSTRAINT k FOREIGN KEY (x) REFERENCES c (y) %%, FAMILY f (id, x), INDEX i (x) STORING (b_id));
         ALTER TABLE a DROP IF EXISTS COLUMN x, ADD CONSTRAINT IF NOT EXISTS k FOREIGN KEY (y) REFERENCES d;
         CREATE OR REPLACE VIEW v AS SELECT %% FROM a JOIN b USING (id);",
        expect![[r#"
            ?
            create a if-not-exists (id INT8, x INT, b_id INT)
                (b_id) -> b (id)
                k (x) -> c (y)
            drop a.x
            add key to a: k (y) -> d ()
            ?
            view v reads a, b
        "#]],
    );
}

#[test]
fn views() {
    check(
        Dialect::Postgres,
        "CREATE OR REPLACE VIEW v AS WITH x AS (SELECT * FROM a) SELECT * FROM x JOIN b USING (id) WHERE y IN (SELECT 1 FROM c);
         CREATE MATERIALIZED VIEW IF NOT EXISTS m AS SELECT * FROM v WITH NO DATA;
         DROP VIEW IF EXISTS v, w; DROP MATERIALIZED VIEW m; ALTER VIEW v RENAME TO w;",
        expect![[r#"
            view v reads a, b, c
            view m reads v
            drop view v
            drop view w
            drop view m
            rename v to w
        "#]],
    );
}

#[test]
fn triggers_and_functions() {
    check(
        Dialect::Postgres,
        "CREATE TRIGGER t BEFORE INSERT OR UPDATE OF x, y ON public.a FOR EACH ROW WHEN (NEW.x > 1) EXECUTE PROCEDURE f('b');
         CREATE CONSTRAINT TRIGGER c AFTER DELETE ON a DEFERRABLE FOR EACH ROW EXECUTE FUNCTION s.g();
         CREATE TRIGGER r AFTER UPDATE ON a REFERENCING OLD TABLE AS o NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION h();
         CREATE OR REPLACE FUNCTION f(x int DEFAULT 1, y text) RETURNS trigger LANGUAGE plpgsql COST 10 AS
            'BEGIN INSERT INTO log SELECT * FROM g(''x''); RETURN NULL; END';
         CREATE PROCEDURE p() LANGUAGE SQL BEGIN ATOMIC DELETE FROM a; END;
         CREATE FUNCTION one() RETURNS int RETURN (SELECT max(id) FROM a);
         CALL make_triggers('a', $$ BEGIN DELETE FROM b; END $$);
         CALL run('x', $$ no body; $$);
         DROP TRIGGER IF EXISTS t ON a CASCADE; DROP FUNCTION f(int, text), g; DROP PROCEDURE IF EXISTS p();
         DROP SCHEMA s CASCADE;",
        expect![[r#"
            trigger t on a calls f []
            trigger c on a calls s.g []
            trigger r on a calls h rows o, n []
            function f [write log] calls [g]
            function p [write a] calls []
            function one [read a] calls [max]
            trigger make_triggers(a) on a [write b]
            drop trigger t on a
            drop function f
            drop function g
            drop function p
            drop schema s
        "#]],
    );
    check(
        Dialect::Sqlite,
        "CREATE TEMP TRIGGER IF NOT EXISTS t AFTER DELETE ON a WHEN old.x IN (SELECT x FROM b) BEGIN
            UPDATE c SET n = n - 1 WHERE id = old.id; INSERT INTO d SELECT * FROM e; END;
         DROP TRIGGER t;
         CREATE VIRTUAL TABLE f USING fts5(title, body);",
        expect![[r#"
            trigger t on a [read b, write c, write d, read e]
            drop trigger t on ?
            create f (title , body )
        "#]],
    );
}
