//! A chain for people: the hops, then every reference behind the first one, which is the one to cut.

use crate::output::chain::{Chain, ChainReference};
use crate::output::escape::terminal;
use crate::output::report::counted;
use crate::output::style::{DIM, STRONG};
use std::io::{self, Write};

/// Writes the chain.
pub(super) fn write(chain: &Chain, out: &mut dyn Write) -> io::Result<()> {
    let (from, to) = (terminal(&chain.from), terminal(&chain.to));
    let Some(first) = chain.hops.first() else {
        return writeln!(out, "{STRONG}{from}{STRONG:#} does not depend on {STRONG}{to}{STRONG:#}");
    };
    let aside = if chain.test { ", in test code only" } else { "" };
    let steps = counted(chain.hops.len(), "step");
    writeln!(
        out,
        "{STRONG}{from}{STRONG:#} depends on {STRONG}{to}{STRONG:#} {DIM}({steps}{aside}){DIM:#}\n"
    )?;
    writeln!(out, "  {}", terminal(&first.from))?;
    for hop in &chain.hops {
        writeln!(out, "  -> {} {DIM}({}){DIM:#}", terminal(&hop.to), counted(hop.refs, "reference"))?;
    }
    writeln!(out, "\n{STRONG}{} -> {}{STRONG:#}", terminal(&first.from), terminal(&first.to))?;
    chain.references.iter().try_for_each(|reference| write_reference(reference, out))
}

fn write_reference(reference: &ChainReference, out: &mut dyn Write) -> io::Result<()> {
    let site = &reference.site;
    let place = format!("{}:{}:{}", terminal(&site.file), site.line, site.column);
    writeln!(out, "  {place}  {}  {DIM}{}{DIM:#}", terminal(&site.text), terminal(&reference.to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::chain::tests::chain;
    use expect_test::{Expect, expect};

    #[track_caller]
    fn check(from: &str, to: &str, expected: Expect) {
        let mut out = Vec::new();
        write(&chain(from, to), &mut out).unwrap();
        let text = anstream::adapter::strip_str(std::str::from_utf8(&out).unwrap()).to_string();
        expected.assert_eq(&text);
    }

    #[test]
    fn a_way_and_none() {
        check(
            "shop::a::deep",
            "shop::a",
            expect![[r#"
            shop::a::deep depends on shop::a (2 steps)

              shop::a::deep
              -> shop::b (1 reference)
              -> shop::a (2 references)

            shop::a::deep -> shop::b
              src.rs:1:1  Charge  shop::b::Charge
        "#]],
        );
        check(
            "shop",
            "tool{bin}",
            expect![[r#"
            shop does not depend on tool{bin}
        "#]],
        );
    }
}
