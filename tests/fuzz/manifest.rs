//! Arbitrary bytes as the manifest of a run, and as what is kept with a finished output: they are read or refused, without a
//! panic, and what was read is compared.
//!
//!     cargo fuzz run --fuzz-dir tests/fuzz manifest tests/fuzz/corpus-manifest tests/fuzz/seeds-manifest -- -max_total_time=600 -timeout=10

#![no_main]

use dateline::inner::corpus::checkpoint::Manifest;
use dateline::inner::corpus::output::Finished;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let manifest = Manifest::from_json(bytes).ok();
    let finished = Finished::from_json(bytes);
    if let Some(manifest) = &manifest {
        let _ = manifest.reached();
        assert!(manifest.differences(&manifest.settings).is_empty());
        assert!(Finished::from(manifest).differences(&manifest.settings).is_empty());
    }
    if let (Some(manifest), Some(finished)) = (&manifest, &finished) {
        let _ = finished.differences(&manifest.settings);
    }
});
