//! The tables of layers, and what they depend on.

use h3o::Resolution;

use super::collection::Collection;
use super::countries::{self, Countries};
use super::kind::Layer;
use super::table::Table;
use super::{hexbins, links, mentions, places, relative};

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
