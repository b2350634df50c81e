//! The list of what failed: a JSON object a line.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{not_as_left, part_of};
use crate::annotation::json;
use crate::atomic::{Destination, sync_folder_of};
use crate::corpus::pipeline::Failure;
use crate::leftovers::Leftover;
use crate::lock::Lock;

/// A file with a line for every record that failed.
pub struct ErrorsFile {
    destination: Destination,
    file: Option<File>,
    position: u64,
    /// Whether it is there even if nothing failed.
    always: bool,
    /// What nobody can go on with, of a run that has no manifest.
    passing: Option<Passing>,
}

/// Keeps others from the list of a run that cannot be gone on with, and has what was written of it go with the run.
struct Passing {
    /// Of the list until it has its name.
    _leftover: Leftover,
    _lock: Lock,
}

#[derive(Serialize)]
struct Line<'a> {
    id: Option<&'a str>,
    source: &'a str,
    line: Option<u64>,
    stage: &'a str,
    message: &'a str,
}

impl ErrorsFile {
    /// A file that will be at `destination`, or goes on behind so many bytes of it. One that is to be there `always` is
    /// begun at once; another with the first failure, and if there is none, one of an earlier run is taken away.
    ///
    /// # Errors
    ///
    /// If it cannot be written to, or is not as it was left.
    pub fn open(destination: Destination, position: u64, always: bool) -> io::Result<Self> {
        let mut errors = Self { destination, file: None, position, always, passing: None };
        let path = match &errors.destination {
            Destination::Device(path) => {
                errors.file = Some(OpenOptions::new().write(true).open(path)?);
                return Ok(errors);
            }
            Destination::File(path) => path.clone(),
        };
        let part = part_of(&path);
        if position == 0 {
            match fs::remove_file(&part) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            if always {
                errors.begin()?;
            }
        } else if part.exists() {
            let mut file = OpenOptions::new().read(true).write(true).open(&part)?;
            if file.metadata()?.len() < position {
                return Err(not_as_left(&part, "is shorter than it was"));
            }
            file.set_len(position)?;
            file.seek(SeekFrom::Start(position))?;
            errors.file = Some(file);
        } else if fs::metadata(&path).map_or(0, |there| there.len()) != position {
            return Err(not_as_left(&part, "is missing"));
        }
        Ok(errors)
    }

    /// The list of a run that cannot be gone on with, begun at once: nothing stays of it if the run ends before it has its
    /// name.
    ///
    /// # Errors
    ///
    /// If it cannot be written to, or another run writes to it.
    pub fn passing(destination: Destination) -> io::Result<Self> {
        let passing = match &destination {
            Destination::Device(_) => None,
            Destination::File(path) => {
                let lock = Lock::take_passing(path)?;
                let part = part_of(path);
                lock.clear(std::slice::from_ref(&part))?;
                Some(Passing { _leftover: Leftover::note(&part), _lock: lock })
            }
        };
        let mut errors = Self::open(destination, 0, true)?;
        errors.passing = passing;
        Ok(errors)
    }

    fn begin(&mut self) -> io::Result<&mut File> {
        if self.file.is_none() {
            let part = part_of(self.path());
            let file = File::create(&part)?;
            sync_folder_of(&part)?;
            self.file = Some(file);
        }
        self.file.as_mut().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Adds what failed.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn add(&mut self, failures: &[Failure]) -> io::Result<()> {
        if failures.is_empty() {
            return Ok(());
        }
        let mut lines = Vec::new();
        for Failure { id, position, stage, message } in failures {
            let source = &*position.source;
            let line = Line { id: id.as_deref(), source, line: position.line, stage, message };
            json::to_writer(&mut lines, &line)?;
            lines.push(b'\n');
        }
        let lasting = matches!(self.destination, Destination::File(_));
        let file = self.begin()?;
        file.write_all(&lines)?;
        if lasting {
            file.sync_data()?;
        }
        self.position += lines.len() as u64;
        Ok(())
    }

    /// Where it stands.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The path that it will have.
    pub fn path(&self) -> &Path {
        let (Destination::File(path) | Destination::Device(path)) = &self.destination;
        path
    }

    /// The path that it has until the run is complete.
    pub fn path_until_then(&self) -> PathBuf {
        match &self.destination {
            Destination::File(path) => part_of(path),
            Destination::Device(path) => path.clone(),
        }
    }

    /// Gives the file its name.
    ///
    /// # Errors
    ///
    /// If it cannot be renamed.
    pub fn name(&mut self) -> io::Result<()> {
        let Destination::File(path) = &self.destination else { return Ok(()) };
        if self.file.take().is_some() {
            fs::rename(part_of(path), path)?;
        } else if self.position == 0 && !self.always {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        sync_folder_of(path)
    }

    /// Takes away what was written.
    pub fn discard(&mut self) {
        if let (Some(_), Destination::File(path)) = (self.file.take(), &self.destination) {
            let _ = fs::remove_file(part_of(path));
        }
    }
}

impl Drop for ErrorsFile {
    fn drop(&mut self) {
        if self.passing.is_some() {
            self.discard();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::position::Position;

    fn failure(line: u64) -> Failure {
        let position = Position { source: "a\n\"b\".jsonl".into(), line: Some(line) };
        Failure { id: None, position, stage: "read", message: "no <text>".into() }
    }

    #[test]
    fn a_list_of_a_run_without_a_manifest_goes_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("e.jsonl");
        let open = || ErrorsFile::passing(Destination::File(path.clone()));
        let mut errors = open().unwrap();
        errors.add(&[failure(1)]).unwrap();
        assert!(open().is_err(), "another run has it");
        drop(errors);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        fs::write(part_of(&path), "of another program").unwrap();
        assert!(open().err().unwrap().to_string().contains("move it"));
        assert!(part_of(&path).exists());
        fs::remove_file(part_of(&path)).unwrap();
        let mut errors = open().unwrap();
        errors.add(&[failure(1)]).unwrap();
        errors.name().unwrap();
        drop(errors);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn failures_are_listed_and_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("e.jsonl");
        let open = |position, always| ErrorsFile::open(Destination::File(path.clone()), position, always);
        let mut errors = open(0, false).unwrap();
        errors.add(&[]).unwrap();
        errors.add(&[failure(1), failure(2)]).unwrap();
        let position = errors.position();
        errors.add(&[failure(3)]).unwrap();
        drop(errors);
        let mut errors = open(position, false).unwrap();
        errors.add(&[failure(4)]).unwrap();
        errors.name().unwrap();
        let found = fs::read_to_string(&path).unwrap();
        let lines: Vec<serde_json::Value> = found.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.iter().map(|line| line["line"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 2, 4]);
        assert_eq!(lines[0]["source"], "a\n\"b\".jsonl");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        // A run that ended after it was named.
        assert!(open(found.len() as u64, false).unwrap().name().is_ok() && path.exists());
        assert!(open(3, false).is_err());
        // Nothing failed in the next run.
        open(0, false).unwrap().name().unwrap();
        assert!(!path.exists());
        open(0, true).unwrap().name().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "");
    }
}
