//! Measures exact lookups in a gazetteer file of any size from a warm page cache, on one core; prints JSON.
//!
//! ```text
//! cargo run --release --example bench_lookup -- places.gaz --names 200000
//! cargo run --release --example bench_lookup -- places.gaz --list names.txt
//! ```

use std::hint::black_box;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context as _;
use clap::Parser;
use dateline::inner::gazetteer::Gazetteer;
use dateline::inner::gazetteer::name::fold;

/// Measures exact lookups in a gazetteer
#[derive(Parser)]
struct Args {
    /// The gazetteer
    file: PathBuf,
    /// How many names to look up, of places spread over the file
    #[arg(long, default_value_t = 200_000, conflicts_with = "list")]
    names: usize,
    /// A file of names to look up instead, one a line
    #[arg(long)]
    list: Option<PathBuf>,
}

/// Of so many rounds the median counts.
const ROUNDS: usize = 7;

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let began = Instant::now();
    let gazetteer = Gazetteer::open(&args.file)?;
    let opened = began.elapsed();
    black_box(gazetteer.lookup("Mosul"));
    let first = began.elapsed();

    let before = memory("RssAnon");
    let names = match &args.list {
        Some(list) => {
            std::fs::read_to_string(list).context("cannot read the names")?.lines().map(str::to_owned).collect()
        }
        None => spread(&gazetteer, args.names),
    };
    let own = memory("RssAnon").saturating_sub(before);

    // The first round brings the pages into memory.
    let (found, candidates) = look_up(&gazetteer, &names);
    let mut rounds = [(); ROUNDS].map(|()| {
        let began = Instant::now();
        black_box(look_up(&gazetteer, &names));
        began.elapsed().as_secs_f64()
    });
    rounds.sort_by(f64::total_cmp);
    let seconds = rounds[ROUNDS / 2];

    let figures = serde_json::json!({
        "open_ms": opened.as_secs_f64() * 1e3,
        "open_and_first_ms": first.as_secs_f64() * 1e3,
        "names": names.len(),
        "found": found,
        "candidates": candidates,
        "names_per_second": names.len() as f64 / seconds,
        "rss_anon_mb": memory("RssAnon") as f64 / 1024.0,
        "of_it_names_mb": own as f64 / 1024.0,
        "rss_file_mb": memory("RssFile") as f64 / 1024.0,
    });
    #[allow(clippy::print_stdout)]
    {
        println!("{figures}");
    }
    Ok(())
}

/// Names of places spread over the file, in an order that jumps about it, as the names of articles do.
fn spread(gazetteer: &Gazetteer, count: usize) -> Vec<String> {
    let step = (gazetteer.len() / count.max(1)).max(1);
    let in_order: Vec<&str> =
        gazetteer.places().step_by(step).map(|place| place.name).filter(|name| !fold(name).is_empty()).collect();
    // The step is a prime larger than there are names.
    let jumping = (0..in_order.len()).filter_map(|number| in_order.get(number * 4_294_967_291 % in_order.len()));
    jumping.map(|name| (*name).to_owned()).collect()
}

/// How many names have a place, and how many candidates they have together.
fn look_up(gazetteer: &Gazetteer, names: &[String]) -> (usize, usize) {
    let counts = names.iter().map(|name| gazetteer.lookup(name).len());
    counts.fold((0, 0), |(found, all), count| (found + usize::from(count > 0), all + count))
}

/// A line of `/proc/self/status` in kB; 0 where there is none.
fn memory(what: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':'));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}
