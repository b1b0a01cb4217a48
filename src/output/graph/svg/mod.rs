//! The graph as a picture that needs nothing but a browser: no script, nothing from elsewhere, light or dark as the reader
//! has it.

mod legend;
pub(in crate::output) mod style;

use super::{Look, data_details, data_label, details, label};
use crate::output::escape::{terminal, xml};
use crate::output::layout::{self, Line, Placed, Point, Route, Size};
use crate::output::report::counted;
use crate::output::view::{NodeKind, View, ViewNode};
use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// How wide a character of a node's name is, at most.
const NAME_WIDTH: f64 = 7.9;
/// The same of all smaller text.
const SMALL_WIDTH: f64 = 6.8;
/// The room around a text in its box.
const PADDING: f64 = 12.0;
/// The room around the picture.
const MARGIN: f64 = 24.0;
/// How long the head of an arrow is.
const HEAD: f64 = 8.0;
/// How many columns of a name are shown.
const LONGEST_NAME: usize = 64;
/// How many colours there are for boxes.
const TINTS: usize = 8;
/// How many places edges may need in a layout that ends in a few seconds.
const MOST_PLACES: usize = 60_000;
/// How many nodes a picture may have.
const MOST_NODES: usize = 1_500;

/// Why a graph is not written in a format: how large it is.
pub fn hindrance(format: &str, view: &View) -> Option<String> {
    if format != "svg" {
        return None;
    }
    let drawing = Drawing::new(view);
    let fits =
        view.nodes.len() <= MOST_NODES && layout::places(drawing.sizes.len(), &drawing.lines) <= MOST_PLACES;
    (!fits).then(|| {
        format!("{} and {}", counted(view.nodes.len(), "node"), counted(drawing.lines.len(), "edge"))
    })
}

/// Writes the picture as a file of its own.
pub(super) fn write(view: &View, out: &mut dyn Write) -> io::Result<()> {
    write_with(
        format_args!(
            "<style>\n{}@media (prefers-color-scheme:dark){{\n{}}}\n</style>\n",
            style::LIGHT,
            style::DARK
        ),
        view,
        out,
    )
}

/// Writes the picture for a page that has [`style::LIGHT`] and [`style::DARK`].
pub(in crate::output) fn write_unstyled(view: &View, out: &mut dyn Write) -> io::Result<()> {
    write_with(format_args!(""), view, out)
}

fn write_with(style: fmt::Arguments, view: &View, out: &mut dyn Write) -> io::Result<()> {
    let drawing = Drawing::new(view);
    let layout = layout::layout(&drawing.sizes, &drawing.lines);
    let legend = legend::Legend::new(view, &drawing);
    let inner = Size {
        width: layout.size.width.max(legend.size(layout.size.width).width),
        height: layout.size.height + legend.size(layout.size.width).height,
    };
    let (width, height) = (number(inner.width + 2.0 * MARGIN), number(inner.height + 2.0 * MARGIN));
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"modcheck\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"dependency graph\">"
    )?;
    write!(out, "{style}")?;
    writeln!(out, "<rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>")?;
    writeln!(out, "<g transform=\"translate({0} {0})\">", number(MARGIN))?;
    // What is worse is drawn later, so that nothing covers it.
    let mut order: Vec<usize> = (0..drawing.edges.len()).collect();
    order.sort_by_key(|&index| (drawing.edges[index].look, index));
    for index in order {
        write_edge(&drawing.edges[index], &layout.edges[index], out)?;
    }
    for (node, (placed, view_node)) in layout.nodes.iter().zip(&view.nodes).enumerate() {
        write_node(&drawing, node, view_node, placed, out)?;
    }
    legend.write(&layout, out)?;
    writeln!(out, "</g>\n</svg>")
}

/// What is drawn, before it has a place.
struct Drawing {
    /// By node: its name as it is shown.
    names: Vec<String>,
    /// By node: what stands below the name.
    notes: Vec<Option<String>>,
    /// By node: the index of what it is part of.
    tints: Vec<Option<usize>>,
    /// By node: whether it belongs to no module though there are some.
    strays: Vec<bool>,
    /// What nodes are part of, sorted.
    groups: Vec<String>,
    sizes: Vec<Size>,
    edges: Vec<Edge>,
    /// Parallel to the edges.
    lines: Vec<Line>,
}

/// An edge as it is drawn.
struct Edge {
    look: Look,
    cyclic: bool,
    data: bool,
    label: String,
    details: Vec<String>,
}

impl Drawing {
    fn new(view: &View) -> Drawing {
        let names: Vec<String> = view.nodes.iter().map(|node| shortened(&terminal(&node.id))).collect();
        let notes: Vec<Option<String>> = view.nodes.iter().map(note).collect();
        let groups: BTreeSet<&str> = view.nodes.iter().filter_map(group).collect();
        let groups: Vec<&str> = groups.into_iter().collect();
        let tint = |node: &ViewNode| groups.binary_search(&group(node)?).ok();
        let sizes = names.iter().zip(&notes).map(|(name, note)| box_size(name, note.as_deref()));
        let declared = view.nodes.iter().any(|node| matches!(node.kind, NodeKind::Module));
        let stray = |node: &ViewNode| declared && matches!(node.kind, NodeKind::Unit);
        let references = view.edges.iter().map(|edge| {
            let (look, cyclic) = (Look::of(edge), edge.cyclic == Some(true));
            let drawn = Edge { look, cyclic, data: false, label: label(edge), details: details(view, edge) };
            ((edge.from, edge.to), weight(look, edge.sites.len()), drawn)
        });
        let data = view.data_only().map(|edge| {
            let (look, label) = (Look::of_data(edge), shortened(&terminal(&data_label(edge))));
            let drawn = Edge { look, cyclic: false, data: true, label, details: data_details(view, edge) };
            ((edge.from, edge.to), 1, drawn)
        });
        let (lines, edges) = references
            .chain(data)
            .map(|((from, to), weight, edge)| {
                let label = Size { width: (small(&edge.label) + 8.0).ceil(), height: 16.0 };
                (Line { from, to, label, weight }, edge)
            })
            .unzip();
        Drawing {
            tints: view.nodes.iter().map(tint).collect(),
            strays: view.nodes.iter().map(stray).collect(),
            sizes: sizes.collect(),
            groups: groups.into_iter().map(str::to_owned).collect(),
            names,
            notes,
            edges,
            lines,
        }
    }
}

/// What is in order runs to the right, what breaks rules against it, where one of both has to.
fn weight(look: Look, references: usize) -> u32 {
    match look {
        Look::Denied | Look::Test => 1,
        _ => 10 + references.min(90) as u32,
    }
}

/// What a node is part of, for its colour.
fn group(node: &ViewNode) -> Option<&str> {
    match &node.kind {
        NodeKind::Source(source) => source.module.as_deref().or(node.cluster.as_deref()),
        _ => node.cluster.as_deref(),
    }
}

/// What the name of a node does not say.
fn note(node: &ViewNode) -> Option<String> {
    let note = match &node.kind {
        NodeKind::Module => node.cluster.as_deref(),
        NodeKind::Source(source) => source.module.as_deref(),
        NodeKind::Unit | NodeKind::Crate => None,
    };
    note.map(|note| shortened(&terminal(note)))
}

fn box_size(name: &str, note: Option<&str>) -> Size {
    let width = (name.width() as f64 * NAME_WIDTH).max(note.map_or(0.0, small));
    let height = if note.is_some() { 44.0 } else { 32.0 };
    Size { width: (width + 2.0 * PADDING).ceil(), height }
}

fn small(text: &str) -> f64 {
    text.width() as f64 * SMALL_WIDTH
}

/// The end of a long name says the most.
fn shortened(name: &str) -> String {
    if name.width() <= LONGEST_NAME {
        return name.to_owned();
    }
    let (mut start, mut width) = (name.len(), 0);
    for (index, c) in name.char_indices().rev() {
        width += unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if width >= LONGEST_NAME {
            break;
        }
        start = index;
    }
    format!("…{}", &name[start..])
}

fn write_node(
    drawing: &Drawing,
    index: usize,
    node: &ViewNode,
    placed: &Placed,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Placed { at, size } = placed;
    let tint = drawing.tints[index].map_or(String::new(), |tint| format!(" t{}", tint % TINTS));
    let stray = if drawing.strays[index] { " stray" } else { "" };
    let focus = if node.focused { " focus" } else { "" };
    writeln!(out, "<g class=\"node{tint}{stray}{focus}\"><title>{}</title>", xml(&node.id))?;
    let (x, y) = (number(at.x - size.width / 2.0), number(at.y - size.height / 2.0));
    let (width, height) = (number(size.width), number(size.height));
    writeln!(out, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>")?;
    let base = if drawing.notes[index].is_some() { at.y - 2.0 } else { at.y + 4.5 };
    let x = number(at.x);
    writeln!(
        out,
        "<text class=\"name\" x=\"{x}\" y=\"{}\">{}</text>",
        number(base),
        xml(&drawing.names[index])
    )?;
    if let Some(note) = &drawing.notes[index] {
        writeln!(out, "<text class=\"note\" x=\"{x}\" y=\"{}\">{}</text>", number(at.y + 14.0), xml(note))?;
    }
    writeln!(out, "</g>")
}

fn classes(look: Look, cyclic: bool, data: bool) -> String {
    let look = match look {
        Look::Test => " test",
        Look::Plain => "",
        Look::Data => " data",
        Look::Warned if data => " data warned",
        Look::Warned => " warned",
        Look::Denied if data => " data denied",
        Look::Denied => " denied",
    };
    format!("edge{look}{}", if cyclic { " cyclic" } else { "" })
}

fn write_edge(edge: &Edge, route: &Route, out: &mut dyn Write) -> io::Result<()> {
    let details: Vec<String> = edge.details.iter().map(|line| xml(line)).collect();
    let classes = classes(edge.look, edge.cyclic, edge.data);
    writeln!(out, "<g class=\"{classes}\"><title>{}</title>", details.join("\n"))?;
    let (path, head) = (path(&route.points), head(&route.points));
    if edge.cyclic {
        writeln!(out, "<path class=\"halo\" d=\"{path}\"/>")?;
    }
    writeln!(out, "<path class=\"hit\" d=\"{path}\"/><path class=\"line\" d=\"{path}\"/>")?;
    writeln!(out, "<path class=\"head\" d=\"{head}\"/>")?;
    let Point { x, y } = route.label;
    let width = small(&edge.label) + 6.0;
    writeln!(
        out,
        "<rect class=\"tag\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"14\" rx=\"3\"/><text class=\"label\" \
         x=\"{}\" y=\"{}\">{}</text></g>",
        number(x - width / 2.0),
        number(y - 7.0),
        number(width),
        number(x),
        number(y + 4.0),
        xml(&edge.label)
    )
}

/// To the left or to the right: where the last stretch of an edge leads.
fn direction(points: &[Point]) -> f64 {
    match points {
        [.., before, end] if end.x < before.x => -1.0,
        _ => 1.0,
    }
}

/// Straight where two corners are of one height, and else an S between them.
fn path(points: &[Point]) -> String {
    let Some((start, rest)) = points.split_first() else { return String::new() };
    let mut path = format!("M{} {}", number(start.x), number(start.y));
    let mut from = *start;
    for (index, &corner) in rest.iter().enumerate() {
        let mut to = corner;
        if index + 1 == rest.len() {
            to.x -= HEAD * direction(points);
        }
        if from.y == to.y {
            path.push_str(&format!("H{}", number(to.x)));
        } else {
            let middle = number(f64::midpoint(from.x, to.x));
            path.push_str(&format!(
                "C{middle} {} {middle} {} {} {}",
                number(from.y),
                number(to.y),
                number(to.x),
                number(to.y)
            ));
        }
        from = to;
    }
    path
}

fn head(points: &[Point]) -> String {
    let Some(end) = points.last() else { return String::new() };
    let back = end.x - (HEAD + 1.0) * direction(points);
    let (x, y, back) = (number(end.x), number(end.y), number(back));
    format!("M{x} {y}L{back} {}L{back} {}Z", number(end.y - 4.0), number(end.y + 4.0))
}

/// A coordinate with at most one decimal.
fn number(value: f64) -> String {
    let tenths = (value * 10.0).round() as i64;
    match (tenths / 10, (tenths % 10).abs()) {
        (whole, 0) => whole.to_string(),
        (0, rest) if tenths < 0 => format!("-0.{rest}"),
        (whole, rest) => format!("{whole}.{rest}"),
    }
}

#[cfg(test)]
mod tests;
