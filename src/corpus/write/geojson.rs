//! The names of places of one document as GeoJSON. `dateline map` writes those of many.

use std::io::{self, Write};

use super::AnnotationWriter;
use crate::annotation::Annotation;
use crate::layer::article::Article;
use crate::layer::collection::{Collection, Collector};
use crate::layer::filter::Filter;
use crate::layer::{Destination, Format, Layer, WriteError, WriteOptions, write};

/// A collection of features, a point for every name of a place.
pub struct GeoJson;

impl AnnotationWriter for GeoJson {
    fn write(&self, out: &mut dyn Write, annotation: &Annotation, nth: u64) -> io::Result<()> {
        only_one(nth, "a GeoJSON file")?;
        let article = Article::new(annotation.clone()).map_err(io::Error::other)?;
        let mut collector = Collector::new(Filter::default());
        collector.add(article);
        write_mentions(&collector.finish(), out)
    }

    /// Of nothing, it is an empty collection.
    fn finish(&self, out: &mut dyn Write, documents: u64) -> io::Result<()> {
        if documents == 0 { write_mentions(&Collection::default(), out) } else { Ok(()) }
    }

    fn begins_with(&self, line: &str, _: &str) -> bool {
        line.starts_with("{\"type\":\"FeatureCollection\",\"name\":\"mentions\",")
    }
}

fn write_mentions(collection: &Collection, out: &mut dyn Write) -> io::Result<()> {
    // An output may not be sent between threads, which a stream of layers must be.
    let mut bytes = Vec::new();
    let (layers, to) = ([Layer::Mentions], Destination::Stream(&mut bytes));
    write(collection, &layers, Format::GeoJson, &WriteOptions::default(), to).map_err(|error| match error {
        WriteError::Io(error) => error,
        error => io::Error::other(error),
    })?;
    out.write_all(&bytes)
}

/// Refuses a second document in a format that holds one.
pub(super) fn only_one(nth: u64, what: &str) -> io::Result<()> {
    match nth {
        0 => Ok(()),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("{what} holds one document; expected one: put several on a map with `dateline map`"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotation::testing::annotation;

    #[test]
    fn one_document_is_a_collection_of_its_places() {
        let mut out = Vec::new();
        GeoJson.write(&mut out, &annotation(), 0).unwrap();
        let read: serde_json::Value = serde_json::from_slice(&out).unwrap();
        let names: Vec<_> = read["features"].as_array().unwrap().iter().map(|f| &f["properties"]["text"]).collect();
        assert!(!names.is_empty() && read["type"] == "FeatureCollection", "{names:?}");
        let error = GeoJson.write(&mut out, &annotation(), 1).unwrap_err();
        assert!(error.to_string().contains("expected one"));
        let mut nothing = Vec::new();
        GeoJson.finish(&mut nothing, 0).unwrap();
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&nothing).unwrap()["features"], serde_json::json!([]));
    }
}
