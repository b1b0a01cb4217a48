//! How much of each part of a workspace was seen, what of it falls short of the policy, and where to look next.

use super::report::percent;
use super::view::Declared;
use crate::config::policy::{Policy, Tests};
use crate::graph::{Model, NodeId, Reason, Resolution};
use std::cmp::Reverse;

/// The share of a module's references below which it is told, where the policy names none.
const USUAL_SHARE: f64 = 0.95;
/// Fewer unresolved references than these say little of a module.
const FEW: u64 = 3;
/// How many parts are named.
const NAMED: usize = 3;

/// A part of the workspace, and how many of its references resolved.
#[derive(
    Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema, bitcode::Encode, bitcode::Decode,
)]
#[schemars(rename = "Module")]
pub struct Part {
    /// The name of a declared module.
    pub name: String,
    /// What resolved of its code, test code only where it is checked.
    pub resolution: Resolution,
}

/// What a policy makes of how much was resolved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completeness {
    /// The declared modules, in the policy's order.
    pub modules: Vec<Part>,
    /// Less was resolved than the policy asks for: a phrase.
    pub shortfall: Option<String>,
    /// Some modules were seen only in part, and the policy asks for nothing: a phrase.
    pub notice: Option<String>,
}

impl Completeness {
    /// Sums up the references of a workspace by declared module and compares the shares with the policy.
    pub fn new((policy, assignment): Declared<'_>, model: &Model) -> Completeness {
        let module_of = |node: NodeId| assignment.module_of.get(node.0 as usize).copied().flatten();
        let mut modules: Vec<Part> = policy.modules.iter().map(|module| part(module.name.clone())).collect();
        let (mut tests, mut others) = (part("test code".into()), part("code of no module".into()));
        for (node, resolution) in (0..).map(NodeId).zip(&model.resolution_by_node) {
            let ignored = policy.analysis.tests == Tests::Ignore && model.node(node).test;
            let part = match module_of(node) {
                _ if ignored => &mut tests,
                Some(module) => &mut modules[module.index()],
                None => &mut others,
            };
            part.resolution.add(resolution);
        }
        let (shortfall, notice) = match policy.analysis.min_resolution {
            Some(wanted) if model.resolution.share() < wanted => {
                let quoted = modules.iter().map(quoted).chain([tests, others]).collect();
                (Some(run_below(&model.resolution, wanted, quoted)), None)
            }
            Some(wanted) => (modules_below(policy, &modules, wanted), None),
            None => (None, modules_below(policy, &modules, USUAL_SHARE)),
        };
        Completeness { modules, shortfall, notice }
    }
}

fn part(name: String) -> Part {
    Part { name, resolution: Resolution::default() }
}

fn quoted(module: &Part) -> Part {
    Part { name: format!("`{}`", module.name), resolution: module.resolution.clone() }
}

/// The run as a whole is below the share that the policy asks for.
fn run_below(resolution: &Resolution, wanted: f64, mut parts: Vec<Part>) -> String {
    parts.retain(|part| part.resolution.unresolved > 0);
    parts.sort_by_key(|part| Reverse(part.resolution.unresolved));
    let share = percent(resolution.share());
    let asked = asked(wanted);
    let look = if parts.is_empty() { String::new() } else { format!("; look first at {}", named(&parts)) };
    format!(
        "{share} of the references resolved, less than the {asked} that `min-resolution` asks for ({}){look}",
        unresolved(resolution)
    )
}

impl Completeness {
    /// The modules that were seen only in part, where the policy does not say how much it asks for.
    pub fn seen_in_part(&self, policy: &Policy) -> impl Iterator<Item = &Part> {
        let asks = policy.analysis.min_resolution.is_some();
        below(&self.modules, USUAL_SHARE).filter(move |_| !asks)
    }
}

fn below(modules: &[Part], wanted: f64) -> impl Iterator<Item = &Part> {
    modules.iter().filter(move |part| part.resolution.unresolved >= FEW && part.resolution.share() < wanted)
}

/// Modules are below a share, though the run as a whole may not be.
fn modules_below(policy: &Policy, modules: &[Part], wanted: f64) -> Option<String> {
    let mut parts: Vec<Part> = below(modules, wanted).map(quoted).collect();
    parts.sort_by(|a, b| a.resolution.share().total_cmp(&b.resolution.share()));
    let named = (!parts.is_empty()).then(|| named(&parts))?;
    Some(match policy.analysis.min_resolution {
        Some(_) => {
            format!("fewer references than the {} of `min-resolution` resolved in {named}", asked(wanted))
        }
        None => format!("seen only in part: {named}"),
    })
}

/// The first of some parts with what they lack.
fn named(parts: &[Part]) -> String {
    let one = |part: &Part| {
        let resolution = &part.resolution;
        format!("{} ({} resolved, {})", part.name, percent(resolution.share()), unresolved(resolution))
    };
    let mut text = parts.iter().take(NAMED).map(one).collect::<Vec<_>>().join(", ");
    if parts.len() > NAMED {
        text.push_str(&format!(" and {} more", parts.len() - NAMED));
    }
    text
}

/// `31 unresolved: 20 opaque macro, 11 generated code`, the most frequent reason first.
pub fn unresolved(resolution: &Resolution) -> String {
    let mut reasons: Vec<(&Reason, &u64)> = resolution.reasons.iter().collect();
    reasons.sort_by_key(|(_, count)| Reverse(**count));
    let reasons: Vec<String> = reasons
        .iter()
        .map(|(reason, count)| format!("{count} {}", reason.as_str().replace('-', " ")))
        .collect();
    match reasons.as_slice() {
        [] => format!("{} unresolved", resolution.unresolved),
        reasons => format!("{} unresolved: {}", resolution.unresolved, reasons.join(", ")),
    }
}

/// A share as the policy writes it, in percent.
fn asked(share: f64) -> String {
    format!("{} %", (share * 1e6).round() / 1e4)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::config::Assignment;
    use crate::config::policy::{Analysis, ModuleId};
    use crate::graph::sample;
    use crate::output::report::tests::module;
    use expect_test::{Expect, expect};

    /// Counts with all that is unresolved put down to these reasons.
    pub(in crate::output) fn resolution(references: u64, reasons: &[(Reason, u64)]) -> Resolution {
        let unresolved = reasons.iter().map(|(_, count)| count).sum();
        let resolved = references - unresolved;
        Resolution {
            references,
            resolved,
            external: 0,
            unresolved,
            reasons: reasons.iter().copied().collect(),
            receivers: Default::default(),
        }
    }

    /// `orders` is the root, `payments` and its tests lie below, and `free` belongs to nothing.
    fn completeness(min: Option<f64>, tests: Tests, figures: [Resolution; 4]) -> Completeness {
        let mut model =
            sample::model(&["shop", "shop::free", "shop::payments", "shop::payments::tests"], &[]);
        figures.iter().for_each(|figure| model.resolution.add(figure));
        model.resolution_by_node = figures.into();
        let analysis = Analysis { min_resolution: min, tests, ..Analysis::default() };
        let modules = vec![module("orders"), module("payments")];
        let policy = Policy { analysis, modules, ..Policy::default() };
        let payments = Some(ModuleId(1));
        let module_of = vec![Some(ModuleId(0)), None, payments, payments];
        Completeness::new((&policy, &Assignment { module_of, ..Assignment::default() }), &model)
    }

    #[track_caller]
    fn check(completeness: &Completeness, expected: Expect) {
        let Completeness { modules, shortfall, notice } = completeness;
        let mut text: String = modules
            .iter()
            .map(|m| format!("{} {}/{}\n", m.name, m.resolution.resolved, m.resolution.references))
            .collect();
        text.extend(shortfall.iter().map(|phrase| format!("shortfall: {phrase}\n")));
        text.extend(notice.iter().map(|phrase| format!("notice: {phrase}\n")));
        expected.assert_eq(&text);
    }

    use Reason::{GeneratedCode, OpaqueMacro, UnknownName};

    #[test]
    fn a_run_below_the_share_names_where_most_is_missing() {
        let figures = [
            resolution(100, &[(UnknownName, 1)]),
            resolution(10, &[(GeneratedCode, 4)]),
            resolution(100, &[(GeneratedCode, 2), (OpaqueMacro, 28)]),
            resolution(50, &[(OpaqueMacro, 10)]),
        ];
        check(
            &completeness(Some(0.9995), Tests::Ignore, figures.clone()),
            expect![[r#"
            orders 99/100
            payments 70/100
            shortfall: 82.6 % of the references resolved, less than the 99.95 % that `min-resolution` asks for (45 unresolved: 38 opaque macro, 6 generated code, 1 unknown name); look first at `payments` (70 % resolved, 30 unresolved: 28 opaque macro, 2 generated code), test code (80 % resolved, 10 unresolved: 10 opaque macro), code of no module (60 % resolved, 4 unresolved: 4 generated code) and 1 more
        "#]],
        );
        check(
            &completeness(Some(0.57), Tests::Check, figures),
            expect![[r#"
            orders 99/100
            payments 110/150
        "#]],
        );
    }

    #[test]
    fn modules_below_the_share_do_not_hide_behind_the_others() {
        let figures = [
            resolution(10_000, &[]),
            resolution(10, &[(UnknownName, 9)]),
            resolution(10, &[(OpaqueMacro, 5)]),
            resolution(50, &[(OpaqueMacro, 50)]),
        ];
        check(
            &completeness(None, Tests::Ignore, figures.clone()),
            expect![[r#"
            orders 10000/10000
            payments 5/10
            notice: seen only in part: `payments` (50 % resolved, 5 unresolved: 5 opaque macro)
        "#]],
        );
        check(
            &completeness(Some(0.57), Tests::Ignore, figures.clone()),
            expect![[r#"
            orders 10000/10000
            payments 5/10
            shortfall: fewer references than the 57 % of `min-resolution` resolved in `payments` (50 % resolved, 5 unresolved: 5 opaque macro)
        "#]],
        );
        check(
            &completeness(Some(0.5), Tests::Ignore, figures),
            expect![[r#"
            orders 10000/10000
            payments 5/10
        "#]],
        );
    }

    #[test]
    fn a_few_names_are_not_worth_a_word() {
        let figures = [
            resolution(10, &[(UnknownName, 2)]),
            resolution(1, &[]),
            resolution(100, &[(UnknownName, 5)]),
            Resolution::default(),
        ];
        check(
            &completeness(None, Tests::Ignore, figures),
            expect![[r#"
            orders 8/10
            payments 95/100
        "#]],
        );
    }
}
