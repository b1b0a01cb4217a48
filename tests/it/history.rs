//! What git says of a workspace's past and of its owners, with repositories made here.
#![cfg(unix)]

use crate::cli::Workspace;
use modcheck::source::{HISTORY_DAYS, History, HistoryError, codeowners, head, history};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

/// Some day; days of commits are counted from it.
const START: i64 = 1_600_000_000;

struct Repository {
    files: Workspace,
}

fn git(dir: &Path, day: i64, author: &str, args: &[&str]) -> Output {
    let (name, address) = author.split_once('|').unwrap();
    let date = format!("{} +0100", START + day * 86_400);
    let mut git = Command::new("git");
    git.arg("-C").arg(dir).args(["-c", "init.defaultBranch=main"]).args(args);
    git.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    for who in ["AUTHOR", "COMMITTER"] {
        git.env(format!("GIT_{who}_NAME"), name).env(format!("GIT_{who}_EMAIL"), address);
        git.env(format!("GIT_{who}_DATE"), &date);
    }
    git.output().unwrap()
}

impl Repository {
    fn new() -> Repository {
        let repository = Repository { files: Workspace::new("") };
        repository.git(0, "A|a@x", &["init", "-q"]);
        repository
    }

    fn root(&self) -> &Path {
        self.files.dir.path()
    }

    #[track_caller]
    fn git(&self, day: i64, author: &str, args: &[&str]) -> String {
        let output = git(self.root(), day, author, args);
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Commits files whose text is the day.
    #[track_caller]
    fn commit(&self, day: i64, author: &str, files: &[&str]) -> String {
        for file in files {
            self.files.write(file, format!("{day}\n"));
        }
        self.git(day, author, &["add", "-A"]);
        self.git(day, author, &["commit", "-q", "--allow-empty", "-m", "change\n\n//1 b@x\nfake"]);
        self.git(0, "A|a@x", &["rev-parse", "HEAD"])
    }

    #[track_caller]
    fn setting(&self, key: &str, value: &str) {
        self.git(0, "A|a@x", &["config", key, value]);
    }
}

/// Each commit as `author day files`.
fn rows(history: &History) -> Vec<String> {
    let row = |commit: &modcheck::source::Commit| {
        format!("{} {} {}", commit.author, (commit.time - START) / 86_400, commit.files.join("|"))
    };
    history.commits.iter().map(row).collect()
}

#[test]
fn a_year_of_changes_is_told() {
    let repository = Repository::new();
    repository.commit(-1, "Ann|ann@x", &["src/old.rs"]);
    repository.commit(0, "Ann|ann@x", &["src/first.rs"]);
    repository.commit(10, "Bob|bob@x", &["src/b.rs", "src/a.rs"]);
    repository.git(11, "Ann|ann@x", &["checkout", "-q", "-b", "side"]);
    repository.commit(20, "Ann Other|ANN@x", &["src/side.rs"]);
    repository.git(21, "Ann|ann@x", &["checkout", "-q", "main"]);
    repository.commit(30, "Robert|bob@home", &["src/a.rs"]);
    repository.git(40, "Ann|ann@x", &["merge", "-q", "--no-ff", "-m", "merge", "side"]);
    fs::rename(repository.root().join("src/b.rs"), repository.root().join("src/c.rs")).unwrap();
    repository.commit(50, "Bob|bob@x", &[]);
    repository.commit(60, "Nobody|n@x", &[]);
    let last = repository.commit(HISTORY_DAYS, "Cleo|cleo@x", &["README.md"]);

    let told = history(repository.root()).unwrap();
    assert_eq!((&told.head, told.head_time), (&last, START + HISTORY_DAYS * 86_400));
    assert!(!told.cut_off);
    let days = [
        "0 365 README.md",
        "1 50 src/b.rs|src/c.rs",
        "2 30 src/a.rs",
        "3 20 src/side.rs",
        "1 10 src/a.rs|src/b.rs",
        "3 0 src/first.rs",
    ];
    assert_eq!(rows(&told), days);
    assert_eq!(head(repository.root()).unwrap(), last);

    // Who is who, `.mailmap` of the commit says, and no other.
    let mailmap = "Bob <bob@x> <bob@home>\n";
    repository.files.write(".mailmap", mailmap);
    repository.files.write("elsewhere", "Ann <ann@x> <cleo@x>\n");
    repository.setting("mailmap.file", repository.root().join("elsewhere").to_str().unwrap());
    assert_eq!(rows(&history(repository.root()).unwrap()), days);
    fs::remove_file(repository.root().join("elsewhere")).unwrap();
    repository.commit(HISTORY_DAYS, "Cleo|cleo@x", &[]);
    fs::remove_file(repository.root().join(".mailmap")).unwrap();
    assert_eq!(
        rows(&history(repository.root()).unwrap()),
        [
            "0 365 .mailmap",
            "0 365 README.md",
            "1 50 src/b.rs|src/c.rs",
            "1 30 src/a.rs",
            "2 20 src/side.rs",
            "1 10 src/a.rs|src/b.rs",
            "2 0 src/first.rs",
        ]
    );

    // A work tree of its own says the same.
    let dir = tempfile::tempdir().unwrap();
    let tree = dir.path().join("tree");
    repository.git(0, "A|a@x", &["worktree", "add", "-q", "--detach", tree.to_str().unwrap()]);
    assert_eq!(history(&tree).unwrap(), history(repository.root()).unwrap());
}

#[test]
fn a_workspace_in_a_folder_sees_its_own_files() {
    let repository = Repository::new();
    let odd = "back [end]/*/ü\n";
    let (inside, spaces) = (format!("{odd}/src/a b.rs"), format!("{odd}/\n/9 b@x\nö"));
    repository.commit(1, "Ann|ann@x", &[&inside, "README.md"]);
    repository.commit(2, "Bob|bob@x", &["back [end]/x/src/b.rs", "src/a.rs"]);
    let bytes = repository.root().join(odd).join(std::ffi::OsStr::from_bytes(b"\xff.rs"));
    fs::write(bytes, "").unwrap();
    repository.commit(3, "Cleo|cleo@x", &[]);
    repository.commit(4, "Cleo|cleo@x", &[&spaces]);
    let folder = repository.root().join(odd);
    assert_eq!(rows(&history(&folder).unwrap()), ["0 4 \n/9 b@x\nö", "1 1 src/a b.rs"]);
    assert_eq!(history(repository.root()).unwrap().commits.len(), 3);

    repository.files.write("docs/CODEOWNERS", "* @all\n/back*/*/*/src/ @back\n");
    assert!(codeowners(&folder).unwrap().is_none(), "only what is committed counts");
    repository.commit(5, "Cleo|cleo@x", &[]);
    let owners = codeowners(&folder).unwrap().unwrap();
    assert_eq!(owners.path(), "docs/CODEOWNERS");
    assert_eq!((owners.owners("src/a.rs"), owners.owners("a.rs")), (vec!["@back"], vec!["@all"]));
    // A link leads nowhere.
    fs::create_dir(repository.root().join(".github")).unwrap();
    std::os::unix::fs::symlink("../README.md", repository.root().join(".github/CODEOWNERS")).unwrap();
    repository.files.write("CODEOWNERS", "* @root\n");
    repository.commit(6, "Cleo|cleo@x", &[]);
    assert_eq!(codeowners(&folder).unwrap().unwrap().owners("a"), ["@root"]);
}

#[test]
fn a_shallow_clone_says_whether_something_is_missing() {
    let repository = Repository::new();
    repository.commit(0, "Ann|ann@x", &["a", "b"]);
    repository.commit(400, "Bob|bob@x", &["a"]);
    repository.git(401, "Ann|ann@x", &["checkout", "-q", "-b", "side", "HEAD~1"]);
    repository.commit(402, "Cleo|cleo@x", &["side"]);
    repository.git(403, "Ann|ann@x", &["checkout", "-q", "main"]);
    repository.git(403, "Ann|ann@x", &["merge", "-q", "--no-ff", "-m", "merge", "side"]);
    repository.commit(404, "Ann|ann@x", &["c"]);
    repository.commit(405, "Ann|ann@x", &["c"]);
    let url = format!("file://{}", repository.root().display());
    let dir = tempfile::tempdir().unwrap();
    let cloned = |name: &str, args: &[&str]| {
        let clone = dir.path().join(name);
        let path = clone.to_str().unwrap();
        let output = git(repository.root(), 0, "A|a@x", &[&["clone", "-q"], args, &[&url, path]].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let told = history(&clone).unwrap();
        (told.cut_off, rows(&told).join(", "))
    };
    let all = "0 405 c, 0 404 c, 1 402 side, 2 400 a";
    assert_eq!(cloned("all", &[]), (false, all.to_owned()));
    // A commit at the border would seem to bring all files; a merge there seems to be none.
    assert_eq!(cloned("1", &["--depth=1"]), (true, String::new()));
    assert_eq!(cloned("2", &["--depth=2"]), (true, "0 405 c".to_owned()));
    assert_eq!(cloned("3", &["--depth=3"]), (true, "0 405 c, 0 404 c".to_owned()));
    assert_eq!(cloned("4", &["--depth=4"]), (true, "0 405 c, 0 404 c".to_owned()));
    // Nothing of the year is missing.
    assert_eq!(cloned("5", &["--depth=5"]), (false, all.to_owned()));
    // Contents are not needed.
    repository.setting("uploadpack.allowFilter", "true");
    assert_eq!(cloned("blobs", &["--filter=blob:none", "--no-checkout"]), (false, all.to_owned()));
}

#[test]
fn where_there_is_nothing_to_know_it_is_said_why() {
    #[track_caller]
    fn fails(root: &Path, wanted: &str) {
        let errors = [head(root).err(), history(root).err(), codeowners(root).err()];
        for error in errors {
            assert_eq!(error.map(|error| error.to_string()).as_deref(), Some(wanted));
        }
    }
    let none = tempfile::tempdir().unwrap();
    fails(
        none.path(),
        "git could not read the repository: not a git repository (or any of the parent directories): .git",
    );
    let repository = Repository::new();
    fails(repository.root(), "the repository has no commit yet");
    repository.setting("core.repositoryFormatVersion", "99");
    let error = history(repository.root()).unwrap_err();
    assert!(matches!(&error, HistoryError::Repository(words) if words.lines().count() == 1), "{error}");
}

/// Nothing that the repository brings along is run, and what is missing is not fetched.
#[test]
fn hostile_repositories_are_only_read() {
    let repository = Repository::new();
    repository.files.write(".gitattributes", "* diff=evil filter=evil\n");
    repository.commit(1, "Ann|ann@x", &["a.rs"]);
    repository.files.write("CODEOWNERS", "* @a\n");
    let tree = format!("{}^{{tree}}", repository.commit(2, "Ann|ann@x", &["a.rs"]));
    let mark = repository.root().join(".git/mark");
    let script = repository.root().join(".git/evil");
    fs::write(&script, format!("#!/bin/sh\necho \"$0 $*\" >> '{}'\n", mark.display())).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let script = script.to_str().unwrap();
    // A commit with a signature, which is looked at where somebody asks for it.
    let commit = repository.git(0, "A|a@x", &["cat-file", "commit", "HEAD"]);
    let signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n";
    repository.files.write(".git/signed", commit.replacen("\n\n", &format!("\n{signature}"), 1));
    let signed = repository.git(0, "A|a@x", &["hash-object", "-t", "commit", "-w", ".git/signed"]);
    repository.git(0, "A|a@x", &["update-ref", "HEAD", &signed]);
    for key in [
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "core.editor",
        "core.askPass",
        "core.alternateRefsCommand",
        "diff.external",
        "diff.evil.command",
        "diff.evil.textconv",
        "filter.evil.clean",
        "filter.evil.smudge",
        "gpg.program",
        "pager.rev-list",
        "pager.diff-tree",
        "pager.cat-file",
    ] {
        repository.setting(key, script);
    }
    for command in ["rev-parse", "rev-list", "diff-tree", "ls-tree", "cat-file", "log"] {
        repository.setting(&format!("alias.{command}"), &format!("!{script}"));
    }
    for (key, value) in [
        ("log.showSignature", "true"),
        ("log.showRoot", "false"),
        ("diff.relative", "true"),
        ("diff.renames", "copies"),
        ("diff.orderFile", "/none"),
        ("diff.noPrefix", "true"),
        ("color.ui", "always"),
        ("i18n.logOutputEncoding", "UTF-16"),
        ("format.pretty", "%H"),
        ("mailmap.blob", "HEAD:a.rs"),
        ("notes.displayRef", "*"),
    ] {
        repository.setting(key, value);
    }
    let told = history(repository.root()).unwrap();
    assert_eq!(rows(&told), ["0 2 CODEOWNERS|a.rs", "0 1 .gitattributes|a.rs"]);
    assert_eq!((told.head, told.cut_off), (signed, false));
    assert_eq!(codeowners(repository.root()).unwrap().unwrap().owners("a.rs"), ["@a"]);
    assert!(!mark.exists(), "{}", fs::read_to_string(&mark).unwrap());
    // git itself would have.
    let plain = ["-c", "i18n.logOutputEncoding=UTF-8", "show", "-O/dev/null"];
    git(repository.root(), 0, "A|a@x", &plain);
    let run = fs::read_to_string(&mark).expect("nothing was there to be run");
    assert!(run.contains("--verify"), "no signature was looked at: {run}");
    fs::remove_file(&mark).unwrap();

    // What is missing would be fetched, by a program that the configuration names.
    for (key, value) in [
        ("core.repositoryFormatVersion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.url", &format!("ext::{script}")),
        ("remote.origin.promisor", "true"),
        ("remote.origin.uploadpack", script),
        ("protocol.allow", "always"),
        ("protocol.ext.allow", "always"),
        ("protocol.file.allow", "always"),
    ] {
        repository.setting(key, value);
    }
    let remove = |revision: &str| {
        let object = repository.git(0, "A|a@x", &["rev-parse", revision]);
        fs::remove_file(repository.root().join(".git/objects").join(&object[..2]).join(&object[2..]))
            .unwrap();
    };
    remove("HEAD:CODEOWNERS");
    let told = history(repository.root()).unwrap();
    assert_eq!(told.commits.len(), 2, "contents are not needed");
    assert!(matches!(codeowners(repository.root()), Err(HistoryError::MissingObjects)));
    remove(&tree);
    assert!(matches!(history(repository.root()), Err(HistoryError::MissingObjects)));
    assert!(matches!(codeowners(repository.root()), Err(HistoryError::MissingObjects)));
    let signed = head(repository.root()).unwrap();
    remove(&signed);
    assert_eq!(head(repository.root()).unwrap(), signed);
    assert!(matches!(history(repository.root()), Err(HistoryError::MissingObjects)));
    assert!(!mark.exists(), "{}", fs::read_to_string(&mark).unwrap());
    git(repository.root(), 0, "A|a@x", &["cat-file", "-p", &tree]);
    assert!(mark.exists(), "nothing was there to be run");
}
