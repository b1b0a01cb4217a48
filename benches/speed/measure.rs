//! Runs processes, and says how long each took and how much memory it had at most.

use crate::options::Options;
use crate::{NAMES, Round, policy};
use nix::sys::resource::{UsageWho, getrusage};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// One run of one process.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sample {
    /// In milliseconds.
    pub time: f64,
    /// At most, in megabytes.
    pub memory: f64,
}

/// Everything about one workspace.
pub struct Measured {
    /// What it is called.
    pub name: String,
    /// Lines of its `.rs` files.
    pub lines: usize,
    /// What was measured, by [`NAMES`].
    pub samples: [Vec<Sample>; NAMES.len()],
}

impl Measured {
    /// Nothing yet.
    pub fn new(name: &str, lines: usize) -> Measured {
        Measured { name: name.to_owned(), lines, samples: Default::default() }
    }

    /// Adds a round.
    pub fn push(&mut self, round: Round) {
        for (samples, sample) in self.samples.iter_mut().zip(round) {
            samples.push(sample);
        }
    }
}

/// The tool on one workspace.
pub struct Tool {
    root: PathBuf,
    program: PathBuf,
    config: PathBuf,
    threads: usize,
    expect: i32,
    /// Keeps the policy until the end.
    _folder: tempfile::TempDir,
}

impl Tool {
    /// Gets ready: the workspace may need a policy.
    pub fn new(options: &Options, root: &Path) -> Result<Tool, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let root = root.canonicalize().map_err(|error| format!("`{}`: {error}", root.display()))?;
        let program = options.tool.clone().unwrap_or_else(|| env!("CARGO_BIN_EXE_cargo-modcheck").into());
        let config = match &options.config {
            Some(config) => {
                config.canonicalize().map_err(|error| format!("`{}`: {error}", config.display()))?
            }
            None => policy::make(&program, &root, folder.path())?,
        };
        let (threads, expect) = (options.threads, options.expect);
        Ok(Tool { root, program, config, threads, expect, _folder: folder })
    }

    /// A floor.
    pub fn floor(&self, kind: &str) -> Result<Sample, String> {
        let own = std::env::current_exe().map_err(|error| error.to_string())?;
        let root = self.root.to_string_lossy().into_owned();
        self.measure(&[&own.to_string_lossy(), "--floor", kind, &root], 0)
    }

    /// A check that uses nothing of an earlier run, and leaves nothing.
    pub fn check_cold(&self) -> Result<Sample, String> {
        self.checks(&["--no-cache"])
    }

    /// A check.
    pub fn check(&self) -> Result<Sample, String> {
        self.checks(&[])
    }

    fn checks(&self, more: &[&str]) -> Result<Sample, String> {
        let (program, config) = (self.program.to_string_lossy(), self.config.to_string_lossy());
        let mut command = vec![&*program, "check", "--quiet", "--config", &*config];
        command.extend(more);
        self.measure(&command, self.expect)
    }

    fn measure(&self, command: &[&str], expect: i32) -> Result<Sample, String> {
        let own = std::env::current_exe().map_err(|error| error.to_string())?;
        let threads = self.threads.to_string();
        let output = Command::new(own)
            .args(["--measure", &expect.to_string()])
            .args(command)
            .current_dir(&self.root)
            .env("RAYON_NUM_THREADS", threads)
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&output.stdout);
        let numbers: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        match numbers[..] {
            [time, memory] if output.status.success() => Ok(Sample { time, memory }),
            _ => Err(format!("`{}` failed in `{}`", command.join(" "), self.root.display())),
        }
    }
}

/// `--measure CODE COMMAND…`: a process around one other, so that the memory is that of the one.
pub fn wrapped(args: &[String]) -> Result<(), String> {
    let [expect, program, args @ ..] = args else { return Err("`--measure` takes a command".to_owned()) };
    let start = Instant::now();
    let status = Command::new(program).args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let time = start.elapsed().as_secs_f64() * 1000.0;
    let code = status.map_err(|error| format!("`{program}` could not be started: {error}"))?.code();
    if code.map(|code| code.to_string()).as_ref() != Some(expect) {
        return Err(format!("the exit code is {code:?}, and not {expect}"));
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(|error| error.to_string())?;
    // Linux counts in kilobytes, macOS in bytes.
    let unit = if cfg!(target_os = "macos") { 1024.0 * 1024.0 } else { 1024.0 };
    println!("{time} {}", usage.max_rss() as f64 / unit);
    Ok(())
}
