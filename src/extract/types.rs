//! Types, bounds, generics and signatures: every path in them is a reference, and the whole becomes a [`Type`].

use super::facts::*;
use super::names::Sym;
use super::walk::Walker;
use syn::visit::Visit;
use syn::{GenericArgument, PathArguments};

impl Walker {
    pub(super) fn push_type(&mut self, ty: Type) -> TypeIx {
        if ty == Type::Unknown {
            return TypeIx::UNKNOWN;
        }
        self.facts.types.push(ty);
        TypeIx(self.facts.types.len() as u32 - 1)
    }

    pub(super) fn type_list(&mut self, types: &[TypeIx]) -> Range {
        let start = self.facts.type_lists.len() as u32;
        self.facts.type_lists.extend(types);
        (start, self.facts.type_lists.len() as u32)
    }

    /// Writes down the references in a type, and what it is.
    pub(super) fn ty(&mut self, ty: &syn::Type) -> TypeIx {
        match ty {
            syn::Type::Group(t) => self.ty(&t.elem),
            syn::Type::Paren(t) => self.ty(&t.elem),
            syn::Type::Reference(t) => {
                let inner = self.ty(&t.elem);
                self.push_type(Type::Borrowed(inner, t.mutability.is_some()))
            }
            syn::Type::Path(t) => self.qualified_type(t.qself.as_ref(), &t.path, Ns::TYPE),
            syn::Type::Slice(t) => {
                let element = self.ty(&t.elem);
                self.push_type(Type::Slice(element))
            }
            syn::Type::Array(t) => {
                let element = self.ty(&t.elem);
                self.visit_expr(&t.len);
                self.push_type(Type::Slice(element))
            }
            syn::Type::Tuple(t) => {
                let elements: Vec<TypeIx> = t.elems.iter().map(|e| self.ty(e)).collect();
                let list = self.type_list(&elements);
                self.push_type(Type::Tuple(list))
            }
            syn::Type::ImplTrait(t) => self.bounds(t.bounds.iter()),
            syn::Type::TraitObject(t) => match self.bounds(t.bounds.iter()) {
                TypeIx::UNKNOWN => TypeIx::UNKNOWN,
                bounds => {
                    if let Type::Bounds(list) = self.facts.ty(bounds) {
                        self.facts.types[bounds.index()] = Type::Dyn(list);
                    }
                    bounds
                }
            },
            syn::Type::FnPtr(t) => self.function_type(t.inputs.iter().map(|input| &input.ty), &t.output),
            syn::Type::Ptr(t) => {
                self.ty(&t.elem);
                TypeIx::UNKNOWN
            }
            syn::Type::Macro(t) => {
                self.macro_call(&t.mac, CallPosition::Body);
                TypeIx::UNKNOWN
            }
            syn::Type::Verbatim(tokens) => {
                self.scan_paths(tokens.clone());
                TypeIx::UNKNOWN
            }
            _ => TypeIx::UNKNOWN,
        }
    }

    /// A type path that may start with `<T>` or `<T as Trait>`.
    pub(super) fn qualified_type(&mut self, qself: Option<&syn::QSelf>, path: &syn::Path, ns: Ns) -> TypeIx {
        let Some(qself) = qself else { return self.path_type(path, ns) };
        let (base, _) = self.qualified_path(qself, path, ns);
        match path.segments.last() {
            Some(last) if base != TypeIx::UNKNOWN => {
                let name = self.name(&last.ident);
                self.push_type(Type::Assoc(base, name))
            }
            _ => TypeIx::UNKNOWN,
        }
    }

    fn path_type(&mut self, path: &syn::Path, ns: Ns) -> TypeIx {
        let segments = self.segments(path);
        let (Some(last), Some(&first)) = (path.segments.last(), segments.first()) else {
            return TypeIx::UNKNOWN;
        };
        let reference = self.reference(&segments, path.leading_colon.is_some(), ns, last.ident.span());
        let arguments = self.generic_arguments(path);
        let ty = match reference {
            Some(reference) if self.names.as_str(first) != "Self" => Type::Path(reference, arguments),
            _ if path.leading_colon.is_some() => Type::Unknown,
            _ => match (self.plain_type(first), segments.as_slice()) {
                (ty, [_]) => ty,
                (ty, [_, name]) if ty != Type::Unknown => {
                    let (base, name) = (self.push_type(ty), self.names.export(*name, &mut self.facts));
                    if let Type::Param(_) = ty {
                        self.assoc_of(base, name, last.ident.span());
                    }
                    Type::Assoc(base, name)
                }
                _ => Type::Unknown,
            },
        };
        self.push_type(ty)
    }

    /// A type that needs no reference: `Self`, a generic parameter, a primitive type.
    fn plain_type(&mut self, name: Sym) -> Type {
        let text = self.names.as_str(name);
        if text == "Self" {
            return Type::SelfType(self.scope);
        }
        let primitive = is_primitive(text);
        match self.env.generic(name) {
            Some(param) => param.map_or(Type::Unknown, Type::Param),
            None if primitive => Type::Primitive(self.names.export(name, &mut self.facts)),
            None => Type::Unknown,
        }
    }

    /// The type that a generic parameter or `Self` in front of an associated item is.
    pub(super) fn parameter_type(&mut self, name: Sym) -> TypeIx {
        match self.plain_type(name) {
            ty @ (Type::SelfType(_) | Type::Param(_)) => self.push_type(ty),
            _ => TypeIx::UNKNOWN,
        }
    }

    pub(super) fn self_type_ix(&mut self) -> TypeIx {
        self.push_type(Type::SelfType(self.scope))
    }

    /// The generic arguments of a path; those of its last segment are returned as a list of types.
    pub(super) fn generic_arguments(&mut self, path: &syn::Path) -> Range {
        let mut arguments = (0, 0);
        for segment in &path.segments {
            arguments = self.segment_arguments(&segment.arguments);
        }
        arguments
    }

    fn segment_arguments(&mut self, arguments: &PathArguments) -> Range {
        match arguments {
            PathArguments::None => (0, 0),
            PathArguments::AngleBracketed(list) => self.angle_arguments(list),
            PathArguments::Parenthesized(list) => {
                let ty = self.function_type(list.inputs.iter().map(|input| &input.ty), &list.output);
                self.type_list(&[ty])
            }
        }
    }

    /// `<A, Item = B>`
    pub(super) fn angle_arguments(&mut self, list: &syn::AngleBracketedGenericArguments) -> Range {
        let mut types = Vec::new();
        for argument in &list.args {
            match argument {
                GenericArgument::Type(ty) => types.push(self.type_argument(ty)),
                GenericArgument::Const(value) => {
                    self.visit_expr(value);
                    types.push(TypeIx::UNKNOWN);
                }
                GenericArgument::AssocType(assoc) => {
                    let ty = self.ty(&assoc.ty);
                    types.push(self.binding(&assoc.ident, ty));
                }
                GenericArgument::AssocConst(assoc) => self.visit_expr(&assoc.value),
                GenericArgument::Constraint(constraint) => {
                    let ty = self.bounds(constraint.bounds.iter());
                    types.push(self.binding(&constraint.ident, ty));
                }
                _ => {}
            }
        }
        self.type_list(&types)
    }

    fn binding(&mut self, name: &syn::Ident, ty: TypeIx) -> TypeIx {
        let name = self.name(name);
        self.push_type(Type::Binding(name, ty))
    }

    /// A lone name may be a type or a constant.
    fn type_argument(&mut self, ty: &syn::Type) -> TypeIx {
        match ty {
            syn::Type::Path(ty)
                if ty.qself.is_none()
                    && ty.path.segments.len() == 1
                    && ty.path.segments[0].arguments.is_none() =>
            {
                self.path_type(&ty.path, Ns::TYPE.and(Ns::VALUE))
            }
            ty => self.ty(ty),
        }
    }

    /// `fn(A) -> B` and `Fn(A) -> B`.
    fn function_type<'a>(
        &mut self,
        inputs: impl Iterator<Item = &'a syn::Type>,
        output: &syn::ReturnType,
    ) -> TypeIx {
        let mut types: Vec<TypeIx> = inputs.map(|input| self.ty(input)).collect();
        types.push(self.output(output));
        let list = self.type_list(&types);
        self.push_type(Type::Fn(list))
    }

    pub(super) fn output(&mut self, output: &syn::ReturnType) -> TypeIx {
        match output {
            syn::ReturnType::Type(_, ty) => self.ty(ty),
            _ => TypeIx::UNKNOWN,
        }
    }

    /// The traits of a list of bounds.
    pub(super) fn bounds<'a>(&mut self, bounds: impl Iterator<Item = &'a syn::TypeParamBound>) -> TypeIx {
        let list = self.bound_list(bounds);
        let list = self.type_list(&list);
        if list.0 == list.1 { TypeIx::UNKNOWN } else { self.push_type(Type::Bounds(list)) }
    }

    fn bound_list<'a>(&mut self, bounds: impl Iterator<Item = &'a syn::TypeParamBound>) -> Vec<TypeIx> {
        let mut types = Vec::new();
        for bound in bounds {
            match bound {
                syn::TypeParamBound::Trait(bound) => types.push(self.path_type(&bound.path, Ns::TYPE)),
                syn::TypeParamBound::Verbatim(tokens) => self.scan_paths(tokens.clone()),
                _ => {}
            }
        }
        types.retain(|ty| *ty != TypeIx::UNKNOWN);
        types
    }

    /// Opens a frame with the parameters' names and walks bounds and defaults; the caller truncates the environment.
    pub(super) fn open_generics(&mut self, generics: &syn::Generics) -> Range {
        let start = self.facts.params.len() as u32;
        if generics.params.is_empty() && generics.where_clause.is_none() {
            return (start, start);
        }
        let mut names = Vec::new();
        for param in &generics.params {
            match param {
                syn::GenericParam::Type(p) => {
                    let (sym, name) = (self.names.ident(&p.ident), self.name(&p.ident));
                    names.push((sym, Some(ParamIx(self.facts.params.len() as u32))));
                    self.facts.params.push(Param { name, bounds: (0, 0), default: TypeIx::UNKNOWN });
                }
                // Takes its place in the order of arguments.
                syn::GenericParam::Const(p) => {
                    names.push((self.names.ident(&p.ident), None));
                    let name = self.name(&p.ident);
                    self.facts.params.push(Param { name, bounds: (0, 0), default: TypeIx::UNKNOWN });
                }
                syn::GenericParam::Lifetime(_) => {}
            }
        }
        let end = self.facts.params.len() as u32;
        self.env.generics(names);
        self.parameter_bounds(generics, start);
        (start, end)
    }

    fn parameter_bounds(&mut self, generics: &syn::Generics, start: u32) {
        let mut bounds: Vec<Vec<TypeIx>> = Vec::new();
        for param in &generics.params {
            match param {
                syn::GenericParam::Type(p) => {
                    let before = self.enter_attrs(&p.attrs);
                    bounds.push(self.bound_list(p.bounds.iter()));
                    if let Some((_, default)) = &p.default {
                        let default = self.ty(default);
                        self.facts.params[start as usize + bounds.len() - 1].default = default;
                    }
                    self.leave_test(before);
                }
                syn::GenericParam::Const(p) => {
                    bounds.push(Vec::new());
                    self.ty(&p.ty);
                    p.default.iter().for_each(|(_, value)| self.visit_expr(value));
                }
                syn::GenericParam::Lifetime(_) => {}
            }
        }
        for predicate in generics.where_clause.iter().flat_map(|w| &w.predicates) {
            let syn::WherePredicate::Type(predicate) = predicate else { continue };
            let bounded = self.ty(&predicate.bounded_ty);
            let list = self.bound_list(predicate.bounds.iter());
            let own = match self.facts.borrowed_type(bounded) {
                Type::Param(param) => param.0.checked_sub(start),
                _ => None,
            };
            if let Some(own) = own.and_then(|own| bounds.get_mut(own as usize)) {
                own.extend(list);
            }
        }
        for (index, list) in bounds.iter().enumerate() {
            let list = self.type_list(list);
            self.facts.params[start as usize + index].bounds = list;
        }
    }

    /// A function's signature and body. Leaves its frames on the environment for the caller to truncate.
    pub(super) fn function(
        &mut self,
        sig: &syn::Signature,
        body: Option<&syn::Block>,
        owner: Option<Owner>,
    ) -> Shape {
        let generics = self.open_generics(&sig.generics);
        self.env.locals();
        let start = self.facts.nodes.len() as u32;
        let (mut inputs, mut values) = (Vec::new(), Vec::new());
        for input in &sig.inputs {
            match input {
                syn::FnArg::Receiver(receiver) => {
                    let before = self.enter_attrs(&receiver.attrs);
                    let ty = match &receiver.kind {
                        syn::ReceiverKind::Typed(_, ty) => self.ty(ty),
                        _ => self.self_type_ix(),
                    };
                    let (sym, node) = (self.names.text("self"), self.push_node(Node::Input(ty)));
                    self.env.bind(sym, true, node);
                    values.push(node);
                    self.leave_test(before);
                }
                syn::FnArg::Typed(typed) => {
                    let before = self.enter_attrs(&typed.attrs);
                    let ty = self.ty(&typed.ty);
                    let node = self.push_node(Node::Input(ty));
                    self.pattern(&typed.pat, node);
                    inputs.push(ty);
                    values.push(node);
                    self.leave_test(before);
                }
            }
        }
        let mut output = self.output(&sig.output);
        if sig.asyncness.is_some() {
            output = self.push_type(Type::Future(output));
        }
        if let Some(body) = body {
            let result = self.with_returns(|w| w.statements(&body.stmts));
            if let Some(owner) = owner {
                let inputs = self.node_list(&values);
                let receiver = sig.receiver().is_some();
                self.body(owner, start, inputs, receiver, result);
            }
        }
        let receiver = sig.receiver().map_or(Receiver::None, |receiver| match &receiver.kind {
            syn::ReceiverKind::Reference(_, _, Some(_)) => Receiver::Mutable,
            syn::ReceiverKind::Reference(..) => Receiver::Shared,
            _ => Receiver::Value,
        });
        Shape { generics, receiver, inputs: self.type_list(&inputs), output, fields: (0, 0) }
    }

    /// The fields of a struct, a union or a variant.
    pub(super) fn fields<'a>(&mut self, fields: impl Iterator<Item = &'a syn::Field>) -> Range {
        let start = self.facts.fields.len() as u32;
        for (index, field) in fields.enumerate() {
            let before = self.enter_attrs(&field.attrs);
            self.own_attributes(AttributeTarget::Field(self.facts.fields.len() as u32));
            let ty = self.ty(&field.ty);
            let (name, pos) = match &field.ident {
                Some(ident) => (self.name(ident), self.pos(ident.span())),
                None => (self.text_name(&index.to_string()), self.pos(syn_start(&field.ty))),
            };
            self.facts.fields.push(Field { name, ty, pos });
            self.leave_test(before);
        }
        (start, self.facts.fields.len() as u32)
    }
}

/// Where a type that is a field without a name begins, as far as it is a path; else nowhere in particular.
fn syn_start(ty: &syn::Type) -> proc_macro2::Span {
    match super::walk::peel(ty) {
        syn::Type::Path(ty) => {
            ty.path.segments.first().map_or_else(proc_macro2::Span::call_site, |s| s.ident.span())
        }
        _ => proc_macro2::Span::call_site(),
    }
}
