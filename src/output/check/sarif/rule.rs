//! What SARIF tells of the rules: names, pages, levels, tags.

use super::level;
use super::model::{Configuration, Descriptor, Help, Message, Properties};
use crate::config::policy::Severity;
use crate::output::report::capitalised;
use crate::rules::{Check, Needs, Rule};

/// How long a description may be for GitHub, in characters.
const LONGEST: usize = 1024;

/// Index and id of what is said where the analysis is incomplete.
pub(super) const INCOMPLETE: (usize, &str) = (0, "incomplete-run");
/// The same for what is worth knowing.
pub(super) const NOTICE: (usize, &str) = (1, "run-notice");

/// What is told of a rule.
pub(super) fn descriptor(rule: &Rule) -> Descriptor {
    Descriptor {
        id: rule.name,
        name: title(rule.name),
        short_description: Message { text: sentence(rule.summary) },
        full_description: Message { text: description(rule.docs) },
        help: Help { text: rule.docs, markdown: rule.docs },
        default_configuration: Configuration {
            enabled: rule.default != Severity::Allow,
            level: level(rule.default),
        },
        properties: Some(Properties { tags: tags(rule) }),
    }
}

/// What is told of the two kinds of notifications, in the order of their indices.
pub(super) fn notifications() -> Vec<Descriptor> {
    let notification = |(_, id): (usize, &'static str), level, short: &str, full: &'static str| Descriptor {
        id,
        name: title(id),
        short_description: Message { text: short.to_owned() },
        full_description: Message { text: full.to_owned() },
        help: Help { text: full, markdown: full },
        default_configuration: Configuration { enabled: true, level },
        properties: None,
    };
    vec![
        notification(
            INCOMPLETE,
            "error",
            "The analysis is incomplete.",
            "Something could not be seen that the configuration wants seen: findings may be missing, and the run fails.",
        ),
        notification(
            NOTICE,
            "note",
            "Something is worth knowing.",
            "What is told is no finding and fails nothing.",
        ),
    ]
}

/// `private-access` as `PrivateAccess`, which is how the standard writes names.
fn title(name: &str) -> String {
    name.split('-').map(capitalised).collect()
}

fn sentence(phrase: &str) -> String {
    format!("{}.", capitalised(phrase))
}

/// The first paragraph of a page, as far as it fits.
fn description(docs: &str) -> String {
    let mut paragraphs = docs.split("\n\n").map(str::trim);
    let first = paragraphs.find(|text| !text.is_empty() && !text.starts_with('#')).unwrap_or("");
    let text = first.replace('\n', " ");
    match text.chars().count() > LONGEST {
        true => text.chars().take(LONGEST - 1).chain(['…']).collect(),
        false => text,
    }
}

fn tags(rule: &Rule) -> Vec<&'static str> {
    let group = match (rule.check, rule.needs) {
        (Check::Debt(_), _) => Some("debt"),
        (_, Needs::Tables | Needs::Resources) => Some("data"),
        _ => None,
    };
    ["architecture", "maintainability"].into_iter().chain(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{RULES, find};

    #[test]
    fn names_and_descriptions() {
        let rule = descriptor(find("private-access").unwrap());
        assert_eq!((rule.id, rule.name.as_str()), ("private-access", "PrivateAccess"));
        assert_eq!(rule.short_description.text, "A reference reaches past the public interface of a module.");
        assert!(
            rule.full_description.text.starts_with("Every reference from one declared module into another")
        );
        assert!(
            rule.full_description.text.ends_with("at the module's root."),
            "{}",
            rule.full_description.text
        );
        assert_eq!(description(&format!("## X\n\n{}", "ü".repeat(2000))).chars().count(), LONGEST);
        assert!(RULES.iter().all(|rule| !description(rule.docs).contains('\n')));
    }

    #[test]
    fn notifications_stand_at_their_index() {
        let all = notifications();
        for (index, id) in [INCOMPLETE, NOTICE] {
            assert_eq!(all[index].id, id);
        }
    }
}
