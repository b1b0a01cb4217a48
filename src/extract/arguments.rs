//! The arguments of a macro as tokens: whether they are code, and how they fall apart where they are not.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use syn::parse::ParseStream;
use syn::parse::discouraged::Speculative as _;
use syn::punctuated::Punctuated;
use syn::{Expr, Stmt, Token};

/// What a macro is given, where it is code.
pub(super) enum Code {
    /// Separated by commas.
    Expressions(Punctuated<Expr, Token![,]>),
    /// As in a block.
    Statements(Vec<Stmt>),
}

impl Code {
    /// All of the tokens.
    pub(super) fn parse(input: ParseStream) -> syn::Result<Code> {
        if looks_keyed(input) {
            return Err(input.error("no code"));
        }
        let ahead = input.fork();
        if let Ok(exprs) = Punctuated::parse_terminated(&ahead) {
            input.advance_to(&ahead);
            return Ok(Code::Expressions(exprs));
        }
        syn::Block::parse_within(input).map(Code::Statements)
    }
}

/// Whether tokens begin as data does that is no code: `"key": …`, alone in braces or not. Most of what `json!` is given
/// is of this kind, and deeply nested; no parser needs to try it.
fn looks_keyed(input: ParseStream) -> bool {
    begins_keyed(input) || (input.peek(syn::token::Brace) && keyed_braces(&input.fork()).unwrap_or(false))
}

fn begins_keyed(input: ParseStream) -> bool {
    input.peek(syn::Lit) && input.peek2(Token![:]) && !input.peek2(Token![::])
}

fn keyed_braces(input: ParseStream) -> syn::Result<bool> {
    let content;
    syn::braced!(content in input);
    Ok(input.is_empty() && begins_keyed(&content))
}

/// The same of tokens.
pub(super) fn is_keyed(trees: &[TokenTree]) -> bool {
    match trees {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Brace => {
            is_keyed(&group.stream().into_iter().take(3).collect::<Vec<_>>())
        }
        [TokenTree::Literal(_), TokenTree::Punct(p), ..] => {
            p.as_char() == ':' && p.spacing() == Spacing::Alone
        }
        _ => false,
    }
}

/// Splits tokens at top-level `,`, `;` and `=>`; a brace group ends a chunk too.
pub(super) fn chunks(tokens: TokenStream) -> Vec<TokenStream> {
    let mut out = vec![TokenStream::new()];
    let mut trees = tokens.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let arrow = matches!((&tree, trees.peek()), (TokenTree::Punct(a), Some(TokenTree::Punct(b)))
            if a.as_char() == '=' && b.as_char() == '>');
        match &tree {
            TokenTree::Punct(p) if matches!(p.as_char(), ',' | ';') => out.push(TokenStream::new()),
            TokenTree::Punct(_) if arrow => {
                trees.next();
                out.push(TokenStream::new());
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                out.last_mut().expect("never empty").extend([tree]);
                let goes_on = matches!(trees.peek(), Some(TokenTree::Punct(p)) if matches!(p.as_char(), '.' | '?'))
                    || matches!(trees.peek(), Some(TokenTree::Ident(word)) if word == "else");
                if !goes_on {
                    out.push(TokenStream::new());
                }
            }
            _ => out.last_mut().expect("never empty").extend([tree]),
        }
    }
    out.retain(|c| !c.is_empty());
    out
}
