//! Items: what a file defines, in which scope, and with which members.

use super::attributes as attr;
use super::facts::*;
use super::uses;
use super::walk::{Walker, peel};
use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::{Item as SynItem, Type};

impl Walker {
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
            shape: Shape::default(),
            extended: false,
            guessed_in: if self.guess { self.call } else { None },
        });
        ix
    }

    pub(super) fn member(&mut self, ident: &syn::Ident, kind: MemberKind) {
        let name = self.name(ident);
        let pos = self.pos(ident.span());
        self.facts.members.push(Member { name, kind, pos, shape: Shape::default() });
    }

    fn shape(&mut self, ix: ItemIx) -> &mut Shape {
        &mut self.facts.items[ix.index()].shape
    }

    /// Notes what a member is in types; `None` stands for one that is no member.
    fn member_shape(&mut self, member: Option<u32>, shape: Shape) {
        if let Some(member) = member {
            self.facts.members[member as usize].shape = shape;
        }
    }

    /// Adds members and returns their range.
    pub(super) fn member_range(&mut self, add: impl FnOnce(&mut Self)) -> Range {
        let start = self.facts.members.len() as u32;
        add(self);
        (start, self.facts.members.len() as u32)
    }

    pub(super) fn item(&mut self, item: &SynItem) {
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
                let ix = self.add_item(&item.sig.ident, ItemKind::Fn, &item.vis);
                *self.shape(ix) = self.function(&item.sig, Some(&item.block), Some(Owner::Item(ix)));
            }
            SynItem::Const(item) => {
                let ix = self.add_item(&item.ident, ItemKind::Const, &item.vis);
                self.open_generics(&item.generics);
                self.shape(ix).output = self.ty(&item.ty);
                self.constant(Owner::Item(ix), &item.expr);
            }
            SynItem::Static(item) => {
                let storage = match item.mutability {
                    syn::StaticMutability::Mut(_) => Storage::Mutable,
                    _ => self.storage,
                };
                let ix = self.add_item(&item.ident, ItemKind::Static(storage), &item.vis);
                self.shape(ix).output = self.ty(&item.ty);
                self.constant(Owner::Item(ix), &item.expr);
            }
            SynItem::Type(item) => {
                let target = match peel(&item.ty) {
                    Type::Path(ty) if ty.qself.is_none() => {
                        let segments = self.segments(&ty.path);
                        Some(self.names.path(ty.path.leading_colon.is_some(), &segments, &mut self.facts))
                    }
                    _ => None,
                };
                let ix = self.add_item(&item.ident, ItemKind::Alias(target), &item.vis);
                self.shape(ix).generics = self.open_generics(&item.generics);
                self.shape(ix).output = self.ty(&item.ty);
            }
            SynItem::Struct(item) => self.struct_item(item),
            SynItem::Union(item) => {
                let ix = self.add_item(&item.ident, ItemKind::Union, &item.vis);
                self.mark_extended(ix, &item.attrs);
                self.fields_of(ix, &item.generics, item.fields.named.iter());
            }
            SynItem::Enum(item) => self.enum_item(item),
            SynItem::Trait(item) => self.trait_item(item),
            SynItem::TraitAlias(item) => {
                let ix = self.add_item(&item.ident, ItemKind::Trait, &item.vis);
                self.shape(ix).generics = self.open_generics(&item.generics);
                self.shape(ix).output = self.bounds(item.bounds.iter());
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
        self.own_attributes(AttributeTarget::Item(ix));
        self.mark_extended(ix, &item.attrs);
        self.generated_beside(&item.ident, &item.attrs, &item.vis);
        self.fields_of(ix, &item.generics, item.fields.iter());
    }

    fn fields_of<'a>(
        &mut self,
        ix: ItemIx,
        generics: &syn::Generics,
        fields: impl Iterator<Item = &'a syn::Field>,
    ) {
        self.shape(ix).generics = self.open_generics(generics);
        self.in_scope(ScopeKind::SelfItem(ix), |w, _| w.shape(ix).fields = w.fields(fields));
    }

    fn enum_item(&mut self, item: &syn::ItemEnum) {
        let ix = self.add_item(&item.ident, ItemKind::Enum, &item.vis);
        self.own_attributes(AttributeTarget::Item(ix));
        self.mark_extended(ix, &item.attrs);
        self.generated_beside(&item.ident, &item.attrs, &item.vis);
        let members = self.member_range(|w| {
            item.variants.iter().for_each(|v| w.member(&v.ident, MemberKind::Variant));
        });
        self.facts.items[ix.index()].members = members;
        self.shape(ix).generics = self.open_generics(&item.generics);
        self.in_scope(ScopeKind::SelfItem(ix), |w, _| {
            for (member, variant) in (members.0..).zip(&item.variants) {
                let before = w.enter_attrs(&variant.attrs);
                w.own_attributes(AttributeTarget::Member(member));
                let fields = w.fields(variant.fields.iter());
                w.facts.members[member as usize].shape.fields = fields;
                if let Some((_, value)) = &variant.discriminant {
                    w.visit_expr(value);
                }
                w.leave_test(before);
            }
        });
    }

    fn trait_item(&mut self, item: &syn::ItemTrait) {
        let ix = self.add_item(&item.ident, ItemKind::Trait, &item.vis);
        self.mark_extended(ix, &item.attrs);
        let mut own = Vec::new();
        let members = self.member_range(|w| own.extend(item.items.iter().map(|i| w.trait_member(i))));
        self.facts.items[ix.index()].members = members;
        self.shape(ix).generics = self.open_generics(&item.generics);
        self.in_scope(ScopeKind::SelfItem(ix), |w, _| {
            w.shape(ix).output = w.bounds(item.supertraits.iter());
            for (item, member) in item.items.iter().zip(own) {
                w.trait_member_body(item, member);
            }
        });
    }

    /// The member that an item of a trait is.
    fn trait_member(&mut self, item: &syn::TraitItem) -> Option<u32> {
        let next = self.facts.members.len() as u32;
        match item {
            syn::TraitItem::Fn(f) => self.member(&f.sig.ident, MemberKind::Fn),
            syn::TraitItem::Const(c) => self.member(&c.ident, MemberKind::Const),
            syn::TraitItem::Type(t) => self.member(&t.ident, MemberKind::Type),
            _ => return None,
        }
        Some(next)
    }

    fn trait_member_body(&mut self, item: &syn::TraitItem, member: Option<u32>) {
        let depth = self.env.depth();
        let mut shape = Shape::default();
        match item {
            syn::TraitItem::Fn(f) => {
                let before = self.enter_attrs(&f.attrs);
                shape = self.function(&f.sig, f.default.as_ref(), member.map(Owner::Member));
                self.leave_test(before);
            }
            syn::TraitItem::Const(c) => {
                let before = self.enter_attrs(&c.attrs);
                self.open_generics(&c.generics);
                shape.output = self.ty(&c.ty);
                if let (Some((_, value)), Some(member)) = (&c.default, member) {
                    self.constant(Owner::Member(member), value);
                }
                self.leave_test(before);
            }
            syn::TraitItem::Type(t) => {
                let before = self.enter_attrs(&t.attrs);
                self.open_generics(&t.generics);
                shape.output = self.bounds(t.bounds.iter());
                if let Some((_, ty)) = &t.default {
                    self.ty(ty);
                }
                self.leave_test(before);
            }
            other => visit::visit_trait_item(self, other),
        }
        self.member_shape(member, shape);
        self.env.truncate(depth);
    }

    fn impl_item(&mut self, item: &syn::ItemImpl) {
        let before = self.enter_attrs(&item.attrs);
        let depth = self.env.depth();
        self.env.barrier();
        let generics = self.open_generics(&item.generics);
        let (mut self_shape, mut trait_shape) = (TypeIx::UNKNOWN, TypeIx::UNKNOWN);
        self.with_written(Written::ImplHeader, |w| {
            if let Some((path, _)) = &item.trait_ {
                trait_shape = w.qualified_type(None, path, Ns::TYPE);
            }
            self_shape = w.ty(&item.self_ty);
        });
        let self_type = self.self_type(&item.self_ty);
        let of_trait = item.trait_.as_ref().map(|(path, _)| {
            let segments = self.segments(path);
            self.names.path(path.leading_colon.is_some(), &segments, &mut self.facts)
        });
        let mut own = Vec::new();
        let members = self.member_range(|w| own.extend(item.items.iter().map(|i| w.impl_member(i))));
        let ix = ImplIx(self.facts.impls.len() as u32);
        let pos = self.pos(item.impl_token.span);
        let (scope, test) = (self.scope, self.test);
        self.facts.impls.push(Impl {
            scope,
            self_type,
            of_trait,
            self_shape,
            trait_shape,
            generics,
            members,
            pos,
            test,
        });
        self.in_scope(ScopeKind::Impl(ix), |w, _| {
            for (item, member) in item.items.iter().zip(own) {
                w.impl_member_body(item, member);
            }
        });
        self.env.truncate(depth);
        self.leave_test(before);
    }

    fn self_type(&mut self, ty: &Type) -> Option<Path> {
        let path = match peel(ty) {
            Type::Path(ty) if ty.qself.is_none() => {
                if ty.path.segments.len() == 1 {
                    let sym = self.names.ident(&ty.path.segments[0].ident);
                    if self.env.generic(sym).is_some() {
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

    /// The member that an item of an impl is.
    fn impl_member(&mut self, item: &syn::ImplItem) -> Option<u32> {
        let next = self.facts.members.len() as u32;
        match item {
            syn::ImplItem::Fn(f) => self.member(&f.sig.ident, MemberKind::Fn),
            syn::ImplItem::Const(c) => self.member(&c.ident, MemberKind::Const),
            syn::ImplItem::Type(t) => self.member(&t.ident, MemberKind::Type),
            syn::ImplItem::Macro(m) => {
                self.scan_members(m.mac.tokens.clone());
                return None;
            }
            _ => return None,
        }
        Some(next)
    }

    fn impl_member_body(&mut self, item: &syn::ImplItem, member: Option<u32>) {
        let depth = self.env.depth();
        let mut shape = Shape::default();
        match item {
            syn::ImplItem::Fn(f) => {
                let before = self.enter_attrs(&f.attrs);
                shape = self.function(&f.sig, Some(&f.block), member.map(Owner::Member));
                self.leave_test(before);
            }
            syn::ImplItem::Const(c) => {
                let before = self.enter_attrs(&c.attrs);
                self.open_generics(&c.generics);
                shape.output = self.ty(&c.ty);
                if let Some(member) = member {
                    self.constant(Owner::Member(member), &c.expr);
                }
                self.leave_test(before);
            }
            syn::ImplItem::Type(t) => {
                let before = self.enter_attrs(&t.attrs);
                shape.generics = self.open_generics(&t.generics);
                shape.output = self.ty(&t.ty);
                self.leave_test(before);
            }
            syn::ImplItem::Macro(m) => {
                self.macro_call(&m.mac, CallPosition::Body);
            }
            other => visit::visit_impl_item(self, other),
        }
        self.member_shape(member, shape);
        self.env.truncate(depth);
    }

    fn foreign_item(&mut self, item: &syn::ForeignItem) {
        match item {
            syn::ForeignItem::Fn(f) => {
                let ix = self.add_item(&f.sig.ident, ItemKind::Fn, &f.vis);
                let depth = self.env.depth();
                *self.shape(ix) = self.function(&f.sig, None, None);
                self.env.truncate(depth);
            }
            syn::ForeignItem::Static(s) => {
                let ix = self.add_item(&s.ident, ItemKind::Static(Storage::Plain), &s.vis);
                self.shape(ix).output = self.ty(&s.ty);
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
}

pub(super) fn item_name(item: &SynItem) -> Option<&syn::Ident> {
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
