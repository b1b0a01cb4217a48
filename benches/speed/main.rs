//! How long a check takes, beside what no tool of its kind can be faster than.
//!
//! `cargo bench --bench speed -- [OPTIONS] PATH…` takes workspaces, `--lines N` makes one of N thousand lines. Per round
//! and in turn, so that whatever else the machine does meets all of them alike:
//!
//! - the cold floor: `cargo metadata --no-deps`, then walk, read, `syn::parse_file` with spans, drop;
//! - the warm floor: `cargo metadata --no-deps`, then walk, read, hash;
//! - a cold check: `cargo modcheck check` with nothing of an earlier run;
//! - a warm check: the same once more, nothing changed;
//! - a warm check after one file changed;
//! - `cargo metadata --no-deps` alone, which is most of what a small workspace takes.
//!
//! All of them are processes of their own with the same number of threads. Ratios come first: they are what can be
//! compared between machines. A check that ends with another exit code than expected ends the run.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a program of its own"
)]

mod changed;
mod floor;
mod generate;
mod measure;
mod options;
mod policy;
mod table;

use measure::{Measured, Sample};
use options::Options;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let result = match args.first().map(String::as_str) {
        Some("--floor") => floor::run(&args[1..]),
        Some("--measure") => measure::wrapped(&args[1..]),
        _ => Options::parse(&args).and_then(|options| run(&options)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), String> {
    let mut rows = Vec::new();
    for path in &options.paths {
        rows.push(workspace(options, path, &name_of(path))?);
    }
    for thousands in &options.lines {
        let folder = generate::workspace(*thousands)?;
        rows.push(workspace(options, folder.path(), &format!("{thousands}k lines"))?);
    }
    print!("{}", table::render(&rows, options));
    Ok(())
}

fn name_of(path: &Path) -> String {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// Everything about one workspace.
fn workspace(options: &Options, root: &Path, name: &str) -> Result<Measured, String> {
    let tool = measure::Tool::new(options, root)?;
    let mut measured = Measured::new(name, floor::count_lines(root)?);
    // One round in front, so that the files are in memory and nothing is built for the first time.
    for round in 0..=options.runs {
        // The round before ended with a changed file, which has been put back.
        tool.check()?;
        let samples = [
            tool.floor("cold")?,
            tool.floor("warm")?,
            tool.check_cold()?,
            tool.check()?,
            changed::with_one_file_changed(root, round, || tool.check())?,
            tool.floor("metadata")?,
        ];
        if round > 0 {
            measured.push(samples);
            eprintln!("{name}: round {round} of {}", options.runs);
        }
    }
    Ok(measured)
}

/// What is measured, in order.
const NAMES: [&str; 6] =
    ["cold floor", "warm floor", "cold check", "warm check", "warm, one file changed", "cargo metadata"];

/// One round.
type Round = [Sample; NAMES.len()];
