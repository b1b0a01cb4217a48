//! Loops: what they go over, and what their bodies name.

use super::facts::*;
use super::walk::{Mark, Walker};
use syn::visit::Visit;
use syn::{BinOp, Expr, Pat, Stmt, UnOp};

impl Walker {
    /// Walks a loop and notes it. It has no value that is followed.
    pub(super) fn repeated(&mut self, expr: &Expr) -> NodeIx {
        match expr {
            Expr::ForLoop(item) => {
                let value = self.value(&item.expr);
                let pos = self.pos(item.for_token.span);
                let start = self.mark();
                self.scoped_locals(|w| {
                    let element = w.derived(value, Node::Element);
                    w.pattern(&item.pat, element);
                    w.visit_block(&item.body);
                });
                let kind = match *item.expr {
                    Expr::Range(_) => LoopKind::Count(self.counter(&item.pat)),
                    _ if self.is_listed(&item.expr, value) => LoopKind::Listed,
                    _ => LoopKind::For(value),
                };
                self.push_loop(kind, self.stretch_since(&start), pos);
            }
            Expr::While(item) => {
                let pos = self.pos(item.while_token.span);
                let start = self.mark();
                let kind = self.scoped_locals(|w| {
                    let kind = w.condition(&item.cond);
                    w.visit_block(&item.body);
                    kind
                });
                self.push_loop(kind, self.stretch_since(&start), pos);
            }
            Expr::Loop(item) => {
                let pos = self.pos(item.loop_token.span);
                let start = self.mark();
                self.visit_block(&item.body);
                self.push_loop(LoopKind::Endless, self.stretch_since(&start), pos);
            }
            _ => {}
        }
        NodeIx::UNKNOWN
    }

    /// Whether an expression is a list that is written out, or what a method makes of one: `[a, b].iter()`.
    pub(super) fn is_listed(&self, expr: &Expr, value: NodeIx) -> bool {
        is_array(expr)
            || matches!(self.facts.nodes.get(value.index()), Some(Node::Access(access))
                if self.facts.accesses[access.index()].on_list)
    }

    /// Walks the condition of a `while`.
    fn condition(&mut self, condition: &Expr) -> LoopKind {
        if let Expr::Let(item) = condition {
            let value = self.value(&item.expr);
            self.pattern(&item.pat, value);
            return LoopKind::WhileLet(value);
        }
        self.visit_expr(condition);
        if counts(condition) && !tries_again(condition) { LoopKind::While } else { LoopKind::Endless }
    }

    /// The name of a number that is counted up.
    fn counter(&mut self, pat: &Pat) -> Option<Name> {
        match pat {
            Pat::Ident(pat) => Some(self.name(&pat.ident)),
            Pat::Type(pat) => self.counter(&pat.pat),
            _ => None,
        }
    }

    fn push_loop(&mut self, kind: LoopKind, stretch: Stretch, pos: Pos) {
        self.facts.loops.push(Loop { kind, stretch, pos });
    }

    /// Notes that what was walked since a mark leaves the loops around it.
    pub(super) fn exit(&mut self, start: &Mark) {
        let stretch = self.stretch_since(start);
        if stretch.refs.0 < stretch.refs.1 || stretch.accesses.0 < stretch.accesses.1 {
            self.facts.exits.push(stretch);
        }
    }

    /// Notes that what a value names is called.
    pub(super) fn mark_called(&mut self, callee: NodeIx) {
        if let Some(Node::Path(reference, _)) = self.facts.nodes.get(callee.index()) {
            self.facts.refs[reference.index()].called = true;
        }
    }
}

/// Whether a statement leaves the loop that it stands in, whatever happens.
pub(super) fn leaves(stmt: &Stmt) -> bool {
    matches!(stmt, Stmt::Expr(Expr::Return(_) | Expr::Break(_), _))
}

/// `[a, b]`, `&[a, b]`
fn is_array(expr: &Expr) -> bool {
    match expr {
        Expr::Array(list) => !list.elems.is_empty(),
        Expr::Reference(item) => is_array(&item.expr),
        Expr::Paren(item) => is_array(&item.expr),
        _ => false,
    }
}

/// Whether a condition counts how often something was tried: `retries < 3`.
fn tries_again(condition: &Expr) -> bool {
    let is_counter = |name: &syn::Ident| {
        let name = name.to_string();
        ["attempt", "retries", "retry", "tries"].iter().any(|word| name.contains(word))
    };
    match condition {
        Expr::Binary(item) => tries_again(&item.left) || tries_again(&item.right),
        Expr::Paren(item) => tries_again(&item.expr),
        Expr::Field(item) => matches!(&item.member, syn::Member::Named(name) if is_counter(name)),
        Expr::Path(item) => item.path.get_ident().is_some_and(is_counter),
        _ => false,
    }
}

/// Whether a condition compares: it becomes false when something was worked off. Others wait for something.
fn counts(condition: &Expr) -> bool {
    match condition {
        Expr::Binary(item) => {
            matches!(item.op, BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_) | BinOp::Ne(_))
                || (matches!(item.op, BinOp::And(_)) && (counts(&item.left) || counts(&item.right)))
        }
        Expr::Unary(item) => {
            matches!(item.op, UnOp::Not(_))
                && matches!(&*item.expr, Expr::MethodCall(call) if call.method == "is_empty")
        }
        Expr::Paren(item) => counts(&item.expr),
        _ => false,
    }
}
