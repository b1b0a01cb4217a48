//! The binary: hands its arguments to the command line and turns the answer into an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    modcheck::cli::run(std::env::args_os()).into()
}
