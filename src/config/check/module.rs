//! Checks one `[modules.NAME]`.

use super::super::error::{ConfigError, quote};
use super::super::policy::{DependsOn, Kind, Module, ModuleId, Owns, Pattern, PublicPattern, Selector};
use super::super::raw::{self, Strings};
use super::super::reader::At;
use super::super::suggest;
use super::syntax::{self, GlobOf};
use super::{Check, elements};
use miette::SourceSpan;
use std::collections::BTreeMap;

const KINDS: &[(&str, Kind)] = &[("domain", Kind::Domain), ("library", Kind::Library), ("app", Kind::App)];

/// What is kept for the audit by the name of its key.
fn facts(raw: &raw::Module<'_>) -> BTreeMap<String, String> {
    let facts = [("cadence", raw.cadence), ("scaling", raw.scaling), ("team", raw.team)];
    facts.into_iter().filter_map(|(key, fact)| Some((key.to_owned(), fact?.value.to_owned()))).collect()
}

impl Check<'_> {
    pub(super) fn module(&mut self, id: ModuleId, name: At<&str>, raw: &raw::Module<'_>) -> Module {
        self.keep(syntax::module_name(name));
        let place = |list: &Strings<'_>, check: &Self| list.as_ref().map(|list| check.place(list.key));
        Module {
            name: name.value.to_owned(),
            place: self.place(name.at),
            paths: self.paths(name, raw),
            kind: self.word(raw.kind, "a kind of module", KINDS).unwrap_or_default(),
            public: raw.public.is_some().then(|| self.public(&raw.public)),
            public_place: place(&raw.public, self),
            visible_to: raw.visible_to.is_some().then(|| self.module_ids(elements(&raw.visible_to))),
            visible_to_place: place(&raw.visible_to, self),
            depends_on: self.depends_on(id, raw),
            depends_on_place: raw.depends_on.as_ref().map(|list| self.place(list.key)),
            layer: self.layer(raw),
            layer_place: raw.layer.map(|layer| self.place(layer.key)),
            owner: raw.owner.map(|text| text.value.to_owned()),
            because: raw.because.map(|text| text.value.to_owned()),
            stateless: raw.stateless.unwrap_or(false),
            extract: raw.extract.unwrap_or(false),
            allow_crates: self.patterns(&raw.allow_crates, GlobOf::Crates),
            facts: facts(raw),
            owns: self.owns(&raw.owns),
            rules: self.overrides(&raw.rules),
        }
    }

    fn paths(&mut self, name: At<&str>, raw: &raw::Module<'_>) -> Vec<Selector> {
        if !raw.has_paths {
            self.errors.push(ConfigError::MissingKey {
                key: "paths",
                table: quote(&format!("[modules.{}]", name.value)),
                help: "say which code belongs to it, such as `paths = [\"shop::payments\"]`".to_owned(),
                at: name.at,
            });
        }
        if let Some(list) = raw.paths.as_ref().filter(|list| list.value.is_empty()) {
            self.errors.push(ConfigError::EmptyPaths { module: quote(name.value), at: list.at });
        }
        let mut selectors = Vec::new();
        for entry in elements(&raw.paths) {
            let Some(segments) = self.keep(syntax::selector(entry)) else { continue };
            selectors.push(Selector { text: entry.value.to_owned(), segments, place: self.place(entry.at) });
        }
        selectors
    }

    /// The same path in two modules: a tie whatever the code looks like.
    pub(super) fn contested_paths(&mut self, raw: &[(At<&str>, Option<raw::Module<'_>>)]) {
        let mut claimed: BTreeMap<Vec<String>, (&str, SourceSpan)> = BTreeMap::new();
        for (name, module) in raw {
            for entry in module.iter().flat_map(|module| elements(&module.paths)) {
                // A malformed one is reported with its module.
                let Ok(segments) = syntax::selector(entry) else { continue };
                let (one, first) = *claimed.entry(segments).or_insert((name.value, entry.at));
                if one != name.value {
                    self.errors.push(ConfigError::ContestedPath {
                        selector: quote(entry.value),
                        one: quote(one),
                        other: quote(name.value),
                        first,
                        at: entry.at,
                    });
                }
            }
        }
    }

    fn public(&mut self, raw: &Strings<'_>) -> Vec<PublicPattern> {
        let mut patterns = Vec::new();
        for entry in elements(raw) {
            let Some(segments) = self.keep(syntax::public(entry)) else { continue };
            patterns.push(PublicPattern {
                text: entry.value.to_owned(),
                segments,
                place: self.place(entry.at),
            });
        }
        patterns
    }

    fn module_id(&mut self, name: At<&str>) -> Option<ModuleId> {
        let index = self.modules.iter().position(|known| *known == name.value);
        if index.is_none() {
            let help = suggest::help(name.value, "modules", self.modules.iter().copied());
            self.errors.push(ConfigError::UnknownModule { module: quote(name.value), help, at: name.at });
        }
        index.map(|index| ModuleId(index as u32))
    }

    fn module_ids<'r>(&mut self, names: impl Iterator<Item = At<&'r str>>) -> Vec<ModuleId> {
        names.filter_map(|name| self.module_id(name)).collect()
    }

    fn depends_on(&mut self, id: ModuleId, raw: &raw::Module<'_>) -> Vec<DependsOn> {
        let mut first: BTreeMap<ModuleId, SourceSpan> = BTreeMap::new();
        let mut list = Vec::new();
        for entry in raw.depends_on.iter().flat_map(|list| &list.value) {
            let until = entry.until.as_ref().and_then(|date| self.keep(syntax::date(date)));
            let Some(module) = self.module_id(entry.module) else { continue };
            let (name, at) = (quote(entry.module.value), entry.at);
            if module == id {
                self.errors.push(ConfigError::SelfDependency { module: name, at });
            } else if let Some(&first) = first.get(&module) {
                self.errors.push(ConfigError::DuplicateDependency { module: name, first, at });
            }
            first.entry(module).or_insert(at);
            let (deprecated, reason) = (entry.deprecated, entry.reason.map(|text| text.value.to_owned()));
            list.push(DependsOn { module, deprecated, until, reason, place: self.place(at) });
        }
        list
    }

    fn layer(&mut self, raw: &raw::Module<'_>) -> Option<usize> {
        let layer = raw.layer?;
        let index = self.layers.iter().position(|known| *known == layer.value);
        if index.is_none() {
            let help = match self.layers.as_slice() {
                [] => format!(
                    "declare it: `order = [\"{}\"]` under `[layers]`",
                    quote(layer.value).trim_matches('`')
                ),
                layers => suggest::help(layer.value, "layers", layers.iter().copied()),
            };
            self.errors.push(ConfigError::UnknownLayer { layer: quote(layer.value), help, at: layer.at });
        }
        index
    }

    fn owns(&mut self, raw: &raw::Owns<'_>) -> Owns {
        Owns {
            tables: self.patterns(&raw.tables, GlobOf::Tables),
            views: self.patterns(&raw.views, GlobOf::Names),
            readers: self.readers(raw),
            cache_keys: self.patterns(&raw.cache_keys, GlobOf::Names),
            topics: self.patterns(&raw.topics, GlobOf::Names),
            env: self.patterns(&raw.env, GlobOf::Names),
        }
    }

    fn readers(&mut self, raw: &raw::Owns<'_>) -> Vec<(Pattern, Vec<ModuleId>)> {
        let mut readers = Vec::new();
        for (glob, names) in &raw.readers {
            let modules = self.module_ids(names.iter().copied());
            readers.extend(self.pattern(*glob, GlobOf::Names).map(|glob| (glob, modules)));
        }
        readers
    }
}
