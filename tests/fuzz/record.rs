//! Arbitrary bytes as a line that tagging wrote: whatever they are, they are told or put on a map, without a panic.
//!
//!     cargo fuzz run --fuzz-dir tests/fuzz record tests/fuzz/corpus-record tests/fuzz/seeds-record -- -max_total_time=600 -timeout=10

#![no_main]

use dateline::inner::annotation::Annotation;
use dateline::inner::document::OffsetUnit;
use dateline::inner::layer::article::Article;
use dateline::inner::layer::collection::Collector;
use dateline::inner::layer::filter::Filter;
use dateline::inner::layer::{Destination, Format, Layer, WriteOptions, write};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(json) = std::str::from_utf8(bytes) else { return };
    let Ok(annotation) = Annotation::from_json(json, OffsetUnit::CodePoints) else { return };
    let Ok(article) = Article::new(annotation) else { return };
    let mut collector = Collector::new(Filter::default());
    collector.add(article);
    let collection = collector.finish();
    for layer in Layer::ALL {
        for format in [Format::GeoJson, Format::FlatGeobuf, Format::Kml] {
            let mut out = Vec::new();
            write(&collection, &[layer], format, &WriteOptions::default(), Destination::Stream(&mut out)).unwrap();
        }
    }
});
