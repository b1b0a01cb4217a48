//! The report as `cargo check --message-format=json` would print it, one message per line: what editors read through
//! rust-analyzer, and every other tool that reads cargo's messages.
//!
//! Places are in lines, characters and bytes, and each comes with the text of its line, since a reader may count in units
//! of its own. File names are relative to the workspace root, as rustc's are.

use super::human;
use crate::config::policy::Severity;
use crate::output::diagnostic;
use crate::output::escape::{TAB, terminal};
use crate::output::lines::Lines;
use crate::output::notes;
use crate::output::report::Report;
use crate::rules::{self, Finding, PolicyRef, Site, TrailStep};
use crate::source::{CargoPackage, CargoTarget};
use serde::Serialize;
use std::io::{self, Write};

/// Writes a message per open finding, one per package that was looked at, and the closing one.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut lines = Lines::new(&report.sources);
    let nowhere = (CargoPackage::default(), CargoTarget { edition: "2021".into(), ..CargoTarget::default() });
    for finding in report.open() {
        let (package, target) = place_of(report, finding).unwrap_or((&nowhere.0, &nowhere.1));
        let message = Diagnostic::new(&mut lines, finding)?;
        write_line(&Line::CompilerMessage { unit: Unit::new(package, target), message }, out)?;
    }
    // A reader clears what it showed before of a package of which there is a message. Without this one, it would go on
    // showing the last finding of a package after it was fixed. Where not all was seen, nobody knows that it was.
    for package in report.packages.iter().filter(|_| report.incomplete.is_empty()) {
        if let Some(target) = package.targets.first() {
            write_line(&looked_at(package, target), out)?;
        }
    }
    let success = report.count(Severity::Deny) == 0 && report.incomplete.is_empty();
    write_line(&Line::BuildFinished { success }, out)
}

/// The package and the target that a finding is in: that of its first place inside of a package, or the workspace's first.
fn place_of<'a>(report: &'a Report, finding: &Finding) -> Option<(&'a CargoPackage, &'a CargoTarget)> {
    let place = |site: &Site| {
        let package = report.package_of(&site.file)?;
        Some((package, package.target_of(&site.file)?))
    };
    let first = || report.packages.iter().find_map(|package| Some((package, package.targets.first()?)));
    finding.sites.iter().find_map(place).or_else(first)
}

fn looked_at<'a>(package: &'a CargoPackage, target: &'a CargoTarget) -> Line<'a> {
    Line::CompilerArtifact {
        unit: Unit::new(package, target),
        profile: Profile {
            opt_level: "0",
            debuginfo: 0,
            debug_assertions: true,
            overflow_checks: true,
            test: false,
        },
        features: [],
        filenames: [],
        executable: None,
        fresh: false,
    }
}

fn write_line(line: &Line, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    writeln!(out)
}

#[derive(Serialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
enum Line<'a> {
    CompilerMessage {
        #[serde(flatten)]
        unit: Unit<'a>,
        message: Diagnostic,
    },
    CompilerArtifact {
        #[serde(flatten)]
        unit: Unit<'a>,
        profile: Profile,
        features: [&'a str; 0],
        filenames: [&'a str; 0],
        executable: Option<&'a str>,
        fresh: bool,
    },
    BuildFinished {
        success: bool,
    },
}

#[derive(Serialize)]
struct Unit<'a> {
    package_id: &'a str,
    manifest_path: &'a str,
    target: TargetJson<'a>,
}

#[derive(Serialize)]
struct TargetJson<'a> {
    kind: &'a [String],
    crate_types: &'a [String],
    name: &'a str,
    src_path: &'a str,
    edition: &'a str,
    doc: bool,
    doctest: bool,
    test: bool,
}

#[derive(Serialize)]
struct Profile {
    opt_level: &'static str,
    debuginfo: u32,
    debug_assertions: bool,
    overflow_checks: bool,
    test: bool,
}

/// What rustc calls a diagnostic; the children of one are diagnostics, too.
#[derive(Serialize)]
struct Diagnostic {
    #[serde(rename = "$message_type")]
    kind: &'static str,
    message: String,
    code: Option<Code>,
    level: &'static str,
    spans: Vec<Span>,
    children: Vec<Diagnostic>,
    rendered: Option<String>,
}

#[derive(Serialize)]
struct Code {
    code: String,
    explanation: Option<String>,
}

#[derive(Serialize)]
struct Span {
    file_name: String,
    byte_start: usize,
    byte_end: usize,
    line_start: u32,
    line_end: u32,
    column_start: usize,
    column_end: usize,
    is_primary: bool,
    text: Vec<SpanLine>,
    label: Option<String>,
    suggested_replacement: Option<String>,
    suggestion_applicability: Option<String>,
    expansion: Option<()>,
}

#[derive(Serialize)]
struct SpanLine {
    text: String,
    highlight_start: usize,
    highlight_end: usize,
}

impl<'a> Unit<'a> {
    fn new(package: &'a CargoPackage, target: &'a CargoTarget) -> Unit<'a> {
        let CargoTarget { kind, crate_types, name, src_path, edition, doc, doctest, test, root: _ } = target;
        let (doc, doctest, test) = (*doc, *doctest, *test);
        let target = TargetJson { kind, crate_types, name, src_path, edition, doc, doctest, test };
        Unit { package_id: &package.id, manifest_path: &package.manifest_path, target }
    }
}

impl Diagnostic {
    fn new<'a>(lines: &mut Lines<'a>, finding: &'a Finding) -> io::Result<Diagnostic> {
        let mut rendered = Vec::new();
        human::write_finding(lines, finding, &mut rendered)?;
        let rendered = anstream::adapter::strip_bytes(&rendered).into_vec();
        Ok(Diagnostic {
            kind: "diagnostic",
            message: shown(&finding.message),
            code: Some(Code { code: format!("modcheck::{}", finding.rule), explanation: None }),
            level: notes::level(finding),
            spans: spans(lines, finding),
            children: children(lines, finding),
            rendered: Some(String::from_utf8_lossy(&rendered).into_owned() + "\n"),
        })
    }

    /// What is said below: at a place, or in words alone.
    fn child(level: &'static str, message: String, span: Option<Span>) -> Diagnostic {
        Diagnostic {
            kind: "diagnostic",
            message,
            code: None,
            level,
            spans: Vec::from_iter(span),
            children: Vec::new(),
            rendered: None,
        }
    }
}

/// The places of a finding. Where each of them is one occurrence, all are primary, so that an editor underlines each.
fn spans<'a>(lines: &mut Lines<'a>, finding: &'a Finding) -> Vec<Span> {
    let each = rules::occurrences(finding) as usize == finding.sites.len();
    let span = |(index, site): (usize, &'a Site)| {
        let Site { file, line, column, width, label } = site;
        Span::new(lines, file, (*line, *column, *width)).with(each || index == 0, label)
    };
    finding.sites.iter().enumerate().map(span).collect()
}

fn children<'a>(lines: &mut Lines<'a>, finding: &'a Finding) -> Vec<Diagnostic> {
    let mut children: Vec<Diagnostic> = finding.trail.iter().map(|step| hop(lines, step)).collect();
    children.extend(notes::policy(finding).map(|policy| breaks(lines, policy)));
    // These have a place, which is a span here.
    let placed = |name: &str| matches!(name, "also" | "trail" | "policy");
    for (name, text) in notes::notes(finding).into_iter().filter(|(name, _)| !placed(name)) {
        let text = shown(&text.join("\n"));
        children.push(match name {
            "help" => Diagnostic::child("help", text, None),
            "note" => Diagnostic::child("note", text, None),
            _ => Diagnostic::child("note", format!("{name}: {text}"), None),
        });
    }
    children
}

/// A hop of the trail, with the word that stands there.
fn hop<'a>(lines: &mut Lines<'a>, step: &'a TrailStep) -> Diagnostic {
    let TrailStep { file, line, column, name, note } = step;
    let width = lines.get(file, *line).map_or(1, |line| line.word(*column));
    let span = Span::new(lines, file, (*line, *column, width)).with(true, "");
    Diagnostic::child("note", shown(&format!("`{name}` {note}")), Some(span))
}

/// The line of the policy that is broken.
fn breaks<'a>(lines: &mut Lines<'a>, policy: &'a PolicyRef) -> Diagnostic {
    let PolicyRef { file, place, text } = policy;
    let width = lines.get(file, place.line).map_or(1, |line| line.entry(place.column));
    let span = Span::new(lines, file, (place.line, place.column, width)).with(true, "");
    Diagnostic::child("note", format!("policy: {}", shown(text)), Some(span))
}

impl Span {
    /// A place given by line, column and width. Where the text is not at hand, nobody knows the bytes.
    fn new<'a>(lines: &mut Lines<'a>, file: &'a str, (number, column, width): (u32, u32, u32)) -> Span {
        let span = |bytes: std::ops::Range<usize>, columns: std::ops::Range<usize>, text| Span {
            file_name: file.to_owned(),
            byte_start: bytes.start,
            byte_end: bytes.end,
            line_start: number.max(1),
            line_end: number.max(1),
            column_start: columns.start,
            column_end: columns.end,
            is_primary: true,
            text,
            label: None,
            suggested_replacement: None,
            suggestion_applicability: None,
            expansion: None,
        };
        let Some(line) = lines.get(file, number) else {
            let column = column.max(1) as usize;
            return span(0..0, column..column.saturating_add(width as usize), Vec::new());
        };
        let characters = line.characters(column, width);
        let columns = characters.start + 1..characters.end + 1;
        let text = SpanLine {
            text: line.text.to_owned(),
            highlight_start: columns.start,
            highlight_end: columns.end,
        };
        span(line.bytes(&characters), columns, vec![text])
    }

    fn with(self, is_primary: bool, label: &str) -> Span {
        Span { is_primary, label: Some(shown(label)).filter(|label| !label.is_empty()), ..self }
    }
}

/// Text of others as an editor may show it.
fn shown(text: &str) -> String {
    let lines = diagnostic::lines(text);
    lines.iter().map(|line| terminal(&line.replace('\t', TAB)).into_owned()).collect::<Vec<_>>().join("\n")
}
