//! A proposal of owners as a piece of `boundaries.toml`, to be pasted and corrected.

use super::escape::{terminal, toml};
use super::proposal::{Proposal, ProposedModule, ProposedTable};
use super::report::counted;
use std::io::{self, Write};

/// Writes the proposal.
pub fn write(proposal: &Proposal, out: &mut dyn Write) -> io::Result<()> {
    let proposed: usize = proposal.modules.iter().map(|module| module.tables.len()).sum();
    let open = proposed + proposal.reference.len() + proposal.undecided.len();
    if open + proposal.settled == 0 {
        return writeln!(out, "# Nothing to propose: no tables were found.");
    }
    if open == 0 {
        let settled = counted(proposal.settled, "table");
        return writeln!(
            out,
            "# Nothing to propose: {settled} found, and all of them have an owner or are shared."
        );
    }
    writeln!(
        out,
        "# Proposed owners for {}, by who writes them and by their names.",
        counted(open, "table")
    )?;
    writeln!(out, "# A start, not a decision: read the comments before you paste it into boundaries.toml.")?;
    for module in &proposal.modules {
        write_module(module, &proposal.modules, out)?;
    }
    if !proposal.reference.is_empty() {
        writeln!(
            out,
            "\n# Read by several modules and written by none; reference tables may be written by migrations only."
        )?;
        writeln!(out, "[shared]")?;
        write_list("reference", &[], &proposal.reference, out)?;
    }
    write_comments(
        "Contested (two or more modules write these, and only one can own them)",
        &proposal.contested,
        out,
    )?;
    write_comments("Undecided (nothing says who owns these)", &proposal.undecided, out)
}

fn write_module(module: &ProposedModule, all: &[ProposedModule], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    if !module.listed.is_empty() {
        writeln!(out, "# In place of the `tables` that it has.")?;
    }
    let name = short_name(module, all);
    if name != module.name {
        writeln!(out, "# The module of `{}`.", terminal(&module.name))?;
    }
    writeln!(out, "[modules.{}.owns]", key(name))?;
    write_list("tables", &module.listed, &module.tables, out)
}

/// The last segment of a source module's path, if that tells it from the others.
fn short_name<'a>(module: &'a ProposedModule, all: &[ProposedModule]) -> &'a str {
    let last = |name: &'a str| {
        let last = name.rsplit("::").next().unwrap_or(name);
        last.split('{').next().unwrap_or(last)
    };
    let own = last(&module.name);
    let same = all
        .iter()
        .filter(|other| other.name.rsplit("::").next().is_some_and(|n| n.split('{').next() == Some(own)));
    if same.count() == 1 { own } else { &module.name }
}

pub(super) fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.chars().all(bare) { name.to_owned() } else { toml(name) }
}

fn write_list(key: &str, listed: &[String], tables: &[ProposedTable], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{key} = [")?;
    for glob in listed {
        writeln!(out, "    {},", toml(glob))?;
    }
    let names: Vec<String> = tables.iter().map(|table| toml(&glob(&table.name))).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0) + 1;
    for (name, table) in names.iter().zip(tables) {
        let entry = format!("{name},");
        writeln!(out, "    {entry:width$}  # {}", terminal(&table.evidence))?;
    }
    writeln!(out, "]")
}

/// A glob that matches this name and no other.
pub(super) fn glob(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        if matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | '!' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn write_comments(title: &str, tables: &[ProposedTable], out: &mut dyn Write) -> io::Result<()> {
    if tables.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n# {title}:")?;
    let line =
        |table: &ProposedTable| format!("#   {}: {}", terminal(&table.name), terminal(&table.evidence));
    tables.iter().try_for_each(|table| writeln!(out, "{}", line(table)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::proposal::tests::proposal;
    use expect_test::{Expect, expect};

    fn text(proposal: &Proposal) -> String {
        let mut out = Vec::new();
        write(proposal, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[track_caller]
    fn check(policy: Option<&str>, expected: Expect) {
        expected.assert_eq(&text(&proposal(policy)));
    }

    #[test]
    fn without_a_policy() {
        check(
            None,
            expect![[r##"
                # Proposed owners for 9 tables, by who writes them and by their names.
                # A start, not a decision: read the comments before you paste it into boundaries.toml.

                # The module of `shop::orders`.
                [modules.orders.owns]
                tables = [
                    "carts",        # contested: written by shop::orders (2), shop::payments (1)
                    "order_notes",  # by its name; no code touches it
                    "orders",       # written by shop::orders (1)
                ]

                # The module of `shop::payments`.
                [modules.payments.owns]
                tables = [
                    "payment_links",  # contested: written by shop::orders (1), shop::payments (1); the name decides
                    "payments",       # written by shop::payments (1)
                    "rates",          # written by no code, read by shop::payments (1)
                ]

                # Read by several modules and written by none; reference tables may be written by migrations only.
                [shared]
                reference = [
                    "countries",  # written by no code, read by shop::orders (1), shop::payments (1)
                ]

                # Contested (two or more modules write these, and only one can own them):
                #   carts: written by shop::orders (2), shop::payments (1)
                #   log: written by shop::orders (1), shop::payments (1)
                #   payment_links: written by shop::orders (1), shop::payments (1)

                # Undecided (nothing says who owns these):
                #   log: contested: written by shop::orders (1), shop::payments (1)
                #   mystery: no code touches it
            "##]],
        );
    }

    #[test]
    fn beside_what_a_policy_has() {
        check(
            Some(
                "version = 1\n[modules.orders]\npaths = ['shop::orders']\nowns.tables = ['orders', 'c*']\n\
                 [modules.payments]\npaths = ['shop::payments']\n[shared]\nreference = ['rates', 'm*', 'log']\n",
            ),
            expect![[r##"
                # Proposed owners for 3 tables, by who writes them and by their names.
                # A start, not a decision: read the comments before you paste it into boundaries.toml.

                # In place of the `tables` that it has.
                [modules.orders.owns]
                tables = [
                    "orders",
                    "c*",
                    "order_notes",  # by its name; no code touches it
                ]

                [modules.payments.owns]
                tables = [
                    "payment_links",  # contested: written by orders (1), payments (1); the name decides
                    "payments",       # written by payments (1)
                ]

                # Contested (two or more modules write these, and only one can own them):
                #   payment_links: written by orders (1), payments (1)
            "##]],
        );
    }

    #[test]
    fn what_is_proposed_can_be_pasted() {
        let text = format!("version = 1\n{}", text(&proposal(None)));
        let header =
            "[modules.orders]\npaths = ['shop::orders']\n[modules.payments]\npaths = ['shop::payments']\n";
        let policy =
            crate::config::load(&text.replacen('\n', &format!("\n{header}"), 1), "boundaries.toml", &[]);
        let policy = policy.unwrap_or_else(|errors| panic!("{errors}: {text}"));
        assert_eq!(policy.modules[0].owns.tables.len(), 3);
        assert_eq!(policy.shared.reference.len(), 1);
        let hostile = ProposedTable {
            name: "x\"\u{1b}[0]*\\".into(),
            evidence: "\n[modules.a]".into(),
            certain: true,
            view: false,
        };
        let module = ProposedModule { name: "shop::\"a".into(), listed: vec![], tables: vec![hostile] };
        let proposal = Proposal { modules: vec![module], ..Proposal::default() };
        let shown = super::tests::text(&proposal);
        assert_eq!(shown.lines().filter(|line| line.starts_with("[modules")).count(), 1, "{shown}");
    }

    #[test]
    fn nothing_to_propose() {
        assert_eq!(text(&Proposal::default()), "# Nothing to propose: no tables were found.\n");
        let settled = Proposal { settled: 3, ..Proposal::default() };
        assert_eq!(
            text(&settled),
            "# Nothing to propose: 3 tables found, and all of them have an owner or are shared.\n"
        );
    }
}
