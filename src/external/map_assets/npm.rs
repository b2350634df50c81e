//! Fetching tarballs with `npm`.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Output;
use std::sync::LazyLock;

use super::pins::{self, Pin};
use crate::external::client::{Client, lines, shortened, written};
use crate::external::error::FetchError;

/// Fetches tarballs.
pub(super) trait Fetcher: Sync {
    /// The command that fetches. It is looked for in the folder, which is empty.
    fn find(&self, folder: &Path) -> Result<&[OsString], FetchError>;

    /// Fetches each tarball into the folder, which is empty, under its [`Pin::tarball_name`]. Their hashes are the
    /// caller's to check.
    fn fetch(&self, command: &[OsString], pins: &[Pin], folder: &Path) -> Result<(), FetchError>;
}

/// The client's name.
pub(super) const NPM: &str = "npm";

/// Fetches with the user's `npm`.
pub(super) struct Npm(pub Client);

/// The `npm` that the user has.
pub(super) static OF_THE_USER: LazyLock<Npm> = LazyLock::new(Npm::default);

impl Default for Npm {
    fn default() -> Self {
        // On Windows it is a script, which is not found without its ending.
        let commands: &[&[&str]] = if cfg!(windows) { &[&["npm.cmd"], &["npm"]] } else { &[&["npm"]] };
        Self(Client::new(NPM, commands, error_in))
    }
}

impl Fetcher for Npm {
    fn find(&self, folder: &Path) -> Result<&[OsString], FetchError> {
        self.0.find(folder)
    }

    fn fetch(&self, command: &[OsString], pins: &[Pin], folder: &Path) -> Result<(), FetchError> {
        let requirements: Vec<String> = pins.iter().map(Pin::requirement).collect();
        // The destination is the folder that it runs in. Written in full, a `${NAME}` in the path would be replaced.
        let options = ["pack", "--ignore-scripts", "--no-update-notifier", "--loglevel=error", "--pack-destination=."];
        let arguments = options.into_iter().chain(requirements.iter().map(String::as_str));
        let arguments: Vec<&OsStr> = arguments.map(OsStr::new).collect();
        self.0.fetch(command, folder, &arguments, &pins::requirements(pins))?;
        match pins.iter().map(Pin::tarball_name).find(|name| !folder.join(name).exists()) {
            Some(file) => Err(FetchError::NothingLeft { command: written(command), file }),
            None => Ok(()),
        }
    }
}

/// What `npm` says is wrong: the code of the error and the first sentence that goes with it. Around these, its lines
/// tell the system call, a stack of its own functions, general advice, and last the place of a log.
fn error_in(output: &Output) -> String {
    /// Fewer words are a code or a name.
    const SENTENCE: usize = 4;
    let stderr = lines(&output.stderr);
    let after_mark = |line: &String| {
        let rest = line.strip_prefix("npm error").or_else(|| line.strip_prefix("npm ERR!"))?;
        Some(rest.trim().to_owned())
    };
    let errors: Vec<String> = stderr.iter().filter_map(after_mark).collect();
    let code = errors.iter().find_map(|line| line.strip_prefix("code "));
    let is_sentence = |line: &&String| line.split(' ').count() >= SENTENCE && !line.starts_with("A complete log");
    let said = match (code, errors.iter().find(is_sentence).or(errors.first())) {
        (Some(code), Some(sentence)) if !sentence.starts_with("code ") => format!("{code}: {sentence}"),
        (_, Some(line)) => line.clone(),
        // No npm at all: the shell's words, or those of a node that is too old for it.
        (_, None) => stderr.last().cloned().unwrap_or_else(|| String::from("it said nothing")),
    };
    shortened(&said)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::external::map_assets::pins::PINS;

    /// What the fetching with this script in place of `npm` gives.
    fn fetch(script: &str) -> Result<(), String> {
        let folder = tempfile::tempdir().unwrap();
        let command = ["sh", "-c", script, "npm"].map(OsString::from).to_vec();
        let npm = Npm(Client { commands: vec![command], ..Npm::default().0 });
        let fetched = npm.find(folder.path()).and_then(|command| npm.fetch(command, &PINS[..2], folder.path()));
        fetched.map_err(|error| error.to_string())
    }

    /// A script that fails with these lines on standard error.
    fn says(printf: &str) -> String {
        format!("[ \"$1\" = --version ] && exit 0; printf '{printf}' >&2; exit 1")
    }

    #[test]
    fn it_is_asked_for_all_at_once_and_for_no_scripts() {
        let script = r#"
            [ "$1" = --version ] && exit 0
            touch leaflet-1.9.4.tgz leaflet.markercluster-1.5.3.tgz
            case "$*" in
                "pack "*"--ignore-scripts "*" leaflet@1.9.4 leaflet.markercluster@1.5.3") exit 0
            esac; exit 1"#;
        assert_eq!(fetch(script), Ok(()));
    }

    #[test]
    fn what_it_says_is_quoted_in_one_line() {
        let unknown = says(
            r"\033[31mnpm error\033[39m code ETARGET\nnpm error \033[1mnotarget No\tmatching\007 version found for a@1.\n\
              npm error A complete log of this run can be found in: x.log\n",
        );
        let error = fetch(&unknown).unwrap_err();
        assert!(
            error.contains("could not fetch leaflet@1.9.4 leaflet.markercluster@1.5.3 (exit status: 1): "),
            "{error}"
        );
        assert!(error.ends_with("ETARGET: notarget No matching version found for a@1."), "{error}");
        let network = says(
            r"npm ERR! code ECONNREFUSED\nnpm ERR! syscall connect\nnpm ERR! errno ECONNREFUSED\n\
              npm ERR! FetchError: request to x failed\nnpm ERR!     at ClientRequest.emit (node:events:524:28)\n",
        );
        assert!(fetch(&network).unwrap_err().ends_with("ECONNREFUSED: FetchError: request to x failed"));
        assert!(fetch(&says("npm ERR! code E500\\n")).unwrap_err().ends_with("code E500"));
        assert!(fetch(&says("cannot be run here\\n")).unwrap_err().ends_with("cannot be run here"));
        assert!(fetch(&says("")).unwrap_err().ends_with("it said nothing"));
        let long = fetch(&says(&"npm error a b c d ".repeat(100))).unwrap_err();
        let said = long.rsplit("(exit status: 1): ").next().unwrap();
        assert!(said.starts_with("a b c d") && said.ends_with('…') && said.len() < 310, "{said}");
        for error in [error, long] {
            assert!(!error.contains(char::is_control), "{error}");
        }
    }

    #[test]
    fn success_without_a_tarball_is_a_failure() {
        let error = fetch("[ \"$1\" = --version ] || touch leaflet-1.9.4.tgz").unwrap_err();
        assert!(error.ends_with("ended well but left no leaflet.markercluster-1.5.3.tgz"), "{error}");
    }

    #[test]
    fn one_that_does_not_run_is_none() {
        let error = fetch("echo 'env: node: No such file or directory' >&2; exit 127").unwrap_err();
        assert!(error.starts_with("there is no npm to fetch with (tried `sh "), "{error}");
        assert!(error.ends_with(": env: node: No such file or directory)"), "{error}");
    }
}
