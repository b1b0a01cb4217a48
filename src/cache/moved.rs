//! Files in which nothing changed but where things stand: comments, white space, the layout of the code.
//!
//! What a check comes to then is the same, and the places in it move along.

use crate::extract::facts::{FileFacts, Pos, Text};
use crate::output::report::Report;
use std::collections::BTreeMap;
use xxhash_rust::xxh3::Xxh3;

/// Where the things of one file stand now, by where they stood.
pub(super) struct Moves(BTreeMap<Pos, Pos>);

/// What a file says, wherever it stands, and where it does.
struct Apart {
    says: Vec<u8>,
    places: Vec<Pos>,
}

impl Moves {
    /// From the facts of a file's former text to those of its present one; `None` if it says something else.
    /// Each with the hash of its [`pieces`].
    pub(super) fn new(before: (&FileFacts, u128), now: (&FileFacts, u128)) -> Option<Moves> {
        let (old, new) = (Apart::of(before.0), Apart::of(now.0));
        if before.1 != now.1 || old.says != new.says {
            return None;
        }
        let mut moves = BTreeMap::new();
        for (from, to) in old.places.into_iter().zip(new.places) {
            if *moves.entry(from).or_insert(to) != to {
                return None;
            }
        }
        // What is in order by its place stays in order.
        moves.values().is_sorted().then_some(Moves(moves))
    }

    /// Moves what a report says of the file; `None` if it names a place that the facts do not have.
    pub(super) fn apply(&self, file: &str, report: &mut Report) -> Option<()> {
        if self.0.iter().all(|(from, to)| from == to) {
            return Some(());
        }
        for (_, line, column) in places(report).filter(|(named, ..)| *named == file) {
            let to = self.0.get(&Pos { line: *line, column: *column })?;
            (*line, *column) = (to.line, to.column);
        }
        (!texts(report).any(|text| text.contains(file))).then_some(())
    }
}

/// Every place in a report: the file, the line and the column.
fn places(report: &mut Report) -> impl Iterator<Item = (&str, &mut u32, &mut u32)> {
    let of_findings = report.findings.iter_mut().flat_map(|finding| {
        let sites = finding.sites.iter_mut().map(|s| (s.file.as_str(), &mut s.line, &mut s.column));
        let steps = finding.trail.iter_mut().map(|s| (s.file.as_str(), &mut s.line, &mut s.column));
        sites.chain(steps)
    });
    let of_exceptions = report.exceptions.iter_mut().flat_map(|exception| {
        let (site, until) = (&mut exception.site, &mut exception.until);
        [(site.file.as_str(), &mut site.line, &mut site.column), (&site.file, &mut until.0, &mut until.1)]
    });
    of_findings.chain(of_exceptions)
}

impl Apart {
    fn of(facts: &FileFacts) -> Apart {
        let mut facts = facts.clone();
        facts
            .pieces_mut()
            .filter(|text| matches!(text, Text::File(..)))
            .for_each(|text| *text = Text::File(0, 0));
        let places = facts.places_mut().into_iter().map(std::mem::take).collect();
        Apart { says: bitcode::encode(&facts), places }
    }
}

/// A hash of the pieces of a file that are taken as they are written: what macros are given and made of, which the facts
/// point to, and what functions return, which findings quote.
pub(super) fn pieces(facts: &FileFacts, text: &str) -> u128 {
    let called = facts.calls.iter().map(|call| call.text);
    let pointed_to =
        called.chain(facts.macros.iter().map(|rules| rules.text)).map(|piece| facts.text(piece, text));
    let mut hasher = Xxh3::new();
    for piece in pointed_to.chain(results(text)) {
        hasher.update(&piece.len().to_le_bytes());
        hasher.update(piece.as_bytes());
    }
    hasher.digest128()
}

/// What stands between an arrow and the body behind it.
fn results(text: &str) -> impl Iterator<Item = &str> {
    text.split("->").skip(1).map(|rest| &rest[..rest.find(['{', ';']).unwrap_or(rest.len())])
}

/// Whatever a report says in words: a place may be named in it.
fn texts(report: &Report) -> impl Iterator<Item = &String> {
    let of_findings = report.findings.iter().flat_map(|finding| {
        let labels = finding.sites.iter().map(|site| &site.label);
        let steps = finding.trail.iter().flat_map(|step| [&step.name, &step.note]);
        let others = [&finding.message, &finding.from, &finding.to, &finding.identity];
        labels.chain(steps).chain(others).chain(&finding.because).chain(&finding.help)
    });
    of_findings.chain(&report.incomplete).chain(&report.notices)
}
