//! Public names for items that were reached past the interface, so that a finding can say what to write instead.

use super::Context;
use super::interface::{Interface, segments};
use crate::graph::{NodeId, RefId, RefKind, Reference};
use std::collections::HashMap;

/// Where to look for the public names of items, by the item's path.
pub struct PublicNames<'a> {
    /// References from other modules, which may go through a public name.
    uses: HashMap<&'a str, Vec<RefId>>,
    /// `use` items inside the module that defines the item; only a `pub use` gives it a name.
    imports: HashMap<String, Vec<&'a Reference>>,
}

impl<'a> PublicNames<'a> {
    /// Looks through all references once.
    pub fn new(ctx: &'a Context) -> PublicNames<'a> {
        let model = ctx.model();
        let mut names = PublicNames { uses: HashMap::new(), imports: HashMap::new() };
        for crossing in &ctx.crossings {
            let spelt = crossing.uses.iter().filter(|&&id| names_top_level_item(ctx, id));
            names.uses.entry(&crossing.to).or_default().extend(spelt);
        }
        for reference in model.references.iter().filter(|r| r.kind == RefKind::Use && r.item.is_some()) {
            let module = ctx.module_of(reference.from);
            if module.is_some() && module == ctx.module_of(reference.to) {
                names.imports.entry(model.target_path(reference)).or_default().push(reference);
            }
        }
        names
    }

    /// A public name of an item, as code in `from` would write it.
    pub fn of(&self, ctx: &Context, item: &str, interface: &Interface, from: NodeId) -> Option<String> {
        let uses = self.uses.get(item).into_iter().flatten();
        let used = uses.map(|&id| interface.entrance(ctx, id)).find(|e| e.open && e.below_root.is_some());
        let path = used.map(|e| e.segments).or_else(|| self.reexport(ctx, item, interface))?;
        let node = ctx.model().node(from);
        let same_crate = node.target_kind.is_lib() && path.first() == Some(&node.target);
        let head = if same_crate { "crate" } else { path.first()? };
        Some(path[1..].iter().fold(head.to_string(), |path, segment| format!("{path}::{segment}")))
    }

    /// A name that the module gives the item by a `pub use` inside its public interface.
    fn reexport(&self, ctx: &Context, item: &str, interface: &Interface) -> Option<Vec<String>> {
        let (_, name) = item.rsplit_once("::")?;
        let imports = self.imports.get(item).into_iter().flatten();
        let paths = imports.filter(|r| &*r.text == name && is_pub_use(ctx, r)).map(|r| {
            let mut path = segments(ctx, r.from);
            path.push(name.to_string());
            path
        });
        paths.into_iter().find(|path| interface.opens(path))
    }
}

/// A reference that spells out the item itself, rather than something that belongs to it.
fn names_top_level_item(ctx: &Context, id: RefId) -> bool {
    let reference = ctx.model().reference(id);
    let member = reference.item.is_some_and(|item| ctx.model().item(item).name.contains("::"));
    !member && reference.kind != RefKind::Inferred
}

/// Whether the `use` item that a line belongs to is a `pub use`, without a rename on that line.
fn is_pub_use(ctx: &Context, reference: &Reference) -> bool {
    let mut lines = (1..=reference.line).rev().map(|line| ctx.line(reference.file, line).trim_start());
    let renamed = ctx.line(reference.file, reference.line).trim_start().contains(" as ");
    let start = lines.find(|line| line.starts_with("use ") || line.starts_with("pub"));
    !renamed && start.is_some_and(|line| line.starts_with("pub use "))
}
