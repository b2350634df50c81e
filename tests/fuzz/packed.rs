//! Arbitrary bytes as a file of documents, of the kind that they begin as, packed in any way or not. Whatever they are, they are
//! read or told, without a panic.
//!
//!     cargo fuzz run --fuzz-dir tests/fuzz packed tests/fuzz/corpus-packed -- -max_total_time=600 -timeout=10 -rss_limit_mb=4096
//!
//! `dateline tag` makes seeds: `.parquet`, `.jsonl.zst`, `.jsonl.gz`.

#![no_main]

use std::io::Write as _;

use dateline::inner::corpus::fuzzing::exercise;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut file = tempfile::NamedTempFile::new().expect("room for temporary files");
    file.write_all(bytes).expect("room for temporary files");
    exercise(file.path(), None);
});
