//! Parquet of which every bit is checked that our reader goes by.
//!
//! The format has a CRC-32 for what each page holds. The crate `parquet` checks it and does not write it; [`Writer`] copies
//! column chunks as they are and puts it into the header of each page, for every reader. The headers themselves and the
//! footer have none: a bit that changes there may give another table, with a column of another name or fewer values. So the
//! footer has one more entry among its key-value metadata, [`KEY`]: the CRC-32 of the headers of all pages, in the order of
//! the file, and of the footer, in which zeros stand for the checksum itself. [`verify`] checks it. What is left is what our
//! reader does not look at: the least and greatest values of pages.

use std::io::{self, Write};
use std::sync::Arc;

use bytes::Bytes;
use crc32fast::Hasher;
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::FOOTER_SIZE;
use parquet::file::metadata::{
    ColumnChunkMetaData, KeyValue, OffsetIndexBuilder, PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader,
};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::ChunkReader;
use parquet::file::writer::SerializedFileWriter;

/// Under which key the checksum stands in a file: eight digits in hexadecimal.
pub const KEY: &str = "dateline.crc32";

/// What stands for the checksum while it is computed.
const ZEROS: &str = "00000000";

/// What stands between the key and its digits in the footer, in Thrift's compact form: the next field, a text, has eight
/// bytes.
const BEFORE_DIGITS: [u8; 2] = [0x18, 8];

/// Bytes of a page's header, at most. Those of our writers have some forty, since they hold no statistics.
const HEADER: u64 = 4096;

/// The field of a header that holds the CRC-32.
const CRC_FIELD: u8 = 4;

/// How a field begins that is a number and follows on the field before.
const NEXT_NUMBER: u8 = 0x15;

/// The metadata of a file, with the places of its pages.
///
/// # Errors
///
/// If it is no Parquet file, or cannot be read.
pub fn metadata(file: &impl ChunkReader) -> Result<ParquetMetaData, ParquetError> {
    ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Optional).parse_and_finish(file)
}

/// The key-value metadata of a file without the checksum, which is no other file's.
pub fn about(metadata: &ParquetMetaData) -> Vec<KeyValue> {
    let entries = metadata.file_metadata().key_value_metadata().into_iter().flatten();
    entries.filter(|entry| entry.key != KEY).cloned().collect()
}

/// Writes a file with the row groups of others. Nothing is decoded; a column chunk is held at a time.
pub struct Writer<W: Write + Send> {
    writer: SerializedFileWriter<HoldingBack<W>>,
    headers: Hasher,
}

impl<W: Write + Send> Writer<W> {
    /// Begins a file with the columns and the key-value metadata of another.
    ///
    /// # Errors
    ///
    /// If the output cannot be written.
    pub fn new(out: W, like: &ParquetMetaData) -> Result<Self, ParquetError> {
        let file = like.file_metadata();
        let checksum = KeyValue::new(KEY.to_owned(), ZEROS.to_owned());
        let properties = WriterProperties::builder()
            .set_created_by(file.created_by().unwrap_or_default().to_owned())
            .set_key_value_metadata(Some(about(like).into_iter().chain([checksum]).collect()))
            .build();
        let schema = file.schema_descr().root_schema_ptr();
        let writer = SerializedFileWriter::new(HoldingBack { out, held: None }, schema, Arc::new(properties))?;
        Ok(Self { writer, headers: Hasher::new() })
    }

    /// Adds the row groups of a file, which must have the same columns.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or the output cannot be written.
    pub fn append(&mut self, file: &impl ChunkReader, metadata: &ParquetMetaData) -> Result<(), ParquetError> {
        for (group_n, group) in metadata.row_groups().iter().enumerate() {
            let mut out = self.writer.next_row_group()?;
            for (column_n, column) in group.columns().iter().enumerate() {
                let (start, length) = column.byte_range();
                let bytes = file.get_bytes(start, usize::try_from(length)?)?;
                let mut checked = Vec::with_capacity(bytes.len() + bytes.len() / 1024 + 64);
                let mut places = Vec::new();
                for page in pages(metadata, group_n, column_n)? {
                    let begin = usize::try_from(page.start - start)?;
                    let page = bytes.get(begin..begin + usize::try_from(page.length)?).ok_or_else(outside)?;
                    let place = checked.len();
                    with_checksum(page, &mut checked, &mut self.headers)?;
                    places.push((i64::try_from(place)?, i32::try_from(checked.len() - place)?));
                }
                out.append_column(&Bytes::from(checked), moved(metadata, (group_n, column_n), column, &places)?)?;
            }
            out.close()?;
        }
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    ///
    /// If the output cannot be written.
    pub fn close(mut self) -> Result<(), ParquetError> {
        self.writer.inner_mut().held = Some(Vec::new());
        let HoldingBack { mut out, held } = self.writer.into_inner()?;
        let mut end = held.unwrap_or_default();
        let footer = footer_of(&end).ok_or_else(|| ParquetError::General("the footer was not written".to_owned()))?;
        let digits = digits_in(&end[footer.clone()])
            .ok_or_else(|| ParquetError::General(format!("{KEY} is not in the footer")))?;
        let mut checksum = self.headers;
        checksum.update(&end[footer.clone()]);
        let at = footer.start + digits;
        end[at..at + ZEROS.len()].copy_from_slice(format!("{:08x}", checksum.finalize()).as_bytes());
        out.write_all(&end)?;
        Ok(out.flush()?)
    }
}

/// Checks the headers of all pages and the footer of a file against its checksum. A file of others has none, and passes.
///
/// # Errors
///
/// If they are not as they were written, or cannot be read.
#[cfg(any(test, feature = "corpus"))]
pub fn verify(file: &impl ChunkReader) -> Result<(), ParquetError> {
    let tail = FOOTER_SIZE as u64;
    let Some(tail_at) = file.len().checked_sub(tail) else { return Err(outside()) };
    let length = u32::from_le_bytes(*file.get_bytes(tail_at, FOOTER_SIZE)?.first_chunk().ok_or_else(outside)?);
    let at = tail_at.checked_sub(length.into()).ok_or_else(outside)?;
    let mut footer = file.get_bytes(at, length as usize)?.to_vec();
    let Some(digits) = digits_in(&footer) else { return Ok(()) };
    let digits = &mut footer[digits..digits + ZEROS.len()];
    let stated = String::from_utf8_lossy(digits).into_owned();
    digits.copy_from_slice(ZEROS.as_bytes());
    let metadata = metadata(file)?;
    let mut checksum = Hasher::new();
    for (group_n, group) in metadata.row_groups().iter().enumerate() {
        for column_n in 0..group.columns().len() {
            for page in pages(&metadata, group_n, column_n)? {
                let begin = file.get_bytes(page.start, page.length.min(HEADER) as usize)?;
                let header = Header::of(&begin, page.length)?;
                checksum.update(begin.get(..header.length).ok_or_else(outside)?);
            }
        }
    }
    checksum.update(&footer);
    match format!("{:08x}", checksum.finalize()) {
        found if found == stated => Ok(()),
        found => Err(ParquetError::General(format!("its structure has the CRC-32 {found}, expected {stated}"))),
    }
}

fn outside() -> ParquetError {
    ParquetError::EOF("a page lies outside of its file".to_owned())
}

/// Where a footer stands in the end of a file.
fn footer_of(end: &[u8]) -> Option<std::ops::Range<usize>> {
    let tail = end.len().checked_sub(FOOTER_SIZE)?;
    let length = u32::from_le_bytes(*end[tail..].first_chunk()?);
    Some(tail.checked_sub(length as usize)?..tail)
}

/// Where the digits of the checksum stand in a footer.
fn digits_in(footer: &[u8]) -> Option<usize> {
    let before = [KEY.as_bytes(), &BEFORE_DIGITS].concat();
    let at = footer.windows(before.len()).rposition(|bytes| bytes == before)? + before.len();
    (footer.len() >= at + ZEROS.len()).then_some(at)
}

/// Where a page stands in its file, its header with it.
struct PagePlace {
    start: u64,
    length: u64,
}

/// The pages of a column chunk, that of its dictionary first.
fn pages(metadata: &ParquetMetaData, group: usize, column: usize) -> Result<Vec<PagePlace>, ParquetError> {
    let index = metadata.page_index().and_then(|index| index.offset_index(group, column));
    let index = index.ok_or_else(|| ParquetError::General("the places of its pages are missing".to_owned()))?;
    let mut pages = Vec::with_capacity(index.page_locations().len() + 1);
    for page in index.page_locations() {
        pages.push(PagePlace { start: u64::try_from(page.offset)?, length: u64::try_from(page.compressed_page_size)? });
    }
    if let Some(start) = metadata.row_group(group).column(column).dictionary_page_offset() {
        let start = u64::try_from(start)?;
        let end = pages.first().map_or(start, |page| page.start);
        pages.insert(0, PagePlace { start, length: end.checked_sub(start).ok_or_else(outside)? });
    }
    Ok(pages)
}

/// What must be known of a page's header, which is Thrift's compact form: the type of the page, its size, its size as it is
/// packed, and behind them, perhaps, its CRC-32.
struct Header {
    /// Its bytes.
    length: usize,
    /// Where the third field ends.
    sizes_end: usize,
    /// Where the CRC-32 ends, if there is one.
    checksum_end: Option<usize>,
}

impl Header {
    /// Of the first bytes of a page, of which the length is known.
    fn of(page: &[u8], length: u64) -> Result<Self, ParquetError> {
        let odd = || ParquetError::General("a page has a header of another form".to_owned());
        let (mut at, mut value) = (0, 0);
        for _ in 0..3 {
            if page.get(at) != Some(&NEXT_NUMBER) {
                return Err(odd());
            }
            (value, at) = number(page, at + 1).ok_or_else(odd)?;
        }
        // Thrift's zigzag: even numbers stand for those that are not negative.
        let packed = if value % 2 == 0 { value / 2 } else { return Err(odd()) };
        let header = length.checked_sub(packed).filter(|header| *header <= HEADER).ok_or_else(outside)?;
        let checksum_end = match page.get(at) {
            Some(&NEXT_NUMBER) => Some(number(page, at + 1).ok_or_else(odd)?.1),
            _ => None,
        };
        Ok(Self { length: header as usize, sizes_end: at, checksum_end })
    }
}

/// A number of Thrift's compact form that begins there, and where it ends.
fn number(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut value = 0;
    for (n, &byte) in bytes.get(at..)?.iter().take(5).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * n);
        if byte & 0x80 == 0 {
            return Some((value, at + n + 1));
        }
    }
    None
}

/// Adds a page with the CRC-32 of what it holds in its header, and the header to the checksum of all.
fn with_checksum(page: &[u8], out: &mut Vec<u8>, headers: &mut Hasher) -> Result<(), ParquetError> {
    let header = Header::of(page, page.len() as u64)?;
    let (head, held) = page.split_at_checked(header.length).ok_or_else(outside)?;
    let begin = out.len();
    out.extend(head.get(..header.sizes_end).ok_or_else(outside)?);
    out.push(NEXT_NUMBER);
    let checksum = crc32fast::hash(held) as i32;
    let mut zigzag = ((checksum << 1) ^ (checksum >> 31)) as u32;
    while zigzag > 0x7f {
        out.push(zigzag as u8 | 0x80);
        zigzag >>= 7;
    }
    out.push(zigzag as u8);
    match header.checksum_end {
        Some(end) => out.extend(head.get(end..).ok_or_else(outside)?),
        None => {
            // A field says how far its number is from that of the field before, which is now that of the checksum.
            let [next, rest @ ..] = head.get(header.sizes_end..).ok_or_else(outside)? else { return Err(outside()) };
            let number = CRC_FIELD - 1 + (next >> 4);
            if number <= CRC_FIELD {
                return Err(ParquetError::General("a page has a header of another form".to_owned()));
            }
            out.push(((number - CRC_FIELD) << 4) | (next & 0xf));
            out.extend(rest);
        }
    }
    headers.update(&out[begin..]);
    out.extend(held);
    Ok(())
}

/// What is known of a column chunk, when its pages, with that of the dictionary, lie elsewhere and have other lengths.
fn moved(
    metadata: &ParquetMetaData,
    (group_n, column_n): (usize, usize),
    column: &ColumnChunkMetaData,
    places: &[(i64, i32)],
) -> Result<ColumnCloseResult, ParquetError> {
    let index = metadata.page_index();
    let offsets = index.and_then(|index| index.offset_index(group_n, column_n));
    let has_dictionary = column.dictionary_page_offset().is_some();
    let data = &places[usize::from(has_dictionary)..];
    let rows = metadata.row_group(group_n).num_rows();
    let first_rows = offsets.map(|index| index.page_locations()).into_iter().flatten().map(|page| page.first_row_index);
    let ends = first_rows.clone().skip(1).chain([rows]);
    let mut moved = OffsetIndexBuilder::new();
    let unpacked = offsets.and_then(|index| index.unencoded_byte_array_data_bytes());
    for (n, ((&(place, length), first), end)) in data.iter().zip(first_rows).zip(ends).enumerate() {
        moved.append_offset_and_size(place, length);
        moved.append_row_count(end - first);
        moved.append_unencoded_byte_array_data_bytes(unpacked.and_then(|bytes| bytes.get(n).copied()));
    }
    let length: i64 = places.iter().map(|(_, length)| i64::from(*length)).sum();
    let longer = length - column.compressed_size();
    let close = column
        .clone()
        .into_builder()
        .set_total_compressed_size(length)
        .set_total_uncompressed_size(column.uncompressed_size() + longer)
        .set_dictionary_page_offset(has_dictionary.then_some(0))
        .set_data_page_offset(data.first().map_or(0, |(place, _)| *place))
        .build()?;
    Ok(ColumnCloseResult {
        bytes_written: length as u64,
        rows_written: rows as u64,
        metadata: close,
        bloom_filter: None,
        column_index: index.and_then(|index| index.column_index(group_n, column_n)).cloned(),
        offset_index: Some(moved.build()),
    })
}

/// Keeps what is written, from when that is asked for, so that it can still be changed.
struct HoldingBack<W> {
    out: W,
    held: Option<Vec<u8>>,
}

impl<W: Write> Write for HoldingBack<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.held {
            Some(held) => held.write(bytes),
            None => self.out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.held {
            Some(_) => Ok(()),
            None => self.out.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
    use parquet::arrow::ArrowWriter;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    use super::*;

    /// A table with a dictionary, without one, with nulls and of several pages.
    fn table() -> RecordBatch {
        let texts: Vec<Option<String>> = (0..900).map(|n| (n % 7 > 0).then(|| format!("text {}", n % 5))).collect();
        let columns: [(&str, ArrayRef); 2] = [
            ("text", Arc::new(StringArray::from(texts))),
            ("number", Arc::new(Int64Array::from_iter_values((0..900).map(|n| n * n * 7919)))),
        ];
        RecordBatch::try_from_iter(columns).unwrap()
    }

    fn plain() -> Bytes {
        let properties = WriterProperties::builder()
            .set_column_dictionary_enabled("number".into(), false)
            .set_data_page_row_count_limit(256)
            .set_write_batch_size(64)
            .set_key_value_metadata(Some(vec![KeyValue::new("a".to_owned(), "b".to_owned())]));
        let mut writer = ArrowWriter::try_new(Vec::new(), table().schema(), Some(properties.build())).unwrap();
        writer.write(&table()).unwrap();
        writer.into_inner().unwrap().into()
    }

    fn checked(files: &[Bytes]) -> Bytes {
        let mut out = Vec::new();
        let mut writer = Writer::new(&mut out, &metadata(&files[0]).unwrap()).unwrap();
        for file in files {
            writer.append(file, &metadata(file).unwrap()).unwrap();
        }
        writer.close().unwrap();
        out.into()
    }

    fn read(file: Bytes) -> Result<Vec<RecordBatch>, String> {
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| error.to_string())?;
        let reader = reader.build().map_err(|error| error.to_string())?;
        reader.collect::<Result<_, _>>().map_err(|error| error.to_string())
    }

    #[test]
    fn the_same_table_is_read_and_every_page_has_a_checksum() {
        let once = checked(&[plain()]);
        assert_eq!(read(once.clone()), read(plain()));
        verify(&once).unwrap();
        // Without a checksum, of others: it passes.
        verify(&plain()).unwrap();
        let metadata = metadata(&once).unwrap();
        let mut count = 0;
        for column in 0..2 {
            for page in pages(&metadata, 0, column).unwrap() {
                let page = once.slice(page.start as usize..(page.start + page.length) as usize);
                assert!(Header::of(&page, page.len() as u64).unwrap().checksum_end.is_some());
                count += 1;
            }
        }
        assert!(count > 6, "{count}");
        assert_eq!(about(&metadata).iter().find(|entry| entry.key == "a").unwrap().value.as_deref(), Some("b"));
    }

    #[test]
    fn what_is_checked_already_is_copied_as_it_is() {
        let once = checked(&[plain()]);
        assert_eq!(checked(std::slice::from_ref(&once)), once);
        let twice = checked(&[once.clone(), plain()]);
        verify(&twice).unwrap();
        assert_eq!(read(twice).unwrap().iter().map(RecordBatch::num_rows).sum::<usize>(), 1800);
    }

    #[test]
    fn no_changed_bit_gives_another_table() {
        let whole = checked(&[plain()]);
        let expected = read(whole.clone()).unwrap();
        // All bits would take a minute: some of the pages, and all of their headers and the footer.
        let footer = footer_of(&whole).unwrap();
        let mut told = 0;
        for bit in (0..whole.len() * 8)
            .filter(|bit| bit % 41 == 0 || (footer.contains(&(bit / 8)) && bit % 3 == 0) || bit / 8 < 60)
        {
            let mut changed = whole.to_vec();
            changed[bit / 8] ^= 1 << (bit % 8);
            let changed = Bytes::from(changed);
            let found = std::panic::catch_unwind(|| {
                verify(&changed).map_err(|error| error.to_string()).and_then(|()| read(changed))
            });
            match found {
                Ok(Ok(found)) => assert!(found == expected, "bit {bit} of {}", whole.len() * 8),
                _ => told += 1,
            }
        }
        assert!(told > 1000, "{told}");
    }
}
