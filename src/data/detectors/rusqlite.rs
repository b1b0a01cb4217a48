//! rusqlite: methods that take SQL (the documentation of `rusqlite::Connection`).

use super::takes_sql::TakesSql;
use super::{Detector, NOTHING};

const LIBRARY: TakesSql = TakesSql {
    via: "rusqlite",
    crates: &["rusqlite", "tokio_rusqlite", "async_sqlite", "libsql"],
    methods: &["execute", "execute_batch", "query_row", "query_map", "query_row_and_then", "query_and_then", "prepare", "prepare_cached", "query_one", "query"],
};

pub(super) const DETECTOR: Detector =
    Detector { method: |evaluator, method| LIBRARY.method(evaluator, method), ..NOTHING };
