//! Arbitrary bytes as a gazetteer file: nothing that is asked of it may panic or hang.
//!
//!     cargo install cargo-fuzz
//!     cargo fuzz run --fuzz-dir tests/fuzz gazetteer tests/fuzz/corpus tests/fuzz/seeds -- -max_total_time=600 -timeout=10
//!
//! With a stable toolchain, `RUSTC_BOOTSTRAP=1` lets it build. The first line of an input is names to look up, parted by
//! tabs; the rest is a gazetteer file, whose header is mended. The seed has the ten places of the tests.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dateline::inner::gazetteer::fuzzing::exercise(bytes));
