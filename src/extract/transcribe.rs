//! The right-hand side of a macro rule with its variables filled in.

use super::expand::{Bindings, Bound, MACRO_CRATE, repetition};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

/// Fills variables in; `None` if the budget of tokens runs out or a repetition has no end.
pub(super) fn transcribe(body: TokenStream, bindings: &Bindings, budget: &mut usize) -> Option<TokenStream> {
    let trees: Vec<TokenTree> = body.into_iter().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < trees.len() {
        *budget = budget.checked_sub(1)?;
        at += one(&trees[at..], bindings, budget, &mut out)?;
    }
    Some(out.into_iter().collect())
}

/// Transcribes what stands first; returns how many tokens it took.
fn one(
    trees: &[TokenTree],
    bindings: &Bindings,
    budget: &mut usize,
    out: &mut Vec<TokenTree>,
) -> Option<usize> {
    match trees {
        [TokenTree::Punct(dollar), TokenTree::Ident(name), ..] if dollar.as_char() == '$' => {
            if name == "crate" {
                out.push(TokenTree::Ident(Ident::new(MACRO_CRATE, Span::call_site())));
                return Some(2);
            }
            match bindings.get(&name.to_string()) {
                Some(Bound::Tokens(tokens)) => {
                    let before = out.len();
                    out.extend(tokens.clone());
                    *budget = budget.checked_sub(out.len() - before)?;
                }
                Some(Bound::List(_)) => return None,
                // A variable of a macro that this one defines.
                None => out.extend([made(trees[0].clone()), made(trees[1].clone())]),
            }
            Some(2)
        }
        [TokenTree::Punct(dollar), TokenTree::Group(group), rest @ ..]
            if dollar.as_char() == '$' && group.delimiter() == Delimiter::Parenthesis =>
        {
            let (separator, _, used) = repetition(rest);
            repeat(group, &separator, bindings, budget, out, &trees[..2 + used])?;
            Some(2 + used)
        }
        [TokenTree::Group(group), ..] => {
            let inner = transcribe(group.stream(), bindings, budget)?;
            let mut copy = Group::new(group.delimiter(), inner);
            copy.set_span(Span::call_site());
            out.push(TokenTree::Group(copy));
            Some(1)
        }
        [tree, ..] => {
            out.push(made(tree.clone()));
            Some(1)
        }
        [] => None,
    }
}

fn made(mut tree: TokenTree) -> TokenTree {
    tree.set_span(Span::call_site());
    tree
}

fn repeat(
    group: &Group,
    separator: &[TokenTree],
    bindings: &Bindings,
    budget: &mut usize,
    out: &mut Vec<TokenTree>,
    whole: &[TokenTree],
) -> Option<()> {
    let used = used_variables(group.stream());
    let lists: Vec<(&String, &Vec<Bound>)> = bindings
        .iter()
        .filter_map(|(name, bound)| match bound {
            Bound::List(list) if used.contains(name) => Some((name, list)),
            _ => None,
        })
        .collect();
    let Some(rounds) = lists.iter().map(|(_, list)| list.len()).max() else {
        // A repetition over nothing of ours: it belongs to a macro that this one defines.
        out.extend(whole.iter().cloned().map(made));
        return Some(());
    };
    // Only what a round needs: lists may be long.
    let is_same = |bound: &Bound| matches!(bound, Bound::Tokens(_));
    let same = bindings.iter().filter(|(name, bound)| is_same(bound) && used.contains(name));
    let same: Bindings = same.map(|(name, bound)| (name.clone(), bound.clone())).collect();
    for round in 0..rounds {
        let mut inner = same.clone();
        for (name, list) in &lists {
            if let Some(bound) = list.get(round) {
                inner.insert((*name).clone(), bound.clone());
            }
        }
        if round > 0 {
            out.extend(separator.iter().cloned().map(made));
        }
        out.extend(transcribe(group.stream(), &inner, budget)?);
    }
    Some(())
}

fn used_variables(tokens: TokenStream) -> Vec<String> {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let mut out = Vec::new();
    for (at, tree) in trees.iter().enumerate() {
        match tree {
            TokenTree::Punct(dollar) if dollar.as_char() == '$' => {
                if let Some(TokenTree::Ident(name)) = trees.get(at + 1) {
                    out.push(name.to_string());
                }
            }
            TokenTree::Group(group) => out.extend(used_variables(group.stream())),
            _ => {}
        }
    }
    out
}
