//! The tables that a parsed statement uses.
//!
//! A query returns the base tables it is made of, so that a query around it knows what it combines. Names of `WITH` are
//! kept on a stack; a name that is found there is no table.

mod expressions;
mod from;
mod write;

use super::ddl;
use super::found::{Found, Member};
use super::names::{self, Name};
use super::{Access, Change};
use sqlparser::ast::{
    CopySource, DeclareAssignment, FromTable, ObjectName, OrderByKind, Query, Select, SetExpr, Statement,
    TableFactor, With,
};

/// The uses and changes of a statement.
pub(super) fn statement(statement: &Statement) -> Found {
    let mut walk = Walk::default();
    walk.statement(statement);
    walk.found
}

/// The tables that a query is made of.
pub(super) fn query(query: &Query) -> Found {
    let mut walk = Walk::default();
    walk.query(query);
    walk.found
}

#[derive(Default)]
struct Walk {
    found: Found,
    /// Names of `WITH` that are in scope, with the base tables behind each.
    ctes: Vec<(String, Vec<Member>)>,
    /// Names that the items of `FROM` so far go by: `FROM t, t.tags` names no table `tags`.
    aliases: Vec<String>,
}

impl Walk {
    /// A whole statement; the members are what its rows come from, for `WITH x AS (DELETE … RETURNING …)`.
    fn statement(&mut self, statement: &Statement) -> Vec<Member> {
        match statement {
            Statement::Query(query) => return self.query(query),
            Statement::Insert(insert) => return self.insert(insert),
            Statement::Update(update) => return self.update(update),
            Statement::Delete(delete) => return self.delete(delete),
            Statement::Merge(merge) => return self.merge(merge),
            Statement::Explain { statement, .. } | Statement::Prepare { statement, .. } => {
                return self.statement(statement);
            }
            Statement::Copy { source, to, .. } => self.copy(source, *to),
            Statement::Truncate(truncate) => {
                truncate.table_names.iter().for_each(|target| self.write_name(&target.name));
            }
            Statement::Lock(lock) => lock.tables.iter().for_each(|target| self.read_name(&target.name)),
            Statement::LockTables { tables } => {
                let names = tables.iter().map(|lock| ObjectName::from(vec![lock.table.clone()]));
                names.for_each(|name| self.read_name(&name));
            }
            Statement::ExplainTable { table_name, .. } => self.read_name(table_name),
            Statement::LoadData { table_name, .. } => self.write_name(table_name),
            Statement::RefreshMaterializedView(refresh) => self.write_name(&refresh.name),
            Statement::Call(function) => self.function(function),
            Statement::Directory { source, .. } => drop(self.query(source)),
            Statement::Unload { query: Some(query), .. } => drop(self.query(query)),
            Statement::Declare { stmts, .. } => stmts.iter().for_each(|declare| {
                if let Some(query) = &declare.for_query {
                    self.query(query);
                }
                if let Some(DeclareAssignment::For(expr)) = &declare.assignment {
                    self.expr(expr);
                }
            }),
            Statement::CreateView(view) => self.create_view(view),
            Statement::CreateTable(table) => {
                self.found.extend(ddl::create_table(table));
                if let Some(query) = &table.query {
                    self.query(query);
                }
            }
            other => self.found.extend(ddl::statement(other)),
        }
        Vec::new()
    }

    fn create_view(&mut self, view: &sqlparser::ast::CreateView) {
        let name = names::object(&view.name);
        let made_of = query(&view.query);
        let mut reads: Vec<String> =
            made_of.uses.iter().filter(|u| u.access == Access::Read).map(|u| u.table.clone()).collect();
        reads.sort();
        reads.dedup();
        self.found.extend(made_of);
        if self.found.table(&name, Access::Ddl).is_some() {
            self.found.changes.push(Change::CreateView { view: name.table, reads });
        }
    }

    fn copy(&mut self, source: &CopySource, to: bool) {
        match source {
            CopySource::Table { table_name, .. } if to => self.read_name(table_name),
            CopySource::Table { table_name, .. } => self.write_name(table_name),
            CopySource::Query(query) => drop(self.query(query)),
        }
    }

    fn query(&mut self, query: &Query) -> Vec<Member> {
        let scope = self.ctes.len();
        if let Some(with) = &query.with {
            self.with(with);
        }
        let members = self.set_expr(&query.body);
        if let Some(order_by) = &query.order_by
            && let OrderByKind::Expressions(exprs) = &order_by.kind
        {
            exprs.iter().for_each(|order| self.expr(&order.expr));
        }
        if let Some(limit) = &query.limit_clause {
            self.limit(limit);
        }
        if let Some(quantity) = query.fetch.as_ref().and_then(|fetch| fetch.quantity.as_ref()) {
            self.expr(quantity);
        }
        self.ctes.truncate(scope);
        members
    }

    /// `WITH a AS (…), b AS (…)`: each name is known behind its query; with `RECURSIVE`, everywhere.
    fn with(&mut self, with: &With) {
        let scope = self.ctes.len();
        if with.recursive {
            self.ctes.extend(with.cte_tables.iter().map(|cte| (names::ident(&cte.alias.name), Vec::new())));
        }
        for (i, cte) in with.cte_tables.iter().enumerate() {
            let members = self.query(&cte.query);
            if with.recursive {
                self.ctes[scope + i].1 = members;
            } else {
                self.ctes.push((names::ident(&cte.alias.name), members));
            }
        }
    }

    /// A query's body. `a UNION b UNION c` leans to the left, and may be long: the left side is no recursion.
    fn set_expr(&mut self, body: &SetExpr) -> Vec<Member> {
        let mut members = Vec::new();
        let mut pending = vec![body];
        while let Some(body) = pending.pop() {
            match body {
                SetExpr::Select(select) => members.extend(self.select(select)),
                SetExpr::Query(query) => members.extend(self.query(query)),
                SetExpr::SetOperation { left, right, .. } => pending.extend([&**right, &**left]),
                SetExpr::Values(values) => values.rows.iter().for_each(|row| self.exprs(row.iter())),
                SetExpr::Insert(s) | SetExpr::Update(s) | SetExpr::Delete(s) | SetExpr::Merge(s) => {
                    members.extend(self.statement(s));
                }
                SetExpr::Table(table) => {
                    let parts = table.schema_name.iter().chain(&table.table_name).cloned();
                    members.extend(self.named(&ObjectName::from(parts.collect::<Vec<_>>()), Access::Read));
                }
            }
        }
        members
    }

    fn select(&mut self, select: &Select) -> Vec<Member> {
        let items = self.from(&select.from);
        self.found.join(&items);
        self.select_exprs(select);
        if let Some(into) = &select.into {
            for target in &into.targets {
                if let Some(name) = expressions::as_name(target) {
                    self.found.table(&names::object(&name), Access::Ddl);
                }
            }
        }
        items.into_iter().flatten().collect()
    }

    fn read_name(&mut self, name: &ObjectName) {
        self.named(name, Access::Read);
    }

    fn write_name(&mut self, name: &ObjectName) {
        self.found.table(&names::object(name), Access::Write);
    }

    /// A name in a place where a table is expected: the base tables behind it.
    fn named(&mut self, name: &ObjectName, access: Access) -> Vec<Member> {
        let name = names::object(name);
        if let Some(behind) = self.cte(&name) {
            return behind;
        }
        let is_row = !name.quoted && matches!(name.table.as_str(), "new" | "old" | "excluded");
        let is_column = name.qualifier.as_ref().is_some_and(|first| self.aliases.contains(first));
        if is_row || is_column {
            return Vec::new();
        }
        self.found.table(&name, access).into_iter().collect()
    }

    /// What stands behind a name of `WITH`.
    fn cte(&self, name: &Name) -> Option<Vec<Member>> {
        if name.qualifier.is_some() {
            return None;
        }
        self.ctes.iter().rev().find(|(cte, _)| *cte == name.table).map(|(_, members)| members.clone())
    }
}

/// The items of `DELETE FROM`.
fn deleted(from: &FromTable) -> &[sqlparser::ast::TableWithJoins] {
    match from {
        FromTable::WithFromKeyword(items) | FromTable::WithoutKeyword(items) => items,
    }
}

/// The name and the alias of a plain table.
fn plain(factor: &TableFactor) -> Option<(&ObjectName, Option<String>)> {
    match factor {
        TableFactor::Table { name, alias, args: None, .. } => {
            Some((name, alias.as_ref().map(|alias| names::ident(&alias.name))))
        }
        _ => None,
    }
}
