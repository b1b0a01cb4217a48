//! What stands in `FROM`, `USING` and `JOIN`.

use super::{Access, Member, Walk, names};
use sqlparser::ast::{Join, JoinConstraint, JoinOperator, TableAlias, TableFactor, TableWithJoins};

impl Walk {
    /// A list of items; the base tables of each, items that are joined apart.
    pub(super) fn from(&mut self, list: &[TableWithJoins]) -> Vec<Vec<Member>> {
        let scope = self.aliases.len();
        let mut items = Vec::new();
        for item in list {
            self.with_joins(item, &mut items);
        }
        self.aliases.truncate(scope);
        items
    }

    fn with_joins(&mut self, item: &TableWithJoins, items: &mut Vec<Vec<Member>>) {
        let members = self.factor(&item.relation);
        items.push(members);
        for join in &item.joins {
            self.joined(join, items);
        }
    }

    fn joined(&mut self, join: &Join, items: &mut Vec<Vec<Member>>) {
        let members = self.factor(&join.relation);
        items.push(members);
        if let Some(JoinConstraint::On(expr)) = constraint(&join.join_operator) {
            self.expr(expr);
        }
    }

    /// The constraints of the joins of an item, without its tables.
    pub(super) fn join_conditions(&mut self, item: &TableWithJoins) {
        for join in &item.joins {
            if let Some(JoinConstraint::On(expr)) = constraint(&join.join_operator) {
                self.expr(expr);
            }
        }
    }

    /// One item: the base tables it is made of.
    pub(super) fn factor(&mut self, factor: &TableFactor) -> Vec<Member> {
        match factor {
            TableFactor::Table { name, alias, args, .. } => {
                if let Some(args) = args {
                    args.args.iter().for_each(|arg| self.argument(arg));
                    self.alias(alias.as_ref());
                    return Vec::new();
                }
                let members = self.named(name, Access::Read);
                match alias {
                    Some(_) => self.alias(alias.as_ref()),
                    None => self.aliases.push(names::object(name).table),
                }
                members
            }
            TableFactor::Derived { subquery, alias, .. } => {
                let members = self.query(subquery);
                self.alias(alias.as_ref());
                members
            }
            TableFactor::NestedJoin { table_with_joins, alias } => {
                let mut items = Vec::new();
                self.with_joins(table_with_joins, &mut items);
                self.found.join(&items);
                self.alias(alias.as_ref());
                items.into_iter().flatten().collect()
            }
            TableFactor::Pivot { table, .. }
            | TableFactor::Unpivot { table, .. }
            | TableFactor::MatchRecognize { table, .. } => self.factor(table),
            other => {
                self.table_function(other);
                Vec::new()
            }
        }
    }

    fn table_function(&mut self, factor: &TableFactor) {
        match factor {
            TableFactor::TableFunction { expr, alias } => {
                self.expr(expr);
                self.alias(alias.as_ref());
            }
            TableFactor::Function { args, alias, .. } => {
                args.iter().for_each(|arg| self.argument(arg));
                self.alias(alias.as_ref());
            }
            TableFactor::UNNEST { array_exprs, alias, .. } => {
                self.exprs(array_exprs);
                self.alias(alias.as_ref());
            }
            TableFactor::JsonTable { json_expr, alias, .. }
            | TableFactor::OpenJsonTable { json_expr, alias, .. } => {
                self.expr(json_expr);
                self.alias(alias.as_ref());
            }
            TableFactor::XmlTable { row_expression, alias, .. } => {
                self.expr(row_expression);
                self.alias(alias.as_ref());
            }
            _ => {}
        }
    }

    fn alias(&mut self, alias: Option<&TableAlias>) {
        self.aliases.extend(alias.map(|alias| names::ident(&alias.name)));
    }
}

fn constraint(operator: &JoinOperator) -> Option<&JoinConstraint> {
    match operator {
        JoinOperator::Join(c)
        | JoinOperator::Inner(c)
        | JoinOperator::Left(c)
        | JoinOperator::LeftOuter(c)
        | JoinOperator::Right(c)
        | JoinOperator::RightOuter(c)
        | JoinOperator::FullOuter(c)
        | JoinOperator::CrossJoin(c)
        | JoinOperator::Semi(c)
        | JoinOperator::LeftSemi(c)
        | JoinOperator::RightSemi(c)
        | JoinOperator::Anti(c)
        | JoinOperator::LeftAnti(c)
        | JoinOperator::RightAnti(c)
        | JoinOperator::StraightJoin(c)
        | JoinOperator::AsOf { constraint: c, .. } => Some(c),
        JoinOperator::CrossApply
        | JoinOperator::OuterApply
        | JoinOperator::ArrayJoin
        | JoinOperator::LeftArrayJoin
        | JoinOperator::InnerArrayJoin => None,
    }
}
