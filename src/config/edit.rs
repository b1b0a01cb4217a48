//! Changes `depends-on` in the text of a `boundaries.toml`: what is not touched stays byte for byte.
//!
//! The text is cut at the places that the reader knows, never written anew out of a tree: a tree would put keys with dots in
//! another order.

use super::error::ConfigErrors;
use super::list::{List, Surroundings};
use super::raw::{self, Module};
use super::reader;
use miette::SourceSpan;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// What the `depends-on` of one module gains and loses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edit {
    /// The module.
    pub module: String,
    /// The names of modules to add.
    pub add: Vec<String>,
    /// The names of modules to take out.
    pub remove: Vec<String>,
}

/// The text with these changes. What it lists already is not added, and what it does not list can't be taken out.
pub fn edit(text: &str, file: &str, edits: &[Edit]) -> Result<String, ConfigErrors> {
    let document = reader::parse(text).map_err(|errors| ConfigErrors::new(file, text, errors))?;
    let raw = raw::read(&document, &mut Vec::new());
    let mut splices: Vec<(Range<usize>, String)> = Vec::new();
    for edit in edits {
        let module = raw.modules.iter().find(|(name, _)| name.value == edit.module);
        let Some(module) = module.and_then(|(_, module)| module.as_ref()) else { continue };
        let place = Text { text, document: &document, module: &edit.module };
        splices.extend(place.splice(module, edit));
    }
    splices.sort_by_key(|(at, _)| at.start);
    let mut edited = String::with_capacity(text.len());
    let mut copied = 0;
    for (at, with) in splices {
        edited.push_str(&text[copied..at.start]);
        edited.push_str(&with);
        copied = at.end;
    }
    edited.push_str(&text[copied..]);
    Ok(edited)
}

/// The text around one module.
struct Text<'a> {
    text: &'a str,
    document: &'a DeTable<'a>,
    module: &'a str,
}

impl Text<'_> {
    /// What to put where.
    fn splice(&self, module: &Module<'_>, edit: &Edit) -> Option<(Range<usize>, String)> {
        match &module.depends_on {
            Some(list) => {
                let entries: Vec<(&str, Range<usize>)> =
                    list.value.iter().map(|entry| (entry.module.value, range(entry.at))).collect();
                self.change(range(list.at), &entries, edit)
            }
            None if edit.add.is_empty() => None,
            None => {
                let anchor = module.public.as_ref().or(module.paths.as_ref())?;
                Some(self.insert(range(anchor.key), range(anchor.at), edit))
            }
        }
    }

    /// A list that is there already.
    fn change(
        &self,
        at: Range<usize>,
        entries: &[(&str, Range<usize>)],
        edit: &Edit,
    ) -> Option<(Range<usize>, String)> {
        let within =
            |(name, entry): &(_, Range<usize>)| (*name, entry.start - at.start..entry.end - at.start);
        let relative: Vec<(&str, Range<usize>)> = entries.iter().map(within).collect();
        let old = &self.text[at.clone()];
        let mut list = List::read(old, &relative, self.newline());
        edit.remove.iter().for_each(|name| list.remove(name));
        let mut missing: Vec<&String> =
            edit.add.iter().filter(|name| entries.iter().all(|(known, _)| known != name)).collect();
        missing.sort();
        missing.dedup();
        missing.iter().for_each(|name| list.add(name));
        let new = list.write(self.surroundings(at.start), !missing.is_empty());
        (new != old).then_some((at, new))
    }

    /// A list behind the key that a person would put it behind.
    fn insert(&self, key: Range<usize>, value: Range<usize>, edit: &Edit) -> (Range<usize>, String) {
        let mut list = List::empty(self.newline());
        let mut names: Vec<&String> = edit.add.iter().collect();
        names.sort();
        names.dedup();
        names.iter().for_each(|name| list.add(name));
        let begin = self.text[..key.start].rfind(['\n', '{', ',']).map_or(0, |at| at + 1);
        // The name of the module in front of the key, where it stands there, and the indentation.
        let before = &self.text[begin..key.start];
        let line = format!("{before}depends-on = ");
        let mut around = self.surroundings(key.start);
        around.before = line.chars().count();
        let list = list.write(around, true);
        if around.inline {
            return (value.end..value.end, format!(", {}{list}", line.trim_start()));
        }
        let newline = self.newline();
        match self.text[value.end..].find('\n') {
            Some(length) => {
                let end = value.end + length + 1;
                (end..end, format!("{line}{list}{newline}"))
            }
            None => (self.text.len()..self.text.len(), format!("{newline}{line}{list}")),
        }
    }

    fn surroundings(&self, at: usize) -> Surroundings<'_> {
        let line = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let before = &self.text[line..at];
        let indent = &before[..before.len() - before.trim_start().len()];
        Surroundings { indent, before: before.chars().count(), inline: self.is_inline(at) }
    }

    /// Whether a place lies in braces: the module is an inline table, or all modules are.
    fn is_inline(&self, at: usize) -> bool {
        let Some(modules) = self.document.get("modules") else { return false };
        let module = modules.get_ref().as_table().and_then(|modules| modules.get(self.module));
        let in_braces = |value: &toml::Spanned<DeValue<'_>>| {
            let span = value.span();
            span.contains(&at) && self.text[span].starts_with('{')
        };
        in_braces(modules) || module.is_some_and(in_braces)
    }

    fn newline(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }
}

fn range(span: SourceSpan) -> Range<usize> {
    span.offset()..span.offset() + span.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    /// Applies `a: +b -c` to a text with `version = 1` in front.
    #[track_caller]
    fn edited(text: &str, edits: &[&str]) -> String {
        let edits: Vec<Edit> = edits.iter().map(|edit| parsed(edit)).collect();
        let edited = edit(&format!("version = 1\n{text}"), "boundaries.toml", &edits).unwrap();
        crate::config::load(&edited, "boundaries.toml", &[]).unwrap_or_else(|e| panic!("{e}:\n{edited}"));
        let again = edit(&edited, "boundaries.toml", &edits).unwrap();
        assert_eq!(again, edited, "a second time changes something");
        edited.strip_prefix("version = 1\n").unwrap().to_owned()
    }

    fn parsed(text: &str) -> Edit {
        let (module, changes) = text.split_once(": ").unwrap();
        let mut edit = Edit { module: module.to_owned(), ..Edit::default() };
        for change in changes.split(' ') {
            let list = if change.starts_with('+') { &mut edit.add } else { &mut edit.remove };
            list.push(change[1..].to_owned());
        }
        edit
    }

    /// A module `m` with this list, and those that it may name.
    #[track_caller]
    fn check_list(list: &str, changes: &str, expected: Expect) {
        let others: String =
            ["a", "b", "c", "d", "e"].map(|n| format!("modules.{n}.paths = ['{n}']\n")).concat();
        let text = format!(
            "{others}[modules.m]\npaths = ['m']\ndepends-on = {list}\nlayer = 'x'\n[layers]\norder = ['x']\n"
        );
        let edited = edited(&text, &[&format!("m: {changes}")]);
        let (before, rest) = edited.split_once("depends-on = ").unwrap();
        let (list, after) = rest.split_once("\nlayer = 'x'\n").unwrap();
        assert!(text.starts_with(before) && text.ends_with(after), "{edited}");
        expected.assert_eq(&format!("{list}\n"));
    }

    #[test]
    fn a_list_on_one_line_stays_on_it() {
        check_list(
            "[]",
            "+a +b",
            expect![[r#"
            ["a", "b"]
        "#]],
        );
        check_list(
            "[ 'a', 'c' ] # why",
            "+b -c",
            expect![[r#"
            [ 'a', 'b' ] # why
        "#]],
        );
        check_list(
            r#"["c", "a",]"#,
            "+b -a",
            expect![[r#"
            ["b", "c",]
        "#]],
        );
        check_list(
            r#"["c", "a"]"#,
            "+b",
            expect![[r#"
            ["c", "a", "b"]
        "#]],
        );
        check_list(
            r#"["b", { module = "c", deprecated = true }]"#,
            "+a +d -b",
            expect![[r#"
            ["a", { module = "c", deprecated = true }, "d"]
        "#]],
        );
        check_list(
            "['a']",
            "-a",
            expect![[r#"
            []
        "#]],
        );
    }

    #[test]
    fn comments_stay_with_what_they_are_about() {
        let list = r#"[
    # values
    "a", # about a
    "b", # about b, or #2
    # data
    { module = "c", reason = "x, # y" }, # about c
    "d"
    # the end
]"#;
        check_list(
            list,
            "-a -c +e",
            expect![[r#"
            [
                # values
                "b", # about b, or #2
                # data
                "d",
                "e"
                # the end
            ]
        "#]],
        );
        check_list(
            list,
            "-b -d",
            expect![[r#"
            [
                # values
                "a", # about a
                # data
                { module = "c", reason = "x, # y" } # about c
                # the end
            ]
        "#]],
        );
        check_list(
            list,
            "-a -b -c -d",
            expect![[r#"
            [
                # the end
            ]
        "#]],
        );
    }

    #[test]
    fn entries_keep_to_the_layout_of_the_others() {
        check_list(
            "[\n\t\"a\",\n\n\t# far\n\t\"d\",\n]",
            "+b",
            expect![[r#"
            [
            	"a",
            	"b",

            	# far
            	"d",
            ]
        "#]],
        );
        check_list(
            "[\n  \"a\", \"b\",\n  \"d\"]",
            "+c +e -b",
            expect![[r#"
            [
              "a",
              "c",
              "d",
              "e"]
        "#]],
        );
        check_list(
            "[\n  \"a\", \"c\",\n]",
            "+b -a",
            expect![[r#"
            [
              "b",
              "c",
            ]
        "#]],
        );
        check_list(
            "['a', # one\n  'b'\n  , 'c']",
            "-a -c +d",
            expect![[r#"
            [  'b',
                'd'
              ]
        "#]],
        );
        check_list(
            "[\n    # none yet\n]",
            "+b +a",
            expect![[r#"
            [
                # none yet
                "a",
                "b",
            ]
        "#]],
        );
        check_list(
            "[\n]",
            "+a",
            expect![[r#"
            [
                "a",
            ]
        "#]],
        );
    }

    #[test]
    fn a_line_that_becomes_too_long_is_wrapped() {
        let names =
            ["payments", "catalogue", "notifications"].map(|name| format!("{name}-of-the-whole-company"));
        let others: String = names.iter().map(|n| format!("modules.{n}.paths = ['{n}']\n")).collect();
        let list = format!("['{}', '{}']", names[0], names[1]);
        let changes = format!("m: +{}", names[2]);
        let text = format!("{others}  [modules.m]\n  paths = ['m']\n  depends-on = {list} # needed\n");
        expect![[r#"
            [modules.m]
              paths = ['m']
              depends-on = [
                  'payments-of-the-whole-company',
                  'catalogue-of-the-whole-company',
                  'notifications-of-the-whole-company',
              ] # needed
        "#]]
        .assert_eq(edited(&text, &[&changes])[others.len()..].trim_start());
        let text = format!("{others}modules.m = {{ paths = ['m'], depends-on = {list} }}\n");
        let inline = edited(&text, &[&changes]);
        assert_eq!(inline.lines().count(), 4, "{inline}");
    }

    #[test]
    fn a_list_that_is_missing_stands_where_a_person_would_put_it() {
        let text = "\
[modules.a]
kind = 'domain'
  paths = [
    'a',
  ] # all of it
layer = 'x'

[modules.a.owns]
tables = ['t']
[modules.b]
paths = ['b']
public = [ 'api' ]
[layers]
order = ['x']
[modules.c]
paths = ['c']";
        expect![[r#"
            [modules.a]
            kind = 'domain'
              paths = [
                'a',
              ] # all of it
              depends-on = ["b", "c"]
            layer = 'x'

            [modules.a.owns]
            tables = ['t']
            [modules.b]
            paths = ['b']
            public = [ 'api' ]
            depends-on = ["c"]
            [layers]
            order = ['x']
            [modules.c]
            paths = ['c']
            depends-on = ["a"]"#]]
        .assert_eq(&edited(text, &["a: +c +b", "c: +a", "b: +c"]));
    }

    #[test]
    fn modules_may_be_written_in_other_ways() {
        let text = "\
modules.a.paths = ['a']
modules.'b-2' . paths = ['b']
modules.a.public = ['api']
modules.c = { kind = 'domain', paths = ['c'], layer = 'x' }
modules.d = { paths = ['d'], depends-on = [] } # inline
layers.order = ['x']
[modules.e]
paths = ['e']
depends-on = ['a']
";
        expect![[r#"
            modules.a.paths = ['a']
            modules.'b-2' . paths = ['b']
            modules.'b-2' . depends-on = ["a"]
            modules.a.public = ['api']
            modules.a.depends-on = ["b-2"]
            modules.c = { kind = 'domain', paths = ['c'], depends-on = ["a"], layer = 'x' }
            modules.d = { paths = ['d'], depends-on = ["b-2", "c"] } # inline
            layers.order = ['x']
            [modules.e]
            paths = ['e']
            depends-on = ['d']
        "#]]
        .assert_eq(&edited(text, &["a: +b-2", "b-2: +a", "c: +a", "d: +c +b-2", "e: -a +d"]));
        let text = "[modules]\na.paths = ['a']\nb = { paths = ['b'] }\n[modules.\"x.y\"]\npaths = ['c']\n";
        expect![[r#"
            [modules]
            a.paths = ['a']
            a.depends-on = ["x.y"]
            b = { paths = ['b'], depends-on = ["a"] }
            [modules."x.y"]
            paths = ['c']
            depends-on = ["a", "b"]
        "#]]
        .assert_eq(&edited(text, &["a: +x.y", "b: +a", "x.y: +b +a"]));
        let text = "modules = { a.paths = ['a'], b.paths = ['b'] }\n";
        expect![[r#"
            modules = { a.paths = ['a'], a.depends-on = ["b"], b.paths = ['b'] }
        "#]]
        .assert_eq(&edited(text, &["a: +b"]));
    }

    #[test]
    fn lines_keep_their_ends() {
        let text = "[modules.a]\r\npaths = ['a']\r\n[modules.b]\r\npaths = ['b']\r\ndepends-on = [\r\n  'a', # x\r\n]\r\n[modules.c]\r\npaths = ['c']\r\n";
        assert_eq!(
            edited(text, &["a: +b", "b: +c"]),
            "[modules.a]\r\npaths = ['a']\r\ndepends-on = [\"b\"]\r\n[modules.b]\r\npaths = ['b']\r\ndepends-on = [\r\n  'a', # x\r\n  'c',\r\n]\r\n[modules.c]\r\npaths = ['c']\r\n"
        );
        let marked = "\u{feff}version = 1\nmodules.'ä'.paths = ['ä']\nmodules.b.paths = ['b']\n";
        assert_eq!(
            edit(marked, "boundaries.toml", &[parsed("ä: +b")]).unwrap(),
            "\u{feff}version = 1\nmodules.'ä'.paths = ['ä']\nmodules.'ä'.depends-on = [\"b\"]\nmodules.b.paths = ['b']\n"
        );
    }

    #[test]
    fn what_is_there_is_not_added_and_what_is_not_is_not_taken_out() {
        let text = "[modules.a]\npaths = ['a']\ndepends-on = ['b']\n[modules.b]\npaths = ['b']\n";
        assert_eq!(edited(text, &["a: +b -c", "b: -a", "none: +a"]), text);
        assert!(edit("version = [", "boundaries.toml", &[]).is_err());
    }

    use proptest::prelude::*;
    use proptest::sample::{select, subsequence};

    const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];

    prop_compose! {
        /// A list of some names, each with a layout of its own.
        fn lists()(
            listed in subsequence(&NAMES, 0..=5).prop_shuffle(),
            leads in prop::collection::vec(select(&["", " ", "\n", "\n  ", "\n\t# above X\n  ", "\n\n"]), 5),
            values in prop::collection::vec(select(&["'X'", "\"X\"", "{ module = 'X', reason = '#, ]' }"]), 5),
            tails in prop::collection::vec(select(&[",", " ,", ", # about X\n", "# about X\n,", "\n,", ",\n"]), 5),
            ends_with_comma in any::<bool>(),
            end in select(&["", " ", "\n", "\n  # end\n"]),
        ) -> (Vec<&'static str>, String) {
            let mut list = String::from("[");
            for (index, name) in listed.iter().enumerate() {
                let tail = match index + 1 == listed.len() && !ends_with_comma {
                    true => tails[index].replacen(',', "", 1),
                    false => tails[index].to_owned(),
                };
                list.push_str(&format!("{}{}{tail}", leads[index], values[index]).replace('X', name));
            }
            (listed, format!("{list}{end}]"))
        }
    }

    proptest! {
        #[test]
        fn whatever_the_layout_the_list_is_what_was_asked_for(
            (listed, list) in lists(),
            add in subsequence(&NAMES, 0..=5),
            remove in subsequence(&NAMES, 0..=5),
        ) {
            let add: Vec<&str> = add.into_iter().filter(|name| !listed.contains(name)).collect();
            let others = NAMES.map(|n| format!("modules.{n}.paths = ['{n}']\n")).concat();
            let text = format!("version = 1\n{others}[modules.m]\npaths = ['m']\ndepends-on = {list} # behind\n");
            let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
            let change = Edit { module: "m".to_owned(), add: names(&add), remove: names(&remove) };
            let edited = edit(&text, "boundaries.toml", &[change]).unwrap();
            let policy = crate::config::load(&edited, "boundaries.toml", &[]);
            prop_assert!(policy.is_ok(), "{edited}");
            let policy = policy.unwrap();
            let depends_on = policy.modules[5].depends_on.iter().map(|entry| &*policy.module(entry.module).name);
            let mut now: Vec<&str> = depends_on.collect();
            let kept: Vec<&str> = listed.iter().copied().filter(|name| !remove.contains(name)).collect();
            let order: Vec<&str> = now.iter().copied().filter(|name| kept.contains(name)).collect();
            prop_assert_eq!(&order, &kept, "another order: {}", &edited);
            now.sort_unstable();
            let mut wanted = [kept.clone(), add].concat();
            wanted.sort_unstable();
            prop_assert_eq!(now, wanted, "{}", &edited);
            for name in kept {
                let comments = [format!("# above {name}\n"), format!("# about {name}\n")];
                for comment in comments.iter().filter(|comment| text.contains(comment.as_str())) {
                    prop_assert!(edited.contains(comment), "{comment} is gone from {edited}");
                }
            }
            prop_assert!(edited.ends_with("] # behind\n"));
        }
    }
}
