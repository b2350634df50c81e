//! What all evaluations have in common: corpora are read and scored one after the other, and what is missed is listed.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use dateline::inner::atomic::AtomicFile;
use serde::Serialize;

use crate::cli::outcome::Outcome;
use crate::cli::outputs;
use crate::cli::terminal::{cannot_write, explanation, print, say};

/// A way to score a system on corpora.
pub trait Evaluation {
    /// A corpus as people have marked it.
    type Gold;
    /// What is scored. It is opened once, when the first corpus has been read, so that a wrong path costs nothing.
    type System;

    /// Reads a corpus. One that cannot be read is told and counts as failed; the others are scored all the same.
    fn read(&self, corpus: &Path) -> anyhow::Result<Self::Gold>;

    /// Opens the system.
    fn open(&self) -> anyhow::Result<Self::System>;

    /// Scores the system on a corpus, and lists what it misses.
    fn score(&mut self, corpus: &Path, gold: Self::Gold, system: &Self::System) -> anyhow::Result<Scored>;

    /// What is printed over all corpora.
    fn summary(&self) -> anyhow::Result<String> {
        Ok(String::new())
    }

    /// Its lists, which get their names when all is scored.
    fn into_lists(self) -> Vec<List>;
}

/// A corpus that was scored.
pub struct Scored {
    /// What is printed of it.
    pub report: String,
    /// How many other systems could not be scored on it.
    pub failed: usize,
}

impl From<String> for Scored {
    fn from(report: String) -> Self {
        Self { report, failed: 0 }
    }
}

/// Scores corpus after corpus.
pub fn run<E: Evaluation>(corpora: &[PathBuf], mut evaluation: E) -> anyhow::Result<Outcome> {
    let mut system = None;
    let (mut done, mut failed) = (0, 0);
    for corpus in corpora {
        let gold = match evaluation.read(corpus) {
            Ok(gold) => gold,
            Err(error) => {
                say(&explanation(&error));
                failed += 1;
                continue;
            }
        };
        let system = match &system {
            Some(system) => system,
            None => system.insert(evaluation.open()?),
        };
        let scored = evaluation.score(corpus, gold, system)?;
        print(&scored.report)?;
        failed += scored.failed;
        done += 1;
    }
    if done == 0 {
        return Ok(Outcome::NothingDone);
    }
    print(&evaluation.summary()?)?;
    evaluation.into_lists().into_iter().try_for_each(List::commit)?;
    Ok(if failed == 0 { Outcome::Done } else { Outcome::SomeFailed })
}

/// The lines of a corpus, which may be standard input. `expected`: what it should be.
pub fn lines(corpus: &Path, expected: &str) -> anyhow::Result<Box<dyn BufRead>> {
    if corpus.as_os_str() == "-" {
        return Ok(Box::new(io::stdin().lock()));
    }
    let cannot = || format!("{}: cannot be opened; expected {expected}: check the path", corpus.display());
    Ok(Box::new(BufReader::new(File::open(corpus).with_context(cannot)?)))
}

/// A file with a JSON object on each line, if it was asked for.
pub struct List(Option<(PathBuf, AtomicFile)>);

impl List {
    /// Creates the file, which has its name only when it is committed. It may be none of the inputs.
    pub fn create(path: Option<&Path>, inputs: &[PathBuf]) -> anyhow::Result<Self> {
        let Some(path) = path else { return Ok(Self(None)) };
        outputs::refuse_over(path, inputs)?;
        Ok(Self(Some((path.to_owned(), outputs::begin(path)?))))
    }

    /// Whether it was asked for.
    pub fn is_wanted(&self) -> bool {
        self.0.is_some()
    }

    /// Adds a line.
    pub fn add(&mut self, line: &impl Serialize) -> anyhow::Result<()> {
        match self.is_wanted() {
            true => self.add_lines(&(serde_json::to_string(line)? + "\n")),
            false => Ok(()),
        }
    }

    /// Adds lines as they are.
    pub fn add_lines(&mut self, lines: &str) -> anyhow::Result<()> {
        match &mut self.0 {
            Some((path, file)) => file.write_all(lines.as_bytes()).with_context(|| cannot_write(path)),
            None => Ok(()),
        }
    }

    fn commit(self) -> anyhow::Result<()> {
        match self.0 {
            Some((path, file)) => file.commit().with_context(|| cannot_write(&path)),
            None => Ok(()),
        }
    }
}
