//! What is said of a table or another resource that several claim equally well.

use super::{Breaks, Context, Draft, Site, config_lines};
use crate::config::policy::ModuleId;
use crate::config::{Claim, Claimant};

/// The finding about something that several claim: what it is, its name, the claims, and the line that would give it to one
/// of the modules.
pub fn draft(
    ctx: &Context,
    (noun, name): (&str, &str),
    claims: &[Claim],
    line: &dyn Fn(ModuleId) -> String,
) -> Draft {
    let claimants: Vec<&str> = claims.iter().map(|claim| claimant(ctx, claim)).collect();
    let modules: Vec<ModuleId> = claims.iter().filter_map(module).collect();
    let mut sorted = claimants.clone();
    sorted.sort_unstable();
    Draft {
        message: format!("{noun} `{name}` is claimed by {}", config_lines::names(claimants.iter().copied())),
        sites: claims.iter().map(|claim| site(ctx, claim)).collect(),
        from: name.to_owned(),
        to: sorted.join(", "),
        from_module: modules.first().copied(),
        to_module: modules.get(1).copied(),
        breaks: modules.first().map(|&module| Breaks { place: claims[0].place, module }),
        help: help(ctx, claims, name, line),
        ..Draft::default()
    }
}

fn module(claim: &Claim) -> Option<ModuleId> {
    match claim.by {
        Claimant::Module(module) => Some(module),
        Claimant::Reference | Claimant::Outbox => None,
    }
}

fn claimant<'a>(ctx: &Context<'a>, claim: &Claim) -> &'a str {
    match claim.by {
        Claimant::Module(module) => ctx.name(module),
        Claimant::Reference => "[shared] reference",
        Claimant::Outbox => "[shared] outbox",
    }
}

fn site(ctx: &Context, claim: &Claim) -> Site {
    Site {
        file: ctx.policy.file.clone(),
        line: claim.place.line,
        column: claim.place.column,
        width: claim.glob.chars().count() as u32 + 2,
        label: format!("claimed by `{}`", claimant(ctx, claim)),
    }
}

fn help(ctx: &Context, claims: &[Claim], name: &str, line: &dyn Fn(ModuleId) -> String) -> Vec<String> {
    // Where a name is listed in full twice, only taking one away helps.
    if claims.iter().all(|claim| claim.glob == name) {
        return vec![format!(
            "keep {} in one of the lists, and delete it from the other",
            config_lines::quoted(name)
        )];
    }
    let owners = claims.iter().filter_map(module);
    let line = |module| format!("`{}` in `[modules.{}.owns]`", line(module), ctx.name(module));
    let lines: Vec<String> = owners.map(line).collect();
    if lines.is_empty() {
        return vec![format!("keep {} in one list of `[shared]`", config_lines::quoted(name))];
    }
    vec![format!("name it in full where it belongs: write {}", lines.join(" or "))]
}
