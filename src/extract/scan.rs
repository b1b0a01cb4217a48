//! The last resort for tokens that no grammar fits: paths and definitions are found by their shape.

use super::facts::{Ns, *};
use super::names::Sym;
use super::walk::Walker;
use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

impl Walker {
    /// Every `a::b`, upper-case name and macro call in the tokens; groups are read as code of their own.
    pub(super) fn scan_paths(&mut self, tokens: TokenStream) {
        let guess = std::mem::replace(&mut self.guess, true);
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < trees.len() {
            match &trees[at] {
                TokenTree::Group(group) => {
                    let depth = self.env.depth();
                    self.env.locals();
                    self.body_arguments(group.stream());
                    self.env.truncate(depth);
                    at += 1;
                }
                TokenTree::Literal(literal) => {
                    if let syn::Lit::Str(text) = syn::Lit::new(literal.clone()) {
                        self.format_captures(&text.value(), literal.span());
                    }
                    at += 1;
                }
                TokenTree::Ident(_) => at = self.scan_path(&trees, at),
                TokenTree::Punct(p) if p.as_char() == '.' => at += 2, // a field or method name follows
                TokenTree::Punct(p) if p.as_char() == '\'' => at += 2, // a lifetime
                TokenTree::Punct(_) => at += 1,
            }
        }
        self.guess = guess;
    }

    /// One path starting at an identifier; returns where to go on.
    fn scan_path(&mut self, trees: &[TokenTree], start: usize) -> usize {
        let mut idents: Vec<&Ident> = Vec::new();
        let mut at = start;
        while let Some(TokenTree::Ident(ident)) = trees.get(at) {
            idents.push(ident);
            at += 1;
            if is_punct(trees.get(at), ':') && is_punct(trees.get(at + 1), ':') {
                at += 2;
            } else {
                break;
            }
        }
        let last = idents.last().expect("starts at an identifier");
        let text = last.to_string();
        let bang = is_punct(trees.get(at), '!') && matches!(trees.get(at + 1), Some(TokenTree::Group(_)));
        let upper = text.starts_with(|c: char| c.is_uppercase());
        let ns = if bang { Ns::MACRO } else { Ns::TYPE.and(Ns::VALUE) };
        if bang || idents.len() > 1 || upper {
            let segments: Vec<Sym> = idents.iter().map(|i| self.names.ident(i)).collect();
            let global =
                start >= 2 && is_punct(trees.get(start - 1), ':') && is_punct(trees.get(start - 2), ':');
            self.reference(&segments, global, ns, last.span());
        }
        at
    }

    /// Definitions in tokens that are no items: `struct X`, `pub fn f`, `static ref X`. The rest is scanned for paths.
    pub(super) fn scan_definitions(&mut self, tokens: TokenStream) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        for at in 0..trees.len() {
            let TokenTree::Ident(keyword) = &trees[at] else { continue };
            let Some((kind, name_at)) = definition(&keyword.to_string(), &trees, at) else { continue };
            let Some(TokenTree::Ident(name)) = trees.get(name_at) else { continue };
            // How far the macro lets it reach is unknown.
            let (pos, name) = (self.pos(name.span()), self.name(name));
            let ix = self.push_item(name, kind, Vis::Public, pos);
            self.facts.items[ix.index()].extended = true;
            if kind == ItemKind::Enum
                && let Some(body) = brace_after(&trees, name_at)
            {
                let members = self.member_range(|w| w.scan_variants(body));
                self.facts.items[ix.index()].members = members;
            }
        }
        self.scan_paths(trees.into_iter().collect());
    }

    /// The first identifier of each comma-separated part, attributes skipped.
    fn scan_variants(&mut self, body: TokenStream) {
        for part in super::attributes::split_commas(body) {
            let mut trees = part.into_iter().peekable();
            while matches!(trees.peek(), Some(TokenTree::Punct(p)) if p.as_char() == '#') {
                trees.next();
                trees.next();
            }
            if let Some(TokenTree::Ident(name)) = trees.next() {
                self.member(&name, MemberKind::Variant);
            }
        }
    }

    /// Functions and constants named in a macro among associated items.
    pub(super) fn scan_members(&mut self, tokens: TokenStream) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        for pair in trees.windows(2) {
            if let [TokenTree::Ident(keyword), TokenTree::Ident(name)] = pair {
                match keyword.to_string().as_str() {
                    "fn" => self.member(name, MemberKind::Fn),
                    "const" if name != "fn" => self.member(name, MemberKind::Const),
                    "type" => self.member(name, MemberKind::Type),
                    _ => {}
                }
            }
        }
    }
}

fn definition(keyword: &str, trees: &[TokenTree], at: usize) -> Option<(ItemKind, usize)> {
    let kind = match keyword {
        "struct" => ItemKind::StructValue,
        "enum" => ItemKind::Enum,
        "union" => ItemKind::Union,
        "trait" => ItemKind::Trait,
        "type" => ItemKind::Alias(None),
        "fn" => ItemKind::Fn,
        "const" => ItemKind::Const,
        "static" => ItemKind::Static(Storage::Plain),
        "macro" => ItemKind::Macro,
        _ => return None,
    };
    let skip = matches!(trees.get(at + 1), Some(TokenTree::Ident(word))
        if keyword == "static" && (word == "ref" || word == "mut"));
    match trees.get(at + 1 + usize::from(skip)) {
        Some(TokenTree::Ident(word)) if word == "fn" || word == "_" => None,
        _ => Some((kind, at + 1 + usize::from(skip))),
    }
}

fn brace_after(trees: &[TokenTree], at: usize) -> Option<TokenStream> {
    trees[at..].iter().take(8).find_map(|t| match t {
        TokenTree::Group(g) if g.delimiter() == Delimiter::Brace => Some(g.stream()),
        _ => None,
    })
}

fn is_punct(tree: Option<&TokenTree>, c: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(p)) if p.as_char() == c)
}
