//! Redis: the keys and channels that commands are given (the documentation of `redis::Commands` and of the commands).

use super::receiver::{Receiver, receiver};
use super::{Detector, NOTHING};
use crate::data::eval::resources::pattern;
use crate::data::eval::value::{Piece, Text, Value};
use crate::data::eval::{Call, Evaluator, Method};
use crate::data::model::ResourceKind;
use crate::extract::facts::Owner;
use crate::graph::flow::{Definition, UnitId};
use crate::sql::Access;
use std::sync::Arc;

const VIA: &str = "redis";
/// Clients, as code names their crates.
pub(super) const CRATES: &[&str] = &[
    "redis",
    "fred",
    "rustis",
    "deadpool_redis",
    "bb8_redis",
    "r2d2_redis",
    "mobc_redis",
    "redis_pool",
    "redis_cluster_async",
];

pub(super) const DETECTOR: Detector = Detector { call, method, end: named_keys, ..NOTHING };

/// Commands that read what lies under their first argument; a method is called like the command, with or without `_`.
const READS: &[&str] = &[
    "bitcount", "bitpos", "dump", "exists", "expiretime", "geodist", "geohash", "geopos", "georadius", "get", "getbit",
    "getrange", "hexists", "hget", "hgetall", "hkeys", "hlen", "hmget", "hrandfield", "hscan", "hscanmatch", "hstrlen",
    "hvals", "keys", "keytype", "lindex", "llen", "lpos", "lrange", "mget", "objectencoding", "objectidletime",
    "pexpiretime", "pfcount", "pttl", "scanmatch", "scard", "sdiff", "sinter", "sismember", "smembers", "smismember",
    "srandmember", "srandmembermultiple", "sscan", "sscanmatch", "strlen", "sunion", "ttl", "type", "xinfoconsumers",
    "xinfogroups", "xinfostream", "xlen", "xpending", "xpendingcount", "xrange", "xrangeall", "xrangecount",
    "xrevrange", "xrevrangeall", "zcard", "zcount", "zlexcount", "zmscore", "zrange", "zrangebylex", "zrangebyscore",
    "zrangebyscorelimit", "zrangebyscorewithscores", "zrangewithscores", "zrank", "zrevrange", "zrevrangebylex",
    "zrevrangebyscore", "zrevrangewithscores", "zrevrank", "zscan", "zscanmatch", "zscore", "zscoremultiple",
];

/// Commands that change it.
const WRITES: &[&str] = &[
    "append", "blmove", "blpop", "brpop", "brpoplpush", "bzpopmax", "bzpopmin", "copy", "decr", "decrby", "del",
    "expire", "expireat", "geoadd", "getdel", "getex", "getset", "hdel", "hexpire", "hincr", "hincrby", "hincrbyfloat",
    "hmset", "hset", "hsetex", "hsetmultiple", "hsetnx", "incr", "incrby", "incrbyfloat", "linsert", "linsertafter",
    "linsertbefore", "lmove", "lpop", "lpush", "lpushexists", "lpushx", "lrem", "lset", "ltrim", "mset", "msetnx",
    "persist", "pexpire", "pexpireat", "pfadd", "pfmerge", "psetex", "rename", "renamenx", "restore", "rpop",
    "rpoplpush", "rpush", "rpushexists", "rpushx", "sadd", "sdiffstore", "set", "setbit", "setex", "setmultiple",
    "setnx", "setoptions", "setrange", "sinterstore", "smove", "spop", "srem", "sunionstore", "unlink", "xack", "xadd",
    "xaddmap", "xaddmaxlen", "xautoclaim", "xautoclaimoptions", "xclaim", "xclaimoptions", "xdel", "xgroupcreate",
    "xgroupcreatemkstream", "xgroupdestroy", "xtrim", "zadd", "zaddmultiple", "zaddoptions", "zincr", "zincrby",
    "zinterstore", "zpopmax", "zpopmin", "zrem", "zrembylex", "zrembyrank", "zrembyscore", "zremrangebylex", "zremrangebyrank",
    "zremrangebyscore", "zrevrangestore", "zunionstore",
];

/// Names that methods of other types have as well.
const SHARED: &[&str] = &[
    "append", "copy", "decr", "dump", "exists", "expire", "get", "getrange", "incr", "keys", "persist", "publish", "rename",
    "restore", "set", "setoptions", "spublish", "ttl", "type",
];

/// What a command does with its first argument, and what that is.
fn command(name: &str) -> Option<(ResourceKind, Access)> {
    let name = name.to_ascii_lowercase().replace('_', "");
    let name = name.as_str();
    match name {
        "publish" | "spublish" => Some((ResourceKind::Topic, Access::Write)),
        "subscribe" | "psubscribe" | "ssubscribe" => Some((ResourceKind::Topic, Access::Read)),
        _ if READS.binary_search(&name).is_ok() => Some((ResourceKind::CacheKey, Access::Read)),
        _ if WRITES.contains(&name) => Some((ResourceKind::CacheKey, Access::Write)),
        _ => None,
    }
}

/// `redis::cmd("GET")`, `UserKey(format!("user:{id}"))`
fn call<'a>(evaluator: &mut Evaluator<'a>, call: &Call<'a>) -> Option<Value> {
    if call.name == "cmd" && matches!(call.outside(evaluator), [krate, ..] if CRATES.contains(krate)) {
        return Some(Value::Command(call.args.first()?.names().pop()?.into()));
    }
    if let ([Value::Text(text)], Some(ty), true) = (call.args.as_slice(), call.here, call.name.ends_with("Key"))
        && (evaluator.names_crate(CRATES) || evaluator.uses(CRATES) && is_cache_key(evaluator, ty))
    {
        declare(evaluator, text);
    }
    None
}

/// Whether a type is called the key of a cache, or is one by its traits: `impl CacheKey for UserKey {}`.
fn is_cache_key(evaluator: &Evaluator<'_>, ty: Definition) -> bool {
    let graph = evaluator.world.graph;
    let has_trait = |(unit, index): (UnitId, usize)| {
        let facts = graph.unit(unit).facts();
        let last = facts.impls[index].of_trait.and_then(|path| facts.path(path).last());
        last.is_some_and(|last| facts.name(*last).contains("CacheKey"))
    };
    graph.short_name(ty).contains("Cache") || graph.impls_of(ty).any(has_trait)
}

fn method(evaluator: &mut Evaluator<'_>, method: &Method<'_>) -> Option<Value> {
    if let (Value::Command(name), "arg" | "key") = (&method.on, method.name) {
        let name = name.clone();
        if let (Some((kind, access)), Some(key)) = (command(&name), method.args.first()) {
            evaluator.resource(kind, access, key, (method.site, VIA));
        }
        // What comes later is no key.
        return Some(Value::Unknown);
    }
    if method.name == "cmd" && receiver(evaluator, method.on_node, CRATES) != Receiver::Other {
        // `pipe.cmd("GET")`
        let name = method.args.first()?.names().pop().filter(|name| command(name).is_some())?;
        return Some(Value::Command(name.into()));
    }
    let key = method.args.first()?;
    let (kind, access) = command(method.name)?;
    let counts = match receiver(evaluator, method.on_node, CRATES) {
        Receiver::Own => true,
        Receiver::Other => false,
        Receiver::Unknown if (kind, access) == (ResourceKind::Topic, Access::Read) => {
            evaluator.names_crate(CRATES)
                && evaluator.comes_from(method.on_node, |name| name.contains("pubsub"))
        }
        Receiver::Unknown => is_redis(evaluator, method),
    };
    if counts {
        evaluator.resource(kind, access, &key.clone(), (method.site, VIA));
    }
    None
}

/// Whether a method on something unknown is one of Redis: a client is used here, and the name says so.
fn is_redis(evaluator: &Evaluator<'_>, method: &Method<'_>) -> bool {
    let name = method.name.replace('_', "");
    evaluator.names_crate(CRATES)
        && (!SHARED.contains(&name.as_str())
            // `con.get::<_, String>(key)`
            || evaluator.type_arguments(method.access) > 1
            || evaluator.is_awaited(method.access))
}

/// Functions and constants that are called keys, where a client is used: keys are put together far from the commands.
fn named_keys(evaluator: &mut Evaluator<'_>) {
    if !evaluator.names_crate(CRATES) {
        return;
    }
    let facts = evaluator.unit.facts();
    for body in &facts.bodies {
        let name = match body.owner {
            Owner::Item(item) => facts.items[item.index()].name,
            Owner::Member(member) => facts.members[member as usize].name,
        };
        let name = evaluator.unit.name(name);
        let is_constant = name.ends_with("_KEY") || name.ends_with("_KEY_PREFIX") || name == "KEY";
        if !is_constant && !name.ends_with("_key") {
            continue;
        }
        for value in evaluator.value(body.result).alternatives() {
            if let Value::Text(text) = value {
                declare(evaluator, text);
            }
        }
    }
}

/// Notes the name of a key, if the text can be nothing else.
fn declare(evaluator: &mut Evaluator<'_>, text: &Arc<Text>) {
    let Some(name) = pattern(ResourceKind::CacheKey, text) else { return };
    let has_hole = text.pieces.iter().any(|piece| !matches!(piece, Piece::Known(..)));
    // `x-api-key` is the name of a header, `/users/` a path.
    if (name.contains(':') || has_hole) && !name.starts_with(['/', '*']) {
        evaluator.declare_resource(ResourceKind::CacheKey, text, VIA);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_listed_once_and_in_order() {
        for list in [READS, WRITES, SHARED] {
            assert!(list.is_sorted_by(|a, b| a < b), "{list:?}");
        }
        assert!(!READS.iter().any(|name| WRITES.contains(name)));
        assert!(SHARED.iter().all(|name| command(name).is_some()));
    }

    #[test]
    fn a_method_is_called_like_its_command() {
        assert_eq!(command("SETEX"), command("set_ex"));
        assert_eq!(command("set_ex"), Some((ResourceKind::CacheKey, Access::Write)));
        assert_eq!(command("PUBLISH"), Some((ResourceKind::Topic, Access::Write)));
        assert_eq!(command("PING"), None);
    }
}
