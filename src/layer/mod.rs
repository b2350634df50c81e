//! Map layers: what a corpus names, as features that maps and databases read.
//!
//! [`article::Article`] is a document with its places, [`collection::Collector`] collects what a [`filter::Filter`] takes,
//! and [`write()`] makes a table of features a [`Layer`] and writes them in a [`Format`].
//!
//! | file | answers |
//! |---|---|
//! | `article.rs` | which places does a document name, in which sentences? |
//! | `filter.rs` | which mentions are wanted? |
//! | `carried.rs` | what of the metadata of documents goes with them? |
//! | `collection.rs` | what do all documents name together? |
//! | `geometry.rs` | which shape is that, on a map that ends at the antimeridian? |
//! | `kind.rs`, `layers.rs` | which layers are there? |
//! | `mentions.rs` … `countries.rs` | what is in each layer? |
//! | `towns.rs` | which towns lie around what a page shows? |
//! | `table.rs` | what is a feature? |
//! | `write/` | how is each format written? |
//! | `html/` | what is in the page with the map, and in that of an article? |
//!
//! Shapes have longitude first, in degrees of WGS 84, to five decimals; hexagons, which may be small, to seven.

pub mod article;
mod carried;
pub mod collection;
mod countries;
pub mod filter;
pub mod geometry;
mod hexbins;
pub mod html;
mod kind;
mod layers;
mod links;
mod mentions;
mod places;
mod relative;
mod table;
mod towns;
mod write;

#[cfg(test)]
mod testing;

pub use self::carried::{CarriedField, Carry};
pub use self::countries::{Countries, KnownCountry, is_country_code};
pub use self::hexbins::{Resolution, ResolutionError};
pub use self::kind::Layer;
pub use self::layers::LayerOptions;
pub use self::links::{LinkOptions, MOST_LINKS};
pub use self::table::LeftOut;
pub use self::towns::Towns;
pub use self::write::{Destination, Format, WriteError, WriteOptions, begin, write};
pub use crate::table_text::{Decimal, FieldOptions};
