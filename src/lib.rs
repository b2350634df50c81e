//! Tags people, organisations and places in news text, and puts every place on the globe.
//!
//! A transformer in ONNX form finds the names; a gazetteer in one file says which places they may mean; what the
//! document says around them decides which. A place that no gazetteer has is worked out from the words: "al-Bir town, 45
//! kilometers southeast of Mosul". Model and gazetteer are inside the crate (feature `embedded`); ONNX Runtime is a shared
//! library that is found or fetched once.
//!
//! ```
//! use dateline::{Document, TagOptions, Tagger};
//!
//! # #[cfg(feature = "embedded")]
//! # fn main() -> Result<(), dateline::Error> {
//! let tagger = Tagger::builder().build()?;
//! let document = Document::new("a", "The convoy left Beirut for Damascus on Monday.");
//! let annotation = tagger.tag(document, &TagOptions::default())?;
//!
//! let places = annotation.entities.iter().filter_map(|entity| entity.place.as_ref());
//! let found: Vec<String> = places.map(|place| format!("{} {:.1} {:.1}", place.name, place.lat, place.lon)).collect();
//! assert_eq!(found, ["Beirut 33.9 35.5", "Damascus 33.5 36.3"]);
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "embedded"))]
//! # fn main() {}
//! ```
//!
//! [`Tagger`] is all that most callers need; [`annotation`] has what it gives, and [`guide`] the chapters on formats, places,
//! maps and models. What is inner is in no signature, and changes without notice.
//!
//! Spans inside the crate are bytes of UTF-8; the output's are Unicode code points unless another unit is asked for.
//! Positions are WGS 84, distances kilometres along the geodesic, bearings degrees from north.
//!
//! # Features
//!
//! | feature | brings |
//! |---|---|
//! | `cli` (default) | the command line, and all but what is embedded |
//! | `embedded` (default) | the default model and the gazetteer inside the crate |
//! | `embedded-accurate` | the accurate model inside the crate |
//! | `corpus` | documents in bulk: reading and writing files of many kinds, Arrow |
//! | `layers` | map layers |
//! | `remote` | documents in object stores: S3, Google Cloud Storage, Azure, servers of the web |
//! | `server` (default) | the server of `dateline serve` |
//! | `eval` | scoring against marked corpora |
//! | `fetch` | ONNX Runtime and the packages of pages through pip and npm, models from the Hugging Face Hub |
//! | `build` | gazetteers built of dumps |

// The command line stands on what the crate opens to it, by the same paths as tests and benches.
#[cfg(feature = "cli")]
extern crate self as dateline;

pub mod annotation;
mod atomic;
mod borders;
mod builder;
#[cfg(any(feature = "corpus", feature = "layers"))]
mod checked_parquet;
mod checksum;
#[cfg(feature = "cli")]
#[doc(hidden)]
#[allow(rustdoc::broken_intra_doc_links, rustdoc::invalid_html_tags, reason = "help for a terminal is no Markdown")]
pub mod cli;
mod clock;
mod coreference;
#[cfg(feature = "corpus")]
mod corpus;
#[cfg(any(feature = "corpus", feature = "layers"))]
mod country;
#[cfg(any(feature = "corpus", feature = "layers"))]
mod date;
mod document;
pub mod error;
#[cfg(feature = "eval")]
mod eval;
mod external;
mod gazetteer;
mod geo;
mod gliner;
pub mod guide;
mod language;
#[cfg(feature = "layers")]
mod layer;
#[cfg(feature = "layers")]
pub mod layers;
mod leftovers;
mod lending;
mod limits;
mod lines;
#[cfg(any(feature = "corpus", feature = "layers"))]
mod link;
mod lock;
mod mention;
mod message;
mod model_error;
mod model_files;
mod model_options;
mod ner;
mod networks;
mod onnx;
mod page;
mod phrases;
mod query;
mod region;
#[cfg(feature = "corpus")]
mod remote;
mod resolve;
mod rounding;
mod sentence;
#[cfg(feature = "server")]
mod server;
mod stop;
mod stops;
#[cfg(any(feature = "corpus", feature = "layers"))]
mod table_text;
mod tagger;
mod web_address;

pub use annotation::{Annotation, Label};
pub use builder::{Model, TaggerBuilder};
#[cfg(feature = "corpus")]
pub use corpus::write::parquet::{ArrowError, RecordBatch, to_record_batch};
pub use document::{Document, OffsetUnit};
pub use error::Error;
pub use external::{Event, HubModel, HubOptions, RuntimeBuild, RuntimeOptions};
pub use gazetteer::{CountryCode, Gazetteer};
pub use geo::{Bearing, Kilometers, LatLon};
pub use language::Language;
pub use model_options::Aggregation;
pub use onnx::Device;
pub use stop::Stop;
pub use tagger::{TagOptions, Tagger};

/// What looking a name up in a [`Gazetteer`] gives.
pub mod lookup {
    pub use crate::gazetteer::{
        Candidate, CountryCodeError, FeatureClass, Fold, GazetteerPlace, Info, NameKind, PlaceId, PlaceIndex,
        SourceNote,
    };
}

/// Opens modules to what belongs to this crate but is built apart from it.
macro_rules! inner {
    ($($(#[$attribute:meta])* $module:ident)*) => {
        /// What the command line, the benches and the tests of this crate stand on. It changes without notice: build on
        /// what the root of the crate has.
        #[doc(hidden)]
        pub mod inner {
            $($(#[$attribute])* pub mod $module {
                pub use crate::$module::*;
            })*
        }
    };
}

inner! {
    annotation atomic borders builder checksum clock coreference document error external gazetteer geo gliner language leftovers lock
    mention model_error model_files model_options ner onnx query region resolve rounding sentence tagger
    #[cfg(feature = "corpus")] corpus
    #[cfg(any(feature = "corpus", feature = "layers"))] date
    #[cfg(feature = "eval")] eval
    #[cfg(feature = "layers")] layer
    #[cfg(feature = "corpus")] remote
    #[cfg(feature = "server")] server
}
