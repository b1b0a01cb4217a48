//! Macro calls: what their arguments say without knowing the macro.
//!
//! Arguments are tried as items (where items may stand), as expressions, as statements, and in the end scanned for
//! paths token by token. What a local `macro_rules!` makes of them is a matter of [`super::expand`].

use super::arguments::{Code, chunks, is_keyed};
use super::attributes as attr;
use super::facts::*;
use super::known;
use super::names::{Local, Origin, Sym};
use super::strings::Argument;
use super::walk::Walker;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::{Expr, Meta, Stmt, Token};

impl Walker {
    pub(super) fn macro_item(&mut self, item: &syn::ItemMacro) {
        let before = self.enter_attrs(&item.attrs);
        match &item.ident {
            Some(ident) if item.mac.path.is_ident("macro_rules") => {
                let exported = item.attrs.iter().any(|a| a.path().is_ident("macro_export"));
                let vis = syn::Visibility::Inherited;
                let ix = self.add_item(ident, ItemKind::MacroRules { exported }, &vis);
                let text = self.text_of(&item.mac);
                self.facts.macros.push(MacroRules { item: ix, text });
            }
            _ => {
                self.macro_call(&item.mac, CallPosition::Item);
            }
        }
        self.leave_test(before);
    }

    /// A macro's tokens as text, without the delimiters.
    fn text_of(&mut self, mac: &syn::Macro) -> Text {
        if !matches!(self.origin, Origin::File) {
            return Text::Made(self.text_name(&mac.tokens.to_string()));
        }
        let span = delimiters(mac);
        let (open, close) = (span.open().byte_range(), span.close().byte_range());
        Text::File(self.base + open.end as u32, self.base + close.start as u32)
    }

    /// Writes down a macro's call and what its arguments say, and returns what is known of its value.
    pub(super) fn macro_call(&mut self, mac: &syn::Macro, position: CallPosition) -> NodeIx {
        let segments = self.segments(&mac.path);
        let Some(last) = mac.path.segments.last() else { return NodeIx::UNKNOWN };
        let (name_span, global) = (last.ident.span(), mac.path.leading_colon.is_some());
        if self.origin.is_known(name_span) {
            return NodeIx::UNKNOWN;
        }
        let path = self.names.path(global, &segments, &mut self.facts);
        let name = self.names.as_str(*segments.last().expect("a path has a segment")).to_owned();

        let ix = CallIx(self.facts.calls.len() as u32);
        let open_end = delimiters(mac).open().end();
        let call = MacroCall {
            scope: self.scope,
            path,
            position,
            arguments: Arguments::Body,
            text: self.text_of(mac),
            pos: self.pos(name_span),
            text_pos: Pos { line: open_end.line as u32, column: open_end.column as u32 + 1 },
            order: self.next_order(),
            test: self.test,
            values: (0, 0),
        };
        self.facts.calls.push(call);
        let (arguments, values) = self.arguments(&name, ix, mac, position);
        self.facts.calls[ix.index()].arguments = arguments;
        self.result_of(&name, ix, mac, &values)
    }

    /// The value of a macro of the standard library, or of one that waits for futures, from its arguments.
    fn result_of(&mut self, name: &str, ix: CallIx, mac: &syn::Macro, values: &[Argument]) -> NodeIx {
        if is_silent(name) {
            return NodeIx::UNKNOWN;
        }
        if is_formatting(name) {
            return self.formatted_macro(mac, values);
        }
        let arguments = values;
        let values: Vec<NodeIx> = arguments.iter().map(|argument| argument.value).collect();
        match (name, values.as_slice()) {
            ("include_str", _) => self.included_text(mac),
            (name, values) if is_concat(name) => self.concat(values),
            ("indoc" | "alias", [value]) => *value,
            ("alias", values) => {
                let list = self.node_list(values);
                self.push_node(Node::Tuple(list))
            }
            ("vec", values) => {
                let element = self.either(values);
                self.push_node(Node::Array(element))
            }
            ("dbg" | "pin", [value]) => *value,
            ("ready" | "r#try", [value]) => self.derived(*value, Node::Try),
            ("join" | "try_join", values) => {
                let outputs: Vec<NodeIx> = values
                    .iter()
                    .map(|value| {
                        let output = self.derived(*value, Node::Output);
                        if name == "join" { output } else { self.derived(output, Node::Try) }
                    })
                    .collect();
                let list = self.node_list(&outputs);
                self.push_node(Node::Tuple(list))
            }
            (_, values) if values.iter().any(|value| *value != NodeIx::UNKNOWN) => {
                self.facts.calls[ix.index()].values = self.node_list(values);
                self.push_node(Node::Macro(ix))
            }
            _ => NodeIx::UNKNOWN,
        }
    }

    /// `format!` and its like: the first argument is the template, and `write!` has the target in front of it.
    fn formatted_macro(&mut self, mac: &syn::Macro, values: &[Argument]) -> NodeIx {
        let parsed = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(mac.tokens.clone());
        let Ok(exprs) = parsed else { return NodeIx::UNKNOWN };
        let template = |expr: &Expr| match expr {
            Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.clone()),
            _ => None,
        };
        match exprs.iter().enumerate().take(2).find_map(|(at, expr)| Some((at, template(expr)?))) {
            Some((at, text)) => {
                let text = self.formatted(&text, values.get(at + 1..).unwrap_or_default());
                // `write!(sql, "…")`
                if let Some(target) = at.checked_sub(1).and_then(|before| values.get(before)) {
                    self.grown(target.value, text);
                }
                text
            }
            // `format!(include_str!("x.sql"), …)`
            None => values.first().map_or(NodeIx::UNKNOWN, |argument| argument.value),
        }
    }

    /// `include_str!("path")`
    fn included_text(&mut self, mac: &syn::Macro) -> NodeIx {
        match syn::parse2::<syn::LitStr>(mac.tokens.clone()) {
            Ok(path) => {
                let path = self.text_name(&path.value());
                self.push_node(Node::Included(path))
            }
            Err(_) => NodeIx::UNKNOWN,
        }
    }

    fn arguments(
        &mut self,
        name: &str,
        ix: CallIx,
        mac: &syn::Macro,
        position: CallPosition,
    ) -> (Arguments, Vec<Argument>) {
        if self.known_macro(name, mac, position) {
            return (Arguments::Known, Vec::new());
        }
        if position == CallPosition::Item {
            let outer = std::mem::replace(&mut self.storage, known::storage(name));
            let are_items = self.item_arguments(mac.tokens.clone());
            self.storage = outer;
            if are_items {
                return (Arguments::Items, Vec::new());
            }
        }
        // A macro among statements that makes no items after all.
        let in_block = self.facts.scopes[self.scope.index()].kind == ScopeKind::Block;
        let position = if in_block { CallPosition::Body } else { position };
        self.facts.calls[ix.index()].position = position;
        let outer = (self.written, self.call);
        (self.written, self.call) = (Written::MacroArgument, Some(ix));
        let for_people = std::mem::replace(&mut self.for_people, is_silent(name));
        let depth = self.env.depth();
        self.env.locals();
        let values = if position == CallPosition::Item {
            let guess = std::mem::replace(&mut self.guess, true);
            self.scan_definitions(mac.tokens.clone());
            self.guess = guess;
            Vec::new()
        } else if name.ends_with("matches") && self.match_arguments(mac.tokens.clone()) {
            Vec::new()
        } else if name == "alias" && mac.path.segments.len() <= 2 {
            self.alias_arguments(mac.tokens.clone())
        } else if is_formatting(name) || is_concat(name) {
            self.format_arguments(mac.tokens.clone())
        } else {
            self.body_arguments(mac.tokens.clone())
        };
        self.env.truncate(depth);
        self.for_people = for_people;
        (self.written, self.call) = outer;
        (Arguments::Body, values)
    }

    /// Arguments that are items, also as the branches of a `cfg_if!` or `cfg_select!`; `false` leaves nothing written
    /// down.
    fn item_arguments(&mut self, tokens: TokenStream) -> bool {
        if let Some(items) = known::parse_items(tokens.clone()) {
            self.items(&items);
            return !items.is_empty();
        }
        // Branches: every brace group holds items and stands behind `#[…]`, `else` or `=>`.
        let mut branches = Vec::new();
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, tree) in trees.iter().enumerate() {
            let TokenTree::Group(group) = tree else { continue };
            if group.delimiter() != Delimiter::Brace {
                continue;
            }
            let opens_branch = match &trees[..at] {
                [.., TokenTree::Group(before)] => before.delimiter() == Delimiter::Bracket,
                [.., TokenTree::Ident(word)] => word == "else",
                [.., TokenTree::Punct(a), TokenTree::Punct(b)] => a.as_char() == '=' && b.as_char() == '>',
                _ => false,
            };
            match known::parse_items(group.stream()) {
                Some(items) if opens_branch => branches.push(items),
                _ => return false,
            }
        }
        branches.iter().for_each(|items| self.items(items));
        !branches.is_empty()
    }

    /// Arguments read as code: expressions, then statements, then chunk by chunk. Returns the values of expressions.
    pub(super) fn body_arguments(&mut self, tokens: TokenStream) -> Vec<Argument> {
        if tokens.is_empty() {
            return Vec::new();
        }
        match Code::parse.parse2(tokens.clone()) {
            Ok(Code::Expressions(exprs)) => return exprs.iter().map(|e| self.named_argument(e)).collect(),
            Ok(Code::Statements(stmts)) => {
                self.statements(&stmts);
            }
            Err(_) => chunks(tokens).into_iter().for_each(|chunk| self.chunk(chunk)),
        }
        Vec::new()
    }

    /// The arguments of `matches!` and of what is alike: a value, a pattern, a condition. `false` leaves nothing written
    /// down.
    fn match_arguments(&mut self, tokens: TokenStream) -> bool {
        let parts = |input: syn::parse::ParseStream| {
            let value: Expr = input.parse()?;
            input.parse::<Token![,]>()?;
            let pat = syn::Pat::parse_multi_with_leading_vert(input)?;
            let condition =
                input.parse::<Option<Token![if]>>()?.map(|_| input.parse::<Expr>()).transpose()?;
            input.parse::<Option<Token![,]>>()?;
            Ok((value, pat, condition))
        };
        let Ok((value, pat, condition)) = parts.parse2(tokens) else { return false };
        let value = self.argument(&value);
        self.pattern(&pat, value);
        if let Some(condition) = condition {
            self.visit_expr(&condition);
        }
        true
    }

    /// The arguments of diesel's `alias!` where it is a value: `table as name` is the table.
    fn alias_arguments(&mut self, tokens: TokenStream) -> Vec<Argument> {
        let parsed = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens.clone());
        let path = |expr| match expr {
            Expr::Cast(cast) => {
                if let Expr::Path(path) = *cast.expr {
                    Some(path)
                } else {
                    None
                }
            }
            _ => None,
        };
        let paths: Option<Vec<_>> = parsed.ok().and_then(|exprs| exprs.into_iter().map(path).collect());
        let Some(paths) = paths else { return self.body_arguments(tokens) };
        let table = |path| Argument { name: None, value: self.path_of(path, Ns::VALUE.and(Ns::TYPE)) };
        paths.iter().map(table).collect()
    }

    /// An argument with the name it is given: `name = value`.
    fn named_argument(&mut self, expr: &Expr) -> Argument {
        let (name, value) = name_and_value(expr);
        Argument { name, value: self.argument(value) }
    }

    /// The arguments of `format!`, `concat!` and their like: a lone identifier among them is a value.
    fn format_arguments(&mut self, tokens: TokenStream) -> Vec<Argument> {
        let parsed = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens.clone());
        let Ok(exprs) = parsed else { return self.body_arguments(tokens) };
        let argument = |expr| match name_and_value(expr) {
            (name, value @ Expr::Path(path)) if path.path.get_ident().is_some() => {
                let guess = std::mem::replace(&mut self.guess, true);
                let value = self.value(value);
                self.guess = guess;
                Argument { name, value }
            }
            _ => self.named_argument(expr),
        };
        exprs.iter().map(argument).collect()
    }

    fn argument(&mut self, expr: &Expr) -> NodeIx {
        match expr {
            Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => {
                self.format_captures(&text.value(), text.span());
                if self.for_people { NodeIx::UNKNOWN } else { self.literal(text) }
            }
            // `name = value`: the left side is a field's name.
            Expr::Assign(assign) if matches!(&*assign.left, Expr::Path(p) if p.path.get_ident().is_some()) => {
                self.argument(&assign.right)
            }
            // A lone identifier may be anything the macro likes.
            Expr::Path(path) if path.path.get_ident().is_some() => {
                let guess = std::mem::replace(&mut self.guess, true);
                let sym = self.names.ident(path.path.get_ident().expect("just seen"));
                let value = self.env.value(sym);
                self.path(&path.path, Ns::VALUE.and(Ns::TYPE));
                self.guess = guess;
                if let Local::Yes(value) = value { value } else { NodeIx::UNKNOWN }
            }
            // A longer path may be a type.
            Expr::Path(path) if path.qself.is_none() => self.path_of(path, Ns::VALUE.and(Ns::TYPE)),
            _ => self.value(expr),
        }
    }

    /// A part of a macro's arguments. Tracing's `%value`, `?value` and `name = %value` are the value (tracing's
    /// documentation of `event!`).
    fn chunk(&mut self, tokens: TokenStream) {
        let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
        let is = |tree: Option<&TokenTree>, signs: &str| matches!(tree, Some(TokenTree::Punct(p)) if signs.contains(p.as_char()));
        let name = trees
            .iter()
            .take_while(|tree| matches!(tree, TokenTree::Ident(_)) || is(Some(tree), "."))
            .count();
        let value = if name > 0 && is(trees.get(name), "=") { name + 1 } else { 0 };
        if is(trees.get(value), "%?") {
            return self.chunk(trees[value + 1..].iter().cloned().collect());
        }
        let guess = std::mem::replace(&mut self.guess, true);
        let is_value = !is_keyed(&trees);
        if let Some(Ok(expr)) = is_value.then(|| syn::parse2::<Expr>(tokens.clone())) {
            self.argument(&expr);
        } else if let Some(Ok(ty)) = is_value.then(|| syn::parse2::<syn::Type>(tokens.clone())) {
            self.visit_type(&ty);
        } else {
            self.scan_paths(tokens);
        }
        self.guess = guess;
    }

    /// Names that a format string captures: `{name}`, `{name:?}`, `{:width$}`.
    pub(super) fn format_captures(&mut self, text: &str, span: proc_macro2::Span) {
        for name in captured(text) {
            let sym = self.names.text(name);
            let before = std::mem::replace(&mut self.written, Written::FormatCapture);
            let guess = std::mem::replace(&mut self.guess, true);
            self.reference(&[sym], false, Ns::VALUE, span);
            self.guess = guess;
            self.written = before;
        }
    }

    /// Paths in attributes: the attribute's own name, derives, and arguments.
    pub(super) fn attribute_paths(&mut self, metas: &[(Meta, bool)]) {
        let written = std::mem::replace(&mut self.written, Written::Attribute);
        let guess = std::mem::replace(&mut self.guess, true);
        for (meta, _) in metas {
            self.attribute_path(meta);
        }
        self.written = written;
        self.guess = guess;
    }

    fn attribute_path(&mut self, meta: &Meta) {
        let path = meta.path();
        if let Meta::List(list) = meta
            && path.is_ident("derive")
        {
            if let Ok(derives) =
                Punctuated::<syn::Path, Token![,]>::parse_terminated.parse2(list.tokens.clone())
            {
                derives.iter().for_each(|d| {
                    self.path(d, Ns::MACRO);
                    self.derive_attribute(d);
                });
            }
            return;
        }
        let Some(first) = path.segments.first() else { return };
        if attr::is_builtin(&first.ident.to_string()) {
            return;
        }
        self.path(path, Ns::MACRO);
        if self.mapping_attribute(meta) {
            return;
        }
        if let Meta::List(list) = meta {
            self.attribute_arguments(list.tokens.clone());
        }
    }

    /// `key = path`, `key = "path"`, `key(…)`, and bare paths of two or more segments.
    pub(super) fn attribute_arguments(&mut self, tokens: TokenStream) {
        for part in attr::split_commas(tokens) {
            let trees: Vec<TokenTree> = part.into_iter().collect();
            match trees.as_slice() {
                [TokenTree::Ident(key), TokenTree::Punct(eq), rest @ ..] if eq.as_char() == '=' => {
                    self.attribute_value(&key.to_string(), rest);
                }
                [TokenTree::Ident(_), TokenTree::Group(group)] => self.attribute_arguments(group.stream()),
                _ => self.scan_paths(trees.into_iter().collect()),
            }
        }
    }

    fn attribute_value(&mut self, key: &str, value: &[TokenTree]) {
        if let [TokenTree::Literal(literal)] = value {
            if let syn::Lit::Str(text) = syn::Lit::new(literal.clone()) {
                let _ = self.attribute_string(key, &text.value(), literal.span());
            }
            return;
        }
        let tokens: TokenStream = value.iter().cloned().collect();
        match syn::parse2::<Expr>(tokens.clone()) {
            Ok(Expr::Path(path)) => {
                self.path(&path.path, Ns::ALL);
            }
            Ok(expr) => self.visit_expr(&expr),
            Err(_) => self.scan_paths(tokens),
        }
    }

    /// A string that names an item.
    pub(super) fn attribute_string(
        &mut self,
        key: &str,
        text: &str,
        span: proc_macro2::Span,
    ) -> Option<RefIx> {
        let is_path = text.split("::").all(|s| {
            let mut chars = s.chars();
            chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
                && chars.all(|c| c.is_alphanumeric() || c == '_')
        });
        if is_path && (text.contains("::") || attr::names_item(key)) {
            let segments: Vec<Sym> = text.split("::").map(|s| self.names.text(s)).collect();
            return self.reference(&segments, false, Ns::TYPE.and(Ns::VALUE), span);
        }
        None
    }
}

/// The two sides of `name = value`; the left one names a parameter or a field.
fn name_and_value(expr: &Expr) -> (Option<String>, &Expr) {
    if let Expr::Assign(assign) = expr
        && let Expr::Path(path) = &*assign.left
        && let Some(name) = path.path.get_ident()
    {
        return (Some(name.to_string()), &assign.right);
    }
    (None, expr)
}

/// Macros that put a string together from a template and values.
fn is_formatting(name: &str) -> bool {
    matches!(name, "format" | "format_args" | "formatcp" | "formatdoc" | "write" | "writeln")
}

/// Macros that put strings one behind the other.
fn is_concat(name: &str) -> bool {
    matches!(name, "concat" | "concatcp" | "concat_str")
}

/// Macros whose arguments are for people.
fn is_silent(name: &str) -> bool {
    matches!(
        name,
        "println"
            | "print"
            | "eprintln"
            | "eprint"
            | "panic"
            | "unreachable"
            | "todo"
            | "unimplemented"
            | "bail"
            | "ensure"
            | "anyhow"
            | "trace"
            | "debug"
            | "info"
            | "warn"
            | "error"
            | "event"
            | "log"
            | "trace_span"
            | "debug_span"
            | "info_span"
            | "warn_span"
            | "error_span"
            | "span"
    ) || name.starts_with("assert")
        || name.starts_with("debug_assert")
}

fn delimiters(mac: &syn::Macro) -> proc_macro2::extra::DelimSpan {
    match &mac.delimiter {
        syn::MacroDelimiter::Paren(d) => d.span,
        syn::MacroDelimiter::Brace(d) => d.span,
        syn::MacroDelimiter::Bracket(d) => d.span,
    }
}

/// The identifiers that a format string's placeholders name.
fn captured(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        rest = &rest[open + 1..];
        if let Some(after) = rest.strip_prefix('{') {
            rest = after;
            continue;
        }
        let Some(close) = rest.find('}') else { break };
        let inside = &rest[..close];
        let (argument, spec) = inside.split_once(':').unwrap_or((inside, ""));
        out.extend([argument.trim()].into_iter().filter(|n| is_ident(n)));
        // `width$` and `.precision$`
        out.extend(spec.split('$').rev().skip(1).filter_map(|part| {
            let start = part.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |i| i + 1);
            Some(&part[start..]).filter(|n| is_ident(n))
        }));
        rest = &rest[close + 1..];
    }
    out
}

fn is_ident(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && chars.all(|c| c.is_alphanumeric() || c == '_')
}

/// A statement list that holds only items, as some macros take them.
pub(super) fn only_items(stmts: Vec<Stmt>) -> Option<Vec<syn::Item>> {
    stmts.into_iter().map(|s| if let Stmt::Item(item) = s { Some(item) } else { None }).collect()
}
