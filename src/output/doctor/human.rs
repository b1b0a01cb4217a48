//! What is checked and what is not, for people: a line that answers whether a green run can be trusted, what stands in the
//! way, and how much of each module was seen.

use crate::output::diagnosis::{
    Diagnosis, ModuleSeen, Name, SelectorSeen, Topic, Unresolved, Verdict, Weight,
};
use crate::output::escape::terminal;
use crate::output::report::{counted, percent};
use crate::output::style::{DIM, ERROR, GOOD, STRONG, WARNING};
use std::collections::BTreeSet;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// How many entries of a topic are listed.
const ENTRIES: usize = 8;
/// Before what belongs to the line above.
const INDENT: &str = "  ";
/// How many places of a reason are listed.
const PLACES: usize = 3;

/// Writes the diagnosis.
pub(super) fn write(diagnosis: &Diagnosis, out: &mut dyn Write) -> io::Result<()> {
    let (verdict, phrase) = diagnosis.summary();
    let style = match verdict {
        Verdict::Trusted => GOOD,
        Verdict::Gaps => WARNING,
        Verdict::Incomplete | Verdict::Unchecked => ERROR,
    };
    writeln!(out, "{style}{}{style:#}; looked at {}", terminal(&phrase), diagnosis.seen())?;
    diagnosis.topics.iter().try_for_each(|topic| write_topic(topic, out))?;
    write_modules(&diagnosis.modules, out)
}

fn write_topic(topic: &Topic, out: &mut dyn Write) -> io::Result<()> {
    let style = match topic.weight {
        Weight::Fails => ERROR,
        Weight::Gap => WARNING,
        Weight::Note => STRONG,
    };
    writeln!(out, "\n{style}{}{style:#}", topic.count())?;
    for entry in topic.entries.iter().take(ENTRIES) {
        let text = terminal(&entry.text);
        let place = match (&entry.file, entry.line, entry.column) {
            (Some(file), Some(line), Some(column)) => format!("{}:{line}:{column}", terminal(file)),
            (Some(file), ..) => terminal(file).into_owned(),
            (None, ..) => String::new(),
        };
        let gap = if place.is_empty() || text.is_empty() { "" } else { "  " };
        writeln!(out, "  {place}{gap}{text}")?;
    }
    if topic.entries.len() > ENTRIES {
        writeln!(out, "  {DIM}and {} more{DIM:#}", topic.entries.len() - ENTRIES)?;
    }
    Ok(())
}

/// The columns behind the name, and how wide they are.
const COLUMNS: [(&str, usize); 5] =
    [("kind", 7), ("source modules", 14), ("files", 7), ("references", 10), ("resolved", 8)];

fn write_modules(modules: &[ModuleSeen], out: &mut dyn Write) -> io::Result<()> {
    if modules.is_empty() {
        return Ok(());
    }
    let widths = modules.iter().map(|module| name(module).width()).chain(
        modules.iter().flat_map(listed).map(|selector| terminal(&selector.path).width() + INDENT.len()),
    );
    let width = widths.chain(["module".len()]).max().unwrap_or(0);
    let titles = COLUMNS.map(|(title, _)| title);
    let path = if modules.iter().any(|module| !module.selectors.is_empty()) { "path" } else { "" };
    write!(out, "\n{STRONG}")?;
    row("module", width, &titles, path, out)?;
    write!(out, "{STRONG:#}")?;
    modules.iter().try_for_each(|module| write_module(module, width, out))
}

/// The paths that have a line of their own: those of a module that has several.
fn listed(module: &ModuleSeen) -> &[SelectorSeen] {
    if module.selectors.len() > 1 { &module.selectors } else { &[] }
}

fn write_module(module: &ModuleSeen, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let kind = if matches!(module.kind, "none" | "tests") { "" } else { module.kind };
    let resolution = &module.resolution;
    let (modules, files) = (module.source_modules.to_string(), module.files.to_string());
    let references = resolution.references.to_string();
    let share = if resolution.references == 0 { String::new() } else { percent(resolution.share()) };
    let path = match module.selectors.as_slice() {
        [only] => terminal(&only.path),
        _ => "".into(),
    };
    row(&name(module), width, &[kind, &modules, &files, &references, &share], &path, out)?;
    for selector in listed(module) {
        let (modules, files) = (selector.source_modules.to_string(), selector.files.to_string());
        let path = format!("{INDENT}{}", terminal(&selector.path));
        row(&path, width, &["", &modules, &files], "", out)?;
    }
    module.unresolved.iter().try_for_each(|unresolved| write_unresolved(unresolved, out))
}

fn row(name: &str, width: usize, cells: &[&str], last: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut line = padded(name, width);
    for (index, (_, wide)) in COLUMNS.iter().enumerate() {
        let cell = cells.get(index).copied().unwrap_or("");
        line.push_str("  ");
        line.push_str(&if index == 0 { padded(cell, *wide) } else { format!("{cell:>wide$}") });
    }
    writeln!(out, "{}", format!("{line}  {last}").trim_end())
}

fn write_unresolved(unresolved: &Unresolved, out: &mut dyn Write) -> io::Result<()> {
    let count = counted(unresolved.names.len(), "reference");
    let reason = unresolved.reason.as_str().replace('-', " ");
    let examples = examples(&unresolved.names);
    let shown = examples.iter().map(|name| place(name)).collect::<Vec<_>>().join(", ");
    let more = match unresolved.names.len() - examples.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    writeln!(out, "{INDENT}{DIM}{count} unresolved, {reason}: {shown}{more}{DIM:#}")
}

/// A few places, of different names if there are so many.
fn examples(names: &[Name]) -> Vec<&Name> {
    let mut known = BTreeSet::new();
    let (firsts, others): (Vec<usize>, Vec<usize>) =
        (0..names.len()).partition(|&index| known.insert(&names[index].name));
    let mut chosen: Vec<usize> = firsts.into_iter().chain(others).take(PLACES).collect();
    chosen.sort_unstable();
    chosen.into_iter().map(|index| &names[index]).collect()
}

fn place(name: &Name) -> String {
    format!("`{}` {}:{}:{}", terminal(&name.name), terminal(&name.file), name.line, name.column)
}

fn name(module: &ModuleSeen) -> String {
    match (&module.name, module.kind) {
        (Some(name), _) => terminal(name).into_owned(),
        (None, "tests") => "(tests, not checked)".to_owned(),
        (None, _) => "(no module)".to_owned(),
    }
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}
