//! Expansions that are remembered change nothing but the work.

use crate::fixture::Fixture;
use globset::GlobSet;
use modcheck::extract::facts::FileFacts;
use modcheck::extract::memory::{Forgetful, Memory, Remembered};
use modcheck::source::Source;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Remembers, and counts.
#[derive(Default)]
struct Kept {
    entries: Mutex<BTreeMap<u128, Option<Remembered>>>,
    recalled: AtomicUsize,
    kept: AtomicUsize,
}

impl Memory for Kept {
    fn facts(&self, _: u128) -> Option<Arc<FileFacts>> {
        None
    }

    fn keep_facts(&self, _: u128, _: &str, _: &Arc<FileFacts>) {}

    fn recall(&self, key: u128) -> Option<Option<Remembered>> {
        let found = self.entries.lock().expect("no panic while locked").get(&key).cloned();
        self.recalled.fetch_add(usize::from(found.is_some()), Ordering::Relaxed);
        found
    }

    fn keep(&self, key: u128, made: Option<&Remembered>) {
        self.kept.fetch_add(1, Ordering::Relaxed);
        let shown = |made: Option<&Remembered>| format!("{made:?}");
        let known = self.entries.lock().expect("no panic while locked").insert(key, made.cloned());
        if let Some(known) = known {
            assert_eq!(shown(known.as_ref()), shown(made), "one key for two expansions");
        }
    }
}

impl Kept {
    /// How often something was recalled, and kept, since this was asked last.
    fn counts(&self) -> (usize, usize) {
        (self.recalled.swap(0, Ordering::Relaxed), self.kept.swap(0, Ordering::Relaxed))
    }
}

/// Everything that resolution says.
fn resolved(source: &Source, memory: &dyn Memory) -> String {
    let mut facts = modcheck::extract::workspace(source, &GlobSet::empty(), memory);
    loop {
        let (graph, wanted) = modcheck::graph::build(&source.packages, &facts, true, memory);
        match modcheck::extract::extend(&facts, source, &wanted, memory) {
            Some(more) => facts = more,
            None => return format!("{:?}", graph.model()),
        }
    }
}

#[test]
fn what_is_remembered_is_not_expanded_again_and_says_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/resolution");
    let (mut expanded, mut recalled) = (0, 0);
    for file in std::fs::read_dir(folder).expect("the fixtures' folder") {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("a readable fixture");
        let source = Fixture::parse(&text).source;
        let expected = resolved(&source, &Forgetful);
        let memory = Kept::default();
        assert_eq!(resolved(&source, &memory), expected);
        expanded += memory.counts().1;
        assert_eq!(resolved(&source, &memory), expected);
        let (again, kept) = memory.counts();
        assert_eq!(kept, 0, "something was expanded again");
        recalled += again;
    }
    assert!(expanded > 0 && recalled > 0, "no fixture calls macros");
}

#[test]
fn a_file_that_changes_leaves_the_others_remembered() {
    let text = |more: &str| {
        format!(
            "//- /src/lib.rs crate:shop
#[macro_use]
mod macros;
mod a;
mod b;
//- /src/macros.rs
macro_rules! items {{ ($name:ident) => {{ pub fn $name() {{ crate::b::f() }} }}; }}
macro_rules! either {{ ($e:expr) => {{ crate::b::f($e) }}; ($e:expr, $f:expr) => {{ $f(crate::b::g()) }}; }}
macro_rules! passed {{ ($($t:tt)*) => {{ either!($($t)*) }}; () => {{ }}; }}
//- /src/a.rs
items!(one);
fn two() {{ either!(1); passed!(1, 2); }}
//- /src/b.rs
{more}items!(f);
pub fn g() {{ either!(2, 3); passed!(4); }}
"
        )
    };
    let memory = Kept::default();
    resolved(&Fixture::parse(&text("")).source, &memory);
    let first = memory.counts().1;
    let changed = Fixture::parse(&text("macro_rules! new { () => { fn three() {} } }\nnew!();\n")).source;
    let expected = resolved(&changed, &Forgetful);
    assert_eq!(resolved(&changed, &memory), expected);
    let again = memory.counts().1;
    // What stands at another line now, and the new call.
    assert!(again > 0 && 2 * again < first, "{again} of {first} were expanded again");
}
