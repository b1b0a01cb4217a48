//! What a type makes of the place that holds it: a handle of something outside the process, a container that changes, or
//! nothing that matters to a boundary.

use super::known_types::{Known, is_metrics_crate, known};
use crate::graph::Graph;
use crate::graph::flow::Definition;
use crate::graph::surface::{Head, TypeTree};

/// What a value is to a boundary; the later ones weigh more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Settings that are read when they are first needed.
    Config,
    /// Something that changes while the program runs.
    Container,
    /// Tasks, or what runs them.
    Runtime,
    /// A client of another service.
    Client,
    /// A connection to a database.
    Connection,
    /// A pool of connections.
    Pool,
}

impl Class {
    /// It leads out of the process.
    pub fn is_handle(self) -> bool {
        self > Class::Container
    }

    /// What it is called in a message.
    pub fn noun(self) -> &'static str {
        match self {
            Class::Config => "lazily read config",
            Class::Container => "mutable container",
            Class::Runtime => "runtime handle",
            Class::Client => "client",
            Class::Connection => "database connection",
            Class::Pool => "connection pool",
        }
    }
}

/// How deep types are looked into.
const MAX_DEPTH: usize = 8;
/// How many types of the workspace are looked into for one type.
const MAX_TYPES: usize = 200;

/// The weightiest handle or container in a type: in its arguments, behind wrappers and locks, in the fields of the types of
/// the workspace.
pub fn class(graph: &Graph, tree: &TypeTree) -> Option<Class> {
    let named = match &core(tree).head {
        Head::Outside(path) if known(path).is_none() => client_by_name(path),
        _ => None,
    };
    Look { graph, seen: Vec::new() }.class(tree, 0).max(named)
}

/// A type that holds settings, by its name; locks around it are how they are read again.
pub fn is_config(graph: &Graph, tree: &TypeTree) -> bool {
    match &core(tree).head {
        Head::Here(definition) => says_config(graph.short_name(*definition)),
        Head::Outside(path) => {
            let krate = path.first().map_or("", String::as_str);
            matches!(krate, "config" | "figment" | "twelf") && path.last().is_some_and(|n| says_config(n))
        }
        _ => false,
    }
}

/// What a type holds in the end, without what is put around it.
pub fn core(tree: &TypeTree) -> &TypeTree {
    let around = match &tree.head {
        Head::Borrowed { .. } => true,
        Head::Outside(path) => {
            matches!(known(path), Some(Known::Once | Known::Wrapper | Known::Lock | Known::Guard))
                || path.last().is_some_and(|name| name == "Result")
        }
        _ => false,
    };
    // The first argument: of a guard's two, of `Result`'s two.
    let inner = tree.parts.iter().find(|part| part.head != Head::Unknown);
    inner.filter(|_| around).map_or(tree, core)
}

/// What the names of settings end in.
const CONFIG_WORDS: [&str; 9] =
    ["config", "configuration", "settings", "options", "opts", "args", "cfg", "conf", "configs"];

/// Whether the last word of a name says that it holds settings: `Settings`, `APP_CONFIG`.
pub fn says_config(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    // The parsed arguments of the program; `GitCli` would be a client.
    lower == "cli"
        || CONFIG_WORDS.iter().any(|word| {
            let Some(start) = lower.strip_suffix(word).map(str::len) else { return false };
            let mut word = name[start..].chars();
            let is_capitalised =
                word.next().is_some_and(char::is_uppercase) && word.next().is_some_and(char::is_lowercase);
            name[..start].chars().next_back().is_none_or(|before| before == '_' || is_capitalised)
        })
}

/// Whether something counts for monitoring, by its name.
pub fn says_metrics(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["metrics", "metric"].iter().any(|end| lower.ends_with(end))
}

/// Whether a type holds nothing but a counter for monitoring.
pub fn is_metric(graph: &Graph, tree: &TypeTree) -> bool {
    match &core(tree).head {
        Head::Outside(path) => known(path) == Some(Known::Metric),
        Head::Here(definition) => counts_events(graph, *definition),
        _ => false,
    }
}

/// Whether a type of the workspace counts for monitoring: by its name, or by the name and the place of a counter.
fn counts_events(graph: &Graph, definition: Definition) -> bool {
    let name = graph.short_name(definition);
    let is_counter = ["Counter", "Gauge", "Histogram"].iter().any(|word| name.contains(word));
    says_metrics(name) || is_counter && graph.path_of(definition).split("::").any(says_metrics)
}

/// Looks into one type.
struct Look<'a> {
    graph: &'a Graph,
    seen: Vec<Definition>,
}

impl Look<'_> {
    fn class(&mut self, tree: &TypeTree, depth: usize) -> Option<Class> {
        if depth > MAX_DEPTH {
            return None;
        }
        match &tree.head {
            Head::Outside(path) => self.outside(path, tree, depth),
            Head::Here(definition) => self.here(*definition, depth).max(self.parts(tree, depth)),
            Head::Fn | Head::Primitive(_) | Head::Unknown | Head::Binding(_) => None,
            Head::Parameter(_)
            | Head::Borrowed { .. }
            | Head::Tuple
            | Head::Slice
            | Head::Dyn
            | Head::Impl => self.parts(tree, depth),
        }
    }

    fn parts(&mut self, tree: &TypeTree, depth: usize) -> Option<Class> {
        tree.parts.iter().filter_map(|part| self.class(part, depth + 1)).max()
    }

    fn outside(&mut self, path: &[String], tree: &TypeTree, depth: usize) -> Option<Class> {
        let name = path.last().map_or("", String::as_str);
        if name == "PhantomData" || name == "Weak" {
            return None;
        }
        match (path.first().map_or("", String::as_str), name) {
            ("tonic", "Channel") => return Some(Class::Client),
            ("rayon", "ThreadPool") => return Some(Class::Runtime),
            _ => {}
        }
        let Some(known) = known(path) else { return self.parts(tree, depth) };
        match known {
            Known::DbPool => Some(Class::Pool),
            Known::DbConnection | Known::DbTransaction => Some(Class::Connection),
            Known::Client if name.ends_with("Pool") => Some(Class::Pool),
            Known::Client if is_runtime(name) => Some(Class::Runtime),
            Known::Client => Some(Class::Client),
            Known::Channel => Some(Class::Container),
            Known::Lock | Known::SharedMap if self.counts(tree) => None,
            Known::Lock | Known::SharedMap => {
                self.parts(tree, depth).filter(|class| class.is_handle()).or(Some(Class::Container))
            }
            Known::Once | Known::Wrapper | Known::Guard => self.parts(tree, depth),
            Known::Metric => None,
        }
    }

    /// Whether a type holds counters for monitoring.
    fn counts(&self, tree: &TypeTree) -> bool {
        tree.parts.iter().any(|part| {
            part.any(&mut |part| match &part.head {
                Head::Outside(path) => path.first().is_some_and(|krate| is_metrics_crate(krate)),
                Head::Here(definition) => counts_events(self.graph, *definition),
                _ => false,
            })
        })
    }

    /// What the fields of a type of the workspace make of it.
    fn here(&mut self, definition: Definition, depth: usize) -> Option<Class> {
        let skip = self.seen.len() >= MAX_TYPES
            || self.seen.contains(&definition)
            || self.graph.is_trait(definition)
            || counts_events(self.graph, definition);
        if skip {
            return None;
        }
        self.seen.push(definition);
        let fields = self.graph.fields_of(definition);
        fields.iter().filter_map(|field| self.class(&field.ty, depth + 1)).max()
    }
}

fn is_runtime(name: &str) -> bool {
    matches!(name, "Runtime" | "Handle" | "JoinHandle" | "CancellationToken" | "TaskTracker" | "JoinSet")
}

/// A type from outside that is not known by its crate, whose name says that it talks to something.
fn client_by_name(path: &[String]) -> Option<Class> {
    let (krate, name) = (path.first()?.as_str(), path.last()?.as_str());
    if matches!(krate, "std" | "core" | "alloc") {
        return None;
    }
    let ends = |end: &str| name.ends_with(end);
    match () {
        () if ends("ThreadPool") => Some(Class::Runtime),
        () if ends("Pool") => Some(Class::Pool),
        () if ends("Client") || ends("Connection") || ends("Session") || ends("Producer") => {
            Some(Class::Client)
        }
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_of_a_name_tells_settings() {
        for name in [
            "Config",
            "CONFIG",
            "AppSettings",
            "APP_SETTINGS",
            "CliArgs",
            "conf",
            "DbCfg",
            "HTTPConfig",
            "Cli",
        ] {
            assert!(says_config(name), "{name}");
        }
        for name in ["CONFIG_REGEX", "GitCli", "Barconf", "ConfigError", "Margs", "", "PARGS"] {
            assert!(!says_config(name), "{name}");
        }
    }

    #[test]
    fn metrics_have_crates_and_names() {
        assert!(is_metrics_crate("prometheus_client") && is_metrics_crate("metrics"));
        assert!(!is_metrics_crate("metricsql"));
        assert!(says_metrics("HttpMetrics") && !says_metrics("MetricsError"));
    }

    #[test]
    fn clients_have_names() {
        let by_name = |text: &str| client_by_name(&text.split("::").map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(by_name("acme::AcmeClient"), Some(Class::Client));
        assert_eq!(by_name("acme::Pool"), Some(Class::Pool));
        assert_eq!(by_name("rayon::ThreadPool"), Some(Class::Runtime));
        assert_eq!(by_name("std::Session"), None);
        assert_eq!(by_name("acme::ClientBuilder"), None);
    }
}
