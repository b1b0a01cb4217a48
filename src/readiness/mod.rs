//! The extraction audit: could a module be extracted, what blocks it, what would be given up, and should it be. It judges what
//! the rules found; it finds nothing itself.

mod model;
mod subject;
mod crossings;
mod work;
mod cut;
mod cost;
mod matrix;
mod evidence;
mod blind;
pub mod advice;
pub mod trend;

pub use model::*;

use crate::config::policy::{Context as Stated, ModuleId};
use crate::rules::{Context, Finding};
use crate::source::{CodeOwners, HISTORY_DAYS, History};
use advice::Facts;
use crossings::Count;
use evidence::{Own, Past};
use std::collections::BTreeSet;
use subject::Subject;
use work::Candidate;

/// What is known beside the code.
#[derive(Default)]
pub struct Beside<'a> {
    /// How the code changed, or why that is not known: a phrase.
    pub history: Option<Result<&'a History, String>>,
    /// Who is named for which file.
    pub code_owners: Option<&'a CodeOwners>,
    /// Why the analysis falls short of what the policy allows: phrases.
    pub incomplete: Vec<String>,
}

/// Audits the domain modules of a workspace, or one of them. `findings` are all that the rules found, and `accepted` says how
/// one was accepted: it blocks all the same.
pub fn audit(
    ctx: &Context,
    findings: &[Finding],
    accepted: impl Fn(&Finding) -> Option<Accepted>,
    beside: &Beside,
    wanted: Option<ModuleId>,
) -> Audit {
    let subject = Subject::new(ctx, findings, accepted);
    let history = beside.history.as_ref().and_then(|history| history.as_ref().ok().copied());
    let past = history.map(|history| Past::new(&subject, history));
    let seen: Vec<Seen> = subject.domains().map(|id| Seen::new(&subject, id, past.as_ref())).collect();
    let order = work::order(seen.iter().map(|seen| seen.candidate(&subject)).collect());
    let complete = beside.incomplete.is_empty();
    let first = first(&subject, &seen, &order).filter(|_| complete);
    let asked = seen.iter().filter(|seen| wanted.is_none_or(|wanted| wanted == seen.id));
    Audit {
        modules: asked.map(|seen| module(&subject, seen, first, past.as_ref(), beside)).collect(),
        order,
        matrix: matrix::of(&subject),
        elsewhere: subject.elsewhere(),
        context: circumstances(&ctx.policy.context),
        history: history_facts(beside),
        not_judged: subject.idle,
        incomplete: beside.incomplete.clone(),
    }
}

/// What is known of a domain module before it is decided about.
struct Seen {
    id: ModuleId,
    count: Count,
    readiness: Share,
    own: Own,
    cost: Cost,
    changes: Option<Changes>,
}

impl Seen {
    fn new(subject: &Subject, id: ModuleId, past: Option<&Past>) -> Seen {
        let count = crossings::count(subject, id);
        let others = subject.domains().filter(|&other| other != id).map(|other| subject.ctx.module(other));
        let others: Vec<_> = others.collect();
        let changes = past.map(|past| past.of(id));
        Seen {
            id,
            readiness: crossings::share(&count.crossings),
            own: evidence::own(subject.ctx.module(id), others.iter().copied()),
            cost: cost::of(subject, id, &count.crossings, changes.as_ref()),
            count,
            changes,
        }
    }

    fn candidate(&self, subject: &Subject) -> Candidate {
        Candidate {
            module: subject.ctx.name(self.id).to_owned(),
            blockers: self.count.blockers.iter().map(|b| (b.identity.clone(), b.effort)).collect(),
            calls: self.cost.calls_in + self.cost.calls_out,
            readiness: self.readiness,
        }
    }

    fn facts<'a>(&'a self, subject: &Subject<'a>, first: Option<&'a str>) -> Facts<'a> {
        let Stated { engineers, platform_team, stage } = subject.ctx.policy.context;
        Facts {
            engineers,
            platform_team,
            stage,
            own: &self.own.has,
            unknown: &self.own.unknown,
            blockers: self.count.blockers.len(),
            data_unknown: !subject.ctx.policy.declares_data(),
            incomplete: false,
            changes: self.changes.as_ref(),
            first,
        }
    }
}

/// The first module in the order of extraction for which all speaks.
fn first<'a>(subject: &Subject<'a>, seen: &[Seen], order: &[Next]) -> Option<ModuleId> {
    let ripe = |seen: &&Seen| advice::decide(&seen.facts(subject, None)).verdict == Verdict::Extract;
    let ripe: Vec<ModuleId> = seen.iter().filter(ripe).map(|seen| seen.id).collect();
    let ids = order.iter().filter_map(|next| subject.ctx.policy.find(&next.module));
    ids.into_iter().find(|id| ripe.contains(id))
}

fn module(
    subject: &Subject,
    seen: &Seen,
    first: Option<ModuleId>,
    past: Option<&Past>,
    beside: &Beside,
) -> ModuleAudit {
    let ctx = subject.ctx;
    let declared = ctx.module(seen.id);
    let Count { crossings, blockers } = &seen.count;
    let first = first.filter(|first| *first != seen.id).map(|first| ctx.name(first));
    ModuleAudit {
        name: declared.name.clone(),
        because: declared.because.clone(),
        facts: declared.facts.clone(),
        owner: declared.owner.clone(),
        gated: declared.extract,
        source_modules: ctx.assignment.module_of.iter().filter(|module| **module == Some(seen.id)).count(),
        readiness: seen.readiness,
        dimensions: crossings::dimensions(subject, crossings),
        work: work::steps(crossings, blockers),
        crossings: crossings.clone(),
        blockers: blockers.clone(),
        cut: cut::list(subject, seen.id),
        cost: seen.cost.clone(),
        evidence: evidence::of(subject, seen.id, past, beside.code_owners),
        advice: advice::decide(&Facts {
            incomplete: !beside.incomplete.is_empty(),
            ..seen.facts(subject, first)
        }),
        blind_spots: blind::spots(subject, seen.id),
    }
}

fn circumstances(context: &Stated) -> Circumstances {
    Circumstances {
        engineers: context.engineers,
        platform_team: context.platform_team,
        stage: context.stage.map(|stage| stage.as_str().to_owned()),
    }
}

fn history_facts(beside: &Beside) -> HistoryFacts {
    let days = HISTORY_DAYS as u32;
    let code_owners = beside.code_owners.map(|owners| owners.path().to_owned());
    match &beside.history {
        Some(Ok(history)) => HistoryFacts {
            head: Some(history.head.clone()),
            days,
            commits: history.commits.len(),
            authors: history.commits.iter().map(|commit| commit.author).collect::<BTreeSet<u32>>().len(),
            gap: history.cut_off.then(|| "the clone is shallow: older commits are not counted".to_owned()),
            code_owners,
        },
        Some(Err(reason)) => {
            HistoryFacts { days, gap: Some(reason.clone()), code_owners, ..HistoryFacts::default() }
        }
        None => HistoryFacts { days, code_owners, ..HistoryFacts::default() },
    }
}
