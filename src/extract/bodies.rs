//! Bodies: blocks and statements, with the locals and generics that are in scope in them, and how syn's visitor gets to
//! what the other files of this folder take.

use super::attributes as attr;
use super::facts::*;
use super::items::item_name;
use super::names::Sym;
use super::uses;
use super::walk::Walker;
use syn::visit::Visit;
use syn::{Expr, Item as SynItem, Pat, Stmt, Type};

impl Walker {
    /// Names that a block's items and imports take, if it has any.
    fn block_items(&mut self, stmts: &[Stmt]) -> Option<Vec<Sym>> {
        let mut taken = Vec::new();
        let mut any = false;
        for stmt in stmts {
            match stmt {
                Stmt::Item(SynItem::Use(item)) => {
                    any = true;
                    uses::introduced(&item.tree, &mut self.names, &mut taken);
                }
                Stmt::Item(item) => {
                    any = true;
                    if let Some(ident) = item_name(item) {
                        taken.push(self.names.ident(ident));
                    }
                }
                Stmt::Macro(stmt) if super::known::makes_items(&stmt.mac.path) => any = true,
                _ => {}
            }
        }
        any.then_some(taken)
    }

    /// Statements with the scope they open; the value of the last one, if that is a value.
    pub(super) fn statements(&mut self, stmts: &[Stmt]) -> NodeIx {
        let depth = self.env.depth();
        let mut value = NodeIx::UNKNOWN;
        match self.block_items(stmts) {
            Some(taken) => {
                self.env.items(taken);
                self.in_scope(ScopeKind::Block, |w, _| value = w.statements_in(stmts));
            }
            None => value = self.statements_in(stmts),
        }
        self.env.truncate(depth);
        value
    }

    fn statements_in(&mut self, stmts: &[Stmt]) -> NodeIx {
        self.env.locals();
        let start = self.mark();
        let mut value = NodeIx::UNKNOWN;
        for stmt in stmts {
            value = NodeIx::UNKNOWN;
            match stmt {
                Stmt::Item(item) => self.item(item),
                Stmt::Macro(stmt) if super::known::makes_items(&stmt.mac.path) => {
                    self.macro_call(&stmt.mac, CallPosition::Item);
                }
                other => {
                    let before = self.enter_attrs(statement_attrs(other));
                    match other {
                        Stmt::Expr(expr, None) => value = self.value(expr),
                        Stmt::Macro(stmt) => value = self.macro_call(&stmt.mac, CallPosition::Body),
                        other => self.visit_stmt(other),
                    }
                    self.leave_test(before);
                }
            }
        }
        if stmts.last().is_some_and(super::loops::leaves) {
            self.exit(&start);
        }
        value
    }

    pub(super) fn scoped_locals<T>(&mut self, walk: impl FnOnce(&mut Self) -> T) -> T {
        let depth = self.env.depth();
        self.env.locals();
        let out = walk(self);
        self.env.truncate(depth);
        out
    }
}

impl Walker {
    /// Notes a body that began with a value.
    pub(super) fn body(&mut self, owner: Owner, start: u32, inputs: Range, receiver: bool, result: NodeIx) {
        let nodes = (start, self.facts.nodes.len() as u32);
        self.facts.bodies.push(Body { owner, nodes, inputs, receiver, result });
    }

    /// Notes the value of a constant.
    pub(super) fn constant(&mut self, owner: Owner, expr: &Expr) {
        let start = self.facts.nodes.len() as u32;
        let result = self.value(expr);
        if result != NodeIx::UNKNOWN {
            self.body(owner, start, (0, 0), false, result);
        }
    }

    /// The value of a body: its own, or one that it returns early.
    pub(super) fn with_returns(&mut self, walk: impl FnOnce(&mut Self) -> NodeIx) -> NodeIx {
        let outer = std::mem::take(&mut self.returns);
        let last = walk(self);
        let mut values = std::mem::replace(&mut self.returns, outer);
        if values.is_empty() {
            return last;
        }
        values.push(last);
        self.either(&values)
    }
}

impl<'ast> Visit<'ast> for Walker {
    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        let metas = attr::flat(std::slice::from_ref(attribute));
        self.attribute_paths(&metas);
    }

    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_item(&mut self, item: &'ast SynItem) {
        self.item(item);
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.statements(&block.stmts);
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        let before = self.enter_attrs(&local.attrs);
        let mut value = NodeIx::UNKNOWN;
        if let Some(init) = &local.init {
            value = self.value(&init.expr);
            if let Some((_, diverge)) = &init.diverge {
                self.visit_expr(diverge);
            }
        }
        self.pattern(&local.pat, value);
        self.leave_test(before);
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        self.value(expr);
    }

    fn visit_pat(&mut self, pat: &'ast Pat) {
        self.pattern(pat, NodeIx::UNKNOWN);
    }

    fn visit_type(&mut self, ty: &'ast Type) {
        self.ty(ty);
    }

    /// Any path that no other case took.
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.path(path, Ns::TYPE);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        self.macro_call(mac, CallPosition::Body);
    }
}

/// Attributes of a statement that may stand under a `cfg`.
fn statement_attrs(stmt: &Stmt) -> &[syn::Attribute] {
    match stmt {
        Stmt::Macro(stmt) => &stmt.attrs,
        Stmt::Expr(Expr::Block(e), _) => &e.attrs,
        Stmt::Expr(Expr::Call(e), _) => &e.attrs,
        Stmt::Expr(Expr::If(e), _) => &e.attrs,
        Stmt::Expr(Expr::Match(e), _) => &e.attrs,
        Stmt::Expr(Expr::MethodCall(e), _) => &e.attrs,
        _ => &[],
    }
}
