//! Replays of small migrations: files as data, the schema as text.

use super::*;
use crate::data::model::RoutineKind;
use crate::source::MemoryTree;
use expect_test::{Expect, expect};
use globset::{Glob, GlobSetBuilder};
use std::fmt::Write as _;

/// What a test configures.
#[derive(Default)]
struct Config {
    migrations: &'static [&'static str],
    extra: &'static str,
    exclude: &'static str,
    dialect: Option<Dialect>,
    rust: Vec<RustTree>,
}

/// Files out of one text: `-- /path` begins one.
fn files(text: &str) -> Vec<SqlFile> {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in text.lines().map(str::trim) {
        match (line.strip_prefix("-- /"), files.last_mut()) {
            (Some(path), _) => files.push((path.to_owned(), String::new())),
            (None, Some((_, text))) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    files.into_iter().map(|(path, text)| SqlFile { path: path.into(), text: text.into() }).collect()
}

fn globs(pattern: &str) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    if !pattern.is_empty() {
        set.add(Glob::new(pattern).unwrap());
    }
    set.build().unwrap()
}

fn schema(text: &str, config: &Config) -> SchemaFacts {
    let migrations: Vec<String> = config.migrations.iter().map(|folder| (*folder).to_owned()).collect();
    replay(&Input {
        files: &files(text),
        dialect: config.dialect,
        migrations: &migrations,
        extra_sql: &globs(config.extra),
        exclude: &globs(config.exclude),
        rust_trees: &config.rust,
    })
}

fn render(facts: &SchemaFacts) -> String {
    let mut out = String::new();
    for tree in &facts.trees {
        let _ = writeln!(out, "tree {tree}");
    }
    for table in &facts.tables {
        let _ = writeln!(out, "{} ({}) at {}", table.name, table.columns.join(", "), place(&table.place));
    }
    for key in &facts.keys {
        let (from, to) = (key.from_columns.join(", "), key.to_columns.join(", "));
        let name = key.name.as_deref().unwrap_or("-");
        let _ = writeln!(out, "{name}: {} ({from}) -> {} ({to})", key.from_table, key.to_table);
    }
    for routine in &facts.routines {
        let uses: Vec<String> =
            routine.uses.iter().map(|(table, access)| format!("{access:?} {table}").to_lowercase()).collect();
        let kind = match routine.kind {
            RoutineKind::View => "view",
            RoutineKind::Trigger => "trigger",
            RoutineKind::Function => "function",
        };
        let on = routine.on.as_ref().map(|on| format!(" on {on}")).unwrap_or_default();
        let _ = writeln!(out, "{kind} {}{on}: {}", routine.name, uses.join(", "));
    }
    for file in &facts.left_out {
        let _ = writeln!(out, "left out {file}");
    }
    for problem in &facts.problems {
        let at = problem.place.as_ref().map(|p| format!(" at {}", place(p))).unwrap_or_default();
        let _ = writeln!(out, "problem: {}{at}", problem.reason);
    }
    out
}

fn place(place: &Place) -> String {
    format!("{}:{}:{}", place.file, place.line, place.column)
}

fn check(text: &str, config: &Config, expected: Expect) {
    expected.assert_eq(&render(&schema(text, config)));
}

/// The changes of one PostgreSQL tree, without where its tables come from.
fn check_changes(dialect: Dialect, statements: &str, expected: Expect) {
    let config = Config { dialect: Some(dialect), ..Config::default() };
    let facts = schema(&format!("-- /migrations/1_a.sql\n{statements}"), &config);
    let text: Vec<String> = render(&facts)
        .lines()
        .skip(1)
        .map(|line| line.split(" at ").next().unwrap_or(line).to_owned() + "\n")
        .collect();
    expected.assert_eq(&text.concat());
}

#[test]
fn versions_of_diesel_are_no_text() {
    check(
        "-- /migrations/2017-09-23-1_rename/up.sql
         ALTER TABLE a RENAME TO b;
         -- /migrations/2017-09-23-1_rename/down.sql
         ALTER TABLE b RENAME TO a;
         -- /migrations/20140924113530_first/up.sql
         CREATE TABLE a (id int);
         -- /migrations/20140924113530_first/down.sql
         DROP TABLE a;
         -- /migrations/notes.sql
         CREATE TABLE notes (id int);",
        &Config::default(),
        expect![[r#"
            tree migrations (diesel)
            b (id) at migrations/20140924113530_first/up.sql:1:14
            left out migrations/20140924113530_first/down.sql
            left out migrations/2017-09-23-1_rename/down.sql
            left out migrations/notes.sql
        "#]],
    );
}

#[test]
fn versions_of_sqlx_are_numbers() {
    check(
        "-- /db/migrations/10_drop.sql
         DROP TABLE a;
         -- /db/migrations/2_create.up.sql
         CREATE TABLE a (id int); CREATE TABLE c (id int);
         -- /db/migrations/2_create.down.sql
         DROP TABLE a;
         -- /db/migrations/11_again.up.sql
         CREATE TABLE b (id int);",
        &Config::default(),
        expect![[r#"
            tree db/migrations (sqlx)
            b (id) at db/migrations/11_again.up.sql:1:14
            c (id) at db/migrations/2_create.up.sql:1:39
            left out db/migrations/2_create.down.sql
        "#]],
    );
}

#[test]
fn refinery_and_plain_files() {
    check(
        "-- /sql/V10__b.sql
         DROP TABLE a;
         -- /sql/V2__a.sql
         CREATE TABLE a (id int); CREATE TABLE b (id int);
         -- /sql/U2__a.sql
         DROP TABLE b;
         -- /other/migrations/step10.sql
         ALTER TABLE c RENAME TO d;
         -- /other/migrations/step9.sql
         CREATE TABLE c (id int);",
        &Config::default(),
        expect![[r#"
            tree other/migrations (plain files)
            tree sql (refinery)
            b (id) at sql/V2__a.sql:1:39
            d (id) at other/migrations/step9.sql:1:14
            left out sql/U2__a.sql
        "#]],
    );
}

#[test]
fn files_that_are_no_migrations() {
    check(
        "-- /migrations/1_a.sql
         CREATE TABLE a (id int);
         -- /src/queries/find.sql
         CREATE TABLE q (id int);
         -- /tests/migrations/1_t.sql
         CREATE TABLE t (id int);
         -- /crates/x/fixtures/migrations/1_f.sql
         CREATE TABLE f (id int);
         -- /crates/x/test_migrations/1_f.sql
         CREATE TABLE g (id int);
         -- /old/migrations/1_o.sql
         CREATE TABLE o (id int);",
        &Config { exclude: "old/**", ..Config::default() },
        expect![[r#"
            tree migrations (sqlx)
            a (id) at migrations/1_a.sql:1:14
        "#]],
    );
}

#[test]
fn one_tree_for_each_backend() {
    check(
        "-- /migrations/sqlite/1_a/up.sql
         CREATE TABLE b (id INTEGER); CREATE TABLE a (id INTEGER, b_id INTEGER REFERENCES b, l INTEGER REFERENCES b);
         -- /migrations/postgres/1_a/up.sql
         CREATE TABLE b (id SERIAL); CREATE TABLE a (id SERIAL, b_id INTEGER REFERENCES b (id));
         -- /migrations/mysql/1_a/up.sql
         CREATE TABLE `a` (`id` int, `x` int, FOREIGN KEY (`b_id`) REFERENCES `b` (`id`));",
        &Config::default(),
        expect![[r#"
            tree migrations/postgres (diesel)
            tree migrations/mysql (diesel)
            tree migrations/sqlite (diesel)
            a (id, b_id, x, l) at migrations/postgres/1_a/up.sql:1:42
            b (id) at migrations/postgres/1_a/up.sql:1:14
            a_b_id_fkey: a (b_id) -> b (id)
            -: a (l) -> b ()
        "#]],
    );
}

#[test]
fn trees_of_other_databases_do_not_disturb_each_other() {
    check(
        "-- /a/migrations/1_x.sql
         CREATE TABLE shared (id int); CREATE TABLE a (id int REFERENCES shared);
         -- /b/migrations/1_x.sql
         CREATE TABLE shared (n int); DROP TABLE shared; CREATE TABLE b (id int);
         -- /b/migrations_deferred/1_x.sql
         ALTER TABLE b ADD COLUMN late int;",
        &Config::default(),
        expect![[r#"
            tree a/migrations (sqlx)
            tree b/migrations (sqlx)
            tree b/migrations_deferred (sqlx)
            a (id) at a/migrations/1_x.sql:1:44
            b (id, late) at b/migrations/1_x.sql:1:62
            shared (id) at a/migrations/1_x.sql:1:14
            a_id_fkey: a (id) -> shared ()
        "#]],
    );
}

#[test]
fn configured_folders() {
    check(
        "-- /schema/crdb/a/up01.sql
         CREATE TABLE a (id int);
         -- /schema/crdb/a/up2.sql
         ALTER TABLE a ADD COLUMN x int;
         -- /services/one/sql/1_a.sql
         CREATE TABLE b (id int);
         -- /migrations/1_a.sql
         CREATE TABLE not_configured (id int);",
        &Config { migrations: &["schema/crdb", "services/*/sql/", "gone"], ..Config::default() },
        expect![[r#"
            tree schema/crdb (diesel)
            tree services/one/sql (sqlx)
            a (id, x) at schema/crdb/a/up01.sql:1:14
            b (id) at services/one/sql/1_a.sql:1:14
            problem: no migrations found in `gone`
        "#]],
    );
}

#[test]
fn what_is_not_understood_is_said() {
    check(
        "-- /migrations/1_a.sql
         CREATE TABLE a (id int);
         CREATE TABLE b (id int) %% WHAT IS THIS;
         SELECT %% FROM a;",
        &Config::default(),
        expect![[r#"
            tree migrations (sqlx)
            a (id) at migrations/1_a.sql:1:14
            b (id) at migrations/1_a.sql:2:14
            problem: a statement that could not be read in full at migrations/1_a.sql:3:1
        "#]],
    );
}

#[test]
fn tables_come_and_go() {
    check_changes(
        Dialect::Postgres,
        "CREATE TABLE a (id int, x int); CREATE TABLE IF NOT EXISTS a (other int);
         CREATE TEMPORARY TABLE t (id int REFERENCES a); CREATE TABLE gone (id int REFERENCES a);
         CREATE TABLE c (a_id int REFERENCES a, gone_id int REFERENCES gone);
         DROP TABLE gone CASCADE; ALTER TABLE a RENAME TO b; ALTER TABLE b ADD COLUMN y int, DROP COLUMN x;
         ALTER TABLE b RENAME COLUMN y TO z; ALTER TABLE b ADD COLUMN IF NOT EXISTS z int REFERENCES c;",
        expect![[r#"
            b (id, z)
            c (a_id, gone_id)
            c_a_id_fkey: c (a_id) -> b ()
        "#]],
    );
}

#[test]
fn keys_come_and_go() {
    check_changes(
        Dialect::Postgres,
        "CREATE TABLE a (id int); CREATE TABLE b (x int REFERENCES a, y int REFERENCES a (id), z int, v int);
         ALTER TABLE b DROP CONSTRAINT b_x_fkey;
         ALTER TABLE b RENAME COLUMN y TO w;
         ALTER TABLE b ADD FOREIGN KEY (z, v) REFERENCES a (p, q);
         ALTER TABLE b ADD CONSTRAINT k FOREIGN KEY (v) REFERENCES a; ALTER TABLE b RENAME CONSTRAINT k TO l;
         ALTER TABLE b ADD FOREIGN KEY (v) REFERENCES a; ALTER TABLE b ADD FOREIGN KEY (v) REFERENCES b;
         ALTER TABLE b DROP CONSTRAINT l;",
        expect![[r#"
            a (id)
            b (x, w, z, v)
            b_y_fkey: b (w) -> a (id)
            b_z_v_fkey: b (z, v) -> a (p, q)
            b_v_fkey: b (v) -> a ()
            b_v_fkey1: b (v) -> b ()
        "#]],
    );
    check_changes(
        Dialect::Postgres,
        "CREATE TABLE a (id int); CREATE TABLE b (x int, y int, FOREIGN KEY (x, y) REFERENCES a);
         ALTER TABLE b DROP CONSTRAINT b_x_fkey;
         CREATE TABLE c (x int REFERENCES a (id), y int REFERENCES b); ALTER TABLE c DROP COLUMN x; DROP TABLE a;",
        expect![[r#"
            b (x, y)
            c (y)
            c_y_fkey: c (y) -> b ()
        "#]],
    );
    check_changes(
        Dialect::Mysql,
        "CREATE TABLE a (id int); CREATE TABLE b (x int, y int, FOREIGN KEY (x) REFERENCES a (id), FOREIGN KEY (y) REFERENCES a (id));
         ALTER TABLE b DROP FOREIGN KEY b_ibfk_1;",
        expect![[r#"
            a (id)
            b (x, y)
            b_ibfk_2: b (y) -> a (id)
        "#]],
    );
}

#[test]
fn sqlite_makes_tables_anew() {
    check_changes(
        Dialect::Sqlite,
        "CREATE TABLE a (id INTEGER); CREATE TABLE b (a_id INTEGER REFERENCES a);
         CREATE TABLE new_a (id INTEGER, x TEXT, b_id INTEGER REFERENCES b);
         INSERT INTO new_a SELECT id, '', NULL FROM a; DROP TABLE a; ALTER TABLE new_a RENAME TO a;
         ALTER TABLE b RENAME TO old_b; CREATE TABLE b (a_id INTEGER REFERENCES a, y TEXT);
         INSERT INTO b SELECT a_id, '' FROM old_b; DROP TABLE old_b;
         CREATE TABLE c (x INTEGER REFERENCES gone); CREATE TABLE gone (id INTEGER); DROP TABLE gone;",
        expect![[r#"
            a (id, x, b_id)
            b (a_id, y)
            c (x)
            -: a (b_id) -> b ()
            -: b (a_id) -> a ()
        "#]],
    );
}

#[test]
fn views_triggers_and_functions() {
    check_changes(
        Dialect::Postgres,
        "CREATE TABLE a (id int); CREATE TABLE log (id int); CREATE TABLE gone (id int);
         CREATE VIEW v AS SELECT * FROM a JOIN log USING (id); CREATE VIEW w AS SELECT * FROM v;
         CREATE VIEW x AS SELECT * FROM gone; CREATE VIEW y AS SELECT * FROM x; DROP TABLE gone CASCADE;
         CREATE FUNCTION note(n int) RETURNS void AS $$ INSERT INTO log VALUES (n); SELECT * FROM old_rows, nothing $$ LANGUAGE sql;
         CREATE FUNCTION on_change() RETURNS trigger AS $$ BEGIN PERFORM public.note(NEW.id); RETURN NEW; END $$ LANGUAGE plpgsql;
         CREATE TRIGGER t AFTER INSERT ON a REFERENCING OLD TABLE AS old_rows FOR EACH ROW EXECUTE FUNCTION on_change();
         CREATE TRIGGER dropped AFTER INSERT ON a EXECUTE FUNCTION on_change(); DROP TRIGGER dropped ON a;
         CREATE FUNCTION short() RETURNS trigger AS $$ BEGIN END $$ LANGUAGE plpgsql;
         CREATE TRIGGER s AFTER INSERT ON a EXECUTE FUNCTION short(); DROP FUNCTION short CASCADE;
         ALTER TABLE a RENAME TO b;",
        expect![[r#"
            b (id)
            log (id)
            view v: read b, read log
            view w: read v
            function note: write log
            function on_change: 
            trigger t on b: write log
        "#]],
    );
    check_changes(
        Dialect::Postgres,
        "CREATE SCHEMA r; CREATE TABLE a (id int); CREATE TABLE r.b (id int REFERENCES a);
         CREATE FUNCTION r.f() RETURNS trigger AS $$ BEGIN DELETE FROM a; END $$ LANGUAGE plpgsql;
         CREATE TRIGGER t AFTER INSERT ON a EXECUTE FUNCTION r.f(); DROP SCHEMA IF EXISTS r CASCADE;",
        expect![[r#"
            a (id)
        "#]],
    );
    check_changes(
        Dialect::Sqlite,
        "CREATE TABLE a (id INTEGER); CREATE TABLE b (id INTEGER); CREATE TABLE c (id INTEGER);
         CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET id = NEW.id; END;
         CREATE TRIGGER u AFTER INSERT ON c BEGIN DELETE FROM b; END; DROP TABLE c;",
        expect![[r#"
            a (id)
            b (id)
            trigger t on a: write b
        "#]],
    );
}

#[test]
fn extra_files_come_last() {
    check(
        "-- /db/functions/triggers.sql
         CREATE TRIGGER t AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION r.f();
         CALL r.make_triggers('b', $$ BEGIN UPDATE a SET x = 1; UPDATE thing SET x = 1; END $$);
         -- /db/functions/functions.sql
         CREATE FUNCTION r.f() RETURNS trigger AS $$ BEGIN DELETE FROM b; END $$ LANGUAGE plpgsql;
         -- /migrations/1_a.sql
         CREATE TABLE a (x int); CREATE TABLE b (x int);",
        &Config { extra: "db/functions/*.sql", ..Config::default() },
        expect![[r#"
            tree migrations (sqlx)
            a (x) at migrations/1_a.sql:1:14
            b (x) at migrations/1_a.sql:1:38
            function r.f: write b
            trigger t on a: write b
            trigger r.make_triggers(b) on b: write a
        "#]],
    );
}

#[test]
fn extra_files_that_are_not_there() {
    check(
        "-- /migrations/1_a.sql
         CREATE TABLE a (x int);",
        &Config { extra: "db/*.sql", ..Config::default() },
        expect![[r#"
            tree migrations (sqlx)
            a (x) at migrations/1_a.sql:1:14
            problem: `extra-sql` matches no file beside the migrations
        "#]],
    );
}

#[test]
fn files_are_read_from_the_tree() {
    let tree = MemoryTree {
        files: [("b.sql", "SELECT 2"), ("a/x.sql", "SELECT 1"), ("a.rs", "")]
            .map(|(path, text)| (path.to_owned(), text.into()))
            .into(),
    };
    let source = Source {
        root: "ws".into(),
        packages: Vec::new(),
        cargo_packages: Vec::new(),
        tree: std::sync::Arc::new(tree),
        build_folder: None,
    };
    let (files, problems) = read_files(&source);
    let files: Vec<(&str, &str)> = files.iter().map(|file| (&*file.path, &*file.text)).collect();
    assert_eq!(files, [("a/x.sql", "SELECT 1"), ("b.sql", "SELECT 2")]);
    assert_eq!(problems, []);
}

#[test]
fn migrations_in_rust() {
    let at = |line| Place { file: "migration/src/m1.rs".into(), line, column: 5 };
    let create = |table: &str| Change::CreateTable {
        table: table.to_owned(),
        if_not_exists: true,
        temporary: false,
        columns: vec![crate::sql::ColumnChange { name: "id".to_owned(), ty: "integer".to_owned() }],
        keys: Vec::new(),
    };
    let key = crate::sql::KeyChange {
        name: Some("fk".to_owned()),
        columns: vec!["a_id".to_owned()],
        to_table: "a".to_owned(),
        to_columns: vec!["id".to_owned()],
        line: 0,
        column: 0,
    };
    let steps = vec![
        RustStep {
            version: "m1".to_owned(),
            file: "migration/src/m1.rs".into(),
            changes: vec![(create("a"), at(1)), (create("b"), at(2))],
        },
        RustStep {
            version: "m2".to_owned(),
            file: "migration/src/m2.rs".into(),
            changes: vec![(Change::AddKey { table: "b".to_owned(), key }, at(3))],
        },
    ];
    check(
        "",
        &Config {
            rust: vec![RustTree { name: "migration".to_owned(), steps }],
            migrations: &["migration"],
            ..Config::default()
        },
        expect![[r#"
            tree migration (sea-orm)
            a (id) at migration/src/m1.rs:1:5
            b (id) at migration/src/m1.rs:2:5
            fk: b (a_id) -> a (id)
        "#]],
    );
}

#[test]
fn uses_have_the_name_that_tables_end_with() {
    let facts = schema(
        "-- /migrations/1_a.sql
         CREATE TABLE a (id int); CREATE TABLE gone (id int);
         INSERT INTO a SELECT * FROM gone; DROP TABLE gone; UPDATE pg_class SET x = 1;
         ALTER TABLE a RENAME TO b;",
        &Config::default(),
    );
    let uses: Vec<String> = facts
        .uses
        .iter()
        .map(|u| format!("{}:{} {:?} {} #{}", u.place.line, u.place.column, u.access, u.table, u.statement))
        .collect();
    assert_eq!(uses, ["1:14 Ddl b #0", "2:13 Write b #2", "2:59 Write pg_class #4", "3:13 Ddl b #5"]);
}

#[test]
fn a_workspace_without_sql_has_no_schema() {
    assert_eq!(schema("", &Config::default()), SchemaFacts::default());
    check(
        "-- /src/find.sql
         SELECT * FROM a;",
        &Config::default(),
        expect![""],
    );
}
