//! What holds for every file that a command writes: it takes no input's place, no other output's, and no other run's.

use std::io;
use std::path::{Path, PathBuf};

use dateline::inner::atomic::{AtomicFile, Destination, UNTIL_COMPLETE};
use dateline::inner::lock::{LOCK, in_one_form, suffixed};
use same_file::Handle;

use crate::cli::terminal::cannot_write;

/// An output, and the names that lie beside it while it is written.
pub fn with_names_beside(path: &Path) -> [PathBuf; 3] {
    // Without a slash behind it.
    let path: PathBuf = path.components().collect();
    let [lock, unnamed] = [LOCK, UNTIL_COMPLETE].map(|suffix| suffixed(&path, suffix));
    [path, lock, unnamed]
}

/// An output must not take the place of an input, which is still being read or is wanted afterwards.
pub fn refuse_over(output: &Path, inputs: &[PathBuf]) -> anyhow::Result<()> {
    let handle = |path: &PathBuf| match path.as_os_str() {
        stdin if stdin == "-" => Handle::stdin(),
        // A pipe is no output's name, and opening it once more could end it.
        _ if path.is_file() => Handle::from_path(path),
        _ => Err(io::ErrorKind::Unsupported.into()),
    };
    let Some(there) = output.is_file().then(|| Handle::from_path(output).ok()).flatten() else { return Ok(()) };
    match inputs.iter().find(|input| handle(input).is_ok_and(|input| input == there)) {
        Some(_) => {
            anyhow::bail!("{}: is input and output; expected another file to write to", output.display())
        }
        None => Ok(()),
    }
}

/// The files of one run must not take each other's place, however their paths are written.
pub fn refuse_twice<'p>(files: impl IntoIterator<Item = &'p PathBuf>) -> anyhow::Result<()> {
    let mut seen = std::collections::HashSet::new();
    for path in files {
        // What cannot be written is told when it is opened.
        let Ok(Destination::File(file)) = Destination::of(path) else { continue };
        anyhow::ensure!(
            seen.insert(in_one_form(&file)),
            "{}: would be written to for two purposes; expected a file of its own for each output",
            path.display()
        );
    }
    Ok(())
}

/// The files in a folder that is an input as a whole.
pub fn files_in(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files.map(|entry| entry.path()).collect()
}

/// Begins a file under a path. From now on, no other run writes there.
pub fn begin(path: &Path) -> anyhow::Result<AtomicFile> {
    AtomicFile::create(path).map_err(|error| unopened(path, error))
}

/// Why an output cannot be opened: what the system says needs words about it, what is said of the output itself does not.
pub fn unopened(path: &Path, error: io::Error) -> anyhow::Error {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.exists()) {
        return anyhow::anyhow!(
            "{}: there is no folder {}; expected one to write into: make it, with mkdir -p for example",
            path.display(),
            folder.display()
        );
    }
    match error.kind() {
        io::ErrorKind::AlreadyExists | io::ErrorKind::WouldBlock => anyhow::anyhow!("{}: {error}", path.display()),
        io::ErrorKind::Other => error.into(),
        _ => anyhow::Error::from(error).context(cannot_write(path)),
    }
}
