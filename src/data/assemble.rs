//! From what was found in each unit to the model: texts without a sink, declarations, numbers instead of names.

use super::eval::mentions::Mention;
use super::eval::value::{Origin, Value};
use super::eval::{Outcome, Site, spelled};
use super::model::{DataModel, OpaqueQuery, Place, Table, TableAccess, TableId, TableKind};
use super::registry::Registry;
use super::rust_migrations::Migration;
use super::schema::SchemaFacts;
use super::{transactions, with_schema};
use crate::extract::facts::Pos;
use crate::graph::Graph;
use crate::graph::flow::{Definition, Unit, UnitId};
use crate::sql::{self, Access, Dialect};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::sync::Arc;

/// An access before tables have numbers.
#[derive(Clone, Debug)]
pub(super) struct Raw {
    pub table: Arc<str>,
    pub kind: TableKind,
    pub access: TableAccess,
    /// Unit and mention that it comes from.
    pub source: Option<(UnitId, u32)>,
}

/// Puts a model together.
pub(super) struct Assembly<'a> {
    pub graph: &'a Graph,
    pub registry: &'a Registry,
    pub outcomes: &'a [Outcome],
    pub dialect: Dialect,
    schema: SchemaFacts,
    raw: Vec<Raw>,
    declared: BTreeMap<Arc<str>, Table>,
    opaque: Vec<OpaqueQuery>,
    queries: u32,
}

impl<'a> Assembly<'a> {
    pub(super) fn new(
        graph: &'a Graph,
        registry: &'a Registry,
        outcomes: &'a [Outcome],
        dialect: Dialect,
        schema: SchemaFacts,
    ) -> Assembly<'a> {
        let (raw, opaque, declared) = (Vec::new(), Vec::new(), BTreeMap::new());
        Assembly { graph, registry, outcomes, dialect, schema, raw, declared, opaque, queries: 0 }
    }

    /// The finished model.
    pub(super) fn finish(mut self) -> DataModel {
        self.migrations();
        self.declarations();
        for index in 0..self.outcomes.len() {
            self.mentions(UnitId(index as u32));
        }
        self.loose_texts();
        self.opaque_places();
        let mut raw = std::mem::take(&mut self.raw);
        raw.sort_by(|a, b| key(a).cmp(&key(b)));
        // A file mounted twice says everything twice.
        raw.dedup_by(|later, first| key(later) == key(first));
        let tables = self.tables(&raw);
        let index: FxHashMap<&str, TableId> =
            tables.iter().zip(0..).map(|(table, index)| (table.name.as_str(), TableId(index))).collect();
        for raw in &mut raw {
            raw.access.table = index[&*raw.table];
        }
        number_queries(&mut raw);
        raw.sort_by(|a, b| {
            let key = |r: &Raw| (r.access.place.clone(), r.access.table, r.access.access, r.access.query);
            key(a).cmp(&key(b))
        });
        let transactions = transactions::all(self.graph, self.outcomes, &raw);
        let mut opaque = std::mem::take(&mut self.opaque);
        opaque.sort();
        opaque.dedup();
        let schema = with_schema::numbered(self.schema, &index);
        let accesses = raw.into_iter().map(|raw| raw.access).collect();
        DataModel { accesses, opaque, transactions, schema, tables, ..DataModel::default() }
    }

    /// What the schema says: it goes before what code declares.
    fn migrations(&mut self) {
        for (name, kind, place) in with_schema::declared(&self.schema) {
            let table = Table { name: name.to_string(), kind, declared: Some(place) };
            self.declared.entry(name).or_insert(table);
        }
        self.raw.extend(with_schema::accesses(&self.schema, self.queries));
        self.queries += self.schema.uses.iter().map(|found| found.statement + 1).max().unwrap_or(0);
        self.opaque.extend(with_schema::problems(&self.schema));
    }

    fn tables(&mut self, raw: &[Raw]) -> Vec<Table> {
        for name in with_schema::names(&self.schema) {
            let table = Table { name: name.to_owned(), kind: TableKind::Table, declared: None };
            self.declared.entry(name.into()).or_insert(table);
        }
        for raw in raw {
            let name = raw.table.to_string();
            let table = Table { name, kind: raw.kind, declared: None };
            self.declared.entry(raw.table.clone()).or_insert(table);
        }
        std::mem::take(&mut self.declared).into_values().collect()
    }

    fn access(
        &self,
        unit: &Unit<'_>,
        site: Site,
        access: Access,
        via: &'static str,
        body: Option<u32>,
        query: u32,
    ) -> TableAccess {
        TableAccess {
            table: TableId(0),
            access,
            place: place(unit, site.pos),
            node: Some(unit.node(site.scope)),
            function: function(unit, body),
            via,
            test: unit.is_test(site.scope, site.test),
            approximate: false,
            declaration: false,
            query,
        }
    }

    fn next_query(&mut self) -> u32 {
        self.queries += 1;
        self.queries - 1
    }

    /// `table!`, entities, relations.
    fn declarations(&mut self) {
        for declared in &self.registry.declared {
            let unit = self.graph.unit(declared.unit);
            let access = if declared.relation { Access::ForeignKey } else { Access::Ddl };
            let site = Site { pos: declared.pos, scope: declared.scope, test: declared.test };
            let query = self.next_query();
            let mut access = self.access(&unit, site, access, declared.via, None, query);
            access.declaration = true;
            let kind = if declared.view { TableKind::View } else { TableKind::Table };
            if !declared.relation {
                let place = Some(access.place.clone());
                let name = declared.table.to_string();
                self.declared.entry(declared.table.clone()).or_insert(Table { name, kind, declared: place });
            }
            self.raw.push(Raw { table: declared.table.clone(), kind, access, source: None });
        }
    }

    fn mentions(&mut self, id: UnitId) {
        let unit = self.graph.unit(id);
        let outcome = &self.outcomes[id.0 as usize];
        let migration = Migration::of(&unit);
        let mut queries: FxHashMap<u32, u32> = FxHashMap::default();
        for (index, mention) in (0..).zip(&outcome.mentions.list) {
            if migration.reverts(mention.body) {
                continue;
            }
            let statement = outcome.mentions.statement(super::eval::mentions::MentionId(index));
            let query = match queries.get(&statement) {
                Some(query) => *query,
                None => {
                    let query = self.next_query();
                    queries.insert(statement, query);
                    query
                }
            };
            let via = if migration.is_one { "migration" } else { mention.via };
            self.mention(&unit, &Mention { via, ..mention.clone() }, query, (id, index));
        }
    }

    fn mention(&mut self, unit: &Unit<'_>, mention: &Mention, query: u32, source: (UnitId, u32)) {
        let site = Site { pos: mention.pos, scope: mention.scope, test: mention.test };
        let kind = if mention.via == "mongodb" { TableKind::Collection } else { TableKind::Table };
        let joined = mention.join.then_some(Access::Join);
        for access in mention.access.into_iter().chain(joined) {
            let mut access = self.access(unit, site, access, mention.via, mention.body, query);
            access.approximate = mention.approximate;
            self.raw.push(Raw { table: mention.table.clone(), kind, access, source: Some(source) });
        }
    }

    /// Strings that reach no function that takes SQL, and are SQL all the same.
    fn loose_texts(&mut self) {
        let consumed: FxHashSet<Origin> =
            self.outcomes.iter().flat_map(|outcome| outcome.consumed.iter().copied()).collect();
        let known: FxHashSet<Arc<str>> =
            self.declared.keys().cloned().chain(self.raw.iter().map(|raw| raw.table.clone())).collect();
        for index in 0..self.outcomes.len() {
            let unit = self.graph.unit(UnitId(index as u32));
            for (value, site, body) in &self.outcomes[index].loose {
                for text in value.alternatives() {
                    self.loose_text(&unit, text, (*site, *body), &consumed, &known);
                }
            }
        }
    }

    fn loose_text(
        &mut self,
        unit: &Unit<'_>,
        value: &Value,
        (site, body): (Site, Option<u32>),
        consumed: &FxHashSet<Origin>,
        known: &FxHashSet<Arc<str>>,
    ) {
        let Value::Text(text) = value else { return };
        let is_consumed = text.pieces.iter().any(|piece| match piece {
            super::eval::value::Piece::Known(_, Some(origin)) => consumed.contains(origin),
            _ => false,
        });
        let written = spelled(text);
        if is_consumed || !sql::looks_like_sql(&written) {
            return;
        }
        let Some(statements) = sql::parse_query(&written, self.dialect) else { return };
        for statement in statements {
            let query = self.next_query();
            for found in &statement.uses {
                let mut access = self.access(unit, site, found.access, "sql", body, query);
                access.approximate = statement.approximate;
                let table: Arc<str> = found.table.as_str().into();
                // Where tables are known, SQL about others is for another engine.
                if known.is_empty() || known.contains(&table) {
                    self.raw.push(Raw { table, kind: TableKind::Table, access, source: None });
                }
            }
        }
    }

    fn opaque_places(&mut self) {
        let completed: FxHashSet<Definition> =
            self.outcomes.iter().flat_map(|outcome| outcome.completed.iter().copied()).collect();
        for (index, outcome) in self.outcomes.iter().enumerate() {
            let unit = self.graph.unit(UnitId(index as u32));
            for opaque in &outcome.opaque {
                self.opaque_place(&unit, opaque.site, opaque.reason, opaque.body);
            }
            for text in &outcome.open_texts {
                let owner = unit.owner(&unit.facts().bodies[text.body as usize]);
                if owner.is_none_or(|owner| !completed.contains(&owner)) {
                    let reason = match text.partly {
                        true => "a table's name is a parameter, and no call of the function is known",
                        false => "the SQL is a parameter, and no call of the function is known",
                    };
                    self.opaque_place(&unit, text.site, reason, Some(text.body));
                }
            }
        }
    }

    fn opaque_place(&mut self, unit: &Unit<'_>, site: Site, reason: &str, body: Option<u32>) {
        self.opaque.push(OpaqueQuery {
            place: place(unit, site.pos),
            reason: reason.to_owned(),
            node: Some(unit.node(site.scope)),
            function: function(unit, body),
            test: unit.is_test(site.scope, site.test),
        });
    }
}

/// A place of a unit in its file.
pub(super) fn place(unit: &Unit<'_>, pos: Pos) -> Place {
    let pos = unit.pos(pos);
    let file = unit.graph().model().file(unit.file()).path.as_str().into();
    Place { file, line: pos.line, column: pos.column }
}

/// The function that a body of a unit is, with its type.
pub(super) fn function(unit: &Unit<'_>, body: Option<u32>) -> Option<Arc<str>> {
    let owner = unit.owner(&unit.facts().bodies[body? as usize])?;
    Some(unit.graph().definition_name(owner).into())
}

/// What makes two accesses the same.
fn key(raw: &Raw) -> (Place, Arc<str>, Access, &'static str, bool) {
    let access = &raw.access;
    (access.place.clone(), raw.table.clone(), access.access, access.via, access.declaration)
}

/// Numbers statements in the order of their first access.
fn number_queries(raw: &mut [Raw]) {
    let mut numbers: FxHashMap<u32, u32> = FxHashMap::default();
    for raw in raw {
        let next = numbers.len() as u32;
        raw.access.query = *numbers.entry(raw.access.query).or_insert(next);
    }
}
