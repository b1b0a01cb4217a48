//! How a workspace was changed over the last year, out of git's own objects: who changed which files together.
//!
//! Nothing of the work tree counts, not even `.mailmap`, and the year ends with HEAD's commit, so that the same commit gives
//! the same answer on any day. Contents of files are not looked at: a clone without them is good enough.

use super::git::{self, Failure, told};
use rustc_hash::FxHashMap;
use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead};
use std::path::Path;
use std::process::Command;

/// How many days before HEAD's commit are looked at.
pub const HISTORY_DAYS: i64 = 365;

const SECONDS_OF_A_DAY: i64 = 24 * 60 * 60;
/// What the line about a commit begins with among the files: no path of git holds an empty name.
const ABOUT: &[u8] = b"//";

/// What git says of how a workspace was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// The full name of HEAD's commit.
    pub head: String,
    /// When HEAD was committed, in seconds since 1970.
    pub head_time: i64,
    /// Commits of these days were left out when the repository was cloned: what is counted is less than what happened.
    pub cut_off: bool,
    /// The commits of the last [`HISTORY_DAYS`] days that changed files of the workspace, without merges, newest first.
    pub commits: Vec<Commit>,
}

/// A change to files of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Stands for the author: counted from 0, and the same number for the same author. Names and addresses are not kept.
    pub author: u32,
    /// When it was committed, in seconds since 1970.
    pub time: i64,
    /// The files that it changed, relative to the workspace's root, sorted.
    pub files: Vec<String>,
}

/// Why git has nothing to say of a workspace; goes on after "nothing is known of how the code changed: ".
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// git could not be started.
    #[error("git could not be started: {0}")]
    NoGit(io::Error),
    /// The workspace is not in a repository that git would read; the first line of its own words.
    #[error("git could not read the repository: {0}")]
    Repository(String),
    /// Nothing was committed so far.
    #[error("the repository has no commit yet")]
    NoCommit,
    /// Objects were left out when it was cloned, or are broken.
    #[error("the repository lacks objects, as partial clones do")]
    MissingObjects,
}

impl From<Failure> for HistoryError {
    fn from(failure: Failure) -> HistoryError {
        match failure {
            Failure::NoGit(error) => HistoryError::NoGit(error),
            Failure::Refused(words) => {
                HistoryError::Repository(words.lines().next().unwrap_or_default().to_owned())
            }
        }
    }
}

/// The full name of HEAD's commit.
///
/// # Errors
/// Where there is no git, no repository or no commit.
pub fn head(root: &Path) -> Result<String, HistoryError> {
    match told(root, &["rev-parse", "--verify", "--quiet", "HEAD"]) {
        // Of a branch without commits git says nothing.
        Err(Failure::Refused(words)) if words.is_empty() => Err(HistoryError::NoCommit),
        head => Ok(head?),
    }
}

/// How the workspace was changed.
///
/// # Errors
/// Where git does not know it.
pub fn history(root: &Path) -> Result<History, HistoryError> {
    let head = head(root)?;
    let prefix = git::line(root, &["rev-parse", "--show-prefix"])?;
    let repository = Repository {
        folder: path(git::line(root, &["rev-parse", "--absolute-git-dir"])?),
        prefix: path(prefix.clone()),
        mailmap: format!("mailmap.blob={head}:.mailmap"),
    };
    let newest = repository.say(&["rev-list", "--timestamp", "--max-count=1", &head])?;
    let (time, _) = newest.split_once(' ').ok_or(HistoryError::MissingObjects)?;
    let head_time: i64 = time.parse().map_err(|_| HistoryError::MissingObjects)?;
    let start = format!("--max-age={}", head_time.saturating_sub(HISTORY_DAYS * SECONDS_OF_A_DAY).max(0));
    let listed = listed(&repository.say(&["rev-list", "--no-merges", "--parents", &start, &head])?);
    let cut = repository.cut(&listed.without_parents)?;
    // All files of a commit whose parents are not known look new.
    let names: Vec<&str> =
        listed.names.iter().map(String::as_str).filter(|name| !cut.contains(name)).collect();
    let commits = repository.changes(&names, &prefix)?;
    Ok(History { head_time, cut_off: !cut.is_empty(), commits, head })
}

/// Where git looks: into the folder of its own objects, past the work tree.
struct Repository {
    folder: OsString,
    /// The path from the repository's root to the workspace, with `/` at its end.
    prefix: OsString,
    /// The setting that says where names of authors are put right.
    mailmap: String,
}

impl Repository {
    fn git(&self) -> Command {
        let mut git = git::git(Path::new(&self.folder));
        let mut folder = OsString::from("--git-dir=");
        folder.push(&self.folder);
        git.arg(folder).args(["-c", "mailmap.file=", "-c", &self.mailmap]);
        git
    }

    fn say(&self, args: &[&str]) -> Result<String, HistoryError> {
        let output = self.git().args(args).output().map_err(HistoryError::NoGit)?;
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
            false => Err(HistoryError::MissingObjects),
        }
    }

    /// Those commits that have parents, though git was told that they have none.
    fn cut<'a>(&self, without_parents: &'a [String]) -> Result<Vec<&'a str>, HistoryError> {
        let mut git = self.git();
        git.args(["cat-file", "--batch"]);
        let has_parents = |answers: &mut dyn BufRead| {
            let mut cut = Vec::new();
            for name in without_parents {
                let commit = git::object(answers, "commit").ok_or(HistoryError::MissingObjects)?;
                let mut head = commit.split(|byte| *byte == b'\n').take_while(|line| !line.is_empty());
                if head.any(|line| line.starts_with(b"parent ")) {
                    cut.push(name.as_str());
                }
            }
            Ok(cut)
        };
        git::ask(git, &lines(without_parents), has_parents).map_err(HistoryError::NoGit)?.0
    }

    /// What commits changed below the prefix.
    fn changes(&self, names: &[&str], prefix: &[u8]) -> Result<Vec<Commit>, HistoryError> {
        let mut git = self.git();
        git.env("GIT_LITERAL_PATHSPECS", "1");
        git.args(["diff-tree", "--stdin", "--root", "-r", "-z", "--name-only", "--no-renames"]);
        git.args(["--no-ext-diff", "--no-textconv", "--encoding=UTF-8", "--format=//%ct %aE%n%aN", "--"]);
        git.args(Some(&self.prefix).filter(|prefix| prefix.as_os_str() != OsStr::new("")));
        let read = |answers: &mut dyn BufRead| commits(answers, prefix);
        match git::ask(git, &lines(names), read).map_err(HistoryError::NoGit)? {
            (Ok(commits), true) => Ok(commits),
            _ => Err(HistoryError::MissingObjects),
        }
    }
}

fn lines(names: &[impl AsRef<str>]) -> String {
    names.iter().map(|name| format!("{}\n", name.as_ref())).collect()
}

/// Commits as `git rev-list --parents` lists them.
#[derive(Debug, PartialEq, Eq)]
struct Listed {
    names: Vec<String>,
    without_parents: Vec<String>,
}

fn listed(text: &str) -> Listed {
    let mut listed = Listed { names: Vec::new(), without_parents: Vec::new() };
    for line in text.lines() {
        let (name, has_parents) = line.split_once(' ').map_or((line, false), |(name, _)| (name, true));
        if !has_parents {
            listed.without_parents.push(name.to_owned());
        }
        listed.names.push(name.to_owned());
    }
    listed
}

/// The commits among what `git diff-tree --stdin -z` says, with files below a prefix.
fn commits(answers: &mut dyn BufRead, prefix: &[u8]) -> io::Result<Vec<Commit>> {
    let mut read = Reading::default();
    let mut record = Vec::new();
    while answers.read_until(0, &mut record)? > 0 {
        record.pop_if(|last| *last == 0);
        match record.strip_prefix(ABOUT) {
            Some(about) => read.begin(about),
            None => read.file(&record, prefix),
        }
        record.clear();
    }
    Ok(read.end())
}

/// The commits that were read so far.
#[derive(Default)]
struct Reading {
    commits: Vec<Commit>,
    authors: FxHashMap<String, u32>,
    /// Author and time of the commit whose files come next.
    about: Option<(String, i64)>,
    files: Vec<String>,
    /// Whether the first of its files is still to come.
    is_first: bool,
}

impl Reading {
    /// A commit: its time, the author's address and, on a line of its own, name.
    fn begin(&mut self, about: &[u8]) {
        self.finish();
        let about = String::from_utf8_lossy(about);
        let (about, name) = about.split_once('\n').unwrap_or((&about, ""));
        let (time, address) = about.split_once(' ').unwrap_or((about, ""));
        let author = if address.is_empty() { name } else { address };
        self.about = time.parse().ok().map(|time| (author.to_lowercase(), time));
        self.is_first = true;
    }

    fn file(&mut self, file: &[u8], prefix: &[u8]) {
        // An empty line stands between a commit and its files.
        let file = file.strip_prefix(b"\n").filter(|_| self.is_first).unwrap_or(file);
        self.is_first = false;
        if let Some(Ok(file)) = file.strip_prefix(prefix).map(std::str::from_utf8) {
            self.files.push(file.to_owned());
        }
    }

    fn finish(&mut self) {
        let mut files = std::mem::take(&mut self.files);
        let Some((author, time)) = self.about.take().filter(|_| !files.is_empty()) else { return };
        files.sort_unstable();
        files.dedup();
        let next = u32::try_from(self.authors.len()).unwrap_or(u32::MAX);
        let author = *self.authors.entry(author).or_insert(next);
        self.commits.push(Commit { author, time, files });
    }

    fn end(mut self) -> Vec<Commit> {
        self.finish();
        self.commits.sort_by_key(|commit| std::cmp::Reverse(commit.time));
        self.commits
    }
}

/// A path as git writes it.
#[cfg(unix)]
fn path(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

/// A path as git writes it.
#[cfg(not(unix))]
fn path(bytes: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8], prefix: &str) -> Vec<(u32, i64, String)> {
        let mut text = text;
        let commits = commits(&mut text, prefix.as_bytes()).unwrap();
        commits.into_iter().map(|commit| (commit.author, commit.time, commit.files.join("|"))).collect()
    }

    fn row(author: u32, time: i64, files: &str) -> (u32, i64, String) {
        (author, time, files.to_owned())
    }

    #[test]
    fn commits_are_told_from_files() {
        let text =
            b"//50 a@x.com\nA\0\nsrc/b.rs\0src/a.rs\0\nodd\0//70 B@x.com\nB\0\n\n\0//60 A@X.com\nZ\0\na b\0";
        assert_eq!(
            read(text, ""),
            [row(1, 70, "\n"), row(0, 60, "a b"), row(0, 50, "\nodd|src/a.rs|src/b.rs")]
        );
        assert_eq!(read(b"", ""), []);
    }

    #[test]
    fn only_files_of_the_workspace_count() {
        let text = b"//9 a@x\nA\0\nREADME\0//8 b@x\nB\0\nback/end/src/a.rs\0back/endless\0//7 c@x\nC\0";
        assert_eq!(read(text, "back/end/"), [row(0, 8, "src/a.rs")]);
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        let text = b"a\0//x a@x\nA\0\nb\0//5\0\nc\0//4 \nNo Address\0\nd\xff\0e\0//3 \nno address\0\nf\0f\0";
        assert_eq!(read(text, ""), [row(0, 5, "c"), row(1, 4, "e"), row(1, 3, "f")]);
    }

    #[test]
    fn commits_without_parents_are_listed_apart() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let wanted = Listed { names: names(&["c", "b", "a"]), without_parents: names(&["a"]) };
        assert_eq!(listed("c b\nb a x\na\n"), wanted);
    }

    #[test]
    fn a_refusal_fits_on_a_line() {
        let refused = Failure::Refused("detected dubious ownership\nTo add an exception, call: x".to_owned());
        assert_eq!(
            HistoryError::from(refused).to_string(),
            "git could not read the repository: detected dubious ownership"
        );
    }
}
