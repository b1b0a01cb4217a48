//! What there is to say of a finding beyond its message, in lines of text.

use super::diagnostic::lines;
use crate::config::policy::Severity;
use crate::rules::{self, Finding, PolicyRef, Site, Standing, TrailStep};

/// How many sites beyond the first are listed.
const OTHER_SITES: usize = 3;

/// What a compiler would call it.
pub fn level(finding: &Finding) -> &'static str {
    if finding.severity == Severity::Deny { "error" } else { "warning" }
}

/// What stands below the message and its place: a name, and lines of text that are not escaped yet.
pub fn notes(finding: &Finding) -> Vec<(&'static str, Vec<String>)> {
    let trail = finding.trail.iter().map(trail_step).collect();
    let certainty = finding.inferred.then(|| "rests on the inferred type of the receiver".to_owned());
    let policy = policy(finding).into_iter();
    let policy = policy.map(|p| format!("{}:{}: {}", p.file, p.place.line, p.text));
    let because = finding.because.as_deref().map(lines).unwrap_or_default();
    let grown = match finding.standing {
        Standing::Grown { accepted } => {
            Some(format!("{accepted} accepted, {} found", rules::occurrences(finding)))
        }
        _ => None,
    };
    let mut notes = vec![
        ("also", other_sites(finding)),
        ("trail", trail),
        ("baseline", grown.into_iter().collect()),
        ("note", certainty.into_iter().collect()),
        ("policy", policy.collect()),
        ("because", because),
    ];
    notes.extend(finding.help.iter().map(|help| ("help", lines(help))));
    notes.retain(|(_, lines)| !lines.is_empty());
    notes
}

/// The line of the policy that is broken; none where the finding stands in it, so that the excerpt shows it already.
pub fn policy(finding: &Finding) -> Option<&PolicyRef> {
    let shown = |policy: &PolicyRef, site: &Site| site.file == policy.file && site.line == policy.place.line;
    finding.policy.as_ref().filter(|policy| !finding.sites.first().is_some_and(|site| shown(policy, site)))
}

fn other_sites(finding: &Finding) -> Vec<String> {
    let Some((first, others)) = finding.sites.split_first() else { return Vec::new() };
    let line = |site: &Site| match site.label.as_str() {
        label if label.is_empty() || label == first.label => {
            format!("{}:{}:{}", site.file, site.line, site.column)
        }
        label => format!("{}:{}:{}: {label}", site.file, site.line, site.column),
    };
    let mut lines: Vec<String> = others.iter().take(OTHER_SITES).map(line).collect();
    if others.len() > OTHER_SITES {
        lines.push(format!("and {} more", others.len() - OTHER_SITES));
    }
    lines
}

fn trail_step(step: &TrailStep) -> String {
    format!("{}:{}:{}: `{}` {}", step.file, step.line, step.column, step.name, step.note)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::report::tests::{sample, site};

    #[test]
    fn a_line_of_the_policy_is_shown_once_and_sites_say_what_is_their_own() {
        let mut report = sample();
        report.findings.truncate(1);
        let finding = &mut report.findings[0];
        let label = finding.sites[0].label.clone();
        finding.sites = vec![
            site("boundaries.toml", 5, 1, 6, &label),
            site("src/misc.rs", 1, 1, 1, &label),
            site("src/misc.rs", 2, 1, 1, "the way back"),
        ];
        let shown = notes(finding);
        assert!(shown.iter().all(|(name, _)| *name != "policy"), "{shown:?}");
        assert_eq!(
            shown[0],
            ("also", vec!["src/misc.rs:1:1".into(), "src/misc.rs:2:1: the way back".into()])
        );
    }
}
