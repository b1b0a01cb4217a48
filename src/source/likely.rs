//! Which files a workspace is likely to have, before cargo says so.

use super::walk;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The `.rs` files below the folder of a manifest, whichever package they belong to; no folder is entered once it `is_over`.
pub fn likely_files(manifest: &Path, is_over: &(dyn Fn() -> bool + Sync)) -> Vec<PathBuf> {
    let folder = manifest.parent().unwrap_or(Path::new("."));
    let holds_code =
        |folder: &walk::Folder| !folder.holds("CACHEDIR.TAG") && !folder.path.ends_with("target");
    let enters = |folder: &walk::Folder| !is_over() && holds_code(folder);
    walk::files(folder, "rs", &enters)
}

/// The text of one of them.
pub fn read_likely(path: &PathBuf) -> Option<Arc<str>> {
    #[expect(clippy::disallowed_methods, reason = "found by walking, without following a symlink")]
    std::fs::read_to_string(path).ok().map(Arc::from)
}
