//! Tells the tool its own version, down to its sources: results kept by another one are of no use to it.

#![expect(clippy::disallowed_methods, reason = "a program of its own, which reads its own sources")]

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rerun-if-changed=Cargo.toml");
    println!("cargo::rerun-if-changed=Cargo.lock");
    let mut hasher = DefaultHasher::new();
    env::var("CARGO_PKG_VERSION").unwrap_or_default().hash(&mut hasher);
    for file in ["Cargo.toml", "Cargo.lock"] {
        fs::read(file).unwrap_or_default().hash(&mut hasher);
    }
    for file in files(Path::new("src"))? {
        file.hash(&mut hasher);
        fs::read(&file)?.hash(&mut hasher);
    }
    println!("cargo::rustc-env=MODCHECK_SOURCES={:016x}", hasher.finish());
    Ok(())
}

/// The files below a folder, in order.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { out.extend(files(&path)?) } else { out.push(path) }
    }
    out.sort();
    Ok(out)
}
