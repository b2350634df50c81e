//! Figures of a run: how much was done, how fast, and where the time went.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use dateline::inner::atomic::AtomicFile;
use dateline::inner::clock::{Clock, Stage};
use dateline::inner::corpus::checkpoint::Progress;
use dateline::inner::corpus::pipeline::Worker as _;
use dateline::inner::ner::cache::CacheCounts;
use serde_json::{Map, Value, json};

use super::output::OutputArgs;
use crate::cli::corpus::engine::Engine;
use crate::cli::corpus::progress::{Report, grouped};
use crate::cli::terminal::{CANNOT_PRINT, cannot_write, print, say};
use crate::cli::{outputs, stdout};

/// Windows that are remembered: 25 MB at most.
const WINDOW_CACHE: usize = 4096;

/// What is told of a run, and what it may remember.
#[derive(Args)]
pub struct StatsArgs {
    /// Write figures to this file, or - for standard output: how much was done, how fast, and the share of time of each stage
    #[arg(long, value_name = "FILE", env = "DATELINE_STATS")]
    pub stats: Option<PathBuf>,
    /// Windows of text that are remembered, so that what is printed many times over (agencies' reports, boilerplate) is read
    /// by the model once; 0 for none. Results don't change
    #[arg(long, value_name = "N", env = "DATELINE_WINDOW_CACHE", default_value_t = WINDOW_CACHE)]
    pub window_cache: usize,
}

impl StatsArgs {
    /// Begins the file, if it is asked for: that it cannot be written is said before the work, and from now on no other run
    /// writes there.
    pub fn begin(&self) -> anyhow::Result<Option<AtomicFile>> {
        self.file().map(|path| outputs::begin(path)).transpose()
    }

    /// The file, if they go to one.
    pub fn file(&self) -> Option<&PathBuf> {
        self.stats.as_ref().filter(|_| !self.are_printed())
    }

    /// Whether they go to standard output.
    fn are_printed(&self) -> bool {
        self.stats.as_ref().is_some_and(|path| path.as_os_str() == "-")
    }

    /// What is printed is one thing.
    pub fn check(&self, output: &OutputArgs) -> anyhow::Result<()> {
        if self.are_printed() {
            anyhow::ensure!(
                output.output.is_some(),
                "--stats -: the documents go to standard output; expected the one or the other there: name a file with --output \
                 or --stats"
            );
            stdout::check().context(CANNOT_PRINT)?;
        }
        Ok(())
    }
}

/// The figures of a run.
pub struct Stats {
    json: Value,
    line: String,
}

impl Stats {
    /// Adds up a run that has ended. `clock` has the time of reading and writing.
    pub fn new(report: &Report, done: &Progress, clock: &Clock, engine: &Engine) -> Self {
        let (work, cache) = (engine.clock(), engine.cache_counts());
        let counts = report.counts();
        let seconds = report.ready.elapsed().as_secs_f64();
        let threads = engine.threads();
        let words_per_second = counts.words as f64 / seconds;
        let spent = |stage| (clock.spent(stage) + work.spent(stage)).as_secs_f64();
        let share = |spent: f64| spent / (seconds * threads as f64);
        let stages: Map<String, Value> = Stage::ALL
            .into_iter()
            .map(|stage| {
                let spent = spent(stage);
                (stage.name().to_owned(), json!({"seconds": round(spent, 3), "share": round(share(spent), 4)}))
            })
            .collect();
        let windows = cache.map(|CacheCounts { hits, misses }| json!({"all": hits + misses, "remembered": hits}));
        let json = json!({
            "dateline": env!("CARGO_PKG_VERSION"),
            "records": done.records,
            "documents": done.documents,
            "failed": done.failed,
            "skipped": done.skipped,
            "this_run": {
                "documents": counts.documents,
                "bytes": counts.bytes,
                "words": counts.words,
                "entities": counts.entities,
                "places": counts.places,
                "windows": windows,
                "threads": threads,
                "seconds": round(seconds, 3),
                "seconds_before": round((report.ready - report.begun).as_secs_f64(), 3),
                "words_per_second": round(words_per_second, 0),
                "peak_memory_mb": peak_memory_mb(),
                "stages": stages,
            },
        });
        let mut largest: Vec<(&str, f64)> =
            Stage::ALL.into_iter().map(|stage| (stage.name(), share(spent(stage)))).collect();
        largest.sort_by(|a, b| b.1.total_cmp(&a.1));
        let shares: Vec<String> = largest
            .iter()
            .filter(|(_, share)| *share >= 0.001)
            .map(|(name, s)| format!("{name} {:.1} %", s * 100.0))
            .collect();
        let line = format!(
            "{} documents, {} words, {} names, {} places in {seconds:.1} s on {threads} threads: {} words/s; {}{}",
            grouped(counts.documents),
            grouped(counts.words),
            grouped(counts.entities),
            grouped(counts.places),
            grouped(words_per_second as u64),
            cache.map_or(String::new(), |c| format!(
                "{} of {} windows remembered; ",
                grouped(c.hits),
                grouped(c.hits + c.misses)
            )),
            shares.join(", "),
        );
        Self { json, line }
    }

    /// Tells them to whoever watches, and writes them to the file that was begun for them.
    pub fn tell(&self, args: &StatsArgs, file: Option<AtomicFile>, watched: bool) -> anyhow::Result<()> {
        tracing::info!("{}", self.line);
        if watched {
            say(&self.line);
        }
        if let (Some(path), Some(mut file)) = (args.file(), file) {
            serde_json::to_writer_pretty(&mut file, &self.json).with_context(|| cannot_write(path))?;
            file.commit().with_context(|| cannot_write(path))?;
        }
        if args.are_printed() {
            print(&format!("{:#}\n", self.json))?;
        }
        Ok(())
    }
}

fn round(value: f64, decimals: i32) -> f64 {
    dateline::inner::rounding::rounded(value, decimals)
}

/// The most memory that the process had, where the system says so.
fn peak_memory_mb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
}
