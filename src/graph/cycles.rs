//! Cycles among groups: which groups hang together, the shortest way round, and the cheapest edges to cut.

use super::modules::{GroupId, ModuleGraph};
use petgraph::algo::tarjan_scc;
use petgraph::graph::DiGraph;
use std::collections::{HashMap, VecDeque};

/// Up to this many groups the smallest cut is found for certain; the work doubles with each group.
pub const EXACT_CUT_LIMIT: usize = 14;

/// How often the order behind a heuristic cut is improved before it is taken as it is.
const SIFTING_ROUNDS: usize = 20;

/// Groups that all depend on each other, directly or through others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// The strongly connected component, sorted by name.
    pub members: Vec<GroupId>,
    /// A shortest cycle in it, without repeating the first group at the end; it starts with its smallest name.
    pub shortest: Vec<GroupId>,
    /// The edges to cut so that no cycle is left.
    pub cut: Cut,
}

/// Edges that break every cycle of a component once they are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Sorted by the names of the groups.
    pub edges: Vec<(GroupId, GroupId)>,
    /// There is no smaller cut; otherwise it was found by a heuristic.
    pub exact: bool,
}

impl ModuleGraph {
    /// Every cycle among the groups, sorted by the names of its members. Neither test code nor the use that a group
    /// makes of one nested inside it counts.
    pub fn cycles(&self) -> Vec<Cycle> {
        let edges = self.edges.iter().filter(|e| e.dependencies() > 0);
        let graph: DiGraph<(), ()> = DiGraph::from_edges(edges.map(|e| (e.from.0, e.to.0)));
        let by_name = |g: &GroupId| (self.grouping.name(*g), *g);
        let mut components: Vec<Vec<GroupId>> = tarjan_scc(&graph)
            .into_iter()
            .filter(|c| c.len() > 1)
            .map(|c| c.into_iter().map(|n| GroupId(n.index() as u32)).collect())
            .collect();
        for component in &mut components {
            component.sort_by(|a, b| by_name(a).cmp(&by_name(b)));
        }
        components.sort_by(|a, b| a.iter().map(by_name).cmp(b.iter().map(by_name)));
        components.into_iter().map(|members| self.cycle(members)).collect()
    }

    /// Every group, users before what they use. Those of a cycle stand beside each other, sorted by name; so do groups that
    /// have nothing to do with each other, as far as the rest allows.
    pub fn order(&self) -> Vec<GroupId> {
        let all = self.grouping.names.len();
        let mut by_name: Vec<usize> = (0..all).collect();
        by_name.sort_by_key(|&group| std::cmp::Reverse((&self.grouping.names[group], group)));
        let mut place = vec![0; all];
        by_name.iter().enumerate().for_each(|(at, &group)| place[group] = at as u32);
        let mut graph: DiGraph<(), ()> = DiGraph::with_capacity(all, self.edges.len());
        (0..all).for_each(|_| {
            graph.add_node(());
        });
        for edge in self.edges.iter().filter(|edge| edge.dependencies() > 0) {
            graph.add_edge(place[edge.from.index()].into(), place[edge.to.index()].into(), ());
        }
        // What is used comes first.
        let components = tarjan_scc(&graph).into_iter().rev();
        components
            .flat_map(|mut component| {
                component.sort_unstable_by_key(|&node| std::cmp::Reverse(node));
                component.into_iter().map(|node| GroupId(by_name[node.index()] as u32))
            })
            .collect()
    }

    fn cycle(&self, members: Vec<GroupId>) -> Cycle {
        let component = Component::new(self, &members);
        let group = |i: &usize| members[*i];
        let (cut, exact) = component.cut();
        Cycle {
            shortest: component.shortest_cycle().iter().map(group).collect(),
            cut: Cut { edges: cut.iter().map(|(a, b)| (group(a), group(b))).collect(), exact },
            members,
        }
    }
}

/// What a set of edges costs: first their number, then how many references they stand for.
type Cost = (usize, usize);

/// One strongly connected component, its groups numbered from 0 in the order of their names.
struct Component {
    /// Per group: the groups it depends on, sorted, with use counts.
    targets: Vec<Vec<(usize, usize)>>,
}

impl Component {
    fn new(graph: &ModuleGraph, members: &[GroupId]) -> Component {
        let number: HashMap<GroupId, usize> = members.iter().enumerate().map(|(i, &g)| (g, i)).collect();
        let targets_of = |&from: &GroupId| {
            let edges = graph.edges_from(from).iter().filter(|e| e.dependencies() > 0);
            let mut targets: Vec<(usize, usize)> =
                edges.filter_map(|e| Some((*number.get(&e.to)?, e.dependencies()))).collect();
            targets.sort_unstable();
            targets
        };
        Component { targets: members.iter().map(targets_of).collect() }
    }

    fn shortest_cycle(&self) -> Vec<usize> {
        let mut best: Vec<usize> = Vec::new();
        for start in 0..self.targets.len() {
            let found = self.cycle_through(start);
            if best.is_empty() || found.len() < best.len() {
                best = found;
            }
        }
        best
    }

    /// A shortest cycle through a group, which it starts with.
    fn cycle_through(&self, start: usize) -> Vec<usize> {
        let mut previous: Vec<Option<usize>> = vec![None; self.targets.len()];
        let mut queue = VecDeque::from([start]);
        while let Some(at) = queue.pop_front() {
            for &(to, _) in &self.targets[at] {
                if to == start {
                    let mut cycle: Vec<usize> =
                        std::iter::successors(Some(at), |&n| previous[n].filter(|_| n != start)).collect();
                    cycle.reverse();
                    return cycle;
                }
                if previous[to].is_none() {
                    previous[to] = Some(at);
                    queue.push_back(to);
                }
            }
        }
        Vec::new()
    }

    /// The edges to cut, and whether no cheaper set exists.
    ///
    /// To break every cycle is to put the groups into an order and to cut the edges that lead back: both ways below
    /// look for the order.
    fn cut(&self) -> (Vec<(usize, usize)>, bool) {
        let exact = self.targets.len() <= EXACT_CUT_LIMIT;
        let order = if exact { self.best_order() } else { self.good_order() };
        let mut position = vec![0; order.len()];
        for (i, &group) in order.iter().enumerate() {
            position[group] = i;
        }
        let all = self.targets.iter().enumerate().flat_map(|(a, t)| t.iter().map(move |&(b, _)| (a, b)));
        (all.filter(|&(a, b)| position[b] < position[a]).collect(), exact)
    }

    /// The order with the cheapest edges back. For each set of groups that may come first (a bit each), the cheapest
    /// way to arrange it is the cheapest way to arrange it without its last group, plus that group's edges into it.
    fn best_order(&self) -> Vec<usize> {
        let n = self.targets.len();
        let mut best: Vec<(Cost, usize)> = vec![((usize::MAX, 0), 0); 1 << n];
        best[0] = ((0, 0), 0);
        for set in 0..1_usize << n {
            let (cost, _) = best[set];
            for group in (0..n).filter(|g| set & (1 << g) == 0) {
                let back = self.targets[group].iter().filter(|(to, _)| set & (1 << to) != 0);
                let total = back.fold(cost, |(edges, uses), (_, u)| (edges + 1, uses + u));
                let larger = &mut best[set | (1 << group)];
                if total < larger.0 {
                    *larger = (total, group);
                }
            }
        }
        let mut order = Vec::with_capacity(n);
        let mut set = (1 << n) - 1;
        while set != 0 {
            let (_, last) = best[set];
            order.push(last);
            set &= !(1 << last);
        }
        order.reverse();
        order
    }

    /// An order with cheap edges back: groups with more edges out than in come first, then each group in turn moves to
    /// where it costs least, until nothing moves.
    fn good_order(&self) -> Vec<usize> {
        let n = self.targets.len();
        let mut incoming = vec![0_isize; n];
        for &(to, _) in self.targets.iter().flatten() {
            incoming[to] += 1;
        }
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by_key(|&g| incoming[g] - self.targets[g].len() as isize);
        let weights = self.weights();
        for _ in 0..SIFTING_ROUNDS {
            let before = order.clone();
            for group in 0..n {
                sift(&mut order, group, &weights);
            }
            if order == before {
                break;
            }
        }
        order
    }

    /// Uses by pair of groups.
    fn weights(&self) -> HashMap<(usize, usize), usize> {
        let all = self.targets.iter().enumerate();
        all.flat_map(|(from, targets)| targets.iter().map(move |&(to, uses)| ((from, to), uses))).collect()
    }
}

/// Moves one group to the first place of the order where the edges back cost least.
fn sift(order: &mut Vec<usize>, group: usize, weights: &HashMap<(usize, usize), usize>) {
    order.retain(|&g| g != group);
    let cost = |from: usize, to: usize| -> (isize, isize) {
        weights.get(&(from, to)).map_or((0, 0), |&uses| (1, uses as isize))
    };
    // Relative to standing first: each group that is passed turns its edges to and from this one round.
    let (mut now, mut best, mut place) = ((0, 0), (0, 0), 0);
    for (i, &other) in order.iter().enumerate() {
        let (added, removed) = (cost(group, other), cost(other, group));
        now = (now.0 + added.0 - removed.0, now.1 + added.1 - removed.1);
        if now < best {
            (best, place) = (now, i + 1);
        }
    }
    order.insert(place, group);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::modules::Grouping;
    use crate::graph::sample;

    /// Cycles of a graph as [`graph`] takes it.
    fn cycles(edges: &str) -> Vec<String> {
        let graph = graph(edges);
        graph.cycles().iter().map(|c| show(&graph, c)).collect()
    }

    #[test]
    fn users_stand_before_what_they_use_and_cycles_together() {
        let order = |edges: &str| {
            let graph = graph(edges);
            let names = graph.order().into_iter().map(|g| graph.grouping.name(g).replace("r::", ""));
            names.filter(|name| name != "r").collect::<Vec<_>>().join(" ")
        };
        assert_eq!(order("c>b b>a"), "c b a");
        assert_eq!(order("d>b b>c c>b c>a"), "d b c a");
        assert_eq!(order("a>z b>z"), "a b z");
    }

    /// A graph given as `a>b` edges, a number in front of `>` repeating the reference.
    fn graph(edges: &str) -> ModuleGraph {
        let parsed: Vec<(&str, usize, &str)> = edges.split_whitespace().map(parse).collect();
        let mut names: Vec<String> =
            parsed.iter().flat_map(|e| [e.0, e.2]).map(|n| format!("r::{n}")).collect();
        names.sort();
        names.dedup();
        let mut nodes = vec!["r"];
        nodes.extend(names.iter().map(String::as_str));
        let mut references = Vec::new();
        for (from, count, to) in &parsed {
            references.extend(std::iter::repeat_n(format!("r::{from} -> r::{to} X"), *count));
        }
        let references: Vec<&str> = references.iter().map(String::as_str).collect();
        let model = sample::model(&nodes, &references);
        ModuleGraph::new(&model, Grouping::by_top_level_module(&model))
    }

    fn parse(edge: &str) -> (&str, usize, &str) {
        let (from, to) = edge.split_once('>').unwrap();
        let name = from.trim_end_matches(|c: char| c.is_ascii_digit());
        (name, from[name.len()..].parse().unwrap_or(1), to)
    }

    fn show(graph: &ModuleGraph, cycle: &Cycle) -> String {
        let name = |g: &GroupId| graph.grouping.name(*g).trim_start_matches("r::").to_string();
        let list = |groups: &[GroupId]| groups.iter().map(name).collect::<String>();
        let cut: Vec<String> =
            cycle.cut.edges.iter().map(|(a, b)| format!("{}>{}", name(a), name(b))).collect();
        let sign = if cycle.cut.exact { "=" } else { "~" };
        format!("{} {} cut{sign}{}", list(&cycle.members), list(&cycle.shortest), cut.join(","))
    }

    #[test]
    fn a_graph_without_a_cycle_has_none() {
        assert!(cycles("a>b b>c a>c").is_empty());
    }

    #[test]
    fn a_pair_is_cut_where_fewer_references_stand() {
        assert_eq!(cycles("a3>b b2>a"), ["ab ab cut=b>a"]);
        assert_eq!(cycles("a2>b b3>a"), ["ab ab cut=a>b"]);
    }

    #[test]
    fn two_knots_are_two_cycles() {
        assert_eq!(cycles("a>b b>a b>c c>d d>c"), ["ab ab cut=b>a", "cd cd cut=d>c"]);
    }

    #[test]
    fn one_shared_edge_beats_two_cheaper_ones() {
        // Both ways round pass a>b: one edge of five references is a smaller cut than two of one.
        assert_eq!(cycles("a5>b b>c c>a b>d d>a"), ["abcd abc cut=a>b"]);
    }

    #[test]
    fn the_shortest_way_round_is_shown_from_its_smallest_name() {
        assert_eq!(cycles("a>b b>c c>d d>a d>c"), ["abcd cd cut=c>d"]);
    }

    #[test]
    fn a_large_knot_is_cut_by_a_heuristic_that_says_so() {
        let ring: String = ('a'..='p').map(|c| format!("{c}3>{} ", char::from(c as u8 + 1))).collect();
        assert_eq!(cycles(&format!("{ring} q>a"))[0].split(' ').next_back(), Some("cut~q>a"));
    }

    #[test]
    fn the_heuristic_never_leaves_a_cycle_and_stays_near_the_exact_cut() {
        let mut seed = 7_u32;
        for _ in 0..50 {
            let mut targets = vec![Vec::new(); 9];
            for (from, targets) in targets.iter_mut().enumerate() {
                for to in (0..9).filter(|&to| to != from) {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    if seed >> 30 == 0 {
                        targets.push((to, (seed >> 16) as usize % 5 + 1));
                    }
                }
            }
            let component = Component { targets };
            let cost = |order: &[usize]| {
                let at = |g: usize| order.iter().position(|&o| o == g).unwrap();
                let all = component.targets.iter().enumerate();
                let all = all.flat_map(|(a, t)| t.iter().map(move |&(b, uses)| (a, b, uses)));
                let back: Vec<_> = all.filter(|&(a, b, _)| at(b) < at(a)).collect();
                (back.len(), back.iter().map(|b| b.2).sum::<usize>())
            };
            let (best, good) = (cost(&component.best_order()), cost(&component.good_order()));
            assert!(best <= good && good.0 <= best.0 + 3, "{best:?} {good:?}");
        }
    }
}
