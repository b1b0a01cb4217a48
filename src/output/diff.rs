//! What a command would change in a file, as a unified diff.

use super::escape::terminal;
use super::style::{ADDED, DIM, REMOVED, STRONG};
use similar::{ChangeTag, TextDiff};
use std::io::{self, Write};

/// How many lines around a change are shown.
const CONTEXT: usize = 3;

/// Writes the diff between two texts of a file; nothing where they are the same.
pub fn write(file: &str, old: &str, new: &str, out: &mut dyn Write) -> io::Result<()> {
    let diff = TextDiff::from_lines(old, new);
    let mut unified = diff.unified_diff();
    let hunks: Vec<_> = unified.context_radius(CONTEXT).iter_hunks().collect();
    if hunks.is_empty() {
        return Ok(());
    }
    let file = terminal(file);
    writeln!(out, "{STRONG}--- a/{file}{STRONG:#}\n{STRONG}+++ b/{file}{STRONG:#}")?;
    for hunk in hunks {
        writeln!(out, "{DIM}{}{DIM:#}", hunk.header())?;
        for change in hunk.iter_changes() {
            write_line(change.tag(), change.value(), out)?;
        }
    }
    Ok(())
}

fn write_line(tag: ChangeTag, line: &str, out: &mut dyn Write) -> io::Result<()> {
    let ended = line.strip_suffix('\n');
    let text = ended.unwrap_or(line);
    // Tabs and the ends of lines belong to the file, and are harmless.
    let (text, end) = text.strip_suffix('\r').map_or((text, ""), |text| (text, "\r"));
    let text = text.split('\t').map(terminal).collect::<Vec<_>>().join("\t");
    match tag {
        ChangeTag::Equal => writeln!(out, " {text}{end}")?,
        ChangeTag::Delete => writeln!(out, "{REMOVED}-{text}{REMOVED:#}{end}")?,
        ChangeTag::Insert => writeln!(out, "{ADDED}+{text}{ADDED:#}{end}")?,
    }
    match ended {
        Some(_) => Ok(()),
        None => writeln!(out, "\\ No newline at end of file"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    #[track_caller]
    fn check(old: &str, new: &str, expected: Expect) {
        let mut out = Vec::new();
        write("boundaries.toml", old, new, &mut out).unwrap();
        let text = anstream::adapter::strip_str(std::str::from_utf8(&out).unwrap()).to_string();
        expected.assert_eq(&text);
    }

    #[test]
    fn lines_around_a_change_are_shown() {
        check(
            "1\n2\n3\n4\n5\n6\n7\n8\n9",
            "1\n2\n3\n4\nfive\n6\n7\n8\n9 \u{1b}[2J\n",
            expect![[r#"
            --- a/boundaries.toml
            +++ b/boundaries.toml
            @@ -2,8 +2,8 @@
             2
             3
             4
            -5
            +five
             6
             7
             8
            -9
            \ No newline at end of file
            +9 \u{1b}[2J
        "#]],
        );
        check("a\n\tb\n", "a\n\tb\n", expect![""]);
    }

    #[test]
    fn tabs_and_ends_of_lines_stay() {
        let mut out = Vec::new();
        write("f", "\ta\r\nb\r\n", "\tc\r\nb\r\n", &mut out).unwrap();
        let text = anstream::adapter::strip_str(std::str::from_utf8(&out).unwrap()).to_string();
        assert!(text.ends_with("-\ta\r\n+\tc\r\n b\r\n"), "{text:?}");
    }
}
