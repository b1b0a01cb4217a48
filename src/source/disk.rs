//! A tree on disk. (stub)
/// Files below a workspace root.
pub struct DiskTree;
