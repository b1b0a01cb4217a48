//! `list` and `explain`: what rules there are, out of their table.

use super::args::Global;
use super::error::CliError;
use super::{Exit, destination};
use crate::output::style::{DIM, STRONG};
use crate::rules::{Blocks, RULES};

/// Lists the rules with their default severity.
pub(super) fn list(global: &Global) -> Result<Exit, CliError> {
    let width = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    destination::write_with(global, true, |out| {
        RULES.iter().try_for_each(|rule| {
            let severity = rule.default.as_str();
            writeln!(
                out,
                "{STRONG}{:width$}{STRONG:#}  {DIM}{severity:5}{DIM:#}  {}",
                rule.name, rule.summary
            )
        })
    })?;
    Ok(Exit::Clean)
}

/// Prints a rule's page.
pub(super) fn explain(global: &Global, name: &str) -> Result<Exit, CliError> {
    // Findings show the code; both are understood.
    let short = name.strip_prefix("modcheck::").unwrap_or(name);
    let rule = RULES
        .iter()
        .find(|rule| rule.name == short)
        .ok_or_else(|| CliError::unknown("rule", short, RULES.iter().map(|rule| rule.name)))?;
    destination::write_with(global, false, |out| {
        writeln!(out, "# {}\n\nFinds: {}. Default: {}.\n", rule.name, rule.summary, rule.default.as_str())?;
        if let Some(Blocks { effort, .. }) = rule.blocks {
            writeln!(out, "Blocks an extraction. Effort `{}`: {}.\n", effort.as_str(), effort.meaning())?;
        }
        writeln!(out, "{}", rule.docs.trim())
    })?;
    Ok(Exit::Clean)
}
