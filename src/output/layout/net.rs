//! The graph with a place for each edge in every column that it passes.

use super::{Line, PORT, PORT_MARGIN, Size};

/// How much room an edge gets where it passes a column of nodes.
const PASSING: Size = Size { width: 0.0, height: 4.0 };

/// A piece of an edge, from one column to the next.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Link {
    /// The vertex on the left.
    pub(super) from: usize,
    /// The vertex on the right.
    pub(super) to: usize,
    /// Where it leaves, below the middle of the vertex.
    pub(super) from_port: f64,
    /// Where it arrives, below the middle of the vertex.
    pub(super) to_port: f64,
}

/// The pieces of an edge, from left to right.
#[derive(Clone, Debug, Default)]
pub(super) struct Chain {
    /// The node on the left.
    pub(super) left: usize,
    /// The node on the right.
    pub(super) right: usize,
    /// The edge starts on the right.
    pub(super) turned: bool,
    /// The vertex that holds its label.
    pub(super) label: usize,
    pub(super) links: Vec<Link>,
}

/// Vertices in columns: nodes in the even ones, and what edges need on their way. Every link leads to the next column.
#[derive(Debug, Default)]
pub(super) struct Net {
    /// By node: its vertex, if any edge is at it.
    pub(super) nodes: Vec<Option<usize>>,
    /// By vertex: what it takes.
    pub(super) size: Vec<Size>,
    /// By vertex: its column.
    pub(super) column: Vec<usize>,
    /// By vertex: whether it is a node.
    pub(super) is_node: Vec<bool>,
    /// By column: its vertices from top to bottom.
    pub(super) layers: Vec<Vec<usize>>,
    /// By edge.
    pub(super) chains: Vec<Chain>,
    /// By vertex: the links that arrive.
    pub(super) before: Vec<Vec<Link>>,
    /// By vertex: the links that leave.
    pub(super) after: Vec<Vec<Link>>,
}

impl Net {
    pub(super) fn new(nodes: &[Size], lines: &[Line], turned: &[bool], ranks: &[usize]) -> Net {
        let mut has_edge = vec![false; nodes.len()];
        lines.iter().for_each(|line| (has_edge[line.from], has_edge[line.to]) = (true, true));
        let mut net = Net::default();
        for (index, &size) in nodes.iter().enumerate() {
            let vertex = has_edge[index].then(|| net.add(size, 2 * ranks[index], true));
            net.nodes.push(vertex);
        }
        for (line, &turned) in lines.iter().zip(turned) {
            let (left, right) = if turned { (line.to, line.from) } else { (line.from, line.to) };
            if let (Some(from), Some(to)) = (net.nodes[left], net.nodes[right]) {
                let chain = net.chain(from, to, line.label);
                net.chains.push(Chain { left, right, turned, ..chain });
            }
        }
        net.connect();
        net
    }

    fn add(&mut self, size: Size, column: usize, is_node: bool) -> usize {
        let vertex = self.size.len();
        self.size.push(size);
        self.column.push(column);
        self.is_node.push(is_node);
        if self.layers.len() <= column {
            self.layers.resize(column + 1, Vec::new());
        }
        self.layers[column].push(vertex);
        vertex
    }

    /// Leads an edge through every column between two vertices; the label goes between two columns of nodes, near the
    /// middle.
    fn chain(&mut self, from: usize, to: usize, label: Size) -> Chain {
        let (first, last) = (self.column[from] + 1, self.column[to]);
        let middle = usize::midpoint(first, last - 1) | 1;
        let (mut links, mut at, mut labelled) = (Vec::new(), from, from);
        for column in first..last {
            let size = if column == middle { label } else { PASSING };
            let next = self.add(size, column, false);
            if column == middle {
                labelled = next;
            }
            links.push(Link { from: at, to: next, ..Link::default() });
            at = next;
        }
        links.push(Link { from: at, to, ..Link::default() });
        Chain { label: labelled, links, ..Chain::default() }
    }

    fn connect(&mut self) {
        self.before = vec![Vec::new(); self.size.len()];
        self.after = vec![Vec::new(); self.size.len()];
        for &link in self.chains.iter().flat_map(|chain| &chain.links) {
            self.after[link.from].push(link);
            self.before[link.to].push(link);
        }
    }

    /// Gives the edges at a node ends of their own, in the order in which they come from the columns beside it, and makes
    /// the node high enough for them.
    pub(super) fn spread_ports(&mut self) {
        let mut position = vec![0; self.size.len()];
        for layer in &self.layers {
            layer.iter().enumerate().for_each(|(index, &vertex)| position[vertex] = index);
        }
        for vertex in self.nodes.iter().flatten().copied() {
            let most = self.before[vertex].len().max(self.after[vertex].len());
            let size = &mut self.size[vertex];
            size.height = size.height.max((most.max(1) - 1) as f64 * PORT + 2.0 * PORT_MARGIN);
            self.before[vertex].sort_by_key(|link| position[link.from]);
            self.after[vertex].sort_by_key(|link| position[link.to]);
            let port = |index: usize, of: usize| (index as f64 - (of - 1) as f64 / 2.0) * PORT;
            let (before, after) = (self.before[vertex].len(), self.after[vertex].len());
            for (index, link) in self.before[vertex].iter_mut().enumerate() {
                link.to_port = port(index, before);
            }
            for (index, link) in self.after[vertex].iter_mut().enumerate() {
                link.from_port = port(index, after);
            }
        }
        self.share_ports();
    }

    /// Tells the ports to the other copies of each link. A vertex that is no node has one link on each side.
    fn share_ports(&mut self) {
        for chain in &mut self.chains {
            let last = chain.links.len() - 1;
            let (start, end) = (chain.links[0], chain.links[last]);
            let leaving = self.after[start.from].iter().find(|link| link.to == start.to);
            let from_port = leaving.map_or(0.0, |link| link.from_port);
            let arriving = self.before[end.to].iter().find(|link| link.from == end.from);
            let to_port = arriving.map_or(0.0, |link| link.to_port);
            chain.links[0].from_port = from_port;
            chain.links[last].to_port = to_port;
            self.before[start.to].iter_mut().for_each(|link| link.from_port = from_port);
            self.after[end.from].iter_mut().for_each(|link| link.to_port = to_port);
        }
    }
}
