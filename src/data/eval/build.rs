//! What detectors work with: places, types, and queries that they put together.

use super::mentions::{Mention, MentionId};
use super::value::{Base, Relation, State, Value};
use super::{Evaluator, Opaque, Site};
use crate::extract::facts::{Node, NodeIx, RefIx, ScopeIx};
use crate::extract::module_files;
use crate::graph::flow::Definition;
use crate::sql::{Access, Change};
use rustc_hash::FxHashSet;
use std::sync::Arc;

impl Evaluator<'_> {
    /// Where a reference stands.
    pub(in crate::data) fn site(&self, reference: RefIx) -> Site {
        let facts = &self.unit.facts().refs[reference.index()];
        Site { pos: facts.pos, scope: facts.scope, test: facts.test }
    }

    /// Whether the package that the unit belongs to, or any other, uses one of some crates.
    pub(in crate::data) fn uses(&self, crates: &[&str]) -> bool {
        crates.iter().any(|name| self.world.libraries.contains(*name))
    }

    /// The text of a file whose path is relative to the package's folder.
    pub(in crate::data) fn package_file(&self, path: &str) -> Value {
        let node = self.unit.node(ScopeIx(0));
        let model = self.world.graph.model();
        let manifest = &model.packages[model.node(node).package_index].manifest;
        let path = module_files::beside(module_files::dir(manifest), path);
        (self.world.read)(&path).map_or(Value::Unknown, |text| Value::text(&text))
    }

    /// Notes that a place names a table.
    pub(in crate::data) fn mention(
        &mut self,
        table: &Arc<str>,
        access: Access,
        site: Site,
        via: &'static str,
    ) -> MentionId {
        self.push_mention(table, Some(access), site, via)
    }

    pub(super) fn push_mention(
        &mut self,
        table: &Arc<str>,
        access: Option<Access>,
        site: Site,
        via: &'static str,
    ) -> MentionId {
        self.out.mentions.push(Mention {
            table: table.clone(),
            access,
            join: false,
            pos: site.pos,
            scope: site.scope,
            test: site.test,
            via,
            approximate: false,
            body: self.body,
            on: Value::Unknown,
        })
    }

    /// A query of one table that is named at a place.
    pub(in crate::data) fn query_of(
        &mut self,
        table: &Arc<str>,
        access: Access,
        site: Site,
        via: &'static str,
    ) -> Value {
        let mention = self.mention(table, access, site, via);
        let base = Base { table: table.clone(), mention: Some(mention) };
        Value::Relation(Arc::new(Relation { access, ..Relation::new(via, vec![base]) }))
    }

    /// Makes the tables that a query is of the target of a write.
    pub(in crate::data) fn make_write(&mut self, relation: &Relation) {
        for mention in relation.base.iter().filter_map(|base| base.mention) {
            self.out.mentions.get_mut(mention).access = Some(Access::Write);
        }
    }

    /// Combines the tables of two queries.
    pub(in crate::data) fn join(&mut self, left: &Relation, right: &Relation, site: Site) -> Relation {
        let mut out = left.clone();
        out.base.extend(right.base.iter().cloned());
        let tables: FxHashSet<&str> = out.base.iter().map(|base| &*base.table).collect();
        if tables.len() > 1 {
            let mut base = out.base.clone();
            for base in &mut base {
                let mention = match base.mention {
                    Some(mention) => mention,
                    // Named elsewhere; it is combined with others here.
                    None => self.push_mention(&base.table, None, site, left.via),
                };
                self.out.mentions.get_mut(mention).join = true;
                base.mention = Some(mention);
            }
            out.base = base;
            out.joins = true;
        }
        out.nested.extend(&right.nested);
        out.tidy();
        self.unite(&out);
        out
    }

    /// Makes what a statement touches one query.
    pub(in crate::data) fn unite(&mut self, relation: &Relation) {
        if !relation.apart {
            self.out.mentions.unite(relation.mentions());
        }
    }

    /// Adds the queries among arguments to a statement.
    pub(in crate::data) fn with_nested(&mut self, relation: &Relation, args: &[Value]) -> Relation {
        let mut out = relation.clone();
        for arg in args {
            self.nest(&mut out, arg, 0);
        }
        out.tidy();
        self.unite(&out);
        out
    }

    fn nest(&mut self, out: &mut Relation, arg: &Value, depth: usize) {
        match arg {
            Value::Relation(inner) if inner.state == State::Query => out.nested.extend(inner.mentions()),
            Value::Tuple(parts) if depth < 8 => parts.iter().for_each(|part| self.nest(out, part, depth + 1)),
            Value::OneOf(values) if depth < 8 => values.iter().for_each(|v| self.nest(out, v, depth + 1)),
            Value::List(inner) if depth < 8 => self.nest(out, inner, depth + 1),
            _ => {}
        }
    }

    /// Notes that something is asked of a definition: the unit is looked at again if that changes.
    pub(in crate::data) fn ask(&mut self, definition: Definition) {
        self.out.asked.insert(definition);
    }

    /// Notes changes of the schema.
    pub(in crate::data) fn change(&mut self, changes: Vec<Change>, site: Site) {
        self.out.changes.extend(changes.into_iter().map(|change| (self.body, change, site)));
    }

    /// Whether a value is named right where it is used, and not by way of a binding.
    pub(in crate::data) fn is_path(&self, node: NodeIx) -> bool {
        matches!(self.unit.facts().nodes.get(node.index()), Some(Node::Path(..)))
    }

    /// Takes back what was noted of the tables of a query.
    pub(in crate::data) fn take_back(&mut self, relation: &Relation) {
        for mention in relation.base.iter().filter_map(|base| base.mention) {
            let mention = self.out.mentions.get_mut(mention);
            (mention.access, mention.join) = (None, false);
        }
    }

    /// Notes the name of a common table expression: it is no table in the body that names it.
    pub(in crate::data) fn name_cte(&mut self, names: &[Arc<str>]) {
        self.ctes.extend(names.iter().map(|name| (self.body, name.clone())));
    }

    /// Takes back what was noted of common table expressions.
    pub(super) fn forget_ctes(&mut self) {
        for mention in &mut self.out.mentions.list {
            if self.ctes.contains(&(mention.body, mention.table.clone())) {
                (mention.access, mention.join) = (None, false);
            }
        }
    }

    /// Notes a query that cannot be looked into.
    pub(in crate::data) fn opaque(&mut self, site: Site, reason: &'static str) {
        self.out.opaque.push(Opaque { site, reason, body: self.body });
    }
}
