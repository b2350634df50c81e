//! Tags people, organisations and places in news text, and puts every place on the globe.
//!
//! A transformer in ONNX form finds the names; a gazetteer in one file says which places they may mean; what the
//! document says around them decides which. A place that no gazetteer has is worked out from the words: "al-Bir town, 45
//! kilometers southeast of Mosul". Model and gazetteer are inside the crate (feature `embedded`); ONNX Runtime is a shared
//! library that is found or fetched once.
//!
//! ```
//! use dateline::inner::document::Document;
//! use dateline::inner::external::{self, RuntimeOptions};
//! use dateline::inner::gazetteer::Gazetteer;
//! use dateline::inner::ner::{ModelFiles, NerModel};
//! use dateline::inner::resolve::Resolver;
//! use dateline::inner::tagger::Tagger;
//!
//! # #[cfg(feature = "embedded")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let runtime = external::find_runtime(&RuntimeOptions::default(), &mut |_| {})?;
//! dateline::inner::onnx::start(&runtime)?;
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

mod annotation;
mod atomic;
mod checksum;
mod clock;
mod coreference;
mod corpus;
mod document;
mod eval;
mod external;
mod gazetteer;
mod geo;
pub mod guide;
mod language;
mod layer;
mod mention;
mod message;
mod ner;
mod onnx;
mod region;
mod resolve;
mod rounding;
mod sentence;
mod tagger;

/// Opens modules to what belongs to this crate but is built apart from it.
macro_rules! inner {
    ($($module:ident)*) => {
        /// What the command line, the benches and the tests of this crate stand on. It changes without notice: build on
        /// what the root of the crate has.
        #[doc(hidden)]
        pub mod inner {
            $(pub mod $module {
                pub use crate::$module::*;
            })*
        }
    };
}

inner! {
    annotation atomic checksum clock coreference corpus document eval external gazetteer geo language layer mention ner onnx region resolve rounding sentence tagger
}
