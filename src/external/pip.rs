//! Running `pip`, which knows the user's mirrors, proxies and certificates.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::error::FetchError;
use super::pins::Pin;
use crate::message::one_line;

/// The longest quotation of what `pip` says, in characters.
const LONGEST_QUOTATION: usize = 300;

/// Fetches a package.
pub(super) trait Fetcher: Sync {
    /// Fetches the wheel into the folder, which is empty, and gives its path. Its hash is the caller's to check.
    fn fetch(&self, pin: &Pin, folder: &Path) -> Result<PathBuf, FetchError>;
}

/// Fetches with the first of several commands that is a `pip`.
pub(super) struct Pip {
    /// Each a program and its first arguments.
    pub commands: Vec<Vec<OsString>>,
}

impl Default for Pip {
    fn default() -> Self {
        let commands: &[&[&str]] = &[&["python3", "-m", "pip"], &["python", "-m", "pip"], &["pip3"], &["pip"]];
        Self { commands: commands.iter().map(|command| command.iter().map(OsString::from).collect()).collect() }
    }
}

impl Fetcher for Pip {
    fn fetch(&self, pin: &Pin, folder: &Path) -> Result<PathBuf, FetchError> {
        let command = self.first_that_runs(folder)?;
        let arguments = [
            "download",
            "--disable-pip-version-check",
            "--no-input",
            "--no-deps",
            "--only-binary=:all:",
            "--platform",
            pin.platform_tag,
            "--python-version",
            pin.python_version,
            "--implementation",
            "cp",
            "--abi",
            pin.abi_tag,
            "--dest",
        ];
        let failed = |status: String, said: String| FetchError::Pip {
            command: written(command),
            package: pin.requirement(),
            status,
            said,
        };
        let output = run(command, folder, |pip| pip.args(arguments).arg(folder).arg(pin.requirement()))
            .map_err(|why| failed(String::from("not run"), one_line(&why.to_string())))?;
        if !output.status.success() {
            return Err(failed(output.status.to_string(), last_error(&output)));
        }
        wheel_in(folder)?.ok_or_else(|| failed(output.status.to_string(), String::from("it left no wheel")))
    }
}

impl Pip {
    /// The first command that is a `pip`. Asked by its version, so that a download that fails is known to be the
    /// network's fault and is not tried over with each command.
    fn first_that_runs(&self, folder: &Path) -> Result<&[OsString], FetchError> {
        let mut tried = Vec::new();
        for command in &self.commands {
            let why = match run(command, folder, |pip| pip.arg("--version")) {
                Ok(output) if output.status.success() => return Ok(command),
                Ok(output) => last_error(&output),
                Err(why) => one_line(&why.to_string()),
            };
            tried.push(format!("`{}`: {why}", written(command)));
        }
        Err(FetchError::NoPip { tried })
    }
}

/// Runs a command with its output captured.
///
/// It runs in the folder, which is ours and empty: `python -m` imports from the working directory first, and the user's
/// may hold files of any name.
fn run(
    command: &[OsString],
    folder: &Path,
    arguments: impl FnOnce(&mut Command) -> &mut Command,
) -> std::io::Result<Output> {
    let (program, first) = command.split_first().ok_or(std::io::ErrorKind::InvalidInput)?;
    arguments(Command::new(program).args(first)).current_dir(folder).stdin(Stdio::null()).output()
}

fn written(command: &[OsString]) -> String {
    let words: Vec<_> = command.iter().map(|word| word.to_string_lossy()).collect();
    one_line(&words.join(" "))
}

fn wheel_in(folder: &Path) -> Result<Option<PathBuf>, FetchError> {
    let unreadable = |why| FetchError::Cache { path: folder.to_owned(), why };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "whl") {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// The last error that the command gave, in one line; with the last warning about the network, if there was one, since
/// `pip` ends such a failure with no more than "No matching distribution found".
fn last_error(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let lines = text(&output.stderr) + "\n" + &text(&output.stdout);
    let lines: Vec<String> = lines.lines().map(one_line).filter(|line| !line.is_empty()).collect();
    let last = |start: &str| lines.iter().rfind(|line| line.starts_with(start));
    let last_of_stderr = || text(&output.stderr).lines().map(one_line).rfind(|line| !line.is_empty());
    let error = last("ERROR:").cloned().or_else(last_of_stderr).or_else(|| lines.last().cloned());
    let mut said = shortened(&error.unwrap_or_else(|| String::from("it said nothing")));
    if let Some(warning) = last("WARNING: Retrying") {
        said = format!("{said} (after {})", shortened(warning));
    }
    said
}

fn shortened(line: &str) -> String {
    match line.char_indices().nth(LONGEST_QUOTATION) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Vec<OsString> {
        ["sh", "-c", script, "pip"].map(OsString::from).to_vec()
    }

    fn fetch(commands: Vec<Vec<OsString>>) -> Result<PathBuf, FetchError> {
        let folder = tempfile::tempdir().unwrap();
        Pip { commands }.fetch(&super::super::pins::PINS[0], folder.path())
    }

    #[test]
    fn no_pip_names_every_command_tried() {
        let none = vec![OsString::from("dateline-has-no-such-program"), OsString::from("-m")];
        let error = fetch(vec![none, shell("echo 'No module named pip' >&2; exit 1")]).unwrap_err().to_string();
        assert!(error.contains("`dateline-has-no-such-program -m`: "), "{error}");
        assert!(error.contains("No module named pip"), "{error}");
        assert!(!error.contains('\n'));
    }

    #[test]
    fn the_last_error_is_quoted_in_one_line() {
        let script = r#"
            [ "$1" = --version ] && exit 0
            printf 'WARNING: Retrying (1): no route\n\033[31mERROR: first\033[0m\n' >&2
            printf '\033[31mERROR: no\ttwo\007\033[0m\r\n\n[notice] a new pip\n' >&2
            exit 3"#;
        let error = fetch(vec![shell(script)]).unwrap_err().to_string();
        assert!(error.contains("ERROR: no two (after WARNING: Retrying (1): no route)"), "{error}");
        assert!(error.contains("onnxruntime==1.31.1") && error.contains("exit status: 3"), "{error}");
        assert!(!error.contains(char::is_control));
    }

    #[test]
    fn success_without_a_wheel_is_a_failure() {
        let error = fetch(vec![shell("exit 0")]).unwrap_err().to_string();
        assert!(error.contains("it left no wheel"), "{error}");
    }

    #[test]
    fn a_failed_download_is_not_tried_with_the_next_command() {
        let error = fetch(vec![
            shell("[ \"$1\" = --version ] || { echo 'ERROR: one' >&2; exit 1; }"),
            shell("[ \"$1\" = --version ] || { echo 'ERROR: two' >&2; exit 1; }"),
        ]);
        assert!(error.unwrap_err().to_string().contains("ERROR: one"));
    }

    #[test]
    fn long_lines_are_shortened() {
        assert_eq!(shortened("äb"), "äb");
        assert_eq!(shortened(&"ä".repeat(400)).chars().count(), LONGEST_QUOTATION + 1);
    }
}
