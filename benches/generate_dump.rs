//! Writes a made-up dump in the shape of GeoNames', and shows how like the real cities it is.
//!
//! ```text
//! cargo run --release --example generate_dump -- --places 13000000 --names 3 --output dump.txt
//! ```

#![allow(clippy::print_stdout)]

mod generator;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::Parser;
use dateline::inner::gazetteer::Gazetteer;
use generator::Generator;

/// Writes a made-up dump in the shape of GeoNames'
#[derive(Parser)]
struct Args {
    /// How many places
    #[arg(long, default_value_t = 100_000)]
    places: u32,
    /// How many names each, the official one among them
    #[arg(long, default_value_t = 3)]
    names: u32,
    /// Another seed gives another dump
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The file to be written
    #[arg(long)]
    output: PathBuf,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let generator = Generator::new(&Gazetteer::embedded()?);
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&args.output)?);
    let made = generator.dump(args.places, args.names, args.seed, &mut out)?;
    out.flush()?;
    println!("{:<40} {:>14} {:>14}", "", "real", "made up");
    for ((what, real), (_, made)) in generator.real.figures().into_iter().zip(made.figures()) {
        println!("{what:<40} {real:>14.2} {made:>14.2}");
    }
    Ok(())
}
