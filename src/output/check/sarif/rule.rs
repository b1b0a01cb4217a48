//! What SARIF tells of the rules: names, pages, levels, tags.

use super::level;
use super::model::{Configuration, Descriptor, Help, Message, Properties};
use crate::config::policy::Severity;
use crate::rules::{Check, Needs, Rule};

/// How long a description may be for GitHub, in characters.
const LONGEST: usize = 1024;

/// Index and id of what is said where the analysis is incomplete.
pub(super) const INCOMPLETE: (usize, &str) = (0, "incomplete");
/// The same for what is worth knowing.
pub(super) const NOTICE: (usize, &str) = (1, "notice");

/// What is told of a rule.
pub(super) fn descriptor(rule: &Rule) -> Descriptor {
    Descriptor {
        id: rule.name,
        name: title(rule.name),
        short_description: Message { text: sentence(rule.summary) },
        full_description: Message { text: description(rule.docs) },
        help: Some(Help { text: rule.docs, markdown: rule.docs }),
        default_configuration: Configuration {
            enabled: rule.default != Severity::Allow,
            level: level(rule.default),
        },
        properties: Some(Properties { tags: tags(rule) }),
    }
}

/// What is told of the two kinds of notifications, in the order of their indices.
pub(super) fn notifications() -> Vec<Descriptor> {
    let notification = |(_, id): (usize, &'static str), level, short: &str, full: &str| Descriptor {
        id,
        name: title(id),
        short_description: Message { text: short.to_owned() },
        full_description: Message { text: full.to_owned() },
        help: None,
        default_configuration: Configuration { enabled: true, level },
        properties: None,
    };
    vec![
        notification(
            INCOMPLETE,
            "error",
            "The analysis is incomplete.",
            "Something could not be seen that the configuration wants seen, so that findings may be missing.",
        ),
        notification(
            NOTICE,
            "note",
            "Something worth knowing.",
            "Something that is no finding and fails nothing.",
        ),
    ]
}

/// `private-access` as `PrivateAccess`, which is how the standard writes names.
fn title(name: &str) -> String {
    name.split('-').map(capitalised).collect()
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

fn sentence(phrase: &str) -> String {
    format!("{}.", capitalised(phrase))
}

/// The first paragraph of a page, as far as it fits.
fn description(docs: &str) -> String {
    let paragraphs = docs.split("\n\n").map(str::trim);
    let first = paragraphs.filter(|text| !text.is_empty() && !text.starts_with('#')).next().unwrap_or("");
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
