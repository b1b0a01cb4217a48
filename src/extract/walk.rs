//! Walks one file's syntax tree and writes down facts: scopes, items, references.
//!
//! Locals and generic parameters are settled here, because they are lexical; every other path becomes a reference.

use super::attributes as attr;
use super::facts::*;
use super::names::{Env, Local, Names, Origin, Sym};
use super::uses;
use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::{Expr, Item as SynItem, Pat, Stmt, Type};

/// The state of a walk.
pub(super) struct Walker {
    pub(super) facts: FileFacts,
    pub(super) names: Names,
    pub(super) env: Env,
    pub(super) scope: ScopeIx,
    pub(super) test: bool,
    pub(super) origin: Origin,
    /// How references are being written at the moment.
    pub(super) written: Written,
    /// References are guesses: made from tokens that did not parse.
    pub(super) guess: bool,
    pub(super) call: Option<CallIx>,
    order: u32,
    /// Bytes stripped in front of the parsed text.
    pub(super) base: u32,
}

impl Walker {
    pub(super) fn new(origin: Origin, base: u32) -> Walker {
        let mut walker = Walker {
            facts: FileFacts::default(),
            names: Names::default(),
            env: Env::default(),
            scope: ScopeIx(0),
            test: false,
            origin,
            written: Written::Path,
            guess: false,
            call: None,
            order: 0,
            base,
        };
        walker.facts.scopes.push(Scope { parent: None, kind: ScopeKind::File, test: false, order: 0 });
        walker
    }

    pub(super) fn pos(&self, span: Span) -> Pos {
        self.origin.pos(span)
    }

    pub(super) fn next_order(&mut self) -> u32 {
        self.order += 1;
        self.order
    }

    pub(super) fn name(&mut self, ident: &syn::Ident) -> Name {
        let sym = self.names.ident(ident);
        self.names.export(sym, &mut self.facts)
    }

    pub(super) fn text_name(&mut self, text: &str) -> Name {
        let sym = self.names.text(text);
        self.names.export(sym, &mut self.facts)
    }

    // Scopes

    pub(super) fn in_scope(&mut self, kind: ScopeKind, walk: impl FnOnce(&mut Self, ScopeIx)) -> ScopeIx {
        let order = self.next_order();
        let ix = ScopeIx(self.facts.scopes.len() as u32);
        self.facts.scopes.push(Scope { parent: Some(self.scope), kind, test: self.test, order });
        let outer = std::mem::replace(&mut self.scope, ix);
        walk(self, ix);
        self.scope = outer;
        ix
    }

    /// Notes test attributes and the paths in attributes; returns what [`Self::leave_test`] needs.
    pub(super) fn enter_attrs(&mut self, attrs: &[syn::Attribute]) -> bool {
        let before = self.test;
        if !attrs.is_empty() {
            let metas = attr::flat(attrs);
            self.test |= attr::is_test(&metas);
            self.attribute_paths(&metas);
        }
        before
    }

    pub(super) fn leave_test(&mut self, before: bool) {
        self.test = before;
    }

    pub(super) fn vis(&mut self, vis: &syn::Visibility) -> Vis {
        match vis {
            syn::Visibility::Public(_) => Vis::Public,
            syn::Visibility::Inherited => Vis::Private,
            syn::Visibility::Restricted(restricted) => {
                let segments = self.segments(&restricted.path);
                Vis::Within(self.names.path(false, &segments, &mut self.facts))
            }
        }
    }

    // References

    pub(super) fn segments(&mut self, path: &syn::Path) -> Vec<Sym> {
        path.segments.iter().map(|s| self.names.ident(&s.ident)).collect()
    }

    /// Writes down a reference unless a local or a generic parameter takes its first segment.
    pub(super) fn reference(&mut self, segments: &[Sym], global: bool, ns: Ns, span: Span) {
        let Some(&first) = segments.first() else { return };
        let mut maybe = self.guess;
        if !global {
            if segments.len() == 1 {
                let text = self.names.as_str(first);
                if matches!(text, "self" | "Self" | "_" | "crate" | "super")
                    || (ns == Ns::TYPE && is_primitive(text))
                {
                    return;
                }
                // A macro defined in a function may name the function's locals.
                maybe |= ns == Ns::VALUE && self.origin.is_expanded(span);
                if ns.meets(Ns::VALUE) {
                    match self.env.value(first) {
                        Local::Yes => return,
                        Local::Maybe => maybe = true,
                        Local::No => {}
                    }
                }
            }
            if ns != Ns::MACRO && self.env.is_generic(first) {
                return;
            }
        }
        let path = self.names.path(global, segments, &mut self.facts);
        self.push_ref(path, ns, maybe, span);
    }

    fn push_ref(&mut self, path: Path, ns: Ns, maybe: bool, span: Span) {
        if self.origin.is_known(span) {
            return;
        }
        let written = if self.origin.is_expanded(span) { Written::MacroArgument } else { self.written };
        let pos = self.pos(span);
        self.facts.refs.push(Ref {
            scope: self.scope,
            path,
            ns,
            written,
            maybe,
            test: self.test,
            pos,
            call: self.call,
        });
    }

    /// A path with its generic arguments.
    pub(super) fn path(&mut self, path: &syn::Path, ns: Ns) {
        let segments = self.segments(path);
        if let Some(last) = path.segments.last() {
            self.reference(&segments, path.leading_colon.is_some(), ns, last.ident.span());
        }
        self.generic_arguments(path);
    }

    fn generic_arguments(&mut self, path: &syn::Path) {
        for segment in &path.segments {
            self.visit_path_arguments(&segment.arguments);
        }
    }

    /// A path that may start with `<T>` or `<T as Trait>`.
    pub(super) fn qualified(&mut self, qself: Option<&syn::QSelf>, path: &syn::Path, ns: Ns) {
        let Some(qself) = qself else { return self.path(path, ns) };
        self.visit_type(&qself.ty);
        if qself.position > 0 {
            return self.path(path, ns);
        }
        // `<Type>::f` is `Type::f` where the type is a path.
        if let Type::Path(ty) = peel(&qself.ty)
            && ty.qself.is_none()
            && let Some(last) = path.segments.last()
        {
            let mut segments = self.segments(&ty.path);
            segments.extend(self.segments(path));
            self.reference(&segments, ty.path.leading_colon.is_some(), ns, last.ident.span());
        }
        self.generic_arguments(path);
    }

    fn with_written(&mut self, written: Written, walk: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.written, written);
        walk(self);
        self.written = before;
    }

    // Items

    pub(super) fn items(&mut self, items: &[SynItem]) {
        for item in items {
            self.item(item);
        }
    }

    pub(super) fn add_item(&mut self, ident: &syn::Ident, kind: ItemKind, vis: &syn::Visibility) -> ItemIx {
        let vis = self.vis(vis);
        let name = self.name(ident);
        let pos = self.pos(ident.span());
        self.push_item(name, kind, vis, pos)
    }

    pub(super) fn push_item(&mut self, name: Name, kind: ItemKind, vis: Vis, pos: Pos) -> ItemIx {
        let ix = ItemIx(self.facts.items.len() as u32);
        let order = self.next_order();
        self.facts.items.push(Item {
            name,
            kind,
            scope: self.scope,
            vis,
            pos,
            order,
            test: self.test,
            members: (0, 0),
            extended: false,
            guessed_in: if self.guess { self.call } else { None },
        });
        ix
    }

    pub(super) fn member(&mut self, ident: &syn::Ident, kind: MemberKind) {
        let name = self.name(ident);
        let pos = self.pos(ident.span());
        self.facts.members.push(Member { name, kind, pos });
    }

    /// Adds members and returns their range.
    pub(super) fn member_range(&mut self, add: impl FnOnce(&mut Self)) -> (u32, u32) {
        let start = self.facts.members.len() as u32;
        add(self);
        (start, self.facts.members.len() as u32)
    }

    fn item(&mut self, item: &SynItem) {
        if item_span(item).is_some_and(|span| self.origin.is_known(span)) {
            return;
        }
        match item {
            SynItem::Use(item) => self.use_item(item),
            SynItem::ExternCrate(item) => self.extern_crate(item),
            SynItem::Mod(item) => self.mod_item(item),
            SynItem::Macro(item) => self.macro_item(item),
            SynItem::Impl(item) => self.impl_item(item),
            SynItem::Verbatim(tokens) => match uses::with_inner_colons(tokens.clone()) {
                Some(item) => self.use_item(&item),
                None => self.scan_definitions(tokens.clone()),
            },
            _ => {
                let before = self.enter_attrs(item_attrs(item));
                let depth = self.env.depth();
                self.env.barrier();
                self.plain_item(item);
                self.env.truncate(depth);
                self.leave_test(before);
            }
        }
    }

    fn plain_item(&mut self, item: &SynItem) {
        match item {
            SynItem::Fn(item) => {
                self.made_of_function(item);
                self.add_item(&item.sig.ident, ItemKind::Fn, &item.vis);
                self.function(&item.sig, Some(&item.block));
            }
            SynItem::Const(item) => {
                self.add_item(&item.ident, ItemKind::Const, &item.vis);
                self.open_generics(&item.generics);
                self.visit_type(&item.ty);
                self.visit_expr(&item.expr);
            }
            SynItem::Static(item) => {
                self.add_item(&item.ident, ItemKind::Static, &item.vis);
                self.visit_type(&item.ty);
                self.visit_expr(&item.expr);
            }
            SynItem::Type(item) => {
                let target = match peel(&item.ty) {
                    Type::Path(ty) if ty.qself.is_none() => {
                        let segments = self.segments(&ty.path);
                        Some(self.names.path(ty.path.leading_colon.is_some(), &segments, &mut self.facts))
                    }
                    _ => None,
                };
                self.add_item(&item.ident, ItemKind::Alias(target), &item.vis);
                self.open_generics(&item.generics);
                self.visit_type(&item.ty);
            }
            SynItem::Struct(item) => self.struct_item(item),
            SynItem::Union(item) => {
                let ix = self.add_item(&item.ident, ItemKind::Union, &item.vis);
                self.mark_extended(ix, &item.attrs);
                self.open_generics(&item.generics);
                self.in_scope(ScopeKind::SelfItem(ix), |w, _| w.fields(item.fields.named.iter()));
            }
            SynItem::Enum(item) => self.enum_item(item),
            SynItem::Trait(item) => self.trait_item(item),
            SynItem::TraitAlias(item) => {
                self.add_item(&item.ident, ItemKind::Trait, &item.vis);
                self.open_generics(&item.generics);
                item.bounds.iter().for_each(|b| self.visit_type_param_bound(b));
            }
            SynItem::ForeignMod(item) => item.items.iter().for_each(|i| self.foreign_item(i)),
            _ => {}
        }
    }

    fn struct_item(&mut self, item: &syn::ItemStruct) {
        let kind = match item.fields {
            syn::Fields::Named(_) => ItemKind::Struct,
            _ => ItemKind::StructValue,
        };
        let ix = self.add_item(&item.ident, kind, &item.vis);
        self.mark_extended(ix, &item.attrs);
        self.generated_beside(&item.ident, &item.attrs, &item.vis);
        self.open_generics(&item.generics);
        self.in_scope(ScopeKind::SelfItem(ix), |w, _| w.fields(item.fields.iter()));
    }

    fn enum_item(&mut self, item: &syn::ItemEnum) {
        let ix = self.add_item(&item.ident, ItemKind::Enum, &item.vis);
        self.mark_extended(ix, &item.attrs);
        self.generated_beside(&item.ident, &item.attrs, &item.vis);
        let members = self.member_range(|w| {
            item.variants.iter().for_each(|v| w.member(&v.ident, MemberKind::Variant));
        });
        self.facts.items[ix.index()].members = members;
        self.open_generics(&item.generics);
        self.in_scope(ScopeKind::SelfItem(ix), |w, _| {
            for variant in &item.variants {
                let before = w.enter_attrs(&variant.attrs);
                w.fields(variant.fields.iter());
                if let Some((_, value)) = &variant.discriminant {
                    w.visit_expr(value);
                }
                w.leave_test(before);
            }
        });
    }

    fn fields<'a>(&mut self, fields: impl Iterator<Item = &'a syn::Field>) {
        for field in fields {
            let before = self.enter_attrs(&field.attrs);
            self.visit_type(&field.ty);
            self.leave_test(before);
        }
    }

    fn trait_item(&mut self, item: &syn::ItemTrait) {
        let ix = self.add_item(&item.ident, ItemKind::Trait, &item.vis);
        self.mark_extended(ix, &item.attrs);
        let members = self.member_range(|w| item.items.iter().for_each(|i| w.trait_member(i)));
        self.facts.items[ix.index()].members = members;
        self.open_generics(&item.generics);
        item.supertraits.iter().for_each(|b| self.visit_type_param_bound(b));
        self.in_scope(ScopeKind::SelfItem(ix), |w, _| {
            for member in &item.items {
                w.trait_member_body(member);
            }
        });
    }

    fn trait_member(&mut self, item: &syn::TraitItem) {
        match item {
            syn::TraitItem::Fn(f) => self.member(&f.sig.ident, MemberKind::Fn),
            syn::TraitItem::Const(c) => self.member(&c.ident, MemberKind::Const),
            syn::TraitItem::Type(t) => self.member(&t.ident, MemberKind::Type),
            _ => {}
        }
    }

    fn trait_member_body(&mut self, item: &syn::TraitItem) {
        let depth = self.env.depth();
        match item {
            syn::TraitItem::Fn(f) => {
                let before = self.enter_attrs(&f.attrs);
                self.function(&f.sig, f.default.as_ref());
                self.leave_test(before);
            }
            syn::TraitItem::Type(t) => {
                let before = self.enter_attrs(&t.attrs);
                self.open_generics(&t.generics);
                t.bounds.iter().for_each(|b| self.visit_type_param_bound(b));
                if let Some((_, ty)) = &t.default {
                    self.visit_type(ty);
                }
                self.leave_test(before);
            }
            other => visit::visit_trait_item(self, other),
        }
        self.env.truncate(depth);
    }

    fn impl_item(&mut self, item: &syn::ItemImpl) {
        let before = self.enter_attrs(&item.attrs);
        let depth = self.env.depth();
        self.env.barrier();
        self.open_generics(&item.generics);
        self.with_written(Written::ImplHeader, |w| {
            if let Some((path, _)) = &item.trait_ {
                w.path(path, Ns::TYPE);
            }
            w.visit_type(&item.self_ty);
        });
        let self_type = self.self_type(&item.self_ty);
        let of_trait = item.trait_.as_ref().map(|(path, _)| {
            let segments = self.segments(path);
            self.names.path(path.leading_colon.is_some(), &segments, &mut self.facts)
        });
        let members = self.member_range(|w| item.items.iter().for_each(|i| w.impl_member(i)));
        let ix = ImplIx(self.facts.impls.len() as u32);
        let pos = self.pos(item.impl_token.span);
        let (scope, test) = (self.scope, self.test);
        self.facts.impls.push(Impl { scope, self_type, of_trait, members, pos, test });
        self.in_scope(ScopeKind::Impl(ix), |w, _| item.items.iter().for_each(|i| w.impl_member_body(i)));
        self.env.truncate(depth);
        self.leave_test(before);
    }

    fn self_type(&mut self, ty: &Type) -> Option<Path> {
        let path = match peel(ty) {
            Type::Path(ty) if ty.qself.is_none() => {
                if ty.path.segments.len() == 1 {
                    let sym = self.names.ident(&ty.path.segments[0].ident);
                    if self.env.is_generic(sym) {
                        return None;
                    }
                }
                &ty.path
            }
            Type::TraitObject(object) => match object.bounds.first()? {
                syn::TypeParamBound::Trait(bound) => &bound.path,
                _ => return None,
            },
            _ => return None,
        };
        let segments = self.segments(path);
        Some(self.names.path(path.leading_colon.is_some(), &segments, &mut self.facts))
    }

    fn impl_member(&mut self, item: &syn::ImplItem) {
        match item {
            syn::ImplItem::Fn(f) => self.member(&f.sig.ident, MemberKind::Fn),
            syn::ImplItem::Const(c) => self.member(&c.ident, MemberKind::Const),
            syn::ImplItem::Type(t) => self.member(&t.ident, MemberKind::Type),
            syn::ImplItem::Macro(m) => self.scan_members(m.mac.tokens.clone()),
            _ => {}
        }
    }

    fn impl_member_body(&mut self, item: &syn::ImplItem) {
        let depth = self.env.depth();
        match item {
            syn::ImplItem::Fn(f) => {
                let before = self.enter_attrs(&f.attrs);
                self.function(&f.sig, Some(&f.block));
                self.leave_test(before);
            }
            syn::ImplItem::Type(t) => {
                let before = self.enter_attrs(&t.attrs);
                self.open_generics(&t.generics);
                self.visit_type(&t.ty);
                self.leave_test(before);
            }
            syn::ImplItem::Macro(m) => self.macro_call(&m.mac, CallPosition::Body),
            other => visit::visit_impl_item(self, other),
        }
        self.env.truncate(depth);
    }

    fn foreign_item(&mut self, item: &syn::ForeignItem) {
        match item {
            syn::ForeignItem::Fn(f) => {
                self.add_item(&f.sig.ident, ItemKind::Fn, &f.vis);
                let depth = self.env.depth();
                self.function(&f.sig, None);
                self.env.truncate(depth);
            }
            syn::ForeignItem::Static(s) => {
                self.add_item(&s.ident, ItemKind::Static, &s.vis);
                self.visit_type(&s.ty);
            }
            syn::ForeignItem::Type(t) => {
                self.add_item(&t.ident, ItemKind::Struct, &t.vis);
            }
            _ => {}
        }
    }

    fn mod_item(&mut self, item: &syn::ItemMod) {
        let metas = attr::flat(&item.attrs);
        let before = self.test;
        self.test |= attr::is_test(&metas);
        self.attribute_paths(&metas);
        let ix = self.add_item(&item.ident, ItemKind::FileMod, &item.vis);
        let mut file = ModFile {
            item: ix,
            paths: Vec::new(),
            fixed: false,
            macro_use: metas.iter().any(|(m, _)| m.path().is_ident("macro_use")),
            conditional: attr::is_conditional(&metas),
        };
        for (meta, conditional) in metas.iter().filter(|(m, _)| m.path().is_ident("path")) {
            if let Some(path) = attr::string_value(meta) {
                file.fixed |= !conditional;
                file.paths.push(self.text_name(&path));
            }
        }
        self.facts.mod_files.push(file);
        if let Some((_, items)) = &item.content {
            let depth = self.env.depth();
            self.env.barrier();
            let scope = self.in_scope(ScopeKind::Module(ix), |w, _| w.items(items));
            self.facts.items[ix.index()].kind = ItemKind::InlineMod(scope);
            self.env.truncate(depth);
        }
        self.leave_test(before);
    }

    // Bodies

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
    fn function(&mut self, sig: &syn::Signature, body: Option<&syn::Block>) {
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
            self.reference(&[sym], false, Ns::VALUE, ident.span());
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

/// The type behind references, parentheses and `Box`-less groups.
pub(super) fn peel(ty: &Type) -> &Type {
    match ty {
        Type::Group(t) => peel(&t.elem),
        Type::Paren(t) => peel(&t.elem),
        Type::Reference(t) => peel(&t.elem),
        other => other,
    }
}

fn item_name(item: &SynItem) -> Option<&syn::Ident> {
    Some(match item {
        SynItem::Const(i) => &i.ident,
        SynItem::Enum(i) => &i.ident,
        SynItem::Fn(i) => &i.sig.ident,
        SynItem::Mod(i) => &i.ident,
        SynItem::Static(i) => &i.ident,
        SynItem::Struct(i) => &i.ident,
        SynItem::Trait(i) => &i.ident,
        SynItem::TraitAlias(i) => &i.ident,
        SynItem::Type(i) => &i.ident,
        SynItem::Union(i) => &i.ident,
        SynItem::ExternCrate(i) => i.rename.as_ref().map_or(&i.ident, |(_, r)| r),
        _ => return None,
    })
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

/// A token that tells where an item comes from: its keyword, since a macro may be given the name alone.
fn item_span(item: &SynItem) -> Option<Span> {
    Some(match item {
        SynItem::Const(i) => i.const_token.span,
        SynItem::Enum(i) => i.enum_token.span,
        SynItem::ExternCrate(i) => i.extern_token.span,
        SynItem::Fn(i) => i.sig.fn_token.span,
        SynItem::ForeignMod(i) => i.abi.extern_token.span,
        SynItem::Impl(i) => i.impl_token.span,
        SynItem::Macro(i) => i.mac.path.segments.last()?.ident.span(),
        SynItem::Mod(i) => i.mod_token.span,
        SynItem::Static(i) => i.static_token.span,
        SynItem::Struct(i) => i.struct_token.span,
        SynItem::Trait(i) => i.trait_token.span,
        SynItem::TraitAlias(i) => i.trait_token.span,
        SynItem::Type(i) => i.type_token.span,
        SynItem::Union(i) => i.union_token.span,
        SynItem::Use(i) => i.use_token.span,
        _ => return None,
    })
}

fn item_attrs(item: &SynItem) -> &[syn::Attribute] {
    match item {
        SynItem::Const(i) => &i.attrs,
        SynItem::Enum(i) => &i.attrs,
        SynItem::Fn(i) => &i.attrs,
        SynItem::ForeignMod(i) => &i.attrs,
        SynItem::Static(i) => &i.attrs,
        SynItem::Struct(i) => &i.attrs,
        SynItem::Trait(i) => &i.attrs,
        SynItem::TraitAlias(i) => &i.attrs,
        SynItem::Type(i) => &i.attrs,
        SynItem::Union(i) => &i.attrs,
        _ => &[],
    }
}

/// Types that are keywords in all but name.
pub(super) fn is_primitive(name: &str) -> bool {
    matches!(
        name,
        "bool"
            | "char"
            | "str"
            | "u8"
            | "u16"
            | "u32"
            | "u64"
            | "u128"
            | "usize"
            | "i8"
            | "i16"
            | "i32"
            | "i64"
            | "i128"
            | "isize"
            | "f16"
            | "f32"
            | "f64"
            | "f128"
    )
}
