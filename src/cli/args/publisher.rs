//! Where the documents were published.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use dateline::inner::gazetteer::{CountryCode, Gazetteer};
use dateline::inner::geo::LatLon;
use dateline::inner::query::NamedPlace;

use crate::cli::corpus::settings::Settings;
use crate::cli::terminal::say;

/// What is known of the documents before they are read.
#[derive(Args)]
pub struct PublisherArgs {
    /// Where the documents were published, as a name or as coordinates: "Bangor, Maine", 44.8,-68.8. A local paper writes
    /// of its own town without saying where that is
    #[arg(long, value_name = "PLACE", env = "DATELINE_NEAR", allow_hyphen_values = true)]
    near: Option<String>,
    /// A CSV table with the columns source, lat, lon and country, for documents of many publishers: where those of each
    /// source were published
    #[arg(long, value_name = "FILE", env = "DATELINE_PUBLISHERS")]
    pub publishers: Option<PathBuf>,
    /// The country where the documents were published, as its code of two letters
    #[arg(long, value_name = "CODE", env = "DATELINE_PUBLISHER_COUNTRY")]
    pub publisher_country: Option<CountryCode>,
}

impl PublisherArgs {
    /// The place where all documents were published.
    pub fn near(&self, gazetteer: &Gazetteer) -> anyhow::Result<Option<LatLon>> {
        self.near.as_deref().map(|near| position(near, gazetteer)).transpose()
    }

    /// Adds what places depend on.
    pub fn settings(&self, settings: &mut Settings) -> anyhow::Result<()> {
        settings.add_option("--near", self.near.as_ref());
        settings.add_option("--publisher-country", self.publisher_country);
        settings.add_files("--publishers", self.publishers.as_slice())
    }
}

fn position(near: &str, gazetteer: &Gazetteer) -> anyhow::Result<LatLon> {
    let named = NamedPlace::find(near, gazetteer).context("--near")?;
    if let Some(place) = &named.place {
        let parts = [Some(&place.name), place.admin1.as_ref(), place.country.as_ref()];
        let name = parts.into_iter().flatten().map(|part| &**part).collect::<Vec<_>>().join(", ");
        // Which of the Springfields: whoever meant another must see it.
        say(&format!("near {name}, {:.3} {:.3}", place.location.lat, place.location.lon));
    }
    Ok(named.location)
}
