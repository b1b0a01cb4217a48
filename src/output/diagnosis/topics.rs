//! What stands in the way of trusting a run, topic by topic.

use crate::config::policy::{self, Module, ModuleId, Pattern, Policy, Severity};
use crate::data::ResourceKind;
use crate::graph::{Problem, ProblemKind};
use crate::output::completeness::{Completeness, Part, unresolved};
use crate::output::report::{counted, entry_phrase, percent, selector_phrase};
use crate::rules::{self, Context, Needs, Rule};
use crate::source::Tree;
use std::collections::BTreeMap;

/// One kind of thing that is not checked.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Topic {
    /// What kind of thing, in a word for JSON.
    pub topic: &'static str,
    /// How much it matters.
    pub weight: Weight,
    /// What one entry is, and what several are.
    #[serde(skip)]
    pub nouns: (&'static str, &'static str),
    /// The entries, sorted by place.
    pub entries: Vec<Entry>,
}

/// How much something matters to whoever trusts a run; the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// `check` ends with exit code 3.
    Fails,
    /// `check` passes, and code or data was not looked at.
    Gap,
    /// It is meant to be so, most likely.
    Note,
}

/// One thing, with its place if it has one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
pub struct Entry {
    /// Path relative to the workspace root.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", default)]
    pub file: Option<String>,
    /// Line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", default, range(min = 1))]
    pub line: Option<u32>,
    /// Column, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", default, range(min = 1))]
    pub column: Option<u32>,
    /// A phrase; may be empty where the place says it all.
    pub text: String,
}

impl Topic {
    /// `1 query that was not read`.
    pub fn count(&self) -> String {
        let count = self.entries.len();
        format!("{count} {}", if count == 1 { self.nouns.0 } else { self.nouns.1 })
    }
}

fn phrase(text: String) -> Entry {
    Entry { file: None, line: None, column: None, text }
}

fn at(file: &str, line: u32, column: u32, text: String) -> Entry {
    Entry { file: Some(file.to_owned()), line: Some(line), column: Some(column), text }
}

fn of_file(file: &str) -> Entry {
    Entry { file: Some(file.to_owned()), ..phrase(String::new()) }
}

/// Every topic with an entry, the worst first.
pub(super) fn all(context: &Context, declared: bool, tree: &dyn Tree) -> Vec<Topic> {
    let mut topics = Vec::from(of_code(context, tree));
    topics.extend(of_data(context, declared));
    if declared {
        topics.extend(of_policy(context, tree));
    }
    topics.retain(|topic| !topic.entries.is_empty());
    topics.sort_by_key(|topic| topic.weight);
    topics
}

/// What of the code was not seen, policy or no policy.
fn of_code(context: &Context, tree: &dyn Tree) -> [Topic; 4] {
    let orphans = problems(context, &[ProblemKind::Orphan]).map(|p| of_file(&p.file));
    let unseen = problems(context, &[ProblemKind::OpaqueMacro, ProblemKind::GeneratedCode])
        .map(|p| at(&p.file, p.line, p.column, p.message.clone()));
    [
        topic(
            "incomplete",
            Weight::Fails,
            ("reason for exit code 3", "reasons for exit code 3"),
            incomplete(context),
        ),
        topic(
            "unreached-files",
            Weight::Gap,
            ("file that no target reaches", "files that no target reaches"),
            orphans.collect(),
        ),
        topic(
            "unseen-code",
            Weight::Gap,
            ("macro or include that was not looked into", "macros and includes that were not looked into"),
            unseen.collect(),
        ),
        topic(
            "excluded-files",
            Weight::Note,
            ("file that `exclude` leaves out", "files that `exclude` leaves out"),
            excluded(context, tree),
        ),
    ]
}

/// What of the data was not seen.
fn of_data(context: &Context, declared: bool) -> [Topic; 2] {
    let asked = !declared || context.policy.declares_data();
    [
        topic(
            "opaque-queries",
            if asked { Weight::Gap } else { Weight::Note },
            ("query or statement that was not read", "queries or statements that were not read"),
            opaque_queries(context),
        ),
        topic(
            "approximate-queries",
            Weight::Note,
            ("statement that was read by its keywords", "statements that were read by their keywords"),
            approximate(context),
        ),
    ]
}

/// What the policy leaves open.
fn of_policy(context: &Context, tree: &dyn Tree) -> [Topic; 6] {
    let policy = context.policy;
    [
        topic(
            "unassigned-code",
            Weight::Gap,
            ("stretch of code that belongs to no module", "stretches of code that belong to no module"),
            unassigned(context),
        ),
        topic(
            "partly-resolved",
            Weight::Gap,
            ("module that was seen only in part", "modules that were seen only in part"),
            partly_resolved(context),
        ),
        topic(
            "undeclared-data",
            Weight::Gap,
            ("kind of data that nobody owns", "kinds of data that nobody owns"),
            undeclared_data(context),
        ),
        topic(
            "switched-off-rules",
            Weight::Note,
            ("rule that is switched off", "rules that are switched off"),
            switched_off(policy),
        ),
        topic(
            "silent-rules",
            Weight::Note,
            ("reason why rules find nothing", "reasons why rules find nothing"),
            silent(policy),
        ),
        topic(
            "without-effect",
            Weight::Note,
            ("entry without effect", "entries without effect"),
            without_effect(context, tree),
        ),
    ]
}

fn completeness(context: &Context) -> Completeness {
    Completeness::new((context.policy, context.assignment), context.model())
}

fn topic(
    topic: &'static str,
    weight: Weight,
    nouns: (&'static str, &'static str),
    mut entries: Vec<Entry>,
) -> Topic {
    entries.sort();
    Topic { topic, weight, nouns, entries }
}

/// Problems of some kinds in code that counts.
fn problems<'a>(context: &'a Context, kinds: &'a [ProblemKind]) -> impl Iterator<Item = &'a Problem> {
    let counts = |p: &&Problem| p.node.is_none_or(|node| context.counts_node(crate::graph::NodeId(node)));
    context.model().problems.iter().filter(|p| kinds.contains(&p.kind)).filter(counts)
}

/// What makes `check` end with exit code 3.
fn incomplete(context: &Context) -> Vec<Entry> {
    let policy = context.policy;
    let in_policy = |place: policy::Place, text| at(&policy.file, place.line, place.column, text);
    let fatal = context.model().problems.iter().filter(|p| p.kind.is_fatal());
    let mut entries: Vec<Entry> = fatal.map(|p| at(&p.file, p.line, p.column, p.message.clone())).collect();
    entries.extend(completeness(context).shortfall.map(phrase));
    let selectors = context.assignment.unmatched.iter();
    entries.extend(selectors.map(|u| in_policy(u.place, selector_phrase(policy, u))));
    let owned = context.ownership.unmatched.iter();
    entries.extend(owned.map(|u| in_policy(u.place, entry_phrase(policy, u))));
    entries
}

fn partly_resolved(context: &Context) -> Vec<Entry> {
    let entry = |part: &Part| {
        let share = percent(part.resolution.share());
        phrase(format!("`{}`: {share} resolved, {}", part.name, unresolved(&part.resolution)))
    };
    completeness(context).seen_in_part(context.policy).map(entry).collect()
}

fn unassigned(context: &Context) -> Vec<Entry> {
    let model = context.model();
    let entry = |code: rules::Unassigned| {
        let node = model.node(code.topmost);
        let below = match code.below {
            0 => String::new(),
            count => format!(", with {} below it", counted(count, "source module")),
        };
        at(&model.file(node.file).path, node.line, 1, format!("{}{below}", node.id))
    };
    rules::unassigned(context).into_iter().map(entry).collect()
}

/// Data that was found although the policy says nothing about its kind.
fn undeclared_data(context: &Context) -> Vec<Entry> {
    let (policy, data) = (context.policy, context.data);
    let mut entries = Vec::new();
    let owned = |access: &&crate::data::TableAccess| context.checks_tests() || !access.test;
    let accesses = data.accesses.iter().filter(|access| access.node.is_some()).filter(owned).count();
    if !policy.declares_data() && accesses > 0 {
        let tables = counted(data.tables.len(), "table");
        let places = counted(accesses, "place");
        entries.push(phrase(format!("{tables}, used in {places}: no module and no `[shared]` lists any")));
    }
    entries
}

fn opaque_queries(context: &Context) -> Vec<Entry> {
    let counts = |test: bool| context.checks_tests() || !test;
    let queries = context.data.opaque.iter().filter(|query| counts(query.test));
    queries
        .map(|query| at(&query.place.file, query.place.line, query.place.column, query.reason.clone()))
        .collect()
}

fn approximate(context: &Context) -> Vec<Entry> {
    let counts = |test: bool| context.checks_tests() || !test;
    let accesses = context.data.accesses.iter().filter(|a| a.approximate && counts(a.test));
    let mut by_query: BTreeMap<u32, Entry> = BTreeMap::new();
    for access in accesses {
        let place = &access.place;
        let table = &context.data.table(access.table).name;
        let first = || at(&place.file, place.line, place.column, String::new());
        let text = &mut by_query.entry(access.query).or_insert_with(first).text;
        if !text.split(", ").any(|known| known == table) {
            text.push_str(if text.is_empty() { "" } else { ", " });
            text.push_str(table);
        }
    }
    by_query.into_values().collect()
}

fn excluded(context: &Context, tree: &dyn Tree) -> Vec<Entry> {
    let exclude = &context.policy.analysis.exclude;
    if exclude.is_empty() {
        return Vec::new();
    }
    let files = tree.rust_files().into_iter().chain(tree.sql_files());
    files.filter(|file| exclude.is_match(file)).map(|file| of_file(&file)).collect()
}

/// Rules that are switched off, everywhere or in some modules.
fn switched_off(policy: &Policy) -> Vec<Entry> {
    let entry = |rule: &&'static Rule| {
        let is_off = |module| rules::severity(policy, rule, module, []) == Severity::Allow;
        let (off, on): (Vec<_>, Vec<_>) = policy.iter().partition(|(id, _)| is_off(Some(*id)));
        let names = |modules: Vec<(ModuleId, &Module)>| {
            modules.iter().map(|(_, module)| format!("`{}`", module.name)).collect::<Vec<_>>().join(", ")
        };
        match (is_off(None), on.is_empty(), off.is_empty()) {
            (true, true, _) => {
                Some(phrase(format!("`{}`, {}", rule.name, rules::who_switched(policy, rule))))
            }
            (true, false, _) => {
                let who = rules::who_switched(policy, rule);
                Some(phrase(format!("`{}`, {who}; it is on for {}", rule.name, names(on))))
            }
            (false, _, false) => Some(phrase(format!("`{}`, for {}", rule.name, names(off)))),
            (false, _, true) => None,
        }
    };
    rules::RULES.iter().filter_map(entry).collect()
}

/// Rules that can find nothing because the policy declares nothing for them, by what is missing.
fn silent(policy: &Policy) -> Vec<Entry> {
    let mut by_need: BTreeMap<Needs, Vec<&Rule>> = BTreeMap::new();
    for rule in rules::RULES {
        if rule.needs.missing(policy).is_some() {
            by_need.entry(rule.needs).or_default().push(rule);
        }
    }
    let entry = |(needs, rules): (Needs, Vec<&Rule>)| {
        let names: Vec<&str> = rules.iter().map(|rule| rule.name).collect();
        phrase(format!("{}: {}", needs.missing(policy).unwrap_or_default(), names.join(", ")))
    };
    by_need.into_iter().map(entry).collect()
}

/// What the policy says and nothing comes of.
fn without_effect(context: &Context, tree: &dyn Tree) -> Vec<Entry> {
    let policy = context.policy;
    let packages = || context.model().packages.iter().flat_map(|package| &package.dependencies);
    let is_crate =
        |pattern: &Pattern| packages().any(|d| d.member.is_none() && pattern.matches_crate(&d.package));
    let mut entries = unmatched_data(context);
    for module in &policy.modules {
        let unknown = module.allow_crates.iter().filter(|pattern| !is_crate(pattern));
        let text = format!("`allow-crates` of `{}` matches no dependency", module.name);
        entries.extend(unknown.map(|pattern| of_pattern(policy, pattern, &text)));
    }
    if !policy.analysis.exclude.is_empty() && excluded(context, tree).is_empty() {
        entries.push(phrase("`exclude` of `[analysis]` matches no file".to_owned()));
    }
    entries
}

/// Entries about data that match none, where `check` does not mind.
fn unmatched_data(context: &Context) -> Vec<Entry> {
    let (policy, data) = (context.policy, context.data);
    let is_table = |pattern: &Pattern| data.tables.iter().any(|table| pattern.glob.is_match(&table.name));
    let is_topic = |pattern: &Pattern| {
        let mut topics = data.resources.iter().filter(|resource| resource.kind == ResourceKind::Topic);
        topics.any(|topic| pattern.glob.is_match(&topic.name))
    };
    let shared = &policy.shared;
    let mut unmatched: Vec<(&Pattern, String)> = Vec::new();
    let mut add = |pattern, text: String| unmatched.push((pattern, text));
    for pattern in shared.reference.iter().filter(|pattern| !is_table(pattern)) {
        add(pattern, "`reference` of `[shared]` matches no table".to_owned());
    }
    for pattern in shared.outbox.iter().filter(|pattern| !is_table(pattern) && !is_topic(pattern)) {
        add(pattern, "`outbox` of `[shared]` matches no table and no topic".to_owned());
    }
    for pattern in policy.data.ignore_tables.iter().filter(|pattern| !is_table(pattern)) {
        add(pattern, "`ignore-tables` matches no table".to_owned());
    }
    for module in &policy.modules {
        for pattern in module.owns.views.iter().filter(|pattern| !is_table(pattern)) {
            add(pattern, format!("`views` of `{}` matches no view", module.name));
        }
        for (pattern, _) in module.owns.readers.iter().filter(|(pattern, _)| !is_table(pattern)) {
            add(pattern, format!("`readers` of `{}` matches no table", module.name));
        }
    }
    unmatched.into_iter().map(|(pattern, text)| of_pattern(policy, pattern, &text)).collect()
}

fn of_pattern(policy: &Policy, pattern: &Pattern, text: &str) -> Entry {
    at(&policy.file, pattern.place.line, pattern.place.column, format!("`{}` in {text}", pattern.text))
}
