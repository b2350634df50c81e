//! Tags people, organisations and places in news text, and puts every place on the globe.
//!
//! A transformer in ONNX form finds the names; a gazetteer in one file says which places they may mean; what the
//! document says around them decides which. A place that no gazetteer has is worked out from the words: "al-Bir town, 45
//! kilometers southeast of Mosul". Model and gazetteer are inside the crate (feature `embedded`); ONNX Runtime is a shared
//! library that is found or fetched once.
//!
//! ```
//! use dateline::document::Document;
//! use dateline::external::{self, RuntimeOptions};
//! use dateline::gazetteer::Gazetteer;
//! use dateline::ner::{ModelFiles, NerModel};
//! use dateline::resolve::Resolver;
//! use dateline::tagger::Tagger;
//!
//! # #[cfg(feature = "embedded")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let runtime = external::find_runtime(&RuntimeOptions::default(), &mut |_| {})?;
//! dateline::onnx::start(&runtime)?;
//! let tagger = Tagger::new(NerModel::new(ModelFiles::embedded())?, Some(Resolver::new(Gazetteer::embedded()?)));
//!
//! let annotation = tagger.tag(Document::new("a", "The convoy left Beirut for Damascus on Monday."))?;
//! let places: Vec<&str> = annotation.distinct_places().into_iter().map(|(_, place)| place.name.as_str()).collect();
//! assert_eq!(places, ["Beirut", "Damascus"]);
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "embedded"))]
//! # fn main() {}
//! ```
//!
//! # The way of the data
//!
//! [`document::Document`] → [`ner::window`] → [`onnx`] → [`ner::decode`] → [`gazetteer`] → [`resolve`] →
//! [`coreference`] → [`annotation::Annotation`]. [`tagger`] is the one place that knows this order. [`corpus`] reads
//! documents and writes annotations; [`eval`] scores them; [`geo`] holds positions, distances and bearings, [`region`] what
//! words say of where something lies; [`external`] finds or fetches ONNX Runtime.
//!
//! Spans inside the crate are bytes of UTF-8 ([`document::Span`]); the output's are Unicode code points unless another
//! unit is asked for. Positions are WGS 84, distances kilometres along the geodesic, bearings degrees from north.

pub mod annotation;
pub mod atomic;
pub mod checksum;
pub mod clock;
pub mod coreference;
pub mod corpus;
pub mod document;
pub mod eval;
pub mod external;
pub mod gazetteer;
pub mod geo;
pub mod language;
pub mod layer;
mod message;
pub mod ner;
pub mod onnx;
pub mod region;
pub mod resolve;
pub mod tagger;
