//! Which edges are turned round so that there is no cycle, and the column of each node.

use super::Line;
use std::collections::VecDeque;

/// How often nodes are moved towards their neighbours.
const ROUNDS: usize = 8;

/// The edges to turn round so that no cycle is left: few, and light ones. (Eades, Lin and Smyth)
pub(super) fn turned(nodes: usize, lines: &[Line]) -> Vec<bool> {
    let mut rest = Rest::new(nodes, lines);
    let mut position = vec![0; nodes];
    let (mut first, mut last) = (0, nodes);
    while let Some(node) = rest.next() {
        if rest.is_sink(node) {
            last -= 1;
            position[node] = last;
        } else {
            position[node] = first;
            first += 1;
        }
        rest.take(node, lines);
    }
    lines.iter().map(|line| position[line.to] < position[line.from]).collect()
}

/// The part of a graph that has no order yet.
struct Rest {
    out: Vec<i64>,
    into: Vec<i64>,
    taken: Vec<bool>,
    at: Vec<Vec<usize>>,
}

impl Rest {
    fn new(nodes: usize, lines: &[Line]) -> Rest {
        let mut rest = Rest {
            out: vec![0; nodes],
            into: vec![0; nodes],
            taken: vec![false; nodes],
            at: vec![Vec::new(); nodes],
        };
        for (index, line) in lines.iter().enumerate() {
            rest.out[line.from] += i64::from(line.weight);
            rest.into[line.to] += i64::from(line.weight);
            rest.at[line.from].push(index);
            rest.at[line.to].push(index);
        }
        rest
    }

    fn is_sink(&self, node: usize) -> bool {
        self.out[node] == 0
    }

    /// A sink, else a source, else the node with the most weight going out against what comes in.
    fn next(&self) -> Option<usize> {
        let left = || (0..self.taken.len()).filter(|&node| !self.taken[node]);
        left()
            .find(|&node| self.out[node] == 0)
            .or_else(|| left().find(|&node| self.into[node] == 0))
            .or_else(|| left().min_by_key(|&node| (self.into[node] - self.out[node], node)))
    }

    fn take(&mut self, node: usize, lines: &[Line]) {
        self.taken[node] = true;
        for &index in &self.at[node] {
            let line = lines[index];
            self.out[line.from] -= i64::from(line.weight);
            self.into[line.to] -= i64::from(line.weight);
        }
    }
}

/// The column of each node, so that every edge leads to a later one and edges are short.
pub(super) fn ranks(nodes: usize, lines: &[Line], turned: &[bool]) -> Vec<usize> {
    let mut after = vec![Vec::new(); nodes];
    let mut before = vec![Vec::new(); nodes];
    for (line, &turned) in lines.iter().zip(turned) {
        let (from, to) = if turned { (line.to, line.from) } else { (line.from, line.to) };
        after[from].push(to);
        before[to].push(from);
    }
    let order = topological(&after, &before);
    let mut ranks = vec![0_usize; nodes];
    for &node in &order {
        ranks[node] = before[node].iter().map(|&other| ranks[other] + 1).max().unwrap_or(0);
    }
    for _ in 0..ROUNDS {
        for &node in order.iter().rev() {
            pull(node, &mut ranks, &before, &after);
        }
        for &node in &order {
            pull(node, &mut ranks, &before, &after);
        }
    }
    let first = (0..nodes).filter(|&n| !(after[n].is_empty() && before[n].is_empty()));
    let first = first.map(|node| ranks[node]).min().unwrap_or(0);
    ranks.iter().map(|rank| rank.saturating_sub(first)).collect()
}

/// Moves a node to the side where most of its edges are, as far as they allow.
fn pull(node: usize, ranks: &mut [usize], before: &[Vec<usize>], after: &[Vec<usize>]) {
    let least = before[node].iter().map(|&other| ranks[other] + 1).max();
    let most = after[node].iter().map(|&other| ranks[other].saturating_sub(1)).min();
    let (out, into) = (after[node].len(), before[node].len());
    match (least, most) {
        (Some(least), _) if into > out => ranks[node] = least,
        (_, Some(most)) if out > into => ranks[node] = most,
        _ => {}
    }
}

fn topological(after: &[Vec<usize>], before: &[Vec<usize>]) -> Vec<usize> {
    let mut waits: Vec<usize> = before.iter().map(Vec::len).collect();
    let mut ready: VecDeque<usize> = (0..waits.len()).filter(|&node| waits[node] == 0).collect();
    let mut order = Vec::with_capacity(waits.len());
    while let Some(node) = ready.pop_front() {
        order.push(node);
        for &other in &after[node] {
            waits[other] -= 1;
            if waits[other] == 0 {
                ready.push_back(other);
            }
        }
    }
    order
}
