//! The audit as markdown, for a page that a team reads together.

use super::Audited;
use crate::output::audit::{
    FORMULA, ORDER_OF_EXTRACTION, ORDER_OF_WORK, accepted, by_effort, dimension, evidence, figure, function,
    given_up, is_doubtful, library, not_judged, ready, share, table, tasks, tests_inside, unjudged,
};
use crate::output::escape::{code_span, markdown, markdown_phrase};
use crate::output::report::{capitalised, counted};
use crate::readiness::{Audit, Blocker, CutList, ModuleAudit, Place, advice};
use crate::rules::Effort;
use std::io::{self, Write};

/// Writes the audit.
pub(super) fn write(audited: &Audited, out: &mut dyn Write) -> io::Result<()> {
    let audit = &audited.audit;
    writeln!(out, "# Extraction audit\n\n{FORMULA}\n")?;
    write_overview(audit, out)?;
    write_limits(audit, out)?;
    audit.modules.iter().try_for_each(|module| write_module(audit, module, out))?;
    writeln!(out, "\n## How the advice comes about\n\nThe first of these rules that fits decides.\n")?;
    for (rule, number) in advice::RULES.iter().zip(1..) {
        writeln!(out, "{number}. {}", capitalised(rule))?;
    }
    Ok(())
}

fn write_overview(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    if let Some(topics) = audit.modules.first().and_then(unjudged) {
        writeln!(out, "**Not part of these figures**, because no rule could judge it: {topics}.\n")?;
    }
    writeln!(out, "| module | readiness | safe | blockers | advice |\n|---|--:|--:|---|---|")?;
    for module in &audit.modules {
        writeln!(
            out,
            "| {} | {} | {} of {} | {} | {} |",
            markdown(&module.name),
            figure(module.readiness, is_doubtful(module)),
            module.readiness.safe,
            module.readiness.all,
            by_effort(&module.blockers),
            module.advice.verdict.phrase()
        )?;
    }
    writeln!(out, "\n## In which order they could be extracted\n\n{ORDER_OF_EXTRACTION}\n")?;
    for (next, number) in audit.order.iter().zip(1..) {
        writeln!(
            out,
            "{number}. {}: {} left by then, {} to cut",
            markdown(&next.module),
            counted(next.blockers, "blocker"),
            counted(next.calls, "call")
        )?;
    }
    Ok(())
}

/// What the figures say nothing about.
fn write_limits(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    let elsewhere = audit.elsewhere.iter().map(|blocker| {
        format!("Of no module: {} ({})", markdown_phrase(&blocker.message), places(&blocker.sites[..1]))
    });
    let rules = phrases(&not_judged(audit));
    let incomplete = audit.incomplete.iter().map(|reason| format!("Incomplete: {}", markdown_phrase(reason)));
    let lines: Vec<String> = incomplete.chain(elsewhere).chain(rules).collect();
    section(out, "## What the figures say nothing about", &lines)
}

/// A heading with a list, if there is anything to list.
fn section(out: &mut dyn Write, heading: &str, lines: &[String]) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{heading}\n")?;
    lines.iter().try_for_each(|line| writeln!(out, "- {line}"))
}

fn phrases(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| capitalised(&markdown_phrase(line))).collect()
}

fn places(places: &[Place]) -> String {
    let place = |place: &Place| format!("{}:{}:{}", markdown(&place.file), place.line, place.column);
    places.iter().map(place).collect::<Vec<_>>().join(", ")
}

fn write_module(audit: &Audit, module: &ModuleAudit, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n## {}: {}\n", markdown(&module.name), ready(module))?;
    if let Some(because) = &module.because {
        writeln!(out, "> {}\n", markdown(because))?;
    }
    writeln!(out, "### Could we\n\n| crossings | safe |\n|---|---|")?;
    for found in &module.dimensions {
        writeln!(out, "| {} | {} |", found.topic.title(), dimension(found))?;
    }
    writeln!(out, "| **all** | {} |", share(module.readiness))?;
    write_blockers(module, out)?;
    section(out, "### Tests that reach inside", &phrases(&tests_inside(module)))?;
    write_cut(&module.cut, out)?;
    let mut given_up = phrases(&given_up(module));
    given_up.extend(module.cost.partners.iter().map(|partner| {
        let together = partner
            .changed_together
            .map_or(String::new(), |n| format!(", changed together in {}", counted(n, "commit")));
        let name = markdown(&partner.module);
        format!("{name}: calls it in {}, is called in {}{together}", partner.calls_it, partner.is_called)
    }));
    section(out, "### What we would give up", &given_up)?;
    writeln!(out, "\n### Should we: {}", module.advice.verdict.phrase())?;
    section(out, "#### Why", &phrases(&module.advice.reasons))?;
    section(out, "#### What would change it", &phrases(&module.advice.would_change))?;
    section(out, "#### What is not known", &phrases(&module.advice.unknown))?;
    section(out, "#### What git says", &phrases(&evidence(module, &audit.history)))?;
    section(out, "#### What was not looked at", &phrases(&module.blind_spots))
}

fn write_blockers(module: &ModuleAudit, out: &mut dyn Write) -> io::Result<()> {
    if module.blockers.is_empty() {
        return writeln!(out, "\nNo rule knows of a blocker.");
    }
    for (heading, blockers) in tasks(module) {
        section(
            out,
            &format!("#### {}", capitalised(heading)),
            &blockers.iter().map(|b| blocker(b)).collect::<Vec<_>>(),
        )?;
    }
    writeln!(
        out,
        "\n### An order of work\n\n{ORDER_OF_WORK}\n\n| | effort | blocker | then | where |\n|--:|---|---|--:|---|"
    )?;
    for (step, number) in module.work.iter().zip(1..) {
        let Some(blocker) = module.blockers.get(step.blocker) else { continue };
        writeln!(
            out,
            "| {number} | {} | {} | {} | {} |",
            blocker.effort.as_str(),
            blocker.rule,
            figure(step.readiness, is_doubtful(module)),
            places(blocker.sites.get(..1).unwrap_or_default())
        )?;
    }
    writeln!(out)?;
    let used = |effort: &&Effort| module.blockers.iter().any(|blocker| blocker.effort == **effort);
    for effort in Effort::ALL.iter().rev().filter(used) {
        writeln!(out, "- {}: {}", effort.as_str(), effort.meaning())?;
    }
    Ok(())
}

fn blocker(blocker: &Blocker) -> String {
    let accepted = blocker.accepted.map_or(String::new(), |how| format!(" *({})*", accepted(how)));
    let help = blocker.help.iter().map(|help| format!("\n  - {}", capitalised(&markdown_phrase(help))));
    format!(
        "**{}**, {}: {}{accepted}. {}{}",
        blocker.rule,
        blocker.effort.as_str(),
        markdown_phrase(&blocker.message),
        places(&blocker.sites),
        help.collect::<String>()
    )
}

fn write_cut(cut: &CutList, out: &mut dyn Write) -> io::Result<()> {
    let functions = |list: &[crate::readiness::Function]| -> Vec<String> {
        list.iter().map(|found| format!("{}: {}", code_span(&found.path), notes(&function(found)))).collect()
    };
    section(out, "### The interface that others need", &functions(&cut.offers))?;
    section(out, "### What it needs of others", &functions(&cut.needs))?;
    let named = |noun: &str, name: &str, lines: &[String]| match lines {
        [] => format!("{noun} {}", code_span(name)),
        lines => format!("{noun} {}: {}", code_span(name), notes(lines)),
    };
    let mut moves: Vec<String> =
        cut.tables.iter().map(|found| named("Table", &found.name, &table(found))).collect();
    moves.extend(cut.resources.iter().map(|name| capitalised(&markdown(name))));
    moves.extend(cut.libraries.iter().map(|found| named("Library", &found.name, &[library(found)])));
    let crates = cut.crates.iter();
    moves.extend(crates.map(|(name, count)| named("Crate", name, &[counted(*count, "place")])));
    section(out, "### What moves", &moves)
}

fn notes(lines: &[String]) -> String {
    markdown_phrase(&lines.join("; "))
}
