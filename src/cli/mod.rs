//! The command line: the only place that knows clap, streams and exit codes.

mod args;
mod baseline;
mod check;
mod data;
mod destination;
mod doctor;
mod error;
mod exit;
mod graph;
mod init;
mod outputs;
mod progress;
mod readiness;
mod rule_pages;
mod schema;
mod session;
mod shell;
mod since;
mod step_summary;
mod sync;
mod why;

pub use exit::Exit;

use args::{Cli, Command};
use error::CliError;
use std::ffi::OsString;

/// How much stack a thread gets: deeply nested code must not overflow it. It is reserved, not used.
const STACK: usize = 256 << 20;

/// Runs the program: parses the arguments, does what they say, tells about errors, and says how it ended.
pub fn run(args: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version end up here too; a closed pipe is none of our business.
            let _ = error.print();
            return if error.use_stderr() { Exit::CouldNotRun } else { Exit::Clean };
        }
    };
    let color = cli.global.color;
    on_large_stack(cli.global.jobs, || dispatch(cli)).unwrap_or_else(|error| {
        error.tell(color);
        Exit::CouldNotRun
    })
}

fn dispatch(cli: Cli) -> Result<Exit, CliError> {
    cli.reject_useless_flags()?;
    let global = &cli.global;
    match cli.command.unwrap_or(Command::Check) {
        Command::Check => check::run(global),
        Command::Init { stdout, force } => init::run(global, stdout, force),
        Command::Graph { level, focus, depth } => graph::run(global, level, focus, depth),
        Command::Why { from, to } => why::run(global, &from, &to),
        Command::Data { propose, tests } => data::run(global, propose, tests),
        Command::Readiness { module, record } => readiness::run(global, module.as_deref(), record.as_deref()),
        Command::Baseline { prune, accept } => baseline::run(global, prune, &accept),
        Command::Sync { dry_run } => sync::run(global, dry_run),
        Command::Doctor => doctor::run(global),
        Command::List => rule_pages::list(global),
        Command::Explain { rule } => rule_pages::explain(global, &rule),
        Command::Schema { name } => schema::run(global, &name),
        Command::Completions { shell } => shell::completions(global, shell),
        Command::Man => shell::man(global),
    }
}

/// Runs something in a pool of threads with large stacks, which parallel parts then share.
fn on_large_stack<T: Send>(
    jobs: Option<u16>,
    run: impl FnOnce() -> Result<T, CliError> + Send,
) -> Result<T, CliError> {
    let builder = rayon::ThreadPoolBuilder::new().stack_size(STACK).num_threads(jobs.unwrap_or(0).into());
    builder.build().map_err(|error| CliError::Threads(error.to_string()))?.install(run)
}
