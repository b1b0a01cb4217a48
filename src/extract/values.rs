//! Expressions: their references, and the value that each of them is.

use super::facts::*;
use super::names::Local;
use super::walk::Walker;
use syn::Expr;
use syn::visit::{self, Visit};

impl Walker {
    pub(super) fn push_node(&mut self, node: Node) -> NodeIx {
        self.facts.nodes.push(node);
        NodeIx(self.facts.nodes.len() as u32 - 1)
    }

    /// A value that follows from another; unknown if that is.
    pub(super) fn derived(&mut self, value: NodeIx, node: impl FnOnce(NodeIx) -> Node) -> NodeIx {
        if value == NodeIx::UNKNOWN { value } else { self.push_node(node(value)) }
    }

    /// A value of a type.
    pub(super) fn typed(&mut self, ty: TypeIx) -> NodeIx {
        if ty == TypeIx::UNKNOWN { NodeIx::UNKNOWN } else { self.push_node(Node::Typed(ty)) }
    }

    /// A value with a type beside it.
    pub(super) fn annotated(&mut self, ty: TypeIx, value: NodeIx) -> NodeIx {
        match (ty, value) {
            (TypeIx::UNKNOWN, value) => value,
            (ty, NodeIx::UNKNOWN) => self.typed(ty),
            (ty, value) => self.push_node(Node::Annotated(ty, value)),
        }
    }

    pub(super) fn node_list(&mut self, nodes: &[NodeIx]) -> Range {
        let start = self.facts.node_lists.len() as u32;
        self.facts.node_lists.extend(nodes);
        (start, self.facts.node_lists.len() as u32)
    }

    pub(super) fn either(&mut self, values: &[NodeIx]) -> NodeIx {
        let known: Vec<NodeIx> = values.iter().copied().filter(|v| *v != NodeIx::UNKNOWN).collect();
        match known.as_slice() {
            [] => NodeIx::UNKNOWN,
            [one] => *one,
            several => {
                let list = self.node_list(several);
                self.push_node(Node::Either(list))
            }
        }
    }

    /// Writes down the references in an expression, and its value.
    pub(super) fn value(&mut self, expr: &Expr) -> NodeIx {
        match expr {
            Expr::Path(path) => self.path_value(path),
            Expr::Paren(item) => self.value(&item.expr),
            Expr::Group(item) => self.value(&item.expr),
            Expr::Reference(item) => self.value(&item.expr),
            Expr::RawAddr(item) => self.value(&item.expr),
            Expr::Unary(item) => {
                let value = self.value(&item.expr);
                match item.op {
                    syn::UnOp::Deref(_) => self.derived(value, Node::Deref),
                    _ => NodeIx::UNKNOWN,
                }
            }
            Expr::Call(item) => {
                let callee = self.value(&item.func);
                self.mark_called(callee);
                let access = self.call_access(callee);
                self.arguments_of(access, item.args.iter())
            }
            Expr::MethodCall(item) => {
                let on = self.receiver(&item.receiver);
                let (name, span) = (self.name(&item.method), item.method.span());
                let access = self.access(AccessKind::Method, on, name, span);
                if let Some(access) = access {
                    self.facts.accesses[access.index()].on_list = self.is_listed(&item.receiver, on);
                }
                if let Some(list) = &item.turbofish {
                    let types = self.angle_arguments(list);
                    if let Some(access) = access {
                        self.facts.accesses[access.index()].types = types;
                    }
                }
                let value = self.arguments_of(access, item.args.iter());
                if item.method == "push"
                    && let Some(Expr::Lit(syn::ExprLit { lit: syn::Lit::Char(sign), .. })) = item.args.first()
                {
                    let literal = self.sign(sign);
                    self.grown(on, literal);
                }
                // `get(1..)` gives a part of a list, and not one of its elements.
                let ranged = matches!(item.args.first(), Some(Expr::Range(_)));
                if ranged && (item.method == "get" || item.method == "get_mut") {
                    return NodeIx::UNKNOWN;
                }
                value
            }
            Expr::Field(item) => {
                let on = self.value(&item.base);
                let name = self.field_name(&item.member);
                let span = match &item.member {
                    syn::Member::Named(ident) => ident.span(),
                    syn::Member::Unnamed(index) => index.span,
                };
                let access = self.access(AccessKind::Field, on, name, span);
                self.access_value(access)
            }
            Expr::Await(item) => {
                let on = self.value(&item.base);
                let name = self.text_name("await");
                let access = self.access(AccessKind::Await, on, name, item.await_token.span);
                self.access_value(access)
            }
            Expr::Try(item) => {
                let value = self.value(&item.expr);
                self.derived(value, Node::Try)
            }
            Expr::Index(item) => {
                let value = self.value(&item.expr);
                self.value(&item.index);
                let is_range = matches!(*item.index, Expr::Range(_));
                self.derived(value, if is_range { Node::Slice } else { Node::Index })
            }
            Expr::Cast(item) => {
                let _ = self.value(&item.expr);
                let ty = self.ty(&item.ty);
                self.typed(ty)
            }
            Expr::Tuple(item) => {
                let values: Vec<NodeIx> = item.elems.iter().map(|e| self.value(e)).collect();
                let list = self.node_list(&values);
                self.push_node(Node::Tuple(list))
            }
            Expr::Array(item) => {
                let values: Vec<NodeIx> = item.elems.iter().map(|e| self.value(e)).collect();
                let value = self.either(&values);
                self.push_node(Node::Array(value))
            }
            Expr::Repeat(item) => {
                let value = self.value(&item.expr);
                self.visit_expr(&item.len);
                self.push_node(Node::Array(value))
            }
            Expr::Struct(item) => self.struct_value(item),
            Expr::Block(item) => self.statements(&item.block.stmts),
            Expr::Unsafe(item) => self.statements(&item.block.stmts),
            Expr::Async(item) => {
                let value = self.statements(&item.block.stmts);
                self.push_node(Node::Future(value))
            }
            Expr::Verbatim(tokens) => {
                self.scan_paths(tokens.clone());
                NodeIx::UNKNOWN
            }
            Expr::Macro(item) => self.macro_call(&item.mac, CallPosition::Body),
            Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => self.literal(text),
            Expr::Binary(item) if matches!(item.op, syn::BinOp::Add(_)) => {
                let values = [self.value(&item.left), self.value(&item.right)];
                self.concat(&values)
            }
            Expr::Binary(item) if matches!(item.op, syn::BinOp::AddAssign(_)) => {
                let (target, added) = (self.value(&item.left), self.value(&item.right));
                self.grown(target, added);
                NodeIx::UNKNOWN
            }
            Expr::Return(item) => {
                if let Some(value) = &item.expr {
                    let start = self.mark();
                    let value = self.value(value);
                    self.returns.push(value);
                    self.exit(&start);
                }
                NodeIx::UNKNOWN
            }
            _ => self.branching_value(expr),
        }
    }

    /// A value that a method is called on. That is where the type of a literal counts.
    fn receiver(&mut self, expr: &Expr) -> NodeIx {
        let Expr::Lit(literal) = expr else { return self.value(expr) };
        let primitive = match &literal.lit {
            syn::Lit::Str(text) => match self.literal(text) {
                NodeIx::UNKNOWN => "str",
                literal => return literal,
            },
            syn::Lit::Int(_) => "i32",
            syn::Lit::Float(_) => "f64",
            syn::Lit::Char(_) => "char",
            syn::Lit::Bool(_) => "bool",
            _ => return NodeIx::UNKNOWN,
        };
        let name = self.text_name(primitive);
        let ty = self.push_type(Type::Primitive(name));
        self.typed(ty)
    }

    /// Expressions that bind names or branch.
    fn branching_value(&mut self, expr: &Expr) -> NodeIx {
        match expr {
            Expr::If(item) => {
                let then = self.scoped_locals(|w| {
                    w.visit_expr(&item.cond);
                    w.statements(&item.then_branch.stmts)
                });
                match &item.else_branch {
                    Some((_, other)) => {
                        let other = self.value(other);
                        self.either(&[then, other])
                    }
                    None => NodeIx::UNKNOWN,
                }
            }
            Expr::Match(item) => {
                let matched = self.value(&item.expr);
                let values: Vec<NodeIx> = item.arms.iter().map(|arm| self.arm(arm, matched)).collect();
                self.either(&values)
            }
            Expr::While(_) | Expr::ForLoop(_) | Expr::Loop(_) => self.repeated(expr),
            Expr::Let(item) => {
                let value = self.value(&item.expr);
                self.pattern(&item.pat, value);
                NodeIx::UNKNOWN
            }
            Expr::Closure(item) => self.closure(item, None),
            _ => {
                visit::visit_expr(self, expr);
                NodeIx::UNKNOWN
            }
        }
    }

    fn arm(&mut self, arm: &syn::Arm, matched: NodeIx) -> NodeIx {
        let before = self.enter_attrs(&arm.attrs);
        let value = self.scoped_locals(|w| {
            w.pattern(&arm.pat, matched);
            w.value(&arm.body)
        });
        self.leave_test(before);
        value
    }

    fn path_value(&mut self, expr: &syn::ExprPath) -> NodeIx {
        if expr.qself.is_none()
            && let [segment] = expr.path.segments.iter().collect::<Vec<_>>().as_slice()
        {
            let sym = self.names.ident(&segment.ident);
            if let Local::Yes(value) = self.env.value(sym) {
                return value;
            }
            if segment.ident == "Self" {
                let ty = self.self_type_ix();
                return self.typed(ty);
            }
        }
        self.path_of(expr, Ns::VALUE)
    }

    /// What a path that is no local stands for.
    pub(super) fn path_of(&mut self, expr: &syn::ExprPath, ns: Ns) -> NodeIx {
        match self.maybe_qualified(expr.qself.as_ref(), &expr.path, ns) {
            (Some(reference), types) => self.push_node(Node::Path(reference, types)),
            (None, _) => self.assoc_value(&expr.path),
        }
    }

    /// `T::name`, where `T` is a generic parameter.
    fn assoc_value(&mut self, path: &syn::Path) -> NodeIx {
        let [first, last] = path.segments.iter().collect::<Vec<_>>()[..] else { return NodeIx::UNKNOWN };
        let sym = self.names.ident(&first.ident);
        match self.parameter_type(sym) {
            TypeIx::UNKNOWN => NodeIx::UNKNOWN,
            ty => {
                let name = self.name(&last.ident);
                self.assoc_of(ty, name, last.ident.span())
            }
        }
    }

    /// An associated item of a generic parameter.
    pub(super) fn assoc_of(&mut self, ty: TypeIx, name: Name, span: proc_macro2::Span) -> NodeIx {
        let on = self.typed(ty);
        let access = self.access(AccessKind::Assoc, on, name, span);
        self.access_value(access)
    }

    fn struct_value(&mut self, item: &syn::ExprStruct) -> NodeIx {
        let ty = self.qualified_type(item.qself.as_ref(), &item.path, Ns::TYPE);
        let mut parts = Vec::new();
        for field in &item.fields {
            let before = self.enter_attrs(&field.attrs);
            parts.push(self.value(&field.expr));
            self.leave_test(before);
        }
        if let Some(rest) = &item.rest {
            self.visit_expr(rest);
        }
        parts.retain(|part| *part != NodeIx::UNKNOWN);
        if parts.is_empty() {
            return self.typed(ty);
        }
        let parts = self.node_list(&parts);
        let parts = self.push_node(Node::Struct(parts));
        self.annotated(ty, parts)
    }

    pub(super) fn field_name(&mut self, member: &syn::Member) -> Name {
        match member {
            syn::Member::Named(ident) => self.name(ident),
            syn::Member::Unnamed(index) => self.text_name(&index.index.to_string()),
        }
    }

    /// Notes a use of a value; `None` in an expansion where the call's arguments said it already.
    fn access(
        &mut self,
        kind: AccessKind,
        on: NodeIx,
        name: Name,
        span: proc_macro2::Span,
    ) -> Option<AccessIx> {
        let pos = self.pos(span);
        (!self.origin.is_known(span)).then(|| self.push_access(kind, on, name, pos))
    }

    /// Notes a call of a value; of an unknown one there is nothing to say.
    fn call_access(&mut self, callee: NodeIx) -> Option<AccessIx> {
        let none = Name(0);
        (callee != NodeIx::UNKNOWN).then(|| self.push_access(AccessKind::Call, callee, none, Pos::default()))
    }

    fn push_access(&mut self, kind: AccessKind, on: NodeIx, name: Name, pos: Pos) -> AccessIx {
        let (scope, test, call) = (self.scope, self.test, self.call);
        let (arguments, types) = ((0, 0), (0, 0));
        self.facts.accesses.push(Access {
            kind,
            on,
            name,
            arguments,
            types,
            scope,
            test,
            on_list: false,
            pos,
            call,
        });
        AccessIx(self.facts.accesses.len() as u32 - 1)
    }

    fn access_value(&mut self, access: Option<AccessIx>) -> NodeIx {
        access.map_or(NodeIx::UNKNOWN, |access| self.push_node(Node::Access(access)))
    }

    /// The arguments of a call, and its value.
    fn arguments_of<'a>(
        &mut self,
        access: Option<AccessIx>,
        arguments: impl Iterator<Item = &'a Expr>,
    ) -> NodeIx {
        let mut values = Vec::new();
        for (index, argument) in arguments.enumerate() {
            values.push(match argument {
                Expr::Closure(closure) => self.closure(closure, access.map(|a| (a, index as u16))),
                argument => self.value(argument),
            });
        }
        let list = self.node_list(&values);
        if let Some(access) = access {
            self.facts.accesses[access.index()].arguments = list;
        }
        self.access_value(access)
    }

    /// A closure; where it is an argument, its parameters are what the access gives them.
    fn closure(&mut self, closure: &syn::ExprClosure, argument: Option<(AccessIx, u16)>) -> NodeIx {
        let start = self.mark();
        let mut value = self.scoped_locals(|w| {
            for (index, pat) in closure.inputs.iter().enumerate() {
                let input = match argument {
                    None => NodeIx::UNKNOWN,
                    Some((access, argument)) => {
                        w.push_node(Node::ClosureInput(access, argument, index as u16))
                    }
                };
                w.pattern(pat, input);
            }
            let ty = w.output(&closure.output);
            let value = w.with_returns(|w| w.value(&closure.body));
            w.annotated(ty, value)
        });
        if closure.asyncness.is_some() {
            value = self.push_node(Node::Future(value));
        }
        let closure = self.push_node(Node::Closure(value));
        let stretch = self.stretch_since(&start);
        let argument_of = argument.map(|(access, _)| access);
        self.facts.closures.push(ClosureBody { closure, argument_of, stretch });
        closure
    }
}
