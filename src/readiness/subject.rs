//! What an audit looks at: the models, what the rules found, and all ways between modules.

use super::model::{Accepted, Blocker, Place};
use crate::config::policy::{Kind, ModuleId};
use crate::rules::{self, Blocks, Context, Finding, Offer, Site, Way, Ways};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A workspace that is audited.
pub struct Subject<'a> {
    /// Graph, data and policy.
    pub ctx: &'a Context<'a>,
    /// Findings that block, each with what its rule says of that and the ways that it is about, by index.
    pub blocking: Vec<Blocking<'a>>,
    /// Every way from one module into another.
    pub ways: Ways,
    /// Every function that modules call of each other, but for those that put the program together.
    pub offers: Vec<Offer>,
    /// By file: the modules that have code in it.
    pub files: HashMap<&'a str, BTreeSet<ModuleId>>,
    /// Rules about blockers that could find nothing, each with the reason.
    pub idle: BTreeMap<String, String>,
}

/// A finding that stands in the way of some module.
pub struct Blocking<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// What its rule says.
    pub blocks: Blocks,
    /// The ways that it is about.
    pub ways: Vec<usize>,
    /// The modules that it may stand in the way of.
    pub modules: BTreeSet<&'a str>,
    /// How it was accepted.
    pub accepted: Option<Accepted>,
}

impl<'a> Subject<'a> {
    /// Puts together what the rules found: all of it, also what is accepted. `accepted` says how.
    pub fn new(
        ctx: &'a Context<'a>,
        findings: &'a [Finding],
        accepted: impl Fn(&Finding) -> Option<Accepted>,
    ) -> Subject<'a> {
        let ways = Ways::new(ctx);
        let blocking = |finding: &'a Finding| {
            let blocks = rules::find(&finding.rule)?.blocks?;
            let ways = ways.of(ctx, finding, blocks.crossing);
            Some(Blocking { finding, blocks, ways, modules: finding.modules(), accepted: accepted(finding) })
        };
        let blocking = findings.iter().filter_map(blocking).collect();
        let offers = rules::offers(ctx).into_iter().filter(|offer| !offer.wiring).collect();
        Subject { ctx, blocking, ways, offers, files: files(ctx), idle: idle(ctx) }
    }

    /// The modules that could be extracted.
    pub fn domains(&self) -> impl Iterator<Item = ModuleId> + '_ {
        let is_domain = |(id, module): (ModuleId, &crate::config::policy::Module)| {
            (module.kind == Kind::Domain).then_some(id)
        };
        self.ctx.policy.iter().filter_map(is_domain)
    }

    /// The findings that stand in the way of a module.
    pub fn blockers_of(&self, module: ModuleId) -> impl Iterator<Item = &Blocking<'a>> {
        let name = self.ctx.name(module);
        self.blocking.iter().filter(move |blocking| blocking.modules.contains(name))
    }

    /// The blockers that stand in the way of no domain module by themselves.
    pub fn elsewhere(&self) -> Vec<Blocker> {
        let domains: BTreeSet<&str> = self.domains().map(|id| self.ctx.name(id)).collect();
        let of_none = self.blocking.iter().filter(|blocking| blocking.modules.is_disjoint(&domains));
        of_none.map(|blocking| blocking.blocker(self, None, &[], blocking.ways.len())).collect()
    }
}

fn files<'a>(ctx: &Context<'a>) -> HashMap<&'a str, BTreeSet<ModuleId>> {
    let model = ctx.model();
    let mut files: HashMap<&str, BTreeSet<ModuleId>> = HashMap::new();
    for (node, module) in model.nodes.iter().zip(&ctx.assignment.module_of) {
        files.entry(model.file(node.file).path.as_str()).or_default().extend(module);
    }
    files
}

fn idle(ctx: &Context) -> BTreeMap<String, String> {
    let blocks = |name: &str| rules::find(name).is_some_and(|rule| rule.is_wanted() && rule.blocks.is_some());
    rules::idle(ctx.policy).into_iter().filter(|(name, _)| blocks(name)).collect()
}

impl Blocking<'_> {
    /// As it is told of a module, or of none, where some of the ways are looked at, which make that many crossings.
    pub fn blocker(
        &self,
        subject: &Subject,
        module: Option<ModuleId>,
        ways: &[usize],
        crossings: usize,
    ) -> Blocker {
        let help = module.map(|module| rules::help_for(subject.ctx, self.finding, module));
        Blocker {
            rule: self.finding.rule.clone(),
            kind: self.blocks.crossing,
            effort: self.blocks.effort,
            identity: self.finding.identity.clone(),
            message: self.finding.message.clone(),
            sites: self.sites(ways, subject),
            help: help.unwrap_or_else(|| self.finding.help.clone()),
            crossings,
            accepted: self.accepted,
        }
    }

    /// Where it is, as far as some ways go: the finding's own places among them, or else theirs. Without ways all of its
    /// places.
    fn sites(&self, ways: &[usize], subject: &Subject) -> Vec<Place> {
        let ways: Vec<&Way> = ways.iter().map(|&way| &subject.ways.list[way]).collect();
        let is_near = |site: &&Site| ways.is_empty() || ways.iter().any(|way| way.concerns(site));
        let near: Vec<Place> = self.finding.sites.iter().filter(is_near).map(Place::from).collect();
        match near.is_empty() {
            true => ways.iter().flat_map(|way| &way.sites).map(Place::from).collect(),
            false => near,
        }
    }
}
