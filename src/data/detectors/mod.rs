//! What each library's calls, methods and macros do to tables and other resources: one file each, registered here.

mod receiver;
mod takes_sql;

use super::eval::value::Value;
use super::eval::{Call, Evaluator, Method};
use crate::extract::facts::{CallIx, RefIx};

/// What one library does. Each function says the value of an expression, or nothing if the library has no part in it.
pub(super) struct Detector {
    /// A path that stands for a value.
    pub path: fn(&mut Evaluator<'_>, RefIx) -> Option<Value>,
    /// A call of a path.
    pub call: for<'a> fn(&mut Evaluator<'a>, &Call<'a>) -> Option<Value>,
    /// A call of a method.
    pub method: fn(&mut Evaluator<'_>, &Method<'_>) -> Option<Value>,
    /// A macro with the values of its arguments.
    pub macro_call: fn(&mut Evaluator<'_>, CallIx, &[Value]) -> Option<Value>,
    /// What a unit says beside its expressions, once those have been looked at.
    pub end: fn(&mut Evaluator<'_>),
}

/// A detector that has no part in anything, to start from.
const NOTHING: Detector = Detector {
    path: |_, _| None,
    call: |_, _| None,
    method: |_, _| None,
    macro_call: |_, _, _| None,
    end: |_| (),
};

/// The library whose statements are built by methods that change them.
pub(super) const BUILDER: &str = "sea-query";

/// Declares the files of the detectors, and the table of them.
macro_rules! detectors {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*
        /// All detectors. Those of what is no table come first, and leave the value to others. Of the rest the more
        /// particular ones come first: those at the end know methods by names that others share.
        pub(super) const DETECTORS: &[Detector] = &[$($name::DETECTOR),*];
    };
}

detectors! {
    env, redis, topics, buckets, diesel, sea_orm, sea_query, sea_migration, mongodb, sqlx, rusqlite, postgres, mysql,
}
