//! Any bytes as a packed file or a table of documents, read to the end: what the fuzz target in `tests/fuzz` and the tests
//! run. Public for these only.

use std::hint::black_box;
use std::path::Path;

use super::read::{ReadOptions, Wanted, read};
use super::source::{Globs, InputKind, Source, files};
use crate::document::OffsetUnit;

/// Records of one file that are read, at most.
const READ: usize = 1000;

/// Reads a file of any bytes, as texts and as what was tagged. Nothing of it may panic, or take long. Without `kind`, it is what
/// it begins with.
pub fn exercise(path: &Path, kind: Option<InputKind>) {
    for wanted in [Wanted::Texts, Wanted::Annotations(OffsetUnit::CodePoints)] {
        let options = ReadOptions { kind, wanted, ..ReadOptions::default() };
        for source in files(&Source::File(path.to_owned()), &Globs::default()).flatten().take(READ) {
            let mut records = read(&source, &options);
            for _ in 0..READ {
                if black_box(records.next_record()).is_none() {
                    break;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::time::{Duration, Instant};

    use apache_avro::Codec;
    use arrow_array::{ArrayRef, RecordBatch, StringArray};
    use arrow_ipc::CompressionType;
    use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
    use parquet::arrow::ArrowWriter;

    use super::super::read::avro;
    use super::*;
    use crate::annotation::testing::annotation;
    use crate::annotation::{Annotation, Provenance};
    use crate::corpus::write::parquet::{ParquetOptions, PartWriter, Table};

    /// Numbers without a pattern, always the same (xorshift).
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, limit: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 % limit.max(1) as u64) as usize
        }
    }

    /// Files of every kind, packed in every way.
    fn seeds() -> Vec<(Option<InputKind>, Vec<u8>)> {
        let annotations: Vec<Annotation> = vec![annotation(); 5];
        let all: Vec<&Annotation> = annotations.iter().collect();
        let tables = [Table::Documents, Table::Mentions].map(|table| {
            let options = ParquetOptions { table, provenance: Provenance::default(), metadata: None };
            let mut part = PartWriter::new(Vec::new(), &options).unwrap();
            part.write(&all).unwrap();
            (None, part.finish().unwrap())
        });
        let lines: String = annotations.iter().map(|annotation| annotation.to_json() + "\n").collect();
        let mut packed = zstd::Encoder::new(Vec::new(), 3).unwrap();
        packed.include_checksum(true).unwrap();
        packed.write_all(lines.as_bytes()).unwrap();
        let frame = packed.finish().unwrap();
        let texts: ArrayRef = std::sync::Arc::new(StringArray::from(vec!["In Köln it rained."; 4]));
        let batch = RecordBatch::try_from_iter([("text", texts)]).unwrap();
        let mut others = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
        others.write(&batch).unwrap();
        let mut all: Vec<(Option<InputKind>, Vec<u8>)> = tables.into();
        all.push((None, others.into_inner().unwrap()));
        all.push((Some(InputKind::Jsonl), [frame.clone(), frame].concat()));
        let avro = [Codec::Null, Codec::Deflate(Default::default()), Codec::Snappy].map(avro::tests::file);
        all.extend(arrow(&batch).into_iter().chain(avro).chain(packings(&lines)).map(|bytes| (None, bytes)));
        all.extend(
            [
                format!("[{}]", lines.trim_end().replace('\n', ",")),
                format!("{{\"version\": 1, \"documents\": [\n{}]}}", lines.trim_end().replace('\n', ",\n")),
                "{\n \"text\": \"a\\ud83d\",\n \"n\": [NaN, 1e999, 123456789012345678901]\n}\n".repeat(3),
                "<!DOCTYPE html><title>T</title><p>K&ouml;ln<script>x</script>".to_owned(),
                "WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: 1\r\n\r\na\r\n\r\n".repeat(3),
            ]
            .map(|text| (None, text.into_bytes())),
        );
        let table = "sep=;\nid;text\n1;\"He said \\\"no\\\"; and left\"\n2;b\n";
        all.push((Some(InputKind::Csv), table.as_bytes().to_vec()));
        all
    }

    fn arrow(batch: &RecordBatch) -> Vec<Vec<u8>> {
        let compressions = [None, Some(CompressionType::LZ4_FRAME), Some(CompressionType::ZSTD)];
        let written = |compression: &Option<CompressionType>| {
            let options = || IpcWriteOptions::default().try_with_compression(*compression).unwrap();
            let mut stream = StreamWriter::try_new_with_options(Vec::new(), &batch.schema(), options()).unwrap();
            stream.write(batch).unwrap();
            stream.finish().unwrap();
            let mut file = FileWriter::try_new_with_options(Vec::new(), &batch.schema(), options()).unwrap();
            file.write(batch).unwrap();
            [stream.into_inner().unwrap(), file.into_inner().unwrap()]
        };
        compressions.iter().flat_map(written).collect()
    }

    fn packings(text: &str) -> Vec<Vec<u8>> {
        let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        bzip2.write_all(text.as_bytes()).unwrap();
        let mut lz4 = lz4_flex::frame::FrameEncoder::new(Vec::new());
        lz4.write_all(text.as_bytes()).unwrap();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(text.as_bytes()).unwrap();
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for name in ["a.jsonl", "b/c.txt"] {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        // What a file of xz begins with: nothing here writes one.
        let xz = [
            0xfd, b'7', b'z', b'X', b'Z', 0, 0, 1, 0x69, 0x22, 0xde, 0x36, 2, 0, 0x21, 1, 0x16, 0, 0, 0, 0x74, 0x2f,
            0xe5, 0xa3, 1, 0, 0x0e, b'{', b'"', b't', b'e', b'x', b't', b'"', b':', b' ', b'"', b'a', b'b', b'"', b'}',
            b'\n', 0,
        ];
        let gzip = [gzip.finish().unwrap(), vec![0; 20]].concat();
        vec![bzip2.finish().unwrap(), lz4.finish().unwrap(), gzip, zip.finish().unwrap().into_inner(), xz.to_vec()]
    }

    /// A few changes: bits, bytes, parts that are cut out, doubled or written over others.
    fn change(bytes: &mut Vec<u8>, numbers: &mut Numbers) {
        for _ in 0..=numbers.below(4) {
            if bytes.is_empty() {
                return;
            }
            // More often in the end, where a Parquet file says what is in it.
            let near_end = numbers.below(2) == 0;
            let at = match near_end {
                true => bytes.len() - 1 - numbers.below(bytes.len().min(3000)),
                false => numbers.below(bytes.len()),
            };
            let end = (at + numbers.below(40)).min(bytes.len());
            match numbers.below(6) {
                0 | 1 => bytes[at] ^= 1 << numbers.below(8),
                2 => bytes[at] = [0, 1, 0x7f, 0x80, 0xff][numbers.below(5)],
                3 => drop(bytes.drain(at..end)),
                4 => {
                    let part = bytes[at..end].to_vec();
                    let to = numbers.below(bytes.len());
                    bytes.splice(to..to, part);
                }
                _ => bytes.truncate(if numbers.below(8) == 0 { at } else { bytes.len() }),
            }
        }
    }

    /// A second of what fuzzing does; `DATELINE_FUZZ_SECONDS` makes it longer.
    #[test]
    #[allow(clippy::print_stderr, reason = "who fuzzes wants the figures")]
    fn changed_files_are_read_or_told() {
        let seconds = std::env::var("DATELINE_FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
        let end = Instant::now() + Duration::from_secs(seconds.unwrap_or(1));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("changed");
        let seeds = seeds();
        for (kind, seed) in &seeds {
            std::fs::write(&path, seed).unwrap();
            exercise(&path, *kind);
        }
        let mut numbers = Numbers(seconds.map_or(1, |seconds: u64| seconds ^ 0x9e37_79b9_7f4a_7c15));
        let (mut runs, mut slowest) = (0_u64, Duration::ZERO);
        while Instant::now() < end {
            let (kind, seed) = &seeds[numbers.below(seeds.len())];
            let mut bytes = seed.clone();
            change(&mut bytes, &mut numbers);
            std::fs::write(&path, &bytes).unwrap();
            let begun = Instant::now();
            let kept = || std::fs::copy(&path, std::env::temp_dir().join("dateline-fuzz-finding"));
            if std::panic::catch_unwind(|| exercise(&path, *kind)).is_err() {
                kept().unwrap();
                panic!("reading panics: the file is kept as dateline-fuzz-finding among the temporary files");
            }
            slowest = slowest.max(begun.elapsed());
            runs += 1;
        }
        assert!(slowest < Duration::from_secs(10), "one took {slowest:?}");
        eprintln!("{runs} files, the slowest {slowest:?}");
    }
}
