//! Every way from one declared module into another, permitted or not: what the extraction audit counts. Which of them a
//! finding is about is told by place.

use super::crossing;
use super::crossing::Crossing;
use super::data_access;
use super::interface::Interface;
use super::{Context, CrossingKind, Finding, Site, dependency_cycle, stateful_library};
use crate::config::Owner;
use crate::config::policy::{Kind, ModuleId};
use crate::data::{TableAccess, TableId};
use crate::graph::{NodeId, RefId};
use crate::sql::Access;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// All uses that one source module makes of one item, table or other resource of another declared module.
#[derive(Clone, Debug)]
pub struct Way {
    /// What kind of crossing it is.
    pub kind: CrossingKind,
    /// The module that crosses; `None` for test code of no module.
    pub from: Option<ModuleId>,
    /// The module that is reached into.
    pub to: ModuleId,
    /// The source module that crosses.
    pub by: NodeId,
    /// What it reaches: an item's path, a table, another resource.
    pub what: String,
    /// Where, in order; never empty.
    pub sites: Vec<Site>,
    /// It is test code, and enters past the public interface, or touches a table that is not shared with it.
    pub reaches_inside: bool,
    /// Where what it names is defined.
    definitions: Vec<Spot>,
}

impl Way {
    /// Whether it stands at a place, or names what is defined there.
    pub fn concerns(&self, site: &Site) -> bool {
        let spot = spot(site);
        self.definitions.contains(&spot) || self.sites.iter().any(|own| self::spot(own) == spot)
    }
}

/// A file, a line, a column.
type Spot = (String, u32, u32);

/// Every way, with what leads from a finding to those that it is about.
#[derive(Default)]
pub struct Ways {
    /// In a fixed order: references in the order of the files, then data, then tests.
    pub list: Vec<Way>,
    by_spot: HashMap<Spot, Vec<usize>>,
}

impl Ways {
    /// Gathers them all.
    pub fn new(ctx: &Context) -> Ways {
        let calls = calls(ctx);
        let in_code = ctx.crossings.iter().filter(|crossing| !is_test(ctx, crossing));
        let mut list: Vec<Way> = in_code.map(|crossing| reference(ctx, crossing, &calls)).collect();
        list.extend(tables(ctx));
        list.extend(resources(ctx));
        list.extend(tests(ctx));
        list.extend(test_data(ctx));
        let mut by_spot: HashMap<Spot, Vec<usize>> = HashMap::new();
        for (index, way) in list.iter().enumerate() {
            let spots: BTreeSet<Spot> = way.sites.iter().map(spot).chain(way.definitions.clone()).collect();
            spots.into_iter().for_each(|spot| by_spot.entry(spot).or_default().push(index));
        }
        Ways { list, by_spot }
    }

    /// The ways that a finding which judges crossings of a kind is about, by index, sorted: those that stand where it has a
    /// site, or name what is defined there; of a cycle, those to cut.
    pub fn of(&self, ctx: &Context, finding: &Finding, kind: CrossingKind) -> Vec<usize> {
        if finding.rule == dependency_cycle::RULE.name {
            let cut = dependency_cycle::cut(ctx, finding);
            let is_cut = |way: &Way| way.from.is_some_and(|from| cut.contains(&(from, way.to)));
            let ways = self.list.iter().enumerate();
            return ways
                .filter(|(_, way)| is_code(way.kind) && is_cut(way))
                .map(|(index, _)| index)
                .collect();
        }
        let at = finding.sites.iter().filter_map(|site| self.by_spot.get(&spot(site))).flatten().copied();
        let found: BTreeSet<usize> = at.filter(|&index| judges(kind, self.list[index].kind)).collect();
        found.into_iter().collect()
    }
}

/// Whether a finding about crossings of one kind may be about one of another.
fn judges(kind: CrossingKind, of: CrossingKind) -> bool {
    kind == of || is_code(kind) && (is_code(of) || of == CrossingKind::Test)
}

/// Whether a crossing is a name in the code.
fn is_code(kind: CrossingKind) -> bool {
    matches!(kind, CrossingKind::Reference | CrossingKind::State | CrossingKind::Library)
}

fn spot(site: &Site) -> Spot {
    (site.file.clone(), site.line, site.column)
}

/// The function of a contract that a reference calls, by its place.
fn calls(ctx: &Context) -> HashMap<RefId, Spot> {
    let place = |function: &super::contract::Function| spot(&function.site(ctx, ""));
    let functions = ctx.contract().functions().map(|function| (place(function), &function.calls));
    functions.flat_map(|(spot, calls)| calls.iter().map(move |&id| (id, spot.clone()))).collect()
}

fn is_test(ctx: &Context, crossing: &Crossing) -> bool {
    crossing.uses.iter().all(|&id| ctx.is_test(ctx.model().reference(id)))
}

fn reference(ctx: &Context, crossing: &Crossing, calls: &HashMap<RefId, Spot>) -> Way {
    let model = ctx.model();
    let is_state = |id: &RefId| {
        ctx.graph.definition_of(*id).is_some_and(|definition| ctx.states().get(definition).is_some())
    };
    let kind = match ctx.module(crossing.target).kind {
        Kind::Library => CrossingKind::Library,
        _ if crossing.uses.iter().any(is_state) => CrossingKind::State,
        _ => CrossingKind::Reference,
    };
    let items = crossing.uses.iter().filter_map(|&id| model.reference(id).item).map(|item| model.item(item));
    let items = items.map(|item| (model.file(item.file).path.clone(), item.line, item.column));
    let called = crossing.uses.iter().filter_map(|id| calls.get(id)).cloned();
    let globals = stateful_library::globals_behind(ctx, crossing).filter(|_| kind == CrossingKind::Library);
    let globals = globals.map(|state| {
        let place = state.of.place;
        (model.file(place.file).path.clone(), place.line(), place.column())
    });
    let definitions: BTreeSet<Spot> = items.chain(called).chain(globals).collect();
    Way {
        kind,
        from: Some(crossing.source),
        to: crossing.target,
        by: crossing.from,
        what: crossing.to.clone(),
        sites: sites(ctx, &crossing.uses),
        reaches_inside: false,
        definitions: definitions.into_iter().collect(),
    }
}

fn sites(ctx: &Context, uses: &[RefId]) -> Vec<Site> {
    let site = |&id: &RefId| crossing::site(ctx, ctx.model().reference(id), "");
    let mut sites: Vec<Site> = uses.iter().map(site).collect();
    sites.sort();
    sites.dedup();
    sites
}

/// What code does to tables of another module: reading and writing apart.
fn tables(ctx: &Context) -> Vec<Way> {
    let kinds = [
        (CrossingKind::Read, [Access::Read, Access::Join]),
        (CrossingKind::Write, [Access::Write, Access::Ddl]),
    ];
    let of_kind = |(kind, wanted): (CrossingKind, [Access; 2])| {
        let foreign = data_access::foreign(ctx, &wanted).into_iter();
        foreign.filter_map(move |foreign| {
            let sites = data_access::sites(ctx, foreign.accesses.iter().copied());
            let what = data_access::name(ctx, foreign.table).to_owned();
            Some(plain(kind, foreign.source, foreign.owner?, foreign.node, what, sites))
        })
    };
    kinds.into_iter().flat_map(of_kind).collect()
}

/// What code uses of another module that is neither code nor a table.
fn resources(ctx: &Context) -> Vec<Way> {
    let mut ways: BTreeMap<(NodeId, String), Way> = BTreeMap::new();
    for access in data_access::resources_in_code(ctx) {
        let owner = ctx.ownership.resource_owner(access.resource);
        let (Some(from), Owner::Module(to)) = (ctx.module_of(access.node), owner) else { continue };
        if from == to {
            continue;
        }
        let resource = ctx.data.resource(access.resource);
        let what = resource.title();
        let site = data_access::site(ctx, &access.place, &resource.name, String::new());
        let new = || plain(CrossingKind::Resource, from, to, access.node, what.clone(), Vec::new());
        ways.entry((access.node, what.clone())).or_insert_with(new).sites.push(site);
    }
    ways.into_values().collect()
}

fn plain(
    kind: CrossingKind,
    from: ModuleId,
    to: ModuleId,
    by: NodeId,
    what: String,
    sites: Vec<Site>,
) -> Way {
    let (reaches_inside, definitions) = (false, Vec::new());
    Way { kind, from: Some(from), to, by, what, sites, reaches_inside, definitions }
}

/// What test code outside a module uses of it; whether test code is checked makes no difference. Tests of the package that
/// holds the module travel with it.
fn tests(ctx: &Context) -> Vec<Way> {
    let model = ctx.model();
    let interfaces: Vec<Interface> = ctx.policy.iter().map(|(id, _)| Interface::of(ctx, id)).collect();
    let mut groups: BTreeMap<(NodeId, NodeId, Option<String>), Vec<RefId>> = BTreeMap::new();
    for (id, reference) in model.references() {
        let Some(to) = ctx.module_of(reference.to) else { continue };
        if !ctx.is_test(reference)
            || ctx.module_of(reference.from) == Some(to)
            || is_of_package(ctx, reference.from, to)
        {
            continue;
        }
        let item = reference.item.map(|item| crossing::top_level(&model.item(item).name).to_owned());
        groups.entry((reference.from, reference.to, item)).or_default().push(id);
    }
    let way = |((by, node, item), uses): ((NodeId, NodeId, Option<String>), Vec<RefId>)| {
        let to = ctx.module_of(node)?;
        let node = &model.node(node).id;
        let what = item.map_or_else(|| node.clone(), |item| format!("{node}::{item}"));
        let written = uses.iter().copied().filter(|&id| crossing::names_a_path(ctx, id));
        let reaches_inside = !interfaces[to.index()].closed(ctx, written).is_empty();
        let sites = sites(ctx, &uses);
        let (kind, from, definitions) = (CrossingKind::Test, ctx.module_of(by), Vec::new());
        (ctx.module(to).kind != Kind::Library).then_some(Way {
            kind,
            from,
            to,
            by,
            what,
            sites,
            reaches_inside,
            definitions,
        })
    };
    groups.into_iter().filter_map(way).collect()
}

/// What test code outside a module does to its tables. Where test code is checked, that is judged as what code does.
fn test_data(ctx: &Context) -> Vec<Way> {
    let mut groups: BTreeMap<(NodeId, TableId), Vec<&TableAccess>> = BTreeMap::new();
    let runs =
        |access: &&TableAccess| !access.declaration && access.via != "migration" && !ctx.checks_tests();
    for access in ctx.data.accesses.iter().filter(runs) {
        let (Some(node), Some(to)) = (access.node, data_access::owner(ctx, access.table)) else { continue };
        let is_test = access.test || ctx.model().node(node).test;
        if is_test && ctx.module_of(node) != Some(to) && !is_of_package(ctx, node, to) {
            groups.entry((node, access.table)).or_default().push(access);
        }
    }
    let way = |((by, table), accesses): ((NodeId, TableId), Vec<&TableAccess>)| {
        let from = ctx.module_of(by);
        let is_shared = from.is_some_and(|from| ctx.ownership.may_read(table, from));
        Some(Way {
            kind: CrossingKind::Test,
            from,
            to: data_access::owner(ctx, table)?,
            by,
            what: data_access::name(ctx, table).to_owned(),
            reaches_inside: !is_shared || accesses.iter().any(|access| access.access != Access::Read),
            sites: data_access::sites(ctx, accesses),
            definitions: Vec::new(),
        })
    };
    groups.into_iter().filter_map(way).collect()
}

/// Whether code that no other module claims is part of a package whose crate belongs to a module.
fn is_of_package(ctx: &Context, node: NodeId, module: ModuleId) -> bool {
    let model = ctx.model();
    let package = &model.packages.get(model.node(node).package_index);
    let root = package.and_then(|package| package.roots.first());
    ctx.module_of(node).is_none() && root.is_some_and(|&root| ctx.module_of(root) == Some(module))
}
