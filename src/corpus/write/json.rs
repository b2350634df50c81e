//! The JSON forms: an object a line, or one object with all documents.

use std::io::{self, Write};

use serde_json::json;

use super::{AnnotationWriter, has_keys};
use crate::annotation::{Annotation, Provenance, VERSION, json};

/// A JSON object a line.
pub struct Jsonl;

impl AnnotationWriter for Jsonl {
    fn write(&self, out: &mut dyn Write, annotation: &Annotation, _: u64) -> io::Result<()> {
        json::to_writer(out, annotation)?;
        out.write_all(b"\n")
    }

    fn begins_with(&self, line: &str, _: &str) -> bool {
        has_keys(line, &["id", "entities"])
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

    fn begins_with(&self, line: &str, _: &str) -> bool {
        line.starts_with("{\"version\":") && line.contains("\"dateline\":") && line.contains("\"documents\": [")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotation::testing::annotation;
    use crate::document::{Document, OffsetUnit};

    #[test]
    fn json_is_one_object_of_any_number_of_documents() {
        for count in 0..3 {
            let provenance = Provenance { model: Some("m".into()), ..Provenance::default() };
            let writer = Json { provenance };
            let mut out = Vec::new();
            writer.begin(&mut out).unwrap();
            for n in 0..count {
                let annotation = Annotation::of(Document::new(n.to_string(), ""), OffsetUnit::CodePoints);
                writer.write(&mut out, &annotation, n).unwrap();
            }
            writer.finish(&mut out, count).unwrap();
            let read: serde_json::Value = serde_json::from_slice(&out).unwrap();
            assert_eq!((&read["version"], &read["model"]), (&VERSION.into(), &"m".into()));
            assert_eq!(read["documents"].as_array().unwrap().len() as u64, count);
        }
    }

    #[test]
    fn a_line_a_document_whatever_breaks_lines() {
        let mut annotation = annotation();
        annotation.text = Some("one\u{2028}two\u{2029}three\u{85}four\nfive".to_owned());
        let mut out = Vec::new();
        Jsonl.write(&mut out, &annotation, 0).unwrap();
        let line = String::from_utf8(out).unwrap();
        let breaks = ['\n', '\u{85}', '\u{2028}', '\u{2029}'];
        assert_eq!(line.find(breaks), Some(line.len() - 1));
        assert_eq!(Annotation::from_json(&line, OffsetUnit::CodePoints).unwrap(), annotation);
    }
}
