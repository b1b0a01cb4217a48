//! Workspaces on disk, read through the cargo that runs the tests.

use super::*;
use expect_test::{Expect, expect};
use std::fmt::Write as _;
use std::fs;

/// Writes files given as one string (`//- /path`) into a fresh folder.
fn write(files: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for part in files.split("//- /").skip(1) {
        let (path, text) = part.split_once('\n').unwrap();
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

fn load_at(dir: &Path, offline: bool) -> Result<Source, LoadError> {
    load(&LoadOptions { manifest_path: Some(dir.join("Cargo.toml")), offline, locked: offline })
}

#[track_caller]
fn check(files: &str, expected: Expect) {
    let dir = write(files);
    let source = load_at(dir.path(), true).unwrap();
    let mut out = String::new();
    for package in &source.packages {
        writeln!(out, "{} {}", package.name, package.manifest).unwrap();
        for t in &package.targets {
            writeln!(out, "  {} {} {} {}", t.kind.as_str(), t.name, t.root, t.edition).unwrap();
        }
        for d in &package.dependencies {
            let member = d.member.map(|m| source.packages[m].name.as_str());
            writeln!(
                out,
                "  {}:{} {:?} {} = {} member {member:?}",
                d.line, d.column, d.kind, d.ident, d.package
            )
            .unwrap();
        }
    }
    expected.assert_eq(&out);
}

#[test]
fn targets_and_dependencies() {
    check(
        r#"
//- /Cargo.toml
[workspace]
members = ["crates/*"]
resolver = "2"
//- /crates/shop/Cargo.toml
[package]
name = "the-shop"
version = "0.1.0"
edition = "2021"
[lib]
name = "shop"
[dependencies]
serde = "1"
inner-core = { path = "../core" }
ledger = { path = "../core", package = "inner-core", optional = true }
[target.'cfg(unix)'.dependencies]
serde = { version = "1", features = ["derive"] }
[dev-dependencies]
the-macros = { path = "../macros" }
[build-dependencies]
cc = { git = "https://example.invalid/cc" }
//- /crates/shop/build.rs
fn main() {}
//- /crates/shop/src/lib.rs
//- /crates/shop/src/bin/run-it.rs
fn main() {}
//- /crates/shop/tests/buying.rs
//- /crates/shop/examples/demo.rs
fn main() {}
//- /crates/shop/benches/speed.rs
fn main() {}
//- /crates/core/Cargo.toml
[package]
name = "inner-core"
version = "0.1.0"
edition = "2018"
[lib]
name = "kernel"
crate-type = ["cdylib", "rlib"]
//- /crates/core/src/lib.rs
//- /crates/macros/Cargo.toml
[package]
name = "the-macros"
version = "0.1.0"
[lib]
proc-macro = true
//- /crates/macros/src/lib.rs
"#,
        expect![[r#"
            inner-core crates/core/Cargo.toml
              lib kernel crates/core/src/lib.rs 2018
            the-macros crates/macros/Cargo.toml
              proc-macro the_macros crates/macros/src/lib.rs 2015
            the-shop crates/shop/Cargo.toml
              lib shop crates/shop/src/lib.rs 2021
              bin run_it crates/shop/src/bin/run-it.rs 2021
              example demo crates/shop/examples/demo.rs 2021
              test buying crates/shop/tests/buying.rs 2021
              bench speed crates/shop/benches/speed.rs 2021
              build build_script_build crates/shop/build.rs 2021
              8:1 Normal serde = serde member None
              9:1 Normal kernel = inner-core member Some("inner-core")
              10:1 Normal ledger = inner-core member Some("inner-core")
              12:1 Normal serde = serde member None
              14:1 Dev the_macros = the-macros member Some("the-macros")
              16:1 Build cc = cc member None
        "#]],
    );
}

#[test]
fn a_member_and_a_registry_package_of_the_same_name_are_told_apart() {
    check(
        r#"
//- /Cargo.toml
[workspace]
members = ["a", "serde"]
[package]
name = "root"
version = "0.1.0"
edition = "2024"
[dependencies]
serde = { path = "serde" }
//- /src/main.rs
fn main() {}
//- /a/Cargo.toml
[package]
name = "a"
version = "0.1.0"
[dependencies]
serde = "1"
//- /a/src/lib.rs
//- /serde/Cargo.toml
[package]
name = "serde"
version = "0.1.0"
//- /serde/src/lib.rs
"#,
        expect![[r#"
            a a/Cargo.toml
              lib a a/src/lib.rs 2015
              5:1 Normal serde = serde member None
            root Cargo.toml
              bin root src/main.rs 2024
              8:1 Normal serde = serde member Some("serde")
            serde serde/Cargo.toml
              lib serde serde/src/lib.rs 2015
        "#]],
    );
}

#[test]
fn a_broken_manifest_is_reported_in_the_words_of_cargo() {
    let dir = write("//- /Cargo.toml\n[package]\nname = 5\n");
    let error = load_at(dir.path(), false).err().unwrap().to_string();
    assert!(error.starts_with("cargo could not read the workspace\n"), "{error}");
    assert!(error.contains("name = 5"), "{error}");
}

#[test]
fn a_missing_manifest_is_named() {
    let dir = write("");
    let error = load_at(dir.path(), false).err().unwrap();
    assert_eq!(error.to_string(), format!("there is no file `{}`", dir.path().join("Cargo.toml").display()));
}
