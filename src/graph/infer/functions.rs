//! What functions from outside return: constructors, and what hands on what it was given.

use super::Inferrer;
use super::known::{Family, extracts, family};
use super::types::{Kind, Ty};

/// Wrappers whose field `0` is their first argument.
pub(super) fn has_content(name: &str) -> bool {
    extracts(name) || matches!(name, "Reverse" | "Wrapping")
}

impl Inferrer<'_> {
    /// The result of a method of a type that holds something and belongs to no family.
    pub(super) fn other_method(&mut self, on: Ty, name: &str, args: &[Ty], types: &[Ty]) -> Ty {
        let Kind::External(_, type_name) = self.types.kind(on) else {
            // Iterators and futures of the workspace have what their traits give them.
            return self.trait_method(on, name, args, types);
        };
        match (self.text(type_name), name) {
            ("OnceCell" | "OnceLock", "get") => {
                let content = self.types.arg(on, 0);
                self.option(content)
            }
            ("OnceCell" | "OnceLock", "get_or_init") => self.types.arg(on, 0),
            ("JoinHandle" | "ScopedJoinHandle", "join") => {
                let output = self.types.arg(on, 0);
                self.external(self.names.result, &[output])
            }
            ("Box" | "Rc" | "Arc", "as_ref" | "as_mut" | "deref" | "deref_mut") => self.types.arg(on, 0),
            ("Entry", "or_insert" | "or_insert_with" | "or_insert_with_key" | "or_default") => {
                self.types.arg(on, 0)
            }
            ("Entry", "and_modify") => on,
            ("ArcSwap", "load" | "load_full") | ("Data" | "Arc", "into_inner" | "get_ref") => {
                self.types.arg(on, 0)
            }
            _ => Ty::UNKNOWN,
        }
    }

    /// The result of a function from outside: `qualifier::name(…)`.
    pub(super) fn known_function(
        &mut self,
        qualifier: Option<&str>,
        name: &str,
        args: &[Ty],
        types: &[Ty],
        krate: super::super::defs::Sym,
    ) -> Ty {
        let first = args.first().copied().unwrap_or(Ty::UNKNOWN);
        let explicit = types.last().copied().unwrap_or(Ty::UNKNOWN);
        match (qualifier, name) {
            (_, "Some") => self.option(first),
            (_, "Ok") => self.external(self.names.result, &[first]),
            (_, "Err") => self.external(self.names.result, &[Ty::UNKNOWN, first]),
            (Some("Box" | "Pin"), "pin" | "new" | "new_unchecked")
                if qualifier == Some("Pin") || name == "pin" =>
            {
                first
            }
            (Some("Arc" | "Rc"), "clone" | "unwrap_or_clone") | (Some("Arc" | "Rc"), "make_mut") => first,
            (Some("mem"), "take" | "replace") | (None, "black_box" | "identity") => first,
            (Some("iter"), "once" | "repeat") => self.iterator(first),
            (Some("future"), "ready") => self.external(self.names.future, &[first]),
            (_, "spawn" | "spawn_local" | "spawn_blocking") => {
                let output = match self.types.kind(first) {
                    Kind::Fn => self.result_of(Some(&first)),
                    _ => self.awaited(first),
                };
                self.external(self.names.join_handle, &[output])
            }
            (_, "timeout") => {
                let future = args.get(1).copied().unwrap_or(Ty::UNKNOWN);
                let output = self.awaited(future);
                let result = self.external(self.names.result, &[output]);
                self.external(self.names.future, &[result])
            }
            (_, "from_str" | "from_slice" | "from_value" | "from_reader" | "from_bytes")
                if explicit.is_known() =>
            {
                self.external(self.names.result, &[explicit])
            }
            (Some(holder), "new" | "from" | "default" | "with_capacity" | "pin")
                if holder.starts_with(|c: char| c.is_uppercase()) =>
            {
                let Some(name) = self.defs.interner.find(holder) else { return Ty::UNKNOWN };
                let args: &[Ty] = if args.len() == 1 && holds_its_argument(holder) { &[first] } else { &[] };
                self.types.of(Kind::External(krate, name), args)
            }
            _ if holds_its_argument(name) => {
                let Some(name) = self.defs.interner.find(name) else { return Ty::UNKNOWN };
                self.types.of(Kind::External(krate, name), &[first])
            }
            _ => Ty::UNKNOWN,
        }
    }
}

/// Types whose constructor takes what they are generic over.
fn holds_its_argument(name: &str) -> bool {
    has_content(name)
        || matches!(family(name), Family::Lock)
        || matches!(
            name,
            "Box" | "Rc" | "Arc" | "Cell" | "OnceCell" | "ManuallyDrop" | "CachePadded" | "ArcSwap"
        )
}
