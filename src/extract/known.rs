//! Macros and derives of well-known crates whose effect on names is documented.
//!
//! Each is an entry here with the source of the rule; everything else is treated by shape.

use super::attributes as attr;
use super::facts::*;
use super::walk::Walker;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::parse::Parser;

/// Macros that stand among statements but make items (`thread_local!` and `cfg_select!` of the standard
/// library, lazy_static, cfg_if, tokio's `task_local!`).
pub(super) fn makes_items(path: &syn::Path) -> bool {
    path.segments.last().is_some_and(|s| {
        ["thread_local", "lazy_static", "cfg_if", "cfg_select", "task_local"]
            .iter()
            .any(|name| s.ident == name)
    })
}

/// How statics are kept that a macro makes.
pub(super) fn storage(name: &str) -> Storage {
    match name {
        "lazy_static" => Storage::Lazy,
        "thread_local" => Storage::Thread,
        "task_local" => Storage::Task,
        _ => Storage::Plain,
    }
}

/// Macros whose arguments are text or code for elsewhere (`quote!` and its family, `stringify!`), or repeat a whole
/// schema without using it (diesel's `joinable!`, `allow_tables_to_appear_in_same_query!`).
fn is_inert(name: &str) -> bool {
    matches!(
        name,
        "quote"
            | "quote_spanned"
            | "parse_quote"
            | "parse_quote_spanned"
            | "stringify"
            | "joinable"
            | "allow_tables_to_appear_in_same_query"
            | "compile_error"
            | "include_str"
            | "include_bytes"
            | "env"
            | "option_env"
    )
}

/// Tokens as items: as they are, with the `ref` of lazy_static's `static ref` left out, with a missing last `;`, or with the
/// value that statics of `task_local!` do not have.
pub(super) fn parse_items(tokens: TokenStream) -> Option<Vec<syn::Item>> {
    let parse = |tokens: TokenStream| {
        let stmts = syn::Block::parse_within.parse2(tokens).ok()?;
        super::macros::only_items(stmts)
            .filter(|items| !items.iter().any(|i| matches!(i, syn::Item::Verbatim(_))))
    };
    let starts_like_item =
        tokens.clone().into_iter().find(|t| !matches!(t, TokenTree::Punct(_) | TokenTree::Group(_)));
    match starts_like_item {
        None => return tokens.is_empty().then(Vec::new),
        Some(TokenTree::Ident(word)) if !is_item_start(&word.to_string()) => {
            // A macro call among items is an item as well: `inner! { … }`.
            return parse_as_file(tokens);
        }
        Some(TokenTree::Ident(_)) => {}
        Some(_) => return None,
    }
    parse(tokens.clone())
        .or_else(|| parse_as_file(tokens.clone()))
        .or_else(|| parse(without_static_ref(tokens.clone())))
        .or_else(|| parse(with_values(without_static_ref(tokens))))
}

fn parse_as_file(tokens: TokenStream) -> Option<Vec<syn::Item>> {
    let file = syn::parse2::<syn::File>(tokens).ok()?;
    let real = file.items.iter().all(|i| !matches!(i, syn::Item::Verbatim(_)));
    real.then_some(file.items)
}

fn is_item_start(word: &str) -> bool {
    matches!(
        word,
        "pub"
            | "mod"
            | "use"
            | "fn"
            | "struct"
            | "enum"
            | "union"
            | "trait"
            | "impl"
            | "const"
            | "static"
            | "type"
            | "extern"
            | "unsafe"
            | "async"
            | "macro_rules"
            | "auto"
            | "default"
            | "crate"
    )
}

fn without_static_ref(tokens: TokenStream) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    for tree in tokens {
        let after_static = matches!(out.last(), Some(TokenTree::Ident(word)) if word == "static");
        if after_static && matches!(&tree, TokenTree::Ident(word) if word == "ref") {
            continue;
        }
        out.push(tree);
    }
    if !matches!(out.last(), Some(TokenTree::Punct(p)) if p.as_char() == ';') {
        out.push(TokenTree::Punct(proc_macro2::Punct::new(';', proc_macro2::Spacing::Alone)));
    }
    out.into_iter().collect()
}

/// Statics without a value get one.
fn with_values(tokens: TokenStream) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    let (mut is_static, mut has_value) = (false, false);
    for tree in tokens {
        match &tree {
            TokenTree::Ident(word) if word == "static" => (is_static, has_value) = (true, false),
            TokenTree::Punct(p) if p.as_char() == '=' => has_value = true,
            TokenTree::Punct(p) if p.as_char() == ';' && is_static && !has_value => {
                let unit = TokenStream::new();
                out.push(TokenTree::Punct(proc_macro2::Punct::new('=', proc_macro2::Spacing::Alone)));
                out.push(TokenTree::Group(proc_macro2::Group::new(Delimiter::Parenthesis, unit)));
                is_static = false;
            }
            _ => {}
        }
        out.push(tree);
    }
    out.into_iter().collect()
}

impl Walker {
    /// Handles a macro that this table knows; `false` if it does not.
    pub(super) fn known_macro(&mut self, name: &str, mac: &syn::Macro, position: CallPosition) -> bool {
        match name {
            "include" if position == CallPosition::Item => self.include(mac),
            "table" | "view" if position == CallPosition::Item => {
                return self.diesel_table(mac.tokens.clone(), name == "view");
            }
            "define_sql_function" | "sql_function" | "define_sql_functions" => {
                return self.sql_function(mac.tokens.clone());
            }
            "alias" if position == CallPosition::Item => return self.diesel_alias(mac.tokens.clone()),
            "mock" if position == CallPosition::Item => return self.mock(mac.tokens.clone()),
            _ if is_inert(name) => {}
            _ => return false,
        }
        true
    }

    /// mockall's `mock! { pub Name<T> { … } impl Trait for Name<T> { … } }` defines `MockName` (mockall's documentation of
    /// `mock!`). What stands in it are signatures.
    fn mock(&mut self, tokens: TokenStream) -> bool {
        let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
        let name = trees.iter().enumerate().find_map(|(at, tree)| match (tree, trees.get(at + 1)) {
            (TokenTree::Ident(name), Some(TokenTree::Group(body)))
                if body.delimiter() == Delimiter::Brace =>
            {
                Some(name)
            }
            (TokenTree::Ident(name), Some(TokenTree::Punct(open))) if open.as_char() == '<' => Some(name),
            _ => None,
        });
        let Some(name) = name else { return false };
        let (pos, name) = (self.pos(name.span()), self.text_name(&format!("Mock{name}")));
        let ix = self.push_item(name, ItemKind::Struct, Vis::Public, pos);
        self.facts.items[ix.index()].extended = true;
        self.scan_paths(tokens);
        true
    }

    /// `include!`, see the standard library: a literal is relative to the file.
    fn include(&mut self, mac: &syn::Macro) {
        let text = mac.tokens.to_string();
        let target = match syn::parse2::<syn::LitStr>(mac.tokens.clone()) {
            Ok(path) => IncludeTarget::File(self.text_name(&path.value())),
            Err(_) if text.contains("CARGO_MANIFEST_DIR") => {
                match string_literals(mac.tokens.clone()).as_slice() {
                    [_, rest] => IncludeTarget::Package(self.text_name(rest.trim_start_matches('/'))),
                    _ => IncludeTarget::Generated,
                }
            }
            Err(_) => IncludeTarget::Generated,
        };
        let pos = self.pos(mac.path.segments[0].ident.span());
        self.facts.includes.push(Include { scope: self.scope, target, pos });
    }

    /// diesel's `table!`: a module with `table`, `columns`, `dsl`, `all_columns`, `star`, and a type per column
    /// (diesel's documentation of `table!`). Column attributes `#[sql_name]` do not change the Rust names.
    fn diesel_table(&mut self, tokens: TokenStream, view: bool) -> bool {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        let Some(body_at) =
            trees.iter().rposition(|t| matches!(t, TokenTree::Group(g) if g.delimiter() == Delimiter::Brace))
        else {
            return false;
        };
        let TokenTree::Group(body) = &trees[body_at] else { return false };
        // `schema.name (keys) { … }`: the name is the last identifier in front of the groups.
        let Some(TokenTree::Ident(name)) =
            trees[..body_at].iter().rev().find(|t| matches!(t, TokenTree::Ident(_)))
        else {
            return false;
        };
        let pos = self.pos(name.span());
        let columns = columns(body.stream());
        let table = self.name(name);
        let database_name = database_name(&trees[..body_at]);
        let item = ItemIx(self.facts.items.len() as u32);
        let name = self.text_name(&database_name);
        self.facts.tables.push(DeclaredTable { item, name, view });
        self.virtual_mod(table, pos, |w| {
            for fixed in ["table", "star", "SqlType", "BoxedQuery", "all_columns"] {
                w.virtual_item(fixed, pos);
            }
            w.columns(&columns);
            let columns_name = w.text_name("columns");
            w.virtual_mod(columns_name, pos, |w| w.columns(&columns));
            let dsl = w.text_name("dsl");
            w.virtual_mod(dsl, pos, |w| {
                w.columns(&columns);
                w.push_item(table, ItemKind::StructValue, Vis::Public, pos);
            });
        });
        self.diesel_column_types(body.stream());
        true
    }

    /// diesel's `define_sql_function!`: a function and a type of its name.
    fn sql_function(&mut self, tokens: TokenStream) -> bool {
        let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
        let mut any = false;
        for pair in trees.windows(2) {
            if let [TokenTree::Ident(word), TokenTree::Ident(name)] = pair
                && word == "fn"
            {
                any = true;
                let (name, pos) = (self.name(name), self.pos(name.span()));
                self.push_item(name, ItemKind::StructValue, Vis::Public, pos);
            }
        }
        if any {
            self.scan_paths(tokens);
        }
        any
    }

    /// diesel's `alias!`: `const NAME: Type = table as name;` and the short `table as name: Type` (diesel's documentation
    /// of `alias!`).
    fn diesel_alias(&mut self, tokens: TokenStream) -> bool {
        let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
        let known = self.facts.items.len();
        let mut items = Vec::new();
        for (at, part) in trees.windows(2).enumerate() {
            if let [TokenTree::Ident(word), TokenTree::Ident(name)] = part
                && (word == "as" || word == "const")
            {
                let (name, pos) = (self.name(name), self.pos(name.span()));
                items.push(self.push_item(name, ItemKind::StructValue, Vis::Public, pos));
                if word == "as" {
                    self.aliased(&trees[..at], &items);
                    items.clear();
                }
            }
            if let [TokenTree::Punct(colon), TokenTree::Ident(name)] = part
                && colon.as_char() == ':'
                && colon.spacing() == proc_macro2::Spacing::Alone
                && name.to_string().starts_with(|c: char| c.is_uppercase())
            {
                let (name, pos) = (self.name(name), self.pos(name.span()));
                self.push_item(name, ItemKind::Alias(None), Vis::Public, pos);
            }
        }
        let any = self.facts.items.len() > known;
        if any {
            self.scan_paths(tokens);
        }
        any
    }

    /// Notes that items stand for the table whose path ends the tokens.
    fn aliased(&mut self, before: &[TokenTree], items: &[ItemIx]) {
        let is_part = |tree: &&TokenTree| match tree {
            TokenTree::Ident(_) => true,
            TokenTree::Punct(p) => p.as_char() == ':' && p.spacing() == proc_macro2::Spacing::Joint,
            _ => false,
        };
        let mut path: Vec<&syn::Ident> = Vec::new();
        let mut trees = before.iter().rev().peekable();
        while let Some(TokenTree::Ident(ident)) = trees.next() {
            path.push(ident);
            let second = trees.next_if(|tree| matches!(tree, TokenTree::Punct(p) if p.as_char() == ':'));
            if second.is_none() || trees.next_if(is_part).is_none() {
                break;
            }
        }
        path.reverse();
        let Some(last) = path.last() else { return };
        let segments: Vec<_> = path.iter().map(|ident| self.names.ident(ident)).collect();
        if let Some(table) = self.reference(&segments, false, Ns::TYPE.and(Ns::VALUE), last.span()) {
            self.facts.aliases.extend(items.iter().map(|&item| TableAlias { item, table }));
        }
    }

    fn diesel_column_types(&mut self, body: TokenStream) {
        let guess = std::mem::replace(&mut self.guess, true);
        for part in attr::split_commas(body) {
            let trees: Vec<TokenTree> = part.into_iter().collect();
            let arrow = trees.windows(2).position(|w| {
                matches!(w, [TokenTree::Punct(a), TokenTree::Punct(b)] if a.as_char() == '-' && b.as_char() == '>')
            });
            if let Some(arrow) = arrow
                && let Ok(ty) = syn::parse2::<syn::Type>(trees[arrow + 2..].iter().cloned().collect())
            {
                syn::visit::Visit::visit_type(self, &ty);
            }
        }
        self.guess = guess;
    }

    fn columns(&mut self, columns: &[syn::Ident]) {
        for column in columns {
            let (name, pos) = (self.name(column), self.pos(column.span()));
            self.push_item(name, ItemKind::StructValue, Vis::Public, pos);
        }
    }

    fn virtual_item(&mut self, name: &str, pos: Pos) {
        let name = self.text_name(name);
        self.push_item(name, ItemKind::StructValue, Vis::Public, pos);
    }

    fn virtual_mod(&mut self, name: Name, pos: Pos, walk: impl FnOnce(&mut Self)) {
        let ix = self.push_item(name, ItemKind::FileMod, Vis::Public, pos);
        let scope = self.in_scope(ScopeKind::Virtual(ix), |w, _| walk(w));
        self.facts.items[ix.index()].kind = ItemKind::InlineMod(scope);
    }

    /// Items that derives and attribute macros add beside a struct or enum:
    /// sea-orm's `DeriveEntityModel` (`Entity`, `Column`, `ActiveModel`, `PrimaryKey`), sea-query's `#[enum_def]`
    /// (`<Name>Iden`, its default suffix), the projections that pin-project (`#[pin_project(project = X)]`) and
    /// pin-project-lite (`#[project = X]`) are told to name.
    pub(super) fn generated_beside(
        &mut self,
        ident: &syn::Ident,
        attrs: &[syn::Attribute],
        vis: &syn::Visibility,
    ) {
        for (meta, _) in attr::flat(attrs) {
            let last = meta.path().segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
            match (last.as_str(), &meta) {
                ("derive", syn::Meta::List(list)) if mentions(&list.tokens, "DeriveEntityModel") => {
                    self.generated("Entity", ItemKind::StructValue, ident, vis);
                    for name in ["Column", "ActiveModel", "PrimaryKey"] {
                        self.generated(name, ItemKind::Enum, ident, vis);
                    }
                }
                ("pin_project", syn::Meta::List(list)) => self.projections(list.tokens.clone(), ident, vis),
                ("project" | "project_ref" | "project_replace", syn::Meta::NameValue(nv)) => {
                    if let syn::Expr::Path(path) = &nv.value
                        && let Some(name) = path.path.get_ident()
                    {
                        self.generated(&name.to_string(), ItemKind::Enum, ident, vis);
                    }
                }
                ("enum_def", _) => self.generated(&format!("{ident}Iden"), ItemKind::Enum, ident, vis),
                _ => {}
            }
        }
    }

    fn projections(&mut self, tokens: TokenStream, beside: &syn::Ident, vis: &syn::Visibility) {
        for part in attr::split_commas(tokens) {
            let trees: Vec<TokenTree> = part.into_iter().collect();
            if let [TokenTree::Ident(key), TokenTree::Punct(_), TokenTree::Ident(name)] = trees.as_slice()
                && key.to_string().starts_with("project")
            {
                self.generated(&name.to_string(), ItemKind::Enum, beside, vis);
            }
        }
    }

    fn generated(&mut self, name: &str, kind: ItemKind, beside: &syn::Ident, vis: &syn::Visibility) {
        let pos = self.pos(beside.span());
        let (name, vis) = (self.text_name(name), self.vis(vis));
        let ix = self.push_item(name, kind, vis, pos);
        self.facts.items[ix.index()].extended = true;
    }

    /// Marks an item that derives or attribute macros may add associated items to.
    pub(super) fn mark_extended(&mut self, ix: ItemIx, attrs: &[syn::Attribute]) {
        const PLAIN: &[&str] =
            &["doc", "cfg", "allow", "expect", "must_use", "non_exhaustive", "repr", "deprecated", "inline"];
        let extended = attr::flat(attrs).iter().any(|(m, _)| !PLAIN.iter().any(|p| m.path().is_ident(p)));
        self.facts.items[ix.index()].extended |= extended;
    }

    /// What else a function makes: `#[proc_macro]`, `#[proc_macro_attribute]` and `#[proc_macro_derive(Name)]` make it a
    /// macro (the reference's chapter on procedural macros), diesel's `#[auto_type]` adds a type of its name.
    pub(super) fn made_of_function(&mut self, item: &syn::ItemFn) {
        for (meta, _) in &attr::flat(&item.attrs) {
            let path = meta.path();
            if path.segments.last().is_some_and(|s| s.ident == "auto_type") {
                self.add_item(&item.sig.ident, ItemKind::Alias(None), &item.vis);
            } else if path.is_ident("proc_macro") || path.is_ident("proc_macro_attribute") {
                self.add_item(&item.sig.ident, ItemKind::Macro, &item.vis);
            } else if let syn::Meta::List(list) = meta
                && path.is_ident("proc_macro_derive")
                && let Some(TokenTree::Ident(name)) = list.tokens.clone().into_iter().next()
            {
                let (pos, name) = (self.pos(item.sig.ident.span()), self.name(&name));
                self.push_item(name, ItemKind::Macro, Vis::Public, pos);
            }
        }
    }
}

/// The name in front of the keys and columns of a `table!`: `#[sql_name = "…"]`, and a schema with a `.`.
fn database_name(head: &[TokenTree]) -> String {
    let mut sql_name = None;
    let mut path: Vec<String> = Vec::new();
    for (at, tree) in head.iter().enumerate() {
        match tree {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
                if mentions(&group.stream(), "sql_name") {
                    sql_name = string_literals(group.stream()).pop();
                }
                path.clear();
            }
            TokenTree::Ident(ident) => {
                let goes_on =
                    matches!(head.get(at.wrapping_sub(1)), Some(TokenTree::Punct(p)) if p.as_char() == '.');
                if !goes_on {
                    path.clear();
                }
                path.push(ident.to_string().trim_start_matches("r#").to_owned());
            }
            _ => {}
        }
    }
    if let (Some(sql_name), Some(last)) = (sql_name, path.last_mut()) {
        *last = sql_name;
    }
    path.join(".")
}

fn columns(body: TokenStream) -> Vec<syn::Ident> {
    attr::split_commas(body)
        .into_iter()
        .filter_map(|part| {
            let mut trees = part.into_iter().peekable();
            while matches!(trees.peek(), Some(TokenTree::Punct(p)) if p.as_char() == '#') {
                trees.next();
                trees.next();
            }
            match (trees.next(), trees.next()) {
                (Some(TokenTree::Ident(name)), Some(TokenTree::Punct(p))) if p.as_char() == '-' => Some(name),
                _ => None,
            }
        })
        .collect()
}

fn mentions(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|t| matches!(t, TokenTree::Ident(i) if i == name))
}

fn string_literals(tokens: TokenStream) -> Vec<String> {
    let mut out = Vec::new();
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => out.extend(string_literals(group.stream())),
            TokenTree::Literal(literal) => {
                if let syn::Lit::Str(text) = syn::Lit::new(literal) {
                    out.push(text.value());
                }
            }
            _ => {}
        }
    }
    out
}
