//! The stages of tagging, one by one, on an article of the tests.
//!
//! Each bench checks its result first. The model itself is measured only where ONNX Runtime is found without a fetch.

#![allow(clippy::print_stderr)]

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dateline::inner::document::{Document, Span};
use dateline::inner::external::{RuntimeOptions, find_runtime};
use dateline::inner::gazetteer::{self, Gazetteer};
use dateline::inner::mention::{Label, Mention};
use dateline::inner::model_files::ModelFiles;
use dateline::inner::model_options::ModelOptions;
use dateline::inner::ner::NerModel;
use dateline::inner::sentence::sentences;
use dateline::inner::tagger::{TagOptions, Tagger, Task};

fn article() -> Document {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/articles/quake.txt");
    Document::new("quake", std::fs::read_to_string(path).expect("the article is committed"))
}

fn text_stages(c: &mut Criterion) {
    let document = article();
    let mut group = c.benchmark_group("text");
    group.throughput(Throughput::Bytes(document.text.len() as u64));
    assert!(sentences(&document.text).len() > 10);
    group.bench_function("sentences", |b| b.iter(|| sentences(black_box(&document.text))));
    assert_eq!(gazetteer::name::fold("São Paulo"), "sao paulo");
    group.bench_function("fold every word", |b| {
        b.iter(|| {
            black_box(&document.text).split_whitespace().map(|word| gazetteer::name::fold(word).len()).sum::<usize>()
        })
    });
}

fn places(c: &mut Criterion) {
    let gazetteer = Gazetteer::embedded().expect("the embedded gazetteer is sound");
    let mut group = c.benchmark_group("places");
    group.bench_function("open", |b| b.iter(|| Gazetteer::embedded().map(|gazetteer| gazetteer.len())));
    for (what, name) in [("exact", "Mosul"), ("folded", "sao paulo"), ("missing", "Xyzzyx"), ("ambiguous", "San José")]
    {
        assert_eq!(gazetteer.lookup(name).is_empty(), what == "missing");
        group.bench_function(format!("look up, {what}"), |b| b.iter(|| gazetteer.lookup(black_box(name))));
    }
    // All capitalised words as mentions: more than an article has.
    let document = article();
    let word = |word: &str| {
        let start = word.as_ptr() as usize - document.text.as_ptr() as usize;
        let span = Span::new(start, start + word.len());
        word.starts_with(char::is_uppercase).then_some(Mention::new(span, Label::Loc, 1.0))
    };
    let mentions: Vec<Mention> = document.text.split_whitespace().filter_map(word).collect();
    let tagger = Tagger::builder().without_model().threads(1).build().expect("the gazetteer is inside");
    let options = TagOptions::default();
    group.bench_function(format!("place {} mentions", mentions.len()), |b| {
        b.iter(|| {
            let task = Task { document: document.clone(), known: Some(mentions.clone().into()), options: &options };
            tagger.run_all(vec![task])
        })
    });
}

fn tagging(c: &mut Criterion) {
    let options = RuntimeOptions { offline: true, ..RuntimeOptions::default() };
    let runtime = match find_runtime(&options, &mut |_| {}) {
        Ok(runtime) => runtime,
        Err(error) => return eprintln!("skipped: {error}"),
    };
    dateline::inner::onnx::start(&runtime).expect("ONNX Runtime starts");
    let model =
        NerModel::new(ModelFiles::embedded(), &ModelOptions::default(), 1).expect("the embedded model is sound");
    let document = article();
    let words = document.text.split_whitespace().count() as u64;

    let mut group = c.benchmark_group("model");
    group.sample_size(20).throughput(Throughput::Elements(words));
    let windows = model.windows(&document.text).expect("the article has tokens");
    group.bench_function("windows", |b| {
        b.iter(|| model.windows(black_box(&document.text)).map(|windows| windows.len()))
    });
    group.bench_function("run, one thread", |b| {
        b.iter(|| {
            windows.iter().map(|window| model.run(window).map(|logits| logits.len())).collect::<Result<Vec<_>, _>>()
        })
    });
    let logits: Vec<_> = windows.iter().map(|window| model.run(window).expect("the model runs")).collect();
    group.bench_function("decode", |b| {
        b.iter(|| {
            let mut reading = model.read(&document.text);
            reading.take(&windows, &logits).and_then(|()| reading.decode(None))
        })
    });

    let (tagger, options) = (Tagger::builder().build().expect("all is inside"), TagOptions::default());
    let tagged = tagger.tag(document.clone(), &options).expect("the article is tagged");
    assert!(tagged.distinct_places().len() > 5);
    group.bench_function("all, all threads", |b| b.iter(|| tagger.tag(document.clone(), &options)));
}

criterion_group!(benches, text_stages, places, tagging);
criterion_main!(benches);
