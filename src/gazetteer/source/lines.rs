//! Reading tables of lines: in batches, of which the pieces are parsed side by side.

use std::io::{self, BufRead, Read};

use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSlice;

use super::LeftOut;
use crate::gazetteer::build::{Fields, GEONAMES, Key, without_controls};

/// A longer line is no line of a table. The longest of the published dumps have some ten thousand bytes.
const LONGEST_LINE: usize = 1 << 20;

/// A batch has about this many bytes, and at most this many lines.
const BATCH_BYTES: usize = 4 << 20;
const BATCH_LINES: usize = 1 << 16;

/// How many lines are parsed in one go.
const PIECE: usize = 1 << 9;

/// How a line of a table is read.
pub(crate) trait LineParser: Sync {
    /// Reads a line, which has no line break or other control character but tabs any more, and gives what it says of places to `to`.
    ///
    /// # Errors
    ///
    /// What is wrong with the line, if it is to be skipped.
    fn parse(&self, line: &str, to: &mut Parsed) -> Result<(), String>;
}

/// What lines say.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    /// The layer of the table.
    layer: u32,
    /// The line that is being read.
    line: u64,
    records: Vec<u8>,
    ends: Vec<usize>,
    /// Lines that were skipped, and those of which only a name was, with what is wrong with them.
    pub(crate) faults: Vec<(u64, String)>,
    /// Places among the records.
    pub(crate) places: u64,
    /// Whether a record names a parent.
    pub(crate) has_parents: bool,
    pub(crate) left_out: LeftOut,
}

impl Parsed {
    /// Adds what the line says of the place with this GeoNames number.
    pub(crate) fn add(&mut self, number: u32, fields: &Fields<'_>) {
        self.places += u64::from(fields.location.is_some());
        self.has_parents |= fields.parent.is_some();
        let key = Key { namespace: GEONAMES, local: &number.to_string(), layer: self.layer, line: self.line };
        fields.write(&key, &mut self.records);
        self.ends.push(self.records.len());
    }

    /// Takes note that something of the line was left out, though the rest is good.
    pub(crate) fn fault(&mut self, why: String) {
        self.faults.push((self.line, why));
    }

    /// The records.
    pub(crate) fn records(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.records[start..end])
    }
}

/// Reads lines and gives what they say to `take`, in the order of lines.
///
/// # Errors
///
/// If `reader` cannot be read, or `take` fails.
pub(crate) fn parse_lines<E>(
    reader: &mut dyn BufRead,
    layer: u32,
    parser: &impl LineParser,
    unreadable: impl Fn(io::Error) -> E,
    mut take: impl FnMut(Parsed) -> Result<(), E>,
) -> Result<(), E> {
    let mut batch = Batch { bytes: Vec::new(), lines: Vec::new() };
    let mut first = 1;
    while batch.fill(reader).map_err(&unreadable)? {
        let bytes = &batch.bytes;
        let pieces: Vec<Parsed> = batch
            .lines
            .par_chunks(PIECE)
            .enumerate()
            .map(|(piece, lines)| parse_piece(bytes, lines, first + (piece * PIECE) as u64, layer, parser))
            .collect();
        first += batch.lines.len() as u64;
        pieces.into_iter().try_for_each(&mut take)?;
    }
    Ok(())
}

fn parse_piece(bytes: &[u8], lines: &[Line], first: u64, layer: u32, parser: &impl LineParser) -> Parsed {
    let mut parsed = Parsed { layer, ..Parsed::default() };
    for (number, &line) in (first..).zip(lines) {
        parsed.line = number;
        let text = match line {
            Line::TooLong => Err(format!("expected a line of at most {LONGEST_LINE} bytes")),
            Line::At { start, end } => {
                std::str::from_utf8(&bytes[start..end]).map_err(|error| format!("expected UTF-8: {error}"))
            }
        };
        // Some editors mark UTF-8 so.
        let text = text.map(|text| if number == 1 { text.strip_prefix('\u{feff}').unwrap_or(text) } else { text });
        if let Err(why) = text.and_then(|text| parser.parse(&without_controls(text), &mut parsed)) {
            parsed.fault(why);
        }
    }
    parsed
}

/// Some lines of a table.
struct Batch {
    bytes: Vec<u8>,
    lines: Vec<Line>,
}

/// Where a line is, without its break.
#[derive(Clone, Copy, Debug)]
enum Line {
    At { start: usize, end: usize },
    TooLong,
}

impl Batch {
    /// Reads the next lines; whether there were any.
    fn fill(&mut self, reader: &mut dyn BufRead) -> io::Result<bool> {
        self.bytes.clear();
        self.lines.clear();
        while self.bytes.len() < BATCH_BYTES && self.lines.len() < BATCH_LINES {
            let start = self.bytes.len();
            let read = (&mut *reader).take(LONGEST_LINE as u64 + 1).read_until(b'\n', &mut self.bytes)?;
            if read == 0 {
                break;
            }
            let line = &self.bytes[start..];
            if line.len() > LONGEST_LINE && !line.ends_with(b"\n") {
                self.bytes.truncate(start);
                reader.skip_until(b'\n')?;
                self.lines.push(Line::TooLong);
                continue;
            }
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            self.lines.push(Line::At { start, end: start + line.len() });
        }
        Ok(!self.lines.is_empty())
    }
}

/// A cell as a number.
pub(crate) fn number<T: std::str::FromStr>(cell: &str, column: &str) -> Result<T, String> {
    cell.parse().map_err(|_| format!("{column} {cell:?}: expected a number"))
}

/// A cell, unless it is empty.
pub(crate) fn optional(cell: &str) -> Option<&str> {
    (!cell.is_empty()).then_some(cell)
}

/// The first `N` cells of a line that may have `most`.
pub(crate) fn cells<const N: usize>(line: &str, most: usize) -> Result<[&str; N], String> {
    let mut cells = [""; N];
    let mut found = 0;
    for cell in line.split('\t') {
        if let Some(place) = cells.get_mut(found) {
            *place = cell;
        }
        found += 1;
    }
    if (N..=most).contains(&found) {
        return Ok(cells);
    }
    let expected = if N == most { most.to_string() } else { format!("{N} to {most}") };
    Err(format!("expected {expected} columns, found {found}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes numbers.
    struct Numbers;

    impl LineParser for Numbers {
        fn parse(&self, line: &str, to: &mut Parsed) -> Result<(), String> {
            to.add(number(line, "number")?, &Fields::default());
            Ok(())
        }
    }

    /// How many records there are, and the faults.
    fn read(text: &[u8]) -> (usize, Vec<(u64, String)>) {
        let (mut records, mut faults) = (0, Vec::new());
        let take = |parsed: Parsed| {
            records += parsed.records().count();
            faults.extend(parsed.faults);
            Ok(())
        };
        parse_lines(&mut &*text, 0, &Numbers, |error| error, take).unwrap();
        (records, faults)
    }

    #[test]
    fn lines_are_counted_and_told_by_their_numbers() {
        assert_eq!(read(b""), (0, vec![]));
        for table in ["1\n2\n3\n", "1\r\n2\r\n3", "\u{feff}1\n2\n3\n"] {
            assert_eq!(read(table.as_bytes()), (3, vec![]), "{table:?}");
        }
        let (records, faults) = read(b"1\n\n\xff\n4\n");
        assert_eq!((records, faults.len()), (2, 2));
        assert_eq!(faults[0], (2, "number \"\": expected a number".to_owned()));
        assert!(faults[1].0 == 3 && faults[1].1.contains("expected UTF-8"));
        let (_, faults) = read(b"a\r\x07b \x0bc\xc2\x85\td\n");
        assert_eq!(faults[0].1, "number \"a b c \\td\": expected a number");
        // More than a piece and a batch.
        let many: String =
            (0..100_000).map(|n| if n == 77_776 { "x\n".to_owned() } else { format!("{n}\n") }).collect();
        let (records, faults) = read(many.as_bytes());
        assert_eq!((records, faults[0].0), (99_999, 77_777));
    }

    #[test]
    fn a_line_without_end_is_not_kept() {
        let table = [b"1\n".to_vec(), vec![b'x'; 3 * LONGEST_LINE], b"\n3\n".to_vec()].concat();
        let (records, faults) = read(&table);
        assert_eq!((records, faults.len(), faults[0].0), (2, 1, 2));
        assert!(faults[0].1.contains("at most 1048576 bytes"));
        assert_eq!(read(&table[..table.len() - 3]).0, 1);
    }
}
