//! Standard output, pipes and devices: what is written is gone.

use std::io::{self, Write};

use super::frame::Frame;
use super::{Compression, Finished, Output, finish_all, write_all};
use crate::annotation::Annotation;
use crate::corpus::write::AnnotationWriter;

/// A stream of text.
pub struct Streamed {
    name: String,
    out: Box<dyn Write + Send>,
    writer: Box<dyn AnnotationWriter>,
    compression: Compression,
    documents: u64,
}

impl Streamed {
    /// Writes to something that is called `name`.
    pub fn new(
        name: String,
        out: Box<dyn Write + Send>,
        writer: Box<dyn AnnotationWriter>,
        compression: Compression,
    ) -> Self {
        Self { name, out, writer, compression, documents: 0 }
    }
}

impl Output for Streamed {
    fn write(&mut self, annotations: &[&Annotation]) -> io::Result<Option<u64>> {
        let mut frame = Frame::new(self.compression, &mut self.out);
        write_all(&*self.writer, &mut frame, annotations, &mut self.documents)?;
        frame.finish()?;
        self.out.flush().map(|()| None)
    }

    fn complete(&mut self) -> io::Result<u64> {
        let mut frame = Frame::new(self.compression, &mut self.out);
        finish_all(&*self.writer, &mut frame, self.documents)?;
        frame.finish()?;
        self.out.flush().map(|()| 0)
    }

    fn name(&mut self, _: &Finished) -> io::Result<()> {
        Ok(())
    }

    fn discard(&mut self) {}

    fn failure(&self) -> String {
        format!("{} cannot be written; expected a place with room: write to another", self.name)
    }
}
