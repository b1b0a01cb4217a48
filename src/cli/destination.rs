//! Where bytes go: standard output, or a file that is written whole or not at all.

use super::args::{Color, Global};
use super::error::CliError;
use super::outputs;
use anstream::{AutoStream, ColorChoice};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes something that has no formats where it was asked for.
pub(super) fn write_with(
    global: &Global,
    styled: bool,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), CliError> {
    write_to(outputs::file(global)?, global.color, styled, content)
}

/// Writes to a file, or to standard output; `styled` output holds colours, which are left out where not wanted.
pub(super) fn write_to(
    file: Option<&Path>,
    color: Color,
    styled: bool,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), CliError> {
    let automatic = if file.is_some() { ColorChoice::Never } else { AutoStream::choice(&io::stdout()) };
    let plain = styled && choice(color, automatic) == ColorChoice::Never;
    let content = |out: &mut dyn Write| if plain { write_stripped(content, out) } else { content(out) };
    let result = match file {
        Some(path) => write_file(path, content),
        None => write_stdout(content),
    };
    result.map_err(|error| CliError::Output { file: file.map(Path::to_owned), error })
}

/// Leaves colours out.
fn write_stripped(
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut text = Vec::new();
    content(&mut text)?;
    out.write_all(&anstream::adapter::strip_bytes(&text).into_vec())
}

/// Standard error, coloured if that is wanted.
pub(super) fn stderr(color: Color) -> AutoStream<io::Stderr> {
    let stream = io::stderr();
    let automatic = AutoStream::choice(&stream);
    AutoStream::new(stream, choice(color, automatic))
}

fn choice(color: Color, automatic: ColorChoice) -> ColorChoice {
    match color {
        Color::Auto => automatic,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    }
}

/// A reader that went away early, such as `head`, is no error.
fn write_stdout(content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match content(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Writes a file of the tool's own, whole or not at all.
pub(super) fn write_own(path: &Path, text: &str) -> Result<(), CliError> {
    let written = write_file(path, |out| out.write_all(text.as_bytes()));
    written.map_err(|error| CliError::Output { file: Some(path.to_owned()), error })
}

/// Writes beside the file, then puts the result in its place; a device or a pipe is written to directly.
fn write_file(path: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(&path).is_ok_and(|file| !file.is_file() && !file.is_dir()) {
        let mut out = io::BufWriter::new(File::options().write(true).open(&path)?);
        return content(&mut out).and_then(|()| out.flush());
    }
    let (mut out, temporary) = create_beside(&path)?;
    let written = content(&mut out).and_then(|()| out.flush());
    let renamed = written.and_then(|()| fs::rename(&temporary, &path));
    if renamed.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    renamed
}

/// A fresh file in the same folder, so that the rename does not cross file systems.
fn create_beside(path: &Path) -> io::Result<(io::BufWriter<File>, PathBuf)> {
    let name = path.file_name().ok_or_else(|| io::Error::other("not the name of a file"))?;
    for attempt in 0..100 {
        let mut temporary = std::ffi::OsString::from(".");
        temporary.push(name);
        temporary.push(format!(".{}.{attempt}.tmp", std::process::id()));
        let temporary = path.with_file_name(temporary);
        match File::options().write(true).create_new(true).open(&temporary) {
            Ok(file) => return Ok((io::BufWriter::new(file), temporary)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("no free name for a temporary file"))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "a test reads what it wrote")]

    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_whole_or_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("report.json");
        write_file(&path, |out| out.write_all(b"one")).unwrap();
        let failed = write_file(&path, |out| {
            out.write_all(b"half")?;
            Err(io::Error::other("no"))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "one");
        assert!(write_file(dir.path(), |out| out.write_all(b"x")).is_err());
        assert!(write_file(&dir.path().join("none/x"), |out| out.write_all(b"x")).is_err());
        assert_eq!(names(dir.path()), ["report.json"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_device_stays_a_device() {
        write_file(Path::new("/dev/null"), |out| out.write_all(b"x")).unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
