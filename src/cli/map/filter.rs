//! Which mentions the map is made of.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use dateline::inner::date::Period;
use dateline::inner::layer::filter::Filter;
use dateline::inner::layer::geometry::Bounds;
use dateline::inner::layer::is_country_code;
use dateline::inner::mention::Label;

/// What is on the map. These have no environment variables: what a map leaves out is said where it is asked for.
#[derive(Args)]
#[command(next_help_heading = "Filters")]
pub struct FilterArgs {
    /// Leave out places that are less sure, from 0 to 1
    #[arg(long, value_name = "CONFIDENCE", default_value_t = 0.0, value_parser = confidence)]
    min_confidence: f64,
    /// Only places in these countries, as ISO 3166 codes of two letters
    #[arg(long, value_name = "CODES", value_delimiter = ',', value_parser = country)]
    country: Vec<String>,
    /// Only places in this box, in degrees; west may be the greater where it crosses the antimeridian
    #[arg(long, value_name = "WEST,SOUTH,EAST,NORTH", allow_hyphen_values = true)]
    bbox: Option<Bounds>,
    /// Only documents of this day (2018-02-06), month or year, and later ones
    #[arg(long, value_name = "DATE")]
    since: Option<Period>,
    /// Only documents of this day, month or year, and earlier ones
    #[arg(long, value_name = "DATE")]
    until: Option<Period>,
    /// Only names of these kinds: LOC for places, MISC for peoples and what belongs to places, ORG and PER
    #[arg(long, value_name = "LABELS", value_delimiter = ',', ignore_case = true, value_parser = label())]
    label: Vec<Label>,
    /// Only the places that are named most often, so many
    #[arg(long, value_name = "N")]
    top: Option<usize>,
}

fn confidence(given: &str) -> Result<f64, String> {
    match given.parse() {
        Ok(confidence) if (0.0..=1.0).contains(&confidence) => Ok(confidence),
        _ => Err("expected a number from 0 to 1, such as 0.5".to_owned()),
    }
}

fn country(given: &str) -> Result<String, String> {
    let code = given.trim().to_uppercase();
    match is_country_code(&code) {
        true => Ok(code),
        false => Err("is the code of no country; expected one of ISO 3166, such as GB".to_owned()),
    }
}

fn label() -> impl clap::builder::TypedValueParser<Value = Label> {
    PossibleValuesParser::new(Label::ALL.map(Label::name)).try_map(|name| {
        let found = Label::ALL.into_iter().find(|label| label.name().eq_ignore_ascii_case(&name));
        found.ok_or("expected LOC, MISC, ORG or PER")
    })
}

impl FilterArgs {
    /// The filter.
    pub fn filter(&self) -> anyhow::Result<Filter> {
        let since = self.since.map(|since| since.first);
        let until = self.until.map(|until| until.last);
        if let (Some(since), Some(until)) = (since, until) {
            anyhow::ensure!(since <= until, "--since {since} is behind --until {until}; expected it before");
        }
        Ok(Filter {
            min_confidence: self.min_confidence,
            countries: self.country.clone(),
            bounds: self.bbox,
            since,
            until,
            labels: self.label.clone(),
            top: self.top,
        })
    }
}
