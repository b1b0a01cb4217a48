//! A workspace as it was at a revision, out of git's own objects: nothing is checked out, and neither the work tree nor the
//! index is touched. What the stages read is laid out in a folder of its own, for as long as it is looked at.
//!
//! A repository may come from anywhere, so git is asked as `git.rs` does. Cargo runs in today's workspace, so that neither
//! `.cargo/config.toml` nor `rust-toolchain.toml` of the revision says what it does.

use super::Source;
use super::git::{self, Failure, SYMLINK, told};
use super::metadata::{LoadError, LoadOptions, load_from};
use std::fs::{self, OpenOptions};
use std::io::{self, BufRead, Write};
use std::path::{Component, Path, PathBuf};
use tempfile::TempDir;

/// What the names of files end with that some stage reads.
const READ: [&str; 5] = ["rs", "sql", "toml", "lock", "in"];
/// Parts of paths that say what cargo and git do.
const LEFT_OUT: [&str; 4] = [".git", ".cargo", "rust-toolchain", "rust-toolchain.toml"];

/// A workspace at a revision.
pub struct Revision {
    /// The workspace; its folder goes when this does.
    pub source: Source,
    /// The full name of the commit.
    pub commit: String,
    _folder: TempDir,
}

/// Why a revision could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum RevisionError {
    /// git could not be started.
    #[error("git could not be started: {0}")]
    NoGit(io::Error),
    /// The workspace is not in a repository that git would read; its own words.
    #[error("git could not read the repository\n{0}")]
    Repository(String),
    /// There is no such commit here.
    #[error("there is no commit `{revision}` in this repository")]
    NoCommit {
        /// As it was asked for.
        revision: String,
        /// Older commits were left out when it was cloned.
        shallow: bool,
    },
    /// Objects of the commit were left out when it was cloned.
    #[error("the repository lacks files of `{0}`")]
    MissingObjects(String),
    /// The workspace was not there.
    #[error("`{revision}` has no `{manifest}`")]
    NoManifest {
        /// As it was asked for.
        revision: String,
        /// Path in the repository.
        manifest: String,
    },
    /// Files could not be laid out.
    #[error("the files of the revision could not be laid out: {0}")]
    Folder(io::Error),
    /// Cargo does not accept the workspace of the revision.
    #[error("at the revision: {0}")]
    Workspace(LoadError),
}

impl From<Failure> for RevisionError {
    fn from(failure: Failure) -> RevisionError {
        match failure {
            Failure::NoGit(error) => RevisionError::NoGit(error),
            Failure::Refused(words) => RevisionError::Repository(words),
        }
    }
}

impl RevisionError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            RevisionError::NoGit(_) => "install git, or leave `--since` out".to_owned(),
            RevisionError::Repository(_) => {
                "`--since` compares with a commit of the git repository that holds the workspace".to_owned()
            }
            RevisionError::NoCommit { revision, shallow: true } => {
                format!(
                    "the clone is shallow: fetch the commit first, with `git fetch --depth=1 origin {revision}`"
                )
            }
            RevisionError::NoCommit { .. } => {
                "name a commit, a branch or a tag; `git fetch` gets those of others".to_owned()
            }
            RevisionError::MissingObjects(revision) => {
                format!(
                    "the clone is partial: fetch what is missing, with `git fetch --refetch --filter=tree:0 origin {revision}` or a full clone"
                )
            }
            RevisionError::NoManifest { .. } => "leave `--since` out: all of the workspace is new".to_owned(),
            RevisionError::Folder(_) => {
                "check that the folder for temporary files may be written to".to_owned()
            }
            RevisionError::Workspace(_) => {
                "`--since` needs a revision whose workspace cargo can read".to_owned()
            }
        }
    }
}

/// Loads a workspace as it was at a revision.
///
/// # Errors
/// Where git or cargo do not know it.
pub fn load_revision(root: &Path, revision: &str) -> Result<Revision, RevisionError> {
    let prefix = told(root, &["rev-parse", "--show-prefix"])?;
    let commit = commit(root, revision)?;
    let folder = tempfile::Builder::new().prefix("modcheck-").tempdir().map_err(RevisionError::Folder)?;
    lay_out(root, &commit, revision, folder.path())?;
    let manifest = folder.path().join(&prefix).join("Cargo.toml");
    if !manifest.is_file() {
        let manifest = format!("{prefix}Cargo.toml");
        return Err(RevisionError::NoManifest { revision: revision.to_owned(), manifest });
    }
    let options = LoadOptions { manifest_path: Some(manifest), offline: true, locked: false };
    let source = load_from(&options, Some(root)).map_err(RevisionError::Workspace)?;
    Ok(Revision { source, commit, _folder: folder })
}

/// The full name of a commit.
fn commit(root: &Path, revision: &str) -> Result<String, RevisionError> {
    let named = format!("{revision}^{{commit}}");
    let args = ["rev-parse", "--verify", "--quiet", "--end-of-options", &named];
    let output = git::output(root, &args).map_err(RevisionError::NoGit)?;
    if output.status.success() {
        // git repeats the option's name before the answer.
        let text = String::from_utf8_lossy(&output.stdout);
        if let Some(commit) = text.lines().last().filter(|line| !line.is_empty()) {
            return Ok(commit.to_owned());
        }
    }
    let shallow = told(root, &["rev-parse", "--is-shallow-repository"])? == "true";
    Err(RevisionError::NoCommit { revision: revision.to_owned(), shallow })
}

/// A file of a commit.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    object: String,
    path: String,
    symlink: bool,
}

/// Writes the files of a commit that some stage reads into a folder.
fn lay_out(root: &Path, commit: &str, revision: &str, folder: &Path) -> Result<(), RevisionError> {
    let args = ["ls-tree", "-r", "-z", "--full-tree", commit];
    let listed = git::output(root, &args).map_err(RevisionError::NoGit)?;
    if !listed.status.success() {
        return Err(RevisionError::MissingObjects(revision.to_owned()));
    }
    let mut entries = entries(&String::from_utf8_lossy(&listed.stdout));
    // Links come last, so that no file is written through one.
    entries.sort_by(|a, b| (a.symlink, &a.path).cmp(&(b.symlink, &b.path)));
    let names: String = entries.iter().map(|entry| format!("{}\n", entry.object)).collect();
    let mut objects = git::git(root);
    objects.args(["cat-file", "--batch"]);
    let written = |answers: &mut dyn BufRead| {
        entries.iter().try_for_each(|entry| {
            let content = git::object(answers, "blob")
                .ok_or_else(|| RevisionError::MissingObjects(revision.to_owned()))?;
            write(folder, entry, &content).map_err(RevisionError::Folder)
        })
    };
    git::ask(objects, &names, written).map_err(RevisionError::NoGit)?.0
}

/// The files among what `git ls-tree -z` lists that some stage reads; all links, which may lead to such files.
fn entries(listed: &str) -> Vec<Entry> {
    let entry = |line: &str| {
        let (about, path) = line.split_once('\t')?;
        let mut about = about.split(' ');
        let (mode, kind, object) = (about.next()?, about.next()?, about.next()?);
        let symlink = mode == SYMLINK;
        let extension = Path::new(path).extension().and_then(|extension| extension.to_str());
        let is_read = symlink || extension.is_some_and(|extension| READ.contains(&extension));
        (kind == "blob" && is_read && is_harmless(path)).then(|| Entry {
            object: object.to_owned(),
            path: path.to_owned(),
            symlink,
        })
    };
    listed.split('\0').filter_map(entry).collect()
}

/// Whether a path stays in the folder that it is relative to, and names nothing that decides what a program does.
fn is_harmless(path: &str) -> bool {
    let is_plain = |part: Component| matches!(part, Component::Normal(name) if !LEFT_OUT.iter().any(|left_out| name.eq_ignore_ascii_case(left_out)));
    Path::new(path).components().all(is_plain)
}

fn write(folder: &Path, entry: &Entry, content: &[u8]) -> io::Result<()> {
    let path = folder.join(&entry.path);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    if entry.symlink {
        return link(entry, content, &path);
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(&path)?;
    file.write_all(content)
}

/// Makes a link that stays in the folder; others lead nowhere, as they do in the workspace.
fn link(entry: &Entry, content: &[u8], path: &Path) -> io::Result<()> {
    let Ok(target) = std::str::from_utf8(content) else { return Ok(()) };
    match stays_inside(&entry.path, target) {
        #[cfg(unix)]
        true => std::os::unix::fs::symlink(target, path),
        _ => Ok(()),
    }
}

/// Whether what a link names lies in the folder that the link's path is relative to.
fn stays_inside(path: &str, target: &str) -> bool {
    let mut inside = PathBuf::from(path);
    inside.pop();
    Path::new(target).components().all(|part| match part {
        Component::Normal(name) => {
            inside.push(name);
            true
        }
        Component::CurDir => true,
        Component::ParentDir => inside.pop(),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_read_and_does_no_harm_is_taken() {
        let line = |mode: &str, kind: &str, path: &str| format!("{mode} {kind} abc\t{path}\0");
        let listed = [
            line("100644", "blob", "src/lib.rs"),
            line("100755", "blob", "m/up.sql"),
            line("120000", "blob", "shared"),
            line("160000", "commit", "vendored.rs"),
            line("100644", "blob", "logo.png"),
            line("100644", "blob", ".cargo/config.toml"),
            line("100644", "blob", "a/Rust-Toolchain.toml"),
            line("100644", "blob", "../x.rs"),
            line("100644", "blob", "/etc/x.rs"),
            line("100644", "blob", "a/.GIT/x.rs"),
        ];
        let taken: Vec<String> = entries(&listed.concat()).into_iter().map(|entry| entry.path).collect();
        assert_eq!(taken, ["src/lib.rs", "m/up.sql", "shared"]);
    }

    #[test]
    fn a_link_may_not_lead_out() {
        for (path, target, inside) in [
            ("a/b/link", "../c", true),
            ("link", "a/./b", true),
            ("a/link", "../../c", false),
            ("a/link", "/etc", false),
            ("a/link", "../../a/c", false),
        ] {
            assert_eq!(stays_inside(path, target), inside, "{path} -> {target}");
        }
    }
}
