//! Why a tagger cannot be made, or a document not tagged: [`Error`], and what it is made of.

use std::path::PathBuf;

pub use crate::annotation::names::Untagged;
pub use crate::external::{ExternalError, FetchError, FileFault, HubError, NotARuntime, Origin, Version};
pub use crate::gazetteer::build::BuildError;
pub use crate::gazetteer::source::{BrokenLine, SourceError};
pub use crate::gazetteer::{GazetteerError, GazetteerOrigin};
pub use crate::limits::LimitError;
pub use crate::model_error::{GlinerError, ModelError};
pub use crate::onnx::OnnxError;
pub use crate::resolve::corrections::CorrectionsError;
pub use crate::resolve::publisher::PublishersError;
pub use crate::resolve::ranker::RankerError;

/// Broken lines that an error tells one by one.
const TOLD: usize = 10;

/// Why a tagger cannot be made, or a document not tagged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A model cannot be used, or failed on a document.
    #[error(transparent)]
    Model(ModelError),
    /// There is no ONNX Runtime that can be used.
    #[error(transparent)]
    Runtime(#[from] ExternalError),
    /// A model of the Hugging Face Hub cannot be had.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// ONNX Runtime cannot be started.
    #[error(transparent)]
    Onnx(#[from] OnnxError),
    /// The gazetteer cannot be used.
    #[error(transparent)]
    Gazetteer(#[from] GazetteerError),
    /// A table of one's own places cannot be read.
    #[error(transparent)]
    Places(#[from] BuildError),
    /// Lines of such a table are broken: nothing of it is used, since what is missing would not be seen.
    #[error("{}{}; mend the table first", broken.iter().take(TOLD).map(ToString::to_string).collect::<Vec<_>>().join("; "), if broken.len() > TOLD { "; and more" } else { "" })]
    BrokenPlaces {
        /// What is wrong with them.
        broken: Vec<BrokenLine>,
    },
    /// Such tables have no places.
    #[error("{}: no places; expected a header such as name,lat,lon and a place a line", tables.iter().map(|table| table.display().to_string()).collect::<Vec<_>>().join(", "))]
    NoPlaces {
        /// The tables.
        tables: Vec<PathBuf>,
    },
    /// A file of names that are no places cannot be read.
    #[error("{}: cannot be read ({error}); expected a file of names in UTF-8, one a line", file.display())]
    Ignored {
        /// The file.
        file: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The corrections cannot be used.
    #[error(transparent)]
    Corrections(#[from] CorrectionsError),
    /// The table of publishers cannot be used.
    #[error(transparent)]
    Publishers(#[from] PublishersError),
    /// The weights of the ranker cannot be used.
    #[error(transparent)]
    Ranker(#[from] RankerError),
    /// The accurate model is nowhere.
    #[error(
        "the accurate model is not there; looked for {}; expected the folder models/ner-accurate of dateline's sources in one \
         of these: copy it there, name its folder, or build with the feature embedded-accurate",
        looked.iter().map(|place| place.display().to_string()).collect::<Vec<_>>().join(", ")
    )]
    NoAccurateModel {
        /// Where it was looked for.
        looked: Vec<PathBuf>,
    },
    /// The crate was built without a model, and none was named.
    #[error(
        "this dateline was built without a model; expected the folder of one: name it, or build with the feature embedded"
    )]
    NothingEmbedded,
    /// The crate was built without a gazetteer, and none was named.
    #[error(
        "this dateline was built without a gazetteer; expected the file of one: name it, or build with the feature embedded"
    )]
    NoGazetteer,
    /// An annotation is not as tagging makes it, so that its places cannot be found anew.
    #[error("{0}; expected an annotation as tagging makes it, with its text: tag it anew")]
    Untagged(#[from] Untagged),
    /// A document takes more than it may.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// It was asked to end before the document was tagged.
    #[error("the work was asked to end before the document was tagged")]
    Stopped,
    /// The tagger was made without a model, and the names of a document are not known.
    #[error("this tagger has no model; expected one for documents whose names are not known: build it with a model")]
    NoModel,
    /// Threads cannot be started.
    #[error("the threads that tag cannot be started ({0}); expected a machine with room for them: ask for fewer")]
    Threads(String),
}

impl From<ModelError> for Error {
    fn from(error: ModelError) -> Self {
        match error {
            ModelError::Limit(limit) => Self::Limit(limit),
            ModelError::Stopped => Self::Stopped,
            error => Self::Model(error),
        }
    }
}
