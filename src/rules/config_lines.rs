//! Lines of `boundaries.toml` written out, so that advice can be copied as it is.

use super::Context;
use crate::config::policy::{DependsOn, ModuleId};

/// `"a"`, with what TOML wants escaped.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// `key = ["a", "b"]`
pub fn list<'a>(key: &str, entries: impl IntoIterator<Item = &'a str>) -> String {
    let entries: Vec<String> = entries.into_iter().map(quoted).collect();
    format!("{key} = [{}]", entries.join(", "))
}

/// The `depends-on` line of `module` with one more entry.
pub fn depends_on_with(ctx: &Context, module: ModuleId, added: ModuleId) -> String {
    let old = ctx.module(module).depends_on.iter().map(|entry| depends_on_entry(ctx, entry));
    let entries: Vec<String> = old.chain([quoted(ctx.name(added))]).collect();
    format!("depends-on = [{}]", entries.join(", "))
}

/// The `depends-on` line of `module` without one of its entries.
pub fn depends_on_without(ctx: &Context, module: ModuleId, removed: ModuleId) -> String {
    let kept = ctx.module(module).depends_on.iter().filter(|entry| entry.module != removed);
    let entries: Vec<String> = kept.map(|entry| depends_on_entry(ctx, entry)).collect();
    format!("depends-on = [{}]", entries.join(", "))
}

fn depends_on_entry(ctx: &Context, entry: &DependsOn) -> String {
    let name = quoted(ctx.name(entry.module));
    if !entry.deprecated && entry.until.is_none() && entry.reason.is_none() {
        return name;
    }
    let mut parts = vec![format!("module = {name}")];
    if entry.deprecated {
        parts.push("deprecated = true".into());
    }
    parts.extend(entry.until.iter().map(|until| format!("until = {}", quoted(until))));
    parts.extend(entry.reason.iter().map(|reason| format!("reason = {}", quoted(reason))));
    format!("{{ {} }}", parts.join(", "))
}

/// `` `a`, `b` and `c` ``
pub fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    enumerate(names, "and")
}

/// `` `a`, `b` or `c` ``
pub fn either<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    enumerate(names, "or")
}

fn enumerate<'a>(names: impl IntoIterator<Item = &'a str>, word: &str) -> String {
    let mut names: Vec<String> = names.into_iter().map(|n| format!("`{n}`")).collect();
    match names.pop() {
        Some(last) if names.is_empty() => last,
        Some(last) => format!("{} {word} {last}", names.join(", ")),
        None => String::new(),
    }
}
