//! The audit for people: a table of modules, or all that is known of one.

use super::Audited;
use crate::output::audit::{
    FORMULA, ORDER_OF_EXTRACTION, ORDER_OF_WORK, accepted, by_effort, dimension, evidence, figure, function,
    given_up, is_doubtful, library, not_judged, ready, share, table, tests_inside, unjudged,
};
use crate::output::escape::terminal;
use crate::output::report::counted;
use crate::output::style::{DIM, ERROR, STRONG, WARNING};
use crate::readiness::{Audit, Blocker, CutList, Function, ModuleAudit, Place};
use crate::rules::Effort;
use std::io::{self, Write};

/// How many entries of a list are shown.
const SHOWN: usize = 12;

/// Writes the audit.
pub(super) fn write(audited: &Audited, out: &mut dyn Write) -> io::Result<()> {
    let audit = &audited.audit;
    match audit.modules.as_slice() {
        [one] => write_module(audit, one, out)?,
        many => write_modules(audit, many, out)?,
    }
    write_limits(audit, out)?;
    writeln!(out, "{DIM}{FORMULA}{DIM:#}")
}

fn write_modules(audit: &Audit, modules: &[ModuleAudit], out: &mut dyn Write) -> io::Result<()> {
    if let Some(topics) = modules.first().and_then(unjudged) {
        writeln!(
            out,
            "{WARNING}not part of these figures{WARNING:#}, because no rule could judge it: {topics}\n"
        )?;
    }
    let width = modules.iter().map(|m| terminal(&m.name).chars().count()).max().unwrap_or(0).max(6);
    writeln!(
        out,
        "{STRONG}{:width$}  {:>12}  {:>9}  {:20}  blockers{STRONG:#}",
        "module", "readiness", "safe", "advice"
    )?;
    for module in modules {
        let safe = format!("{}/{}", module.readiness.safe, module.readiness.all);
        writeln!(
            out,
            "{:width$}  {:>12}  {safe:>9}  {:20}  {}",
            terminal(&module.name),
            figure(module.readiness, is_doubtful(module)),
            module.advice.verdict.phrase(),
            by_effort(&module.blockers)
        )?;
    }
    if modules.is_empty() {
        writeln!(out, "there is no domain module")?;
    }
    writeln!(out, "\n{STRONG}in which order they could be extracted{STRONG:#}")?;
    for (next, number) in audit.order.iter().zip(1..) {
        let left = format!("{} left by then", counted(next.blockers, "blocker"));
        writeln!(
            out,
            "{number:3}. {:width$}  {left}, {} to cut",
            terminal(&next.module),
            counted(next.calls, "call")
        )?;
    }
    writeln!(out, "     {DIM}{ORDER_OF_EXTRACTION}{DIM:#}")?;
    if let Some(first) = modules.first() {
        writeln!(out, "\nall about one of them: cargo modcheck readiness {}", terminal(&first.name))?;
    }
    writeln!(out)
}

fn write_module(audit: &Audit, module: &ModuleAudit, out: &mut dyn Write) -> io::Result<()> {
    let Audit { order, .. } = audit;
    let limits = unjudged(module)
        .map_or(String::new(), |topics| format!(", not counting what no rule could judge: {topics}"));
    writeln!(out, "{STRONG}{}{STRONG:#}: {}{limits}", terminal(&module.name), ready(module))?;
    if let Some(because) = &module.because {
        writeln!(out, "{DIM}{}{DIM:#}", terminal(because))?;
    }
    if let Some(at) = order.iter().position(|next| next.module == module.name) {
        writeln!(out, "{DIM}{} of {} in the order of extraction{DIM:#}", at + 1, order.len())?;
    }
    heading(out, "could we")?;
    for found in &module.dimensions {
        writeln!(out, "  {:30}  {}", found.topic.title(), dimension(found))?;
    }
    writeln!(out, "  {STRONG}{:30}  {}{STRONG:#}", "all", share(module.readiness))?;
    write_blockers(module, out)?;
    write_work(module, out)?;
    write_tests(module, out)?;
    write_cut(&module.cut, out)?;
    heading(out, "what we would give up")?;
    list(out, &given_up(module), |line| terminal(line).into_owned())?;
    for partner in module.cost.partners.iter().take(SHOWN) {
        let together = partner
            .changed_together
            .map_or(String::new(), |n| format!(", changed together in {}", counted(n, "commit")));
        let calls = format!("calls it in {}, is called in {}", partner.calls_it, partner.is_called);
        writeln!(out, "      {}: {calls}{together}", terminal(&partner.module))?;
    }
    write_advice(audit, module, out)
}

fn heading(out: &mut dyn Write, text: &str) -> io::Result<()> {
    writeln!(out, "\n{STRONG}{text}{STRONG:#}")
}

fn list<T>(out: &mut dyn Write, items: &[T], show: impl Fn(&T) -> String) -> io::Result<()> {
    if items.is_empty() {
        writeln!(out, "  nothing")?;
    }
    for item in items.iter().take(SHOWN) {
        writeln!(out, "  - {}", show(item))?;
    }
    match items.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => writeln!(out, "  {DIM}and {more} more: --format json lists all{DIM:#}"),
    }
}

fn place(place: &Place) -> String {
    format!("{}:{}:{}", terminal(&place.file), place.line, place.column)
}

fn write_blockers(module: &ModuleAudit, out: &mut dyn Write) -> io::Result<()> {
    heading(out, &format!("{}, the hardest first", counted(module.blockers.len(), "blocker")))?;
    if module.blockers.is_empty() {
        writeln!(out, "  none that the rules know of")?;
    }
    for (blocker, number) in module.blockers.iter().zip(1..) {
        write_blocker(number, blocker, out)?;
    }
    let used = |effort: &&Effort| module.blockers.iter().any(|blocker| blocker.effort == **effort);
    for effort in Effort::ALL.iter().rev().filter(used) {
        writeln!(out, "  {DIM}{}: {}{DIM:#}", effort.as_str(), effort.meaning())?;
    }
    Ok(())
}

fn write_blocker(number: usize, blocker: &Blocker, out: &mut dyn Write) -> io::Result<()> {
    let style = if blocker.effort == Effort::Redesign { ERROR } else { WARNING };
    let at = blocker.sites.first().map_or_else(String::new, place);
    let crossings = counted(blocker.crossings, "crossing");
    writeln!(
        out,
        "{number:3}. {style}{}{style:#} {STRONG}{}{STRONG:#}, {crossings}  {at}",
        blocker.effort.as_str(),
        blocker.rule
    )?;
    writeln!(out, "     {}", terminal(&blocker.message))?;
    if let Some(help) = blocker.help.first() {
        writeln!(out, "     do: {}", terminal(help))?;
    }
    match blocker.accepted {
        Some(how) => writeln!(out, "     {DIM}{}{DIM:#}", accepted(how)),
        None => Ok(()),
    }
}

fn write_work(module: &ModuleAudit, out: &mut dyn Write) -> io::Result<()> {
    if module.work.is_empty() {
        return Ok(());
    }
    heading(out, "an order of work")?;
    for (step, number) in module.work.iter().zip(1..) {
        let Some(blocker) = module.blockers.get(step.blocker) else { continue };
        let at = blocker.sites.first().map_or_else(String::new, place);
        writeln!(
            out,
            "{number:3}. {:9}  {:24}  then {:>9}  {at}",
            blocker.effort.as_str(),
            blocker.rule,
            figure(step.readiness, is_doubtful(module))
        )?;
    }
    writeln!(out, "     {DIM}{ORDER_OF_WORK}{DIM:#}")
}

fn write_tests(module: &ModuleAudit, out: &mut dyn Write) -> io::Result<()> {
    let tests = tests_inside(module);
    if tests.is_empty() {
        return Ok(());
    }
    heading(out, "tests that reach inside")?;
    list(out, &tests, |line| terminal(line).into_owned())
}

fn write_cut(cut: &CutList, out: &mut dyn Write) -> io::Result<()> {
    heading(out, &format!("the interface: {} that others call", counted(cut.offers.len(), "function")))?;
    list(out, &cut.offers, show_function)?;
    heading(out, &format!("what it needs: {} of others", counted(cut.needs.len(), "function")))?;
    list(out, &cut.needs, show_function)?;
    heading(out, "what moves")?;
    let tables = cut.tables.iter().map(|found| with_notes(&format!("table {}", found.name), &table(found)));
    let resources = cut.resources.iter().map(|name| terminal(name).into_owned());
    let libraries =
        cut.libraries.iter().map(|found| with_notes(&format!("library {}", found.name), &[library(found)]));
    let mut moves: Vec<String> = tables.chain(resources).chain(libraries).collect();
    if !cut.crates.is_empty() {
        let names: Vec<&str> = cut.crates.keys().map(String::as_str).collect();
        moves.push(format!("crates from outside: {}", terminal(&names.join(", "))));
    }
    list(out, &moves, String::clone)
}

fn show_function(found: &Function) -> String {
    with_notes(&found.path, &function(found))
}

fn with_notes(name: &str, notes: &[String]) -> String {
    match notes.join("; ") {
        notes if notes.is_empty() => terminal(name).into_owned(),
        notes => format!("{}  {DIM}{}{DIM:#}", terminal(name), terminal(&notes)),
    }
}

fn write_advice(audit: &Audit, module: &ModuleAudit, out: &mut dyn Write) -> io::Result<()> {
    let advice = &module.advice;
    writeln!(out, "\n{STRONG}should we: {}{STRONG:#}", advice.verdict.phrase())?;
    let facts = module.facts.iter().map(|(key, value)| format!("{key}: {value}"));
    let groups = [
        ("why", advice.reasons.clone()),
        ("what would change it", advice.would_change.clone()),
        ("what is not known", advice.unknown.clone()),
        ("what boundaries.toml says", facts.collect()),
        ("what git says", evidence(module, &audit.history)),
        ("what was not looked at", module.blind_spots.clone()),
    ];
    for (title, lines) in groups.into_iter().filter(|(_, lines)| !lines.is_empty()) {
        writeln!(out, "  {title}")?;
        lines.iter().try_for_each(|line| writeln!(out, "    - {}", terminal(line)))?;
    }
    writeln!(out, "  {DIM}the rule that decides: {}{DIM:#}", terminal(&advice.rule))?;
    writeln!(out)
}

/// What the figures say nothing about.
fn write_limits(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    for blocker in &audit.elsewhere {
        let at = blocker.sites.first().map_or_else(String::new, place);
        writeln!(out, "{WARNING}of no module{WARNING:#}: {} ({at})", terminal(&blocker.message))?;
    }
    for line in not_judged(audit) {
        writeln!(out, "{WARNING}not judged{WARNING:#}: {}", terminal(&line))?;
    }
    if !(audit.elsewhere.is_empty() && audit.not_judged.is_empty()) {
        writeln!(out)?;
    }
    Ok(())
}
