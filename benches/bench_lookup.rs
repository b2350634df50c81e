//! Measures exact lookups in a gazetteer file of any size from a warm page cache, on one core.
//!
//! ```text
//! cargo run --release --example bench_lookup -- places.gaz --names 200000
//! ```

#![allow(clippy::print_stdout)]

use std::hint::black_box;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::ensure;
use clap::Parser;
use dateline::gazetteer::Gazetteer;
use dateline::gazetteer::name::fold;

/// Measures exact lookups in a gazetteer
#[derive(Parser)]
struct Args {
    /// The gazetteer
    file: PathBuf,
    /// How many names to look up, of places spread over the file
    #[arg(long, default_value_t = 200_000)]
    names: usize,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let began = Instant::now();
    let gazetteer = Gazetteer::open(&args.file)?;
    let opened = began.elapsed();
    let began = Instant::now();
    black_box(gazetteer.lookup("Mosul"));
    println!("open {:.3} ms, first lookup {:.3} ms", opened.as_secs_f64() * 1e3, began.elapsed().as_secs_f64() * 1e3);
    let before = memory("RssAnon");

    let step = (gazetteer.len() / args.names.max(1)).max(1);
    let in_order: Vec<&str> =
        gazetteer.places().step_by(step).map(|place| place.name).filter(|name| !fold(name).is_empty()).collect();
    // In an order that jumps about the file, as the names of articles do. The step is a prime larger than there are names.
    let names: Vec<String> = (0..in_order.len())
        .filter_map(|number| in_order.get(number * 4_294_967_291 % in_order.len()))
        .map(|name| (*name).to_owned())
        .collect();
    drop(in_order);
    let own = memory("RssAnon").saturating_sub(before);
    let found = |name: &String| gazetteer.lookup(name).len();
    // The first round brings the pages into memory and shows that every name is found.
    let (mut candidates, mut missed) = (0, 0);
    for name in &names {
        candidates += found(name);
        missed += usize::from(found(name) == 0);
    }
    ensure!(missed == 0, "{missed} of {} names were not found", names.len());
    let began = Instant::now();
    for name in &names {
        black_box(found(name));
    }
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "{:.0} lookups/s ({} names, {:.2} candidates each)",
        names.len() as f64 / seconds,
        names.len(),
        candidates as f64 / names.len() as f64
    );
    println!(
        "RssAnon {} kB, of which the names to look up are {own} kB; RssFile {} kB",
        memory("RssAnon"),
        memory("RssFile")
    );
    Ok(())
}

/// A line of `/proc/self/status` in kB; 0 where there is none.
fn memory(what: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':'));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}
