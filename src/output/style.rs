//! The few colours that output for people uses.

use anstyle::{AnsiColor, Style};

/// All is well.
pub const GOOD: Style = AnsiColor::BrightGreen.on_default().bold();
/// Fails the run.
pub const ERROR: Style = AnsiColor::BrightRed.on_default().bold();
/// Does not fail the run.
pub const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// What a line is about.
pub const STRONG: Style = Style::new().bold();
/// Places and asides.
pub const DIM: Style = Style::new().dimmed();
/// What to do.
pub const HELP: Style = AnsiColor::BrightCyan.on_default().bold();
/// Line numbers and the lines beside the source.
pub const GUTTER: Style = AnsiColor::BrightBlue.on_default().bold();
/// A line that comes.
pub const ADDED: Style = AnsiColor::Green.on_default();
/// A line that goes.
pub const REMOVED: Style = AnsiColor::Red.on_default();
