//! What lines of a `CODEOWNERS` mean, as the documentation of GitHub and GitLab has it.

use super::*;

const GITHUB: &str = ".github/CODEOWNERS";
const GITLAB: &str = ".gitlab/CODEOWNERS";

fn owners(path: &str, text: &str, file: &str) -> String {
    parse(text, path, "").owners(file).join(" ")
}

/// Compares the files that a pattern matches with those marked with `+`.
#[track_caller]
fn check(path: &str, pattern: &str, files: &[&str]) {
    let owners = parse(&format!("{pattern} @a"), path, "");
    let marked: Vec<String> = files
        .iter()
        .map(|file| {
            let file = file.trim_start_matches(['+', '-']);
            let mark = if owners.owners(file) == ["@a"] { '+' } else { '-' };
            format!("{mark}{file}")
        })
        .collect();
    assert_eq!(marked, files, "{pattern}");
}

#[test]
fn patterns_are_those_of_github() {
    check(GITHUB, "*", &["+a", "+a/b/c.rs", "+.hidden/a"]);
    check(GITHUB, "*.js", &["+a.js", "+a/b.js", "+.js", "-a.jsx", "-a.js.rs", "+a.js/b"]);
    check(GITHUB, "/build/logs/", &["+build/logs/a", "+build/logs/a/b", "-build/logs", "-a/build/logs/b"]);
    check(GITHUB, "docs/*", &["+docs/a.md", "-docs/app/a.md", "-docs", "-a/docs/b.md"]);
    check(GITHUB, "apps/", &["+apps/a", "+a/apps/b/c", "-apps", "-myapps/a"]);
    check(GITHUB, "/docs/", &["+docs/a", "+docs/a/b", "-a/docs/b"]);
    check(GITHUB, "/scripts", &["+scripts", "+scripts/a", "+scripts/a/b", "-a/scripts", "-scripts2"]);
    check(GITHUB, "**/logs", &["+logs/a", "+build/logs/a", "+a/b/logs/c/d", "+a/logs", "-a/logs2/b"]);
    check(GITHUB, "apps/github", &["+apps/github", "+apps/github/a", "-a/apps/github"]);
    check(GITHUB, "a/**/b", &["+a/b", "+a/x/b", "+a/x/y/b/z", "-a/x", "-b", "-x/a/b"]);
    check(GITHUB, "/a/**", &["+a/b", "+a/b/c", "-a", "-b/a/c"]);
    check(GITHUB, "**", &["+a", "+a/b"]);
    check(GITHUB, "/*", &["+a", "-a/b"]);
    check(GITHUB, "/crates/ty*/Cargo.toml", &["+crates/ty_a/Cargo.toml", "-crates/ty/a/Cargo.toml"]);
    check(GITHUB, "/*/a?.rs", &["+x/ab.rs", "+x/aß.rs", "-x/a.rs", "-x/abc.rs", "-ab.rs"]);
    check(GITHUB, "/a*b**c", &["+abc", "+axbxxc", "-ab", "-a/b/c", "+abcbc", "-abcb"]);
    check(GITHUB, "{a,b}.rs", &["+{a,b}.rs", "-a.rs"]);
    check(GITHUB, "Src/", &["+Src/a", "-src/a"]);
}

#[test]
fn what_is_escaped_is_a_letter() {
    check(GITHUB, r"path\ with\ spaces/", &["+path with spaces/a", "-path/a"]);
    check(GITHUB, r"\#a", &["+#a", "-a"]);
    check(GITHUB, r"a\*", &["+a*", "-ab"]);
    check(GITHUB, r"\!a", &["+!a", "-a"]);
    check(GITHUB, r"a\\", &[r"+a\", "-a"]);
    check(GITHUB, "a/!b", &["+a/!b", "-a/b"]);
}

#[test]
fn gitlab_finds_a_path_at_any_depth() {
    check(GITLAB, "internal/README.md", &["+internal/README.md", "+docs/internal/README.md", "-README.md"]);
    check(GITLAB, "/internal/README.md", &["+internal/README.md", "-docs/internal/README.md"]);
    check(GITLAB, "docs/*", &["+docs/a.md", "+x/docs/a.md", "-docs/app/a.md"]);
    check(GITLAB, "/docs/**/*.md", &["+docs/a.md", "+docs/a/b.md", "-x/docs/a.md"]);
}

#[test]
fn the_last_line_that_matches_wins() {
    let text = "* @all\n*.rs @rust @all\n/apps/ @octo\n/apps/github\n";
    for (file, wanted) in
        [("a", "@all"), ("a.rs", "@rust @all"), ("apps/a.rs", "@octo"), ("apps/github/a.rs", "")]
    {
        assert_eq!(owners(GITHUB, text, file), wanted, "{file}");
    }
    assert_eq!(owners(GITHUB, "/a @a", "b"), "");
    assert_eq!(owners(GITHUB, "", "b"), "");
}

#[test]
fn comments_and_bad_lines_are_skipped() {
    let text = "\u{feff}# all\r\n* @all\t@org/team a@example.com # @nobody\r\n\r\n  # /a @b\r\n";
    assert_eq!(owners(GITHUB, text, "a"), "@all @org/team a@example.com");
    for bad in
        ["!a @b", "[a-z] @b", "a] @b", "a nobody", "a @b nobody", "a @", "a @-", "/ @b", "a//b @b", r"a\"]
    {
        assert_eq!(owners(GITHUB, &format!("* @all\n{bad}\n"), "a"), "@all", "{bad}");
    }
    assert_eq!(owners(GITHUB, "* @all\na @b#c @d # e", "a"), "@b#c @d");
    // What is no owner is no mistake to GitLab.
    assert_eq!(
        owners(GITLAB, "* @legal this does not match a@b.c @@maintainer", "a"),
        "@legal a@b.c @@maintainer"
    );
}

#[test]
fn each_section_has_its_own_last_line() {
    let text = "
* @all
[Documentation]
docs @docs
[Development][2] @dev @lead
*
README.md @readme
/data/ @data
^[Optional] @maybe
*.sql
[DOCUMENTATION]
README.md @all @writer
[broken @x
/data/*.sql nobody
";
    for (file, wanted) in [
        ("a.rs", "@all @dev @lead"),
        ("docs/a.md", "@all @docs @dev @lead"),
        ("README.md", "@all @writer @readme"),
        ("data/a.sql", "@all @data @maybe"),
    ] {
        // Sections tell whose file it is where the place does not.
        assert_eq!(owners("CODEOWNERS", text, file), wanted, "{file}");
    }
    assert_eq!(owners(GITHUB, text, "README.md"), "@all @writer");
}

#[test]
fn headings_are_told_from_patterns() {
    for (line, wanted) in [
        ("[a]", Some(("a", ""))),
        ("^[a b] @c", Some(("a b", " @c"))),
        ("[a][12] @c", Some(("a", " @c"))),
        ("[a][x]", None),
        ("[a].rs @c", None),
        ("[] @c", None),
        ("[a", None),
        ("a", None),
    ] {
        assert_eq!(heading(line), wanted, "{line}");
    }
}

#[test]
fn files_are_named_from_the_workspace() {
    let owners = parse("/back/end/src/ @a\n/src/ @b", GITHUB, "back/end/");
    assert_eq!((owners.owners("src/a.rs"), owners.path()), (vec!["@a"], GITHUB));
}

#[test]
fn the_first_place_counts() {
    let line = |mode: &str, size: &str, path: &str| format!("{mode} blob abc {size}\t{path}\0");
    let (docs, root) = (line("100644", "     12", "docs/CODEOWNERS"), line("100755", "  BAD", "CODEOWNERS"));
    let link = line("120000", "      9", ".github/CODEOWNERS");
    let folder = "040000 tree abc       -\t.gitlab/CODEOWNERS\0";
    let found = |path, size| Some(Found { path, object: "abc".to_owned(), size });
    assert_eq!(first(&[&*docs, &link].concat()), found("docs/CODEOWNERS", Some(12)));
    assert_eq!(first(&[&*docs, &root, &link].concat()), found("CODEOWNERS", None));
    assert_eq!(first(folder), None);
    assert_eq!(first(""), None);
}

/// Going back as often as there are stars would take longer than anybody waits.
#[test]
fn no_pattern_takes_forever() {
    let stars = format!("/{} @a\n{} @a", "*a".repeat(2_000), "**/a/".repeat(2_000));
    let owners = parse(&stars, GITHUB, "");
    assert_eq!(owners.owners(&format!("{}b", "a".repeat(3_000))), [""; 0]);
    assert_eq!(owners.owners(&format!("{}b", "a/".repeat(3_000))), ["@a"]);
    assert_eq!(owners.owners(&format!("{}b", "a/".repeat(1_000))), [""; 0]);
}
