//! Strings as values: literals, and what `format!` and its like make of them.
//!
//! Only strings that may be SQL, or a name of something outside (a table, a key, a queue), are kept: most text in a
//! program is for people.

use super::facts::*;
use super::names::Local;
use super::walk::Walker;
use proc_macro2::Span;

/// Longest name that is kept.
const MAX_NAME: usize = 120;
/// Words that SQL statements and the fragments they are put together from have.
const SQL_WORDS: &[&str] = &[
    "select", "insert", "update", "delete", "create", "alter", "drop", "truncate", "merge", "replace",
    "from", "join", "into", "with", "where", "pragma", "copy", "values", "begin", "commit", "order", "limit",
    "lock", "vacuum", "analyze",
];

impl Walker {
    /// A string literal as a value; unknown if it is text for people.
    pub(super) fn literal(&mut self, literal: &syn::LitStr) -> NodeIx {
        let text = literal.value();
        if !is_kept(&text) {
            return NodeIx::UNKNOWN;
        }
        let ix = self.literal_of(&text, literal);
        self.push_node(Node::Literal(ix))
    }

    /// A character that is added to a string.
    pub(super) fn sign(&mut self, sign: &syn::LitChar) -> NodeIx {
        let text = sign.value().to_string();
        let literal = self.literal_of(&text, &syn::LitStr::new(&text, sign.span()));
        self.push_node(Node::Literal(literal))
    }

    /// Notes a literal with a text that may be a part of it.
    pub(super) fn literal_of(&mut self, text: &str, literal: &syn::LitStr) -> LiteralIx {
        let written = literal.token().to_string();
        let prefix = written.find('"').map_or(0, |at| at + 1);
        let mut pos = self.pos(literal.span());
        pos.column += prefix as u32;
        let verbatim = written.starts_with('r') || !written.contains('\\');
        let text = self.text_name(text);
        let (scope, test) = (self.scope, self.test);
        self.facts.literals.push(Literal { text, pos, verbatim, scope, test });
        LiteralIx(self.facts.literals.len() as u32 - 1)
    }

    /// A string put together from values; unknown if all of them are.
    pub(super) fn concat(&mut self, values: &[NodeIx]) -> NodeIx {
        if !values.iter().any(|value| self.is_text(*value)) {
            return NodeIx::UNKNOWN;
        }
        let list = self.node_list(values);
        self.push_node(Node::Concat(list))
    }

    /// A string is added to another that is kept.
    pub(super) fn grown(&mut self, target: NodeIx, added: NodeIx) {
        if target != NodeIx::UNKNOWN && self.is_text(added) {
            self.push_node(Node::Grown(target, added));
        }
    }

    fn is_text(&self, value: NodeIx) -> bool {
        matches!(
            self.facts.nodes.get(value.index()),
            Some(Node::Literal(_) | Node::Concat(_) | Node::Included(_) | Node::Macro(_))
        )
    }

    /// The value of `format!(template, arguments)`: the template's text and the arguments in turn.
    pub(super) fn formatted(&mut self, template: &syn::LitStr, arguments: &[Argument]) -> NodeIx {
        let text = template.value();
        if !is_kept(&text) {
            return NodeIx::UNKNOWN;
        }
        let mut positional = 0;
        let mut values = Vec::new();
        for piece in pieces(&text) {
            values.push(match piece {
                Piece::Text(text) => {
                    let literal = self.literal_of(&text, template);
                    self.push_node(Node::Literal(literal))
                }
                Piece::Positional => {
                    positional += 1;
                    arguments.get(positional - 1).map_or(NodeIx::UNKNOWN, |argument| argument.value)
                }
                Piece::Index(index) => arguments.get(index).map_or(NodeIx::UNKNOWN, |a| a.value),
                Piece::Named(name) => {
                    let sym = self.names.text(name);
                    let given = arguments.iter().find(|a| a.name.as_deref() == Some(name));
                    match given {
                        Some(argument) => argument.value,
                        None => self.captured_value(sym, template.span()),
                    }
                }
            });
        }
        self.concat(&values)
    }

    /// What a name in a format string stands for.
    fn captured_value(&mut self, sym: super::names::Sym, span: Span) -> NodeIx {
        if let Local::Yes(value) = self.env.value(sym) {
            return value;
        }
        let written = std::mem::replace(&mut self.written, Written::FormatCapture);
        let guess = std::mem::replace(&mut self.guess, true);
        let reference = self.reference(&[sym], false, Ns::VALUE, span);
        self.guess = guess;
        self.written = written;
        reference.map_or(NodeIx::UNKNOWN, |reference| self.push_node(Node::Path(reference, (0, 0))))
    }
}

/// An argument of a formatting macro.
pub(super) struct Argument {
    /// `name = value`
    pub name: Option<String>,
    pub value: NodeIx,
}

/// A part of a format string.
enum Piece<'a> {
    Text(String),
    Positional,
    Index(usize),
    Named(&'a str),
}

/// The parts of a format string, see the documentation of `std::fmt`.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        plain.push_str(&rest[..at]);
        let sign = &rest[at..at + 1];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(sign) {
            plain.push_str(sign);
            rest = after;
        } else if sign == "{"
            && let Some(close) = rest.find('}')
        {
            if !plain.is_empty() {
                out.push(Piece::Text(std::mem::take(&mut plain)));
            }
            let name = rest[..close].split(':').next().unwrap_or("").trim();
            out.push(match (name, name.parse()) {
                ("", _) => Piece::Positional,
                (_, Ok(index)) => Piece::Index(index),
                (name, _) => Piece::Named(name),
            });
            rest = &rest[close + 1..];
        }
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        out.push(Piece::Text(plain));
    }
    out
}

/// Whether a string may matter: it has a word of SQL, or it is a name.
fn is_kept(text: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || "_-.:/*{}$`\"[]>#@|".contains(c);
    if text.is_empty() {
        return false;
    }
    if text.len() <= MAX_NAME && text.chars().all(is_name) {
        return text.chars().any(char::is_alphanumeric);
    }
    // `SET …`, `LISTEN …`
    let first = text.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
    let is_command = first.len() > 2 && first.bytes().all(|b| b.is_ascii_uppercase());
    is_command
        || text
            .split(|c: char| !c.is_ascii_alphabetic())
            .any(|word| word.len() > 3 && SQL_WORDS.iter().any(|known| word.eq_ignore_ascii_case(known)))
}
