//! Macro-by-example: what a local `macro_rules!` makes of a call (the reference's chapter on macros by example).
//!
//! Text in, facts out, like a file. Hygiene is not modelled: a name that the definition writes is looked up where the
//! call stands, `$crate` where the macro is defined. Tokens that come from the call keep their place in the file.

use super::facts::{Binding, CallPosition, FileFacts, ItemKind, Pos};
use super::names::Origin;
use super::transcribe::{Piece, pieces, transcribe};
use super::walk::Walker;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use rustc_hash::FxHashMap;
use std::cell::OnceCell;
use std::sync::Arc;
use syn::parse::{ParseStream, Parser};

/// What `$crate` becomes in an expansion.
pub(super) const MACRO_CRATE: &str = "__modcheck_macro_crate";
/// Tokens that a parser is shown at first.
const FIRST_LOOK: usize = 32;
/// Tokens behind a fragment that its parser may look at.
const LOOKAHEAD: usize = 8;
/// The kind of a variable that takes all that is left, as an expression or a type.
const REST: &str = "rest";
/// What stands for a name or an expression from the arguments, where any will do.
const STAND_IN: &str = "modcheck";
/// Most tokens that one expansion may have at its top level and in its groups together.
const MAX_TOKENS: usize = 200_000;

/// The rules of a `macro_rules!`, parsed once for many calls. Holds tokens, so it stays on its thread.
pub struct Rules {
    rules: Vec<Rule>,
}

struct Rule {
    matcher: Vec<Pattern>,
    body: Vec<Piece>,
    /// What every call adds in a body.
    template: OnceCell<Option<Arc<FileFacts>>>,
}

/// A call to expand.
pub struct Call<'a> {
    /// The arguments' text, without delimiters.
    pub text: &'a str,
    /// Among items or in a body.
    pub position: CallPosition,
    /// Where the macro's name stands.
    pub pos: Pos,
    /// Where the arguments begin in the file; none if they are themselves made by a macro.
    pub arguments: Option<Pos>,
    /// The arguments were written down already: only what the definition adds counts.
    pub added_only: bool,
}

/// A part of a matcher.
pub(super) enum Pattern {
    Token(TokenTree),
    Group(Delimiter, Vec<Pattern>),
    Variable(String, String),
    Repeat { inner: Vec<Pattern>, separator: Vec<TokenTree>, operator: char },
}

/// What a variable stands for.
#[derive(Clone)]
pub(super) enum Bound {
    Tokens(Vec<TokenTree>),
    List(Vec<Bound>),
}

pub(super) type Bindings = FxHashMap<String, Bound>;

impl Rules {
    /// Parses the text between the braces of a `macro_rules!`; `None` if it is none.
    pub fn parse(text: &str) -> Option<Rules> {
        let trees: Vec<TokenTree> = text.parse::<TokenStream>().ok()?.into_iter().collect();
        let mut rules: Vec<Rule> = Vec::new();
        let mut at = 0;
        while at < trees.len() {
            let [
                TokenTree::Group(matcher),
                TokenTree::Punct(_),
                TokenTree::Punct(_),
                TokenTree::Group(body),
                ..,
            ] = &trees[at..]
            else {
                return None;
            };
            let (matcher, body) = (patterns(matcher.stream()), pieces(body.stream()));
            rules.push(Rule { matcher, body, template: OnceCell::new() });
            at += 4;
            at += usize::from(matches!(trees.get(at), Some(TokenTree::Punct(p)) if p.as_char() == ';'));
        }
        // No other rule is left to try: what does not parse is found out with the expansion.
        if let Some(Pattern::Variable(_, kind)) = rules.last_mut().and_then(|rule| rule.matcher.last_mut())
            && matches!(kind.as_str(), "expr" | "expr_2021" | "ty")
        {
            *kind = REST.to_owned();
        }
        Some(Rules { rules })
    }

    /// What every call in a body adds, whatever its arguments; `None` if calls differ.
    pub fn every(&self) -> Option<Arc<FileFacts>> {
        match self.rules.as_slice() {
            [rule] => rule.template(),
            _ => None,
        }
    }

    /// What a call in a body adds, where calls differ. If all calls of this text add the same, which only their place
    /// tells apart, the place is left out, and that is said too. `None` if no rule matches or the result is no code.
    ///
    /// `is_expanded` knows the names of the macros whose calls will be expanded in turn.
    pub fn in_body(
        &self,
        call: &Call<'_>,
        is_expanded: &dyn Fn(&str) -> bool,
    ) -> Option<(Arc<FileFacts>, bool)> {
        let (rule, bindings) = self.matching(call.text)?;
        if let Some(template) = rule.template().filter(|t| rule.adds_the_same(t, is_expanded)) {
            return Some((template, true));
        }
        Some((Arc::new(rule.expand(call, &bindings)?), false))
    }

    /// The facts of a call's expansion; `None` if no rule matches or the result is no code.
    pub fn expand(&self, call: &Call<'_>) -> Option<FileFacts> {
        if call.added_only && !self.rules.iter().any(|rule| has_names(&rule.body)) {
            return Some(walker(call).facts);
        }
        let (rule, bindings) = self.matching(call.text)?;
        rule.expand(call, &bindings)
    }

    /// The rule that applies to a call's arguments, and what its variables stand for.
    fn matching(&self, text: &str) -> Option<(&Rule, Bindings)> {
        let input: Vec<TokenTree> = text.parse::<TokenStream>().ok()?.into_iter().collect();
        self.rules.iter().find_map(|rule| {
            let mut bindings = Bindings::default();
            let end = match_all(&rule.matcher, &input, 0, &mut bindings)?;
            (end == input.len()).then_some((rule, bindings))
        })
    }
}

impl Rule {
    fn expand(&self, call: &Call<'_>, bindings: &Bindings) -> Option<FileFacts> {
        let mut budget = MAX_TOKENS;
        facts(transcribe(&self.body, bindings, &mut budget)?, call)
    }

    /// What every call adds, whatever its arguments: the facts of a body expansion with stand-ins for the variables and
    /// every repetition run once.
    fn template(&self) -> Option<Arc<FileFacts>> {
        let make = || {
            let mut bindings = Bindings::default();
            stand_ins(&self.matcher, &mut bindings);
            let (position, pos) = (CallPosition::Body, Pos::default());
            let call = Call { text: "", position, pos, arguments: Some(pos), added_only: true };
            self.expand(&call, &bindings).map(Arc::new)
        };
        self.template.get_or_init(make).clone()
    }

    /// Whether the template says all of every call: no name in it comes from the arguments, no repetition adds names,
    /// and no macro is called that may make something else of other arguments.
    fn adds_the_same(&self, template: &FileFacts, is_expanded: &dyn Fn(&str) -> bool) -> bool {
        let is_own = |name| template.name(name) != STAND_IN;
        let fixed = |path| template.path(path).iter().all(|&name| is_own(name));
        template.impls.is_empty()
            && template.mod_files.is_empty()
            && template.includes.is_empty()
            && template.macros.is_empty()
            && template.items.iter().all(|i| i.kind == ItemKind::Fn && is_own(i.name))
            && template.imports.iter().all(|i| {
                fixed(i.path) && !matches!(i.binding, Binding::Name(n) | Binding::Module(n) if !is_own(n))
            })
            && template.refs.iter().all(|r| fixed(r.path))
            && template.calls.iter().all(|c| {
                let name = template.path(c.path).last().map_or("", |&name| template.name(name));
                fixed(c.path) && !is_expanded(name)
            })
            && !repeats_names(&self.body)
    }
}

/// Whether the body of a rule has names or strings, other than in attributes for the code that it is given.
fn has_names(body: &[Piece]) -> bool {
    let mut hash = false;
    body.iter().any(|piece| {
        let in_attribute = std::mem::replace(&mut hash, false);
        match piece {
            Piece::Token(TokenTree::Punct(p)) => {
                hash = p.as_char() == '#';
                false
            }
            Piece::Token(_) | Piece::Crate(_) => true,
            Piece::Group(_, inner) => !in_attribute && has_names(inner),
            Piece::Repeat { inner, .. } => has_names(inner),
            Piece::Variable(..) => false,
        }
    })
}

/// Whether a repetition in the body of a rule has names or strings of its own.
fn repeats_names(body: &[Piece]) -> bool {
    body.iter().any(|piece| match piece {
        Piece::Repeat { inner, .. } => adds_names(inner),
        Piece::Group(_, inner) => repeats_names(inner),
        _ => false,
    })
}

fn adds_names(body: &[Piece]) -> bool {
    body.iter().any(|piece| match piece {
        Piece::Token(tree) => !matches!(tree, TokenTree::Punct(_)),
        Piece::Group(_, inner) | Piece::Repeat { inner, .. } => adds_names(inner),
        Piece::Crate(_) => true,
        Piece::Variable(..) => false,
    })
}

/// Binds each variable to the shortest code of its kind.
fn stand_ins(patterns: &[Pattern], bindings: &mut Bindings) {
    for pattern in patterns {
        match pattern {
            Pattern::Token(_) => {}
            Pattern::Group(_, inner) => stand_ins(inner, bindings),
            Pattern::Variable(name, kind) => {
                let text = match kind.as_str() {
                    "lifetime" => "'modcheck",
                    "literal" => "0",
                    "block" => "{}",
                    "item" => "struct Modcheck;",
                    "meta" => "doc",
                    "pat" | "pat_param" => "_",
                    "vis" => "",
                    _ => STAND_IN,
                };
                let tokens: TokenStream = text.parse().unwrap_or_default();
                bindings.insert(name.clone(), Bound::Tokens(tokens.into_iter().collect()));
            }
            Pattern::Repeat { inner, .. } => {
                let mut round = Bindings::default();
                stand_ins(inner, &mut round);
                bindings.extend(round.into_iter().map(|(name, bound)| (name, Bound::List(vec![bound]))));
            }
        }
    }
}

/// A walker at the beginning of a call's expansion.
fn walker(call: &Call<'_>) -> Walker {
    let origin = Origin::Expansion { call: call.pos, arguments: call.arguments, added_only: call.added_only };
    Walker::new(origin, 0)
}

fn facts(tokens: TokenStream, call: &Call<'_>) -> Option<FileFacts> {
    let mut walker = walker(call);
    match call.position {
        CallPosition::Item => {
            let file = syn::parse2::<syn::File>(tokens).ok()?;
            walker.items(&file.items);
        }
        CallPosition::Body => {
            walker.body_arguments(tokens);
        }
    }
    Some(walker.facts)
}

/// A matcher's tokens as patterns.
fn patterns(tokens: TokenStream) -> Vec<Pattern> {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < trees.len() {
        let (pattern, used) = pattern(&trees[at..]);
        out.push(pattern);
        at += used;
    }
    out
}

fn pattern(trees: &[TokenTree]) -> (Pattern, usize) {
    match trees {
        [
            TokenTree::Punct(dollar),
            TokenTree::Ident(name),
            TokenTree::Punct(colon),
            TokenTree::Ident(kind),
            ..,
        ] if dollar.as_char() == '$' && colon.as_char() == ':' => {
            (Pattern::Variable(name.to_string(), kind.to_string()), 4)
        }
        [TokenTree::Punct(dollar), TokenTree::Group(group), rest @ ..]
            if dollar.as_char() == '$' && group.delimiter() == Delimiter::Parenthesis =>
        {
            let (separator, operator, used) = repetition(rest);
            (Pattern::Repeat { inner: patterns(group.stream()), separator, operator }, 2 + used)
        }
        [TokenTree::Group(group), ..] => (Pattern::Group(group.delimiter(), patterns(group.stream())), 1),
        [tree, ..] => (Pattern::Token(tree.clone()), 1),
        [] => unreachable!("called with at least one token"),
    }
}

/// What follows `$( … )`: a separator, if any, the operator, and how many tokens they take.
pub(super) fn repetition(rest: &[TokenTree]) -> (Vec<TokenTree>, char, usize) {
    for (used, tree) in rest.iter().enumerate().take(4) {
        if let TokenTree::Punct(p) = tree
            && matches!(p.as_char(), '*' | '+' | '?')
        {
            // `$(…)+*` would separate by `+`; nobody writes that.
            return (rest[..used].to_vec(), p.as_char(), used + 1);
        }
    }
    (Vec::new(), '*', 0)
}

/// Matches patterns against the input from `at` on; returns where it ended.
fn match_all(
    patterns: &[Pattern],
    input: &[TokenTree],
    mut at: usize,
    bindings: &mut Bindings,
) -> Option<usize> {
    for (index, pattern) in patterns.iter().enumerate() {
        at = match pattern {
            Pattern::Repeat { inner, separator, operator } => {
                let rest = &patterns[index + 1..];
                match_repeat(inner, separator, *operator, rest, input, at, bindings)?
            }
            other => match_one(other, input, at, bindings)?,
        };
    }
    Some(at)
}

fn match_one(pattern: &Pattern, input: &[TokenTree], at: usize, bindings: &mut Bindings) -> Option<usize> {
    match pattern {
        Pattern::Token(expected) => same_token(expected, input.get(at)?).then_some(at + 1),
        Pattern::Group(delimiter, inner) => match input.get(at)? {
            TokenTree::Group(group) if group.delimiter() == *delimiter => {
                let trees: Vec<TokenTree> = group.stream().into_iter().collect();
                (match_all(inner, &trees, 0, bindings)? == trees.len()).then_some(at + 1)
            }
            _ => None,
        },
        Pattern::Variable(name, kind) => {
            let used = fragment(kind, &input[at.min(input.len())..])?;
            let tokens = input[at..at + used].iter().cloned();
            let tokens = match kind.as_str() {
                "expr" | "expr_2021" | "ty" | REST => {
                    vec![Group::new(Delimiter::None, tokens.collect()).into()]
                }
                _ => tokens.collect(),
            };
            bindings.insert(name.clone(), Bound::Tokens(tokens));
            Some(at + used)
        }
        Pattern::Repeat { .. } => unreachable!("handled by match_all"),
    }
}

fn match_repeat(
    inner: &[Pattern],
    separator: &[TokenTree],
    operator: char,
    rest: &[Pattern],
    input: &[TokenTree],
    mut at: usize,
    bindings: &mut Bindings,
) -> Option<usize> {
    let mut rounds: Vec<Bindings> = Vec::new();
    while at <= input.len() {
        let start = if rounds.is_empty() || separator.is_empty() {
            at
        } else {
            let found = separator
                .iter()
                .zip(input.get(at..).unwrap_or(&[]))
                .filter(|(a, b)| same_token(a, b))
                .count();
            if found < separator.len() {
                break;
            }
            at + separator.len()
        };
        // The token that ends the repetition goes before another round (`$(…)* => …`).
        if separator.is_empty() && at < input.len() && ends_here(inner, rest, input, at) {
            break;
        }
        let mut round = Bindings::default();
        match match_all(inner, input, start, &mut round) {
            Some(end) if end > start || inner.is_empty() => {
                at = end;
                rounds.push(round);
            }
            _ => break,
        }
        if operator == '?' || at == input.len() {
            break;
        }
    }
    if operator == '+' && rounds.is_empty() {
        return None;
    }
    for name in variables(inner) {
        let list = rounds.iter_mut().filter_map(|r| r.remove(&name)).collect();
        bindings.insert(name, Bound::List(list));
    }
    Some(at)
}

/// A literal token behind a repetition ends it, unless the repetition itself starts with that token.
fn ends_here(inner: &[Pattern], rest: &[Pattern], input: &[TokenTree], at: usize) -> bool {
    match (inner.first(), rest.first()) {
        (Some(Pattern::Variable(..)), Some(Pattern::Token(end))) => same_token(end, &input[at]),
        _ => false,
    }
}

/// Names of all variables in patterns.
fn variables(patterns: &[Pattern]) -> Vec<String> {
    let mut out = Vec::new();
    for pattern in patterns {
        match pattern {
            Pattern::Variable(name, _) => out.push(name.clone()),
            Pattern::Group(_, inner) | Pattern::Repeat { inner, .. } => out.extend(variables(inner)),
            Pattern::Token(_) => {}
        }
    }
    out
}

fn same_token(a: &TokenTree, b: &TokenTree) -> bool {
    match (a, b) {
        (TokenTree::Ident(a), TokenTree::Ident(b)) => a == b,
        (TokenTree::Punct(a), TokenTree::Punct(b)) => a.as_char() == b.as_char(),
        (TokenTree::Literal(a), TokenTree::Literal(b)) => a.to_string() == b.to_string(),
        _ => false,
    }
}

/// How many tokens a fragment of a kind takes at the start of the input.
fn fragment(kind: &str, input: &[TokenTree]) -> Option<usize> {
    let first = input.first();
    match kind {
        "tt" => first.map(|_| tt_len(input)),
        "ident" => match first? {
            TokenTree::Ident(ident) if ident != "_" => Some(1),
            // An identifier that an outer macro passed on may come in an invisible group.
            TokenTree::Group(g) if g.delimiter() == Delimiter::None => {
                let mut inner = g.stream().into_iter();
                (matches!(inner.next(), Some(TokenTree::Ident(_))) && inner.next().is_none()).then_some(1)
            }
            _ => None,
        },
        "lifetime" => match input {
            [TokenTree::Punct(p), TokenTree::Ident(_), ..] if p.as_char() == '\'' => Some(2),
            _ => None,
        },
        "literal" => match input {
            [TokenTree::Literal(_), ..] => Some(1),
            [TokenTree::Ident(word), ..] if word == "true" || word == "false" => Some(1),
            [TokenTree::Punct(p), TokenTree::Literal(_), ..] if p.as_char() == '-' => Some(2),
            _ => None,
        },
        "block" => matches!(first?, TokenTree::Group(g) if g.delimiter() == Delimiter::Brace).then_some(1),
        "vis" => Some(vis_len(input)),
        REST => first.map(|_| input.len()),
        "meta" => parsed::<syn::Meta>(input),
        "item" => parsed::<syn::Item>(input),
        "ty" => parsed::<syn::Type>(input),
        "path" => parsed::<syn::Path>(input),
        "stmt" => parsed_with(input, |s| s.call(statement)),
        "expr" | "expr_2021" => parsed::<syn::Expr>(input),
        "pat" => parsed_with(input, |s| s.call(syn::Pat::parse_multi_with_leading_vert).map(|_| ())),
        "pat_param" => parsed_with(input, |s| s.call(syn::Pat::parse_single).map(|_| ())),
        _ => None,
    }
}

fn statement(input: ParseStream) -> syn::Result<()> {
    let ahead = input.fork();
    if ahead.parse::<syn::Expr>().is_ok() && (ahead.is_empty() || !ahead.peek(syn::Token![=])) {
        return input.parse::<syn::Expr>().map(|_| ());
    }
    input.parse::<syn::Stmt>().map(|_| ())
}

/// A token tree as `macro_rules!` counts: a lifetime is one.
fn tt_len(input: &[TokenTree]) -> usize {
    match input {
        [TokenTree::Punct(p), TokenTree::Ident(_), ..] if p.as_char() == '\'' => 2,
        [TokenTree::Punct(a), TokenTree::Punct(b), ..]
            if a.spacing() == proc_macro2::Spacing::Joint && is_compound(a.as_char(), b.as_char()) =>
        {
            2
        }
        _ => 1,
    }
}

fn is_compound(a: char, b: char) -> bool {
    matches!(
        (a, b),
        (':', ':')
            | ('-', '>')
            | ('=', '>')
            | ('=', '=')
            | ('!', '=')
            | ('<', '=')
            | ('>', '=')
            | ('&', '&')
            | ('|', '|')
            | ('.', '.')
            | ('+', '=')
            | ('-', '=')
            | ('*', '=')
            | ('/', '=')
    )
}

fn vis_len(input: &[TokenTree]) -> usize {
    match input {
        [TokenTree::Ident(word), TokenTree::Group(group), ..]
            if word == "pub" && group.delimiter() == Delimiter::Parenthesis && restricts(group) =>
        {
            2
        }
        [TokenTree::Ident(word), ..] if word == "pub" => 1,
        [TokenTree::Group(group), ..] if group.delimiter() == Delimiter::None => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            usize::from(inner.is_empty() || vis_len(&inner) == inner.len())
        }
        _ => 0,
    }
}

fn restricts(group: &Group) -> bool {
    matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(word))
        if word == "crate" || word == "super" || word == "self" || word == "in")
}

fn parsed<T: syn::parse::Parse>(input: &[TokenTree]) -> Option<usize> {
    parsed_with(input, |s| s.parse::<T>().map(|_| ()))
}

/// How many tokens a parser takes. It is given a few at first and more if it may have wanted to see more, so that many
/// fragments in a row do not each cost what all of them do.
fn parsed_with(input: &[TokenTree], parse: impl Fn(ParseStream) -> syn::Result<()>) -> Option<usize> {
    let mut shown = FIRST_LOOK.min(input.len());
    while shown > 0 {
        let tokens: TokenStream = input[..shown].iter().cloned().collect();
        let rest = |s: ParseStream| {
            parse(s)?;
            s.parse::<TokenStream>()
        };
        let left = rest.parse2(tokens).ok().map(|rest| rest.into_iter().count());
        if shown == input.len() || left.is_some_and(|left| left >= LOOKAHEAD) {
            return Some(shown - left?);
        }
        shown = input.len().min(4 * shown);
    }
    None
}
