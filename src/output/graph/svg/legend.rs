//! What the signs of the picture mean: those that occur in it.

use super::{Drawing, Look, SMALL_WIDTH, TINTS, classes, number, shortened};
use crate::output::escape::{terminal, xml};
use crate::output::layout::{Layout, Size};
use crate::output::view::{NodeKind, View};
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// How wide a sample is.
const SAMPLE: f64 = 44.0;
/// How high a row is.
const ROW: f64 = 22.0;
/// The room between the picture and the legend, and between two entries.
const ROOM: f64 = 24.0;
/// How wide the legend is at least allowed to be.
const LEAST_WIDTH: f64 = 560.0;
/// How many groups are listed.
const MOST_GROUPS: usize = 12;

/// The entries in the order in which they are shown.
pub(super) struct Legend(Vec<(Sample, String)>);

enum Sample {
    /// An edge with its classes and its label.
    Edge(String, &'static str),
    /// A box with its classes, and those of what holds it.
    Box(&'static str, String),
}

impl Legend {
    pub(super) fn new(view: &View, drawing: &Drawing) -> Legend {
        let edges = &drawing.edges;
        let has = |look: Look, data: bool| edges.iter().any(|edge| edge.look == look && edge.data == data);
        let edge = |look, cyclic, data, label| Sample::Edge(classes(look, cyclic, data), label);
        let entries = [
            (!edges.is_empty(), edge(Look::Plain, false, false, "3"), "uses, in 3 places"),
            (has(Look::Denied, false), edge(Look::Denied, false, false, "!"), "breaks a rule"),
            (has(Look::Warned, false), edge(Look::Warned, false, false, "?"), "breaks a rule: a warning"),
            (edges.iter().any(|edge| edge.cyclic), edge(Look::Plain, true, false, ""), "part of a cycle"),
            (has(Look::Data, true), edge(Look::Data, false, true, ""), "through data alone"),
            (has(Look::Denied, true), edge(Look::Denied, false, true, "!"), "through data, breaks a rule"),
            (has(Look::Warned, true), edge(Look::Warned, false, true, "?"), "through data, a warning"),
            (has(Look::Test, false), edge(Look::Test, false, false, "test"), "test code alone"),
            (drawing.strays.contains(&true), Sample::Box("box stray", String::new()), "belongs to no module"),
            (view.nodes.iter().any(|node| node.focused), Sample::Box("box focus", String::new()), "in focus"),
        ];
        let entries = entries.into_iter().filter(|(occurs, _, _)| *occurs);
        let mut legend: Vec<(Sample, String)> =
            entries.map(|(_, sample, text)| (sample, text.to_owned())).collect();
        // Where the crate stands in every name its colour needs no words.
        let told = |node: &crate::output::view::ViewNode| match &node.kind {
            NodeKind::Module => true,
            NodeKind::Source(source) => source.module.is_some(),
            NodeKind::Unit | NodeKind::Crate => false,
        };
        if view.nodes.iter().any(told) && drawing.groups.len() <= MOST_GROUPS {
            let group = |(index, name): (usize, &String)| {
                (Sample::Box("box", format!("node t{}", index % TINTS)), shortened(&terminal(name)))
            };
            legend.extend(drawing.groups.iter().enumerate().map(group));
        }
        Legend(legend)
    }

    /// Where each entry begins, below the picture, and what all of them take.
    fn places(&self, width: f64) -> (Vec<(f64, f64)>, Size) {
        let (mut x, mut row) = (0.0, 0.0);
        let (mut places, mut widest) = (Vec::new(), 0.0_f64);
        for (_, text) in &self.0 {
            let own = SAMPLE + 8.0 + text.width() as f64 * SMALL_WIDTH;
            if x > 0.0 && x + own > width.max(LEAST_WIDTH) {
                (x, row) = (0.0, row + ROW);
            }
            places.push((x, row));
            widest = widest.max(x + own);
            x += own + ROOM;
        }
        let height = if self.0.is_empty() { 0.0 } else { 2.0 * ROOM + row + ROW };
        (places, Size { width: widest, height })
    }

    pub(super) fn size(&self, width: f64) -> Size {
        self.places(width).1
    }

    pub(super) fn write(&self, layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
        let top = layout.size.height + 2.0 * ROOM;
        writeln!(out, "<g class=\"legend\">")?;
        for ((sample, text), (x, row)) in self.0.iter().zip(self.places(layout.size.width).0) {
            let y = top + row + ROW / 2.0;
            write_sample(sample, x, y, out)?;
            let (x, y) = (number(x + SAMPLE + 8.0), number(y + 4.0));
            writeln!(out, "<text x=\"{x}\" y=\"{y}\">{}</text>", xml(text))?;
        }
        writeln!(out, "</g>")
    }
}

fn write_sample(sample: &Sample, x: f64, y: f64, out: &mut dyn Write) -> io::Result<()> {
    match sample {
        Sample::Box(own, holder) => {
            let (x, y) = (number(x + 8.0), number(y - 8.0));
            let (open, close) = if holder.is_empty() {
                (String::new(), "")
            } else {
                (format!("<g class=\"{holder}\">"), "</g>")
            };
            writeln!(
                out,
                "{open}<rect class=\"{own}\" x=\"{x}\" y=\"{y}\" width=\"28\" height=\"16\" rx=\"4\"/>{close}"
            )
        }
        Sample::Edge(classes, label) => {
            let line = format!("M{} {}H{}", number(x), number(y), number(x + SAMPLE - 8.0));
            let (tip, back) = (number(x + SAMPLE), number(x + SAMPLE - 9.0));
            writeln!(out, "<g class=\"{classes}\">")?;
            if classes.contains("cyclic") {
                writeln!(out, "<path class=\"halo\" d=\"{line}\"/>")?;
            }
            let (upper, lower) = (number(y - 4.0), number(y + 4.0));
            writeln!(out, "<path class=\"line\" d=\"{line}\"/>")?;
            writeln!(
                out,
                "<path class=\"head\" d=\"M{tip} {}L{back} {upper}L{back} {lower}Z\"/>",
                number(y)
            )?;
            if !label.is_empty() {
                let width = label.width() as f64 * SMALL_WIDTH + 6.0;
                let middle = x + (SAMPLE - 8.0) / 2.0;
                writeln!(
                    out,
                    "<rect class=\"tag\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"14\"/><text class=\"label\" \
                     x=\"{}\" y=\"{}\">{label}</text>",
                    number(middle - width / 2.0),
                    number(y - 7.0),
                    number(width),
                    number(middle),
                    number(y + 4.0),
                )?;
            }
            writeln!(out, "</g>")
        }
    }
}
