//! Walks folders in parallel, each listed once. Symlinks are not followed.

use rayon::prelude::*;
use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

/// A folder below the one that a walk begins with.
pub(super) struct Folder<'a> {
    /// Its path.
    pub(super) path: &'a Path,
    names: &'a BTreeSet<OsString>,
}

impl Folder<'_> {
    /// Whether a file or folder of that name lies in it.
    pub(super) fn holds(&self, name: &str) -> bool {
        self.names.contains(OsStr::new(name))
    }
}

/// The files below a folder with an extension, in no order. Hidden folders and files are left out, and so is what lies in
/// folders that `enters` does not want; the first folder is always wanted. What cannot be listed counts as empty.
pub(super) fn files(
    folder: &Path,
    extension: &str,
    enters: &(dyn Fn(&Folder) -> bool + Sync),
) -> Vec<PathBuf> {
    walk(folder, extension, enters, true)
}

fn walk(
    path: &Path,
    extension: &str,
    enters: &(dyn Fn(&Folder) -> bool + Sync),
    first: bool,
) -> Vec<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "this is where folders are walked")]
    let Ok(entries) = fs::read_dir(path) else { return Vec::new() };
    let (mut names, mut folders, mut files) = (BTreeSet::new(), Vec::new(), Vec::new());
    for entry in entries.flatten() {
        let (name, kind) = (entry.file_name(), entry.file_type());
        if !name.as_encoded_bytes().starts_with(b".") {
            match kind {
                Ok(kind) if kind.is_dir() => folders.push(path.join(&name)),
                Ok(kind)
                    if kind.is_file() && Path::new(&name).extension().is_some_and(|e| e == extension) =>
                {
                    files.push(path.join(&name));
                }
                _ => {}
            }
        }
        names.insert(name);
    }
    if !first && !enters(&Folder { path, names: &names }) {
        return Vec::new();
    }
    let below = folders.par_iter().flat_map_iter(|folder| walk(folder, extension, enters, false));
    files.par_extend(below);
    files
}
