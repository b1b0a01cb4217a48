//! Where statements of a file end.

use super::*;

#[track_caller]
fn check(dialect: Dialect, text: &str, expected: &[&str]) {
    let found: Vec<String> = parse_script(text, dialect)
        .iter()
        .map(|s| format!("{}:{} {}", s.line, s.column, uses_of(s)))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn one_bad_statement_does_not_lose_the_others() {
    check(
        Dialect::Postgres,
        "DELETE FROM a;\nSELECT %% FROM b;\n-- nothing; here\nDELETE FROM c",
        &["1:1 write a", "2:1 ? read b", "4:1 write c"],
    );
}

#[test]
fn strings_and_bodies_hold_semicolons() {
    check(
        Dialect::Postgres,
        "INSERT INTO a VALUES ('x; DELETE FROM b;');\n\
         CREATE FUNCTION f() RETURNS void AS $x$ BEGIN DELETE FROM a; END; $x$ LANGUAGE plpgsql;\n\
         CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END;\n\
         DELETE FROM c;",
        &["1:1 write a", "2:1 ", "3:1 ", "4:1 write c"],
    );
    check(
        Dialect::Sqlite,
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  UPDATE b SET x = 1;\n  DELETE FROM c;\nEND;\nDELETE FROM d;",
        &["1:1 ddl a", "5:1 write d"],
    );
    check(
        Dialect::Sqlite,
        "DELETE FROM a;\nCREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET x = 1; DELETE FROM c; END",
        &["1:1 write a", "2:1 ddl a"],
    );
    check(
        Dialect::Sqlite,
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET x = 1;\nDELETE FROM c;",
        &["1:1 ddl a", "2:1 write c"],
    );
}

#[test]
fn the_delimiter_of_mysql() {
    check(
        Dialect::Mysql,
        "DELETE FROM a;\nDELIMITER $$\nCREATE PROCEDURE p()\nBEGIN\n  UPDATE b SET x = 1;\nEND $$\n\
         CREATE TRIGGER t BEFORE INSERT ON c FOR EACH ROW SET NEW.x = 1 $$\nDELIMITER ;\nDELETE FROM d;",
        &["1:1 write a", "3:1 ", "7:1 ddl c", "9:1 write d"],
    );
}

#[test]
fn a_missing_semicolon() {
    check(
        Dialect::Postgres,
        "ALTER TABLE a ADD COLUMN x int\nCREATE TABLE b (id int)\nDROP TABLE c\nINSERT INTO a\nSELECT 1;",
        &["1:1 ddl a", "2:1 ddl b", "3:1 ddl c", "4:1 write a"],
    );
    check(
        Dialect::Postgres,
        "CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN END $$ LANGUAGE plpgsql\n\
         CREATE TRIGGER t AFTER\nINSERT OR UPDATE\nOR DELETE ON a EXECUTE FUNCTION f()\nDROP TABLE b",
        &["1:1 ", "2:1 ddl a", "5:1 ddl b"],
    );
    check(
        Dialect::Mysql,
        "CREATE TRIGGER t AFTER DELETE ON a FOR EACH ROW\nUPDATE b SET x = 1; DELETE FROM c",
        &["1:1 ddl a", "2:21 write c"],
    );
    check(
        Dialect::Postgres,
        "INSERT INTO a (x)\nVALUES (1)\nON CONFLICT (x) DO\nUPDATE SET x = 2;",
        &["1:1 write a"],
    );
    check(
        Dialect::Postgres,
        "SELECT %% FROM a\nUPDATE b SET x = 1\nDELETE FROM c",
        &["1:1 ? read a", "2:1 write b", "3:1 write c"],
    );
}

#[test]
fn data_between_statements() {
    check(
        Dialect::Postgres,
        "COPY a (x, y) FROM STDIN;\n1\tO'Brien\n2\tDELETE FROM b\n\\.\nDELETE FROM c;",
        &["1:1 write a", "5:1 write c"],
    );
}
