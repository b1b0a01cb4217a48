//! Attributes and derives that map items to data (diesel's, sea-orm's, sea-query's) name environment variables, or
//! give them a form for the wire.
//!
//! What they mean is a matter of the later stages; here they are written down, with `cfg_attr` looked through.

use super::attributes as attr;
use super::facts::*;
use super::walk::Walker;
use proc_macro2::{TokenStream, TokenTree};
use syn::{Expr, Meta};

/// Derives that tie an item to a table, or give it a form for the wire (serde, prost, borsh, rkyv, bincode).
const DERIVES: &[&str] = &[
    "Archive",
    "AsChangeset",
    "Associations",
    "BorshDeserialize",
    "BorshSerialize",
    "CandidType",
    "Decode",
    "DeriveActiveModel",
    "DeriveEntity",
    "DeriveEntityModel",
    "DeriveIden",
    "DeriveMigrationName",
    "DeriveModel",
    "DerivePartialModel",
    "DeriveRelatedEntity",
    "DeriveRelation",
    "Deserialize",
    "DeserializeFromStr",
    "Deserialize_enum_str",
    "Deserialize_repr",
    "Display",
    "Encode",
    "EnumString",
    "Enumeration",
    "FromQueryResult",
    "FromRow",
    "FromStr",
    "HasQuery",
    "Iden",
    "IdenStatic",
    "Identifiable",
    "Insertable",
    "Message",
    "Oneof",
    "Queryable",
    "QueryableByName",
    "Selectable",
    "Serialize",
    "SerializeDisplay",
    "Serialize_enum_str",
    "Serialize_repr",
];

/// Whether an attribute maps something to data: those of diesel, sea-orm and sea-query.
fn is_mapping(name: &str) -> bool {
    matches!(name, "diesel" | "sea_orm" | "iden" | "table_name" | "belongs_to" | "enum_def")
}

/// The key of an attribute that names an environment variable (the documentation of clap, env-config and envconfig).
fn env_key(attribute: &str) -> Option<&'static str> {
    match attribute {
        "arg" | "clap" | "structopt" => Some("env"),
        "env_config" => Some("name"),
        "envconfig" => Some("from"),
        _ => None,
    }
}

impl Walker {
    /// Gives the attributes that were noted last to what they stand on.
    pub(super) fn own_attributes(&mut self, target: AttributeTarget) {
        for attribute in &mut self.facts.attributes[self.latest_attributes..] {
            attribute.target = target;
        }
    }

    /// Notes a derive of [`DERIVES`].
    pub(super) fn derive_attribute(&mut self, path: &syn::Path) {
        let Some(last) = path.segments.last() else { return };
        if DERIVES.iter().any(|name| last.ident == name) {
            let (name, key) = (self.text_name("derive"), self.name(&last.ident));
            self.push_attribute(name, key, AttributeValue::Nothing, last.ident.span());
        }
    }

    /// Notes an attribute that maps an item to data, with the references in it; `false` if it is none.
    pub(super) fn mapping_attribute(&mut self, meta: &Meta) -> bool {
        let Some(last) = meta.path().segments.last() else { return false };
        let text = last.ident.to_string();
        if let (Some(key), Meta::List(list)) = (env_key(&text), meta) {
            let name = self.name(&last.ident);
            attr::split_commas(list.tokens.clone())
                .into_iter()
                .for_each(|part| self.env_part(name, key, part));
            return true;
        }
        if !is_mapping(&text) {
            return false;
        }
        let name = self.name(&last.ident);
        match meta {
            Meta::NameValue(pair) => {
                let value = self.mapping_value(&text, &pair.value);
                self.push_attribute(name, name, value, last.ident.span());
            }
            // The old spelling: `#[belongs_to(User)]`.
            Meta::List(list) if text == "belongs_to" => {
                self.mapping_key(name, name, &text, list.tokens.clone(), last.ident.span());
            }
            Meta::List(list) => {
                for part in attr::split_commas(list.tokens.clone()) {
                    self.mapping_part(name, part);
                }
            }
            Meta::Path(_) => self.push_attribute(name, name, AttributeValue::Nothing, last.ident.span()),
        }
        true
    }

    /// `key`, `key = value` or `key(arguments)`.
    fn mapping_part(&mut self, name: Name, part: TokenStream) {
        let trees: Vec<TokenTree> = part.clone().into_iter().collect();
        let Some(TokenTree::Ident(key)) = trees.first() else { return self.scan_paths(part) };
        let (text, span) = (key.to_string(), key.span());
        let key = self.text_name(text.trim_start_matches("r#"));
        match &trees[1..] {
            [] => self.push_attribute(name, key, AttributeValue::Nothing, span),
            [TokenTree::Punct(equals), rest @ ..] if equals.as_char() == '=' => {
                let tokens: TokenStream = rest.iter().cloned().collect();
                let value = match syn::parse2::<Expr>(tokens.clone()) {
                    Ok(value) => self.mapping_value(&text, &value),
                    Err(_) => {
                        self.scan_paths(tokens);
                        AttributeValue::Nothing
                    }
                };
                self.push_attribute(name, key, value, span);
            }
            [TokenTree::Group(group)] => self.mapping_key(name, key, &text, group.stream(), span),
            _ => self.scan_paths(part),
        }
    }

    /// `env`, `env = "NAME"` or `env = NAME`, or what has nothing to do with the environment.
    fn env_part(&mut self, name: Name, wanted: &str, part: TokenStream) {
        let trees: Vec<TokenTree> = part.clone().into_iter().collect();
        let key = match trees.first() {
            Some(TokenTree::Ident(key)) if key == wanted => key,
            _ => return self.attribute_arguments(part),
        };
        let value = match &trees[1..] {
            [] => Some(AttributeValue::Nothing),
            [TokenTree::Punct(equals), rest @ ..] if equals.as_char() == '=' => {
                match syn::parse2::<Expr>(rest.iter().cloned().collect()) {
                    Ok(Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. })) => {
                        Some(AttributeValue::Text(self.literal_of(&text.value(), &text), None))
                    }
                    Ok(Expr::Path(path)) if path.qself.is_none() => {
                        self.path(&path.path, Ns::ALL).0.map(AttributeValue::Path)
                    }
                    _ => return self.attribute_arguments(part),
                }
            }
            _ => return self.attribute_arguments(part),
        };
        let (span, key) = (key.span(), self.name(key));
        self.push_attribute(name, key, value.unwrap_or(AttributeValue::Nothing), span);
    }

    /// `key(path, other = …)`: the path is the value.
    fn mapping_key(
        &mut self,
        name: Name,
        key: Name,
        text: &str,
        arguments: TokenStream,
        span: proc_macro2::Span,
    ) {
        let mut parts = attr::split_commas(arguments).into_iter();
        let mut value = AttributeValue::Nothing;
        if let Some(first) = parts.next() {
            match syn::parse2::<syn::Type>(first.clone()) {
                Ok(syn::Type::Path(ty)) if ty.qself.is_none() => {
                    let (reference, _) = self.path(&ty.path, Ns::TYPE);
                    value = reference.map_or(value, AttributeValue::Path);
                }
                _ => self.attribute_arguments(first),
            }
        }
        // `foreign_key = user_id` names a column.
        if text != "belongs_to" {
            parts.for_each(|part| self.attribute_arguments(part));
        }
        self.push_attribute(name, key, value, span);
    }

    fn mapping_value(&mut self, key: &str, value: &Expr) -> AttributeValue {
        match value {
            Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => {
                let content = text.value();
                let reference = self.attribute_string(key, &content, text.span());
                AttributeValue::Text(self.literal_of(&content, text), reference)
            }
            Expr::Path(path) if path.qself.is_none() => {
                let (reference, _) = self.path(&path.path, Ns::TYPE.and(Ns::VALUE));
                reference.map_or(AttributeValue::Nothing, AttributeValue::Path)
            }
            value => AttributeValue::Value(self.value(value)),
        }
    }

    fn push_attribute(&mut self, name: Name, key: Name, value: AttributeValue, span: proc_macro2::Span) {
        let pos = self.pos(span);
        let target = AttributeTarget::Nothing;
        self.facts.attributes.push(Attribute { target, name, key, value, pos });
    }
}
