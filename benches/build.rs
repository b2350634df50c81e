//! Building a gazetteer of 100,000 made-up places with three names each.
//!
//! The bench checks its result first: every place is there, found by its name, and nothing of the dump is broken.

mod generator;

use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dateline::inner::gazetteer::Gazetteer;
use dateline::inner::gazetteer::build::{BuildReport, Sources, build};
use generator::Generator;

const PLACES: u32 = 100_000;
const NAMES: u32 = 3;

fn built(dump: &Path, out: &Path) -> BuildReport {
    let sources = Sources { geonames: vec![dump.to_owned()], ..Sources::default() };
    build(&sources, out, |_| ()).expect("the dump becomes a gazetteer")
}

fn building(c: &mut Criterion) {
    let generator = Generator::new(&Gazetteer::embedded().expect("the embedded gazetteer is sound"));
    let folder = tempfile::tempdir().expect("a folder for the dump");
    let (dump, out) = (folder.path().join("dump.txt"), folder.path().join("places.gaz"));
    let mut file = std::io::BufWriter::new(std::fs::File::create(&dump).expect("the dump can be written"));
    let made = generator.dump(PLACES, NAMES, 1, &mut file).expect("the dump can be written");
    drop(file);
    // Another figure than the real one means that the bench measures something else.
    for ((what, real), (_, made)) in generator.real.figures().into_iter().zip(made.figures()) {
        assert!(!what.contains("mean") || (made - real).abs() < 1.5, "{what}: really {real}, made up {made}");
    }

    let report = built(&dump, &out);
    assert_eq!((report.summary.places, report.broken_lines), (PLACES.into(), 0), "{:?}", report.broken.first());
    let gazetteer = Gazetteer::open(&out).expect("the file is a gazetteer");
    gazetteer.verify().expect("the file is sound");
    for place in gazetteer.places().step_by(1_000) {
        assert!(gazetteer.lookup(place.name).iter().any(|found| found.place == place.index), "{}", place.name);
    }

    let mut group = c.benchmark_group("build");
    group.sample_size(10).throughput(Throughput::Elements(PLACES.into()));
    group.bench_function("100,000 places", |b| b.iter(|| built(&dump, &out)));
}

criterion_group!(benches, building);
criterion_main!(benches);
