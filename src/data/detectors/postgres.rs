//! postgres: methods that take SQL (the documentation of `tokio_postgres::Client`).

use super::takes_sql::TakesSql;
use super::{Detector, NOTHING};

const LIBRARY: TakesSql = TakesSql {
    via: "postgres",
    crates: &["postgres", "tokio_postgres", "deadpool_postgres", "bb8_postgres", "r2d2_postgres"],
    methods: &["batch_execute", "execute", "execute_raw", "execute_typed", "prepare", "prepare_cached", "prepare_typed", "prepare_typed_cached", "query", "query_one", "query_opt", "query_raw", "query_typed", "query_typed_raw", "simple_query", "simple_query_raw", "copy_in", "copy_out"],
};

pub(super) const DETECTOR: Detector =
    Detector { method: |evaluator, method| LIBRARY.method(evaluator, method), ..NOTHING };
