//! Sorting more records than fit in memory: chunks are sorted, written to temporary files, and merged.
//!
//! A record is a string of bytes and its own key: records come out in the order of their bytes, equal ones as often as
//! they were put in. The result does not depend on the order in which they came, nor on the size of the chunks.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::io::{self, Read, Write};

use rayon::slice::ParallelSliceMut;

use super::scratch::{Scratch, SpillReader};

/// This many sorted runs are merged to one before there are more, so that few files are open at a time.
const MOST_RUNS: usize = 64;

/// Records being collected.
#[derive(Debug)]
pub(super) struct Sorter {
    scratch: Scratch,
    chunk: Chunk,
    runs: Vec<SpillReader>,
}

/// Records in memory, one after the other, and where they are.
#[derive(Debug, Default)]
struct Chunk {
    bytes: Vec<u8>,
    entries: Vec<Entry>,
}

/// Where a record of a chunk is, with its beginning as a number, which decides most comparisons.
#[derive(Clone, Copy, Debug)]
struct Entry {
    head: u64,
    start: u32,
    length: u32,
}

impl Entry {
    fn end(self) -> usize {
        self.start as usize + self.length as usize
    }
}

/// The first eight bytes as a number that compares as they do.
fn head(record: &[u8]) -> u64 {
    let mut bytes = [0; size_of::<u64>()];
    let known = record.len().min(bytes.len());
    bytes[..known].copy_from_slice(&record[..known]);
    u64::from_be_bytes(bytes)
}

impl Chunk {
    fn record(&self, entry: Entry) -> &[u8] {
        &self.bytes[entry.start as usize..entry.end()]
    }

    /// Whether the chunk is still within `limit`, and within what its entries can address, with `more` bytes.
    fn has_room_for(&self, more: usize, limit: usize) -> bool {
        let bytes = self.bytes.len() + more;
        bytes + self.entries.len() * size_of::<Entry>() <= limit && u32::try_from(bytes).is_ok()
    }

    fn sort(&mut self) {
        let bytes = &self.bytes;
        let record = |entry: &Entry| &bytes[entry.start as usize..entry.end()];
        self.entries.par_sort_unstable_by(|a, b| a.head.cmp(&b.head).then_with(|| record(a).cmp(record(b))));
    }
}

impl Sorter {
    pub(super) fn new(scratch: &Scratch) -> Self {
        Self { scratch: scratch.clone(), chunk: Chunk::default(), runs: Vec::new() }
    }

    /// Adds a record.
    pub(super) fn push(&mut self, record: &[u8]) -> io::Result<()> {
        if !self.chunk.has_room_for(record.len(), self.scratch.chunk_bytes) && !self.chunk.entries.is_empty() {
            self.spill()?;
        }
        let start = u32::try_from(self.chunk.bytes.len()).map_err(|_| too_large())?;
        let length = u32::try_from(record.len()).map_err(|_| too_large())?;
        self.chunk.bytes.extend_from_slice(record);
        self.chunk.entries.push(Entry { head: head(record), start, length });
        Ok(())
    }

    /// Writes the chunk away, sorted.
    fn spill(&mut self) -> io::Result<()> {
        self.chunk.sort();
        let mut file = self.scratch.file()?;
        for &entry in &self.chunk.entries {
            write_record(&mut file, self.chunk.record(entry))?;
        }
        self.chunk.bytes.clear();
        self.chunk.entries.clear();
        self.runs.push(file.into_reader()?);
        if self.runs.len() == MOST_RUNS {
            let mut merged = self.scratch.file()?;
            let mut sorted = Sorted::new(std::mem::take(&mut self.runs), Chunk::default())?;
            while let Some(record) = sorted.next()? {
                write_record(&mut merged, record)?;
            }
            self.runs.push(merged.into_reader()?);
        }
        Ok(())
    }

    /// All records, in order.
    pub(super) fn finish(mut self) -> io::Result<Sorted> {
        self.chunk.sort();
        Sorted::new(self.runs, self.chunk)
    }
}

fn too_large() -> io::Error {
    io::Error::other("more than 4 GiB to be sorted at once")
}

fn write_record(file: &mut impl Write, record: &[u8]) -> io::Result<()> {
    // A record's length was checked when it was added.
    file.write_all(&(record.len() as u32).to_le_bytes())?;
    file.write_all(record)
}

/// Records in their order.
#[derive(Debug)]
pub(super) struct Sorted {
    files: Vec<SpillReader>,
    /// The first record of each file that has one.
    heads: BinaryHeap<Head>,
    /// What was never written away, and how much of it was given.
    chunk: Chunk,
    given: usize,
    /// The record that was given last.
    current: Vec<u8>,
}

/// A record that comes next in its file.
#[derive(Debug, PartialEq, Eq)]
struct Head {
    head: u64,
    record: Vec<u8>,
    file: usize,
}

impl Ord for Head {
    /// The least record is the greatest head, since heaps give the greatest first.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.head.cmp(&self.head)).then_with(|| other.record.cmp(&self.record)).then(other.file.cmp(&self.file))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Sorted {
    fn new(mut files: Vec<SpillReader>, chunk: Chunk) -> io::Result<Self> {
        let mut heads = BinaryHeap::with_capacity(files.len());
        for (number, file) in files.iter_mut().enumerate() {
            let mut record = Vec::new();
            if read_record(file, &mut record)? {
                heads.push(Head { head: head(&record), record, file: number });
            }
        }
        Ok(Self { files, heads, chunk, given: 0, current: Vec::new() })
    }

    /// The next record, or `None` after the last.
    pub(super) fn next(&mut self) -> io::Result<Option<&[u8]>> {
        let in_memory = self.chunk.entries.get(self.given).map(|&entry| self.chunk.record(entry));
        let Some(mut least) = self.heads.peek_mut() else {
            self.given += 1;
            return Ok(in_memory);
        };
        if in_memory.is_some_and(|record| record <= &least.record[..]) {
            self.given += 1;
            return Ok(in_memory);
        }
        std::mem::swap(&mut self.current, &mut least.record);
        let file = least.file;
        if read_record(&mut self.files[file], &mut least.record)? {
            least.head = head(&least.record);
        } else {
            std::collections::binary_heap::PeekMut::pop(least);
        }
        Ok(Some(&self.current))
    }
}

/// Reads the next record over `record`; whether there was one.
fn read_record(file: &mut SpillReader, record: &mut Vec<u8>) -> io::Result<bool> {
    let mut length = [0; size_of::<u32>()];
    match file.read(&mut length)? {
        0 => return Ok(false),
        known => file.read_exact(&mut length[known..])?,
    }
    record.resize(u32::from_le_bytes(length) as usize, 0);
    file.read_exact(record)?;
    Ok(true)
}

#[cfg(test)]
#[cfg(feature = "build")]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::path::Path;

    fn sorted(scratch: &Scratch, records: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let mut sorter = Sorter::new(scratch);
        records.iter().for_each(|record| sorter.push(record).unwrap());
        let mut sorted = sorter.finish().unwrap();
        let mut all = Vec::new();
        while let Some(record) = sorted.next().unwrap() {
            all.push(record.to_vec());
        }
        assert_eq!(sorted.next().unwrap(), None, "an end stays an end");
        all
    }

    fn tiny(folder: &Path, chunk_bytes: usize) -> Scratch {
        Scratch::in_folder(folder).with_chunks_of(chunk_bytes)
    }

    #[test]
    fn more_runs_than_may_be_open_are_merged_on_the_way() {
        let folder = tempfile::tempdir().unwrap();
        let records: Vec<Vec<u8>> =
            (0..1000u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes().to_vec()).collect();
        let mut expected = records.clone();
        expected.sort();
        assert_eq!(sorted(&tiny(folder.path(), 0), &records), expected);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "a temporary file was left");
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let mut sorter = Sorter::new(&tiny(Path::new("/nonexistent/folder"), 0));
        sorter.push(b"a").unwrap();
        assert_eq!(sorter.push(b"b").unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    proptest! {
        #[test]
        fn records_come_out_in_order_whatever_the_chunks(
            records in prop::collection::vec(prop::collection::vec(0u8..4, 0..12), 0..200),
            chunk_bytes in 0usize..2000,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut expected = records.clone();
            expected.sort();
            prop_assert_eq!(sorted(&Scratch::in_memory(), &records), expected.clone());
            prop_assert_eq!(sorted(&tiny(folder.path(), chunk_bytes), &records), expected);
        }
    }
}
