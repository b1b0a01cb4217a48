//! Every error of `boundaries.toml`, as a person sees it.
//!
//! Run with `UPDATE_EXPECT=1` to accept what is printed now.

use super::{parse, render};
use expect_test::{Expect, expect};
use miette::Diagnostic;
use std::collections::BTreeSet;

/// A file and what is said about it.
type Case = (&'static str, Expect);

fn check(cases: Vec<Case>) {
    for (text, expected) in cases {
        let errors = parse(text.trim_start()).expect_err("an error");
        expected.assert_eq(&render(&errors));
    }
}

#[test]
fn every_error_has_a_case() {
    let declared: BTreeSet<String> = include_str!("../../../src/config/error.rs")
        .split("code(")
        .skip(1)
        .filter_map(|rest| rest.split_once(')').map(|(code, _)| code.to_owned()))
        .filter(|code| code.starts_with("modcheck::config::"))
        .collect();
    let cases = [the_file(), keys(), types(), words(), names(), paths(), globs()].into_iter().flatten();
    let mut seen: BTreeSet<String> = cases
        .flat_map(|(text, _)| {
            let errors = parse(text.trim_start()).expect_err("an error");
            errors.errors().iter().filter_map(|e| e.code().map(|c| c.to_string())).collect::<Vec<_>>()
        })
        .collect();
    // Needs a workspace; see `assign.rs`.
    seen.insert("modcheck::config::ambiguous_path".to_owned());
    assert_eq!(declared, seen);
}

#[test]
fn errors_of_the_file() {
    check(the_file());
}

fn the_file() -> Vec<Case> {
    vec![
        (
            "",
            expect![[r#"
              × boundaries.toml has 2 errors

            Error: modcheck::config::missing_version

              × the file does not say which `version` it is written for
               ╭─[boundaries.toml:1:1]
               ╰────
              help: write `version = 1` as the first line

            Error: modcheck::config::no_modules

              × no modules are declared, so nothing would be checked
               ╭─[boundaries.toml:1:1]
               ╰────
              help: declare one with `[modules.NAME]` and `paths = ["a_crate"]`, or run `cargo modcheck init`
                    for a proposal
        "#]],
        ),
        (
            "version = 1",
            expect![[r#"
            modcheck::config::no_modules

              × no modules are declared, so nothing would be checked
               ╭─[boundaries.toml:1:1]
             1 │ version = 1
               · ▲
               · ╰── no `[modules.…]` in this file
               ╰────
              help: declare one with `[modules.NAME]` and `paths = ["a_crate"]`, or run `cargo modcheck init`
                    for a proposal
        "#]],
        ),
        (
            r"
version = 2
nonsense = true
",
            expect![[r#"
                modcheck::config::wrong_version

                  × version 2 of this file is not known
                   ╭─[boundaries.toml:1:11]
                 1 │ version = 2
                   ·           ┬
                   ·           ╰── only 1 is known
                 2 │ nonsense = true
                   ╰────
                  help: write `version = 1`, or install a cargo-modcheck that knows version 2
            "#]],
        ),
        (
            r#"
version = "1"
[modules.a]
paths = ['a']
"#,
            expect![[r#"
                modcheck::config::wrong_type

                  × `version` must be the number 1
                   ╭─[boundaries.toml:1:11]
                 1 │ version = "1"
                   ·           ─┬─
                   ·            ╰── this is a string
                 2 │ [modules.a]
                   ╰────
                  help: write `version = 1`
            "#]],
        ),
        (
            r"
version = 1
[modules.a
paths = ['a']
",
            expect![[r#"
                modcheck::config::syntax

                  × not valid TOML: unclosed table
                   ╭─[boundaries.toml:2:11]
                 1 │ version = 1
                 2 │ [modules.a
                   ·           ▲
                   ·           ╰── here
                 3 │ paths = ['a']
                   ╰────
                  help: expected `]`
            "#]],
        ),
        (
            r"
version = 1
version = 1
",
            expect![[r#"
                modcheck::config::syntax

                  × not valid TOML: duplicate key
                   ╭─[boundaries.toml:2:1]
                 1 │ version = 1
                 2 │ version = 1
                   · ───┬───
                   ·    ╰── here
                   ╰────
                  help: keep one of the two, or merge the tables under one header
            "#]],
        ),
        (
            r"
version = 1
[modules.a]
paths = [a]
",
            expect![[r#"
                modcheck::config::syntax

                  × not valid TOML: string values must be quoted
                   ╭─[boundaries.toml:3:10]
                 2 │ [modules.a]
                 3 │ paths = [a]
                   ·          ┬
                   ·          ╰── here
                   ╰────
                  help: put quotes around it, `"…"`
            "#]],
        ),
        (
            r"
version = 1
[modules.a]
paths = ['a']

[modules.a]
paths = ['b']
",
            expect![[r#"
                modcheck::config::syntax

                  × not valid TOML: duplicate key
                   ╭─[boundaries.toml:5:10]
                 4 │
                 5 │ [modules.a]
                   ·          ┬
                   ·          ╰── here
                 6 │ paths = ['b']
                   ╰────
                  help: keep one of the two, or merge the tables under one header
            "#]],
        ),
        (
            r"
version = 1
modules = ['payments']
",
            expect![[r#"
                modcheck::config::wrong_type

                  × `[modules]` must be a table
                   ╭─[boundaries.toml:2:11]
                 1 │ version = 1
                 2 │ modules = ['payments']
                   ·           ──────┬─────
                   ·                 ╰── this is an array
                   ╰────
                  help: write a `[modules]` table
            "#]],
        ),
        (
            r"
version = 1
[modules]
",
            expect![[r#"
                modcheck::config::no_modules

                  × no modules are declared, so nothing would be checked
                   ╭─[boundaries.toml:2:2]
                 1 │ version = 1
                 2 │ [modules]
                   ·  ───┬───
                   ·     ╰── no `[modules.…]` in this file
                   ╰────
                  help: declare one with `[modules.NAME]` and `paths = ["a_crate"]`, or run `cargo modcheck init`
                        for a proposal
            "#]],
        ),
        (
            r"
version = 1
[modules]
payments = 'shop::payments'
orders = { paths = ['shop::orders'], depends-on = ['payments'] }
",
            expect![[r#"
                modcheck::config::wrong_type

                  × `[modules.payments]` must be a table
                   ╭─[boundaries.toml:3:12]
                 2 │ [modules]
                 3 │ payments = 'shop::payments'
                   ·            ────────┬───────
                   ·                    ╰── this is a string
                 4 │ orders = { paths = ['shop::orders'], depends-on = ['payments'] }
                   ╰────
                  help: write a `[modules.payments]` table
            "#]],
        ),
    ]
}

#[test]
fn errors_of_keys() {
    check(keys());
}

fn keys() -> Vec<Case> {
    vec![
        (
            r"
version = 1
module = 1
rubbish = 2
[modules.a]
paths = ['a']
",
            expect![[r#"
                  × boundaries.toml has 2 errors

                Error: modcheck::config::unknown_key

                  × unknown key `module` in `boundaries.toml`
                   ╭─[boundaries.toml:2:1]
                 1 │ version = 1
                 2 │ module = 1
                   · ───┬──
                   ·    ╰── not a key of `boundaries.toml`
                 3 │ rubbish = 2
                   ╰────
                  help: did you mean `modules`?

                Error: modcheck::config::unknown_key

                  × unknown key `rubbish` in `boundaries.toml`
                   ╭─[boundaries.toml:3:1]
                 2 │ module = 1
                 3 │ rubbish = 2
                   · ───┬───
                   ·    ╰── not a key of `boundaries.toml`
                 4 │ [modules.a]
                   ╰────
                  help: the keys here are `version`, `analysis`, `data`, `context`, `layers`, `rules`, `modules`,
                        `shared`
            "#]],
        ),
        (
            r"
version = 1
[analysis]
test = 'check'
[data]
sql_dialect = 'mysql'
[context]
engineer = 1
[layers]
list = []
[shared]
tables = []
[modules.a]
paths = ['a']
",
            expect![[r#"
                  × boundaries.toml has 5 errors

                Error: modcheck::config::unknown_key

                  × unknown key `test` in `[analysis]`
                   ╭─[boundaries.toml:3:1]
                 2 │ [analysis]
                 3 │ test = 'check'
                   · ──┬─
                   ·   ╰── not a key of `[analysis]`
                 4 │ [data]
                   ╰────
                  help: did you mean `tests`?

                Error: modcheck::config::unknown_key

                  × unknown key `sql_dialect` in `[data]`
                   ╭─[boundaries.toml:5:1]
                 4 │ [data]
                 5 │ sql_dialect = 'mysql'
                   · ─────┬─────
                   ·      ╰── not a key of `[data]`
                 6 │ [context]
                   ╰────
                  help: did you mean `sql-dialect`?

                Error: modcheck::config::unknown_key

                  × unknown key `engineer` in `[context]`
                   ╭─[boundaries.toml:7:1]
                 6 │ [context]
                 7 │ engineer = 1
                   · ────┬───
                   ·     ╰── not a key of `[context]`
                 8 │ [layers]
                   ╰────
                  help: did you mean `engineers`?

                Error: modcheck::config::unknown_key

                  × unknown key `list` in `[layers]`
                    ╭─[boundaries.toml:9:1]
                  8 │ [layers]
                  9 │ list = []
                    · ──┬─
                    ·   ╰── not a key of `[layers]`
                 10 │ [shared]
                    ╰────
                  help: the only choice is `order`

                Error: modcheck::config::unknown_key

                  × unknown key `tables` in `[shared]`
                    ╭─[boundaries.toml:11:1]
                 10 │ [shared]
                 11 │ tables = []
                    · ───┬──
                    ·    ╰── not a key of `[shared]`
                 12 │ [modules.a]
                    ╰────
                  help: the keys here are `reference`, `outbox`
            "#]],
        ),
        (
            r"
version = 1
[modules.a]
paths = ['a']
depends_on = []
owns.table = []
[modules.b]
paths = ['b']
depends-on = [{ module = 'a', untill = '2027-03-31' }, { reason = 'x' }]
",
            expect![[r#"
                  × boundaries.toml has 4 errors

                Error: modcheck::config::unknown_key

                  × unknown key `depends_on` in `[modules.a]`
                   ╭─[boundaries.toml:4:1]
                 3 │ paths = ['a']
                 4 │ depends_on = []
                   · ─────┬────
                   ·      ╰── not a key of `[modules.a]`
                 5 │ owns.table = []
                   ╰────
                  help: did you mean `depends-on`?

                Error: modcheck::config::unknown_key

                  × unknown key `table` in `[modules.a.owns]`
                   ╭─[boundaries.toml:5:6]
                 4 │ depends_on = []
                 5 │ owns.table = []
                   ·      ──┬──
                   ·        ╰── not a key of `[modules.a.owns]`
                 6 │ [modules.b]
                   ╰────
                  help: did you mean `tables`?

                Error: modcheck::config::unknown_key

                  × unknown key `untill` in an entry of `depends-on`
                   ╭─[boundaries.toml:8:31]
                 7 │ paths = ['b']
                 8 │ depends-on = [{ module = 'a', untill = '2027-03-31' }, { reason = 'x' }]
                   ·                               ───┬──
                   ·                                  ╰── not a key of an entry of `depends-on`
                   ╰────
                  help: did you mean `until`?

                Error: modcheck::config::missing_key

                  × an entry of `depends-on` has no `module`
                   ╭─[boundaries.toml:8:56]
                 7 │ paths = ['b']
                 8 │ depends-on = [{ module = 'a', untill = '2027-03-31' }, { reason = 'x' }]
                   ·                                                        ────────┬───────
                   ·                                                                ╰── `module` is missing
                   ╰────
                  help: name the module that may be used: `{ module = "ledger", … }`
            "#]],
        ),
        (
            r"
version = 1
[modules.a]
public = ['api']
",
            expect![[r#"
                modcheck::config::missing_key

                  × `[modules.a]` has no `paths`
                   ╭─[boundaries.toml:2:10]
                 1 │ version = 1
                 2 │ [modules.a]
                   ·          ┬
                   ·          ╰── `paths` is missing
                 3 │ public = ['api']
                   ╰────
                  help: say which code belongs to it, such as `paths = ["shop::payments"]`
            "#]],
        ),
    ]
}

#[test]
fn errors_of_types() {
    check(types());
}

fn types() -> Vec<Case> {
    vec![
        (
            r"
version = 1
[modules.a]
paths = 'shop::a'
stateless = 'yes'
owner = 3
public = ['api', 1]
owns = []
owns2 = 1
",
            expect![[r#"
                  × boundaries.toml has 6 errors

                Error: modcheck::config::wrong_type

                  × `paths` must be a list of strings
                   ╭─[boundaries.toml:3:9]
                 2 │ [modules.a]
                 3 │ paths = 'shop::a'
                   ·         ────┬────
                   ·             ╰── this is a string
                 4 │ stateless = 'yes'
                   ╰────
                  help: write `["shop::a"]`

                Error: modcheck::config::wrong_type

                  × `stateless` must be true or false
                   ╭─[boundaries.toml:4:13]
                 3 │ paths = 'shop::a'
                 4 │ stateless = 'yes'
                   ·             ──┬──
                   ·               ╰── this is a string
                 5 │ owner = 3
                   ╰────
                  help: write `stateless = true`

                Error: modcheck::config::wrong_type

                  × `owner` must be a string
                   ╭─[boundaries.toml:5:9]
                 4 │ stateless = 'yes'
                 5 │ owner = 3
                   ·         ┬
                   ·         ╰── this is a whole number
                 6 │ public = ['api', 1]
                   ╰────
                  help: write it in quotes, `"…"`

                Error: modcheck::config::wrong_type

                  × each entry of `public` must be a string
                   ╭─[boundaries.toml:6:18]
                 5 │ owner = 3
                 6 │ public = ['api', 1]
                   ·                  ┬
                   ·                  ╰── this is a whole number
                 7 │ owns = []
                   ╰────
                  help: write it in quotes, `"…"`

                Error: modcheck::config::wrong_type

                  × `[modules.a.owns]` must be a table
                   ╭─[boundaries.toml:7:8]
                 6 │ public = ['api', 1]
                 7 │ owns = []
                   ·        ─┬
                   ·         ╰── this is an array
                 8 │ owns2 = 1
                   ╰────
                  help: write a `[modules.a.owns]` table

                Error: modcheck::config::unknown_key

                  × unknown key `owns2` in `[modules.a]`
                   ╭─[boundaries.toml:8:1]
                 7 │ owns = []
                 8 │ owns2 = 1
                   · ──┬──
                   ·   ╰── not a key of `[modules.a]`
                   ╰────
                  help: did you mean `owns`?
            "#]],
        ),
        (
            r"
version = 1
rules = 'deny'
[analysis]
min-resolution = 'high'
[context]
engineers = 1.5
platform-team = 'no'
[modules.a]
paths = ['a']
depends-on = [1, { module = 2, until = 3 }]
rules = { private-access = false }
owns.readers = { t = 'a' }
",
            expect![[r#"
                  × boundaries.toml has 9 errors

                Error: modcheck::config::wrong_type

                  × `[rules]` must be a table
                   ╭─[boundaries.toml:2:9]
                 1 │ version = 1
                 2 │ rules = 'deny'
                   ·         ───┬──
                   ·            ╰── this is a string
                 3 │ [analysis]
                   ╰────
                  help: write a `[rules]` table

                Error: modcheck::config::wrong_type

                  × `min-resolution` must be a number
                   ╭─[boundaries.toml:4:18]
                 3 │ [analysis]
                 4 │ min-resolution = 'high'
                   ·                  ───┬──
                   ·                     ╰── this is a string
                 5 │ [context]
                   ╰────
                  help: write `min-resolution = 0.95`

                Error: modcheck::config::wrong_type

                  × `engineers` must be a whole number
                   ╭─[boundaries.toml:6:13]
                 5 │ [context]
                 6 │ engineers = 1.5
                   ·             ─┬─
                   ·              ╰── this is a fractional number
                 7 │ platform-team = 'no'
                   ╰────
                  help: write `engineers = 1`

                Error: modcheck::config::wrong_type

                  × `platform-team` must be true or false
                   ╭─[boundaries.toml:7:17]
                 6 │ engineers = 1.5
                 7 │ platform-team = 'no'
                   ·                 ──┬─
                   ·                   ╰── this is a string
                 8 │ [modules.a]
                   ╰────
                  help: write `platform-team = true`

                Error: modcheck::config::wrong_type

                  × an entry of `depends-on` must be a module's name or an inline table
                    ╭─[boundaries.toml:10:15]
                  9 │ paths = ['a']
                 10 │ depends-on = [1, { module = 2, until = 3 }]
                    ·               ┬
                    ·               ╰── this is a whole number
                 11 │ rules = { private-access = false }
                    ╰────
                  help: write `"ledger"` or `{ module = "ledger", reason = "…" }`

                Error: modcheck::config::wrong_type

                  × `module` must be a string
                    ╭─[boundaries.toml:10:29]
                  9 │ paths = ['a']
                 10 │ depends-on = [1, { module = 2, until = 3 }]
                    ·                             ┬
                    ·                             ╰── this is a whole number
                 11 │ rules = { private-access = false }
                    ╰────
                  help: write it in quotes, `"…"`

                Error: modcheck::config::wrong_type

                  × `until` must be a date
                    ╭─[boundaries.toml:10:40]
                  9 │ paths = ['a']
                 10 │ depends-on = [1, { module = 2, until = 3 }]
                    ·                                        ┬
                    ·                                        ╰── this is a whole number
                 11 │ rules = { private-access = false }
                    ╰────
                  help: write `until = "2027-03-31"`

                Error: modcheck::config::wrong_type

                  × the severity of `private-access` must be a string
                    ╭─[boundaries.toml:11:28]
                 10 │ depends-on = [1, { module = 2, until = 3 }]
                 11 │ rules = { private-access = false }
                    ·                            ──┬──
                    ·                              ╰── this is a boolean
                 12 │ owns.readers = { t = 'a' }
                    ╰────
                  help: write it in quotes, `"…"`

                Error: modcheck::config::wrong_type

                  × the readers of `t` must be a list of strings
                    ╭─[boundaries.toml:12:22]
                 11 │ rules = { private-access = false }
                 12 │ owns.readers = { t = 'a' }
                    ·                      ─┬─
                    ·                       ╰── this is a string
                    ╰────
                  help: write `["a"]`
            "#]],
        ),
        (
            r"
version = 1
[context]
engineers = -1
[analysis]
min-resolution = 95
[modules.a]
paths = ['a']
",
            expect![[r#"
                  × boundaries.toml has 2 errors

                Error: modcheck::config::out_of_range

                  × `engineers` must lie between 0 and 4294967295
                   ╭─[boundaries.toml:3:13]
                 2 │ [context]
                 3 │ engineers = -1
                   ·             ─┬
                   ·              ╰── out of range
                 4 │ [analysis]
                   ╰────
                  help: write how many engineers work on the code, such as 12

                Error: modcheck::config::out_of_range

                  × `min-resolution` must lie between 0 and 1
                   ╭─[boundaries.toml:5:18]
                 4 │ [analysis]
                 5 │ min-resolution = 95
                   ·                  ─┬
                   ·                   ╰── out of range
                 6 │ [modules.a]
                   ╰────
                  help: write the share of references that has to resolve, such as 0.95 for 95 %
            "#]],
        ),
        (
            r"
version = 1
[analysis]
min-resolution = nan
[modules.a]
paths = ['a']
",
            expect![[r#"
                modcheck::config::out_of_range

                  × `min-resolution` must lie between 0 and 1
                   ╭─[boundaries.toml:3:18]
                 2 │ [analysis]
                 3 │ min-resolution = nan
                   ·                  ─┬─
                   ·                   ╰── out of range
                 4 │ [modules.a]
                   ╰────
                  help: write the share of references that has to resolve, such as 0.95 for 95 %
            "#]],
        ),
    ]
}

#[test]
fn errors_of_words() {
    check(words());
}

fn words() -> Vec<Case> {
    vec![
        (
            r"
version = 1
[analysis]
tests = 'skip'
[data]
sql-dialect = 'postgresql'
[context]
stage = 'startup'
[modules.a]
paths = ['a']
kind = 'libary'
",
            expect![[r#"
                  × boundaries.toml has 4 errors

                Error: modcheck::config::unknown_word

                  × `skip` is not a way to treat tests
                   ╭─[boundaries.toml:3:9]
                 2 │ [analysis]
                 3 │ tests = 'skip'
                   ·         ───┬──
                   ·            ╰── not a way to treat tests
                 4 │ [data]
                   ╰────
                  help: the choices are `ignore`, `check`

                Error: modcheck::config::unknown_word

                  × `postgresql` is not an SQL dialect
                   ╭─[boundaries.toml:5:15]
                 4 │ [data]
                 5 │ sql-dialect = 'postgresql'
                   ·               ──────┬─────
                   ·                     ╰── not an SQL dialect
                 6 │ [context]
                   ╰────
                  help: did you mean `postgres`?

                Error: modcheck::config::unknown_word

                  × `startup` is not a stage
                   ╭─[boundaries.toml:7:9]
                 6 │ [context]
                 7 │ stage = 'startup'
                   ·         ────┬────
                   ·             ╰── not a stage
                 8 │ [modules.a]
                   ╰────
                  help: the choices are `pre-fit`, `growth`, `scale`

                Error: modcheck::config::unknown_word

                  × `libary` is not a kind of module
                    ╭─[boundaries.toml:10:8]
                  9 │ paths = ['a']
                 10 │ kind = 'libary'
                    ·        ────┬───
                    ·            ╰── not a kind of module
                    ╰────
                  help: did you mean `library`?
            "#]],
        ),
        (
            r"
version = 1
[rules]
private-acess = 'deny'
unowned-table = 'error'
[modules.a]
paths = ['a']
[modules.a.rules]
nonsense = 'warn'
private-access = 'Deny'
",
            expect![[r#"
                  × boundaries.toml has 4 errors

                Error: modcheck::config::unknown_rule

                  × unknown rule `private-acess`
                   ╭─[boundaries.toml:3:1]
                 2 │ [rules]
                 3 │ private-acess = 'deny'
                   · ──────┬──────
                   ·       ╰── no rule has this name
                 4 │ unowned-table = 'error'
                   ╰────
                  help: did you mean `private-access`?

                Error: modcheck::config::unknown_word

                  × `error` is not a severity
                   ╭─[boundaries.toml:4:17]
                 3 │ private-acess = 'deny'
                 4 │ unowned-table = 'error'
                   ·                 ───┬───
                   ·                    ╰── not a severity
                 5 │ [modules.a]
                   ╰────
                  help: the choices are `allow`, `warn`, `deny`

                Error: modcheck::config::unknown_rule

                  × unknown rule `nonsense`
                   ╭─[boundaries.toml:8:1]
                 7 │ [modules.a.rules]
                 8 │ nonsense = 'warn'
                   · ────┬───
                   ·     ╰── no rule has this name
                 9 │ private-access = 'Deny'
                   ╰────
                  help: the rules are `private-access`, `undeclared-dependency`, `unowned-table`

                Error: modcheck::config::unknown_word

                  × `Deny` is not a severity
                   ╭─[boundaries.toml:9:18]
                 8 │ nonsense = 'warn'
                 9 │ private-access = 'Deny'
                   ·                  ───┬──
                   ·                     ╰── not a severity
                   ╰────
                  help: did you mean `deny`?
            "#]],
        ),
        (
            r"
version = 1
[modules.a]
paths = ['a']
depends-on = [{ module = 'a', until = '2027-02-29' }, { module = 'a', until = 'soon' }]
",
            expect![[r#"
                  × boundaries.toml has 4 errors

                Error: modcheck::config::self_dependency

                  × module `a` depends on itself
                   ╭─[boundaries.toml:4:15]
                 3 │ paths = ['a']
                 4 │ depends-on = [{ module = 'a', until = '2027-02-29' }, { module = 'a', until = 'soon' }]
                   ·               ───────────────────┬──────────────────
                   ·                                  ╰── this is the module itself
                   ╰────
                  help: remove the entry: code inside a module may always use the rest of it

                Error: modcheck::config::bad_date

                  × `2027-02-29` is not a date
                   ╭─[boundaries.toml:4:39]
                 3 │ paths = ['a']
                 4 │ depends-on = [{ module = 'a', until = '2027-02-29' }, { module = 'a', until = 'soon' }]
                   ·                                       ──────┬─────
                   ·                                             ╰── no such day
                   ╰────
                  help: write a day of the calendar as "YYYY-MM-DD", such as "2027-03-31"

                Error: modcheck::config::self_dependency

                  × module `a` depends on itself
                   ╭─[boundaries.toml:4:55]
                 3 │ paths = ['a']
                 4 │ depends-on = [{ module = 'a', until = '2027-02-29' }, { module = 'a', until = 'soon' }]
                   ·                                                       ────────────────┬───────────────
                   ·                                                                       ╰── this is the module itself
                   ╰────
                  help: remove the entry: code inside a module may always use the rest of it

                Error: modcheck::config::bad_date

                  × `soon` is not a date
                   ╭─[boundaries.toml:4:79]
                 3 │ paths = ['a']
                 4 │ depends-on = [{ module = 'a', until = '2027-02-29' }, { module = 'a', until = 'soon' }]
                   ·                                                                               ───┬──
                   ·                                                                                  ╰── not of the form YYYY-MM-DD
                   ╰────
                  help: write a day of the calendar as "YYYY-MM-DD", such as "2027-03-31"
            "#]],
        ),
        (
            r"
version = 1
[modules.a]
paths = ['a']
depends-on = [{ module = 'b', until = 2027-03-31T10:00:00Z }]
[modules.b]
paths = ['b']
",
            expect![[r#"
                modcheck::config::bad_date

                  × `2027-03-31T10:00:00Z` is not a date
                   ╭─[boundaries.toml:4:39]
                 3 │ paths = ['a']
                 4 │ depends-on = [{ module = 'b', until = 2027-03-31T10:00:00Z }]
                   ·                                       ──────────┬─────────
                   ·                                                 ╰── not of the form YYYY-MM-DD
                 5 │ [modules.b]
                   ╰────
                  help: write a day of the calendar as "YYYY-MM-DD", such as "2027-03-31"
            "#]],
        ),
    ]
}

#[test]
fn errors_of_names() {
    check(names());
}

fn names() -> Vec<Case> {
    vec![
        (
            r"
version = 1
[modules.payments]
paths = ['a']
depends-on = ['orderz']
visible-to = ['everybody']
owns.tables = ['t']
owns.readers = { t = ['payment'] }
[modules.orders]
paths = ['b']
",
            expect![[r#"
                  × boundaries.toml has 3 errors

                Error: modcheck::config::unknown_module

                  × unknown module `orderz`
                   ╭─[boundaries.toml:4:15]
                 3 │ paths = ['a']
                 4 │ depends-on = ['orderz']
                   ·               ────┬───
                   ·                   ╰── no `[modules.…]` table has this name
                 5 │ visible-to = ['everybody']
                   ╰────
                  help: did you mean `orders`?

                Error: modcheck::config::unknown_module

                  × unknown module `everybody`
                   ╭─[boundaries.toml:5:15]
                 4 │ depends-on = ['orderz']
                 5 │ visible-to = ['everybody']
                   ·               ─────┬─────
                   ·                    ╰── no `[modules.…]` table has this name
                 6 │ owns.tables = ['t']
                   ╰────
                  help: the modules are `payments`, `orders`

                Error: modcheck::config::unknown_module

                  × unknown module `payment`
                   ╭─[boundaries.toml:7:23]
                 6 │ owns.tables = ['t']
                 7 │ owns.readers = { t = ['payment'] }
                   ·                       ────┬────
                   ·                           ╰── no `[modules.…]` table has this name
                 8 │ [modules.orders]
                   ╰────
                  help: did you mean `payments`?
            "#]],
        ),
        (
            r"
version = 1
[modules.a]
paths = ['a']
depends-on = ['a']
",
            expect![[r#"
                modcheck::config::self_dependency

                  × module `a` depends on itself
                   ╭─[boundaries.toml:4:15]
                 3 │ paths = ['a']
                 4 │ depends-on = ['a']
                   ·               ─┬─
                   ·                ╰── this is the module itself
                   ╰────
                  help: remove the entry: code inside a module may always use the rest of it
            "#]],
        ),
        (
            r"
version = 1
[modules.a]
paths = ['a']
depends-on = ['b', { module = 'b', deprecated = true }]
[modules.b]
paths = ['b']
",
            expect![[r#"
                modcheck::config::duplicate_dependency

                  × `b` is listed twice in `depends-on`
                   ╭─[boundaries.toml:4:20]
                 3 │ paths = ['a']
                 4 │ depends-on = ['b', { module = 'b', deprecated = true }]
                   ·               ─┬─  ─────────────────┬─────────────────
                   ·                │                    ╰── and again here
                   ·                ╰── first listed here
                 5 │ [modules.b]
                   ╰────
                  help: keep one of the two entries
            "#]],
        ),
        (
            r"
version = 1
[layers]
order = ['app', 'domain', '', 'app']
[modules.a]
paths = ['a']
layer = 'domian'
",
            expect![[r#"
                  × boundaries.toml has 3 errors

                Error: modcheck::config::empty

                  × an entry of `order` is empty
                   ╭─[boundaries.toml:3:27]
                 2 │ [layers]
                 3 │ order = ['app', 'domain', '', 'app']
                   ·                           ─┬
                   ·                            ╰── nothing here
                 4 │ [modules.a]
                   ╰────
                  help: name the layer, such as "domain"

                Error: modcheck::config::duplicate_layer

                  × layer `app` is listed twice
                   ╭─[boundaries.toml:3:31]
                 2 │ [layers]
                 3 │ order = ['app', 'domain', '', 'app']
                   ·          ──┬──                ──┬──
                   ·            │                    ╰── and again here
                   ·            ╰── first listed here
                 4 │ [modules.a]
                   ╰────
                  help: keep one of the two: a layer has one place in the order

                Error: modcheck::config::unknown_layer

                  × unknown layer `domian`
                   ╭─[boundaries.toml:6:9]
                 5 │ paths = ['a']
                 6 │ layer = 'domian'
                   ·         ────┬───
                   ·             ╰── not in `order` of `[layers]`
                   ╰────
                  help: did you mean `domain`?
            "#]],
        ),
        (
            r"
version = 1
[modules.a]
paths = ['a']
layer = 'domain'
",
            expect![[r#"
                modcheck::config::unknown_layer

                  × unknown layer `domain`
                   ╭─[boundaries.toml:4:9]
                 3 │ paths = ['a']
                 4 │ layer = 'domain'
                   ·         ────┬───
                   ·             ╰── not in `order` of `[layers]`
                   ╰────
                  help: declare it: `order = ["domain"]` under `[layers]`
            "#]],
        ),
        (
            r#"
version = 1
[modules.""]
paths = ['a']
[modules."my payments"]
paths = ['b']
[modules.-x]
paths = ['c']
"#,
            expect![[r#"
                  × boundaries.toml has 3 errors

                Error: modcheck::config::bad_module_name

                  × `` cannot be the name of a module
                   ╭─[boundaries.toml:2:10]
                 1 │ version = 1
                 2 │ [modules.""]
                   ·          ─┬
                   ·           ╰── it is empty
                 3 │ paths = ['a']
                   ╰────
                  help: use letters, digits, `-`, `_`, `.`, `:` and `/`, such as `payments`

                Error: modcheck::config::bad_module_name

                  × `my payments` cannot be the name of a module
                   ╭─[boundaries.toml:4:10]
                 3 │ paths = ['a']
                 4 │ [modules."my payments"]
                   ·          ──────┬──────
                   ·                ╰── ` ` cannot stand in it
                 5 │ paths = ['b']
                   ╰────
                  help: use letters, digits, `-`, `_`, `.`, `:` and `/`, such as `payments`

                Error: modcheck::config::bad_module_name

                  × `-x` cannot be the name of a module
                   ╭─[boundaries.toml:6:10]
                 5 │ paths = ['b']
                 6 │ [modules.-x]
                   ·          ─┬
                   ·           ╰── it looks like an option
                 7 │ paths = ['c']
                   ╰────
                  help: use letters, digits, `-`, `_`, `.`, `:` and `/`, such as `payments`
            "#]],
        ),
    ]
}

#[test]
fn errors_of_paths() {
    check(paths());
}

fn paths() -> Vec<Case> {
    vec![
        (
            r"
version = 1
[modules.a]
paths = []
",
            expect![[r#"
                modcheck::config::empty_paths

                  × module `a` has no paths, so it would check nothing
                   ╭─[boundaries.toml:3:9]
                 2 │ [modules.a]
                 3 │ paths = []
                   ·         ─┬
                   ·          ╰── an empty list
                   ╰────
                  help: list at least one crate or path, such as `paths = ["shop::payments"]`, or remove the
                        module
            "#]],
        ),
        (
            r"
version = 1
[modules.a]
paths = [
  '',
  'shop::',
  '::shop',
  'shop::::x',
  'shop::**',
  'shop.payments',
  'shop:payments',
  'shop::pay-ments',
  'crate::x',
  'rg{binary}',
  'rg{bin',
  'shop::x{bin}',
  'shop:: x',
  'r#',
]
",
            expect![[r#"
                  × boundaries.toml has 14 errors

                Error: modcheck::config::empty

                  × an entry of `paths` is empty
                   ╭─[boundaries.toml:4:3]
                 3 │ paths = [
                 4 │   '',
                   ·   ─┬
                   ·    ╰── nothing here
                 5 │   'shop::',
                   ╰────
                  help: name a crate or a path in it, such as "shop::payments"

                Error: modcheck::config::bad_selector

                  × `shop::` is not a path to a crate or a module
                   ╭─[boundaries.toml:5:3]
                 4 │   '',
                 5 │   'shop::',
                   ·   ────┬───
                   ·       ╰── it has an empty segment
                 6 │   '::shop',
                   ╰────
                  help: put a name on both sides of each `::`, as in "shop::payments"

                Error: modcheck::config::bad_selector

                  × `::shop` is not a path to a crate or a module
                   ╭─[boundaries.toml:6:3]
                 5 │   'shop::',
                 6 │   '::shop',
                   ·   ────┬───
                   ·       ╰── it has an empty segment
                 7 │   'shop::::x',
                   ╰────
                  help: put a name on both sides of each `::`, as in "shop::payments"

                Error: modcheck::config::bad_selector

                  × `shop::::x` is not a path to a crate or a module
                   ╭─[boundaries.toml:7:3]
                 6 │   '::shop',
                 7 │   'shop::::x',
                   ·   ─────┬─────
                   ·        ╰── it has an empty segment
                 8 │   'shop::**',
                   ╰────
                  help: put a name on both sides of each `::`, as in "shop::payments"

                Error: modcheck::config::bad_selector

                  × `shop::**` is not a path to a crate or a module
                   ╭─[boundaries.toml:8:3]
                 7 │   'shop::::x',
                 8 │   'shop::**',
                   ·   ─────┬────
                   ·        ╰── `**` has no meaning here
                 9 │   'shop.payments',
                   ╰────
                  help: leave it out: a path covers everything below it; `*` stands for part of one segment

                Error: modcheck::config::bad_selector

                  × `shop.payments` is not a path to a crate or a module
                    ╭─[boundaries.toml:9:3]
                  8 │   'shop::**',
                  9 │   'shop.payments',
                    ·   ───────┬───────
                    ·          ╰── `.` cannot stand in it
                 10 │   'shop:payments',
                    ╰────
                  help: separate the segments with `::`: `shop::payments`

                Error: modcheck::config::bad_selector

                  × `shop:payments` is not a path to a crate or a module
                    ╭─[boundaries.toml:10:3]
                  9 │   'shop.payments',
                 10 │   'shop:payments',
                    ·   ───────┬───────
                    ·          ╰── `:` cannot stand in it
                 11 │   'shop::pay-ments',
                    ╰────
                  help: separate the segments with `::`: `shop::payments`

                Error: modcheck::config::bad_selector

                  × `shop::pay-ments` is not a path to a crate or a module
                    ╭─[boundaries.toml:11:3]
                 10 │   'shop:payments',
                 11 │   'shop::pay-ments',
                    ·   ────────┬────────
                    ·           ╰── `-` cannot stand in it
                 12 │   'crate::x',
                    ╰────
                  help: in Rust paths `-` is `_`: `shop::pay_ments`

                Error: modcheck::config::bad_selector

                  × `crate::x` is not a path to a crate or a module
                    ╭─[boundaries.toml:12:3]
                 11 │   'shop::pay-ments',
                 12 │   'crate::x',
                    ·   ─────┬────
                    ·        ╰── `crate` does not say which crate
                 13 │   'rg{binary}',
                    ╰────
                  help: start with the name of the crate, such as "shop::payments"

                Error: modcheck::config::bad_selector

                  × `rg{binary}` is not a path to a crate or a module
                    ╭─[boundaries.toml:13:3]
                 12 │   'crate::x',
                 13 │   'rg{binary}',
                    ·   ──────┬─────
                    ·         ╰── unknown kind of target
                 14 │   'rg{bin',
                    ╰────
                  help: write a kind of target in the braces: lib, proc-macro, bin, example, test, bench, build

                Error: modcheck::config::bad_selector

                  × `rg{bin` is not a path to a crate or a module
                    ╭─[boundaries.toml:14:3]
                 13 │   'rg{binary}',
                 14 │   'rg{bin',
                    ·   ────┬───
                    ·       ╰── unknown kind of target
                 15 │   'shop::x{bin}',
                    ╰────
                  help: write a kind of target in the braces: lib, proc-macro, bin, example, test, bench, build

                Error: modcheck::config::bad_selector

                  × `shop::x{bin}` is not a path to a crate or a module
                    ╭─[boundaries.toml:15:3]
                 14 │   'rg{bin',
                 15 │   'shop::x{bin}',
                    ·   ───────┬──────
                    ·          ╰── `{` cannot stand in it
                 16 │   'shop:: x',
                    ╰────
                  help: use letters, digits and `_`, and `*` for any of them

                Error: modcheck::config::bad_selector

                  × `shop:: x` is not a path to a crate or a module
                    ╭─[boundaries.toml:16:3]
                 15 │   'shop::x{bin}',
                 16 │   'shop:: x',
                    ·   ─────┬────
                    ·        ╰── ` ` cannot stand in it
                 17 │   'r#',
                    ╰────
                  help: remove the space

                Error: modcheck::config::bad_selector

                  × `r#` is not a path to a crate or a module
                    ╭─[boundaries.toml:17:3]
                 16 │   'shop:: x',
                 17 │   'r#',
                    ·   ──┬─
                    ·     ╰── it has an empty segment
                 18 │ ]
                    ╰────
                  help: write a name after `r#`
            "#]],
        ),
        (
            r"
version = 1
[modules.a]
paths = ['shop-core::x']
[modules.b]
paths = ['shop_core', 'shop_core::x']
",
            expect![[r#"
                modcheck::config::contested_path

                  × modules `a` and `b` both claim `shop_core::x`
                   ╭─[boundaries.toml:5:23]
                 2 │ [modules.a]
                 3 │ paths = ['shop-core::x']
                   ·          ───────┬──────
                   ·                 ╰── claimed by `a`
                 4 │ [modules.b]
                 5 │ paths = ['shop_core', 'shop_core::x']
                   ·                       ───────┬──────
                   ·                              ╰── and by `b`
                   ╰────
                  help: keep it in one of them, or name a longer path in one: the longest match wins
            "#]],
        ),
        (
            r"
version = 1
[modules.a]
paths = ['a']
public = ['', 'crate::api', 'api::', 'charge!', 'a/b', '**']
",
            expect![[r#"
                  × boundaries.toml has 6 errors

                Error: modcheck::config::empty

                  × an entry of `public` is empty
                   ╭─[boundaries.toml:4:11]
                 3 │ paths = ['a']
                 4 │ public = ['', 'crate::api', 'api::', 'charge!', 'a/b', '**']
                   ·           ─┬
                   ·            ╰── nothing here
                   ╰────
                  help: name an item or a module relative to the module's paths, such as "api", or write `public =
                        []`

                Error: modcheck::config::bad_public

                  × `crate::api` is not a public path
                   ╭─[boundaries.toml:4:15]
                 3 │ paths = ['a']
                 4 │ public = ['', 'crate::api', 'api::', 'charge!', 'a/b', '**']
                   ·               ──────┬─────
                   ·                     ╰── `crate` has no meaning here
                   ╰────
                  help: leave it out: public paths are relative to each of the module's `paths`

                Error: modcheck::config::bad_public

                  × `api::` is not a public path
                   ╭─[boundaries.toml:4:29]
                 3 │ paths = ['a']
                 4 │ public = ['', 'crate::api', 'api::', 'charge!', 'a/b', '**']
                   ·                             ───┬───
                   ·                                ╰── it has an empty segment
                   ╰────
                  help: put a name on both sides of each `::`, as in "shop::payments"

                Error: modcheck::config::bad_public

                  × `charge!` is not a public path
                   ╭─[boundaries.toml:4:38]
                 3 │ paths = ['a']
                 4 │ public = ['', 'crate::api', 'api::', 'charge!', 'a/b', '**']
                   ·                                      ────┬────
                   ·                                          ╰── `!` cannot stand in it
                   ╰────
                  help: leave the `!` of a macro out

                Error: modcheck::config::bad_public

                  × `a/b` is not a public path
                   ╭─[boundaries.toml:4:49]
                 3 │ paths = ['a']
                 4 │ public = ['', 'crate::api', 'api::', 'charge!', 'a/b', '**']
                   ·                                                 ──┬──
                   ·                                                   ╰── `/` cannot stand in it
                   ╰────
                  help: separate the segments with `::`: `a::b`

                Error: modcheck::config::bad_public

                  × `**` is not a public path
                   ╭─[boundaries.toml:4:56]
                 3 │ paths = ['a']
                 4 │ public = ['', 'crate::api', 'api::', 'charge!', 'a/b', '**']
                   ·                                                        ──┬─
                   ·                                                          ╰── `**` has no meaning here
                   ╰────
                  help: leave it out: a path covers everything below it; `*` stands for part of one segment
            "#]],
        ),
        (
            r"
version = 1
[data]
sql-functions = ['', 'db::*', 'my_db::exec()']
env-functions = ['get env']
migrations = [' ']
[modules.a]
paths = ['a']
",
            expect![[r#"
                  × boundaries.toml has 5 errors

                Error: modcheck::config::empty

                  × the name of a function is empty
                   ╭─[boundaries.toml:3:18]
                 2 │ [data]
                 3 │ sql-functions = ['', 'db::*', 'my_db::exec()']
                   ·                  ─┬
                   ·                   ╰── nothing here
                 4 │ env-functions = ['get env']
                   ╰────
                  help: write a name or a path, such as "my_db::exec"

                Error: modcheck::config::bad_function

                  × `db::*` is not the path of a function
                   ╭─[boundaries.toml:3:22]
                 2 │ [data]
                 3 │ sql-functions = ['', 'db::*', 'my_db::exec()']
                   ·                      ───┬───
                   ·                         ╰── `*` cannot stand in it
                 4 │ env-functions = ['get env']
                   ╰────
                  help: write a name or a path, such as `my_db::exec`

                Error: modcheck::config::bad_function

                  × `my_db::exec()` is not the path of a function
                   ╭─[boundaries.toml:3:31]
                 2 │ [data]
                 3 │ sql-functions = ['', 'db::*', 'my_db::exec()']
                   ·                               ───────┬───────
                   ·                                      ╰── `(` cannot stand in it
                 4 │ env-functions = ['get env']
                   ╰────
                  help: write a name or a path, such as `my_db::exec`

                Error: modcheck::config::bad_function

                  × `get env` is not the path of a function
                   ╭─[boundaries.toml:4:18]
                 3 │ sql-functions = ['', 'db::*', 'my_db::exec()']
                 4 │ env-functions = ['get env']
                   ·                  ────┬────
                   ·                      ╰── ` ` cannot stand in it
                 5 │ migrations = [' ']
                   ╰────
                  help: write a name or a path, such as `my_db::exec`

                Error: modcheck::config::empty

                  × an entry of `migrations` is empty
                   ╭─[boundaries.toml:5:15]
                 4 │ env-functions = ['get env']
                 5 │ migrations = [' ']
                   ·               ─┬─
                   ·                ╰── nothing here
                 6 │ [modules.a]
                   ╰────
                  help: name a folder, such as "migrations"
            "#]],
        ),
    ]
}

#[test]
fn errors_of_globs() {
    check(globs());
}

fn globs() -> Vec<Case> {
    vec![(
        r#"
version = 1
[analysis]
exclude = ['src/[ab']
[data]
extra-sql = ['db/{a,b']
ignore-tables = ['']
[shared]
outbox = ['!jobs']
[modules.a]
paths = ['a']
allow-crates = ['a}']
[modules.a.owns]
tables = ['!', '{{{{{{{{{a}}}}}}}}}']
topics = ['a\', '[z-a]']
readers = { 'p[' = ['a'] }
"#,
        expect![[r#"
              × boundaries.toml has 10 errors

            Error: modcheck::config::bad_glob

              × `src/[ab` is not a valid pattern
               ╭─[boundaries.toml:3:12]
             2 │ [analysis]
             3 │ exclude = ['src/[ab']
               ·            ────┬────
               ·                ╰── a `[` is not closed
             4 │ [data]
               ╰────
              help: correct the glob: `*` any characters, `?` one, `[ab]` one of these, `{a,b}` either

            Error: modcheck::config::bad_glob

              × `db/{a,b` is not a valid pattern
               ╭─[boundaries.toml:5:14]
             4 │ [data]
             5 │ extra-sql = ['db/{a,b']
               ·              ────┬────
               ·                  ╰── a `{` is not closed
             6 │ ignore-tables = ['']
               ╰────
              help: correct the glob: `*` any characters, `?` one, `[ab]` one of these, `{a,b}` either

            Error: modcheck::config::empty

              × a pattern is empty
               ╭─[boundaries.toml:6:18]
             5 │ extra-sql = ['db/{a,b']
             6 │ ignore-tables = ['']
               ·                  ─┬
               ·                   ╰── nothing here
             7 │ [shared]
               ╰────
              help: write a name or a glob, such as "payment_*"

            Error: modcheck::config::bad_glob

              × `!jobs` is not a valid pattern
               ╭─[boundaries.toml:8:11]
             7 │ [shared]
             8 │ outbox = ['!jobs']
               ·           ───┬───
               ·              ╰── `!` excludes in `tables` only
             9 │ [modules.a]
               ╰────
              help: leave the `!` out, or escape it as `\!`

            Error: modcheck::config::bad_glob

              × `a}` is not a valid pattern
                ╭─[boundaries.toml:11:17]
             10 │ paths = ['a']
             11 │ allow-crates = ['a}']
                ·                 ──┬─
                ·                   ╰── a `}` closes nothing
             12 │ [modules.a.owns]
                ╰────
              help: correct the glob: `*` any characters, `?` one, `[ab]` one of these, `{a,b}` either

            Error: modcheck::config::empty

              × a pattern is empty
                ╭─[boundaries.toml:13:11]
             12 │ [modules.a.owns]
             13 │ tables = ['!', '{{{{{{{{{a}}}}}}}}}']
                ·           ─┬─
                ·            ╰── nothing here
             14 │ topics = ['a\', '[z-a]']
                ╰────
              help: write a name or a glob, such as "payment_*"

            Error: modcheck::config::bad_glob

              × `{{{{{{{{{a}}}}}}}}}` is not a valid pattern
                ╭─[boundaries.toml:13:16]
             12 │ [modules.a.owns]
             13 │ tables = ['!', '{{{{{{{{{a}}}}}}}}}']
                ·                ──────────┬──────────
                ·                          ╰── it is too long or nested too deeply
             14 │ topics = ['a\', '[z-a]']
                ╰────
              help: split it into several patterns

            Error: modcheck::config::bad_glob

              × `a\` is not a valid pattern
                ╭─[boundaries.toml:14:11]
             13 │ tables = ['!', '{{{{{{{{{a}}}}}}}}}']
             14 │ topics = ['a\', '[z-a]']
                ·           ──┬─
                ·             ╰── the `\` at its end escapes nothing
             15 │ readers = { 'p[' = ['a'] }
                ╰────
              help: correct the glob: `*` any characters, `?` one, `[ab]` one of these, `{a,b}` either

            Error: modcheck::config::bad_glob

              × `[z-a]` is not a valid pattern
                ╭─[boundaries.toml:14:17]
             13 │ tables = ['!', '{{{{{{{{{a}}}}}}}}}']
             14 │ topics = ['a\', '[z-a]']
                ·                 ───┬───
                ·                    ╰── the range from `z` to `a` runs backwards
             15 │ readers = { 'p[' = ['a'] }
                ╰────
              help: correct the glob: `*` any characters, `?` one, `[ab]` one of these, `{a,b}` either

            Error: modcheck::config::bad_glob

              × `p[` is not a valid pattern
                ╭─[boundaries.toml:15:13]
             14 │ topics = ['a\', '[z-a]']
             15 │ readers = { 'p[' = ['a'] }
                ·             ──┬─
                ·               ╰── a `[` is not closed
                ╰────
              help: correct the glob: `*` any characters, `?` one, `[ab]` one of these, `{a,b}` either
        "#]],
    )]
}
