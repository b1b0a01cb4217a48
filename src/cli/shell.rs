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
    let any = |_: &str| true;
    with_formats(command, any).mut_subcommands(|command| {
        let name = command.get_name().to_owned();
        with_formats(command, |other| other == name)
    })
}

/// Before the command's name, the format may be one of any command.
fn with_formats(command: Command, of: impl Fn(&str) -> bool) -> Command {
    command.mut_args(|arg| match arg.get_id().as_str() {
        "format" => one_of(arg, formats(&of)),
        "rule" | "allow" | "warn" | "deny" => one_of(arg, rules::names()),
        "output" => arg.value_hint(ValueHint::FilePath),
        _ => arg,
    })
}

fn one_of(arg: Arg, values: Vec<&'static str>) -> Arg {
    if values.is_empty() { arg } else { arg.value_parser(PossibleValuesParser::new(values)) }
}

fn formats(of: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let mut names = Vec::new();
    for name in args::formats().into_iter().filter(|(command, _)| of(command)).flat_map(|(_, names)| names) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
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
    Ok(section
        .split_inclusive(|byte| *byte == b'\n')
        .filter(|line| !heading(line))
        .flatten()
        .copied()
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_every_command_and_every_flag() {
        let mut page = Vec::new();
        write_page(&mut page).unwrap();
        let page = String::from_utf8(page).unwrap().replace("\\-", "-");
        let mut command = Cli::described();
        command.build();
        let mut names = Vec::new();
        for command in [&command].into_iter().chain(command.get_subcommands()) {
            names.extend(
                command.get_arguments().filter_map(|arg| arg.get_long()).map(|long| format!("--{long}")),
            );
            names.push(format!("cargo modcheck {}", command.get_name()));
        }
        // These are clap's own.
        names
            .retain(|name| !matches!(name.as_str(), "cargo modcheck cargo-modcheck" | "cargo modcheck help"));
        assert!(names.len() > 30, "{names:?}");
        let missing: Vec<&String> = names.iter().filter(|name| !page.contains(name.as_str())).collect();
        assert!(missing.is_empty(), "not on the page: {missing:?}");
        assert!(page.contains("3  analysis incomplete"), "no exit codes");
    }

    #[test]
    fn every_flag_that_takes_what_a_table_lists_offers_it() {
        let offered = |command: &Command, id: &str| -> Vec<String> {
            let arg = command.get_arguments().find(|arg| arg.get_id() == id).unwrap();
            arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect()
        };
        let command = with_values();
        for (name, formats) in args::formats() {
            assert_eq!(offered(command.find_subcommand(name).unwrap(), "format"), formats);
        }
        assert_eq!(offered(command.find_subcommand("explain").unwrap(), "rule"), rules::names());
        let all = offered(&command, "format");
        assert!(["github", "dot", "markdown"].iter().all(|format| all.iter().any(|other| other == format)));
        // Parsing rests on the plain one.
        assert_eq!(offered(&Cli::described(), "format"), Vec::<String>::new());
    }
}
