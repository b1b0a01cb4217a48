//! `use` trees and `extern crate`, flattened into one import per leaf.

use super::facts::{Binding, Import, Vis};
use super::names::Sym;
use super::walk::Walker;
use proc_macro2::{Group, Span, TokenStream, TokenTree};
use syn::UseTree;

impl Walker {
    pub(super) fn use_item(&mut self, item: &syn::ItemUse) {
        let test = self.enter_attrs(&item.attrs);
        let vis = self.vis(&item.vis);
        let mut prefix = Vec::new();
        self.use_tree(&item.tree, &mut prefix, item.leading_colon.is_some(), vis, None);
        self.leave_test(test);
    }

    fn use_tree(
        &mut self,
        tree: &UseTree,
        prefix: &mut Vec<Sym>,
        global: bool,
        vis: Vis,
        last: Option<Span>,
    ) {
        match tree {
            UseTree::Path(path) => {
                let sym = self.names.ident(&path.ident);
                prefix.push(sym);
                self.use_tree(&path.tree, prefix, global, vis, Some(path.ident.span()));
                prefix.pop();
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.use_tree(tree, prefix, global, vis, last);
                }
            }
            UseTree::Name(name) => self.use_leaf(&name.ident, None, prefix, global, vis, last),
            UseTree::Rename(name) => {
                self.use_leaf(&name.ident, Some(&name.rename), prefix, global, vis, last)
            }
            UseTree::Glob(glob) => {
                let span = last.unwrap_or(glob.star_token.spans[0]);
                self.import(prefix, global, Binding::Glob, vis, span);
            }
        }
    }

    fn use_leaf(
        &mut self,
        ident: &syn::Ident,
        rename: Option<&syn::Ident>,
        prefix: &mut Vec<Sym>,
        global: bool,
        vis: Vis,
        last: Option<Span>,
    ) {
        let module = ident == "self" && !prefix.is_empty();
        let span = if module { last.unwrap_or(ident.span()) } else { ident.span() };
        let name = match rename {
            Some(rename) if rename == "_" => None,
            Some(rename) => Some(self.names.ident(rename)),
            None if module => prefix.last().copied(),
            None => Some(self.names.ident(ident)),
        };
        let name = name.map(|sym| self.names.export(sym, &mut self.facts));
        let binding = match name {
            None => Binding::Nothing,
            Some(name) if module => Binding::Module(name),
            Some(name) => Binding::Name(name),
        };
        if module {
            self.import(prefix, global, binding, vis, span);
        } else {
            let sym = self.names.ident(ident);
            prefix.push(sym);
            self.import(prefix, global, binding, vis, span);
            prefix.pop();
        }
    }

    fn import(&mut self, segments: &[Sym], global: bool, binding: Binding, vis: Vis, span: Span) {
        let path = self.names.path(global, segments, &mut self.facts);
        let (scope, test, pos) = (self.scope, self.test, self.pos(span));
        self.facts.imports.push(Import {
            scope,
            path,
            binding,
            vis,
            pos,
            test,
            extern_crate: false,
            macro_use: false,
        });
    }

    pub(super) fn extern_crate(&mut self, item: &syn::ItemExternCrate) {
        let test = self.enter_attrs(&item.attrs);
        let macro_use = item.attrs.iter().any(|a| a.path().is_ident("macro_use"));
        let sym = self.names.ident(&item.ident);
        let path = self.names.path(false, &[sym], &mut self.facts);
        let binding = match &item.rename {
            Some((_, rename)) if rename == "_" => Binding::Nothing,
            Some((_, rename)) => {
                let sym = self.names.ident(rename);
                Binding::Name(self.names.export(sym, &mut self.facts))
            }
            None => Binding::Name(self.names.export(sym, &mut self.facts)),
        };
        let vis = self.vis(&item.vis);
        let (scope, test_now, pos) = (self.scope, self.test, self.pos(item.ident.span()));
        self.facts.imports.push(Import {
            scope,
            path,
            binding,
            vis,
            pos,
            test: test_now,
            extern_crate: true,
            macro_use,
        });
        self.leave_test(test);
    }
}

/// A `use` with `::` inside of its group (`use {::a::b, c}`), which the parser hands on as tokens. The `::` are left out:
/// what they lead to is a crate, which also has its name without them.
pub(super) fn with_inner_colons(tokens: TokenStream) -> Option<syn::ItemUse> {
    syn::parse2(without_inner_colons(tokens)).ok()
}

fn without_inner_colons(tokens: TokenStream) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    let mut starts = true;
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => {
                let inner = without_inner_colons(group.stream());
                out.push(TokenTree::Group(Group::new(group.delimiter(), inner)));
                starts = false;
            }
            TokenTree::Punct(p) if starts && p.as_char() == ':' => {}
            tree => {
                starts = matches!(&tree, TokenTree::Punct(p) if p.as_char() == ',');
                out.push(tree);
            }
        }
    }
    out.into_iter().collect()
}

/// Names that a `use` tree introduces, for the block that holds it.
pub(super) fn introduced(tree: &UseTree, names: &mut super::names::Names, out: &mut Vec<Sym>) {
    match tree {
        UseTree::Path(path) => introduced(&path.tree, names, out),
        UseTree::Group(group) => group.items.iter().for_each(|t| introduced(t, names, out)),
        UseTree::Name(name) => out.push(names.ident(&name.ident)),
        UseTree::Rename(name) => out.push(names.ident(&name.rename)),
        _ => {}
    }
}
