//! The functions that modules call of each other, as the interface of a service would have to offer them.

use super::contract::Function;
use super::{Context, Site, remoting, wire};
use crate::config::policy::ModuleId;
use crate::graph::RefId;
use std::collections::BTreeMap;

/// A function that other modules call.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The module that it belongs to.
    pub module: ModuleId,
    /// Its whole name: `shop::payments::charge::Charge::new`.
    pub path: String,
    /// Where it is defined.
    pub site: Site,
    /// By module that calls it: the calls.
    pub callers: BTreeMap<ModuleId, Calls>,
    /// What keeps it from becoming a network call, in words that follow "it".
    pub obstacles: Vec<String>,
    /// Types that it passes and that have no wire form.
    pub needs_wire_form: Vec<String>,
    /// App modules alone call it, to put the program together: it stays a call within one process.
    pub wiring: bool,
}

/// How often a function is called by one module, as places in the code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// All places.
    pub places: usize,
    /// Those in a loop, or in what an adapter of an iterator calls.
    pub in_loops: usize,
}

/// Every function that a module calls of another, sorted by place.
pub fn offers(ctx: &Context) -> Vec<Offer> {
    ctx.contract().functions().map(|function| offer(ctx, function)).collect()
}

fn offer(ctx: &Context, function: &Function) -> Offer {
    let mut callers: BTreeMap<ModuleId, Calls> = BTreeMap::new();
    for &id in &function.calls {
        let Some(module) = ctx.module_of(ctx.model().reference(id).from) else { continue };
        let calls = callers.entry(module).or_default();
        calls.places += 1;
        calls.in_loops += usize::from(is_repeated(ctx, id));
    }
    let types = wire::unsendable(ctx, &[function]).types;
    Offer {
        module: function.module,
        path: function.path.clone(),
        site: function.site(ctx, ""),
        callers,
        obstacles: remoting::obstacles(ctx, function).into_iter().map(|obstacle| obstacle.words).collect(),
        needs_wire_form: types.into_iter().map(|ty| ty.name).collect(),
        wiring: function.is_wiring(ctx),
    }
}

fn is_repeated(ctx: &Context, id: RefId) -> bool {
    ctx.graph.call(id).is_some_and(|call| call.repeated.is_some())
}
