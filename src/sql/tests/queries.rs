//! Strings of code: holes, placeholders, fragments.

use super::*;

#[test]
fn placeholders_of_any_library() {
    check_queries(
        Dialect::Postgres,
        &[
            ("SELECT * FROM a WHERE x = ? AND y > ?", "read a"),
            ("SELECT * FROM a WHERE x = :name AND y = @p1 AND z = $1", "read a"),
            ("SELECT * FROM a WHERE x ? 'key'", "read a"),
            ("INSERT INTO a VALUES (?, ?, ?)", "write a"),
            ("SELECT * FROM a LIMIT ? OFFSET ?", "read a"),
            ("UPDATE a SET x = ?1 WHERE id = ?2", "write a"),
        ],
    );
}

#[test]
fn holes() {
    check_queries(
        Dialect::Postgres,
        &[
            ("SELECT {} FROM a WHERE {} = {}", "read a"),
            ("SELECT * FROM {}", "+ hole"),
            ("SELECT * FROM {} JOIN b ON true", "read b + hole"),
            ("SELECT * FROM a_{} x", "+ hole"),
            ("SELECT * FROM {}.a", "+ hole"),
            ("SELECT * FROM \"{}\"", "+ hole"),
            ("DELETE FROM {} WHERE id = $1", "+ hole"),
            ("INSERT INTO {} (x) VALUES (1)", "+ hole"),
            ("UPDATE {} SET x = 1", "+ hole"),
            ("CREATE TABLE {} (id int)", "+ hole"),
            ("DROP TABLE {}", "+ hole"),
            ("SELECT * FROM (SELECT * FROM a) x WHERE x.name = '{}'", "read a"),
            ("SELECT * FROM a ORDER BY {} {}", "read a"),
            ("SELECT * FROM a ORDER BY x {} {}", "read a"),
            ("SELECT * FROM a LIMIT {}", "read a"),
            ("SELECT * FROM a WHERE x {} $1", "read a"),
            ("SELECT * FROM a WHERE x = 1 {}", "read a"),
            ("SELECT * FROM a {} WHERE x = 1 {} ORDER BY y", "read a"),
            ("SELECT * FROM a WHERE x IN ({})", "read a"),
            ("INSERT INTO a (x, y) VALUES {}", "write a"),
            ("INSERT INTO a ({}) VALUES ({})", "write a"),
            ("UPDATE a SET {} WHERE id = 1", "write a"),
            ("UPDATE a SET x = 1, {} WHERE id = 1", "write a"),
            ("UPDATE a {} WHERE id = 1", "write a"),
            ("UPDATE a AS t {} FROM b WHERE t.id = b.id", "join a, write a, join b, read b"),
            ("{} SELECT * FROM a", "read a"),
            ("{}SELECT * FROM a WHERE{}", "read a"),
            ("WITH {} SELECT * FROM a", "read a"),
            ("WITH x AS ({}) SELECT * FROM x JOIN b USING (id)", "read b + hole"),
            ("SELECT * FROM a WHERE EXISTS ({})", "read a + hole"),
            ("SELECT * FROM a UNION ALL {}", "read a + hole"),
            ("SELECT * FROM ({}) x", "+ hole"),
            ("CREATE VIEW v AS {}", "ddl v + hole"),
            ("EXPLAIN {}", "+ hole"),
            ("INSERT INTO a (x) VALUES (1) ON CONFLICT {}", "write a"),
            ("SELECT * FROM a JOIN {} ON a.id = {}.id", "read a + hole"),
            ("ALTER TABLE a ADD COLUMN {} int", "ddl a"),
            ("SELECT * FROM a AS OF SYSTEM TIME {}", "? read a"),
            ("{}", "no SQL"),
            ("{} {}", "no SQL"),
        ],
    );
}

#[test]
fn fragments() {
    check_queries(
        Dialect::Postgres,
        &[
            ("INSERT INTO a (x, y) ", "write a"),
            ("INSERT INTO a (x, y) VALUES ", "write a"),
            ("INSERT INTO a (x, y) VALUES (", "write a"),
            ("SELECT * FROM a WHERE x = ", "read a"),
            ("SELECT * FROM a WHERE x IN (", "read a"),
            ("SELECT * FROM a WHERE ", "read a"),
            ("SELECT * FROM a WHERE 1 = 1 AND ", "read a"),
            ("UPDATE a SET ", "write a"),
            ("SELECT * FROM (SELECT * FROM a WHERE x = ", "read a"),
            (" LEFT JOIN b ON b.id = a.id", "? read b"),
            (" FROM a JOIN b USING (id)", "? join a, read a, join b, read b"),
            (" WHERE id IN (SELECT a_id FROM b)", "? read b"),
            (" AND x = ", "?"),
            (", y = ", "?"),
            (" ORDER BY x", "?"),
            (" UNION SELECT * FROM c", "? read c"),
        ],
    );
}

#[test]
fn what_is_no_sql() {
    check_queries(
        Dialect::Postgres,
        &[
            ("", "no SQL"),
            ("  \n", "no SQL"),
            ("hello world", "no SQL"),
            ("users", "no SQL"),
            ("users.id = 3", "no SQL"),
            ("-- nothing", "no SQL"),
            ("postgres://localhost/db", "no SQL"),
        ],
    );
}

#[test]
fn what_the_parser_refuses_is_read_token_by_token() {
    check_queries(
        Dialect::Postgres,
        &[
            ("SELECT DISTINCTLY FROM a %% JOIN b %% ON WHERE x", "? join a, read a, join b, read b"),
            ("INSERT OR UPDATE INTO a (x) VALUES (1) THEN WHAT", "? write a"),
            ("UPDATE a SET SET x = 1 FROM b", "? join a, write a, join b, read b"),
            ("DELETE FROM a USING b WHERE %%", "? join a, write a, join b, read b"),
            ("WITH x AS (SELECT 1 FROM q) SELECT %% FROM x, r", "? read q, read r"),
            ("SELECT %% FROM a WHERE extract(day FROM b) AND x IS DISTINCT FROM c", "? read a"),
            ("SELECT %% FROM f(x), (SELECT 1 FROM a) s JOIN b ON 1", "? join a, read a, join b, read b"),
            ("SELECT %% FROM t, t.tags", "? read t"),
            ("SELECT %% FROM a UNION SELECT 1 FROM b", "? read a, read b"),
            ("SELECT %% FROM a FOR UPDATE OF a", "? read a"),
            ("INSERT INTO a %% ON CONFLICT (x) DO UPDATE SET y = 1", "? write a"),
        ],
    );
}

#[test]
fn several_statements() {
    check_queries(
        Dialect::Postgres,
        &[
            ("BEGIN; UPDATE a SET x = 1; DELETE FROM b; COMMIT;", " | write a | write b | "),
            ("DELETE FROM a; SELECT %% FROM b", "? write a | ? read b"),
        ],
    );
}

#[test]
fn statements_that_touch_no_table() {
    check_queries(
        Dialect::Postgres,
        &[
            ("COMMENT ON TABLE a IS 'from b'", ""),
            ("VACUUM ANALYZE a", ""),
            ("REINDEX TABLE a", ""),
            ("PRAGMA foreign_keys = ON", ""),
            ("PRAGMA journal_mode = WAL", ""),
            ("ALTER SEQUENCE a_id_seq OWNED BY a.id", ""),
            ("CREATE STATISTICS s ON x, y FROM a", ""),
            ("DROP STATISTICS s", ""),
            ("DROP INDEX CONCURRENTLY IF EXISTS a_idx", ""),
            ("CREATE TYPE IF NOT EXISTS kind AS ENUM ('a', 'b')", ""),
            ("CREATE EXTENSION IF NOT EXISTS pgcrypto", ""),
            ("GRANT SELECT ON a TO someone", ""),
            ("SET search_path = x", ""),
            ("SET LOCAL lock_timeout = '1s'", ""),
            ("NOTIFY jobs", ""),
            ("SHOW TABLES", ""),
            ("SAVEPOINT s", ""),
            ("DISCARD ALL", ""),
        ],
    );
}
