//! `dateline gazetteer`: looks into a gazetteer, or builds one.

mod build;
mod info;
mod lookup;

use clap::{Args, Subcommand};

use super::args::gazetteer::NamedFileArgs;
use super::outcome::Outcome;
use super::terminal::print;

/// The arguments of `dateline gazetteer`.
#[derive(Args)]
pub struct GazetteerArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Shows the places that a name may mean
    Lookup(lookup::LookupArgs),
    /// Says what a gazetteer holds and where it comes from
    Info(info::InfoArgs),
    /// Checks every byte and every reference of a gazetteer
    Verify(NamedFileArgs),
    /// Builds a gazetteer from tables
    Build(Box<build::BuildArgs>),
}

/// Runs a subcommand of `dateline gazetteer`.
pub fn run(args: &GazetteerArgs) -> anyhow::Result<Outcome> {
    match &args.command {
        Command::Lookup(args) => lookup::run(args),
        Command::Info(args) => info::run(args),
        Command::Verify(args) => verify(args),
        Command::Build(args) => build::run(args),
    }
}

fn verify(args: &NamedFileArgs) -> anyhow::Result<Outcome> {
    let gazetteer = args.open()?;
    gazetteer.verify()?;
    print(&format!("sound: {} places\n", gazetteer.len()))?;
    Ok(Outcome::Done)
}
