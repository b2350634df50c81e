//! Package clients, which know the user's mirrors, proxies and certificates: which one runs here, and how it is run.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::error::FetchError;
use crate::message::one_line;

/// The longest quotation of what a client says, in characters.
const LONGEST_QUOTATION: usize = 300;

/// A package client, under each command that may start it here.
pub(super) struct Client {
    /// Its name, for messages.
    pub name: &'static str,
    /// Each a program and its first arguments.
    pub commands: Vec<Vec<OsString>>,
    /// The error in the output of a run that failed, in one line that is not too long to quote.
    pub error_in: fn(&Output) -> String,
}

impl Client {
    /// The client of this name, under commands that have no odd characters in them.
    pub fn new(name: &'static str, commands: &[&[&str]], error_in: fn(&Output) -> String) -> Self {
        let owned = |command: &&[&str]| command.iter().map(OsString::from).collect();
        Self { name, commands: commands.iter().map(owned).collect(), error_in }
    }

    /// The first command that runs here. Asked by its version, so that a download that fails is known to be the
    /// network's fault and is not tried over with each command.
    pub fn find(&self, folder: &Path) -> Result<&[OsString], FetchError> {
        let mut tried = Vec::new();
        for command in &self.commands {
            let why = match run(command, folder, &[OsStr::new("--version")]) {
                Ok(output) if output.status.success() => return Ok(command),
                Ok(output) => (self.error_in)(&output),
                Err(why) => one_line(&why.to_string()),
            };
            tried.push(format!("`{}`: {why}", written(command)));
        }
        Err(FetchError::NoClient { client: self.name, tried })
    }

    /// Runs a command that [`Client::find`] gave to fetch packages into the folder.
    pub fn fetch(
        &self,
        command: &[OsString],
        folder: &Path,
        arguments: &[&OsStr],
        packages: &str,
    ) -> Result<(), FetchError> {
        let (status, said) = match run(command, folder, arguments) {
            Ok(output) if output.status.success() => return Ok(()),
            Ok(output) => (output.status.to_string(), (self.error_in)(&output)),
            Err(why) => (String::from("not run"), one_line(&why.to_string())),
        };
        Err(FetchError::Failed { command: written(command), packages: packages.to_owned(), status, said })
    }
}

/// Runs a command with its output captured.
///
/// It runs in the folder, which is ours and empty: `python -m` imports from the working directory first, `npm` reads
/// settings there, and the user's may hold files of any name.
fn run(command: &[OsString], folder: &Path, arguments: &[&OsStr]) -> std::io::Result<Output> {
    let (program, first) = command.split_first().ok_or(std::io::ErrorKind::InvalidInput)?;
    Command::new(program).args(first).args(arguments).current_dir(folder).stdin(Stdio::null()).output()
}

/// A command as a person would write it.
pub(super) fn written(command: &[OsString]) -> String {
    let words: Vec<_> = command.iter().map(|word| word.to_string_lossy()).collect();
    one_line(&words.join(" "))
}

/// The lines of a client's output that are not empty, without terminal escapes.
pub(super) fn lines(output: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(output).lines().map(one_line).filter(|line| !line.is_empty()).collect()
}

/// The line for a quotation: cut off if it is very long.
pub(super) fn shortened(line: &str) -> String {
    match line.char_indices().nth(LONGEST_QUOTATION) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_shortened() {
        assert_eq!(shortened("äb"), "äb");
        assert_eq!(shortened(&"ä".repeat(400)).chars().count(), LONGEST_QUOTATION + 1);
    }

    #[test]
    #[cfg(unix)]
    fn no_client_names_every_command_tried() {
        let commands: &[&[&str]] =
            &[&["dateline-has-no-such-program", "-m"], &["sh", "-c", "echo 'No module\x07 named pip' >&2; exit 1"]];
        let client = Client::new("pip", commands, |output| lines(&output.stderr).join(" "));
        let folder = tempfile::tempdir().unwrap();
        let error = client.find(folder.path()).unwrap_err().to_string();
        assert!(
            error.starts_with("there is no pip to fetch with (tried `dateline-has-no-such-program -m`: "),
            "{error}"
        );
        assert!(error.contains("No module named pip"), "{error}");
        assert!(!error.contains(char::is_control));
    }
}
