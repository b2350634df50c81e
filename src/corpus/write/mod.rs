//! Writing annotations: one file a format. Writers keep nothing between documents, so that an output that was broken off
//! goes on where it was.

pub mod brat;
pub mod conll;
pub mod files;
#[cfg(feature = "layers")]
pub mod geojson;
#[cfg(feature = "layers")]
pub mod html;
pub mod inception;
pub mod json;
pub mod label_studio;
pub mod mentions;
pub mod parquet;
pub mod spacy;
pub mod web_annotation;
pub mod words;

use std::io::{self, Write};

use crate::annotation::Annotation;

/// Writes annotations one after the other in a format of text.
pub trait AnnotationWriter: Send + Sync {
    /// Writes what comes before the first document.
    ///
    /// # Errors
    ///
    /// If the output cannot be written.
    fn begin(&self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// Writes one annotation, before which `nth` others were written to the same output.
    ///
    /// # Errors
    ///
    /// If the output cannot be written.
    fn write(&self, out: &mut dyn Write, annotation: &Annotation, nth: u64) -> io::Result<()>;

    /// Writes what comes behind the last of so many documents.
    ///
    /// # Errors
    ///
    /// If the output cannot be written.
    fn finish(&self, _out: &mut dyn Write, _documents: u64) -> io::Result<()> {
        Ok(())
    }

    /// Whether an output of this form begins with a line, and some kilobytes behind it. A form that cannot be told by them
    /// says no.
    fn begins_with(&self, _line: &str, _behind: &str) -> bool {
        false
    }
}

/// Whether a line is a JSON object with these keys.
fn has_keys(line: &str, keys: &[&str]) -> bool {
    let object: Result<serde_json::Map<String, serde_json::Value>, _> = serde_json::from_str(line);
    object.is_ok_and(|object| keys.iter().all(|key| object.contains_key(*key)))
}

/// The metadata of a document as JSON, for formats that have no objects; `None` if it has none.
fn metadata(annotation: &Annotation) -> Option<String> {
    annotation.metadata.as_ref().map(crate::annotation::json::to_string)
}

/// The page of a place in GeoNames, if its id is one of GeoNames.
fn geonames_page(id: &str) -> Option<String> {
    let number = id.strip_prefix("geonames:")?;
    let valid = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    valid.then(|| format!("https://sws.geonames.org/{number}/"))
}
