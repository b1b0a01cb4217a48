//! `foreign-resource`: code that uses a cache key, a topic or an environment variable of another module.

use super::{
    Blocks, Breaks, Check, Context, Counts, CrossingKind, DataCrossing, Draft, Effort, Needs, Rule, Site,
    claims, config_lines, data_access,
};
use crate::config::Owner;
use crate::config::policy::{Kind, ModuleId, Severity};
use crate::data::{ResourceAccess, ResourceId, ResourceKind};
use crate::graph::NodeId;
use crate::sql::Access;
use std::collections::BTreeMap;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "foreign-resource",
    summary: "code of one module uses a cache key, a topic, a queue or an environment variable of another",
    default: Severity::Warn,
    raised_by: None,
    blocks: Some(Blocks { crossing: CrossingKind::Resource, effort: Effort::Edit }),
    counts: Counts::Sites,
    needs: Needs::Resources,
    docs: DOCS,
    check: Check::Code(check),
};

const DOCS: &str = "\
## What it checks

Uses of what a module owns through `env`, `cache-keys` and `topics` in `[modules.NAME.owns]`, by code of another module:

- environment variables: `std::env::var`, dotenv, clap's `env`, your own functions (`env-functions` of `[data]`),
- keys that are given to commands of a Redis client,
- messages that are published to a topic, and jobs that are put into a queue.

Names are followed through constants, `format!` and functions; `pay:{id}` is the key `pay:*`. The most specific glob says who
owns a name. Two modules that claim one equally well are a finding too.

Fine are: code of `kind = \"app\"` that reads an environment variable (the composition root hands it in), code that listens to
another module's topic (that is what events are for), jobs put into a queue of `[shared] outbox`, variables of cargo and
of the system, build scripts, code that belongs to no module, and test code unless `tests = \"check\"`.

## Why it blocks an extraction

What two modules share by name ties them together where no compiler sees it. A service gets its own environment and its own
cache: the other module finds the variable missing or the key empty, at run time and in production only. Whoever writes into
another's queue or cache knows the form of what lies there, and the owner can no longer change it.

## Example

```rust
// in shop::orders; `STRIPE_*` belongs to module `payments`
let key = std::env::var(\"STRIPE_KEY\")?;
```

## How to fix

- Ask the owner: call a function of its public interface that does what the variable or the key is needed for.
- A setting that this module needs as well: let the composition root read it once and hand the value to both.
- A value that both cache: let this module keep its own copy, under a key of its own.
- A message for another module: call its public interface, or publish an event of your own that it listens to.
- It belongs to the module that uses it: move the entry of `env`, `cache-keys` or `topics` there.
- All put jobs into this queue: list it in `[shared] outbox`.
";

/// What a source module does to a resource.
type Groups<'a> = BTreeMap<(NodeId, ResourceId), Vec<&'a ResourceAccess>>;

fn groups<'a>(ctx: &Context<'a>) -> Groups<'a> {
    let mut groups = Groups::new();
    for access in data_access::resources_in_code(ctx) {
        groups.entry((access.node, access.resource)).or_default().push(access);
    }
    groups
}

/// What modules use of each other that is no table.
pub(super) fn crossings(ctx: &Context) -> Vec<DataCrossing> {
    let crossing = |(&(node, id), accesses): (&(NodeId, ResourceId), &Vec<&ResourceAccess>)| {
        let draft = foreign(ctx, node, id, accesses)?;
        let resource = name(ctx, id).to_owned();
        Some(DataCrossing { from: draft.from_module?, to: draft.to_module?, resource, by: Some(node) })
    };
    groups(ctx).iter().filter_map(crossing).collect()
}

fn check(ctx: &Context, out: &mut Vec<Draft>) {
    let groups = groups(ctx);
    for (&(node, id), accesses) in &groups {
        out.extend(foreign(ctx, node, id, accesses));
    }
    let contested = ctx.ownership.contested_resources.iter();
    for contested in contested.filter(|c| groups.keys().any(|(_, id)| *id == c.id)) {
        let (kind, name) = (kind(ctx, contested.id), name(ctx, contested.id));
        let line = |module| config_lines::resources_with(ctx, module, kind, name);
        out.push(claims::draft(ctx, (kind.noun(), name), &contested.claims, &line));
    }
}

fn kind(ctx: &Context, id: ResourceId) -> ResourceKind {
    ctx.data.resource(id).kind
}

fn name<'a>(ctx: &Context<'a>, id: ResourceId) -> &'a str {
    &ctx.data.resource(id).name
}

/// What one source module does to a resource, if that is another module's and none of this one's business.
fn foreign(ctx: &Context, node: NodeId, id: ResourceId, accesses: &[&ResourceAccess]) -> Option<Draft> {
    let source = ctx.module_of(node)?;
    let Owner::Module(owner) = ctx.ownership.resource_owner(id) else { return None };
    let kind = kind(ctx, id);
    let counts = |access: &&&ResourceAccess| match (kind, access.access) {
        (ResourceKind::Env, Access::Read) => ctx.module(source).kind != Kind::App,
        (ResourceKind::Topic, access) => access == Access::Write,
        _ => true,
    };
    let accesses: Vec<&ResourceAccess> = accesses.iter().filter(counts).copied().collect();
    // A write says more than a read.
    let access = accesses.iter().map(|access| access.access).max().filter(|_| owner != source)?;
    let (name, user, owner_name) = (name(ctx, id), ctx.name(source), ctx.name(owner));
    Some(Draft {
        message: format!(
            "module `{user}` {} {} `{name}`, which belongs to `{owner_name}`",
            verb(kind, access),
            kind.noun()
        ),
        sites: accesses.iter().map(|access| site(ctx, access, kind, name)).collect(),
        from: ctx.model().node(node).id.clone(),
        to: ctx.data.resource(id).title(),
        from_module: Some(source),
        to_module: Some(owner),
        breaks: ctx.ownership.resource_place(id).map(|place| Breaks { place, module: owner }),
        help: help(ctx, (kind, name), source, owner),
        ..Draft::default()
    })
}

fn verb(kind: ResourceKind, access: Access) -> &'static str {
    match (kind, access) {
        (ResourceKind::Topic, Access::Read) => "listens to",
        (ResourceKind::Topic, _) => "sends to",
        (ResourceKind::Env, Access::Write) => "sets",
        (_, Access::Read) => "reads",
        _ => "writes",
    }
}

fn site(ctx: &Context, access: &ResourceAccess, kind: ResourceKind, name: &str) -> Site {
    data_access::site(ctx, &access.place, name, format!("{} `{name}`", verb(kind, access.access)))
}

fn help(ctx: &Context, (kind, name): (ResourceKind, &str), source: ModuleId, owner: ModuleId) -> Vec<String> {
    let (user, owner_name) = (ctx.name(source), ctx.name(owner));
    let place = match ctx.module(owner).public.as_deref() {
        Some([]) | None => "its public interface".to_owned(),
        Some(public) => {
            let open = config_lines::either(public.iter().map(|p| p.text.as_str()));
            format!("its public interface ({open})")
        }
    };
    let app = ctx.policy.iter().find(|(_, module)| module.kind == Kind::App).map(|(id, _)| ctx.name(id));
    let first = match kind {
        ResourceKind::Env => {
            format!("ask `{owner_name}` through {place} for what the variable is needed for")
        }
        ResourceKind::CacheKey => {
            format!(
                "ask `{owner_name}` through {place}, and keep a copy of the answer under a key of `{user}`'s own"
            )
        }
        ResourceKind::Topic | ResourceKind::Bucket => {
            format!(
                "ask `{owner_name}` through {place}, or publish an event of `{user}` that `{owner_name}` listens to"
            )
        }
    };
    // A name beats the globs of the owner, but not the name.
    let glob = config_lines::glob_of(name);
    let is_named = ctx.module(owner).owns.list(kind).iter().any(|pattern| pattern.text == glob);
    let taken =
        if is_named { format!("take it out of `[modules.{owner_name}.owns]` and ") } else { String::new() };
    let second = match kind {
        ResourceKind::Env => {
            let root = app.map_or_else(|| "the composition root".to_owned(), |app| format!("`{app}`"));
            Some(format!("or let {root} read it once and hand the value to `{user}` as configuration"))
        }
        ResourceKind::Topic => {
            let old = ctx.policy.shared.outbox.iter().map(|pattern| pattern.text.as_str());
            let line = config_lines::list("outbox", old.chain([glob.as_str()]));
            Some(format!("or, if all put jobs into it, {taken}write `{line}` in `[shared]`"))
        }
        _ => None,
    };
    let line = config_lines::resources_with(ctx, source, kind, name);
    let move_it = format!("or, if it belongs to `{user}`, {taken}write `{line}` in `[modules.{user}.owns]`");
    [Some(first), second, Some(move_it)].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use crate::config::policy::Tests;
    use crate::rules::sample::Sample;

    const POLICY: &str = "
[modules.app]
paths = ['shop']
kind = 'app'
[modules.orders]
paths = ['shop::orders']
owns.env = ['SHOP_*', 'STRIPE_WEBHOOK']
owns.topics = ['orders.*']
[modules.payments]
paths = ['shop::payments']
public = ['api']
owns.env = ['STRIPE_*', '*_KEY']
owns.cache-keys = ['pay:*']
owns.topics = ['payments.*', 'mails']
[shared]
outbox = ['jobs']
";
    const NODES: [&str; 4] = ["shop", "shop::orders", "shop::orders::tests", "shop::payments"];

    fn found(data: &[&str]) -> Vec<String> {
        Sample::with_data(POLICY, &NODES, data).of("foreign-resource")
    }

    #[test]
    fn the_owner_is_that_of_the_most_specific_glob() {
        assert_eq!(
            found(&[
                "shop::orders::f uses env STRIPE_SECRET 1:1",
                "shop::orders::f uses env STRIPE_WEBHOOK 2:1",
                "shop::orders::f uses env SHOP_PORT 3:1",
                "shop::orders::f uses env UNKNOWN 4:1",
                "shop::payments::f uses env STRIPE_WEBHOOK 5:1",
                "shop::orders::g uses key pay:* 6:1",
                "shop::orders::g changes key pay:lock 7:1",
                "shop::orders::g uses key order:* 8:1",
            ]),
            [
                "shop::orders -> environment variable STRIPE_SECRET: module `orders` reads environment variable \
                 `STRIPE_SECRET`, which belongs to `payments`",
                "shop::payments -> environment variable STRIPE_WEBHOOK: module `payments` reads environment variable \
                 `STRIPE_WEBHOOK`, which belongs to `orders`",
                "shop::orders -> cache key pay:*: module `orders` reads cache key `pay:*`, which belongs to `payments`",
                "shop::orders -> cache key pay:lock: module `orders` writes cache key `pay:lock`, which belongs to `payments`",
            ]
        );
    }

    #[test]
    fn the_composition_root_hands_variables_in_and_nothing_else() {
        assert_eq!(
            found(&[
                "shop::main uses env STRIPE_SECRET 1:1",
                "shop::main changes env STRIPE_SECRET 2:1",
                "shop::main uses key pay:* 3:1",
            ]),
            [
                "shop -> environment variable STRIPE_SECRET: module `app` sets environment variable `STRIPE_SECRET`, which \
                 belongs to `payments`",
                "shop -> cache key pay:*: module `app` reads cache key `pay:*`, which belongs to `payments`",
            ]
        );
    }

    #[test]
    fn others_listen_to_topics_and_do_not_write_into_them() {
        assert_eq!(
            found(&[
                "shop::payments::f uses topic orders.paid 1:1",
                "shop::payments::f changes topic orders.paid 2:1",
                "shop::orders::f changes topic orders.paid 3:1",
                "shop::orders::f changes topic jobs 4:1",
                "shop::orders::f changes topic mails 5:1",
                "shop::orders::MAILS uses topic mails 6:1 declares",
            ]),
            [
                "shop::payments -> topic orders.paid: module `payments` sends to topic `orders.paid`, which belongs to \
                 `orders`",
                "shop::orders -> topic mails: module `orders` sends to topic `mails`, which belongs to `payments`",
            ]
        );
    }

    #[test]
    fn what_the_owner_names_in_full_is_to_be_taken_out_there() {
        let sample = Sample::with_data(POLICY, &NODES, &["shop::orders::f changes topic mails 1:1"]);
        let findings = sample.findings();
        let found = findings.iter().find(|f| f.rule == "foreign-resource").unwrap();
        assert_eq!(
            found.help[1..],
            [
                "or, if all put jobs into it, take it out of `[modules.payments.owns]` and write `outbox = [\"jobs\", \
                 \"mails\"]` in `[shared]`",
                "or, if it belongs to `orders`, take it out of `[modules.payments.owns]` and write `topics = \
                 [\"orders.*\", \"mails\"]` in `[modules.orders.owns]`",
            ]
        );
    }

    #[test]
    fn what_is_a_glob_in_a_name_is_escaped_in_advice() {
        let policy = POLICY.replace("'pay:*'", "'*'");
        let sample = Sample::with_data(&policy, &NODES, &["shop::orders::f uses key {queue}_main:* 1:1"]);
        let findings = sample.findings();
        let found = findings.iter().find(|f| f.rule == "foreign-resource").unwrap();
        let line = "cache-keys = [\"\\\\{queue\\\\}_main:*\"]";
        assert_eq!(
            found.help[1],
            format!("or, if it belongs to `orders`, write `{line}` in `[modules.orders.owns]`")
        );
    }

    #[test]
    fn tests_and_variables_of_the_system() {
        let lines = [
            "shop::orders::tests::f uses env STRIPE_SECRET 1:1",
            "shop::orders::f uses env CARGO_HOME_KEY 2:1",
        ];
        let mut sample = Sample::with_data(POLICY, &NODES, &lines);
        assert_eq!(sample.of("foreign-resource").len(), 0);
        sample.policy.analysis.tests = Tests::Check;
        assert_eq!(sample.of("foreign-resource").len(), 1);
    }

    #[test]
    fn the_finding_shows_all_sites_the_line_of_the_owner_and_what_to_do() {
        let lines =
            ["shop::orders::f uses env STRIPE_SECRET 1:1", "shop::orders::g uses env STRIPE_SECRET 2:1"];
        let findings = Sample::with_data(POLICY, &NODES, &lines).findings();
        let found = findings.iter().find(|f| f.rule == "foreign-resource").unwrap();
        let sites: Vec<_> = found.sites.iter().map(|s| (s.line, s.label.as_str())).collect();
        assert_eq!(sites, [(1, "reads `STRIPE_SECRET`"), (2, "reads `STRIPE_SECRET`")]);
        assert_eq!(found.policy.as_ref().unwrap().text, "owns.env = ['STRIPE_*', '*_KEY']");
        assert_eq!(
            found.help,
            [
                "ask `payments` through its public interface (`api`) for what the variable is needed for",
                "or let `app` read it once and hand the value to `orders` as configuration",
                "or, if it belongs to `orders`, write `env = [\"SHOP_*\", \"STRIPE_WEBHOOK\", \"STRIPE_SECRET\"]` in \
                 `[modules.orders.owns]`",
            ]
        );
    }

    #[test]
    fn a_name_that_two_claim_is_told_where_it_is_used() {
        let policy = POLICY.replace("'SHOP_*'", "'SHOP_*', '*_KEYS'").replace("'*_KEY'", "'APP_K*'");
        let found = |lines: &[&str]| {
            let findings = Sample::with_data(&policy, &NODES, lines).findings();
            let mine = findings.into_iter().filter(|f| f.rule == "foreign-resource");
            mine.map(|f| (f.message, f.help)).collect::<Vec<_>>()
        };
        assert_eq!(
            found(&["shop::orders::f uses env APP_KEYS 1:1"]),
            [(
                "environment variable `APP_KEYS` is claimed by `orders` and `payments`".to_owned(),
                vec![
                    "name it in full where it belongs: write `env = [\"SHOP_*\", \"*_KEYS\", \"STRIPE_WEBHOOK\", \
                     \"APP_KEYS\"]` in `[modules.orders.owns]` or `env = [\"STRIPE_*\", \"APP_K*\", \"APP_KEYS\"]` in \
                     `[modules.payments.owns]`"
                        .to_owned()
                ]
            )]
        );
        assert_eq!(found(&["shop::orders::f uses env OTHER 1:1"]).len(), 0);
    }
}
