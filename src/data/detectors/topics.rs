//! Topics, queues and jobs: what brokers' clients are given (the documentation of rdkafka, lapin, async-nats, pulsar, rumqttc,
//! google-cloud-pubsub and the SDK of AWS), and constants that name them.

use super::receiver::{Receiver, receiver};
use super::{Detector, NOTHING};
use crate::data::eval::value::{Piece, Value};
use crate::data::eval::{Call, Evaluator, Method, Site};
use crate::data::model::ResourceKind;
use crate::extract::facts::{AccessKind, MemberKind, Node, NodeIx, Owner};
use crate::graph::flow::{Definition, TypeName};
use crate::sql::Access;

pub(super) const DETECTOR: Detector = Detector { call, method, end: constants, ..NOTHING };

/// A broker's client.
struct Broker {
    via: &'static str,
    crates: &'static [&'static str],
    /// Methods, with the argument that is the name.
    reads: &'static [(&'static str, usize)],
    writes: &'static [(&'static str, usize)],
}

const BROKERS: &[Broker] = &[
    Broker { via: "rdkafka", crates: &["rdkafka"], reads: &[("subscribe", 0)], writes: &[] },
    Broker {
        via: "lapin",
        crates: &["lapin", "amqprs", "deadpool_lapin"],
        reads: &[
            ("basic_consume", 0),
            ("basic_get", 0),
            ("exchange_declare", 0),
            ("queue_bind", 0),
            ("queue_declare", 0),
        ],
        writes: &[("basic_publish", 1), ("queue_delete", 0), ("queue_purge", 0)],
    },
    Broker {
        via: "nats",
        crates: &["async_nats", "nats"],
        reads: &[("get_stream", 0), ("queue_subscribe", 0), ("subscribe", 0)],
        writes: &[("publish", 0), ("publish_with_headers", 0), ("publish_with_reply", 0), ("request", 0)],
    },
    Broker { via: "pulsar", crates: &["pulsar"], reads: &[("with_topic", 0)], writes: &[] },
    Broker { via: "mqtt", crates: &["rumqttc"], reads: &[("subscribe", 0)], writes: &[("publish", 0)] },
    Broker {
        via: "pubsub",
        crates: &["google_cloud_pubsub"],
        reads: &[("subscription", 0)],
        writes: &[("create_topic", 0), ("topic", 0)],
    },
    Broker { via: "sqs", crates: &["aws_sdk_sqs"], reads: &[("queue_name", 0), ("queue_url", 0)], writes: &[] },
    Broker { via: "sns", crates: &["aws_sdk_sns"], reads: &[("topic_arn", 0)], writes: &[] },
];

/// Records of rdkafka that are sent to a topic: `FutureRecord::to("orders")`.
fn call<'a>(evaluator: &mut Evaluator<'a>, call: &Call<'a>) -> Option<Value> {
    let name = call.args.first().filter(|_| call.name == "to")?;
    if let ["rdkafka", .., "FutureRecord" | "BaseRecord", _] = call.outside(evaluator) {
        evaluator.resource(ResourceKind::Topic, Access::Write, name, (call.site, "rdkafka"));
    }
    None
}

fn method(evaluator: &mut Evaluator<'_>, method: &Method<'_>) -> Option<Value> {
    for broker in BROKERS {
        let of = |list: &[(&str, usize)]| list.iter().find(|(name, _)| *name == method.name).map(|(_, at)| *at);
        let found = of(broker.reads).map(|at| (at, Access::Read));
        let Some((at, access)) = found.or_else(|| Some((of(broker.writes)?, Access::Write))) else { continue };
        let counts = match receiver(evaluator, method.on_node, broker.crates) {
            Receiver::Own => true,
            Receiver::Other => false,
            Receiver::Unknown => evaluator.names_crate(broker.crates) && is_likely(evaluator, method, broker),
        };
        let Some(name) = method.args.get(at).filter(|_| counts) else { continue };
        // A builder says further up what it is for.
        let sends = |name: &str| matches!(name, "producer" | "publish" | "publish_batch") || name.starts_with("send");
        let access = if evaluator.comes_from(method.on_node, sends) { Access::Write } else { access };
        evaluator.resource(ResourceKind::Topic, access, &name.clone(), (method.site, broker.via));
    }
    None
}

/// Whether a method on something unknown is one of a broker, in code that uses it: buses within a process publish too.
fn is_likely(evaluator: &Evaluator<'_>, method: &Method<'_>, broker: &Broker) -> bool {
    match method.name {
        "request" => false,
        "publish" | "subscribe" => broker.via == "rdkafka" || evaluator.is_awaited(method.access),
        _ => true,
    }
}

/// Whether a constant of this name is the name of a topic, a queue or a job.
fn is_topic_name(evaluator: &Evaluator<'_>, name: &str) -> bool {
    const ENDS: [&str; 6] = ["JOB_NAME", "QUEUE_NAME", "TOPIC", "TOPIC_NAME", "QUEUE", "SUBJECT"];
    let ends = |end: &str| name.strip_suffix(end).is_some_and(|front| front.is_empty() || front.ends_with('_'));
    match name {
        "CHANNEL_NAME" => true,
        // Mails have subjects too.
        _ if ends("SUBJECT") => evaluator.uses(&["async_nats", "nats"]),
        _ => ENDS.iter().any(|end| ends(end)),
    }
}

/// Whether a text is the name of a topic, and not just a word like `queue` or a sentence.
fn is_topic(constant: &str, text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "._-:/{}*>#$".contains(c);
    let word = constant.rsplit('_').next().unwrap_or(constant);
    !text.is_empty() && text.len() < 128 && text.chars().all(fits) && !text.eq_ignore_ascii_case(word)
}

/// Constants that name topics, and what is done with them.
fn constants(evaluator: &mut Evaluator<'_>) {
    declarations(evaluator);
    references(evaluator);
    queued(evaluator);
}

fn declarations(evaluator: &mut Evaluator<'_>) {
    let facts = evaluator.unit.facts();
    for body in &facts.bodies {
        let (name, is_function) = match body.owner {
            Owner::Item(item) => (facts.items[item.index()].name, false),
            Owner::Member(member) => {
                let member = &facts.members[member as usize];
                (member.name, member.kind != MemberKind::Const)
            }
        };
        let name = evaluator.unit.name(name);
        if is_function || !is_topic_name(evaluator, name) {
            continue;
        }
        for value in evaluator.value(body.result).alternatives() {
            if let Value::Text(text) = value
                && let [Piece::Known(known, _)] = text.pieces.as_slice()
                && is_topic(name, known)
            {
                evaluator.declare_resource(ResourceKind::Topic, text, "constant");
            }
        }
    }
}

/// Places that name such a constant: a write where the name is handed to what sends, else a read.
fn references(evaluator: &mut Evaluator<'_>) {
    let facts = evaluator.unit.facts();
    for (index, node) in facts.nodes.iter().enumerate() {
        let Node::Path(reference, _) = *node else { continue };
        let name = evaluator.unit.last_segment(reference);
        if !is_topic_name(evaluator, name) {
            continue;
        }
        let Some(constant) = evaluator.unit.here(reference) else { continue };
        let access = if is_sent(evaluator, NodeIx(index as u32)) { Access::Write } else { Access::Read };
        named(evaluator, constant, access, evaluator.site(reference), NodeIx(index as u32));
    }
}

/// Whether a value is an argument of something that sends.
fn is_sent(evaluator: &Evaluator<'_>, node: NodeIx) -> bool {
    let facts = evaluator.unit.facts();
    facts.accesses.iter().any(|access| {
        let name = match (access.kind, facts.nodes.get(access.on.index())) {
            (AccessKind::Method, _) => evaluator.unit.name(access.name),
            (AccessKind::Call, Some(Node::Path(reference, _))) => evaluator.unit.last_segment(*reference),
            _ => return false,
        };
        sends(name) && facts.node_list(access.arguments).contains(&node)
    })
}

/// Whether a function of this name puts something into a queue.
fn sends(name: &str) -> bool {
    const VERBS: [&str; 8] =
        ["enqueue", "publish", "send", "produce", "push", "schedule", "dispatch", "submit"];
    VERBS.iter().any(|verb| name.starts_with(verb))
}

/// Jobs that are put into a queue: what is handed to `enqueue` is of a type with such a constant.
fn queued(evaluator: &mut Evaluator<'_>) {
    let facts = evaluator.unit.facts();
    for access in &facts.accesses {
        if access.kind != AccessKind::Method || !sends(evaluator.unit.name(access.name)) {
            continue;
        }
        let site = Site { pos: access.pos, scope: access.scope, test: access.test };
        let values = std::iter::once(access.on).chain(facts.node_list(access.arguments).iter().copied());
        for value in values {
            let Some(TypeName::Here(ty)) = evaluator.pointee(value).and_then(|ty| ty.name()) else { continue };
            for constant in constants_of(evaluator, ty) {
                named(evaluator, constant, Access::Write, site, value);
            }
        }
    }
}

/// The associated constants of a type that name topics.
fn constants_of(evaluator: &Evaluator<'_>, ty: Definition) -> Vec<Definition> {
    let graph = evaluator.world.graph;
    let mut found = Vec::new();
    for (unit, index) in graph.impls_of(ty) {
        let unit = graph.unit(unit);
        let facts = unit.facts();
        let (start, end) = facts.impls[index].members;
        for body in &facts.bodies {
            if let Owner::Member(member) = body.owner
                && (start..end).contains(&member)
                && facts.members[member as usize].kind == MemberKind::Const
                && is_topic_name(evaluator, unit.name(facts.members[member as usize].name))
            {
                found.extend(unit.owner(body));
            }
        }
    }
    found
}

/// Notes a use of the topics that a constant names.
fn named(evaluator: &mut Evaluator<'_>, constant: Definition, access: Access, site: Site, node: NodeIx) {
    let name = evaluator.world.graph.short_name(constant).to_owned();
    for topic in evaluator.constant(constant).names() {
        if is_topic(&name, &topic) {
            evaluator.in_body_of(node, |evaluator| {
                evaluator.resource(ResourceKind::Topic, access, &Value::text(&topic), (site, "constant"));
            });
        }
    }
}
