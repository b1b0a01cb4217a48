//! How closely globs fit names, and who claims a name best: the same for tables and for all else that a module owns.

use super::ownership::{Claim, Claimant};
use super::policy::{ModuleId, Pattern, Policy};
use crate::data::ResourceKind;

/// The lists of globs that names of one kind fall under.
pub(super) struct Lists<'p> {
    /// What each module owns: a leading `!` takes out again; and the views it publishes.
    own: Vec<(ModuleId, &'p [Pattern], &'p [Pattern])>,
    shared: Vec<(Claimant, &'p [Pattern])>,
}

impl<'p> Lists<'p> {
    /// Those of tables.
    pub(super) fn of_tables(policy: &'p Policy) -> Lists<'p> {
        let own = policy.iter().map(|(id, module)| (id, &*module.owns.tables, &*module.owns.views));
        let shared = [
            (Claimant::Reference, policy.shared.reference.as_slice()),
            (Claimant::Outbox, policy.shared.outbox.as_slice()),
        ];
        Lists { own: own.collect(), shared: shared.into() }
    }

    /// Those of other resources. A queue that all write into may be listed as an outbox, like a table.
    pub(super) fn of_resources(policy: &'p Policy, kind: ResourceKind) -> Lists<'p> {
        let own = policy.iter().map(|(id, module)| (id, module.owns.list(kind), &[][..]));
        let is_topic = kind == ResourceKind::Topic;
        let shared = is_topic.then_some((Claimant::Outbox, policy.shared.outbox.as_slice()));
        Lists { own: own.collect(), shared: shared.into_iter().collect() }
    }

    /// The best claims to a name, one of each claimant, all with the same fit; in file order.
    pub(super) fn best(&self, name: &str) -> Vec<(Fit, Claim)> {
        let own = self.own.iter().filter_map(|(id, listed, views)| {
            let excluded = best(listed, name, true).map(Fit::of);
            let listed = best(listed, name, false);
            let kept = listed.filter(|pattern| excluded.is_none_or(|fit| Fit::of(pattern) > fit));
            let best = kept.into_iter().chain(best(views, name, false));
            best.max_by_key(|pattern| Fit::of(pattern)).map(|pattern| (Claimant::Module(*id), pattern))
        });
        let shared = self.shared.iter().filter_map(|(by, list)| Some((*by, best(list, name, false)?)));
        let mut claims: Vec<(Fit, Claim)> = own
            .chain(shared)
            .map(|(by, pattern)| {
                let claim = Claim { by, glob: pattern.text.clone(), place: pattern.place };
                (Fit::of(pattern), claim)
            })
            .collect();
        let highest = claims.iter().map(|(fit, _)| *fit).max();
        claims.retain(|(fit, _)| Some(*fit) == highest);
        claims.sort_by_key(|(_, claim)| claim.place);
        claims
    }
}

/// The most specific of the patterns that match; of those with `!` or of those without.
fn best<'p>(patterns: &'p [Pattern], name: &str, excluding: bool) -> Option<&'p Pattern> {
    let matching = patterns.iter().filter(|p| p.excludes() == excluding && p.glob.is_match(name));
    // Of equal ones the first.
    matching.rev().max_by_key(|pattern| Fit::of(pattern))
}

/// How closely a glob fits a name. A name beats every glob; among globs, more literal characters do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fit {
    /// It is the name.
    pub(super) exact: bool,
    literals: usize,
}

impl Fit {
    fn of(pattern: &Pattern) -> Fit {
        let text = pattern.text.strip_prefix('!').unwrap_or(&pattern.text);
        Fit { exact: !text.contains(['*', '?', '[', '{', '\\']), literals: literals(text) }
    }
}

/// The characters of a glob that stand for themselves; of alternatives those of the shortest.
fn literals(glob: &str) -> usize {
    let mut count = 0;
    let mut rest = glob.char_indices();
    while let Some((at, c)) = rest.next() {
        match c {
            '*' | '?' => {}
            '[' => drop(rest.find(|(_, c)| *c == ']')),
            '{' => {
                let inside = &glob[at + 1..];
                let (alternatives, length) = alternatives(inside);
                count += alternatives.into_iter().map(literals).min().unwrap_or(0);
                rest = glob[..].char_indices();
                rest.find(|(i, _)| *i == at + length + 1);
            }
            '\\' => count += usize::from(rest.next().is_some()),
            _ => count += 1,
        }
    }
    count
}

/// The alternatives behind a `{`, and where the `}` stands.
fn alternatives(text: &str) -> (Vec<&str>, usize) {
    let mut found = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                found.push(&text[start..at]);
                return (found, at);
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    (found, text.len())
}
