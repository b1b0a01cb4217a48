//! Which tables a query uses, and how.

use super::*;

#[test]
fn reads() {
    check_queries(
        Dialect::Postgres,
        &[
            ("SELECT 1", ""),
            ("SELECT * FROM users", "read users"),
            ("select u.id from Users u", "read users"),
            (r#"SELECT * FROM "Users""#, "read Users"),
            ("SELECT * FROM public.users", "read users"),
            ("SELECT * FROM audit.log", "read audit.log"),
            ("TABLE users", "read users"),
            (
                "SELECT (SELECT count(*) FROM posts p WHERE p.author = u.id) FROM users u",
                "read posts, read users",
            ),
            ("SELECT 1 WHERE EXISTS (SELECT 1 FROM bans)", "read bans"),
            ("SELECT x FROM a WHERE id IN (SELECT id FROM b)", "read a, read b"),
            ("SELECT x FROM a WHERE id = ANY(ARRAY(SELECT id FROM b))", "read a, read b"),
            ("SELECT CASE WHEN a.x > (SELECT max(y) FROM b) THEN 1 ELSE 2 END FROM a", "read a, read b"),
            ("SELECT extract(epoch FROM created_at), substring(x FROM 2) FROM t", "read t"),
            ("SELECT a IS DISTINCT FROM b FROM t", "read t"),
            ("SELECT * FROM a UNION SELECT * FROM b EXCEPT SELECT * FROM c", "read a, read b, read c"),
            ("SELECT * FROM t ORDER BY (SELECT rank FROM ranks LIMIT 1)", "read ranks, read t"),
            ("SELECT * FROM t FOR UPDATE SKIP LOCKED", "read t"),
            (
                "SELECT count(*) FILTER (WHERE x IN (SELECT y FROM b)) OVER (PARTITION BY z) FROM a",
                "read a, read b",
            ),
            ("SELECT * FROM information_schema.tables", "read information_schema.tables"),
            ("SELECT relname FROM pg_class", "read pg_class"),
            ("VALUES (1), (2)", ""),
            ("EXPLAIN ANALYZE SELECT * FROM a", "read a"),
            ("PREPARE p AS SELECT * FROM a WHERE x = $1", "read a"),
            ("LOCK TABLE a IN EXCLUSIVE MODE", "read a"),
            ("COPY a (x, y) TO STDOUT", "read a"),
            ("COPY (SELECT * FROM a) TO STDOUT", "read a"),
        ],
    );
}

#[test]
fn writes() {
    check_queries(
        Dialect::Postgres,
        &[
            ("INSERT INTO a (x) VALUES (1)", "write a"),
            ("INSERT INTO a DEFAULT VALUES", "write a"),
            ("INSERT INTO a SELECT * FROM b", "write a, read b"),
            ("INSERT INTO a (x) VALUES ((SELECT max(x) FROM b))", "write a, read b"),
            (
                "INSERT INTO a (x) VALUES (1) ON CONFLICT (x) DO UPDATE SET x = EXCLUDED.x, y = (SELECT 1 FROM b)",
                "write a, read b",
            ),
            (
                "INSERT INTO a AS t (x) VALUES (1) ON CONFLICT DO NOTHING RETURNING (SELECT n FROM b)",
                "write a, read b",
            ),
            ("UPDATE a SET x = 1", "write a"),
            ("UPDATE ONLY a AS t SET x = 1 WHERE t.id IN (SELECT id FROM b)", "write a, read b"),
            ("DELETE FROM a WHERE x = 1", "write a"),
            ("DELETE FROM a WHERE id NOT IN (SELECT id FROM a)", "read a, write a"),
            ("TRUNCATE a, b RESTART IDENTITY CASCADE", "write a, write b"),
            ("COPY a FROM STDIN", "write a"),
            ("UPSERT INTO a VALUES (1)", "write a"),
            ("REFRESH MATERIALIZED VIEW CONCURRENTLY recent", "write recent"),
        ],
    );
    check_queries(
        Dialect::Sqlite,
        &[
            ("INSERT OR REPLACE INTO a VALUES (?1)", "write a"),
            ("INSERT OR IGNORE INTO a SELECT * FROM b", "write a, read b"),
            ("REPLACE INTO a VALUES (?)", "write a"),
            ("UPDATE OR IGNORE a SET x = ?", "write a"),
            ("SELECT * FROM `a` WHERE [b] = ?", "read a"),
        ],
    );
    check_queries(
        Dialect::Mysql,
        &[
            ("REPLACE INTO a VALUES (?)", "write a"),
            ("INSERT IGNORE INTO a VALUES (?)", "write a"),
            ("INSERT INTO a SET x = 1", "write a"),
            ("INSERT INTO a (x) VALUES (1) ON DUPLICATE KEY UPDATE x = (SELECT y FROM b)", "write a, read b"),
        ],
    );
}

#[test]
fn joins() {
    check_queries(
        Dialect::Postgres,
        &[
            ("SELECT * FROM a JOIN b ON a.x = b.x", "join a, read a, join b, read b"),
            ("SELECT * FROM a, b", "join a, read a, join b, read b"),
            ("SELECT * FROM a x JOIN a y ON x.id = y.parent", "read a"),
            (
                "SELECT * FROM a LEFT JOIN b USING (id) CROSS JOIN LATERAL (SELECT * FROM c WHERE c.a = a.id) l",
                "join a, read a, join b, read b, join c, read c",
            ),
            ("SELECT * FROM (a JOIN b ON true) x", "join a, read a, join b, read b"),
            ("SELECT * FROM a JOIN (SELECT * FROM b) d ON d.x = a.x", "join a, read a, join b, read b"),
            ("SELECT * FROM (SELECT * FROM a UNION SELECT * FROM b) d", "read a, read b"),
            (
                "SELECT * FROM a JOIN b ON a.x = (SELECT max(x) FROM c)",
                "join a, read a, join b, read b, read c",
            ),
            ("SELECT * FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.a = a.id)", "read a, read b"),
            ("SELECT * FROM a, unnest(a.tags) t", "read a"),
            ("SELECT * FROM a, generate_series(1, 10) g JOIN json_each(a.x) ON true", "read a"),
            ("SELECT * FROM ROWS FROM (unnest($1::int[])) AS t(x) JOIN a ON a.x = t.x", "? read a"),
            ("SELECT * FROM unnest($1::int[]) AS t(x) JOIN a ON a.x = t.x", "read a"),
            ("UPDATE a SET x = b.x FROM b WHERE a.id = b.id", "join a, write a, join b, read b"),
            ("UPDATE a SET x = n.x FROM (VALUES (1)) n (x)", "write a"),
            (
                "UPDATE a SET x = 1 FROM b JOIN c ON b.id = c.id",
                "join a, write a, join b, read b, join c, read c",
            ),
            ("DELETE FROM a USING b AS c WHERE a.id = c.id", "join a, write a, join b, read b"),
            (
                "MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN UPDATE SET x = b.x WHEN NOT MATCHED THEN INSERT (x) VALUES (b.x)",
                "join a, write a, join b, read b",
            ),
            ("INSERT INTO a SELECT * FROM b JOIN c USING (id)", "write a, join b, read b, join c, read c"),
        ],
    );
    check_queries(
        Dialect::Mysql,
        &[
            ("UPDATE a JOIN b ON a.id = b.id SET a.x = b.x", "join a, write a, join b, read b"),
            ("UPDATE a AS s JOIN b AS t ON s.id = t.id SET t.x = 1", "join a, read a, join b, write b"),
            ("UPDATE a, b SET x = 1", "? join a, write a, join b, read b"),
            ("DELETE a FROM a JOIN b ON a.id = b.id", "join a, write a, join b, read b"),
            ("DELETE s FROM a AS s JOIN b ON s.id = b.id", "join a, write a, join b, read b"),
            ("DELETE s, t FROM a s JOIN b t ON s.id = t.id", "join a, write a, join b, write b"),
        ],
    );
}

#[test]
fn names_of_with_are_no_tables() {
    check_queries(
        Dialect::Postgres,
        &[
            ("WITH x AS (SELECT * FROM a) SELECT * FROM x", "read a"),
            (
                "WITH x AS (SELECT * FROM a) SELECT * FROM x JOIN b USING (id)",
                "join a, read a, join b, read b",
            ),
            ("WITH x AS (SELECT * FROM x) SELECT * FROM x", "read x"),
            ("WITH x AS (SELECT 1), y AS (SELECT * FROM x) SELECT * FROM y, c", "read c"),
            (
                "WITH RECURSIVE t AS (SELECT * FROM a UNION ALL SELECT a.* FROM a JOIN t ON a.p = t.id) SELECT * FROM t",
                "read a",
            ),
            ("WITH x AS (SELECT 1) SELECT * FROM (WITH y AS (SELECT 2) SELECT * FROM y) s, y", "read y"),
            ("WITH x AS (SELECT 1) SELECT * FROM other.x", "read other.x"),
            ("WITH \"X\" AS (SELECT 1) SELECT * FROM x", "read x"),
            (
                "WITH moved AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM moved",
                "write a, write b",
            ),
            (
                "WITH x AS (SELECT id FROM a) UPDATE b SET y = 1 FROM x WHERE b.id = x.id",
                "join a, read a, join b, write b",
            ),
            (
                "WITH x AS MATERIALIZED (SELECT id FROM a) DELETE FROM b WHERE id IN (SELECT id FROM x)",
                "read a, write b",
            ),
        ],
    );
}

#[test]
fn places_are_those_of_the_names() {
    let sql = "SELECT *\n  FROM \"Users\" u\n  JOIN ätsch.b ON (SELECT 1 FROM c)";
    let statements = parse_query(sql, Dialect::Postgres).unwrap();
    let places: Vec<String> =
        statements[0].uses.iter().map(|u| format!("{} {}:{}", u.table, u.line, u.column)).collect();
    assert_eq!(places, ["Users 2:8", "Users 2:8", "ätsch.b 3:8", "ätsch.b 3:8", "c 3:34"]);
}
