//! Functions, triggers and blocks.

use super::*;

/// What a body of plpgsql touches and calls.
fn body(text: &str) -> String {
    let sql = format!("CREATE FUNCTION f(x int) RETURNS trigger AS $$ {text} $$ LANGUAGE plpgsql");
    match parse_script(&sql, Dialect::Postgres).remove(0).changes.remove(0) {
        Change::CreateFunction { uses, calls, .. } if calls.is_empty() => list(&uses),
        Change::CreateFunction { uses, calls, .. } => format!("{} calls {}", list(&uses), calls.join(", ")),
        other => format!("{other:?}"),
    }
}

#[test]
fn bodies() {
    for (text, expected) in [
        ("BEGIN RETURN NEW; END;", ""),
        ("BEGIN UPDATE a SET x = NEW.x WHERE id = OLD.id; RETURN NEW; END;", "write a"),
        ("BEGIN INSERT INTO a (x) VALUES (1) ON CONFLICT (x) DO UPDATE SET x = EXCLUDED.x; END;", "write a"),
        ("DECLARE n int; BEGIN SELECT count(*) INTO n FROM a; END;", "read a calls count"),
        ("DECLARE n int; BEGIN SELECT x, y FROM a INTO n, m; END;", "read a"),
        ("DECLARE n int := (SELECT max(x) FROM a); BEGIN END;", "read a calls max"),
        ("BEGIN n := count(*) FROM a; END;", "read a calls count"),
        (
            "BEGIN FOR r IN SELECT * FROM a JOIN b USING (id) LOOP DELETE FROM c WHERE id = r.id; END LOOP; END;",
            "join a, read a, join b, read b, write c",
        ),
        (
            "BEGIN IF EXISTS (SELECT 1 FROM a) THEN DELETE FROM b; ELSE TRUNCATE c; END IF; END;",
            "read a, write b, write c",
        ),
        ("BEGIN IF (TG_OP = 'UPDATE') THEN RETURN NULL; END IF; END;", ""),
        (
            "BEGIN IF NEW.x IS DISTINCT FROM OLD.x THEN UPDATE a SET y = now(); END IF; END;",
            "write a calls now",
        ),
        ("BEGIN PERFORM g(x) FROM a WHERE id IN (SELECT id FROM b); END;", "read a, read b calls g"),
        ("BEGIN PERFORM pg_notify('DELETE FROM a', NEW.id); END;", " calls pg_notify"),
        (
            "BEGIN UPDATE a SET x = CASE WHEN y THEN 1 ELSE 2 END FROM b WHERE a.id = b.id; END;",
            "join a, write a, join b, read b",
        ),
        ("BEGIN RETURN QUERY SELECT * FROM a; END;", "read a"),
        ("BEGIN RETURN (SELECT x FROM a LIMIT 1); END;", "read a"),
        ("BEGIN EXECUTE 'DELETE FROM a WHERE id = $1' USING NEW.id; END;", "write a"),
        ("BEGIN EXECUTE format('UPDATE a SET %I = $1', col) USING 1; END;", "write a calls format"),
        ("BEGIN EXECUTE 'DELETE FROM ' || name || ' WHERE x'; END;", ""),
        (
            "BEGIN WITH x AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM x; END;",
            "write a, write b",
        ),
        ("BEGIN FOREACH x IN ARRAY xs LOOP INSERT INTO a VALUES (x); END LOOP; END;", "write a"),
        ("BEGIN GET DIAGNOSTICS n = ROW_COUNT; RAISE EXCEPTION 'delete from x' USING HINT = 'y'; END;", ""),
        ("BEGIN OPEN c FOR SELECT * FROM a; FETCH NEXT FROM c INTO r; CLOSE c; END;", "read a"),
        (
            "BEGIN UPDATE a SET day = extract(day FROM b), n = trim(both FROM c); END;",
            "write a calls extract, trim",
        ),
        (
            "BEGIN SELECT * FROM a FOR UPDATE; MERGE INTO b USING c ON b.id = c.id WHEN MATCHED THEN DELETE; END;",
            "read a, join b, write b, join c, read c",
        ),
        ("SELECT a.x FROM a, b", "join a, read a, join b, read b"),
    ] {
        assert_eq!(body(text), expected, "{text}");
    }
}

#[test]
fn the_body_of_another_language_is_not_looked_into() {
    let sql = "CREATE FUNCTION f() RETURNS int AS $$ DELETE FROM a $$ LANGUAGE plpython3u";
    let changes = parse_script(sql, Dialect::Postgres).remove(0).changes;
    assert!(matches!(&changes[0], Change::CreateFunction { uses, .. } if uses.is_empty()));
}

#[test]
fn places_inside_bodies() {
    let sql =
        "CREATE FUNCTION f() RETURNS void AS $body$ DELETE FROM a;\n DELETE FROM b; $body$ LANGUAGE sql";
    let Change::CreateFunction { uses, .. } =
        parse_script(sql, Dialect::Postgres).remove(0).changes.remove(0)
    else {
        panic!("no function");
    };
    let places: Vec<_> = uses.iter().map(|u| (u.table.as_str(), u.line, u.column)).collect();
    assert_eq!(places, [("a", 1, 56), ("b", 2, 14)]);
}

#[test]
fn a_block_runs_at_once() {
    let sql = "DO $$ BEGIN UPDATE a SET x = 1; ALTER TABLE b ADD COLUMN y int; \
        EXCEPTION WHEN OTHERS THEN CREATE TABLE c (id int); END $$;";
    let statement = parse_script(sql, Dialect::Postgres).remove(0);
    assert_eq!(uses_of(&statement), "write a, ddl b, ddl c");
    assert_eq!(statement.changes.len(), 2);
}
