//! Where a workspace lies in its repository: reviews show files by their path in it.

use std::path::Path;

/// The path from the root of the repository that holds a folder to the folder, with `/` and one at its end. Empty where it
/// is the root, or where there is no repository.
pub fn folder_in_repository(folder: &Path) -> String {
    let Ok(folder) = folder.canonicalize() else { return String::new() };
    // A worktree and a submodule have a file of that name.
    let Some(root) = folder.ancestors().find(|parent| parent.join(".git").exists()) else {
        return String::new();
    };
    let inside = folder.strip_prefix(root).unwrap_or(Path::new(""));
    inside.iter().map(|part| format!("{}/", part.to_string_lossy())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_innermost_repository_counts() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("outer/inner/backend/core");
        fs::create_dir_all(&folder).unwrap();
        fs::create_dir(dir.path().join("outer/.git")).unwrap();
        assert_eq!(folder_in_repository(&folder), "inner/backend/core/");
        // A worktree.
        fs::write(dir.path().join("outer/inner/.git"), "gitdir: elsewhere").unwrap();
        assert_eq!(folder_in_repository(&folder), "backend/core/");
        assert_eq!(folder_in_repository(&dir.path().join("outer/inner")), "");
        assert_eq!(folder_in_repository(&dir.path().join("none")), "");
    }
}
