//! Whatever the text, there is an answer, and soon.

use super::*;

fn all(text: &str) {
    for dialect in [Dialect::Postgres, Dialect::Mysql, Dialect::Sqlite, Dialect::Generic] {
        parse_script(text, dialect);
        parse_query(text, dialect);
    }
    looks_like_sql(text);
}

#[test]
fn deep_nesting() {
    all(&format!("SELECT {}1{} FROM a", "(".repeat(5000), ")".repeat(5000)));
    all(&format!("SELECT * FROM {}a{}", "(".repeat(5000), ")".repeat(5000)));
    all(&format!("SELECT * FROM {}a{}", "(SELECT * FROM ".repeat(20), ")".repeat(20)));
    all(&format!("SELECT * FROM {}a{}", "(".repeat(20), ")".repeat(20)));
    all(&"(".repeat(5000));
    all(&format!("CREATE TABLE t (x {}int{})", "ARRAY<".repeat(3000), ">".repeat(3000)));
    all(&"BEGIN ".repeat(3000));
    all(&"EXPLAIN ".repeat(3000));
    all(&format!("SELECT {}x", "NOT ".repeat(3000)));
    all(&"CASE WHEN ".repeat(3000));
}

#[test]
fn long_chains() {
    let sum = format!("SELECT 1{} FROM a", " + 1".repeat(20_000));
    assert_eq!(query(&sum, Dialect::Postgres), "? read a");
    let union = vec!["SELECT 1 FROM a"; 700].join(" UNION ");
    assert_eq!(query(&union, Dialect::Postgres), "read a");
    all(&format!("SELECT * FROM a WHERE {}1 = 1", "x = 1 AND ".repeat(900)));
    all(&format!("INSERT INTO a VALUES {}(1)", "(1, 2, 3), ".repeat(2_000)));
}

#[test]
fn garbage() {
    all("");
    all(";;;;");
    all("'");
    all("SELECT 'unbalanced FROM a");
    all("SELECT \"unbalanced FROM a\nSELECT 1 FROM b");
    all("$$ $tag$ $");
    all("/* never closed");
    all("`` ` ");
    all("\u{0}\u{fffc}\u{feff}");
    all(&"\"\n".repeat(4_001));
    all(&"INSERT INTO a VALUES (1)\n".repeat(1_000));
    all(&"'; DROP TABLE \"x\n".repeat(1_000));
    all(&"!@#%^&*()_+{}|:<>?~`-=[]\\;',./\n".repeat(2_000));
}

#[test]
fn pieces_of_real_statements() {
    let text = "CREATE TRIGGER t AFTER UPDATE OF x ON a REFERENCING NEW TABLE AS n FOR EACH ROW EXECUTE FUNCTION f(); \
        ALTER TABLE a ADD CONSTRAINT k FOREIGN KEY (x, y) REFERENCES b (x, y), DROP IF EXISTS COLUMN z; \
        CREATE TABLE a (x int REFERENCES b (id), FAMILY f (x)); DROP TABLE IF EXISTS a, b CASCADE; \
        CREATE FUNCTION f(a int) RETURNS trigger AS $$ BEGIN EXECUTE format('DELETE FROM %I', x); END $$ LANGUAGE plpgsql; \
        COPY a (x) FROM STDIN; WITH x (a, b) AS MATERIALIZED (SELECT 1) DELETE FROM a USING b, LATERAL (SELECT 1) c";
    let words: Vec<&str> = text.split(' ').collect();
    for from in 0..words.len() {
        for length in [1, 2, 3, 5, 8, 13, 40] {
            let piece = words[from..(from + length).min(words.len())].join(" ");
            parse_script(&piece, Dialect::Postgres);
            parse_query(&piece.replace("x", &HOLE.to_string()), Dialect::Sqlite);
        }
    }
}
