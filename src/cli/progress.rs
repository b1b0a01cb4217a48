//! What a run is doing, for somebody who waits.
//!
//! A thread and a timer do; a progress bar's crate would bring more code than the rest of the command line.

use super::args::Global;
use crate::Stage;
use std::cell::RefCell;
use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Runs shorter than this show nothing.
const PATIENCE: Duration = Duration::from_millis(500);
const FRAME: Duration = Duration::from_millis(100);
const FRAMES: [char; 4] = ['|', '/', '-', '\\'];

/// Shows the current stage on a terminal until it is dropped; with `-v`, how long each took.
pub(super) struct Progress {
    spinner: Option<(Sender<Stage>, JoinHandle<()>)>,
    verbose: bool,
    current: RefCell<Option<(Stage, Instant)>>,
}

impl Progress {
    pub(super) fn start(global: &Global) -> Progress {
        let wanted = !global.quiet && !global.verbose && io::stderr().is_terminal();
        let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        let spinner = (wanted && !dumb).then(|| {
            let (sender, receiver) = mpsc::channel();
            (sender, std::thread::spawn(move || spin(&receiver)))
        });
        Progress { spinner, verbose: global.verbose, current: RefCell::new(None) }
    }

    /// A stage begins.
    pub(super) fn enter(&self, stage: Stage) {
        self.finish_stage();
        self.current.replace(Some((stage, Instant::now())));
        if let Some((sender, _)) = &self.spinner {
            let _ = sender.send(stage);
        }
    }

    fn finish_stage(&self) {
        if let Some((stage, start)) = self.current.take().filter(|_| self.verbose) {
            let _ = writeln!(io::stderr(), "{}: {} ms", stage.as_str(), start.elapsed().as_millis());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish_stage();
        if let Some((sender, thread)) = self.spinner.take() {
            drop(sender);
            let _ = thread.join();
        }
    }
}

/// Draws until the other end hangs up, then wipes the line.
fn spin(receiver: &mpsc::Receiver<Stage>) {
    let start = Instant::now();
    let mut stage = Stage::Load;
    let mut frame = 0;
    loop {
        match receiver.recv_timeout(FRAME) {
            Ok(next) => stage = next,
            Err(RecvTimeoutError::Timeout) => frame += 1,
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if start.elapsed() >= PATIENCE {
            let frame = FRAMES[frame % FRAMES.len()];
            let _ = write!(io::stderr(), "\r\x1b[K{frame} {}", stage.as_str());
        }
    }
    if start.elapsed() >= PATIENCE {
        let _ = write!(io::stderr(), "\r\x1b[K");
    }
}
