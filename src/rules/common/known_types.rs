//! What types from outside are to a boundary: connections, clients, locks, caches. By crate and name, as their
//! documentation has it; and what the types of the workspace are that wrap them.

use super::Context;
use crate::graph::Graph;
use crate::graph::flow::Definition;
use crate::graph::surface::{Head, TypeTree};

/// What a type from outside is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Known {
    /// A pool of database connections.
    DbPool,
    /// A connection to a database, or what stands for one: `Executor`, `ConnectionTrait`.
    DbConnection,
    /// A transaction.
    DbTransaction,
    /// A client of another service, or a handle of the process: HTTP, Redis, a broker, a runtime, a store of objects.
    Client,
    /// The end of a channel.
    Channel,
    /// Something that can be changed through a shared reference: a lock, a cell, an atomic.
    Lock,
    /// A map or cache that many may change at once.
    SharedMap,
    /// Filled once when it is first needed.
    Once,
    /// What holds one other thing: `Arc<T>`, `Box<T>`, `Option<T>`.
    Wrapper,
    /// The guard of a lock.
    Guard,
    /// Counters for monitoring.
    Metric,
}

/// Crates that talk to a database.
const DATABASES: &[&str] = &[
    "bb8_diesel",
    "bb8_postgres",
    "deadpool_diesel",
    "deadpool_postgres",
    "deadpool_sqlite",
    "diesel",
    "diesel_async",
    "libsql",
    "mongodb",
    "mysql",
    "mysql_async",
    "postgres",
    "r2d2_sqlite",
    "rusqlite",
    "sea_orm",
    "sqlx",
    "sqlx_core",
    "sqlx_mysql",
    "sqlx_postgres",
    "sqlx_sqlite",
    "tokio_postgres",
    "tokio_rusqlite",
];

/// Crates whose pools may hold connections of any kind; the types they hold tell.
const POOLS: &[&str] = &["bb8", "deadpool", "mobc", "r2d2"];

/// Crates that count for monitoring, and whose names those around them begin with: `prometheus_client`.
const METRICS: &[&str] = &["autometrics", "metrics", "opentelemetry", "prometheus", "prometric"];

/// Crates that write down what happens.
const LOGS: &[&str] = &["tracing", "tracing_subscriber"];

/// Whether a crate counts for monitoring.
pub fn is_metrics_crate(krate: &str) -> bool {
    let is_around = |rest: &str| rest.is_empty() || rest.starts_with('_');
    METRICS.iter().any(|name| krate.strip_prefix(name).is_some_and(is_around))
}

/// What a type from outside is, by its path; nothing for one that a boundary need not know.
pub fn known(path: &[String]) -> Option<Known> {
    let (krate, name) = (path.first()?.as_str(), path.last()?.as_str());
    if is_metrics_crate(krate) || LOGS.contains(&krate) {
        return Some(Known::Metric);
    }
    if DATABASES.contains(&krate) || POOLS.contains(&krate) {
        return database(krate, name);
    }
    by_name(krate, name)
}

fn database(krate: &str, name: &str) -> Option<Known> {
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    Some(match name {
        "ConnectionManager" | "PooledConnection" | "Object" | "PoolConnection" => Known::DbConnection,
        _ if name.contains("Transaction")
            && !name.contains("Isolation")
            && !ends(&["Manager", "Error", "Builder"]) =>
        {
            Known::DbTransaction
        }
        // sea-orm's documentation calls its `DatabaseConnection` a pool.
        "Pool" | "DatabasePool" | "DatabaseConnection" => Known::DbPool,
        _ if ends(&["Pool"]) => Known::DbPool,
        "Executor" | "Acquire" | "ConnectionTrait" | "StreamerTrait" | "GenericClient" | "Conn" => {
            Known::DbConnection
        }
        "Queryable" if krate != "diesel" => Known::DbConnection,
        _ if ends(&["Connection", "Conn", "ConnectionLike"]) => Known::DbConnection,
        "Client" | "Database" | "Collection" | "Session" | "ClientSession" => Known::DbConnection,
        _ => return None,
    })
}

fn by_name(krate: &str, name: &str) -> Option<Known> {
    let is_std = matches!(krate, "std" | "core" | "alloc");
    Some(match name {
        "Arc" | "Rc" | "Box" | "Option" | "Pin" | "Cow" if is_std => Known::Wrapper,
        "CachePadded" | "ManuallyDrop" | "AssertUnwindSafe" => Known::Wrapper,
        "Lazy" | "LazyLock" | "LazyCell" | "OnceLock" | "OnceCell" | "OnceBox" | "SetOnce" | "AsyncOnce"
        | "AsyncOnceCell" | "Once" => Known::Once,
        "Mutex" | "RwLock" | "FairMutex" | "ReentrantMutex" | "ReentrantLock" | "RefCell" | "Cell"
        | "UnsafeCell" | "ArcSwap" | "ArcSwapOption" | "ArcSwapAny" | "AtomicCell" | "Semaphore"
        | "Notify" | "Condvar" | "Barrier" => Known::Lock,
        _ if name.starts_with("Atomic") => Known::Lock,
        "DashMap"
        | "DashSet"
        | "ShardedLock"
        | "SkipMap"
        | "SkipSet"
        | "SegQueue"
        | "ArrayQueue"
        | "TtlCache"
        | "MemoryStore"
        | "RateLimiter"
        | "DefaultKeyedRateLimiter"
        | "DefaultDirectRateLimiter"
        | "Slab" => Known::SharedMap,
        "Cache" | "SegmentedCache" | "SizedCache" | "TimedCache" | "UnboundCache" | "LruCache" => {
            Known::SharedMap
        }
        "HashMap" | "HashSet" | "TreeIndex" | "HashIndex"
            if matches!(krate, "scc" | "flurry" | "papaya" | "evmap") =>
        {
            Known::SharedMap
        }
        _ if name.ends_with("Guard") => Known::Guard,
        "Ref" | "RefMut" if is_std || krate == "dashmap" => Known::Guard,
        "Sender" | "Receiver" | "UnboundedSender" | "UnboundedReceiver" | "SyncSender"
        | "BroadcastSender" => Known::Channel,
        "Runtime" | "Handle" if krate == "tokio" => Known::Client,
        "JoinHandle" | "CancellationToken" | "TaskTracker" | "JoinSet" => Known::Client,
        _ if krate == "std" => return None,
        _ if [
            "Client",
            "ConnectionManager",
            "MultiplexedConnection",
            "Producer",
            "Consumer",
            "ClusterConnection",
        ]
        .iter()
        .any(|end| name.ends_with(end)) =>
        {
            Known::Client
        }
        "Operator" if krate == "opendal" => Known::Client,
        "ObjectStore" if krate == "object_store" => Known::Client,
        "AsyncSmtpTransport" | "SmtpTransport" | "ClientWithMiddleware" => Known::Client,
        _ if matches!(krate, "redis" | "fred" | "deadpool_redis" | "bb8_redis" | "r2d2_redis")
            && ["Pool", "Connection"].iter().any(|end| name.ends_with(end)) =>
        {
            Known::Client
        }
        _ => return None,
    })
}

/// How deep the types of the workspace are looked into.
const MAX_DEPTH: usize = 6;

/// What a type is if it gives access to a database: a pool, a connection or a transaction, also behind references,
/// wrappers and locks, as the bound of a parameter, or as the one thing that a type of the workspace is made of.
pub fn db_handle(ctx: &Context, tree: &TypeTree) -> Option<Known> {
    Search { ctx, seen: Vec::new(), passed: false }.handle(tree)
}

/// The same of what is passed from one module to another: a type of the workspace counts if it is called a connection or
/// is used like one, whatever else it holds. Others that hold one keep it to themselves.
pub fn passed_db_handle(ctx: &Context, tree: &TypeTree) -> Option<Known> {
    Search { ctx, seen: Vec::new(), passed: true }.handle(tree)
}

/// The same, also of what is a part of a type: of a list, of a tuple.
pub fn passed_db_handle_within(ctx: &Context, tree: &TypeTree) -> Option<Known> {
    let own = passed_db_handle(ctx, tree);
    own.or_else(|| tree.parts.iter().filter_map(|part| passed_db_handle_within(ctx, part)).max())
}

struct Search<'a> {
    ctx: &'a Context<'a>,
    seen: Vec<Definition>,
    passed: bool,
}

impl Search<'_> {
    fn handle(&mut self, tree: &TypeTree) -> Option<Known> {
        match &tree.head {
            Head::Outside(path) if path.first().is_some_and(|krate| POOLS.contains(&krate.as_str())) => {
                known(path).filter(|_| !tree.parts.iter().any(|part| is_no_database(self.ctx.graph, part)))
            }
            Head::Outside(path) => match known(path) {
                Some(db @ (Known::DbPool | Known::DbConnection | Known::DbTransaction)) => Some(db),
                Some(Known::Wrapper | Known::Lock | Known::Once | Known::Guard) => self.first(tree),
                // `Result<Conn>`: what is handed out.
                _ if path.last().is_some_and(|name| name == "Result") => {
                    tree.parts.first().and_then(|part| self.handle(part))
                }
                _ => None,
            },
            Head::Borrowed { .. } | Head::Parameter(_) | Head::Dyn | Head::Impl => self.first(tree),
            Head::Here(definition) => self.of_named(*definition),
            _ => None,
        }
    }

    fn first(&mut self, tree: &TypeTree) -> Option<Known> {
        tree.parts.iter().find_map(|part| self.handle(part))
    }

    /// What was found out about a type of the workspace before, unless it is one within another.
    fn of_named(&mut self, definition: Definition) -> Option<Known> {
        let ctx = self.ctx;
        match self.seen.is_empty() {
            true => ctx.connections[usize::from(self.passed)].of(definition, || self.of_type(definition)),
            false => self.of_type(definition),
        }
    }

    /// A type of the workspace is a handle if it is made of one, and of nothing else that counts.
    fn of_type(&mut self, definition: Definition) -> Option<Known> {
        let graph = self.ctx.graph;
        if self.seen.len() >= MAX_DEPTH || self.seen.contains(&definition) || graph.is_trait(definition) {
            return None;
        }
        let used_like_one = self.passed && is_used_like_one(graph, definition);
        if self.passed && !used_like_one {
            return None;
        }
        self.seen.push(definition);
        let mut found = None;
        for field in graph.fields_of(definition) {
            match self.handle(&field.ty) {
                Some(known) => found = found.max(Some(known)),
                None if used_like_one || is_plumbing(&field.ty) => {}
                None => {
                    self.seen.pop();
                    return None;
                }
            }
        }
        self.seen.pop();
        found
    }
}

/// Words in the names of types that stand for connections.
const HANDLE_WORDS: &[&str] =
    &["conn", "connection", "database", "db", "executor", "pool", "session", "transaction", "tx", "txn"];

/// Traits through which a type is used like the connection in it.
const HANDLE_TRAITS: &[&str] = &[
    "AsMut",
    "AsRef",
    "Borrow",
    "BorrowMut",
    "Connection",
    "ConnectionTrait",
    "Deref",
    "DerefMut",
    "Executor",
];

/// Last words of names that leave it to the first one what something is: `DbHandle`.
const VAGUE_WORDS: &[&str] = &["client", "guard", "handle", "impl", "inner", "wrapper"];

fn is_used_like_one(graph: &Graph, definition: Definition) -> bool {
    let words: Vec<String> = words(graph.short_name(definition)).collect();
    let says = |word: Option<&String>| word.is_some_and(|word| HANDLE_WORDS.contains(&word.as_str()));
    let is_vague = words.last().is_some_and(|word| VAGUE_WORDS.contains(&word.as_str()));
    says(words.last()) || (is_vague && says(words.first())) || graph.has_trait(definition, HANDLE_TRAITS)
}

/// The words of a name in camel case, in small letters.
fn words(name: &str) -> impl Iterator<Item = String> {
    let mut words: Vec<String> = Vec::new();
    for c in name.chars() {
        match words.last_mut() {
            Some(word) if !c.is_uppercase() => word.extend(c.to_lowercase()),
            _ => words.push(c.to_lowercase().collect()),
        }
    }
    words.into_iter()
}

/// Whether what a pool holds is a connection to something that is no database.
fn is_no_database(graph: &Graph, tree: &TypeTree) -> bool {
    const OTHERS: &[&str] = &["amqp", "http", "imap", "lapin", "ldap", "memcache", "redis", "smtp", "ssh"];
    let other = |text: &str| OTHERS.iter().any(|other| text.to_lowercase().contains(other));
    let own = match &tree.head {
        Head::Outside(path) => path.iter().any(|part| other(part)),
        Head::Here(definition) => other(graph.short_name(*definition)),
        _ => false,
    };
    own || tree.parts.iter().any(|part| is_no_database(graph, part))
}

/// Whether a field only serves the handle beside it: permits, locks, flags, markers.
fn is_plumbing(tree: &TypeTree) -> bool {
    match &tree.head {
        Head::Primitive(name) => name != "str",
        Head::Outside(path) => {
            let name = path.last().map_or("", String::as_str);
            matches!(
                name,
                "PhantomData" | "OwnedSemaphorePermit" | "SemaphorePermit" | "Duration" | "Instant"
            ) || matches!(known(path), Some(Known::Lock | Known::Wrapper | Known::Metric))
                && tree.parts.iter().all(is_plumbing)
        }
        Head::Borrowed { .. } => tree.parts.iter().all(is_plumbing),
        Head::Tuple => tree.parts.iter().all(is_plumbing),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_apart_into_words() {
        let words = |name: &str| words(name).collect::<Vec<_>>().join(" ");
        assert_eq!(words("DbConn"), "db conn");
        assert_eq!(words("Payments"), "payments");
        assert_eq!(words("pg_pool"), "pg_pool");
    }
}
