//! What a `boundaries.toml` may already say although nothing of this version uses it. It is accepted, so that a file need not
//! change later, and `doctor` says it aloud.

use crate::config::policy::{Module, Policy};

/// Keys that a policy sets and nothing of this version uses, each as a phrase.
pub fn idle_keys(policy: &Policy) -> Vec<String> {
    let modules = |holds: &dyn Fn(&Module) -> bool| policy.modules.iter().filter(|m| holds(m)).count();
    let facts = |key: &str| modules(&|m| m.facts.contains_key(key));
    let context = &policy.context;
    let in_context =
        context.engineers.is_some() || context.platform_team.is_some() || context.stage.is_some();
    let mut out: Vec<String> = [
        ("owner", modules(&|m| m.owner.is_some())),
        ("cadence", facts("cadence")),
        ("scaling", facts("scaling")),
        ("team", facts("team")),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .map(|(key, count)| format!("nothing uses `{key}` yet, which {} set", modules_phrase(count)))
    .collect();
    out.extend(in_context.then(|| "nothing uses `[context]` yet".to_owned()));
    out
}

fn modules_phrase(count: usize) -> String {
    if count == 1 { "one module has".to_owned() } else { format!("{count} modules have") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_for_later_are_named_once() {
        let text = "version = 1\ncontext.engineers = 3\n[modules.a]\npaths = ['a']\nowner = 'x'\nteam = 'y'\n\
                    [modules.b]\npaths = ['b']\nowner = 'x'\ndepends-on = ['a']\n";
        let policy = crate::config::load(text, "boundaries.toml", &crate::rules::names()).unwrap();
        assert_eq!(
            idle_keys(&policy),
            [
                "nothing uses `owner` yet, which 2 modules have set",
                "nothing uses `team` yet, which one module has set",
                "nothing uses `[context]` yet"
            ]
        );
    }
}
