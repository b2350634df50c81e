//! A small environment to run the binary in.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// A folder of its own for one test, and the binary run in it.
pub struct Env {
    folder: tempfile::TempDir,
}

/// What a run gave.
pub struct Run {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Env {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file and gives its path.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// The names of the files in the folder, sorted.
    pub fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The binary that is tested.
    pub fn command(&self) -> Command {
        self.command_of(env!("CARGO_BIN_EXE_dateline").as_ref())
    }

    /// A program, without the settings of whoever runs the tests, except where fetched libraries are.
    pub fn command_of(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path()).env_remove("ORT_DYLIB_PATH");
        heed_signals(&mut command);
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("DATELINE_") && name != "DATELINE_CACHE" {
                command.env_remove(name);
            }
        }
        command
    }

    pub fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Run {
        self.run_with(args, "")
    }

    /// Runs the binary with something on standard input.
    pub fn run_with<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>, stdin: impl AsRef<[u8]>) -> Run {
        finish(self.command().args(args), stdin.as_ref())
    }
}

/// Runs a command to its end.
pub fn finish(command: &mut Command, stdin: &[u8]) -> Run {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let stdin = stdin.to_vec();
    let feeding = std::thread::spawn(move || {
        // A command that fails early closes its input.
        let _ = pipe.write_all(&stdin);
    });
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    feeding.join().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Run { status: status.code().unwrap_or(-1), stdout: text(stdout), stderr: text(stderr) }
}

impl Run {
    /// The lines of the output as JSON, of a run in which all went well.
    pub fn jsonl(&self) -> Vec<Value> {
        assert_eq!(self.status, 0, "{}", self.stderr);
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Asserts that the run failed with a status and one line of explanation that has all the given parts.
    pub fn assert_fails(&self, status: i32, parts: &[&str]) {
        assert_eq!(self.status, status, "{}", self.stderr);
        let lines: Vec<&str> = self.stderr.lines().collect();
        assert_eq!(lines.len(), 1, "{}", self.stderr);
        for part in parts {
            assert!(lines[0].contains(part), "{part:?} is not in {:?}", lines[0]);
        }
        assert!(!lines[0].contains("panicked"), "{}", lines[0]);
    }
}

/// A file of the tests' data.
pub fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join("data").join(name)
}

/// A file that is beside the project where it is developed, and not part of it. Where that folder is, the file must be there;
/// where it is not, this says so aloud, whatever is captured, and gives `None`.
pub fn shared(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    if folder.is_dir() {
        let file = folder.join(name);
        assert!(file.is_file(), "{} is not there, though {} is", file.display(), folder.display());
        return Some(file);
    }
    // `eprintln!` would be captured with the output of a test that passes.
    let _ = writeln!(std::io::stderr(), "skipped: {} is not there", folder.join(name).display());
    None
}

/// Asserts that every entity's offsets, in code points, slice the text to the entity.
pub fn assert_offsets(document: &Value, text: &str) {
    let chars: Vec<char> = text.chars().collect();
    for entity in document["entities"].as_array().unwrap() {
        let at = |key: &str| entity[key].as_u64().unwrap() as usize;
        let sliced: String = chars[at("start")..at("end")].iter().collect();
        assert_eq!(sliced, entity["text"].as_str().unwrap(), "{entity}");
    }
}

/// Has a program heed the signals that end programs, also where the tests are run by one that ignores them, as `nohup` and
/// shells in the background do.
fn heed_signals(command: &mut Command) {
    #[cfg(unix)]
    // SAFETY: between fork and exec, nothing is called but what handlers of signals may call.
    unsafe {
        std::os::unix::process::CommandExt::pre_exec(command, || {
            for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
                libc::signal(signal, libc::SIG_DFL);
            }
            Ok(())
        });
    }
    #[cfg(not(unix))]
    let _ = command;
}
