//! The arguments as clap sees them.

use super::error::CliError;
use crate::output;
use crate::output::view::Level;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::ffi::OsString;
use std::path::PathBuf;

const EXIT_CODES: &str = "\
Exit codes:
  0  clean
  1  findings at deny level
  2  could not run: usage or configuration error
  3  analysis incomplete beyond what the configuration allows
Where several apply: 2 before 3 before 1.";

/// Checks the module boundaries of a Rust workspace.
#[derive(Debug, Parser)]
#[command(
    name = "cargo-modcheck",
    bin_name = "cargo modcheck",
    version,
    after_help = EXIT_CODES,
    max_term_width = 100
)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check the workspace against boundaries.toml (the default)
    Check,
    /// Propose a boundaries.toml and its baseline from the code as it is
    Init {
        /// Print the proposal and write nothing
        #[arg(long)]
        stdout: bool,
        /// Overwrite a boundaries.toml and a baseline that are there
        #[arg(long, conflicts_with = "stdout")]
        force: bool,
    },
    /// Print the dependency graph
    Graph {
        /// What a node stands for [default: module]
        #[arg(long, value_enum)]
        level: Option<LevelArg>,
        /// Keep only what is near this node, or this source module; may be given several times
        #[arg(long, value_name = "NODE")]
        focus: Vec<String>,
        /// How many steps away from `--focus`, either way [default: 1]
        #[arg(long, value_name = "N", requires = "focus")]
        depth: Option<usize>,
    },
    /// Show the shortest chain from A to B, and every reference behind its first hop
    Why {
        /// A module of boundaries.toml, a crate, or a source module such as `shop::orders`
        #[arg(value_name = "A")]
        from: String,
        /// What A may depend on
        #[arg(value_name = "B")]
        to: String,
    },
    /// List tables and other resources: who owns them, who reads and writes them, where
    Data {
        /// Print a proposal of owners for the tables that have none, as a piece of boundaries.toml
        #[arg(long)]
        propose: bool,
        /// Show what test code does, too
        #[arg(long)]
        tests: bool,
    },
    /// Audit whether modules could and should become services, and what blocks them
    Readiness {
        /// A domain module of boundaries.toml [default: all of them]
        #[arg(value_name = "MODULE")]
        module: Option<String>,
        /// Append what this run comes to as a line to a file: the page draws a line through them
        #[arg(long, value_name = "FILE")]
        record: Option<PathBuf>,
    },
    /// Accept today's findings, so that only new ones fail: writes boundaries.baseline.toml
    Baseline {
        /// Only take out what is gone; accept nothing
        #[arg(long, conflicts_with = "accept")]
        prune: bool,
        /// Only accept this finding, as `check` names it: `rule from -> to`; may be given several times
        #[arg(long, value_name = "IDENTITY")]
        accept: Vec<String>,
    },
    /// Add missing depends-on entries to boundaries.toml, and take out unused ones
    Sync {
        /// Show what would change as a diff, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Tell what is checked and what is not, and so what a green run means
    Doctor,
    /// List the rules
    List,
    /// Explain a rule
    Explain {
        /// Its name, as findings show it
        rule: String,
    },
    /// Print a JSON Schema, for editors and other tools
    Schema {
        /// What it describes
        #[arg(value_name = "NAME", value_parser = super::schema::names())]
        name: String,
    },
    /// Print a script that completes `cargo-modcheck` in a shell
    Completions {
        /// Which shell
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Print the manual page, cargo-modcheck.1
    Man,
}

/// Flags that stand before or after the command's name.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// The Cargo.toml of the workspace or of one of its packages
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) manifest_path: Option<PathBuf>,
    /// The policy [default: boundaries.toml at the workspace's root]
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Report only what starts in this package; may be given several times
    #[arg(short, long, global = true, value_name = "NAME")]
    pub(super) package: Vec<String>,
    /// The output format
    #[arg(long, global = true)]
    pub(super) format: Option<String>,
    /// Write the output to a file, all of it or nothing; `-` is standard output. With a format in front, beside what else
    /// is written: `--output sarif=out.sarif`; may be given several times
    #[arg(long, global = true, value_name = "[FORMAT=]FILE")]
    pub(super) output: Vec<OsString>,
    /// When to colour
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(super) color: Color,
    /// Show no progress
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Show how long each stage took
    #[arg(short, long, global = true)]
    pub(super) verbose: bool,
    /// Warnings fail the run as well
    #[arg(long, global = true)]
    pub(super) deny_warnings: bool,
    /// Switch a rule off; may be given several times
    #[arg(long, global = true, value_name = "RULE")]
    pub(super) allow: Vec<String>,
    /// Make findings of a rule warnings, whatever the policy says; may be given several times
    #[arg(long, global = true, value_name = "RULE")]
    pub(super) warn: Vec<String>,
    /// Make findings of a rule errors, whatever the policy says; may be given several times
    #[arg(long, global = true, value_name = "RULE")]
    pub(super) deny: Vec<String>,
    /// Accepted findings that are gone fail the run
    #[arg(long, global = true, conflicts_with = "no_baseline")]
    pub(super) strict_baseline: bool,
    /// Show accepted findings as well, as if there were no baseline
    #[arg(long, global = true)]
    pub(super) no_baseline: bool,
    /// Report only what was not found at this commit, branch or tag, and what is fixed
    #[arg(long, global = true, value_name = "REV")]
    pub(super) since: Option<String>,
    /// How many threads to use [default: one per core]
    #[arg(short, long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) jobs: Option<u16>,
    /// Do not use results of earlier runs
    #[arg(long, global = true)]
    pub(super) no_cache: bool,
    /// Passed on to cargo
    #[arg(long, global = true)]
    pub(super) offline: bool,
    /// Passed on to cargo
    #[arg(long, global = true)]
    pub(super) locked: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LevelArg {
    /// A module of boundaries.toml, or a top-level `mod` of a crate
    Module,
    /// A crate
    Crate,
    /// A source module
    Source,
}

impl From<LevelArg> for Level {
    fn from(level: LevelArg) -> Level {
        match level {
            LevelArg::Module => Level::Module,
            LevelArg::Crate => Level::Crate,
            LevelArg::Source => Level::Source,
        }
    }
}

impl Cli {
    /// Parses arguments, the program's name first. Cargo passes the name of the subcommand on; it is dropped.
    pub(super) fn parse_from(args: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
        let mut args: Vec<OsString> = args.into_iter().collect();
        if args.get(1).is_some_and(|arg| arg == "modcheck") {
            args.remove(1);
        }
        Cli::from_arg_matches(&Cli::described().try_get_matches_from(args)?)
    }

    /// The commands, with what tables know.
    pub(super) fn described() -> clap::Command {
        Cli::command().mut_arg("format", |arg| arg.help(format_help()))
    }

    /// A flag that would silently do nothing is an error.
    pub(super) fn reject_useless_flags(&self) -> Result<(), CliError> {
        let (command, useful): (_, &[&str]) = match &self.command {
            None | Some(Command::Check) => return Ok(()),
            Some(Command::Init { stdout: true, .. }) => ("init", &["--output"]),
            Some(Command::Init { .. }) => ("init", &[]),
            Some(Command::Graph { .. }) => (
                "graph",
                &["--package", "--format", "--output", "--allow", "--warn", "--deny", "--no-baseline"],
            ),
            Some(Command::Why { .. }) => ("why", &["--format", "--output"]),
            Some(Command::Data { propose: false, .. }) => ("data", &["--package", "--format", "--output"]),
            Some(Command::Data { .. }) => ("data --propose", &["--output"]),
            Some(Command::Readiness { .. }) => {
                ("readiness", &["--format", "--output", "--allow", "--warn", "--deny"])
            }
            Some(Command::Baseline { .. }) => ("baseline", &["--package", "--allow", "--warn", "--deny"]),
            Some(Command::Sync { dry_run: true }) => {
                ("sync", &["--output", "--allow", "--warn", "--deny", "--no-baseline"])
            }
            Some(Command::Sync { .. }) => ("sync", &["--allow", "--warn", "--deny", "--no-baseline"]),
            Some(Command::Doctor) => ("doctor", &["--format", "--output", "--allow", "--warn", "--deny"]),
            Some(Command::List) => ("list", &["--output"]),
            Some(Command::Explain { .. }) => ("explain", &["--output"]),
            Some(Command::Schema { .. }) => ("schema", &["--output"]),
            Some(Command::Completions { .. }) => ("completions", &["--output"]),
            Some(Command::Man) => ("man", &["--output"]),
        };
        let useless = |flag: &str| !useful.contains(&flag);
        match self.global.given().into_iter().find(|(flag, given)| *given && useless(flag)) {
            Some((flag, _)) => Err(CliError::UselessFlag { flag, command }),
            None => Ok(()),
        }
    }
}

impl Global {
    /// The flags that not every command looks at, and whether each was given.
    fn given(&self) -> [(&'static str, bool); 10] {
        [
            ("--package", !self.package.is_empty()),
            ("--format", self.format.is_some()),
            ("--output", !self.output.is_empty()),
            ("--deny-warnings", self.deny_warnings),
            ("--allow", !self.allow.is_empty()),
            ("--warn", !self.warn.is_empty()),
            ("--deny", !self.deny.is_empty()),
            ("--strict-baseline", self.strict_baseline),
            ("--no-baseline", self.no_baseline),
            ("--since", self.since.is_some()),
        ]
    }
}

/// The formats of each command that has some.
pub(super) fn formats() -> [(&'static str, Vec<&'static str>); 6] {
    [
        ("check", output::names(output::check::FORMATS)),
        ("graph", output::names(output::graph::FORMATS)),
        ("why", output::names(output::why::FORMATS)),
        ("data", output::names(output::data::FORMATS)),
        ("readiness", output::names(output::readiness::FORMATS)),
        ("doctor", output::names(output::doctor::FORMATS)),
    ]
}

/// Which formats there are, from the tables.
fn format_help() -> String {
    let formats = formats().map(|(command, names)| format!("{command}: {}", names.join(", ")));
    format!("The output format. {}; the first is the default", formats.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }
}
