//! What is wrong with a `boundaries.toml`, drawn by miette: one error may have several places, in a text that has been
//! made printable as a whole.

use crate::config::ConfigErrors;
use miette::{GraphicalReportHandler, GraphicalTheme};
use std::io::{self, Write};

/// How wide text is set.
const WIDTH: usize = 100;

/// Writes all errors, coloured.
pub fn write(errors: &ConfigErrors, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode()).with_width(WIDTH);
    handler.with_links(false).render_report(&mut text, errors).map_err(io::Error::other)?;
    out.write_all(text.as_bytes())
}
