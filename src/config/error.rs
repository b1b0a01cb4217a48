//! Everything that can be wrong with a `boundaries.toml`, one variant each, and the collection that is shown at once.
//!
//! Each variant says what is wrong, points at the place, and says what to do next. Names that are quoted come from a
//! file that may be hostile, so they pass through [`quote`], and the excerpt through [`printable`].

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode, SourceSpan};
use std::fmt::{self, Display};

/// How many errors are shown in full; a file with more has one cause that a person should fix first.
const SHOWN: usize = 50;

/// One thing that is wrong with a `boundaries.toml`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Diagnostic)]
#[expect(
    missing_docs,
    reason = "the fields are what the message quotes, the help, and the spans that the labels explain"
)]
pub enum ConfigError {
    /// Not TOML.
    #[error("not valid TOML: {message}")]
    #[diagnostic(code(modcheck::config::syntax), help("{help}"))]
    Syntax {
        message: String,
        help: String,
        #[label("here")]
        at: SourceSpan,
    },
    /// No `version`.
    #[error("the file does not say which `version` it is written for")]
    #[diagnostic(code(modcheck::config::missing_version), help("write `version = 1` as the first line"))]
    MissingVersion {
        #[label("expected `version = 1` here")]
        at: SourceSpan,
    },
    /// A `version` that this program does not know.
    #[error("version {found} of this file is not known")]
    #[diagnostic(
        code(modcheck::config::wrong_version),
        help("write `version = 1`, or install a cargo-modcheck that knows version {found}")
    )]
    WrongVersion {
        found: String,
        #[label("only 1 is known")]
        at: SourceSpan,
    },
    /// A key that means nothing.
    #[error("unknown key {key} in {table}")]
    #[diagnostic(code(modcheck::config::unknown_key), help("{help}"))]
    UnknownKey {
        key: String,
        table: String,
        help: String,
        /// The keys that the table may have.
        known: Vec<&'static str>,
        #[label("not a key of {table}")]
        at: SourceSpan,
    },
    /// A key that has to be there.
    #[error("{table} has no `{key}`")]
    #[diagnostic(code(modcheck::config::missing_key), help("{help}"))]
    MissingKey {
        key: &'static str,
        table: String,
        help: String,
        #[label("`{key}` is missing")]
        at: SourceSpan,
    },
    /// A value of another type than the key takes.
    #[error("{key} must be {expected}")]
    #[diagnostic(code(modcheck::config::wrong_type), help("write {example}"))]
    WrongType {
        key: String,
        expected: &'static str,
        example: String,
        found: &'static str,
        #[label("this is {found}")]
        at: SourceSpan,
    },
    /// A string that is empty where it has to name something.
    #[error("{what} is empty")]
    #[diagnostic(code(modcheck::config::empty), help("{help}"))]
    Empty {
        what: String,
        help: String,
        #[label("nothing here")]
        at: SourceSpan,
    },
    /// A word outside the choices of its key.
    #[error("{word} is not {what}")]
    #[diagnostic(code(modcheck::config::unknown_word), help("{help}"))]
    UnknownWord {
        word: String,
        what: &'static str,
        help: String,
        #[label("not {what}")]
        at: SourceSpan,
    },
    /// A rule that does not exist.
    #[error("unknown rule {rule}")]
    #[diagnostic(code(modcheck::config::unknown_rule), help("{help}"))]
    UnknownRule {
        rule: String,
        help: String,
        #[label("no rule has this name")]
        at: SourceSpan,
    },
    /// A module that is not declared.
    #[error("unknown module {module}")]
    #[diagnostic(code(modcheck::config::unknown_module), help("{help}"))]
    UnknownModule {
        module: String,
        help: String,
        #[label("no `[modules.…]` table has this name")]
        at: SourceSpan,
    },
    /// A layer that `[layers]` does not list.
    #[error("unknown layer {layer}")]
    #[diagnostic(code(modcheck::config::unknown_layer), help("{help}"))]
    UnknownLayer {
        layer: String,
        help: String,
        #[label("not in `order` of `[layers]`")]
        at: SourceSpan,
    },
    /// A layer that stands at two heights.
    #[error("layer {layer} is listed twice")]
    #[diagnostic(
        code(modcheck::config::duplicate_layer),
        help("keep one of the two: a layer has one place in the order")
    )]
    DuplicateLayer {
        layer: String,
        #[label("first listed here")]
        first: SourceSpan,
        #[label(primary, "and again here")]
        at: SourceSpan,
    },
    /// A file without `[modules.…]`.
    #[error("no modules are declared, so nothing would be checked")]
    #[diagnostic(
        code(modcheck::config::no_modules),
        help(
            "declare one with `[modules.NAME]` and `paths = [\"a_crate\"]`, or run `cargo modcheck init` for a proposal"
        )
    )]
    NoModules {
        #[label("no `[modules.…]` in this file")]
        at: SourceSpan,
    },
    /// A module name that cannot be used on the command line or in a finding.
    #[error("{name} cannot be the name of a module")]
    #[diagnostic(
        code(modcheck::config::bad_module_name),
        help("use letters, digits, `-`, `_`, `.`, `:` and `/`, such as `payments`")
    )]
    BadModuleName {
        name: String,
        why: String,
        #[label("{why}")]
        at: SourceSpan,
    },
    /// A module that names no code.
    #[error("module {module} has no paths, so it would check nothing")]
    #[diagnostic(
        code(modcheck::config::empty_paths),
        help(
            "list at least one crate or path, such as `paths = [\"shop::payments\"]`, or remove the module"
        )
    )]
    EmptyPaths {
        module: String,
        #[label("an empty list")]
        at: SourceSpan,
    },
    /// An entry of `paths` that is no path.
    #[error("{selector} is not a path to a crate or a module")]
    #[diagnostic(code(modcheck::config::bad_selector), help("{help}"))]
    BadSelector {
        selector: String,
        why: String,
        help: String,
        #[label("{why}")]
        at: SourceSpan,
    },
    /// Two modules claim the same path.
    #[error("modules {one} and {other} both claim {selector}")]
    #[diagnostic(
        code(modcheck::config::contested_path),
        help("keep it in one of them, or name a longer path in one: the longest match wins")
    )]
    ContestedPath {
        selector: String,
        one: String,
        other: String,
        #[label("claimed by {one}")]
        first: SourceSpan,
        #[label(primary, "and by {other}")]
        at: SourceSpan,
    },
    /// Two selectors of different modules match the same source module equally well.
    #[error("source module {node} matches a path of {one} and a path of {other} equally well")]
    #[diagnostic(
        code(modcheck::config::ambiguous_path),
        help("make one of the two paths longer, or add {node} to the paths of the module it belongs to")
    )]
    AmbiguousPath {
        node: String,
        one: String,
        other: String,
        #[label("matches it for {one}")]
        first: SourceSpan,
        #[label(primary, "and for {other}, with as many segments and literal characters")]
        at: SourceSpan,
    },
    /// An entry of `public` that is no relative path.
    #[error("{pattern} is not a public path")]
    #[diagnostic(code(modcheck::config::bad_public), help("{help}"))]
    BadPublic {
        pattern: String,
        why: String,
        help: String,
        #[label("{why}")]
        at: SourceSpan,
    },
    /// An entry of `sql-functions` or `env-functions` that is no Rust path.
    #[error("{path} is not the path of a function")]
    #[diagnostic(code(modcheck::config::bad_function), help("write a name or a path, such as `my_db::exec`"))]
    BadFunction {
        path: String,
        why: String,
        #[label("{why}")]
        at: SourceSpan,
    },
    /// A glob that does not compile.
    #[error("{glob} is not a valid pattern")]
    #[diagnostic(code(modcheck::config::bad_glob), help("{help}"))]
    BadGlob {
        glob: String,
        why: String,
        help: &'static str,
        #[label("{why}")]
        at: SourceSpan,
    },
    /// A date that is not in the calendar, or written otherwise.
    #[error("{date} is not a date")]
    #[diagnostic(
        code(modcheck::config::bad_date),
        help("write a day of the calendar as \"YYYY-MM-DD\", such as \"2027-03-31\"")
    )]
    BadDate {
        date: String,
        #[label("{why}")]
        at: SourceSpan,
        why: &'static str,
    },
    /// A number outside what its key takes.
    #[error("`{key}` must lie {range}")]
    #[diagnostic(code(modcheck::config::out_of_range), help("{help}"))]
    OutOfRange {
        key: &'static str,
        range: &'static str,
        help: String,
        #[label("out of range")]
        at: SourceSpan,
    },
    /// A module that lists itself.
    #[error("module {module} depends on itself")]
    #[diagnostic(
        code(modcheck::config::self_dependency),
        help("remove the entry: code inside a module may always use the rest of it")
    )]
    SelfDependency {
        module: String,
        #[label("this is the module itself")]
        at: SourceSpan,
    },
    /// A module that is listed twice in one `depends-on`.
    #[error("{module} is listed twice in `depends-on`")]
    #[diagnostic(code(modcheck::config::duplicate_dependency), help("keep one of the two entries"))]
    DuplicateDependency {
        module: String,
        #[label("first listed here")]
        first: SourceSpan,
        #[label(primary, "and again here")]
        at: SourceSpan,
    },
}

impl ConfigError {
    /// Where the primary label points, as a byte offset.
    fn offset(&self) -> usize {
        let labels: Vec<LabeledSpan> = self.labels().into_iter().flatten().collect();
        let primary = labels.iter().find(|l| l.primary()).or(labels.first());
        primary.map_or(0, LabeledSpan::offset)
    }
}

/// All that is wrong with one `boundaries.toml`, in file order, with the text that the labels point into.
#[derive(Debug)]
pub struct ConfigErrors {
    source: NamedSource<String>,
    errors: Vec<ConfigError>,
}

impl ConfigErrors {
    pub(super) fn new(file: &str, text: &str, mut errors: Vec<ConfigError>) -> ConfigErrors {
        errors.sort_by_cached_key(ConfigError::offset);
        ConfigErrors { source: NamedSource::new(escape(file), printable(text)), errors }
    }

    /// The errors, in file order; never empty.
    pub fn errors(&self) -> &[ConfigError] {
        &self.errors
    }

    /// The one error, if there is just one.
    fn only(&self) -> Option<&ConfigError> {
        match self.errors.as_slice() {
            [error] => Some(error),
            _ => None,
        }
    }
}

impl Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.only() {
            Some(error) => error.fmt(f),
            None if self.errors.len() > SHOWN => {
                write!(f, "{} has {} errors, the first {SHOWN} are", self.source.name(), self.errors.len())
            }
            None => write!(f, "{} has {} errors", self.source.name(), self.errors.len()),
        }
    }
}

impl std::error::Error for ConfigErrors {}

impl Diagnostic for ConfigErrors {
    fn code<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.only().and_then(Diagnostic::code)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.only().and_then(Diagnostic::help)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.only().and_then(Diagnostic::labels)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        match self.only() {
            Some(_) => None,
            None => Some(Box::new(self.errors.iter().take(SHOWN).map(|e| e as &dyn Diagnostic))),
        }
    }
}

/// A name in backticks, fit for a terminal: no control or direction characters, and not endless.
pub(super) fn quote(name: &str) -> String {
    const LONGEST: usize = 80;
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("`{}…`", escape(&name[..end])),
        None => format!("`{}`", escape(name)),
    }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unprintable(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

/// The text with every character that could steer a terminal replaced by one of the same length in bytes, so that
/// spans still hold.
fn printable(text: &str) -> String {
    let text = text.replace("\r\n", " \n");
    if !text.chars().any(|c| is_unprintable(c) && !matches!(c, '\n' | '\t')) {
        return text;
    }
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            _ if !is_unprintable(c) => c,
            _ if c.len_utf8() == 1 => '?',
            _ if c.len_utf8() == 2 => '¿',
            _ => char::REPLACEMENT_CHARACTER,
        })
        .collect()
}

/// Control characters, and those that change the direction of the text around them.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
