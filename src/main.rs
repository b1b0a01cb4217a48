//! The binary: hands its arguments to the command line and turns the answer into an exit code.

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// Parsing allocates and frees small pieces on all threads.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    modcheck::cli::run(std::env::args_os()).into()
}
