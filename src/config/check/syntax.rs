//! The small languages inside the strings of the file: selectors, public paths, function paths, globs, dates.

use super::super::Date;
use super::super::error::{ConfigError, quote};
use super::super::reader::At;
use crate::source::TargetKind;
use globset::{GlobBuilder, GlobMatcher, GlobSetBuilder};

/// What a glob is matched against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GlobOf {
    /// Paths of files: `*` stays within a folder.
    Paths,
    /// Crate names, `-` and `_` equal.
    Crates,
    /// Names of tables and other resources: `*` matches anything.
    Names,
    /// The same, where a leading `!` excludes; it is no part of the compiled glob.
    Tables,
}

/// Longer or deeper globs have no use, and the compiler behind them is not made for hostile ones.
const LONGEST_GLOB: usize = 500;
const DEEPEST_GLOB: usize = 8;

/// What is wrong, and what to do.
type Wrong = (String, String);

/// The segments of an entry of `paths`; the first is a crate, with `-` as `_`, possibly with its `{kind}`.
pub(super) fn selector(entry: At<&str>) -> Result<Vec<String>, ConfigError> {
    let what = "an entry of `paths`";
    not_blank(entry, what, "name a crate or a path in it, such as \"shop::payments\"")?;
    let (head, rest) = entry.value.split_once("::").map_or((entry.value, None), |(h, r)| (h, Some(r)));
    let wrong = |(why, help): Wrong| {
        let selector = quote(entry.value);
        ConfigError::BadSelector { selector, why, help, at: entry.at }
    };
    let mut segments = vec![krate(head, entry.value).map_err(wrong)?];
    for segment in rest.iter().flat_map(|rest| rest.split("::")) {
        segments.push(segment_of(segment, entry.value, true).map_err(wrong)?);
    }
    Ok(segments)
}

/// `shop`, `shop-core`, `rg{bin}`, `shop_*`.
fn krate(segment: &str, whole: &str) -> Result<String, Wrong> {
    if matches!(segment, "crate" | "self" | "super") {
        let why = format!("{} does not say which crate", quote(segment));
        return Err((why, "start with the name of the crate, such as \"shop::payments\"".to_owned()));
    }
    let Some((name, kind)) = segment.split_once('{') else {
        return segment_of(&segment.replace('-', "_"), whole, true);
    };
    let kind = kind.strip_suffix('}').filter(|kind| TARGET_KINDS.iter().any(|k| k.as_str() == *kind));
    let Some(kind) = kind else {
        let kinds: Vec<&str> = TARGET_KINDS.iter().map(|kind| kind.as_str()).collect();
        let help = format!("write a kind of target in the braces: {}", kinds.join(", "));
        return Err(("unknown kind of target".to_owned(), help));
    };
    Ok(format!("{}{{{kind}}}", segment_of(&name.replace('-', "_"), whole, true)?))
}

const TARGET_KINDS: [TargetKind; 7] = [
    TargetKind::Lib,
    TargetKind::ProcMacro,
    TargetKind::Bin,
    TargetKind::Example,
    TargetKind::Test,
    TargetKind::Bench,
    TargetKind::Build,
];

/// The segments of an entry of `public`.
pub(super) fn public(entry: At<&str>) -> Result<Vec<String>, ConfigError> {
    let help =
        "name an item or a module relative to the module's paths, such as \"api\", or write `public = []`";
    not_blank(entry, "an entry of `public`", help)?;
    let wrong = |(why, help): Wrong| {
        let pattern = quote(entry.value);
        ConfigError::BadPublic { pattern, why, help, at: entry.at }
    };
    let segment = |segment| {
        if matches!(segment, "crate" | "self" | "super") {
            let help = "leave it out: public paths are relative to each of the module's `paths`".to_owned();
            return Err(wrong((format!("{} has no meaning here", quote(segment)), help)));
        }
        segment_of(segment, entry.value, true).map_err(wrong)
    };
    entry.value.split("::").map(segment).collect()
}

/// Looks at an entry of `sql-functions` or `env-functions`.
pub(super) fn function(entry: At<&str>) -> Result<(), ConfigError> {
    not_blank(entry, "the name of a function", "write a name or a path, such as \"my_db::exec\"")?;
    for segment in entry.value.split("::") {
        segment_of(segment, entry.value, false).map_err(|(why, _)| {
            let path = quote(entry.value);
            ConfigError::BadFunction { path, why, at: entry.at }
        })?;
    }
    Ok(())
}

/// One segment of a path, without `r#`.
fn segment_of(segment: &str, whole: &str, wildcard: bool) -> Result<String, Wrong> {
    if segment.is_empty() {
        let help = "put a name on both sides of each `::`, as in \"shop::payments\"";
        return Err(("it has an empty segment".to_owned(), help.to_owned()));
    }
    if segment.contains("**") {
        let help = "leave it out: a path covers everything below it; `*` stands for part of one segment";
        return Err(("`**` has no meaning here".to_owned(), help.to_owned()));
    }
    let name = segment.strip_prefix("r#").unwrap_or(segment);
    let fits = |c: char| c.is_alphanumeric() || c == '_' || (c == '*' && wildcard);
    match name.chars().find(|c| !fits(*c)) {
        None if name.is_empty() => {
            Err(("it has an empty segment".to_owned(), "write a name after `r#`".to_owned()))
        }
        None => Ok(name.to_owned()),
        Some(c) => Err((format!("{} cannot stand in it", quote(&c.to_string())), character_help(c, whole))),
    }
}

fn character_help(character: char, whole: &str) -> String {
    match character {
        ':' | '/' | '.' => {
            let parts: Vec<&str> = whole.split([':', '/', '.']).filter(|part| !part.is_empty()).collect();
            format!("separate the segments with `::`: {}", quote(&parts.join("::")))
        }
        '-' => format!("in Rust paths `-` is `_`: {}", quote(&whole.replace('-', "_"))),
        '!' => "leave the `!` of a macro out".to_owned(),
        c if c.is_whitespace() => "remove the space".to_owned(),
        _ => "use letters, digits and `_`, and `*` for any of them".to_owned(),
    }
}

/// Compiles a glob.
pub(super) fn glob(entry: At<&str>, of: GlobOf) -> Result<GlobMatcher, ConfigError> {
    let bad = |why: &str, help| ConfigError::BadGlob {
        glob: quote(entry.value),
        why: why.to_owned(),
        help,
        at: entry.at,
    };
    let text = match entry.value.strip_prefix('!') {
        None => entry.value,
        Some(text) if of == GlobOf::Tables => text,
        Some(_) => {
            return Err(bad("`!` excludes in `tables` only", "leave the `!` out, or escape it as `\\!`"));
        }
    };
    not_blank(At { value: text, ..entry }, "a pattern", "write a name or a glob, such as \"payment_*\"")?;
    if text.len() > LONGEST_GLOB || depth(text) > DEEPEST_GLOB {
        return Err(bad("it is too long or nested too deeply", "split it into several patterns"));
    }
    let text = if of == GlobOf::Crates { crate_glob(text) } else { text.to_owned() };
    let compiled = GlobBuilder::new(&text)
        .literal_separator(of == GlobOf::Paths)
        .backslash_escape(true)
        .build()
        // `compile_matcher` panics on what a set refuses.
        .and_then(|glob| GlobSetBuilder::new().add(glob.clone()).build().map(|_| glob));
    match compiled {
        Ok(glob) => Ok(glob.compile_matcher()),
        Err(error) => Err(bad(
            &glob_problem(error.kind()),
            "correct the glob: `*` any characters, `?` one, `[ab]` one of these, `{a,b}` either",
        )),
    }
}

pub(super) fn glob_problem(kind: &globset::ErrorKind) -> String {
    use globset::ErrorKind;
    match kind {
        ErrorKind::UnclosedClass => "a `[` is not closed".to_owned(),
        ErrorKind::UnclosedAlternates => "a `{` is not closed".to_owned(),
        ErrorKind::UnopenedAlternates => "a `}` closes nothing".to_owned(),
        ErrorKind::InvalidRange(from, to) => format!(
            "the range from {} to {} runs backwards",
            quote(&from.to_string()),
            quote(&to.to_string())
        ),
        ErrorKind::DanglingEscape => "the `\\` at its end escapes nothing".to_owned(),
        _ => "it does not compile".to_owned(),
    }
}

fn depth(glob: &str) -> usize {
    let mut depth = 0usize;
    let mut deepest = 0;
    for c in glob.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// `-` becomes `_`, except where it makes a range inside `[…]`.
fn crate_glob(text: &str) -> String {
    let mut class = false;
    let normal = |c: char| {
        match c {
            '[' => class = true,
            ']' => class = false,
            _ => {}
        }
        if c == '-' && !class { '_' } else { c }
    };
    text.chars().map(normal).collect()
}

/// Looks at an entry of `migrations`.
pub(super) fn folder(entry: At<&str>) -> Result<(), ConfigError> {
    not_blank(entry, "an entry of `migrations`", "name a folder, such as \"migrations\"")
}

/// A folder the way paths relative to the workspace root are written.
pub(super) fn plain_folder(text: &str) -> &str {
    let text = text.trim_end_matches('/');
    text.strip_prefix("./").unwrap_or(text)
}

/// Looks at the name of a module, which stands in findings, in graphs and on the command line.
pub(super) fn module_name(name: At<&str>) -> Result<(), ConfigError> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '/');
    let why = match name.value {
        "" => "it is empty".to_owned(),
        text if text.starts_with('-') => "it looks like an option".to_owned(),
        text => match text.chars().find(|c| !fits(*c)) {
            Some(c) => format!("{} cannot stand in it", quote(&c.to_string())),
            None => return Ok(()),
        },
    };
    Err(ConfigError::BadModuleName { name: quote(name.value), why, at: name.at })
}

/// A day of the calendar, `YYYY-MM-DD`.
pub(super) fn date(date: &At<String>) -> Result<Date, ConfigError> {
    Date::read(&date.value).map_err(|why| ConfigError::BadDate { date: quote(&date.value), why, at: date.at })
}

fn not_blank(entry: At<&str>, what: &str, help: &str) -> Result<(), ConfigError> {
    if entry.value.trim().is_empty() {
        let (what, help) = (what.to_owned(), help.to_owned());
        return Err(ConfigError::Empty { what, help, at: entry.at });
    }
    Ok(())
}
