//! What holds of every layout: nothing overlaps, nothing is cut off, and edges begin and end at their nodes.

use super::*;

fn graph(nodes: usize, edges: &[(usize, usize)]) -> Layout {
    let sizes = vec![Size { width: 80.0, height: 30.0 }; nodes];
    let lines: Vec<Line> = edges.iter().map(|&(from, to)| line(from, to)).collect();
    layout(&sizes, &lines)
}

fn line(from: usize, to: usize) -> Line {
    Line { from, to, label: Size { width: 20.0, height: 16.0 }, weight: 1 }
}

/// What holds of every drawing.
#[track_caller]
fn check(layout: &Layout, edges: &[(usize, usize)]) {
    let boxes: Vec<(Point, Size)> = layout.nodes.iter().map(|placed| (placed.at, placed.size)).collect();
    let labels = layout.edges.iter().map(|route| (route.label, Size { width: 20.0, height: 16.0 }));
    let all: Vec<(Point, Size)> = boxes.iter().copied().chain(labels).collect();
    for (index, a) in all.iter().enumerate() {
        let inside =
            |at: f64, size: f64, whole: f64| at - size / 2.0 >= -0.6 && at + size / 2.0 <= whole + 0.6;
        assert!(inside(a.0.x, a.1.width, layout.size.width), "{index} is cut off: {a:?} {:?}", layout.size);
        assert!(inside(a.0.y, a.1.height, layout.size.height), "{index} is cut off: {a:?} {:?}", layout.size);
        for (other, b) in all.iter().enumerate().skip(index + 1) {
            let apart_x = (a.0.x - b.0.x).abs() >= (a.1.width + b.1.width) / 2.0;
            // Heights are rounded.
            let apart_y = (a.0.y - b.0.y).abs() + 1.0 >= (a.1.height + b.1.height) / 2.0;
            assert!(apart_x || apart_y, "{index} and {other} overlap: {a:?} {b:?}");
        }
    }
    for (route, &(from, to)) in layout.edges.iter().zip(edges) {
        let (start, end) = (route.points[0], route.points[route.points.len() - 1]);
        for (node, point) in [(from, start), (to, end)] {
            let Placed { at, size } = layout.nodes[node];
            assert!(((point.x - at.x).abs() - size.width / 2.0).abs() < 0.01, "{point:?} is beside {at:?}");
            assert!((point.y - at.y).abs() <= size.height / 2.0, "{point:?} is above or below {at:?}");
        }
        for pair in route.points.windows(2).filter(|pair| pair[0].y == pair[1].y) {
            let crossed = boxes.iter().enumerate().filter(|(node, _)| ![from, to].contains(node));
            for (node, (at, size)) in crossed {
                let beside = (pair[0].y - at.y).abs() >= size.height / 2.0
                    || pair[0].x.max(pair[1].x) <= at.x - size.width / 2.0
                    || pair[0].x.min(pair[1].x) >= at.x + size.width / 2.0;
                assert!(beside, "an edge from {from} to {to} runs through {node}");
            }
        }
    }
}

#[test]
fn edges_lead_to_the_right() {
    let edges = [(0, 1), (1, 2), (0, 2)];
    let layout = graph(3, &edges);
    check(&layout, &edges);
    let x: Vec<f64> = layout.nodes.iter().map(|placed| placed.at.x).collect();
    assert!(x[0] < x[1] && x[1] < x[2], "{x:?}");
}

#[test]
fn the_lightest_edge_of_a_cycle_leads_back() {
    let sizes = vec![Size { width: 80.0, height: 30.0 }; 3];
    let heavy = |from, to| Line { weight: 9, ..line(from, to) };
    let layout = layout(&sizes, &[line(0, 1), heavy(1, 2), heavy(2, 0)]);
    let x: Vec<f64> = layout.nodes.iter().map(|placed| placed.at.x).collect();
    assert!(x[1] < x[2] && x[2] < x[0], "{x:?}");
}

#[test]
fn edges_of_a_node_have_ends_of_their_own() {
    let edges: Vec<(usize, usize)> = (1..=12).map(|to| (0, to)).collect();
    let layout = graph(13, &edges);
    check(&layout, &edges);
    let mut starts: Vec<i64> = layout.edges.iter().map(|route| route.points[0].y as i64).collect();
    starts.sort_unstable();
    starts.dedup();
    assert_eq!(starts.len(), 12);
    assert!(layout.nodes[0].size.height > 30.0);
}

#[test]
fn nothing_and_nodes_without_edges() {
    assert_eq!(graph(0, &[]), Layout::default());
    let loose = graph(40, &[]);
    check(&loose, &[]);
    assert!(loose.size.width <= ROW);
    check(&graph(5, &[(1, 3), (3, 1)]), &[(1, 3), (3, 1)]);
}

#[test]
fn whatever_the_graph_nothing_overlaps() {
    let mut seed = 11_u32;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize % below
    };
    for (nodes, count) in [(2, 2), (6, 12), (15, 40), (30, 90), (40, 30)] {
        let mut edges: Vec<(usize, usize)> = (0..count).map(|_| (random(nodes), random(nodes))).collect();
        edges.retain(|(from, to)| from != to);
        edges.sort_unstable();
        edges.dedup();
        let layout = graph(nodes, &edges);
        check(&layout, &edges);
        assert_eq!(layout, graph(nodes, &edges));
    }
}

#[test]
fn a_large_graph_ends() {
    let edges: Vec<(usize, usize)> =
        (0..300).flat_map(|a| [(a, (a * 7 + 1) % 300), (a, (a + 1) % 300)]).collect();
    let edges: Vec<(usize, usize)> = edges.into_iter().filter(|(from, to)| from != to).collect();
    assert_eq!(graph(300, &edges).edges.len(), edges.len());
}
