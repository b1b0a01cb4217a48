//! The state of a walk over one file's syntax tree, and how scopes and references are written down.
//!
//! Locals and generic parameters are settled here, because they are lexical; every other path becomes a reference.

use super::attributes as attr;
use super::facts::*;
use super::names::{Env, Local, Names, Origin, Sym};
use proc_macro2::Span;
use syn::Type;

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
    /// How statics are kept that the macro which is being walked makes.
    pub(super) storage: Storage,
    /// Strings among the arguments of the macro that is being walked are for people.
    pub(super) for_people: bool,
    /// What the function that is being walked returns early.
    pub(super) returns: Vec<NodeIx>,
    /// Where the attributes begin that were noted last.
    pub(super) latest_attributes: usize,
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
            storage: Storage::Plain,
            for_people: false,
            returns: Vec::new(),
            latest_attributes: 0,
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
        self.latest_attributes = self.facts.attributes.len();
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
    pub(super) fn reference(&mut self, segments: &[Sym], global: bool, ns: Ns, span: Span) -> Option<RefIx> {
        let &first = segments.first()?;
        let mut maybe = self.guess;
        if !global {
            if segments.len() == 1 {
                let text = self.names.as_str(first);
                if matches!(text, "self" | "Self" | "_" | "crate" | "super")
                    || (ns == Ns::TYPE && is_primitive(text))
                {
                    return None;
                }
                // A macro defined in a function may name the function's locals, and a lone name in a macro's arguments
                // may be whatever the macro likes.
                maybe |= ns == Ns::VALUE && (self.origin.is_expanded(span) || self.call.is_some());
                if ns.meets(Ns::VALUE) {
                    match self.env.value(first) {
                        Local::Yes(_) => return None,
                        Local::Maybe => maybe = true,
                        Local::No => {}
                    }
                }
            }
            if ns != Ns::MACRO && self.env.generic(first).is_some() {
                return None;
            }
        }
        let path = self.names.path(global, segments, &mut self.facts);
        self.push_ref(path, ns, maybe, span)
    }

    fn push_ref(&mut self, path: Path, ns: Ns, maybe: bool, span: Span) -> Option<RefIx> {
        if self.origin.is_known(span) {
            return None;
        }
        let written = match self.written {
            Written::Path if self.origin.is_expanded(span) => Written::MacroArgument,
            written => written,
        };
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
            called: false,
        });
        Some(RefIx(self.facts.refs.len() as u32 - 1))
    }

    /// A path, and the generic arguments of its last segment.
    pub(super) fn path(&mut self, path: &syn::Path, ns: Ns) -> (Option<RefIx>, Range) {
        let segments = self.segments(path);
        let Some(last) = path.segments.last() else { return (None, (0, 0)) };
        let reference = self.reference(&segments, path.leading_colon.is_some(), ns, last.ident.span());
        (reference, self.generic_arguments(path))
    }

    /// A path that starts with `<T>` or `<T as Trait>`: `T`, and the reference.
    pub(super) fn qualified_path(
        &mut self,
        qself: &syn::QSelf,
        path: &syn::Path,
        ns: Ns,
    ) -> (TypeIx, Option<RefIx>) {
        let base = self.ty(&qself.ty);
        if qself.position > 0 {
            let reference = self.path(path, ns).0;
            self.facts.qualified.extend(reference.map(|reference| (reference, base)));
            return (base, reference);
        }
        // `<Type>::f` is `Type::f` where the type is a path.
        let mut reference = None;
        if let Type::Path(ty) = peel(&qself.ty)
            && ty.qself.is_none()
            && let Some(last) = path.segments.last()
        {
            let mut segments = self.segments(&ty.path);
            segments.extend(self.segments(path));
            reference = self.reference(&segments, ty.path.leading_colon.is_some(), ns, last.ident.span());
        }
        self.generic_arguments(path);
        (base, reference)
    }

    /// A path that may start with `<T>` or `<T as Trait>`.
    pub(super) fn maybe_qualified(
        &mut self,
        qself: Option<&syn::QSelf>,
        path: &syn::Path,
        ns: Ns,
    ) -> (Option<RefIx>, Range) {
        match qself {
            Some(qself) => (self.qualified_path(qself, path, ns).1, (0, 0)),
            None => self.path(path, ns),
        }
    }

    /// What lies between a mark and here.
    pub(super) fn stretch_since(&self, start: &Mark) -> Stretch {
        let end = self.mark();
        Stretch {
            nodes: (start.nodes, end.nodes),
            refs: (start.refs, end.refs),
            accesses: (start.accesses, end.accesses),
        }
    }

    /// How much there is so far.
    pub(super) fn mark(&self) -> Mark {
        let facts = &self.facts;
        let len = |len: usize| len as u32;
        Mark {
            nodes: len(facts.nodes.len()),
            refs: len(facts.refs.len()),
            accesses: len(facts.accesses.len()),
        }
    }

    pub(super) fn with_written(&mut self, written: Written, walk: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.written, written);
        walk(self);
        self.written = before;
    }
}

/// A place in the lists of facts.
pub(super) struct Mark {
    nodes: u32,
    refs: u32,
    accesses: u32,
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
