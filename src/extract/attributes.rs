//! What attributes say: `cfg(test)`, `#[path]`, derives, and paths in attribute arguments. `cfg_attr` is looked through.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{Attribute, Meta};

/// Attributes of one item with `cfg_attr` unwrapped: each with whether a condition decides over it. Documentation
/// is left out.
pub(super) fn flat(attrs: &[Attribute]) -> Vec<(Meta, bool)> {
    let mut out = Vec::new();
    for attr in attrs.iter().filter(|a| !a.path().is_ident("doc")) {
        unwrap(attr.meta.clone(), false, &mut out, 0);
    }
    out
}

fn unwrap(meta: Meta, conditional: bool, out: &mut Vec<(Meta, bool)>, depth: usize) {
    if !meta.path().is_ident("cfg_attr") || depth > 8 {
        out.push((meta, conditional));
        return;
    }
    let Meta::List(list) = meta else { return };
    let parser = syn::punctuated::Punctuated::<TokenChunk, syn::Token![,]>::parse_terminated;
    let Ok(chunks) = syn::parse::Parser::parse2(parser, list.tokens) else { return };
    for chunk in chunks.into_iter().skip(1) {
        if let Ok(inner) = syn::parse2::<Meta>(chunk.0) {
            unwrap(inner, true, out, depth + 1);
        }
    }
}

/// Tokens up to the next comma.
struct TokenChunk(TokenStream);

impl syn::parse::Parse for TokenChunk {
    fn parse(input: syn::parse::ParseStream) -> syn::Result<Self> {
        let mut tokens = TokenStream::new();
        while !input.is_empty() && !input.peek(syn::Token![,]) {
            tokens.extend([input.parse::<TokenTree>()?]);
        }
        Ok(TokenChunk(tokens))
    }
}

/// Whether attributes put an item under test: `cfg(test)`, `#[test]`, `#[tokio::test]`, `#[bench]`.
pub(super) fn is_test(metas: &[(Meta, bool)]) -> bool {
    metas.iter().any(|(meta, _)| {
        let path = meta.path();
        if path.is_ident("cfg") {
            return matches!(meta, Meta::List(list) if requires_test(list.tokens.clone()));
        }
        path.segments.last().is_some_and(|s| {
            ["test", "bench", "rstest", "test_case", "quickcheck"].iter().any(|name| s.ident == name)
        })
    })
}

/// Whether a `cfg` predicate can only hold in a test build.
pub(super) fn requires_test(tokens: TokenStream) -> bool {
    let mut tokens = tokens.into_iter();
    let Some(TokenTree::Ident(name)) = tokens.next() else { return false };
    let group = match tokens.next() {
        Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Parenthesis => Some(g.stream()),
        Some(_) => return false,
        None => None,
    };
    match (name.to_string().as_str(), group) {
        ("test", None) => true,
        ("all", Some(inner)) => split_commas(inner).into_iter().any(requires_test),
        ("any", Some(inner)) => {
            let parts = split_commas(inner);
            !parts.is_empty() && parts.into_iter().all(requires_test)
        }
        _ => false,
    }
}

/// Splits tokens at top-level commas; empty parts are dropped.
pub(super) fn split_commas(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = vec![TokenStream::new()];
    for tree in tokens {
        match &tree {
            TokenTree::Punct(p) if p.as_char() == ',' => parts.push(TokenStream::new()),
            _ => parts.last_mut().expect("never empty").extend([tree]),
        }
    }
    parts.retain(|p| !p.is_empty());
    parts
}

/// The string of `name = "…"`.
pub(super) fn string_value(meta: &Meta) -> Option<String> {
    match meta {
        Meta::NameValue(nv) => match &nv.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(s), .. }) => Some(s.value()),
            _ => None,
        },
        _ => None,
    }
}

/// Attributes of the language itself: they name no macro, and their arguments name no item.
pub(super) fn is_builtin(name: &str) -> bool {
    const BUILTIN: &[&str] = &[
        "allow",
        "automatically_derived",
        "bench",
        "cfg",
        "cfg_attr",
        "cold",
        "coverage",
        "crate_name",
        "crate_type",
        "debugger_visualizer",
        "default",
        "deny",
        "deprecated",
        "diagnostic",
        "doc",
        "expect",
        "export_name",
        "feature",
        "forbid",
        "global_allocator",
        "ignore",
        "inline",
        "instruction_set",
        "link",
        "link_name",
        "link_ordinal",
        "link_section",
        "macro_export",
        "macro_use",
        "must_use",
        "naked",
        "no_builtins",
        "no_implicit_prelude",
        "no_main",
        "no_mangle",
        "no_std",
        "non_exhaustive",
        "panic_handler",
        "path",
        "proc_macro",
        "proc_macro_attribute",
        "proc_macro_derive",
        "recursion_limit",
        "repr",
        "rustfmt",
        "clippy",
        "should_panic",
        "target_feature",
        "test",
        "test_runner",
        "track_caller",
        "type_length_limit",
        "used",
        "warn",
        "windows_subsystem",
    ];
    BUILTIN.contains(&name)
}

/// Keys of attribute arguments whose string names one item even when it is a single identifier.
pub(super) fn names_item(key: &str) -> bool {
    matches!(
        key,
        "with"
            | "serialize_with"
            | "deserialize_with"
            | "skip_serializing_if"
            | "default"
            | "getter"
            | "remote"
            | "from"
            | "into"
            | "try_from"
            | "parse_with"
            | "value_parser"
            | "deserialize_as"
            | "serialize_as"
            | "schema_with"
            | "custom"
            | "function"
    )
}
