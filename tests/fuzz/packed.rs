//! Arbitrary bytes as a file of documents: a table of Parquet, or JSONL that is packed with zstd or gzip or is not. Whatever
//! they are, they are read or told, without a panic.
//!
//!     cargo fuzz run --fuzz-dir tests/fuzz packed tests/fuzz/corpus-packed -- -max_total_time=600 -timeout=10 -rss_limit_mb=4096
//!
//! `dateline tag` makes seeds: `.parquet`, `.jsonl.zst`, `.jsonl.gz`.

#![no_main]

use std::io::Write as _;

use dateline::inner::corpus::fuzzing::exercise;
use dateline::inner::corpus::source::InputKind;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut file = tempfile::NamedTempFile::new().expect("room for temporary files");
    file.write_all(bytes).expect("room for temporary files");
    let kind = if bytes.starts_with(b"PAR1") { InputKind::Parquet } else { InputKind::Jsonl };
    exercise(file.path(), kind);
});
