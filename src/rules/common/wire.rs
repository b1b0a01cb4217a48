//! Which types can be sent: by the traits that they derive or implement, and by what they hold.

use super::contract::{self, Function};
use super::known_types::{self, Known};
use super::{Context, Site};
use crate::config::policy::ModuleId;
use crate::graph::flow::Definition;
use crate::graph::surface::{Head, Parent, TypeTree};
use std::collections::{BTreeMap, BTreeSet};

/// Traits of values that can be sent, wherever they come from: of serde and what builds on it, prost, borsh, rkyv,
/// bincode, and of SCALE.
pub const TRAITS: &[&str] = &[
    "Archive",
    "BorshDeserialize",
    "BorshSerialize",
    "CandidType",
    "Decode",
    "Deserialize",
    "DeserializeFromStr",
    "DeserializeOwned",
    "Deserialize_enum_str",
    "Deserialize_repr",
    "Encode",
    "Enumeration",
    "Message",
    "Oneof",
    "Serialize",
    "SerializeDisplay",
    "Serialize_enum_str",
    "Serialize_repr",
];

/// How deep the types of the workspace are looked into.
const MAX_DEPTH: usize = 8;

/// Whether something says how values of a type are sent. What can be written as a text and read again can be sent as that.
pub fn has_wire_form(ctx: &Context, definition: Definition) -> bool {
    let has = |names: &[&str]| ctx.graph.has_trait(definition, names);
    ctx.wire_forms.of(definition, || has(TRAITS) || (has(&["Display"]) && has(&["FromStr", "EnumString"])))
}

/// Whether a type holds something that exists only in its process: a connection, a client, a lock, code. It is no data then.
pub fn holds_handle(ctx: &Context, definition: Definition) -> bool {
    ctx.handle_holders.of(definition, || finds_handle(ctx, definition, &mut Vec::new()))
}

fn finds_handle(ctx: &Context, definition: Definition, seen: &mut Vec<Definition>) -> bool {
    if seen.contains(&definition) || seen.len() >= MAX_DEPTH {
        return false;
    }
    seen.push(definition);
    let found = ctx.graph.fields_of(definition).iter().any(|field| is_handle(ctx, &field.ty, seen));
    seen.pop();
    found
}

fn is_handle(ctx: &Context, tree: &TypeTree, seen: &mut Vec<Definition>) -> bool {
    let own = match &tree.head {
        _ if known_types::db_handle(ctx, tree).is_some() => true,
        Head::Outside(path) => matches!(
            known_types::known(path),
            Some(known) if !matches!(known, Known::Wrapper | Known::Metric | Known::Once)
        ),
        Head::Here(definition) => {
            !ctx.graph.is_trait(*definition)
                && !has_wire_form(ctx, *definition)
                && finds_handle(ctx, *definition, seen)
        }
        // An error that is kept is no handle.
        Head::Dyn => !tree.parts.iter().any(|part| part.outside().is_some_and(|(_, name)| name == "Error")),
        Head::Fn => true,
        _ => false,
    };
    own || tree.parts.iter().any(|part| is_handle(ctx, part, seen))
}

/// A type that crosses a boundary and can't be sent.
pub struct Type {
    /// `Charge`, `anyhow::Error`
    pub name: String,
    /// Functions fail with it.
    pub error: bool,
    /// It holds something that exists only in its process.
    pub handle: bool,
    /// Where it is defined; if that is elsewhere, where the first function is that passes it.
    pub site: Site,
}

/// The types of some functions that can't be sent.
pub struct Found {
    /// The types, sorted by place.
    pub types: Vec<Type>,
    /// How many functions have one.
    pub functions: usize,
    /// Who calls these functions.
    pub callers: BTreeSet<ModuleId>,
}

/// What names a type in a signature.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    Here(Definition),
    Outside(&'static str),
}

/// What passes a type.
#[derive(Default)]
struct Use<'a> {
    functions: Vec<&'a Function>,
    error: bool,
}

/// The types of some functions of one module that can't be sent.
pub fn unsendable(ctx: &Context, functions: &[&Function]) -> Found {
    let mut uses: BTreeMap<Named, Use> = BTreeMap::new();
    let mut count = 0;
    let mut callers = BTreeSet::new();
    for &function in functions {
        let mut named = BTreeMap::new();
        for input in &function.signature.inputs {
            collect(ctx, input, false, &mut named);
        }
        collect(ctx, &function.signature.output, false, &mut named);
        named.retain(|named, _| !is_own_handle(ctx, function, named));
        if !named.is_empty() {
            count += 1;
            callers.extend(function.callers.keys().copied());
        }
        for (named, error) in named {
            let entry = uses.entry(named).or_default();
            entry.functions.push(function);
            entry.error |= error;
        }
    }
    let mut types: Vec<Type> = uses.iter().filter_map(|(named, of)| describe(ctx, named, of)).collect();
    types.sort_by(|a, b| (&a.site, &a.name).cmp(&(&b.site, &b.name)));
    Found { types, functions: count, callers }
}

/// Notes the types in a type, and whether each is an error.
fn collect(ctx: &Context, tree: &TypeTree, error: bool, out: &mut BTreeMap<Named, bool>) {
    if known_types::passed_db_handle(ctx, tree).is_some() && !error {
        return;
    }
    match &tree.head {
        Head::Here(definition)
            if ctx.contract().data.contains(definition) && !has_wire_form(ctx, *definition) =>
        {
            *out.entry(Named::Here(*definition)).or_default() |= error;
        }
        Head::Outside(path) => {
            if let Some(name) = outside_error(path, tree.parts.len(), error) {
                out.insert(Named::Outside(name), true);
            }
        }
        Head::Dyn if tree.parts.iter().any(is_error_trait) => {
            out.insert(Named::Outside("dyn Error"), true);
        }
        _ => {}
    }
    let is_result =
        matches!(&tree.head, Head::Outside(path) if path.last().is_some_and(|name| name == "Result"));
    for (index, part) in tree.parts.iter().enumerate() {
        collect(ctx, part, error || (is_result && index == 1), out);
    }
}

fn is_error_trait(tree: &TypeTree) -> bool {
    tree.outside().is_some_and(|(_, name)| name == "Error")
}

/// Errors from outside that nothing can send, by the paths of their types and of the `Result`s that stand for them.
fn outside_error(path: &[String], parts: usize, error: bool) -> Option<&'static str> {
    let (krate, name) = (path.first()?.as_str(), path.last()?.as_str());
    let is_result = matches!(name, "Result" | "QueryResult") && parts < 2;
    let is_io = path.iter().any(|part| part == "io");
    let named = match (krate, name) {
        ("eyre" | "color_eyre", "Report") => return Some("eyre::Report"),
        (_, "DbErr") => return Some("sea_orm::DbErr"),
        ("anyhow", _) => "anyhow::Error",
        ("eyre" | "color_eyre", _) if is_result => "eyre::Report",
        ("sqlx" | "sqlx_core", _) => "sqlx::Error",
        ("diesel" | "diesel_async", _) => "diesel::result::Error",
        ("rusqlite", _) => "rusqlite::Error",
        ("tokio_postgres" | "postgres", _) => "tokio_postgres::Error",
        ("mongodb", _) => "mongodb::error::Error",
        ("reqwest", _) => "reqwest::Error",
        ("std" | "tokio", _) if is_io => "std::io::Error",
        _ => return None,
    };
    (is_result || (name == "Error" && (error || krate == "anyhow"))).then_some(named)
}

/// Whether a type is what a function makes, and no data: a service that is put together.
fn is_own_handle(ctx: &Context, function: &Function, named: &Named) -> bool {
    let (Parent::Type(Some(owner)), Named::Here(definition)) = (function.signature.parent, named) else {
        return false;
    };
    owner == *definition && holds_handle(ctx, owner)
}

/// What a finding says of a type. A type of the module is shown where it is defined; others, which have their place
/// elsewhere, where the module passes them first.
fn describe(ctx: &Context, named: &Named, of: &Use) -> Option<Type> {
    let first = *of.functions.first()?;
    let names: Vec<String> = of.functions.iter().map(|function| format!("`{}`", function.name)).collect();
    let names = contract::enumerate(names, 4, "functions");
    let error = |name: &str| format!("`{name}`, the error of {names}");
    let Named::Here(definition) = named else {
        let Named::Outside(name) = named else { return None };
        let site = first.site(ctx, &error(name));
        return Some(Type { name: (*name).to_owned(), error: true, handle: false, site });
    };
    let is_own = contract::module_of(ctx, *definition) == Some(first.module);
    let name = ctx.graph.short_name(*definition).to_owned();
    let shown = if is_own { name.clone() } else { ctx.graph.path_of(*definition) };
    let handle = holds_handle(ctx, *definition);
    let label = match (of.error, handle) {
        (true, _) => error(&shown),
        (_, true) => format!("`{shown}`, which holds what only works in its process, is passed by {names}"),
        _ => format!("`{shown}` is passed by {names}"),
    };
    let site = match is_own {
        true => contract::site(ctx, ctx.graph.place_of(*definition)?, &name, &label),
        false => first.site(ctx, &label),
    };
    Some(Type { name, error: of.error, handle, site })
}
