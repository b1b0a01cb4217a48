//! What to do instead of touching another module's table, in words that can be followed.

use super::interface::{Interface, segments};
use super::public_names::PublicNames;
use super::{Context, config_lines, data_access};
use crate::config::policy::ModuleId;
use crate::data::{TableAccess, TableId};
use crate::graph::NodeId;
use crate::sql::Access;
use std::cell::OnceCell;
use std::collections::HashMap;

/// Finds advice; what it takes to find it is gathered when first needed.
pub struct Advice<'a> {
    ctx: &'a Context<'a>,
    names: OnceCell<PublicNames<'a>>,
    /// What production code does to each table.
    accesses: HashMap<TableId, Vec<(NodeId, &'a TableAccess)>>,
}

impl<'a> Advice<'a> {
    /// Advice for one workspace.
    pub fn new(ctx: &'a Context<'a>) -> Advice<'a> {
        let mut accesses: HashMap<TableId, Vec<(NodeId, &TableAccess)>> = HashMap::new();
        for (node, access) in data_access::in_code(ctx).filter(|(_, access)| !access.test) {
            accesses.entry(access.table).or_default().push((node, access));
        }
        Advice { ctx, names: OnceCell::new(), accesses }
    }

    /// How code in `from` gets the owner of a table to read or write it.
    pub fn interface(&self, table: TableId, owner: ModuleId, access: Access, from: NodeId) -> String {
        let module = self.ctx.module(owner);
        let (owner_name, table_name) = (&module.name, data_access::name(self.ctx, table));
        if let Some((function, found)) = self.public_function(table, owner, access, from) {
            let verb = data_access::verb(found);
            return format!("call `{function}` of `{owner_name}`, which {verb} `{table_name}` already");
        }
        let place = match module.public.as_deref() {
            Some([]) | None => "a public function".to_owned(),
            Some(public) => {
                let open = config_lines::either(public.iter().map(|p| p.text.as_str()));
                format!("a function in its public interface ({open})")
            }
        };
        let does = if access == Access::Read { "reads" } else { "writes" };
        format!("let `{owner_name}` do it: give it {place} that {does} `{table_name}`, and call that")
    }

    /// A function of the owner that others may call and that does the same to the table already.
    fn public_function(
        &self,
        table: TableId,
        owner: ModuleId,
        access: Access,
        from: NodeId,
    ) -> Option<(String, Access)> {
        let interface = Interface::of(self.ctx, owner);
        let accesses = self.accesses.get(&table).into_iter().flatten();
        accesses
            .filter(|(node, found)| found.access == access && self.ctx.module_of(*node) == Some(owner))
            .find_map(|(node, found)| Some((self.public_name(*node, found, &interface, from)?, access)))
    }

    fn public_name(
        &self,
        node: NodeId,
        access: &TableAccess,
        interface: &Interface,
        from: NodeId,
    ) -> Option<String> {
        let function = access.function.as_deref()?;
        let (head, rest) =
            function.split_once("::").map_or((function, None), |(head, rest)| (head, Some(rest)));
        let item = format!("{}::{head}", self.ctx.model().node(node).id);
        let names = self.names.get_or_init(|| PublicNames::new(self.ctx));
        let name = names
            .of(self.ctx, &item, interface, from)
            .or_else(|| self.own_name(node, head, interface, from))?;
        Some(rest.map_or_else(|| name.clone(), |rest| format!("{name}::{rest}")))
    }

    /// The name that an item has where it is defined, if that place is open and the item is `pub`.
    fn own_name(&self, node: NodeId, item: &str, interface: &Interface, from: NodeId) -> Option<String> {
        let mut path = segments(self.ctx, node);
        path.push(item.to_owned());
        if !interface.opens(&path) || !self.is_pub(node, item) {
            return None;
        }
        let model = self.ctx.model();
        let from = model.node(from);
        if from.target_kind.is_lib() && from.target == model.node(node).target {
            path[0] = "crate".to_owned();
        }
        Some(path.join("::"))
    }

    /// Whether the text of a source module declares an item without restriction.
    fn is_pub(&self, node: NodeId, item: &str) -> bool {
        let model = self.ctx.model();
        let text = &model.file(model.node(node).file).text;
        text.lines().map(str::trim_start).filter_map(|line| line.strip_prefix("pub ")).any(|line| {
            let words = line.split(|c: char| !(c.is_alphanumeric() || c == '_'));
            let keyword = |word: &&str| ["async", "unsafe", "const", "fn", "struct", "enum"].contains(word);
            words.into_iter().find(|word| !keyword(word)) == Some(item)
        })
    }
}

/// Have the few columns oneself.
pub fn replicate(ctx: &Context, reader: ModuleId, owner: ModuleId, table: TableId) -> String {
    format!(
        "or keep a copy of the few columns that it needs in a table of `{}`, kept up to date by events of `{}`, instead of \
         `{}`",
        ctx.name(reader),
        ctx.name(owner),
        data_access::name(ctx, table)
    )
}
