//! Map layers: what a corpus names, as features that maps and databases read.
//!
//! [`article::Article`] is a document with its places, [`collection::Collector`] collects what a [`filter::Filter`] takes,
//! [`tables`] makes a table of features a [`Layer`], and [`write()`] writes them in a [`Format`].
//!
//! | file | answers |
//! |---|---|
//! | `article.rs` | which places does a document name, in which sentences? |
//! | `dates.rs` | when was it published? |
//! | `filter.rs` | which mentions are wanted? |
//! | `collection.rs` | what do all documents name together? |
//! | `geometry.rs` | which shape is that, on a map that ends at the antimeridian? |
//! | `mentions.rs` … `countries.rs` | what is in each layer? |
//! | `table.rs` | what is a feature? |
//! | `write/` | how is each format written? |
//! | `html/` | what is in the page with the map, and in that of an article? |
//!
//! Shapes have longitude first, in degrees of WGS 84, to five decimals; hexagons, which may be small, to seven.

pub mod article;
pub mod collection;
mod countries;
pub mod dates;
pub mod filter;
pub mod geometry;
mod hexbins;
pub mod html;
mod links;
mod mentions;
mod places;
mod relative;
pub mod table;
mod write;

#[cfg(test)]
mod testing;

pub use h3o::Resolution;

use self::collection::Collection;
pub use self::countries::{Countries, KnownCountry, is_country_code};
use self::table::Table;
pub use self::write::{Destination, Format, WriteError, WriteOptions, write};

/// A layer of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Layer {
    /// A point for every mention.
    Mentions,
    /// A point for every place, with counts.
    Places,
    /// A line between places that are named in the same documents.
    Links,
    /// Areas of places that were worked out from words.
    Relative,
    /// Mentions counted in hexagons.
    Hexbins,
    /// Mentions counted by country.
    Countries,
}

impl Layer {
    /// Every layer.
    pub const ALL: [Self; 6] =
        [Self::Mentions, Self::Places, Self::Links, Self::Relative, Self::Hexbins, Self::Countries];

    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mentions => "mentions",
            Self::Places => "places",
            Self::Links => "links",
            Self::Relative => "relative",
            Self::Hexbins => "hexbins",
            Self::Countries => "countries",
        }
    }
}

/// What layers depend on beside what was collected.
#[derive(Clone, Debug)]
pub struct LayerOptions {
    /// How large hexagons are.
    pub resolution: Resolution,
    /// What is known of countries.
    pub countries: Countries,
}

impl Default for LayerOptions {
    fn default() -> Self {
        Self { resolution: Resolution::Three, countries: Countries::default() }
    }
}

/// The tables of layers.
pub fn tables<'a>(collection: &'a Collection, layers: &[Layer], options: &LayerOptions) -> Vec<Table<'a>> {
    let table = |layer: &Layer| match layer {
        Layer::Mentions => mentions::table(collection),
        Layer::Places => places::table(collection),
        Layer::Links => links::table(collection),
        Layer::Relative => relative::table(collection),
        Layer::Hexbins => hexbins::table(collection, options.resolution),
        Layer::Countries => countries::table(collection, &options.countries),
    };
    layers.iter().map(table).collect()
}
