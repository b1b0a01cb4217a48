//! Graph, data and policy in, findings out. One file per rule, each with its metadata, its docs and its check; this table
//! registers them. Pure: no I/O, no TOML types.

pub mod finding;
mod rule;
mod context;
mod common;
mod debt;
mod idle;
#[cfg(test)]
mod sample;

mod undeclared_dependency;
mod private_access;
mod not_visible;
mod dependency_cycle;
mod layer_violation;
mod restricted_crate;
mod unassigned_code;
mod unused_dependency;
mod leaked_type;
mod foreign_table_write;
mod foreign_table_read;
mod cross_owner_join;
mod cross_owner_foreign_key;
mod cross_owner_trigger;
mod cross_owner_transaction;
mod unowned_table;
mod contested_table;
mod foreign_resource;
mod opaque_query;
mod leaked_db_handle;
mod shared_state;
mod in_process_state;
mod non_remotable_api;
mod stateful_library;
mod chatty_call;
mod foreign_impl;
mod incomplete_analysis;
mod stale_baseline;
mod unused_exception;
mod expired_exception;

use common::{
    answers, claims, config_lines, contract, crossing, data_access, hand_out, interface, known_types,
    manifest, permission, public_names, remoting, statics, table_advice, type_class, wire,
};

pub use common::crossing::Crossing;
pub use common::data_access::existing as existing_tables;
pub use common::data_crossing::{DataCrossing, data_crossings};
pub use common::depends_on::{Settlement, findings as findings_about_depends_on, settle};
pub use common::deprecation::deprecated;
pub use common::offer::{Calls, Offer, offers};
pub use common::ways::{Way, Ways};
pub use context::Context;
pub use debt::{Debt, Flaw, FlawedException, StaleEntry};
pub use finding::{Finding, PolicyRef, Site, Standing, TrailStep, word_width};
pub use idle::{idle, who_switched};
pub use rule::{Blocks, Breaks, Check, Counts, CrossingKind, Draft, Effort, Needs, Rule, SECTIONS};
pub use unassigned_code::{Unassigned, unassigned};

use crate::config::policy::{Module, ModuleId, Policy, Severity};
use crate::graph::NodeId;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Every rule there is, in the order in which they are listed to the user.
pub static RULES: &[&Rule] = &[
    &undeclared_dependency::RULE,
    &private_access::RULE,
    &not_visible::RULE,
    &dependency_cycle::RULE,
    &layer_violation::RULE,
    &restricted_crate::RULE,
    &unassigned_code::RULE,
    &unused_dependency::RULE,
    &leaked_type::RULE,
    &foreign_table_write::RULE,
    &foreign_table_read::RULE,
    &cross_owner_join::RULE,
    &cross_owner_foreign_key::RULE,
    &cross_owner_trigger::RULE,
    &cross_owner_transaction::RULE,
    &unowned_table::RULE,
    &contested_table::RULE,
    &foreign_resource::RULE,
    &opaque_query::RULE,
    &leaked_db_handle::RULE,
    &shared_state::RULE,
    &in_process_state::RULE,
    &non_remotable_api::RULE,
    &stateful_library::RULE,
    &chatty_call::RULE,
    &foreign_impl::RULE,
    &incomplete_analysis::RULE,
    &stale_baseline::RULE,
    &unused_exception::RULE,
    &expired_exception::RULE,
];

/// The names of the rules, in table order.
pub fn names() -> Vec<&'static str> {
    RULES.iter().map(|rule| rule.name).collect()
}

/// The mutable statics of the program, each with the source module that holds it and its path: what keeps a module from
/// being a library.
pub fn mutable_globals<'a>(ctx: &'a Context) -> impl Iterator<Item = (NodeId, String)> + 'a {
    let global = ctx.states().iter().filter(|state| state.is_global());
    global.map(|state| (state.of.node, ctx.graph.path_of(state.of.definition)))
}

/// The rule of that name.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.name == name)
}

/// The pairs of modules, user first, whose uses a finding is about; none where it is about something else, or about a use
/// that is not there.
pub fn pairs(ctx: &Context, finding: &Finding) -> Vec<(ModuleId, ModuleId)> {
    let others = [unused_dependency::RULE.name, restricted_crate::RULE.name, contested_table::RULE.name];
    if others.contains(&finding.rule.as_str()) {
        return Vec::new();
    }
    if finding.rule == dependency_cycle::RULE.name {
        return dependency_cycle::shown_hops(ctx, finding);
    }
    let id = |name: &Option<String>| ctx.policy.find(name.as_deref()?);
    id(&finding.from_module).zip(id(&finding.to_module)).into_iter().collect()
}

/// What to do about a finding for the sake of one of the modules that it holds up; the best first.
pub fn help_for(ctx: &Context, finding: &Finding, module: ModuleId) -> Vec<String> {
    match finding.rule == dependency_cycle::RULE.name {
        true => dependency_cycle::help_for(ctx, finding, module),
        false => finding.help.clone(),
    }
}

/// How often a finding occurs: what of it a baseline counts.
pub fn occurrences(finding: &Finding) -> u32 {
    match find(&finding.rule).map(|rule| rule.counts) {
        Some(Counts::Whole) => 1,
        _ => finding.sites.len().max(1) as u32,
    }
}

/// Checks the code: one finding per identity, sorted by place. Same input, same findings.
pub fn run(ctx: &Context) -> Vec<Finding> {
    run_only(ctx, RULES)
}

/// The same for some rules.
fn run_only(ctx: &Context, rules: &[&'static Rule]) -> Vec<Finding> {
    let drafts = |rule: &Rule| match rule.check {
        Check::Code(check) => drafts(|out| check(ctx, out)),
        Check::Debt(_) => Vec::new(),
    };
    all(ctx.policy, rules, drafts)
}

/// Checks what was accepted; likewise.
pub fn run_debt(debt: &Debt) -> Vec<Finding> {
    let drafts = |rule: &Rule| match rule.check {
        Check::Code(_) => Vec::new(),
        Check::Debt(check) => drafts(|out| check(debt, out)),
    };
    all(debt.policy, RULES, drafts)
}

fn drafts(check: impl FnOnce(&mut Vec<Draft>)) -> Vec<Draft> {
    let mut drafts = Vec::new();
    check(&mut drafts);
    drafts
}

fn all(
    policy: &Policy,
    rules: &[&'static Rule],
    drafts: impl Fn(&Rule) -> Vec<Draft> + Sync,
) -> Vec<Finding> {
    let lines: Vec<&str> = policy.text.lines().collect();
    let of_rule = |rule: &&'static Rule| -> Vec<Finding> {
        merge(drafts(rule)).into_iter().filter_map(|draft| finish(policy, &lines, rule, draft)).collect()
    };
    let mut findings: Vec<Finding> = rules.par_iter().map(of_rule).flatten_iter().collect();
    sort(&mut findings);
    findings
}

/// The order in which findings are shown.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
}

fn sort_key(finding: &Finding) -> (Option<(&str, u32, u32)>, &str, &str, &str) {
    let place = finding.sites.first().map(|s| (s.file.as_str(), s.line, s.column));
    (place, &finding.rule, &finding.from, &finding.to)
}

/// Puts drafts with the same `from` and `to` together; the first one speaks for all.
fn merge(drafts: Vec<Draft>) -> Vec<Draft> {
    let mut merged: BTreeMap<(String, String), Draft> = BTreeMap::new();
    for draft in drafts {
        let key = (draft.from.clone(), draft.to.clone());
        match merged.get_mut(&key) {
            Some(first) => {
                first.inferred &= draft.inferred;
                first.sites.extend(draft.sites);
                first.sites.sort();
                first.sites.dedup();
                first.holds_up.extend(draft.holds_up);
            }
            None => drop(merged.insert(key, draft)),
        }
    }
    merged.into_values().collect()
}

/// Settles what depends on the policy alone, of which `lines` are the lines; `None` where it allows it.
fn finish(policy: &Policy, lines: &[&str], rule: &Rule, draft: Draft) -> Option<Finding> {
    let concerned = draft.to_module.into_iter().chain(draft.holds_up.iter().copied());
    let severity = severity(policy, rule, draft.from_module, concerned);
    if severity == Severity::Allow {
        return None;
    }
    let speaks = [draft.breaks.map(|b| b.module), draft.to_module, draft.from_module];
    let because = speaks.into_iter().flatten().find_map(|m| policy.module(m).because.clone());
    let name = |module: ModuleId| policy.module(module).name.clone();
    Some(Finding {
        rule: rule.name.to_owned(),
        severity,
        identity: identity(rule.name, &draft.from, &draft.to),
        message: draft.message,
        sites: draft.sites,
        from: draft.from,
        to: draft.to,
        from_module: draft.from_module.map(name),
        to_module: draft.to_module.map(name),
        holds_up: draft.holds_up.into_iter().map(name).collect::<BTreeSet<String>>().into_iter().collect(),
        trail: draft.trail,
        policy: draft.breaks.map(|b| policy_line(&policy.file, lines, b)),
        because,
        help: draft.help,
        inferred: draft.inferred,
        standing: Standing::New,
    })
}

/// How loud a rule is for findings that start in one module and concern others.
pub fn severity(
    policy: &Policy,
    rule: &Rule,
    from: Option<ModuleId>,
    others: impl IntoIterator<Item = ModuleId>,
) -> Severity {
    if let Some(severity) = policy.overrides.get(rule.name) {
        return *severity;
    }
    let own = from.and_then(|m| policy.module(m).rules.get(rule.name)).copied();
    // A rule that nobody asked for stays off.
    let is_gate = rule.blocks.is_some() && rule.is_wanted();
    let is_raised =
        |module: &Module| is_gate && module.extract || rule.raised_by.is_some_and(|holds| holds(module));
    let raised = || {
        let mut modules = from.into_iter().chain(others);
        modules.any(|module| is_raised(policy.module(module))).then_some(Severity::Deny)
    };
    own.or_else(raised).or_else(|| policy.rules.get(rule.name).copied()).unwrap_or(rule.default)
}

fn identity(rule: &str, from: &str, to: &str) -> String {
    if to.is_empty() { format!("{rule} {from}") } else { format!("{rule} {from} -> {to}") }
}

fn policy_line(file: &str, lines: &[&str], breaks: Breaks) -> PolicyRef {
    let line = lines.get(breaks.place.line.saturating_sub(1) as usize);
    let text = line.map_or("", |line| line.trim()).to_owned();
    PolicyRef { file: file.to_owned(), place: breaks.place, text }
}

#[cfg(test)]
mod tests {
    use super::sample::Sample;
    use super::*;

    /// What stands in this folder beside the rules.
    const SUPPORT: [&str; 8] = ["common", "context", "debt", "finding", "idle", "mod", "rule", "sample"];

    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "the test compares the table with the project's own folder"
    )]
    fn the_table_lists_every_rule_file() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
        let files = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path());
        let stems = files.map(|f| f.file_stem().unwrap().to_string_lossy().into_owned());
        let mut files: Vec<String> =
            stems.filter(|s| !SUPPORT.contains(&s.as_str())).map(|s| s.replace('_', "-")).collect();
        files.sort();
        let mut table: Vec<String> = names().iter().map(|n| n.to_string()).collect();
        table.sort();
        for name in &files {
            assert!(table.contains(name), "`{name}` has a file in src/rules but no entry in RULES");
        }
        assert_eq!(table, files, "RULES lists a rule twice, or one without a file of its name");
    }

    #[test]
    fn every_page_has_its_sections_in_order() {
        for rule in RULES {
            let headings: Vec<&str> = rule.docs.lines().filter(|l| l.starts_with('#')).collect();
            assert_eq!(headings, SECTIONS, "docs of `{}`", rule.name);
            assert!(rule.docs.ends_with('\n') && !rule.docs.contains("\n\n\n"), "docs of `{}`", rule.name);
        }
    }

    #[test]
    fn every_summary_is_a_lower_case_phrase() {
        for rule in RULES {
            let first = rule.summary.chars().next().unwrap();
            assert!(first.is_lowercase() || first == '`', "summary of `{}`", rule.name);
            assert!(
                !rule.summary.ends_with('.') && !rule.summary.contains('\n'),
                "summary of `{}`",
                rule.name
            );
        }
    }

    #[test]
    fn the_module_overrides_the_rules_table_which_overrides_the_default() {
        let mut sample = Sample::new(&["a = r::a", "b = r::b"], &["r", "r::a", "r::b"], &["r::a -> r::b X"]);
        let severity = |sample: &Sample| {
            sample.findings().iter().find(|f| f.rule == "undeclared-dependency").map(|f| f.severity)
        };
        assert_eq!(severity(&sample), Some(Severity::Deny));
        sample.policy.rules.insert("undeclared-dependency".into(), Severity::Warn);
        assert_eq!(severity(&sample), Some(Severity::Warn));
        sample.policy.modules[0].rules.insert("undeclared-dependency".into(), Severity::Allow);
        assert_eq!(severity(&sample), None);
        sample.policy.modules[1].rules.insert("undeclared-dependency".into(), Severity::Deny);
        assert_eq!(severity(&sample), None, "an override is for findings that start in the module");
    }

    #[test]
    fn what_blocks_a_module_that_is_to_be_extracted_is_raised() {
        let mut sample = Sample::new(&["a = r::a", "b = r::b"], &["r", "r::a", "r::b"], &[]);
        let rule = Rule { default: Severity::Warn, ..*RULES[0] };
        assert!(rule.blocks.is_some());
        let (a, b) = (Some(ModuleId(0)), Some(ModuleId(1)));
        let severity = |policy: &Policy, rule: &Rule, from, to: Option<ModuleId>| {
            super::severity(policy, rule, from, to)
        };
        assert_eq!(severity(&sample.policy, &rule, a, b), Severity::Warn);
        sample.policy.modules[1].extract = true;
        assert_eq!(severity(&sample.policy, &rule, a, b), Severity::Deny);
        assert_eq!(severity(&sample.policy, &rule, b, None), Severity::Deny);
        assert_eq!(severity(&sample.policy, &rule, a, None), Severity::Warn);
        let harmless = Rule { blocks: None, ..rule };
        assert_eq!(severity(&sample.policy, &harmless, a, b), Severity::Warn);
        let off = Rule { default: Severity::Allow, ..rule };
        assert_eq!(severity(&sample.policy, &off, a, b), Severity::Allow, "nobody asked for it");
        let raised = Rule { blocks: None, raised_by: Some(|module| module.extract), ..rule };
        assert_eq!(severity(&sample.policy, &raised, a, b), Severity::Deny);
        sample.policy.rules.insert(rule.name.into(), Severity::Allow);
        assert_eq!(severity(&sample.policy, &rule, a, b), Severity::Deny, "it goes before `[rules]`");
        sample.policy.modules[0].rules.insert(rule.name.into(), Severity::Allow);
        assert_eq!(severity(&sample.policy, &rule, a, b), Severity::Allow, "but not before the module's own");
    }

    #[test]
    fn uses_of_one_item_are_one_finding_with_all_sites() {
        let references = ["r::a -> r::b X::new", "r::a -> r::b Y", "r::a -> r::b X"];
        let sample = Sample::new(&["a = r::a", "b = r::b"], &["r", "r::a", "r::b"], &references);
        let findings = sample.findings();
        let found: Vec<_> = findings.iter().filter(|f| f.rule == "undeclared-dependency").collect();
        let lines = |i: usize| found[i].sites.iter().map(|s| s.line).collect::<Vec<_>>();
        assert_eq!(found[0].identity, "undeclared-dependency r::a -> r::b::X");
        assert_eq!((found.len(), lines(0), lines(1)), (2, vec![1, 3], vec![2]));
    }

    #[test]
    fn because_is_that_of_the_module_whose_line_is_broken() {
        let mut sample = Sample::new(&["a = a", "b = b"], &["a", "b"], &["a -> b X"]);
        sample.policy.modules[1].because = Some("b is next".into());
        let because = |sample: &Sample| sample.findings()[0].because.clone();
        assert_eq!(sample.findings()[0].rule, "undeclared-dependency");
        assert_eq!(because(&sample).as_deref(), Some("b is next"), "the other module's, for want of its own");
        sample.policy.modules[0].because = Some("a stays small".into());
        assert_eq!(because(&sample).as_deref(), Some("a stays small"));
    }
}
