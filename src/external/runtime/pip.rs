//! Fetching a wheel with `pip`.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::LazyLock;

use super::pins::Pin;
use crate::external::client::{Client, lines, shortened, written};
use crate::external::error::{FetchError, at};

/// Fetches a wheel.
pub(super) trait Fetcher: Sync {
    /// The command that fetches. It is looked for in the folder, which is empty.
    fn find(&self, folder: &Path) -> Result<&[OsString], FetchError>;

    /// Fetches the wheel into the folder, which is empty, and gives its path. Its hash is the caller's to check.
    fn fetch(&self, command: &[OsString], pin: &Pin, folder: &Path) -> Result<PathBuf, FetchError>;
}

/// The client's name.
pub(super) const PIP: &str = "pip";

/// Fetches with the first `pip` that runs.
pub(super) struct Pip(pub Client);

/// Whichever `pip` the user has.
pub(super) static OF_THE_USER: LazyLock<Pip> = LazyLock::new(Pip::default);

impl Default for Pip {
    fn default() -> Self {
        let commands: &[&[&str]] = &[&["python3", "-m", "pip"], &["python", "-m", "pip"], &["pip3"], &["pip"]];
        Self(Client::new(PIP, commands, last_error))
    }
}

impl Fetcher for Pip {
    fn find(&self, folder: &Path) -> Result<&[OsString], FetchError> {
        self.0.find(folder)
    }

    fn fetch(&self, command: &[OsString], pin: &Pin, folder: &Path) -> Result<PathBuf, FetchError> {
        let requirement = pin.requirement();
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
            &requirement,
            "--dest",
        ];
        let arguments: Vec<&OsStr> = arguments.iter().map(OsStr::new).chain([folder.as_os_str()]).collect();
        self.0.fetch(command, folder, &arguments, &requirement)?;
        let nothing_left = || FetchError::NothingLeft { command: written(command), file: String::from("wheel") };
        wheel_in(folder)?.ok_or_else(nothing_left)
    }
}

fn wheel_in(folder: &Path) -> Result<Option<PathBuf>, FetchError> {
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let path = entry.map_err(at(folder))?.path();
        if path.extension().is_some_and(|extension| extension == "whl") {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// The last error that `pip` gave; of one that it did not expect, and tells with a stack of its functions, the line that
/// ends that, which says what it was. With the last warning about the network, if there was one, since `pip` ends such a
/// failure with no more than "No matching distribution found".
fn last_error(output: &Output) -> String {
    let errors = lines(&output.stderr);
    let all = [&errors[..], &lines(&output.stdout)].concat();
    let last = |start: &str| all.iter().rfind(|line| line.starts_with(start));
    let is_advice = |line: &String| line.starts_with("[notice]") || line.starts_with("WARNING:");
    let last_words = errors.iter().rfind(|line| !is_advice(line)).or(errors.last()).or(all.last());
    let error = last("ERROR:").filter(|line| *line != "ERROR: Exception:").or(last_words);
    let mut said = error.map_or_else(|| String::from("it said nothing"), |error| shortened(error));
    if let Some(warning) = last("WARNING: Retrying") {
        said = format!("{said} (after {})", shortened(warning));
    }
    said
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
        let pip = Pip(Client { commands, ..Pip::default().0 });
        pip.fetch(pip.find(folder.path())?, &super::super::pins::PINS[0], folder.path())
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
    fn of_a_stack_its_last_line_is_quoted() {
        let script = r#"
            [ "$1" = --version ] && exit 0
            printf 'ERROR: Exception:\nTraceback (most recent call last):\n  File "a.py", line 1, in main\n' >&2
            printf '    raise error\nOSError: [Errno 28] No space left on device\n\n[notice] a new pip\n' >&2
            exit 2"#;
        let error = fetch(vec![shell(script)]).unwrap_err().to_string();
        assert!(error.ends_with("(exit status: 2): OSError: [Errno 28] No space left on device"), "{error}");
    }

    #[test]
    fn success_without_a_wheel_is_a_failure() {
        let error = fetch(vec![shell("exit 0")]).unwrap_err().to_string();
        assert!(error.contains("` ended well but left no wheel"), "{error}");
    }

    #[test]
    fn a_failed_download_is_not_tried_with_the_next_command() {
        let error = fetch(vec![
            shell("[ \"$1\" = --version ] || { echo 'ERROR: one' >&2; exit 1; }"),
            shell("[ \"$1\" = --version ] || { echo 'ERROR: two' >&2; exit 1; }"),
        ]);
        assert!(error.unwrap_err().to_string().contains("ERROR: one"));
    }
}
