//! What the rules about data share: which accesses count, whose tables they touch, and how they are shown.

use super::{Breaks, Context, Site};
use crate::config::Owner;
use crate::config::policy::ModuleId;
use crate::data::{Place, ResourceAccess, TableAccess, TableId, TableKind};
use crate::graph::NodeId;
use crate::rules::word_width;
use crate::sql::Access;
use std::collections::{BTreeMap, BTreeSet};

/// What one source module does to one table that is not its module's.
pub struct Foreign<'a> {
    /// The source module.
    pub node: NodeId,
    /// Its module.
    pub source: ModuleId,
    /// The table.
    pub table: TableId,
    /// The module that owns it; `None` for a table that is shared by all.
    pub owner: Option<ModuleId>,
    /// The accesses, sorted by place; never empty.
    pub accesses: Vec<&'a TableAccess>,
}

/// The accesses that count: by code, not by migrations, which build the schema for all; test code as the policy says.
pub fn in_code<'a>(ctx: &Context<'a>) -> impl Iterator<Item = (NodeId, &'a TableAccess)> {
    let counts_tests = ctx.checks_tests();
    let model = ctx.model();
    ctx.data.accesses.iter().filter_map(move |access| {
        let node = access.node.filter(|_| access.via != "migration")?;
        let counts = counts_tests || !(access.test || model.node(node).test);
        counts.then_some((node, access))
    })
}

/// The tables that exist: the schema has them, code declares them, or code touches them. What only migrations mention was
/// dropped by a later one; what only tests have does not count.
pub fn existing(ctx: &Context) -> BTreeSet<TableId> {
    let mut existing: BTreeSet<TableId> = in_code(ctx).map(|(_, access)| access.table).collect();
    existing.extend(&ctx.data.schema.tables);
    for (index, table) in ctx.data.tables.iter().enumerate() {
        let declared = table.declared.as_ref().is_some_and(|place| !is_test_file(ctx, &place.file));
        existing.extend(declared.then_some(TableId(index as u32)));
    }
    existing
}

/// Whether nothing but test code stands in a file, and test code does not count.
fn is_test_file(ctx: &Context, path: &str) -> bool {
    let model = ctx.model();
    let mut nodes = model.nodes.iter().filter(|node| model.file(node.file).path == path).peekable();
    !ctx.checks_tests() && nodes.peek().is_some() && nodes.all(|node| node.test)
}

/// Accesses of code that belongs to a module to tables of another one, or to shared reference tables.
pub fn foreign<'a>(ctx: &Context<'a>, wanted: &[Access]) -> Vec<Foreign<'a>> {
    let mut groups: BTreeMap<(NodeId, TableId), Foreign<'a>> = BTreeMap::new();
    // What `table!` and entities declare runs nothing.
    let runs = |access: &TableAccess| wanted.contains(&access.access) && !access.declaration;
    for (node, access) in in_code(ctx).filter(|(_, access)| runs(access)) {
        let Some(source) = ctx.module_of(node) else { continue };
        let owner = match ctx.ownership.owner(access.table) {
            Owner::Module(owner) if owner != source => Some(owner),
            Owner::Reference => None,
            _ => continue,
        };
        let table = access.table;
        let group = groups.entry((node, table)).or_insert_with(|| Foreign {
            node,
            source,
            table,
            owner,
            accesses: Vec::new(),
        });
        group.accesses.push(access);
    }
    groups.into_values().collect()
}

/// The module that owns a table.
pub fn owner(ctx: &Context, table: TableId) -> Option<ModuleId> {
    ctx.ownership.owner(table).module()
}

/// The line of the policy that gives a table its owner.
pub fn breaks(ctx: &Context, table: TableId, module: ModuleId) -> Option<Breaks> {
    ctx.ownership.place(table).map(|place| Breaks { place, module })
}

/// A table's name.
pub fn name<'a>(ctx: &Context<'a>, table: TableId) -> &'a str {
    &ctx.data.table(table).name
}

/// Names of tables, as they stand in a list in a message.
pub fn names(ctx: &Context, tables: impl IntoIterator<Item = TableId>) -> String {
    super::config_lines::names(tables.into_iter().map(|table| name(ctx, table)))
}

/// The uses of what is no table that count: what only says how something is called uses nothing; test code as the policy
/// says.
pub fn resources_in_code<'a>(ctx: &Context<'a>) -> impl Iterator<Item = &'a ResourceAccess> {
    let (counts_tests, model) = (ctx.checks_tests(), ctx.model());
    ctx.data.resource_accesses.iter().filter(move |access| {
        !access.declaration && (counts_tests || !(access.test || model.node(access.node).test))
    })
}

/// `table`, `view` or `collection`.
pub fn noun(ctx: &Context, table: TableId) -> &'static str {
    match ctx.data.table(table).kind {
        TableKind::Table => "table",
        TableKind::View => "view",
        TableKind::Collection => "collection",
    }
}

/// What an access does, as a verb.
pub fn verb(access: Access) -> &'static str {
    match access {
        Access::Read => "reads",
        Access::Write => "writes",
        Access::Ddl => "changes the definition of",
        Access::Join => "joins",
        Access::ForeignKey => "refers to",
    }
}

/// The function that holds a place, or the source module where there is none: `shop::orders::place`.
pub fn function(ctx: &Context, node: NodeId, function: Option<&str>) -> String {
    let id = &ctx.model().node(node).id;
    function.map_or_else(|| id.clone(), |function| format!("{id}::{function}"))
}

/// The sites of accesses, each once, in the order given.
pub fn sites<'a>(ctx: &Context, accesses: impl IntoIterator<Item = &'a TableAccess>) -> Vec<Site> {
    let mut sites: Vec<Site> = Vec::new();
    for access in accesses {
        let table = name(ctx, access.table);
        let aside = if access.approximate { ", as far as the statement can be read" } else { "" };
        let label = format!("{} `{table}`{aside}", verb(access.access));
        let site = site(ctx, &access.place, table, label);
        if !sites.iter().any(|s| (&s.file, s.line, s.column) == (&site.file, site.line, site.column)) {
            sites.push(site);
        }
    }
    sites
}

/// A place with a label; what is underlined is the word that stands there.
pub fn site(ctx: &Context, place: &Place, table: &str, label: String) -> Site {
    let line =
        ctx.file(&place.file).and_then(|file| file.text.lines().nth(place.line.checked_sub(1)? as usize));
    // The text of files of SQL is not at hand; places in them are those of names.
    let width = line.map_or_else(|| table.chars().count() as u32, |line| word_width(line, place.column));
    Site { file: place.file.to_string(), line: place.line, column: place.column, width: width.max(1), label }
}
