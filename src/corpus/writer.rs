//! Writing annotations.

use std::io::{self, Write};

use crate::annotation::{Annotation, JsonOptions, VERSION};

/// Writes annotations one after the other in a format.
pub trait AnnotationWriter {
    /// Writes one annotation.
    ///
    /// # Errors
    ///
    /// If the output cannot be written.
    fn write(&mut self, out: &mut dyn Write, annotation: &Annotation) -> io::Result<()>;

    /// Writes what comes after the last one.
    ///
    /// # Errors
    ///
    /// If the output cannot be written.
    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.flush()
    }
}

/// A JSON object a line.
pub struct Jsonl(pub JsonOptions);

impl AnnotationWriter for Jsonl {
    fn write(&mut self, out: &mut dyn Write, annotation: &Annotation) -> io::Result<()> {
        serde_json::to_writer(&mut *out, &annotation.to_json(self.0))?;
        out.write_all(b"\n")
    }
}

/// One JSON object with the version of the form and all documents.
pub struct Json {
    options: JsonOptions,
    written: usize,
}

impl Json {
    /// Begins without documents.
    pub fn new(options: JsonOptions) -> Self {
        Self { options, written: 0 }
    }

    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let before = if self.written == 0 { format!("{{\"version\": {VERSION}, \"documents\": [") } else { ",".into() };
        self.written += 1;
        out.write_all(before.as_bytes())
    }
}

impl AnnotationWriter for Json {
    fn write(&mut self, out: &mut dyn Write, annotation: &Annotation) -> io::Result<()> {
        self.begin(out)?;
        out.write_all(b"\n")?;
        serde_json::to_writer_pretty(&mut *out, &annotation.to_json(self.options))?;
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.written == 0 {
            self.begin(out)?;
        }
        out.write_all(b"]}\n")?;
        out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    #[test]
    fn json_is_one_object_of_any_number_of_documents() {
        for count in 0..3 {
            let mut writer = Json::new(JsonOptions::default());
            let mut out = Vec::new();
            for n in 0..count {
                let document = Document::new(n.to_string(), "");
                let annotation = Annotation { document, entities: Vec::new(), ..Annotation::default() };
                writer.write(&mut out, &annotation).unwrap();
            }
            writer.finish(&mut out).unwrap();
            let read: serde_json::Value = serde_json::from_slice(&out).unwrap();
            assert_eq!(read["version"], VERSION);
            assert_eq!(read["documents"].as_array().unwrap().len(), count);
        }
    }
}
