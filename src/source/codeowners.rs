//! Who owns which file, as `CODEOWNERS` of HEAD's commit says to GitHub or GitLab.
//!
//! The patterns look like those of `.gitignore`, and are others: `docs/*` says nothing of folders in `docs`, nothing is
//! negated, and brackets are no ranges. So they are matched here, part by part, in time that the lengths of both bound: the file
//! may be written by anybody, and is as long as it likes.

use super::git::{self, SYMLINK, told};
use super::history::{HistoryError, head};
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::Path;
use std::sync::Arc;

/// Where the file may lie in the repository; the first one that is there counts.
const PLACES: [&str; 4] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];
/// GitHub takes no longer file.
const MOST_BYTES: u64 = 3 * 1024 * 1024;

/// Who owns which file.
#[derive(Debug)]
pub struct CodeOwners {
    path: String,
    /// The path from the repository's root to the workspace, with `/` at its end.
    prefix: String,
    sections: Vec<Section>,
}

impl CodeOwners {
    /// The owners of a file, which is named from the workspace's root: of each section those of the last line that matches.
    /// None of them where nobody owns it.
    pub fn owners<'a>(&'a self, file: &str) -> Vec<&'a str> {
        let file = format!("{}{file}", self.prefix);
        let file: Vec<Vec<char>> = file.split('/').map(|part| part.chars().collect()).collect();
        let last = |lines: &'a Section| lines.iter().rev().find(|line| matches(&line.pattern, &file));
        let owners = self.sections.iter().filter_map(last).flat_map(|line| line.owners.iter());
        let mut known = FxHashSet::default();
        owners.map(String::as_str).filter(|owner| known.insert(*owner)).collect()
    }

    /// The path of the file that says so, from the repository's root.
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// What HEAD's commit says of owners; `None` where it says nothing.
///
/// # Errors
/// Where git does not know it.
pub fn codeowners(root: &Path) -> Result<Option<CodeOwners>, HistoryError> {
    let head = head(root)?;
    let prefix = told(root, &["rev-parse", "--show-prefix"])?;
    let args = [&["ls-tree", "-l", "-z", "--full-tree", &head, "--"][..], &PLACES].concat();
    let listed = git::output(root, &args).map_err(HistoryError::NoGit)?;
    if !listed.status.success() {
        return Err(HistoryError::MissingObjects);
    }
    let Some(found) = first(&String::from_utf8_lossy(&listed.stdout)) else { return Ok(None) };
    // git knows no size of what is not there.
    if found.size.ok_or(HistoryError::MissingObjects)? > MOST_BYTES {
        return Ok(None);
    }
    let blob = git::output(root, &["cat-file", "blob", &found.object]).map_err(HistoryError::NoGit)?;
    match blob.status.success() {
        true => Ok(Some(parse(&String::from_utf8_lossy(&blob.stdout), found.path, &prefix))),
        false => Err(HistoryError::MissingObjects),
    }
}

/// A file among those of a commit.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    path: &'static str,
    object: String,
    size: Option<u64>,
}

/// The first place among what `git ls-tree -l -z` lists.
fn first(listed: &str) -> Option<Found> {
    let found = |line: &str| {
        let (about, path) = line.split_once('\t')?;
        let mut about = about.split_whitespace();
        let (mode, kind, object) = (about.next()?, about.next()?, about.next()?);
        let place = PLACES.iter().position(|place| *place == path)?;
        let size = about.next()?.parse().ok();
        let found = Found { path: PLACES[place], object: object.to_owned(), size };
        (mode != SYMLINK && kind == "blob").then_some((place, found))
    };
    let found = listed.split('\0').filter_map(found).min_by_key(|(place, _)| *place);
    found.map(|(_, found)| found)
}

/// Who reads the file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Host {
    GitHub,
    /// Has sections; a pattern without a slash at its front may match at any depth; what is no owner is no mistake.
    GitLab,
}

/// Lines that are matched apart from others.
type Section = Vec<Line>;

#[derive(Debug)]
struct Line {
    pattern: Pattern,
    owners: Arc<[String]>,
}

fn parse(text: &str, path: &str, prefix: &str) -> CodeOwners {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let host = match path {
        ".github/CODEOWNERS" => Host::GitHub,
        ".gitlab/CODEOWNERS" => Host::GitLab,
        _ if lines().any(|line| heading(line).is_some()) => Host::GitLab,
        _ => Host::GitHub,
    };
    let mut sections = vec![Section::new()];
    let mut names = FxHashMap::default();
    let mut current = 0;
    let mut default_owners = Arc::from([]);
    for text in lines() {
        if let (Host::GitLab, Some((name, owners))) = (host, heading(text)) {
            // Sections of the same name are one.
            current = *names.entry(name.to_lowercase()).or_insert(sections.len());
            sections.resize_with(sections.len().max(current + 1), Section::new);
            default_owners = owners_in(owners, host).unwrap_or_default();
        } else if let Some(line) = line(text, host) {
            let owners = if line.owners.is_empty() { Arc::clone(&default_owners) } else { line.owners };
            sections[current].push(Line { owners, ..line });
        }
    }
    CodeOwners { path: path.to_owned(), prefix: prefix.to_owned(), sections }
}

/// The name of a section and its owners, of `^[name][2] @owner`.
fn heading(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.strip_prefix('^').unwrap_or(line).strip_prefix('[')?.split_once(']')?;
    let approvals = |rest: &str| {
        let (number, rest) = rest.strip_prefix('[')?.split_once(']')?;
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then_some(rest.len())
    };
    let rest = approvals(rest).map_or(rest, |length| &rest[rest.len() - length..]);
    let is_apart = rest.is_empty() || rest.starts_with([' ', '\t', '#']);
    (!name.trim().is_empty() && is_apart).then_some((name.trim(), rest))
}

/// A pattern and its owners; `None` if something is wrong with it.
fn line(text: &str, host: Host) -> Option<Line> {
    let mut is_escaped = false;
    let end = text.find(|c: char| {
        let is_end = c.is_whitespace() && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        is_end
    });
    let (written, owners) = text.split_at(end.unwrap_or(text.len()));
    Some(Line { pattern: pattern(written, host)?, owners: owners_in(owners, host)? })
}

/// The owners before a comment. To GitHub, anything else makes the line invalid.
fn owners_in(text: &str, host: Host) -> Option<Arc<[String]>> {
    let words = text.split_whitespace().take_while(|word| !word.starts_with('#'));
    let (owners, others): (Vec<&str>, Vec<&str>) = words.partition(|word| is_owner(word));
    (others.is_empty() || host == Host::GitLab).then(|| owners.into_iter().map(str::to_owned).collect())
}

/// Whether it is `@user`, `@group/team`, `@@role` or an address.
fn is_owner(word: &str) -> bool {
    match word.strip_prefix('@') {
        Some(name) => name.trim_start_matches('@').starts_with(|c: char| c == '_' || c.is_alphanumeric()),
        None => word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty()),
    }
}

/// A part of a pattern: `Many` are any number of whatever it is made of, none included.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part<T> {
    Many,
    One(T),
}

/// A name in a path; `None` is any letter.
type Name = Vec<Part<Option<char>>>;
type Pattern = Vec<Part<Name>>;

/// A pattern with everything that its slashes mean written out; `None` if something is wrong with it, or negated.
fn pattern(text: &str, host: Host) -> Option<Pattern> {
    if text.starts_with('!') {
        return None;
    }
    let (inside, is_at_root) = text.strip_prefix('/').map_or((text, false), |inside| (inside, true));
    let (inside, is_folder) = inside.strip_suffix('/').map_or((inside, false), |inside| (inside, true));
    let is_anchored = is_at_root || (inside.contains('/') && host == Host::GitHub);
    let any_name = || Part::One(vec![Part::Many]);
    let mut parts: Pattern = if is_anchored { Vec::new() } else { vec![Part::Many] };
    for name in inside.split('/') {
        parts.push(if name == "**" { Part::Many } else { Part::One(self::name(name)?) });
    }
    let names_files_alone = inside.rsplit('/').next() == Some("*") && (is_at_root || inside.contains('/'));
    if is_folder || inside.ends_with("/**") {
        parts.extend([any_name(), Part::Many]);
    } else if !names_files_alone {
        parts.push(Part::Many);
    }
    Some(parts)
}

/// A name of a pattern, which has no ranges.
fn name(text: &str) -> Option<Name> {
    let mut name = Name::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => name.push(Part::One(Some(letters.next()?))),
            '[' | ']' => return None,
            '*' if name.last() == Some(&Part::Many) => {}
            '*' => name.push(Part::Many),
            '?' => name.push(Part::One(None)),
            letter => name.push(Part::One(Some(letter))),
        }
    }
    (!name.is_empty()).then_some(name)
}

fn matches(pattern: &Pattern, file: &[Vec<char>]) -> bool {
    let letter = |wanted: &Option<char>, letter: &char| wanted.is_none_or(|wanted| wanted == *letter);
    fits(pattern, file, &|name, part| fits(name, part, &letter))
}

/// Whether parts fit a text from its begin to its end. It is enough to go back to the last `Many`, one step further each time.
fn fits<P, T>(parts: &[Part<P>], text: &[T], one: &dyn Fn(&P, &T) -> bool) -> bool {
    let (mut part, mut at) = (0, 0);
    let mut retry = None;
    loop {
        match (parts.get(part), text.get(at)) {
            (None, None) => return true,
            (Some(Part::Many), _) => {
                part += 1;
                retry = Some((part, at));
                continue;
            }
            (Some(Part::One(wanted)), Some(found)) if one(wanted, found) => {
                (part, at) = (part + 1, at + 1);
                continue;
            }
            _ => {}
        }
        match retry {
            Some((after, from)) if from < text.len() => {
                (part, at) = (after, from + 1);
                retry = Some((after, from + 1));
            }
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests;
