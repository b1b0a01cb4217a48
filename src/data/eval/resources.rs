//! Names of what is no table: environment variables, cache keys, topics, buckets. A part that is not known becomes a `*`.

use super::summary::{Target, Template};
use super::value::{Piece, Text, Value};
use super::{Evaluator, Site};
use crate::data::model::ResourceKind;
use crate::extract::facts::{AccessIx, AccessKind, Node, NodeIx, PathRoot};
use crate::sql::Access;
use std::sync::Arc;

/// Longest name that is one.
const MAX_NAME: usize = 200;

/// A use of a resource in a unit.
#[derive(Clone, Debug)]
pub(in crate::data) struct Use {
    pub kind: ResourceKind,
    pub name: Arc<str>,
    pub access: Access,
    pub site: Site,
    pub via: &'static str,
    pub body: Option<u32>,
    /// It says what the resource is called, and uses nothing.
    pub declaration: bool,
    /// A part of the name is a parameter: whoever calls the body says more, if anyone does.
    pub open: bool,
}

impl<'a> Evaluator<'a> {
    /// A value that names a resource reaches a place that uses it.
    pub(in crate::data) fn resource(
        &mut self,
        kind: ResourceKind,
        access: Access,
        name: &Value,
        at: (Site, &'static str),
    ) {
        for value in name.alternatives() {
            match value {
                Value::Text(text) => self.named_resource(kind, access, text, at),
                Value::Input(input) => {
                    let text = Text { pieces: vec![Piece::Input(*input)] };
                    self.named_resource(kind, access, &text, at);
                }
                Value::List(element) => self.resource(kind, access, element, at),
                // A key beside its value.
                Value::Tuple(parts) => {
                    if let Some(first @ (Value::Text(_) | Value::Input(_))) = parts.first() {
                        self.resource(kind, access, first, at);
                    }
                }
                _ => {}
            }
        }
    }

    fn named_resource(
        &mut self,
        kind: ResourceKind,
        access: Access,
        text: &Text,
        (site, via): (Site, &'static str),
    ) {
        let open = text.pieces.iter().any(|piece| matches!(piece, Piece::Input(_)));
        if let (true, Some(body)) = (open, self.body) {
            let target = Target::Resource(kind, access);
            self.note_template(body, Template { text: Arc::new(text.clone()), target, via });
        }
        if let Some(name) = pattern(kind, text) {
            let (body, name) = (self.body, name.into());
            self.out.resources.push(Use { kind, name, access, site, via, body, declaration: false, open });
        }
    }

    /// A place that says what a resource is called: the text stands in this unit.
    pub(in crate::data) fn declare_resource(&mut self, kind: ResourceKind, text: &Text, via: &'static str) {
        let origin = text.pieces.iter().find_map(|piece| match piece {
            Piece::Known(_, Some(origin)) if origin.unit == self.unit.id() => Some(origin.literal),
            _ => None,
        });
        let (Some(literal), Some(name)) = (origin, pattern(kind, text)) else { return };
        let literal = &self.unit.facts().literals[literal.index()];
        let site = Site { pos: literal.pos, scope: literal.scope, test: literal.test };
        self.out.resources.push(Use {
            kind,
            name: name.into(),
            access: Access::Read,
            site,
            via,
            body: None,
            declaration: true,
            open: false,
        });
    }

    /// The first string among arguments names an environment variable.
    pub(in crate::data) fn env_first(&mut self, args: &[Value], site: Site) {
        let is_name = |value: &&Value| {
            value.alternatives().iter().any(|value| matches!(value, Value::Text(_) | Value::Input(_)))
        };
        if let Some(name) = args.iter().find(is_name) {
            self.resource(ResourceKind::Env, Access::Read, name, (site, "env"));
        }
    }

    /// Does something for a node that was looked at before, as part of the body that holds it.
    pub(in crate::data) fn in_body_of(&mut self, node: NodeIx, does: impl FnOnce(&mut Evaluator<'a>)) {
        self.body = self.body_of.get(node.index()).copied().filter(|body| *body != u32::MAX);
        does(self);
        self.body = None;
    }

    /// How many types a method call is given: `get::<_, String>` has two.
    pub(in crate::data) fn type_arguments(&self, access: AccessIx) -> u32 {
        let (start, end) = self.unit.facts().accesses[access.index()].types;
        end - start
    }

    /// Whether the unit itself names one of some crates, in an import or in a path.
    pub(in crate::data) fn names_crate(&self, crates: &[&str]) -> bool {
        let (unit, facts) = (self.unit, self.unit.facts());
        let named = self.crates.get_or_init(|| {
            let paths = facts.imports.iter().map(|import| import.path);
            let paths = paths.chain(facts.refs.iter().map(|reference| reference.path).filter(|p| p.len > 1));
            let outer = paths.filter(|path| matches!(path.root, PathRoot::Plain | PathRoot::Global));
            outer.filter_map(|path| facts.path(path).first()).map(|name| unit.name(*name)).collect()
        });
        crates.iter().any(|krate| named.contains(krate))
    }

    /// Whether the result of a call is waited for at once.
    pub(in crate::data) fn is_awaited(&self, access: AccessIx) -> bool {
        let facts = self.unit.facts();
        let is_own =
            |node: NodeIx| matches!(facts.nodes.get(node.index()), Some(Node::Access(ix)) if *ix == access);
        facts.accesses.iter().any(|access| access.kind == AccessKind::Await && is_own(access.on))
    }

    /// Whether one of some methods is called on the way to a value: `client.put_object().bucket(…)`.
    pub(in crate::data) fn comes_from(&self, mut node: NodeIx, is_wanted: impl Fn(&str) -> bool) -> bool {
        let facts = self.unit.facts();
        for _ in 0..16 {
            let access = match facts.nodes.get(node.index()) {
                Some(Node::Access(access)) => facts.accesses[access.index()],
                Some(Node::Try(inner) | Node::Annotated(_, inner)) => {
                    node = *inner;
                    continue;
                }
                _ => return false,
            };
            if access.kind == AccessKind::Method && is_wanted(self.unit.name(access.name)) {
                return true;
            }
            node = access.on;
        }
        false
    }
}

/// The name that a text is, with `*` for what is not known; none if it names no such resource, or nothing of it is known.
pub(in crate::data) fn pattern(kind: ResourceKind, text: &Text) -> Option<String> {
    let mut name = String::new();
    for piece in &text.pieces {
        match piece {
            Piece::Known(text, _) => name.push_str(text),
            Piece::Hole | Piece::Input(_) if name.ends_with('*') => {}
            Piece::Hole | Piece::Input(_) => name.push('*'),
        }
    }
    let fits = match kind {
        ResourceKind::Env => |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '*'),
        _ => |c: char| !c.is_whitespace() && !c.is_control(),
    };
    let is_one = name.len() <= MAX_NAME
        && name.chars().all(fits)
        && name.chars().any(char::is_alphanumeric)
        && !(kind == ResourceKind::CacheKey && name.contains("://"));
    is_one.then_some(name)
}
