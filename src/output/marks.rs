//! What a check says of the edges between modules, for graphs of them.

use crate::config::policy::{ModuleId, Severity};
use crate::rules::{self, Context, Finding};
use std::collections::{BTreeMap, BTreeSet};

/// A module that uses another one, and that other one, by name.
pub type Pair = (String, String);

/// The rules that are broken between two modules, each with how bad that is.
pub type Violations = BTreeMap<String, Severity>;

/// What is known of edges besides the references behind them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Where open findings are.
    pub violations: BTreeMap<Pair, Violations>,
    /// Which tables and other resources of a module another one touches.
    pub data: BTreeMap<Pair, BTreeSet<String>>,
}

impl Marks {
    /// Sums up a check. With `only`, what the packages of those indices touch; the schema is part of no package.
    pub fn new<'f>(
        context: &Context,
        open: impl IntoIterator<Item = &'f Finding>,
        only: Option<&[usize]>,
    ) -> Marks {
        let mut marks = Marks::default();
        let name = |module: ModuleId| context.name(module).to_owned();
        for finding in open {
            for (from, to) in rules::pairs(context, finding) {
                let violations = marks.violations.entry((name(from), name(to))).or_default();
                let worst = violations.entry(finding.rule.clone()).or_insert(finding.severity);
                *worst = finding.severity.max(*worst);
            }
        }
        let inside = |node| only.is_some_and(|only| only.contains(&context.model().node(node).package_index));
        for crossing in rules::data_crossings(context) {
            if only.is_none() || crossing.by.is_some_and(inside) {
                let pair = (name(crossing.from), name(crossing.to));
                marks.data.entry(pair).or_default().insert(crossing.resource);
            }
        }
        marks
    }
}
