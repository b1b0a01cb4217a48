//! Strings that reach a function that takes SQL, and strings that look like SQL and reach none.

use super::summary::{Target, Template};
use super::value::{Base, Piece, Relation, Text, Value};
use super::{Evaluator, OpenText, Site};
use crate::extract::facts::{Node, NodeIx, Pos, Written};
use crate::sql::{self, Access, HOLE, Statement};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// Most statements of one body that its callers complete.
const MAX_TEMPLATES: usize = 32;
/// Shortest text that is looked at although it reaches no function that takes SQL.
const MIN_LOOSE: usize = 12;

impl Evaluator<'_> {
    /// The first string among arguments reaches a function that takes SQL.
    pub(in crate::data) fn sink_first(&mut self, args: &[Value], site: Site, via: &'static str) -> Value {
        let is_text = |value: &&Value| {
            value.alternatives().iter().any(|value| matches!(value, Value::Text(_) | Value::Input(_)))
        };
        let text = args
            .iter()
            .find(|value| matches!(value, Value::Text(_)))
            .or_else(|| args.iter().find(is_text))
            .or_else(|| args.iter().find(|value| value.relation().is_some()));
        match text {
            Some(text) => self.sink(&text.clone(), site, via),
            None => {
                self.opaque(site, "the SQL is not known here");
                Value::Unknown
            }
        }
    }

    /// A value reaches a function that takes SQL.
    pub(in crate::data) fn sink(&mut self, value: &Value, site: Site, via: &'static str) -> Value {
        let mut relation = Relation::new(via, Vec::new());
        let mut blind = true;
        for value in value.alternatives() {
            match value {
                Value::Text(text) if text.pieces.iter().all(|piece| *piece == Piece::Hole) => {}
                Value::Text(text) => {
                    blind = false;
                    self.statement(text, site, via, &mut relation);
                }
                Value::Input(input) => {
                    blind = false;
                    self.template(&Text { pieces: vec![Piece::Input(*input)] }, site, via, Target::Sql);
                }
                // A query of another library that was turned into SQL.
                Value::Relation(inner) => {
                    blind = false;
                    relation.nested.extend(inner.mentions());
                }
                _ => {}
            }
        }
        if blind {
            self.opaque(site, "the SQL is not known here");
        }
        relation.apart |= value.alternatives().len() > 1;
        self.unite(&relation);
        Value::Relation(Arc::new(relation))
    }

    /// A piece of a statement: it may name tables, but need not be complete or known.
    pub(in crate::data) fn fragment(&mut self, args: &[Value], site: Site, via: &'static str) -> Value {
        let mut relation = Relation::new(via, Vec::new());
        let Some(text) = args.iter().find(|value| matches!(value, Value::Text(_))) else {
            return Value::Unknown;
        };
        for value in text.alternatives() {
            if let Value::Text(text) = value {
                self.statement(text, site, via, &mut relation);
                if relation.base.is_empty() {
                    self.expression(text, site, via, &mut relation);
                }
            }
        }
        self.unite(&relation);
        Value::Relation(Arc::new(relation))
    }

    /// A value that names a table is touched.
    pub(in crate::data) fn touch(
        &mut self,
        name: &Value,
        access: Access,
        site: Site,
        via: &'static str,
    ) -> Vec<Base> {
        let mut out = Vec::new();
        for name in name.alternatives() {
            let table: Option<Arc<str>> = match name {
                Value::Table(table) => Some(table.clone()),
                Value::Entity(entity) => self.world.registry.entity(*entity).cloned(),
                // A query in the place of a table says by itself what it is of.
                Value::Relation(_) => continue,
                name => name.names().pop().map(Into::into),
            };
            match (table, name) {
                (Some(table), _) => {
                    let mention = Some(self.mention(&table, access, site, via));
                    out.push(Base { table, mention });
                }
                (None, Value::Input(input)) => {
                    let text = Text { pieces: vec![Piece::Input(*input)] };
                    self.template(&text, site, via, Target::Table(access));
                }
                (None, Value::Text(text)) if text.pieces.iter().any(|p| matches!(p, Piece::Input(_))) => {
                    self.template(text, site, via, Target::Table(access));
                }
                _ => self.opaque(site, "a table's name is put together at run time"),
            }
        }
        out
    }

    /// Looks into an expression: `ARRAY(SELECT …)`.
    fn expression(&mut self, text: &Text, site: Site, via: &'static str, relation: &mut Relation) {
        let select = format!("SELECT\n{}", spelled(text));
        for statement in sql::parse_query(&select, self.world.dialect).unwrap_or_default() {
            let mut statement = statement;
            // The first line is not the text's.
            statement.uses.iter_mut().for_each(|found| found.line -= 1);
            self.add_uses(&statement, text, site, via, relation);
        }
    }

    /// Notes a statement that the callers of the body have to complete.
    fn template(&mut self, text: &Text, site: Site, via: &'static str, target: Target) {
        let Some(body) = self.body else { return };
        self.note_template(body, Template { text: Arc::new(text.clone()), target, via });
        let partly = text.pieces.iter().any(|piece| matches!(piece, Piece::Known(..)));
        self.out.open_texts.push(OpenText { body, site, partly });
    }

    /// Notes something that the callers of a body have to complete.
    pub(super) fn note_template(&mut self, body: u32, template: Template) {
        let templates = self.templates.entry(body).or_default();
        if !templates.contains(&template) && templates.len() < MAX_TEMPLATES {
            templates.push(template);
        }
    }

    /// Looks into a string.
    fn statement(&mut self, text: &Text, site: Site, via: &'static str, relation: &mut Relation) {
        self.consume(text);
        let written = spelled(text);
        let has_input = text.pieces.iter().any(|piece| matches!(piece, Piece::Input(_)));
        let is_blank = text.pieces.iter().all(|piece| !matches!(piece, Piece::Known(..)));
        if is_blank && has_input {
            return self.template(text, site, via, Target::Sql);
        }
        let Some(statements) = sql::parse_query(&written, self.world.dialect) else { return };
        relation.apart |= statements.len() > 1;
        for statement in &statements {
            if statement.opaque_tables && has_input {
                self.template(text, site, via, Target::Sql);
                continue;
            }
            if statement.opaque_tables {
                self.opaque(site, "a table's name is put together at run time");
            }
            self.change(statement.changes.clone(), site);
            self.add_uses(statement, text, site, via, relation);
        }
    }

    fn add_uses(
        &mut self,
        statement: &Statement,
        text: &Text,
        site: Site,
        via: &'static str,
        relation: &mut Relation,
    ) {
        let of_table = |table: &str, joins: bool| {
            statement.uses.iter().any(|u| u.table == table && (u.access == Access::Join) == joins)
        };
        let first = relation.base.len();
        for found in &statement.uses {
            let joins = found.access == Access::Join;
            // A join is said in addition to the read or the write of the table, as a rule.
            if joins && of_table(&found.table, false) {
                continue;
            }
            let table: Arc<str> = found.table.as_str().into();
            let site = Site { pos: self.place(text, site, found.line, found.column), ..site };
            let mention = self.push_mention(&table, (!joins).then_some(found.access), site, via);
            let facts = self.out.mentions.get_mut(mention);
            facts.approximate = statement.approximate;
            facts.join = of_table(&found.table, true);
            relation.base.push(Base { table, mention: Some(mention) });
        }
        self.out.mentions.unite(relation.base[first..].iter().filter_map(|base| base.mention));
    }

    /// Where a line and a column of a string stand in the file: exact if the string is written in one piece.
    fn place(&self, text: &Text, site: Site, line: u32, column: u32) -> Pos {
        let [Piece::Known(_, Some(origin))] = text.pieces.as_slice() else { return site.pos };
        if origin.unit != self.unit.id() {
            return site.pos;
        }
        let literal = &self.unit.facts().literals[origin.literal.index()];
        match (literal.verbatim, line) {
            (true, 1) => Pos { line: literal.pos.line, column: literal.pos.column + column - 1 },
            (true, line) => Pos { line: literal.pos.line + line - 1, column },
            (false, _) => literal.pos,
        }
    }

    /// Notes that the literals of a string were looked into.
    fn consume(&mut self, text: &Text) {
        for piece in &text.pieces {
            if let Piece::Known(_, Some(origin)) = piece {
                self.out.consumed.insert(*origin);
            }
        }
    }

    /// Strings that no known function takes, for a look at the end: they count only if they are SQL beyond doubt.
    pub(super) fn loose_texts(&mut self) {
        let facts = self.unit.facts();
        let parts = self.parts();
        for (index, node) in facts.nodes.iter().enumerate() {
            let ix = NodeIx(index as u32);
            let is_part = match node {
                Node::Literal(literal) => parts.contains(&facts.literals[literal.index()].pos),
                Node::Concat(_) => false,
                _ => true,
            };
            if is_part {
                continue;
            }
            let value = self.value(ix);
            let Some(site) = self.site_of(&value) else { continue };
            let body = Some(self.body_of[index]).filter(|body| *body != u32::MAX);
            self.out.loose.push((value, site, body));
        }
    }

    /// Where the literals stand that other strings are made of: a template and its pieces begin at one place.
    fn parts(&self) -> FxHashSet<Pos> {
        let facts = self.unit.facts();
        let lists = facts.nodes.iter().filter_map(|node| match node {
            Node::Concat(list) => Some(facts.node_list(*list)),
            _ => None,
        });
        let literal = |node: &NodeIx| match facts.nodes.get(node.index()) {
            Some(Node::Literal(literal)) => Some(facts.literals[literal.index()].pos),
            _ => None,
        };
        lists.flatten().filter_map(literal).collect()
    }

    /// Where a string begins that is long enough to be SQL.
    fn site_of(&self, value: &Value) -> Option<Site> {
        let Some(Value::Text(text)) = value.alternatives().first() else { return None };
        if spelled(text).len() < MIN_LOOSE {
            return None;
        }
        let origin = text.pieces.iter().find_map(|piece| match piece {
            Piece::Known(_, Some(origin)) if origin.unit == self.unit.id() => Some(origin.literal),
            _ => None,
        })?;
        let literal = &self.unit.facts().literals[origin.index()];
        Some(Site { pos: literal.pos, scope: literal.scope, test: literal.test })
    }

    /// Tables that are named in the arguments of a macro that could not be read as code.
    pub(super) fn tables_in_macros(&mut self) {
        let facts = self.unit.facts();
        for (index, reference) in (0..).map(crate::extract::facts::RefIx).zip(&facts.refs) {
            let in_macro = reference.call.is_some() && reference.written == Written::MacroArgument;
            if !in_macro || self.used.contains(&index) {
                continue;
            }
            let table = self
                .unit
                .here(index)
                .and_then(|definition| self.world.registry.diesel_table(self.world.graph, definition));
            let Some(table) = table else { continue };
            let site = Site { pos: reference.pos, scope: reference.scope, test: reference.test };
            let mention = self.mention(&table, Access::Read, site, "diesel");
            self.out.mentions.get_mut(mention).approximate = true;
        }
    }
}

/// A string with a mark where something is not known.
pub(in crate::data) fn spelled(text: &Text) -> String {
    let mut out = String::new();
    for piece in &text.pieces {
        match piece {
            Piece::Known(text, _) => out.push_str(text),
            Piece::Hole | Piece::Input(_) => out.push(HOLE),
        }
    }
    out
}
