//! Where the nodes and edges of a drawing go: from left to right along the edges, so that names stay readable.
//!
//! The steps are those of Sugiyama: edges that close a cycle are turned round, nodes get a column each (`rank`), edges that
//! pass columns get a place in each of them (`net`), places are ordered so that few edges cross (`order`), and heights are
//! chosen so that edges run straight (`place`). Each edge has a place of its own for its label, between two columns of
//! nodes, so that no label covers another. Everything is done in a fixed order: same input, same drawing.

mod net;
mod order;
mod place;
mod rank;

use net::Net;

/// How far apart the ends of edges are at a node.
const PORT: f64 = 9.0;
/// How much room a node leaves above and below the ends of edges.
const PORT_MARGIN: f64 = 10.0;
/// The least room between two columns, for edges to bend in.
const GAP: f64 = 20.0;
/// The most of it.
const WIDEST_GAP: f64 = 110.0;
/// The room between nodes without edges.
const LOOSE_GAP: f64 = 16.0;
/// How wide rows of nodes without edges may be where nothing else is wider.
const ROW: f64 = 900.0;

/// A width and a height.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Size {
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

/// A place: to the right and down.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// An edge to draw.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// Index of a node.
    pub from: usize,
    /// Index of another node.
    pub to: usize,
    /// What its label takes.
    pub label: Size,
    /// How much it counts that it leads to the right.
    pub weight: u32,
}

/// A node's place.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Placed {
    /// Its centre.
    pub at: Point,
    /// Its size, which the edges at it may have made higher.
    pub size: Size,
}

/// The way of an edge.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Route {
    /// Its corners, from where it starts to where it ends; at both it runs level.
    pub points: Vec<Point>,
    /// The centre of its label.
    pub label: Point,
}

/// Where everything goes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// Of the whole.
    pub size: Size,
    /// Parallel to the nodes.
    pub nodes: Vec<Placed>,
    /// Parallel to the edges.
    pub edges: Vec<Route>,
}

/// Lays out a graph; no edge may lead from a node to itself.
pub fn layout(nodes: &[Size], lines: &[Line]) -> Layout {
    let turned = rank::turned(nodes.len(), lines);
    let ranks = rank::ranks(nodes.len(), lines, &turned);
    let mut net = Net::new(nodes, lines, &turned, &ranks);
    order::order(&mut net);
    net.spread_ports();
    let heights = place::heights(&net);
    let columns = Columns::new(&net, &heights);
    let placed = net.nodes.iter().zip(nodes).map(|(vertex, size)| match vertex {
        Some(vertex) => {
            let at = Point { x: columns.centre(net.column[*vertex]), y: heights[*vertex] };
            Placed { at, size: Size { width: size.width, height: net.size[*vertex].height } }
        }
        None => Placed { at: Point::default(), size: *size },
    });
    let placed: Vec<Placed> = placed.collect();
    let routes = (0..lines.len()).map(|line| route(&net, line, &heights, &columns, &placed));
    let routes: Vec<Route> = routes.collect();
    let mut layout = Layout { size: columns.extent(&net, &heights), nodes: placed, edges: routes };
    add_loose(&mut layout, &net);
    layout
}

/// How many places the edges of a graph need: what a layout costs.
pub fn places(nodes: usize, lines: &[Line]) -> usize {
    let turned = rank::turned(nodes, lines);
    let ranks = rank::ranks(nodes, lines, &turned);
    lines.iter().map(|line| 2 * ranks[line.from].abs_diff(ranks[line.to])).sum()
}

/// Where columns begin and end.
struct Columns(Vec<(f64, f64)>);

impl Columns {
    /// The steeper the edges between two columns, the more room they get.
    fn new(net: &Net, heights: &[f64]) -> Columns {
        let mut columns = Vec::with_capacity(net.layers.len());
        let mut left = 0.0;
        for layer in &net.layers {
            let width = layer.iter().map(|&vertex| net.size[vertex].width).fold(0.0, f64::max);
            columns.push((left, left + width));
            let steepest = layer
                .iter()
                .flat_map(|&vertex| &net.after[vertex])
                .map(|link| (heights[link.from] + link.from_port - heights[link.to] - link.to_port).abs());
            left += width + (GAP + 0.12 * steepest.fold(0.0, f64::max)).min(WIDEST_GAP);
        }
        Columns(columns)
    }

    fn centre(&self, column: usize) -> f64 {
        let (left, right) = self.0[column];
        (left + right) / 2.0
    }

    fn extent(&self, net: &Net, heights: &[f64]) -> Size {
        let bottoms = net.size.iter().zip(heights).map(|(size, y)| y + size.height / 2.0);
        let height = bottoms.fold(0.0, f64::max);
        Size { width: self.0.last().map_or(0.0, |(_, right)| *right), height }
    }
}

/// The way of an edge through its places: straight through each column, and bending between them.
fn route(net: &Net, line: usize, heights: &[f64], columns: &Columns, placed: &[Placed]) -> Route {
    let links = &net.chains[line].links;
    let (first, last) = (links[0], links[links.len() - 1]);
    let half = |node: usize| placed[node].size.width / 2.0;
    let start = Point {
        x: columns.centre(net.column[first.from]) + half(net.chains[line].left),
        y: heights[first.from] + first.from_port,
    };
    let end = Point {
        x: columns.centre(net.column[last.to]) - half(net.chains[line].right),
        y: heights[last.to] + last.to_port,
    };
    let mut points = vec![start];
    let mut pass = |x: f64, y: f64| {
        if points.last().is_none_or(|last| *last != Point { x, y }) {
            points.push(Point { x, y });
        }
    };
    pass(columns.0[net.column[first.from]].1, start.y);
    for link in &links[1..] {
        let (left, right) = columns.0[net.column[link.from]];
        pass(left, heights[link.from]);
        pass(right, heights[link.from]);
    }
    pass(columns.0[net.column[last.to]].0, end.y);
    pass(end.x, end.y);
    let label = net.chains[line].label;
    let label = Point { x: columns.centre(net.column[label]), y: heights[label] };
    if net.chains[line].turned {
        points.reverse();
    }
    Route { points, label }
}

/// Puts the nodes without edges into rows below all others.
fn add_loose(layout: &mut Layout, net: &Net) {
    let widest = layout.size.width.max(ROW);
    let drawn = layout.size.height;
    let (mut x, mut top, mut row) = (0.0, if drawn > 0.0 { drawn + 2.0 * LOOSE_GAP } else { 0.0 }, 0.0_f64);
    for (placed, _) in layout.nodes.iter_mut().zip(&net.nodes).filter(|(_, vertex)| vertex.is_none()) {
        let size = placed.size;
        if x > 0.0 && x + size.width > widest {
            (x, top, row) = (0.0, top + row + LOOSE_GAP, 0.0);
        }
        placed.at = Point { x: x + size.width / 2.0, y: top + size.height / 2.0 };
        layout.size.width = layout.size.width.max(x + size.width);
        layout.size.height = layout.size.height.max(top + size.height);
        x += size.width + LOOSE_GAP;
        row = row.max(size.height);
    }
}

#[cfg(test)]
mod tests;
