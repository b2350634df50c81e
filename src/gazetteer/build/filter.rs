//! What of published sources is wanted.

use crate::gazetteer::{CountryCode, FeatureClass};

/// What of published sources is wanted. Tables of one's own are taken as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The feature classes of places in dumps; empty for all.
    pub classes: Vec<FeatureClass>,
    /// The countries of places in dumps; empty for all, those in no country too.
    pub countries: Vec<CountryCode>,
    /// The fewest inhabitants of populated places in dumps. Of other places dumps don't know how many live there, and
    /// they stay.
    pub min_population: u64,
    /// The languages of names with a language, as `en`, which stands for `en-GB` as well; `None` for all.
    pub languages: Option<Vec<String>>,
    /// The scripts of names.
    pub scripts: Scripts,
}

/// Which scripts names may be written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scripts {
    /// Names with letters of other scripts than the Latin are left out.
    #[default]
    Latin,
    /// All.
    All,
}

impl Filter {
    /// Whether a place of a dump is wanted.
    pub(crate) fn admits(&self, class: FeatureClass, country: Option<CountryCode>, population: Option<u64>) -> bool {
        (self.classes.is_empty() || self.classes.contains(&class))
            && (self.countries.is_empty() || country.is_some_and(|country| self.countries.contains(&country)))
            && (class != FeatureClass::Populated || population.unwrap_or(0) >= self.min_population)
    }

    /// Whether names of a language are wanted; names without one are, and so are those of what is no language.
    pub(crate) fn admits_language(&self, language: &str) -> bool {
        let general = language.split('-').next().unwrap_or(language);
        matches!(language, "" | "abbr" | "piny")
            || self.languages.as_ref().is_none_or(|wanted| wanted.iter().any(|tag| tag == language || tag == general))
    }
}
