//! Map layers of annotations, without files: for programs that hold what they tagged.

use crate::annotation::Annotation;
use crate::layer::article::Article;
pub use crate::layer::article::RecordError;
use crate::layer::collection::Collector;
use crate::layer::filter::Filter;
use crate::layer::{Destination, Format, Layer, WriteOptions, write};

/// Why annotations make no layer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LayerError {
    /// An annotation is not as tagging makes it: its offsets do not fit its text, or its coordinates are none.
    #[error(transparent)]
    Annotation(#[from] RecordError),
    /// The layer has no such form.
    #[error("{0}")]
    Form(String),
}

/// The names of places of annotations as GeoJSON (RFC 7946): a collection of points, each with its document, its sentence and
/// its place. What `dateline map` writes to a `.geojson` file.
///
/// # Errors
///
/// If an annotation is not as tagging makes it.
pub fn geojson(annotations: &[Annotation]) -> Result<String, LayerError> {
    let mut collector = Collector::new(Filter::default());
    for annotation in annotations {
        collector.add(Article::new(annotation.clone())?);
    }
    let mut bytes = Vec::new();
    let to = Destination::Stream(&mut bytes);
    write(&collector.finish(), &[Layer::Mentions], Format::GeoJson, &WriteOptions::default(), to)
        .map_err(|error| LayerError::Form(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| LayerError::Form(error.to_string()))
}
