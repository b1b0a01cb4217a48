//! Environment variables: the standard library, dotenv, clap's attributes, and readers of whole prefixes (the documentation
//! of `std::env`, dotenvy, envmnt, clap, figment, envy, config).

use super::receiver::{Receiver, receiver};
use super::{Detector, NOTHING};
use crate::data::eval::value::{Piece, Text, Value};
use crate::data::eval::{Call, Evaluator, Method, Site};
use crate::data::model::ResourceKind;
use crate::extract::facts::{Attribute, AttributeTarget, AttributeValue, ScopeIx};
use crate::sql::Access;
use std::sync::Arc;

pub(super) const DETECTOR: Detector = Detector { call, method, end: attributes, ..NOTHING };

/// clap, as code names it.
const CLAP: &[&str] = &["clap", "clap_builder"];

/// What a function does with its first argument.
fn known(path: &[&str]) -> Option<(&'static str, Access)> {
    Some(match path {
        ["std", "env", "var" | "var_os"] => ("std", Access::Read),
        ["std", "env", "set_var" | "remove_var"] => ("std", Access::Write),
        ["dotenvy" | "dotenv", "var"] => ("dotenv", Access::Read),
        ["envmnt", "set" | "set_bool" | "set_u8" | "remove"] => ("envmnt", Access::Write),
        ["envmnt", name] if name.starts_with("get") || name.starts_with("is") || *name == "exists" => {
            ("envmnt", Access::Read)
        }
        _ => return None,
    })
}

/// What stands behind the prefix that a function is given.
fn prefixed(path: &[&str]) -> Option<(&'static str, &'static str)> {
    Some(match path {
        ["figment", .., "Env", "prefixed"] => ("figment", ""),
        ["envy", "prefixed"] => ("envy", ""),
        ["config", .., "Environment", "with_prefix"] => ("config", "_"),
        _ => return None,
    })
}

fn call<'a>(evaluator: &mut Evaluator<'a>, call: &Call<'a>) -> Option<Value> {
    let may_be = match call.name {
        "var" | "var_os" | "set_var" | "remove_var" | "prefixed" | "with_prefix" | "exists" | "set" | "remove" | "is" => true,
        name => name.starts_with("get") || name.starts_with("is_") || name.starts_with("set_"),
    };
    let name = call.args.first().filter(|_| may_be)?;
    let path = call.outside(evaluator).to_vec();
    if let Some((via, access)) = known(&path) {
        evaluator.resource(ResourceKind::Env, access, name, (call.site, via));
        return Some(Value::Unknown);
    }
    if let Some((via, behind)) = prefixed(&path) {
        let rest = Text { pieces: vec![Piece::Known(behind.into(), None), Piece::Hole] };
        let name = Value::concat(&[name.clone(), Value::Text(Arc::new(rest))]);
        evaluator.resource(ResourceKind::Env, Access::Read, &name, (call.site, via));
    }
    None
}

/// `Arg::new("port").env("PORT")`, and not the environment of a command that is run, which takes a value too.
fn method(evaluator: &mut Evaluator<'_>, method: &Method<'_>) -> Option<Value> {
    if let ("env", [name]) = (method.name, method.args.as_slice())
        && match receiver(evaluator, method.on_node, CLAP) {
            Receiver::Own => true,
            Receiver::Other => false,
            Receiver::Unknown => evaluator.names_crate(CLAP),
        }
    {
        evaluator.resource(ResourceKind::Env, Access::Read, &name.clone(), (method.site, "clap"));
    }
    None
}

/// `#[arg(env = "PORT")]` and its like.
fn attributes(evaluator: &mut Evaluator<'_>) {
    let facts = evaluator.unit.facts();
    for attribute in &facts.attributes {
        let via = match evaluator.unit.name(attribute.name) {
            "arg" | "clap" | "structopt" => "clap",
            "env_config" => "env-config",
            "envconfig" => "envconfig",
            _ => continue,
        };
        if let Some((name, site)) = named(evaluator, attribute) {
            evaluator.resource(ResourceKind::Env, Access::Read, &name, (site, via));
        }
    }
}

/// The name that an attribute gives, and where.
fn named(evaluator: &mut Evaluator<'_>, attribute: &Attribute) -> Option<(Value, Site)> {
    let facts = evaluator.unit.facts();
    match attribute.value {
        AttributeValue::Text(literal, _) => {
            let literal = &facts.literals[literal.index()];
            let site = Site { pos: literal.pos, scope: literal.scope, test: literal.test };
            Some((Value::text(evaluator.unit.name(literal.text)), site))
        }
        AttributeValue::Path(reference) => {
            let value = evaluator.constant(evaluator.unit.here(reference)?);
            Some((value, evaluator.site(reference)))
        }
        AttributeValue::Nothing => {
            let AttributeTarget::Field(field) = attribute.target else { return None };
            let (scope, test) = holder(evaluator, field)?;
            let name = evaluator.unit.name(facts.fields[field as usize].name);
            let name = name.trim_start_matches("r#").to_ascii_uppercase();
            Some((Value::text(&name), Site { pos: attribute.pos, scope, test }))
        }
        AttributeValue::Value(_) => None,
    }
}

/// The scope of the struct or the variant that has a field, and whether it is test code.
fn holder(evaluator: &Evaluator<'_>, field: u32) -> Option<(ScopeIx, bool)> {
    let facts = evaluator.unit.facts();
    let holds = |(start, end): (u32, u32)| (start..end).contains(&field);
    let item = facts.items.iter().find(|item| {
        let mut members = facts.members[item.members.0 as usize..item.members.1 as usize].iter();
        holds(item.shape.fields) || members.any(|member| holds(member.shape.fields))
    })?;
    Some((item.scope, item.test))
}
