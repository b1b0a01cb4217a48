//! What stands for a table in code: diesel's `table!` and the structs mapped to it, sea-orm's entities, sea-query's names.

use crate::extract::facts::{
    AccessKind, Attribute, AttributeTarget, AttributeValue, ItemIx, ItemKind, Node, NodeIx, Owner, Pos,
    RefIx, ScopeIx,
};
use crate::graph::Graph;
use crate::graph::flow::{Definition, TablePart, Unit, UnitId};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A struct that diesel's derives map to a table.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub table: Option<Arc<str>>,
}

/// A place that says something of a table without touching its rows.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    pub unit: UnitId,
    pub table: Arc<str>,
    pub pos: Pos,
    pub scope: ScopeIx,
    pub test: bool,
    pub via: &'static str,
    /// A view.
    pub view: bool,
    /// It declares a relation to the table, and not the table.
    pub relation: bool,
}

/// Everything that stands for a table.
#[derive(Default)]
pub(super) struct Registry {
    tables: FxHashMap<(UnitId, u32), Arc<str>>,
    pub records: FxHashMap<Definition, Record>,
    /// What the queries of records start from, by the unit that says it: `base_query`.
    pub base_queries: FxHashMap<UnitId, Vec<(Definition, NodeIx)>>,
    /// sea-orm's entities and the types derived beside them.
    entities: FxHashMap<Definition, Arc<str>>,
    /// Enums and structs whose names sea-query writes into SQL.
    idens: FxHashMap<Definition, Arc<str>>,
    /// diesel's aliases of tables.
    aliases: FxHashMap<Definition, Arc<str>>,
    /// Variants of sea-orm's `Relation` enums, with the entity that each leads to.
    relation_targets: FxHashMap<Definition, Definition>,
    pub declared: Vec<Declared>,
}

/// The attributes of one item.
struct Mapping<'a> {
    unit: Unit<'a>,
    item: ItemIx,
    attributes: Vec<Attribute>,
}

impl Registry {
    pub(super) fn new(graph: &Graph) -> Registry {
        let mut registry = Registry::default();
        for unit in graph.units() {
            registry.declared_tables(&unit);
        }
        for unit in graph.units() {
            let mappings = mappings(unit);
            for mapping in &mappings {
                registry.record(graph, mapping);
                registry.entity_model(mapping);
                registry.iden(mapping);
            }
            registry.entity_names(&unit);
            registry.alias_tables(graph, &unit);
        }
        // Relations name types that have to be known first.
        for unit in graph.units() {
            registry.relations(&unit);
            registry.relations_by_hand(&unit);
        }
        registry
    }

    /// The table that a part of `table!` stands for.
    pub(super) fn part(&self, part: TablePart) -> Option<Arc<str>> {
        self.tables.get(&(part.unit, part.index)).cloned()
    }

    /// The table that a definition stands for in a diesel expression.
    pub(super) fn diesel_table(&self, graph: &Graph, definition: Definition) -> Option<Arc<str>> {
        if let Some(table) = self.aliases.get(&definition) {
            return Some(table.clone());
        }
        graph.declared_table(definition).filter(|part| part.is_table).and_then(|part| self.part(part))
    }

    /// The table of an entity of sea-orm, or of a type derived beside it.
    pub(super) fn entity(&self, definition: Definition) -> Option<&Arc<str>> {
        self.entities.get(&definition)
    }

    /// The entity that a variant of a `Relation` leads to.
    pub(super) fn relation_target(&self, definition: Definition) -> Option<Definition> {
        self.relation_targets.get(&definition).copied()
    }

    /// The table that an enum or a struct names for sea-query.
    pub(super) fn iden_table(&self, definition: Definition) -> Option<&Arc<str>> {
        self.idens.get(&definition)
    }

    fn declared_tables(&mut self, unit: &Unit<'_>) {
        let facts = unit.facts();
        for (index, table) in (0..).zip(&facts.tables) {
            let name: Arc<str> = crate::sql::table_name(unit.name(table.name)).into();
            let item = &facts.items[table.item.index()];
            self.tables.insert((unit.id(), index), name.clone());
            self.declared.push(Declared {
                unit: unit.id(),
                table: name,
                pos: item.pos,
                scope: item.scope,
                test: item.test,
                via: "diesel",
                view: table.view,
                relation: false,
            });
        }
    }

    fn record(&mut self, graph: &Graph, mapping: &Mapping<'_>) {
        let has_derive =
            ["Insertable", "AsChangeset", "Identifiable", "HasQuery", "Associations", "Selectable"]
                .iter()
                .any(|name| mapping.derives(name));
        let named = mapping.value("table_name");
        let base_query = match mapping.value("base_query") {
            Some(AttributeValue::Value(node)) => Some(node),
            _ => None,
        };
        if !has_derive && named.is_none() {
            return;
        }
        let table = match named {
            Some(AttributeValue::Path(reference)) => mapping
                .unit
                .here(reference)
                .and_then(|definition| graph.declared_table(definition))
                .and_then(|part| self.part(part))
                .or_else(|| Some(mapping.unit.last_segment(reference).into())),
            Some(AttributeValue::Text(literal, _)) => {
                Some(mapping.unit.name(mapping.unit.facts().literals[literal.index()].text).into())
            }
            // The struct's name in snake case with an `s` (diesel's documentation of its derives).
            _ if mapping.derives("DeriveEntityModel") => None,
            _ => {
                let default = format!("{}s", snake_case(mapping.item_name()));
                self.tables.values().find(|name| ***name == *default).cloned()
            }
        };
        let definition = mapping.unit.definition(mapping.item);
        if let Some(node) = base_query {
            self.base_queries.entry(mapping.unit.id()).or_default().push((definition, node));
        }
        if table.is_some() || base_query.is_some() {
            self.records.insert(definition, Record { table });
        }
    }

    /// sea-orm's `DeriveEntityModel`: the struct and the types made beside it.
    fn entity_model(&mut self, mapping: &Mapping<'_>) {
        if !mapping.derives("DeriveEntityModel") && !mapping.derives("DeriveEntity") {
            return;
        }
        let Some((table, pos)) = mapping.text("table_name") else { return };
        let table: Arc<str> = match mapping.text("schema_name") {
            Some((schema, _)) => crate::sql::table_name(&format!("{schema}.{table}")).into(),
            None => table.into(),
        };
        let facts = mapping.unit.facts();
        let item = &facts.items[mapping.item.index()];
        self.siblings(mapping.unit, item.scope, &table);
        self.declared.push(Declared {
            unit: mapping.unit.id(),
            table,
            pos,
            scope: item.scope,
            test: item.test,
            via: "sea-orm",
            view: false,
            relation: false,
        });
    }

    /// The types of an entity that lie in one scope.
    fn siblings(&mut self, unit: Unit<'_>, scope: ScopeIx, table: &Arc<str>) {
        const ROLES: &[&str] = &["Entity", "Model", "ActiveModel", "Column", "PrimaryKey"];
        for (index, item) in (0..).zip(&unit.facts().items) {
            if item.scope == scope && ROLES.contains(&unit.name(item.name)) {
                self.entities.insert(unit.definition(ItemIx(index)), table.clone());
            }
        }
    }

    /// The long form of an entity: `impl EntityName for Entity { fn table_name(&self) -> &str { "users" } }`.
    fn entity_names(&mut self, unit: &Unit<'_>) {
        let facts = unit.facts();
        for implementation in &facts.impls {
            if !unit.implements(implementation, "EntityName") {
                continue;
            }
            let (start, end) = implementation.members;
            let member = (start..end).find(|m| unit.name(facts.members[*m as usize].name) == "table_name");
            let body = facts.bodies.iter().find(|body| Some(body.owner) == member.map(Owner::Member));
            let Some(body) = body else { continue };
            let Some(Node::Literal(literal)) = facts.nodes.get(body.result.index()) else {
                continue;
            };
            let table: Arc<str> = unit.name(facts.literals[literal.index()].text).into();
            self.siblings(*unit, implementation.scope, &table);
            self.declared.push(Declared {
                unit: unit.id(),
                table,
                pos: facts.literals[literal.index()].pos,
                scope: implementation.scope,
                test: implementation.test,
                via: "sea-orm",
                view: false,
                relation: false,
            });
        }
    }

    /// An enum or a struct whose name sea-query writes: an override, or its own name in snake case (sea-query's
    /// documentation of `Iden`).
    fn iden(&mut self, mapping: &Mapping<'_>) {
        if !["Iden", "DeriveIden", "IdenStatic"].iter().any(|name| mapping.derives(name)) {
            return;
        }
        let facts = mapping.unit.facts();
        let item = &facts.items[mapping.item.index()];
        let on_table = (item.members.0..item.members.1)
            .find(|m| mapping.unit.name(facts.members[*m as usize].name) == "Table")
            .and_then(|m| {
                let target = AttributeTarget::Member(m);
                let found =
                    facts.attributes.iter().find(|a| a.target == target && is_iden(&mapping.unit, a))?;
                text_of(&mapping.unit, found.value)
            });
        let own = mapping.attributes.iter().find(|a| is_iden(&mapping.unit, a));
        let name = on_table
            .or_else(|| text_of(&mapping.unit, own?.value))
            .unwrap_or_else(|| snake_case(mapping.item_name()));
        self.idens.insert(mapping.unit.definition(mapping.item), name.into());
    }

    fn alias_tables(&mut self, graph: &Graph, unit: &Unit<'_>) {
        for alias in &unit.facts().aliases {
            let part = unit.here(alias.table).and_then(|definition| graph.declared_table(definition));
            if let Some(table) = part.and_then(|part| self.part(part)) {
                self.aliases.insert(unit.definition(alias.item), table);
            }
        }
    }

    /// `belongs_to(User)`, and the relations of an entity.
    fn relations(&mut self, unit: &Unit<'_>) {
        let facts = unit.facts();
        for attribute in &facts.attributes {
            let key = unit.name(attribute.key);
            let is_relation = matches!(key, "belongs_to" | "has_one" | "has_many");
            let reference = match attribute.value {
                AttributeValue::Path(reference) => Some(reference),
                AttributeValue::Text(_, reference) => reference,
                _ => None,
            };
            let (true, Some(reference)) = (is_relation, reference) else { continue };
            let Some(definition) = unit.here(reference) else { continue };
            let record = self.records.get(&definition).and_then(|record| record.table.clone());
            let Some(table) = record.or_else(|| self.entities.get(&definition).cloned()) else { continue };
            if let AttributeTarget::Member(member) = attribute.target
                && let Some(variant) = unit.variant(member)
            {
                self.relation_targets.insert(variant, definition);
            }
            let site = &facts.refs[reference.index()];
            let via = if unit.name(attribute.name) == "sea_orm" { "sea-orm" } else { "diesel" };
            self.declared.push(Declared {
                unit: unit.id(),
                table,
                pos: attribute.pos,
                scope: site.scope,
                test: site.test,
                via,
                view: false,
                relation: true,
            });
        }
    }

    /// The long form of relations: `impl RelationTrait for Relation` with `Entity::belongs_to(User)` in it.
    fn relations_by_hand(&mut self, unit: &Unit<'_>) {
        let facts = unit.facts();
        for implementation in &facts.impls {
            let is_relation = unit.implements(implementation, "RelationTrait");
            let (start, end) = implementation.members;
            let bodies = facts
                .bodies
                .iter()
                .filter(|body| matches!(body.owner, Owner::Member(member) if (start..end).contains(&member)));
            let nodes = bodies.filter(|_| is_relation).flat_map(|body| body.nodes.0..body.nodes.1);
            for node in nodes {
                let Some((entity, reference)) = related(unit, facts.nodes[node as usize]) else { continue };
                let Some(table) = self.entities.get(&entity).cloned() else { continue };
                let site = &facts.refs[reference.index()];
                self.declared.push(Declared {
                    unit: unit.id(),
                    table,
                    pos: site.pos,
                    scope: site.scope,
                    test: site.test,
                    via: "sea-orm",
                    view: false,
                    relation: true,
                });
            }
        }
    }
}

/// The entity that `Entity::belongs_to(Other)` and its like lead to, and the reference that says so.
fn related(unit: &Unit<'_>, node: Node) -> Option<(Definition, RefIx)> {
    let facts = unit.facts();
    let Node::Access(access) = node else { return None };
    let access = facts.accesses[access.index()];
    let path = |node: NodeIx| match facts.nodes.get(node.index()) {
        Some(Node::Path(reference, _)) => Some(*reference),
        _ => None,
    };
    let called = path(access.on).filter(|_| access.kind == AccessKind::Call)?;
    if !matches!(unit.last_segment(called), "belongs_to" | "has_one" | "has_many") {
        return None;
    }
    let other = path(*facts.node_list(access.arguments).first()?)?;
    Some((unit.here(other)?, other))
}

fn is_iden(unit: &Unit<'_>, attribute: &Attribute) -> bool {
    matches!(unit.name(attribute.key), "iden" | "rename")
}

fn text_of(unit: &Unit<'_>, value: AttributeValue) -> Option<String> {
    match value {
        AttributeValue::Text(literal, _) => {
            Some(unit.name(unit.facts().literals[literal.index()].text).to_owned())
        }
        _ => None,
    }
}

/// The attributes of a unit by item.
fn mappings(unit: Unit<'_>) -> Vec<Mapping<'_>> {
    let mut out: Vec<Mapping<'_>> = Vec::new();
    for attribute in &unit.facts().attributes {
        let AttributeTarget::Item(item) = attribute.target else { continue };
        match out.last_mut() {
            Some(last) if last.item == item => last.attributes.push(*attribute),
            _ => out.push(Mapping { unit, item, attributes: vec![*attribute] }),
        }
    }
    out.retain(|mapping| {
        matches!(
            unit.facts().items[mapping.item.index()].kind,
            ItemKind::Struct | ItemKind::StructValue | ItemKind::Enum
        )
    });
    out
}

impl Mapping<'_> {
    fn item_name(&self) -> &str {
        self.unit.name(self.unit.facts().items[self.item.index()].name)
    }

    fn derives(&self, name: &str) -> bool {
        self.attributes.iter().any(|a| self.unit.name(a.name) == "derive" && self.unit.name(a.key) == name)
    }

    fn value(&self, key: &str) -> Option<AttributeValue> {
        let found = self.attributes.iter().find(|a| self.unit.name(a.key) == key)?;
        Some(found.value)
    }

    fn text(&self, key: &str) -> Option<(String, Pos)> {
        let found = self.attributes.iter().find(|a| self.unit.name(a.key) == key)?;
        Some((text_of(&self.unit, found.value)?, found.pos))
    }
}

/// `OAuthSession` to `o_auth_session`: a word begins at a capital behind a small letter or a digit, and at the last of
/// several capitals if a small letter follows (heck's rule, which the derives use).
pub(super) fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (at, &c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| chars[at]);
        let next_is_small = chars.get(at + 1).is_some_and(|c| c.is_lowercase());
        let starts = c.is_uppercase()
            && before.is_some_and(|b| {
                b.is_lowercase() || b.is_ascii_digit() || (b.is_uppercase() && next_is_small)
            });
        if starts && !out.ends_with('_') {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}
