//! What a module promises to others: its functions that code of other modules calls, with their signatures.

use super::{Context, Site, remoting, wire};
use crate::config::policy::{Kind, ModuleId};
use crate::extract::facts::Receiver;
use crate::graph::flow::Definition;
use crate::graph::surface::{CodePlace, Parent, Signature, TypeTree};
use crate::graph::{NodeId, RefId, RefKind};
use std::collections::{BTreeMap, BTreeSet};

/// A function that code of other modules calls. What an impl has for a trait of its own module counts as the trait's.
pub struct Function {
    /// The function.
    pub definition: Definition,
    /// The module that it belongs to.
    pub module: ModuleId,
    /// What it asks for and gives back.
    pub signature: Signature,
    /// `charge`, `Charge::new`
    pub name: String,
    /// The whole name.
    pub path: String,
    /// The modules that call it, and how often.
    pub callers: BTreeMap<ModuleId, usize>,
    /// The calls.
    pub calls: Vec<RefId>,
}

/// The functions of every module that others call.
pub struct Contract {
    /// Every struct, enum and union that somebody wrote as one.
    pub data: BTreeSet<Definition>,
    functions: BTreeMap<ModuleId, Vec<Function>>,
}

impl Contract {
    /// Looks through all crossings once.
    pub fn new(ctx: &Context) -> Contract {
        let mut found: BTreeMap<(ModuleId, Definition), Option<Function>> = BTreeMap::new();
        for crossing in &ctx.crossings {
            if ctx.module(crossing.target).kind != Kind::Domain {
                continue;
            }
            for &id in &crossing.uses {
                let Some(callee) = ctx.graph.called(id) else { continue };
                let definition = promise(ctx, callee, crossing.target);
                let called = found
                    .entry((crossing.target, definition))
                    .or_insert_with(|| function(ctx, definition, crossing.target));
                if let Some(called) = called {
                    *called.callers.entry(crossing.source).or_default() += 1;
                    called.calls.push(id);
                }
            }
        }
        let mut functions: BTreeMap<ModuleId, Vec<Function>> = BTreeMap::new();
        for function in found.into_values().flatten() {
            functions.entry(function.module).or_default().push(function);
        }
        for list in functions.values_mut() {
            list.sort_by(|a, b| order(ctx, a).cmp(&order(ctx, b)));
        }
        // What diesel makes of a table is none.
        let types = ctx.graph.data_types().map(|(definition, ..)| definition);
        let data = types.filter(|&definition| ctx.graph.declared_table(definition).is_none()).collect();
        Contract { data, functions }
    }

    /// Every module that others call, with the functions that they call, sorted by place.
    pub fn modules(&self) -> impl Iterator<Item = (ModuleId, &[Function])> {
        self.functions.iter().map(|(&module, functions)| (module, functions.as_slice()))
    }

    /// All those functions.
    pub fn functions(&self) -> impl Iterator<Item = &Function> {
        self.functions.values().flatten()
    }
}

fn order<'a>(ctx: &Context<'a>, function: &'a Function) -> (&'a str, u32, u32, &'a str) {
    let place = function.signature.place;
    (&ctx.model().file(place.file).path, place.line(), place.column(), &function.path)
}

/// The function of the module's own trait that a function fulfils, or the function itself.
fn promise(ctx: &Context, definition: Definition, module: ModuleId) -> Definition {
    let promise = ctx.graph.promise_of(definition);
    let is_own = |promise: &Definition| module_of(ctx, *promise) == Some(module);
    promise.filter(is_own).unwrap_or(definition)
}

fn function(ctx: &Context, definition: Definition, module: ModuleId) -> Option<Function> {
    let signature = ctx.graph.signature(definition)?;
    // What fulfils a trait from outside looks as that trait wants it.
    if signature.parent == Parent::Implementation(None) {
        return None;
    }
    Some(Function {
        definition,
        module,
        signature,
        name: ctx.graph.definition_name(definition),
        path: ctx.graph.path_of(definition),
        callers: BTreeMap::new(),
        calls: Vec::new(),
    })
}

/// The declared module that defines something.
pub fn module_of(ctx: &Context, definition: Definition) -> Option<ModuleId> {
    ctx.graph.node_of_definition(definition).and_then(|node| ctx.module_of(node))
}

impl Function {
    /// Whether it has a `self`.
    pub fn has_receiver(&self) -> bool {
        self.signature.receiver != Receiver::None
    }

    /// Where it is defined.
    pub fn site(&self, ctx: &Context, label: &str) -> Site {
        site(ctx, self.signature.place, ctx.graph.short_name(self.definition), label)
    }

    /// `called by orders (3 times) and app`
    pub fn called_by(&self, ctx: &Context) -> String {
        let callers = self.callers.iter().map(|(&module, &count)| match count {
            1 => ctx.name(module).to_owned(),
            2 => format!("{} (twice)", ctx.name(module)),
            count => format!("{} ({count} times)", ctx.name(module)),
        });
        format!("called by {}", enumerate(callers.collect(), usize::MAX, "callers"))
    }

    /// Every type that it asks for or gives back, outermost only.
    pub fn types(&self) -> impl Iterator<Item = &TypeTree> {
        self.signature.inputs.iter().chain([&self.signature.output])
    }

    /// What stands behind the arrow of its signature, as it is written; nothing if a macro wrote it.
    pub fn written_result<'a>(&self, ctx: &Context<'a>) -> &'a str {
        let place = self.signature.place;
        let text = ctx.text_from(place.file, place.line());
        let column = place.column().saturating_sub(1) as usize;
        let start = text.char_indices().nth(column).map_or(text.len(), |(at, _)| at);
        let rest = text[start..].strip_prefix(ctx.graph.short_name(self.definition));
        rest.map_or("", written_result)
    }

    /// Whether app modules alone call it, and only to put together what it belongs to: it makes a value of a type that is no
    /// data, or adds to one, or gives the routes of a web service.
    pub fn is_wiring(&self, ctx: &Context) -> bool {
        let owner = match self.signature.parent {
            Parent::Type(owner) => owner,
            _ => None,
        };
        let is_service = owner.is_some_and(|owner| !wire::has_wire_form(ctx, owner));
        let makes = |part: &TypeTree| {
            remoting::is_wiring(part) || (is_service && part.here().is_some() && part.here() == owner)
        };
        self.is_called_by_apps_only(ctx) && self.signature.output.any(&mut |part| makes(part))
    }

    /// Whether all that is known of its calls rests on the types of values.
    pub fn is_inferred(&self, ctx: &Context) -> bool {
        self.calls.iter().all(|&id| ctx.model().reference(id).kind == RefKind::Inferred)
    }

    /// Whether only app modules call it: the places that put modules together.
    pub fn is_called_by_apps_only(&self, ctx: &Context) -> bool {
        self.callers.keys().all(|&module| ctx.module(module).kind == Kind::App)
    }
}

/// The type behind the arrow of a signature that begins with its parameters.
fn written_result(text: &str) -> &str {
    let (mut depth, mut start) = (0_u32, None);
    for (at, c) in text.char_indices() {
        match c {
            '>' if text[..at].ends_with('-') => start = start.or_else(|| (depth == 0).then_some(at + 1)),
            '(' | '[' | '<' => depth += 1,
            ')' | ']' | '>' => depth = depth.saturating_sub(1),
            '{' | ';' if depth == 0 => return start.map_or("", |start| text[start..at].trim()),
            _ => {}
        }
    }
    ""
}

/// The source module, among those that a declared module's selectors name, that one of its source modules lies in.
pub fn root_of(ctx: &Context, module: ModuleId, node: NodeId) -> NodeId {
    let roots = ctx.roots(module);
    let mut at = Some(node);
    while let Some(candidate) = at {
        if roots.contains(&candidate) {
            return candidate;
        }
        at = ctx.model().node(candidate).parent;
    }
    node
}

/// Where a definition stands.
pub fn site(ctx: &Context, place: CodePlace, name: &str, label: &str) -> Site {
    Site {
        file: ctx.model().file(place.file).path.clone(),
        line: place.line(),
        column: place.column(),
        width: (name.chars().count() as u32).max(1),
        label: label.to_owned(),
    }
}

/// The modules that call one of some functions.
pub fn callers<'a>(ctx: &Context, functions: impl Iterator<Item = &'a Function>) -> String {
    let mut modules: Vec<ModuleId> =
        functions.flat_map(|function| function.callers.keys().copied()).collect();
    modules.sort();
    modules.dedup();
    enumerate(modules.into_iter().map(|m| format!("`{}`", ctx.name(m))).collect(), 4, "modules")
}

/// `a, b and c`; of more than `most` only the first, and how many more there are.
pub fn enumerate(mut words: Vec<String>, most: usize, noun: &str) -> String {
    if words.len() > most {
        let more = words.len() - (most - 1);
        words.truncate(most - 1);
        words.push(format!("{more} more {noun}"));
    }
    match words.pop() {
        Some(last) if words.is_empty() => last,
        Some(last) => format!("{} and {last}", words.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_end_in_a_number() {
        let words = |count: usize| (0..count).map(|i| i.to_string()).collect();
        assert_eq!(enumerate(words(1), 3, "things"), "0");
        assert_eq!(enumerate(words(3), 3, "things"), "0, 1 and 2");
        assert_eq!(enumerate(words(4), 3, "things"), "0, 1 and 2 more things");
    }

    #[test]
    fn the_result_stands_behind_the_last_arrow() {
        for (text, expected) in [
            ("(a: u8) -> &'static str {", "&'static str"),
            ("<F: Fn(u8) -> u8>(f: F) -> Option<[u8; 2]>;", "Option<[u8; 2]>"),
            ("(f: impl Fn(u8) -> u8)\n{", ""),
            ("(é: u8) -> é", ""),
        ] {
            assert_eq!(written_result(text), expected, "{text}");
        }
    }
}
