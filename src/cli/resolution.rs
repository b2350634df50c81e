//! What is known of the documents before they are read, and how places are chosen.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use dateline::inner::gazetteer::{CountryCode, Gazetteer};
use dateline::inner::geo::LatLon;
use dateline::inner::resolve::publisher::Publishers;
use dateline::inner::resolve::ranker::Ranker;
use dateline::inner::resolve::{Options, Resolver, place_named};

use super::tag::Settings;
use super::{PlacesArgs, coordinates, say};

/// How places are chosen among those of a name.
#[derive(Args)]
pub struct ResolutionArgs {
    /// Where the documents were published, as a name or as coordinates: "Bangor, Maine", 44.8,-68.8. A local paper writes
    /// of its own town without saying where that is
    #[arg(long, value_name = "PLACE", env = "DATELINE_NEAR", allow_hyphen_values = true)]
    near: Option<String>,
    /// A CSV table with the columns source, lat, lon and country, for documents of many publishers: where those of each
    /// source were published
    #[arg(long, value_name = "FILE", env = "DATELINE_PUBLISHERS")]
    publishers: Option<PathBuf>,
    /// Weights of the features, as scripts/train_ranker.py writes them [default: the built-in ones]
    #[arg(long, value_name = "FILE", env = "DATELINE_RANKER")]
    ranker: Option<PathBuf>,
}

impl ResolutionArgs {
    /// A resolver of the places of a gazetteer, for documents that were published in a country.
    pub fn open(&self, places: &PlacesArgs, country: Option<CountryCode>, explain: bool) -> anyhow::Result<Resolver> {
        let gazetteer = places.open()?;
        let near = self.near.as_deref().map(|near| position(near, &gazetteer)).transpose()?;
        let publishers = match &self.publishers {
            Some(file) => Publishers::open(file)?,
            None => Publishers::default(),
        };
        let options = Options { near, country, publishers: publishers.into(), explain, ..Options::default() };
        Ok(Resolver::new(gazetteer).with_ranker(self.ranker()?).with_options(options))
    }

    /// Adds what places depend on beside the gazetteer.
    pub fn settings(&self, settings: &mut Settings) -> anyhow::Result<()> {
        settings.add_option("--near", self.near.as_ref());
        settings.add_files("--publishers", self.publishers.as_slice())?;
        settings.add_files("--ranker", self.ranker.as_slice())
    }

    /// The ranker that was asked for.
    fn ranker(&self) -> anyhow::Result<Ranker> {
        Ok(match &self.ranker {
            Some(file) => Ranker::open(file)?,
            None => Ranker::embedded().clone(),
        })
    }
}

fn position(near: &str, gazetteer: &Gazetteer) -> anyhow::Result<LatLon> {
    if coordinates::is_position(near) {
        return coordinates::parse(near).map_err(anyhow::Error::msg).context("--near");
    }
    let expected = || {
        format!(
            "--near {near}: the gazetteer has no such place; expected a name, like \"Bangor, Maine\", or coordinates"
        )
    };
    let place = place_named(near, gazetteer).with_context(expected)?;
    let parts = [Some(&place.name), place.admin1.as_ref(), place.country.as_ref()];
    let name = parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ");
    // Which of the Springfields: whoever meant another must see it.
    say(&format!("near {name}, {:.3} {:.3}", place.location.lat, place.location.lon));
    Ok(place.location)
}
