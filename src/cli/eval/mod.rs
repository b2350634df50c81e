//! `dateline eval`: what is found against what people have marked.

mod driver;
mod gazetteer;
mod geo;
mod ner;
mod relative;

use clap::{Args, Subcommand};

use super::outcome::Outcome;

/// The arguments of `dateline eval`.
#[derive(Args)]
pub struct EvalArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Scores the names found in corpora with marked names, or compares two models on them
    Ner(ner::NerArgs),
    /// Scores the places found, or the resolution of given ones, in corpora with linked places
    Geo(geo::GeoArgs),
    /// Counts how many places of marked corpora the gazetteer knows by the names that the texts give them
    Gazetteer(gazetteer::GazetteerArgs),
    /// Scores positions given by distance and direction on passages with true coordinates
    Relative(relative::RelativeArgs),
}

/// Runs `dateline eval`.
pub fn run(args: &EvalArgs) -> anyhow::Result<Outcome> {
    match &args.what {
        What::Ner(args) => ner::run(args),
        What::Geo(args) => geo::run(args),
        What::Gazetteer(args) => gazetteer::run(args),
        What::Relative(args) => relative::run(args),
    }
}
