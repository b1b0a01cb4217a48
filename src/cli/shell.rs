//! `completions` and `man`: what shells and manuals know of the tool, out of the same tables as its help.

use super::args::{self, Cli};
use super::error::CliError;
use super::{Exit, args::Global, destination};
use crate::rules;
use clap::builder::PossibleValuesParser;
use clap::{Arg, Command, ValueHint};
use clap_complete::Shell;
use clap_mangen::Man;
use std::io::{self, Write};

/// What shells call the tool; they know nothing of `cargo modcheck`.
const PROGRAM: &str = "cargo-modcheck";

/// Prints a script that teaches a shell the commands, the flags and their values.
pub(super) fn completions(global: &Global, shell: Shell) -> Result<Exit, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut with_values(), PROGRAM, &mut script);
    destination::write_with(global, false, |out| out.write_all(&script))?;
    Ok(Exit::Clean)
}

/// Prints the page for `man`.
pub(super) fn man(global: &Global) -> Result<Exit, CliError> {
    destination::write_with(global, false, write_page)?;
    Ok(Exit::Clean)
}

/// The commands with every value that a table lists, which a shell then offers. Which formats there are depends on the
/// command, so that parsing cannot rest on this.
fn with_values() -> Command {
    let mut command = Cli::described().bin_name(PROGRAM);
    // What stands before and after the command's name is known to all commands only then.
    command.build();
    with_formats(command, "check").mut_subcommands(|command| {
        let name = command.get_name().to_owned();
        with_formats(command, &name)
    })
}

fn with_formats(command: Command, name: &str) -> Command {
    command.mut_args(|arg| match arg.get_id().as_str() {
        "format" => one_of(arg, formats(name)),
        "rule" | "allow" | "warn" | "deny" => one_of(arg, rules::names()),
        "output" => arg.value_hint(ValueHint::FilePath),
        _ => arg,
    })
}

fn one_of(arg: Arg, values: Vec<&'static str>) -> Arg {
    if values.is_empty() { arg } else { arg.value_parser(PossibleValuesParser::new(values)) }
}

fn formats(command: &str) -> Vec<&'static str> {
    let of = |(name, _): &(&str, _)| *name == command;
    args::formats().into_iter().find(of).map_or(Vec::new(), |(_, names)| names)
}

/// One page for all commands: most of their flags are the same.
fn write_page(out: &mut dyn Write) -> io::Result<()> {
    let command = Cli::described();
    let subcommands: Vec<Command> = command.get_subcommands().cloned().collect();
    let name = command.get_bin_name().unwrap_or(PROGRAM).to_owned();
    let man = Man::new(command.disable_help_subcommand(true)).manual("Cargo Manual");
    man.render_title(out)?;
    man.render_name_section(out)?;
    man.render_synopsis_section(out)?;
    man.render_description_section(out)?;
    writeln!(out, ".SH COMMANDS")?;
    subcommands.into_iter().try_for_each(|command| write_command(&name, command, out))?;
    man.render_options_section(out)?;
    writeln!(out, ".SH EXIT STATUS\n.nf")?;
    out.write_all(&body(|out| man.render_extra_section(out))?)?;
    writeln!(out, ".fi")
}

fn write_command(name: &str, command: Command, out: &mut dyn Write) -> io::Result<()> {
    let name = format!("{name} {}", command.get_name());
    let has_options = command.get_arguments().next().is_some();
    let man = Man::new(command.bin_name(name).disable_help_flag(true));
    writeln!(out, ".SS")?;
    out.write_all(&body(|out| man.render_synopsis_section(out))?)?;
    out.write_all(&body(|out| man.render_description_section(out))?)?;
    if has_options {
        out.write_all(&body(|out| man.render_options_section(out))?)?;
    }
    Ok(())
}

/// A section without its heading.
fn body(render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<Vec<u8>> {
    let mut section = Vec::new();
    render(&mut section)?;
    let heading = |line: &&[u8]| line.starts_with(b".SH ");
    Ok(section.split_inclusive(|byte| *byte == b'\n').filter(|line| !heading(line)).flatten().copied().collect())
}
