//! All documents of a run, one after the other, or a shard of them.

use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;

use super::error::ReadError;
use super::input::{InputRecord, Records};
use super::position::Position;
use super::read::{ReadOptions, look_at_folder, read};
use super::source::{Files, Globs, Source, files};

/// Records that stand together in a [`Shard`].
const SLICE: u64 = 16;

/// A part of a corpus, for one of several machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which part, from 1.
    pub number: u64,
    /// Of how many.
    pub of: u64,
}

impl Shard {
    /// All of it.
    pub const WHOLE: Self = Self { number: 1, of: 1 };

    /// Whether it has a record, which are counted from 0 over the whole corpus. Shards take slices of 16 records in turn.
    pub fn has(self, record: u64) -> bool {
        record / SLICE % self.of == self.number - 1
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(given: &str) -> Result<Self, String> {
        let numbers = given.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match numbers {
            Some((number, of)) if (1..=of).contains(&number) => Ok(Self { number, of }),
            _ => Err("expected the number of a shard and how many there are, from 1/8 to 8/8 for example".to_owned()),
        }
    }
}

/// The documents of sources, in order, as far as a shard has them. One that cannot be read is an error in the stream, and
/// the stream goes on behind it.
pub struct Stream {
    sources: VecDeque<Source>,
    files: Files,
    records: Option<Box<dyn Records>>,
    globs: Globs,
    options: ReadOptions,
    shard: Shard,
    /// The number of the next record in the whole corpus, from 0.
    next: u64,
}

impl Stream {
    /// The documents of sources; of folders, those of the files that `globs` want.
    pub fn new(sources: Vec<Source>, globs: Globs, options: ReadOptions, shard: Shard) -> Self {
        let files: Files = Box::new(std::iter::empty());
        Self { sources: sources.into(), files, records: None, globs, options, shard, next: 0 }
    }

    /// Passes over the first `count` records of the shard, without reading what is in them where a format allows that.
    /// Gives how many there were: fewer if the stream ends before.
    pub fn skip_records(&mut self, count: u64) -> u64 {
        (0..count)
            .take_while(|_| self.advance(&mut |records| records.skip_record().then_some(()), &mut |_| ()).is_some())
            .count() as u64
    }

    /// The next record of the shard: `get` takes it from its source, `failed` makes it of a source that cannot be opened.
    fn advance<T>(
        &mut self,
        get: &mut dyn FnMut(&mut dyn Records) -> Option<T>,
        failed: &mut dyn FnMut(ReadError) -> T,
    ) -> Option<T> {
        loop {
            let wanted = self.shard.has(self.next);
            let found = match &mut self.records {
                Some(records) if wanted => get(&mut **records).map(Some),
                Some(records) => records.skip_record().then_some(None),
                None => match self.open_next()? {
                    Ok(records) => {
                        self.records = Some(records);
                        continue;
                    }
                    Err(error) => Some(wanted.then(|| failed(error))),
                },
            };
            match found {
                Some(record) => {
                    self.next += 1;
                    if record.is_some() {
                        return record;
                    }
                }
                None => self.records = None,
            }
        }
    }

    /// Opens the next file.
    fn open_next(&mut self) -> Option<Result<Box<dyn Records>, ReadError>> {
        loop {
            match self.files.next() {
                Some(Ok(file)) => return Some(Ok(read(&file, &self.options))),
                Some(Err((folder, fault))) => {
                    return Some(Err(fault.at(Position { source: folder.into(), line: None })));
                }
                None => {
                    let source = self.sources.pop_front()?;
                    look_at_folder(&source, &self.options.notes);
                    self.files = files(&source, &self.globs);
                }
            }
        }
    }
}

impl Iterator for Stream {
    type Item = Result<InputRecord, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance(&mut |records| records.next_record(), &mut |error| Err(error))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn ids(stream: impl Iterator<Item = Result<InputRecord, ReadError>>) -> Vec<String> {
        stream
            .map(|read| read.map_or_else(|error| error.position.to_string(), |record| record.input.id().to_owned()))
            .collect()
    }

    /// Shards together, and any place to go on from, have every record once: of files, folders and what is missing.
    #[test]
    fn shards_and_skipping_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let line = |n: usize| format!("{{\"id\": {n}, \"text\": \"a\"}}\n{{\n\n");
        fs::write(folder.path().join("a.jsonl"), (0..30).map(line).collect::<String>()).unwrap();
        fs::write(folder.path().join("b.txt"), "b").unwrap();
        fs::write(folder.path().join("c.jsonl"), (30..60).map(line).collect::<String>()).unwrap();
        let missing = folder.path().join("missing.txt");
        let stream = |shard| {
            let sources = [folder.path().to_owned(), missing.clone(), folder.path().join("a.jsonl")];
            let sources = sources.into_iter().map(Source::from).collect();
            Stream::new(sources, Globs::default(), ReadOptions::default(), shard)
        };
        let all = ids(stream(Shard::WHOLE));
        assert_eq!(all.len(), 60 + 1 + 60 + 1 + 60);
        for of in [1, 2, 3, 7, 500] {
            let mut sharded: Vec<String> = Vec::new();
            for number in 1..=of {
                let shard = Shard { number, of };
                let whole = ids(stream(shard));
                let mut rest = stream(shard);
                let skipped = whole.len() as u64 / 3;
                assert_eq!(rest.skip_records(skipped), skipped);
                assert_eq!(ids(rest), whole[skipped as usize..]);
                sharded.extend(whole);
            }
            let (mut sharded, mut all) = (sharded, all.clone());
            sharded.sort();
            all.sort();
            assert_eq!(sharded, all, "{of} shards");
        }
        assert_eq!(stream(Shard::WHOLE).skip_records(10_000), all.len() as u64);
    }

    #[test]
    fn shards_are_written_as_fractions() {
        assert_eq!("2/8".parse(), Ok(Shard { number: 2, of: 8 }));
        for wrong in ["0/8", "9/8", "1/0", "2", "a/b", "-1/3", ""] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
