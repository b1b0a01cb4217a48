//! A module's public interface: which names it opens, judged by the facade that a reference goes through.

use super::Context;
use crate::config::policy::{ModuleId, PublicPattern};
use crate::graph::trail::Spelling;
use crate::graph::{Entry, NodeId, RefId};
use rustc_hash::FxHashMap;

/// The name by which a reference enters a module.
pub struct Entrance {
    /// The facade, from the crate's name on.
    pub segments: Vec<String>,
    /// The part of it below the module's root; `None` where no root leads to it.
    pub below_root: Option<Vec<String>>,
    /// The public interface covers it.
    pub open: bool,
}

/// The names that a module opens.
pub struct Interface<'a> {
    module: ModuleId,
    roots: Vec<Vec<String>>,
    public: Option<&'a [PublicPattern]>,
}

impl<'a> Interface<'a> {
    /// The interface of a declared module.
    pub fn of(ctx: &Context<'a>, module: ModuleId) -> Interface<'a> {
        Interface {
            module,
            roots: ctx.roots(module).iter().map(|&root| segments(ctx, root)).collect(),
            public: ctx.module(module).public.as_deref(),
        }
    }

    /// Those of some references that enter the module by a name that is not open. What is written alike in one place is
    /// followed once.
    pub fn closed(&self, ctx: &Context, references: impl Iterator<Item = RefId>) -> Vec<RefId> {
        let mut known: FxHashMap<Spelling, bool> = FxHashMap::default();
        let mut is_open = |id: RefId| match ctx.graph.spelling(id) {
            Some(spelling) => *known.entry(spelling).or_insert_with(|| self.entrance(ctx, id).open),
            None => self.entrance(ctx, id).open,
        };
        references.filter(|&id| !is_open(id)).collect()
    }

    /// Follows a reference to where it enters the module, and judges the name that it uses there.
    pub fn entrance(&self, ctx: &Context, reference: RefId) -> Entrance {
        let entry = ctx.graph.entry(reference, &|node| ctx.module_of(node) == Some(self.module));
        let to = ctx.model().reference(reference);
        let definition = || {
            let mut definition = segments(ctx, to.to);
            if let Some(item) = to.item {
                definition.extend(ctx.model().item(item).name.split("::").map(str::to_string));
            }
            definition
        };
        self.judge(entry, &definition, to.item.is_none())
    }

    /// Whether a path of an item is open that is known to be `pub` from a module's root on only if it stands there.
    pub fn opens(&self, path: &[String]) -> bool {
        let at_root = self.root_of(path).is_some_and(|root| root + 1 == path.len());
        let entry = Entry { segments: path.to_vec(), public: vec![at_root; path.len()] };
        self.judge(entry, &Vec::new, false).open
    }

    /// Whether a name is open that something has inside the module.
    pub fn covers(&self, name: &Entry) -> bool {
        self.judge(name.clone(), &Vec::new, false).open
    }

    fn judge(&self, entry: Entry, definition: &dyn Fn() -> Vec<String>, names_module: bool) -> Entrance {
        let mut segments = entry.segments;
        if let Some(name) = segments.first_mut() {
            name.truncate(name.find('{').unwrap_or(name.len()));
        }
        let (segments, public) = match self.root_of(&segments) {
            Some(_) => (segments, Some(entry.public)),
            None => (definition(), None),
        };
        let Some(root) = self.root_of(&segments) else {
            return Entrance { segments, below_root: None, open: self.public.is_none() };
        };
        let rest = &segments[root..];
        let open = match (self.public, public) {
            _ if rest.is_empty() => true,
            (Some(patterns), _) => patterns.iter().any(|p| opens(&p.segments, rest, names_module)),
            (None, Some(public)) => public.get(root).copied().unwrap_or(false),
            // How it was reached is not known, and neither is whether the name is `pub`.
            (None, None) => true,
        };
        Entrance { below_root: Some(rest.to_vec()), segments, open }
    }

    /// How many segments of a path the longest root takes up.
    fn root_of(&self, path: &[String]) -> Option<usize> {
        self.roots.iter().filter(|root| path.starts_with(root)).map(Vec::len).max()
    }
}

/// Path of a source module, without the kind that tells a crate's targets apart.
pub fn segments(ctx: &Context, node: NodeId) -> Vec<String> {
    ctx.model().node(node).path.split("::").map(str::to_string).collect()
}

/// Whether a pattern opens a name: it opens what it matches and all below. The source modules on the way to a match are
/// open as modules only, since a `use` of what is below has to pass them.
fn opens(pattern: &[String], name: &[String], names_module: bool) -> bool {
    let fits = pattern.iter().zip(name).all(|(p, n)| wildcard(p, n));
    fits && (name.len() >= pattern.len() || names_module)
}

/// Whether a segment with any number of `*` matches a name.
fn wildcard(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, rest)) => name.strip_prefix(start).is_some_and(|name| {
            name.char_indices().map(|(i, _)| i).chain([name.len()]).any(|i| wildcard(rest, &name[i..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::policy::Place;

    fn path(text: &str) -> Vec<String> {
        text.split("::").filter(|s| !s.is_empty()).map(str::to_string).collect()
    }

    #[track_caller]
    fn check(public: Option<&[&str]>, entry: &str, pub_from: usize, names_module: bool) -> bool {
        let patterns: Option<Vec<PublicPattern>> = public.map(|all| {
            let pattern = |text: &&str| PublicPattern {
                text: text.to_string(),
                segments: path(text),
                place: Place::default(),
            };
            all.iter().map(pattern).collect()
        });
        let roots = vec![path("shop::payments"), path("shop::payments::deep"), path("gateway")];
        let interface = Interface { module: ModuleId(0), roots, public: patterns.as_deref() };
        let segments = path(entry);
        let public = (0..segments.len()).map(|i| i < pub_from).collect();
        let definition = path("shop::payments::internal::Secret");
        interface.judge(Entry { segments, public }, &|| definition.clone(), names_module).open
    }

    #[test]
    fn a_pattern_opens_what_it_names_and_all_below() {
        let public: Option<&[&str]> = Some(&["api", "events::*", "Pay*"]);
        assert!(check(public, "shop::payments::api", 9, true));
        assert!(check(public, "shop::payments::api::v1::Charge", 9, false));
        assert!(check(public, "shop::payments::PayError", 9, false));
        assert!(!check(public, "shop::payments::apis", 9, true));
        assert!(!check(public, "shop::payments::internal::Secret", 9, false));
    }

    #[test]
    fn a_star_opens_the_members_and_the_way_to_them() {
        let public: Option<&[&str]> = Some(&["events::*"]);
        assert!(check(public, "shop::payments::events::Paid", 9, false));
        assert!(check(public, "shop::payments::events", 9, true));
        assert!(!check(public, "shop::payments::events", 9, false));
    }

    #[test]
    fn the_root_itself_is_always_open_and_the_longest_root_counts() {
        assert!(check(Some(&[]), "shop::payments", 9, true));
        assert!(check(Some(&["X"]), "shop::payments::deep::X", 9, false));
        assert!(!check(Some(&["deep"]), "shop::payments::deep::X", 9, false));
        assert!(check(Some(&["Client"]), "gateway::Client", 9, false));
        assert!(check(Some(&["Client"]), "gateway{bin}::Client", 9, false));
    }

    #[test]
    fn without_patterns_the_first_name_below_the_root_decides() {
        assert!(check(None, "shop::payments::api::Charge", 3, false));
        assert!(!check(None, "shop::payments::internal::Secret", 2, false));
    }

    #[test]
    fn an_unknown_way_in_is_judged_by_the_definition() {
        assert!(check(Some(&["internal"]), "", 0, false));
        assert!(!check(Some(&["api"]), "", 0, false));
        assert!(check(None, "", 0, false));
    }

    #[test]
    fn wildcards_match_within_a_segment() {
        for (pattern, name, expected) in [
            ("*", "x", true),
            ("*", "", true),
            ("a*c", "abc", true),
            ("a*c", "ab", false),
            ("*_é*", "x_éy", true),
            ("a**b", "ab", true),
        ] {
            assert_eq!(wildcard(pattern, name), expected, "{pattern} {name}");
        }
    }
}
