//! The command line.

use std::path::PathBuf;

/// What to measure, and how.
pub struct Options {
    /// Workspaces.
    pub paths: Vec<PathBuf>,
    /// Sizes of workspaces to make, in thousands of lines.
    pub lines: Vec<usize>,
    /// Rounds that count.
    pub runs: usize,
    /// Threads of each process.
    pub threads: usize,
    /// The exit code that every check has to end with.
    pub expect: i32,
    /// Another tool than the one that was built with this benchmark.
    pub tool: Option<PathBuf>,
    /// A policy for all workspaces; by default one is made for each.
    pub config: Option<PathBuf>,
}

const USAGE: &str = "usage: cargo bench --bench speed -- [--runs N] [--threads N] [--expect CODE] [--tool FILE] \
                     [--config FILE] [--lines THOUSANDS]… [PATH]…";

impl Options {
    /// Reads the arguments.
    pub fn parse(args: &[String]) -> Result<Options, String> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let mut options = Options {
            paths: Vec::new(),
            lines: Vec::new(),
            runs: 7,
            threads,
            expect: 0,
            tool: None,
            config: None,
        };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let mut value = || args.next().cloned().ok_or_else(|| format!("`{arg}` takes a value\n{USAGE}"));
            match arg.as_str() {
                "--runs" => options.runs = number(arg, &value()?)?,
                "--threads" => options.threads = number(arg, &value()?)?,
                "--expect" => options.expect = number(arg, &value()?)?,
                "--lines" => options.lines.push(number(arg, &value()?)?),
                "--tool" => options.tool = Some(value()?.into()),
                "--config" => options.config = Some(value()?.into()),
                flag if flag.starts_with('-') => return Err(format!("unknown option `{flag}`\n{USAGE}")),
                path => options.paths.push(path.into()),
            }
        }
        match options.paths.is_empty() && options.lines.is_empty() {
            true => Err(format!("nothing to measure\n{USAGE}")),
            false => Ok(options),
        }
    }
}

fn number<T: std::str::FromStr>(flag: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("`{flag}` takes a number, and `{text}` is none"))
}
