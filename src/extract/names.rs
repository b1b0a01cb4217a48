//! Names: interned identifiers, paths, and which identifiers a binding or a generic parameter in the same function already takes.
//!
//! Locals and generics are purely lexical, so they are settled per file; what is left over are names of items.

use super::facts::{FileFacts, Name, NodeIx, ParamIx, Path, PathRoot, Pos};
use proc_macro2::{Ident, Span};
use rustc_hash::FxHashMap;
use std::fmt::Write;

/// An identifier while a file is walked; only those that facts mention become a [`Name`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Sym(u32);

/// Interns identifiers and hands out facts' names on demand.
#[derive(Default)]
pub(super) struct Names {
    texts: Vec<Box<str>>,
    index: FxHashMap<Box<str>, Sym>,
    exported: Vec<Option<Name>>,
    buffer: String,
}

impl Names {
    pub(super) fn ident(&mut self, ident: &Ident) -> Sym {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        write!(buffer, "{ident}").expect("writing to a string cannot fail");
        let sym = self.text(buffer.strip_prefix("r#").unwrap_or(&buffer));
        self.buffer = buffer;
        sym
    }

    pub(super) fn text(&mut self, text: &str) -> Sym {
        if let Some(&sym) = self.index.get(text) {
            return sym;
        }
        let sym = Sym(self.texts.len() as u32);
        self.texts.push(text.into());
        self.index.insert(text.into(), sym);
        self.exported.push(None);
        sym
    }

    pub(super) fn as_str(&self, sym: Sym) -> &str {
        &self.texts[sym.0 as usize]
    }

    pub(super) fn export(&mut self, sym: Sym, facts: &mut FileFacts) -> Name {
        let slot = &mut self.exported[sym.0 as usize];
        *slot.get_or_insert_with(|| {
            facts.names.push(self.texts[sym.0 as usize].clone());
            Name(facts.names.len() as u32 - 1)
        })
    }

    /// Adds a path to the facts. Leading `crate`, `self`, `super`, `Self` become its root.
    pub(super) fn path(&mut self, global: bool, segments: &[Sym], facts: &mut FileFacts) -> Path {
        let (root, skip) = if global { (PathRoot::Global, 0) } else { self.root(segments) };
        let start = facts.segments.len() as u32;
        for &sym in &segments[skip..] {
            let name = self.export(sym, facts);
            facts.segments.push(name);
        }
        Path { root, start, len: (segments.len() - skip) as u16 }
    }

    fn root(&self, segments: &[Sym]) -> (PathRoot, usize) {
        let first = segments.first().map_or("", |&s| self.as_str(s));
        match first {
            "crate" => (PathRoot::Crate, 1),
            super::expand::MACRO_CRATE => (PathRoot::MacroCrate, 1),
            "Self" => (PathRoot::SelfType, 1),
            "self" | "super" => {
                let from_self = usize::from(first == "self");
                let supers = segments[from_self..].iter().take_while(|&&s| self.as_str(s) == "super").count();
                (PathRoot::Super(supers.min(255) as u8), from_self + supers)
            }
            _ => (PathRoot::Plain, 0),
        }
    }
}

/// Where the tokens that are walked come from, and so what their spans mean.
#[derive(Clone, Copy, Debug)]
pub(super) enum Origin {
    /// The file itself.
    File,
    /// A macro's expansion: tokens of the arguments carry spans relative to the arguments' start, tokens of the
    /// definition carry none and stand for the call.
    Expansion {
        /// Where the macro's name stands.
        call: Pos,
        /// Where the arguments begin; none if a macro made them too.
        arguments: Option<Pos>,
        /// What comes from the arguments was written down already.
        added_only: bool,
    },
}

impl Origin {
    /// Line and column of a span's start, both from 1.
    pub(super) fn pos(self, span: Span) -> Pos {
        let start = span.start();
        let (line, column) = (start.line as u32, start.column as u32);
        match self {
            Origin::File => Pos { line, column: column + 1 },
            Origin::Expansion { call, arguments, .. } => match arguments {
                Some(_) if Self::is_made(span) => call,
                Some(start) if line <= 1 => Pos { line: start.line, column: start.column + column },
                Some(start) => Pos { line: start.line + line - 1, column: column + 1 },
                None => call,
            },
        }
    }

    /// Whether a token came out of a macro's definition rather than its arguments.
    fn is_made(span: Span) -> bool {
        span.byte_range().is_empty()
    }

    /// Whether a token of an expansion was written down before, with the call's arguments.
    pub(super) fn is_known(self, span: Span) -> bool {
        matches!(self, Origin::Expansion { added_only: true, .. }) && !Self::is_made(span)
    }

    /// Whether a macro made the token.
    pub(super) fn is_expanded(self, span: Span) -> bool {
        match self {
            Origin::File => false,
            Origin::Expansion { arguments, .. } => arguments.is_none() || Self::is_made(span),
        }
    }
}

/// One level of the lexical environment.
enum Frame {
    /// The edge of an item: locals and generics outside are out of reach.
    Barrier,
    /// Generic parameters; those that are constants have no index.
    Generics(Vec<(Sym, Option<ParamIx>)>),
    /// Bindings; `bool` is whether it surely binds (an upper-case identifier pattern may name a constant instead).
    Locals(Vec<(Sym, bool, NodeIx)>),
    /// Names of items and imports of a block.
    Items(Vec<Sym>),
}

/// What an identifier is, lexically.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Local {
    No,
    Maybe,
    /// It is a binding, of this value.
    Yes(NodeIx),
}

/// The stack of locals, generics and block items around the place that is being walked.
#[derive(Default)]
pub(super) struct Env {
    frames: Vec<Frame>,
}

impl Env {
    pub(super) fn barrier(&mut self) {
        self.frames.push(Frame::Barrier);
    }

    pub(super) fn generics(&mut self, names: Vec<(Sym, Option<ParamIx>)>) {
        self.frames.push(Frame::Generics(names));
    }

    pub(super) fn locals(&mut self) {
        self.frames.push(Frame::Locals(Vec::new()));
    }

    pub(super) fn items(&mut self, names: Vec<Sym>) {
        self.frames.push(Frame::Items(names));
    }

    pub(super) fn bind(&mut self, sym: Sym, surely: bool, node: NodeIx) {
        match self.frames.last_mut() {
            Some(Frame::Locals(locals)) => locals.push((sym, surely, node)),
            _ => self.frames.push(Frame::Locals(vec![(sym, surely, node)])),
        }
    }

    /// Whether a single-segment value path names a binding or a const parameter.
    pub(super) fn value(&self, sym: Sym) -> Local {
        for frame in self.frames.iter().rev() {
            match frame {
                Frame::Barrier => return Local::No,
                Frame::Generics(names) if names.iter().any(|(s, _)| *s == sym) => {
                    return Local::Yes(NodeIx::UNKNOWN);
                }
                Frame::Items(names) if names.contains(&sym) => return Local::No,
                Frame::Locals(locals) => {
                    if let Some(&(_, surely, node)) = locals.iter().rev().find(|(s, ..)| *s == sym) {
                        return if surely { Local::Yes(node) } else { Local::Maybe };
                    }
                }
                _ => {}
            }
        }
        Local::No
    }

    /// The generic parameter that a path's first segment names; the inner `None` is one that is a constant.
    pub(super) fn generic(&self, sym: Sym) -> Option<Option<ParamIx>> {
        for frame in self.frames.iter().rev() {
            match frame {
                Frame::Barrier => return None,
                Frame::Generics(names) => {
                    if let Some((_, param)) = names.iter().find(|(s, _)| *s == sym) {
                        return Some(*param);
                    }
                }
                Frame::Items(names) if names.contains(&sym) => return None,
                _ => {}
            }
        }
        None
    }

    pub(super) fn depth(&self) -> usize {
        self.frames.len()
    }

    pub(super) fn truncate(&mut self, depth: usize) {
        self.frames.truncate(depth);
    }
}
