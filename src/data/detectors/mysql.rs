//! mysql: methods that take SQL (the documentation of `mysql_async::prelude::Queryable`).

use super::takes_sql::TakesSql;
use super::{Detector, NOTHING};

const LIBRARY: TakesSql = TakesSql {
    via: "mysql",
    crates: &["mysql", "mysql_async", "mysql_common"],
    methods: &["query", "query_drop", "query_first", "query_fold", "query_iter", "query_map", "query_stream", "exec", "exec_batch", "exec_drop", "exec_first", "exec_fold", "exec_iter", "exec_map", "exec_stream", "prep"],
};

pub(super) const DETECTOR: Detector =
    Detector { method: |evaluator, method| LIBRARY.method(evaluator, method), ..NOTHING };
