//! Patterns: the names they bind, and which part of the value each one is.

use super::facts::*;
use super::walk::Walker;
use syn::Pat;
use syn::visit::{self, Visit};

impl Walker {
    /// Writes down a pattern's references and binds its names to the parts of a value.
    pub(super) fn pattern(&mut self, pat: &Pat, value: NodeIx) {
        match pat {
            Pat::Ident(item) => {
                let plain = item.by_ref.is_none() && item.mutability.is_none() && item.subpat.is_none();
                self.bind(&item.ident, plain, value);
                if let Some((_, sub)) = &item.subpat {
                    self.pattern(sub, value);
                }
            }
            Pat::Path(item) => {
                self.maybe_qualified(item.qself.as_ref(), &item.path, Ns::VALUE);
            }
            Pat::Struct(item) => {
                let (path, _) = self.maybe_qualified(item.qself.as_ref(), &item.path, Ns::TYPE);
                for field in &item.fields {
                    let name = self.field_name(&field.member);
                    let part = self.destructured(value, path, name);
                    self.pattern(&field.pat, part);
                }
            }
            Pat::TupleStruct(item) => {
                let (path, _) = self.maybe_qualified(item.qself.as_ref(), &item.path, Ns::VALUE);
                for (index, element) in before_rest(&item.elems) {
                    let part = match index {
                        Some(index) => {
                            let name = self.text_name(&index.to_string());
                            self.destructured(value, path, name)
                        }
                        None => NodeIx::UNKNOWN,
                    };
                    self.pattern(element, part);
                }
            }
            Pat::Tuple(item) => {
                for (index, element) in before_rest(&item.elems) {
                    let part = index.map_or(NodeIx::UNKNOWN, |index| self.part(value, index as u32));
                    self.pattern(element, part);
                }
            }
            Pat::Slice(item) => {
                let part = self.derived(value, Node::Element);
                for element in &item.elems {
                    let is_rest = |pat: &Pat| matches!(pat, Pat::Rest(_));
                    match element {
                        Pat::Ident(rest) if rest.subpat.as_ref().is_some_and(|(_, sub)| is_rest(sub)) => {
                            let rest = self.derived(value, Node::Slice);
                            self.pattern(element, rest);
                        }
                        element => self.pattern(element, part),
                    }
                }
            }
            Pat::Reference(item) => self.pattern(&item.pat, value),
            Pat::Paren(item) => self.pattern(&item.pat, value),
            Pat::Or(item) => item.cases.iter().for_each(|case| self.pattern(case, value)),
            Pat::Guard(item) => {
                self.pattern(&item.pat, value);
                self.visit_expr(&item.guard);
            }
            Pat::Type(item) => {
                let ty = self.ty(&item.ty);
                let value = self.annotated(ty, value);
                self.pattern(&item.pat, value);
            }
            Pat::Verbatim(tokens) => self.scan_paths(tokens.clone()),
            _ => visit::visit_pat(self, pat),
        }
    }

    fn bind(&mut self, ident: &syn::Ident, plain: bool, value: NodeIx) {
        let sym = self.names.ident(ident);
        let upper = self.names.as_str(sym).starts_with(|c: char| c.is_uppercase());
        if plain && upper {
            // Either a binding or a constant, unit struct or variant: only the resolver can tell.
            let guess = std::mem::replace(&mut self.guess, true);
            self.with_written(Written::Pattern, |w| {
                w.reference(&[sym], false, Ns::VALUE, ident.span());
            });
            self.guess = guess;
        }
        self.env.bind(sym, !(plain && upper), value);
    }

    fn part(&mut self, value: NodeIx, index: u32) -> NodeIx {
        self.derived(value, |value| Node::Part(value, index))
    }

    fn destructured(&mut self, value: NodeIx, path: Option<RefIx>, field: Name) -> NodeIx {
        match path {
            Some(path) => self.push_node(Node::Destructured(value, path, field)),
            None => self.derived(value, |value| Node::Destructured(value, RefIx(u32::MAX), field)),
        }
    }
}

/// Elements with their index; those behind `..` have none.
fn before_rest<'a>(elements: impl IntoIterator<Item = &'a Pat>) -> Vec<(Option<usize>, &'a Pat)> {
    let mut rest = false;
    let mut out = Vec::new();
    for (index, element) in elements.into_iter().enumerate() {
        rest |= matches!(element, Pat::Rest(_));
        out.push(((!rest).then_some(index), element));
    }
    out
}
