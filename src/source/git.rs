//! git, asked about the objects of a repository that may come from anywhere.
//!
//! Objects are only looked up, with everything switched off that the repository's configuration could start: pagers, hooks,
//! monitors, fetches of objects that are missing. Who asks keeps to the commands of git that scripts are made of
//! (`rev-parse`, `rev-list`, `diff-tree`, `ls-tree`, `cat-file`): unlike `log`, `show` and `status`, they neither verify
//! signatures nor run programs for differences, and settings for how a person likes to see things are nothing to them.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;

/// The mode of a symlink in a tree.
pub(super) const SYMLINK: &str = "120000";
/// Configuration that is switched off.
const SWITCHED_OFF: [&str; 3] = ["core.fsmonitor=false", "core.hooksPath=/dev/null", "protocol.allow=never"];

/// Why git did not answer.
pub(super) enum Failure {
    /// It could not be started.
    NoGit(io::Error),
    /// It refused; its own words.
    Refused(String),
}

pub(super) fn git(root: &Path) -> Command {
    let mut git = Command::new("git");
    git.arg("-C").arg(root).arg("--no-pager").stdin(Stdio::null());
    for setting in SWITCHED_OFF {
        git.args(["-c", setting]);
    }
    // The configuration may allow single protocols; only the environment outweighs that.
    git.env("GIT_ALLOW_PROTOCOL", "").env("GIT_NO_LAZY_FETCH", "1");
    git.env("GIT_NO_REPLACE_OBJECTS", "1").env("GIT_TERMINAL_PROMPT", "0");
    git
}

pub(super) fn output(root: &Path, args: &[&str]) -> io::Result<Output> {
    git(root).args(args).output()
}

/// What git says in one line, byte for byte.
pub(super) fn line(root: &Path, args: &[&str]) -> Result<Vec<u8>, Failure> {
    let Output { status, mut stdout, stderr } = output(root, args).map_err(Failure::NoGit)?;
    if !status.success() {
        return Err(Failure::Refused(words(&stderr)));
    }
    stdout.pop_if(|last| *last == b'\n');
    Ok(stdout)
}

/// The same where it is text.
pub(super) fn told(root: &Path, args: &[&str]) -> Result<String, Failure> {
    line(root, args).map(|line| String::from_utf8_lossy(&line).into_owned())
}

fn words(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    text.trim().strip_prefix("fatal: ").unwrap_or(text.trim()).to_owned()
}

/// Writes lines to git while its answers are read. Says as well whether git was content in the end, which it is not where the
/// answers are not read to their end.
pub(super) fn ask<T>(
    mut git: Command,
    lines: &str,
    read: impl FnOnce(&mut dyn BufRead) -> T,
) -> io::Result<(T, bool)> {
    let mut child = git.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let (asks, answers) = (child.stdin.take(), child.stdout.take());
    let read = thread::scope(|scope| {
        // Where git goes away early, the answers fall short, too.
        scope.spawn(move || asks.map(|mut asks| asks.write_all(lines.as_bytes())));
        answers.map(|answers| read(&mut BufReader::new(answers)))
    });
    let is_content = child.wait()?.success();
    Ok((read.ok_or(io::ErrorKind::BrokenPipe)?, is_content))
}

/// The next object that `git cat-file --batch` writes; `None` if it is not there or of another kind.
pub(super) fn object(answers: &mut dyn BufRead, kind: &str) -> Option<Vec<u8>> {
    let mut head = String::new();
    answers.read_line(&mut head).ok()?;
    let mut words = head.split_whitespace().skip(1);
    let size: usize = (words.next()? == kind).then(|| words.next()?.parse().ok())??;
    let mut content = Vec::new();
    answers.take((size as u64).saturating_add(1)).read_to_end(&mut content).ok()?;
    (content.pop() == Some(b'\n') && content.len() == size).then_some(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_read_to_its_end() {
        let mut answers = &b"abc blob 3\nx\ny\nabc commit 1\nz\nabc missing\nabc blob 9\nx\n"[..];
        assert_eq!(object(&mut answers, "blob").as_deref(), Some(&b"x\ny"[..]));
        assert_eq!(object(&mut answers, "commit").as_deref(), Some(&b"z"[..]));
        assert_eq!(object(&mut answers, "blob"), None);
        assert_eq!(object(&mut answers, "blob"), None);
    }

    #[test]
    fn words_are_told_without_their_head() {
        assert_eq!(words(b"fatal: not a git repository\n"), "not a git repository");
        assert_eq!(words(b"error: a\nfatal: b\n"), "error: a\nfatal: b");
    }

    #[test]
    fn git_may_go_away_before_all_is_written() {
        let version = || {
            let mut git = Command::new("git");
            git.arg("--version");
            git
        };
        let lines = "x\n".repeat(1_000_000);
        let (first, _) = ask(version(), &lines, |answers| answers.lines().next()).unwrap();
        assert!(first.unwrap().unwrap().starts_with("git version"));
        let (nothing, is_content) =
            ask(git(Path::new("/none")), "", |answers| answers.lines().count()).unwrap();
        assert_eq!((nothing, is_content), (0, false));
    }
}
