//! Looks up the names of a file in a gazetteer and prints how fast that was, as JSON.
//!
//! `cargo run --release --example bench_lookup -- GAZETTEER --names FILE`: one name a line. The names are looked
//! up once so that what they need is in memory, and then again for the figures, one after the other on one thread.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context as _;
use clap::Parser;
use dateline::gazetteer::Gazetteer;

#[derive(Parser)]
struct Arguments {
    /// The gazetteer file
    gazetteer: PathBuf,
    /// Names, one a line
    #[arg(long)]
    names: PathBuf,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let names = std::fs::read_to_string(&arguments.names).context("cannot read the names")?;
    let names: Vec<&str> = names.lines().collect();

    let begin = Instant::now();
    let gazetteer = Gazetteer::open(&arguments.gazetteer)?;
    gazetteer.lookup(names.first().copied().unwrap_or_default());
    let opened = begin.elapsed();

    look_up(&gazetteer, &names);
    let begin = Instant::now();
    let (found, candidates) = look_up(&gazetteer, &names);
    let seconds = begin.elapsed().as_secs_f64();

    let figures = serde_json::json!({
        "names": names.len(),
        "found": found,
        "candidates": candidates,
        "open_and_first_ms": opened.as_secs_f64() * 1e3,
        "names_per_second": names.len() as f64 / seconds,
        "rss_anon_mb": anonymous_memory()?,
    });
    #[allow(clippy::print_stdout)]
    {
        println!("{figures}");
    }
    Ok(())
}

/// How many names have a place, and how many candidates they have together.
fn look_up(gazetteer: &Gazetteer, names: &[&str]) -> (usize, usize) {
    let counts = names.iter().map(|name| gazetteer.lookup(name).len());
    counts.fold((0, 0), |(found, all), count| (found + usize::from(count > 0), all + count))
}

/// The anonymous memory of this process in megabytes: mapped files aside.
fn anonymous_memory() -> anyhow::Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status").context("cannot read the memory of the process")?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).context("no RssAnon in it")?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse().context("no number of kB")?;
    Ok(kilobytes / 1024.0)
}
