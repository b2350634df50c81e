//! The model alone: sessions fed with the windows of a corpus, nothing else. What the rest of tagging costs is the
//! difference from `dateline tag` on the same corpus: `scripts/bench_pipeline.py` runs both.
//!
//! `cargo run --release --example bench_model -- CORPUS.jsonl [MODEL FOLDER]` prints one JSON object.

#![allow(clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::time::Instant;

use dateline::inner::corpus::read::ReadOptions;
use dateline::inner::corpus::source::{Globs, Source};
use dateline::inner::corpus::stream::{Shard, Stream};
use dateline::inner::document::Document;
use dateline::inner::external::{RuntimeOptions, find_runtime};
use dateline::inner::model_files::ModelFiles;
use dateline::inner::model_options::ModelOptions;
use dateline::inner::ner::NerModel;
use dateline::inner::ner::window::Window;
use rayon::prelude::*;

/// Runs for each thread before the clock starts: a session is made after some runs of those that there are.
const WARM_RUNS: usize = 32;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let corpus = args.next().ok_or("name a corpus in JSONL")?;
    let files = match args.next() {
        Some(folder) => ModelFiles::read(&folder)?,
        None => ModelFiles::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("models/ner"))?,
    };
    let runtime = find_runtime(&RuntimeOptions::default(), &mut |_| {})?;
    dateline::inner::onnx::start(&runtime)?;
    let model = NerModel::new(files, &ModelOptions::default(), rayon::current_num_threads())?;
    let sources = vec![Source::from(corpus)];
    let documents: Vec<_> = Stream::new(sources, Globs::default(), ReadOptions::default(), Shard::WHOLE)
        .map(|read| read.map(|record| Document::new("", record.input.text())))
        .collect::<Result<_, _>>()?;
    let words: usize = documents.iter().map(|document| document.text.split_whitespace().count()).sum();
    let windows: Vec<Vec<Window>> =
        documents.par_iter().map(|document| model.windows(&document.text)).collect::<Result<_, _>>()?;
    let windows: Vec<Window> = windows.into_iter().flatten().collect();
    // Every thread has its session before the clock starts.
    let warm = windows.iter().cycle().take(WARM_RUNS * rayon::current_num_threads()).collect::<Vec<_>>();
    warm.into_par_iter().with_max_len(1).try_for_each(|window| model.run(window).map(drop))?;
    let begun = Instant::now();
    let labels: usize =
        windows.par_iter().with_max_len(1).map(|window| model.run(window).map_or(0, |logits| logits.len())).sum();
    let seconds = begun.elapsed().as_secs_f64();
    assert!(labels > 0, "the model gave nothing");
    println!(
        "{}",
        serde_json::json!({
            "words": words,
            "windows": windows.len(),
            "threads": rayon::current_num_threads(),
            "seconds": seconds,
            "words_per_second": words as f64 / seconds,
        })
    );
    Ok(())
}
