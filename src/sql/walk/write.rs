//! `INSERT`, `UPDATE`, `DELETE`, `MERGE`.

use super::{Access, Member, Walk, deleted, names, plain};
use sqlparser::ast::{
    Assignment, AssignmentTarget, Delete, Insert, Merge, MergeAction, MergeInsertKind, MergeUpdateKind,
    ObjectName, OnConflictAction, OnInsert, OutputClause, TableObject, TableWithJoins, Update,
    UpdateTableFromKind,
};

impl Walk {
    pub(super) fn insert(&mut self, insert: &Insert) -> Vec<Member> {
        let mut members = Vec::new();
        match &insert.table {
            TableObject::TableName(name) => {
                members.extend(self.found.table(&names::object(name), Access::Write));
            }
            TableObject::TableFunction(function) => self.function(function),
            TableObject::TableQuery(query) => drop(self.query(query)),
        }
        for into in &insert.multi_table_into_clauses {
            self.write_name(&into.table_name);
        }
        if let Some(source) = &insert.source {
            self.query(source);
        }
        self.assignments(&insert.assignments);
        match &insert.on {
            Some(OnInsert::DuplicateKeyUpdate(assignments)) => self.assignments(assignments),
            Some(OnInsert::OnConflict(conflict)) => {
                if let OnConflictAction::DoUpdate(update) = &conflict.action {
                    self.assignments(&update.assignments);
                    self.exprs(&update.selection);
                }
            }
            _ => {}
        }
        self.returning(insert.returning.as_deref(), insert.output.as_ref());
        members
    }

    pub(super) fn update(&mut self, update: &Update) -> Vec<Member> {
        let from = match &update.from {
            Some(UpdateTableFromKind::BeforeSet(from) | UpdateTableFromKind::AfterSet(from)) => {
                from.as_slice()
            }
            None => &[],
        };
        let mut items = if update.table.joins.is_empty() {
            vec![self.target(&update.table, from)]
        } else {
            self.update_joined(update)
        };
        items.extend(self.from(from));
        self.found.join(&items);
        self.assignments(&update.assignments);
        self.exprs(&update.selection);
        self.exprs(update.order_by.iter().map(|order| &order.expr));
        self.exprs(&update.limit);
        self.returning(update.returning.as_deref(), update.output.as_ref());
        items.swap_remove(0)
    }

    /// The one table that is written. It may be called by an alias that `FROM` gives it.
    fn target(&mut self, target: &TableWithJoins, from: &[TableWithJoins]) -> Vec<Member> {
        let Some((name, _)) = plain(&target.relation) else { return self.factor(&target.relation) };
        let name = aliased(&names::object(name), from).unwrap_or(name);
        self.found.table(&names::object(name), Access::Write).into_iter().collect()
    }

    /// `UPDATE a JOIN b … SET a.x = …`: those are written whose columns are set.
    fn update_joined(&mut self, update: &Update) -> Vec<Vec<Member>> {
        let set: Vec<String> = update.assignments.iter().flat_map(qualifiers).collect();
        let mut items = Vec::new();
        let factors =
            std::iter::once(&update.table.relation).chain(update.table.joins.iter().map(|j| &j.relation));
        for (i, factor) in factors.enumerate() {
            let members = match plain(factor) {
                Some((name, alias)) => {
                    let called = alias.unwrap_or_else(|| names::object(name).table);
                    let written = if set.is_empty() { i == 0 } else { set.contains(&called) };
                    self.named(name, if written { Access::Write } else { Access::Read })
                }
                None => self.factor(factor),
            };
            items.push(members);
        }
        self.join_conditions(&update.table);
        items
    }

    pub(super) fn delete(&mut self, delete: &Delete) -> Vec<Member> {
        let from = deleted(&delete.from);
        let using = delete.using.as_deref().unwrap_or_default();
        let mut items: Vec<Vec<Member>> = Vec::new();
        if delete.tables.is_empty() {
            // `DELETE FROM a USING b`; MySQL's `DELETE FROM x USING a AS x JOIN b` names the tables in `USING`.
            for item in from {
                let target = self.target(item, using);
                items.push(target);
                items.extend(item.joins.iter().map(|join| self.factor(&join.relation)).collect::<Vec<_>>());
                self.join_conditions(item);
            }
        } else {
            for name in &delete.tables {
                let target = aliased(&names::object(name), from).unwrap_or(name);
                let target = self.found.table(&names::object(target), Access::Write);
                items.push(target.into_iter().collect());
            }
            let written: Vec<String> = items.iter().flatten().map(|member| member.table.clone()).collect();
            let uses = self.found.uses.len();
            items.extend(self.from(from));
            // The tables that lose rows stand in `FROM` as well.
            let read = self.found.uses.split_off(uses);
            self.found
                .uses
                .extend(read.into_iter().filter(|u| u.access != Access::Read || !written.contains(&u.table)));
        }
        let uses = self.found.uses.len();
        let written: Vec<String> = items.iter().take(1).flatten().map(|m| m.table.clone()).collect();
        items.extend(self.from(using));
        let read = self.found.uses.split_off(uses);
        let renames = using.iter().any(|item| !item.joins.is_empty());
        self.found.uses.extend(
            read.into_iter().filter(|u| !(renames && u.access == Access::Read && written.contains(&u.table))),
        );
        self.found.join(&items);
        self.exprs(&delete.selection);
        self.exprs(delete.order_by.iter().map(|order| &order.expr));
        self.exprs(&delete.limit);
        self.returning(delete.returning.as_deref(), delete.output.as_ref());
        items.into_iter().next().unwrap_or_default()
    }

    pub(super) fn merge(&mut self, merge: &Merge) -> Vec<Member> {
        let target: Vec<Member> = match plain(&merge.table) {
            Some((name, _)) => self.found.table(&names::object(name), Access::Write).into_iter().collect(),
            None => self.factor(&merge.table),
        };
        let items = [target, self.factor(&merge.source)];
        self.found.join(&items);
        self.expr(&merge.on);
        for clause in &merge.clauses {
            self.exprs(&clause.predicate);
            match &clause.action {
                MergeAction::Insert(insert) => {
                    if let MergeInsertKind::Values(values) = &insert.kind {
                        values.rows.iter().for_each(|row| self.exprs(row.iter()));
                    }
                }
                MergeAction::Update(update) => {
                    if let MergeUpdateKind::Set(assignments) = &update.kind {
                        self.assignments(assignments);
                    }
                }
                MergeAction::Delete { .. } | MergeAction::DoNothing { .. } => {}
            }
        }
        let [target, _] = items;
        target
    }

    fn assignments(&mut self, assignments: &[Assignment]) {
        self.exprs(assignments.iter().map(|assignment| &assignment.value));
    }

    fn returning(&mut self, returning: Option<&[sqlparser::ast::SelectItem]>, output: Option<&OutputClause>) {
        self.select_items(returning.unwrap_or_default());
        if let Some(
            OutputClause::Output { select_items, .. } | OutputClause::Returning { select_items, .. },
        ) = output
        {
            self.select_items(select_items);
        }
    }
}

/// The tables that an assignment names in front of its columns.
fn qualifiers(assignment: &Assignment) -> Vec<String> {
    let targets = match &assignment.target {
        AssignmentTarget::ColumnName(name) => std::slice::from_ref(name),
        AssignmentTarget::Tuple(names) => names,
    };
    targets.iter().filter_map(|name| names::object(name).qualifier).collect()
}

/// The table that goes by an alias in a list of items.
fn aliased<'a>(name: &names::Name, from: &'a [TableWithJoins]) -> Option<&'a ObjectName> {
    if name.qualifier.is_some() {
        return None;
    }
    let factors = from
        .iter()
        .flat_map(|item| std::iter::once(&item.relation).chain(item.joins.iter().map(|join| &join.relation)));
    factors.filter_map(plain).find(|(_, alias)| alias.as_ref() == Some(&name.table)).map(|(table, _)| table)
}
