//! The JSON forms: an object a line, or one object with all documents.

use std::io::{self, Write};

use serde_json::json;

use super::AnnotationWriter;
use crate::annotation::{Annotation, Provenance, VERSION, json};

/// A JSON object a line.
pub struct Jsonl;

impl AnnotationWriter for Jsonl {
    fn write(&self, out: &mut dyn Write, annotation: &Annotation, _: u64) -> io::Result<()> {
        json::to_writer(out, annotation)?;
        out.write_all(b"\n")
    }
}

/// One JSON object with the version of the form, what made it, and all documents.
pub struct Json {
    /// What made them.
    pub provenance: Provenance,
}

impl AnnotationWriter for Json {
    fn begin(&self, out: &mut dyn Write) -> io::Result<()> {
        let Provenance { model, gazetteer, .. } = &self.provenance;
        let mut head = json!({"version": VERSION, "dateline": env!("CARGO_PKG_VERSION")});
        for (name, checksum) in [("model", model), ("gazetteer", gazetteer)] {
            if let Some(checksum) = checksum {
                head[name] = checksum.as_str().into();
            }
        }
        let head = head.to_string();
        write!(out, "{}, \"documents\": [", head.trim_end_matches('}'))
    }

    fn write(&self, out: &mut dyn Write, annotation: &Annotation, nth: u64) -> io::Result<()> {
        out.write_all(if nth == 0 { b"\n" } else { b",\n" })?;
        json::to_writer_pretty(out, annotation)
    }

    fn finish(&self, out: &mut dyn Write, _: u64) -> io::Result<()> {
        out.write_all(b"]}\n")
    }
}
