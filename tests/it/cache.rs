//! What earlier runs leave behind changes how long a run takes, and nothing else.

use crate::cli::{Run, run_in};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

const COMMANDS: [&[&str]; 3] = [
    &["check", "--format", "json"],
    &["graph", "--level", "source", "--format", "json"],
    &["data", "--format", "json"],
];

/// What happens to a file.
type Damage = fn(&[u8]) -> Vec<u8>;
/// Another layout of the same code.
type Layout<'a> = &'a dyn Fn(&str) -> String;

/// A copy of the demo, where files may change.
struct Shop(tempfile::TempDir);

impl Shop {
    fn new() -> Shop {
        let shop = Shop(tempfile::tempdir().unwrap());
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/shop"), shop.root());
        shop
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn check(&self, more: &[&str]) -> Run {
        run_in(self.root(), &[&["check", "--format", "json", "-v"], more].concat())
    }

    /// Every file that runs leave behind.
    fn left_behind(&self) -> Vec<PathBuf> {
        let folder = self.root().join("target/modcheck");
        let entries = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok);
        let files = entries.filter(|entry| entry.file_type().is_file());
        let mut files: Vec<PathBuf> = files.map(walkdir::DirEntry::into_path).collect();
        files.sort();
        files
    }

    fn change(&self, path: &str, change: impl Fn(&str) -> String) {
        let path = self.root().join(path);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, change(&text)).unwrap();
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_name() == "target" {
            continue;
        }
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A run that takes what an earlier one came to parses nothing.
fn is_taken_over(run: &Run) -> bool {
    !run.stderr.contains("parsing files")
}

#[track_caller]
fn assert_same(a: &Run, b: &Run) {
    assert_eq!((a.code, &a.stdout), (b.code, &b.stdout));
}

#[test]
fn a_run_with_a_cache_says_what_one_without_says() {
    let shop = Shop::new();
    for command in COMMANDS {
        let run = |more: &[&str]| run_in(shop.root(), &[command, more].concat());
        let plain = run(&["--no-cache"]);
        assert_same(&plain, &run(&[]));
        assert_same(&plain, &run(&[]));
        assert_same(&plain, &run(&["-j", "1"]));
    }
}

#[test]
fn nothing_is_written_or_read_without_a_cache() {
    let shop = Shop::new();
    shop.check(&["--no-cache"]);
    assert!(!shop.root().join("target").exists());
    shop.check(&[]);
    assert!(!is_taken_over(&shop.check(&["--no-cache"])));
}

#[test]
fn an_unchanged_workspace_is_not_analysed_again() {
    let shop = Shop::new();
    assert!(!is_taken_over(&shop.check(&[])));
    assert!(is_taken_over(&shop.check(&[])));
    // Other formats and packages show the same check.
    assert!(is_taken_over(&shop.check(&["--format", "human"])));
    assert!(is_taken_over(&shop.check(&["-p", "shop"])));
}

#[test]
fn whatever_changes_is_seen() {
    let shop = Shop::new();
    let write = |path: &str, text: &str| {
        fs::create_dir_all(shop.root().join(path).parent().unwrap()).unwrap();
        fs::write(shop.root().join(path), text).unwrap();
    };
    let first = shop.check(&[]);
    let source = "crates/shop/src/orders/refund.rs";
    let append = |more: &'static str| move |text: &str| format!("{text}{more}");
    let changes: [(&str, &dyn Fn()); 6] = [
        ("a call", &|| shop.change(source, append("\npub fn more() { crate::payments::store::more(); }\n"))),
        ("a file that no target reaches", &|| write("crates/shop/src/orphan.rs", "")),
        ("a migration", &|| {
            write(
                "migrations/20990101000000_more.sql",
                "CREATE TABLE gifts (id INT, order_id INT REFERENCES orders (id));",
            )
        }),
        ("a migration again", &|| {
            write("migrations/20990101000000_more.sql", "CREATE TABLE presents (id INT);")
        }),
        ("the policy", &|| {
            shop.change("boundaries.toml", |text| {
                text.replacen("[rules]", "[rules]\nleaked-type = \"allow\"", 1)
            })
        }),
        ("a manifest", &|| {
            shop.change("crates/shop/Cargo.toml", |text| text.replace("\nlogistics", "\n# logistics"))
        }),
    ];
    let mut before = first.stdout.clone();
    for (name, change) in changes {
        change();
        let warm = shop.check(&[]);
        assert_same(&shop.check(&["--no-cache"]), &warm);
        assert!(!is_taken_over(&warm), "{name}");
        assert!(is_taken_over(&shop.check(&[])), "{name}");
        assert_ne!(before, warm.stdout, "{name} changes nothing that is said");
        before = warm.stdout;
    }
}

#[test]
fn what_is_damaged_is_ignored_and_replaced() {
    let shop = Shop::new();
    let first = shop.check(&[]);
    let whole: Vec<(PathBuf, Vec<u8>)> =
        shop.left_behind().into_iter().map(|path| (path.clone(), fs::read(&path).unwrap())).collect();
    assert!(whole.len() > 3);
    let damages: [(&str, Damage); 5] = [
        ("empty", |_| Vec::new()),
        ("half written", |bytes| bytes[..bytes.len() / 2].to_vec()),
        ("one bit off", |bytes| {
            let mut bytes = bytes.to_vec();
            *bytes.last_mut().unwrap() ^= 1;
            bytes
        }),
        ("longer", |bytes| [bytes, b"more"].concat()),
        ("another version's", |bytes| [b"modcheck 0.0.0 0123456789abcdef\n", &bytes[40..]].concat()),
    ];
    for (name, damage) in damages {
        for (path, bytes) in &whole {
            fs::write(path, damage(bytes)).unwrap();
        }
        let run = shop.check(&[]);
        assert_same(&first, &run);
        assert!(!is_taken_over(&run), "{name}");
        for (path, bytes) in &whole {
            let path = path.file_name().filter(|name| *name != "CACHEDIR.TAG").map(|_| path);
            assert!(path.is_none_or(|path| fs::read(path).unwrap() == *bytes), "{name}: {path:?}");
        }
    }
}

#[test]
fn a_cache_that_cannot_be_written_does_no_harm() {
    let shop = Shop::new();
    fs::create_dir_all(shop.root().join("target")).unwrap();
    fs::write(shop.root().join("target/modcheck"), "a file").unwrap();
    assert_same(&shop.check(&["--no-cache"]), &shop.check(&[]));
}

#[test]
fn several_runs_at_once_do_not_disturb_each_other() {
    let shop = Shop::new();
    let plain = shop.check(&["--no-cache"]);
    for _ in 0..3 {
        thread::scope(|scope| {
            let runs: Vec<_> = (0..4).map(|_| scope.spawn(|| shop.check(&[]))).collect();
            for run in runs {
                assert_same(&plain, &run.join().unwrap());
            }
        });
        shop.change("crates/shop/src/orders/refund.rs", |text| format!("{text}\n"));
    }
    assert_same(&plain, &shop.check(&[]));
    assert!(is_taken_over(&shop.check(&[])));
    assert!(shop.left_behind().iter().all(|path| path.extension().is_none_or(|e| e != "new")));
}

/// Comments, white space and line breaks, anywhere in a file.
#[test]
fn what_only_moves_is_not_analysed_again() {
    let shop = Shop::new();
    shop.check(&[]);
    let files = walkdir::WalkDir::new(shop.root().join("crates")).sort_by_file_name();
    let files: Vec<String> = files
        .into_iter()
        .map(|entry| entry.unwrap().path().strip_prefix(shop.root()).unwrap().to_str().unwrap().to_owned())
        .filter(|path| path.ends_with(".rs"))
        .step_by(4)
        .collect();
    let spread = |text: &str| {
        let lines =
            text.lines().map(|line| if line.contains("//") { "// said\n" } else { "\n" }.to_owned() + line);
        lines.collect::<Vec<_>>().join("\n")
    };
    // Places inside of strings are not followed, and what stands in a macro's arguments counts as it is.
    let layouts: [(&str, usize, Layout); 3] = [
        ("a comment behind", 90, &|text| format!("{text}// more\n")),
        ("lines in front", 60, &|text| format!("\n\n{text}")),
        ("between the lines", 40, &spread),
    ];
    for (name, percent, layout) in layouts {
        let mut taken_over = 0;
        for path in &files {
            shop.change(path, layout);
            let warm = shop.check(&[]);
            assert_same(&shop.check(&["--no-cache"]), &warm);
            taken_over += usize::from(is_taken_over(&warm));
        }
        assert!(taken_over * 100 >= files.len() * percent, "{name}: {taken_over} of {}", files.len());
    }
}

#[test]
fn what_a_macro_is_given_is_no_matter_of_layout() {
    let shop = Shop::new();
    let with = |text: &'static str| {
        move |_: &str| {
            format!(
                "macro_rules! reach {{ ($x:ident) => {{ crate::payments::{text}::$x() }} }}\npub fn f() {{ reach!(f) }}\n"
            )
        }
    };
    shop.change("crates/shop/src/promotions.rs", with("ledger"));
    shop.check(&[]);
    shop.change("crates/shop/src/promotions.rs", with("stored"));
    let warm = shop.check(&[]);
    assert!(!is_taken_over(&warm));
    assert_same(&shop.check(&["--no-cache"]), &warm);
}

/// Findings quote what a function returns as it is written.
#[test]
fn what_is_quoted_is_no_matter_of_layout() {
    let shop = Shop::new();
    let path = "crates/shop/src/orders/store.rs";
    shop.check(&[]);
    shop.change(path, |text| text.replace("-> ", "->  /* as it is */ "));
    assert_same(&shop.check(&["--no-cache"]), &shop.check(&[]));
}
