//! Lines of `boundaries.toml` written out, so that advice can be copied as it is.

use super::Context;
use crate::config::policy::{DependsOn, ModuleId, Owns};
use crate::data::ResourceKind;

/// `"a"`, with what TOML wants escaped.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        if matches!(c, '\\' | '"') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
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

/// The entries of a `depends-on` line, written out once for all lines that are made of them.
pub struct DependsOnEntries(Vec<(ModuleId, String)>);

impl DependsOnEntries {
    /// Those of `module`.
    pub fn of(ctx: &Context, module: ModuleId) -> DependsOnEntries {
        let entries = ctx.module(module).depends_on.iter();
        DependsOnEntries(entries.map(|entry| (entry.module, depends_on_entry(ctx, entry))).collect())
    }

    /// The line without one of them.
    pub fn without(&self, removed: ModuleId) -> String {
        let kept = self.0.iter().filter(|(module, _)| *module != removed);
        let entries: Vec<&str> = kept.map(|(_, entry)| entry.as_str()).collect();
        format!("depends-on = [{}]", entries.join(", "))
    }
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
    parts.extend(entry.until.iter().map(|until| format!("until = {}", quoted(&until.to_string()))));
    parts.extend(entry.reason.iter().map(|reason| format!("reason = {}", quoted(reason))));
    format!("{{ {} }}", parts.join(", "))
}

/// The `tables` line of `module` with one more table.
pub fn tables_with(ctx: &Context, module: ModuleId, table: &str) -> String {
    let old = ctx.module(module).owns.tables.iter().map(|pattern| pattern.text.as_str());
    list("tables", old.chain([table]))
}

/// The line of `module` for resources of a kind, with one more name.
pub fn resources_with(ctx: &Context, module: ModuleId, kind: ResourceKind, name: &str) -> String {
    let old = ctx.module(module).owns.list(kind).iter().map(|pattern| pattern.text.as_str());
    list(Owns::key(kind).unwrap_or_default(), old.chain([glob_of(name).as_str()]))
}

/// The glob that names a resource; a `*` in the name stands for what is not known, and stays one.
pub fn glob_of(name: &str) -> String {
    let mut glob = String::new();
    for c in name.chars() {
        if matches!(c, '?' | '[' | ']' | '{' | '}' | '\\') || c == '!' && glob.is_empty() {
            glob.push('\\');
        }
        glob.push(c);
    }
    glob
}

/// The `readers` line of `module` with one more module that may read a table.
pub fn readers_with(ctx: &Context, module: ModuleId, table: &str, reader: ModuleId) -> String {
    let mut entries: Vec<(&str, Vec<&str>)> = Vec::new();
    for (pattern, modules) in &ctx.module(module).owns.readers {
        entries.push((&pattern.text, modules.iter().map(|&m| ctx.name(m)).collect()));
    }
    match entries.iter_mut().find(|(glob, _)| *glob == table) {
        Some((_, readers)) => readers.push(ctx.name(reader)),
        None => entries.push((table, vec![ctx.name(reader)])),
    }
    let entry = |(glob, readers): &(&str, Vec<&str>)| list(&key(glob), readers.iter().copied());
    format!("readers = {{ {} }}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
}

/// A key of TOML, in quotes where it has to be.
fn key(text: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !text.is_empty() && text.chars().all(bare) { text.to_owned() } else { quoted(text) }
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
