//! Expressions, looked through for the queries inside them.

use super::{Access, Walk};
use sqlparser::ast::{
    AccessExpr, Distinct, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause,
    FunctionArguments, GroupByExpr, InTarget, JsonPath, JsonPathElem, LimitClause, ObjectName, Select,
    SelectItem, SelectItemQualifiedWildcardKind, Subscript, WindowSpec, WindowType,
};

impl Walk {
    pub(super) fn exprs<'a>(&mut self, exprs: impl IntoIterator<Item = &'a Expr>) {
        exprs.into_iter().for_each(|expr| self.expr(expr));
    }

    /// An expression. Long chains of operators lean to the left: what is still to be seen is kept in a list.
    pub(super) fn expr(&mut self, expr: &Expr) {
        let mut pending = vec![expr];
        while let Some(expr) = pending.pop() {
            match expr {
                Expr::Subquery(query) | Expr::Exists { subquery: query, .. } => drop(self.query(query)),
                Expr::Function(function) => self.function(function),
                Expr::In { expr, target, .. } => {
                    pending.push(expr);
                    match target {
                        InTarget::List(list) => pending.extend(list),
                        InTarget::Subquery(query) => drop(self.query(query)),
                        InTarget::Unnest(expr) => pending.push(expr),
                        InTarget::Table { name, args: None } => drop(self.named(name, Access::Read)),
                        InTarget::Table { args: Some(args), .. } => {
                            args.iter().for_each(|arg| self.argument(arg))
                        }
                    }
                }
                other => children(other, &mut pending),
            }
        }
    }

    pub(super) fn function(&mut self, function: &Function) {
        self.arguments(&function.parameters);
        self.arguments(&function.args);
        self.exprs(function.within_group.iter().map(|order| &order.expr));
        self.exprs(function.filter.as_deref());
        if let Some(WindowType::WindowSpec(window)) = &function.over {
            self.window(window);
        }
    }

    fn arguments(&mut self, arguments: &FunctionArguments) {
        match arguments {
            FunctionArguments::None => {}
            FunctionArguments::Subquery(query) => drop(self.query(query)),
            FunctionArguments::List(list) => {
                list.args.iter().for_each(|arg| self.argument(arg));
                for clause in &list.clauses {
                    match clause {
                        FunctionArgumentClause::OrderBy(order) => self.exprs(order.iter().map(|o| &o.expr)),
                        FunctionArgumentClause::Limit(expr) => self.expr(expr),
                        _ => {}
                    }
                }
            }
        }
    }

    pub(super) fn argument(&mut self, argument: &FunctionArg) {
        let (FunctionArg::Named { arg, .. } | FunctionArg::ExprNamed { arg, .. } | FunctionArg::Unnamed(arg)) =
            argument;
        if let FunctionArgExpr::Expr(expr) = arg {
            self.expr(expr);
        }
    }

    fn window(&mut self, window: &WindowSpec) {
        self.exprs(&window.partition_by);
        self.exprs(window.order_by.iter().map(|order| &order.expr));
    }

    pub(super) fn limit(&mut self, limit: &LimitClause) {
        match limit {
            LimitClause::LimitOffset { limit, offset, limit_by } => {
                self.exprs(limit);
                self.exprs(offset.iter().map(|offset| &offset.value));
                self.exprs(limit_by);
            }
            LimitClause::OffsetCommaLimit { offset, limit } => self.exprs([offset, limit]),
        }
    }

    pub(super) fn select_items(&mut self, items: &[SelectItem]) {
        for item in items {
            match item {
                SelectItem::UnnamedExpr(expr)
                | SelectItem::ExprWithAlias { expr, .. }
                | SelectItem::ExprWithAliases { expr, .. }
                | SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::Expr(expr), _) => {
                    self.expr(expr)
                }
                SelectItem::QualifiedWildcard(..) | SelectItem::Wildcard(_) => {}
            }
        }
    }

    /// The expressions of a `SELECT`, without `FROM`.
    pub(super) fn select_exprs(&mut self, select: &Select) {
        self.select_items(&select.projection);
        if let Some(Distinct::On(exprs)) = &select.distinct {
            self.exprs(exprs);
        }
        self.exprs(&select.prewhere);
        self.exprs(&select.selection);
        match &select.group_by {
            GroupByExpr::Expressions(exprs, _) => self.exprs(exprs),
            GroupByExpr::All(_) => {}
        }
        self.exprs(select.sort_by.iter().map(|order| &order.expr));
        self.exprs(&select.cluster_by);
        self.exprs(&select.distribute_by);
        self.exprs(&select.having);
        self.exprs(&select.qualify);
        self.exprs(select.lateral_views.iter().map(|view| &view.lateral_view));
        for window in &select.named_window {
            if let sqlparser::ast::NamedWindowExpr::WindowSpec(window) = &window.1 {
                self.window(window);
            }
        }
    }
}

/// A plain name that was parsed as an expression.
pub(super) fn as_name(expr: &Expr) -> Option<ObjectName> {
    match expr {
        Expr::Identifier(ident) => Some(ObjectName::from(vec![ident.clone()])),
        Expr::CompoundIdentifier(idents) => Some(ObjectName::from(idents.clone())),
        _ => None,
    }
}

/// The expressions right inside an expression that is no query, no function and no `IN`.
fn children<'a>(expr: &'a Expr, into: &mut Vec<&'a Expr>) {
    match expr {
        Expr::IsFalse(e)
        | Expr::IsNotFalse(e)
        | Expr::IsTrue(e)
        | Expr::IsNotTrue(e)
        | Expr::IsNull(e)
        | Expr::IsNotNull(e)
        | Expr::IsUnknown(e)
        | Expr::IsNotUnknown(e)
        | Expr::Nested(e)
        | Expr::OuterJoin(e)
        | Expr::Prior(e)
        | Expr::IsJson { expr: e, .. }
        | Expr::IsNormalized { expr: e, .. }
        | Expr::UnaryOp { expr: e, .. }
        | Expr::Cast { expr: e, .. }
        | Expr::Extract { expr: e, .. }
        | Expr::Ceil { expr: e, .. }
        | Expr::Floor { expr: e, .. }
        | Expr::Collate { expr: e, .. }
        | Expr::Prefixed { value: e, .. }
        | Expr::Named { expr: e, .. } => into.push(e),
        Expr::IsDistinctFrom(a, b)
        | Expr::IsNotDistinctFrom(a, b)
        | Expr::BinaryOp { left: a, right: b, .. }
        | Expr::AnyOp { left: a, right: b, .. }
        | Expr::AllOp { left: a, right: b, .. }
        | Expr::SimilarTo { expr: a, pattern: b, .. }
        | Expr::RLike { expr: a, pattern: b, .. }
        | Expr::Like { expr: a, pattern: b, .. }
        | Expr::ILike { expr: a, pattern: b, .. }
        | Expr::AtTimeZone { timestamp: a, time_zone: b }
        | Expr::Position { expr: a, r#in: b } => into.extend([&**a, &**b]),
        Expr::Between { expr, low, high, .. } => into.extend([&**expr, &**low, &**high]),
        Expr::Substring { expr, substring_from, substring_for, .. } => {
            into.push(expr);
            into.extend(substring_from.as_deref());
            into.extend(substring_for.as_deref());
        }
        Expr::Trim { expr, trim_what, trim_characters, .. } => {
            into.push(expr);
            into.extend(trim_what.as_deref());
            into.extend(trim_characters.iter().flatten());
        }
        Expr::Overlay { expr, overlay_what, overlay_from, overlay_for } => {
            into.extend([&**expr, &**overlay_what, &**overlay_from]);
            into.extend(overlay_for.as_deref());
        }
        Expr::Convert { expr, styles, .. } => {
            into.push(expr);
            into.extend(styles);
        }
        Expr::Case { operand, conditions, else_result, .. } => {
            into.extend(operand.as_deref());
            into.extend(conditions.iter().flat_map(|when| [&when.condition, &when.result]));
            into.extend(else_result.as_deref());
        }
        Expr::GroupingSets(sets) | Expr::Cube(sets) | Expr::Rollup(sets) => {
            into.extend(sets.iter().flatten())
        }
        Expr::Tuple(exprs) => into.extend(exprs),
        Expr::Struct { values, .. } => into.extend(values),
        Expr::Dictionary(fields) => into.extend(fields.iter().map(|field| &*field.value)),
        Expr::Map(map) => into.extend(map.entries.iter().flat_map(|entry| [&*entry.key, &*entry.value])),
        Expr::Array(array) => into.extend(&array.elem),
        Expr::Interval(interval) => into.push(&interval.value),
        Expr::Lambda(lambda) => into.push(&lambda.body),
        Expr::MemberOf(member) => into.extend([&*member.value, &*member.array]),
        Expr::CompoundFieldAccess { root, access_chain } => {
            into.push(root);
            access_chain.iter().for_each(|access| accessed(access, into));
        }
        Expr::JsonAccess { value, path } => {
            into.push(value);
            json_path(path, into);
        }
        _ => {}
    }
}

fn accessed<'a>(access: &'a AccessExpr, into: &mut Vec<&'a Expr>) {
    match access {
        AccessExpr::Dot(expr) => into.push(expr),
        AccessExpr::Subscript(Subscript::Index { index }) => into.push(index),
        AccessExpr::Subscript(Subscript::Slice { lower_bound, upper_bound, stride }) => {
            into.extend([lower_bound, upper_bound, stride].into_iter().flatten());
        }
    }
}

fn json_path<'a>(path: &'a JsonPath, into: &mut Vec<&'a Expr>) {
    for element in &path.path {
        if let JsonPathElem::Bracket { key } | JsonPathElem::ColonBracket { key } = element {
            into.push(key);
        }
    }
}
