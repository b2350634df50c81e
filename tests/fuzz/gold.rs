//! Arbitrary bytes as a corpus with marked names, of each format that is read: whatever they are, they are read or told,
//! without a panic, and the names that are read lie in their text.
//!
//!     cargo fuzz run --fuzz-dir tests/fuzz gold tests/fuzz/corpus-gold tests/fuzz/seeds-gold -- -max_total_time=600 -timeout=10

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dateline::inner::eval::gold::fuzzing::exercise(bytes));
