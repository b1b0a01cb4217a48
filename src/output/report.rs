//! What a check found, ready to be written in any format.

use super::completeness::{Completeness, Part};
use super::view::Declared;
use crate::baseline::{Delta, Since};
use crate::config::policy::{ModuleId, Place, Policy, Severity};
use crate::config::{Unmatched, UnmatchedEntry};
use crate::exceptions::Exception;
use crate::graph::{self, Model, Resolution};
use crate::rules::{self, Context, Finding, Site};
use crate::source::{CargoPackage, Package, Tree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// The outcome of a check.
#[derive(Clone, Debug, Default, bitcode::Encode, bitcode::Decode)]
pub struct Report {
    /// In the order in which to show them.
    pub findings: Vec<Finding>,
    /// How many references resolved.
    pub resolution: Resolution,
    /// The same per declared module, in the policy's order.
    pub modules: Vec<Part>,
    /// How much was looked at.
    pub extent: Extent,
    /// Why the analysis falls short of what the policy allows: phrases; empty if it does not.
    pub incomplete: Vec<String>,
    /// What is worth knowing though it is no finding: phrases.
    pub notices: Vec<String>,
    /// Rules that could find nothing, each with the reason: a phrase.
    pub idle: BTreeMap<String, String>,
    /// Exceptions in the source, of code that counts.
    pub exceptions: Vec<Exception>,
    /// How the findings differ from the baseline; `None` if there is none.
    #[bitcode(skip)]
    pub delta: Option<Delta>,
    /// How the findings differ from those of an earlier revision; `None` if nobody asked.
    #[bitcode(skip)]
    pub since: Option<Since>,
    /// Where the workspace lies in its repository: a path with `/` at its end; empty for its root, or without one.
    #[bitcode(skip)]
    pub folder: String,
    /// The text of the files that findings show, by path. Not kept from one run to the next.
    #[bitcode(skip)]
    pub sources: BTreeMap<String, Arc<str>>,
    /// The packages that were asked for, as cargo's messages name them. Not kept from one run to the next.
    #[bitcode(skip)]
    pub packages: Vec<CargoPackage>,
}

/// How much a check looked at.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    serde::Serialize,
    schemars::JsonSchema,
    bitcode::Encode,
    bitcode::Decode,
)]
pub struct Extent {
    /// Modules declared in the policy.
    pub modules: usize,
    /// Source modules.
    pub source_modules: usize,
    /// Rust files.
    pub files: usize,
}

/// Of which places of a finding the source is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Of its first site.
    FirstPlace,
    /// Of all that it names.
    EveryPlace,
}

impl Report {
    /// Puts findings together with how much was seen.
    pub fn new(findings: Vec<Finding>, context: &Context) -> Report {
        let (policy, assignment, model) = (context.policy, context.assignment, context.model());
        let completeness = Completeness::new((policy, assignment), model);
        Report {
            idle: rules::idle(policy),
            exceptions: exceptions(context),
            incomplete: incomplete(context, completeness.shortfall),
            delta: None,
            since: None,
            folder: String::new(),
            sources: BTreeMap::new(),
            packages: Vec::new(),
            findings,
            resolution: model.resolution.clone(),
            modules: completeness.modules,
            extent: Extent {
                modules: policy.modules.len(),
                source_modules: model.nodes.len(),
                files: model.files.len(),
            },
            notices: completeness.notice.into_iter().chain(rules::deprecated(context)).collect(),
        }
    }

    /// The findings that are to be dealt with: not accepted before, or occurring more often than that.
    pub fn open(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.standing.is_open())
    }

    /// Adds the texts that open findings show.
    pub fn add_sources(&mut self, shown: Shown, policy: &Policy, tree: &dyn Tree) {
        let first = |finding: &Finding| finding.sites.first().map(|site| site.file.clone());
        let files: BTreeSet<String> = match shown {
            Shown::FirstPlace => self.open().filter_map(first).collect(),
            Shown::EveryPlace => self.open().flat_map(files).map(str::to_owned).collect(),
        };
        self.sources.extend(texts(files, policy, tree));
    }

    /// How many open findings there are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.open().filter(|f| f.severity == severity).count()
    }

    /// Keeps those of the workspace's packages that are chosen by their index, and the findings whose first site lies in one
    /// of them.
    pub fn retain_packages(&mut self, packages: &[Package], chosen: &[usize]) {
        let manifests: Vec<&str> = packages.iter().map(|package| package.manifest.as_str()).collect();
        self.findings.retain(|finding| {
            let file = finding.sites.first().map_or("", |site| &site.file);
            package_of(&manifests, file).is_some_and(|package| chosen.contains(&package))
        });
        let mut index = 0..;
        self.packages.retain(|_| index.next().is_some_and(|index| chosen.contains(&index)));
    }

    /// The package whose folder holds a file.
    pub fn package_of(&self, file: &str) -> Option<&CargoPackage> {
        let package = innermost(self.packages.iter().map(|package| package.folder.as_str()), file);
        package.map(|index| &self.packages[index])
    }

    /// A file's path in the repository. One that lies outside the workspace keeps the path that it is known by.
    pub fn in_repository(&self, file: &str) -> String {
        match Path::new(file).is_absolute() {
            true => file.to_owned(),
            false => format!("{}{file}", self.folder),
        }
    }

    /// Makes warnings count as errors.
    pub fn deny(&mut self, which: impl Fn(&Finding) -> bool) {
        self.findings
            .iter_mut()
            .filter(|finding| which(finding))
            .for_each(|finding| finding.severity = Severity::Deny);
    }
}

/// The texts of files, as far as they can be read. The policy may lie outside the workspace.
pub fn texts(
    files: BTreeSet<String>,
    policy: &Policy,
    tree: &dyn Tree,
) -> impl Iterator<Item = (String, Arc<str>)> {
    files.into_iter().filter_map(|file| {
        let text = match file == policy.file {
            true => Arc::from(policy.text.as_str()),
            false => tree.read(&file).ok()?,
        };
        Some((file, text))
    })
}

/// The files that a finding names a place in.
fn files(finding: &Finding) -> impl Iterator<Item = &str> {
    let sites = finding.sites.iter().map(|site| site.file.as_str());
    let trail = finding.trail.iter().map(|step| step.file.as_str());
    sites.chain(trail).chain(finding.policy.iter().map(|policy| policy.file.as_str()))
}

/// The exceptions of the code that counts.
pub fn exceptions(context: &Context) -> Vec<Exception> {
    let model = context.model();
    let counted = model.exceptions.iter().filter(|exception| context.checks_tests() || !exception.test);
    let exception = |exception: &graph::Exception| Exception {
        site: Site {
            file: exception.file.clone(),
            line: exception.place.0,
            column: exception.place.1,
            width: (exception.text.chars().count() + "// modcheck: ".len()) as u32,
            label: String::new(),
        },
        until: exception.until,
        text: exception.text.to_string(),
        source_module: model.node(exception.node).id.clone(),
        module: context.module_of(exception.node).map(|module| context.name(module).to_owned()),
    };
    counted.map(exception).collect()
}

/// The package whose folder holds a file; of nested ones the innermost.
fn package_of(manifests: &[&str], file: &str) -> Option<usize> {
    innermost(manifests.iter().map(|manifest| manifest.strip_suffix("Cargo.toml").unwrap_or(manifest)), file)
}

/// The innermost of the folders that hold a file; each is empty or ends with `/`.
fn innermost<'a>(folders: impl Iterator<Item = &'a str>, file: &str) -> Option<usize> {
    let holding = folders.enumerate().filter(|(_, folder)| file.starts_with(folder));
    holding.max_by_key(|(_, folder)| folder.len()).map(|(index, _)| index)
}

/// Where the analysis of a workspace falls short: files it could not see into, and fewer references resolved than the
/// policy, if there is one, asks for.
pub fn shortfalls(declared: Option<Declared<'_>>, model: &Model) -> Vec<String> {
    let mut reasons = unseen(model);
    reasons.extend(declared.and_then(|declared| Completeness::new(declared, model).shortfall));
    reasons
}

/// Why the analysis falls short of what the policy allows; empty if it does not.
pub fn incompleteness(context: &Context) -> Vec<String> {
    let completeness = Completeness::new((context.policy, context.assignment), context.model());
    incomplete(context, completeness.shortfall)
}

fn incomplete(context: &Context, shortfall: Option<String>) -> Vec<String> {
    let policy = context.policy;
    let mut reasons = unseen(context.model());
    reasons.extend(shortfall);
    reasons.extend(context.assignment.unmatched.iter().map(|u| unmatched_selector(policy, u)));
    reasons.extend(context.ownership.unmatched.iter().map(|u| unmatched_entry(policy, u)));
    reasons
}

/// Files that the analysis could not see into.
fn unseen(model: &Model) -> Vec<String> {
    let fatal = model.problems.iter().filter(|p| p.kind.is_fatal());
    fatal.map(|p| format!("{}:{}:{}: {}", p.file, p.line, p.column, p.message)).collect()
}

fn unmatched_selector(policy: &Policy, unmatched: &Unmatched) -> String {
    at(policy, unmatched.place, selector_phrase(policy, unmatched))
}

fn unmatched_entry(policy: &Policy, unmatched: &UnmatchedEntry) -> String {
    at(policy, unmatched.place, entry_phrase(policy, unmatched))
}

fn at(policy: &Policy, place: Place, phrase: String) -> String {
    format!("{}:{}:{}: {phrase}", policy.file, place.line, place.column)
}

/// What is wrong with a selector that binds nothing.
pub fn selector_phrase(policy: &Policy, unmatched: &Unmatched) -> String {
    let Unmatched { module, selector, suggestion, taken_by, .. } = unmatched;
    let name = |module: ModuleId| &policy.module(module).name;
    let reason = match (taken_by, suggestion) {
        (Some(other), _) => {
            format!("holds no code: all of it went to the more specific paths of `{}`", name(*other))
        }
        (None, Some(path)) => format!("matches nothing; did you mean `{path}`?"),
        (None, None) => "matches nothing".to_owned(),
    };
    format!("the path `{selector}` of `{}` {reason}", name(*module))
}

/// What is wrong with an entry of `owns` that matches nothing.
pub fn entry_phrase(policy: &Policy, unmatched: &UnmatchedEntry) -> String {
    let UnmatchedEntry { module, key, noun, glob, suggestion, .. } = unmatched;
    let meant = suggestion.as_ref().map_or_else(String::new, |name| format!("; did you mean `{name}`?"));
    format!("`{glob}` in `{key}` of `{}` matches no {noun}{meant}", policy.module(*module).name)
}

/// A share with one decimal, rounded down so that only all of it is 100 %.
pub fn percent(share: f64) -> String {
    let tenths = (share * 1000.0).floor() as u64;
    if tenths.is_multiple_of(10) {
        format!("{} %", tenths / 10)
    } else {
        format!("{}.{} %", tenths / 10, tenths % 10)
    }
}

/// A phrase as a sentence begins.
pub fn capitalised(phrase: &str) -> String {
    let mut rest = phrase.chars();
    rest.next().into_iter().flat_map(char::to_uppercase).chain(rest).collect()
}

/// `1 error`, `2 errors`, `2 libraries`.
pub fn counted(count: usize, noun: &str) -> String {
    match noun.strip_suffix('y') {
        _ if count == 1 => format!("1 {noun}"),
        Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{count} {stem}ies"),
        _ => format!("{count} {noun}s"),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::config::policy::Analysis;
    use crate::config::{Assignment, Ownership};
    use crate::data::DataModel;
    use crate::graph::{Graph, Problem, ProblemKind, Reason};
    use crate::output::completeness::tests::resolution;
    use crate::rules::{PolicyRef, Standing, TrailStep};

    /// A report with one finding that has everything, one bare warning and one whose text is hostile.
    pub(in crate::output) fn sample() -> Report {
        let place = "fn place() {\n\tcrate::payments::store::charge(order);\n}\n";
        let hostile = "let x = \u{1b}[31m \u{202e}evil();\r\n";
        let figures = resolution(1000, &[(Reason::GeneratedCode, 1), (Reason::OpaqueMacro, 3)]);
        let texts = [("src/orders/place.rs", place), ("src/\u{1b}evil.rs", hostile)];
        Report {
            findings: vec![private_access(), bare_warning(), hostile_finding()],
            resolution: Resolution { external: 5000, ..figures.clone() },
            modules: vec![
                Part { name: "orders".into(), resolution: figures },
                Part { name: "payments".into(), resolution: Resolution::default() },
            ],
            extent: Extent { modules: 2, source_modules: 12, files: 9 },
            incomplete: Vec::new(),
            notices: Vec::new(),
            idle: [("chatty-call".to_owned(), "switched off in `[rules]`".to_owned())].into(),
            exceptions: Vec::new(),
            delta: None,
            since: None,
            folder: String::new(),
            sources: texts.map(|(path, text)| (path.to_owned(), Arc::from(text))).into(),
            packages: Vec::new(),
        }
    }

    pub(in crate::output) fn site(file: &str, line: u32, column: u32, width: u32, label: &str) -> Site {
        Site { file: file.into(), line, column, width, label: label.into() }
    }

    fn private_access() -> Finding {
        let step = |file: &str, line, name: &str, note: &str| TrailStep {
            file: file.into(),
            line,
            column: 9,
            name: name.into(),
            note: note.into(),
        };
        let mut sites = vec![site("src/orders/place.rs", 2, 26, 6, "private to `payments`")];
        sites.extend((3..9).map(|line| site("src/orders/refund.rs", line, 5, 6, "")));
        Finding {
            rule: "private-access".to_owned(),
            severity: Severity::Deny,
            message: "`orders` reaches past the public interface of `payments`".into(),
            sites,
            from: "shop::orders::place".into(),
            to: "shop::payments::store::charge".into(),
            from_module: Some("orders".into()),
            to_module: Some("payments".into()),
            holds_up: Vec::new(),
            identity: "private-access shop::orders::place -> shop::payments::store::charge".into(),
            trail: vec![
                step("src/payments/store.rs", 1, "shop::payments::store::charge", "re-exports `db::charge`"),
                step("src/payments/store/db.rs", 7, "shop::payments::store::db::charge", "defined"),
            ],
            policy: Some(PolicyRef {
                file: "boundaries.toml".into(),
                place: Place { line: 5, column: 1 },
                text: "public = [\"api\"]".into(),
            }),
            because: Some("payments is the next service".into()),
            help: vec!["use `shop::payments::api::charge`".into(), "or add `store` to `public`".into()],
            inferred: true,
            standing: Standing::New,
        }
    }

    fn bare_warning() -> Finding {
        Finding {
            rule: "unassigned-code".to_owned(),
            severity: Severity::Warn,
            message: "`shop::misc` belongs to no module".into(),
            sites: vec![site("src/misc.rs", 1, 1, 1, "")],
            from: "shop::misc".into(),
            to: String::new(),
            from_module: None,
            to_module: None,
            holds_up: Vec::new(),
            identity: "unassigned-code shop::misc".into(),
            trail: Vec::new(),
            policy: None,
            because: None,
            help: Vec::new(),
            inferred: false,
            standing: Standing::New,
        }
    }

    fn hostile_finding() -> Finding {
        Finding {
            message: "`\u{1b}]0;title\u{7}` is\nnamed badly".into(),
            sites: vec![site("src/\u{1b}evil.rs", 1, 16, 4, "\u{1b}[1m label")],
            because: Some("\u{202e}because".into()),
            help: vec!["\u{1b}[2Jhelp".into()],
            ..bare_warning()
        }
    }

    #[test]
    fn a_finding_belongs_to_the_innermost_package_that_holds_its_file() {
        let manifests = ["a/inner/Cargo.toml", "Cargo.toml"];
        assert_eq!(package_of(&manifests, "a/inner/src/lib.rs"), Some(0));
        assert_eq!(package_of(&manifests, "a/innermost.rs"), Some(1));
        assert_eq!(package_of(&manifests[..1], "src/lib.rs"), None);

        let mut report = sample();
        let package = |manifest: &str| Package {
            name: String::new(),
            manifest: manifest.to_owned(),
            targets: Vec::new(),
            dependencies: Vec::new(),
        };
        report.retain_packages(&manifests.map(package), &[0]);
        assert!(report.findings.is_empty());
    }

    #[test]
    fn every_shortfall_is_named() {
        let problem = |kind| Problem {
            file: "src/a.rs".into(),
            line: 3,
            column: 4,
            kind,
            message: "the file does not parse".into(),
            node: None,
        };
        let policy = Policy {
            file: "boundaries.toml".into(),
            analysis: Analysis { min_resolution: Some(0.95), ..Analysis::default() },
            modules: vec![module("payments")],
            ..Policy::default()
        };
        let assignment = Assignment {
            unmatched: vec![
                unmatched("shop::pay", Some("shop::payments"), None),
                unmatched("shop::orders", None, Some(ModuleId(0))),
            ],
            ..Assignment::default()
        };
        let model = Model {
            problems: vec![problem(ProblemKind::SyntaxError), problem(ProblemKind::OpaqueMacro)],
            resolution: resolution(10_000, &[(Reason::UnknownName, 501)]),
            ..Model::default()
        };
        let (graph, data) = (Graph::from_model(model), DataModel::default());
        let mut ownership = Ownership::default();
        ownership.unmatched.push(UnmatchedEntry {
            module: ModuleId(0),
            key: "tables",
            noun: "table",
            glob: "paymets".into(),
            place: Place { line: 9, column: 11 },
            suggestion: Some("payments".into()),
        });
        let context = Context::new(&graph, &policy, &assignment, (&data, &ownership));
        let report = Report::new(Vec::new(), &context);
        assert_eq!(
            report.incomplete,
            [
                "src/a.rs:3:4: the file does not parse",
                "94.9 % of the references resolved, less than the 95 % that `min-resolution` asks for \
                 (501 unresolved: 501 unknown name)",
                "boundaries.toml:4:10: the path `shop::pay` of `payments` matches nothing; \
                 did you mean `shop::payments`?",
                "boundaries.toml:4:10: the path `shop::orders` of `payments` holds no code: \
                 all of it went to the more specific paths of `payments`",
                "boundaries.toml:9:11: `paymets` in `tables` of `payments` matches no table; did you mean `payments`?",
            ]
        );
    }

    fn unmatched(selector: &str, suggestion: Option<&str>, taken_by: Option<ModuleId>) -> Unmatched {
        let place = Place { line: 4, column: 10 };
        let suggestion = suggestion.map(str::to_owned);
        Unmatched { module: ModuleId(0), selector: selector.into(), place, suggestion, taken_by }
    }

    pub(in crate::output) fn module(name: &str) -> crate::config::policy::Module {
        crate::config::policy::Module {
            name: name.into(),
            place: Place::default(),
            paths: Vec::new(),
            kind: Default::default(),
            public: None,
            public_place: None,
            visible_to: None,
            visible_to_place: None,
            depends_on: Vec::new(),
            depends_on_place: None,
            layer: None,
            layer_place: None,
            owner: None,
            because: None,
            stateless: false,
            extract: false,
            allow_crates: Vec::new(),
            facts: BTreeMap::new(),
            owns: Default::default(),
            rules: BTreeMap::new(),
        }
    }

    #[test]
    fn only_all_of_it_is_a_hundred_percent() {
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(percent(0.99999), "99.9 %");
        assert_eq!(percent(0.5), "50 %");
    }
}
