//! Bodies: statements, expressions, patterns and types, with the locals and generics that are in scope in them.

use super::attributes as attr;
use super::facts::*;
use super::items::item_name;
use super::names::Sym;
use super::uses;
use super::walk::Walker;
use syn::visit::{self, Visit};
use syn::{Expr, Item as SynItem, Pat, Stmt, Type};

impl Walker {
    /// Opens a frame with the parameters' names and walks bounds and defaults; the caller truncates the environment.
    pub(super) fn open_generics(&mut self, generics: &syn::Generics) {
        if generics.params.is_empty() && generics.where_clause.is_none() {
            return;
        }
        let mut params = Vec::new();
        for param in &generics.params {
            match param {
                syn::GenericParam::Type(p) => params.push(self.names.ident(&p.ident)),
                syn::GenericParam::Const(p) => params.push(self.names.ident(&p.ident)),
                syn::GenericParam::Lifetime(_) => {}
            }
        }
        self.env.generics(params);
        self.visit_generics(generics);
    }

    /// A function's signature and body. Leaves its frames on the environment for the caller to truncate.
    pub(super) fn function(&mut self, sig: &syn::Signature, body: Option<&syn::Block>) {
        self.open_generics(&sig.generics);
        self.env.locals();
        for input in &sig.inputs {
            match input {
                syn::FnArg::Receiver(receiver) => self.visit_receiver(receiver),
                syn::FnArg::Typed(typed) => {
                    let before = self.enter_attrs(&typed.attrs);
                    self.visit_type(&typed.ty);
                    self.visit_pat(&typed.pat);
                    self.leave_test(before);
                }
            }
        }
        self.visit_return_type(&sig.output);
        if let Some(body) = body {
            self.visit_block(body);
        }
    }

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

    pub(super) fn statements(&mut self, stmts: &[Stmt]) {
        let depth = self.env.depth();
        match self.block_items(stmts) {
            Some(taken) => {
                self.env.items(taken);
                self.in_scope(ScopeKind::Block, |w, _| w.statements_in(stmts));
            }
            None => self.statements_in(stmts),
        }
        self.env.truncate(depth);
    }

    fn statements_in(&mut self, stmts: &[Stmt]) {
        self.env.locals();
        for stmt in stmts {
            match stmt {
                Stmt::Item(item) => self.item(item),
                Stmt::Macro(stmt) if super::known::makes_items(&stmt.mac.path) => {
                    self.macro_call(&stmt.mac, CallPosition::Item);
                }
                other => {
                    let before = self.enter_attrs(statement_attrs(other));
                    self.visit_stmt(other);
                    self.leave_test(before);
                }
            }
        }
    }

    fn scoped_locals(&mut self, walk: impl FnOnce(&mut Self)) {
        let depth = self.env.depth();
        self.env.locals();
        walk(self);
        self.env.truncate(depth);
    }

    fn bind(&mut self, ident: &syn::Ident, plain: bool) {
        let sym = self.names.ident(ident);
        let upper = self.names.as_str(sym).starts_with(|c: char| c.is_uppercase());
        if plain && upper {
            // Either a binding or a constant, unit struct or variant: only the resolver can tell.
            let guess = std::mem::replace(&mut self.guess, true);
            self.with_written(Written::Pattern, |w| w.reference(&[sym], false, Ns::VALUE, ident.span()));
            self.guess = guess;
            self.env.bind(sym, false);
        } else {
            self.env.bind(sym, true);
        }
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
        if let Some(init) = &local.init {
            self.visit_expr(&init.expr);
            if let Some((_, diverge)) = &init.diverge {
                self.visit_expr(diverge);
            }
        }
        self.visit_pat(&local.pat);
        self.leave_test(before);
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Path(path) => self.qualified(path.qself.as_ref(), &path.path, Ns::VALUE),
            Expr::Struct(item) => {
                self.qualified(item.qself.as_ref(), &item.path, Ns::TYPE);
                for field in &item.fields {
                    let before = self.enter_attrs(&field.attrs);
                    self.visit_expr(&field.expr);
                    self.leave_test(before);
                }
                if let Some(rest) = &item.rest {
                    self.visit_expr(rest);
                }
            }
            Expr::If(item) => {
                self.scoped_locals(|w| {
                    w.visit_expr(&item.cond);
                    w.visit_block(&item.then_branch);
                });
                if let Some((_, other)) = &item.else_branch {
                    self.visit_expr(other);
                }
            }
            Expr::While(item) => self.scoped_locals(|w| {
                w.visit_expr(&item.cond);
                w.visit_block(&item.body);
            }),
            Expr::ForLoop(item) => {
                self.visit_expr(&item.expr);
                self.scoped_locals(|w| {
                    w.visit_pat(&item.pat);
                    w.visit_block(&item.body);
                });
            }
            Expr::Let(item) => {
                self.visit_expr(&item.expr);
                self.visit_pat(&item.pat);
            }
            Expr::Closure(item) => self.scoped_locals(|w| {
                item.inputs.iter().for_each(|p| w.visit_pat(p));
                w.visit_return_type(&item.output);
                w.visit_expr(&item.body);
            }),
            Expr::Verbatim(tokens) => self.scan_paths(tokens.clone()),
            _ => visit::visit_expr(self, expr),
        }
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        let before = self.enter_attrs(&arm.attrs);
        self.scoped_locals(|w| {
            w.visit_pat(&arm.pat);
            w.visit_expr(&arm.body);
        });
        self.leave_test(before);
    }

    fn visit_pat(&mut self, pat: &'ast Pat) {
        match pat {
            Pat::Ident(item) => {
                let plain = item.by_ref.is_none() && item.mutability.is_none() && item.subpat.is_none();
                self.bind(&item.ident, plain);
                if let Some((_, sub)) = &item.subpat {
                    self.visit_pat(sub);
                }
            }
            Pat::Path(item) => self.qualified(item.qself.as_ref(), &item.path, Ns::VALUE),
            Pat::Struct(item) => {
                self.qualified(item.qself.as_ref(), &item.path, Ns::TYPE);
                item.fields.iter().for_each(|f| self.visit_pat(&f.pat));
            }
            Pat::TupleStruct(item) => {
                self.qualified(item.qself.as_ref(), &item.path, Ns::VALUE);
                item.elems.iter().for_each(|p| self.visit_pat(p));
            }
            Pat::Type(item) => {
                self.visit_type(&item.ty);
                self.visit_pat(&item.pat);
            }
            Pat::Verbatim(tokens) => self.scan_paths(tokens.clone()),
            _ => visit::visit_pat(self, pat),
        }
    }

    fn visit_type(&mut self, ty: &'ast Type) {
        match ty {
            Type::Path(ty) => self.qualified(ty.qself.as_ref(), &ty.path, Ns::TYPE),
            Type::Verbatim(tokens) => self.scan_paths(tokens.clone()),
            _ => visit::visit_type(self, ty),
        }
    }

    /// Any path that no other case took: trait bounds, for the most part.
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.path(path, Ns::TYPE);
    }

    fn visit_generic_argument(&mut self, argument: &'ast syn::GenericArgument) {
        match argument {
            // A lone name may be a type or a constant.
            syn::GenericArgument::Type(Type::Path(ty))
                if ty.qself.is_none()
                    && ty.path.segments.len() == 1
                    && ty.path.segments[0].arguments.is_none() =>
            {
                self.path(&ty.path, Ns::TYPE.and(Ns::VALUE));
            }
            _ => visit::visit_generic_argument(self, argument),
        }
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
