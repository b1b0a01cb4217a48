//! mysql: methods that take SQL (the documentation of `mysql_async::prelude::Queryable`), and strings that run themselves
//! (`Query`, `WithParams` and `BatchQuery` there).

use super::takes_sql::{TakesSql, is_sql};
use super::{Detector, NOTHING};
use crate::data::eval::value::Value;
use crate::data::eval::{Evaluator, Method};

const LIBRARY: TakesSql = TakesSql {
    via: "mysql",
    crates: &["mysql", "mysql_async", "mysql_common"],
    methods: &["query", "query_drop", "query_first", "query_fold", "query_iter", "query_map", "query_stream", "exec", "exec_batch", "exec_drop", "exec_first", "exec_fold", "exec_iter", "exec_map", "exec_stream", "prep"],
};

pub(super) const DETECTOR: Detector = Detector { method, ..NOTHING };

/// Methods of a string that is a statement.
const OF_STRINGS: &[&str] = &["with", "run", "ignore", "fetch", "first", "fold", "stream", "batch", "iter", "map"];

fn method(evaluator: &mut Evaluator<'_>, method: &Method<'_>) -> Option<Value> {
    let runs_itself = OF_STRINGS.contains(&method.name)
        && matches!(method.on, Value::Text(_))
        && evaluator.uses(LIBRARY.crates)
        && is_sql(&method.on);
    if !runs_itself {
        return LIBRARY.method(evaluator, method);
    }
    let value = evaluator.sink(&method.on, method.site, LIBRARY.via);
    // With `with` it only goes on to be run.
    evaluator.run_by(value.relation()?, method);
    Some(value)
}
