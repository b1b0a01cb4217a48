//! The files of a workspace on disk.
//!
//! The text of a checked workspace is not trusted: nothing outside its root is read, symlinks are resolved before that
//! is decided, and what is no regular file (a pipe, a device) is not opened.

use super::walk::{self, Folder};
use super::{ReadError, Tree};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::cell::RefCell;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, OnceLock};
use xxhash_rust::xxh3::xxh3_128;

thread_local! {
    /// The file that is hashed.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Files below a workspace root.
#[derive(Debug)]
pub struct DiskTree {
    /// The root, symlinks resolved.
    root: PathBuf,
    /// The packages' folders, relative to the root; empty for the root itself.
    packages: Vec<String>,
    /// Cargo's build folder.
    target_dir: Option<PathBuf>,
    /// Files found by walking, without following a symlink: they lie inside the root and are regular.
    walked: OnceLock<FxHashSet<String>>,
}

impl DiskTree {
    /// A tree below `root`. `packages` are the members' folders relative to it, `target_dir` is cargo's build folder.
    pub fn new(root: &Path, packages: Vec<String>, target_dir: Option<PathBuf>) -> io::Result<DiskTree> {
        let target_dir = target_dir.map(|dir| dir.canonicalize().unwrap_or(dir));
        Ok(DiskTree { root: root.canonicalize()?, packages, target_dir, walked: OnceLock::new() })
    }

    /// The `.rs` files of one package, relative to the root.
    fn package_files(&self, folder: &Path) -> Vec<String> {
        self.relative_paths(walk::files(folder, "rs", &|folder| self.belongs_to_package(folder)))
    }

    fn relative_paths(&self, paths: Vec<PathBuf>) -> Vec<String> {
        paths.into_iter().filter_map(|path| relative(&self.root, &path)).collect()
    }

    /// Whether a folder below a package's folder belongs to that package. One with a `Cargo.toml` does not: it is either
    /// a member and walked on its own, or a foreign package, such as a fixture.
    fn belongs_to_package(&self, folder: &Folder) -> bool {
        !self.is_built(folder) && !folder.holds("Cargo.toml")
    }

    /// Whether a folder holds what a build or a package manager put there.
    fn is_built(&self, folder: &Folder) -> bool {
        self.target_dir.as_deref() == Some(folder.path) || folder.holds("CACHEDIR.TAG")
    }

    /// Whether the search for SQL goes into a folder: those of members, and those that belong to no package.
    fn may_hold_sql(&self, folder: &Folder) -> bool {
        let is_foreign = || {
            folder.holds("Cargo.toml")
                && relative(&self.root, folder.path).is_none_or(|path| !self.packages.contains(&path))
        };
        !self.is_built(folder) && !folder.path.ends_with("node_modules") && !is_foreign()
    }
}

impl Tree for DiskTree {
    fn read(&self, path: &str) -> Result<Arc<str>, ReadError> {
        if self.walked.get().is_some_and(|walked| walked.contains(path)) {
            return read_text(&self.root.join(path));
        }
        if leads_outside(Path::new(path)) {
            return Err(ReadError::Outside);
        }
        let path = self.root.join(path).canonicalize().map_err(read_error)?;
        if !path.starts_with(&self.root) {
            return Err(ReadError::Outside);
        }
        if !fs::metadata(&path).map_err(read_error)?.is_file() {
            return Err(ReadError::Io("not a regular file".to_owned()));
        }
        read_text(&path)
    }

    fn digest(&self, path: &str) -> Result<u128, ReadError> {
        if !self.walked.get().is_some_and(|walked| walked.contains(path)) {
            return self.read(path).map(|text| xxh3_128(text.as_bytes()));
        }
        BUFFER.with_borrow_mut(|buffer| {
            buffer.clear();
            #[expect(clippy::disallowed_methods, reason = "this is where the workspace is read")]
            let file = fs::File::open(self.root.join(path));
            file.and_then(|mut file| file.read_to_end(buffer)).map_err(read_error)?;
            str::from_utf8(buffer).map(|text| xxh3_128(text.as_bytes())).map_err(|_| ReadError::NotUtf8)
        })
    }

    fn rust_files(&self) -> Vec<String> {
        let of_package = |package: &String| {
            let folder = self.root.join(package).canonicalize().ok()?;
            folder.starts_with(&self.root).then(|| self.package_files(&folder))
        };
        let mut files: Vec<String> = self.packages.par_iter().filter_map(of_package).flatten_iter().collect();
        files.par_sort_unstable();
        files.dedup();
        let _ = self.walked.set(files.iter().cloned().collect());
        files
    }

    fn sql_files(&self) -> Vec<String> {
        let files = walk::files(&self.root, "sql", &|folder| self.may_hold_sql(folder));
        let mut files = self.relative_paths(files);
        files.sort();
        files
    }
}

/// The text of a file whose path has been checked.
fn read_text(path: &Path) -> Result<Arc<str>, ReadError> {
    #[expect(clippy::disallowed_methods, reason = "this is where the workspace is read")]
    let bytes = fs::read(path).map_err(read_error)?;
    String::from_utf8(bytes).map(Arc::from).map_err(|_| ReadError::NotUtf8)
}

/// A path relative to `root` with `/`; `None` if it lies elsewhere or is not UTF-8.
fn relative(root: &Path, path: &Path) -> Option<String> {
    let segments: Option<Vec<&str>> = path.strip_prefix(root).ok()?.iter().map(|s| s.to_str()).collect();
    Some(segments?.join("/"))
}

/// Whether a path, taken literally, leaves the folder that it is relative to.
fn leads_outside(path: &Path) -> bool {
    let mut depth = 0_i32;
    for component in path.components() {
        match component {
            Component::Normal(_) => depth += 1,
            Component::ParentDir => depth -= 1,
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return true,
        }
        if depth < 0 {
            return true;
        }
    }
    false
}

fn read_error(error: io::Error) -> ReadError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ReadError::NotFound,
        _ => ReadError::Io(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A workspace with a package at its root and one in `crates/a`; files by path, all with the path as text.
    fn workspace(files: &[&str]) -> (tempfile::TempDir, DiskTree) {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("ws");
        for file in files {
            let path = root.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        let packages = vec![String::new(), "crates/a".to_owned()];
        let tree = DiskTree::new(&root, packages, Some(root.join("out"))).unwrap();
        (dir, tree)
    }

    #[test]
    fn lists_the_rust_files_of_every_package_once() {
        let (_dir, tree) = workspace(&[
            "Cargo.toml",
            "src/lib.rs",
            "src/notes.md",
            "build.rs",
            ".hidden/x.rs",
            "out/debug/build/x.rs",
            "cache/CACHEDIR.TAG",
            "cache/x.rs",
            "crates/a/Cargo.toml",
            "crates/a/src/lib.rs",
            "crates/a/fixtures/foreign/Cargo.toml",
            "crates/a/fixtures/foreign/src/lib.rs",
            "crates/a/fixtures/plain.rs",
        ]);
        assert_eq!(
            tree.rust_files(),
            ["build.rs", "crates/a/fixtures/plain.rs", "crates/a/src/lib.rs", "src/lib.rs"]
        );
    }

    #[test]
    fn lists_sql_beside_and_inside_the_members() {
        let (_dir, tree) = workspace(&[
            "Cargo.toml",
            "migrations/2_b/up.sql",
            "migrations/1_a/up.sql",
            "crates/a/Cargo.toml",
            "crates/a/src/query.sql",
            "crates/a/fixtures/foreign/Cargo.toml",
            "crates/a/fixtures/foreign/schema.sql",
            "crates/gone/Cargo.toml",
            "crates/gone/schema.sql",
            ".hidden/x.sql",
            "out/x.sql",
            "cache/CACHEDIR.TAG",
            "cache/x.sql",
            "web/node_modules/x/x.sql",
        ]);
        assert_eq!(
            tree.sql_files(),
            ["crates/a/src/query.sql", "migrations/1_a/up.sql", "migrations/2_b/up.sql"]
        );
    }

    #[test]
    fn reads_only_text_inside_the_root() {
        let (dir, tree) = workspace(&["src/lib.rs"]);
        fs::write(dir.path().join("secret.rs"), "secret").unwrap();
        fs::write(dir.path().join("ws/src/binary.rs"), b"\xff\xfe").unwrap();

        assert_eq!(tree.read("src/lib.rs").as_deref(), Ok("src/lib.rs"));
        assert_eq!(tree.read("src/../src/lib.rs").as_deref(), Ok("src/lib.rs"));
        assert_eq!(tree.read("src/none.rs"), Err(ReadError::NotFound));
        assert_eq!(tree.read("src/lib.rs/none.rs"), Err(ReadError::NotFound));
        assert_eq!(tree.read("src/binary.rs"), Err(ReadError::NotUtf8));
        assert_eq!(tree.read("../secret.rs"), Err(ReadError::Outside));
        assert_eq!(tree.read("../nothing.rs"), Err(ReadError::Outside));
        assert_eq!(tree.read("/etc/passwd"), Err(ReadError::Outside));
        assert!(matches!(tree.read("src"), Err(ReadError::Io(_))));
        assert!(matches!(tree.read("a\0b"), Err(ReadError::Io(_))));
    }

    #[cfg(unix)]
    #[test]
    fn symlinks_are_resolved_before_reading_and_not_walked() {
        use std::os::unix::fs::symlink;
        let (dir, tree) = workspace(&["src/lib.rs"]);
        let root = dir.path().join("ws");
        fs::write(dir.path().join("secret.rs"), "secret").unwrap();
        symlink(dir.path().join("secret.rs"), root.join("src/out.rs")).unwrap();
        symlink(dir.path(), root.join("src/up")).unwrap();
        symlink(root.join("src"), root.join("src/round")).unwrap();
        symlink(root.join("src/lib.rs"), root.join("src/alias.rs")).unwrap();
        symlink("self.rs", root.join("src/self.rs")).unwrap();

        assert_eq!(tree.read("src/out.rs"), Err(ReadError::Outside));
        assert_eq!(tree.read("src/up/secret.rs"), Err(ReadError::Outside));
        assert_eq!(tree.read("src/alias.rs").as_deref(), Ok("src/lib.rs"));
        assert!(matches!(tree.read("src/self.rs"), Err(ReadError::Io(_))));
        assert_eq!(tree.rust_files(), ["src/lib.rs"]);
    }

    #[cfg(unix)]
    #[test]
    fn symlinks_to_sql_are_not_followed() {
        use std::os::unix::fs::symlink;
        let (dir, tree) = workspace(&["migrations/1.sql"]);
        let root = dir.path().join("ws");
        fs::write(dir.path().join("secret.sql"), "secret").unwrap();
        symlink(dir.path().join("secret.sql"), root.join("migrations/2.sql")).unwrap();
        symlink(root.join("migrations"), root.join("round")).unwrap();
        assert_eq!(tree.sql_files(), ["migrations/1.sql"]);
    }
}
