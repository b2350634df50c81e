//! The tables of layers, and what they depend on.

use super::collection::Collection;
use super::countries::{self, Countries};
use super::hexbins::{self, Resolution};
use super::kind::Layer;
use super::links::LinkOptions;
use super::table::Table;
use super::towns::Towns;
use super::{links, mentions, places, relative};

/// What layers depend on beside what was collected.
#[derive(Clone, Debug, Default)]
pub struct LayerOptions {
    /// How large hexagons are.
    pub resolution: Resolution,
    /// What is known of countries.
    pub countries: Countries,
    /// Which links are made.
    pub links: LinkOptions,
    /// The towns that pages show around places.
    pub towns: Towns,
}

/// The tables of layers.
pub(super) fn tables<'a>(collection: &'a Collection, layers: &[Layer], options: &LayerOptions) -> Vec<Table<'a>> {
    let table = |layer: &Layer| match layer {
        Layer::Mentions => mentions::table(collection),
        Layer::Places => places::table(collection),
        Layer::Links => links::table(collection, options.links),
        Layer::Relative => relative::table(collection),
        Layer::Hexbins => hexbins::table(collection, options.resolution),
        Layer::Countries => countries::table(collection, &options.countries),
    };
    layers.iter().map(table).collect()
}
