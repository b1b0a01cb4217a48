//! The right-hand side of a macro rule with its variables filled in.

use super::expand::{Bindings, Bound, MACRO_CRATE, repetition};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use rustc_hash::FxHashMap;

/// A part of a rule's body, read once for many calls. Its tokens have no place.
pub(super) enum Piece {
    Token(TokenTree),
    Group(Delimiter, Vec<Piece>),
    /// `$crate`
    Crate(Ident),
    /// `$name`: the name, and the tokens as they stand.
    Variable(String, [TokenTree; 2]),
    Repeat {
        inner: Vec<Piece>,
        separator: Vec<TokenTree>,
        /// Names after `$` anywhere in it.
        used: Vec<String>,
        /// The tokens as they stand.
        whole: Vec<TokenTree>,
    },
}

/// What the variables stand for where a piece is transcribed.
type Scope<'a> = FxHashMap<&'a str, &'a Bound>;

/// Reads the body of a rule.
pub(super) fn pieces(body: TokenStream) -> Vec<Piece> {
    let trees: Vec<TokenTree> = body.into_iter().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < trees.len() {
        let (piece, used) = piece(&trees[at..]);
        out.push(piece);
        at += used;
    }
    out
}

/// The piece that stands first, and how many tokens it takes.
fn piece(trees: &[TokenTree]) -> (Piece, usize) {
    match trees {
        [TokenTree::Punct(dollar), TokenTree::Ident(name), ..] if dollar.as_char() == '$' => {
            let piece = if name == "crate" {
                Piece::Crate(Ident::new(MACRO_CRATE, Span::call_site()))
            } else {
                Piece::Variable(name.to_string(), [made(trees[0].clone()), made(trees[1].clone())])
            };
            (piece, 2)
        }
        [TokenTree::Punct(dollar), TokenTree::Group(group), rest @ ..]
            if dollar.as_char() == '$' && group.delimiter() == Delimiter::Parenthesis =>
        {
            let (separator, _, taken) = repetition(rest);
            let mut used = Vec::new();
            used_variables(group.stream(), &mut used);
            let piece = Piece::Repeat {
                inner: pieces(group.stream()),
                separator: separator.into_iter().map(made).collect(),
                used,
                whole: trees[..2 + taken].iter().cloned().map(made).collect(),
            };
            (piece, 2 + taken)
        }
        [TokenTree::Group(group), ..] => (Piece::Group(group.delimiter(), pieces(group.stream())), 1),
        [tree, ..] => (Piece::Token(made(tree.clone())), 1),
        [] => unreachable!("called with at least one token"),
    }
}

fn made(mut tree: TokenTree) -> TokenTree {
    tree.set_span(Span::call_site());
    tree
}

fn used_variables(tokens: TokenStream, out: &mut Vec<String>) {
    let mut dollar = false;
    for tree in tokens {
        let after_dollar = std::mem::replace(&mut dollar, false);
        match tree {
            TokenTree::Punct(punct) => dollar = punct.as_char() == '$',
            TokenTree::Ident(name) if after_dollar => out.push(name.to_string()),
            TokenTree::Group(group) => used_variables(group.stream(), out),
            _ => {}
        }
    }
}

/// Fills variables in; `None` if the budget of tokens runs out or a repetition has no end.
pub(super) fn transcribe(body: &[Piece], bindings: &Bindings, budget: &mut usize) -> Option<TokenStream> {
    let scope: Scope<'_> = bindings.iter().map(|(name, bound)| (name.as_str(), bound)).collect();
    let mut out = Vec::new();
    all(body, &scope, budget, &mut out)?;
    Some(out.into_iter().collect())
}

fn all(body: &[Piece], scope: &Scope<'_>, budget: &mut usize, out: &mut Vec<TokenTree>) -> Option<()> {
    for piece in body {
        *budget = budget.checked_sub(1)?;
        match piece {
            Piece::Token(tree) => out.push(tree.clone()),
            Piece::Group(delimiter, inner) => {
                let mut trees = Vec::new();
                all(inner, scope, budget, &mut trees)?;
                let mut group = Group::new(*delimiter, trees.into_iter().collect());
                group.set_span(Span::call_site());
                out.push(TokenTree::Group(group));
            }
            Piece::Crate(ident) => out.push(TokenTree::Ident(ident.clone())),
            Piece::Variable(name, tokens) => match scope.get(name.as_str()) {
                Some(Bound::Tokens(tokens)) => {
                    *budget = budget.checked_sub(tokens.len())?;
                    out.extend(tokens.iter().cloned());
                }
                Some(Bound::List(_)) => return None,
                // A variable of a macro that this one defines.
                None => out.extend(tokens.iter().cloned()),
            },
            Piece::Repeat { inner, separator, used, whole } => {
                let bound: Scope<'_> = used
                    .iter()
                    .filter_map(|name| Some((name.as_str(), *scope.get(name.as_str())?)))
                    .collect();
                let lists = bound.values().filter_map(|bound| match bound {
                    Bound::List(list) => Some(list.len()),
                    Bound::Tokens(_) => None,
                });
                let Some(rounds) = lists.max() else {
                    // A repetition over nothing of ours: it belongs to a macro that this one defines.
                    out.extend(whole.iter().cloned());
                    continue;
                };
                for round in 0..rounds {
                    let here = bound.iter().filter_map(|(name, bound)| match bound {
                        Bound::List(list) => Some((*name, list.get(round)?)),
                        Bound::Tokens(_) => Some((*name, *bound)),
                    });
                    if round > 0 {
                        out.extend(separator.iter().cloned());
                    }
                    all(inner, &here.collect(), budget, out)?;
                }
            }
        }
    }
    Some(())
}
