//! The order of vertices in each column, so that few edges cross.

use super::net::Net;

/// How often the columns are gone through.
const SWEEPS: usize = 24;
/// How often neighbours are tried the other way round.
const SWAPS: usize = 6;
/// Beyond so many links, trying neighbours takes too long for what it gains.
const FEW_LINKS: usize = 20_000;

/// Orders each column.
pub(super) fn order(net: &mut Net) {
    let mut position = vec![0; net.size.len()];
    net.layers = start(net);
    (0..net.layers.len()).for_each(|column| number(&net.layers[column], &mut position));
    let mut best = (crossings(net, &position), net.layers.clone());
    for sweep in 0..SWEEPS {
        let columns = net.layers.len();
        for step in 1..columns {
            let forward = sweep % 2 == 0;
            let column = if forward { step } else { columns - 1 - step };
            let wanted = barycentres(net, column, forward, &position);
            sort(&mut net.layers[column], &wanted);
            number(&net.layers[column], &mut position);
        }
        let now = crossings(net, &position);
        if now < best.0 {
            best = (now, net.layers.clone());
        }
    }
    net.layers = best.1;
    (0..net.layers.len()).for_each(|column| number(&net.layers[column], &mut position));
    let links: usize = net.after.iter().map(Vec::len).sum();
    if links <= FEW_LINKS {
        (0..SWAPS).take_while(|_| swap_neighbours(net, &mut position)).for_each(drop);
    }
}

/// Vertices as they are reached from the first column on, so that what hangs together begins side by side.
fn start(net: &Net) -> Vec<Vec<usize>> {
    let mut layers = vec![Vec::new(); net.layers.len()];
    let mut seen = vec![false; net.size.len()];
    for &root in net.layers.iter().flatten() {
        let mut open = vec![root];
        while let Some(vertex) = open.pop() {
            if std::mem::replace(&mut seen[vertex], true) {
                continue;
            }
            layers[net.column[vertex]].push(vertex);
            open.extend(net.after[vertex].iter().rev().map(|link| link.to));
        }
    }
    layers
}

fn number(layer: &[usize], position: &mut [usize]) {
    layer.iter().enumerate().for_each(|(index, &vertex)| position[vertex] = index);
}

/// Where each vertex of a column would stand between its neighbours on one side; where there is none it stays.
fn barycentres(net: &Net, column: usize, forward: bool, position: &[usize]) -> Vec<f64> {
    let wanted = |&vertex: &usize| {
        let (sum, count) = match forward {
            true => sum(net.before[vertex].iter().map(|link| position[link.from])),
            false => sum(net.after[vertex].iter().map(|link| position[link.to])),
        };
        if count == 0 { position[vertex] as f64 } else { sum as f64 / count as f64 }
    };
    net.layers[column].iter().map(wanted).collect()
}

fn sum(positions: impl Iterator<Item = usize>) -> (usize, usize) {
    positions.fold((0, 0), |(sum, count), position| (sum + position, count + 1))
}

fn sort(layer: &mut Vec<usize>, wanted: &[f64]) {
    let mut keyed: Vec<(f64, usize)> = wanted.iter().copied().zip(layer.iter().copied()).collect();
    keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
    *layer = keyed.into_iter().map(|(_, vertex)| vertex).collect();
}

/// How many pairs of links cross.
fn crossings(net: &Net, position: &[usize]) -> usize {
    let between = |pair: &[Vec<usize>]| {
        let mut ends: Vec<usize> = Vec::new();
        for &vertex in &pair[0] {
            let from = ends.len();
            ends.extend(net.after[vertex].iter().map(|link| position[link.to]));
            ends[from..].sort_unstable();
        }
        inversions(&ends, pair[1].len())
    };
    net.layers.windows(2).map(between).sum()
}

/// How many pairs are out of order, counted with a tree of sums.
fn inversions(values: &[usize], bound: usize) -> usize {
    let mut tree = vec![0_usize; bound + 1];
    let mut count = 0;
    for (seen, &value) in values.iter().enumerate() {
        let (mut not_larger, mut at) = (0, value + 1);
        while at > 0 {
            not_larger += tree[at];
            at &= at - 1;
        }
        count += seen - not_larger;
        let mut at = value + 1;
        while at <= bound {
            tree[at] += 1;
            at += at & at.wrapping_neg();
        }
    }
    count
}

/// Exchanges vertices that stand side by side where fewer links cross then; whether there was anything to gain.
fn swap_neighbours(net: &mut Net, position: &mut [usize]) -> bool {
    let mut gained = false;
    for column in 0..net.layers.len() {
        for index in 1..net.layers[column].len() {
            let (upper, lower) = (net.layers[column][index - 1], net.layers[column][index]);
            let (now, then) = pair_crossings(net, upper, lower, position);
            if then < now {
                net.layers[column].swap(index - 1, index);
                position.swap(upper, lower);
                gained = true;
            }
        }
    }
    gained
}

/// How many links of two vertices cross with one above the other, and the other way round.
fn pair_crossings(net: &Net, upper: usize, lower: usize, position: &[usize]) -> (usize, usize) {
    let before = |vertex: usize| net.before[vertex].iter().map(|link| position[link.from]);
    let after = |vertex: usize| net.after[vertex].iter().map(|link| position[link.to]);
    let (mut now, mut then) = (0, 0);
    for a in before(upper) {
        now += before(lower).filter(|b| *b < a).count();
        then += before(lower).filter(|b| *b > a).count();
    }
    for a in after(upper) {
        now += after(lower).filter(|b| *b < a).count();
        then += after(lower).filter(|b| *b > a).count();
    }
    (now, then)
}
