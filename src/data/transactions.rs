//! Transactions: which accesses succeed or fail together, followed through the calls that hand the connection on.

use super::assemble::{Raw, function, place};
use super::eval::value::Value;
use super::eval::{Handed, Outcome};
use super::model::{AccessId, CallStep, Transaction, TransactionAccess};
use crate::graph::Graph;
use crate::graph::flow::{Definition, UnitId};
use crate::sql::Access;
use rustc_hash::{FxHashMap, FxHashSet};

/// Longest chain of calls that is followed.
const MAX_DEPTH: usize = 8;

/// Accesses by the mention they come from.
type ByMention = FxHashMap<(UnitId, u32), AccessId>;

/// All transactions that touch something, sorted by place.
pub(super) fn all(graph: &Graph, outcomes: &[Outcome], raw: &[Raw]) -> Vec<Transaction> {
    let mut by_mention = ByMention::default();
    for (raw, id) in raw.iter().zip(0..) {
        // A join says nothing that the read or the write beside it does not.
        if let Some(source) = raw.source
            && raw.access.access != Access::Join
        {
            by_mention.entry(source).or_insert(AccessId(id));
        }
    }
    let follow = Follow { graph, outcomes, by_mention };
    let mut out = Vec::new();
    for (index, outcome) in outcomes.iter().enumerate() {
        for number in 0..outcome.begins.len() {
            out.extend(follow.transaction(UnitId(index as u32), number));
        }
    }
    out.sort_by(|a, b| a.place.cmp(&b.place));
    out.dedup_by(|later, first| later.place == first.place);
    out
}

struct Follow<'a> {
    graph: &'a Graph,
    outcomes: &'a [Outcome],
    by_mention: ByMention,
}

impl Follow<'_> {
    fn transaction(&self, id: UnitId, number: usize) -> Option<Transaction> {
        let unit = self.graph.unit(id);
        let begin = &self.outcomes[id.0 as usize].begins[number];
        let on = Value::Transaction(number);
        let mut accesses = Vec::new();
        self.collect(id, &on, None, &mut Vec::new(), &mut FxHashSet::default(), &mut accesses);
        if accesses.is_empty() {
            return None;
        }
        accesses.sort_by_key(|a| (a.access, a.chain.len()));
        accesses.dedup_by(|later, first| later.access == first.access);
        Some(Transaction {
            place: place(&unit, begin.site.pos),
            node: unit.node(begin.site.scope),
            function: function(&unit, begin.body),
            test: unit.is_test(begin.site.scope, begin.site.test),
            accesses,
        })
    }

    /// What runs on a connection, in a unit as a whole for a transaction, in one body for a parameter.
    fn collect(
        &self,
        id: UnitId,
        on: &Value,
        body: Option<u32>,
        chain: &mut Vec<CallStep>,
        seen: &mut FxHashSet<(Definition, usize)>,
        out: &mut Vec<TransactionAccess>,
    ) {
        let outcome = &self.outcomes[id.0 as usize];
        let in_body = |other: Option<u32>| body.is_none() || other == body;
        for (index, mention) in (0..).zip(&outcome.mentions.list) {
            if mention.on == *on
                && in_body(mention.body)
                && let Some(access) = self.by_mention.get(&(id, index))
            {
                out.push(TransactionAccess { access: *access, chain: chain.clone() });
            }
        }
        for handed in outcome.handed.iter().filter(|handed| in_body(handed.body)) {
            for input in (0..handed.args.len()).filter(|input| handed.args[*input] == *on) {
                self.step(id, handed, input, chain, seen, out);
            }
        }
    }

    /// Goes into a function that is handed the connection.
    fn step(
        &self,
        id: UnitId,
        handed: &Handed,
        input: usize,
        chain: &mut Vec<CallStep>,
        seen: &mut FxHashSet<(Definition, usize)>,
        out: &mut Vec<TransactionAccess>,
    ) {
        if chain.len() >= MAX_DEPTH || !seen.insert((handed.callee, input)) {
            return;
        }
        let Some((unit, body)) = self.graph.body_of(handed.callee) else { return };
        let Some(node) = self.graph.node_of_definition(handed.callee) else { return };
        chain.push(CallStep {
            function: self.graph.definition_name(handed.callee).into(),
            place: place(&self.graph.unit(id), handed.site.pos),
            node,
        });
        self.collect(unit, &Value::Input(input), Some(body), chain, seen, out);
        chain.pop();
    }
}
