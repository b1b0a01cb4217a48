//! How far down each vertex stands: near its neighbours, with room between those of a column, and edges straight where they
//! pass columns.

use super::net::{Link, Net};

/// How often the columns are gone through.
const ROUNDS: usize = 14;
/// The room between two nodes, and between a node and what passes it.
const ROOM: f64 = 14.0;
/// The room between two edges.
const CLOSE: f64 = 7.0;

/// Which neighbours a vertex is moved towards.
#[derive(Clone, Copy)]
enum Side {
    Before,
    After,
    Both,
}

/// The height of each vertex's middle, the topmost vertex beginning at 0.
pub(super) fn heights(net: &Net) -> Vec<f64> {
    let mut heights = vec![0.0; net.size.len()];
    for layer in &net.layers {
        let gaps = gaps(net, layer);
        let mut at = 0.0;
        for (&vertex, gap) in layer.iter().zip(gaps.iter().chain([&0.0])) {
            heights[vertex] = at;
            at += gap;
        }
    }
    for round in 0..ROUNDS {
        let (forth, back) =
            if round < ROUNDS / 2 { (Side::Before, Side::After) } else { (Side::Both, Side::Both) };
        net.layers.iter().for_each(|layer| settle(net, layer, forth, &mut heights));
        net.layers.iter().rev().for_each(|layer| settle(net, layer, back, &mut heights));
    }
    let tops = net.size.iter().zip(&heights).map(|(size, y)| y - size.height / 2.0);
    let top = tops.fold(f64::INFINITY, f64::min);
    heights.iter().map(|y| (y - top).round()).collect()
}

/// How far apart the middles of vertices have to be that stand side by side.
fn gaps(net: &Net, layer: &[usize]) -> Vec<f64> {
    let gap = |pair: &[usize]| {
        let room = if net.is_node[pair[0]] || net.is_node[pair[1]] { ROOM } else { CLOSE };
        (net.size[pair[0]].height + net.size[pair[1]].height) / 2.0 + room
    };
    layer.windows(2).map(gap).collect()
}

/// Moves the vertices of a column as near to their neighbours as the gaps allow: the best way, in the sense of least
/// squares.
fn settle(net: &Net, layer: &[usize], side: Side, heights: &mut [f64]) {
    let mut offset = 0.0;
    let mut blocks: Vec<Block> = Vec::with_capacity(layer.len());
    let gaps = gaps(net, layer);
    for (index, &vertex) in layer.iter().enumerate() {
        if index > 0 {
            offset += gaps[index - 1];
        }
        let (wanted, weight) = wish(net, vertex, side, heights);
        let mut block = Block { sum: (wanted - offset) * weight, weight, count: 1 };
        // Those that want to pass each other move as one.
        while let Some(above) = blocks.pop_if(|above| above.mean() > block.mean()) {
            block = above.join(&block);
        }
        blocks.push(block);
    }
    let means = blocks.iter().flat_map(|block| std::iter::repeat_n(block.mean(), block.count));
    let mut offset = 0.0;
    for ((index, &vertex), mean) in layer.iter().enumerate().zip(means) {
        if index > 0 {
            offset += gaps[index - 1];
        }
        heights[vertex] = mean + offset;
    }
}

/// Vertices that stand as close as they may.
struct Block {
    sum: f64,
    weight: f64,
    count: usize,
}

impl Block {
    fn mean(&self) -> f64 {
        self.sum / self.weight
    }

    fn join(&self, below: &Block) -> Block {
        Block {
            sum: self.sum + below.sum,
            weight: self.weight + below.weight,
            count: self.count + below.count,
        }
    }
}

/// Where a vertex wants to be, and how much.
fn wish(net: &Net, vertex: usize, side: Side, heights: &[f64]) -> (f64, f64) {
    let before = net.before[vertex]
        .iter()
        .map(|link| (heights[link.from] + link.from_port - link.to_port, weight(net, link)));
    let after = net.after[vertex]
        .iter()
        .map(|link| (heights[link.to] + link.to_port - link.from_port, weight(net, link)));
    let add = |(sum, all): (f64, f64), (y, weight): (f64, f64)| (sum + y * weight, all + weight);
    let (sum, weight) = match side {
        Side::Before => before.fold((0.0, 0.0), add),
        Side::After => after.fold((0.0, 0.0), add),
        Side::Both => before.chain(after).fold((0.0, 0.0), add),
    };
    if weight > 0.0 { (sum / weight, weight) } else { (heights[vertex], 0.1) }
}

/// A bend in the middle of a long edge disturbs more than one at a node.
fn weight(net: &Net, link: &Link) -> f64 {
    match (net.is_node[link.from], net.is_node[link.to]) {
        (false, false) => 8.0,
        (true, true) => 1.0,
        _ => 2.0,
    }
}
