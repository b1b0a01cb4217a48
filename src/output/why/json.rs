//! A chain as JSON.

use crate::output::chain::{Chain, ChainHop, ChainReference};
use crate::output::schema::schema_of;
use crate::output::{JSON_VERSION, write_json};
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use std::io::{self, Write};

/// Writes the chain.
pub(super) fn write(chain: &Chain, out: &mut dyn Write) -> io::Result<()> {
    let Chain { from, to, hops, references, test } = chain;
    write_json(&Document { version: JSON_VERSION, from, to, test: *test, hops, references }, out)
}

/// What it writes.
pub(in crate::output) fn schema() -> Schema {
    schema_of::<Document>()
}

/// The shortest way from one part of a workspace to another.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "cargo modcheck why --format json")]
struct Document<'a> {
    /// The version of this format. Fields may be added without a new one.
    #[schemars(extend("const" = JSON_VERSION))]
    version: u32,
    /// The first of the two names that were asked about.
    from: &'a str,
    /// The second.
    to: &'a str,
    /// Only test code connects the two.
    test: bool,
    /// The hops in order; empty if there is no way.
    hops: &'a [ChainHop],
    /// Every reference behind the first hop, sorted by place.
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
