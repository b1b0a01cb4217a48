//! The graph of the modules, drawn as the format `svg` of `graph` does.

use super::markup::Markup;
use crate::output::graph::{hindrance, svg};
use crate::output::view::View;
use std::io;

/// Writes the picture, or why there is none.
pub(super) fn write(m: &mut Markup, view: &View) -> io::Result<()> {
    let mut drawn = Ok(());
    m.with("section", &[("id", &"graph"), ("aria-labelledby", &"graph-title")], |m| {
        m.with("h2", &[("id", &"graph-title")], |m| m.text("Graph of the modules"));
        if view.nodes.is_empty() {
            return m.say("p", "There is nothing to draw.");
        }
        if let Some(size) = hindrance("svg", view) {
            return m.say("p", format_args!("It is too large to draw: {size}. The matrix shows the same."));
        }
        m.with(
            "div.wide.picture",
            &[("role", &"group"), ("aria-label", &"graph of the modules"), ("tabindex", &0)],
            |m| drawn = m.written(|out| svg::write_unstyled(view, out)),
        );
    });
    drawn
}
