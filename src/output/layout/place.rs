//! How far down each vertex stands: near its neighbours, with room between those of a column, and edges straight where they
//! pass columns.

use super::net::{Link, Net};

/// How often the columns are gone through.
const ROUNDS: usize = 10;
/// How much more a vertex looks at the side that it was reached from, so that edges end up straight and not in steps.
const FIRST_SIDE: f64 = 1.25;
/// The room between two nodes, and between a node and what passes it.
const ROOM: f64 = 14.0;
/// The room between two edges.
const CLOSE: f64 = 7.0;

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
    for _ in 0..ROUNDS {
        net.layers.iter().rev().for_each(|layer| settle(net, layer, false, &mut heights));
        net.layers.iter().for_each(|layer| settle(net, layer, true, &mut heights));
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

/// Moves the vertices of a column as near to their neighbours as the gaps allow: the sum of the distances is least.
fn settle(net: &Net, layer: &[usize], forth: bool, heights: &mut [f64]) {
    let mut offset = 0.0;
    let mut blocks: Vec<Block> = Vec::with_capacity(layer.len());
    let gaps = gaps(net, layer);
    for (index, &vertex) in layer.iter().enumerate() {
        if index > 0 {
            offset += gaps[index - 1];
        }
        let mut block = Block::new(wishes(net, vertex, forth, heights), offset);
        // Those that want to pass each other move as one.
        while let Some(above) = blocks.pop_if(|above| above.middle > block.middle) {
            block = above.join(block);
        }
        blocks.push(block);
    }
    let middles = blocks.iter().flat_map(|block| std::iter::repeat_n(block.middle, block.count));
    let mut offset = 0.0;
    for ((index, &vertex), middle) in layer.iter().enumerate().zip(middles) {
        if index > 0 {
            offset += gaps[index - 1];
        }
        heights[vertex] = middle + offset;
    }
}

/// A height that would suit an edge, and how much that counts.
type Wish = (f64, f64);

/// Vertices that stand as close as they may.
struct Block {
    /// Sorted by height.
    wishes: Vec<Wish>,
    middle: f64,
    count: usize,
}

impl Block {
    fn new(wishes: impl Iterator<Item = Wish>, offset: f64) -> Block {
        let mut wishes: Vec<Wish> = wishes.map(|(y, weight)| (y - offset, weight)).collect();
        wishes.sort_by(|a, b| a.0.total_cmp(&b.0));
        Block { middle: middle(&wishes), wishes, count: 1 }
    }

    fn join(self, below: Block) -> Block {
        let mut wishes = Vec::with_capacity(self.wishes.len() + below.wishes.len());
        let (mut one, mut other) = (self.wishes.into_iter().peekable(), below.wishes.into_iter().peekable());
        while let (Some(a), Some(b)) = (one.peek(), other.peek()) {
            wishes.extend(if a.0 <= b.0 { one.next() } else { other.next() });
        }
        wishes.extend(one);
        wishes.extend(other);
        Block { middle: middle(&wishes), wishes, count: self.count + below.count }
    }
}

/// Half of the weight lies on either side.
fn middle(wishes: &[Wish]) -> f64 {
    let half = wishes.iter().map(|wish| wish.1).sum::<f64>() / 2.0;
    let mut passed = 0.0;
    let reached = wishes.iter().find(|wish| {
        passed += wish.1;
        passed >= half
    });
    reached.map_or(0.0, |wish| wish.0)
}

/// Where the edges at a vertex would have it.
fn wishes(net: &Net, vertex: usize, forth: bool, heights: &[f64]) -> impl Iterator<Item = Wish> {
    let (left, right) = if forth { (FIRST_SIDE, 1.0) } else { (1.0, FIRST_SIDE) };
    let before = net.before[vertex]
        .iter()
        .map(move |link| (heights[link.from] + link.from_port - link.to_port, left * weight(net, link)));
    let after = net.after[vertex]
        .iter()
        .map(move |link| (heights[link.to] + link.to_port - link.from_port, right * weight(net, link)));
    before.chain(after)
}

/// A bend in the middle of a long edge disturbs more than one at a node.
fn weight(net: &Net, link: &Link) -> f64 {
    match (net.is_node[link.from], net.is_node[link.to]) {
        (false, false) => 8.0,
        (true, true) => 1.0,
        _ => 2.0,
    }
}
