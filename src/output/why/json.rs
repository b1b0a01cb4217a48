//! A chain as JSON.

use crate::output::chain::{Chain, ChainHop, ChainReference};
use crate::output::{JSON_VERSION, write_json};
use serde::Serialize;
use std::io::{self, Write};

/// Writes the chain.
pub(super) fn write(chain: &Chain, out: &mut dyn Write) -> io::Result<()> {
    let Chain { from, to, hops, references, test } = chain;
    write_json(&Document { version: JSON_VERSION, from, to, test: *test, hops, references }, out)
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    from: &'a str,
    to: &'a str,
    /// Only test code connects the two.
    test: bool,
    /// Empty if there is no way.
    hops: &'a [ChainHop],
    /// Those behind the first hop.
    references: &'a [ChainReference],
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::chain::tests::chain;
    use expect_test::expect;

    #[test]
    fn the_shape_of_a_chain() {
        let mut out = Vec::new();
        write(&chain("shop::b", "shop::q\"<"), &mut out).unwrap();
        expect![[r#"
            {
              "version": 1,
              "from": "shop::b",
              "to": "shop::q\"<",
              "test": true,
              "hops": [
                {
                  "from": "shop::b",
                  "to": "shop::q\"<",
                  "refs": 1
                }
              ],
              "references": [
                {
                  "file": "src.rs",
                  "line": 4,
                  "column": 1,
                  "kind": "path",
                  "text": "Mock",
                  "from": "shop::b::tests",
                  "to": "shop::q\"<::Mock"
                }
              ]
            }
        "#]]
        .assert_eq(std::str::from_utf8(&out).unwrap());
    }
}
